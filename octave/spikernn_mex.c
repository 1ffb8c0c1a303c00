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
                {"spikernn_eval", command_eval}};

/* Where a jump of Octave's own ended the latest call, the next one cleans up after it. */
static call current;

static void release_current(void) { call_release(&current); }

static command command_named(const mxArray *a)
{
    char name[32] = "";
    if (mxIsChar(a)) mxGetString(a, name, sizeof name);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (!strcmp(name, commands[i].function)) {
            current.function = commands[i].function;
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
    mexAtExit(release_current);
    call_release(&current);
    const command run = nrhs > 0 && nlhs > 1 ? command_named(prhs[0]) : NULL;
    if (!run)
        mexErrMsgIdAndTxt("spikernn:argument", "it is for the .m files beside it; see 'help "
                                               "LIF_network_fnc'");
    current.n_in = nrhs - 1;
    current.in = prhs + 1;
    current.n_out = nlhs - 1;
    current.out = plhs + 1;
    const bool good = run(&current);
    /* the interpreter answers Ctrl-C before it could raise the failure */
    if (!good && !strcmp(current.id, "spikernn:interrupted")) mexPrintf("%s\n", current.message);
    plhs[0] = good ? mxCreateDoubleMatrix(0, 0, mxREAL) : failure_of(&current);
    for (int i = 1; i < nlhs; i++)
        if (!plhs[i]) plhs[i] = mxCreateDoubleMatrix(0, 0, mxREAL);
    call_release(&current);
}
