/* The options that several verbs share, in groups, and the reading of a command line. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum {
    KEY_HELP = 'h',
    KEY_SEED = CLI_GROUP_KEYS,
    KEY_THREADS,
    KEY_QUIET,
    KEY_JSON,
    KEY_N,
    KEY_P_INH,
    KEY_P_REC,
    KEY_SOM_N,
    KEY_GAIN,
    KEY_W_DIST,
    KEY_NO_AUTAPSES,
    KEY_CONNECTIVITY,
    KEY_BALANCED,
    KEY_TAUS_GAUS_MEAN,
    KEY_DALE,
    KEY_TAUS,
    KEY_ACT,
    KEY_TRIALS,
    KEY_PRESET,
    KEY_BATCH,
    KEY_LR,
    KEY_LEARN,
    KEY_W_GRADIENT,
    KEY_L1_IN,
    KEY_L1_REC,
    KEY_L1_OUT,
    KEY_L2_IN,
    KEY_L2_REC,
    KEY_L2_OUT,
    KEY_L2_FIRING_RATE,
    KEY_GRAD_CLIP,
    KEY_NOISE,
    KEY_LOSS_FN,
    KEY_ADAM,
    KEY_EVAL_FREQ,
    KEY_EVAL_TRIALS,
    KEY_LOSS_THRESHOLD,
    KEY_PERF_THRESHOLD,
    KEY_MIN_TRIALS
};

/* ---- running ---- */

static const struct argp_option common_options[] = {
    {"seed", KEY_SEED, "SEED", 0,
     "whole number from 0 to 2^53: the same seed gives the same result on any number of threads "
     "(default: a new one for a new network, else 0)",
     0},
    {"threads", KEY_THREADS, "THREADS", 0, "threads, 0 to 1024; 0: all processors (default 0)", 0},
    {"quiet", KEY_QUIET, NULL, 0, "no progress on stderr", 0},
    {0}};

static error_t parse_common(int key, char *arg, struct argp_state *state)
{
    cli_options *o = state->input;
    int64_t seed;
    error_t error;
    switch (key) {
    case KEY_SEED:
        error = cli_parse_whole(o, "--seed", arg, 0, (int64_t)SRNN_SEED_MAX, &seed);
        if (!error) o->seed = (uint64_t)seed;
        o->seed_given = true;
        o->network_option = "seed";
        return error;
    case KEY_THREADS: return cli_parse_int(o, "--threads", arg, 0, &o->threads);
    case KEY_QUIET: o->quiet = true; return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_common_group = {.options = common_options, .parser = parse_common};

static const struct argp_option output_options[] = {
    {"json", KEY_JSON, NULL, 0,
     "one JSON document on stdout instead of text; after a failure none, or one with `error`", 0},
    {"help", KEY_HELP, NULL, 0, "this help", 0},
    {0}};

static error_t parse_output(int key, char *arg, struct argp_state *state)
{
    cli_options *o = state->input;
    (void)arg;
    switch (key) {
    case KEY_JSON: o->json = true; return 0;
    case KEY_HELP:
        o->help = true;
        state->next = state->argc; /* what follows does not matter any more */
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_output_group = {.options = output_options, .parser = parse_output};

void cli_options_new_seed(cli_options *options)
{
    uint32_t seed;
    if (options->seed_given) return;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed) seed = (uint32_t)time(NULL);
    options->seed = seed;
}

/* ---- the network ---- */

const char *const cli_act_names[] = {"sigmoid", "clipped_relu", "softplus", NULL};
const char *const cli_w_dist_names[] = {"gaus", "gamma", NULL};

static const struct argp_option model_options[] = {
    {"N", KEY_N, "UNITS", 0, "units, 1 to 16000 (default 200)", 0},
    {"P_inh", KEY_P_INH, "P", 0, "probability that a unit is inhibitory, 0 to 1 (default 0.2)", 0},
    {"P_rec", KEY_P_REC, "P", 0,
     "probability of a recurrent connection, above 0, up to 1 (default 0.2)", 0},
    {"som_N", KEY_SOM_N, "UNITS", 0,
     "SOM units among the inhibitory ones; they receive no inhibition (default 0)", 0},
    {"gain", KEY_GAIN, "GAIN", 0, "gain of initial weights, above 0 (default 1.5)", 0},
    {"w_dist", KEY_W_DIST, "NAME", 0,
     "distribution of the initial weights: gaus or gamma (default gaus)", 0},
    {"no_autapses", KEY_NO_AUTAPSES, NULL, 0, "no unit may connect to itself", 0},
    {"connectivity", KEY_CONNECTIVITY, "FILE", 0,
     "a .mat file with `connectivity`, N x N, from column to row: 0 forbidden, 1 plastic, 2 fixed "
     "(keeps its initial weight); and, if you like, `w`: initial weights, NaN where they are to be "
     "drawn",
     0},
    {"balanced", KEY_BALANCED, "BOOL", 0,
     "multiply the initial weights of inhibitory units by (1 - P_inh) / P_inh: True or False "
     "(default False)",
     0},
    {"taus_gaus_mean", KEY_TAUS_GAUS_MEAN, "MEAN", 0,
     "mean of the initial decay parameters before the sigmoid; 2: most synapses start slow "
     "(default "
     "0)",
     0},
    {"apply_dale", KEY_DALE, "BOOL", 0,
     "Dale's principle: True or False; without it no unit is inhibitory (default True)", 0},
    {"decay_taus", KEY_TAUS, "MIN [MAX]", 0,
     "synaptic decay times in rate steps of 5 ms, above 0; two: trained between them, one: fixed "
     "(default: the task's own, else 4 20)",
     0},
    {"act", KEY_ACT, "NAME", 0, "activation: sigmoid, clipped_relu or softplus (default sigmoid)",
     0},
    {0}};

static bool looks_like_number(const char *text)
{
    if (*text == '-' || *text == '+') text++;
    if (*text == '.') text++;
    return isdigit((unsigned char)*text);
}

/* "--decay_taus 4 20", as the older program took it, or "4,20". */
static error_t parse_taus(cli_options *o, const char *arg, struct argp_state *state)
{
    double *taus = o->model.taus;
    o->taus_given = true;
    error_t error = cli_parse_list(o, "--decay_taus", arg, 2, taus, &o->model.n_taus);
    while (!error && state->next < state->argc && looks_like_number(state->argv[state->next])) {
        const char *next = state->argv[state->next++];
        if (o->model.n_taus == 2)
            return cli_refuse(o, "--decay_taus has '%s' after %g %g; expected one or two numbers",
                              next, taus[0], taus[1]);
        error = cli_parse_number(o, "--decay_taus", next, &taus[o->model.n_taus++]);
    }
    return error;
}

/* Keeps the name of an option of this table. */
static void note(cli_options *o, const struct argp_option *table, int key)
{
    for (; table->name; table++)
        if (table->key == key) o->network_option = table->name;
}

static error_t parse_model(int key, char *arg, struct argp_state *state)
{
    cli_options *o = state->input;
    note(o, model_options, key);
    srnn_model_params *p = &o->model;
    int index;
    error_t error;
    switch (key) {
    case KEY_N: return cli_parse_int(o, "--N", arg, 1, &p->N);
    case KEY_P_INH: return cli_parse_number(o, "--P_inh", arg, &p->P_inh);
    case KEY_P_REC: return cli_parse_number(o, "--P_rec", arg, &p->P_rec);
    case KEY_SOM_N: return cli_parse_int(o, "--som_N", arg, 0, &p->som_N);
    case KEY_GAIN: return cli_parse_positive(o, "--gain", arg, &p->gain);
    case KEY_CONNECTIVITY: o->connectivity = arg; return 0;
    case KEY_NO_AUTAPSES: p->no_autapses = true; return 0;
    case KEY_BALANCED: return cli_parse_bool(o, "--balanced", arg, &p->balanced);
    case KEY_TAUS_GAUS_MEAN:
        return cli_parse_number(o, "--taus_gaus_mean", arg, &p->taus_gaus_mean);
    case KEY_DALE: return cli_parse_bool(o, "--apply_dale", arg, &p->apply_dale);
    case KEY_TAUS: return parse_taus(o, arg, state);
    case KEY_W_DIST:
        error = cli_parse_choice(o, "--w_dist", arg, cli_w_dist_names, &index);
        if (!error) p->w_dist = (srnn_w_dist)index;
        return error;
    case KEY_ACT:
        error = cli_parse_choice(o, "--act", arg, cli_act_names, &index);
        if (!error) p->activation = (srnn_activation)index;
        return error;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_model_group = {.options = model_options, .parser = parse_model};

/* ---- training ---- */

const char *const cli_preset_names[] = {"paper", "robust", NULL};
const char *const cli_w_gradient_names[] = {"masked", "straight", NULL};
const char *const cli_learn_names[] = {"w", "w_out", "b_out", "taus", "w_in", NULL};
const char *const cli_loss_names[] = {"l2", "l1", NULL};
const char *const cli_adam_names[] = {"standard", "tensorflow", NULL};

static const struct argp_option training_options[] = {
    {"preset", KEY_PRESET, "NAME", 0,
     "paper, or robust: gain 2, balanced, taus_gaus_mean 2, and with decay_taus up to 10 or "
     "without "
     "Dale's principle grad_clip 1; options given beside it win (default paper)",
     0},
    {"n_trials", KEY_TRIALS, "TRIALS", 0,
     "training updates at most, 1 to 1e9, a trial or a batch each (default 6000)", 0},
    {"batch", KEY_BATCH, "TRIALS", 0,
     "trials in an update, which takes their mean gradient, 1 to 64 (default 1)", 0},
    {"learn", KEY_LEARN, "LIST", 0,
     "what learns: w, w_out, b_out, taus, w_in, separated by commas (default all but w_in)", 0},
    {"w_gradient", KEY_W_GRADIENT, "NAME", 0,
     "under Dale's principle: masked, connections that have gone stay away, or straight, they come "
     "and go (default masked)",
     0},
    {"L2_firing_rate", KEY_L2_FIRING_RATE, "X", 0,
     "adds X times the mean squared rate to the loss, 0 or more (default 0)", 0},
    {"L1_in", KEY_L1_IN, "X", 0, "adds X times the mean |w_in|, 0 or more (default 0)", 0},
    {"L1_rec", KEY_L1_REC, "X", 0, "the same of the recurrent weights (default 0)", 0},
    {"L1_out", KEY_L1_OUT, "X", 0, "the same of w_out (default 0)", 0},
    {"L2_in", KEY_L2_IN, "X", 0, "adds X times the mean squared w_in, 0 or more (default 0)", 0},
    {"L2_rec", KEY_L2_REC, "X", 0, "the same of the recurrent weights (default 0)", 0},
    {"L2_out", KEY_L2_OUT, "X", 0, "the same of w_out (default 0)", 0},
    {"grad_clip", KEY_GRAD_CLIP, "NORM", 0,
     "largest norm of the gradient, above 0 (default: no limit)", 0},
    {"noise", KEY_NOISE, "SD", 0,
     "noise of the rate network in training and its evaluations, 0 or more (default 0.1)", 0},
    {"lr", KEY_LR, "RATE", 0, "learning rate, above 0 (default 0.01)", 0},
    {"loss_fn", KEY_LOSS_FN, "NAME", 0,
     "l2, the root of the summed squared errors, or l1, the summed absolute errors (default l2)",
     0},
    {"adam", KEY_ADAM, "NAME", 0,
     "form of the optimiser: standard (as torch) or tensorflow (as TensorFlow 1; default standard)",
     0},
    {"eval_freq", KEY_EVAL_FREQ, "TRIALS", 0,
     "trials between two evaluations, 1 or more (default 100)", 0},
    {"eval_trials", KEY_EVAL_TRIALS, "TRIALS", 0,
     "fresh trials in an evaluation, 1 to 1000000 (default 100)", 0},
    {"loss_threshold", KEY_LOSS_THRESHOLD, "LOSS", 0,
     "criterion: mean loss of an evaluation below this, above 0 (default 7)", 0},
    {"perf_threshold", KEY_PERF_THRESHOLD, "SHARE", 0,
     "criterion: accuracy of an evaluation above this, 0 to below 1 (default 0.95)", 0},
    {"min_trials", KEY_MIN_TRIALS, "TRIALS", 0, "criterion: trial index above this, 0 or more", 0},
    {0}};

/* The tasks differ in the trial index that they train to at least. */
static char *training_help(int key, const char *text, void *input)
{
    (void)input;
    return key == KEY_MIN_TRIALS ? cli_task_defaults_help(text, CLI_MIN_TRIALS) : (char *)text;
}

static error_t parse_learn(cli_options *o, const char *arg)
{
    bool chosen[CLI_LEARN_NAMES];
    const error_t error = cli_parse_choices(o, "--learn", arg, cli_learn_names, chosen);
    o->train.learn = 0;
    for (int i = 0; i < CLI_LEARN_NAMES && !error; i++) o->train.learn |= chosen[i] ? 1u << i : 0;
    return error;
}

static error_t parse_training(int key, char *arg, struct argp_state *state)
{
    cli_options *o = state->input;
    srnn_train_options *t = &o->train;
    int index;
    int64_t whole;
    error_t error;
    if (key != KEY_TRIALS) note(o, training_options, key);
    switch (key) {
    case KEY_TRIALS:
        o->n_trials_given = true;
        return cli_parse_whole(o, "--n_trials", arg, 1, 1000000000, &t->n_trials);
    case KEY_PRESET:
        error = cli_parse_choice(o, "--preset", arg, cli_preset_names, &index);
        if (!error) o->preset = (cli_preset)index;
        return error;
    case KEY_BATCH: return cli_parse_int(o, "--batch", arg, 1, &t->batch);
    case KEY_LEARN: return parse_learn(o, arg);
    case KEY_W_GRADIENT:
        error = cli_parse_choice(o, "--w_gradient", arg, cli_w_gradient_names, &index);
        if (!error) t->w_gradient = (srnn_w_gradient)index;
        return error;
    case KEY_L1_IN: return cli_parse_number(o, "--L1_in", arg, &t->penalties.L1_in);
    case KEY_L1_REC: return cli_parse_number(o, "--L1_rec", arg, &t->penalties.L1_rec);
    case KEY_L1_OUT: return cli_parse_number(o, "--L1_out", arg, &t->penalties.L1_out);
    case KEY_L2_IN: return cli_parse_number(o, "--L2_in", arg, &t->penalties.L2_in);
    case KEY_L2_REC: return cli_parse_number(o, "--L2_rec", arg, &t->penalties.L2_rec);
    case KEY_L2_OUT: return cli_parse_number(o, "--L2_out", arg, &t->penalties.L2_out);
    case KEY_L2_FIRING_RATE:
        return cli_parse_number(o, "--L2_firing_rate", arg, &t->penalties.L2_firing_rate);
    case KEY_GRAD_CLIP:
        o->grad_clip_given = true;
        return cli_parse_positive(o, "--grad_clip", arg, &t->grad_clip);
    case KEY_NOISE: return cli_parse_number(o, "--noise", arg, &t->noise);
    case KEY_LR: return cli_parse_positive(o, "--lr", arg, &t->lr);
    case KEY_EVAL_FREQ: return cli_parse_whole(o, "--eval_freq", arg, 1, INT_MAX, &t->eval_freq);
    case KEY_EVAL_TRIALS:
        error = cli_parse_whole(o, "--eval_trials", arg, 1, 1000000, &whole);
        if (!error) t->eval_trials = (int)whole;
        return error;
    case KEY_LOSS_THRESHOLD:
        return cli_parse_positive(o, "--loss_threshold", arg, &t->loss_threshold);
    case KEY_PERF_THRESHOLD:
        return cli_parse_number(o, "--perf_threshold", arg, &t->perf_threshold);
    case KEY_MIN_TRIALS: return cli_parse_whole(o, "--min_trials", arg, 0, INT_MAX, &t->min_trials);
    case KEY_LOSS_FN:
        error = cli_parse_choice(o, "--loss_fn", arg, cli_loss_names, &index);
        if (!error) t->loss = (srnn_loss)index;
        return error;
    case KEY_ADAM:
        error = cli_parse_choice(o, "--adam", arg, cli_adam_names, &index);
        if (!error) t->adam = (srnn_adam)index;
        return error;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_training_group = {
    .options = training_options, .parser = parse_training, .help_filter = training_help};

/* ---- reading a command line ---- */

enum { LONG_OPTIONS_MAX = 128 };

static int add_names(const struct argp_option *option, const struct argp_option **all, int n)
{
    for (; option && option->name && n < LONG_OPTIONS_MAX; option++) all[n++] = option;
    return n;
}

/* What is wrong with "--name" or "--name=value", if anything. `last`: nothing follows it. */
static error_t explain_long(cli_options *o, const char *given, bool last, bool *takes_next)
{
    const struct argp_option *all[LONG_OPTIONS_MAX];
    int n = add_names(o->verb->options, all, 0);
    for (const struct argp_child *group = o->verb->groups; group->argp; group++)
        n = add_names(group->argp->options, all, n);

    const char *name = given + 2;
    const size_t length = strcspn(name, "=");
    const struct argp_option *match = NULL, *other = NULL;
    const char *names[LONG_OPTIONS_MAX + 1];
    for (int i = 0; i < n; i++) {
        names[i] = all[i]->name;
        if (strncmp(name, names[i], length)) continue;
        const bool exact = strlen(names[i]) == length;
        other = exact ? NULL : match;
        match = all[i];
        if (exact || other) break;
    }
    names[n] = NULL;
    if (other)
        return cli_refuse(o, "option '%s' is ambiguous; expected for example --%s or --%s", given,
                          other->name, match->name);
    if (match) {
        *takes_next = match->arg && !(match->flags & OPTION_ARG_OPTIONAL) && !name[length];
        if (*takes_next && last)
            return cli_refuse(o, "option '--%s' has no value; expected %s", match->name,
                              match->arg);
        if (!match->arg && name[length])
            return cli_refuse(o, "option '--%s' takes no value, but has '%s'", match->name,
                              name + length + 1);
        return 0;
    }
    char text[64];
    snprintf(text, sizeof text, "%.*s", (int)(length < sizeof text ? length : sizeof text - 1),
             name);
    const char *nearest = cli_nearest(text, names);
    if (nearest)
        return cli_refuse(o, "option '--%s' is unknown; did you mean '--%s'?", text, nearest);
    return cli_refuse(o, "option '--%s' is unknown; see `spikernn %s --help`", text, o->verb->name);
}

/* argp only says that an option was wrong; this finds out which and how. */
static error_t explain(cli_options *o, int argc, char **argv)
{
    error_t error = 0;
    for (int i = 1; i < argc && !error && strcmp(argv[i], "--"); i++) {
        bool takes_next = false;
        if (!strncmp(argv[i], "--", 2))
            error = explain_long(o, argv[i], i + 1 == argc, &takes_next);
        else if (argv[i][0] == '-' && argv[i][1])
            error = cli_refuse(o, "option '%s' is unknown; see `spikernn %s --help`", argv[i],
                               o->verb->name);
        i += takes_next;
    }
    return error;
}

static error_t parse_root(int key, char *arg, struct argp_state *state)
{
    cli_options *o = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        for (int i = 0; o->verb->groups[i].argp; i++) state->child_inputs[i] = o;
        return 0;
    case ARGP_KEY_ARG:
        if (o->n_args == o->verb->max_args && o->valueless)
            return cli_refuse(o,
                              "argument '%s' was not expected; --%s takes a value only as --%s=...",
                              arg, o->valueless, o->valueless);
        if (o->n_args == o->verb->max_args)
            return cli_refuse(o, "argument '%s' was not expected; see `spikernn %s --help`", arg,
                              o->verb->name);
        o->args[o->n_args++] = arg;
        return 0;
    case ARGP_KEY_ERROR:
        if (!*o->error) explain(o, state->argc, state->argv);
        return 0;
    default:
        return key >= CLI_VERB_KEYS && o->verb->parse ? o->verb->parse(o, key, arg)
                                                      : ARGP_ERR_UNKNOWN;
    }
}

static struct argp root_argp(const cli_verb *verb)
{
    return (struct argp){.options = verb->options,
                         .parser = parse_root,
                         .args_doc = verb->args_doc,
                         .doc = verb->doc,
                         .children = verb->groups};
}

static bool parse(cli_options *o, int argc, char **argv)
{
    const struct argp root = root_argp(o->verb);
    const unsigned flags = ARGP_NO_ERRS | ARGP_NO_EXIT | ARGP_NO_HELP | ARGP_IN_ORDER;
    const error_t error = argp_parse(&root, argc, argv, flags, NULL, o);
    if (error && !*o->error) cli_refuse(o, "%s", strerror(error));
    return !error;
}

/* What the options are before any is given. */
static void set_defaults(cli_options *o)
{
    o->settings = srnn_task_settings_default();
    o->model = srnn_model_params_default();
    o->train = srnn_train_options_default();
    o->lesion = srnn_lesion_default();
    o->lesion.share = 0.1;
    o->search_trials = 100;
    o->fresh_trials = -1;
    o->scaling_factor = NAN;
    o->test_trials = 100;
    o->recorded_trials = 1;
    o->simulated = SRNN_DOMAIN_USER;
    o->every = 1;
    cli_analysis_defaults(o);
    o->spiking = srnn_spiking_params_default();
    o->given = (cli_spiking_given){.v_reset_mv = NAN, .v_peak_mv = NAN, .bias_mv = NAN};
    const srnn_search_options grid = srnn_search_options_default();
    o->n_scaling_factors = grid.n;
    memcpy(o->scaling_factors, grid.scaling_factors, (size_t)grid.n * sizeof(double));
}

bool cli_options_parse(cli_options *o, const cli_verb *verb, int argc, char **argv)
{
    *o = (cli_options){.verb = verb, .args = calloc((size_t)argc, sizeof(char *))};
    if (!o->args) return cli_refuse(o, "out of memory"), false;
    set_defaults(o);
    if (!parse(o, argc, argv)) return false;
    if (o->preset == CLI_ROBUST) { /* the options once more, over what the preset sets */
        const srnn_model_params given = o->model;
        set_defaults(o);
        o->n_args = 0;
        o->model.n_taus = given.n_taus; /* the preset looks at them */
        memcpy(o->model.taus, given.taus, sizeof given.taus);
        o->model.apply_dale = given.apply_dale;
        srnn_preset_robust(&o->model, &o->train);
        if (!parse(o, argc, argv)) return false;
    }
    if (!o->help && o->n_args < verb->min_args)
        return cli_refuse(o, "an argument is missing; expected %s", verb->args_doc), false;
    return true;
}

void cli_options_free(cli_options *o)
{
    free(o->args);
    free(o->stimulated);
    free(o->shown);
}

void cli_verb_help(const cli_verb *verb, FILE *to)
{
    char name[32];
    snprintf(name, sizeof name, "spikernn %s", verb->name);
    const struct argp root = root_argp(verb);
    argp_help(&root, to, ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC, name);
}
