/* JSON to a declared task: names, shapes and expressions. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/presets.h"
#include "core/text.h"
#include "task/declared.h"
#include "task/json_line.h"

static const char *name_of(const srnn__declaration *d)
{
    return json_string_value(json_object_get(d->root, "name"));
}

/* " with stim_on 5, delay 3": those that are not the declaration's own. T is in the sentences
   about times. */
static const char *settings_given(const srnn__declaration *d, char text[256])
{
    const json_t *own = json_object_get(d->root, "settings");
    int n = 0;
    *text = '\0';
    for (int i = 0; srnn_task_setting_at(i); i++) {
        const char *name = srnn_task_setting_at(i)->name;
        const double value = srnn_task_setting_get(d->given, i);
        const json_t *by_default = json_object_get(own, name);
        if (value < 0 || !by_default || value == json_number_value(by_default) ||
            !strcmp(name, "T"))
            continue;
        n += snprintf(text + n, 256 - (size_t)n, "%s %s %.10g", n ? "," : " with", name, value);
    }
    return text;
}

bool srnn__declared_refuse(const srnn__declaration *d, const json_t *where, const char *format, ...)
{
    char sentence[768];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    char given[256];
    *d->failed = d->source ? srnn__fail(d->ctx, SRNN_ERR_FILE, "%s:%d: %s", d->source,
                                        srnn__json_line(d->text, d->root, where), sentence)
                           : srnn__fail(d->ctx, SRNN_ERR_ARGUMENT, "task '%s'%s: %s", name_of(d),
                                        settings_given(d, given), sentence);
    return false;
}

/* What is being read, and the names known so far. */
typedef struct reader {
    const srnn__declaration *d;
    srnn__declared *task;
    srnn__symbols symbols;
    const json_t *symbol_json[SRNN__SYMBOLS_MAX];
} reader;

#define REFUSE(...) srnn__declared_refuse(r->d, __VA_ARGS__)

static bool no_memory(const reader *r)
{
    *r->d->failed = srnn__no_memory(r->d->ctx);
    return false;
}

/* ---- JSON ---- */

static const char *kind(const json_t *json)
{
    static const char *const names[] = {
        [JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array", [JSON_STRING] = "a string",
        [JSON_INTEGER] = "a number", [JSON_REAL] = "a number",  [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",      [JSON_NULL] = "null"};
    return names[json_typeof(json)];
}

/* An object with these names only; known ends with NULL. */
static bool is_object(const reader *r, const json_t *json, const char *what,
                      const char *const *known)
{
    if (!json_is_object(json))
        return REFUSE(json, "%s is %s; expected an object in {}", what, kind(json));
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)json, key, value)
    {
        bool good = false;
        for (int i = 0; known[i]; i++) good = good || !strcmp(key, known[i]);
        const char *near = good ? NULL : srnn__nearest(key, known);
        if (near) return REFUSE(value, "%s has no '%.40s'; did you mean '%s'?", what, key, near);
        if (good) continue;
        char names[256] = "";
        for (size_t i = 0, n = 0; known[i] && n < sizeof names; i++)
            n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", i ? ", " : "", known[i]);
        return REFUSE(value, "%s has no '%.40s'; expected some of: %s", what, key, names);
    }
    return true;
}

/* Of the size that every number of a declaration may have. */
static bool fits(double value) { return fabs(value) <= SRNN__NUMBER_MAX; }

/* A whole number, by_default where the object has none. */
static bool read_count(const reader *r, const char *name, int least, int most, int by_default,
                       int *out)
{
    const json_t *json = json_object_get(r->d->root, name);
    *out = by_default;
    if (!json) return true;
    const json_int_t value = json_integer_value(json);
    if (!json_is_integer(json) || value < least || value > most)
        return REFUSE(json, "%s is %s; expected a whole number, %d to %d", name,
                      json_is_integer(json) ? "out of range" : kind(json), least, most);
    *out = (int)value;
    return true;
}

/* "cue", or {"name": "coherence", "unit": "%"}. */
static bool read_channel_words(const reader *r, const char *all, const json_t *json,
                               const char **name, const char **unit)
{
    static const char *const known[] = {"name", "unit", NULL};
    *name = json_string_value(json);
    if (*name) return true;
    if (!json_is_object(json))
        return REFUSE(json,
                      "%s has %s in it; expected names, or objects such as {\"name\": "
                      "\"coherence\", \"unit\": \"%%\"}",
                      all, kind(json));
    const json_t *in_name = json_object_get(json, "name"), *in_unit = json_object_get(json, "unit");
    *name = json_string_value(in_name);
    *unit = json_string_value(in_unit);
    if (!is_object(r, json, all, known)) return false;
    if (!*name)
        return REFUSE(json, "the name of one of the %s is %s; expected a string", all,
                      in_name ? kind(in_name) : "missing");
    return !in_unit || *unit ||
           REFUSE(in_unit, "the unit of '%.40s' is %s; expected a string", *name, kind(in_unit));
}

/* Names and units stand in tables and axes; lists of names are kept with ", " between them. */
static bool check_channel_words(const reader *r, const char *all, const json_t *json,
                                const char *const *names, size_t i, const char *unit)
{
    if (!srnn__is_plain(names[i]) || strstr(names[i], ", "))
        return REFUSE(json,
                      "%s has the name '%.40s'; expected one without control characters and ', '",
                      all, names[i]);
    if (unit && !srnn__is_plain(unit))
        return REFUSE(json,
                      "the unit of '%.40s' is '%.40s'; expected one without control "
                      "characters",
                      names[i], unit);
    for (size_t k = 0; k < i; k++)
        if (!strcmp(names[k], names[i])) return REFUSE(json, "%s has '%.40s' twice", all, names[i]);
    return true;
}

/* Their number, or a name for each. */
static bool read_channels(const reader *r, const char *all, srnn__channels *channels)
{
    const json_t *json = json_object_get(r->d->root, all);
    if (!json_is_array(json)) return read_count(r, all, 1, 10000, 1, &channels->n);
    const size_t n = json_array_size(json);
    if (n < 1 || n > 10000) return REFUSE(json, "%s has %zu names; expected 1 to 10000", all, n);
    channels->n = (int)n;
    channels->names = calloc(n, sizeof *channels->names);
    channels->units = calloc(n, sizeof *channels->units);
    if (!channels->names || !channels->units) return no_memory(r);
    size_t i;
    const json_t *each;
    json_array_foreach(json, i, each)
    {
        if (!read_channel_words(r, all, each, &channels->names[i], &channels->units[i]) ||
            !check_channel_words(r, all, each, channels->names, i, channels->units[i]))
            return false;
    }
    return true;
}

/* ---- expressions ---- */

static bool parse(reader *r, const json_t *json, const char *what, srnn__expression *out)
{
    char wrong[160];
    if (json_is_number(json)) {
        const double value = json_number_value(json);
        *out = srnn__constant(value);
        return fits(value) || REFUSE(json, "%s is %g; expected -1e9 to 1e9", what, value);
    }
    if (!json_is_string(json))
        return REFUSE(json, "%s is %s; expected a number, or a string with an expression", what,
                      kind(json));
    const char *text = json_string_value(json);
    return srnn__expression_parse(text, &r->symbols, out, wrong) ||
           REFUSE(json, "%s is '%.80s': %s", what, text, wrong);
}

/* The expression of that name, if there is one. */
static bool read_expression(reader *r, const json_t *object, const char *name,
                            srnn__expression *out, bool *has)
{
    const json_t *json = json_object_get(object, name);
    *has = json != NULL;
    return !json || parse(r, json, name, out);
}

static bool add_symbol(reader *r, const char *name, const json_t *json, int *symbol)
{
    if (!srnn__is_symbol(name))
        return REFUSE(json,
                      "the name '%.40s' cannot stand in an expression; expected at most %d "
                      "letters, digits and '_', a letter first, and no function's name",
                      name, SRNN__SYMBOL_LENGTH - 1);
    if (srnn__find_symbol(&r->symbols, name) >= 0)
        return REFUSE(json, "the name '%s' is given twice", name);
    if (r->symbols.n == SRNN__SYMBOLS_MAX)
        return REFUSE(json, "'%s' is one name too many; expected at most %d in all", name,
                      SRNN__SYMBOLS_MAX);
    *symbol = r->symbols.n++;
    r->symbol_json[*symbol] = json;
    strcpy(r->symbols.names[*symbol], name);
    return true;
}

/* ---- settings ---- */

static int find_setting(const char *name)
{
    int i = 0;
    while (srnn_task_setting_at(i) && strcmp(srnn_task_setting_at(i)->name, name)) i++;
    return srnn_task_setting_at(i) ? i : -1;
}

static int most_of(const srnn_task_setting *setting)
{
    return setting->most < 10000000 ? setting->most : 10000000;
}

static bool good_setting(const srnn_task_setting *setting, double value)
{
    return setting->whole
               ? value >= setting->least && value <= most_of(setting) && value == floor(value)
               : value > 0 && fits(value);
}

/* Of those that srnn_task_settings has: the one given, or the one in the file. */
static bool usual_setting(reader *r, int i, const json_t *json, double *value)
{
    const srnn_task_setting *setting = srnn_task_setting_at(i);
    const double given = srnn_task_setting_get(r->d->given, i);
    char expected[64] = "a number above 0";
    if (setting->whole)
        snprintf(expected, sizeof expected, "a whole number, %d to %d", setting->least,
                 most_of(setting));
    if (!good_setting(setting, *value))
        return REFUSE(json, "%s is %.10g; expected %s", setting->name, *value, expected);
    if (given >= 0 && !good_setting(setting, given)) {
        *r->d->failed = srnn__fail(r->d->ctx, SRNN_ERR_ARGUMENT, "%s is %.10g; expected %s",
                                   setting->name, given, expected);
        return false;
    }
    if (given >= 0) *value = given;
    srnn_task_setting_put(&r->task->settings, i, *value);
    return true;
}

static bool read_settings(reader *r)
{
    const json_t *settings = json_object_get(r->d->root, "settings");
    if (!json_is_object(settings) || !json_object_get(settings, "T"))
        return REFUSE(settings ? settings : r->d->root,
                      "settings has no T; expected \"settings\": {\"T\": steps of a trial, ...}");
    r->task->settings = srnn_task_settings_default();
    double none = 0;
    if (!usual_setting(r, find_setting("two_sided"), settings, &none)) return false;
    const char *name;
    json_t *json;
    json_object_foreach((json_t *)settings, name, json)
    {
        int symbol;
        if (!add_symbol(r, name, json, &symbol)) return false;
        if (!json_is_number(json))
            return REFUSE(json, "%s is %s; expected a number", name, kind(json));
        double value = json_number_value(json);
        if (!fits(value)) return REFUSE(json, "%s is %g; expected -1e9 to 1e9", name, value);
        const int i = find_setting(name);
        if (i >= 0 && !usual_setting(r, i, json, &value)) return false;
        if (i < 0) {
            r->task->parameter_names[r->task->n_parameters] = name;
            r->task->parameters[r->task->n_parameters++] = value;
        }
        r->task->values[symbol] = srnn__point(value);
    }
    r->task->T = r->task->settings.T;
    r->symbols.used[srnn__find_symbol(&r->symbols, "T")] = true;
    const int two_sided = srnn__find_symbol(&r->symbols, "two_sided");
    if (two_sided >= 0) r->symbols.used[two_sided] = true;
    return true;
}

/* ---- factors and trial types ---- */

static bool good_name(const char *name, size_t most)
{
    const size_t n = strlen(name);
    for (const char *c = name; *c; c++)
        if ((unsigned char)*c <= ' ' || strchr(",;\"'\\", *c)) return false;
    return n >= 1 && n <= most;
}

/* "name": number, null or {"number", "probability"}. */
static bool read_level(reader *r, const char *name, const json_t *json, srnn__level *level)
{
    static const char *const known[] = {"number", "probability", NULL};
    if (!good_name(name, 31))
        return REFUSE(json,
                      "the level '%.40s' cannot be in a type's name; expected 1 to 31 characters "
                      "without spaces, commas and quotes",
                      name);
    strcpy(level->name, name);
    level->probability = NAN;
    const json_t *number = json, *probability = NULL;
    if (json_is_object(json)) {
        if (!is_object(r, json, "a level", known)) return false;
        number = json_object_get(json, "number");
        probability = json_object_get(json, "probability");
    } else if (json_is_null(json))
        number = NULL;
    if (number && !json_is_number(number))
        return REFUSE(number, "level '%s' is %s; expected a number, null or an object", name,
                      kind(number));
    level->has_number = number != NULL;
    level->number = json_number_value(number);
    if (!fits(level->number))
        return REFUSE(number, "level '%s' is %g; expected -1e9 to 1e9", name, level->number);
    if (!probability) return true;
    level->probability = json_number_value(probability);
    if (!json_is_number(probability) || !(level->probability > 0 && level->probability <= 1))
        return REFUSE(probability,
                      "the probability of level '%s' is %s; expected above 0, at "
                      "most 1",
                      name, json_is_number(probability) ? "out of range" : kind(probability));
    return true;
}

/* Given for all the levels, or for none: then they are equal. */
static bool set_probabilities(reader *r, const json_t *json, srnn__factor *factor)
{
    int given = 0;
    double sum = 0;
    for (int i = 0; i < factor->n; i++)
        if (!isnan(factor->levels[i].probability)) {
            given++;
            sum += factor->levels[i].probability;
        }
    if (given && given < factor->n)
        return REFUSE(json, "factor '%s' has %d probabilities for %d levels; expected one for each",
                      factor->name, given, factor->n);
    if (given && fabs(sum - 1) > 1e-9)
        return REFUSE(json, "the probabilities of factor '%s' add up to %g; expected 1",
                      factor->name, sum);
    for (int i = 0; i < factor->n && !given; i++) factor->levels[i].probability = 1.0 / factor->n;
    return true;
}

static bool read_factor(reader *r, const char *name, const json_t *json, srnn__factor *factor)
{
    if (!json_is_object(json) || !json_object_size(json) || json_object_size(json) > SRNN_TYPES_MAX)
        return REFUSE(json, "factor '%.40s' is %s; expected an object of 1 to %d levels", name,
                      kind(json), SRNN_TYPES_MAX);
    if (!srnn__is_symbol(name) || !strcmp(name, "network") || !strcmp(name, "type"))
        return REFUSE(json,
                      "a factor cannot have the name '%.40s'; expected at most %d letters, digits "
                      "and '_', a letter first, and neither 'network' nor 'type'",
                      name, SRNN__SYMBOL_LENGTH - 1);
    strcpy(factor->name, name);
    factor->symbol = -1;
    int with_number = 0;
    const char *level_name;
    json_t *level;
    json_object_foreach((json_t *)json, level_name, level)
    {
        srnn__level *l = &factor->levels[factor->n++];
        if (!read_level(r, level_name, level, l)) return false;
        with_number += l->has_number;
    }
    if (with_number && with_number < factor->n)
        return REFUSE(json, "factor '%s' has %d numbers for %d levels; expected one for each", name,
                      with_number, factor->n);
    if (with_number && !add_symbol(r, name, json, &factor->symbol)) return false;
    if (with_number) r->symbols.used[factor->symbol] = true; /* a factor need not be */
    return set_probabilities(r, json, factor);
}

/* Level of factor f in trials of the type. */
static int declared_level(const srnn__declared *task, int type, int f)
{
    for (int k = task->n_factors - 1; k > f; k--) type /= task->factors[k].n;
    return type % task->factors[f].n;
}

void srnn__declared_set_type(const srnn__declared *task, int type, srnn__bounds *values)
{
    for (int f = 0; f < task->n_factors; f++) {
        const srnn__factor *factor = &task->factors[f];
        const srnn__level *level = &factor->levels[declared_level(task, type, f)];
        if (factor->symbol >= 0) values[factor->symbol] = srnn__point(level->number);
    }
}

/* A type's name is those of its levels, one behind the other. */
static bool name_types(reader *r, const json_t *factors)
{
    srnn__declared *task = r->task;
    for (int type = 0; type < task->n_types; type++) {
        char *name = task->type_names[type];
        for (int f = 0; f < task->n_factors; f++) {
            const char *level = task->factors[f].levels[declared_level(task, type, f)].name;
            if (strlen(name) + strlen(level) >= SRNN__TYPE_NAME)
                return REFUSE(factors,
                              "the type '%s%s' has too long a name; expected at most %d "
                              "characters",
                              name, level, SRNN__TYPE_NAME - 1);
            strcat(name, level);
        }
        for (int other = 0; other < type; other++)
            if (!strcmp(name, task->type_names[other]))
                return REFUSE(factors,
                              "two types are called '%s'; expected levels whose names "
                              "tell them apart",
                              name);
    }
    return true;
}

static bool read_factors(reader *r)
{
    srnn__declared *task = r->task;
    const json_t *factors = json_object_get(r->d->root, "factors");
    if (!json_is_object(factors) || !json_object_size(factors) ||
        json_object_size(factors) > SRNN__FACTORS_MAX)
        return REFUSE(factors ? factors : r->d->root,
                      "factors is %s; expected an object of 1 to %d factors with their levels, "
                      "such as {\"trial\": {\"go\": 1, \"nogo\": 0}}",
                      factors ? kind(factors) : "missing", SRNN__FACTORS_MAX);
    task->factors = calloc(json_object_size(factors), sizeof *task->factors);
    if (!task->factors) return no_memory(r);
    task->n_types = 1;
    const char *name;
    json_t *json;
    json_object_foreach((json_t *)factors, name, json)
    {
        srnn__factor *factor = &task->factors[task->n_factors++];
        if (!read_factor(r, name, json, factor)) return false;
        task->n_types *= factor->n;
        if (task->n_types > SRNN_TYPES_MAX)
            return REFUSE(json, "the factors make %d trial types; expected at most %d",
                          task->n_types, SRNN_TYPES_MAX);
    }
    return name_types(r, factors);
}

/* ---- variables ---- */

static const struct {
    const char *name;
    srnn__draw draw;
    int n;
    const char *numbers;
} draws[] = {{"whole", SRNN__DRAW_WHOLE, 2, "[least, most]"},
             {"uniform", SRNN__DRAW_UNIFORM, 2, "[least, most]"},
             {"normal", SRNN__DRAW_NORMAL, 2, "[mean, SD]"},
             {"exponential", SRNN__DRAW_EXPONENTIAL, 1, "mean"}};

enum { N_DRAWS = sizeof draws / sizeof *draws };

static bool read_variable(reader *r, const char *name, const json_t *json, srnn__variable *v)
{
    v->json = json;
    v->b = srnn__constant(0);
    if (!json_is_object(json)) return parse(r, json, name, &v->a);
    static const char *const known[] = {"whole", "uniform", "normal", "exponential", NULL};
    if (!is_object(r, json, name, known)) return false;
    int k = 0;
    while (k < N_DRAWS && !json_object_get(json, draws[k].name)) k++;
    if (json_object_size(json) != 1)
        return REFUSE(json, "%s has %zu distributions; expected one", name, json_object_size(json));
    const json_t *numbers = json_object_get(json, draws[k].name);
    v->draw = draws[k].draw;
    if (draws[k].n == 1) return parse(r, numbers, draws[k].name, &v->a);
    if (json_array_size(numbers) != 2)
        return REFUSE(numbers, "%s is no pair; expected \"%s\": %s", draws[k].name, draws[k].name,
                      draws[k].numbers);
    return parse(r, json_array_get(numbers, 0), draws[k].name, &v->a) &&
           parse(r, json_array_get(numbers, 1), draws[k].name, &v->b);
}

static bool read_variables(reader *r)
{
    srnn__declared *task = r->task;
    const json_t *variables = json_object_get(r->d->root, "variables");
    task->first_variable = r->symbols.n;
    if (!variables) return true;
    if (!json_is_object(variables))
        return REFUSE(variables, "variables is %s; expected an object in {}", kind(variables));
    task->variables = calloc(json_object_size(variables) + 1, sizeof *task->variables);
    if (!task->variables) return no_memory(r);
    const char *name;
    json_t *json;
    json_object_foreach((json_t *)variables, name, json)
    {
        int symbol; /* only from the next one on */
        if (!read_variable(r, name, json, &task->variables[task->n_variables]) ||
            !add_symbol(r, name, json, &symbol))
            return false;
        task->n_variables++;
    }
    return true;
}

/* ---- pieces and rules ---- */

static bool read_level_name(reader *r, const char *what, const json_t *json,
                            const char *const *known, bool *among)
{
    if (!json_is_string(json))
        return REFUSE(json, "when: %s is %s; expected a name in quotes", what, kind(json));
    const char *name = json_string_value(json);
    for (int i = 0; known[i]; i++)
        if (!strcmp(name, known[i])) return among[i] = true;
    const char *near = srnn__nearest(name, known);
    if (near) return REFUSE(json, "when: %s has no '%.40s'; did you mean '%s'?", what, name, near);
    return REFUSE(json, "when: %s has no '%.40s'; expected one such as '%s'", what, name, known[0]);
}

/* The name or the names in json: which of those known are among them. */
static bool read_names(reader *r, const char *what, const json_t *json, const char *const *known,
                       bool *among)
{
    if (!json_is_array(json)) return read_level_name(r, what, json, known, among);
    size_t i;
    const json_t *each;
    json_array_foreach(json, i, each)
    {
        if (!read_level_name(r, what, each, known, among)) return false;
    }
    return true;
}

/* One condition: the types with one of these levels of a factor, or those named. */
static bool read_condition(reader *r, const char *name, const json_t *json, srnn__when *when)
{
    const srnn__declared *task = r->task;
    const bool by_type = !strcmp(name, "type");
    const char *known[SRNN_TYPES_MAX + 1] = {NULL};
    bool among[SRNN_TYPES_MAX] = {false};
    int f = 0;
    while (f < task->n_factors && strcmp(task->factors[f].name, name)) f++;
    if (f == task->n_factors && !by_type)
        return REFUSE(json, "when: there is no factor '%.40s'", name);
    for (int i = 0; i < (by_type ? task->n_types : task->factors[f].n); i++)
        known[i] = by_type ? task->type_names[i] : task->factors[f].levels[i].name;
    if (!read_names(r, name, json, known, among)) return false;
    for (int type = 0; type < task->n_types; type++)
        if (!among[by_type ? type : declared_level(task, type, f)]) when->types[type] = false;
    return true;
}

static bool read_network(reader *r, const json_t *json, srnn__when *when)
{
    const char *name = json_is_string(json) ? json_string_value(json) : "";
    when->networks = !strcmp(name, "rate")      ? 1u << SRNN_RATE
                     : !strcmp(name, "spiking") ? 1u << SRNN_SPIKING
                                                : 0;
    return when->networks ||
           REFUSE(json, "when: network is '%.40s'; expected \"rate\" or \"spiking\"", name);
}

static bool read_when(reader *r, const json_t *object, bool of_rule, srnn__when *when)
{
    const json_t *json = json_object_get(object, "when");
    for (int type = 0; type < r->task->n_types; type++) when->types[type] = true;
    when->networks = 1u << SRNN_RATE | 1u << SRNN_SPIKING;
    if (!json) return true;
    if (!json_is_object(json))
        return REFUSE(json, "when is %s; expected an object, such as {\"%s\": \"%s\"}", kind(json),
                      r->task->factors[0].name, r->task->factors[0].levels[0].name);
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)json, name, value)
    {
        const bool network = of_rule && !strcmp(name, "network");
        if (network ? !read_network(r, value, when) : !read_condition(r, name, value, when))
            return false;
    }
    return true;
}

/* "channel" or "output": a number from 1, or a name where they have names. */
static bool read_channel(reader *r, const json_t *object, const char *name, bool output,
                         int *channel)
{
    const json_t *json = json_object_get(object, name);
    const srnn__channels *all = output ? &r->task->outputs : &r->task->channels;
    const int n = all->n;
    *channel = 0;
    if (!json && n == 1) return true;
    if (!json)
        return REFUSE(object, "%s is missing; expected one of the %d %s", name, n,
                      output ? "outputs" : "channels");
    for (int i = 0; i < n && all->names && json_is_string(json); i++) {
        *channel = i;
        if (!strcmp(json_string_value(json), all->names[i])) return true;
    }
    const json_int_t value = json_integer_value(json);
    if (!json_is_integer(json) || value < 1 || value > n)
        return REFUSE(json, "there is no such %s; expected 1 to %d%s", name, n,
                      all->names ? ", or a name" : "");
    *channel = (int)value - 1;
    return true;
}

static bool read_window(reader *r, const json_t *object, srnn__step_window *window)
{
    srnn__expression duration;
    if (!read_expression(r, object, "from", &window->from, &window->has_from) ||
        !read_expression(r, object, "to", &window->to, &window->has_to) ||
        !read_expression(r, object, "duration", &duration, &window->has_duration))
        return false;
    if (window->has_to && window->has_duration)
        return REFUSE(object, "to and duration are both given; expected one of them");
    if (window->has_duration) window->to = duration;
    if (!window->has_from) window->from = srnn__constant(0);
    return true;
}

static bool read_piece(reader *r, const json_t *json, bool target, srnn__piece *piece)
{
    static const char *const of_input[] = {"channel",  "when",  "from",    "to",
                                           "duration", "value", "ramp_to", "noise",
                                           "period",   "phase", NULL};
    static const char *const of_target[] = {"output", "when",    "from",   "to",    "duration",
                                            "value",  "ramp_to", "period", "phase", NULL};
    bool has_value, has_phase;
    piece->json = json;
    piece->phase = srnn__constant(0);
    if (!is_object(r, json, target ? "a piece of targets" : "a piece of inputs",
                   target ? of_target : of_input) ||
        !read_channel(r, json, target ? "output" : "channel", target, &piece->channel) ||
        !read_when(r, json, false, &piece->when) || !read_window(r, json, &piece->window) ||
        !read_expression(r, json, "value", &piece->value, &has_value) ||
        !read_expression(r, json, "ramp_to", &piece->ramp_to, &piece->has_ramp) ||
        !read_expression(r, json, "noise", &piece->noise, &piece->has_noise) ||
        !read_expression(r, json, "period", &piece->period, &piece->has_wave) ||
        !read_expression(r, json, "phase", &piece->phase, &has_phase))
        return false;
    if (!has_value && !piece->has_noise)
        return REFUSE(json, "value is missing; expected a number or an expression");
    if (!has_value) piece->value = srnn__constant(0);
    if (has_phase && !piece->has_wave)
        return REFUSE(json, "phase is given without period; expected both");
    if (piece->has_ramp && !piece->window.has_to && !piece->window.has_duration)
        return REFUSE(json, "ramp_to is given without to; expected to or duration, where the "
                            "ramp ends");
    return true;
}

const char *const srnn__criterion_names[SRNN__N_CRITERIA + 1] = {
    [SRNN__GOES_ABOVE] = "goes_above",   [SRNN__GOES_BELOW] = "goes_below",
    [SRNN__GOES_BEYOND] = "goes_beyond", [SRNN__STAYS_ABOVE] = "stays_above",
    [SRNN__STAYS_BELOW] = "stays_below", [SRNN__STAYS_WITHIN] = "stays_within",
    [SRNN__MEAN_ABOVE] = "mean_above",   [SRNN__MEAN_BELOW] = "mean_below",
    [SRNN__ERROR_BELOW] = "error_below", [SRNN__CORRELATION_ABOVE] = "correlation_above"};

static bool read_rule(reader *r, const json_t *json, srnn__rule *rule)
{
    const char *known[6 + SRNN__N_CRITERIA] = {"output", "when", "from", "to", "duration"};
    memcpy(known + 5, srnn__criterion_names, sizeof srnn__criterion_names);
    rule->json = json;
    if (!is_object(r, json, "a rule of correct", known) ||
        !read_channel(r, json, "output", true, &rule->output) ||
        !read_when(r, json, true, &rule->when) || !read_window(r, json, &rule->window))
        return false;
    int criteria = 0;
    for (int i = 0; i < SRNN__N_CRITERIA; i++) {
        const char *name = srnn__criterion_names[i];
        if (!json_object_get(json, name)) continue;
        criteria++;
        rule->criterion = (srnn__criterion)i;
        if (!parse(r, json_object_get(json, name), name, &rule->limit)) return false;
    }
    return criteria == 1 ||
           REFUSE(json,
                  "a rule of correct has %d criteria; expected one of goes_above, "
                  "goes_below, goes_beyond, stays_above, stays_below, stays_within, "
                  "mean_above, mean_below, error_below, correlation_above",
                  criteria);
}

/* Zeroed memory for an array of objects; NULL after an error. */
static void *begin_array(reader *r, const char *name, size_t size, const json_t **json)
{
    *json = json_object_get(r->d->root, name);
    const size_t n = json_array_size(*json);
    if (n < 1 || n > SRNN__PIECES_MAX) {
        REFUSE(*json ? *json : r->d->root, "%s is %s; expected an array of 1 to %d objects", name,
               !*json                 ? "missing"
               : json_is_array(*json) ? "out of range"
                                      : kind(*json),
               SRNN__PIECES_MAX);
        return NULL;
    }
    void *array = calloc(n, size);
    if (!array) no_memory(r);
    return array;
}

static bool read_pieces(reader *r)
{
    srnn__declared *task = r->task;
    const json_t *json, *each;
    size_t i;
    if (!(task->inputs = begin_array(r, "inputs", sizeof *task->inputs, &json))) return false;
    json_array_foreach(json, i, each)
    {
        if (!read_piece(r, each, false, &task->inputs[task->n_inputs++])) return false;
    }
    if (!(task->targets = begin_array(r, "targets", sizeof *task->targets, &json))) return false;
    json_array_foreach(json, i, each)
    {
        if (!read_piece(r, each, true, &task->targets[task->n_targets++])) return false;
    }
    if (!(task->rules = begin_array(r, "correct", sizeof *task->rules, &json))) return false;
    json_array_foreach(json, i, each)
    {
        if (!read_rule(r, each, &task->rules[task->n_rules++])) return false;
    }
    return true;
}

/* ---- the whole ---- */

static bool read_words(reader *r)
{
    static const char *const known[] = {"stimulus", "target", "correct", NULL};
    const json_t *words = json_object_get(r->d->root, "words");
    if (!words) return true;
    if (!is_object(r, words, "words", known)) return false;
    const char **texts[] = {&r->task->stimulus, &r->task->target, &r->task->correct};
    for (int i = 0; known[i]; i++) {
        const json_t *json = json_object_get(words, known[i]);
        *texts[i] = json_string_value(json);
        if (json && !*texts[i])
            return REFUSE(json, "%s is %s; expected a string", known[i], kind(json));
    }
    return true;
}

static bool read_name(reader *r)
{
    const json_t *json = json_object_get(r->d->root, "name");
    const char *name = json_string_value(json);
    bool good = name && *name && strlen(name) < sizeof r->task->name;
    for (const char *c = name; good && *c; c++)
        good = strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", *c);
    if (!good)
        return REFUSE(json ? json : r->d->root,
                      "name is %.80s; expected 1 to %d letters, digits, '-' and '_'",
                      name   ? name
                      : json ? kind(json)
                             : "missing",
                      SRNN__TYPE_NAME - 1);
    strcpy(r->task->name, name);
    return true;
}

static bool read_decay_taus(const reader *r, double taus[2])
{
    const json_t *json = json_object_get(r->d->root, "decay_taus");
    if (!json) return true;
    for (size_t i = 0; i < 2; i++) taus[i] = json_number_value(json_array_get(json, i));
    if (json_array_size(json) == 2 && taus[0] > 0 && taus[0] < taus[1] && fits(taus[1]))
        return true;
    return REFUSE(json,
                  "decay_taus is not two rising numbers of steps above 0; expected for example "
                  "[4, 20]");
}

static bool read_preset(const reader *r, srnn_preset *preset)
{
    const json_t *json = json_object_get(r->d->root, "preset");
    if (!json) return true;
    for (int i = 0; srnn__preset_names[i]; i++)
        if (json_is_string(json) && !strcmp(json_string_value(json), srnn__preset_names[i])) {
            *preset = (srnn_preset)i;
            return true;
        }
    return REFUSE(json, "preset is %s; expected standard, published or robust",
                  json_is_string(json) ? json_string_value(json) : kind(json));
}

/* What nothing uses may be a name that is misspelt. */
static bool all_used(reader *r)
{
    for (int i = 0; i < r->symbols.n; i++)
        if (!r->symbols.used[i])
            return REFUSE(r->symbol_json[i], "'%s' is used nowhere; expected it in an expression",
                          r->symbols.names[i]);
    return true;
}

bool srnn__declared_read(const srnn__declaration *d, srnn__declared *task)
{
    static const char *const known[] = {
        "name",     "words",   "channels",  "outputs", "min_trials", "decay_taus", "preset",
        "settings", "factors", "variables", "inputs",  "targets",    "correct",    NULL};
    reader r = {.d = d, .task = task};
    int min_trials;
    *task = (srnn__declared){.root = json_incref(d->root)};
    if (!is_object(&r, d->root, "a task", known) || !read_name(&r) || !read_words(&r) ||
        !read_channels(&r, "channels", &task->channels) ||
        !read_channels(&r, "outputs", &task->outputs) ||
        !read_count(&r, "min_trials", 0, 1000000000, 0, &min_trials) ||
        !read_decay_taus(&r, task->decay_taus) || !read_preset(&r, &task->preset))
        return false;
    task->min_trials = min_trials;
    return read_settings(&r) && read_factors(&r) && read_variables(&r) && read_pieces(&r) &&
           all_used(&r);
}

void srnn__declared_free(srnn__declared *task)
{
    json_decref(task->root);
    free(task->channels.names);
    free(task->channels.units);
    free(task->outputs.names);
    free(task->outputs.units);
    free(task->factors);
    free(task->variables);
    free(task->inputs);
    free(task->targets);
    free(task->rules);
}
