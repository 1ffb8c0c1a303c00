/* Trials of the rate network with all that happens in them, into a .mat file. */
#include "cli.h"

#include <stdlib.h>

/* Arrays slowest axis first. */
typedef struct recording {
    cli_trials *trials;
    int N;
    float *u, *target; /* [K][T][n_in], [K][T][n_out] */
    float *x, *r, *o;  /* [K][T][N] twice, [K][T-1][n_out] */
} recording;

static bool recording_alloc(recording *rec)
{
    const srnn_task_def *def = rec->trials->def;
    const size_t K = (size_t)rec->trials->K, T = (size_t)def->T, N = (size_t)rec->N;
    const size_t n_in = (size_t)def->n_in, n_out = (size_t)def->n_out;
    rec->u = calloc(K * T * n_in, sizeof *rec->u);
    rec->target = calloc(K * T * n_out, sizeof *rec->target);
    rec->x = calloc(K * T * N, sizeof *rec->x);
    rec->r = calloc(K * T * N, sizeof *rec->r);
    rec->o = calloc(K * (T - 1) * n_out, sizeof *rec->o);
    return rec->u && rec->target && rec->x && rec->r && rec->o;
}

static void recording_free(recording *rec)
{
    free(rec->u);
    free(rec->target);
    free(rec->x);
    free(rec->r);
    free(rec->o);
}

static srnn_status run_trial(const cli_options *o, srnn_ctx *ctx, const srnn_model *model,
                             recording *rec, int k)
{
    const srnn_task *task = rec->trials->task;
    const srnn_task_def *def = rec->trials->def;
    const size_t T = (size_t)def->T, n_out = (size_t)def->n_out, at = (size_t)k;
    const int type = cli_trial_type(rec->trials, k);
    float *u = rec->u + at * T * (size_t)def->n_in, *out = rec->o + at * (T - 1) * n_out;
    srnn_rate_input input = srnn_rate_input_default();
    input.T = def->T;
    input.u = u;
    input.noise = o->s.training.noise;
    input.key = (srnn_trial_key){o->s.seed, rec->trials->domain, (uint64_t)k};
    const srnn_rate_output output = {
        .x = rec->x + at * T * (size_t)rec->N, .r = rec->r + at * T * (size_t)rec->N, .o = out};
    srnn_status status =
        srnn_task_trial(ctx, task, input.key, type, def->T, u, rec->target + at * T * n_out, NULL);
    if (!status) status = srnn_rate_run(ctx, model, &input, &output);
    double *doubles = malloc((T - 1) * n_out * sizeof *doubles);
    if (status || !doubles) {
        free(doubles);
        return status ? status : SRNN_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < (T - 1) * n_out; i++) doubles[i] = (double)out[i];
    const srnn_response response = {SRNN_RATE, def->T - 1, def->n_out, doubles, 1};
    cli_trial_scored(rec->trials, k, srnn_task_score(task, input.key, type, &response));
    free(doubles);
    return SRNN_OK;
}

static srnn_status recording_save(const cli_options *o, srnn_ctx *ctx, const recording *rec)
{
    const srnn_task_def *def = rec->trials->def;
    const size_t K = (size_t)rec->trials->K, T = (size_t)def->T, N = (size_t)rec->N;
    const size_t n_in = (size_t)def->n_in, n_out = (size_t)def->n_out;
    const double seed = (double)o->s.seed;
    char types[CLI_TYPE_NAMES_MAX];
    cli_type_names(def, types);
    srnn_array arrays[CLI_TRIAL_ARRAYS + 5] = {
        {.name = "u", .rank = 3, .dims = {n_in, T, K}, .floats = rec->u},
        {.name = "target", .rank = 3, .dims = {n_out, T, K}, .floats = rec->target},
        {.name = "x", .rank = 3, .dims = {N, T, K}, .floats = rec->x},
        {.name = "r", .rank = 3, .dims = {N, T, K}, .floats = rec->r},
        {.name = "o", .rank = 3, .dims = {n_out, T - 1, K}, .floats = rec->o}};
    cli_trial_arrays(rec->trials, types, &seed, arrays + 5);
    return srnn_arrays_save(ctx, o->s.out, arrays, CLI_TRIAL_ARRAYS + 5);
}

int cli_simulate_rate(cli_options *o, srnn_ctx *ctx, const srnn_model *model, cli_trials *trials)
{
    recording rec = {.trials = trials, .N = srnn_model_get_view(model).N};
    const double numbers = (double)trials->K * rec.N * trials->def->T;
    if (numbers >= (double)(1 << 28))
        return cli_error(o, "--n_trials is %d, so x has %g numbers; expected below 2^28",
                         trials->trials_of_type, numbers);
    srnn_status status = recording_alloc(&rec) ? SRNN_OK : SRNN_ERR_NO_MEMORY;
    for (int k = 0; k < trials->K && !status && !cli_interrupted(); k++)
        status = run_trial(o, ctx, model, &rec, k);
    int code = CLI_OK;
    if (cli_interrupted()) {
        cli_error(o, "interrupted; %s was not written", o->s.out);
        code = CLI_INTERRUPTED;
    } else if (status || (status = recording_save(o, ctx, &rec))) {
        code = cli_library_error(o, ctx, status);
    }
    recording_free(&rec);
    return code;
}
