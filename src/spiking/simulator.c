#include "spiking/simulator.h"
#include "core/units.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"
#include "spiking/recording.h"
#include "spiking/stimulate.h"
#include "options/options.h"

/* Steps a kernel call: noise and state stay in the first-level cache. Divides 50,
   so that a call never crosses a change of the input column. */
enum { STEPS_BETWEEN_CHECKS = 25 };

srnn_spiking_params srnn_spiking_params_of(srnn_neuron neuron)
{
    const bool quadratic = neuron == SRNN_QIF;
    return (srnn_spiking_params){.size = sizeof(srnn_spiking_params),
                                 .conversion = {.by = SRNN_BY_SCALING_FACTOR},
                                 .neuron = {.model = neuron,
                                            .tref_ms = 2,
                                            .tm_ms = 10,
                                            .tr_ms = 2,
                                            .v_reset_mv = -65,
                                            .v_peak_mv = quadratic ? 30 : -40,
                                            .bias_mv = quadratic ? 0 : -40,
                                            .noise_mv = 0.1,
                                            .v0_low_mv = -65,
                                            .v0_high_mv = 30},
                                 .stimulation = {.probability = 0.5, .amplitude_mv = 0.5},
                                 .downsample = 1,
                                 .precision = SRNN_FLOAT};
}

srnn_spiking_params srnn_spiking_params_default(void) { return srnn_spiking_params_of(SRNN_LIF); }

srnn_status srnn__units_check(srnn_ctx *ctx, const char *purpose, const int *units, int n, int N)
{
    if (!units || n < 1)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "there are no units %s; expected 1 or more",
                          purpose);
    for (int k = 0; k < n; k++)
        if (units[k] < 0 || units[k] >= N)
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                              "unit %d is one of the units %s; expected units from 0 to %d",
                              units[k], purpose, N - 1);
    return SRNN_OK;
}

static srnn_status check_params(srnn_ctx *ctx, const srnn_model *model,
                                const srnn_spiking_params *p)
{
    const srnn_neuron_params *v = &p->neuron;
    const bool scaled = p->conversion.by == SRNN_BY_SCALING_FACTOR;
    if (!scaled && p->neuron.model == SRNN_QIF)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "neuron is QIF; expected LIF, whose units an operating point is of");
    const srnn_readout *readout = &model->readout;
    if (p->conversion.use_readout && !readout->w_out)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "the network has no refitted readout; expected one that a search with "
                          "%sreadout ridge found",
                          srnn__option_prefix(ctx));
    const bool same = scaled ? readout->scaling_factor == p->conversion.scaling_factor
                             : isnan(readout->scaling_factor);
    if (p->conversion.use_readout && !same) {
        char of[64] = "the operating point";
        if (!isnan(readout->scaling_factor))
            snprintf(of, sizeof of, "scaling factor %g", readout->scaling_factor);
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "the refitted readout is of %s; expected that conversion", of);
    }
    const srnn__check checks[] = {
        {"conversion", p->conversion.by, (unsigned)p->conversion.by <= SRNN_BY_OPERATING_POINT,
         "by scaling factor or by operating point"},
        {"scaling_factor", scaled ? p->conversion.scaling_factor : 1,
         !scaled || p->conversion.scaling_factor > 0, "a number above 0"},
        {"use_initial_weights", p->conversion.use_initial_weights,
         scaled || !p->conversion.use_initial_weights,
         "0: an operating point is that of the trained weights"},
        {"use_readout", p->conversion.use_readout,
         !p->conversion.use_readout || !p->conversion.use_initial_weights,
         "0: a readout is refitted to the trained weights"},
        {"downsample", p->downsample, p->downsample >= 1 && p->downsample <= 20, "1 to 20"},
        {"v_reset_mv", v->v_reset_mv, v->v_reset_mv < v->v_peak_mv, "a number below v_peak_mv"},
        {"v0_low_mv", v->v0_low_mv, v->v0_low_mv <= v->v0_high_mv, "at most v0_high_mv"},
        {"v0_high_mv", v->v0_high_mv, true, "a finite number"},
    };
    srnn_status status = SRNN__CHECK_OPTIONS(ctx, v, spiking.neuron);
    if (!status) status = SRNN__CHECK_OPTIONS(ctx, &p->precision, spiking.precision);
    if (!status) status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    return status ? status : srnn__stimulation_check(ctx, &p->stimulation, model->params.N);
}

srnn_status srnn__spiking_params_take(srnn_ctx *ctx, const srnn_model *model,
                                      const srnn_spiking_params *given, srnn_spiking_params *own)
{
    srnn_spiking_params taken = srnn_spiking_params_default();
    const srnn_status status =
        SRNN__TAKE_OPTIONS(ctx, srnn_spiking_params, given, precision, &taken);
    if (status) return status;
    *own = taken;
    return check_params(ctx, model, own);
}

int srnn_spiking_steps(int C, int downsample)
{
    if (C < 1 || downsample < 1) return 0;
    const int changes = (C - 1) / downsample; /* of the kept columns, one to the next */
    return changes < INT_MAX / SRNN__STEPS_PER_COLUMN ? changes * SRNN__STEPS_PER_COLUMN : INT_MAX;
}

bool srnn__simulator_init(const srnn__spiking_net *net, int C, int downsample,
                          srnn_precision precision, srnn__simulator *sim)
{
    *sim = (srnn__simulator){.net = net, .precision = precision, .C = C};
    const size_t Np = (size_t)net->Np, N = (size_t)net->N, n_out = (size_t)net->n_out;
    const size_t nt = (size_t)srnn_spiking_steps(C, downsample), w = srnn__simulator_width(sim);
    srnn__lif_block *b = &sim->block;
    *b = (srnn__lif_block){.Np = net->Np, .N = net->N, .n_out = net->n_out};
    sim->noise = srnn__alloc(STEPS_BETWEEN_CHECKS * Np, sizeof(float));
    sim->stimulus = srnn__alloc(Np, w);
    sim->coin = srnn__alloc(STEPS_BETWEEN_CHECKS, sizeof *sim->coin);
    b->drive = srnn__alloc(Np, w);
    b->decay = srnn__alloc(Np, w);
    b->kick = srnn__alloc(Np, w);
    b->w_kick = srnn__alloc(Np, w);
    b->w_out = srnn__alloc(n_out * Np, w);
    b->v = srnn__alloc(Np, w);
    b->ipsc = srnn__alloc(Np, w);
    b->h = srnn__alloc(Np, w);
    b->next_v = srnn__alloc(Np, w);
    b->next_ipsc = srnn__alloc(Np, w);
    b->next_h = srnn__alloc(Np, w);
    b->r = srnn__alloc(Np, w);
    b->hr = srnn__alloc(Np, w);
    b->lanes = srnn__alloc(n_out * STEPS_BETWEEN_CHECKS * 16, w);
    b->out = srnn__alloc(STEPS_BETWEEN_CHECKS * n_out, w);
    b->free_from = srnn__alloc(Np, sizeof(int32_t));
    b->spike_unit = srnn__alloc(N * STEPS_BETWEEN_CHECKS, sizeof(int32_t));
    b->spike_step = srnn__alloc(N * STEPS_BETWEEN_CHECKS, sizeof(int32_t));
    sim->out = srnn__alloc(nt * n_out, sizeof(double));
    sim->counts = srnn__alloc(N, sizeof(int64_t));
    return sim->noise && sim->stimulus && sim->coin && b->drive && b->decay && b->kick &&
           b->w_kick && b->w_out && b->v && b->ipsc && b->h && b->next_v && b->next_ipsc &&
           b->next_h && b->r && b->hr && b->lanes && b->out && b->free_from && b->spike_unit &&
           b->spike_step && sim->out && sim->counts;
}

void srnn__simulator_free(srnn__simulator *sim)
{
    srnn__lif_block *b = &sim->block;
    const void *const inputs[] = {b->drive, b->decay, b->kick, b->w_kick, b->w_out};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) free((void *)(uintptr_t)inputs[i]);
    free(b->v);
    free(b->ipsc);
    free(b->h);
    free(b->next_v);
    free(b->next_ipsc);
    free(b->next_h);
    free(b->r);
    free(b->hr);
    free(b->lanes);
    free(b->out);
    free(b->free_from);
    free(b->spike_unit);
    free(b->spike_step);
    free(sim->noise);
    free(sim->stimulus);
    free(sim->coin);
    free(sim->out);
    free(sim->counts);
    *sim = (srnn__simulator){0};
}

int srnn__free_after(double tref_ms, double dt_ms)
{
    const double steps = tref_ms / dt_ms, nearest = floor(steps + 0.5);
    const double exact = fabs(steps - nearest) < 1e-9 * (1 + steps) ? nearest : floor(steps);
    return exact < 1e9 ? (int)exact + 1 : 1000000000;
}

static void set_parameters(srnn__simulator *sim, const srnn_spiking_params *p)
{
    const srnn__spiking_net *net = sim->net;
    srnn__lif_block *b = &sim->block;
    b->W = net->W;
    b->columns = net->columns.first ? &net->columns : NULL;
    const double dt_ms = SRNN__STEP_MS * p->downsample, dt_s = SRNN__STEP_S * p->downsample,
                 tr_s = 1e-3 * p->neuron.tr_ms;
    b->double_exponential = p->neuron.tr_ms > 0;
    b->quadratic = p->neuron.model == SRNN_QIF;
    b->free_after = srnn__free_after(p->neuron.tref_ms, dt_ms);
    b->dt_over_tm = dt_ms / p->neuron.tm_ms;
    b->v_reset_mv = p->neuron.v_reset_mv;
    b->v_peak_mv = p->neuron.v_peak_mv;
    b->rise_decay = b->double_exponential ? srnn__exp(-dt_s / tr_s) : 0;
    const double lambda = net->scaled ? p->conversion.scaling_factor : 1;
    for (int i = 0; i < net->N; i++) {
        const double td = net->td_s[i];
        const double kick = b->double_exponential ? dt_s / (tr_s * td) : 1 / td;
        srnn__simulator_put(sim, b->decay, i, srnn__exp(-dt_s / td));
        srnn__simulator_put(sim, b->kick, i, kick);
        srnn__simulator_put(sim, b->w_kick, i, net->gain[i] * kick / lambda);
        for (int o = 0; o < net->n_out; o++)
            if (net->w_out)
                srnn__simulator_put(sim, b->w_out, o * net->Np + i,
                                    (double)net->w_out[(size_t)i * (size_t)net->n_out + (size_t)o] *
                                        net->scale[i] / lambda);
    }
}

static void set_initial_state(srnn__simulator *sim, const srnn_neuron_params *p,
                              const srnn_spiking_input *input)
{
    const srnn__spiking_net *net = sim->net;
    srnn__lif_block *b = &sim->block;
    void *const zeroed[] = {b->ipsc, b->h, b->r, b->hr};
    for (size_t i = 0; i < sizeof zeroed / sizeof *zeroed; i++)
        memset(zeroed[i], 0, (size_t)net->Np * srnn__simulator_width(sim));
    memset(sim->counts, 0, (size_t)net->N * sizeof *sim->counts);
    srnn_rng rng;
    srnn__rng_init(&rng, input->key.seed, input->key.domain, SRNN__FOR_V0, input->key.trial);
    for (int i = 0; i < net->Np; i++) {
        b->free_from[i] = b->free_after;
        if (i >= net->N) { /* padded lanes rest far below the threshold, where no QIF unit would */
            if (b->quadratic) b->free_from[i] = INT32_MAX;
            srnn__simulator_put(sim, b->v, i, p->v_reset_mv - 1000);
            srnn__simulator_put(sim, b->drive, i, p->v_reset_mv - 1000);
        } else if (input->v0) {
            srnn__simulator_put(sim, b->v, i, (double)input->v0[i]);
        } else {
            const double place = srnn_rng_uniform(&rng);
            srnn__simulator_put(sim, b->v, i,
                                p->v0_low_mv + (p->v0_high_mv - p->v0_low_mv) * place);
        }
    }
}

static void set_column(srnn__simulator *sim, const srnn_neuron_params *p, const float *u)
{
    const srnn__spiking_net *net = sim->net;
    for (int i = 0; i < net->N; i++) {
        double drive = 0;
        for (int c = 0; c < net->n_in; c++)
            drive += (double)net->w_in[(size_t)c * (size_t)net->N + (size_t)i] * (double)u[c];
        srnn__simulator_put(sim, sim->block.drive, i,
                            p->bias_mv + net->bias_mv[i] + net->gain[i] * drive);
    }
}

static bool run_append_spikes(srnn__simulator *sim, srnn_spiking_result *result)
{
    if (!result) return true;
    const srnn__lif_block *b = &sim->block;
    const size_t had = (size_t)result->n_spikes, added = (size_t)b->n_spikes;
    if (had + added > sim->spike_room) {
        const size_t room = 2 * (had + added) + 1024;
        int32_t *unit = realloc(result->spike_unit, room * sizeof *unit);
        if (unit) result->spike_unit = unit;
        int32_t *step = realloc(result->spike_step, room * sizeof *step);
        if (step) result->spike_step = step;
        if (!unit || !step) return false;
        sim->spike_room = room;
    }
    if (added > 0) {
        memcpy(result->spike_unit + had, b->spike_unit, added * sizeof *b->spike_unit);
        memcpy(result->spike_step + had, b->spike_step, added * sizeof *b->spike_step);
    }
    result->n_spikes += b->n_spikes;
    return true;
}

static srnn__run_fault first_nonfinite(const srnn__simulator *sim)
{
    int i = 0;
    while (isfinite(srnn__simulator_get(sim, sim->block.v, i)) &&
           isfinite(srnn__simulator_get(sim, sim->block.ipsc, i)))
        i++;
    return (srnn__run_fault){.step = sim->block.first_step, .unit = i};
}

/* Steps first ... first + n - 1. */
static void fill_noise(const srnn__simulator *sim, const srnn_spiking_params *p,
                       const srnn_spiking_input *input, const srnn__stream *stream, int first,
                       int n)
{
    const size_t N = (size_t)sim->net->N, Np = (size_t)sim->net->Np;
    if (!input->noise) {
        if (p->neuron.noise_mv > 0)
            sim->net->normal->normals(stream, input->key.trial, (uint32_t)first, n, sim->net->Np,
                                      sim->noise);
        return;
    }
    for (size_t s = 0; s < (size_t)n; s++)
        memcpy(sim->noise + s * Np, input->noise + ((size_t)first - 1 + s) * N,
               N * sizeof *sim->noise);
}

static void keep_out(srnn__simulator *sim)
{
    const srnn__spiking_net *net = sim->net;
    const srnn__lif_block *b = &sim->block;
    for (int s = 0; s < b->n_steps; s++)
        for (int o = 0; o < net->n_out; o++)
            sim->out[(size_t)(b->first_step - 1 + s) * (size_t)net->n_out + (size_t)o] =
                srnn__simulator_get(sim, b->out, s * net->n_out + o) + net->out_offset[o];
}

/* Steps from `step` on that one call of the kernels may do. */
static int steps_at_once(int step, int nt, int singly_from, bool kept, int quiet)
{
    if (kept || step >= singly_from) return 1;
    int n = STEPS_BETWEEN_CHECKS - step % STEPS_BETWEEN_CHECKS;
    if (n > nt + 1 - step) n = nt + 1 - step;
    if (n > singly_from - step) n = singly_from - step;
    return n < quiet ? n : quiet;
}

static void run_start(srnn__run *run, const srnn_spiking_input *input)
{
    run->end = SRNN__RUN_OK;
    run->sim->spike_room = 0;
    run->sim->block.noise_sd_mv = input->noise ? 1 : run->params->neuron.noise_mv;
    set_parameters(run->sim, run->params);
    set_initial_state(run->sim, &run->params->neuron, input);
    srnn__stimulation_start(run->sim, &run->params->stimulation);
}

/* The steps of the block, whose noise is there. */
static void advance(srnn__run *run, const srnn_recording *recording, srnn_spiking_result *result)
{
    srnn__simulator *sim = run->sim;
    srnn__lif_block *b = &sim->block;
    const srnn__lif_kernels *kernels = sim->precision == SRNN_DOUBLE
                                           ? srnn__lif_kernels_f64_for(sim->net->ctx->isa)
                                           : srnn__lif_kernels_f32_for(sim->net->ctx->isa);
    if (recording) srnn__record_before(sim, recording, result);
    kernels->membranes(b);
    kernels->readout(b);
    if (recording) srnn__record_after(sim, recording, result);
    for (int q = 0; q < b->n_spikes; q++)
        sim->counts[b->spike_unit[q]] += b->spike_step[q] >= SRNN_FIRST_COUNTED_STEP;
    if (!run_append_spikes(sim, result)) run->end = SRNN__RUN_NO_MEMORY;
    keep_out(sim);
    /* Traces of old spikes that have decayed to nothing end as zeros: on most processors
       arithmetic with subnormal numbers, where they would stay for good, is many times
       slower. In double precision no trial is that long. */
    if (sim->precision == SRNN_FLOAT && (b->first_step + b->n_steps) % STEPS_BETWEEN_CHECKS == 0)
        kernels->forget(b);
    if (run->end || kernels->finite(b)) return;
    run->end = SRNN__RUN_NOT_FINITE;
    run->fault = first_nonfinite(sim);
}

/* From step singly_from on, a fault is found in the very step in which it arises. Recorded
   where there is one run. */
static void simulate_runs(int n, srnn__run *runs, const srnn_spiking_input *input,
                          const srnn_recording *recording, srnn_spiking_result *result,
                          int singly_from)
{
    srnn__simulator *first = runs[0].sim; /* whose noise and coins are all runs' */
    const srnn_spiking_params *p = runs[0].params;
    const size_t n_in = (size_t)first->net->n_in;
    const int nt = srnn_spiking_steps(input->C, p->downsample);
    const srnn_trial_key key = input->key;
    srnn__stream noise, coins;
    srnn__stream_init(&noise, key.seed, key.domain, SRNN__FOR_LIF_NOISE);
    srnn__stream_init(&coins, key.seed, key.domain, SRNN__FOR_STIMULATION);
    srnn__lost_input lost;
    if (srnn__downsample_loses(input->u, input->C, first->net->n_in, p->downsample, &lost)) {
        for (int k = 0; k < n; k++) {
            runs[k].end = SRNN__RUN_INPUT_LOST;
            runs[k].fault.lost = lost;
        }
        return;
    }
    for (int k = 0; k < n; k++) run_start(&runs[k], input);
    const float *shown = NULL; /* the input column in the drives */
    int going = n, n_steps = 0;
    for (int i = 1; i <= nt && going > 0; i += n_steps) {
        const int column =
            (i + SRNN__STEPS_PER_COLUMN / 2) / SRNN__STEPS_PER_COLUMN; /* half away from zero */
        const float *u = input->u + (size_t)column * (size_t)p->downsample * n_in;
        const bool change = !shown || memcmp(u, shown, n_in * sizeof *u);
        shown = u;
        int quiet;
        const bool kept = srnn__recording_keeps(recording, i, &quiet);
        n_steps = steps_at_once(i, nt, singly_from, kept, quiet);
        fill_noise(first, p, input, &noise, i, n_steps);
        srnn__stimulation_coins(first, &p->stimulation, &coins, key.trial, input->coin, i, n_steps);
        for (int k = 0; k < n; k++) {
            srnn__simulator *sim = runs[k].sim;
            if (runs[k].end) continue;
            sim->block.first_step = i;
            sim->block.n_steps = n_steps;
            sim->block.noise = first->noise;
            sim->block.coin = first->coin;
            if (change) set_column(sim, &runs[k].params->neuron, u);
            advance(&runs[k], kept ? recording : NULL, result);
            going -= runs[k].end != SRNN__RUN_OK;
        }
    }
}

/* A fault arose somewhere in the latest block: the same trial again, there step by step. */
static void find_fault(srnn__run *run, const srnn_spiking_input *input)
{
    if (run->end == SRNN__RUN_NOT_FINITE && run->sim->block.n_steps > 1)
        simulate_runs(1, run, input, NULL, NULL, run->fault.step);
}

srnn__run_end srnn__simulate(srnn__simulator *sim, const srnn_spiking_params *p,
                             const srnn_spiking_input *input, const srnn_recording *recording,
                             srnn_spiking_result *result, srnn__run_fault *fault)
{
    srnn__run run = {.sim = sim, .params = p};
    simulate_runs(1, &run, input, recording, result, INT32_MAX);
    find_fault(&run, input);
    *fault = run.fault;
    return run.end;
}

void srnn__simulate_together(int n, srnn__run *runs, const srnn_spiking_input *input)
{
    simulate_runs(n, runs, input, NULL, NULL, INT32_MAX);
    for (int k = 0; k < n; k++) find_fault(&runs[k], input);
}

static srnn_status input_lost(srnn_ctx *ctx, const srnn__run_fault *fault)
{
    const srnn__lost_input *lost = &fault->lost;
    char when[48];
    if (lost->first == lost->last)
        snprintf(when, sizeof when, "step %d", lost->first);
    else
        snprintf(when, sizeof when, "steps %d to %d", lost->first, lost->last);
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "%s%s%sthe stimulus of input channel %d in %s lies between the steps "
                      "that downsample %d (dt_ms %g) keeps; expected downsample %d (dt_ms %g), the "
                      "next that loses nothing",
                      fault->task ? "task '" : "", fault->task ? fault->task : "",
                      fault->task ? "': " : "", lost->channel + 1, when, lost->downsample,
                      SRNN__STEP_MS * lost->downsample, lost->fits, SRNN__STEP_MS * lost->fits);
}

srnn_status srnn__run_status(srnn_ctx *ctx, srnn__run_end end, const srnn__run_fault *fault)
{
    switch (end) {
    case SRNN__RUN_OK: break;
    case SRNN__RUN_NO_MEMORY: return srnn__no_memory(ctx);
    case SRNN__RUN_NOT_FINITE:
        return srnn__fail(ctx, SRNN_ERR_NUMERIC,
                          "v or IPSC of unit %d is not finite at step %d; expected a smaller "
                          "input or a larger scaling_factor",
                          fault->unit, fault->step);
    case SRNN__RUN_INPUT_LOST: return input_lost(ctx, fault);
    }
    return SRNN_OK;
}
