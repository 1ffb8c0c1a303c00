/* The normal numbers as the spiking network uses them, units by steps by trials:
   moments, tails, shape, and independence along every axis and between streams.
   The seed is fixed, so a limit of 4.5 standard errors holds for good or fails for
   good; with 51 numbers tested, chance alone would fail one seed in 2,900. */
#include "helpers.h"

#include "kernels/kernels.h"

enum { UNITS = 208, STEPS = 500, TRIALS = 400, PER_TRIAL = UNITS * STEPS };
static const double most_errors = 4.5;

static void normals_of_trial(srnn_ctx *ctx, uint64_t seed, unsigned domain, srnn__purpose purpose,
                             uint64_t trial, float *out)
{
    srnn__stream stream;
    srnn__stream_init(&stream, seed, domain, purpose);
    srnn__normal_kernels_for(ctx->isa)->normals(&stream, trial, 1, STEPS, UNITS, out);
}

static void noise_of_trial(srnn_ctx *ctx, int trial, float *out)
{
    normals_of_trial(ctx, 3, SRNN_DOMAIN_USER, SRNN__FOR_LIF_NOISE, (uint64_t)trial, out);
}

static double tail_probability(double z) { return 0.5 * erfc(z / sqrt(2)); }

static void moments_and_tails(void **state)
{
    srnn_ctx *ctx = *state;
    const double n = (double)PER_TRIAL * TRIALS;
    float *z = zeroed(PER_TRIAL, sizeof *z);
    double power[5] = {0}, beyond[6] = {0};
    for (int trial = 0; trial < TRIALS; trial++) {
        noise_of_trial(ctx, trial, z);
        double sum[5] = {0};
        for (int k = 0; k < PER_TRIAL; k++) {
            const double a = z[k], a2 = a * a;
            sum[1] += a;
            sum[2] += a2;
            sum[3] += a2 * a;
            sum[4] += a2 * a2;
        }
        for (int p = 1; p <= 4; p++) power[p] += sum[p];
        for (int k = 0; k < PER_TRIAL; k++) {
            const float size = fabsf(z[k]);
            for (int s = 1; s <= 5 && size > (float)s; s++) beyond[s]++;
        }
    }
    free(z);
    assert_true(n >= 4e7);
    const double mean = power[1] / n, m2 = power[2] / n - mean * mean;
    const double m3 = power[3] / n - 3 * mean * power[2] / n + 2 * mean * mean * mean;
    const double m4 = power[4] / n - 4 * mean * power[3] / n + 6 * mean * mean * power[2] / n -
                      3 * mean * mean * mean * mean;
    assert_near(mean, 0, most_errors * sqrt(1 / n));
    assert_near(m2, 1, most_errors * sqrt(2 / n));
    assert_near(m3 / pow(m2, 1.5), 0, most_errors * sqrt(6 / n));
    assert_near(m4 / (m2 * m2), 3, most_errors * sqrt(24 / n));
    for (int s = 1; s <= 5; s++) {
        const double p = 2 * tail_probability(s);
        assert_near(beyond[s], n * p, most_errors * sqrt(n * p * (1 - p)));
    }
}

static void shape_over_equally_likely_bins(void **state)
{
    srnn_ctx *ctx = *state;
    enum { BINS = 41 };
    const double n = (double)PER_TRIAL * TRIALS;
    float edge[BINS]; /* edge[k]: k/41 of the probability lies below */
    edge[0] = -INFINITY;
    for (int k = 1; k < BINS; k++) {
        double low = -10, high = 10;
        while (high - low > 1e-12) {
            const double middle = (low + high) / 2;
            if (1 - tail_probability(middle) < (double)k / BINS)
                low = middle;
            else
                high = middle;
        }
        edge[k] = (float)low;
    }
    float *z = zeroed(PER_TRIAL, sizeof *z);
    double count[BINS] = {0};
    for (int trial = 0; trial < TRIALS; trial++) {
        noise_of_trial(ctx, trial, z);
        for (int k = 0; k < PER_TRIAL; k++) {
            int low = 0, high = BINS; /* edge[low] <= z < edge[high] */
            while (high - low > 1) {
                const int middle = (low + high) / 2;
                if (z[k] < edge[middle])
                    high = middle;
                else
                    low = middle;
            }
            count[low]++;
        }
    }
    free(z);
    double chi_square = 0;
    for (int k = 0; k < BINS; k++) chi_square += pow(count[k] - n / BINS, 2) / (n / BINS);
    assert_near(chi_square, BINS - 1, most_errors * sqrt(2.0 * (BINS - 1)));
}

static const int lags[] = {1, 2, 3, 4, 16, 50};
enum { N_LAGS = sizeof lags / sizeof *lags, LONGEST = 50 };

/* A sum of n products of independent normal numbers has the variance n. */
static void check_independent(const char *what, int lag, double sum, double n)
{
    if (!(fabs(sum) <= most_errors * sqrt(n)))
        fail_msg("along %s, lag %d: %g standard errors from independence", what, lag,
                 sum / sqrt(n));
}

static double sum_of_products(const float *a, const float *b, size_t n)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += (double)(a[k] * b[k]);
    return sum;
}

static void independent_along_every_axis(void **state)
{
    srnn_ctx *ctx = *state;
    float *ring = zeroed((size_t)(LONGEST + 1) * PER_TRIAL, sizeof *ring); /* latest trials */
    double units[N_LAGS] = {0}, steps[N_LAGS] = {0}, trials[N_LAGS] = {0};
    for (int trial = 0; trial < TRIALS; trial++) {
        float *z = ring + (size_t)(trial % (LONGEST + 1)) * PER_TRIAL;
        noise_of_trial(ctx, trial, z);
        for (int l = 0; l < N_LAGS; l++) {
            const int lag = lags[l];
            for (int s = 0; s < STEPS; s++) {
                const float *row = z + (size_t)s * UNITS;
                units[l] += sum_of_products(row, row + lag, (size_t)(UNITS - lag));
            }
            steps[l] += sum_of_products(z, z + lag * UNITS, (size_t)(STEPS - lag) * UNITS);
            if (trial < lag) continue;
            const float *earlier = ring + (size_t)((trial - lag) % (LONGEST + 1)) * PER_TRIAL;
            trials[l] += sum_of_products(z, earlier, PER_TRIAL);
        }
    }
    free(ring);
    for (int l = 0; l < N_LAGS; l++) {
        check_independent("units", lags[l], units[l], (double)(UNITS - lags[l]) * STEPS * TRIALS);
        check_independent("steps", lags[l], steps[l], (double)UNITS * (STEPS - lags[l]) * TRIALS);
        check_independent("trials", lags[l], trials[l], (double)PER_TRIAL * (TRIALS - lags[l]));
    }
}

static void streams_are_independent(void **state)
{
    srnn_ctx *ctx = *state;
    enum { PAIRED_TRIALS = 20 };
    static const struct {
        uint64_t seed;
        unsigned domain;
        srnn__purpose purpose;
    } streams[] = {
        {3, SRNN_DOMAIN_USER, SRNN__FOR_LIF_NOISE},
        {4, SRNN_DOMAIN_USER, SRNN__FOR_LIF_NOISE},
        {3 | UINT64_C(1) << 52, SRNN_DOMAIN_USER, SRNN__FOR_LIF_NOISE},
        {3, SRNN_DOMAIN_EVAL, SRNN__FOR_LIF_NOISE},
        {3, SRNN_DOMAIN_SEARCH, SRNN__FOR_LIF_NOISE},
        {3, SRNN_DOMAIN_USER, SRNN__FOR_RATE_NOISE},
        {3, SRNN_DOMAIN_USER, SRNN__FOR_X0},
    };
    enum { N_STREAMS = sizeof streams / sizeof *streams };
    float *z[N_STREAMS];
    double sums[N_STREAMS][N_STREAMS] = {{0}};
    for (int a = 0; a < N_STREAMS; a++) z[a] = zeroed(PER_TRIAL, sizeof *z[a]);
    for (int trial = 0; trial < PAIRED_TRIALS; trial++) {
        for (int a = 0; a < N_STREAMS; a++)
            normals_of_trial(ctx, streams[a].seed, streams[a].domain, streams[a].purpose,
                             (uint64_t)trial, z[a]);
        for (int a = 0; a < N_STREAMS; a++)
            for (int b = 0; b < a; b++) sums[a][b] += sum_of_products(z[a], z[b], PER_TRIAL);
    }
    for (int a = 0; a < N_STREAMS; a++) {
        for (int b = 0; b < a; b++)
            if (!(fabs(sums[a][b]) <= most_errors * sqrt((double)PER_TRIAL * PAIRED_TRIALS)))
                fail_msg("streams %d and %d are correlated: %g", a, b,
                         sums[a][b] / PER_TRIAL / PAIRED_TRIALS);
        free(z[a]);
    }
}

int main(void)
{
    srnn_ctx *ctx = new_ctx(NULL, 1);
    if (!ctx) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(moments_and_tails, ctx),
        cmocka_unit_test_prestate(shape_over_equally_likely_bins, ctx),
        cmocka_unit_test_prestate(independent_along_every_axis, ctx),
        cmocka_unit_test_prestate(streams_are_independent, ctx),
    };
    const int failed = cmocka_run_group_tests_name("normal_statistics", tests, NULL, NULL);
    srnn_ctx_free(ctx);
    return failed;
}
