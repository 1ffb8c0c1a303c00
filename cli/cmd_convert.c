/* spikernn convert: one form of model file, or of a file of spikes, into another. */
#define _GNU_SOURCE 1
#include "cli.h"

static int report_spikes(const cli_options *o, const srnn_spikes *s, const char *from,
                         const char *to)
{
    if (!o->json) {
        printf("%s: %s\nspikes %lld, units %d, trials %d of %g ms\n", cli_shown(from),
               cli_shown(to), (long long)s->n, s->N, s->K, s->T_ms);
        return CLI_OK;
    }
    json_t *document = cli_json_document(o);
    json_object_set_new(document, "from", cli_json_text(from));
    json_object_set_new(document, "to", cli_json_text(to));
    json_object_set_new(document, "spikes", json_integer((json_int_t)s->n));
    json_object_set_new(document, "units", json_integer(s->N));
    json_object_set_new(document, "trials", json_integer(s->K));
    json_object_set_new(document, "T_ms", cli_json_real(s->T_ms));
    return cli_json_result(o, document);
}

static int convert_spikes(cli_options *o, srnn_ctx *ctx, const char *from, const char *to)
{
    if (!cli_for_spikes_alone(to) && !cli_ends_in(to, ".mat"))
        return cli_error(o,
                         "%s has spikes, but %s is no name for them; expected one that ends in "
                         ".csv, .nwb, .h5 or .mat",
                         from, to);
    if (!cli_new_file(o, to)) return CLI_FAILED;
    srnn_spikes spikes;
    srnn_status status = srnn_spikes_load(ctx, from, &spikes);
    if (!status && cli_interrupted()) status = SRNN_CANCELLED;
    if (!status) status = srnn_spikes_save(ctx, &spikes, to);
    const int code = status == SRNN_CANCELLED
                         ? (cli_error(o, "interrupted; %s was not written", to), CLI_INTERRUPTED)
                     : status ? cli_library_error(o, ctx, status)
                              : report_spikes(o, &spikes, from, to);
    srnn_spikes_free(&spikes);
    return code;
}

static int convert_report(const cli_options *o, const srnn_model *model, const char *from,
                          const char *to)
{
    if (!o->json) {
        printf("%s: %s\n", cli_shown(from), cli_shown(to));
        if (*srnn_model_key_prefix(model))
            printf("keys read without '%s', which all of them begin with\n",
                   srnn_model_key_prefix(model));
        if (srnn_model_n_rectified(model) > 0)
            printf("%lld weights below zero are no connections under Dale's principle\n",
                   (long long)srnn_model_n_rectified(model));
        return CLI_OK;
    }
    json_t *document = cli_json_document(o);
    json_object_set_new(document, "from", cli_json_text(from));
    json_object_set_new(document, "to", cli_json_text(to));
    json_object_set_new(document, "key_prefix", json_string(srnn_model_key_prefix(model)));
    json_object_set_new(document, "rectified_weights",
                        json_integer((json_int_t)srnn_model_n_rectified(model)));
    return cli_json_result(o, document);
}

static int convert_model(const cli_options *o, srnn_ctx *ctx, const char *from, const char *to)
{
    const cli_save_fn save = cli_new_model(o, to);
    if (!save) return CLI_FAILED;
    srnn_model *model;
    int code = cli_model_load(o, ctx, from, &model);
    const srnn_status status = code ? SRNN_OK : save(ctx, model, to);
    if (!code)
        code = status ? cli_library_error(o, ctx, status) : convert_report(o, model, from, to);
    srnn_model_free(model);
    return code;
}

static int convert_run(cli_options *o)
{
    const char *from = o->args[0], *to = o->args[1];
    cli_progress progress;
    srnn_ctx *ctx = cli_ctx_open(o, &progress);
    if (!ctx) return CLI_FAILED;
    const int code = srnn_spikes_file(ctx, from) || cli_for_spikes_alone(to)
                         ? convert_spikes(o, ctx, from, to)
                         : convert_model(o, ctx, from, to);
    srnn_ctx_free(ctx);
    return code;
}

static const cli_group convert_groups[] = {{"Output:", "+config +json +help"}, {0}};

const cli_verb cli_convert = {
    .name = "convert",
    .args_doc = "FILE NEW",
    .summary = "turn a model or its spikes into another form of file",
    .doc =
        "Writes a model, a .mat or .pth file, as NEW, whose name ends in .mat or .pth. Weights and "
        "time constants keep every bit. A .pth file keeps Adam's moments, too; a .mat file the "
        "last trial.\n\n"
        "Writes the spikes of a file of `simulate`, or of another program, as NEW: .csv (a line a "
        "spike), .nwb (NWB 2), .h5 (SONATA) or .mat. An existing file is never replaced.\v"
        "Examples:\n"
        "  spikernn convert Task_go-nogo_N_200.pth Task_go-nogo_N_200.mat\n"
        "  spikernn convert go.mat go.nwb",
    .min_args = 2,
    .max_args = 2,
    .groups = convert_groups,
    .run = convert_run};
