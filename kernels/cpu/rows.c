#include "kernels/cpu/cpu.h"
#include "kernels/point/affine.h"

#include <string.h>

void CPU(rows_gather)(const sb_backend *op, int m, int n, const real *table, const int *k, real *out, int ldo)
{
    (void)op;
    for (int i = 0; i < m; i++) memcpy(out + (size_t)i * ldo, table + (size_t)(k ? k[i] : i) * n, (size_t)n * sizeof *out);
}

SB_CPU_CLONES void CPU(rows_combine)(const sb_backend *op, int m, int n, const int *k, const real *c, const real *X, const real *a,
                                     const real *Y, real *out)
{
    (void)op;
    for (int i = 0; i < m; i++) {
        const size_t row = (size_t)i * n;
        const real c_k = c[k[i]], a_k = Y ? a[k[i]] : 0;
#pragma omp simd
        for (int j = 0; j < n; j++) out[row + j] = Y ? sb_fma(a_k, Y[row + j], c_k * X[row + j]) : c_k * X[row + j];
    }
}

static size_t block_size(int d, int diagonal)
{
    return diagonal ? 2 * (size_t)d : (size_t)d * d + d;
}

SB_CPU_CLONES void CPU(rows_affine)(const sb_backend *op, const sb_crew *c, int d, int diagonal, const real *theta, const int *k,
                                    const real *y, real *s)
{
    (void)op;
    for (int i = 0; i < c->B; i++, y += d, s += d) {
        const real *A = theta + (size_t)k[i] * block_size(d, diagonal), *b = A + block_size(d, diagonal) - d;
        if (diagonal)
#pragma omp simd
            for (int r = 0; r < d; r++) s[r] = sb_fma(A[r], y[r], b[r]);
        else sb_point_affine(d, A, y, b, s);
    }
}

SB_CPU_CLONES void CPU(rows_affine_gradient)(const sb_backend *op, const sb_crew *c, int d, int diagonal, size_t D, const int *k,
                                             const real *y, const real *ds, int keep, real *grad)
{
    (void)op;
    if (!keep) memset(grad, 0, D * sizeof *grad);
    for (int i = 0; i < c->B; i++, y += d, ds += d) {
        real *A = grad + (size_t)k[i] * block_size(d, diagonal), *b = A + block_size(d, diagonal) - d;
#pragma omp simd
        for (int r = 0; r < d; r++) b[r] += ds[r];
        if (diagonal)
#pragma omp simd
            for (int r = 0; r < d; r++) A[r] = sb_fma(ds[r], y[r], A[r]);
        else
            for (int r = 0; r < d; r++)
#pragma omp simd
                for (int j = 0; j < d; j++) A[(size_t)r * d + j] = sb_fma(ds[r], y[j], A[(size_t)r * d + j]);
    }
}
