/* Spikes as text, a line each: what any program reads. */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/counts.h"
#include "core/file.h"
#include "core/text.h"
#include "io/spikes_file.h"
#include "io/whole_file.h"

static const char header[] = "trial,type,unit,time_ms,population";
enum { TRIAL, TYPE, UNIT, TIME, POPULATION, N_COLUMNS };
static const char *const column_names[N_COLUMNS] = {"trial", "type", "unit", "time_ms",
                                                    "population"};
static const char separators[] = ",;\t";

/* ---- writing ---- */

/* As RFC 4180 quotes. */
static void csv_put_text(FILE *file, const char *text)
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

static void put_lines(FILE *file, const srnn_spikes *s)
{
    fprintf(file, "%s\n", header);
    for (int64_t q = 0; q < s->n; q++) {
        const int population = s->population[s->unit[q]];
        fprintf(file, "%d,", s->trial[q] + 1);
        csv_put_text(file, s->type_names[s->type[s->trial[q]]]);
        fprintf(file, ",%d,%.10g,%s\n", s->unit[q] + 1, s->time_ms[q],
                srnn_population_name((srnn_population)population));
    }
}

srnn_status srnn__spikes_save_csv(srnn_ctx *ctx, const srnn_spikes *spikes, const char *path)
{
    char *text = NULL;
    size_t n;
    bool exists;
    FILE *file = open_memstream(&text, &n);
    if (file) put_lines(file, spikes);
    const bool good = file && !ferror(file);
    const srnn_status status =
        file && !fclose(file) && good
            ? srnn__write_whole(ctx, path, ".csv", (unsigned char *)text, n, false, &exists)
            : srnn__no_memory(ctx);
    free(text);
    return status;
}

/* ---- reading ---- */

/* Do the first bytes name our columns, in whatever encoding a spreadsheet saves them? */
bool srnn__spikes_are_csv(srnn_ctx *ctx, const char *path)
{
    char start[256], line[sizeof start];
    FILE *file;
    if (srnn__open_regular(ctx, NULL, path, &file)) return false;
    const size_t n = fread(start, 1, sizeof start, file);
    fclose(file);
    size_t length = 0;
    for (size_t k = 0; k < n && start[k] != '\n'; k++)
        if (start[k]) line[length++] = start[k]; /* UTF-16 and UTF-32 have zeros between */
    return memmem(line, length, column_names[TRIAL], strlen(column_names[TRIAL])) &&
           memmem(line, length, column_names[TIME], strlen(column_names[TIME]));
}

typedef struct csv_line {
    const char *type;
    int trial, unit, population; /* trial, unit: from 0 */
    double time_ms;
    int64_t number; /* in the file, from 1 */
} csv_line;

typedef struct csv {
    srnn_ctx *ctx;
    const char *path;
    char *text; /* [size] and '\0'; what is read is cut up */
    size_t size;
    char *at;
    int64_t line; /* that is read */
    char separator;
    int field[N_COLUMNS]; /* TRIAL ... of each column of the file */
    csv_line *lines;      /* [n] */
    size_t n;
} csv;

/* Asks every 1024 lines whether the user wants to stop. */
static bool stopped(const csv *c, int64_t number, int64_t done, int64_t total)
{
    return number % 1024 == 0 && srnn__progress(c->ctx, "read", done, total, NAN, NAN);
}

static srnn_status csv_refuse(const csv *c, int64_t number, int field, const char *text,
                              const char *expected)
{
    return srnn__fail(c->ctx, SRNN_ERR_FORMAT, "%s: line %lld: %s is '%.40s'; expected %s", c->path,
                      (long long)number, column_names[field], text, expected);
}

/* ---- the text ---- */

static srnn_status csv_read_text(csv *c)
{
    unsigned char *bytes;
    const srnn_status status = srnn__read_whole(c->ctx, c->path, &bytes, &c->size);
    if (status) return status;
    c->text = (char *)bytes;
    c->text[c->size] = '\0'; /* there is room for it */
    if (memchr(c->text, '\n', c->size)) return SRNN_OK;
    for (size_t k = 0; k < c->size; k++) /* lines may end in CR alone */
        if (c->text[k] == '\r') c->text[k] = '\n';
    return SRNN_OK;
}

/* By the byte order mark or the zeros of the first letter; NULL: neither UTF-16 nor UTF-32. */
static const char *wide_encoding(const csv *c)
{
    const char *t = c->text;
    const bool mark = c->size >= 2 && (!memcmp(t, "\xff\xfe", 2) || !memcmp(t, "\xfe\xff", 2));
    if (c->size >= 4 && ((!t[0] && !t[1]) || (!t[2] && !t[3] && (mark || !t[1])))) return "UTF-32";
    return c->size >= 2 && (mark || !t[0] || !t[1]) ? "UTF-16" : NULL;
}

/* UTF-8, of which a byte order mark at the start is left out. */
static srnn_status check_encoding(csv *c)
{
    static const char mark[] = "\xef\xbb\xbf";
    const char *wide = wide_encoding(c);
    if (wide)
        return srnn__fail(c->ctx, SRNN_ERR_FORMAT,
                          "%s is in %s; expected UTF-8, which `iconv -f %s -t UTF-8` makes",
                          c->path, wide, wide);
    c->at = c->text + (strncmp(c->text, mark, strlen(mark)) ? 0 : strlen(mark));
    const char *p = c->at;
    int64_t number = 1;
    for (size_t n; (n = srnn__utf8_character(p)); p += n) {
        if (*p != '\n') continue;
        number++;
        if (stopped(c, number, 0, (int64_t)c->size)) return srnn__interrupted(c->ctx);
    }
    if (p == c->text + c->size) return SRNN_OK;
    return srnn__fail(
        c->ctx, SRNN_ERR_FORMAT,
        "%s: line %lld has the byte 0x%02X, which is not text in UTF-8; expected what "
        "`iconv -f LATIN1 -t UTF-8`, for example, makes of it",
        c->path, (long long)number, (unsigned char)*p);
}

/* The next column, its quotes taken off; *end: what stood after it. NULL: a quote is not closed. */
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
    while (*from && *from != c->separator && *from != '\n' && *from != '\r') *to++ = *from++;
    if (*from == '\r' && from[1] == '\n') from++;
    *end = *from;
    c->at = *from ? from + 1 : from;
    *to = '\0';
    return start;
}

/* ---- the lines ---- */

static srnn_status refuse_header(const csv *c, const char *why, const char *name)
{
    return srnn__fail(c->ctx, SRNN_ERR_FORMAT,
                      "%s: line 1 %s '%.40s'; expected the columns %s, each once, in any order, "
                      "with ',', ';' or a tab between them",
                      c->path, why, name, header);
}

/* The names may stand in any order. */
static srnn_status csv_read_header(csv *c)
{
    bool seen[N_COLUMNS] = {false};
    char end = 0;
    c->line = 1;
    c->separator = c->at[strcspn(c->at, separators)];
    for (int column = 0; column == 0 || (end && end != '\n'); column++) {
        const char *name = next_column(c, &end);
        if (!name) return refuse_header(c, "has a quote that is not closed:", "\"");
        int field = 0;
        while (field < N_COLUMNS && strcmp(name, column_names[field])) field++;
        if (field == N_COLUMNS) return refuse_header(c, "has the column", name);
        if (seen[field]) return refuse_header(c, "has twice the column", name);
        seen[field] = true;
        c->field[column] = field;
    }
    for (int field = 0; field < N_COLUMNS; field++)
        if (!seen[field]) return refuse_header(c, "lacks the column", column_names[field]);
    return SRNN_OK;
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

static srnn_status read_line(csv *c, csv_line *l)
{
    const char *fields[N_COLUMNS];
    char *end;
    l->number = ++c->line;
    for (int i = 0; i < N_COLUMNS; i++) {
        char after;
        const bool last = i == N_COLUMNS - 1;
        const char *text = fields[c->field[i]] = next_column(c, &after);
        if (!text || (last ? after != '\n' && after != '\0' : after != c->separator))
            return srnn__fail(c->ctx, SRNN_ERR_FORMAT,
                              "%s: line %lld does not have the columns of line 1", c->path,
                              (long long)l->number);
    }
    l->type = fields[TYPE];
    if (!whole_number(fields[TRIAL], SRNN__TRIALS_MAX, &l->trial))
        return csv_refuse(c, l->number, TRIAL, fields[TRIAL], "a whole number, 1 to 10000000");
    if (!whole_number(fields[UNIT], SRNN__UNITS_MAX, &l->unit))
        return csv_refuse(c, l->number, UNIT, fields[UNIT], "a whole number, 1 to 1000000");
    l->time_ms = strtod(fields[TIME], &end);
    if (end == fields[TIME] || *end || !(l->time_ms > 0 && l->time_ms <= SRNN__TRIAL_MAX_MS))
        return csv_refuse(c, l->number, TIME, fields[TIME],
                          strchr(fields[TIME], ',') ? "a decimal point"
                                                    : "a number above 0, at most 1e9");
    if ((l->population = srnn__population_named(fields[POPULATION])) < 0)
        return csv_refuse(c, l->number, POPULATION, fields[POPULATION], "exc, pv or som");
    return SRNN_OK;
}

static srnn_status read_lines(csv *c)
{
    const size_t shortest = strlen("1,,1,1,pv\n");
    srnn_status status = SRNN_OK;
    c->lines = malloc((c->size / shortest + 1) * sizeof *c->lines);
    if (!c->lines) return srnn__no_memory(c->ctx);
    while (!status && *c->at) {
        status = read_line(c, &c->lines[c->n++]);
        if (!status && stopped(c, c->line, c->at - c->text, (int64_t)c->size))
            status = srnn__interrupted(c->ctx);
    }
    return status;
}

/* ---- the spikes ---- */

/* Two lines on one trial, or on one unit, say the same of it. */
static srnn_status put_line(const csv *c, const csv_line *l, bool *trial_seen, bool *unit_seen,
                            srnn_spikes *s, int64_t q)
{
    const int type = srnn__spikes_type(s, l->type);
    if (type < 0) return srnn__no_memory(c->ctx);
    if (trial_seen[l->trial] && s->type[l->trial] != type)
        return csv_refuse(c, l->number, TYPE, l->type, "the type that the trial has above");
    if (unit_seen[l->unit] && s->population[l->unit] != l->population)
        return csv_refuse(c, l->number, POPULATION,
                          srnn_population_name((srnn_population)l->population),
                          "the one that the unit has above");
    trial_seen[l->trial] = unit_seen[l->unit] = true;
    s->type[l->trial] = type;
    s->population[l->unit] = (uint8_t)l->population;
    s->trial[q] = l->trial;
    s->unit[q] = l->unit;
    s->time_ms[q] = l->time_ms;
    return stopped(c, q, q, (int64_t)c->n) ? srnn__interrupted(c->ctx) : SRNN_OK;
}

/* A trial without spikes has no line with its type. */
static srnn_status name_silent_trials(const csv *c, const bool *trial_seen, srnn_spikes *s)
{
    const bool none_silent = s->n_types > 0 && !memchr(trial_seen, false, (size_t)s->K);
    const int unknown = none_silent ? 0 : srnn__spikes_type(s, "unknown");
    for (int k = 0; k < s->K; k++)
        if (!trial_seen[k]) s->type[k] = unknown;
    return unknown < 0 ? srnn__no_memory(c->ctx) : SRNN_OK;
}

static srnn_status from_lines(const csv *c, srnn_spikes *out)
{
    int N = 1, K = 1;
    double last_ms = 0;
    int64_t last_line = 1;
    for (size_t q = 0; q < c->n; q++) {
        const csv_line *l = &c->lines[q];
        N = l->unit >= N ? l->unit + 1 : N;
        if (l->trial >= K) last_line = l->number;
        K = l->trial >= K ? l->trial + 1 : K;
        last_ms = fmax(last_ms, l->time_ms);
    }
    if (K > srnn__trials_of_spikes(c->n))
        return srnn__fail(c->ctx, SRNN_ERR_FORMAT,
                          "%s: line %lld: trial is %d; expected at most %.0f trials for %zu spikes",
                          c->path, (long long)last_line, K, srnn__trials_of_spikes(c->n), c->n);
    srnn_status status = srnn__spikes_alloc(c->ctx, c->path, N, K, c->n, out);
    if (status) return status;
    out->T_ms = srnn__spikes_span_ms(last_ms);
    bool *trial_seen = calloc((size_t)K, sizeof *trial_seen);
    bool *unit_seen = calloc((size_t)N, sizeof *unit_seen);
    if (!trial_seen || !unit_seen) status = srnn__no_memory(c->ctx);
    for (size_t q = 0; q < c->n && !status; q++)
        status = put_line(c, &c->lines[q], trial_seen, unit_seen, out, (int64_t)q);
    if (!status) status = name_silent_trials(c, trial_seen, out);
    free(trial_seen);
    free(unit_seen);
    return status;
}

srnn_status srnn__spikes_load_csv(srnn_ctx *ctx, const char *path, srnn_spikes *out)
{
    csv c = {.ctx = ctx, .path = path};
    srnn_status status = csv_read_text(&c);
    if (!status) status = check_encoding(&c);
    if (!status) status = csv_read_header(&c);
    if (!status) status = read_lines(&c);
    if (!status) status = from_lines(&c, out);
    free(c.lines);
    free(c.text);
    return status;
}
