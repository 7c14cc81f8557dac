#include "kernels/cpu/cpu.h"
#include "kernels/point/point.h"

/* The sum over the taps of one convolution at pixel (y,x): row r of Wt, or of its transpose with the taps turned round. */
SB_CPU_CLONES static void tap_sums(const sb_conv *m, int back, const real *Wt, int r, const real *h, size_t ld, int y, int x,
                                   size_t b, real sum[SB_CPU_LANES])
{
    const int k = m->kernel, half = k / 2, taps = k * k;
    for (int i = 0; i < (back ? m->out : m->in); i++)
        for (int t = 0; t < taps; t++) {
            const int row = y + t / k - half, column = x + t % k - half;
            if (row < 0 || row >= m->height || column < 0 || column >= m->width) continue;
            const real w = back ? Wt[((size_t)i * m->in + r) * taps + taps - 1 - t] : Wt[((size_t)r * m->in + i) * taps + t];
            const real *from = h + (((size_t)i * m->height + row) * m->width + column) * ld + b;
#pragma omp simd
            for (int l = 0; l < SB_CPU_LANES; l++) sum[l] = sb_fma(w, from[l], sum[l]);
        }
}

void CPU(conv_apply)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *theta, const real *h, int keep,
                     real *out)
{
    const size_t ld = (size_t)c->ld;
    (void)op;
    for (int o = 0; o < m->out; o++)
        for (int y = 0; y < m->height; y++)
            for (int x = 0; x < m->width; x++, out += ld)
                for (size_t b = 0; b < ld; b += SB_CPU_LANES) {
                    real sum[SB_CPU_LANES] = {0};
                    tap_sums(m, 0, theta + m->W, o, h, ld, y, x, b, sum);
                    for (int l = 0; l < SB_CPU_LANES; l++) {
                        const real a = sb_fma((real)m->beta, theta[m->b + o], (real)m->alpha * sum[l]);
                        out[b + l] = keep ? out[b + l] + a : a;
                    }
                }
}

void CPU(conv_back)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *theta, const real *dz, int keep, real *g)
{
    const size_t ld = (size_t)c->ld;
    (void)op;
    for (int i = 0; i < m->in; i++)
        for (int y = 0; y < m->height; y++)
            for (int x = 0; x < m->width; x++, g += ld)
                for (size_t b = 0; b < ld; b += SB_CPU_LANES) {
                    real sum[SB_CPU_LANES] = {0};
                    tap_sums(m, 1, theta + m->W, i, dz, ld, y, x, b, sum);
                    for (int l = 0; l < SB_CPU_LANES; l++)
                        g[b + l] = keep ? sb_fma((real)m->alpha, sum[l], g[b + l]) : (real)m->alpha * sum[l];
                }
}

static real tree(real sum[SB_CPU_LANES])
{
    for (int half = SB_CPU_LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++) sum[l] += sum[l + half];
    return sum[0];
}

static real put(double factor, real sum, int keep, real before)
{
    return keep ? sb_fma((real)factor, sum, before) : (real)factor * sum;
}

void CPU(conv_gradient)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *dz, const real *h, int keep, int bias,
                        real *grad)
{
    const size_t ld = (size_t)c->ld, plane = (size_t)m->height * m->width * ld;
    const int half = m->kernel / 2;
    real *to = grad + m->W;
    (void)op;
    for (int o = 0; o < m->out; o++) {
        real sum[SB_CPU_LANES] = {0};
        for (int i = 0; i < m->in; i++)
            for (int t = 0; t < m->kernel * m->kernel; t++, to++) {
                real part[SB_CPU_LANES] = {0};
                for (int y = 0; y < m->height; y++)
                    for (int x = 0; x < m->width; x++) {
                        const int row = y + t / m->kernel - half, column = x + t % m->kernel - half;
                        const int inside = row >= 0 && row < m->height && column >= 0 && column < m->width;
                        const real *left = dz + o * plane + (size_t)(y * m->width + x) * ld;
                        const real *right = h + i * plane + (size_t)(row * m->width + column) * ld;
                        for (size_t b = 0; inside && b < ld; b++)
                            part[b % SB_CPU_LANES] = sb_fma(left[b], right[b], part[b % SB_CPU_LANES]);
                    }
                *to = put(m->alpha, tree(part), keep, *to);
            }
        for (size_t at = 0; at < plane; at++) sum[at % SB_CPU_LANES] += dz[o * plane + at];
        if (bias) grad[m->b + o] = put(m->beta, tree(sum), keep, grad[m->b + o]);
    }
}
