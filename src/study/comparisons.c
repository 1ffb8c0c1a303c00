/* Tests between the conditions of a study. */
#include <math.h>
#include <stdlib.h>

#include "core/core.h"
#include "experiment/results_json.h"
#include "study/study_json.h"

/* Two conditions in one measure: values by network of each, and those of equal seeds. */
typedef struct comparison {
    int a, b, n_a, n_b, n_pairs;
    double *value_a, *value_b; /* [n_a], [n_b]; NaN: none */
    double *pair_a, *pair_b;   /* [n_pairs] */
    bool paired;
    srnn_rank_test test;
} comparison;

static void comparison_free(comparison *c)
{
    free(c->value_a);
    free(c->value_b);
    free(c->pair_a);
    free(c->pair_b);
}

/* Where condition `condition` begins among the networks, which are sorted by condition, and how
   many of them it has. */
static int condition_networks(const srnn_study_view *view, int condition, int *n)
{
    int first = 0;
    while (first < view->n_networks && view->networks[first].condition != condition) first++;
    for (*n = 0; first + *n < view->n_networks; (*n)++)
        if (view->networks[first + *n].condition != condition) break;
    return first;
}

static double network_value(const srnn_study_network *network, int measure)
{
    return network->state == SRNN_NETWORK_LEFT ? (double)NAN : network->values[measure];
}

/* Networks of a condition are in the order of the seeds, so that one walk finds the equal ones. */
static void comparison_pair(const srnn_study_network *a, const srnn_study_network *b, int measure,
                            comparison *c)
{
    for (int i = 0, j = 0; i < c->n_a; i++) {
        int at = j;
        while (at < c->n_b && b[at].seed != a[i].seed) at++;
        if (at == c->n_b) continue;
        j = at + 1;
        c->pair_a[c->n_pairs] = network_value(&a[i], measure);
        c->pair_b[c->n_pairs++] = network_value(&b[at], measure);
    }
}

static srnn_status comparison_fill(srnn_ctx *ctx, const srnn_study_view *view, int measure,
                                   comparison *c)
{
    const srnn_study_network *a = view->networks + condition_networks(view, c->a, &c->n_a);
    const srnn_study_network *b = view->networks + condition_networks(view, c->b, &c->n_b);
    c->value_a = malloc(((size_t)c->n_a + 1) * sizeof(double));
    c->value_b = malloc(((size_t)c->n_b + 1) * sizeof(double));
    c->pair_a = malloc(((size_t)c->n_a + 1) * sizeof(double));
    c->pair_b = malloc(((size_t)c->n_a + 1) * sizeof(double));
    if (!c->value_a || !c->value_b || !c->pair_a || !c->pair_b) return srnn__no_memory(ctx);
    for (int i = 0; i < c->n_a; i++) c->value_a[i] = network_value(&a[i], measure);
    for (int i = 0; i < c->n_b; i++) c->value_b[i] = network_value(&b[i], measure);
    comparison_pair(a, b, measure, c);
    c->paired = c->n_pairs > 0 && c->n_pairs == (c->n_a < c->n_b ? c->n_a : c->n_b);
    return SRNN_OK;
}

static srnn_status comparison_make(srnn_ctx *ctx, const srnn_study_view *view, int measure,
                                   comparison *c)
{
    const srnn_status status = comparison_fill(ctx, view, measure, c);
    if (status) return status;
    return c->paired ? srnn_signed_rank_test(ctx, c->pair_a, c->pair_b, c->n_pairs, &c->test)
                     : srnn_rank_sum_test(ctx, c->value_a, c->n_a, c->value_b, c->n_b, &c->test);
}

/* ---- the means of one pair ---- */

static srnn_status paired_means(srnn_ctx *ctx, comparison *c, srnn__pair_test *out)
{
    srnn_sample_summary differences;
    for (int i = 0; i < c->n_pairs; i++)
        if (!isfinite(c->pair_a[i] - c->pair_b[i])) c->pair_a[i] = c->pair_b[i] = (double)NAN;
    srnn_status status = srnn_sample_summary_of(ctx, c->pair_a, c->n_pairs, &out->a);
    if (!status) status = srnn_sample_summary_of(ctx, c->pair_b, c->n_pairs, &out->b);
    for (int i = 0; i < c->n_pairs; i++) c->pair_a[i] -= c->pair_b[i];
    if (!status) status = srnn_sample_summary_of(ctx, c->pair_a, c->n_pairs, &differences);
    if (status) return status;
    out->n = differences.n;
    out->difference = differences.mean;
    out->low = differences.low;
    out->high = differences.high;
    return SRNN_OK;
}

static srnn_status unpaired_means(srnn_ctx *ctx, const comparison *c, srnn__pair_test *out)
{
    srnn_status status = srnn_sample_summary_of(ctx, c->value_a, c->n_a, &out->a);
    if (!status) status = srnn_sample_summary_of(ctx, c->value_b, c->n_b, &out->b);
    if (status) return status;
    out->difference = out->a.mean - out->b.mean;
    srnn_mean_difference(out->a.mean, out->a.sd, out->a.n, out->b.mean, out->b.sd, out->b.n,
                         &out->low, &out->high);
    return SRNN_OK;
}

srnn_status srnn__study_pair_test(srnn_ctx *ctx, const srnn_study_view *view, int measure, int a,
                                  int b, srnn__pair_test *out)
{
    comparison c = {.a = a, .b = b};
    *out = (srnn__pair_test){.n = 0};
    srnn_status status = comparison_make(ctx, view, measure, &c);
    out->paired = c.paired;
    out->test = c.test;
    if (!status) status = c.paired ? paired_means(ctx, &c, out) : unpaired_means(ctx, &c, out);
    comparison_free(&c);
    return status;
}

/* ---- all pairs ---- */

static json_t *study_test_json(const srnn_study_view *view, int measure, const comparison *c,
                               double corrected)
{
    const srnn_rank_test *t = &c->test;
    return json_pack("{sssssssssisisososbsosososo}", "measure", view->measures[measure].name, "a",
                     view->conditions[c->a].name, "b", view->conditions[c->b].name, "test",
                     c->paired ? "signed-rank" : "rank-sum", "n", t->n, "m", t->m, "statistic",
                     srnn__json_real(t->statistic), "p", srnn__json_real(t->p), "exact", t->exact,
                     "p_holm", srnn__json_real(corrected), "effect", srnn__json_real(t->effect),
                     "difference", srnn__json_real(t->difference), "shared_seeds",
                     json_integer(c->paired ? c->n_pairs : 0));
}

/* Pairs of conditions: all, or each with the first; returns how many. */
static int comparison_pairs(int n, comparison *pairs)
{
    const int last_first = n > SRNN__PAIRED_CONDITIONS ? 1 : n;
    int k = 0;
    for (int a = 0; a < last_first; a++)
        for (int b = a + 1; b < n; b++, k++)
            if (pairs) pairs[k] = (comparison){.a = a, .b = b};
    return k;
}

/* Holm's correction is over the pairs of conditions in one measure. */
static json_t *measure_tests_json(srnn_ctx *ctx, const srnn_study_view *view, int measure,
                                  json_t *tests)
{
    const int n = comparison_pairs(view->n_conditions, NULL);
    comparison *pairs = calloc((size_t)n + 1, sizeof *pairs);
    double *p = malloc(((size_t)n + 1) * sizeof *p);
    srnn_status status = pairs && p ? SRNN_OK : SRNN_ERR_NO_MEMORY;
    if (!status) comparison_pairs(view->n_conditions, pairs);
    for (int k = 0; k < n && !status; k++) {
        status = comparison_make(ctx, view, measure, &pairs[k]);
        p[k] = pairs[k].test.p;
    }
    if (!status) status = srnn_holm(ctx, p, n);
    for (int k = 0; k < n && !status; k++)
        tests = srnn__json_append(tests, study_test_json(view, measure, &pairs[k], p[k]));
    for (int k = 0; pairs && k < n; k++) comparison_free(&pairs[k]);
    free(pairs);
    free(p);
    if (!status) return tests;
    json_decref(tests);
    return NULL;
}

static bool is_expected(const srnn_study_view *view, int measure)
{
    for (int i = 0; i < view->n_expectations; i++)
        if (view->expectations[i].measure == measure) return true;
    return false;
}

json_t *srnn__study_tests_json(srnn_ctx *ctx, const srnn_study_view *view)
{
    json_t *tests = json_array();
    for (int i = 0; i < view->n_measures && tests; i++)
        if (i == view->main_measure || is_expected(view, i))
            tests = measure_tests_json(ctx, view, i, tests);
    return tests;
}
