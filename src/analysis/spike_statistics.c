/* Statistics of a recording: of its units, its populations and its pairs of units. */
#include <math.h>
#include <stdlib.h>

#include "analysis/counts.h"
#include "core/core.h"
#include "core/rng.h"

static const struct {
    const char *name, *unit;
} measures[SRNN_UNIT_MEASURES] = {[SRNN_UNIT_RATE_HZ] = {"mean_firing_rate", "Hz"},
                                  [SRNN_UNIT_N_ISI] = {"n_isi", ""},
                                  [SRNN_UNIT_ISI_MS] = {"isi", "ms"},
                                  [SRNN_UNIT_CV] = {"cv", ""},
                                  [SRNN_UNIT_CV2] = {"cv2", ""},
                                  [SRNN_UNIT_LV] = {"lv", ""},
                                  [SRNN_UNIT_FANOFACTOR] = {"fanofactor", ""}};

const char *srnn_unit_measure_name(int measure)
{
    return measure >= 0 && measure < SRNN_UNIT_MEASURES ? measures[measure].name : "unknown";
}

const char *srnn_unit_measure_unit(int measure)
{
    return measure >= 0 && measure < SRNN_UNIT_MEASURES ? measures[measure].unit : "";
}

void srnn_spike_statistics_free(srnn_spike_statistics *statistics)
{
    if (!statistics) return;
    for (int m = 0; m < SRNN_UNIT_MEASURES; m++) free(statistics->unit[m]);
    free(statistics->rate_hz);
    free(statistics->type_rate_hz);
    *statistics = (srnn_spike_statistics){0};
}

/* ---- of every unit ---- */

/* The spikes that count, unit by unit, and what one unit at a time is summed in. */
typedef struct trains {
    const srnn_spikes *spikes;
    srnn__count_window window;
    int n_windows;
    size_t *start;   /* [N + 1] of a unit's spikes */
    int *trial;      /* [n] */
    double *time_ms; /* [n] */
    double *isi;     /* [n] */
    /* counts of one unit in the windows of the trials of a type */
    double *sum, *squares; /* [n_types][n_windows] */
    size_t *touched;       /* [n_types * n_windows] which of them are not 0 */
    int *type_trials;      /* [n_types] */
} trains;

static void trains_free(trains *t)
{
    void *const arrays[] = {t->start, t->trial,   t->time_ms, t->isi,
                            t->sum,   t->squares, t->touched, t->type_trials};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
}

static bool trains_alloc(const srnn_spikes *s, const srnn__count_window *window, trains *t)
{
    *t = (trains){.spikes = s,
                  .window = *window,
                  .n_windows = srnn__whole_bins(window->duration_ms, window->count_window_ms)};
    const size_t n = (size_t)s->n, N = (size_t)s->N, types = (size_t)s->n_types;
    const size_t cells = types * (size_t)t->n_windows;
    t->start = srnn__alloc(N + 1, sizeof *t->start);
    t->trial = srnn__alloc(n, sizeof *t->trial);
    t->time_ms = srnn__alloc(n, sizeof *t->time_ms);
    t->isi = srnn__alloc(n, sizeof *t->isi);
    t->sum = srnn__alloc(cells, sizeof *t->sum);
    t->squares = srnn__alloc(cells, sizeof *t->squares);
    t->touched = srnn__alloc(cells, sizeof *t->touched);
    t->type_trials = srnn__alloc(types, sizeof *t->type_trials);
    return t->start && t->trial && t->time_ms && t->isi && t->sum && t->squares && t->touched &&
           t->type_trials;
}

static void statistics_sort_by_unit(trains *t)
{
    const srnn_spikes *s = t->spikes;
    const size_t n = (size_t)s->n, N = (size_t)s->N;
    for (int k = 0; k < s->K; k++) t->type_trials[s->type[k]]++;
    /* start[i + 1] is where unit i's next spike goes, in the end where unit i + 1 begins */
    for (size_t q = 0; q < n; q++)
        if ((size_t)s->unit[q] + 2 <= N && srnn__in_window(&t->window, s->time_ms[q]))
            t->start[s->unit[q] + 2]++;
    for (size_t i = 1; i <= N; i++) t->start[i] += t->start[i - 1];
    for (size_t q = 0; q < n; q++) {
        if (!srnn__in_window(&t->window, s->time_ms[q])) continue;
        const size_t at = t->start[s->unit[q] + 1]++;
        t->trial[at] = s->trial[q];
        t->time_ms[at] = s->time_ms[q];
    }
}

static void set_isi_measures(trains *t, int unit, srnn_spike_statistics *result)
{
    size_t n = 0, pairs = 0;
    double cv2 = 0, lv = 0, sum = 0;
    for (size_t from = t->start[unit], to; from < t->start[unit + 1]; from = to) {
        for (to = from; to < t->start[unit + 1] && t->trial[to] == t->trial[from];) to++;
        const double *isi = t->isi + n;
        const size_t n_here = srnn_isi(t->time_ms + from, to - from, t->isi + n);
        n += n_here;
        for (size_t k = 0; k < n_here; k++) sum += isi[k];
        if (n_here < 2) continue;
        cv2 += srnn_cv2(isi, n_here) * (double)(n_here - 1);
        lv += srnn_lv(isi, n_here) * (double)(n_here - 1);
        pairs += n_here - 1;
    }
    result->unit[SRNN_UNIT_N_ISI][unit] = (double)n;
    result->unit[SRNN_UNIT_ISI_MS][unit] = n > 0 ? sum / (double)n : (double)NAN;
    result->unit[SRNN_UNIT_CV][unit] = srnn_cv(t->isi, n);
    result->unit[SRNN_UNIT_CV2][unit] = pairs > 0 ? cv2 / (double)pairs : (double)NAN;
    result->unit[SRNN_UNIT_LV][unit] = pairs > 0 ? lv / (double)pairs : (double)NAN;
}

static int count_window(const trains *t, size_t q)
{
    return srnn__bin_of(t->time_ms[q] - t->window.from_ms, t->window.count_window_ms, t->n_windows);
}

static double fanofactor(trains *t, int unit)
{
    size_t n_touched = 0;
    for (size_t q = t->start[unit], next; q < t->start[unit + 1]; q = next) {
        const int window = count_window(t, q);
        for (next = q; next < t->start[unit + 1] && t->trial[next] == t->trial[q] &&
                       count_window(t, next) == window;)
            next++;
        if (window < 0) continue;
        const double count = (double)(next - q);
        const size_t cell =
            (size_t)t->spikes->type[t->trial[q]] * (size_t)t->n_windows + (size_t)window;
        if (!(t->sum[cell] > 0)) t->touched[n_touched++] = cell;
        t->sum[cell] += count;
        t->squares[cell] += count * count;
    }
    double mean = 0;
    int n = 0;
    for (size_t k = 0; k < n_touched; k++) {
        const size_t cell = t->touched[k];
        const double fano =
            srnn__fano(t->type_trials[cell / (size_t)t->n_windows], t->sum[cell], t->squares[cell]);
        t->sum[cell] = t->squares[cell] = 0;
        if (isnan(fano)) continue;
        mean += fano;
        n++;
    }
    return n > 0 ? mean / n : (double)NAN;
}

static void set_rates(const trains *t, int unit, srnn_spike_statistics *result)
{
    const srnn_spikes *s = t->spikes;
    const double duration_s = 1e-3 * result->duration_ms;
    const size_t N = (size_t)s->N, first = t->start[unit], end = t->start[unit + 1];
    result->unit[SRNN_UNIT_RATE_HZ][unit] = (double)(end - first) / (s->K * duration_s);
    double *rate_hz = result->rate_hz + unit;
    for (size_t q = first; q < end; q++) rate_hz[(size_t)s->type[t->trial[q]] * N]++;
    for (int type = 0; type < s->n_types; type++)
        rate_hz[(size_t)type * N] =
            t->type_trials[type] > 0
                ? rate_hz[(size_t)type * N] / (t->type_trials[type] * duration_s)
                : (double)NAN;
    for (int p = 0; p <= SRNN_POPULATIONS; p++) {
        if (p != SRNN_POPULATIONS && p != s->population[unit]) continue;
        result->n_units[p]++;
        result->n_silent[p] += first == end;
    }
}

static srnn_status describe_units(srnn_ctx *ctx, const srnn_spikes *s,
                                  const srnn__count_window *window, srnn_spike_statistics *result)
{
    trains t;
    srnn_status status = trains_alloc(s, window, &t) ? SRNN_OK : srnn__no_memory(ctx);
    if (!status) statistics_sort_by_unit(&t);
    for (int i = 0; !status && i < s->N; i++) {
        set_rates(&t, i, result);
        set_isi_measures(&t, i, result);
        result->unit[SRNN_UNIT_FANOFACTOR][i] = fanofactor(&t, i);
        if (srnn__progress(ctx, "spikes", i, s->N, NAN, NAN)) status = srnn__interrupted(ctx);
    }
    trains_free(&t);
    return status;
}

/* ---- summaries ---- */

/* Of n numbers that are defined; sorts them. */
static srnn_summary summary_of(double *values, size_t n)
{
    if (n == 0) return (srnn_summary){0, NAN, NAN, NAN};
    double sum = 0, squares = 0;
    for (size_t k = 0; k < n; k++) sum += values[k];
    const double mean = sum / (double)n;
    for (size_t k = 0; k < n; k++) squares += (values[k] - mean) * (values[k] - mean);
    qsort(values, n, sizeof *values, srnn__ascending);
    return (srnn_summary){.n = (int)n,
                          .mean = mean,
                          .sd = n > 1 ? sqrt(squares / (double)(n - 1)) : (double)NAN,
                          .median = (values[(n - 1) / 2] + values[n / 2]) / 2};
}

static bool belongs(const srnn_spikes *s, int unit, int population)
{
    return population == SRNN_POPULATIONS || s->population[unit] == population;
}

static srnn_summary of_units(const srnn_spikes *s, const double *values, int population,
                             double *scratch)
{
    size_t n = 0;
    for (int i = 0; i < s->N; i++)
        if (belongs(s, i, population) && !isnan(values[i])) scratch[n++] = values[i];
    return summary_of(scratch, n);
}

static srnn_status summarize_units(srnn_ctx *ctx, const srnn_spikes *s,
                                   srnn_spike_statistics *result)
{
    double *scratch = malloc((size_t)s->N * sizeof *scratch);
    srnn_status status = scratch ? SRNN_OK : srnn__no_memory(ctx);
    for (int p = 0; p <= SRNN_POPULATIONS && !status; p++) {
        for (int m = 0; m < SRNN_UNIT_MEASURES; m++)
            result->measures[p][m] = of_units(s, result->unit[m], p, scratch);
        for (int type = 0; type < s->n_types && !status; type++) {
            result->type_rate_hz[type][p] =
                of_units(s, result->rate_hz + (size_t)type * (size_t)s->N, p, scratch);
            if (srnn__progress(ctx, "spikes", type, s->n_types, NAN, NAN))
                status = srnn__interrupted(ctx);
        }
    }
    free(scratch);
    return status;
}

/* ---- of populations and pairs ---- */

/* Sums of counts are exact in doubles, so only a population that does not vary has a variance below
   that of one spike. */
static srnn_status set_synchrony(srnn_ctx *ctx, const srnn_spikes *s,
                                 const srnn__count_window *window, srnn_spike_statistics *result)
{
    srnn__bins bins = srnn__bins_begin(s, window, window->correlation_bin_ms);
    double *sums = srnn__alloc((size_t)s->N, sizeof *sums);
    double *squares = srnn__alloc((size_t)s->N, sizeof *squares);
    const bool complete = bins.unit && bins.count && sums && squares;
    srnn_status status = complete ? SRNN_OK : srnn__no_memory(ctx);
    const double n = (double)s->K * bins.n_bins;
    double total[SRNN_POPULATIONS + 1] = {0}, total_squares[SRNN_POPULATIONS + 1] = {0};
    while (!status && srnn__bins_next(&bins)) {
        double counts[SRNN_POPULATIONS + 1] = {0};
        for (int k = 0; k < bins.n; k++) {
            const int unit = bins.unit[k];
            const double count = bins.count[unit];
            sums[unit] += count;
            squares[unit] += count * count;
            counts[s->population[unit]] += count;
            counts[SRNN_POPULATIONS] += count;
        }
        for (int p = 0; p <= SRNN_POPULATIONS; p++) {
            total[p] += counts[p];
            total_squares[p] += counts[p] * counts[p];
        }
        if (srnn__bins_stopped(ctx, &bins)) status = srnn__interrupted(ctx);
    }
    for (int p = 0; !status && p <= SRNN_POPULATIONS; p++) {
        double single = 0;
        for (int i = 0; i < s->N; i++)
            if (belongs(s, i, p)) single += squares[i] - sums[i] * sums[i] / n;
        const double together = total_squares[p] - total[p] * total[p] / n;
        result->synchrony[p] = single > 0.25 ? fmax(together, 0) / single : (double)NAN;
    }
    srnn__bins_free(&bins);
    free(sums);
    free(squares);
    return status;
}

/* n of the N units, each set of them as likely as any other, ascending. */
static void draw_units(int N, int n, uint64_t seed, int *units)
{
    srnn_rng rng;
    srnn__rng_init(&rng, seed, SRNN_DOMAIN_USER, SRNN__FOR_PAIRS, 0);
    for (int i = 0, taken = 0; taken < n; i++)
        if (srnn_rng_uniform(&rng) * (N - i) < n - taken) units[taken++] = i;
}

static srnn_summary of_pairs(const srnn_spikes *s, const double *matrix, const int *units, int n,
                             int population, double *scratch)
{
    size_t found = 0;
    for (int a = 0; a < n; a++)
        for (int b = a + 1; b < n && belongs(s, units[a], population); b++) {
            const double r = matrix[(size_t)a * (size_t)n + (size_t)b];
            if (belongs(s, units[b], population) && !isnan(r)) scratch[found++] = r;
        }
    return summary_of(scratch, found);
}

static srnn_status correlate_pairs(srnn_ctx *ctx, const srnn_spikes *s,
                                   const srnn_spike_options *options,
                                   const srnn__count_window *window, srnn_spike_statistics *result)
{
    const int n = s->N < window->max_units ? s->N : window->max_units;
    const size_t cells = (size_t)n * (size_t)n;
    int *units = malloc((size_t)n * sizeof *units);
    double *matrix = malloc(cells * sizeof *matrix);
    double *scratch = malloc(cells * sizeof *scratch);
    srnn_status status = units && matrix && scratch ? SRNN_OK : srnn__no_memory(ctx);
    if (!status) draw_units(s->N, n, window->seed, units);
    srnn_summary *const into[] = {[SRNN_TOTAL_CORRELATION] = result->correlation,
                                  [SRNN_NOISE_CORRELATION] = result->noise_correlation};
    for (int kind = SRNN_TOTAL_CORRELATION; !status && kind <= SRNN_NOISE_CORRELATION; kind++) {
        status =
            srnn_correlation_coefficient(ctx, s, (srnn_correlation)kind, options, units, n, matrix);
        for (int p = 0; !status && p <= SRNN_POPULATIONS; p++)
            into[kind][p] = of_pairs(s, matrix, units, n, p, scratch);
    }
    result->n_correlated = n;
    free(units);
    free(matrix);
    free(scratch);
    return status;
}

/* ---- all of it ---- */

static bool statistics_alloc(const srnn_spikes *s, srnn_spike_statistics *result)
{
    const size_t N = (size_t)s->N, types = (size_t)s->n_types;
    bool good = true;
    for (int m = 0; m < SRNN_UNIT_MEASURES; m++) {
        result->unit[m] = srnn__alloc(N, sizeof(double));
        good = good && result->unit[m];
    }
    result->rate_hz = srnn__alloc(types * N, sizeof(double));
    result->type_rate_hz = srnn__alloc(types, sizeof *result->type_rate_hz);
    return good && result->rate_hz && result->type_rate_hz;
}

srnn_status srnn_spike_statistics_of(srnn_ctx *ctx, const srnn_spikes *spikes,
                                     const srnn_spike_options *options,
                                     srnn_spike_statistics *result)
{
    *result = (srnn_spike_statistics){0};
    srnn__count_window window;
    srnn_status status = srnn__window_of(ctx, spikes, options, &window);
    if (status) return status;
    *result = (srnn_spike_statistics){.N = spikes->N,
                                      .K = spikes->K,
                                      .n_types = spikes->n_types,
                                      .duration_ms = window.duration_ms};
    srnn__progress_start(ctx, 0);
    if (!statistics_alloc(spikes, result)) status = srnn__no_memory(ctx);
    if (!status) status = describe_units(ctx, spikes, &window, result);
    if (!status) status = summarize_units(ctx, spikes, result);
    if (!status) status = set_synchrony(ctx, spikes, &window, result);
    if (!status) status = correlate_pairs(ctx, spikes, options, &window, result);
    if (status) srnn_spike_statistics_free(result);
    return status;
}
