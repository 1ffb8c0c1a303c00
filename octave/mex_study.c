/* spikernn_study: many networks as one thing, in a folder. */
#include "call.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct study_call {
    call *c;
    char *file, *folder; /* file NULL: the folder's */
    bool run;
    const mxArray *seeds, *shard, *max_hours; /* NULL: not given */
    srnn_study_options options;
    srnn_study *study;
    srnn_table *tables;
    char *record, *rows; /* the library's */
} study_call;

static void study_release(void *memory)
{
    study_call *s = memory;
    srnn_study_tables_free(s->tables);
    srnn_study_free(s->study);
    free(s->record);
    free(s->rows);
}

/* ---- arguments ---- */

/* "1:5", or numbers. */
static bool study_read_seeds(call *c, study_call *s)
{
    double *x;
    size_t n, used = 0;
    char *text;
    if (mxIsChar(s->seeds)) {
        if (!value_text(c, "seeds", s->seeds, &text)) return false;
        s->options.seeds = text;
        return true;
    }
    if (!value_numbers(c, "seeds", s->seeds, "numbers, or a text such as '1:5'", &x, &n) ||
        !(text = call_new(c, n, 32, NULL)))
        return false;
    for (size_t i = 0; i < n; i++)
        used += (size_t)snprintf(text + used, 32, "%s%.17g", i ? "," : "", x[i]);
    s->options.seeds = text;
    return true;
}

static bool study_read_shard(call *c, study_call *s)
{
    double *x;
    size_t n;
    if (!value_numbers(c, "shard", s->shard, "[K N]", &x, &n)) return false;
    if (n != 2 || !(x[0] >= 1 && x[0] <= x[1] && x[1] <= 1e9))
        return call_fail(c, "argument", "shard is no [K N] with K from 1 to N");
    s->options.shard = (int)x[0];
    s->options.n_shards = (int)x[1];
    return true;
}

static bool study_read_options(call *c, study_call *s)
{
    const own_option own[] = {
        {"quiet", OWN_FLAG, &c->quiet},         {"run", OWN_FLAG, &s->run},
        {"retry", OWN_FLAG, &s->options.retry}, {"seeds", OWN_ANY, &s->seeds},
        {"shard", OWN_ANY, &s->shard},          {"max_hours", OWN_ANY, &s->max_hours}};
    const accepted options = {0, "threads", own, sizeof own / sizeof *own};
    if (!options_read(c, &options, 2) || (s->seeds && !study_read_seeds(c, s)) ||
        (s->shard && !study_read_shard(c, s)))
        return false;
    if (!s->max_hours) return true;
    if (!value_number(c, "max_hours", s->max_hours, &s->options.max_hours)) return false;
    return s->options.max_hours >= 0 ||
           call_fail(c, "argument", "max_hours is %g; expected a number, 0 or above",
                     s->options.max_hours);
}

static bool study_read_arguments(call *c, study_call *s)
{
    s->options = srnn_study_options_default();
    s->run = true;
    if (c->n_in < 2)
        return call_fail(c, "argument", "%s is missing; expected a study file and a folder",
                         c->n_in < 1 ? "the study file" : "the folder");
    return (value_is_empty(c->in[0]) || value_path(c, "file", c->in[0], &s->file)) &&
           value_path(c, "folder", c->in[1], &s->folder) && study_read_options(c, s);
}

/* ---- the run ---- */

/* A network that failed or did not learn is said as it comes. */
static int study_receive(void *user, const srnn_study *study, const srnn_study_event *event)
{
    study_call *s = user;
    if (event->kind != SRNN_STUDY_NETWORK || !*event->sentence || s->c->quiet) return 0;
    const srnn_study_view v = srnn_study_get(study);
    const srnn_study_network *network = &v.networks[event->network];
    fprintf(stderr, "%s%s, seed %llu: %s\n", s->c->line ? "\r\033[K" : "",
            v.conditions[network->condition].name, (unsigned long long)network->seed,
            event->sentence);
    s->c->line = false;
    return 0;
}

static bool study_call_run(call *c, study_call *s)
{
    if (!s->shard && !call_ok(c, srnn_study_shard_of_environment(c->ctx, &s->options), NULL))
        return false;
    const srnn_status status = srnn_study_run(c->ctx, s->study, &s->options, study_receive, s);
    if (status != SRNN_CANCELLED) return call_ok(c, status, NULL);
    call_ok(c, SRNN_OK, NULL);
    if (!call_interrupted()) return true; /* max_hours */
    const srnn_study_view v = srnn_study_get(s->study);
    int left = 0;
    for (int i = 0; i < v.n_networks; i++) left += v.networks[i].state == SRNN_NETWORK_LEFT;
    return call_fail(c, "interrupted", "interrupted; %d networks are left in %s", left, s->folder);
}

/* The record and the rows of the table of networks, for the .m file. */
bool command_study(call *c)
{
    study_call *s = call_new(c, 1, sizeof *s, study_release);
    if (!s) return false;
    s->c = c;
    if (!study_read_arguments(c, s) || !context_open(c) ||
        !call_ok(c, srnn_study_open(c->ctx, s->file, s->folder, &s->study), NULL) ||
        (s->run && !study_call_run(c, s)))
        return false;
    const srnn_study_view view = srnn_study_get(s->study);
    if (!call_ok(c, srnn_study_tables(c->ctx, s->study, &s->tables), NULL)) return false;
    s->record = srnn_study_json(c->ctx, &view);
    s->rows = srnn_table_json(&s->tables[0]);
    if (!s->record || !s->rows) return call_fail(c, "memory", "out of memory");
    c->out[0] = mxCreateString(s->record);
    if (c->n_out > 1) c->out[1] = mxCreateString(s->rows);
    return true;
}
