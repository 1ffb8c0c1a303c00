/* spikernn info: what a model file holds. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const pathway_names[SRNN_PATHWAYS] = {"E to E", "E to I", "I to E", "I to I"};

/* What has to be counted in the weights. */
typedef struct facts {
    int n_exc, n_pv, n_som;
    int64_t n_fixed; /* connections that do not learn */
    double density;  /* share of nonzero weights */
    srnn_connections connections;
    double tau_ms[3]; /* smallest, median, largest */
} facts;

static int info_by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool count_taus(const srnn_model *model, int N, facts *f)
{
    double *taus = malloc((size_t)N * sizeof *taus);
    if (!taus) return false;
    srnn_model_tau_ms(model, taus);
    qsort(taus, (size_t)N, sizeof *taus, info_by_value);
    f->tau_ms[0] = taus[0];
    f->tau_ms[1] = (taus[(N - 1) / 2] + taus[N / 2]) / 2;
    f->tau_ms[2] = taus[N - 1];
    free(taus);
    return true;
}

static bool count_weights(const srnn_model *model, const srnn_model_view *v, facts *f)
{
    const size_t N = (size_t)v->N;
    float *w = malloc(N * N * sizeof *w);
    if (!w) return false;
    srnn_model_w_eff(model, false, w);
    double n = 0;
    for (size_t k = 0; k < N * N; k++) {
        const bool present = w[k] < 0 || w[k] > 0;
        n += present;
        f->n_fixed += present && v->w_fixed && v->w_fixed[k];
    }
    free(w);
    f->density = n / ((double)N * (double)N);
    f->connections = srnn_model_connections(model);
    for (int i = 0; i < v->N; i++) {
        const srnn_population population = srnn_unit_population(v, i);
        f->n_exc += population == SRNN_EXC;
        f->n_pv += population == SRNN_PV;
        f->n_som += population == SRNN_SOM;
    }
    return true;
}

/* ---- as JSON ---- */

static json_t *taus_json(const srnn_model_view *v, const facts *f)
{
    json_t *limits = json_array();
    for (int i = 0; i < v->n_taus; i++) json_array_append_new(limits, json_real(v->taus[i]));
    return json_pack("{sosbsfsfsf}", "limits_steps", limits, "trained", v->n_taus == 2, "min_ms",
                     f->tau_ms[0], "median_ms", f->tau_ms[1], "max_ms", f->tau_ms[2]);
}

static json_t *connections_json(const srnn_model *model, const facts *f)
{
    json_t *json = json_pack("{sfsI}", "density", f->density, "fixed", (json_int_t)f->n_fixed);
    json_object_update_new(json, cli_json_parsed(srnn_connections_json(model)));
    return json;
}

static json_t *training_json(const srnn_model *model)
{
    const srnn_training_record r = srnn_model_get_training(model);
    return json_pack("{sIsIsbsosososi}", "last_trial", (json_int_t)r.tr, "losses",
                     (json_int_t)r.n_losses, "criterion_reached", r.reached, "accuracy",
                     cli_json_real(r.eval_perf_mean), "two_sided_accuracy",
                     cli_json_real(r.eval_two_sided_mean), "loss", cli_json_real(r.eval_loss_mean),
                     "evaluations", r.n_evals);
}

static json_t *search_json(const srnn_model *model)
{
    const srnn_search_record s = srnn_model_get_search(model);
    json_t *table = json_array();
    for (int i = 0; i < s.n; i++)
        json_array_append_new(
            table,
            json_pack("{sfsososi}", "scaling_factor", s.scaling_factors[i], "accuracy",
                      cli_json_real(s.all_perfs[i]), "two_sided_accuracy",
                      cli_json_real(s.all_two_sided_perfs ? s.all_two_sided_perfs[i] : (double)NAN),
                      "n_trials", s.trials ? s.trials[i] : s.n_trials));
    json_t *settings = json_loads(s.settings, 0, NULL);
    return json_pack("{soso?sisosisoso}", "opt_scaling_factor", cli_json_real(s.opt_scaling_factor),
                     "settings", settings, "n_trials", s.n_trials, "table", table, "fresh_trials",
                     s.test_trials, "fresh_accuracy", cli_json_real(s.test_perf),
                     "fresh_two_sided_accuracy", cli_json_real(s.test_two_sided_perf));
}

static json_t *operating_point_json(const srnn_model *model)
{
    const srnn_operating_point p = srnn_model_get_operating_point(model);
    if (!p.gain) return json_null();
    return json_pack("{sososisososo?}", "widening", cli_json_real(p.widening), "shot_noise_cost",
                     cli_json_real(p.shot_noise_cost), "fresh_trials", p.n_trials, "fresh_accuracy",
                     cli_json_real(p.perf), "fresh_two_sided_accuracy",
                     cli_json_real(p.two_sided_perf), "settings",
                     json_loads(p.settings ? p.settings : "", 0, NULL));
}

static json_t *readout_json(const srnn_model *model)
{
    const srnn_readout r = srnn_model_get_readout(model);
    if (!r.w_out) return json_null();
    return json_pack("{sosisososo?}", "scaling_factor", cli_json_real(r.scaling_factor),
                     "fresh_trials", r.n_trials, "fresh_accuracy", cli_json_real(r.perf),
                     "fresh_two_sided_accuracy", cli_json_real(r.two_sided_perf), "settings",
                     json_loads(r.settings ? r.settings : "", 0, NULL));
}

static json_t *missing_json(const srnn_model *model)
{
    json_t *names = json_array();
    const char *name = srnn_model_missing(model);
    while (*name) {
        const size_t length = strcspn(name, ",");
        json_array_append_new(names, json_stringn(name, length));
        name += length + strspn(name + length, ", ");
    }
    return names;
}

static json_t *model_json(const char *path, const srnn_model *model, const srnn_task *task,
                          const facts *f)
{
    const srnn_model_view v = srnn_model_get_view(model);
    const srnn_model_params p = srnn_model_get_params(model);
    json_t *json = json_pack("{so}", "model", cli_json_text(path));
    json_object_set_new(json, "task",
                        task ? cli_json_parsed(srnn_task_summary_json(task)) : json_null());
    json_object_set_new(json, "task_guessed", json_boolean(srnn_model_task_guessed(model)));
    json_object_update_new(json, json_pack("{sisisis{sisisi}ssso}", "N", v.N, "n_in", v.n_in,
                                           "n_out", v.n_out, "populations", "exc", f->n_exc, "pv",
                                           f->n_pv, "som", f->n_som, "activation",
                                           srnn_option_choice("act", v.activation), "taus",
                                           taus_json(&v, f)));
    json_object_update_new(json,
                           json_pack("{sos{sbsI}s{sososo}}", "connections",
                                     connections_json(model, f), "dale", "applied", v.apply_dale,
                                     "rectified_weights", (json_int_t)srnn_model_n_rectified(model),
                                     "made_with", "P_inh", cli_json_real(p.P_inh), "P_rec",
                                     cli_json_real(p.P_rec), "gain", cli_json_real(p.gain)));
    json_object_update_new(
        json, json_pack("{sosososososs}", "training", training_json(model), "search",
                        search_json(model), "operating_point", operating_point_json(model),
                        "readout", readout_json(model), "missing_variables", missing_json(model),
                        "key_prefix", srnn_model_key_prefix(model)));
    return json;
}

/* ---- as text ---- */

static void info_print_task(const srnn_model *model, const srnn_task *task)
{
    const char *name = srnn_model_task_name(model);
    printf("  task          %s", *name ? cli_shown(name) : "not known");
    if (srnn_model_task_guessed(model)) printf(" (guessed from the file's name)");
    if (task) {
        printf(": ");
        cli_print_settings(srnn_task_get_def(task));
        printf(" (steps of 5 ms)");
    }
    putchar('\n');
}

/* Names, where the task is one for this network. */
static void print_channels(const srnn_model_view *v, const srnn_task *task)
{
    const srnn_task_def *def = task ? srnn_task_get_def(task) : NULL;
    const bool named = def && def->n_in == v->n_in && def->n_out == v->n_out;
    printf("  channels      %d in", v->n_in);
    if (named) {
        printf(": ");
        cli_print_channels(def->input_names, def->input_units, def->n_in);
    }
    printf("%s %d out", named ? ";" : ",", v->n_out);
    if (named) {
        printf(": ");
        cli_print_channels(def->output_names, def->output_units, def->n_out);
    }
    putchar('\n');
}

static void print_connections(const srnn_model *model, const srnn_model_view *v, const facts *f)
{
    printf("  connections   %.2f %% of all pairs", 100 * f->density);
    const srnn_connections c = f->connections;
    for (int k = 0; k < SRNN_PATHWAYS; k++)
        if (isfinite(c.pathways[k])) printf(", %s %.2f %%", pathway_names[k], 100 * c.pathways[k]);
    if (f->n_fixed) printf(", %lld connections fixed", (long long)f->n_fixed);
    if (isfinite(c.gone) && isfinite(c.grown))
        printf(
            "\n  since start   %.2f %% of the connections gone, %.2f %% of the present ones new; "
            "mean weight %.4g, was %.4g",
            100 * c.gone, 100 * c.grown, c.weight, c.weight_at_start);
    printf("\n  Dale          ");
    if (!v->apply_dale)
        puts("not applied");
    else if (srnn_model_n_rectified(model))
        printf("broken in the file by %lld weights below zero; they count as absent here\n",
               (long long)srnn_model_n_rectified(model));
    else
        puts("kept by every unit");
}

/* After an accuracy; nothing where it is not known. */
static void print_two_sided(double accuracy, int digits)
{
    if (isfinite(accuracy)) printf(" (two-sided %.*f)", digits, accuracy);
}

static void info_print_training(const srnn_model *model)
{
    const srnn_training_record r = srnn_model_get_training(model);
    if (r.tr < 0 && !r.n_losses) {
        puts("  training      none recorded");
        return;
    }
    printf("  training      last trial %lld (from 0), criterion %s", (long long)r.tr,
           r.reached ? "reached" : "not reached");
    if (isfinite(r.eval_perf_mean)) printf(", accuracy %.2f", r.eval_perf_mean);
    print_two_sided(r.eval_two_sided_mean, 2);
    if (isfinite(r.eval_loss_mean)) printf(", loss %.2f", r.eval_loss_mean);
    putchar('\n');
}

static void info_print_search(const srnn_model *model)
{
    const srnn_search_record s = srnn_model_get_search(model);
    if (isnan(s.opt_scaling_factor)) {
        puts("  search        none recorded");
        return;
    }
    printf("  search        best λ %g", s.opt_scaling_factor);
    if (s.n_trials > 0) printf(" (%d trial%s)", s.n_trials, s.n_trials == 1 ? "" : "s");
    putchar('\n');
    for (int i = 0; i < s.n; i++) {
        const int trials = s.trials ? s.trials[i] : s.n_trials;
        if (s.trials && trials == 0) continue;
        printf("                λ %6g  accuracy %.3f", s.scaling_factors[i], s.all_perfs[i]);
        if (s.all_two_sided_perfs) print_two_sided(s.all_two_sided_perfs[i], 3);
        if (trials != s.n_trials) printf(" (%d trials)", trials);
        putchar('\n');
    }
    if (s.test_trials < 1) return;
    printf("                best λ on %d fresh trials: accuracy %.3f", s.test_trials, s.test_perf);
    print_two_sided(s.test_two_sided_perf, 3);
    putchar('\n');
}

static void print_fresh_accuracy(double perf, double two_sided, int n_trials)
{
    if (n_trials < 1) return;
    printf(", accuracy %.3f", perf);
    print_two_sided(two_sided, 3);
    printf(" on %d fresh trials", n_trials);
}

static void print_operating_point(const srnn_model *model)
{
    const srnn_operating_point p = srnn_model_get_operating_point(model);
    if (!p.gain) return;
    printf("  conversion    operating point");
    if (isfinite(p.widening) && isfinite(p.shot_noise_cost))
        printf(", widening %g, noise cost %g", p.widening, p.shot_noise_cost);
    print_fresh_accuracy(p.perf, p.two_sided_perf, p.n_trials);
    putchar('\n');
}

static void print_readout(const srnn_model *model)
{
    const srnn_readout r = srnn_model_get_readout(model);
    if (!r.w_out) return;
    printf("  readout       refitted ");
    if (isnan(r.scaling_factor))
        printf("at the operating point");
    else
        printf("for λ %g", r.scaling_factor);
    print_fresh_accuracy(r.perf, r.two_sided_perf, r.n_trials);
    putchar('\n');
}

static void print_model(const char *path, const srnn_model *model, const srnn_task *task,
                        const facts *f)
{
    const srnn_model_view v = srnn_model_get_view(model);
    const srnn_model_params p = srnn_model_get_params(model);
    const char *missing = srnn_model_missing(model);
    printf("%s\n", cli_shown(path));
    info_print_task(model, task);
    printf("  units         %d: %d excitatory, %d inhibitory (%d PV, %d SOM)\n", v.N, f->n_exc,
           f->n_pv + f->n_som, f->n_pv, f->n_som);
    print_channels(&v, task);
    printf("  activation    %s\n", srnn_option_choice("act", v.activation));
    if (v.n_taus == 2)
        printf("  decay         trained between %g and %g ms: min %.1f, median %.1f, max %.1f ms\n",
               5 * v.taus[0], 5 * v.taus[1], f->tau_ms[0], f->tau_ms[1], f->tau_ms[2]);
    else
        printf("  decay         fixed at %g ms\n", 5 * v.taus[0]);
    print_connections(model, &v, f);
    if (isfinite(p.P_inh)) printf("  P_inh         %g\n", p.P_inh);
    if (isfinite(p.P_rec)) printf("  P_rec         %g\n", p.P_rec);
    if (isfinite(p.gain)) printf("  gain          %g\n", p.gain);
    info_print_training(model);
    info_print_search(model);
    print_operating_point(model);
    print_readout(model);
    if (*srnn_model_key_prefix(model))
        printf("  keys          read without '%s', which all of them begin with\n",
               srnn_model_key_prefix(model));
    if (*missing) printf("  not in file   %s\n", missing);
}

/* ---- the verb ---- */

static int info_of_file(const cli_options *o, srnn_ctx *ctx, const char *path, json_t *models)
{
    srnn_model *model;
    int code = cli_model_load(o, ctx, path, &model);
    if (code) return code;
    if (o->quiet && !o->json) {
        srnn_model_free(model);
        return CLI_OK;
    }
    srnn_task *task = NULL; /* stays NULL where the file names none that is known */
    if (*srnn_model_task_name(model)) srnn_model_task(ctx, model, NULL, NULL, &task);
    const srnn_model_view v = srnn_model_get_view(model);
    facts f = {0};
    if (!count_weights(model, &v, &f) || !count_taus(model, v.N, &f))
        code = cli_error(o, "%s: out of memory", path);
    else if (o->json)
        json_array_append_new(models, model_json(path, model, task, &f));
    else
        print_model(path, model, task, &f);
    srnn_task_free(task);
    srnn_model_free(model);
    return code;
}

static int info_run(cli_options *o)
{
    cli_progress progress;
    srnn_ctx *ctx = cli_ctx_open(o, &progress);
    if (!ctx) return CLI_FAILED;
    int code = CLI_OK;
    json_t *models = json_array();
    for (int i = 0; i < o->n_args && code != CLI_INTERRUPTED; i++) {
        const int file_code = info_of_file(o, ctx, o->args[i], models);
        if (file_code) code = file_code;
        if (file_code == CLI_FAILED) json_array_append_new(models, cli_json_failure(o->args[i]));
    }
    if (o->json && code != CLI_INTERRUPTED) {
        json_t *document = cli_json_document(o);
        json_object_set(document, "models", models);
        if (cli_json_result(o, document)) code = CLI_FAILED;
    }
    json_decref(models);
    srnn_ctx_free(ctx);
    return code;
}

static const cli_group info_groups[] = {{NULL, "+quiet +config +json +help"}, {0}};

static const cli_help info_helps[] = {
    {"quiet",
     "print nothing but a sentence about each file that cannot be read; the exit code is 0 "
     "where all can, else 2; --json is as without"},
    {0}};

const cli_verb cli_info = {
    .name = "info",
    .args_doc = "MODEL...",
    .summary = "show what model files hold",
    .doc = "Shows what model files hold: populations, connections, time constants, task, training "
           "and the curve of the scaling factor.\v"
           "Example: spikernn info model.mat",
    .min_args = 1,
    .max_args = INT_MAX,
    .groups = info_groups,
    .helps = info_helps,
    .run = info_run};
