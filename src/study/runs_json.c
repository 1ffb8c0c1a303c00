/* Any networks as JSON. */
#include <math.h>

#include "experiment/results_json.h"
#include "study/runs.h"
#include "study/study_json.h"

static json_t *varied_names_json(const char *const *names, int n)
{
    json_t *list = json_array();
    for (int i = 0; i < n; i++) list = srnn__json_append(list, json_string(names[i]));
    return list;
}

static json_t *limits_json(double low, double high)
{
    return isfinite(low) && isfinite(high) ? json_pack("[ff]", low, high) : json_null();
}

static json_t *compared_measures_json(const srnn_runs *runs)
{
    json_t *list = json_array();
    for (int k = 0; k < runs->view.n_measures; k++) {
        const srnn_measure *m = &runs->measures[k];
        list = srnn__json_append(list, json_pack("{sssssssssi}", "name", m->name, "short",
                                                 runs->short_names[k], "title", m->title, "unit",
                                                 m->unit, "digits", m->digits));
    }
    return list;
}

/* The varied options as they are shown, by name. */
static json_t *shown_options_json(const srnn_runs *runs, int group)
{
    json_t *json = json_object();
    for (int k = 0; k < runs->view.n_varied; k++) {
        const char *text = srnn__group_text(runs, group, k);
        const double number = runs->groups[group].option_values[k];
        json_t *value = !text              ? json_null()
                        : isfinite(number) ? json_real(number)
                                           : json_string(text);
        json = srnn__json_with(json, runs->varied[k], value);
    }
    return json;
}

/* A path may hold any bytes, a JSON document only UTF-8. */
static json_t *path_json(const char *path)
{
    char shown[4096];
    json_t *json = json_string(path);
    if (json) return json;
    srnn_printable(path, shown, sizeof shown);
    return json_string(shown);
}

static json_t *values_json(const srnn_runs *runs, int i)
{
    json_t *json = json_object();
    for (int k = 0; k < runs->view.n_measures; k++) {
        double n, low, high;
        srnn__run_interval(runs->run_of[i], runs->measures[k].name, &n, &low, &high);
        json = srnn__json_with(json, runs->measures[k].name,
                               json_pack("{sososo}", "value",
                                         srnn__json_real(runs->networks[i].values[k]), "n",
                                         isnan(n) ? json_null() : json_integer((json_int_t)n),
                                         "interval", limits_json(low, high)));
    }
    return json;
}

static json_t *compared_networks_json(const srnn_runs *runs)
{
    json_t *list = json_array();
    for (int i = 0; i < runs->n; i++) {
        const srnn_study_network *network = &runs->networks[i];
        const srnn__listed *run = runs->run_of[i];
        list = srnn__json_append(
            list, json_pack("{sssosisossssso}", "network", network->key, "path",
                            path_json(run->path), "group", network->condition, "seed",
                            run->has_seed ? json_integer((json_int_t)run->seed) : json_null(),
                            "state", srnn__network_state_name(network->state), "sentence",
                            network->sentence, "values", values_json(runs, i)));
    }
    return list;
}

/* By measure; NULL after an error, too. */
static json_t *group_measures_json(srnn_ctx *ctx, const srnn_runs *runs, int group)
{
    json_t *json = json_object();
    for (int k = 0; k < runs->view.n_measures && json; k++) {
        srnn_condition_summary s;
        const srnn_status status = srnn_study_summary(ctx, &runs->view, group, k, &s);
        const srnn_sample_summary *v = &s.values;
        json = srnn__json_with(
            json, runs->measures[k].name,
            status ? NULL
                   : json_pack("{sisosososo}", "n", v->n, "mean", srnn__json_real(v->mean), "sd",
                               srnn__json_real(v->sd), "median", srnn__json_real(v->median),
                               "interval", limits_json(v->low, v->high)));
    }
    return json;
}

static json_t *groups_json(srnn_ctx *ctx, const srnn_runs *runs)
{
    json_t *list = json_array();
    for (int g = 0; g < runs->view.n_conditions && list; g++) {
        int n = 0, at[4] = {0};
        for (int i = 0; i < runs->n; i++)
            if (runs->networks[i].condition == g) n++, at[runs->networks[i].state]++;
        list = srnn__json_append(list, json_pack("{sssosisisisiso}", "group", runs->groups[g].name,
                                                 "options", shown_options_json(runs, g), "networks",
                                                 n, "left", at[SRNN_NETWORK_LEFT], "not_trained",
                                                 at[SRNN_NETWORK_NOT_TRAINED], "failed",
                                                 at[SRNN_NETWORK_FAILED], "measures",
                                                 group_measures_json(ctx, runs, g)));
    }
    return list;
}

char *srnn_runs_json(srnn_ctx *ctx, const srnn_runs *runs)
{
    return srnn__json_text_of(
        json_pack("{sososososOsO}", "measures", compared_measures_json(runs), "options",
                  varied_names_json(runs->varied, runs->view.n_varied), "networks",
                  compared_networks_json(runs), "groups", groups_json(ctx, runs), "tests",
                  runs->tests, "notes", runs->notes));
}
