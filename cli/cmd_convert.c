/* spikernn convert: one form of model file into the other. */
#define _GNU_SOURCE 1
#include "cli.h"

static int report(const cli_options *o, const srnn_model *model, const char *from, const char *to)
{
    if (!o->json) {
        printf("%s: %s\n", from, to);
        if (srnn_model_n_rectified(model) > 0)
            printf("%lld weights below zero are no connections under Dale's principle\n",
                   (long long)srnn_model_n_rectified(model));
        return CLI_OK;
    }
    json_t *document = cli_json_document(o);
    json_object_set_new(document, "from", cli_json_text(from));
    json_object_set_new(document, "to", cli_json_text(to));
    json_object_set_new(document, "rectified_weights",
                        json_integer((json_int_t)srnn_model_n_rectified(model)));
    return cli_json_print(o, document);
}

static int convert(const cli_options *o, srnn_ctx *ctx, const char *from, const char *to,
                   cli_save_fn save)
{
    srnn_model *model;
    srnn_status status = srnn_model_load(ctx, from, &model);
    if (!status) status = save(ctx, model, to);
    const int code = status ? cli_library_error(o, ctx, status) : report(o, model, from, to);
    srnn_model_free(model);
    return code;
}

static int run(cli_options *o)
{
    const char *from = o->args[0], *to = o->args[1];
    const cli_save_fn save = cli_new_model(o, to);
    if (!save) return CLI_FAILED;
    srnn_ctx *ctx;
    const srnn_status status = srnn_ctx_create(NULL, &ctx);
    const int code = status ? cli_library_error(o, ctx, status) : convert(o, ctx, from, to, save);
    srnn_ctx_free(ctx);
    return code;
}

static const struct argp_child groups[] = {{&cli_output_group, 0, "Output:", 1}, {0}};

const cli_verb cli_convert = {
    .name = "convert",
    .args_doc = "MODEL NEW",
    .summary = "turn a .mat file into a .pth file, or back",
    .doc =
        "Writes MODEL, a .mat or .pth file, as NEW, whose name ends in .mat or .pth. Weights and "
        "time constants keep every bit. A .pth file keeps Adam's moments, too; a .mat file the "
        "last trial. An existing file is never replaced.\v"
        "Example: spikernn convert Task_go-nogo_N_200.pth Task_go-nogo_N_200.mat",
    .min_args = 2,
    .max_args = 2,
    .groups = groups,
    .run = run};
