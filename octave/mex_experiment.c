/* spikernn_experiment: one network from nothing to understood, in a folder. */
#include "call.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct experiment_call {
    call *c;
    char *folder;
    const mxArray *receive;  /* of the .m file: failure = receive (on_event, event) */
    const mxArray *on_event; /* the user's; NULL: the .m file prints the events */
    srnn_experiment *handle;
    char *record; /* the library's */
} experiment_call;

static void experiment_release(void *memory)
{
    experiment_call *e = memory;
    srnn_experiment_free(e->handle);
    free(e->record);
}

static bool is_function(const mxArray *a) { return mxIsClass(a, "function_handle"); }

static bool experiment_read_arguments(call *c, experiment_call *e)
{
    char *task;
    const own_option own[] = {{"quiet", OWN_FLAG, &c->quiet}, {"on_event", OWN_ANY, &e->on_event}};
    const accepted options = {
        SRNN_OF_TASK | SRNN_OF_NETWORK | SRNN_OF_TRAINING | SRNN_OF_NEURON,
        "seed threads conversion readout scaling_factors criterion refine racing search_trials "
        "fresh_trials test_trials diagnose noise_curve analyses search_anyway checkpoint_every",
        own, 2};
    if (c->n_in < 3)
        return call_fail(c, "argument", "%s is missing; expected a task and a folder",
                         c->n_in < 2 ? "the task" : "the folder");
    e->receive = c->in[0];
    if (!value_path(c, "folder", c->in[2], &e->folder) || !options_read(c, &options, 3))
        return false;
    if (e->on_event && !is_function(e->on_event)) {
        char is[80];
        value_describe(e->on_event, is);
        return call_fail(c, "argument", "on_event is %s; expected a function, @(event) ...", is);
    }
    if (mxIsEmpty(c->in[1])) return true; /* the folder's */
    if (option_given(c, "task")) return call_fail(c, "argument", "the task is given twice");
    return value_path(c, "task", c->in[1], &task) &&
           !srnn_options_set(c->reader, c->values, "task", task);
}

/* ---- events ---- */

static mxArray *event_of(const srnn_event *event)
{
    static const char *const kinds[] = {"begun", "done", "kept", "decided"};
    mxArray *s = mxCreateStructMatrix(1, 1, 0, NULL);
    field_text(s, "kind", kinds[event->kind]);
    field_text(s, "stage", event->stage);
    field_text(s, "code", event->code);
    field_text(s, "sentence", event->sentence);
    field_text(s, "result", event->json);
    return s;
}

/* What the user's function raised ends the run. */
static void take_failure(call *c, const mxArray *failure)
{
    char *words = mxArrayToString(mxGetField(failure, 0, "message"));
    char *identifier = mxArrayToString(mxGetField(failure, 0, "identifier"));
    call_fail(c, "", "%s", words && *words ? words : "on_event failed");
    snprintf(c->id, sizeof c->id, "%s", identifier ? identifier : "");
    c->stopped = true;
    mxFree(words);
    mxFree(identifier);
}

static void receive_event(void *user, const srnn_experiment *of_library, const srnn_event *event)
{
    experiment_call *e = user;
    (void)of_library;
    if (e->c->stopped || (!e->on_event && e->c->quiet)) return;
    mxArray *failure, *none = mxCreateDoubleMatrix(0, 0, mxREAL);
    mxArray *in[] = {(mxArray *)e->receive, e->on_event ? (mxArray *)e->on_event : none,
                     event_of(event)};
    if (!call_back(e->c, 1, &failure, 3, in)) {
        e->c->stopped = !call_fail(e->c, "argument", "an event could not be handed over");
    } else {
        if (mxIsStruct(failure)) take_failure(e->c, failure);
        mxDestroyArray(failure);
    }
    mxDestroyArray(in[2]);
    mxDestroyArray(none);
}

/* ---- the run ---- */

static bool experiment_call_run(call *c, experiment_call *e)
{
    const srnn_status status = srnn_experiment_run(c->ctx, e->handle, receive_event, e);
    if (c->stopped) return false;
    if (status != SRNN_CANCELLED) return call_ok(c, status, NULL);
    return call_fail(c, "interrupted", "interrupted in the %s; what was reached is in %s",
                     srnn_experiment_stage(e->handle), e->folder);
}

bool command_experiment(call *c)
{
    experiment_call *e = call_new(c, 1, sizeof *e, experiment_release);
    if (!e || !experiment_read_arguments(c, e)) return false;
    if (!srnn_experiment_in(e->folder) && !draw_seed(c)) return false;
    if (!context_open(c)) return false;
    e->c = c;
    if (!call_ok(c, srnn_experiment_open(c->ctx, c->values, NULL, e->folder, &e->handle), NULL) ||
        !experiment_call_run(c, e))
        return false;
    if (!(e->record = srnn_experiment_json(e->handle)))
        return call_fail(c, "memory", "out of memory");
    c->out[0] = mxCreateString(e->record);
    return true;
}
