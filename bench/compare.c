/* Two reports in JSON side by side. */
#define _GNU_SOURCE 1
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench.h"

/* Where two machines or builds differ, ratios tell of that, too. */
static const char *const conditions[] = {"version", "processor", "isa", "compiler", "threads", "N"};
enum { N_CONDITIONS = sizeof conditions / sizeof *conditions };

typedef struct measured {
    const char *name, *unit;
    double best, median;
    bool once; /* then nothing is known of its noise */
} measured;

static bool refuse(const char *path, const char *sentence, const char *detail)
{
    fprintf(stderr, "spikernn-bench: %s: %s%s\n", path, sentence, detail);
    return false;
}

static bool read_case(const char *path, const json_t *entry, measured *m)
{
    m->name = json_string_value(json_object_get(entry, "name"));
    m->unit = json_string_value(json_object_get(entry, "unit"));
    m->best = json_number_value(json_object_get(entry, "best"));
    m->median = json_number_value(json_object_get(entry, "median"));
    m->once = json_integer_value(json_object_get(entry, "repetitions")) == 1;
    if (!m->name) return refuse(path, "a case has no name; expected one in each of `cases`", "");
    if (!m->unit) return refuse(path, "there is no unit; expected one of the case ", m->name);
    if (m->best > 0 && m->median >= m->best) return true;
    return refuse(path, "expected numbers above 0, best at most median, of the case ", m->name);
}

/* NULL, with a sentence, unless it is a report whose cases are all as expected. */
static json_t *load(const char *path)
{
    struct stat info;
    if (!stat(path, &info) && S_ISDIR(info.st_mode)) {
        refuse(path, "is a folder; expected a report of --json", "");
        return NULL;
    }
    json_error_t error;
    json_t *document = json_load_file(path, 0, &error);
    if (!document && error.line < 0)
        fprintf(stderr, "spikernn-bench: %s\n", error.text);
    else if (!document)
        fprintf(stderr, "spikernn-bench: %s, line %d: %s; expected a report of --json\n", path,
                error.line, error.text);
    if (!document) return NULL;
    const json_t *list = json_object_get(document, "cases");
    bool good = json_is_array(list);
    if (!good) refuse(path, "there is no list `cases`; expected a report of --json", "");
    measured m;
    for (size_t i = 0; good && i < json_array_size(list); i++)
        good = read_case(path, json_array_get(list, i), &m);
    if (good) return document;
    json_decref(document);
    return NULL;
}

static bool find(const json_t *document, const char *name, measured *m)
{
    const json_t *list = json_object_get(document, "cases");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (read_case("", json_array_get(list, i), m) && !strcmp(m->name, name)) return true;
    return false;
}

static bool comparable(const json_t *old, const char *old_path, const json_t *now, const char *path)
{
    const json_t *list = json_object_get(now, "cases");
    bool any = false;
    measured a, b;
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!read_case(path, json_array_get(list, i), &b) || !find(old, b.name, &a)) continue;
        if (strcmp(a.unit, b.unit))
            return refuse(path, "expected the unit of the other file, of the case ", b.name);
        any = true;
    }
    return any || refuse(path, "no case in common; expected one at least of those in ", old_path);
}

/* The median above the best, as a part of it: other work on the machine, mostly. */
static double noise_of(const measured *m) { return m->median / m->best - 1; }

typedef struct comparison {
    measured old, now;
    double ratio, noise; /* NaN: not known */
    bool beyond;         /* what noise explains */
} comparison;

static comparison compare_case(const measured *old, const measured *now)
{
    const double noise = old->once || now->once ? NAN : fmax(noise_of(old), noise_of(now));
    comparison c = {*old, *now, old->median / now->median, noise, 0};
    c.beyond = fmax(c.ratio, 1 / c.ratio) > 1 + c.noise;
    return c;
}

static void print_conditions(const json_t *old, const json_t *now)
{
    for (int k = 0; k < N_CONDITIONS; k++) {
        const json_t *a = json_object_get(old, conditions[k]);
        const json_t *b = json_object_get(now, conditions[k]);
        if (!a || !b || json_equal(a, b)) continue;
        char *texts[] = {json_dumps(a, JSON_ENCODE_ANY), json_dumps(b, JSON_ENCODE_ANY)};
        printf("%s: %s, then %s\n", conditions[k], texts[0] ? texts[0] : "",
               texts[1] ? texts[1] : "");
        free(texts[0]);
        free(texts[1]);
    }
}

static void print_comparison(const comparison *c)
{
    printf("%-36s %9.3f %-2s %9.3f %-2s %6.2f  ", c->old.name, c->old.median, c->old.unit,
           c->now.median, c->now.unit, c->ratio);
    if (isnan(c->noise))
        printf("measured once\n");
    else
        printf("±%.0f %%%s\n", 100 * c->noise,
               !c->beyond     ? "  within the noise"
               : c->ratio > 1 ? "  faster"
                              : "  slower");
}

static json_t *comparison_json(const comparison *c)
{
    return json_pack("{sssssfsfsfsoso}", "name", c->old.name, "unit", c->old.unit, "old",
                     c->old.median, "new", c->now.median, "ratio", c->ratio, "noise",
                     number_json(c->noise), "beyond_noise",
                     isnan(c->noise) ? json_null() : json_boolean(c->beyond));
}

/* The cases of one document alone. */
static void list_others(const json_t *document, const json_t *other, const char *path,
                        json_t *names)
{
    const json_t *list = json_object_get(document, "cases");
    measured m, n;
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!read_case(path, json_array_get(list, i), &m) || find(other, m.name, &n)) continue;
        if (names)
            json_array_append_new(names, json_string(m.name));
        else
            printf("%-36s only in %s\n", m.name, path);
    }
}

static json_t *ratios(const json_t *old, const json_t *now, bool json)
{
    json_t *rows = json_array();
    const json_t *list = json_object_get(old, "cases");
    for (size_t i = 0; i < json_array_size(list); i++) {
        measured a, b;
        if (!read_case("", json_array_get(list, i), &a) || !find(now, a.name, &b)) continue;
        const comparison c = compare_case(&a, &b);
        if (json)
            json_array_append_new(rows, comparison_json(&c));
        else
            print_comparison(&c);
    }
    return rows;
}

static int report(const json_t *old, const char *old_path, const json_t *now, const char *new_path,
                  bool json)
{
    if (!json) {
        print_conditions(old, now);
        printf("%-36s %12s %12s %6s\n", "median", "old", "new", "ratio");
    }
    json_t *rows = ratios(old, now, json);
    json_t *only_old = json_array(), *only_new = json_array();
    list_others(old, now, old_path, json ? only_old : NULL);
    list_others(now, old, new_path, json ? only_new : NULL);
    json_t *document = json_pack("{sssssososo}", "old", old_path, "new", new_path, "cases", rows,
                                 "only_old", only_old, "only_new", only_new);
    if (json) return print_json(document);
    json_decref(document);
    return 0;
}

int compare(const char *old_path, const char *new_path, bool json)
{
    json_t *old = load(old_path), *now = old ? load(new_path) : NULL;
    const bool good = now && comparable(old, old_path, now, new_path);
    const int code = good ? report(old, old_path, now, new_path, json) : 2;
    json_decref(old);
    json_decref(now);
    return code;
}
