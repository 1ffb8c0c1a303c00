/* Trials of a declared task, and their scores. */
#include "task/declared.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/rng.h"

/* ---- one trial's numbers ---- */

static double value_of(const srnn__expression *e, const srnn__bounds *values)
{
    return srnn__evaluate(e, values).low;
}

/* Written as 0.1 * 750 a step may lie a hair below. */
static int step_of(double time) { return (int)floor(time + 1e-9); }

static double draw(const srnn__variable *v, const srnn__bounds *values, srnn_rng *rng)
{
    const double a = value_of(&v->a, values), b = value_of(&v->b, values);
    switch (v->draw) {
    case SRNN__DRAW_WHOLE: return ceil(a) + floor(srnn_rng_uniform(rng) * (floor(b) - ceil(a) + 1));
    case SRNN__DRAW_UNIFORM: return a + (b - a) * srnn_rng_uniform(rng);
    case SRNN__DRAW_NORMAL: return a + b * srnn_rng_normal(rng);
    case SRNN__DRAW_EXPONENTIAL: return -a * srnn__log(srnn_rng_uniform(rng));
    default: return a;
    }
}

/* Draws come from rng: one for each drawn variable, in their order. */
static void set_values(const srnn__declared *task, int type, srnn_rng *rng, srnn__bounds *values)
{
    memcpy(values, task->values, sizeof task->values);
    srnn__declared_set_type(task, type, values);
    for (int i = 0; i < task->n_variables; i++)
        values[task->first_variable + i] = srnn__point(draw(&task->variables[i], values, rng));
}

/* Steps [from, to) within 0 to `end`. */
typedef struct steps {
    int from, to;
} steps;

static steps steps_of(const srnn__step_window *w, const srnn__bounds *values, int end)
{
    steps s = {step_of(value_of(&w->from, values)), end};
    if (w->has_to) s.to = step_of(value_of(&w->to, values));
    if (w->has_duration) s.to = step_of(value_of(&w->from, values) + value_of(&w->to, values));
    if (s.to > end) s.to = end;
    return s;
}

typedef struct drawn_piece {
    int channel;
    steps at;
    double value, slope, noise, period, phase; /* period 0: no wave */
} drawn_piece;

/* Those of the type, into drawn[SRNN__PIECES_MAX]; their number. */
static int draw_pieces(const srnn__piece *pieces, int n, int type, const srnn__bounds *values,
                       int n_cols, drawn_piece *drawn)
{
    int n_drawn = 0;
    for (int i = 0; i < n; i++) {
        const srnn__piece *p = &pieces[i];
        if (!p->when.types[type]) continue;
        drawn_piece *piece = &drawn[n_drawn++];
        *piece = (drawn_piece){.channel = p->channel,
                               .at = steps_of(&p->window, values, n_cols),
                               .value = value_of(&p->value, values)};
        if (p->has_ramp) {
            const steps whole = steps_of(&p->window, values, INT_MAX); /* it may be cut off */
            if (whole.to > whole.from)
                piece->slope =
                    (value_of(&p->ramp_to, values) - piece->value) / (whole.to - whole.from);
        }
        if (p->has_noise) piece->noise = value_of(&p->noise, values);
        if (p->has_wave) {
            piece->period = value_of(&p->period, values);
            piece->phase = value_of(&p->phase, values);
        }
    }
    return n_drawn;
}

static bool is_on(const drawn_piece *p, int t) { return t >= p->at.from && t < p->at.to; }

static double value_at(const drawn_piece *p, int t)
{
    const double value = p->value + p->slope * (t - p->at.from);
    return p->period > 0 ? value * srnn__sin_turns((t - p->at.from + p->phase) / p->period) : value;
}

/* ---- trials ---- */

static int draw_type(void *user, srnn_rng *rng)
{
    const srnn__declared *task = user;
    int type = 0;
    for (int f = 0; f < task->n_factors; f++) {
        const srnn__factor *factor = &task->factors[f];
        const double u = srnn_rng_uniform(rng);
        double below = 0;
        int level = 0;
        while (level < factor->n - 1 && u >= (below += factor->levels[level].probability)) level++;
        type = type * factor->n + level;
    }
    return type;
}

static void add_piece(const drawn_piece *p, int from, int to, int width, float *out)
{
    for (int t = from; t < to; t++)
        out[(size_t)t * (size_t)width + (size_t)p->channel] += (float)value_at(p, t);
}

/* From the first step with noise to the last. */
static steps noisy_steps(const drawn_piece *pieces, int n)
{
    steps s = {INT_MAX, INT_MAX};
    for (const drawn_piece *p = pieces; p < pieces + n; p++) {
        if (!(p->noise > 0) || p->at.to <= p->at.from) continue;
        if (s.from == INT_MAX) s = p->at;
        if (p->at.from < s.from) s.from = p->at.from;
        if (p->at.to > s.to) s.to = p->at.to;
    }
    return s;
}

/* Each cell gets its pieces in their order, and noise is drawn step by step. */
static void add_up(const drawn_piece *pieces, int n, srnn_rng *rng, int width, float *out)
{
    const steps noisy = noisy_steps(pieces, n);
    for (const drawn_piece *p = pieces; p < pieces + n; p++) {
        add_piece(p, p->at.from, p->at.to < noisy.from ? p->at.to : noisy.from, width, out);
        add_piece(p, p->at.from > noisy.to ? p->at.from : noisy.to, p->at.to, width, out);
    }
    for (int t = noisy.from; t < noisy.to; t++)
        for (const drawn_piece *p = pieces; p < pieces + n; p++) {
            if (!is_on(p, t)) continue;
            double value = value_at(p, t);
            if (p->noise > 0) value += p->noise * srnn_rng_normal(rng);
            out[(size_t)t * (size_t)width + (size_t)p->channel] += (float)value;
        }
}

static void generate(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    const srnn__declared *task = user;
    srnn__bounds values[SRNN__SYMBOLS_MAX];
    drawn_piece pieces[SRNN__PIECES_MAX];
    set_values(task, type, rng, values);
    int n = draw_pieces(task->inputs, task->n_inputs, type, values, n_cols, pieces);
    add_up(pieces, n, rng, task->channels.n, u);
    n = draw_pieces(task->targets, task->n_targets, type, values, n_cols, pieces);
    add_up(pieces, n, rng, task->outputs.n, z);
}

/* ---- scores ---- */

/* One output in the window of a rule, and its target. */
typedef struct seen_output {
    const srnn_response *response;
    int output, from, to; /* samples */
    const drawn_piece *targets;
    int n_targets;
} seen_output;

static double sample_at(const seen_output *s, int k)
{
    return s->response->out[(size_t)k * (size_t)s->response->n_out + (size_t)s->output];
}

typedef struct extremes {
    double low, high;
} extremes;

static extremes extremes_of(const seen_output *s)
{
    extremes e = {INFINITY, -INFINITY};
    for (int k = s->from; k < s->to; k++) {
        const double o = sample_at(s, k);
        if (o < e.low) e.low = o;
        if (o > e.high) e.high = o;
    }
    return e;
}

static double mean(const seen_output *s)
{
    double sum = 0;
    for (int k = s->from; k < s->to; k++) sum += sample_at(s, k);
    return sum / (s->to - s->from);
}

static double target_at(const seen_output *s, int step)
{
    double z = 0;
    for (const drawn_piece *p = s->targets; p < s->targets + s->n_targets; p++)
        if (p->channel == s->output && is_on(p, step)) z += value_at(p, step);
    return z;
}

/* Over the samples: of the output o and its target z. */
typedef struct sums {
    double n, o, z, oo, zz, oz, squared_error;
} sums;

static sums sum_up(const seen_output *seen)
{
    const bool spiking = seen->response->network == SRNN_SPIKING;
    sums s = {.n = seen->to - seen->from};
    int step = -1;
    double z = 0;
    for (int k = seen->from; k < seen->to; k++) {
        const double o = sample_at(seen, k);
        const int now = (int)((k + spiking) / seen->response->samples_per_step);
        if (now != step) z = target_at(seen, step = now);
        s.o += o;
        s.z += z;
        s.oo += o * o;
        s.zz += z * z;
        s.oz += o * z;
        s.squared_error += (o - z) * (o - z);
    }
    return s;
}

static double error(const seen_output *seen)
{
    const sums s = sum_up(seen);
    return sqrt(s.squared_error / s.n);
}

static double correlation(const seen_output *seen)
{
    const sums s = sum_up(seen);
    const double spread = sqrt((s.oo - s.o * s.o / s.n) * (s.zz - s.z * s.z / s.n));
    return spread > 0 ? (s.oz - s.o * s.z / s.n) / spread : 0;
}

static bool judges_extremes(srnn__criterion criterion)
{
    switch (criterion) {
    case SRNN__MEAN_ABOVE:
    case SRNN__MEAN_BELOW:
    case SRNN__ERROR_BELOW:
    case SRNN__CORRELATION_ABOVE: return false;
    default: return true;
    }
}

static double extreme_value(srnn__criterion criterion, double limit, extremes e)
{
    switch (criterion) {
    case SRNN__GOES_ABOVE:
    case SRNN__STAYS_BELOW: return e.high;
    case SRNN__GOES_BELOW:
    case SRNN__STAYS_ABOVE: return e.low;
    case SRNN__GOES_BEYOND: return limit >= 0 ? e.high : e.low;
    default: /* SRNN__STAYS_WITHIN */ return fmax(e.high, -e.low);
    }
}

static double other_value(srnn__criterion criterion, const seen_output *s)
{
    switch (criterion) {
    case SRNN__MEAN_ABOVE:
    case SRNN__MEAN_BELOW: return mean(s);
    case SRNN__ERROR_BELOW: return error(s);
    default: /* SRNN__CORRELATION_ABOVE */ return correlation(s);
    }
}

/* srnn_score.other_side: its threshold is -limit. */
static double beyond_other_side(srnn__criterion criterion, double limit, extremes e)
{
    const int side = srnn__declared_other_side(criterion, limit);
    return side < 0 ? -limit - e.low : side > 0 ? e.high + limit : 0;
}

static bool must_be_above(srnn__criterion criterion, double limit)
{
    switch (criterion) {
    case SRNN__GOES_BELOW:
    case SRNN__STAYS_BELOW:
    case SRNN__STAYS_WITHIN:
    case SRNN__MEAN_BELOW:
    case SRNN__ERROR_BELOW: return false;
    case SRNN__GOES_BEYOND: return limit >= 0;
    default: return true;
    }
}

static srnn_score score_rule(srnn__criterion criterion, double limit, const seen_output *s)
{
    const bool extreme = judges_extremes(criterion);
    const extremes e = extreme ? extremes_of(s) : (extremes){0, 0};
    const double value = extreme ? extreme_value(criterion, limit, e) : other_value(criterion, s);
    const double margin = must_be_above(criterion, limit) ? value - limit : limit - value;
    return (srnn_score){.correct = margin > 0,
                        .value = value,
                        .margin = margin,
                        .other_side = extreme ? beyond_other_side(criterion, limit, e) : 0};
}

/* Samples of the rule's window. */
static void see_window(const srnn__declared *task, const srnn__rule *rule,
                       const srnn__bounds *values, seen_output *seen)
{
    const srnn_response *response = seen->response;
    const steps at = steps_of(&rule->window, values, INT_MAX);
    seen->output = rule->output;
    seen->from = srnn_response_sample(response, at.from);
    seen->to = at.to < task->T ? srnn_response_sample(response, at.to) : response->n;
    if (seen->to > response->n) seen->to = response->n;
    if (seen->from > response->n - 1) seen->from = response->n - 1;
    if (seen->to <= seen->from) seen->to = seen->from + 1;
}

/* Of each rule for the type and the network; their number. */
static int score_each(const srnn__declared *task, int type, srnn_rng *rng,
                      const srnn_response *response, srnn_score *scores)
{
    srnn__bounds values[SRNN__SYMBOLS_MAX];
    drawn_piece targets[SRNN__PIECES_MAX];
    set_values(task, type, rng, values);
    seen_output seen = {.response = response, .targets = targets};
    seen.n_targets = draw_pieces(task->targets, task->n_targets, type, values, INT_MAX, targets);
    int n = 0;
    for (int i = 0; i < task->n_rules; i++) {
        const srnn__rule *rule = &task->rules[i];
        if (!srnn__declared_rule_is_for(rule, type, response->network)) continue;
        see_window(task, rule, values, &seen);
        scores[n++] = score_rule(rule->criterion, value_of(&rule->limit, values), &seen);
    }
    return n;
}

static void score_rules(void *user, int type, srnn_rng *rng, const srnn_response *response,
                        srnn_score *scores)
{
    score_each(user, type, rng, response, scores);
}

/* The largest of those that have another side, else 0. */
static double largest_other_side(const srnn_score *scores, int n)
{
    double largest = 0;
    for (int i = 0; i < n; i++) {
        const double other = scores[i].other_side;
        if (other != 0 && (largest == 0 || other > largest)) largest = other;
    }
    return largest;
}

/* All rules must hold; the score is that of the rule with the smallest margin. */
static srnn_score score(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    srnn_score scores[SRNN_RULES_MAX];
    const int n = score_each(user, type, rng, response, scores);
    srnn_score nearest = {.correct = false, .value = NAN, .margin = INFINITY};
    for (int i = 0; i < n; i++)
        if (!(scores[i].margin >= nearest.margin)) nearest = scores[i];
    nearest.other_side = largest_other_side(scores, n);
    return nearest;
}

/* ---- from text to task ---- */

static void destroy(void *user)
{
    srnn__declared_free(user);
    free(user);
}

static srnn_status create(const srnn__declaration *d, srnn__declared *task, const char *json,
                          srnn_task **out)
{
    const char *type_names[SRNN_TYPES_MAX];
    double labels[SRNN_TYPES_MAX];
    srnn_task_def def = {.labels = labels,
                         .type_names = type_names,
                         .json = json,
                         .user = task,
                         .destroy = destroy,
                         .draw_type = draw_type,
                         .generate = generate,
                         .score = score};
    if (!srnn__declared_read(d, task) || !srnn__declared_check(d, task, &def, labels))
        return *d->failed;
    for (int i = 0; i < task->n_types; i++) type_names[i] = task->type_names[i];
    def.name = task->name;
    def.n_in = task->channels.n;
    def.n_out = task->outputs.n;
    def.input_names = task->channels.names;
    def.input_units = task->channels.units;
    def.output_names = task->outputs.names;
    def.output_units = task->outputs.units;
    def.T = task->T;
    def.n_types = task->n_types;
    def.min_trials = task->min_trials;
    memcpy(def.decay_taus, task->decay_taus, sizeof def.decay_taus);
    def.preset = task->preset;
    def.settings = task->settings;
    def.n_parameters = task->n_parameters;
    def.parameter_names = task->parameter_names;
    def.parameters = task->parameters;
    def.stimulus = task->stimulus;
    def.target = task->target;
    def.criterion = task->correct;
    srnn_status status = srnn_task_create(d->ctx, &def, out);
    if (status) return status;
    (*out)->declarative = true;
    (*out)->def.score_rules = score_rules;
    status = srnn__declared_list_rules(d, task, &(*out)->def);
    if (!status) return SRNN_OK;
    (*out)->def.destroy = NULL; /* task stays the caller's */
    srnn_task_free(*out);
    *out = NULL;
    return status;
}

/* json: what files keep of it; NULL: nothing. */
static srnn_status make(const srnn__declaration *d, const char *json, srnn_task **out)
{
    srnn__declared *task = calloc(1, sizeof *task);
    if (!task) return srnn__no_memory(d->ctx);
    const srnn_status status = create(d, task, json, out);
    if (status) destroy(task);
    return status;
}

/* For files, which have it on one line. */
static srnn_status make_kept(const srnn__declaration *d, srnn_task **out)
{
    char *json = json_dumps(d->root, JSON_COMPACT | JSON_ENSURE_ASCII);
    if (!json) return srnn__no_memory(d->ctx);
    srnn_status status = SRNN_OK;
    if (strlen(json) < SRNN_TASK_JSON_MAX)
        status = make(d, json, out);
    else
        srnn__declared_refuse(d, d->root, "the task has %zu bytes; expected below %d", strlen(json),
                              SRNN_TASK_JSON_MAX);
    free(json);
    return status ? status : *d->failed;
}

/* source NULL: a built-in task. */
static srnn_status from_json(srnn_ctx *ctx, const char *json, const char *source,
                             const srnn_task_settings *settings, srnn_task **out)
{
    *out = NULL;
    const srnn_task_settings s = settings ? *settings : srnn_task_settings_default();
    json_error_t error;
    srnn_status failed = SRNN_OK;
    srnn__declaration d = {
        .ctx = ctx, .source = source, .text = json, .given = &s, .failed = &failed};
    d.root = json_loads(json, JSON_REJECT_DUPLICATES, &error);
    if (!d.root && !*error.text) return srnn__no_memory(ctx);
    if (!d.root) {
        for (char *c = error.text; *c; c++)
            if ((unsigned char)*c < ' ') *c = ' ';
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s:%d: %s", source, error.line, error.text);
    }
    const srnn_status status = source ? make_kept(&d, out) : make(&d, NULL, out);
    json_decref(d.root);
    return status;
}

srnn_status srnn_task_from_json(srnn_ctx *ctx, const char *json, const char *source,
                                const srnn_task_settings *settings, srnn_task **out)
{
    return from_json(ctx, json, source, settings, out);
}

srnn_status srnn__declared_built_in(srnn_ctx *ctx, const char *json,
                                    const srnn_task_settings *settings, srnn_task **out)
{
    return from_json(ctx, json, NULL, settings, out);
}

/* The whole text, which the caller frees; NULL: status tells why. */
static char *read_text(srnn_ctx *ctx, const char *path, srnn_status *status)
{
    enum { MOST = 1 << 20 };
    FILE *file;
    *status = srnn__open_regular(ctx, "task file", path, &file);
    if (*status) return NULL;
    char *text = malloc(MOST + 1);
    const size_t n = text ? fread(text, 1, MOST + 1, file) : 0;
    *status = !text          ? srnn__no_memory(ctx)
              : ferror(file) ? srnn__fail(ctx, SRNN_ERR_FILE, "task file %s cannot be read", path)
              : n > MOST     ? srnn__fail(ctx, SRNN_ERR_FILE,
                                          "task file %s is above 1 MiB; expected a task in JSON", path)
              : memchr(text, 0, n)
                  ? srnn__fail(ctx, SRNN_ERR_FILE,
                               "task file %s has a zero byte; expected a task in JSON", path)
                  : SRNN_OK;
    fclose(file);
    if (*status) {
        free(text);
        return NULL;
    }
    text[n] = '\0';
    return text;
}

bool srnn__is_json(const char *name)
{
    const size_t length = strlen(name);
    return length > 5 && !strcmp(name + length - 5, ".json");
}

srnn_status srnn__declared_create(srnn_ctx *ctx, const char *path,
                                  const srnn_task_settings *settings, srnn_task **out)
{
    srnn_status status;
    char *text = read_text(ctx, path, &status);
    if (!status) status = srnn_task_from_json(ctx, text, path, settings, out);
    free(text);
    return status;
}
