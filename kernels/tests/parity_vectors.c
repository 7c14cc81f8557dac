/* Vectors and matrices without structure. */
#include "kernels/tests/parity.h"

#include <math.h>

static const size_t lengths[] = {0, 1, 2, 255, 256, 257, 1001};
enum { LENGTHS = sizeof lengths / sizeof *lengths };

static void products(parity *p)
{
    for (int l = 0; l < LENGTHS; l++) {
        const size_t n = lengths[l];
        reals x, y, out;
        PARITY_REALS(p, x, n);
        PARITY_REALS(p, y, n);
        PARITY_BLANK(p, out, n);
        p->cpu->multiply(p->cpu, n, x.c, y.c, out.c);
        p->gpu->multiply(p->gpu, n, x.g, y.g, out.g);
        PARITY_SAME(p, out);
        p->cpu->multiply_add(p->cpu, n, x.c, y.c, out.c);
        p->gpu->multiply_add(p->gpu, n, x.g, y.g, out.g);
        PARITY_SAME(p, out);
        p->cpu->axpy(p->cpu, n, -0.385, x.c, out.c);
        p->gpu->axpy(p->gpu, n, -0.385, x.g, out.g);
        PARITY_SAME(p, out);
        p->cpu->multiply(p->cpu, n, x.c, y.c, x.c); /* in place */
        p->gpu->multiply(p->gpu, n, x.g, y.g, x.g);
        PARITY_SAME(p, x);
        parity_release(p);
    }
}

static void dots(parity *p)
{
    static const size_t more[] = {0, 1, 15, 17, 256, 4095, 4097, 10007};
    for (int l = 0; l < 8; l++) {
        const size_t n = more[l];
        reals x, y;
        double size = 0;
        PARITY_REALS(p, x, n);
        PARITY_REALS(p, y, n);
        for (size_t i = 0; i < n; i++) size += fabs((double)x.c[i] * (double)y.c[i]);
        PARITY_NUMBER(p, p->cpu->dot(p->cpu, n, x.c, y.c), p->gpu->dot(p->gpu, n, x.g, y.g), parity_sums_double((double)n, size));
        PARITY_NUMBER(p, p->cpu->dot(p->cpu, n, x.c, x.c), p->gpu->dot(p->gpu, n, x.g, x.g),
                      parity_sums_double((double)n, p->cpu->dot(p->cpu, n, x.c, x.c)));
        parity_release(p);
    }
}

static void cosines(parity *p)
{
    static const int shapes[][3] = {{0, 3, 3}, {3, 0, 2}, {1, 1, 1}, {7, 37, 37}, {7, 37, 41}, {300, 5, 8}};
    for (int s = 0; s < 6; s++) {
        const int m = shapes[s][0], n = shapes[s][1], ldo = shapes[s][2];
        reals Z, out;
        PARITY_FILL(p, Z, (size_t)m * n, (real)parity_between(p, -1e3, 1e3));
        PARITY_BLANK(p, out, (size_t)m * ldo);
        p->cpu->cosine(p->cpu, m, n, 2.385, Z.c, out.c, ldo);
        p->gpu->cosine(p->gpu, m, n, 2.385, Z.g, out.g, ldo);
        PARITY_SAME(p, out); /* what lies between the rows stays */
        parity_release(p);
    }
}

/* One shape, as W triples (W = 0: by gemm). Strides go past the matrices; rows are longer than needed. */
static void one_gemm(parity *p, int W, int ta, int tb, int m, int n, int k, double alpha, double beta, int shared_b)
{
    const int lda = (ta ? m : k) + 3, ldb = (tb ? k : n) + 1, ldc = n + 2, count = W ? W : 1;
    const size_t a_size = (size_t)(ta ? k : m) * lda + 5, b_size = (size_t)(tb ? n : k) * ldb + 7, c_size = (size_t)m * ldc + 1;
    const size_t stride_b = shared_b ? 0 : b_size;
    reals A, B, C;
    PARITY_REALS(p, A, count * a_size);
    PARITY_REALS(p, B, count * b_size);
    if (beta != 0) PARITY_REALS(p, C, count * c_size);
    else PARITY_BLANK(p, C, count * c_size);
    double *bound = parity_host(p, C.n * sizeof *bound);
    for (size_t i = 0; i < C.n; i++) bound[i] = 0;
    for (int w = 0; w < count; w++)
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++) {
                const size_t at = w * c_size + (size_t)i * ldc + j;
                const real *a = A.c + w * a_size, *b = B.c + w * stride_b;
                double size = beta != 0 ? fabs(beta * (double)C.c[at]) : 0;
                for (int l = 0; l < k; l++)
                    size += fabs(alpha * (double)a[ta ? (size_t)l * lda + i : (size_t)i * lda + l] *
                                 (double)b[tb ? (size_t)j * ldb + l : (size_t)l * ldb + j]);
                bound[at] = parity_sums(k, size);
            }
    if (W == 0) {
        p->cpu->gemm(p->cpu, ta, tb, m, n, k, alpha, A.c, lda, B.c, ldb, beta, C.c, ldc);
        p->gpu->gemm(p->gpu, ta, tb, m, n, k, alpha, A.g, lda, B.g, ldb, beta, C.g, ldc);
    } else {
        p->cpu->gemm_batch(p->cpu, W, ta, tb, m, n, k, alpha, A.c, lda, a_size, B.c, ldb, stride_b, beta, C.c, ldc, c_size);
        p->gpu->gemm_batch(p->gpu, W, ta, tb, m, n, k, alpha, A.g, lda, a_size, B.g, ldb, stride_b, beta, C.g, ldc, c_size);
    }
    PARITY_NEAR(p, C, bound);
    parity_release(p);
}

static void gemms(parity *p)
{
    static const int shapes[][3] = {{1, 1, 1}, {3, 17, 5}, {37, 2, 65}, {16, 16, 16}, {0, 3, 4}, {3, 0, 4}, {3, 4, 0}};
    for (int s = 0; s < 7; s++)
        for (int t = 0; t < 4; t++)
            for (int keep = 0; keep < 2; keep++)
                one_gemm(p, 0, t & 1, t >> 1, shapes[s][0], shapes[s][1], shapes[s][2], 2.385, keep ? -0.7 : 0, 0);
}

static void gemm_batches(parity *p)
{
    static const int workers[] = {1, 2, 7, 0};
    for (int w = 0; w < 3; w++)
        for (int t = 0; t < 4; t++)
            for (int shared = 0; shared < 2; shared++) {
                one_gemm(p, workers[w], t & 1, t >> 1, 5, 18, 9, -0.61, shared ? 1 : 0, shared);
                one_gemm(p, workers[w], t & 1, t >> 1, 5, 3, 0, -0.61, shared ? 0.5 : 0, shared);
            }
}

const parity_case SB_REAL_NAME(parity_vectors)[5] = {
    {"multiply, multiply_add, axpy", products}, {"dot", dots}, {"cosine", cosines}, {"gemm", gemms}, {"gemm_batch", gemm_batches}};
