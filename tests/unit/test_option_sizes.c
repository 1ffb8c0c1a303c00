/* Structs of options say their size, so that a program and the library may be of different
   versions: every function that takes one looks at it before anything else. */
#include "helpers.h"
#include "spikernn/study.h"

enum { T = 40, N = 6 };

typedef struct world {
    srnn_ctx *ctx;
    srnn_task *task;
    srnn_model *model;
} world;

/* ---- each struct, given to a function that takes it ---- */

static srnn_status take_ctx(const world *w, const void *o)
{
    srnn_ctx *ctx;
    const srnn_status status = srnn_ctx_create(o, &ctx);
    snprintf(w->ctx->message, sizeof w->ctx->message, "%s", srnn_ctx_message(ctx));
    srnn_ctx_free(ctx);
    return status;
}

static srnn_status take_model(const world *w, const void *o)
{
    srnn_model *model;
    const srnn_status status = srnn_model_create(w->ctx, o, &model);
    srnn_model_free(model);
    return status;
}

static srnn_status take_lesion(const world *w, const void *o)
{
    return srnn_model_lesion(w->ctx, w->model, o, NULL);
}

static srnn_status take_rate_run(const world *w, const void *o)
{
    return srnn_rate_run(w->ctx, w->model, o, &(srnn_rate_output){0});
}

static srnn_status take_rate_backward(const world *w, const void *o)
{
    const float z[T] = {0};
    return srnn_rate_backward(w->ctx, w->model, o, z, SRNN_L2, &(srnn_rate_gradient){0});
}

static srnn_status take_rate_gradient(const world *w, const void *o)
{
    return srnn_rate_gradient_of(w->ctx, w->model, o, &(srnn_rate_slopes){0},
                                 &(srnn_rate_gradient){0});
}

static srnn_status take_train(const world *w, const void *o)
{
    return srnn_train(w->ctx, w->model, w->task, o);
}

static srnn_status take_rate_eval(const world *w, const void *o)
{
    srnn_rate_evaluation e;
    return srnn_rate_evaluate(w->ctx, w->model, w->task, o, &e);
}

static srnn_status take_spiking_run(const world *w, const void *o)
{
    srnn_spiking_result r;
    return srnn_spiking_run(w->ctx, w->model, o, &(srnn_spiking_input){0}, NULL, &r);
}

static srnn_status take_spiking_network(const world *w, const void *o)
{
    srnn_spiking_network n;
    return srnn_spiking_network_of(w->ctx, w->model, o, &n);
}

static srnn_spiking_params lambda(void)
{
    srnn_spiking_params p = srnn_spiking_params_default();
    p.conversion.scaling_factor = 40;
    return p;
}

static srnn_status none(void *user, const srnn_spiking_trial *trial)
{
    (void)user, (void)trial;
    return SRNN_OK;
}

static srnn_status take_params_of_trials(const world *w, const void *o)
{
    return srnn_spiking_run_trials(w->ctx, w->model, w->task, o, NULL, NULL, none, NULL);
}

static srnn_status take_recording(const world *w, const void *o)
{
    const srnn_spiking_params p = lambda();
    srnn_spiking_result r;
    return srnn_spiking_run(w->ctx, w->model, &p, &(srnn_spiking_input){0}, o, &r);
}

static srnn_status take_recording_of_trials(const world *w, const void *o)
{
    const srnn_spiking_params p = lambda();
    return srnn_spiking_run_trials(w->ctx, w->model, w->task, &p, NULL, o, none, NULL);
}

static srnn_status take_trials(const world *w, const void *o)
{
    const srnn_spiking_params p = lambda();
    return srnn_spiking_run_trials(w->ctx, w->model, w->task, &p, o, NULL, none, NULL);
}

static srnn_status take_params_of_eval(const world *w, const void *o)
{
    srnn_spiking_evaluation e;
    return srnn_spiking_evaluate(w->ctx, w->model, w->task, o, NULL, &e);
}

static srnn_status take_spiking_eval(const world *w, const void *o)
{
    const srnn_spiking_params p = lambda();
    srnn_spiking_evaluation e;
    return srnn_spiking_evaluate(w->ctx, w->model, w->task, &p, o, &e);
}

static srnn_status compared(const world *w, const srnn_spiking_params *p,
                            const srnn_compare_options *o)
{
    srnn_comparison c;
    const srnn_status status = srnn_compare(w->ctx, w->model, w->task, p, o, &c);
    srnn_comparison_free(&c);
    return status;
}

static srnn_status take_params_of_compare(const world *w, const void *o)
{
    return compared(w, o, NULL);
}

static srnn_status take_compare(const world *w, const void *o)
{
    const srnn_spiking_params p = lambda();
    return compared(w, &p, o);
}

static srnn_status take_search(const world *w, const void *o)
{
    srnn_search_result r;
    const srnn_status status = srnn_search(w->ctx, w->model, w->task, o, &r);
    srnn_search_result_free(&r);
    return status;
}

static srnn_status take_params_of_search(const world *w, const void *o)
{
    srnn_search_options search = srnn_search_options_default();
    memcpy(&search.spiking, o, sizeof search.spiking);
    return take_search(w, &search);
}

static srnn_status take_operating(const world *w, const void *o)
{
    srnn_operating_result r;
    const srnn_status status = srnn_find_operating_point(w->ctx, w->model, w->task, o, &r);
    srnn_operating_result_free(&r);
    return status;
}

static srnn_status take_params_of_operating(const world *w, const void *o)
{
    srnn_operating_options operating = srnn_operating_options_default();
    memcpy(&operating.spiking, o, sizeof operating.spiking);
    return take_operating(w, &operating);
}

static srnn_status take_readout(const world *w, const void *o)
{
    srnn_readout_result r;
    return srnn_fit_readout(w->ctx, w->model, w->task, o, &r);
}

static srnn_status take_params_of_readout(const world *w, const void *o)
{
    srnn_readout_options readout = srnn_readout_options_default();
    memcpy(&readout.spiking, o, sizeof readout.spiking);
    return take_readout(w, &readout);
}

static srnn_status take_evaluate(const world *w, const void *o)
{
    srnn_evaluation e;
    const srnn_status status = srnn_evaluate(w->ctx, w->model, w->task, o, &e, NULL);
    srnn_evaluation_free(&e);
    return status;
}

static srnn_status take_params_of_evaluate(const world *w, const void *o)
{
    srnn_evaluate_options evaluate = srnn_evaluate_options_default();
    evaluate.spiking = o;
    return take_evaluate(w, &evaluate);
}

static srnn_status take_observe(const world *w, const void *o)
{
    srnn_observation seen;
    const srnn_status status = srnn_observe(w->ctx, w->model, w->task, o, &seen);
    srnn_observation_free(&seen);
    return status;
}

static srnn_status take_params_of_observe(const world *w, const void *o)
{
    srnn_observe_options observe = srnn_observe_options_default();
    observe.spiking = o;
    return take_observe(w, &observe);
}

static srnn_status diagnosed(const world *w, const srnn_diagnose_options *o,
                             const srnn_spiking_params *p)
{
    srnn_diagnosis d;
    const srnn_evaluation poor = {.n_trials = 1,
                                  .has_spiking = true,
                                  .rate = {.n_trials = 2, .correct = 2},
                                  .spiking = {.n_trials = 2}};
    const srnn_status status = srnn_diagnose(w->ctx, w->model, w->task, o, p, &poor, &d);
    srnn_diagnosis_free(&d);
    return status;
}

static srnn_status take_diagnose(const world *w, const void *o)
{
    const srnn_spiking_params p = lambda();
    return diagnosed(w, o, &p);
}

static srnn_status take_params_of_diagnose(const world *w, const void *o)
{
    return diagnosed(w, NULL, o);
}

static const srnn_spikes no_spikes = {.N = 0};

static srnn_status take_statistics(const world *w, const void *o)
{
    srnn_spike_statistics s;
    return srnn_spike_statistics_of(w->ctx, &no_spikes, o, &s);
}

static srnn_status take_correlation(const world *w, const void *o)
{
    double matrix[1];
    return srnn_correlation_coefficient(w->ctx, &no_spikes, SRNN_TOTAL_CORRELATION, o, NULL, 0,
                                        matrix);
}

static const srnn_activity no_activity = {.N = 0};

static srnn_status take_pca(const world *w, const void *o)
{
    srnn_pca p;
    return srnn_pca_of(w->ctx, &no_activity, o, &p);
}

static srnn_status take_decoding(const world *w, const void *o)
{
    srnn_decoding d;
    return srnn_decode(w->ctx, &no_activity, o, &d);
}

static srnn_status take_axes(const world *w, const void *o)
{
    const double variable[1] = {0};
    srnn_axes a;
    return srnn_regression_axes(w->ctx, &no_activity, variable, 1, o, &a);
}

static srnn_status take_fixed(const world *w, const void *o)
{
    const float u[1] = {0}, start[N] = {0};
    srnn_fixed_points p;
    return srnn_find_fixed_points(w->ctx, w->model, u, start, 0, o, &p);
}

static srnn_status take_figures(const world *w, const void *o)
{
    const srnn_figure_data data = {.model = w->model};
    return srnn_figures_draw(w->ctx, NULL, 0, &data, o);
}

static srnn_status take_shown(const world *w, const void *o)
{
    const srnn_figure_data data = {.model = NULL};
    char *text;
    return srnn_figure_show(w->ctx, srnn_figure_at(0), &data, o, 80, 24, false, &text);
}

static srnn_status take_shard(const world *w, const void *o)
{
    srnn_study_options options;
    memcpy(&options, o, sizeof options);
    return srnn_study_shard_of_environment(w->ctx, &options);
}

static srnn_status take_slurm(const world *w, const void *o)
{
    const srnn_study_view view = {.name = "x", .folder = "/"};
    char *script;
    const srnn_status status = srnn_study_slurm_script(w->ctx, &view, o, &script);
    free(script);
    return status;
}

/* ---- the table ---- */

typedef struct row {
    const char *type;
    const void *usual;
    size_t size;
    srnn_status (*take)(const world *w, const void *options);
} row;

/* The sentence of this context, of the latest call. */
static void check_size(const world *w, const row *r, size_t size)
{
    char given[2048], expected[200];
    assert_true(r->size + 8 <= sizeof given);
    memset(given, 0, sizeof given);
    memcpy(given, r->usual, r->size);
    memcpy(given, &size, sizeof size);
    snprintf(expected, sizeof expected, "size of %s is %zu; expected %zu, as %s_default() sets it",
             r->type, size, r->size, r->type);
    strcpy(w->ctx->message, "");
    const srnn_status status = r->take(w, given);
    if (size == r->size) {
        if (!strncmp(w->ctx->message, "size of ", 8)) fail_msg("%s", w->ctx->message);
        return;
    }
    if (status != SRNN_ERR_ARGUMENT || strcmp(w->ctx->message, expected) != 0)
        fail_msg("%s of size %zu: status %d, '%s'", r->type, size, (int)status, w->ctx->message);
}

#define ROW(type, take)                                                                            \
    {                                                                                              \
#type, &(const type[]){type##_default() }, sizeof(type), take                              \
    }

static int stop(void *user, const srnn_progress *progress)
{
    (void)user, (void)progress;
    return 1;
}

static void another_size_is_refused(void **state)
{
    (void)state;
    world w = {.ctx = new_ctx(NULL, 1)};
    const srnn_task_settings settings = {.T = T,
                                         .stim_on = 5,
                                         .stim_dur = 5,
                                         .delay = -1,
                                         .eval_amp_thresh = -1,
                                         .offset = -1,
                                         .constant = -1};
    assert_ok(w.ctx, srnn_task_built_in(w.ctx, "go-nogo", &settings, &w.task));
    srnn_model_params params = srnn_model_params_default();
    params.N = N;
    params.n_in = params.n_out = 1;
    w.model = new_model(w.ctx, &params);
    srnn_ctx_set_progress(w.ctx, stop, NULL);
    const row rows[] = {ROW(srnn_ctx_options, take_ctx),
                        ROW(srnn_model_params, take_model),
                        ROW(srnn_lesion, take_lesion),
                        ROW(srnn_rate_input, take_rate_run),
                        ROW(srnn_rate_input, take_rate_backward),
                        ROW(srnn_rate_input, take_rate_gradient),
                        ROW(srnn_train_options, take_train),
                        ROW(srnn_rate_eval_options, take_rate_eval),
                        ROW(srnn_spiking_params, take_spiking_run),
                        ROW(srnn_spiking_params, take_spiking_network),
                        ROW(srnn_spiking_params, take_params_of_trials),
                        ROW(srnn_spiking_params, take_params_of_eval),
                        ROW(srnn_spiking_params, take_params_of_compare),
                        ROW(srnn_spiking_params, take_params_of_search),
                        ROW(srnn_spiking_params, take_params_of_operating),
                        ROW(srnn_spiking_params, take_params_of_readout),
                        ROW(srnn_spiking_params, take_params_of_evaluate),
                        ROW(srnn_spiking_params, take_params_of_observe),
                        ROW(srnn_spiking_params, take_params_of_diagnose),
                        ROW(srnn_recording, take_recording),
                        ROW(srnn_recording, take_recording_of_trials),
                        ROW(srnn_spiking_trials_options, take_trials),
                        ROW(srnn_spiking_eval_options, take_spiking_eval),
                        ROW(srnn_compare_options, take_compare),
                        ROW(srnn_search_options, take_search),
                        ROW(srnn_operating_options, take_operating),
                        ROW(srnn_readout_options, take_readout),
                        ROW(srnn_evaluate_options, take_evaluate),
                        ROW(srnn_observe_options, take_observe),
                        ROW(srnn_diagnose_options, take_diagnose),
                        ROW(srnn_spike_options, take_statistics),
                        ROW(srnn_spike_options, take_correlation),
                        ROW(srnn_pca_options, take_pca),
                        ROW(srnn_decoding_options, take_decoding),
                        ROW(srnn_axes_options, take_axes),
                        ROW(srnn_fixed_options, take_fixed),
                        ROW(srnn_figure_options, take_figures),
                        ROW(srnn_figure_options, take_shown),
                        ROW(srnn_study_options, take_shard),
                        ROW(srnn_slurm_options, take_slurm)};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const row *r = &rows[i];
        const size_t sizes[] = {0, sizeof(size_t), r->size + 8, SIZE_MAX, r->size};
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) check_size(&w, r, sizes[k]);
    }
    srnn_model_free(w.model);
    srnn_task_free(w.task);
    srnn_ctx_free(w.ctx);
}

/* ---- a struct that has grown ---- */

typedef struct grown {
    size_t size;
    int a;
    double b; /* appended later */
    int c;    /* and this */
} grown;

static srnn_status take_grown(srnn_ctx *ctx, size_t size, grown *own)
{
    const grown given = {.size = size, .a = 1, .b = 2, .c = 3};
    *own = (grown){.size = sizeof *own, .a = 10, .b = 20, .c = 30};
    return SRNN__TAKE_OPTIONS(ctx, grown, &given, a, own);
}

static void fields_of_later_versions_keep_their_default(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    grown own;
    assert_ok(ctx, take_grown(ctx, offsetof(grown, b), &own));
    assert_true(own.a == 1 && own.b == 20 && own.c == 30 && own.size == sizeof own);
    assert_ok(ctx, take_grown(ctx, offsetof(grown, c), &own));
    assert_true(own.a == 1 && own.b == 2 && own.c == 30 && own.size == sizeof own);
    assert_ok(ctx, take_grown(ctx, sizeof(grown), &own));
    assert_true(own.a == 1 && own.b == 2 && own.c == 3);
    assert_int_equal(take_grown(ctx, offsetof(grown, a), &own), SRNN_ERR_ARGUMENT);
    assert_int_equal(take_grown(ctx, sizeof(grown) + 1, &own), SRNN_ERR_ARGUMENT);
    assert_true(own.a == 10 && own.b == 20 && own.c == 30);
    assert_ok(ctx, SRNN__TAKE_OPTIONS(ctx, grown, NULL, a, &own));
    assert_true(own.a == 10 && own.b == 20 && own.c == 30);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_size_is_refused),
        cmocka_unit_test(fields_of_later_versions_keep_their_default),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
