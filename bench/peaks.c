/* What this machine could do at most. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "kernels/kernels.h"
#include "peak_loops.h"

extern const peak_loops peak_loops_f32_baseline, peak_loops_f64_baseline;
extern const peak_loops peak_loops_f32_avx2, peak_loops_f64_avx2;
extern const peak_loops peak_loops_f32_avx512, peak_loops_f64_avx512;
extern const peak_loops peak_loops_f32_neon, peak_loops_f64_neon;

static const peak_loops *loops_for(srnn__isa isa, bool in_double)
{
    switch (isa) {
#if defined(SRNN__HAVE_AVX2)
    case SRNN__AVX2: return in_double ? &peak_loops_f64_avx2 : &peak_loops_f32_avx2;
#endif
#if defined(SRNN__HAVE_AVX512)
    case SRNN__AVX512: return in_double ? &peak_loops_f64_avx512 : &peak_loops_f32_avx512;
#endif
#if defined(SRNN__HAVE_NEON)
    case SRNN__NEON: return in_double ? &peak_loops_f64_neon : &peak_loops_f32_neon;
#endif
    default: return in_double ? &peak_loops_f64_baseline : &peak_loops_f32_baseline;
    }
}

/* What the loops add up ends here, where no compiler can tell that nobody looks at it. */
static volatile double spent;

/* Each of these is the best of rounds of about a millisecond or less, but for the memory's: some
   of them are left alone by other work on the machine. */

static double flops_per_s(const peak_loops *loops, double seconds)
{
    double best = 0, sum = 0;
    for (const double begin = now_s(); now_s() - begin < seconds;) {
        const double started = now_s();
        const double done = loops->multiply_add(1e7, &sum);
        best = fmax(best, done / (now_s() - started));
    }
    spent = sum;
    return best;
}

static double bytes_per_s(const peak_loops *loops, size_t bytes, double seconds)
{
    char *array = srnn__alloc(bytes, 1);
    if (!array) return NAN;
    memset(array, 0, bytes);    /* pages of its own, not the one of zeros */
    enum { AT_ONCE = 8 << 20 }; /* between two looks at the clock */
    const size_t times = bytes < AT_ONCE ? AT_ONCE / bytes : 1;
    double best = 0, sum = 0;
    for (const double begin = now_s(); now_s() - begin < seconds;) {
        const double started = now_s();
        loops->read(array, bytes, times, &sum);
        best = fmax(best, (double)(bytes * times) / (now_s() - started));
    }
    spent = sum;
    free(array);
    return best;
}

double draw_normals(const srnn__normal_kernels *kernels, int blocks, int Np, float *numbers)
{
    srnn__stream stream;
    srnn__stream_init(&stream, SEED, SRNN_DOMAIN_USER, SRNN__FOR_LIF_NOISE);
    for (int k = 0; k < blocks; k++)
        kernels->normals(&stream, 0, (uint32_t)(k * NORMAL_STEPS), NORMAL_STEPS, Np, numbers);
    return (double)blocks * NORMAL_STEPS * Np;
}

static double normals_per_s(const srnn_ctx *ctx, double seconds)
{
    enum { UNITS = 208, BLOCKS = 20 };
    const srnn__normal_kernels *kernels = srnn__normal_kernels_for(ctx->isa);
    float *numbers = srnn__alloc(NORMAL_STEPS * UNITS, sizeof *numbers);
    if (!numbers) return NAN;
    double best = 0;
    for (const double begin = now_s(); now_s() - begin < seconds;) {
        const double started = now_s();
        const double drawn = draw_normals(kernels, BLOCKS, UNITS, numbers);
        best = fmax(best, drawn / (now_s() - started));
    }
    free(numbers);
    return best;
}

static bool read_cache(int index, const char *what, const char *format, void *value)
{
    char path[96];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/%s", index, what);
    FILE *file = fopen(path, "r");
    if (!file) return false;
    const bool got = fscanf(file, format, value) == 1;
    fclose(file);
    return got;
}

/* What the kernel says of the data cache of a level, else the C library, which on some
   machines adds up the last caches of all cores. */
static double cache_bytes(int level_number, int name, double otherwise)
{
    int its_level, kib;
    char type[16];
    for (int index = 0; read_cache(index, "level", "%d", &its_level); index++)
        if (its_level == level_number && read_cache(index, "type", "%15s", type) &&
            strcmp(type, "Instruction") && read_cache(index, "size", "%dK", &kib))
            return kib * 1024.0;
    const long size = sysconf(name);
    return size > 0 ? (double)size : otherwise;
}

/* Half of a cache is read again and again: some of it belongs to others. Of a large last cache,
   which is the machine's, not the core's, a part well beyond the one before. The memory is left
   out where the last cache is so large that no network reaches it. */
static void measure_levels(peaks *p, const peak_loops *loops, double seconds)
{
    const double MiB = 1024 * 1024, most = 256 * MiB;
    const double L1 = cache_bytes(1, _SC_LEVEL1_DCACHE_SIZE, 32 * 1024);
    const double L2 = cache_bytes(2, _SC_LEVEL2_CACHE_SIZE, MiB / 2);
    const double L3 = cache_bytes(3, _SC_LEVEL3_CACHE_SIZE, 0);
    const struct {
        level level;
        double read;
    } levels[LEVELS_MAX] = {{{"L1", L1, 0}, L1 / 2},
                            {{"L2", L2, 0}, L2 / 2},
                            {{"L3", L3, 0}, fmin(L3 / 2, 8 * L2)},
                            {{"memory", INFINITY, 0}, fmin(most, fmax(4 * L3, 64 * MiB))}};
    for (int k = 0; k < LEVELS_MAX; k++) {
        const bool absent = levels[k].read <= L2 && k == 2, beyond = k == 3 && L3 > most / 2;
        if (absent || beyond) continue;
        level *l = &p->levels[p->n_levels++];
        *l = levels[k].level;
        l->bytes_per_s = bytes_per_s(loops, (size_t)levels[k].read / 2048 * 2048, seconds);
    }
}

peaks measure_peaks(const srnn_ctx *ctx, double seconds)
{
    const peak_loops *loops = loops_for(ctx->isa, false);
    peaks p = {.flops_per_s = flops_per_s(loops, seconds),
               .flops_per_s_double = flops_per_s(loops_for(ctx->isa, true), seconds),
               .normals_per_s = normals_per_s(ctx, seconds)};
    measure_levels(&p, loops, seconds);
    return p;
}

void cpu_model(char text[128])
{
    snprintf(text, 128, "unknown processor");
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[256];
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "model name : %127[^\n]", text) == 1) break;
    if (file) fclose(file);
}
