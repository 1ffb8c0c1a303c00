/* The spiking network's recordings and its optogenetic stimulation. */
#include "helpers.h"

enum { N = 21, COLUMNS = 21, NT = 2000 };

typedef struct network {
    srnn_ctx *ctx;
    srnn_model *model;
    float u[COLUMNS];
    srnn_spiking_params params;
    srnn_spiking_input input;
} network;

static void open_network(network *n, const char *isa)
{
    n->ctx = new_ctx(isa, 1);
    if (!n->ctx) return;
    srnn_model_params p = srnn_model_params_default();
    p.N = N;
    p.seed = 3;
    n->model = new_model(n->ctx, &p);
    for (int c = 0; c < COLUMNS; c++) n->u[c] = c > 5 && c < 15;
    n->params = srnn_spiking_params_default();
    n->params.conversion.scaling_factor = 10;
    n->input = (srnn_spiking_input){.C = COLUMNS, .u = n->u, .key = {5, SRNN_DOMAIN_USER, 2}};
}

static void close_network(network *n)
{
    srnn_model_free(n->model);
    srnn_ctx_free(n->ctx);
}

static srnn_recording everything(void)
{
    srnn_recording all = srnn_recording_default();
    all.what = SRNN_RECORD_V | SRNN_RECORD_IPSC | SRNN_RECORD_R;
    return all;
}

static srnn_spiking_result simulate(network *n, const srnn_recording *recording)
{
    srnn_spiking_result r;
    assert_ok(n->ctx, srnn_spiking_run(n->ctx, n->model, &n->params, &n->input, recording, &r));
    return r;
}

/* ---- recording ---- */

static void check_part(const double *part, const double *full, const srnn_recording *recording)
{
    for (int row = 0; row * recording->every < NT; row++)
        for (int k = 0; k < recording->n_units; k++)
            assert_true(part[row * recording->n_units + k] ==
                        full[row * recording->every * N + recording->units[k]]);
}

static void a_part_is_a_part_of_the_whole(void **state)
{
    (void)state;
    static const int units[] = {20, 3, 4, 0}, steps[] = {1, 7, 25, 1999, 5000};
    for (int neuron = SRNN_LIF; neuron <= SRNN_QIF; neuron++) {
        network n;
        open_network(&n, NULL);
        n.params = srnn_spiking_params_of((srnn_neuron)neuron);
        n.params.conversion.scaling_factor = 10;
        srnn_recording all = everything(), some = everything();
        some.units = units;
        some.n_units = 4;
        srnn_spiking_result full = simulate(&n, &all), plain = simulate(&n, NULL);
        assert_int_equal(full.nt, NT);
        assert_int_equal(full.n_recorded, NT);
        assert_int_equal(full.n_units, N);
        assert_true(full.n_spikes > 20);
        assert_null(plain.v);
        assert_int_equal(srnn_recording_bytes(&all, N, NT), 3 * NT * N * sizeof(double));
        for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
            some.every = steps[k];
            srnn_spiking_result part = simulate(&n, &some);
            assert_int_equal(part.n_recorded, (NT - 1) / steps[k] + 1);
            assert_int_equal(srnn_recording_bytes(&some, N, NT),
                             3 * part.n_recorded * 4 * sizeof(double));
            check_part(part.v, full.v, &some);
            check_part(part.ipsc, full.ipsc, &some);
            check_part(part.r, full.r, &some);
            assert_int_equal(part.n_spikes, plain.n_spikes);
            assert_memory_equal(part.out, plain.out, NT * sizeof *part.out);
            srnn_spiking_result_free(&part);
        }
        for (int64_t q = 0; q < full.n_spikes; q++)
            assert_true(full.v[(full.spike_step[q] - 1) * N + full.spike_unit[q]] == 30);
        int64_t marked = 0;
        for (int k = 0; k < NT * N; k++) marked += full.v[k] == 30;
        assert_int_equal(marked, full.n_spikes);
        srnn_spiking_result_free(&full);
        srnn_spiking_result_free(&plain);
        close_network(&n);
    }
}

static void only_what_is_asked_for(void **state)
{
    (void)state;
    network n;
    open_network(&n, NULL);
    srnn_recording one = srnn_recording_default();
    one.what = SRNN_RECORD_IPSC;
    srnn_spiking_result r = simulate(&n, &one);
    assert_non_null(r.ipsc);
    assert_null(r.v);
    assert_null(r.r);
    assert_int_equal(srnn_recording_bytes(&one, N, NT), NT * N * sizeof(double));
    srnn_spiking_result_free(&r);
    close_network(&n);
}

static void refusals(void **state)
{
    (void)state;
    network n;
    open_network(&n, NULL);
    srnn_spiking_result r;
    srnn_recording recording = everything();
#define REFUSED(sentence)                                                                          \
    assert_says(n.ctx, srnn_spiking_run(n.ctx, n.model, &n.params, &n.input, &recording, &r),      \
                SRNN_ERR_ARGUMENT, sentence)
    recording.every = 0;
    REFUSED("every is 0; expected 1 or more steps from one record to the next");
    recording = everything();
    recording.what = 8;
    REFUSED("what to record is 8; expected a sum of SRNN_RECORD_V, _IPSC and _R");
    const int beyond[] = {2, N};
    recording = (srnn_recording){
        .size = sizeof recording, .what = 1, .units = beyond, .n_units = 2, .every = 1};
    REFUSED("unit 21 is one of the units to record; expected units from 0 to 20");
    recording.n_units = 0;
    REFUSED("there are no units to record; expected 1 or more");
    recording = everything();
    n.params.neuron.model = 2;
    REFUSED("neuron is 2; expected lif or qif");
    n.params.neuron.model = SRNN_LIF;
    srnn_stimulation *s = &n.params.stimulation;
    s->mode = 3;
    REFUSED("stimulation.mode is 3; expected none, exc or inh");
    s->mode = SRNN_STIM_EXC;
    s->on = s->off = 10;
    REFUSED("stimulation.on is 10; expected a step of 1 or more, before stimulation.off");
    s->off = 20;
    REFUSED("there are no units to stimulate; expected 1 or more");
    s->units = beyond;
    s->n_units = 2;
    REFUSED("unit 21 is one of the units to stimulate; expected units from 0 to 20");
    s->n_units = 1;
    s->probability = 1.5;
    REFUSED("stimulation.probability is 1.5; expected 0 to 1");
    s->probability = 1;
    s->amplitude_mv = -1;
    REFUSED("stimulation.amplitude_mv is -1; expected 0 or more");
    srnn_spiking_eval_options o = srnn_spiking_eval_options_default();
    srnn_spiking_evaluation e;
    srnn_task *task = new_go_nogo(n.ctx);
    assert_says(n.ctx, srnn_spiking_evaluate(n.ctx, n.model, task, &n.params, &o, &e),
                SRNN_ERR_ARGUMENT, "stimulation.amplitude_mv is -1; expected 0 or more");
    srnn_task_free(task);
    close_network(&n);
}

/* A step in the middle of a block, in each way of recording. */
static void a_fault_tells_its_step(void **state)
{
    (void)state;
    network n;
    open_network(&n, NULL);
    float *noise = zeroed(NT * N, sizeof *noise);
    noise[(963 - 1) * N + 6] = NAN;
    n.input.noise = noise;
    srnn_recording recording = everything();
    static const int steps[] = {1, 10, 3000};
    for (int k = 0; k < 3; k++) {
        srnn_spiking_result r;
        recording.every = steps[k];
        assert_says(n.ctx, srnn_spiking_run(n.ctx, n.model, &n.params, &n.input, &recording, &r),
                    SRNN_ERR_NUMERIC,
                    "v or IPSC of unit 6 is not finite at step 963; expected a smaller input or a "
                    "larger scaling_factor");
        assert_null(r.v);
    }
    free(noise);
    close_network(&n);
}

/* ---- stimulation ---- */

static const int stimulated[] = {2, 9, 17};

static void stimulate(network *n, srnn_stim_mode mode, int on, int off)
{
    srnn_stimulation *s = &n->params.stimulation;
    s->mode = mode;
    s->on = on;
    s->off = off;
    s->units = stimulated;
    s->n_units = 3;
}

static int spikes_within(const srnn_spiking_result *r, int on, int off)
{
    int n = 0;
    for (int64_t q = 0; q < r->n_spikes; q++)
        for (int k = 0; k < 3; k++)
            n += r->spike_unit[q] == stimulated[k] && r->spike_step[q] >= on &&
                 r->spike_step[q] < off;
    return n;
}

static void it_raises_and_lowers_rates_from_its_window_on(void **state)
{
    (void)state;
    enum { ON = 510, OFF = 1500 };
    network n;
    open_network(&n, NULL);
    n.params.neuron.bias_mv = -30;
    srnn_recording all = everything();
    srnn_spiking_result plain = simulate(&n, &all);
    const int before = spikes_within(&plain, ON, OFF);
    assert_true(before > 6);
    for (int mode = SRNN_STIM_EXC; mode <= SRNN_STIM_INH; mode++) {
        stimulate(&n, (srnn_stim_mode)mode, ON, OFF);
        srnn_spiking_result r = simulate(&n, &all);
        const size_t until = (size_t)(ON - 1) * N * sizeof *r.v;
        assert_memory_equal(r.v, plain.v, until);
        assert_memory_equal(r.r, plain.r, until);
        assert_memory_not_equal(r.v, plain.v, until + 25 * N * sizeof *r.v);
        if (mode == SRNN_STIM_EXC)
            assert_true(spikes_within(&r, ON, OFF) > 2 * before);
        else
            assert_true(2 * spikes_within(&r, ON, OFF) < before);
        srnn_spiking_result in_blocks = simulate(&n, NULL);
        assert_int_equal(in_blocks.n_spikes, r.n_spikes);
        assert_memory_equal(in_blocks.out, r.out, NT * sizeof *r.out);
        srnn_spiking_result_free(&in_blocks);
        srnn_spiking_result_free(&r);
    }
    srnn_spiking_result_free(&plain);
    close_network(&n);
}

/* Units that nothing else moves show the coins: one a step for all of them, none outside
   the window, as often heads as asked for, the same on every instruction set. */
static void one_coin_a_step(void **state)
{
    (void)state;
    enum { ON = 31, OFF = 1951 };
    static const double probabilities[] = {0, 0.25, 0.5, 1};
    uint64_t first = 0;
    for (int i = 0; i < N_ISA_NAMES; i++) {
        network n;
        open_network(&n, isa_names[i]);
        if (!n.ctx) continue;
        n.params.precision = SRNN_DOUBLE;
        n.params.neuron.tref_ms = 1e6;
        n.params.neuron.v_peak_mv = 1e6;
        n.params.neuron.noise_mv = 0;
        n.params.neuron.v0_low_mv = n.params.neuron.v0_high_mv = -50;
        srnn_recording v = srnn_recording_default();
        v.what = SRNN_RECORD_V;
        uint64_t hash = FNV_START;
        for (int k = 0; k < 4; k++) {
            stimulate(&n, SRNN_STIM_INH, ON, OFF);
            n.params.stimulation.probability = probabilities[k];
            n.params.stimulation.amplitude_mv = 0.25;
            srnn_spiking_result r = simulate(&n, &v);
            int heads = 0;
            for (int step = 1; step <= NT; step++) {
                const double *now = r.v + (size_t)(step - 1) * N;
                const double moved = (step > 1 ? now[2 - N] : -50) - now[2];
                assert_true(moved == 0 || (moved == 0.25 && step >= ON && step < OFF));
                assert_true(now[2] == now[9] && now[2] == now[17] && now[3] == -50);
                heads += moved != 0;
            }
            const double p = probabilities[k], tosses = OFF - ON;
            assert_near(heads, p * tosses, 4 * sqrt(p * (1 - p) * tosses));
            hash = fnv_1a(hash, r.v, NT * N * sizeof *r.v);
            srnn_spiking_result_free(&r);
        }
        if (!first) first = hash;
        assert_true(hash == first);
        close_network(&n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_is_a_part_of_the_whole),
        cmocka_unit_test(only_what_is_asked_for),
        cmocka_unit_test(refusals),
        cmocka_unit_test(a_fault_tells_its_step),
        cmocka_unit_test(it_raises_and_lowers_rates_from_its_window_on),
        cmocka_unit_test(one_coin_a_step),
    };
    return cmocka_run_group_tests_name("recording", tests, NULL, NULL);
}
