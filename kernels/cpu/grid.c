/* Grids of pixels: coarser and finer ones, what is the same at all pixels, and parts of arrays. */
#include "kernels/cpu/cpu.h"
#include "kernels/point/point.h"

SB_CPU_CLONES void CPU(pool)(const sb_backend *op, const sb_crew *c, int planes, int height, int width, double factor,
                             const real *x, int keep, real *out)
{
    const size_t ld = (size_t)c->ld, row = (size_t)width * ld;
    const real f = (real)factor;
    (void)op;
    for (size_t at = 0; at < (size_t)planes * (height / 2); at++, x += 2 * row)
        for (int p = 0; p < width / 2; p++, out += ld) {
            const real *from = x + 2 * p * ld;
#pragma omp simd
            for (size_t b = 0; b < ld; b++) {
                const real sum = (from[b] + from[ld + b]) + (from[row + b] + from[row + ld + b]);
                out[b] = keep ? sb_fma(f, sum, out[b]) : f * sum;
            }
        }
}

SB_CPU_CLONES void CPU(spread)(const sb_backend *op, const sb_crew *c, int planes, int height, int width, double factor,
                               const real *x, int keep, real *out)
{
    const size_t ld = (size_t)c->ld;
    const real f = (real)factor;
    (void)op;
    for (size_t at = 0; at < (size_t)planes * height; at++)
        for (int p = 0; p < width; p++, out += ld) {
            const real *from = x + (at / 2 * (width / 2) + p / 2) * ld;
#pragma omp simd
            for (size_t b = 0; b < ld; b++) out[b] = keep ? sb_fma(f, from[b], out[b]) : f * from[b];
        }
}

SB_CPU_CLONES void CPU(everywhere)(const sb_backend *op, const sb_crew *c, int channels, int pixels, const real *e, real *out)
{
    const size_t ld = (size_t)c->ld;
    (void)op;
    for (int i = 0; i < channels; i++, e += ld)
        for (int p = 0; p < pixels; p++, out += ld)
#pragma omp simd
            for (size_t b = 0; b < ld; b++) out[b] += e[b];
}

SB_CPU_CLONES void CPU(pixel_sums)(const sb_backend *op, const sb_crew *c, int channels, int pixels, const real *x, int keep,
                                   real *e)
{
    const size_t ld = (size_t)c->ld;
    (void)op;
    for (int i = 0; i < channels; i++, e += ld)
        for (size_t b = 0; b < ld; b += SB_CPU_LANES) {
            const real *from = x + (size_t)i * pixels * ld + b;
            real sum[SB_CPU_LANES] = {0};
            for (int p = 0; p < pixels; p++, from += ld)
#pragma omp simd
                for (int l = 0; l < SB_CPU_LANES; l++) sum[l] += from[l];
#pragma omp simd
            for (int l = 0; l < SB_CPU_LANES; l++) e[b + l] = keep ? sum[l] + e[b + l] : sum[l];
        }
}

SB_CPU_CLONES void CPU(copy_part)(const sb_backend *op, int W, size_t n, const real *from, size_t stride_from, int keep, real *to,
                                  size_t stride_to)
{
    (void)op;
    for (int w = 0; w < W; w++, from += stride_from, to += stride_to)
#pragma omp simd
        for (size_t i = 0; i < n; i++) to[i] = keep ? from[i] + to[i] : from[i];
}
