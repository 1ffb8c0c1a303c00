/* Variables that are no network's: each is refused with a sentence that names the file and
   the variable, and the file stays as it is. And what may be missing. */
#define _XOPEN_SOURCE 700
#include "mat_refusals.h"

/* The same words whatever the level of the file; level 4 has not every kind of variable. */
static void assert_list_refused(srnn_ctx *ctx, const var_list *list, const char *words)
{
    for (int i = FIVE; i < N_LEVELS; i++) {
        const char *path = at(levels[i].name);
        write_list(path, list, levels[i].version, levels[i].compression);
        const file_bytes before = read_bytes(path);
        assert_refused(ctx, path, SRNN_ERR_FORMAT, words);
        assert_file_holds(path, before);
        free(before.data);
    }
}

/* ---- a network with everything that a file can tell: 2 steps, 2 evaluations ---- */

static const struct {
    const char *name;
    size_t rows, cols;
    double values[16];
} more_variables[] = {
    {"N", 1, 1, {4}},
    {"w0", 4, 4, {0, 9, 8, 7, 6, 0, 4, 3, 2, 1, 0, 9, 8, 7, 6, 0}},
    {"b_out", 1, 1, {0.5}},
    {"exc", 4, 1, {1, 0, 1, 1}},
    {"som_m", 4, 4, {1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
    {"som_N", 1, 1, {1}},
    {"taus_gaus0", 4, 1, {3, 4, 5, 6}},
    {"apply_dale", 1, 1, {1}},
    {"P_inh", 1, 1, {0.25}},
    {"P_rec", 1, 1, {0.5}},
    {"gain", 1, 1, {1.5}},
    {"DeltaT", 1, 1, {0.5}},
    {"seed", 1, 1, {7}},
    {"T", 1, 1, {200}},
    {"stim_on", 1, 1, {50}},
    {"stim_dur", 1, 1, {25}},
    {"delay", 1, 1, {10}},
    {"eval_amp_thresh", 1, 1, {0.7}},
    {"losses", 1, 4, {4, 3, 2, 1}},
    {"tr", 1, 1, {2}},
    {"reached", 1, 1, {1}},
    {"eval_perf_mean", 1, 1, {0.5}},
    {"eval_loss_mean", 1, 1, {8}},
    {"eval_tr", 1, 2, {1, 2}},
    {"eval_perf_curve", 1, 2, {0, 0.5}},
    {"eval_loss_curve", 1, 2, {9, 8}},
    {"eval_os", 2, 1, {1, 0}},
    {"eval_labels", 1, 2, {1, 0}},
    {"x0", 4, 2, {1}},
    {"r0", 4, 2, {2}},
    {"x", 4, 2, {3}},
    {"r", 4, 2, {4}},
    {"u", 1, 2, {5}},
    {"target", 1, 2, {6}},
    {"o", 1, 1, {7}},
    {"opt_scaling_factor", 1, 1, {30}},
    {"scaling_factors", 1, 2, {30, 35}},
    {"all_perfs", 2, 1, {1, 0.5}},
    {"search_n_trials", 1, 1, {100}},
};
enum { N_MORE = sizeof more_variables / sizeof *more_variables };

static var_list full_network(void)
{
    var_list list = least_network();
    for (size_t k = 0; k < N_MORE; k++)
        put(&list, new_doubles(more_variables[k].name, more_variables[k].rows,
                               more_variables[k].cols, more_variables[k].values));
    put(&list, new_text("activation", "softplus"));
    put(&list, new_text("w_dist", "gamma"));
    put(&list, new_text("task", "go-nogo"));
    return list;
}

static srnn_model *load_list(srnn_ctx *ctx, const var_list *list)
{
    srnn_model *model;
    write_list(at("list.mat"), list, MAT_FT_MAT5, MAT_COMPRESSION_NONE);
    assert_ok(ctx, srnn_model_load(ctx, at("list.mat"), &model));
    return model;
}

/* ---- variables ---- */

static void test_missing(void **state)
{
    (void)state;
    static const struct {
        const char *dropped[4], *words;
    } cases[] = {
        {{"w"}, " has no variable 'w'"},
        {{"w_in"}, " has no variable 'w_in'"},
        {{"w_out"}, " has no variable 'w_out'"},
        {{"taus"}, " has no variable 'taus'"},
        {{"taus_gaus"}, " has no variable 'taus_gaus'"},
        {{"m", "inh", "exc"},
         " has no variable 'm', 'inh' or 'exc'; expected one that tells the inhibitory units"},
    };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        var_list list = full_network();
        for (int i = 0; cases[k].dropped[i]; i++) drop(&list, cases[k].dropped[i]);
        assert_list_refused(ctx, &list, cases[k].words);
        list_free(&list);
    }
    srnn_ctx_free(ctx);
}

/* One number of the full network is another. */
static void test_values(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t index;
        double value;
        const char *words;
    } cases[] = {
        {"w", 6, NAN, ": w(3, 2) is nan; expected a finite number"},
        {"w", 0, INFINITY, ": w(1, 1) is inf; expected a finite number"},
        {"w", 15, -1e39 /* no float */, ": w(4, 4) is -inf; expected a finite number"},
        {"w0", 3, NAN, ": w0(4, 1) is nan; expected a finite number"},
        {"w0", 4, INFINITY, ": w0(1, 2) is inf; expected a finite number"},
        {"w_in", 1, NAN, ": w_in(2, 1) is nan; expected a finite number"},
        {"w_in", 3, -INFINITY, ": w_in(4, 1) is -inf; expected a finite number"},
        {"w_out", 2, NAN, ": w_out(1, 3) is nan; expected a finite number"},
        {"w_out", 0, INFINITY, ": w_out(1, 1) is inf; expected a finite number"},
        {"b_out", 0, NAN, ": b_out(1, 1) is nan; expected a finite number"},
        {"b_out", 0, INFINITY, ": b_out(1, 1) is inf; expected a finite number"},
        {"taus_gaus", 3, NAN, ": taus_gaus(4, 1) is nan; expected a finite number"},
        {"taus_gaus", 0, INFINITY, ": taus_gaus(1, 1) is inf; expected a finite number"},
        {"taus_gaus0", 0, NAN, ": taus_gaus0(1, 1) is nan; expected a finite number"},
        {"taus_gaus0", 1, INFINITY, ": taus_gaus0(2, 1) is inf; expected a finite number"},
        {"taus", 0, NAN, ": variable 'taus' is nan; expected decay times above 0 (rate steps)"},
        {"taus", 1, INFINITY,
         ": variable 'taus' is inf; expected decay times above 0 (rate steps)"},
        {"taus", 0, 0, ": variable 'taus' is 0; expected decay times above 0 (rate steps)"},
        {"taus", 1, -20, ": variable 'taus' is -20; expected decay times above 0 (rate steps)"},
        {"taus", 0, 25, ": variable 'taus' is 25 20; expected the smaller one first"},
        {"taus", 1, 4, ": variable 'taus' is 4 4; expected the smaller one first"},
        {"m", 0, NAN, ": variable 'm' is nan at (1, 1); expected a diagonal of 1 and -1"},
        {"m", 1, INFINITY, ": variable 'm' is inf at (2, 1); expected a diagonal of 1 and -1"},
        {"m", 14, 0.5, ": variable 'm' is 0.5 at (3, 4); expected a diagonal of 1 and -1"},
        {"m", 5, 0, ": variable 'm' is 0 at (2, 2); expected a diagonal of 1 and -1"},
        {"m", 5, -2, ": variable 'm' is -2 at (2, 2); expected a diagonal of 1 and -1"},
        {"m", 10, -1, ": variables 'm' and 'inh' disagree about unit 2"},
        {"m", 5, 1, ": variables 'm' and 'inh' disagree about unit 1"},
        {"inh", 0, 1, ": variables 'm' and 'inh' disagree about unit 0"},
        {"inh", 1, NAN, ": variable 'inh' is nan; expected 0 or 1 everywhere"},
        {"inh", 1, 2, ": variable 'inh' is 2; expected 0 or 1 everywhere"},
        {"inh", 3, INFINITY, ": variable 'inh' is inf; expected 0 or 1 everywhere"},
        {"exc", 1, 1, ": variables 'm' and 'exc' disagree about unit 1"},
        {"exc", 3, 0, ": variables 'm' and 'exc' disagree about unit 3"},
        {"exc", 0, NAN, ": variable 'exc' is nan; expected 0 or 1 everywhere"},
        {"som_m", 0, 2, ": variable 'som_m' is 2; expected 0 or 1 everywhere"},
        {"som_m", 15, NAN, ": variable 'som_m' is nan; expected 0 or 1 everywhere"},
        {"som_m", 5, -INFINITY, ": variable 'som_m' is -inf; expected 0 or 1 everywhere"},
        {"N", 0, 5, ": variable 'w' is 4 x 4; expected N x N with 'N' = 5"},
        {"N", 0, 0, ": variable 'N' is 0; expected a whole number, 1 or more"},
        {"N", 0, 4.5, ": variable 'N' is 4.5; expected a whole number, 1 or more"},
        {"N", 0, NAN, ": variable 'N' is nan; expected a whole number, 1 or more"},
        {"N", 0, 1e300, ": variable 'N' is 1e+300; expected a whole number, 1 or more"},
        {"som_N", 0, -1, ": variable 'som_N' is -1; expected a whole number, 0 or more"},
        {"som_N", 0, NAN, ": variable 'som_N' is nan; expected a whole number, 0 or more"},
        {"som_N", 0, 2, ": variable 'som_N' is 2; expected at most the 1 inhibitory units"},
        {"P_inh", 0, 1.5, ": variable 'P_inh' is 1.5; expected a probability, 0 to 1"},
        {"P_inh", 0, -0.25, ": variable 'P_inh' is -0.25; expected a probability, 0 to 1"},
        {"P_rec", 0, 20, ": variable 'P_rec' is 20; expected a probability, 0 to 1"},
        {"P_rec", 0, -1, ": variable 'P_rec' is -1; expected a probability, 0 to 1"},
        {"apply_dale", 0, NAN, ": variable 'apply_dale' is nan; expected 0 or 1"},
        {"apply_dale", 0, -1, ": variable 'apply_dale' is -1; expected 0 or 1"},
        {"DeltaT", 0, 0, ": variable 'DeltaT' is 0; expected a step above 0 (rate steps)"},
        {"DeltaT", 0, NAN, ": variable 'DeltaT' is nan; expected a step above 0 (rate steps)"},
        {"DeltaT", 0, INFINITY, ": variable 'DeltaT' is inf; expected a step above 0 (rate steps)"},
        {"apply_dale", 0, 0,
         ": variable 'apply_dale' is 0, but unit 1 is inhibitory; expected no inhibitory unit "
         "without Dale's principle"},
        {"gain", 0, 0, ": variable 'gain' is 0; expected a number above 0"},
        {"gain", 0, -1, ": variable 'gain' is -1; expected a number above 0"},
        {"gain", 0, INFINITY, ": variable 'gain' is inf; expected a number above 0"},
        {"eval_amp_thresh", 0, 0, ": variable 'eval_amp_thresh' is 0; expected a number above 0"},
        {"eval_amp_thresh", 0, -0.5,
         ": variable 'eval_amp_thresh' is -0.5; expected a number above 0"},
        {"eval_amp_thresh", 0, NAN,
         ": variable 'eval_amp_thresh' is nan; expected a number above 0"},
        {"seed", 0, 0.5, ": variable 'seed' is 0.5; expected a whole number, 0 to 2^53"},
        {"seed", 0, -1, ": variable 'seed' is -1; expected a whole number, 0 to 2^53"},
        {"seed", 0, NAN, ": variable 'seed' is nan; expected a whole number, 0 to 2^53"},
        {"seed", 0, 9007199254740994.0,
         ": variable 'seed' is 9.0072e+15; expected a whole number, 0 to 2^53"},
        {"T", 0, 0, ": variable 'T' is 0; expected a whole number, 1 or more"},
        {"stim_on", 0, -1, ": variable 'stim_on' is -1; expected a whole number, 0 or more"},
        {"stim_dur", 0, 0, ": variable 'stim_dur' is 0; expected a whole number, 1 or more"},
        {"delay", 0, 0.5, ": variable 'delay' is 0.5; expected a whole number, 0 or more"},
        {"search_n_trials", 0, 99.5,
         ": variable 'search_n_trials' is 99.5; expected a whole number, 0 or more"},
    };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        var_list list = full_network();
        ((double *)find(&list, cases[k].name)->data)[cases[k].index] = cases[k].value;
        assert_list_refused(ctx, &list, cases[k].words);
        list_free(&list);
    }
    srnn_ctx_free(ctx);
}

/* Without m the signs are inh's, without som_m the SOM units are som_N's. */
static void test_values_without_matrices(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = full_network();
    drop(&list, "m");
    ((double *)find(&list, "exc")->data)[1] = 1;
    assert_list_refused(ctx, &list, ": variables 'inh' and 'exc' disagree about unit 1");
    list_free(&list);
    list = full_network();
    drop(&list, "som_m");
    ((double *)find(&list, "som_N")->data)[0] = 2;
    assert_list_refused(ctx, &list,
                        ": variable 'som_N' is 2; expected at most the 1 inhibitory units");
    list_free(&list);
    srnn_ctx_free(ctx);
}

static void test_shapes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t dims[3];
        int rank;
        const char *words;
    } cases[] = {
        {"w", {4, 5}, 2, ": variable 'w' is 4 x 5; expected N x N, N 1 to 16000"},
        {"w", {1, 16}, 2, ": variable 'w' is 1 x 16; expected N x N, N 1 to 16000"},
        {"w", {0, 0}, 2, ": variable 'w' is 0 x 0; expected N x N, N 1 to 16000"},
        {"w", {4, 4, 2}, 3, ": variable 'w' is 4 x 4 x 2; expected N x N, N 1 to 16000"},
        {"w", {3, 3}, 2, ": variable 'w' is 3 x 3; expected N x N with 'N' = 4"},
        {"w_in", {3, 1}, 2, ": variable 'w_in' is 3 x 1; expected 4 (N) x channels, 1 to 100000"},
        {"w_in", {2, 4}, 2, ": variable 'w_in' is 2 x 4; expected 4 (N) x channels, 1 to 100000"},
        {"w_in", {4, 0}, 2, ": variable 'w_in' is 4 x 0; expected 4 (N) x channels, 1 to 100000"},
        {"w_in",
         {4, 1, 2},
         3,
         ": variable 'w_in' is 4 x 1 x 2; expected 4 (N) x channels, 1 to 100000"},
        {"w_out", {1, 3}, 2, ": variable 'w_out' is 1 x 3; expected outputs, 1 to 100000, x 4 (N)"},
        {"w_out", {4, 2}, 2, ": variable 'w_out' is 4 x 2; expected outputs, 1 to 100000, x 4 (N)"},
        {"w_out", {0, 4}, 2, ": variable 'w_out' is 0 x 4; expected outputs, 1 to 100000, x 4 (N)"},
        {"w_out",
         {1, 4, 3},
         3,
         ": variable 'w_out' is 1 x 4 x 3; expected outputs, 1 to 100000, x 4 (N)"},
        {"b_out", {1, 2}, 2, ": variable 'b_out' is 1 x 2; expected 1 x 1"},
        {"b_out", {0, 0}, 2, ": variable 'b_out' is 0 x 0; expected 1 x 1"},
        {"w0", {4, 3}, 2, ": variable 'w0' is 4 x 3; expected 4 x 4"},
        {"taus", {1, 3}, 2, ": variable 'taus' has 3 elements; expected 1 or 2"},
        {"taus", {2, 2}, 2, ": variable 'taus' has 4 elements; expected 1 or 2"},
        {"taus", {0, 0}, 2, ": variable 'taus' has 0 elements; expected 1 or 2"},
        {"taus_gaus", {3, 1}, 2, ": variable 'taus_gaus' is 3 x 1; expected 4 x 1"},
        {"taus_gaus", {2, 2}, 2, ": variable 'taus_gaus' is 2 x 2; expected 4 x 1"},
        {"taus_gaus", {4, 1, 2}, 3, ": variable 'taus_gaus' is 4 x 1 x 2; expected 4 x 1"},
        {"taus_gaus0", {1, 5}, 2, ": variable 'taus_gaus0' is 1 x 5; expected 4 x 1"},
        {"m", {4, 1}, 2, ": variable 'm' is 4 x 1; expected 4 x 4"},
        {"m", {5, 5}, 2, ": variable 'm' is 5 x 5; expected 4 x 4"},
        {"inh", {5, 1}, 2, ": variable 'inh' is 5 x 1; expected 4 x 1"},
        {"inh", {4, 4}, 2, ": variable 'inh' is 4 x 4; expected 4 x 1"},
        {"exc", {0, 1}, 2, ": variable 'exc' is 0 x 1; expected 4 x 1"},
        {"som_m", {3, 4}, 2, ": variable 'som_m' is 3 x 4; expected 4 x 4"},
        {"som_m", {4, 4, 2}, 3, ": variable 'som_m' is 4 x 4 x 2; expected 4 x 4"},
        {"N", {2, 1}, 2, ": variable 'N' is 2 x 1; expected 1 x 1"},
        {"som_N", {0, 0}, 2, ": variable 'som_N' is 0 x 0; expected 1 x 1"},
        {"apply_dale", {1, 4}, 2, ": variable 'apply_dale' is 1 x 4; expected 1 x 1"},
        {"DeltaT", {2, 2}, 2, ": variable 'DeltaT' is 2 x 2; expected 1 x 1"},
        {"seed", {1, 2}, 2, ": variable 'seed' is 1 x 2; expected 1 x 1"},
        {"T", {1, 2}, 2, ": variable 'T' is 1 x 2; expected 1 x 1"},
        {"tr", {1, 2}, 2, ": variable 'tr' is 1 x 2; expected 1 x 1"},
        {"reached", {0, 0}, 2, ": variable 'reached' is 0 x 0; expected 1 x 1"},
    };
    static double ones[32];
    for (size_t k = 0; k < 32; k++) ones[k] = 1;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        var_list list = full_network();
        put(&list, Mat_VarCreate(cases[k].name, MAT_C_DOUBLE, MAT_T_DOUBLE, cases[k].rank,
                                 (size_t *)(uintptr_t)cases[k].dims, ones, 0));
        assert_list_refused(ctx, &list, cases[k].words);
        list_free(&list);
    }
    srnn_ctx_free(ctx);
}

/* N is w's; where no variable N tells otherwise, the other arrays do. */
static void test_sizes_disagree(void **state)
{
    (void)state;
    static const double nine[9] = {1};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = least_network();
    put(&list, new_doubles("w", 3, 3, nine));
    assert_list_refused(ctx, &list,
                        ": variable 'w_in' is 4 x 1; expected 3 (N) x channels, 1 to 100000");
    put(&list, new_doubles("w_in", 3, 1, nine));
    assert_list_refused(ctx, &list,
                        ": variable 'w_out' is 1 x 4; expected outputs, 1 to 100000, x 3 (N)");
    list_free(&list);
    srnn_ctx_free(ctx);
}

/* ---- kinds of variables ---- */

static matvar_t *new_complex(const char *name)
{
    double re[] = {1}, im[] = {0}; /* without imaginary part, too */
    mat_complex_split_t z = {re, im};
    return new_array(name, MAT_C_DOUBLE, MAT_T_DOUBLE, 1, 1, &z, MAT_F_COMPLEX);
}

static matvar_t *new_text_variable(const char *name) { return new_text(name, "4"); }

static matvar_t *new_cell(const char *name)
{
    const double one = 1;
    matvar_t *parts[] = {new_doubles(NULL, 1, 1, &one)};
    return new_array(name, MAT_C_CELL, MAT_T_CELL, 1, 1, parts, 0);
}

static matvar_t *new_struct(const char *name)
{
    const double one = 1;
    const char *field = "value";
    matvar_t *v = Mat_VarCreateStruct(name, 2, (size_t[]){1, 1}, &field, 1);
    Mat_VarSetStructFieldByName(v, field, 0, new_doubles(field, 1, 1, &one));
    return v;
}

static void test_kinds(void **state)
{
    (void)state;
    static const struct {
        matvar_t *(*make)(const char *name);
        const char *words;
    } kinds[] = {{new_complex, "is complex; expected real numbers"},
                 {new_text_variable, "is not numeric"},
                 {new_cell, "is not numeric"},
                 {new_struct, "is not numeric"}};
    static const char *const names[] = {"w",
                                        "w0",
                                        "w_in",
                                        "w_out",
                                        "b_out",
                                        "taus",
                                        "taus_gaus",
                                        "taus_gaus0",
                                        "m",
                                        "inh",
                                        "exc",
                                        "som_m",
                                        "N",
                                        "som_N",
                                        "apply_dale",
                                        "P_rec",
                                        "DeltaT",
                                        "seed",
                                        "T",
                                        "eval_amp_thresh",
                                        "tr",
                                        "opt_scaling_factor",
                                        "search_n_trials"};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            var_list list = full_network();
            char words[128];
            snprintf(words, sizeof words, ": variable '%s' %s", names[i], kinds[k].words);
            put(&list, kinds[k].make(names[i]));
            assert_list_refused(ctx, &list, words);
            list_free(&list);
        }
    srnn_ctx_free(ctx);
}

static matvar_t *new_byte(const char *name)
{
    const uint8_t letter = 'a';
    return new_array(name, MAT_C_UINT8, MAT_T_UINT8, 1, 1, &letter, 0);
}

static void test_not_text(void **state)
{
    (void)state;
    static const char *const names[] = {"activation", "w_dist", "task"};
    matvar_t *(*const kinds[])(const char *name) = {new_byte, new_complex, new_cell, new_struct};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            var_list list = full_network();
            char words[128];
            snprintf(words, sizeof words, ": variable '%s' is not text", names[i]);
            put(&list, kinds[k](names[i]));
            assert_list_refused(ctx, &list, words);
            list_free(&list);
        }
    srnn_ctx_free(ctx);
}

static void test_w_dist(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = least_network();
    put(&list, new_text("w_dist", "cauchy"));
    assert_list_refused(ctx, &list, ": variable 'w_dist' is 'cauchy'; expected gaus or gamma");
    list_free(&list);
    srnn_ctx_free(ctx);
}

static void test_activation(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"sigmod", ": variable 'activation' is 'sigmod'; did you mean 'sigmoid'?"},
        {"Soft_plus", ": variable 'activation' is 'Soft_plus'; did you mean 'softplus'?"},
        {"clip_relu", ": variable 'activation' is 'clip_relu'; did you mean 'clipped_relu'?"},
        {"tanh", ": variable 'activation' is 'tanh'; expected sigmoid, clipped_relu or softplus"},
        {"", ": variable 'activation' is ''; expected sigmoid, clipped_relu or softplus"},
    };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        var_list list = least_network();
        put(&list, new_text("activation", cases[k][0]));
        assert_list_refused(ctx, &list, cases[k][1]);
        list_free(&list);
    }
    srnn_ctx_free(ctx);
}

/* A few bytes of a file may claim any shape. */
static void test_sparse_too_large(void **state)
{
    (void)state;
    mat_uint32_t row = 0, columns[] = {0, 1};
    double value = 1;
    mat_sparse_t sparse = {1, &row, 1, columns, 2, 1, &value};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = least_network();
    put(&list, new_array("w", MAT_C_SPARSE, MAT_T_DOUBLE, 2000000000, 1, &sparse, 0));
    assert_list_refused(ctx, &list, ": variable 'w' is sparse and 2000000000 x 1");
    list_free(&list);
    srnn_ctx_free(ctx);
}

/* ---- what may be missing, and what is left out ---- */

static void test_missing_is_listed(void **state)
{
    (void)state;
    static const char *const optional[] = {"m", "inh", "activation", "w_dist", "task"};
    enum { N_OPTIONAL = sizeof optional / sizeof *optional };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = full_network();
    srnn_model *model = load_list(ctx, &list);
    assert_string_equal(srnn_model_missing(model), "");
    srnn_model_free(model);
    list_free(&list);
    for (size_t k = 0; k < N_OPTIONAL + N_MORE; k++) {
        const char *name = k < N_OPTIONAL ? optional[k] : more_variables[k - N_OPTIONAL].name;
        list = full_network();
        drop(&list, name);
        model = load_list(ctx, &list);
        /* not every task has a delay */
        assert_string_equal(srnn_model_missing(model), strcmp(name, "delay") ? name : "");
        srnn_model_free(model);
        list_free(&list);
    }
    srnn_ctx_free(ctx);
}

static void test_defaults(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = least_network();
    const double one = 1;
    put(&list, new_doubles("som_N", 1, 1, &one));
    drop(&list, "m");
    srnn_model *model = load_list(ctx, &list);
    const srnn_model_view v = srnn_model_get_view(model);
    const srnn_model_params p = srnn_model_get_params(model);
    assert_true(v.b_out[0] == 0);
    assert_int_equal(p.activation, SRNN_SIGMOID);
    assert_true(p.apply_dale);
    assert_true(p.DeltaT == 1 && p.seed == 0);
    assert_true(isnan(p.P_inh) && isnan(p.P_rec) && isnan(p.gain));
    assert_memory_equal(model->w0, v.w, 16 * sizeof *v.w);
    assert_memory_equal(model->taus_gaus0, v.taus_gaus, 4 * sizeof *v.taus_gaus);
    static const uint8_t second[4] = {0, 1, 0, 0};
    assert_memory_equal(v.inh, second, 4);
    assert_memory_equal(v.som, second, 4);
    for (size_t k = 0; k < 16; k++) assert_int_equal(model->som_m[k], k != 1 * 4 + 1);
    assert_int_equal(model->training.tr, -1);
    assert_true(isnan(model->search.opt_scaling_factor));
    srnn_model_free(model);
    list_free(&list);
    srnn_ctx_free(ctx);
}

/* What is no scaling factor is none; a search can follow. */
static void test_no_scaling_factor(void **state)
{
    (void)state;
    static const struct {
        size_t rows;
        double values[2];
    } cases[] = {{0, {0}}, {1, {0}}, {1, {-30}}, {1, {NAN}}, {1, {INFINITY}}, {2, {30, 35}}};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        var_list list = full_network();
        drop(&list, "opt_scaling_factor");
        put(&list, new_doubles("opt_scaling_factor", cases[k].rows, 1, cases[k].values));
        srnn_model *model = load_list(ctx, &list);
        assert_true(isnan(srnn_model_get_search(model).opt_scaling_factor));
        srnn_model_free(model);
        list_free(&list);
    }
    srnn_ctx_free(ctx);
}

/* Without inhibitory units som_N had no meaning in the older tools. */
static void test_som_N_without_dale(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = least_network();
    const double som_N = 20, ones[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    drop(&list, "m");
    drop(&list, "inh");
    put(&list, new_doubles("exc", 4, 1, ones));
    put(&list, new_doubles("som_m", 4, 4, ones));
    put(&list, new_doubles("som_N", 1, 1, &som_N));
    srnn_model *model = load_list(ctx, &list);
    assert_int_equal(srnn_model_get_params(model).som_N, 0);
    srnn_model_free(model);
    list_free(&list);
    srnn_ctx_free(ctx);
}

/* Signs from exc alone; without inhibitory units no Dale's principle. */
static void test_signs_from_exc(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    static const double exc[2][4] = {{1, 0, 1, 1}, {1, 1, 1, 1}};
    for (size_t k = 0; k < 2; k++) {
        var_list list = least_network();
        drop(&list, "m");
        drop(&list, "inh");
        put(&list, new_doubles("exc", 4, 1, exc[k]));
        srnn_model *model = load_list(ctx, &list);
        for (size_t i = 0; i < 4; i++) assert_int_equal(model->inh[i], exc[k][i] == 0);
        assert_int_equal(model->params.apply_dale, k == 0);
        srnn_model_free(model);
        list_free(&list);
    }
    srnn_ctx_free(ctx);
}

/* A fixed decay needs no taus_gaus. */
static void test_one_tau(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const double tau = 10;
    var_list list = full_network();
    put(&list, new_doubles("taus", 1, 1, &tau));
    drop(&list, "taus_gaus");
    srnn_model *model = load_list(ctx, &list);
    assert_string_equal(srnn_model_missing(model), "taus_gaus");
    double tau_ms[4];
    srnn_model_tau_ms(model, tau_ms);
    for (size_t i = 0; i < 4; i++) assert_true(tau_ms[i] == 50);
    srnn_model_free(model);
    list_free(&list);
    srnn_ctx_free(ctx);
}

/* Records that make no sense do not keep a network from being used. */
static void test_records_without_sense(void **state)
{
    (void)state;
    static const double values[12] = {4, 3, 2, 1};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = full_network();
    put(&list, new_doubles("all_perfs", 3, 1, values));       /* for two scaling factors */
    put(&list, new_doubles("eval_perf_curve", 1, 3, values)); /* at two trials */
    put(&list, new_doubles("eval_os", 3, 1, values));         /* for two labels */
    put(&list, new_doubles("x", 3, 3, values));               /* for four units */
    put(&list, new_doubles("u", 3, 2, values));               /* for one channel */
    put(&list, new_text("losses", "many"));
    srnn_model *model = load_list(ctx, &list);
    const srnn__training *t = &model->training;
    assert_int_equal(model->search.n, 0);
    assert_true(model->search.opt_scaling_factor == 30);
    assert_int_equal(t->n_evals, 0);
    assert_true(!t->eval_os && t->eval_trials == 0);
    assert_null(t->x);
    assert_null(t->u);
    assert_null(t->losses);
    assert_int_equal(t->n_losses, 0);
    assert_string_equal(srnn_model_missing(model), "");
    srnn_model_free(model);
    list_free(&list);
    srnn_ctx_free(ctx);
}

static void test_trial_index_without_sense(void **state)
{
    (void)state;
    static const struct {
        double tr;
        int64_t expected, n_losses;
    } cases[] = {{-3, -1, 4}, {NAN, -1, 4}, {INFINITY, -1, 4}, {1e300, -1, 4},
                 {0, 0, 1},   {1.5, 1, 2},  {1000, 1000, 4}};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        var_list list = full_network();
        put(&list, new_doubles("tr", 1, 1, &cases[k].tr));
        srnn_model *model = load_list(ctx, &list);
        assert_int_equal(model->training.tr, cases[k].expected);
        assert_int_equal(model->training.n_losses, cases[k].n_losses);
        srnn_model_free(model);
        list_free(&list);
    }
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_values_without_matrices),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_sizes_disagree),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_not_text),
        cmocka_unit_test(test_w_dist),
        cmocka_unit_test(test_activation),
        cmocka_unit_test(test_sparse_too_large),
        cmocka_unit_test(test_missing_is_listed),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_no_scaling_factor),
        cmocka_unit_test(test_som_N_without_dale),
        cmocka_unit_test(test_signs_from_exc),
        cmocka_unit_test(test_one_tau),
        cmocka_unit_test(test_records_without_sense),
        cmocka_unit_test(test_trial_index_without_sense),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
