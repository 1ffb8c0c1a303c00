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

static double expression_value(const srnn__expression *e, const srnn__bounds *values)
{
    return srnn__evaluate(e, values).low;
}

/* Written as 0.1 * 750 a step may lie a hair below. */
static int step_of(double time) { return (int)floor(time + 1e-9); }

static double declared_draw(const srnn__variable *v, const srnn__bounds *values, srnn_rng *rng)
{
    const double a = expression_value(&v->a, values), b = expression_value(&v->b, values);
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
        values[task->first_variable + i] =
            srnn__point(declared_draw(&task->variables[i], values, rng));
}

/* Steps [from, to) within 0 to `end`. */
typedef struct declared_steps {
    int from, to;
} declared_steps;

static declared_steps steps_of(const srnn__step_window *w, const srnn__bounds *values, int end)
{
    declared_steps s = {step_of(expression_value(&w->from, values)), end};
    if (w->has_to) s.to = step_of(expression_value(&w->to, values));
    if (w->has_duration)
        s.to = step_of(expression_value(&w->from, values) + expression_value(&w->to, values));
    if (s.to > end) s.to = end;
    return s;
}

typedef struct drawn_piece {
    int channel;
    declared_steps at;
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
                               .value = expression_value(&p->value, values),
                               .phase = expression_value(&p->phase, values)};
        const declared_steps whole =
            steps_of(&p->window, values, INT_MAX); /* a ramp may be cut off */
        if (p->has_ramp && whole.to > whole.from)
            piece->slope =
                (expression_value(&p->ramp_to, values) - piece->value) / (whole.to - whole.from);
        if (p->has_noise) piece->noise = expression_value(&p->noise, values);
        if (p->has_wave) piece->period = expression_value(&p->period, values);
    }
    return n_drawn;
}

static bool is_on(const drawn_piece *p, int t) { return t >= p->at.from && t < p->at.to; }

static double piece_value(const drawn_piece *p, int t)
{
    const double value = p->value + p->slope * (t - p->at.from);
    return p->period > 0 ? value * srnn__sin_turns((t - p->at.from + p->phase) / p->period) : value;
}

/* ---- trials ---- */

static int declared_draw_type(void *user, srnn_rng *rng)
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

static void add_up(const drawn_piece *pieces, int n, srnn_rng *rng, int n_cols, int width,
                   float *out)
{
    for (int t = 0; t < n_cols; t++)
        for (const drawn_piece *p = pieces; p < pieces + n; p++) {
            if (!is_on(p, t)) continue;
            double value = piece_value(p, t);
            if (p->noise > 0) value += p->noise * srnn_rng_normal(rng);
            out[(size_t)t * (size_t)width + (size_t)p->channel] += (float)value;
        }
}

static void declared_generate(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    const srnn__declared *task = user;
    srnn__bounds values[SRNN__SYMBOLS_MAX];
    drawn_piece pieces[SRNN__PIECES_MAX];
    set_values(task, type, rng, values);
    int n = draw_pieces(task->inputs, task->n_inputs, type, values, n_cols, pieces);
    add_up(pieces, n, rng, n_cols, task->n_in, u);
    n = draw_pieces(task->targets, task->n_targets, type, values, n_cols, pieces);
    add_up(pieces, n, rng, n_cols, task->n_out, z);
}

/* ---- scores ---- */

/* Of the samples of one output in a window; z is the target. */
typedef struct declared_sums {
    double n, least, most, o, z, oo, zz, oz, squared_error;
} declared_sums;

static double target_at(const drawn_piece *pieces, int n, int output, int t)
{
    double z = 0;
    for (const drawn_piece *p = pieces; p < pieces + n; p++)
        if (p->channel == output && is_on(p, t)) z += piece_value(p, t);
    return z;
}

static declared_sums sum_up(const srnn_response *response, int output, int from, int to,
                            const drawn_piece *targets, int n_targets)
{
    declared_sums s = {.least = INFINITY, .most = -INFINITY};
    int step = -1;
    double z = 0;
    for (int k = from; k < to; k++) {
        const double o = response->out[(size_t)k * (size_t)response->n_out + (size_t)output];
        const int now =
            (int)((k + (response->network == SRNN_SPIKING)) / response->samples_per_step);
        if (now != step) z = target_at(targets, n_targets, output, step = now);
        s.n++;
        s.least = fmin(s.least, o);
        s.most = fmax(s.most, o);
        s.o += o;
        s.z += z;
        s.oo += o * o;
        s.zz += z * z;
        s.oz += o * z;
        s.squared_error += (o - z) * (o - z);
    }
    return s;
}

static double declared_correlation(const declared_sums *s)
{
    const double spread = sqrt((s->oo - s->o * s->o / s->n) * (s->zz - s->z * s->z / s->n));
    return spread > 0 ? (s->oz - s->o * s->z / s->n) / spread : 0;
}

static srnn_score score_rule(const srnn__rule *rule, const declared_sums *s, double limit)
{
    double value;
    bool above = true;
    switch (rule->criterion) {
    case SRNN__GOES_ABOVE: value = s->most; break;
    case SRNN__GOES_BELOW:
        value = s->least;
        above = false;
        break;
    case SRNN__GOES_BEYOND:
        above = limit >= 0;
        value = above ? s->most : s->least;
        break;
    case SRNN__STAYS_ABOVE: value = s->least; break;
    case SRNN__STAYS_BELOW:
        value = s->most;
        above = false;
        break;
    case SRNN__STAYS_WITHIN:
        value = fmax(s->most, -s->least);
        above = false;
        break;
    case SRNN__MEAN_ABOVE: value = s->o / s->n; break;
    case SRNN__MEAN_BELOW:
        value = s->o / s->n;
        above = false;
        break;
    case SRNN__ERROR_BELOW:
        value = sqrt(s->squared_error / s->n);
        above = false;
        break;
    default: /* SRNN__CORRELATION_ABOVE */ value = declared_correlation(s); break;
    }
    const double margin = above ? value - limit : limit - value;
    return (srnn_score){.correct = margin > 0, .value = value, .margin = margin};
}

/* All rules must hold; the one that is nearest to failing speaks for them. */
static srnn_score declared_score(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    const srnn__declared *task = user;
    srnn__bounds values[SRNN__SYMBOLS_MAX];
    drawn_piece targets[SRNN__PIECES_MAX];
    set_values(task, type, rng, values);
    const int n_targets =
        draw_pieces(task->targets, task->n_targets, type, values, INT_MAX, targets);
    srnn_score least = {.correct = false, .value = NAN, .margin = INFINITY};
    for (int i = 0; i < task->n_rules; i++) {
        const srnn__rule *rule = &task->rules[i];
        if (!rule->when.types[type] || !(rule->when.networks >> response->network & 1)) continue;
        const declared_steps at = steps_of(&rule->window, values, INT_MAX);
        int from = srnn_response_sample(response, at.from);
        int to = at.to < task->T ? srnn_response_sample(response, at.to) : response->n;
        if (to > response->n) to = response->n;
        if (from > response->n - 1) from = response->n - 1;
        if (to <= from) to = from + 1;
        const declared_sums s = sum_up(response, rule->output, from, to, targets, n_targets);
        const srnn_score each = score_rule(rule, &s, expression_value(&rule->limit, values));
        if (!(each.margin >= least.margin)) least = each;
    }
    return least;
}

/* ---- from text to task ---- */

static void destroy(void *user)
{
    srnn__declared_free(user);
    free(user);
}

static srnn_status declared_make(const srnn__declaration *d, const srnn_task_settings *settings,
                                 srnn_task **out)
{
    srnn__declared *task = calloc(1, sizeof *task);
    if (!task) return srnn__no_memory(d->ctx);
    const char *type_names[SRNN_TYPES_MAX];
    double labels[SRNN_TYPES_MAX];
    srnn_task_def def = {.labels = labels,
                         .type_names = type_names,
                         .user = task,
                         .destroy = destroy,
                         .draw_type = declared_draw_type,
                         .generate = declared_generate,
                         .score = declared_score};
    srnn_status status = SRNN_ERR_FILE; /* or out of memory: the message tells */
    char *json = json_dumps(d->root, JSON_COMPACT | JSON_ENSURE_ASCII);
    if (!json)
        status = srnn__no_memory(d->ctx);
    else if (strlen(json) >= SRNN_TASK_JSON_MAX)
        srnn__declared_refuse(d, d->root, "the task has %zu bytes; expected below %d", strlen(json),
                              SRNN_TASK_JSON_MAX);
    else if (srnn__declared_read(d, settings, task) &&
             srnn__declared_check(d, task, &def, labels)) {
        for (int i = 0; i < task->n_types; i++) type_names[i] = task->type_names[i];
        def.name = task->name;
        def.n_in = task->n_in;
        def.n_out = task->n_out;
        def.T = task->T;
        def.n_types = task->n_types;
        def.min_trials = task->min_trials;
        memcpy(def.decay_taus, task->decay_taus, sizeof def.decay_taus);
        def.settings = task->settings;
        def.stimulus = task->stimulus;
        def.target = task->target;
        def.criterion = task->correct;
        def.json = json;
        status = srnn_task_create(d->ctx, &def, out);
        if (!status) (*out)->told = true;
    }
    free(json);
    if (status) destroy(task);
    return status;
}

srnn_status srnn_task_from_json(srnn_ctx *ctx, const char *json, const char *source,
                                const srnn_task_settings *settings, srnn_task **out)
{
    *out = NULL;
    const srnn_task_settings s = settings ? *settings : srnn_task_settings_default();
    json_error_t error;
    srnn__declaration d = {.ctx = ctx, .source = source, .text = json};
    d.root = json_loads(json, JSON_REJECT_DUPLICATES, &error);
    if (!d.root) {
        for (char *c = error.text; *c; c++)
            if ((unsigned char)*c < ' ') *c = ' ';
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s:%d: %s", source, error.line, error.text);
    }
    const srnn_status status = declared_make(&d, &s, out);
    json_decref(d.root);
    return status;
}

/* The whole text, which the caller frees; NULL: status tells why. */
static char *declared_read_text(srnn_ctx *ctx, const char *path, srnn_status *status)
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
    char *text = declared_read_text(ctx, path, &status);
    if (!status) status = srnn_task_from_json(ctx, text, path, settings, out);
    free(text);
    return status;
}
