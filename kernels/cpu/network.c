#include "kernels/cpu/cpu.h"
#include "kernels/cpu/layers.h"
#include "kernels/point/silu.h"

void CPU(embed)(const sb_backend *op, const sb_crew *c, int d, int E, const int *k, const real *in, const real *emb, const real *y,
                real *x)
{
    const size_t ld = (size_t)c->ld;
    (void)op;
    for (int i = 0; i < d + E; i++, x += ld) {
        for (int b = 0; b < c->B; b++) x[b] = i < d ? in[k[b]] * y[(size_t)b * d + i] : emb[(size_t)k[b] * E + i - d];
        for (size_t b = (size_t)c->B; b < ld; b++) x[b] = 0;
    }
}

void CPU(layer_forward)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *h, double rho,
                        double shift, const real *residual, real *z, real *out, real *slope)
{
    (void)op;
    sb_cpu_layers_best()->forward(c, m, theta, h, rho, shift, residual, z, out, slope);
}

void CPU(layer_apply)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *h, int keep,
                      real *out)
{
    (void)op;
    sb_cpu_layers_best()->apply(c, m, theta, h, keep, out);
}

void CPU(layer_back)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *dz,
                     const real *above, real *g, const real *slope, real *below)
{
    (void)op;
    sb_cpu_layers_best()->back(c, m, theta, dz, above, g, slope, below);
}

void CPU(layer_gradient)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *dz, const real *h, int keep,
                         int bias, real *grad)
{
    (void)op;
    sb_cpu_layers_best()->gradient(c, m, dz, h, keep, bias, grad);
}

void CPU(emit)(const sb_backend *op, const sb_crew *c, int d, const int *k, const real *factor, const real *e, const real *base,
               const real *y, real *s)
{
    (void)op;
    for (int b = 0; b < c->B; b++)
        for (int i = 0; i < d; i++) {
            const size_t at = (size_t)b * d + i;
            const real value = factor[k[b]] * e[(size_t)i * c->ld + b];
            s[at] = y ? sb_fma(base[k[b]], y[at], value) : value;
        }
}

void CPU(absorb)(const sb_backend *op, const sb_crew *c, int d, const int *k, const real *factor, const real *ds, real *e)
{
    (void)op;
    for (int i = 0; i < d; i++)
        for (int b = 0; b < c->ld; b++) e[(size_t)i * c->ld + b] = b < c->B ? factor[k[b]] * ds[(size_t)b * d + i] : 0;
}

SB_CPU_CLONES void CPU(silu_curvature)(const sb_backend *op, size_t n, double rho, const real *z, real *out)
{
    const real r = (real)rho;
    (void)op;
#pragma omp simd
    for (size_t i = 0; i < n; i++) out[i] = r * SB_REAL_NAME(sb_point_silu_curvature)(z[i]);
}

SB_CPU_CLONES void CPU(silu)(const sb_backend *op, size_t n, double rho, double shift, const real *z, real *out, real *slope)
{
    const real r = (real)rho, level = (real)shift;
    real derivative;
    (void)op;
    if (slope)
#pragma omp simd private(derivative)
        for (size_t i = 0; i < n; i++) {
            out[i] = r * SB_REAL_NAME(sb_point_silu)(z[i], level, &derivative);
            slope[i] = r * derivative;
        }
    else
#pragma omp simd private(derivative)
        for (size_t i = 0; i < n; i++) out[i] = r * SB_REAL_NAME(sb_point_silu)(z[i], level, &derivative);
}
