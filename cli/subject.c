/* What an analysis is of: a model, whose trials are run, or a file of spikes. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>

void cli_subject_close(cli_subject *s)
{
    cli_analysis_free(&s->analysis);
    srnn_task_free(s->own_task);
    srnn_model_free(s->own_model);
}

/* The name of an option that only a model's trials have; NULL: none is on the command line. */
static const char *models_option(const cli_options *o)
{
    static const char *const names[] = {"fixed_points", "fixed_starts", "network", "units"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (srnn_options_given(o->values, names[i]) > 0) return names[i];
    if (srnn_options_given(o->values, "observed_trials") > 0) return "n_trials";
    return cli_latest(o, SRNN_OF_TASK | CLI_OF_SPIKING, NULL);
}

/* *code: what the program ends with, where its sentence has been printed. */
static srnn_status analyze_spikes(cli_options *o, srnn_ctx *ctx, const char *path, cli_subject *s,
                                  int *code)
{
    srnn_spikes spikes;
    srnn_status status = srnn_spikes_load(ctx, path, &spikes);
    if (status) return status;
    if (cli_can_analyze(o, path, &spikes))
        status = cli_analyze_spikes(ctx, o, &spikes, &s->analysis);
    else
        *code = CLI_FAILED;
    srnn_spikes_free(&spikes);
    return status;
}

bool cli_shown_units(cli_options *o, const srnn_model *model)
{
    const srnn_model_view view = srnn_model_get_view(model);
    return !o->s.units || o->shown ||
           cli_parse_units(o, "--units", o->s.units, &view, &o->shown, &o->n_shown);
}

/* Does what the options say fit the model? False: the sentence has been printed. */
static bool subject_choose(cli_options *o, srnn_ctx *ctx, const char *path, cli_subject *s)
{
    if (o->s.fixed_points && srnn_task_type_index(s->task, o->s.fixed_points) < 0)
        return cli_unknown_type(o, "--fixed_points", o->s.fixed_points, srnn_task_get_def(s->task)),
               false;
    if (!cli_shown_units(o, s->model)) return false;
    if (!cli_stimulation_choice(o, s->model, s->task)) return false;
    return o->rate_network || cli_spiking_choice(o, ctx, path, s->model, &s->scaling_factor);
}

static int analysed(const cli_options *o, const srnn_ctx *ctx, const cli_subject *s,
                    srnn_status status)
{
    if (status == SRNN_CANCELLED)
        return cli_error(o, "interrupted; %s was not analysed to the end", s->path),
               CLI_INTERRUPTED;
    if (status == SRNN_ERR_NO_MEMORY) return cli_error(o, "%s: out of memory", s->path);
    if (status && s->model) return cli_error(o, "%s: %s", s->path, srnn_ctx_message(ctx));
    return status ? cli_library_error(o, ctx, status) : CLI_OK;
}

int cli_subject_of_model(cli_options *o, srnn_ctx *ctx, const char *path, srnn_model *model,
                         cli_subject *s)
{
    *s = (cli_subject){.path = path, .model = model, .own_model = model, .scaling_factor = NAN};
    s->task = s->own_task = cli_model_task(o, ctx, path, model);
    if (!s->task || !subject_choose(o, ctx, path, s)) return CLI_FAILED;
    const srnn_status status =
        cli_analyze_model(ctx, o, model, s->task, s->scaling_factor, NULL, &s->analysis);
    return analysed(o, ctx, s, status);
}

static int subject_of_spikes(cli_options *o, srnn_ctx *ctx, const char *path, cli_subject *s)
{
    int code = CLI_OK;
    if (models_option(o))
        return cli_error(o, "%s has spikes that were simulated before; expected it without --%s",
                         path, models_option(o));
    const srnn_status status = analyze_spikes(o, ctx, path, s, &code);
    return code ? code : analysed(o, ctx, s, status);
}

int cli_subject_open(cli_options *o, srnn_ctx *ctx, const char *path, cli_subject *s)
{
    srnn_model *model = NULL;
    *s = (cli_subject){.path = path, .scaling_factor = NAN};
    if (srnn_spikes_file(ctx, path)) return subject_of_spikes(o, ctx, path, s);
    const int code = cli_model_load(o, ctx, path, &model);
    if (!code) return cli_subject_of_model(o, ctx, path, model, s);
    srnn_model_free(model);
    return code;
}

int cli_subject_observed(const cli_options *o, srnn_ctx *ctx, const char *path,
                         const srnn_model *model, const srnn_task *task,
                         const srnn_observation *observation, cli_subject *s)
{
    *s = (cli_subject){.path = path, .model = model, .task = task, .scaling_factor = NAN};
    const srnn_status status =
        cli_analyze_model(ctx, o, model, task, s->scaling_factor, observation, &s->analysis);
    return analysed(o, ctx, s, status);
}

/* ---- a verb's one argument ---- */

bool cli_networks_fit(const cli_options *o)
{
    const char *spiking = o->rate_network ? cli_latest(o, CLI_OF_SPIKING, NULL) : NULL;
    if (spiking)
        cli_error(o, "--%s is of the spiking network; expected it without --network rate", spiking);
    return !spiking;
}

int cli_with_model(cli_options *o, cli_model_fn use)
{
    cli_progress progress;
    srnn_ctx *ctx = cli_ctx_open(o, &progress);
    if (!ctx) return CLI_FAILED;
    srnn_model *model = NULL;
    srnn_task *task = NULL;
    int code = cli_model_load(o, ctx, o->args[0], &model);
    if (!code) {
        task = cli_model_task(o, ctx, o->args[0], model);
        code = task ? use(o, ctx, model, task) : CLI_FAILED;
    }
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
    return code;
}

int cli_with_subject(cli_options *o, cli_subject_fn use)
{
    cli_progress progress;
    srnn_ctx *ctx = cli_ctx_open(o, &progress);
    if (!ctx) return CLI_FAILED;
    cli_subject subject;
    int code = cli_subject_open(o, ctx, o->args[0], &subject);
    if (!code) code = use(o, ctx, &subject);
    cli_subject_close(&subject);
    srnn_ctx_free(ctx);
    return code;
}
