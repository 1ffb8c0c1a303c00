/* Files of spikes: which format a file has, and what all of them need. */
#define _POSIX_C_SOURCE 200809L
#include "io/spikes_file.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/text.h"
#include "core/units.h"
#include "io/hdf5_file.h"
#include "spikernn/file.h"

/* ---- the struct ---- */

static bool alloc_arrays(srnn_spikes *s, size_t N, size_t K, size_t n)
{
    *s = (srnn_spikes){.N = (int)N,
                       .K = (int)K,
                       .n = (int64_t)n,
                       .dt_ms = NAN,
                       .stim_on_ms = NAN,
                       .stim_off_ms = NAN,
                       .seed = NAN,
                       .trial = calloc(n + 1, sizeof *s->trial),
                       .unit = calloc(n + 1, sizeof *s->unit),
                       .time_ms = calloc(n + 1, sizeof *s->time_ms),
                       .population = calloc(N, sizeof *s->population),
                       .type = calloc(K, sizeof *s->type),
                       .label = calloc(K, sizeof *s->label),
                       .value = calloc(K, sizeof *s->value),
                       .task = strdup("")};
    if (!s->trial || !s->unit || !s->time_ms || !s->population || !s->type || !s->label ||
        !s->value || !s->task)
        return false;
    for (size_t k = 0; k < K; k++) s->label[k] = s->value[k] = NAN;
    return true;
}

srnn_status srnn__spikes_alloc(srnn_ctx *ctx, const char *path, double N, double K, size_t n,
                               srnn_spikes *out)
{
    *out = (srnn_spikes){0};
    const bool units_bad = !(N >= 1 && N <= SRNN__UNITS_MAX);
    if (units_bad || !(K >= 1 && K <= SRNN__TRIALS_MAX))
        return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s: it has %g %s; expected 1 to %d", path,
                          units_bad ? N : K, units_bad ? "units" : "trials",
                          units_bad ? SRNN__UNITS_MAX : SRNN__TRIALS_MAX);
    if (alloc_arrays(out, (size_t)N, (size_t)K, n)) return SRNN_OK;
    srnn_spikes_free(out);
    return srnn__no_memory(ctx);
}

/* ---- names of types ----
   type_names has room for a power of two of names, and after them as many places times two of a
   hash table: numbers of types from 1, 0 where a place is free. */

enum { NAMES_LEAST = 8 };

static size_t room_for(size_t n)
{
    size_t room = NAMES_LEAST;
    while (room < n) room *= 2;
    return room;
}

static size_t first_place(const char *name, size_t places)
{
    const uint64_t h = srnn__hash(SRNN__HASH_BEGIN, name, strlen(name));
    return (size_t)(h ^ h >> 32) & (places - 1);
}

/* The name's place in the table, or the free one where it belongs. */
static int32_t *find_place(char *const *names, size_t room, const char *name)
{
    int32_t *table = (int32_t *)(uintptr_t)(names + room);
    size_t place = first_place(name, 2 * room);
    while (table[place] && strcmp(names[table[place] - 1], name))
        place = (place + 1) & (2 * room - 1);
    return &table[place];
}

static bool grow_names(srnn_spikes *s, size_t room)
{
    const size_t n = (size_t)s->n_types;
    char **names = calloc(1, room * (sizeof *names + 2 * sizeof(int32_t)));
    if (!names) return false;
    for (size_t i = 0; i < n; i++) names[i] = s->type_names[i];
    for (size_t i = 0; i < n; i++) *find_place(names, room, names[i]) = (int32_t)i + 1;
    free(s->type_names);
    s->type_names = names;
    return true;
}

int srnn__spikes_type(srnn_spikes *s, const char *name)
{
    const size_t n = (size_t)s->n_types, room = room_for(n + 1);
    if ((!s->type_names || room > room_for(n)) && !grow_names(s, room)) return -1;
    int32_t *place = find_place(s->type_names, room, name);
    if (*place) return *place - 1;
    if (!(s->type_names[n] = strdup(name))) return -1;
    *place = ++s->n_types;
    return s->n_types - 1;
}

bool srnn__spikes_task(srnn_spikes *s, const char *name)
{
    free(s->task);
    return (s->task = strdup(name)) != NULL;
}

bool srnn__spikes_trials(srnn_spikes *s, const double *label, const double *value,
                         const double *correct)
{
    const size_t K = (size_t)s->K;
    if (label) memcpy(s->label, label, K * sizeof *label);
    if (value) memcpy(s->value, value, K * sizeof *value);
    if (!correct) return true;
    if (!(s->correct = calloc(K, sizeof *s->correct))) return false;
    for (size_t k = 0; k < K; k++) s->correct[k] = correct[k] != 0;
    return true;
}

typedef struct spike {
    double time_ms;
    int32_t trial, unit;
} spike;

static int compare(const void *a, const void *b)
{
    const spike *x = a, *y = b;
    if (x->trial != y->trial) return x->trial < y->trial ? -1 : 1;
    if (x->time_ms < y->time_ms) return -1;
    if (x->time_ms > y->time_ms) return 1;
    return (x->unit > y->unit) - (x->unit < y->unit);
}

static bool is_sorted(const srnn_spikes *s)
{
    for (int64_t q = 1; q < s->n; q++) {
        const spike a = {s->time_ms[q - 1], s->trial[q - 1], s->unit[q - 1]};
        const spike b = {s->time_ms[q], s->trial[q], s->unit[q]};
        if (compare(&a, &b) > 0) return false;
    }
    return true;
}

/* By trial, time, unit. False: out of memory. */
static bool spikes_sort(srnn_spikes *s)
{
    if (is_sorted(s)) return true;
    spike *list = malloc(((size_t)s->n + 1) * sizeof *list);
    if (!list) return false;
    for (int64_t q = 0; q < s->n; q++) list[q] = (spike){s->time_ms[q], s->trial[q], s->unit[q]};
    qsort(list, (size_t)s->n, sizeof *list, compare);
    for (int64_t q = 0; q < s->n; q++) {
        s->time_ms[q] = list[q].time_ms;
        s->trial[q] = list[q].trial;
        s->unit[q] = list[q].unit;
    }
    free(list);
    return true;
}

double srnn__spikes_span_ms(double last_ms)
{
    const double slack = 1e-9;
    return SRNN__RATE_STEP_MS * fmax(1, ceil(last_ms / SRNN__RATE_STEP_MS - slack));
}

int srnn__population_named(const char *name)
{
    for (int p = 0; p < SRNN_POPULATIONS; p++)
        if (!strcmp(name, srnn_population_name((srnn_population)p))) return p;
    return -1;
}

bool srnn__spikes_place(srnn_spikes *s, int64_t q, int unit, double session_ms,
                        const double *starts_ms)
{
    const double slack_ms = isnan(s->dt_ms) ? 1e-6 : 1e-3 * s->dt_ms;
    int low = 0, high = s->K; /* the last trial that begins before the spike */
    while (high - low > 1) {
        const int middle = low + (high - low) / 2;
        if (starts_ms[middle] + slack_ms < session_ms)
            low = middle;
        else
            high = middle;
    }
    double t = session_ms - starts_ms[low];
    const double whole = isnan(s->dt_ms) ? t : rint(t / s->dt_ms) * s->dt_ms;
    if (fabs(whole - t) <= slack_ms) t = whole; /* what the sum on the clock has rounded away */
    if (!(t > 0 && t <= s->T_ms + slack_ms)) return false;
    s->trial[q] = low;
    s->unit[q] = unit;
    s->time_ms[q] = fmin(t, s->T_ms);
    return true;
}

/* ---- which format ---- */

/* Text whose first line names the columns, or what is called .csv and is nothing else: its reader
   says what is wrong with it. */
static bool is_csv(srnn_ctx *ctx, const char *path)
{
    return srnn__spikes_are_csv(ctx, path) ||
           (srnn__ends_in(path, ".csv") && !srnn__spikes_are_mat(ctx, path));
}

static srnn_status spikes_load(srnn_ctx *ctx, const char *path, srnn_spikes *out)
{
    FILE *file;
    const srnn_status status = srnn__open_regular(ctx, NULL, path, &file);
    if (status) return status;
    fclose(file);
    if (srnn__hdf5_file(path)) return srnn__spikes_load_hdf5(ctx, path, out);
    if (is_csv(ctx, path)) return srnn__spikes_load_csv(ctx, path, out);
    return srnn__spikes_load_mat(ctx, path, out);
}

/* Report a broken invariant as SRNN_ERR_FORMAT, with the path. */
static srnn_status spikes_check(srnn_ctx *ctx, const char *path, const srnn_spikes *spikes)
{
    if (!srnn_spikes_check(ctx, spikes)) return SRNN_OK;
    char sentence[512];
    snprintf(sentence, sizeof sentence, "%s", srnn_ctx_message(ctx));
    return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s: %s", path, sentence);
}

srnn_status srnn_spikes_load(srnn_ctx *ctx, const char *path, srnn_spikes *out)
{
    *out = (srnn_spikes){0};
    srnn__progress_start(ctx, 0);
    srnn_status status = spikes_load(ctx, path, out);
    if (!status && !spikes_sort(out)) status = srnn__no_memory(ctx);
    if (!status) status = spikes_check(ctx, path, out);
    if (status) srnn_spikes_free(out);
    return status;
}

bool srnn_spikes_file(srnn_ctx *ctx, const char *path)
{
    struct stat info;
    if (stat(path, &info) || !S_ISREG(info.st_mode)) return false;
    /* a network in HDF5 begins with MATLAB's header */
    return srnn__hdf5_file(path) || is_csv(ctx, path) || srnn__spikes_are_mat(ctx, path);
}

/* Their names are an attribute, which HDF5 bounds at 64 KiB: 16 bytes a name. */
enum { HDF5_TYPES_MAX = 4000 };

static const struct {
    const char *ending;
    srnn_status (*save)(srnn_ctx *ctx, const srnn_spikes *spikes, const char *path);
    int most_types;
} endings[] = {{".csv", srnn__spikes_save_csv, INT_MAX},
               {".nwb", srnn__spikes_save_nwb, HDF5_TYPES_MAX},
               {".h5", srnn__spikes_save_sonata, HDF5_TYPES_MAX},
               {".mat", srnn__spikes_save_mat, INT_MAX}};

srnn_status srnn_spikes_save(srnn_ctx *ctx, const srnn_spikes *spikes, const char *path)
{
    const srnn_status status = srnn_spikes_check(ctx, spikes);
    if (status) return status;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (!srnn__ends_in(path, endings[i].ending)) continue;
        if (spikes->n_types > endings[i].most_types)
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                              "%s: the spikes have %d types of trials; expected at most %d in a "
                              "%s file",
                              path, spikes->n_types, endings[i].most_types, endings[i].ending);
        return endings[i].save(ctx, spikes, path);
    }
    return srnn__fail(
        ctx, SRNN_ERR_ARGUMENT,
        "%s is no name of a file of spikes; expected one that ends in .csv, .nwb, .h5 "
        "or .mat",
        path);
}
