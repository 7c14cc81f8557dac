#include "kernels/cpu/cpu.h"

#include <math.h>
#include <string.h>

void sb_cpu_rows_gather(int m, int n, const double *table, const int *k, double *out, int ldo)
{
    for (int i = 0; i < m; i++) memcpy(out + (size_t)i * ldo, table + (size_t)(k ? k[i] : i) * n, (size_t)n * sizeof *out);
}

SB_CPU_CLONES void sb_cpu_rows_combine(int m, int n, const int *k, const double *c, const double *X, const double *a,
                                       const double *Y, double *out)
{
    for (int i = 0; i < m; i++) {
        const size_t row = (size_t)i * n;
        const double c_k = c[k[i]], a_k = Y ? a[k[i]] : 0.0;
        for (int j = 0; j < n; j++) out[row + j] = Y ? fma(a_k, Y[row + j], c_k * X[row + j]) : c_k * X[row + j];
    }
}

static size_t block_size(int d, int diagonal)
{
    return diagonal ? 2 * (size_t)d : (size_t)d * d + d;
}

SB_CPU_CLONES void sb_cpu_rows_affine(int m, int d, int diagonal, const double *theta, const int *k, const double *y, double *s)
{
    for (int i = 0; i < m; i++, y += d, s += d) {
        const double *A = theta + (size_t)k[i] * block_size(d, diagonal), *b = A + block_size(d, diagonal) - d;
        for (int r = 0; r < d; r++) {
            s[r] = b[r];
            if (diagonal) s[r] = fma(A[r], y[r], s[r]);
            else
                for (int c = 0; c < d; c++) s[r] = fma(A[(size_t)r * d + c], y[c], s[r]);
        }
    }
}

SB_CPU_CLONES void sb_cpu_rows_affine_gradient(int m, int d, int diagonal, size_t D, const int *k, const double *y,
                                               const double *ds, double *grad)
{
    memset(grad, 0, D * sizeof *grad);
    for (int i = 0; i < m; i++, y += d, ds += d) {
        double *A = grad + (size_t)k[i] * block_size(d, diagonal), *b = A + block_size(d, diagonal) - d;
        for (int r = 0; r < d; r++) {
            b[r] += ds[r];
            if (diagonal) A[r] = fma(ds[r], y[r], A[r]);
            else
                for (int c = 0; c < d; c++) A[(size_t)r * d + c] = fma(ds[r], y[c], A[(size_t)r * d + c]);
        }
    }
}

SB_CPU_CLONES void sb_cpu_residual(int m, int d, const double *s, const double *target, const double *weight, double *ds,
                                   double *squared)
{
    for (int i = 0; i < m; i++) {
        const size_t row = (size_t)i * d;
        const double w2 = 2.0 * weight[i];
        double sum = 0.0;
        for (int j = 0; j < d; j++) {
            const double e = target ? s[row + j] - target[row + j] : s[row + j];
            ds[row + j] = w2 * e;
            sum = fma(e, e, sum);
        }
        if (squared) squared[i] = sum;
    }
}
