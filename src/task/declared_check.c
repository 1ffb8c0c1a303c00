/* What must hold of a declared task whatever is drawn: by the bounds of all its numbers. */
#include <math.h>
#include <string.h>

#include "task/declared.h"

#define REJECT(...) srnn__declared_refuse(c->d, __VA_ARGS__)

typedef struct checker {
    const srnn__declaration *d;
    const srnn__declared *task;
    int type;
    srnn__bounds values[SRNN__SYMBOLS_MAX]; /* in trials of the type */
} checker;

static bool in_range(const checker *c, srnn__bounds r, const json_t *json, const char *what)
{
    const char *type = c->task->type_names[c->type];
    if (isnan(r.low) || isnan(r.high))
        return REJECT(json,
                      "%s is not finite in some %s trial; expected no division by what may "
                      "be 0",
                      what, type);
    if (r.low >= -SRNN__NUMBER_MAX && r.high <= SRNN__NUMBER_MAX) return true;
    return REJECT(json, "%s is %g in some %s trial; expected -1e9 to 1e9", what,
                  r.low < -SRNN__NUMBER_MAX ? r.low : r.high, type);
}

static bool bounds(const checker *c, const srnn__expression *e, const json_t *json,
                   const char *what, srnn__bounds *out)
{
    *out = srnn__evaluate(e, c->values);
    return in_range(c, *out, json, what);
}

static bool is_point(srnn__bounds r) { return r.low == r.high; }

/* ---- variables ---- */

/* The generator's tails end at 6.3 SD and at 22.9 means. */
static const double normal_tail = 7, exponential_tail = 23;

static bool variable_bounds(checker *c, const srnn__variable *v, srnn__bounds *out)
{
    srnn__bounds a, b;
    if (!bounds(c, &v->a, v->json, "this variable", &a) ||
        !bounds(c, &v->b, v->json, "this variable", &b))
        return false;
    switch (v->draw) {
    case SRNN__DRAW_NONE: *out = a; return true;
    case SRNN__DRAW_WHOLE:
        *out = (srnn__bounds){ceil(a.low), floor(b.high)};
        return ceil(a.high) <= floor(b.low) ||
               REJECT(v->json, "whole is %g to %g in some trial; expected a whole number between",
                      a.high, b.low);
    case SRNN__DRAW_UNIFORM:
        *out = (srnn__bounds){a.low, b.high};
        return a.high <= b.low ||
               REJECT(v->json, "uniform is %g to %g in some trial; expected the smaller one first",
                      a.high, b.low);
    case SRNN__DRAW_NORMAL:
        *out = (srnn__bounds){a.low - normal_tail * b.high, a.high + normal_tail * b.high};
        return b.low >= 0 || REJECT(v->json, "the SD of normal is %g; expected 0 or more", b.low);
    default:
        *out = (srnn__bounds){0, exponential_tail * a.high};
        return a.low > 0 ||
               REJECT(v->json, "the mean of exponential is %g; expected above 0", a.low);
    }
}

/* ---- windows ---- */

/* [from, to) as bounds of the steps; to defaults to T. what: whose window it is. */
static bool window_bounds(const checker *c, const srnn__step_window *w, const json_t *json,
                          const char *what, srnn__bounds *from, srnn__bounds *to)
{
    const char *type = c->task->type_names[c->type];
    if (!bounds(c, &w->from, json, "from", from)) return false;
    *to = srnn__point(c->task->T);
    if ((w->has_to || w->has_duration) &&
        !bounds(c, &w->to, json, w->has_to ? "to" : "duration", to))
        return false;
    if (w->has_duration && to->low < 0)
        return REJECT(json, "duration is %g in some %s trial; expected 0 or more", to->low, type);
    const bool drawn = !is_point(*from) || !is_point(*to);
    if (w->has_duration) *to = (srnn__bounds){from->low + to->low, from->high + to->high};
    if (from->low < 0)
        return REJECT(json, "%s begins at step %g in some %s trial; expected 0 or more", what,
                      from->low, type);
    const bool ends = w->has_to || w->has_duration;
    if (ends && !drawn && to->low <= from->low)
        return REJECT(json, "%s ends at step %g, where it begins or before; expected beyond %g",
                      what, to->low, from->low);
    return true;
}

/* T must be beyond this step, at which the window begins at the latest, and `more`. */
static bool begins_in_time(const checker *c, const json_t *json, const char *what, double begin,
                           int more)
{
    return c->task->T > begin + more ||
           REJECT(
               json,
               "T is %d; expected more than %.12g steps: %s begins at step %.12g in some %s trial",
               c->task->T, begin + more, what, begin, c->task->type_names[c->type]);
}

static const double shortest_period = 0.001; /* so that steps over it are numbers of turns */

static bool check_piece(const checker *c, const srnn__piece *p, bool target, srnn_task_def *def)
{
    const char *what = target ? "a target" : "an input";
    srnn__bounds from, to, r;
    if (!window_bounds(c, &p->window, p->json, what, &from, &to) ||
        !begins_in_time(c, p->json, what, from.high, 0))
        return false;
    if (!target && to.high > c->task->T)
        return REJECT(
            p->json,
            "T is %d; expected at least %.12g steps: an input ends at step %.12g in some %s trial",
            c->task->T, to.high, to.high, c->task->type_names[c->type]);
    if (!bounds(c, &p->value, p->json, "value", &r) ||
        (p->has_ramp && !bounds(c, &p->ramp_to, p->json, "ramp_to", &r)) ||
        !bounds(c, &p->phase, p->json, "phase", &r))
        return false;
    if (p->has_noise && !bounds(c, &p->noise, p->json, "noise", &r)) return false;
    if (p->has_noise && r.low < 0)
        return REJECT(p->json, "noise is %g in some trial; expected 0 or more", r.low);
    if (p->has_wave && !bounds(c, &p->period, p->json, "period", &r)) return false;
    if (p->has_wave && r.low < shortest_period)
        return REJECT(p->json, "period is %g in some trial; expected %g or more", r.low,
                      shortest_period);
    const bool always = !p->window.has_from && !p->window.has_to && !p->window.has_duration;
    if (target || always) return true;
    if (floor(from.low) < def->stim_on) def->stim_on = (int)from.low;
    if (ceil(to.high) > def->stim_off) def->stim_off = (int)ceil(to.high);
    return true;
}

/* ---- types ---- */

/* The first target that is the same in all trials of the type, else the number of the type. */
static double label(const checker *c)
{
    const srnn__declared *task = c->task;
    bool none = true;
    for (int i = 0; i < task->n_targets; i++) {
        if (!task->targets[i].when.types[c->type]) continue;
        const srnn__bounds value = srnn__evaluate(&task->targets[i].value, c->values);
        if (is_point(value)) return value.low;
        none = false;
    }
    return none ? 0 : c->type + 1;
}

static bool check_rules(const checker *c, srnn_task_def *def)
{
    static const char *const networks[] = {"rate", "spiking"};
    const srnn__declared *task = c->task;
    unsigned ruled = 0;
    double latest = -1;
    const json_t *last = NULL;
    for (int i = 0; i < task->n_rules; i++) {
        const srnn__rule *rule = &task->rules[i];
        srnn__bounds from, to, limit;
        if (!rule->when.types[c->type]) continue;
        ruled |= rule->when.networks;
        if (!window_bounds(c, &rule->window, rule->json, "the response window", &from, &to) ||
            !bounds(c, &rule->limit, rule->json, srnn__criterion_names[rule->criterion], &limit))
            return false;
        if (from.high > latest) {
            latest = from.high;
            last = rule->json;
        }
        for (int k = SRNN_RATE; k <= SRNN_SPIKING; k++)
            if (rule->when.networks >> k & 1 && floor(from.low) < def->response_on[k])
                def->response_on[k] = (int)from.low;
    }
    for (int k = SRNN_RATE; k <= SRNN_SPIKING; k++)
        if (!(ruled >> k & 1))
            return REJECT(json_object_get(c->d->root, "correct"),
                          "no rule is for %s trials of the %s network; expected one at least",
                          task->type_names[c->type], networks[k]);
    return begins_in_time(c, last, "the response window", latest, 1); /* there are T - 1 outputs */
}

static bool type_bounds(checker *c)
{
    const srnn__declared *task = c->task;
    memcpy(c->values, task->values, sizeof c->values);
    srnn__declared_set_type(task, c->type, c->values);
    for (int i = 0; i < task->n_variables; i++) {
        srnn__bounds *r = &c->values[task->first_variable + i];
        if (!variable_bounds(c, &task->variables[i], r) ||
            !in_range(c, *r, task->variables[i].json, "this variable"))
            return false;
    }
    return true;
}

bool srnn__declared_bounds(const srnn__declaration *d, const srnn__declared *task, int type,
                           srnn__bounds *values)
{
    checker c = {.d = d, .task = task, .type = type};
    if (!type_bounds(&c)) return false;
    memcpy(values, c.values, sizeof c.values);
    return true;
}

static bool check_type(checker *c, srnn_task_def *def)
{
    const srnn__declared *task = c->task;
    if (!type_bounds(c)) return false;
    if (!check_rules(c, def)) return false; /* the longest T that is needed comes first */
    for (int i = 0; i < task->n_inputs; i++)
        if (task->inputs[i].when.types[c->type] && !check_piece(c, &task->inputs[i], false, def))
            return false;
    for (int i = 0; i < task->n_targets; i++)
        if (task->targets[i].when.types[c->type] && !check_piece(c, &task->targets[i], true, def))
            return false;
    return true;
}

bool srnn__declared_check(const srnn__declaration *d, const srnn__declared *task,
                          srnn_task_def *def, double *labels)
{
    checker c = {.d = d, .task = task};
    def->stim_on = task->T;
    def->stim_off = 0;
    def->response_on[SRNN_RATE] = def->response_on[SRNN_SPIKING] = task->T;
    for (c.type = 0; c.type < task->n_types; c.type++) {
        if (!check_type(&c, def)) return false;
        labels[c.type] = label(&c);
    }
    if (def->stim_on >= def->stim_off) {
        def->stim_on = 0;
        def->stim_off = task->T;
    }
    return true;
}
