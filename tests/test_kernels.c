/* The operations on vectors, matrices and rows against plain loops, on odd sizes, with poisoned outputs; test_network.c has the
 * layers. Formulas of one element must give the bits that the same formula gives here, compiled for the oldest instruction set;
 * test_point.c has their accuracy. */
#include "harness.h"

#include "base/random.h"
#include "kernels/backend.h"
#include "kernels/blas.h"
#include "kernels/point/cosine.h"

#include <cblas.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 4096 };

static sb_stream stream_of(uint32_t round)
{
    return sb_stream_at(77, SB_DRAW_TEST, 0, 0, round, 0);
}

static void fill(sb_stream *stream, double *x, size_t n)
{
    sb_stream_normals(stream, n, x);
}

static void poison(double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) x[i] = NAN;
}

/* ---- gemm ---- */

static void naive_gemm(int trans_a, int trans_b, int m, int n, int k, double alpha, const double *A, int lda, const double *B,
                       int ldb, double beta, double *C, int ldc)
{
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            long double sum = 0.0L;
            for (int l = 0; l < k; l++)
                sum += (long double)A[trans_a ? l * lda + i : i * lda + l] * B[trans_b ? j * ldb + l : l * ldb + j];
            C[i * ldc + j] = (double)(alpha * sum + (beta != 0.0 ? beta * (long double)C[i * ldc + j] : 0.0L));
        }
}

static void test_gemm(void)
{
    static double A[ROOM], B[ROOM], C[ROOM], want[ROOM];
    const int size[][3] = {{1, 1, 1}, {7, 3, 5}, {5, 11, 13}, {17, 2, 31}, {2, 19, 1}, {33, 35, 37}, {3, 4, 0}, {0, 3, 2}};
    const sb_backend *op = sb_backend_cpu();
    sb_stream stream = stream_of(4);
    for (unsigned c = 0; c < sizeof size / sizeof *size * 8; c++) {
        const int m = size[c / 8][0], n = size[c / 8][1], k = size[c / 8][2], trans_a = c & 1, trans_b = c >> 1 & 1;
        const double beta = c & 4 ? -0.615 : 0.0;
        const int lda = (trans_a ? m : k) + 3, ldb = (trans_b ? k : n) + 2, ldc = n + 1;
        fill(&stream, A, ROOM);
        fill(&stream, B, ROOM);
        if (beta != 0.0) fill(&stream, C, ROOM);
        else poison(C, ROOM);
        memcpy(want, C, sizeof want);
        naive_gemm(trans_a, trans_b, m, n, k, 2.385, A, lda, B, ldb, beta, want, ldc);
        op->gemm(op, trans_a, trans_b, m, n, k, 2.385, A, lda, B, ldb, beta, C, ldc);
        int wrong = 0;
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++) wrong += !(fabs(C[i * ldc + j] - want[i * ldc + j]) < 1e-13);
        for (int i = 0; i < m; i++) wrong += memcmp(&C[i * ldc + n], &want[i * ldc + n], sizeof *C) != 0; /* between the rows */
        CHECK(wrong == 0);
    }
}

/* ---- cosine ---- */

static void test_cosine(void)
{
    static double Z[ROOM], out[ROOM];
    const sb_backend *op = sb_backend_cpu();
    sb_stream stream = stream_of(6);
    int wrong = 0;
    fill(&stream, Z, ROOM);
    poison(out, ROOM);
    op->cosine(op, 5, 21, 0.615, Z, out, 24);
    for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 21; j++)
            wrong += out[24 * i + j] != 0.615 * sb_point_cosine(Z[21 * i + j]) ||
                     !(fabs(out[24 * i + j] - 0.615 * cos(Z[21 * i + j])) < 1e-15);
        for (int j = 21; j < 24; j++) wrong += !isnan(out[24 * i + j]);
    }
    CHECK(wrong == 0);
}

/* ---- vectors ---- */

static void test_vectors(void)
{
    static double x[ROOM], y[ROOM], out[ROOM];
    const sb_backend *op = sb_backend_cpu();
    sb_stream stream = stream_of(7);
    for (size_t n = 0; n < 70; n += n < 20 ? 1 : 17) {
        int wrong = 0;
        fill(&stream, x, ROOM), fill(&stream, y, ROOM), poison(out, ROOM);
        op->multiply(op, n, x, y, out);
        for (size_t i = 0; i < n; i++) wrong += out[i] != x[i] * y[i];
        op->multiply_add(op, n, x, x, out);
        for (size_t i = 0; i < n; i++) wrong += out[i] != fma(x[i], x[i], x[i] * y[i]);
        op->axpy(op, n, -2.385, y, out);
        for (size_t i = 0; i < n; i++) wrong += out[i] != fma(-2.385, y[i], fma(x[i], x[i], x[i] * y[i]));
        wrong += !isnan(out[n]);
        memcpy(out, y, sizeof out);
        op->multiply(op, n, out, x, out); /* in place */
        for (size_t i = 0; i < n; i++) wrong += out[i] != y[i] * x[i];
        CHECK(wrong == 0);
    }
}

/* The documented order: sixteen partial sums and a tree. */
static double dot_in_order(size_t n, const double *x, const double *y)
{
    double sum[16] = {0};
    for (size_t i = 0; i < n; i++) sum[i % 16] = fma(x[i], y[i], sum[i % 16]);
    for (int half = 8; half > 0; half /= 2)
        for (int l = 0; l < half; l++) sum[l] += sum[l + half];
    return sum[0];
}

static void test_dot(void)
{
    static double x[ROOM], y[ROOM];
    const sb_backend *op = sb_backend_cpu();
    sb_stream stream = stream_of(8);
    fill(&stream, x, ROOM), fill(&stream, y, ROOM);
    for (size_t n = 0; n < ROOM; n = n * 2 + 1 + n % 3) {
        long double want = 0.0L;
        for (size_t i = 0; i < n; i++) want += (long double)x[i] * y[i];
        CHECK(fabs(op->dot(op, n, x, y) - (double)want) <= 1e-15 * (double)n);
        CHECK(op->dot(op, n, x, y) == dot_in_order(n, x, y));
    }
}

/* ---- rows ---- */

static void test_rows(void)
{
    static double table[ROOM], X[ROOM], Y[ROOM], out[ROOM];
    const int k[] = {3, 0, 6, 6, 1, 2}, m = 6, n = 5, times = 7;
    double c[7], a[7];
    const sb_backend *op = sb_backend_cpu();
    sb_stream stream = stream_of(10);
    int wrong = 0;
    fill(&stream, table, ROOM), fill(&stream, X, ROOM), fill(&stream, Y, ROOM), fill(&stream, c, times), fill(&stream, a, times);
    poison(out, ROOM);
    op->rows_gather(op, m, n, table, k, out, 8);
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) wrong += out[8 * i + j] != table[n * k[i] + j];
        wrong += !isnan(out[8 * i + n]);
    }
    op->rows_gather(op, m, n, table, NULL, out, n);
    wrong += memcmp(out, table, (size_t)(m * n) * sizeof *out) != 0;
    poison(out, ROOM);
    op->rows_combine(op, m, n, k, c, X, a, Y, out);
    for (int i = 0; i < m * n; i++) wrong += out[i] != fma(a[k[i / n]], Y[i], c[k[i / n]] * X[i]);
    memcpy(out, X, sizeof out);
    op->rows_combine(op, m, n, k, c, out, NULL, NULL, out);
    for (int i = 0; i < m * n; i++) wrong += out[i] != c[k[i / n]] * X[i];
    CHECK(wrong == 0);
}

static void test_affine_rows(void)
{
    static double theta[ROOM], y[ROOM], s[ROOM], ds[ROOM], grad[ROOM], kept[ROOM];
    const int k[] = {3, 0, 3, 2, 0}, m = 5, d = 3;
    const sb_crew c = {1, m, sb_lanes(m), 0};
    const sb_backend *op = sb_backend_cpu();
    sb_stream stream = stream_of(11);
    fill(&stream, theta, ROOM), fill(&stream, y, ROOM), fill(&stream, ds, ROOM);
    for (int diagonal = 0; diagonal < 2; diagonal++) {
        const int block = diagonal ? 2 * d : d * d + d, b_at = block - d, D = 4 * block;
        int wrong = 0;
        double inner = 0.0, outer = 0.0;
        poison(s, ROOM), poison(grad, ROOM);
        op->rows_affine(op, &c, d, diagonal, theta, k, y, s);
        for (int i = 0; i < m; i++)
            for (int r = 0; r < d; r++) {
                const double *A = theta + k[i] * block;
                double want = A[b_at + r];
                for (int j = 0; j < d; j++) want += diagonal ? (r == j ? A[r] * y[d * i + r] : 0.0) : A[d * r + j] * y[d * i + j];
                wrong += !(fabs(s[d * i + r] - want) < 1e-14);
                outer += ds[d * i + r] * s[d * i + r];
            }
        op->rows_affine_gradient(op, &c, d, diagonal, (size_t)D, k, y, ds, 0, grad);
        for (int i = 0; i < D; i++) inner += grad[i] * theta[i]; /* s is linear in theta: <ds, s> = <grad, theta> */
        CHECK_CLOSE(inner, outer, 1e-14);
        for (int i = 0; i < block; i++) wrong += grad[block + i] != 0.0; /* no sample has k = 1 */
        wrong += !isnan(grad[D]) || !isnan(s[m * d]);
        memcpy(kept, grad, sizeof kept);
        op->rows_affine_gradient(op, &c, d, diagonal, (size_t)D, k, y, ds, 1, kept); /* once more, on top */
        for (int i = 0; i < D; i++) wrong += !(fabs(kept[i] - 2.0 * grad[i]) < 1e-14);
        CHECK(wrong == 0);
    }
}

static void test_residual(void)
{
    static double s[ROOM], target[ROOM], weight[64], ds[ROOM], squared[64];
    const int m = 7, d = 5;
    const sb_backend *op = sb_backend_cpu();
    sb_stream stream = stream_of(12);
    fill(&stream, s, ROOM), fill(&stream, target, ROOM), fill(&stream, weight, 64);
    for (int with = 0; with < 2; with++) {
        int wrong = 0;
        poison(ds, ROOM), poison(squared, 64);
        op->residual(op, m, d, s, with ? target : NULL, weight, ds, squared);
        for (int i = 0; i < m; i++) {
            double sum = 0.0;
            for (int j = 0; j < d; j++) {
                const double e = s[d * i + j] - (with ? target[d * i + j] : 0.0);
                wrong += ds[d * i + j] != 2.0 * weight[i] * e;
                sum += e * e;
            }
            wrong += !(fabs(squared[i] - sum) < 1e-14 * sum);
        }
        op->residual(op, m, d, s, target, weight, ds, NULL);
        CHECK(wrong == 0 && isnan(squared[m]) && isnan(ds[m * d]));
    }
}

/* ---- BLAS ---- */

static void same_text(const char *got, const char *want)
{
    CHECK(got && !strcmp(got, want));
}

static void test_blas_core(void)
{
    CHECK(strlen(sb_blas_core()) > 0);
    openblas_set_num_threads(2);
    sb_backend_cpu();
    CHECK(openblas_get_num_threads() == 1);
    CHECK(sb_blas_core_better("SkylakeX", 1, 1) == NULL && sb_blas_core_better("Cooperlake", 1, 1) == NULL);
    same_text(sb_blas_core_better("Prescott", 1, 1), "SkylakeX");
    same_text(sb_blas_core_better("Haswell", 1, 1), "SkylakeX");
    same_text(sb_blas_core_better("Prescott", 0, 1), "Haswell");
    CHECK(sb_blas_core_better("Haswell", 0, 1) == NULL && sb_blas_core_better("Zen", 0, 1) == NULL);
    CHECK(sb_blas_core_better("Prescott", 0, 0) == NULL);

    unsetenv("OPENBLAS_CORETYPE");
    const char *wanted = sb_blas_core_wanted();
    CHECK(wanted == NULL || sb_blas_core_better(wanted, 1, 1) == NULL || sb_blas_core_better(wanted, 0, 1) == NULL);
    CHECK(wanted == NULL || strcmp(wanted, sb_blas_core()) != 0);
    setenv("OPENBLAS_CORETYPE", "Haswell", 1);
    CHECK(sb_blas_core_wanted() == NULL); /* the user's choice stands */
    unsetenv("OPENBLAS_CORETYPE");
}

int main(void)
{
    static const sb_test tests[] = {
        {"gemm against a plain loop", test_gemm},
        {"cosine", test_cosine},
        {"multiply, multiply_add, axpy", test_vectors},
        {"dot has a fixed order", test_dot},
        {"rows_gather and rows_combine", test_rows},
        {"rows_affine and its gradient", test_affine_rows},
        {"residual", test_residual},
        {"choice of the BLAS core", test_blas_core},
    };
    return sb_test_main("kernels", tests, sizeof tests / sizeof *tests);
}
