/* Golden vectors: variables of a .mat file by case and name. MATLAB's order is
   the library's, so the arrays need no transposing. */
#ifndef GOLDEN_H
#define GOLDEN_H

#include <math.h>
#include <matio.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cmocka.h wants the above first */
#include <setjmp.h>
#include <cmocka.h>

#include "spikernn/spikernn.h"

static mat_t *golden_file;

/* The golden file is the first argument, or the project's own copy. */
static inline int golden_open(int argc, char **argv, const char *own)
{
    golden_file = Mat_Open(argc > 1 ? argv[1] : own, MAT_ACC_RDONLY);
    if (!golden_file) fprintf(stderr, "%s cannot be read\n", argc > 1 ? argv[1] : own);
    return golden_file ? 0 : 1;
}

/* A variable as doubles; *count (may be NULL) elements. Fails the test if it is not there. */
static inline double *golden_array(const char *prefix, const char *name, size_t *count)
{
    char full[64];
    snprintf(full, sizeof full, "%s_%s", prefix, name);
    matvar_t *v = Mat_VarRead(golden_file, full);
    if (!v) fail_msg("the golden file has no variable %s", full);
    size_t n = 1;
    for (int d = 0; d < v->rank; d++) n *= v->dims[d];
    double *a = malloc((n ? n : 1) * sizeof *a);
    assert_non_null(a);
    if (v->class_type == MAT_C_DOUBLE) {
        if (n) memcpy(a, v->data, n * sizeof *a);
    } else if (v->class_type == MAT_C_SINGLE) {
        for (size_t k = 0; k < n; k++) a[k] = (double)((const float *)v->data)[k];
    } else {
        assert_int_equal(v->class_type, MAT_C_UINT8);
        for (size_t k = 0; k < n; k++) a[k] = ((const uint8_t *)v->data)[k];
    }
    Mat_VarFree(v);
    if (count) *count = n;
    return a;
}

static inline double golden_number(const char *prefix, const char *name)
{
    double *a = golden_array(prefix, name, NULL), x = a[0];
    free(a);
    return x;
}

static inline float *golden_floats(const char *prefix, const char *name)
{
    size_t n;
    double *a = golden_array(prefix, name, &n);
    float *f = malloc((n ? n : 1) * sizeof *f);
    assert_non_null(f);
    for (size_t k = 0; k < n; k++) {
        f[k] = (float)a[k];
        assert_true((double)f[k] == a[k]); /* the oracle's inputs are floats */
    }
    free(a);
    return f;
}

static inline uint8_t *golden_bytes(const char *prefix, const char *name)
{
    size_t n;
    double *a = golden_array(prefix, name, &n);
    uint8_t *b = malloc(n ? n : 1);
    assert_non_null(b);
    for (size_t k = 0; k < n; k++) b[k] = (uint8_t)a[k];
    free(a);
    return b;
}

/* The case's network; what the file does not say (b_out, the activation, ...) is in
   `settings`, whose arrays may be NULL. */
static inline srnn_model *golden_model(srnn_ctx *ctx, const char *prefix, srnn_model_view settings)
{
    size_t n_taus, n_w_in, n_w_out;
    srnn_model_view *v = &settings;
    v->N = (int)golden_number(prefix, "N");
    double *taus = golden_array(prefix, "taus", &n_taus);
    free(golden_array(prefix, "w_in", &n_w_in));
    free(golden_array(prefix, "w_out", &n_w_out));
    float *w = golden_floats(prefix, "w"), *w_in = golden_floats(prefix, "w_in");
    float *w_out = golden_floats(prefix, "w_out"), *taus_gaus = golden_floats(prefix, "taus_gaus");
    uint8_t *inh = golden_bytes(prefix, "inh"), *som_m = golden_bytes(prefix, "som_m");
    v->n_in = (int)n_w_in / v->N;
    v->n_out = (int)n_w_out / v->N;
    v->n_taus = (int)n_taus;
    v->taus[0] = taus[0];
    v->taus[1] = taus[n_taus - 1];
    v->w = w;
    v->w_in = w_in;
    v->w_out = w_out;
    v->taus_gaus = taus_gaus;
    v->inh = inh;
    v->som_m = som_m;
    srnn_model *model;
    if (srnn_model_from_view(ctx, v, &model)) fail_msg("%s: %s", prefix, srnn_ctx_message(ctx));
    free(taus);
    free(w);
    free(w_in);
    free(w_out);
    free(taus_gaus);
    free(inh);
    free(som_m);
    return model;
}

/* Largest |got - expected|, and of expected, over n elements. */
typedef struct golden_error {
    double largest, scale;
    size_t exceeding; /* elements above tolerance */
} golden_error;

static inline golden_error golden_compare(const double *got, const double *expected, size_t n,
                                          double tolerance)
{
    golden_error e = {0};
    for (size_t k = 0; k < n; k++) {
        const double d = fabs(got[k] - expected[k]);
        if (!(d <= tolerance)) e.exceeding++;
        e.largest = d > e.largest || isnan(d) ? d : e.largest;
        e.scale = fabs(expected[k]) > e.scale ? fabs(expected[k]) : e.scale;
    }
    return e;
}

/* Fails unless all n elements are within tolerance (relative: to the array's max). */
static inline void golden_check(const char *prefix, const char *name, const double *got,
                                double tolerance, int relative)
{
    size_t n;
    double *expected = golden_array(prefix, name, &n);
    double scale = 1;
    if (relative) scale = golden_compare(expected, expected, n, 1).scale;
    const golden_error e = golden_compare(got, expected, n, tolerance * scale);
    free(expected);
    if (e.exceeding)
        fail_msg("%s_%s: %zu of %zu elements off by more than %g%s, at most by %g", prefix, name,
                 e.exceeding, n, tolerance, relative ? " of the largest" : "", e.largest / scale);
}

#endif
