/* Does what a study measures agree with what its file expects? Decided by the 95 % interval of the
   difference (docs/study.md). */
#define _GNU_SOURCE 1
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/study.h"
#include "study/study_json.h"

/* With 100 networks on both sides the interval of a share reaches 0.14 at most. */
#define SHARE_WITHIN 0.15
/* While networks are left: two that happen to be equal have an interval without width. */
#define ENOUGH 5

const char *srnn_expected_kind_name(srnn_expected_kind kind)
{
    static const char *const names[] = {"mean", "share", "comparison", "words"};
    return names[kind];
}

/* ---- what decides ---- */

static bool is_wide(const srnn_expectation *e)
{
    return e->difference_high - e->difference_low > 2 * e->within;
}

/* As exactly as the expected number is known. */
static bool holds_zero(const srnn_expectation *e)
{
    const double exact = e->read_off > 0 ? e->read_off : 0;
    return e->difference_low <= exact && e->difference_high >= -exact;
}

static const char *verdict_of(const srnn_expectation *e, int left)
{
    if (left > 0 && e->measured_n < ENOUGH) return "not yet";
    if (isnan(e->difference_low)) return "cannot be told";
    const bool same = holds_zero(e);
    if (same && is_wide(e)) return "cannot be told";
    const bool wanted = e->kind == SRNN_EXPECTED_COMPARISON && e->differs;
    return same != wanted ? "agrees" : "differs";
}

/* ---- sentences ---- */

/* " holds 0", of the interval. */
static void print_reason(FILE *to, const srnn_expectation *e, double unit, int digits)
{
    if (!holds_zero(e))
        fputs(" does not hold 0", to);
    else if (is_wide(e))
        fprintf(to, " is wider than ±%.*f", digits, unit * e->within);
    else
        fputs(" holds 0", to);
    if (e->read_off > 0) fprintf(to, ", to within %.*f", digits, unit * e->read_off);
}

/* unit: of the differences, 100 for shares. */
static void print_interval(FILE *to, const srnn_expectation *e, const char *of, double unit,
                           int digits)
{
    if (isnan(e->difference_low)) return;
    fprintf(to, "; difference %.*f, 95 %% interval%s %.*f to %.*f", digits, unit * e->difference,
            of, digits, unit * e->difference_low, digits, unit * e->difference_high);
    print_reason(to, e, unit, digits);
}

static void print_left(FILE *to, int left)
{
    if (left > 0) fprintf(to, "; %d network%s left", left, left == 1 ? " is" : "s are");
}

/* "≈" of what was read off a figure. */
static const char *about(const srnn_expectation *e) { return isnan(e->read_off) ? "" : "≈"; }

static srnn_status keep_sentence(srnn_ctx *ctx, FILE *to, char **text, srnn_expectation *e)
{
    if (!to || fclose(to)) {
        free(*text);
        return srnn__no_memory(ctx);
    }
    e->sentence = *text;
    return SRNN_OK;
}

/* ---- a mean ---- */

/* Without a published SD theirs is taken to be ours: the interval of a difference of n and m
   networks is that of the mean of n, wider by sqrt(1 + n / m). Without m it is a fixed number. */
static void difference_of_means(const srnn_sample_summary *m, srnn_expectation *e)
{
    e->difference = m->mean - e->mean;
    e->difference_low = e->difference_high = (double)NAN;
    if (m->n < 2) return;
    if (e->n > 1 && !isnan(e->sd)) {
        srnn_mean_difference(m->mean, m->sd, m->n, e->mean, e->sd, e->n, &e->difference_low,
                             &e->difference_high);
        return;
    }
    const double wider = e->n > 0 ? sqrt(1 + (double)m->n / e->n) : 1;
    e->difference_low = e->difference - (m->mean - m->low) * wider;
    e->difference_high = e->difference + (m->high - m->mean) * wider;
}

static srnn_status judge_mean(srnn_ctx *ctx, const srnn_study_view *v, srnn_expectation *e,
                              const srnn_condition_summary *m)
{
    const int digits = v->measures[e->measure].digits;
    char *text = NULL;
    size_t size;
    difference_of_means(&m->values, e);
    e->measured_n = m->values.n;
    e->measured = m->values.mean;
    e->measured_sd = m->values.sd;
    e->low = m->values.low;
    e->high = m->values.high;
    if (isnan(e->within)) /* a single network lies anywhere among the others */
        e->within = e->n == 1 ? INFINITY : 0.5 * (isnan(e->sd) ? m->values.sd : e->sd);
    FILE *to = open_memstream(&text, &size);
    if (to) {
        if (m->values.n > 0)
            fprintf(to, "mean %.*f of %d network%s, expected %s%.*f", digits, e->measured,
                    e->measured_n, e->measured_n == 1 ? "" : "s", about(e), digits, e->mean);
        else
            fputs("no network has it", to);
        print_interval(to, e, e->n == 1 ? " for one network" : "", 1, digits);
        print_left(to, m->left);
    }
    return keep_sentence(ctx, to, &text, e);
}

/* ---- a share ---- */

static int count_reached(const srnn_study_view *v, const srnn_expectation *e)
{
    int reached = 0;
    for (int i = 0; i < v->n_networks; i++)
        reached += v->networks[i].condition == e->condition &&
                   v->networks[i].state != SRNN_NETWORK_LEFT &&
                   v->networks[i].values[e->measure] >= e->at_least;
    return reached;
}

static void difference_of_shares(int reached, int n, srnn_expectation *e)
{
    e->difference = e->measured - e->share;
    if (e->n > 0) {
        srnn_share_difference(reached, n, (int)lround(e->share * e->n), e->n, &e->difference_low,
                              &e->difference_high);
    } else {
        e->difference_low = e->low - e->share;
        e->difference_high = e->high - e->share;
    }
}

static srnn_status judge_share(srnn_ctx *ctx, const srnn_study_view *v, srnn_expectation *e,
                               const srnn_condition_summary *m)
{
    const int reached = count_reached(v, e);
    char *text = NULL;
    size_t size;
    e->measured_n = m->n;
    if (isnan(e->within)) e->within = SHARE_WITHIN;
    if (m->n > 0) {
        e->measured = (double)reached / m->n;
        srnn_wilson_interval(reached, m->n, &e->low, &e->high);
        difference_of_shares(reached, m->n, e);
    }
    FILE *to = open_memstream(&text, &size);
    if (to) {
        fprintf(to, "%d of %d networks at %g or above, expected %s%.0f %%", reached, m->n,
                e->at_least, about(e), 100 * e->share);
        print_interval(to, e, "", 100, 0);
        print_left(to, m->left);
    }
    return keep_sentence(ctx, to, &text, e);
}

/* ---- two conditions ---- */

static void take_pair(const srnn__pair_test *t, srnn_expectation *e)
{
    e->measured_n = t->n;
    e->measured = t->a.mean;
    e->measured_sd = t->a.sd;
    e->low = t->a.low;
    e->high = t->a.high;
    e->difference = t->difference;
    e->difference_low = t->low;
    e->difference_high = t->high;
    /* pairs that are all equal have no test */
    e->p = isnan(t->test.p) && !isnan(t->low) ? 1 : t->test.p;
    if (isnan(e->within)) e->within = 0.5 * fmax(t->a.sd, t->b.sd);
}

static void print_pair(FILE *to, const srnn_expectation *e, const srnn__pair_test *t, int digits)
{
    if (isnan(t->low)) {
        fputs("fewer than two networks of a condition have it", to);
        return;
    }
    fprintf(to,
            "means %.*f and %.*f, expected %sto differ; difference %.*f, 95 %% interval %.*f to "
            "%.*f; p = %.2g, ",
            digits, t->a.mean, digits, t->b.mean, e->differs ? "" : "not ", digits, e->difference,
            digits, e->difference_low, digits, e->difference_high, e->p);
    if (t->paired)
        fprintf(to, "signed-rank test of %d pairs", t->n);
    else
        fprintf(to, "rank-sum test of %d and %d networks", t->a.n, t->b.n);
    if (e->p >= 0.05 && is_wide(e))
        fprintf(to, "; the interval is wider than ±%.*f", digits, e->within);
}

static srnn_status judge_pair(srnn_ctx *ctx, const srnn_study_view *v, srnn_expectation *e,
                              int left)
{
    srnn__pair_test t;
    char *text = NULL;
    size_t size;
    const srnn_status status = srnn__study_pair_test(ctx, v, e->measure, e->condition, e->than, &t);
    if (status) return status;
    take_pair(&t, e);
    FILE *to = open_memstream(&text, &size);
    if (to) {
        print_pair(to, e, &t, v->measures[e->measure].digits);
        print_left(to, left);
    }
    return keep_sentence(ctx, to, &text, e);
}

/* ---- words ---- */

/* What is measured stands with them, where a measure is named. */
static srnn_status judge_words(srnn_ctx *ctx, const srnn_study_view *v, srnn_expectation *e)
{
    srnn_condition_summary m = {.values = {.n = 0}};
    char *text = NULL;
    size_t size;
    srnn_status status = SRNN_OK;
    if (e->condition >= 0 && e->measure >= 0)
        status = srnn_study_summary(ctx, v, e->condition, e->measure, &m);
    if (status) return status;
    FILE *to = open_memstream(&text, &size);
    if (to && m.values.n > 0) {
        const int digits = v->measures[e->measure].digits;
        e->measured_n = m.values.n;
        e->measured = m.values.mean;
        e->measured_sd = m.values.sd;
        e->low = m.values.low;
        e->high = m.values.high;
        fprintf(to, "mean %.*f of %d network%s", digits, m.values.mean, m.values.n,
                m.values.n == 1 ? "" : "s");
        print_left(to, m.left);
    }
    return keep_sentence(ctx, to, &text, e);
}

/* ---- all kinds ---- */

srnn_status srnn__expectation_judge(srnn_ctx *ctx, const srnn_study_view *v, srnn_expectation *e)
{
    srnn_condition_summary m = {.left = 0}, than = {.left = 0};
    e->measured_n = 0;
    e->measured = e->measured_sd = e->low = e->high = e->p = (double)NAN;
    e->difference = e->difference_low = e->difference_high = (double)NAN;
    e->verdict = "see the figure";
    if (e->kind == SRNN_EXPECTED_WORDS) return judge_words(ctx, v, e);
    srnn_status status = srnn_study_summary(ctx, v, e->condition, e->measure, &m);
    if (!status && e->kind == SRNN_EXPECTED_COMPARISON)
        status = srnn_study_summary(ctx, v, e->than, e->measure, &than);
    if (status) return status;
    status = e->kind == SRNN_EXPECTED_MEAN    ? judge_mean(ctx, v, e, &m)
             : e->kind == SRNN_EXPECTED_SHARE ? judge_share(ctx, v, e, &m)
                                              : judge_pair(ctx, v, e, m.left + than.left);
    e->verdict = verdict_of(e, m.left + than.left);
    return status;
}
