/* What the tests of .mat files share: a folder of their own, networks with every
   record, files made by matio alone. */
#ifndef MAT_HELPERS_H
#define MAT_HELPERS_H

#ifndef _XOPEN_SOURCE
#error "define _XOPEN_SOURCE 700 before the first header: mkdtemp, symlink, fork"
#endif

#include <matio.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "helpers.h"
#include "model/model_internal.h"

/* ---- a folder for the test's files, and files as bytes ---- */

static char test_folder[64];

static inline int make_test_folder(void **state)
{
    (void)state;
    strcpy(test_folder, "/tmp/test_mat_XXXXXX");
    return mkdtemp(test_folder) ? 0 : -1;
}

static inline int remove_test_folder(void **state)
{
    (void)state;
    char command[80];
    snprintf(command, sizeof command, "rm -rf '%s'", test_folder);
    return system(command);
}

/* The path of a file in the folder; good to the end of the program. */
static inline const char *at(const char *name)
{
    static char paths[128][96];
    char path[sizeof paths[0]];
    assert_true(snprintf(path, sizeof path, "%s/%s", test_folder, name) < (int)sizeof path);
    size_t k = 0;
    while (*paths[k] && strcmp(paths[k], path)) assert_true(++k < 128);
    return strcpy(paths[k], path);
}

typedef struct file_bytes {
    unsigned char *data;
    size_t n;
} file_bytes;

static inline file_bytes read_bytes(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) fail_msg("%s cannot be opened", path);
    file_bytes b = {0};
    fseek(file, 0, SEEK_END);
    b.n = (size_t)ftell(file);
    rewind(file);
    b.data = malloc(b.n + 1);
    assert_int_equal(fread(b.data, 1, b.n, file), b.n);
    fclose(file);
    return b;
}

static inline void write_bytes(const char *path, const void *data, size_t n)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static inline void assert_file_holds(const char *path, file_bytes expected)
{
    const file_bytes now = read_bytes(path);
    assert_int_equal(now.n, expected.n);
    assert_memory_equal(now.data, expected.data, now.n);
    free(now.data);
}

/* The call ends with this status; the sentence is the path, ": " and these words. */
#define assert_says_of(ctx, call, status, path, words)                                             \
    do {                                                                                           \
        char sentence_[1024];                                                                      \
        snprintf(sentence_, sizeof sentence_, "%s: %s", path, words);                              \
        assert_says(ctx, call, status, sentence_);                                                 \
    } while (0)

/* ---- networks ---- */

static inline float *random_floats(srnn_rng *rng, size_t n)
{
    float *a = malloc(n * sizeof *a);
    for (size_t k = 0; k < n; k++) a[k] = (float)srnn_rng_normal(rng);
    a[n / 2] = -0.0f;
    a[n - 1] = 1e-42f; /* below the normal floats */
    return a;
}

static inline double *random_doubles(srnn_rng *rng, size_t n)
{
    double *a = malloc(n * sizeof *a);
    for (size_t k = 0; k < n; k++) a[k] = srnn_rng_normal(rng);
    return a;
}

/* Everything that training leaves, without the training; T steps in the last trial. */
static inline void fill_training(srnn_model *m, int T)
{
    srnn_rng rng = test_rng(1);
    srnn__training *t = &m->training;
    const size_t N = (size_t)m->params.N, n_in = (size_t)m->params.n_in;
    const size_t n_out = (size_t)m->params.n_out, steps = (size_t)T;
    m->w[0] = -0.5f;
    m->w[N * N - 1] = -0.0f;
    m->taus_gaus[0] += 1;
    m->b_out[0] = 0.1f;
    t->tr = 8;
    t->n_losses = t->tr + 1;
    t->losses = random_doubles(&rng, (size_t)t->n_losses);
    t->reached = true;
    t->eval_perf_mean = 0.875;
    t->eval_loss_mean = 1.0 / 3;
    t->eval_two_sided_mean = 0.7;
    t->options.loss_threshold = 6.5;
    t->options.perf_threshold = 0.9;
    t->n_evals = 2;
    t->eval_tr = random_doubles(&rng, 2);
    t->eval_perf_curve = random_doubles(&rng, 2);
    t->eval_loss_curve = random_doubles(&rng, 2);
    t->eval_trials = 3;
    t->eval_T = T - 1;
    t->eval_os = random_doubles(&rng, n_out * (steps - 1) * 3);
    t->eval_labels = random_doubles(&rng, 3);
    t->T = T;
    t->x0 = random_floats(&rng, steps * N);
    t->r0 = random_floats(&rng, steps * N);
    t->x = random_floats(&rng, steps * N);
    t->r = random_floats(&rng, steps * N);
    t->u = random_floats(&rng, steps * n_in);
    t->target = random_floats(&rng, steps * n_out);
    t->o = random_floats(&rng, (steps - 1) * n_out);
    strcpy(m->task_name, "my-task");
    m->task_settings = (srnn_task_settings){.T = T,
                                            .stim_on = 0,
                                            .stim_dur = 2,
                                            .delay = 1,
                                            .eval_amp_thresh = 0.7,
                                            .offset = 0.25,
                                            .constant = 1,
                                            .two_sided = 1};
}

static inline void fill_search(srnn_model *m)
{
    srnn_rng rng = test_rng(2);
    m->search = (srnn__search){.n = 4,
                               .opt_scaling_factor = 35,
                               .scaling_factors = random_doubles(&rng, 4),
                               .all_perfs = random_doubles(&rng, 4),
                               .n_trials = 100};
}

/* ---- variables, by matio ---- */

static inline matvar_t *new_array(const char *name, enum matio_classes class_type,
                                  enum matio_types type, size_t rows, size_t cols, const void *data,
                                  int flags)
{
    size_t dims[] = {rows, cols};
    matvar_t *v = Mat_VarCreate(name, class_type, type, 2, dims, (void *)(uintptr_t)data, flags);
    assert_non_null(v);
    return v;
}

static inline matvar_t *new_doubles(const char *name, size_t rows, size_t cols,
                                    const double *values)
{
    return new_array(name, MAT_C_DOUBLE, MAT_T_DOUBLE, rows, cols, values, 0);
}

static inline matvar_t *new_text(const char *name, const char *text)
{
    return new_array(name, MAT_C_CHAR, MAT_T_UTF8, 1, strlen(text), text, 0);
}

enum { LIST_MAX = 80 };
typedef struct var_list {
    matvar_t *vars[LIST_MAX];
    size_t n;
    enum mat_ft version;
} var_list;

/* Takes v over; in the place of the variable of its name, where there is one. */
static inline void put(var_list *list, matvar_t *v)
{
    for (size_t k = 0; k < list->n; k++)
        if (!strcmp(list->vars[k]->name, v->name)) {
            Mat_VarFree(list->vars[k]);
            list->vars[k] = v;
            return;
        }
    assert_true(list->n < LIST_MAX);
    list->vars[list->n++] = v;
}

static inline void drop(var_list *list, const char *name)
{
    for (size_t k = 0; k < list->n; k++)
        if (!strcmp(list->vars[k]->name, name)) {
            Mat_VarFree(list->vars[k]);
            memmove(list->vars + k, list->vars + k + 1, (--list->n - k) * sizeof *list->vars);
            return;
        }
    fail_msg("there is no variable %s", name);
}

static inline void list_free(var_list *list)
{
    for (size_t k = 0; k < list->n; k++) Mat_VarFree(list->vars[k]);
    list->n = 0;
}

static inline matvar_t *find(const var_list *list, const char *name)
{
    for (size_t k = 0; k < list->n; k++)
        if (!strcmp(list->vars[k]->name, name)) return list->vars[k];
    return NULL;
}

/* All variables of a file, in its order. */
static inline var_list read_list(const char *path)
{
    var_list list = {.n = 0};
    mat_t *file = Mat_Open(path, MAT_ACC_RDONLY);
    if (!file) fail_msg("%s is no MAT file", path);
    list.version = Mat_GetVersion(file);
    matvar_t *v;
    while ((v = Mat_VarReadNext(file))) put(&list, v);
    Mat_Close(file);
    return list;
}

static inline void write_list(const char *path, const var_list *list, enum mat_ft version,
                              enum matio_compression compression)
{
    unlink(path);
    mat_t *file = Mat_CreateVer(path, NULL, version);
    assert_non_null(file);
    for (size_t k = 0; k < list->n; k++)
        if (Mat_VarWrite(file, list->vars[k], compression))
            fail_msg("matio does not write %s", list->vars[k]->name);
    assert_int_equal(Mat_Close(file), 0);
}

/* The least that is a network: N 4 with 1 inhibitory unit, 1 input, 1 output, two taus. */
static inline var_list least_network(void)
{
    static const double w[16] = {0, 1, 2, 3, 4, 0, 6, 7, 8, 9, 0, 11, 12, 13, 14, 0};
    static const double w_in[4] = {1, 2, 3, 4}, w_out[4] = {5, 6, 7, 8}, taus[2] = {4, 20};
    static const double taus_gaus[4] = {-1, 0, 1, 2}, inh[4] = {0, 1, 0, 0};
    static const double m[16] = {[0] = 1, [5] = -1, [10] = 1, [15] = 1};
    var_list list = {.n = 0};
    put(&list, new_doubles("w", 4, 4, w));
    put(&list, new_doubles("w_in", 4, 1, w_in));
    put(&list, new_doubles("w_out", 1, 4, w_out));
    put(&list, new_doubles("taus", 1, 2, taus));
    put(&list, new_doubles("taus_gaus", 4, 1, taus_gaus));
    put(&list, new_doubles("m", 4, 4, m));
    put(&list, new_doubles("inh", 4, 1, inh));
    return list;
}

#endif
