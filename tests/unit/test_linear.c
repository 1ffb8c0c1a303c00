/* The linear algebra of the analyses: each result put back into the equation that it solves. */
#include "helpers.h"

#include "analysis/linear.h"
#include "core/cholesky.h"

enum { N = 37, M = 203, RIGHT = 3 };

static void fill(double *a, int n)
{
    srnn_rng rng = test_rng(31);
    for (int i = 0; i < n; i++) a[i] = srnn_rng_normal(&rng);
}

static void test_gram(void **state)
{
    (void)state;
    static double a[M * N], out[N * N], other[N * N];
    fill(a, M * N);
    srnn_ctx *ctx = new_ctx(NULL, 3);
    assert_true(srnn__gram(NULL, a, M, N, out));
    assert_true(srnn__gram(ctx, a, M, N, other));
    srnn_ctx_free(ctx);
    assert_memory_equal(out, other, sizeof out);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            long double sum = 0;
            for (int s = 0; s < M; s++)
                sum += (long double)a[s * N + i] * (long double)a[s * N + j];
            assert_near(out[i * N + j], (double)sum, 1e-12 * M);
        }
}

static void test_solve_positive(void **state)
{
    (void)state;
    static double a[M * N], gram[N * N], lost[N * N];
    double b[RIGHT * N], x[RIGHT * N];
    fill(a, M * N);
    fill(b, RIGHT * N);
    srnn__gram(NULL, a, M, N, gram);
    memcpy(lost, gram, sizeof gram);
    memcpy(x, b, sizeof b);
    assert_true(srnn__solve_positive(lost, x, N, RIGHT));
    for (int r = 0; r < RIGHT; r++)
        for (int i = 0; i < N; i++) {
            long double sum = 0;
            for (int j = 0; j < N; j++)
                sum += (long double)gram[i * N + j] * (long double)x[r * N + j];
            assert_near((double)sum, b[r * N + i], 1e-12);
        }
    double one = 4, right = 2;
    assert_true(srnn__solve_positive(&one, &right, 1, 1));
    assert_near(right, 0.5, 0);
    double saddle[4] = {1, 2, 2, 1}, two[2] = {1, 1};
    assert_false(srnn__solve_positive(saddle, two, 2, 1));
}

static void test_orthonormalise(void **state)
{
    (void)state;
    double basis[4 * N], v[N];
    fill(basis, 4 * N);
    for (int k = 0; k < 4; k++) assert_true(srnn__orthonormalise(basis, k, basis + k * N, N, 0.1));
    for (int i = 0; i < N; i++) v[i] = 3 * basis[i] - 5 * basis[2 * N + i] + 1e-4 * basis[i * 3];
    assert_true(srnn__orthonormalise(basis, 4, v, N, 1e-6));
    for (int k = 0; k < 4; k++) {
        assert_near(srnn__dot(basis + k * N, v, N), 0, 1e-15);
        for (int l = 0; l <= k; l++)
            assert_near(srnn__dot(basis + k * N, basis + l * N, N), k == l, 1e-15);
    }
    assert_near(srnn__dot(v, v, N), 1, 1e-15);
    for (int i = 0; i < N; i++) v[i] = 3 * basis[i] - 5 * basis[2 * N + i];
    assert_false(srnn__orthonormalise(basis, 4, v, N, 1e-6));
    memset(v, 0, sizeof v);
    assert_false(srnn__orthonormalise(basis, 0, v, N, 0));
}

static void test_signs(void **state)
{
    (void)state;
    double v[4] = {1, -3, 3, -2}, w[2] = {0.5, 0.5}; /* the first of equals decides */
    srnn__fix_sign(v, 4);
    assert_near(v[1], 3, 0);
    assert_near(v[2], -3, 0);
    srnn__fix_sign(w, 2);
    assert_near(w[0], 0.5, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gram),
        cmocka_unit_test(test_solve_positive),
        cmocka_unit_test(test_orthonormalise),
        cmocka_unit_test(test_signs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
