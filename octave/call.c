/* The call: its memory, its sentence, its progress. */
#include "call.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef MATLAB_MEX_FILE
extern bool utIsInterruptPending(void); /* in libut */
#else
#include <octave/quit.h>
extern void (*octave_signal_hook)(void); /* which the header shows to C++ alone */
#endif

typedef struct owned {
    struct owned *next;
    void (*release)(void *memory);
    max_align_t memory[];
} owned;

void *call_new(call *c, size_t count, size_t size, void (*release)(void *memory))
{
    owned *o = NULL;
    if (size && count <= (SIZE_MAX - sizeof *o) / size) o = calloc(1, sizeof *o + count * size);
    if (!o) {
        call_fail(c, "memory", "out of memory");
        return NULL;
    }
    o->release = release;
    o->next = c->owned;
    c->owned = o;
    return o->memory;
}

void call_release(call *c)
{
    while (c->owned) {
        owned *o = c->owned;
        c->owned = o->next;
        if (o->release) o->release(o->memory);
        free(o);
    }
    srnn_task_free(c->task);
    srnn_model_free(c->model);
    srnn_ctx_free(c->ctx);
    srnn_options_free(c->values);
    srnn_ctx_free(c->reader);
    *c = (call){0};
}

bool call_fail(call *c, const char *kind, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(c->message, sizeof c->message, format, values);
    va_end(values);
    snprintf(c->id, sizeof c->id, "spikernn:%s", kind);
    return false;
}

static void clear_line(call *c)
{
    if (c->line) fputs("\r\033[K", stderr);
    c->line = false;
}

bool call_ok(call *c, srnn_status status, const char *file)
{
    static const char *const kinds[] = {[SRNN_OK] = "",
                                        [SRNN_ERR_NO_MEMORY] = "memory",
                                        [SRNN_ERR_ARGUMENT] = "argument",
                                        [SRNN_ERR_FILE] = "file",
                                        [SRNN_ERR_FORMAT] = "format",
                                        [SRNN_ERR_NUMERIC] = "numeric",
                                        [SRNN_ERR_PROGRAM] = "program",
                                        [SRNN_CANCELLED] = "interrupted"};
    clear_line(c);
    if (status == SRNN_OK) return true;
    return call_fail(c, kinds[status], "%s%s%s", file ? file : "", file ? ": " : "",
                     status == SRNN_CANCELLED ? "interrupted" : srnn_ctx_message(c->ctx));
}

/* Octave's handler only notes a signal; its hook tells whether it was Ctrl-C, which the interpreter
   then answers when this call has returned. */
bool call_interrupted(void)
{
#ifdef MATLAB_MEX_FILE
    return utIsInterruptPending();
#else
    if (octave_signal_caught && octave_signal_hook) octave_signal_hook();
    return octave_interrupt_state > 0;
#endif
}

static int call_on_progress(void *user, const srnn_progress *p)
{
    call *c = user;
    const bool terminal = isatty(STDERR_FILENO);
    if (p->elapsed_s < c->shown_s) c->shown_s = 0; /* the clock restarts with each stage */
    if (!c->quiet && p->elapsed_s - c->shown_s >= (terminal ? 0.2 : 10)) {
        char text[160];
        int n = snprintf(text, sizeof text, "%s %" PRId64 "/%" PRId64, p->phase, p->done, p->total);
        if (isfinite(p->loss))
            n += snprintf(text + n, sizeof text - (size_t)n, "  loss %.3g", p->loss);
        if (isfinite(p->accuracy))
            snprintf(text + n, sizeof text - (size_t)n, "  accuracy %.2f", p->accuracy);
        fprintf(stderr, terminal ? "\r%s\033[K" : "%s\n", text);
        fflush(stderr);
        c->line = terminal;
        c->shown_s = p->elapsed_s;
    }
    return c->stopped || call_interrupted();
}

bool draw_seed(call *c)
{
    mxArray *drawn = NULL;
    char text[32];
    if (option_given(c, "seed")) return true;
    if (mexCallMATLABWithTrap(1, &drawn, 0, NULL, "rand") || !drawn)
        return call_fail(c, "argument",
                         "rand() has no number for a seed; expected the option seed");
    snprintf(text, sizeof text, "{\"seed\": %.0f}", floor(mxGetScalar(drawn) * 4294967296.0));
    mxDestroyArray(drawn);
    if (srnn_options_set_json(c->reader, c->values, text, "rand()"))
        return call_fail(c, "argument", "%s", srnn_ctx_message(c->reader));
    return options_finish(c);
}

bool context_open(call *c)
{
    srnn_ctx_options how = srnn_ctx_options_default();
    how.threads = c->s.threads;
    const srnn_status status = srnn_ctx_create(&how, &c->ctx);
    if (status && !c->ctx) return call_fail(c, "memory", "out of memory");
    if (!call_ok(c, status, NULL)) return false;
    srnn_ctx_set_progress(c->ctx, call_on_progress, c);
    return true;
}

/* An interrupt leaves the user's function by a jump that ends this call, too. */
static void come_back(call **c) { (*c)->calls_back = false; }

bool call_back(call *c, int n_out, mxArray **out, int n_in, mxArray **in)
{
    call *away __attribute__((cleanup(come_back))) = c;
    clear_line(c);
    away->calls_back = true;
    return !mexCallMATLABWithTrap(n_out, out, n_in, in, "feval");
}

/* ---- results ---- */

void field_value(mxArray *s, const char *name, mxArray *value)
{
    if (mxGetFieldNumber(s, name) < 0) mxAddField(s, name);
    mxSetField(s, 0, name, value);
}

mxArray *matrix_of(size_t rows, size_t columns, const double *x)
{
    mxArray *a = mxCreateDoubleMatrix(x ? rows : 0, x ? columns : 0, mxREAL);
    if (x && rows && columns) memcpy(mxGetPr(a), x, rows * columns * sizeof *x);
    return a;
}

void field_number(mxArray *s, const char *name, double x)
{
    field_value(s, name, mxCreateDoubleScalar(x));
}

void field_text(mxArray *s, const char *name, const char *text)
{
    field_value(s, name, mxCreateString(text));
}

void field_matrix(mxArray *s, const char *name, size_t rows, size_t columns, const double *x)
{
    field_value(s, name, matrix_of(rows, columns, x));
}

void field_whole(mxArray *s, const char *name, size_t n, const int *x)
{
    mxArray *a = mxCreateDoubleMatrix(1, n, mxREAL);
    for (size_t i = 0; i < n; i++) mxGetPr(a)[i] = x[i];
    field_value(s, name, a);
}
