/* Spikes as text, a line each: what any program reads. */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis/counts.h"
#include "io/spikes_file.h"
#include "io/whole_file.h"

static const char header[] = "trial,type,unit,time_ms,population";
enum { TRIAL, TYPE, UNIT, TIME, POPULATION, COLUMNS };

/* ---- writing ---- */

/* As RFC 4180 quotes. */
static void put_text(FILE *file, const char *text)
{
    const bool plain = !text[strcspn(text, ",\"\r\n")];
    if (plain) {
        fputs(text, file);
        return;
    }
    fputc('"', file);
    for (; *text; text++) {
        if (*text == '"') fputc('"', file);
        fputc(*text, file);
    }
    fputc('"', file);
}

static bool write_lines(void *user, const char *path)
{
    const srnn_spikes *s = user;
    FILE *file = fopen(path, "w");
    if (!file) return false;
    fprintf(file, "%s\n", header);
    for (int64_t q = 0; q < s->n; q++) {
        const int population = s->population[s->unit[q]];
        fprintf(file, "%d,", s->trial[q] + 1);
        put_text(file, s->type_names[s->type[s->trial[q]]]);
        fprintf(file, ",%d,%.10g,%s\n", s->unit[q] + 1, s->time_ms[q],
                srnn_population_name((srnn_population)population));
    }
    const bool good = !ferror(file);
    return !fclose(file) && good;
}

srnn_status srnn__spikes_save_csv(srnn_ctx *ctx, const srnn_spikes *spikes, const char *path)
{
    bool exists;
    return srnn__write_whole(ctx, path, ".csv", write_lines, (void *)(uintptr_t)spikes, false,
                             &exists);
}

/* ---- reading ---- */

bool srnn__spikes_are_csv(const char *path)
{
    char start[sizeof header] = "";
    struct stat info;
    FILE *file = !stat(path, &info) && S_ISREG(info.st_mode) ? fopen(path, "rb") : NULL;
    if (!file) return false;
    const size_t n = fread(start, 1, sizeof start - 1, file);
    fclose(file);
    return n == sizeof start - 1 && !memcmp(start, header, n);
}

typedef struct line {
    char *columns[COLUMNS];
    int trial, unit, population; /* from 0 */
    double time_ms;
    int64_t number; /* in the file, from 1 */
} line;

typedef struct csv {
    srnn_ctx *ctx;
    const char *path;
    char *text, *at; /* ends in '\0'; what is read is cut up */
    int64_t line;    /* that is read */
} csv;

static srnn_status refuse(const csv *c, const line *l, int column, const char *expected)
{
    static const char *const names[COLUMNS] = {"trial", "type", "unit", "time_ms", "population"};
    return srnn__fail(c->ctx, SRNN_ERR_FORMAT, "%s: line %lld: %s is '%.40s'; expected %s", c->path,
                      (long long)l->number, names[column], l->columns[column], expected);
}

/* The next column, its quotes taken off; *end: what stood behind it. NULL: a quote is not closed.
 */
static char *next_column(csv *c, char *end)
{
    char *start = c->at, *to = c->at, *from = c->at;
    const bool quoted = *from == '"';
    if (quoted) {
        for (from++; *from && (*from != '"' || from[1] == '"'); from++) {
            if (*from == '"') from++;
            if (*from == '\n') c->line++;
            *to++ = *from;
        }
        if (*from != '"') return NULL;
        from++;
    }
    while (*from && *from != ',' && *from != '\n' && *from != '\r') *to++ = *from++;
    if (*from == '\r' && from[1] == '\n') from++;
    *end = *from;
    c->at = *from ? from + 1 : from;
    *to = '\0';
    return start;
}

static bool whole_number(const char *text, double most, int *value)
{
    char *end;
    errno = 0;
    const long long number = strtoll(text, &end, 10);
    if (!isdigit((unsigned char)*text) || *end || errno || number < 1 || (double)number > most)
        return false;
    *value = (int)number - 1;
    return true;
}

static srnn_status read_line(csv *c, line *l)
{
    l->number = ++c->line;
    for (int i = 0; i < COLUMNS; i++) {
        char end;
        l->columns[i] = next_column(c, &end);
        const bool last = i == COLUMNS - 1;
        if (!l->columns[i] || (last ? end != '\n' && end != '\0' : end != ','))
            return srnn__fail(c->ctx, SRNN_ERR_FORMAT, "%s: line %lld does not have the columns %s",
                              c->path, (long long)l->number, header);
    }
    char *end;
    if (!whole_number(l->columns[TRIAL], SRNN__TRIALS_MAX, &l->trial))
        return refuse(c, l, TRIAL, "a whole number, 1 to 10000000");
    if (!whole_number(l->columns[UNIT], SRNN__UNITS_MAX, &l->unit))
        return refuse(c, l, UNIT, "a whole number, 1 to 1000000");
    l->time_ms = strtod(l->columns[TIME], &end);
    if (end == l->columns[TIME] || *end || !(l->time_ms > 0 && l->time_ms <= SRNN__TRIAL_MAX_MS))
        return refuse(c, l, TIME, "a number above 0, at most 1e9");
    if ((l->population = srnn__population_named(l->columns[POPULATION])) < 0)
        return refuse(c, l, POPULATION, "exc, pv or som");
    return SRNN_OK;
}

/* Two lines on one trial, or on one unit, say the same of it. */
static srnn_status put_line(const csv *c, const line *l, bool *trial_seen, bool *unit_seen,
                            srnn_spikes *s, int64_t q)
{
    const int type = srnn__spikes_type(s, l->columns[TYPE]);
    if (type < 0) return srnn__no_memory(c->ctx);
    if (trial_seen[l->trial] && s->type[l->trial] != type)
        return refuse(c, l, TYPE, "the type that the trial has above");
    if (unit_seen[l->unit] && s->population[l->unit] != l->population)
        return refuse(c, l, POPULATION, "the one that the unit has above");
    trial_seen[l->trial] = unit_seen[l->unit] = true;
    s->type[l->trial] = type;
    s->population[l->unit] = (uint8_t)l->population;
    s->trial[q] = l->trial;
    s->unit[q] = l->unit;
    s->time_ms[q] = l->time_ms;
    return SRNN_OK;
}

/* A trial without spikes has no line that would tell its type. */
static srnn_status name_silent_trials(const csv *c, const bool *trial_seen, srnn_spikes *s)
{
    int unknown = s->n_types ? 0 : srnn__spikes_type(s, "unknown");
    for (int k = 0; k < s->K && unknown >= 0; k++)
        if (!trial_seen[k]) s->type[k] = unknown = srnn__spikes_type(s, "unknown");
    return unknown < 0 ? srnn__no_memory(c->ctx) : SRNN_OK;
}

static srnn_status from_lines(const csv *c, const line *lines, size_t n, srnn_spikes *out)
{
    int N = 1, K = 1;
    double last_ms = 0;
    for (size_t q = 0; q < n; q++) {
        N = lines[q].unit >= N ? lines[q].unit + 1 : N;
        K = lines[q].trial >= K ? lines[q].trial + 1 : K;
        last_ms = fmax(last_ms, lines[q].time_ms);
    }
    srnn_status status = srnn__spikes_alloc(c->ctx, c->path, N, K, n, out);
    if (status) return status;
    out->T_ms = srnn__spikes_span_ms(last_ms);
    bool *trial_seen = calloc((size_t)K, sizeof *trial_seen);
    bool *unit_seen = calloc((size_t)N, sizeof *unit_seen);
    if (!trial_seen || !unit_seen) status = srnn__no_memory(c->ctx);
    for (size_t q = 0; q < n && !status; q++)
        status = put_line(c, &lines[q], trial_seen, unit_seen, out, (int64_t)q);
    if (!status) status = name_silent_trials(c, trial_seen, out);
    free(trial_seen);
    free(unit_seen);
    return status;
}

static srnn_status read_text(srnn_ctx *ctx, const char *path, char **text)
{
    FILE *file = fopen(path, "rb");
    struct stat info;
    if (!file || fstat(fileno(file), &info)) {
        if (file) fclose(file);
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be read: %s", path, strerror(errno));
    }
    const size_t size = (size_t)info.st_size;
    *text = malloc(size + 1);
    const size_t n = *text ? fread(*text, 1, size, file) : 0;
    fclose(file);
    if (!*text) return srnn__no_memory(ctx);
    (*text)[n] = '\0';
    if (n == size && strlen(*text) == n) return SRNN_OK;
    return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s: it is not text", path);
}

srnn_status srnn__spikes_load_csv(srnn_ctx *ctx, const char *path, srnn_spikes *out)
{
    csv c = {.ctx = ctx, .path = path};
    srnn_status status = read_text(ctx, path, &c.text);
    size_t room = 1, n = 0;
    for (const char *p = c.text; !status && *p; p++) room += *p == '\n';
    line *lines = status ? NULL : malloc(room * sizeof *lines);
    if (!status && !lines) status = srnn__no_memory(ctx);
    if (!status) {
        c.line = 1;
        c.at = c.text + strlen(header);
        if (*c.at == '\r') c.at++;
        if (*c.at && *c.at++ != '\n')
            status = srnn__fail(ctx, SRNN_ERR_FORMAT, "%s: line 1 is not '%s'", path, header);
    }
    while (!status && *c.at) status = read_line(&c, &lines[n++]);
    if (!status) status = from_lines(&c, lines, n, out);
    free(lines);
    free(c.text);
    return status;
}
