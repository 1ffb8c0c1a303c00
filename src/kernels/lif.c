/* The spiking network's loops (contracts: kernels.h). Compiled once per ISA for
   float and once for double. */
#define SRNN__KERNEL_DOUBLE SRNN__REAL_DOUBLE

#include "kernels/kernels.h"
#include "kernels/tables.h"
#include "kernels/vreg.h"

#define LIF_UNROLL _Pragma("GCC unroll 8")

enum { LIF_LANES = 16, GROUP = LIF_LANES / VL }; /* a group of units is GROUP registers */

#if defined(__AVX512F__)
enum { PACKED = true };

static inline void send_packed(const srnn__lif_block *b, int unit, real *restrict synapse)
{
    const int Np = b->Np;
    const float *restrict values = b->columns->values + b->columns->first[unit];
    const uint16_t *restrict connected =
        b->columns->connected + (size_t)unit * (size_t)(Np / LIF_LANES);
    const real *restrict w_kick = b->w_kick;
    for (int i = 0; i < Np; i += VL) {
        const unsigned lanes =
            (unsigned)connected[i / LIF_LANES] >> i % LIF_LANES & ((1u << VL) - 1);
        vstore(synapse + i,
               vfused(vexpand_float(values, lanes), vload(w_kick + i), vload(synapse + i)));
        values += __builtin_popcount(lanes);
    }
}
#else
enum { PACKED = false };
#endif

/* Adds the column of a unit that has spiked to the synapses. */
static inline void send(const srnn__lif_block *b, int unit, real *restrict synapse)
{
#if defined(__AVX512F__)
    if (b->columns) {
        send_packed(b, unit, synapse);
        return;
    }
#endif
    const float *restrict column = b->W + (size_t)unit * (size_t)b->Np;
    const real *restrict w_kick = b->w_kick;
    for (int i = 0; i < b->Np; i += VL)
        vstore(synapse + i, vfused(vload_float(column + i), vload(w_kick + i), vload(synapse + i)));
}

/* Lists, resets and sends the units that have reached the threshold at this step.
   Returns the new number of spikes. */
static int spikes_of_step(const srnn__lif_block *b, int step, int n_spikes, real *restrict v,
                          real *restrict synapse)
{
    const vreg v_peak = vset1((real)b->v_peak_mv);
    for (int i = 0; i < b->N; i += VL)
        for (unsigned lanes = vat_least(vload(v + i), v_peak); lanes; lanes &= lanes - 1) {
            const int j = i + __builtin_ctz(lanes);
            if (j >= b->N) break;
            b->spike_unit[n_spikes] = j;
            b->spike_step[n_spikes++] = step;
            v[j] = (real)b->v_reset_mv;
            b->free_from[j] = step + b->free_after;
            send(b, j, synapse);
        }
    return n_spikes;
}

/* n steps from step s of the block on but for their spikes, from its state to the next one;
   a stimulus where n is 1. Bit k: a unit has reached the threshold at step s + k, if none had
   before. */
static inline __attribute__((always_inline)) unsigned
some_steps(const srnn__lif_block *b, bool quadratic, bool double_exponential, int s, int n)
{
    const int Np = b->Np, step = b->first_step + s;
    const vreg dt_over_tm = vset1((real)b->dt_over_tm), v_peak = vset1((real)b->v_peak_mv);
    const vreg noise_sd = vset1((real)b->noise_sd_mv), rise_decay = vset1((real)b->rise_decay);
    const real *restrict drive = b->drive, *restrict decay = b->decay;
    const real *restrict stimulus = n == 1 && b->stimulus && b->coin[s] ? b->stimulus : NULL;
    const float *restrict noise = b->noise + (size_t)s * (size_t)Np;
    const int32_t *restrict free_from = b->free_from;
    const real *restrict v = b->v, *restrict ipsc = b->ipsc, *restrict h = b->h;
    real *restrict next_v = b->next_v, *restrict next_ipsc = b->next_ipsc;
    real *restrict next_h = b->next_h;
    vreg highest[2] = {vset1(-INFINITY), vset1(-INFINITY)};
    for (int i = 0; i < Np; i += VL) {
        vreg v_i = vload(v + i), ipsc_i = vload(ipsc + i), h_i = vset1(0);
        if (double_exponential) h_i = vload(h + i);
        LIF_UNROLL for (int k = 0; k < n; k++)
        {
            const vreg current = vadd(ipsc_i, vload(drive + i));
            const vreg slope = quadratic ? vfused(v_i, v_i, current) : vsub(current, v_i);
            v_i = vfused_from(free_from + i, step + k, dt_over_tm, slope, v_i);
            v_i = vfused(noise_sd, vload_float(noise + (size_t)k * (size_t)Np + i), v_i);
            if (stimulus) v_i = vadd(v_i, vload(stimulus + i));
            highest[k] = vmost(v_i, highest[k]);
            if (double_exponential) {
                ipsc_i = vfused(ipsc_i, vload(decay + i), h_i);
                h_i = vmul(h_i, rise_decay);
            } else {
                ipsc_i = vmul(ipsc_i, vload(decay + i));
            }
        }
        vstore(next_v + i, v_i);
        vstore(next_ipsc + i, ipsc_i);
        if (double_exponential) vstore(next_h + i, h_i);
    }
    unsigned spiking = 0;
    for (int k = 0; k < n; k++) spiking |= (unsigned)(vat_least(highest[k], v_peak) != 0) << k;
    return spiking;
}

static inline void lif_swap(void **a, void **b)
{
    void *const was = *a;
    *a = *b;
    *b = was;
}

/* Most steps have no spike: two are taken at once, and the first alone again where it had one
   that the second did not know of. Where spikes are many this does not pay. */
static inline __attribute__((always_inline)) void lif_steps(srnn__lif_block *b, bool quadratic,
                                                            bool double_exponential)
{
    int n_spikes = 0;
    for (int s = 0; s < b->n_steps; s++) {
        bool two = s + 2 <= b->n_steps && 4 * n_spikes <= s && !b->stimulus;
        unsigned spiking = 0;
        if (two) {
            spiking = some_steps(b, quadratic, double_exponential, s, 2);
            two = !(spiking & 1);
        }
        if (two)
            s++;
        else
            spiking = some_steps(b, quadratic, double_exponential, s, 1);
        lif_swap(&b->v, &b->next_v);
        lif_swap(&b->ipsc, &b->next_ipsc);
        if (double_exponential) lif_swap(&b->h, &b->next_h);
        if (spiking)
            n_spikes = spikes_of_step(b, b->first_step + s, n_spikes, b->v,
                                      double_exponential ? b->h : b->ipsc);
    }
    b->n_spikes = n_spikes;
}

static void membranes(srnn__lif_block *b)
{
    if (b->quadratic && b->double_exponential)
        lif_steps(b, true, true);
    else if (b->quadratic)
        lif_steps(b, true, false);
    else if (b->double_exponential)
        lif_steps(b, false, true);
    else
        lif_steps(b, false, false);
}

/* Units in registers for all steps of the block: the sums of a step wait for one
   another, so as many units as there is room for go side by side. */
enum { WIDEST = GROUP > 4 ? GROUP : 4 }; /* registers of units */

typedef struct lif_group {
    vreg r[WIDEST], hr[WIDEST], decay[WIDEST];
    vreg rise_decay;
    const real *w_out; /* [n_out][Np] from this group's first unit */
} lif_group;

/* Steps [from, to) without a spike among the n registers of units. */
static inline __attribute__((always_inline)) void quiet_steps(const srnn__lif_block *b,
                                                              lif_group *g, int n, int from, int to)
{
    for (int s = from; s < to; s++) {
        LIF_UNROLL for (int k = 0; k < n; k++)
        {
            g->r[k] = vfused(g->r[k], g->decay[k], g->hr[k]);
            g->hr[k] = vmul(g->hr[k], g->rise_decay);
        }
        for (int o = 0; o < b->n_out; o++) {
            real *lanes =
                (real *)b->lanes + ((size_t)o * (size_t)b->n_steps + (size_t)s) * LIF_LANES;
            const real *w_out = g->w_out + (size_t)o * (size_t)b->Np;
            LIF_UNROLL for (int l = 0; l < GROUP; l++)
            {
                vreg sum = vload(lanes + l * VL);
                LIF_UNROLL for (int k = l; k < n; k += GROUP) sum =
                    vfused(vload(w_out + k * VL), g->r[k], sum);
                vstore(lanes + l * VL, sum);
            }
        }
    }
}

static inline __attribute__((always_inline)) void add_to_unit(vreg *units, int n, int unit,
                                                              real amount)
{
    _Alignas(64) real amounts[WIDEST * VL] = {0}; /* an index into the registers would keep them in
                                                     memory */
    amounts[unit] = amount;
    LIF_UNROLL for (int k = 0; k < n; k++) units[k] = vadd(units[k], vload(amounts + k * VL));
}

/* All steps of n registers of units. */
static inline __attribute__((always_inline)) void readout_group(const srnn__lif_block *b,
                                                                int first_unit, int n)
{
    real *r = (real *)b->r + first_unit, *hr = (real *)b->hr + first_unit;
    const real *decay = (const real *)b->decay + first_unit, *kick = b->kick;
    lif_group g = {.w_out = (const real *)b->w_out + first_unit,
                   .rise_decay = vset1(b->double_exponential ? (real)b->rise_decay : 0)};
    LIF_UNROLL for (int k = 0; k < n; k++)
    {
        g.r[k] = vload(r + k * VL);
        g.hr[k] = vload(hr + k * VL);
        g.decay[k] = vload(decay + k * VL);
    }
    int s = 0;
    for (int q = 0; q < b->n_spikes; q++) {
        const int unit = b->spike_unit[q] - first_unit;
        if (unit < 0 || unit >= n * VL) continue;
        /* Felt from the next step on; with the single exponential at once: hr
           then lives for one step, as rise_decay is 0. */
        const int to = b->spike_step[q] - b->first_step + (b->double_exponential ? 1 : 0);
        quiet_steps(b, &g, n, s, to);
        s = to > s ? to : s;
        add_to_unit(g.hr, n, unit, kick[first_unit + unit]);
    }
    quiet_steps(b, &g, n, s, b->n_steps);
    LIF_UNROLL for (int k = 0; k < n; k++)
    {
        vstore(r + k * VL, g.r[k]);
        vstore(hr + k * VL, g.hr[k]);
    }
}

static void readout(srnn__lif_block *b)
{
    real *const lanes = b->lanes, *const out = b->out;
    const size_t n_rows = (size_t)b->n_out * (size_t)b->n_steps;
    memset(lanes, 0, n_rows * LIF_LANES * sizeof *lanes);
    int i = 0;
    for (; i + WIDEST * VL <= b->Np; i += WIDEST * VL) readout_group(b, i, WIDEST);
    for (; i < b->Np; i += LIF_LANES) readout_group(b, i, GROUP);
    for (int o = 0; o < b->n_out; o++)
        for (int s = 0; s < b->n_steps; s++) {
            const real *row = lanes + ((size_t)o * (size_t)b->n_steps + (size_t)s) * LIF_LANES;
            out[(size_t)s * (size_t)b->n_out + (size_t)o] = sum_of_lanes(row);
        }
}

static void forget(srnn__lif_block *b)
{
    const vreg least = vset1((real)1e-30);
    real *const traces[] = {b->ipsc, b->h, b->r, b->hr};
    for (size_t k = 0; k < sizeof traces / sizeof *traces; k++)
        for (int i = 0; i < b->Np; i += VL)
            vstore(traces[k] + i, vwhere_large(vload(traces[k] + i), least));
}

static bool lif_all_finite(const real *a, int N)
{
    for (int i = 0; i < N; i += VL) {
        const unsigned units = N - i < VL ? (1u << (N - i)) - 1 : (unsigned)((1ull << VL) - 1);
        const vreg a_i = vload(a + i), zero = vsub(a_i, a_i); /* not a number where not finite */
        if ((vat_least(zero, vset1(0)) & units) != units) return false;
    }
    return true;
}

static bool finite(const srnn__lif_block *b)
{
    return lif_all_finite(b->v, b->N) && lif_all_finite(b->ipsc, b->N);
}

const srnn__lif_kernels SRNN__LIF_TABLE = {.packed = PACKED,
                                           .membranes = membranes,
                                           .readout = readout,
                                           .forget = forget,
                                           .finite = finite};
