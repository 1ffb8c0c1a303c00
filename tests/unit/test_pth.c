/* .pth files: a network, its records, its optimizer and its options come back with the same
   bits, and what is damaged is refused. torch itself reads them in tests/cli/pth_torch.sh. */
#define _XOPEN_SOURCE 700
#include "mat_helpers.h"

#include "io/archive.h"
#include "io/model_pth.h"
#include "io/pickle.h"

#define assert_bits(a, b, n)                                                                       \
    do {                                                                                           \
        const void *a_ = (a), *b_ = (b);                                                           \
        assert_true(!a_ == !b_);                                                                   \
        if (a_) assert_memory_equal(a_, b_, (size_t)(n) * sizeof *(a));                            \
    } while (0)

/* ---- the same model ---- */

static const struct {
    int N, n_in, n_out, n_taus;
    bool apply_dale, trained;
} networks[] = {{7, 3, 2, 2, true, true}, {5, 1, 1, 1, false, true}, {4, 2, 1, 2, true, false}};
enum { N_NETWORKS = sizeof networks / sizeof *networks };

static void fill_optimizer(srnn_ctx *ctx, srnn_model *m)
{
    srnn_rng rng = test_rng(3);
    m->training.options = (srnn_train_options){.size = sizeof(srnn_train_options),
                                               .seed = SRNN_SEED_MAX,
                                               .n_trials = 12345,
                                               .batch = 1 + m->params.N % 3,
                                               .learn = SRNN_LEARN_ALL - m->params.N % 3,
                                               .grad_clip = m->params.N == 7 ? 0.7 : INFINITY,
                                               .lr = 1.0 / 3,
                                               .beta1 = 0.8,
                                               .beta2 = 0.9,
                                               .epsilon = 1e-7,
                                               .adam = SRNN_ADAM_TENSORFLOW,
                                               .loss = SRNN_L1,
                                               .noise = 0.05,
                                               .eval_freq = 50,
                                               .eval_trials = 3,
                                               .loss_threshold = 6.5,
                                               .perf_threshold = 0.75,
                                               .min_trials = -1,
                                               .w_gradient = SRNN_GRADIENT_STRAIGHT,
                                               .penalties = {1, 0.2, 3, 0.4, 5, 0.6, 7}};
    assert_ok(ctx, srnn__optimizer_alloc(ctx, m));
    m->optimizer.step = 9;
    for (int k = 0; k < SRNN__N_PARAMETERS; k++)
        for (size_t i = 0; i < srnn__parameter_size(m, (srnn__parameter)k); i++) {
            m->optimizer.m[k][i] = (float)srnn_rng_normal(&rng);
            m->optimizer.v[k][i] = (float)srnn_rng_uniform(&rng);
        }
}

static srnn_model *network(srnn_ctx *ctx, int i)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = networks[i].N;
    p.n_in = networks[i].n_in;
    p.n_out = networks[i].n_out;
    p.n_taus = networks[i].n_taus;
    p.apply_dale = networks[i].apply_dale;
    p.P_inh = 0.5;
    p.P_rec = 1.0 / 3;
    p.balanced = i % 2;
    p.taus_gaus_mean = 0.1 * i;
    p.seed = SRNN_SEED_MAX - (uint64_t)i;
    p.activation = SRNN_SOFTPLUS;
    p.w_dist = SRNN_W_GAMMA;
    srnn_model *m = new_model(ctx, &p);
    m->w_in0[0] += 1;
    if (i == 0) { /* all kinds of connections; no unit but those of `som` is SOM */
        uint8_t connectivity[7 * 7];
        for (int k = 0; k < 7 * 7; k++) connectivity[k] = (uint8_t)(k % 3);
        assert_ok(ctx, srnn_model_connect(ctx, m, connectivity, NULL));
    }
    if (!networks[i].trained) return m;
    fill_training(m, 6);
    fill_search(m);
    fill_optimizer(ctx, m);
    return m;
}

static void assert_same_network(const srnn_model *a, const srnn_model *b)
{
    const srnn_model_params *p = &a->params, *q = &b->params;
    const size_t N = (size_t)p->N, n_in = (size_t)p->n_in, n_out = (size_t)p->n_out;
    assert_true(p->N == q->N && p->n_in == q->n_in && p->n_out == q->n_out);
    assert_true(p->P_inh == q->P_inh && p->P_rec == q->P_rec && p->gain == q->gain);
    assert_true(p->som_N == q->som_N && p->w_dist == q->w_dist && p->seed == q->seed);
    assert_true(p->apply_dale == q->apply_dale && p->n_taus == q->n_taus);
    assert_true(p->DeltaT == q->DeltaT && p->activation == q->activation);
    assert_true(p->balanced == q->balanced && p->taus_gaus_mean == q->taus_gaus_mean);
    assert_bits(p->taus, q->taus, p->n_taus);
    assert_bits(a->w0, b->w0, N * N);
    assert_bits(a->w_in, b->w_in, n_in * N);
    assert_bits(a->w_in0, b->w_in0, n_in * N);
    assert_int_equal(a->w_fixed != NULL, b->w_fixed != NULL);
    if (a->w_fixed) assert_bits(a->w_fixed, b->w_fixed, N * N);
    assert_bits(a->w_out, b->w_out, n_out * N);
    assert_bits(a->b_out, b->b_out, n_out);
    assert_bits(a->taus_gaus, b->taus_gaus, N);
    assert_bits(a->taus_gaus0, b->taus_gaus0, N);
    assert_bits(a->inh, b->inh, N);
    assert_bits(a->som, b->som, N);
    assert_bits(a->som_m, b->som_m, N * N);
    assert_bits(a->w, b->w, N * N); /* negative ones, too: training goes on from them */
    assert_int_equal(b->n_rectified, 0);
}

static void assert_same_records(const srnn_model *a, const srnn_model *b)
{
    const srnn__training *t = &a->training, *s = &b->training;
    const size_t N = (size_t)a->params.N;
    assert_int_equal(t->tr, s->tr);
    assert_int_equal(t->n_losses, s->n_losses);
    assert_bits(t->losses, s->losses, t->n_losses);
    assert_int_equal(t->reached, s->reached);
    assert_int_equal(t->n_evals, s->n_evals);
    assert_bits(t->eval_tr, s->eval_tr, t->n_evals);
    assert_bits(t->eval_perf_curve, s->eval_perf_curve, t->n_evals);
    assert_bits(t->eval_loss_curve, s->eval_loss_curve, t->n_evals);
    assert_int_equal(t->eval_trials, s->eval_trials);
    assert_int_equal(t->eval_T, s->eval_T);
    assert_bits(t->eval_os, s->eval_os, a->params.n_out * t->eval_T * t->eval_trials);
    assert_bits(t->eval_labels, s->eval_labels, t->eval_trials);
    assert_int_equal(t->T, s->T);
    assert_bits(t->x0, s->x0, (size_t)t->T * N);
    assert_bits(t->r0, s->r0, (size_t)t->T * N);
    assert_null(s->x);
    assert_int_equal(a->search.n, b->search.n);
    assert_bits(a->search.scaling_factors, b->search.scaling_factors, a->search.n);
    assert_bits(a->search.all_perfs, b->search.all_perfs, a->search.n);
    assert_int_equal(a->search.n_trials, b->search.n_trials);
    assert_string_equal(a->task_name, b->task_name);
    for (int i = 0; srnn_task_setting_at(i); i++)
        assert_true(srnn_task_setting_get(&a->task_settings, i) ==
                    srnn_task_setting_get(&b->task_settings, i));
}

static void assert_same_optimizer(const srnn_model *a, const srnn_model *b)
{
    assert_int_equal(a->optimizer.step, b->optimizer.step);
    for (int k = 0; k < SRNN__N_PARAMETERS; k++) {
        const size_t n = srnn__parameter_size(a, (srnn__parameter)k);
        assert_bits(a->optimizer.m[k], b->optimizer.m[k], n);
        assert_bits(a->optimizer.v[k], b->optimizer.v[k], n);
    }
    const srnn_train_options *o = &a->training.options, *p = &b->training.options;
    assert_int_equal(o->n_trials, p->n_trials);
    if (o->n_trials == 0) return;
    assert_true(o->batch == p->batch && o->learn == p->learn && o->grad_clip == p->grad_clip);
    assert_true(o->seed == p->seed && o->lr == p->lr && o->beta1 == p->beta1);
    assert_true(o->beta2 == p->beta2 && o->epsilon == p->epsilon && o->adam == p->adam);
    assert_true(o->loss == p->loss && o->noise == p->noise && o->eval_freq == p->eval_freq);
    assert_true(o->eval_trials == p->eval_trials && o->loss_threshold == p->loss_threshold);
    assert_true(o->perf_threshold == p->perf_threshold && o->min_trials == p->min_trials);
    assert_true(o->w_gradient == p->w_gradient);
    assert_memory_equal(&o->penalties, &p->penalties, sizeof o->penalties);
}

static void test_round_trip(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int i = 0; i < N_NETWORKS; i++) {
        srnn_model *m = network(ctx, i), *back;
        assert_ok(ctx, srnn_model_save_pth(ctx, m, at("a.pth")));
        assert_ok(ctx, srnn_model_load(ctx, at("a.pth"), &back));
        assert_same_network(m, back);
        assert_same_records(m, back);
        assert_same_optimizer(m, back);
        if (networks[i].trained)
            assert_string_equal(srnn_model_missing(back), "x, r, u, target, o");
        /* once more: the same bytes, whatever the name and the time */
        const file_bytes first = read_bytes(at("a.pth"));
        assert_ok(ctx, srnn_model_save_pth(ctx, back, at("b.pth")));
        assert_file_holds(at("b.pth"), first);
        free(first.data);
        srnn_model_free(m);
        srnn_model_free(back);
    }
    srnn_ctx_free(ctx);
}

/* torch maps storages into memory. */
static void test_alignment(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *m = network(ctx, 0);
    assert_ok(ctx, srnn_model_save_pth(ctx, m, at("a.pth")));
    const file_bytes b = read_bytes(at("a.pth"));
    int entries = 0;
    for (size_t k = 0; k + 30 < b.n; k++)
        if (!memcmp(b.data + k, "PK\3\4", 4)) {
            const size_t name = b.data[k + 26], extra = b.data[k + 28];
            assert_int_equal((k + 30 + name + extra) % 64, 0);
            entries++;
        }
    assert_true(entries > 20);
    free(b.data);
    srnn_model_free(m);
    srnn_ctx_free(ctx);
}

/* ---- damage ---- */

static file_bytes small_file(srnn_ctx *ctx)
{
    srnn_model *m = network(ctx, 2);
    assert_ok(ctx, srnn_model_save_pth(ctx, m, at("whole.pth")));
    srnn_model_free(m);
    return read_bytes(at("whole.pth"));
}

static srnn_status load_bytes(srnn_ctx *ctx, const void *data, size_t n)
{
    const char *path = at("damaged.pth");
    write_bytes(path, data, n);
    srnn_model *model = (srnn_model *)test_folder; /* anything but NULL */
    const srnn_status status = srnn_model_load(ctx, path, &model);
    if (status) {
        assert_null(model);
        assert_memory_equal(srnn_ctx_message(ctx), path, strlen(path));
        assert_null(strchr(srnn_ctx_message(ctx), '\n'));
    }
    srnn_model_free(model);
    return status;
}

static void test_cuts(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const file_bytes b = small_file(ctx);
    for (size_t n = 0; n < b.n; n++) assert_int_equal(load_bytes(ctx, b.data, n), SRNN_ERR_FORMAT);
    assert_ok(ctx, load_bytes(ctx, b.data, b.n));
    free(b.data);
    srnn_ctx_free(ctx);
}

/* A turned bit is refused by a checksum, or is in what nobody reads. */
static void test_flips(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const file_bytes b = small_file(ctx);
    int refused = 0;
    for (size_t k = 0; k < b.n; k++) {
        b.data[k] ^= (unsigned char)(1 << k % 8);
        refused += load_bytes(ctx, b.data, b.n) != SRNN_OK;
        b.data[k] ^= (unsigned char)(1 << k % 8);
    }
    print_message("    %d of %zu refused\n", refused, b.n);
    assert_true(refused > (int)b.n / 3);
    free(b.data);
    srnn_ctx_free(ctx);
}

/* ---- values that cannot be ---- */

/* A key of the state, which a wrapper of torch has put something before. */
static void put_key(srnn__pickler *p, const char *prefix, const char *key)
{
    char text[64];
    snprintf(text, sizeof text, "%s%s", prefix, key);
    srnn__put_text(p, text);
}

static void put_square(srnn__pickler *p, const char *prefix, const char *key, size_t n,
                       float diagonal)
{
    float a[64] = {0};
    for (size_t k = 0; k < n; k++) a[k * n + k] = diagonal;
    put_key(p, prefix, key);
    srnn__put_tensor(p, 'f', 4, 2, (size_t[]){n, n}, a);
}

/* A network of two units whose one variable has been replaced by text, or left out; more: what else
   the file's dict has, NULL: nothing. */
static srnn__pickler pickle_with(const char *prefix, const char *text, const char *left_out,
                                 void (*more)(srnn__pickler *))
{
    static const char *const names[] = {"w", "mask", "w_in", "w_out", "taus_gaus"};
    static const float ones[4] = {1, 1, 1, 1};
    static const double taus[2] = {4, 20};
    srnn__pickler p;
    srnn__pickler_begin(&p);
    srnn__put_dict_begin(&p);
    srnn__put_text(&p, "model_state_dict");
    srnn__put_dict_begin(&p);
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        if (!strcmp(names[k], left_out)) continue;
        if (!strcmp(names[k], text)) {
            put_key(&p, prefix, text);
            srnn__put_text(&p, "words");
        } else if (k < 2) {
            put_square(&p, prefix, names[k], 2, 1);
        } else {
            put_key(&p, prefix, names[k]);
            srnn__put_tensor(&p, 'f', 4, 2, (size_t[]){k == 3 ? 1 : 2, k == 3 ? 2 : 1}, ones);
        }
    }
    srnn__put_dict_end(&p);
    srnn__put_text(&p, "settings");
    srnn__put_dict_begin(&p);
    srnn__put_text(&p, "taus");
    srnn__put_tensor(&p, 'f', 8, 1, (size_t[]){strcmp(left_out, "taus") ? 2 : 0}, taus);
    srnn__put_dict_end(&p);
    if (more) more(&p);
    srnn__put_dict_end(&p);
    srnn__pickler_end(&p);
    assert_true(p.complete);
    return p;
}

static srnn__pickler pickle_small(const char *prefix, const char *text, const char *left_out)
{
    return pickle_with(prefix, text, left_out, NULL);
}

static void write_entries(const char *path, const srnn__entry *entries, size_t n_entries)
{
    size_t n;
    unsigned char *bytes = srnn__archive_make(entries, n_entries, &n);
    assert_non_null(bytes);
    write_bytes(path, bytes, n);
    free(bytes);
}

static void write_pickle(const char *path, srnn__pickler *p)
{
    srnn__entry entries[8] = {{"data.pkl", p->bytes, p->n}};
    for (size_t k = 0; k < p->n_storages; k++) {
        entries[k + 1] = (srnn__entry){"", p->storages[k].bytes, p->storages[k].n};
        snprintf(entries[k + 1].name, sizeof entries->name, "data/%zu", k);
    }
    unlink(path);
    write_entries(path, entries, p->n_storages + 1);
    srnn__pickler_free(p);
}

static void write_small(const char *path, const char *text, const char *left_out)
{
    srnn__pickler p = pickle_small("", text, left_out);
    write_pickle(path, &p);
}

/* What torch's wrappers put before all keys is left out, and said; before some of them it stays. */
static void test_prefixes(void **state)
{
    (void)state;
    static const char *const prefixes[] = {"", "module.", "_orig_mod.", "module._orig_mod.",
                                           "_orig_mod.module."};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model;
    for (size_t k = 0; k < sizeof prefixes / sizeof *prefixes; k++) {
        srnn__pickler p = pickle_small(prefixes[k], "", "");
        write_pickle(at("wrapped.pth"), &p);
        assert_ok(ctx, srnn_model_load(ctx, at("wrapped.pth"), &model));
        assert_string_equal(srnn_model_key_prefix(model), prefixes[k]);
        assert_true(srnn_model_get_view(model).w[3] == 1);
        srnn_model_free(model);
    }
    srnn__pickler p = pickle_small("other.", "", "");
    write_pickle(at("wrapped.pth"), &p);
    assert_int_equal(srnn_model_load(ctx, at("wrapped.pth"), &model), SRNN_ERR_FORMAT);
    assert_non_null(strstr(srnn_ctx_message(ctx), "has no variable 'w'"));
    srnn_ctx_free(ctx);
}

/* The bytes of the pickle become others of the same length, where they stand first. */
static void change(srnn__pickler *p, const char *from, const char *to, size_t n)
{
    size_t at = 0;
    while (at + n <= p->n && memcmp(p->bytes + at, from, n)) at++;
    assert_true(at + n <= p->n);
    memcpy(p->bytes + at, to, n);
}

/* An expanded tensor repeats few numbers; how often is bounded by what the file holds. */
static void test_expanded(void **state)
{
    (void)state;
    static const char shape[] = "(J\2\0\0\0J\2\0\0\0t", stride[] = "(J\2\0\0\0J\1\0\0\0t";
    static const char wide[] = "(J\x80\x3e\0\0J\x80\x3e\0\0t"; /* 16000 x 16000 */
    static const char none[] = "(J\0\0\0\0J\0\0\0\0t";
    enum { N = sizeof shape - 1 };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model;
    for (int too_wide = 0; too_wide < 2; too_wide++) {
        srnn__pickler p = pickle_small("", "", ""); /* w comes first */
        change(&p, stride, none, N);
        p.storages[0].n = sizeof(float);
        if (too_wide) change(&p, shape, wide, N);
        write_pickle(at("expanded.pth"), &p);
        const srnn_status status = srnn_model_load(ctx, at("expanded.pth"), &model);
        if (too_wide) {
            assert_int_equal(status, SRNN_ERR_FORMAT);
            assert_non_null(strstr(srnn_ctx_message(ctx), "'w' is larger than its storage"));
            continue;
        }
        assert_ok(ctx, status);
        for (int k = 0; k < 4; k++) assert_true(srnn_model_get_view(model).w[k] == 1);
        srnn_model_free(model);
    }
    srnn_ctx_free(ctx);
}

static void test_variables(void **state)
{
    (void)state;
    static const struct {
        const char *text, *left_out, *words;
    } cases[] = {
        {"", "w", " has no variable 'w'"},
        {"", "w_in",
         " has no variable 'w_in', which .pth files of the older port lack; expected a complete "
         "file: the .mat file that was saved with this one"},
        {"", "taus_gaus", " has no variable 'taus_gaus'"},
        {"", "mask",
         " has no variable 'm', 'inh' or 'exc', which .pth files of the older port lack; expected "
         "a complete file: the .mat file that was saved with this one"},
        {"", "taus", ": variable 'taus' has 0 elements; expected 1 or 2"},
        {"w", "", ": variable 'w' is not numeric"},
        {"w_out", "", ": variable 'w_out' is not numeric"},
    };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("small.pth");
    srnn_model *model;
    write_small(path, "", "");
    assert_ok(ctx, srnn_model_load(ctx, path, &model));
    srnn_model_free(model);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        write_small(path, cases[k].text, cases[k].left_out);
        char sentence[256];
        snprintf(sentence, sizeof sentence, "%s%s", path, cases[k].words);
        assert_says(ctx, srnn_model_load(ctx, path, &model), SRNN_ERR_FORMAT, sentence);
    }
    srnn_ctx_free(ctx);
}

/* Of our own files the optimizer and the options count. */
static void test_resume_refused(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    static const char *const words[] = {
        ": variable 'optimizer_state_dict.state' has an exp_avg_sq below 0; expected squares",
        ": variable 'optimizer_state_dict.state.0.exp_avg' has a NaN or infinity; expected none",
        ": variable 'training_params.eval_freq' is 0; expected a whole number, 1 to 9.0072e+15",
        ": variable 'training_params.n_trials' is -1; expected a whole number, 1 to 1e+09",
    };
    for (int k = 0; k < 4; k++) {
        srnn_model *m = network(ctx, 0), *back;
        if (k == 0) m->optimizer.v[SRNN__W_OUT][1] = -1;
        if (k == 1) m->optimizer.m[SRNN__W][2] = NAN;
        if (k == 2) m->training.options.eval_freq = 0;
        if (k == 3) m->training.options.n_trials = -1;
        assert_ok(ctx, srnn_model_save_pth(ctx, m, at("a.pth")));
        assert_says_of(ctx, srnn_model_load(ctx, at("a.pth"), &back), SRNN_ERR_FORMAT, at("a.pth"),
                       words[k] + 2);
        srnn_model_free(m);
    }
    srnn_ctx_free(ctx);
}

static void another_version(srnn__pickler *p)
{
    srnn__put_text(p, "format_version");
    srnn__put_int(p, SRNN__PTH_VERSION + 1);
}

static void other_weights(srnn__pickler *p)
{
    srnn__put_text(p, "format_version");
    srnn__put_int(p, SRNN__PTH_VERSION);
    put_square(p, "", "w_unrectified", 2, 2);
}

static void half_a_trial(srnn__pickler *p)
{
    const double batch = 1.5;
    srnn__put_text(p, "format_version");
    srnn__put_int(p, SRNN__PTH_VERSION);
    srnn__put_text(p, "training_params");
    srnn__put_dict_begin(p);
    srnn__put_text(p, "batch");
    srnn__put_tensor(p, 'f', 8, 0, NULL, &batch);
    srnn__put_dict_end(p);
}

/* What says that it is ours, and is not as we write it. */
static void test_not_ours(void **state)
{
    (void)state;
    static const struct {
        void (*more)(srnn__pickler *);
        const char *words;
    } cases[] = {{another_version,
                  "variable 'format_version' is of another version of this program; expected 1"},
                 {other_weights, "variable 'w_unrectified' is not 'w' where it is above 0"},
                 {half_a_trial,
                  "variable 'training_params.batch' is 1.5; expected a whole number, 1 to 64"}};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        srnn__pickler p = pickle_with("", "", "", cases[k].more);
        srnn_model *model;
        write_pickle(at("ours.pth"), &p);
        assert_says_of(ctx, srnn_model_load(ctx, at("ours.pth"), &model), SRNN_ERR_FORMAT,
                       at("ours.pth"), cases[k].words);
    }
    srnn_ctx_free(ctx);
}

/* torch on a big-endian machine says so, and stores its numbers in that order. */
static void test_big_endian(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn__pickler p = pickle_small("", "", "");
    unsigned char numbers[8][16];
    srnn__entry entries[9] = {{"data.pkl", p.bytes, p.n}, {"byteorder", "big", 3}};
    for (size_t k = 0; k < p.n_storages; k++) {
        const unsigned char *little = p.storages[k].bytes;
        const size_t width = k + 1 < p.n_storages ? 4 : 8; /* taus come last */
        for (size_t i = 0; i < p.storages[k].n; i++)
            numbers[k][i] = little[i / width * width + width - 1 - i % width];
        entries[k + 2] = (srnn__entry){"", numbers[k], p.storages[k].n};
        snprintf(entries[k + 2].name, sizeof entries->name, "data/%zu", k);
    }
    write_entries(at("big.pth"), entries, p.n_storages + 2);
    srnn__pickler_free(&p);
    srnn_model *model;
    assert_ok(ctx, srnn_model_load(ctx, at("big.pth"), &model));
    const srnn_model_view v = srnn_model_get_view(model);
    assert_true(v.w[0] == 1 && v.w[1] == 0 && v.w_in[0] == 1 && v.taus[0] == 4 && v.taus[1] == 20);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

static void test_no_place(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *m = network(ctx, 2);
    assert_int_equal(mkdir(at("folder.pth"), 0777), 0);
    assert_int_equal(srnn_model_save_pth(ctx, m, at("folder.pth")), SRNN_ERR_FILE);
    assert_int_equal(srnn_model_save_pth(ctx, m, at("none/a.pth")), SRNN_ERR_FILE);
    srnn_model_free(m);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_alignment),
        cmocka_unit_test(test_cuts),       cmocka_unit_test(test_flips),
        cmocka_unit_test(test_variables),  cmocka_unit_test(test_resume_refused),
        cmocka_unit_test(test_no_place),   cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_expanded),   cmocka_unit_test(test_not_ours),
        cmocka_unit_test(test_big_endian),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
