/* The figures that a study file lists: drawn into FOLDER/1, FOLDER/2 and so on. */
#define _GNU_SOURCE 1
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "spikernn/study.h"

typedef struct listed_figure {
    cli_options one; /* the report's, with this figure alone */
    srnn_ctx *ctx;
    const srnn_study *study;
    const srnn_study_view *view;
    const srnn_study_figure *figure;
    cli_figures_drawn drawn;
    const char *missing; /* why it is not drawn; NULL: it is */
} listed_figure;

/* ---- of the study ---- */

static int draw_of_study(listed_figure *l)
{
    srnn_study_view shown;
    const srnn_status status = srnn_study_figure_view(l->ctx, l->view, l->figure, &shown);
    const srnn_figure_data data = {.study = &shown};
    int code = status ? cli_library_error(&l->one, l->ctx, status) : CLI_OK;
    if (!code && srnn_figure_possible(l->one.figures[0], &data, &l->missing))
        code = cli_draw_data(&l->one, l->ctx, &data, l->one.s.figures_dir, &l->drawn);
    srnn_study_figure_view_free(&shown);
    return code;
}

/* ---- of one network ---- */

/* The options of the network's condition, with how the report draws. */
static srnn_status take_network_options(listed_figure *l, const srnn_study_network *n,
                                        srnn_options **options)
{
    const srnn_settings *report = &l->one.s;
    char seed[32];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)n->seed);
    srnn_status status =
        srnn_options_copy(l->ctx, srnn_study_condition_options(l->study, n->condition), options);
    if (!status) status = srnn_options_set(l->ctx, *options, "seed", seed);
    if (!status) status = srnn_options_finish(l->ctx, *options, NULL);
    if (status) return status;
    srnn_settings s = *srnn_options_settings(*options);
    s.formats = report->formats;
    s.figures_dir = report->figures_dir;
    s.style = report->style;
    s.figure_scripts = report->figure_scripts;
    l->one.s = s;
    l->one.values = *options;
    return SRNN_OK;
}

static bool is_converted(const srnn_model *model)
{
    return srnn_model_get_search(model).n > 0 || srnn_model_get_operating_point(model).gain;
}

/* With the search of its condition, which the file of a shared training lacks. */
static int draw_subject(listed_figure *l, const char *path)
{
    cli_subject subject;
    srnn_model *model = NULL;
    const srnn_status status = srnn_study_load_model(l->ctx, l->study, l->figure->network, &model);
    if (status) return srnn_model_free(model), cli_library_error(&l->one, l->ctx, status);
    l->one.rate_network = !is_converted(model);
    int code = cli_subject_of_model(&l->one, l->ctx, path, model, &subject);
    if (!code) {
        const srnn_figure_data data = cli_figure_data(&l->one, &subject);
        if (srnn_figure_possible(l->one.figures[0], &data, &l->missing))
            code = cli_draw_data(&l->one, l->ctx, &data, l->one.s.figures_dir, &l->drawn);
    }
    cli_subject_close(&subject);
    return code;
}

static int draw_of_network(listed_figure *l)
{
    srnn_options *options = NULL;
    char *path = NULL;
    const int i = l->figure->network;
    l->missing = "no network of the condition is trained yet, or its file is not kept";
    if (i < 0 || srnn_study_model_path(l->ctx, l->study, i, &path)) return CLI_OK;
    const srnn_status status = take_network_options(l, &l->view->networks[i], &options);
    const int code = status ? cli_library_error(&l->one, l->ctx, status) : draw_subject(l, path);
    srnn_options_free(options);
    free(path);
    return code;
}

/* ---- all of them ---- */

/* With the network that is shown: "Outputs: softplus, seed 3". NULL: out of memory. */
static json_t *title_of(const listed_figure *l, const char *title)
{
    if (!l->figure->of_network || l->figure->network < 0) return json_string(title);
    const srnn_study_network *n = &l->view->networks[l->figure->network];
    return json_sprintf("%s: %s, seed %llu", title, l->view->conditions[n->condition].name,
                        (unsigned long long)n->seed);
}

/* {"name", "title", "caption", "svg" or "missing"} of the page. */
static json_t *listed_json(const listed_figure *l, const char *name)
{
    const srnn_figure *figure = l->one.figures[0];
    json_t *drawn = cli_page_figures_json(&l->one, l->one.s.figures_dir, &l->drawn);
    json_t *json = json_array_size(drawn) ? json_deep_copy(json_array_get(drawn, 0))
                                          : json_pack("{ss ss}", "title", figure->title, "missing",
                                                      l->missing ? l->missing : "gnuplot draws it");
    json_decref(drawn);
    json_object_set_new(json, "name", json_string(name));
    json_object_set_new(json, "title", title_of(l, figure->title));
    json_object_set_new(json, "caption",
                        json_string(*l->figure->caption ? l->figure->caption : figure->caption));
    return json;
}

static int draw_listed(listed_figure *l, const char *folder, int place, json_t *list)
{
    char *own;
    char name[80];
    snprintf(name, sizeof name, "%d-%.64s", place, l->figure->name);
    if (asprintf(&own, "%s/%d", folder, place) < 0) return cli_error(&l->one, "out of memory");
    l->one.s.figures_dir = own;
    const int code = l->figure->of_network ? draw_of_network(l) : draw_of_study(l);
    if (!code) json_array_append_new(list, listed_json(l, name));
    free(own);
    return code;
}

int cli_study_figures(const cli_options *o, srnn_ctx *ctx, const srnn_study *study,
                      const char *folder, json_t *list)
{
    const srnn_study_view v = srnn_study_get(study);
    int code = CLI_OK;
    for (int i = 0; i < v.n_figures && !code; i++) {
        listed_figure l = {
            .one = *o, .ctx = ctx, .study = study, .view = &v, .figure = &v.figures[i]};
        l.one.all_figures = false;
        l.one.n_figures = 1;
        l.one.figures[0] = srnn_figure_named(v.figures[i].name);
        code = draw_listed(&l, folder, i + 1, list);
    }
    return code;
}
