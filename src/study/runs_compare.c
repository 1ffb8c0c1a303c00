/* Networks as a study whose conditions are the groups, and the tests between these. */
#define _GNU_SOURCE 1
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/results_json.h"
#include "study/runs.h"
#include "study/study_json.h"

/* Groups that are tested, at most: 60 pairs. */
enum { TESTED_MAX = 61 };

void srnn__runs_ungroup(srnn_runs *runs)
{
    const int n_texts = runs->view.n_conditions * runs->view.n_varied;
    for (int k = 0; runs->texts && k < n_texts; k++) free(runs->texts[k]);
    for (int g = 0; runs->groups && g < runs->view.n_conditions; g++) {
        free((char *)runs->groups[g].name);
        free((char *)runs->groups[g].options);
        free(runs->groups[g].option_values);
    }
    for (int k = 0; runs->measures && k < runs->view.n_measures; k++)
        free((char *)runs->measures[k].title);
    for (int i = 0; i < runs->n; i++) {
        free(runs->all[i].name);
        runs->all[i].name = NULL;
    }
    free(runs->varied);
    free(runs->groups);
    free(runs->texts);
    free(runs->networks);
    free(runs->run_of);
    free(runs->of_group);
    free(runs->measures);
    free(runs->short_names);
    free(runs->values);
    json_decref(runs->tests);
    json_decref(runs->notes);
    *runs = (srnn_runs){
        .all = runs->all, .n = runs->n, .room = runs->room, .met = runs->met, .seen = runs->seen};
}

/* ---- tests ---- */

/* Groups of several networks, which come first. */
static int several_networks(const srnn_runs *runs)
{
    int n = 0;
    for (int i = 0; i + 1 < runs->n; i++)
        if (runs->networks[i].condition == n && runs->networks[i + 1].condition == n) n++;
    return n;
}

/* In the first n_measures. */
static srnn_status test_groups(srnn_ctx *ctx, srnn_runs *runs, int n_groups, int n_measures)
{
    srnn_study_view view = runs->view;
    runs->tests = json_array();
    view.n_conditions = n_groups;
    for (int k = 0; k < n_measures && n_groups > 1 && runs->tests; k++) {
        view.main_measure = k;
        json_t *tests = srnn__study_tests_json(ctx, &view);
        if (!tests || json_array_extend(runs->tests, tests)) {
            json_decref(runs->tests);
            runs->tests = NULL;
        }
        json_decref(tests);
    }
    return runs->tests ? SRNN_OK : srnn__no_memory(ctx);
}

/* ---- what a reader has to know ---- */

static void add_note(srnn_runs *runs, const char *format, ...) SRNN__PRINTF(2, 3);

static void add_note(srnn_runs *runs, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    runs->notes = srnn__json_append(runs->notes, json_vsprintf(format, args));
    va_end(args);
}

/* The number of trials of a measure: the fewest and the most of a network; 0: not known. */
static void range_of_trials(const srnn_runs *runs, const char *measure, double *least, double *most)
{
    *least = *most = 0;
    for (int i = 0; i < runs->n; i++) {
        double n, low, high;
        srnn__run_interval(runs->run_of[i], measure, &n, &low, &high);
        if (isnan(n)) continue;
        if (*most == 0 || n < *least) *least = n;
        if (n > *most) *most = n;
    }
}

static void note_compared(srnn_runs *runs, int k)
{
    const srnn_measure *m = &runs->measures[k];
    double least, most;
    range_of_trials(runs, m->name, &least, &most);
    if (most > least)
        add_note(runs, "%s: %s; %g to %g trials of a network, 95 %% Wilson interval", m->name,
                 m->title, least, most);
    else if (most > 0)
        add_note(runs, "%s: %s; %g trials of a network, 95 %% Wilson interval", m->name, m->title,
                 most);
    else if (strcmp(m->title, m->name) != 0)
        add_note(runs, "%s: %s", m->name, m->title);
}

/* Equal options and seeds give equal networks. */
static void note_doubles(srnn_runs *runs)
{
    for (int i = 0; i + 1 < runs->n; i++) {
        const srnn_study_network *a = &runs->networks[i], *b = a + 1;
        if (a->condition != b->condition || a->seed != b->seed) continue;
        add_note(runs,
                 "%s and %s have the same options and the seed %" PRIu64
                 ": each counts as a network",
                 a->key, b->key, a->seed);
        return;
    }
}

static void note_tests(srnn_runs *runs, int several, int tested)
{
    if (tested < 2 && runs->view.n_conditions > 1)
        add_note(runs, "No tests: fewer than two groups have more than one network");
    if (tested < 2) return;
    add_note(runs,
             "Tests are two-sided: Wilcoxon's signed-rank test of pairs of equal seeds where "
             "the smaller group's seeds are all in the other, else the rank-sum test (Mann "
             "and Whitney's U); p_holm: corrected for all tests of the measure; effect: "
             "rank-biserial correlation; difference: median of a - b, of the pairs or of all");
    if (tested > SRNN__PAIRED_CONDITIONS)
        add_note(runs, "With more than %d groups each is tested against the first, %s",
                 SRNN__PAIRED_CONDITIONS, runs->groups[0].name);
    if (several > tested)
        add_note(runs, "%d groups have more than one network; only the first %d are tested",
                 several, tested);
}

static srnn_status make_notes(srnn_ctx *ctx, srnn_runs *runs, int several, int tested)
{
    runs->notes = json_array();
    for (int k = 0; k < runs->view.n_measures; k++) note_compared(runs, k);
    note_doubles(runs);
    note_tests(runs, several, tested);
    return runs->notes ? SRNN_OK : srnn__no_memory(ctx);
}

/* ---- all of it ---- */

static void fill_view(srnn_runs *runs)
{
    srnn_study_view *view = &runs->view;
    view->name = "compare";
    view->about = view->task = view->folder = "";
    view->varied = runs->varied;
    view->conditions = runs->groups;
    view->n_networks = runs->n;
    view->networks = runs->networks;
    view->measures = runs->measures;
    view->versions = "[]";
}

srnn_status srnn_runs_compare(srnn_ctx *ctx, srnn_runs *runs, const char *measures)
{
    srnn__runs_ungroup(runs);
    if (runs->n == 0)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "there are no networks; expected one or more");
    srnn_status status = srnn__runs_name(ctx, runs);
    if (!status) status = srnn__runs_group(ctx, runs);
    if (!status) status = srnn__runs_name_groups(ctx, runs);
    if (!status) status = srnn__runs_measure(ctx, runs, measures);
    if (status) return status;
    fill_view(runs);
    const int several = several_networks(runs),
              tested = several < TESTED_MAX ? several : TESTED_MAX;
    const int n = runs->view.n_measures;
    status = test_groups(ctx, runs, tested, measures || n < 1 ? n : 1);
    return status ? status : make_notes(ctx, runs, several, tested);
}

srnn_study_view srnn_runs_get(const srnn_runs *runs) { return runs->view; }
