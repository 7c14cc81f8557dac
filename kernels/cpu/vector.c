#include "kernels/cpu/cpu.h"

#include <math.h>

SB_CPU_CLONES void sb_cpu_bias_add(int m, int n, double beta, const double *bias, double *Z)
{
    for (int i = 0; i < m; i++) {
        double *row = Z + (size_t)i * n;
#pragma omp simd
        for (int j = 0; j < n; j++) row[j] = fma(beta, bias[j], row[j]);
    }
}

SB_CPU_CLONES void sb_cpu_column_sums(int m, int n, double scale, const double *X, double *out)
{
    for (int j = 0; j < n; j++) out[j] = 0.0;
    for (int i = 0; i < m; i++) {
        const double *row = X + (size_t)i * n;
#pragma omp simd
        for (int j = 0; j < n; j++) out[j] += row[j];
    }
    for (int j = 0; j < n; j++) out[j] *= scale;
}

SB_CPU_CLONES void sb_cpu_multiply(size_t n, const double *x, const double *y, double *out)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) out[i] = x[i] * y[i];
}

SB_CPU_CLONES void sb_cpu_multiply_add(size_t n, const double *x, const double *y, double *out)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) out[i] = fma(x[i], y[i], out[i]);
}

SB_CPU_CLONES void sb_cpu_axpy(size_t n, double a, const double *x, double *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) y[i] = fma(a, x[i], y[i]);
}

/* Sixteen partial sums, then a tree: the order is the same whatever the width of the machine's vectors. */
SB_CPU_CLONES double sb_cpu_dot(size_t n, const double *x, const double *y)
{
    enum { LANES = 16 };
    double sum[LANES] = {0};
    const size_t whole = n - n % LANES;
    for (size_t i = 0; i < whole; i += LANES)
#pragma omp simd
        for (int l = 0; l < LANES; l++) sum[l] = fma(x[i + l], y[i + l], sum[l]);
    for (size_t i = whole; i < n; i++) sum[i - whole] = fma(x[i], y[i], sum[i - whole]);
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++) sum[l] += sum[l + half];
    return sum[0];
}
