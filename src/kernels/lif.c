/* The spiking network's loops (contracts: kernels.h). Compiled once per ISA for
   float and once for double. */
#define SRNN__KERNEL_DOUBLE SRNN__REAL_DOUBLE

#include "kernels/kernels.h"
#include "kernels/tables.h"
#include "kernels/vreg.h"

#define UNROLL _Pragma("GCC unroll 8")

enum { LANES = 16, GROUP = LANES / VL }; /* a group of units is GROUP registers */

/* Adds the columns of the units that spiked at this step to the synapses and
   resets the units. Returns the new number of spikes. */
static int spikes_of_step(const srnn__lif_block *b, int step, int n_spikes, real *restrict v,
                          real *restrict synapse)
{
    const real v_peak = (real)b->v_peak_mv, v_reset = (real)b->v_reset_mv;
    const real *restrict w_kick = b->w_kick;
    for (int j = 0; j < b->N; j++) {
        if (!(v[j] >= v_peak)) continue;
        b->spike_unit[n_spikes] = j;
        b->spike_step[n_spikes++] = step;
        v[j] = v_reset;
        b->free_from[j] = step + b->free_after;
        const float *restrict column = b->W + (size_t)j * (size_t)b->Np;
        for (int i = 0; i < b->Np; i++) synapse[i] = fused((real)column[i], w_kick[i], synapse[i]);
    }
    return n_spikes;
}

/* Adds the stimulus to all units. True: one of them has reached the threshold. */
static int stimulate(const srnn__lif_block *b, real *restrict v)
{
    const real v_peak = (real)b->v_peak_mv, *restrict stimulus = b->stimulus;
    int spiking = 0;
    for (int i = 0; i < b->Np; i++) {
        v[i] += stimulus[i];
        spiking |= v[i] >= v_peak;
    }
    return spiking;
}

static void membranes(srnn__lif_block *b)
{
    const int Np = b->Np;
    const real dt_over_tm = (real)b->dt_over_tm, v_peak = (real)b->v_peak_mv;
    const real noise_sd = (real)b->noise_sd_mv, rise_decay = (real)b->rise_decay;
    const real *restrict drive = b->drive, *restrict decay = b->decay;
    const int32_t *restrict free_from = b->free_from;
    real *restrict v = b->v, *restrict ipsc = b->ipsc, *restrict h = b->h;
    int n_spikes = 0;
    for (int s = 0; s < b->n_steps; s++) {
        const int step = b->first_step + s;
        const float *restrict noise = b->noise + (size_t)s * (size_t)Np;
        int spiking = 0;
        if (b->quadratic)
            for (int i = 0; i < Np; i++) {
                const real rate = step >= free_from[i] ? dt_over_tm : 0;
                const real grown = fused(rate, fused(v[i], v[i], ipsc[i] + drive[i]), v[i]);
                const real vi = fused(noise_sd, (real)noise[i], grown);
                v[i] = vi;
                spiking |= vi >= v_peak;
            }
        else
            for (int i = 0; i < Np; i++) {
                const real rate = step >= free_from[i] ? dt_over_tm : 0;
                const real leak = fused(rate, ipsc[i] + drive[i] - v[i], v[i]);
                const real vi = fused(noise_sd, (real)noise[i], leak);
                v[i] = vi;
                spiking |= vi >= v_peak;
            }
        if (b->stimulus && b->coin[s]) spiking = stimulate(b, v);
        if (b->double_exponential)
            for (int i = 0; i < Np; i++) {
                ipsc[i] = fused(ipsc[i], decay[i], h[i]);
                h[i] *= rise_decay;
            }
        else
            for (int i = 0; i < Np; i++) ipsc[i] *= decay[i];
        if (spiking)
            n_spikes = spikes_of_step(b, step, n_spikes, v, b->double_exponential ? h : ipsc);
    }
    b->n_spikes = n_spikes;
}

/* One group of 16 units in registers. */
typedef struct group {
    vreg r[GROUP], hr[GROUP], decay[GROUP];
    real *lanes;       /* [n_out][n_steps][16] */
    const real *w_out; /* [n_out][Np] from this group's first unit */
    vreg rise_decay;
} group;

/* Steps [from, to) without a spike in the group. */
static inline void quiet_steps(const srnn__lif_block *b, group *g, int from, int to)
{
    const vreg zero = vset1(0);
    for (int s = from; s < to; s++) UNROLL for (int k = 0; k < GROUP; k++)
        {
            g->r[k] = vfused(g->r[k], g->decay[k], g->hr[k]);
            g->hr[k] = vfused(g->hr[k], g->rise_decay, zero);
            for (int o = 0; o < b->n_out; o++) {
                real *lanes =
                    g->lanes + ((size_t)o * (size_t)b->n_steps + (size_t)s) * LANES + k * VL;
                const vreg w = vload(g->w_out + (size_t)o * (size_t)b->Np + k * VL);
                vstore(lanes, vfused(w, g->r[k], vload(lanes)));
            }
        }
}

static inline void add_lane(vreg *registers, int lane, real amount)
{
    _Alignas(64) real values[VL];
    vreg *a = registers + lane / VL;
    vstore(values, *a);
    values[lane % VL] += amount;
    *a = vload(values);
}

static void readout_group(const srnn__lif_block *b, int first_unit, group *g)
{
    const real *kick = b->kick;
    int s = 0;
    for (int q = 0; q < b->n_spikes; q++) {
        const int unit = b->spike_unit[q], lane = unit - first_unit;
        if (lane < 0 || lane >= LANES) continue;
        /* Felt from the next step on; with the single exponential at once: hr
           then lives for one step, as rise_decay is 0. */
        const int to = b->spike_step[q] - b->first_step + (b->double_exponential ? 1 : 0);
        quiet_steps(b, g, s, to);
        s = to > s ? to : s;
        add_lane(g->hr, lane, kick[unit]);
    }
    quiet_steps(b, g, s, b->n_steps);
}

static void readout(srnn__lif_block *b)
{
    const int Np = b->Np;
    real *lanes = b->lanes, *out = b->out, *r = b->r, *hr = b->hr;
    const real *decay = b->decay, *w_out = b->w_out;
    const size_t n_rows = (size_t)b->n_out * (size_t)b->n_steps;
    memset(lanes, 0, n_rows * LANES * sizeof *lanes);
    for (int i = 0; i < Np; i += LANES) {
        group g = {.lanes = lanes,
                   .w_out = w_out + i,
                   .rise_decay = vset1(b->double_exponential ? (real)b->rise_decay : 0)};
        UNROLL for (int k = 0; k < GROUP; k++)
        {
            g.r[k] = vload(r + i + k * VL);
            g.hr[k] = vload(hr + i + k * VL);
            g.decay[k] = vload(decay + i + k * VL);
        }
        readout_group(b, i, &g);
        UNROLL for (int k = 0; k < GROUP; k++)
        {
            vstore(r + i + k * VL, g.r[k]);
            vstore(hr + i + k * VL, g.hr[k]);
        }
    }
    for (int o = 0; o < b->n_out; o++)
        for (int s = 0; s < b->n_steps; s++) {
            real *row = lanes + ((size_t)o * (size_t)b->n_steps + (size_t)s) * LANES;
            for (int half = LANES / 2; half; half /= 2)
                for (int l = 0; l < half; l++) row[l] += row[l + half];
            out[(size_t)s * (size_t)b->n_out + (size_t)o] = row[0];
        }
}

const srnn__lif_kernels SRNN__LIF_TABLE = {.membranes = membranes, .readout = readout};
