/* [failure, ...] = spikernn_mex(FUNCTION, ...): behind the .m files of this folder, which have the
   help texts. failure is [], or the struct of an error that the .m file raises. */
#include "call.h"

#include <string.h>

static const struct {
    const char *function;
    command run;
} commands[] = {{"LIF_network_fnc", command_lif},
                {"spikernn_train", command_train},
                {"spikernn_search", command_search},
                {"spikernn_eval", command_eval},
                {"spikernn_experiment", command_experiment},
                {"spikernn_study", command_study}};

enum { CALLS_MAX = 8 };

/* The call, and those in whose callbacks it is made. Where a jump of Octave's own ended one, the
   next one cleans up after it. */
static call calls[CALLS_MAX];

/* NULL: too many callbacks in callbacks. */
static call *clean_call(void)
{
    for (int i = 0; i < CALLS_MAX; i++)
        if (!calls[i].calls_back) {
            call_release(&calls[i]);
            return &calls[i];
        }
    return NULL;
}

static void release_calls(void)
{
    for (int i = 0; i < CALLS_MAX; i++)
        if (!calls[i].calls_back) call_release(&calls[i]);
}

static command command_named(call *c, const mxArray *a)
{
    char name[32] = "";
    if (mxIsChar(a)) mxGetString(a, name, sizeof name);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (!strcmp(name, commands[i].function)) {
            c->function = commands[i].function;
            return commands[i].run;
        }
    return NULL;
}

static mxArray *failure_of(const call *c)
{
    mxArray *failure = mxCreateStructMatrix(1, 1, 0, NULL);
    field_text(failure, "identifier", c->id);
    field_text(failure, "message", c->message);
    return failure;
}

void mexFunction(int nlhs, mxArray *plhs[], int nrhs, const mxArray *prhs[])
{
    mexAtExit(release_calls);
    call *c = clean_call();
    if (!c)
        mexErrMsgIdAndTxt("spikernn:argument", "calls in callbacks are %d deep; expected fewer",
                          CALLS_MAX);
    const command run = nrhs > 0 && nlhs > 1 ? command_named(c, prhs[0]) : NULL;
    if (!run)
        mexErrMsgIdAndTxt("spikernn:argument", "it is for the .m files beside it; see 'help "
                                               "LIF_network_fnc'");
    c->n_in = nrhs - 1;
    c->in = prhs + 1;
    c->n_out = nlhs - 1;
    c->out = plhs + 1;
    const bool good = run(c);
    /* the interpreter answers Ctrl-C before it could raise the failure */
    if (!good && !strcmp(c->id, "spikernn:interrupted")) mexPrintf("%s\n", c->message);
    plhs[0] = good ? mxCreateDoubleMatrix(0, 0, mxREAL) : failure_of(c);
    for (int i = 1; i < nlhs; i++)
        if (!plhs[i]) plhs[i] = mxCreateDoubleMatrix(0, 0, mxREAL);
    call_release(c);
}
