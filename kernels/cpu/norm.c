/* Group normalisation. Sums run over channels and pixels, of each lane by itself, in double: a group may have thousands of pixels, and
 * the variance is that about the mean. Vectors are of SB_CPU_LANES lanes, so that a group stays near from one pass to the next. */
#include "kernels/cpu/cpu.h"
#include "kernels/point/point.h"

#include <string.h>

enum { LANES = SB_CPU_LANES };
typedef double lane_sums[LANES];

#define INLINE static inline __attribute__((always_inline))

/* A group: its first channel, and how many rows of lanes it has. */
typedef struct {
    int first, channels, pixels;
    double share; /* 1/rows */
    size_t at, ld;
} group;

INLINE group group_of(const sb_norm *m, int g, size_t ld)
{
    const int channels = m->channels / m->groups, rows = channels * m->pixels;
    return (group){g * channels, channels, m->pixels, rows ? 1.0 / rows : 0.0, (size_t)g * rows * ld, ld};
}

INLINE real scale_of(const sb_norm *m, const real *theta, int channel)
{
    return sb_fma((real)m->alpha, theta[m->gain + channel], (real)1);
}

/* The means of x and of x.*y over a group. */
INLINE void means(const group *k, const real *x, const real *y, real mean[LANES], real product[LANES])
{
    lane_sums sum = {0}, with = {0};
    const int rows = k->channels * k->pixels;
    x += k->at, y += k->at;
    for (int e = 0; e < rows; e++, x += k->ld, y += k->ld)
#pragma omp simd
        for (int l = 0; l < LANES; l++) {
            sum[l] += (double)x[l];
            with[l] = fma((double)x[l], (double)y[l], with[l]);
        }
    for (int l = 0; l < LANES; l++) mean[l] = (real)(k->share * sum[l]), product[l] = (real)(k->share * with[l]);
}

/* xhat and r of a group. */
INLINE void standardise(const group *k, double epsilon, const real *x, real *xhat, real *r)
{
    lane_sums sum = {0}, square = {0};
    real mean[LANES], scale[LANES];
    const int rows = k->channels * k->pixels;
    x += k->at, xhat += k->at;
    for (int e = 0; e < rows; e++)
#pragma omp simd
        for (int l = 0; l < LANES; l++) sum[l] += (double)x[e * k->ld + l];
    for (int l = 0; l < LANES; l++) mean[l] = (real)(k->share * sum[l]);
    for (int e = 0; e < rows; e++)
#pragma omp simd
        for (int l = 0; l < LANES; l++) {
            const double apart = (double)x[e * k->ld + l] - (double)mean[l];
            square[l] = fma(apart, apart, square[l]);
        }
#pragma omp simd
    for (int l = 0; l < LANES; l++) r[l] = scale[l] = (real)(1.0 / sqrt(fma(k->share, square[l], epsilon)));
    for (int e = 0; e < rows; e++)
#pragma omp simd
        for (int l = 0; l < LANES; l++) xhat[e * k->ld + l] = (x[e * k->ld + l] - mean[l]) * scale[l];
}

SB_CPU_CLONES void CPU(norm_forward)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *x,
                                     real *xhat, real *r, real *z)
{
    const size_t ld = (size_t)c->ld;
    (void)op;
    for (size_t b = 0; b < ld; b += LANES)
        for (int g = 0; g < m->groups; g++) {
            const group k = group_of(m, g, ld);
            standardise(&k, m->epsilon, x + b, xhat + b, r + g * ld + b);
            for (int i = 0; z && i < k.channels; i++) {
                const real scale = scale_of(m, theta, k.first + i), shift = (real)m->beta * theta[m->shift + k.first + i];
                for (int p = 0; p < k.pixels; p++) {
                    const size_t at = k.at + (size_t)(i * k.pixels + p) * ld + b;
#pragma omp simd
                    for (int l = 0; l < LANES; l++) z[at + l] = sb_fma(scale, xhat[at + l], shift);
                }
            }
        }
}

/* One channel's share in the gradient. */
INLINE void add_gradient(const sb_norm *m, int channel, lane_sums gain, lane_sums shift, real *grad)
{
    real *to_gain = grad + m->gain + channel, *to_shift = grad + m->shift + channel;
    *to_gain = sb_fma((real)m->alpha, (real)sb_cpu_tree_sum(gain), *to_gain);
    *to_shift = sb_fma((real)m->beta, (real)sb_cpu_tree_sum(shift), *to_shift);
}

INLINE void begin_gradient(const sb_norm *m, int keep, real *grad)
{
    if (!grad || keep) return;
    memset(grad + m->gain, 0, (size_t)m->channels * sizeof *grad);
    memset(grad + m->shift, 0, (size_t)m->channels * sizeof *grad);
}

SB_CPU_CLONES void CPU(norm_back)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *dz,
                                  const real *xhat, const real *r, int keep, real *dx, int keep_grad, real *grad)
{
    const size_t ld = (size_t)c->ld;
    (void)op;
    begin_gradient(m, keep_grad, grad);
    for (size_t b = 0; b < ld; b += LANES)
        for (int g = 0; g < m->groups; g++) {
            const group k = group_of(m, g, ld);
            lane_sums all = {0}, all_with = {0};
            real mean[LANES], slope[LANES];
            for (int i = 0; i < k.channels; i++) {
                lane_sums sum = {0}, with = {0};
                const double scale = (double)scale_of(m, theta, k.first + i);
                for (int p = 0; p < k.pixels; p++) {
                    const size_t at = k.at + (size_t)(i * k.pixels + p) * ld + b;
#pragma omp simd
                    for (int l = 0; l < LANES; l++) {
                        sum[l] += (double)dz[at + l];
                        with[l] = fma((double)dz[at + l], (double)xhat[at + l], with[l]);
                    }
                }
#pragma omp simd
                for (int l = 0; l < LANES; l++) {
                    all[l] = fma(scale, sum[l], all[l]);
                    all_with[l] = fma(scale, with[l], all_with[l]);
                }
                if (grad) add_gradient(m, k.first + i, with, sum, grad);
            }
            for (int l = 0; l < LANES; l++) mean[l] = (real)(k.share * all[l]), slope[l] = (real)(k.share * all_with[l]);
            for (int i = 0; i < k.channels; i++) {
                const real scale = scale_of(m, theta, k.first + i), *own = r + g * ld + b;
                for (int p = 0; p < k.pixels; p++) {
                    const size_t at = k.at + (size_t)(i * k.pixels + p) * ld + b;
#pragma omp simd
                    for (int l = 0; l < LANES; l++) {
                        const real pi = sb_fma(-xhat[at + l], slope[l], sb_fma(scale, dz[at + l], -mean[l]));
                        dx[at + l] = keep ? sb_fma(own[l], pi, dx[at + l]) : own[l] * pi;
                    }
                }
            }
        }
}

/* The derivative of xhat: r Pi(Rx), from the means over the group. */
INLINE real turned(real Rx, real xhat, real r, real mean, real slope)
{
    return r * sb_fma(-xhat, slope, Rx - mean);
}

SB_CPU_CLONES void CPU(norm_rforward)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *v,
                                      const real *Rx, const real *xhat, const real *r, real *Rxhat, real *Rz)
{
    const size_t ld = (size_t)c->ld;
    (void)op;
    for (size_t b = 0; b < ld; b += LANES)
        for (int g = 0; g < m->groups; g++) {
            const group k = group_of(m, g, ld);
            const real *own = r + g * ld + b;
            real mean[LANES] = {0}, slope[LANES] = {0};
            if (Rx) means(&k, Rx + b, xhat + b, mean, slope);
            for (int i = 0; i < k.channels; i++) {
                const real scale = scale_of(m, theta, k.first + i), Rscale = (real)m->alpha * v[m->gain + k.first + i],
                           Rshift = (real)m->beta * v[m->shift + k.first + i];
                for (int p = 0; p < k.pixels; p++) {
                    const size_t at = k.at + (size_t)(i * k.pixels + p) * ld + b;
#pragma omp simd
                    for (int l = 0; l < LANES; l++) {
                        const real x = xhat[at + l], Rxh = Rx ? turned(Rx[at + l], x, own[l], mean[l], slope[l]) : 0;
                        Rxhat[at + l] = Rxh;
                        Rz[at + l] = sb_fma(scale, Rxh, sb_fma(Rscale, x, Rshift));
                    }
                }
            }
        }
}

/* With ghat = scale dz and its derivative Rghat = Rscale dz + scale Rdz, and means over the group,
 *     Rdx = r (Rghat - mean(Rghat) - Rxhat mean(ghat xhat) - xhat mean(Rghat xhat + ghat Rxhat)) + (Rr/r) dx_alone,
 *     Rr/r = -r mean(xhat Rx). */
SB_CPU_CLONES void CPU(norm_rback)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *v,
                                   const real *dz, const real *Rdz, const real *Rx, const real *xhat, const real *r, int keep,
                                   real *Rdx, int keep_grad, real *Hv)
{
    const size_t ld = (size_t)c->ld;
    (void)op;
    begin_gradient(m, keep_grad, Hv);
    for (size_t b = 0; b < ld; b += LANES)
        for (int g = 0; g < m->groups; g++) {
            const group k = group_of(m, g, ld);
            const real *own = r + g * ld + b;
            lane_sums sums[4] = {{0}}; /* of ghat, ghat xhat, Rghat, Rghat xhat + ghat Rxhat */
            real mean_x[LANES] = {0}, slope_x[LANES] = {0}, mean[4][LANES];
            if (Rx) means(&k, Rx + b, xhat + b, mean_x, slope_x);
            for (int i = 0; i < k.channels; i++) {
                lane_sums z = {0}, zx = {0}, Rz = {0}, Rzx = {0}; /* of dz, dz xhat, and their derivatives */
                const double scale = (double)scale_of(m, theta, k.first + i), Rscale = m->alpha * (double)v[m->gain + k.first + i];
                for (int p = 0; p < k.pixels; p++) {
                    const size_t at = k.at + (size_t)(i * k.pixels + p) * ld + b;
#pragma omp simd
                    for (int l = 0; l < LANES; l++) {
                        const real x = xhat[at + l], Rxh = Rx ? turned(Rx[at + l], x, own[l], mean_x[l], slope_x[l]) : 0;
                        z[l] += (double)dz[at + l];
                        zx[l] = fma((double)dz[at + l], (double)x, zx[l]);
                        Rz[l] += (double)Rdz[at + l];
                        Rzx[l] = fma((double)Rdz[at + l], (double)x, fma((double)dz[at + l], (double)Rxh, Rzx[l]));
                    }
                }
#pragma omp simd
                for (int l = 0; l < LANES; l++) {
                    sums[0][l] = fma(scale, z[l], sums[0][l]);
                    sums[1][l] = fma(scale, zx[l], sums[1][l]);
                    sums[2][l] = fma(scale, Rz[l], fma(Rscale, z[l], sums[2][l]));
                    sums[3][l] = fma(scale, Rzx[l], fma(Rscale, zx[l], sums[3][l]));
                }
                if (Hv) add_gradient(m, k.first + i, Rzx, Rz, Hv);
            }
            for (int s = 0; s < 4; s++)
                for (int l = 0; l < LANES; l++) mean[s][l] = (real)(k.share * sums[s][l]);
            for (int i = 0; i < k.channels; i++) {
                const real scale = scale_of(m, theta, k.first + i), Rscale = (real)m->alpha * v[m->gain + k.first + i];
                for (int p = 0; p < k.pixels; p++) {
                    const size_t at = k.at + (size_t)(i * k.pixels + p) * ld + b;
#pragma omp simd
                    for (int l = 0; l < LANES; l++) {
                        const real x = xhat[at + l], Rxh = Rx ? turned(Rx[at + l], x, own[l], mean_x[l], slope_x[l]) : 0;
                        const real pi = sb_fma(-x, mean[1][l], sb_fma(scale, dz[at + l], -mean[0][l]));
                        const real Rghat = sb_fma(scale, Rdz[at + l], Rscale * dz[at + l]);
                        const real Rpi = sb_fma(-x, mean[3][l], sb_fma(-Rxh, mean[1][l], Rghat - mean[2][l]));
                        const real sum = sb_fma(-own[l] * slope_x[l], pi, Rpi);
                        Rdx[at + l] = keep ? sb_fma(own[l], sum, Rdx[at + l]) : own[l] * sum;
                    }
                }
            }
        }
}
