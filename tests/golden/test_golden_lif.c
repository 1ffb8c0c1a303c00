/* The spiking network against the oracle: cases l01 ... l12 of golden_lif.mat, in
   float and double, on every ISA of this machine. */
#include "golden.h"

static const char *const isas[] = {"baseline", "avx2", "avx512", "neon"};

typedef struct lif_case {
    char name[16];
    srnn_model *model;
    srnn_spiking_params params;
    srnn_spiking_input input;
    float *u, *v0, *noise;
    uint8_t *coin;
    int *stim_units;
} lif_case;

static void load_stimulation(const char *name, lif_case *c)
{
    size_t n;
    double *window = golden_array(name, "stim_dur", NULL);
    double *units = golden_array(name, "stim_units", &n);
    c->stim_units = malloc(n * sizeof *c->stim_units);
    for (size_t k = 0; k < n; k++) c->stim_units[k] = (int)units[k] - 1;
    srnn_stimulation *s = &c->params.stimulation;
    s->mode = golden_number(name, "stim_mode") == 1 ? SRNN_STIM_EXC : SRNN_STIM_INH;
    s->on = (int)window[0];
    s->off = (int)window[1];
    s->units = c->stim_units;
    s->n_units = (int)n;
    c->coin = golden_bytes(name, "stim_bern");
    free(window);
    free(units);
}

static void load_case(srnn_ctx *ctx, const char *name, lif_case *c)
{
    static const float no_b_out[4] = {0};
    c->model = golden_model(ctx, name,
                            (srnn_model_view){.apply_dale = true, .DeltaT = 1, .b_out = no_b_out});
    snprintf(c->name, sizeof c->name, "%s", name);
    c->params = srnn_spiking_params_of(golden_number(name, "qif") != 0 ? SRNN_QIF : SRNN_LIF);
    c->params.conversion.scaling_factor = golden_number(name, "lambda");
    c->params.downsample = (int)golden_number(name, "downsample");
    c->params.neuron.tref_ms = golden_number(name, "tref") * 1e3;
    c->params.neuron.tm_ms = golden_number(name, "tm") * 1e3;
    c->params.neuron.tr_ms = golden_number(name, "tr") * 1e3;
    c->params.neuron.v_reset_mv = golden_number(name, "vreset");
    c->params.neuron.v_peak_mv = golden_number(name, "vpeak");
    c->params.neuron.bias_mv = golden_number(name, "bias");
    c->coin = NULL;
    c->stim_units = NULL;
    if (golden_number(name, "stim_mode") != 0) load_stimulation(name, c);
    size_t n_u;
    free(golden_array(name, "u", &n_u));
    c->u = golden_floats(name, "u");
    c->v0 = golden_floats(name, "v0");
    c->noise = golden_floats(name, "noise");
    c->input = (srnn_spiking_input){.C = (int)n_u / srnn_model_get_view(c->model).n_in,
                                    .u = c->u,
                                    .v0 = c->v0,
                                    .noise = c->noise,
                                    .coin = c->coin};
}

static void free_case(lif_case *c)
{
    srnn_model_free(c->model);
    free(c->u);
    free(c->v0);
    free(c->noise);
    free(c->coin);
    free(c->stim_units);
}

static void check_w(const lif_case *c)
{
    const size_t N = (size_t)srnn_model_get_view(c->model).N;
    float *w_eff = malloc(N * N * sizeof *w_eff);
    double *w = malloc(N * N * sizeof *w);
    srnn_model_w_eff(c->model, false, w_eff);
    for (size_t k = 0; k < N * N; k++)
        w[k] = (double)w_eff[k] / c->params.conversion.scaling_factor;
    golden_check(c->name, "W", w, 1e-15, 1);
    free(w_eff);
    free(w);
}

static void check_spikes(const lif_case *c, const srnn_spiking_result *r)
{
    size_t n;
    double *tspike = golden_array(c->name, "tspike", &n); /* [2][S]: unit, then time */
    assert_int_equal(2 * r->n_spikes, n);
    size_t n_raster;
    double *raster = golden_array(c->name, "spk", &n_raster); /* [nt][N] */
    assert_int_equal(n_raster, (size_t)r->nt * (size_t)r->N);
    for (int64_t q = 0; q < r->n_spikes; q++)
        assert_true(
            raster[(size_t)(r->spike_step[q] - 1) * (size_t)r->N + (size_t)r->spike_unit[q]] == 1);
    for (int64_t q = 0; q < r->n_spikes; q++) {
        assert_int_equal(r->spike_unit[q] + 1, (int)tspike[q]);
        assert_true(fabs(r->spike_step[q] * r->dt_s - tspike[r->n_spikes + q]) < 1e-9);
    }
    free(tspike);
    free(raster);
}

/* Rows of [nt][N] at the golden sample columns, as [10][N]. */
static void check_samples(const lif_case *c, const srnn_spiking_result *r, const char *name,
                          const double *trace, double tolerance, int relative)
{
    size_t n;
    double *columns = golden_array(c->name, "sample_cols", &n);
    double *got = malloc(n * (size_t)r->N * sizeof *got);
    for (size_t k = 0; k < n; k++)
        memcpy(got + k * (size_t)r->N, trace + ((size_t)columns[k] - 1) * (size_t)r->N,
               (size_t)r->N * sizeof *got);
    golden_check(c->name, name, got, tolerance, relative);
    free(columns);
    free(got);
}

static void check_case(srnn_ctx *ctx, const lif_case *c, srnn_precision precision)
{
    const int is_double = precision == SRNN_DOUBLE;
    const double float_mv =
        c->params.neuron.model == SRNN_QIF ? 0.1 : 5e-3; /* v v grows what is rounded */
    srnn_spiking_params params = c->params;
    params.precision = precision;
    srnn_spiking_result r;
    srnn_recording all = srnn_recording_default();
    all.what = SRNN_RECORD_V | SRNN_RECORD_IPSC | SRNN_RECORD_R;
    assert_int_equal(srnn_spiking_run(ctx, c->model, &params, &c->input, &all, &r), SRNN_OK);
    assert_int_equal(r.nt, (int)golden_number(c->name, "nt"));
    assert_true(fabs(r.dt_s - golden_number(c->name, "dt")) < 1e-15);
    assert_true(fabs(r.T_s - golden_number(c->name, "T")) < 1e-12);
    check_spikes(c, &r);
    golden_check(c->name, "all_fr", r.rates_hz, 1e-12, 0);
    check_samples(c, &r, "REC_s", r.v, is_double ? 1e-9 : float_mv, 0);
    check_samples(c, &r, "IPSC_s", r.ipsc, is_double ? 1e-11 : 3e-4, 1);
    check_samples(c, &r, "rs_s", r.r, is_double ? 1e-11 : 3e-4, 1);
    golden_check(c->name, "out", r.out, is_double ? 1e-11 : 3e-4, 1);

    /* without traces the simulation runs in blocks: the same bits */
    srnn_spiking_result plain;
    assert_int_equal(srnn_spiking_run(ctx, c->model, &params, &c->input, NULL, &plain), SRNN_OK);
    assert_int_equal(plain.n_spikes, r.n_spikes);
    assert_memory_equal(plain.out, r.out, (size_t)(r.nt * r.n_out) * sizeof *r.out);
    assert_memory_equal(plain.spike_step, r.spike_step, (size_t)r.n_spikes * sizeof *r.spike_step);
    srnn_spiking_result_free(&plain);
    srnn_spiking_result_free(&r);
}

static void golden_cases(void **state)
{
    (void)state;
    static const char *const names[] = {"l01", "l02", "l03", "l04", "l05", "l06",
                                        "l07", "l08", "l09", "l10", "l11", "l12"};
    int checked = 0, n_isas = 0;
    for (size_t isa = 0; isa < sizeof isas / sizeof *isas; isa++) {
        srnn_ctx *ctx;
        const srnn_ctx_options options = {.size = sizeof options, .threads = 1, .isa = isas[isa]};
        const bool available = srnn_ctx_create(&options, &ctx) == SRNN_OK;
        n_isas += available;
        if (available)
            for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
                lif_case c;
                load_case(ctx, names[k], &c);
                check_w(&c);
                check_case(ctx, &c, SRNN_FLOAT);
                check_case(ctx, &c, SRNN_DOUBLE);
                free_case(&c);
                checked++;
            }
        srnn_ctx_free(ctx);
    }
    assert_true(n_isas >= 1);
    assert_int_equal(checked, 12 * n_isas);
}

int main(int argc, char **argv)
{
    if (golden_open(argc, argv, GOLDEN_DIR "/golden_lif.mat")) return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(golden_cases)};
    const int failed = cmocka_run_group_tests_name("golden_lif", tests, NULL, NULL);
    Mat_Close(golden_file);
    return failed;
}
