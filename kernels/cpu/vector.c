#include "kernels/cpu/cpu.h"
#include "kernels/point/cosine.h"

SB_CPU_CLONES void CPU(multiply)(const sb_backend *op, size_t n, const real *x, const real *y, real *out)
{
    (void)op;
#pragma omp simd
    for (size_t i = 0; i < n; i++) out[i] = x[i] * y[i];
}

SB_CPU_CLONES void CPU(multiply_add)(const sb_backend *op, size_t n, const real *x, const real *y, real *out)
{
    (void)op;
#pragma omp simd
    for (size_t i = 0; i < n; i++) out[i] = sb_fma(x[i], y[i], out[i]);
}

SB_CPU_CLONES void CPU(axpy)(const sb_backend *op, size_t n, double a, const real *x, real *y)
{
    const real factor = (real)a;
    (void)op;
#pragma omp simd
    for (size_t i = 0; i < n; i++) y[i] = sb_fma(factor, x[i], y[i]);
}

SB_CPU_CLONES double CPU(dot)(const sb_backend *op, size_t n, const real *x, const real *y)
{
    double sum[SB_CPU_LANES] = {0};
    const size_t whole = n - n % SB_CPU_LANES;
    (void)op;
    for (size_t i = 0; i < whole; i += SB_CPU_LANES)
#pragma omp simd
        for (int l = 0; l < SB_CPU_LANES; l++) sum[l] = sb_fma((double)x[i + l], (double)y[i + l], sum[l]);
    for (size_t i = whole; i < n; i++) sum[i - whole] = sb_fma((double)x[i], (double)y[i], sum[i - whole]);
    return sb_cpu_tree_sum(sum);
}

SB_CPU_CLONES void CPU(cosine)(const sb_backend *op, int m, int n, double scale, const real *Z, real *out, int ldo)
{
    const real factor = (real)scale;
    (void)op;
    for (int i = 0; i < m; i++) {
        const real *from = Z + (size_t)i * n;
        real *to = out + (size_t)i * ldo;
#pragma omp simd
        for (int j = 0; j < n; j++) to[j] = factor * SB_REAL_NAME(sb_point_cosine)(from[j]);
    }
}
