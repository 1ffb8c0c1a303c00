/* spikernn lesion: a copy of a network without some of its connections. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <inttypes.h>
#include <stdlib.h>

static int lesion_report(const cli_options *o, const int64_t *removed)
{
    if (o->json) {
        json_t *document = cli_json_document(o), *counts = json_object();
        for (int p = 0; p < SRNN_PATHWAYS; p++)
            json_object_set_new(counts, srnn_option_choice("pathways", p),
                                json_integer(removed[p]));
        json_object_set_new(document, "model", cli_json_text(o->args[1]));
        json_object_set_new(document, "seed", json_integer((json_int_t)o->s.seed));
        json_object_set_new(document, "removed", counts);
        return cli_json_result(o, document);
    }
    int64_t all = 0;
    for (int p = 0; p < SRNN_PATHWAYS; p++) all += removed[p];
    printf("removed: %" PRId64 " connections", all);
    for (int p = 0; p < SRNN_PATHWAYS; p++)
        printf("%s %s %" PRId64, p ? "," : ":", srnn_option_choice("pathways", p), removed[p]);
    printf("\nmodel: %s\n", cli_shown(o->args[1]));
    return CLI_OK;
}

static int lesion_model(cli_options *o, srnn_ctx *ctx, srnn_model *model, cli_save_fn save)
{
    int64_t removed[SRNN_PATHWAYS];
    srnn_lesion lesion = {.size = sizeof lesion,
                          .share = o->s.share,
                          .by_pathway = o->s.by_pathway,
                          .seed = o->s.seed};
    for (int p = 0; p < SRNN_PATHWAYS; p++) lesion.pathways[p] = o->s.pathways >> p & 1;
    srnn_status status = srnn_model_lesion(ctx, model, &lesion, removed);
    if (!status) status = save(ctx, model, o->args[1]);
    return status ? cli_library_error(o, ctx, status) : lesion_report(o, removed);
}

static int lesion_run(cli_options *o)
{
    const cli_save_fn save = cli_new_model(o, o->args[1]);
    if (!save) return CLI_FAILED;
    cli_progress progress;
    srnn_ctx *ctx = cli_ctx_open(o, &progress);
    if (!ctx) return CLI_FAILED;
    srnn_model *model;
    int code = cli_model_load(o, ctx, o->args[0], &model);
    if (!code) code = lesion_model(o, ctx, model, save);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
    return code;
}

static const cli_group lesion_groups[] = {{NULL, "@lesion"},
                                          {"Running:", "seed threads +quiet +config"},
                                          {"Output:", "+json +help"},
                                          {0}};

const cli_verb cli_lesion = {
    .name = "lesion",
    .args_doc = "MODEL NEW_MODEL",
    .summary = "remove connections at random, into a new model file",
    .doc = "Removes a share of the network's connections, drawn at random, and writes what is left "
           "as a new model. It keeps the scaling factor of the intact network, so that `spikernn "
           "eval` shows what the lesion does.\v"
           "Example: spikernn lesion --share 0.2 --pathways IE model.mat lesioned.mat",
    .min_args = 2,
    .max_args = 2,
    .groups = lesion_groups,
    .run = lesion_run};
