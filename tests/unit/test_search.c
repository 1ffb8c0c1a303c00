/* The search for the scaling factor: what it counts, its criteria, finer grids, racing, and going
   on from what a file holds. */
#define _XOPEN_SOURCE 700
#include "mat_helpers.h"

enum { N_FACTORS = 7, TRIALS = 30 };
static const double factors[N_FACTORS] = {5, 10, 15, 20, 30, 45, 70};

typedef struct fixture {
    srnn_ctx *ctx;
    srnn_task *task;
    srnn_model *model;
} fixture;

/* Neither hopeless nor perfect with these factors. */
static int set_up(void **state)
{
    static fixture f;
    f.ctx = new_ctx(NULL, 2);
    srnn_task_settings s = srnn_task_settings_default();
    s.T = 60;
    s.stim_on = 10;
    s.stim_dur = 20;
    assert_ok(f.ctx, srnn_task_named(f.ctx, "go-nogo", &s, &f.task));
    srnn_model_params p = srnn_model_params_default();
    p.N = 40;
    p.seed = 3;
    f.model = new_model(f.ctx, &p);
    srnn_train_options o = srnn_train_options_default();
    o.n_trials = 3000;
    o.min_trials = 0;
    assert_ok(f.ctx, srnn_train(f.ctx, f.model, f.task, &o));
    *state = &f;
    return make_test_folder(NULL);
}

static int tear_down(void **state)
{
    fixture *f = *state;
    srnn_model_free(f->model);
    srnn_task_free(f->task);
    srnn_ctx_free(f->ctx);
    return remove_test_folder(NULL);
}

static srnn_search_options over(const double *grid, int n)
{
    srnn_search_options o = srnn_search_options_default();
    o.seed = 11;
    o.n = n;
    o.scaling_factors = grid;
    o.n_trials = TRIALS;
    o.test_trials = 5;
    return o;
}

static double value(const srnn_search_result *r, int what, int trial, int i)
{
    return r->values[what][(size_t)trial * (size_t)r->n + (size_t)i];
}

static int index_of(const srnn_search_result *r, double factor)
{
    for (int i = 0; i < r->n; i++)
        if (r->scaling_factors[i] == factor) return i;
    fail_msg("no scaling factor %g", factor);
    return -1;
}

/* The same to the bit, but for how much of it was run. */
static void assert_same(const srnn_search_result *a, const srnn_search_result *b)
{
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->n_trials, b->n_trials);
    assert_int_equal(a->best, b->best);
    assert_int_equal(a->K, b->K);
    assert_int_equal(a->test_correct, b->test_correct);
    assert_int_equal(a->test_trials, b->test_trials);
    const size_t n = (size_t)a->n;
    assert_memory_equal(a->scaling_factors, b->scaling_factors, n * sizeof(double));
    assert_memory_equal(a->correct, b->correct, n * sizeof(int));
    assert_memory_equal(a->trials, b->trials, n * sizeof(int));
    assert_memory_equal(a->score, b->score, n * sizeof(double));
    assert_memory_equal(a->loss, b->loss, n * sizeof(double));
    assert_memory_equal(a->rate_hz, b->rate_hz, n * sizeof(double));
    for (int v = 0; v < SRNN_TRIAL_VALUES; v++)
        for (size_t k = 0; k < n * (size_t)a->K; k++)
            assert_true(a->values[v][k] == b->values[v][k] ||
                        (isnan(a->values[v][k]) && isnan(b->values[v][k])));
}

static srnn_search_result searched(const fixture *f, const srnn_model *model,
                                   const srnn_search_options *o)
{
    srnn_search_result r;
    assert_ok(f->ctx, srnn_search(f->ctx, model, f->task, o, &r));
    return r;
}

/* ---- what it counts ---- */

/* Every trial once more, through the interface for single trials. */
static void trial_values(void **state)
{
    const fixture *f = *state;
    const srnn_search_options o = over(factors, N_FACTORS);
    srnn_search_result r = searched(f, f->model, &o);
    const srnn_task_def *def = srnn_task_get_def(f->task);
    const int T = def->T, i = 3;
    float u[61], z[61];
    srnn_spiking_params p = o.spiking;
    p.conversion.scaling_factor = factors[i];
    double loss_sum = 0, rate_sum = 0, score_sum = 0;
    int correct = 0;
    for (int k = 0; k < TRIALS; k++) {
        const srnn_trial_key key = {o.seed, SRNN_DOMAIN_SEARCH, (uint64_t)k};
        int type;
        assert_ok(f->ctx, srnn_task_trial(f->ctx, f->task, key, -1, T + 1, u, z, &type));
        const srnn_spiking_input input = {.C = T + 1, .u = u, .key = key};
        srnn_spiking_result s;
        assert_ok(f->ctx, srnn_spiking_run(f->ctx, f->model, &p, &input, NULL, &s));
        const srnn_response response = {SRNN_SPIKING, s.nt, 1, s.out, 100};
        const srnn_score score = srnn_task_score(f->task, key, type, &response);
        double loss = 0, rate = 0;
        for (int t = 0; t < T - 1; t++) loss += pow((double)z[t] - s.out[100 * (t + 1) - 1], 2);
        for (int unit = 0; unit < s.N; unit++) rate += s.rates_hz[unit] / s.N;
        assert_true(value(&r, SRNN_TRIAL_CORRECT, k, i) == score.correct);
        assert_true(value(&r, SRNN_TRIAL_MARGIN, k, i) == score.margin);
        assert_near(value(&r, SRNN_TRIAL_LOSS, k, i), sqrt(loss), 1e-9);
        assert_near(value(&r, SRNN_TRIAL_RATE_HZ, k, i), rate, 1e-9);
        correct += score.correct;
        loss_sum += sqrt(loss);
        rate_sum += rate;
        score_sum += score.correct + 0.1 / (1 + exp(-score.margin / 0.1));
        srnn_spiking_result_free(&s);
    }
    assert_int_equal(r.correct[i], correct);
    assert_true(correct > 0 && correct < TRIALS);
    assert_near(r.loss[i], loss_sum / TRIALS, 1e-9);
    assert_near(r.rate_hz[i], rate_sum / TRIALS, 1e-9);
    assert_near(r.score[i], score_sum / TRIALS, 1e-9);
    assert_true(r.trials_run == N_FACTORS * TRIALS && r.trials_kept == 0);
    srnn_search_result_free(&r);
}

static void criteria(void **state)
{
    const fixture *f = *state;
    srnn_search_options o = over(factors, N_FACTORS);
    srnn_search_result r[3];
    for (int c = 0; c < 3; c++) {
        o.criterion = (srnn_criterion)c;
        r[c] = searched(f, f->model, &o);
    }
    int most = 0, score = 0, loss = 0;
    for (int i = 1; i < N_FACTORS; i++) {
        if (r[0].correct[i] > r[0].correct[most]) most = i;
        if (r[0].score[i] > r[0].score[score]) score = i;
        if (r[0].loss[i] < r[0].loss[loss]) loss = i;
    }
    assert_int_equal(r[SRNN_BY_ACCURACY].best, most);
    assert_int_equal(r[SRNN_BY_MARGIN].best, score);
    assert_int_equal(r[SRNN_BY_LOSS].best, loss);
    assert_true(loss != most); /* else the test tells nothing */
    for (int c = 0; c < 3; c++) srnn_search_result_free(&r[c]);
}

/* ---- finer grids ---- */

static void refined(void **state)
{
    const fixture *f = *state;
    srnn_search_options o = over(factors, N_FACTORS);
    srnn_search_result plain = searched(f, f->model, &o);
    o.refine = true;
    srnn_search_result r = searched(f, f->model, &o);
    assert_true(plain.best > 0 && plain.best < N_FACTORS - 1);
    assert_int_equal(r.n, N_FACTORS + 6);
    const double below = factors[plain.best - 1], at = factors[plain.best],
                 above = factors[plain.best + 1];
    for (int k = 1; k < 4; k++) {
        index_of(&r, below + k * (at - below) / 4);
        index_of(&r, at + k * (above - at) / 4);
    }
    for (int i = 1; i < r.n; i++) {
        assert_true(r.scaling_factors[i] > r.scaling_factors[i - 1]);
        assert_true(r.trials[i] == TRIALS && r.correct[i] <= r.correct[r.best]);
    }
    for (int i = 0; i < N_FACTORS; i++) /* the grid is as it was */
        assert_int_equal(r.correct[index_of(&r, factors[i])], plain.correct[i]);
    /* the best of all, searched alone on the same trials, is no different */
    o = over(&r.scaling_factors[r.best], 1);
    srnn_search_result alone = searched(f, f->model, &o);
    assert_int_equal(alone.correct[0], r.correct[r.best]);
    srnn_search_result_free(&alone);
    srnn_search_result_free(&plain);
    srnn_search_result_free(&r);
}

/* From either end, and from a single one, it comes to where its neighbours are no better, or
   gives up after twelve. */
static void beyond_the_end(void **state)
{
    const fixture *f = *state;
    static const double low[] = {4, 5}, high[] = {65, 70}, one[] = {60};
    const struct {
        const double *grid;
        int n;
    } starts[] = {{low, 2}, {high, 2}, {one, 1}};
    int inside = 0;
    for (size_t k = 0; k < 3; k++) {
        srnn_search_options o = over(starts[k].grid, starts[k].n);
        o.refine = true;
        srnn_search_result r = searched(f, f->model, &o);
        for (int i = 0; i < r.n; i++) assert_true(r.scaling_factors[i] > 0);
        const bool at_end = r.best == 0 || r.best == r.n - 1;
        inside += !at_end;
        assert_true(r.n > starts[k].n);
        if (at_end) assert_true(r.n >= starts[k].n + 12);
        srnn_search_result_free(&r);
    }
    assert_true(inside > 0);
    static const double wide[] = {10, 60}; /* the step below would lead beyond 0 */
    srnn_search_options o = over(wide, 2);
    o.refine = true;
    srnn_search_result r = searched(f, f->model, &o);
    index_of(&r, 5);
    index_of(&r, 2.5);
    srnn_search_result_free(&r);
    static const double hopeless[] = {1e5, 2e5}; /* alike, and so is everything beyond them */
    o = over(hopeless, 2);
    o.refine = true;
    r = searched(f, f->model, &o);
    assert_true(r.scaling_factors[r.best] == 1e5);
    assert_int_equal(r.n, 2 + 2 + 6);
    srnn_search_result_free(&r);
    static const double alike[] = {10, 10.000001}; /* of equals the first */
    o = over(alike, 2);
    r = searched(f, f->model, &o);
    assert_int_equal(r.correct[0], r.correct[1]);
    assert_int_equal(r.best, 0);
    srnn_search_result_free(&r);
}

/* ---- racing ---- */

/* The rule in plain code on the trials of a search that lost nobody. */
static void racing(void **state)
{
    const fixture *f = *state;
    srnn_search_options o = over(factors, N_FACTORS);
    srnn_search_result all = searched(f, f->model, &o);
    o.racing = true;
    srnn_search_result r = searched(f, f->model, &o);
    int trials[N_FACTORS], best = 0, run = 0;
    bool out[N_FACTORS] = {false};
    for (int n = 10; n <= TRIALS; n += 10) {
        int correct[N_FACTORS] = {0};
        best = -1;
        for (int i = 0; i < N_FACTORS; i++) {
            if (out[i]) continue;
            trials[i] = n;
            for (int k = 0; k < n; k++) correct[i] += value(&all, SRNN_TRIAL_CORRECT, k, i) == 1;
            if (best < 0 || correct[i] > correct[best]) best = i;
        }
        for (int i = 0; i < N_FACTORS && n < TRIALS; i++) {
            double d[TRIALS], mean = 0, variance = 0;
            for (int k = 0; k < n; k++) {
                d[k] = value(&all, SRNN_TRIAL_CORRECT, k, best) -
                       value(&all, SRNN_TRIAL_CORRECT, k, i);
                mean += d[k] / n;
            }
            for (int k = 0; k < n; k++) variance += (d[k] - mean) * (d[k] - mean) / (n - 1);
            if (!out[i] && mean > 0 && mean > 2 * sqrt(variance / n)) out[i] = true;
        }
    }
    int dropped = 0;
    for (int i = 0; i < N_FACTORS; i++) {
        assert_int_equal(r.trials[i], trials[i]);
        dropped += out[i];
        run += trials[i];
        for (int k = 0; k < TRIALS; k++) {
            const double got = value(&r, SRNN_TRIAL_CORRECT, k, i);
            if (k < trials[i])
                assert_true(got == value(&all, SRNN_TRIAL_CORRECT, k, i));
            else
                assert_true(isnan(got));
        }
    }
    assert_true(dropped > 0 && dropped < N_FACTORS - 1);
    assert_int_equal(r.best, best);
    assert_int_equal(r.trials_run, run);
    assert_int_equal(r.n_trials, TRIALS);
    srnn_search_result_free(&all);
    srnn_search_result_free(&r);
}

/* ---- going on ---- */

static srnn_model *stored(const fixture *f, const char *name, const srnn_search_result *r)
{
    const char *path = at(name);
    srnn_model *model;
    assert_ok(f->ctx, srnn_model_save(f->ctx, f->model, path));
    assert_ok(f->ctx, srnn_model_save_search(f->ctx, path, r));
    assert_ok(f->ctx, srnn_model_load(f->ctx, path, &model));
    return model;
}

/* Whatever the file holds: the same result as without it. kept: trials taken from there. */
static void assert_goes_on(const fixture *f, const srnn_model *model, const srnn_search_options *o,
                           int64_t kept)
{
    srnn_search_options again = *o;
    again.again = true;
    srnn_search_result r = searched(f, model, o), fresh = searched(f, model, &again);
    assert_same(&r, &fresh);
    assert_int_equal(r.trials_kept, kept);
    assert_int_equal(fresh.trials_kept, 0);
    assert_int_equal(r.trials_run + r.trials_kept, fresh.trials_run);
    srnn_search_result_free(&r);
    srnn_search_result_free(&fresh);
}

static void goes_on(void **state)
{
    const fixture *f = *state;
    srnn_search_options o = over(factors, N_FACTORS);
    o.n_trials = 25;
    o.racing = true;
    srnn_search_result r = searched(f, f->model, &o);
    srnn_model *model = stored(f, "raced.mat", &r);
    assert_goes_on(f, model, &o, r.trials_run);
    o.racing = false; /* those that were dropped get the rest */
    assert_goes_on(f, model, &o, r.trials_run);
    o.n_trials = TRIALS;
    o.criterion = SRNN_BY_LOSS;
    assert_goes_on(f, model, &o, r.trials_run);
    srnn_search_result_free(&r);
    r = searched(f, model, &o);
    srnn_model_free(model);
    model = stored(f, "all.mat", &r);
    o.racing = true; /* what is known of the slower ones does not help them */
    o.criterion = SRNN_BY_ACCURACY;
    o.refine = true;
    srnn_search_options raced = o;
    srnn_search_result race = searched(f, model, &raced);
    assert_true(race.trials_kept > 0 && race.trials_kept < (int64_t)N_FACTORS * TRIALS);
    assert_goes_on(f, model, &o, race.trials_kept);
    srnn_search_result_free(&race);
    static const double others[] = {15, 16, 300};
    o = over(others, 3);
    o.n_trials = 25;
    assert_goes_on(f, model, &o, 25);
    srnn_search_result_free(&r);
    srnn_model_free(model);
}

static void another_search(void **state)
{
    const fixture *f = *state;
    const srnn_search_options o = over(factors, 2);
    srnn_search_result r = searched(f, f->model, &o);
    srnn_model *model = stored(f, "small.mat", &r);
    assert_goes_on(f, model, &o, 2 * TRIALS);
    srnn_search_options other = o;
    other.seed++;
    assert_goes_on(f, model, &other, 0);
    other = o;
    other.spiking.neuron.tref_ms = 3;
    assert_goes_on(f, model, &other, 0);
    other = o;
    other.spiking.precision = SRNN_DOUBLE;
    assert_goes_on(f, model, &other, 0);
    srnn_lesion lesion = srnn_lesion_default();
    lesion.share = 0.01;
    assert_ok(f->ctx, srnn_model_lesion(f->ctx, model, &lesion, NULL));
    assert_goes_on(f, model, &o, 0);
    srnn_model_free(model);

    static const char *const weights[] = {"w", "w_in", "w_out", "b_out", "taus_gaus"};
    for (size_t k = 0; k < sizeof weights / sizeof *weights; k++) {
        srnn_model_free(stored(f, "changed.mat", &r));
        var_list list = read_list(at("changed.mat"));
        const matvar_t *v = NULL;
        for (size_t i = 0; i < list.n; i++)
            if (!strcmp(list.vars[i]->name, weights[k])) v = list.vars[i];
        assert_non_null(v);
        ((double *)v->data)[v->nbytes / sizeof(double) - 1] += 0.25;
        write_list(at("changed.mat"), &list, MAT_FT_MAT5, MAT_COMPRESSION_NONE);
        list_free(&list);
        assert_ok(f->ctx, srnn_model_load(f->ctx, at("changed.mat"), &model));
        srnn_search_result changed = searched(f, model, &o);
        assert_int_equal(changed.trials_kept, 0);
        srnn_search_result_free(&changed);
        srnn_model_free(model);
    }

    /* nobody knows what the user's own code does */
    srnn_task_def def = *srnn_task_get_def(f->task);
    def.destroy = NULL;
    srnn_task *own;
    assert_ok(f->ctx, srnn_task_create(f->ctx, &def, &own));
    const fixture g = {f->ctx, own, f->model};
    srnn_search_result mine = searched(&g, f->model, &o);
    assert_null(mine.settings);
    assert_same(&mine, &r);
    model = stored(f, "own.mat", &mine);
    assert_goes_on(&g, model, &o, 0);
    assert_goes_on(f, model, &o, 0);
    srnn_model_free(model);
    srnn_task_free(own);
    srnn_search_result_free(&mine);
    srnn_search_result_free(&r);
}

static int stop_after(void *user, const srnn_progress *progress)
{
    return progress->done >= *(const int64_t *)user;
}

/* Stopped in its first round, in a race, in a finer grid: it comes to the same end. */
static void interrupted(void **state)
{
    const fixture *f = *state;
    for (int k = 0; k < 3; k++) {
        srnn_search_options o = over(factors, N_FACTORS);
        o.racing = k == 1;
        o.refine = k == 2;
        srnn_search_result whole = searched(f, f->model, &o), part;
        srnn_ctx *one_thread = new_ctx(NULL, 1);
        int64_t trials = whole.trials_run - (k == 0 ? 100 : 30);
        srnn_ctx_set_progress(one_thread, stop_after, &trials);
        assert_int_equal(srnn_search(one_thread, f->model, f->task, &o, &part), SRNN_CANCELLED);
        srnn_ctx_free(one_thread);
        int64_t counted = 0;
        bool unequal = false;
        for (int i = 0; i < part.n; i++) {
            counted += part.trials[i];
            unequal |= part.trials[i] != part.n_trials;
        }
        assert_true(unequal == (k > 0) && part.n_trials > 0);
        assert_true(k == 2 ? part.n > N_FACTORS : part.n_trials < TRIALS);
        srnn_model *model = stored(f,
                                   k == 0   ? "part.mat"
                                   : k == 1 ? "race.mat"
                                            : "finer.mat",
                                   &part);
        srnn_search_result rest = searched(f, model, &o);
        assert_same(&rest, &whole);
        assert_int_equal(rest.trials_kept, counted);
        srnn_search_result_free(&whole);
        srnn_search_result_free(&part);
        srnn_search_result_free(&rest);
        srnn_model_free(model);
    }
}

/* Trials that do not fit the curve are left alone; the curve stays. */
static void damaged_record(void **state)
{
    const fixture *f = *state;
    const srnn_search_options o = over(factors, 2);
    srnn_search_result r = searched(f, f->model, &o);
    const char *path = at("damaged.mat");
    static const double wrong[3] = {1, 0, 1};
    const struct {
        const char *name;
        size_t rows, cols;
    } damages[] = {{"search_losses", 3, 1}, {"search_correct", 1, 2}, {"all_n_trials", 3, 1}};
    for (size_t k = 0; k < sizeof damages / sizeof *damages; k++) {
        assert_ok(f->ctx, srnn_model_save(f->ctx, f->model, path));
        assert_ok(f->ctx, srnn_model_save_search(f->ctx, path, &r));
        var_list list = read_list(path);
        drop(&list, damages[k].name);
        put(&list, new_doubles(damages[k].name, damages[k].rows, damages[k].cols, wrong));
        write_list(path, &list, MAT_FT_MAT5, MAT_COMPRESSION_NONE);
        list_free(&list);
        srnn_model *model;
        assert_ok(f->ctx, srnn_model_load(f->ctx, path, &model));
        assert_int_equal(srnn_model_get_search(model).n, 2);
        assert_goes_on(f, model, &o, k < 2 ? 0 : 2 * TRIALS);
        srnn_model_free(model);
    }
    srnn_search_result_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trial_values),   cmocka_unit_test(criteria),
        cmocka_unit_test(refined),        cmocka_unit_test(beyond_the_end),
        cmocka_unit_test(racing),         cmocka_unit_test(goes_on),
        cmocka_unit_test(another_search), cmocka_unit_test(interrupted),
        cmocka_unit_test(damaged_record)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
