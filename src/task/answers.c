#include "task/answers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/units.h"
#include "task/task_internal.h"

double srnn_response_threshold(const srnn_task *task)
{
    const double threshold = srnn_task_get_def(task)->settings.eval_amp_thresh;
    return threshold > 0 ? threshold : (double)NAN;
}

double srnn_response_time_ms(const srnn_task *task, const srnn_response *response)
{
    const int onset = srnn_task_get_def(task)->stim_on, n_out = response->n_out;
    const double threshold = srnn_response_threshold(task), density = response->samples_per_step;
    const double first = ceil(onset * density - 1e-9) - 1;
    if (!(first < response->n)) return NAN;
    for (int k = first > 0 ? (int)first : 0; k < response->n; k++)
        for (int c = 0; c < n_out; c++)
            if (fabs(response->out[(size_t)k * (size_t)n_out + (size_t)c]) > threshold)
                return SRNN__RATE_STEP_MS * ((k + 1) / density - onset);
    return NAN;
}

srnn__answer srnn__answer_of(srnn_ctx *ctx, const srnn_task *task, srnn_trial_key key, int type,
                             const srnn_score *score, const srnn_response *response)
{
    srnn__answer answer = {.type = type, .response_ms = srnn_response_time_ms(task, response)};
    for (int i = 0; i < srnn_task_get_def(task)->n_types; i++) {
        const bool correct =
            i == type ? score->correct : srnn__task_score(ctx, task, key, i, response).correct;
        answer.correct_as |= (uint64_t)correct << i;
    }
    return answer;
}

/* ---- confusion ---- */

static int size_of(uint64_t set)
{
    int n = 0;
    for (; set; set &= set - 1) n++;
    return n;
}

static int set_order(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    if (x == y) return 0;
    if (!x || !y) return x ? -1 : 1;
    if (size_of(x) != size_of(y)) return size_of(x) - size_of(y);
    const uint64_t differing = x ^ y; /* of two as large the one with the lowest type of its own */
    return x & (differing & -differing) ? -1 : 1;
}

/* n: not among them. */
static int set_index(const uint64_t *sets, int n, uint64_t set)
{
    int i = 0;
    while (i < n && sets[i] != set) i++;
    return i;
}

/* The first SRNN_TYPES_MAX that occur, in their order. */
static int list_sets(size_t n, const srnn__answer *answers, uint64_t sets[SRNN_TYPES_MAX])
{
    int n_sets = 0;
    for (size_t k = 0; k < n && n_sets < SRNN_TYPES_MAX; k++) {
        const int i = set_index(sets, n_sets, answers[k].correct_as);
        sets[i] = answers[k].correct_as;
        n_sets += i == n_sets;
    }
    qsort(sets, (size_t)n_sets, sizeof *sets, set_order);
    return n_sets;
}

void srnn__confusion_free(srnn_confusion *confusion)
{
    free(confusion->sets);
    free(confusion->counts);
    free(confusion->others);
    *confusion = (srnn_confusion){0};
}

static srnn_status confuse(srnn_ctx *ctx, int n_types, size_t n, const srnn__answer *answers,
                           srnn_confusion *c)
{
    uint64_t sets[SRNN_TYPES_MAX];
    const int n_sets = list_sets(n, answers, sets);
    *c = (srnn_confusion){.n_sets = n_sets,
                          .sets = malloc((size_t)n_sets * sizeof *sets),
                          .counts = calloc((size_t)n_types * (size_t)n_sets, sizeof *c->counts),
                          .others = calloc((size_t)n_types, sizeof *c->others)};
    if (!c->sets || !c->counts || !c->others) return srnn__no_memory(ctx);
    memcpy(c->sets, sets, (size_t)n_sets * sizeof *sets);
    for (size_t k = 0; k < n; k++) {
        const int type = answers[k].type, i = set_index(sets, n_sets, answers[k].correct_as);
        ++*(i < n_sets ? &c->counts[type * n_sets + i] : &c->others[type]);
    }
    return SRNN_OK;
}

/* ---- response times ---- */

/* By type, then time; trials without a response last. */
static int time_order(const void *a, const void *b)
{
    const srnn__answer *x = a, *y = b;
    if (x->type != y->type) return x->type - y->type;
    if (isnan(x->response_ms) || isnan(y->response_ms))
        return isnan(x->response_ms) - isnan(y->response_ms);
    return (x->response_ms > y->response_ms) - (x->response_ms < y->response_ms);
}

/* sorted: the n responses of one type. */
static srnn_response_times response_times(const srnn__answer *sorted, int n)
{
    double mean = 0, squares = 0; /* Welford */
    for (int k = 0; k < n; k++) {
        const double delta = sorted[k].response_ms - mean;
        mean += delta / (k + 1);
        squares += delta * (sorted[k].response_ms - mean);
    }
    if (n == 0) return (srnn_response_times){0, NAN, NAN, NAN};
    return (srnn_response_times){
        .n = n,
        .median_ms = (sorted[(n - 1) / 2].response_ms + sorted[n / 2].response_ms) / 2,
        .mean_ms = mean,
        .sd_ms = n > 1 ? sqrt(squares / (n - 1)) : (double)NAN};
}

srnn_status srnn__answers_summarize(srnn_ctx *ctx, const srnn_task_def *def, size_t n,
                                    srnn__answer *answers, srnn_confusion *confusion,
                                    srnn_response_times **times)
{
    const srnn_status status = confuse(ctx, def->n_types, n, answers, confusion);
    *times = calloc((size_t)def->n_types, sizeof **times);
    if (status || !*times) return srnn__no_memory(ctx);
    qsort(answers, n, sizeof *answers, time_order);
    size_t k = 0;
    for (int type = 0; type < def->n_types; type++) {
        const size_t first = k;
        while (k < n && answers[k].type == type && !isnan(answers[k].response_ms)) k++;
        (*times)[type] = response_times(answers + first, (int)(k - first));
        while (k < n && answers[k].type == type) k++;
    }
    return SRNN_OK;
}
