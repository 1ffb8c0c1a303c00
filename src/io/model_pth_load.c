/* From a .pth file to a model (docs/files.md): its values become the variables of a .mat
   file, which are checked in one place. The optimizer and the options of the training, which
   a .mat file has not, follow. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/archive.h"
#include "io/model_pth.h"
#include "io/pickle.h"
#include "spikernn/file.h"

const char *const srnn__adam_names[] = {"standard", "tensorflow", NULL};
const char *const srnn__loss_names[] = {"l2", "l1", NULL};
const char *const srnn__w_gradient_names[] = {"masked", "straight", "initial", NULL};

#define REAL(name, field)                                                                          \
    {                                                                                              \
        name, offsetof(srnn_train_options, field)                                                  \
    }
#define PENALTY(name) REAL(#name, penalties.name)
const srnn__real_option srnn__real_options[] = {REAL("lr", lr),
                                                REAL("grad_clip", grad_clip),
                                                REAL("beta1", beta1),
                                                REAL("beta2", beta2),
                                                REAL("epsilon", epsilon),
                                                REAL("noise", noise),
                                                REAL("loss_threshold", loss_threshold),
                                                REAL("perf_threshold", perf_threshold),
                                                PENALTY(L1_in),
                                                PENALTY(L1_rec),
                                                PENALTY(L1_out),
                                                PENALTY(L2_in),
                                                PENALTY(L2_rec),
                                                PENALTY(L2_out),
                                                PENALTY(L2_firing_rate),
                                                {NULL, 0}};

typedef struct pth {
    srnn_ctx *ctx;
    const char *path;
    srnn__archive archive;
    bool big_endian;                   /* its storages */
    char prefix[SRNN__KEY_PREFIX_MAX]; /* of all keys of model_state_dict */
    unsigned char *bytes;
    srnn__pickle pickle;
} pth;

/* ---- values by the way to them ---- */

/* "settings.taus" */
static const srnn__value *pth_find(const pth *f, const char *way)
{
    const srnn__value *v = f->pickle.root;
    const char *prefix = "";
    char name[128];
    while (v && *way) {
        const size_t n = strcspn(way, ".");
        snprintf(name, sizeof name, "%s%.*s", prefix, (int)n, way);
        v = srnn__pickle_get(v, name);
        prefix = strncmp(way, "model_state_dict.", n + 1) ? "" : f->prefix;
        way += n + (way[n] == '.');
    }
    return v && v->kind != SRNN__NONE ? v : NULL;
}

/* Where a variable of a .mat file stands: under its own name in one of the dicts, or under
   another. */
static const srnn__value *find_variable(const pth *f, const char *name)
{
    static const char *const dicts[] = {"model_state_dict.", "",        "settings.",
                                        "training_record.",  "search.", "operating_point.",
                                        "readout."};
    static const char *const others[][2] = {{"m", "model_state_dict.mask"},
                                            {"som_m", "model_state_dict.som_mask"},
                                            {"tr", "trial"},
                                            {"activation", "training_params.activation"},
                                            {"P_rec", "training_params.P_rec"}};
    for (size_t k = 0; k < sizeof dicts / sizeof *dicts; k++) {
        char way[96];
        snprintf(way, sizeof way, "%s%s", dicts[k], name);
        const srnn__value *v = pth_find(f, way);
        if (v) return v;
    }
    for (size_t k = 0; k < sizeof others / sizeof *others; k++)
        if (!strcmp(name, others[k][0])) return pth_find(f, others[k][1]);
    return NULL;
}

static srnn_status pth_refuse(const pth *f, const char *name, const char *what)
{
    return srnn__fail(f->ctx, SRNN_ERR_FORMAT, "%s: variable '%s' %s", f->path, name, what);
}

/* ---- numbers ---- */

/* A value's numbers as a matrix of at most three axes, in MATLAB's order. */
typedef struct pth_numbers {
    int rank;
    size_t dims[3];
    double *values;
} pth_numbers;

static srnn_status tensor_numbers(const pth *f, const char *name, const srnn__tensor *t,
                                  pth_numbers *out)
{
    const uint64_t size = srnn__tensor_size(t);
    unsigned char *stored = NULL;
    const void *bytes = t->bytes;
    size_t n = t->n_bytes;
    if (!t->element.kind) return pth_refuse(f, name, "is not numeric");
    if (t->rank > 3) return pth_refuse(f, name, "has more than 3 axes; expected fewer");
    if (t->stored) {
        char entry[40];
        snprintf(entry, sizeof entry, "data/%s", t->key);
        const srnn_status status = srnn__archive_read(&f->archive, entry, &stored, &n);
        if (status) return status;
        bytes = stored;
    }
    srnn__tensor ordered = *t;
    ordered.element.big_endian = t->stored ? f->big_endian : t->element.big_endian;
    bool good = size <= f->archive.length; /* an expanded tensor has few bytes and many elements */
    out->values = good ? malloc((size ? size : 1) * sizeof *out->values) : NULL;
    const bool memory = out->values || !good;
    good = out->values && srnn__tensor_doubles(&ordered, bytes, n, out->values);
    free(stored);
    if (!memory) return srnn__no_memory(f->ctx);
    if (!good) return pth_refuse(f, name, "is larger than its storage in the file");
    out->rank = t->rank < 2 ? 2 : t->rank;
    for (int d = 0; d < 3; d++) out->dims[d] = 1;
    for (int d = 0; d < t->rank; d++) out->dims[t->rank == 1 ? 1 : d] = (size_t)t->shape[d];
    return SRNN_OK;
}

/* A number without axes, of whatever kind. */
static bool plain_number(const srnn__value *v, double *value)
{
    if (v->kind == SRNN__INT || v->kind == SRNN__BOOL)
        *value = (double)v->whole;
    else if (v->kind == SRNN__FLOAT)
        *value = v->number;
    else
        return false;
    return true;
}

static srnn_status one_number(const pth *f, const char *name, const srnn__value *v, double *value)
{
    if (plain_number(v, value)) return SRNN_OK;
    if (v->kind != SRNN__ARRAY) return pth_refuse(f, name, "is not numeric");
    pth_numbers a = {0};
    srnn_status status = SRNN_OK;
    if (srnn__tensor_size(v->tensor) != 1)
        status = pth_refuse(f, name, "has several elements; expected one number");
    else
        status = tensor_numbers(f, name, v->tensor, &a);
    if (!status) *value = a.values[0];
    free(a.values);
    return status;
}

static srnn_status list_numbers(const pth *f, const char *name, const srnn__value *v,
                                pth_numbers *out)
{
    const size_t n = v->list.n;
    *out = (pth_numbers){2, {1, n, 1}, malloc((n ? n : 1) * sizeof *out->values)};
    srnn_status status = out->values ? SRNN_OK : srnn__no_memory(f->ctx);
    for (size_t k = 0; k < n && !status; k++)
        status = one_number(f, name, v->list.items[k], &out->values[k]);
    return status;
}

/* The caller frees out->values, after an error too. */
static srnn_status pth_to_numbers(const pth *f, const char *name, const srnn__value *v,
                                  pth_numbers *out)
{
    *out = (pth_numbers){0};
    if (v->kind == SRNN__LIST) return list_numbers(f, name, v, out);
    if (v->kind == SRNN__ARRAY) return tensor_numbers(f, name, v->tensor, out);
    *out = (pth_numbers){2, {1, 1, 1}, malloc(sizeof *out->values)};
    if (!out->values) return srnn__no_memory(f->ctx);
    return one_number(f, name, v, out->values);
}

/* ---- variables ---- */

static srnn_status pth_add_variable(const pth *f, const char *name, srnn__mat *mat)
{
    const srnn__value *v = find_variable(f, name);
    if (!v) return SRNN_OK;
    srnn__mat_var made = {.name = strdup(name)};
    pth_numbers a = {0};
    srnn_status status = made.name ? SRNN_OK : srnn__no_memory(f->ctx);
    if (!status && v->kind == SRNN__TEXT) {
        if (!srnn__mat_set_row(&made, v->text.bytes, v->text.n)) status = srnn__no_memory(f->ctx);
    } else if (!status) {
        status = pth_to_numbers(f, name, v, &a);
        made.rank = a.rank;
        memcpy(made.dims, a.dims, sizeof a.dims);
        made.values = a.values;
    }
    if (!status) status = srnn__mat_keep(mat, &made);
    srnn__mat_var_free(&made);
    return status;
}

/* The older port's files lack what it did not train; its .mat files have all. */
static srnn_status check_complete(const pth *f)
{
    const bool populations =
        find_variable(f, "m") || find_variable(f, "inh") || find_variable(f, "exc");
    const char *lacks = !find_variable(f, "w_in") ? "'w_in'"
                        : populations             ? NULL
                                                  : "'m', 'inh' or 'exc'";
    if (!lacks || !find_variable(f, "w")) return SRNN_OK; /* without w it is no network at all */
    return srnn__fail(f->ctx, SRNN_ERR_FORMAT,
                      "%s has no variable %s, which .pth files of the older port lack; expected a "
                      "complete file: the .mat file that was saved with this one",
                      f->path, lacks);
}

static srnn_status pth_load_model(const pth *f, srnn_model **out)
{
    srnn__mat mat = {.ctx = f->ctx, .path = f->path};
    srnn_status status = check_complete(f);
    for (size_t k = 0; srnn__model_variables[k] && !status; k++)
        status = pth_add_variable(f, srnn__model_variables[k], &mat);
    if (!status) return srnn__model_from_variables(&mat, out);
    srnn__mat_close(&mat);
    return status;
}

/* ---- the options of the training ---- */

static srnn_status load_choice(const pth *f, const char *way, const char *const *names, int *choice)
{
    const srnn__value *v = pth_find(f, way);
    if (!v) return SRNN_OK;
    for (int k = 0; names[k]; k++)
        if (srnn__pickle_is_text(v, names[k])) {
            *choice = k;
            return SRNN_OK;
        }
    char expected[64];
    snprintf(expected, sizeof expected, "is unknown; expected %s or %s", names[0], names[1]);
    return pth_refuse(f, way, expected);
}

static srnn_status load_number(const pth *f, const char *way, double *value)
{
    const srnn__value *v = pth_find(f, way);
    return v ? one_number(f, way, v, value) : SRNN_OK;
}

static srnn_status load_whole(const pth *f, const char *way, double least, double most,
                              int64_t *value)
{
    double number = (double)*value;
    const srnn_status status = load_number(f, way, &number);
    if (status) return status;
    if (!(number >= least && number <= most && number == floor(number)))
        return srnn__fail(f->ctx, SRNN_ERR_FORMAT,
                          "%s: variable '%s' is %g; expected a whole number, %g to %g", f->path,
                          way, number, least, most);
    *value = (int64_t)number;
    return SRNN_OK;
}

static srnn_status load_real_option(const pth *f, const srnn__real_option *option,
                                    srnn_train_options *o)
{
    char way[64];
    double value;
    snprintf(way, sizeof way, "training_params.%s", option->name);
    memcpy(&value, (char *)o + option->offset, sizeof value);
    const srnn_status status = load_number(f, way, &value);
    memcpy((char *)o + option->offset, &value, sizeof value);
    return status;
}

static srnn_status load_options(const pth *f, srnn_train_options *out)
{
    srnn_train_options o = srnn_train_options_default();
    int64_t seed = 0, eval_trials = o.eval_trials, batch = o.batch, learn = o.learn;
    int adam = o.adam, loss = o.loss, w_gradient = o.w_gradient;
    const double most = 9007199254740992.0; /* 2^53 */
    srnn_status status = load_whole(f, "training_params.seed", 0, most, &seed);
    for (const srnn__real_option *r = srnn__real_options; r->name && !status; r++)
        status = load_real_option(f, r, &o);
    if (!status) status = load_choice(f, "training_params.adam", srnn__adam_names, &adam);
    if (!status) status = load_choice(f, "training_params.loss_fn", srnn__loss_names, &loss);
    if (!status)
        status = load_choice(f, "training_params.w_gradient", srnn__w_gradient_names, &w_gradient);
    if (!status) status = load_whole(f, "training_params.n_trials", 1, 1e9, &o.n_trials);
    if (!status) status = load_whole(f, "training_params.batch", 1, 64, &batch);
    if (!status) status = load_whole(f, "training_params.learn", 1, SRNN_LEARN_ALL, &learn);
    if (!status) status = load_whole(f, "training_params.eval_freq", 1, most, &o.eval_freq);
    if (!status) status = load_whole(f, "training_params.eval_trials", 1, 1e6, &eval_trials);
    if (!status) status = load_whole(f, "training_params.min_trials", -most, most, &o.min_trials);
    o.seed = (uint64_t)seed;
    o.eval_trials = (int)eval_trials;
    o.batch = (int)batch;
    o.learn = (unsigned)learn;
    o.adam = (srnn_adam)adam;
    o.loss = (srnn_loss)loss;
    o.w_gradient = (srnn_w_gradient)w_gradient;
    if (!status) *out = o;
    return status;
}

/* ---- the optimizer ---- */

void srnn__parameter_shape(const srnn_model *model, srnn__parameter parameter, size_t *rows,
                           size_t *cols)
{
    const size_t N = (size_t)model->params.N, n_out = (size_t)model->params.n_out;
    *rows = parameter == SRNN__W_OUT || parameter == SRNN__B_OUT ? n_out : N;
    *cols = parameter == SRNN__W || parameter == SRNN__W_OUT ? N : 1;
    if (parameter == SRNN__W_IN) *cols = (size_t)model->params.n_in;
}

/* A required matrix of finite numbers. */
static srnn_status load_matrix(const pth *f, const char *way, size_t rows, size_t cols, float *to)
{
    const srnn__value *v = pth_find(f, way);
    if (!v) return srnn__fail(f->ctx, SRNN_ERR_FORMAT, "%s has no variable '%s'", f->path, way);
    pth_numbers a;
    srnn_status status = pth_to_numbers(f, way, v, &a);
    if (!status && (a.rank != 2 || a.dims[0] != rows || a.dims[1] != cols)) {
        char expected[96];
        snprintf(expected, sizeof expected, "has another shape; expected %zu x %zu", rows, cols);
        status = pth_refuse(f, way, expected);
    }
    for (size_t k = 0; !status && k < rows * cols; k++) {
        to[k] = (float)a.values[k];
        if (!isfinite(to[k])) status = pth_refuse(f, way, "has a NaN or infinity; expected none");
    }
    free(a.values);
    return status;
}

static srnn_status load_moment(const pth *f, const srnn_model *model, srnn__parameter k,
                               const char *moment, float *to)
{
    char way[64];
    size_t rows, cols;
    srnn__parameter_shape(model, k, &rows, &cols);
    snprintf(way, sizeof way, "optimizer_state_dict.state.%d.%s", (int)k, moment);
    return load_matrix(f, way, rows, cols, to);
}

static srnn_status load_optimizer(const pth *f, srnn_model *model)
{
    if (!pth_find(f, "optimizer_state_dict.state.0")) return SRNN_OK;
    int64_t step = 0;
    srnn_status status = load_whole(f, "optimizer_state_dict.state.0.step", 1, 1e9, &step);
    if (!status) status = srnn__optimizer_alloc(f->ctx, model);
    for (int k = 0; k < SRNN__N_PARAMETERS && !status; k++) {
        if (!model->optimizer.m[k]) continue;
        status = load_moment(f, model, (srnn__parameter)k, "exp_avg", model->optimizer.m[k]);
        if (!status)
            status = load_moment(f, model, (srnn__parameter)k, "exp_avg_sq", model->optimizer.v[k]);
        const size_t n = srnn__parameter_size(model, (srnn__parameter)k);
        for (size_t i = 0; i < n && !status; i++)
            if (model->optimizer.v[k][i] < 0)
                status = pth_refuse(f, "optimizer_state_dict.state",
                                    "has an exp_avg_sq below 0; expected squares");
    }
    model->optimizer.step = step;
    return status;
}

/* By how much rounding to the type of the variable's elements may change a weight. */
static float rounded_by(const pth *f, const char *way, float weight)
{
    const srnn__value *v = pth_find(f, way);
    if (!v || v->kind != SRNN__ARRAY || v->tensor->element.size != 2) return 0;
    const bool half = v->tensor->element.kind == 'f';
    return weight * (half ? 0x1p-11F : 0x1p-8F) + (half ? 0x1p-25F : 0);
}

/* The rectified weights are the network. The negative ones among those before the rectification
   take the places of its zeros, so that a training goes on from them. */
static srnn_status load_unrectified(const pth *f, srnn_model *model)
{
    static const char before[] = "w_unrectified", after[] = "model_state_dict.w";
    const size_t N = (size_t)model->params.N;
    if (!pth_find(f, before)) return SRNN_OK;
    float *w = malloc(N * N * sizeof *w);
    srnn_status status = w ? load_matrix(f, before, N, N, w) : srnn__no_memory(f->ctx);
    for (size_t k = 0; k < N * N && !status; k++) {
        const float weight = w[k] > 0 ? w[k] : 0;
        const float most = rounded_by(f, before, weight) + rounded_by(f, after, weight);
        if (fabsf(weight - model->w[k]) > most)
            status = pth_refuse(f, before, "is not 'w' where it is above 0");
        else if (!(w[k] > 0))
            model->w[k] = w[k];
    }
    free(w);
    return status;
}

/* What only our own files have in an order that is known. */
static srnn_status load_resume(const pth *f, srnn_model *model)
{
    const srnn__value *version = pth_find(f, "format_version");
    if (!version) return SRNN_OK;
    if (version->kind != SRNN__INT || version->whole != SRNN__PTH_VERSION)
        return pth_refuse(f, "format_version", "is of another version of this program; expected 1");
    srnn_status status = SRNN_OK;
    if (pth_find(f, "training_params")) status = load_options(f, &model->training.options);
    if (!status) status = load_optimizer(f, model);
    if (!status) status = load_unrectified(f, model);
    return status;
}

/* ---- the keys of the state ---- */

static bool all_begin_with(const srnn__value *dict, const char *prefix)
{
    const size_t length = strlen(prefix);
    for (size_t k = 0; k < dict->list.n; k += 2) {
        const srnn__value *key = dict->list.items[k];
        if (key->kind != SRNN__TEXT || key->text.n <= length ||
            memcmp(key->text.bytes, prefix, length))
            return false;
    }
    return dict->list.n > 0;
}

/* What torch's wrappers put before every key: DataParallel "module.", compile() "_orig_mod.". */
static void find_prefix(pth *f)
{
    static const char *const wrappers[] = {"module.", "_orig_mod."};
    const srnn__value *state = pth_find(f, "model_state_dict");
    if (!state || state->kind != SRNN__DICT) return;
    for (bool longer = true; longer;) {
        longer = false;
        for (size_t k = 0; k < sizeof wrappers / sizeof *wrappers; k++) {
            char more[sizeof f->prefix];
            const int n = snprintf(more, sizeof more, "%s%s", f->prefix, wrappers[k]);
            if (n >= (int)sizeof more || !all_begin_with(state, more)) continue;
            memcpy(f->prefix, more, (size_t)n + 1);
            longer = true;
        }
    }
}

/* ---- the file ---- */

static srnn_status read_byte_order(pth *f)
{
    if (!srnn__archive_has(&f->archive, "byteorder")) return SRNN_OK;
    unsigned char *text;
    size_t n;
    const srnn_status status = srnn__archive_read(&f->archive, "byteorder", &text, &n);
    f->big_endian = !status && n >= 3 && !memcmp(text, "big", 3);
    free(text);
    return status;
}

static srnn_status pth_load(pth *f, srnn_model **out)
{
    size_t n = 0;
    srnn_status status = read_byte_order(f);
    if (!status) status = srnn__archive_read(&f->archive, "data.pkl", &f->bytes, &n);
    if (!status) status = srnn__pickle_read(f->ctx, f->path, f->bytes, n, &f->pickle);
    if (!status && (f->pickle.root->kind != SRNN__DICT || !pth_find(f, "model_state_dict")))
        status = srnn__fail(f->ctx, SRNN_ERR_FORMAT, "%s has no dict 'model_state_dict'", f->path);
    if (!status) find_prefix(f);
    if (!status) status = pth_load_model(f, out);
    if (!status) memcpy((*out)->key_prefix, f->prefix, sizeof f->prefix);
    if (!status) status = load_resume(f, *out);
    return status;
}

srnn_status srnn__model_load_pth(srnn_ctx *ctx, const char *path, const unsigned char *bytes,
                                 size_t n, srnn_model **out)
{
    *out = NULL;
    pth f = {.ctx = ctx, .path = path};
    srnn_status status = srnn__archive_open(ctx, path, bytes, n, &f.archive);
    if (status) return status;
    status = pth_load(&f, out);
    if (status) {
        srnn_model_free(*out);
        *out = NULL;
    }
    srnn__pickle_free(&f.pickle);
    free(f.bytes);
    srnn__archive_close(&f.archive);
    return status;
}
