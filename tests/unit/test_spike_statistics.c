/* The statistics of whole recordings, against closed forms and a derivation from dense counts in
   plain code. Bounds from the theory of samples are five standard errors wide. */
#include "spike_helpers.h"

enum { SIGMAS = 5, ALL = SRNN_POPULATIONS };

static srnn_spike_statistics statistics_of(srnn_ctx *ctx, const srnn_spikes *s,
                                           const srnn_spike_options *o)
{
    srnn_spike_statistics r;
    assert_ok(ctx, srnn_spike_statistics_of(ctx, s, o, &r));
    return r;
}

/* ---- plain code ---- */

/* Of the numbers that are not NaN. */
static void assert_summary(srnn_summary got, const double *values, int n)
{
    double *v = zeroed((size_t)n, sizeof *v);
    int m = 0;
    long double sum = 0, squares = 0;
    for (int i = 0; i < n; i++) {
        if (isnan(values[i])) continue;
        int at = m++; /* by insertion */
        for (; at > 0 && v[at - 1] > values[i]; at--) v[at] = v[at - 1];
        v[at] = values[i];
        sum += (long double)values[i];
    }
    const long double mean = m > 0 ? sum / m : (long double)NAN;
    for (int i = 0; i < m; i++) squares += ((long double)v[i] - mean) * ((long double)v[i] - mean);
    assert_int_equal(got.n, m);
    assert_same(got.mean, (double)mean);
    assert_same(got.sd, m > 1 ? (double)sqrtl(squares / (m - 1)) : (double)NAN);
    assert_same(got.median, m == 0  ? (double)NAN
                            : m % 2 ? v[m / 2]
                                    : 0.5 * v[m / 2 - 1] + 0.5 * v[m / 2]);
    free(v);
}

/* Pearson's, of n numbers `stride` apart. */
static double pearson(const double *a, const double *b, int n, int stride)
{
    long double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
    for (int k = 0; k < n; k++) {
        ma += (long double)a[k * stride] / n;
        mb += (long double)b[k * stride] / n;
    }
    for (int k = 0; k < n; k++) {
        const long double x = (long double)a[k * stride] - ma, y = (long double)b[k * stride] - mb;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    return aa > 1e-9L && bb > 1e-9L ? (double)(ab / sqrtl(aa * bb)) : (double)NAN;
}

/* Counts in whole bins from from_ms on: [K][n_bins][N]. */
static double *dense_counts(const srnn_spikes *s, double from_ms, double bin_ms, int n_bins)
{
    double *counts = zeroed((size_t)(s->K * n_bins * s->N), sizeof *counts);
    for (int64_t q = 0; q < s->n; q++)
        for (int b = 0; b < n_bins; b++)
            if (s->time_ms[q] > from_ms + b * bin_ms && s->time_ms[q] <= from_ms + (b + 1) * bin_ms)
                counts[(s->trial[q] * n_bins + b) * s->N + s->unit[q]]++;
    return counts;
}

/* Its numbers of a unit, from the spikes within (from, to]. */
static void derive_unit(const srnn_spikes *s, double from, double to, double window, int unit,
                        double measures[SRNN_UNIT_MEASURES])
{
    double *isi = zeroed((size_t)s->n, sizeof *isi);
    double n_spikes = 0, sum = 0, squares = 0, cv2 = 0, lv = 0, fano = 0;
    int n = 0, pairs = 0, cells = 0;
    for (int k = 0; k < s->K; k++) {
        double last = NAN, last_isi = NAN;
        for (int64_t q = 0; q < s->n; q++) {
            const double t = s->time_ms[q];
            if (s->trial[q] != k || s->unit[q] != unit || t <= from || t > to) continue;
            n_spikes++;
            const double a = last_isi, b = t - last;
            if (!isnan(b)) isi[n++] = last_isi = b;
            if (!isnan(a)) {
                cv2 += 2 * fabs(a - b) / (a + b);
                lv += 3 * (1 - 4 * a * b / ((a + b) * (a + b)));
                pairs++;
            }
            last = t;
        }
    }
    for (int k = 0; k < n; k++) sum += isi[k];
    for (int k = 0; k < n; k++) squares += (isi[k] - sum / n) * (isi[k] - sum / n);
    const int n_windows = (int)((to - from) / window + 1e-9);
    double *counts = dense_counts(s, from, window, n_windows);
    for (int type = 0; type < s->n_types; type++)
        for (int w = 0; w < n_windows; w++) {
            double m = 0, v = 0;
            int trials = 0;
            for (int k = 0; k < s->K; k++) trials += s->type[k] == type;
            for (int k = 0; k < s->K; k++)
                if (s->type[k] == type) m += counts[(k * n_windows + w) * s->N + unit] / trials;
            for (int k = 0; k < s->K; k++)
                if (s->type[k] == type)
                    v += pow(counts[(k * n_windows + w) * s->N + unit] - m, 2) / trials;
            if (trials < 2 || m < 1e-9) continue;
            fano += v / m;
            cells++;
        }
    measures[SRNN_UNIT_RATE_HZ] = n_spikes / s->K / (to - from) * 1e3;
    measures[SRNN_UNIT_N_ISI] = n;
    measures[SRNN_UNIT_ISI_MS] = n > 0 ? sum / n : (double)NAN;
    measures[SRNN_UNIT_CV] = n > 1 ? sqrt(squares / n) / (sum / n) : (double)NAN;
    measures[SRNN_UNIT_CV2] = pairs > 0 ? cv2 / pairs : (double)NAN;
    measures[SRNN_UNIT_LV] = pairs > 0 ? lv / pairs : (double)NAN;
    measures[SRNN_UNIT_FANOFACTOR] = cells > 0 ? fano / cells : (double)NAN;
    free(isi);
    free(counts);
}

/* Are these the statistics of the spikes in (from, to]? */
static void assert_units(const srnn_spikes *s, const srnn_spike_statistics *r, double from,
                         double to, double window)
{
    double *measures[SRNN_UNIT_MEASURES], *values = zeroed((size_t)s->N, sizeof *values);
    for (int m = 0; m < SRNN_UNIT_MEASURES; m++) measures[m] = zeroed((size_t)s->N, sizeof(double));
    for (int i = 0; i < s->N; i++) {
        double of_unit[SRNN_UNIT_MEASURES];
        derive_unit(s, from, to, window, i, of_unit);
        for (int m = 0; m < SRNN_UNIT_MEASURES; m++) {
            measures[m][i] = of_unit[m];
            assert_same(r->unit[m][i], of_unit[m]);
        }
    }
    double *counts = dense_counts(s, from, to - from, 1);
    for (int p = 0; p <= ALL; p++) {
        int n_units = 0, n_silent = 0;
        for (int i = 0; i < s->N; i++) {
            n_units += p == ALL || s->population[i] == p;
            n_silent += (p == ALL || s->population[i] == p) && measures[SRNN_UNIT_RATE_HZ][i] <= 0;
        }
        assert_int_equal(r->n_units[p], n_units);
        assert_int_equal(r->n_silent[p], n_silent);
        for (int m = 0; m < SRNN_UNIT_MEASURES; m++) {
            for (int i = 0; i < s->N; i++)
                values[i] = p == ALL || s->population[i] == p ? measures[m][i] : (double)NAN;
            assert_summary(r->measures[p][m], values, s->N);
        }
        for (int type = 0; type < s->n_types; type++) {
            double trials = 0;
            for (int k = 0; k < s->K; k++) trials += s->type[k] == type;
            for (int i = 0; i < s->N; i++) {
                double n = 0;
                for (int k = 0; k < s->K; k++) n += s->type[k] == type ? counts[k * s->N + i] : 0;
                const double rate = trials > 0 ? n / trials / (to - from) * 1e3 : (double)NAN;
                assert_same(r->rate_hz[type * s->N + i], rate);
                values[i] = p == ALL || s->population[i] == p ? rate : (double)NAN;
            }
            assert_summary(r->type_rate_hz[type][p], values, s->N);
        }
    }
    for (int m = 0; m < SRNN_UNIT_MEASURES; m++) free(measures[m]);
    free(values);
    free(counts);
}

static void assert_correlations(const srnn_spikes *s, const srnn_summary *got, const double *counts,
                                int n_rows)
{
    for (int p = 0; p <= ALL; p++) {
        double *values = zeroed((size_t)(s->N * s->N), sizeof *values);
        int n = 0;
        for (int i = 0; i < s->N; i++)
            for (int j = 0; j < i; j++)
                if (p == ALL || (s->population[i] == p && s->population[j] == p))
                    values[n++] = pearson(counts + i, counts + j, n_rows, s->N);
        assert_summary(got[p], values, n);
        free(values);
    }
}

static void assert_pairs(const srnn_spikes *s, const srnn_spike_statistics *r, double from,
                         double to, double bin_ms)
{
    const int n_bins = (int)((to - from) / bin_ms + 1e-9), n_rows = s->K * n_bins, N = s->N;
    double *counts = dense_counts(s, from, bin_ms, n_bins);
    assert_correlations(s, r->correlation, counts, n_rows);
    for (int p = 0; p <= ALL; p++) {
        double together = 0, single = 0, total = 0;
        for (int k = 0; k < n_rows * N; k++)
            total += p == ALL || s->population[k % N] == p ? counts[k] : 0;
        for (int row = 0; row < n_rows; row++) {
            double sum = 0;
            for (int i = 0; i < N; i++)
                sum += p == ALL || s->population[i] == p ? counts[row * N + i] : 0;
            together += pow(sum - total / n_rows, 2);
        }
        for (int i = 0; i < N; i++) {
            double mean = 0;
            for (int row = 0; row < n_rows; row++) mean += counts[row * N + i] / n_rows;
            for (int row = 0; row < n_rows && (p == ALL || s->population[i] == p); row++)
                single += pow(counts[row * N + i] - mean, 2);
        }
        assert_same(r->synchrony[p], single > 1e-9 ? together / single : (double)NAN);
    }
    free(counts);
    counts = dense_counts(s, from, to - from, 1);
    for (int type = 0; type < s->n_types; type++)
        for (int i = 0; i < N; i++) {
            double mean = 0;
            int trials = 0;
            for (int k = 0; k < s->K; k++) trials += s->type[k] == type;
            for (int k = 0; k < s->K; k++)
                if (s->type[k] == type) mean += counts[k * N + i] / trials;
            for (int k = 0; k < s->K; k++)
                if (s->type[k] == type) counts[k * N + i] -= mean;
        }
    assert_correlations(s, r->noise_correlation, counts, s->K);
    free(counts);
}

/* Units of all kinds: bursting together, regular, Poisson of a rate by type, silent, of one spike,
   the same as another. 3 populations, one of them silent; type 3 has no trials, type 2 has one. */
static srnn_spikes zoo(srnn_ctx *ctx)
{
    enum { N = 11, K = 14 };
    srnn_spikes s = new_spikes(N, K, 400, 4);
    for (int k = 0; k < K; k++) s.type[k] = k == 5 ? 2 : k % 2;
    for (int i = 6; i < N; i++) s.population[i] = i < 9 ? SRNN_PV : SRNN_SOM;
    srnn_rng rng = test_rng(11);
    spike(&s, 3, 7, 250);
    for (int k = 0; k < K; k++) {
        for (double burst = 30; burst < 380; burst += 20 + 90 * srnn_rng_uniform(&rng))
            for (int i = 0; i < 3; i++)
                for (double t = burst; srnn_rng_uniform(&rng) < 0.7;)
                    spike(&s, k, i, t += 1 + 2 * srnn_rng_uniform(&rng));
        for (int step = 1; step < 13; step++) spike(&s, k, 3, 30.5 * step);
        for (int i = 4; i < 6; i++) poisson_train(&rng, &s, k, i, 10 + 25 * s.type[k] + 20 * i);
        poisson_train(&rng, &s, k, 6, 30);
        for (int64_t q = s.n; s.trial[--q] == k && s.unit[q] == 6;) spike(&s, k, 8, s.time_ms[q]);
    }
    order(ctx, &s);
    return s;
}

static void test_against_dense_counts(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_spikes s = zoo(ctx);
    static const struct {
        double from, to, window, bin;
    } cases[] = {{0, INFINITY, INFINITY, 5},  {0, 400, 50, 1},     {100, 330, 60, 23},
                 {37.5, INFINITY, 45.3, 7.1}, {249, 251, 0.5, 2},  {0, 1000, 400, 400},
                 {399, 399.9, 0.1, 0.1},      {12.5, 17.5, 5, 2.5}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        srnn_spike_options o = srnn_spike_options_default();
        o.from_ms = cases[c].from;
        o.to_ms = cases[c].to;
        o.count_window_ms = cases[c].window;
        o.correlation_bin_ms = cases[c].bin;
        srnn_spike_statistics r = statistics_of(ctx, &s, c ? &o : NULL);
        const double to = fmin(cases[c].to, s.T_ms), duration = to - o.from_ms;
        assert_same(r.duration_ms, duration);
        assert_int_equal(r.N, s.N);
        assert_int_equal(r.K, s.K);
        assert_int_equal(r.n_types, 4);
        assert_int_equal(r.n_correlated, s.N);
        assert_units(&s, &r, o.from_ms, to, fmin(o.count_window_ms, duration));
        assert_pairs(&s, &r, o.from_ms, to, o.correlation_bin_ms);
        srnn_spike_statistics_free(&r);
        assert_null(r.rate_hz);
    }
    srnn_spikes_free(&s);
    assert_null(s.trial);
    srnn_ctx_free(ctx);
}

/* ---- closed forms ---- */

static void test_regular_units(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = new_spikes(2, 6, 1000, 2);
    for (int k = 0; k < 6; k++)
        for (int step = 1; step <= 20000; step++) {
            if (step % 400 == 0) spike(&s, k, 0, 0.05 * step);                          /* 20 ms */
            if (step % 1000 == 150 || step % 1000 == 250) spike(&s, k, 1, 0.05 * step); /* 5, 45 */
        }
    order(ctx, &s);
    srnn_spike_options o = srnn_spike_options_default();
    o.count_window_ms = 100;
    srnn_spike_statistics r = statistics_of(ctx, &s, &o);
    assert_same(r.unit[SRNN_UNIT_RATE_HZ][0], 50);
    assert_same(r.unit[SRNN_UNIT_RATE_HZ][1], 40);
    assert_int_equal(r.unit[SRNN_UNIT_N_ISI][0], 6 * 49);
    assert_same(r.unit[SRNN_UNIT_ISI_MS][0], 20);
    for (int m = SRNN_UNIT_CV; m <= SRNN_UNIT_FANOFACTOR; m++) assert_near(r.unit[m][0], 0, 1e-12);
    assert_same(r.unit[SRNN_UNIT_CV2][1], 2 * 0.8);
    assert_same(r.unit[SRNN_UNIT_LV][1], 3 * 0.64);
    assert_near(r.unit[SRNN_UNIT_FANOFACTOR][1], 0, 1e-12);
    assert_same(r.measures[ALL][SRNN_UNIT_RATE_HZ].mean, 45);
    assert_same(r.measures[SRNN_EXC][SRNN_UNIT_RATE_HZ].sd, sqrt(50));
    srnn_spike_statistics_free(&r);
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

/* Every event of a Poisson process is each unit's with probability p: units are Poisson trains
   whose counts are correlated by p, and synchrony is 1 + (N - 1) p. p 0: independent trains. */
static srnn_spikes thinned(srnn_ctx *ctx, int N, int K, double rate_hz, double p)
{
    srnn_spikes s = new_spikes(N, K, 1000, 1);
    srnn_rng rng = test_rng((uint64_t)(1000 * p));
    for (int k = 0; k < K; k++) {
        for (int i = 0; i < N && p <= 0; i++) poisson_train(&rng, &s, k, i, rate_hz);
        for (double t = 0; p > 0 && (t += gamma_interval(&rng, 1, 1e3 * p / rate_hz)) <= s.T_ms;)
            for (int i = 0; i < N; i++)
                if (p >= 1 || srnn_rng_uniform(&rng) < p) spike(&s, k, i, t);
    }
    order(ctx, &s);
    return s;
}

static void test_correlation_and_synchrony(void **state)
{
    (void)state;
    enum { N = 20, K = 40 };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int c = 0; c < 3; c++) {
        const double p = (double[]){0, 0.3, 1}[c];
        srnn_spikes s = thinned(ctx, N, K, 25, p);
        srnn_spike_options o = srnn_spike_options_default();
        o.correlation_bin_ms = 10;
        srnn_spike_statistics r = statistics_of(ctx, &s, &o);
        const double n_bins = K * 100;
        assert_int_equal(r.correlation[ALL].n, N * (N - 1) / 2);
        if (p <= 0) { /* pairs are uncorrelated, each coefficient has variance 1 / n_bins */
            assert_near(r.correlation[ALL].mean, 0, SIGMAS / sqrt(n_bins * N * (N - 1) / 2));
            assert_near(r.correlation[ALL].sd, 1 / sqrt(n_bins), SIGMAS / sqrt(n_bins) / N);
            assert_near(r.noise_correlation[ALL].mean, 0, SIGMAS / sqrt(K * N * (N - 1) / 2.0));
            /* a variance of n_bins counts, close to a Gaussian's */
            assert_near(r.synchrony[ALL], 1, SIGMAS * sqrt(2 / n_bins));
        } else if (p <
                   1) { /* the counts of the common process decide: a variance of n_bins counts */
            const double error = SIGMAS * sqrt(3 / n_bins);
            assert_near(r.correlation[ALL].mean, p, error * p);
            assert_near(r.synchrony[ALL], 1 + (N - 1) * p, error * (1 + (N - 1) * p));
            assert_near(r.noise_correlation[ALL].mean, p, SIGMAS * sqrt(3.0 / K) * p);
        } else {
            assert_same(r.correlation[ALL].mean, 1);
            assert_near(r.correlation[ALL].sd, 0, 1e-12);
            assert_same(r.noise_correlation[ALL].mean, 1);
            assert_same(r.synchrony[ALL], N);
        }
        /* rates of Poisson counts, one rate for all where all are the same */
        const double seconds = K * (p >= 1 ? 1 : N);
        if (p <= 0 || p >= 1)
            assert_near(r.measures[ALL][SRNN_UNIT_RATE_HZ].mean, 25, SIGMAS * sqrt(25 / seconds));
        srnn_spike_statistics_free(&r);
        srnn_spikes_free(&s);
    }
    srnn_ctx_free(ctx);
}

/* Units 0 and 1 share the bins between them, 2 does what 0 does twice over, 3 is silent, 4 spikes
   in every bin. */
static void test_matrix(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = new_spikes(5, 4, 200, 2);
    srnn_rng rng = test_rng(4);
    for (int k = 0; k < 4; k++)
        for (int b = 0; b < 20; b++) {
            const bool first = srnn_rng_uniform(&rng) < 0.4;
            spike(&s, k, first ? 0 : 1, 10 * b + 10);
            if (first) spike(&s, k, 2, 10 * b + 1);
            if (first) spike(&s, k, 2, 10 * b + 9);
            spike(&s, k, 4, 10 * b + 5);
        }
    order(ctx, &s);
    srnn_spike_options o = srnn_spike_options_default();
    o.correlation_bin_ms = 10;
    static const double expected[5][5] = {{1, -1, 1, NAN, NAN},
                                          {-1, 1, -1, NAN, NAN},
                                          {1, -1, 1, NAN, NAN},
                                          {NAN, NAN, NAN, NAN, NAN},
                                          {NAN, NAN, NAN, NAN, NAN}};
    double m[5][5], part[3][3];
    assert_ok(ctx, srnn_correlation_coefficient(ctx, &s, SRNN_TOTAL_CORRELATION, &o, NULL, 0, *m));
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < 5; j++) assert_same(m[i][j], expected[i][j]);
    static const int units[] = {4, 2, 1};
    assert_ok(ctx,
              srnn_correlation_coefficient(ctx, &s, SRNN_TOTAL_CORRELATION, &o, units, 3, *part));
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) assert_same(part[i][j], expected[units[i]][units[j]]);
    assert_ok(ctx,
              srnn_correlation_coefficient(ctx, &s, SRNN_NOISE_CORRELATION, &o, units, 3, *part));
    assert_same(part[1][2], -1);
    assert_true(isnan(part[0][0]));
    static const int twice[] = {4, 2, 4}, outside[] = {5}, negative[] = {-1};
    assert_says(ctx,
                srnn_correlation_coefficient(ctx, &s, SRNN_TOTAL_CORRELATION, &o, twice, 3, *part),
                SRNN_ERR_ARGUMENT, "units[2] is 4; expected 0 to 4, each once");
    assert_says(
        ctx, srnn_correlation_coefficient(ctx, &s, SRNN_TOTAL_CORRELATION, &o, outside, 1, *part),
        SRNN_ERR_ARGUMENT, "units[0] is 5; expected 0 to 4, each once");
    assert_says(
        ctx, srnn_correlation_coefficient(ctx, &s, SRNN_TOTAL_CORRELATION, &o, negative, 1, *part),
        SRNN_ERR_ARGUMENT, "units[0] is -1; expected 0 to 4, each once");
    assert_says(ctx,
                srnn_correlation_coefficient(ctx, &s, SRNN_TOTAL_CORRELATION, &o, units, 0, *part),
                SRNN_ERR_ARGUMENT, "n_units is 0; expected 1 to 5");
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

/* A stimulus that drives both units makes total correlation, not noise correlation: by the
   variances, a share b / (b + w) of it, with 2 and 60 spikes a trial between and w = 31 within. */
static void test_signal_is_not_noise(void **state)
{
    (void)state;
    enum { K = 400 };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = new_spikes(2, K, 1000, 2);
    srnn_rng rng = test_rng(6);
    for (int k = 0; k < K; k++)
        for (int i = 0; i < 2; i++) poisson_train(&rng, &s, k, i, s.type[k] ? 60 : 2);
    order(ctx, &s);
    srnn_spike_options o = srnn_spike_options_default();
    o.correlation_bin_ms = 1000;
    double total[2][2], noise[2][2];
    assert_ok(ctx,
              srnn_correlation_coefficient(ctx, &s, SRNN_TOTAL_CORRELATION, &o, NULL, 0, *total));
    assert_ok(ctx,
              srnn_correlation_coefficient(ctx, &s, SRNN_NOISE_CORRELATION, &o, NULL, 0, *noise));
    const double between = 29 * 29, within = 31, r = between / (between + within);
    assert_near(total[0][1], r, SIGMAS * (1 - r * r) / sqrt(K));
    /* only the trials of one type vary much */
    assert_near(noise[0][1], 0, SIGMAS / sqrt(K / 2.0));
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

/* ---- edges ---- */

static void test_hardly_any_spikes(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int n = 0; n <= 4; n++)
        for (int size = 0; size < 3; size++) { /* one trial of one unit, of two, two trials */
            const int N = size == 1 ? 2 : 1, K = size == 2 ? 2 : 1;
            srnn_spikes s = new_spikes(N, K, 40, 2);
            for (int q = 0; q < n; q++) spike(&s, 0, 0, 10 * (q + 1) - q * q);
            order(ctx, &s);
            srnn_spike_statistics r = statistics_of(ctx, &s, NULL);
            assert_units(&s, &r, 0, 40, 40);
            assert_pairs(&s, &r, 0, 40, 5);
            assert_int_equal(r.n_silent[ALL], n ? N - 1 : N);
            assert_int_equal(r.correlation[ALL].n, 0);
            assert_int_equal(isnan(r.synchrony[SRNN_EXC]), n == 0);
            assert_true(isnan(r.synchrony[SRNN_SOM]));
            assert_true(isnan(r.measures[SRNN_PV][SRNN_UNIT_RATE_HZ].mean));
            assert_int_equal(isnan(r.type_rate_hz[1][ALL].mean), K == 1);
            srnn_spike_statistics_free(&r);
            srnn_spikes_free(&s);
        }
    srnn_spikes_free(NULL);
    srnn_spike_statistics_free(NULL);
    srnn_ctx_free(ctx);
}

/* Every pair of four units is drawn as often as any other, and is what the matrix says. */
static void test_drawn_pairs(void **state)
{
    (void)state;
    enum { SEEDS = 600 };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = thinned(ctx, 4, 3, 60, 0.3);
    double m[4][4];
    int drawn[4][4] = {{0}};
    assert_ok(ctx,
              srnn_correlation_coefficient(ctx, &s, SRNN_TOTAL_CORRELATION, NULL, NULL, 0, *m));
    srnn_spike_options o = srnn_spike_options_default();
    o.max_units = 2;
    for (o.seed = 0; o.seed < SEEDS; o.seed++) {
        srnn_spike_statistics r = statistics_of(ctx, &s, &o);
        assert_int_equal(r.n_correlated, 2);
        assert_int_equal(r.correlation[ALL].n, 1);
        assert_int_equal(r.measures[ALL][SRNN_UNIT_RATE_HZ].n, 4);
        int found = 0;
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < i; j++)
                if (fabs(m[i][j] - r.correlation[ALL].mean) < 1e-12) {
                    drawn[i][j]++;
                    found++;
                }
        assert_int_equal(found, 1);
        srnn_spike_statistics_free(&r);
    }
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < i; j++)
            assert_near(drawn[i][j], SEEDS / 6.0, SIGMAS * sqrt(SEEDS * 5 / 36.0));
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

static void test_names(void **state)
{
    (void)state;
    for (int m = 0; m < SRNN_UNIT_MEASURES; m++)
        for (int other = 0; other < m; other++)
            assert_string_not_equal(srnn_unit_measure_name(m), srnn_unit_measure_name(other));
    assert_string_equal(srnn_unit_measure_name(SRNN_UNIT_LV), "lv");
    assert_string_equal(srnn_unit_measure_unit(SRNN_UNIT_ISI_MS), "ms");
    assert_string_equal(srnn_unit_measure_name(-1), "unknown");
    assert_string_equal(srnn_unit_measure_unit(SRNN_UNIT_MEASURES), "");
    assert_string_equal(srnn_population_name(SRNN_POPULATIONS), "all");
}

/* ---- refusals ---- */

static void test_refused_options(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = new_spikes(2, 2, 500, 1);
    const srnn_spike_options d = srnn_spike_options_default();
    srnn_spike_options o[] = {d, d, d, d, d, d, d, d, d, d, d, d, d, d};
    o[0].from_ms = -1;
    o[1].from_ms = 500;
    o[2].from_ms = (double)NAN;
    o[3].from_ms = 200;
    o[3].to_ms = 200;
    o[4].to_ms = (double)NAN;
    o[5].count_window_ms = 0;
    o[6].count_window_ms = (double)NAN;
    o[7].from_ms = 200;
    o[7].count_window_ms = 301;
    o[8].correlation_bin_ms = (double)INFINITY;
    o[9].correlation_bin_ms = 1e-7;
    o[10].correlation_bin_ms = (double)NAN;
    o[11].max_units = 1;
    o[12].max_units = 20001;
    o[13].seed = UINT64_MAX;
    static const char *const sentences[] = {
        "from_ms is -1; expected 0 or more, below the end of the trials, 500",
        "from_ms is 500; expected 0 or more, below the end of the trials, 500",
        "from_ms is nan; expected 0 or more, below the end of the trials, 500",
        "to_ms is 200; expected more than from_ms",
        "to_ms is nan; expected more than from_ms",
        "count_window_ms is 0; expected 0.0005 to 500, the ms of a trial that count",
        "count_window_ms is nan; expected 0.0005 to 500, the ms of a trial that count",
        "count_window_ms is 301; expected 0.0003 to 300, the ms of a trial that count",
        "correlation_bin_ms is inf; expected 0.0005 to 500, the ms of a trial that count",
        "correlation_bin_ms is 1e-07; expected 0.0005 to 500, the ms of a trial that count",
        "correlation_bin_ms is nan; expected 0.0005 to 500, the ms of a trial that count",
        "max_units is 1; expected 2 to 20000",
        "max_units is 20001; expected 2 to 20000",
        "seed is 1.84467e+19; expected 0 to 2^53"};
    for (size_t c = 0; c < sizeof o / sizeof *o; c++) {
        srnn_spike_statistics r;
        double m[4];
        assert_says(ctx, srnn_spike_statistics_of(ctx, &s, &o[c], &r), SRNN_ERR_ARGUMENT,
                    sentences[c]);
        assert_null(r.rate_hz);
        assert_says(
            ctx, srnn_correlation_coefficient(ctx, &s, SRNN_NOISE_CORRELATION, &o[c], NULL, 0, m),
            SRNN_ERR_ARGUMENT, sentences[c]);
    }
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_dense_counts),
        cmocka_unit_test(test_regular_units),
        cmocka_unit_test(test_correlation_and_synchrony),
        cmocka_unit_test(test_matrix),
        cmocka_unit_test(test_signal_is_not_noise),
        cmocka_unit_test(test_hardly_any_spikes),
        cmocka_unit_test(test_drawn_pairs),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_refused_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
