#include "plain_images.h"

#include "kernels/point/point.h"

enum { SUMS = 16 };

/* Where tap t of pixel p stands in an image; -1 outside. */
static int moved(const sb_conv *m, int p, int t)
{
    const int half = m->kernel / 2, y = p / m->width + t / m->kernel - half, x = p % m->width + t % m->kernel - half;
    return y < 0 || y >= m->height || x < 0 || x >= m->width ? -1 : y * m->width + x;
}

void plain_conv_apply(const sb_crew *c, const sb_conv *m, const real *theta, const real *h, int keep, real *out)
{
    const int P = m->height * m->width, taps = m->kernel * m->kernel;
    for (int o = 0; o < m->out; o++)
        for (int p = 0; p < P; p++)
            for (int b = 0; b < c->ld; b++, out++) {
                real sum = 0;
                for (int k = 0; k < m->in * taps; k++) {
                    const int from = moved(m, p, k % taps);
                    if (from >= 0) sum = sb_fma(theta[m->W + o * m->in * taps + k], h[(k / taps * P + from) * c->ld + b], sum);
                }
                const real a = sb_fma((real)m->beta, theta[m->b + o], (real)m->alpha * sum);
                *out = keep ? *out + a : a;
            }
}

void plain_conv_back(const sb_crew *c, const sb_conv *m, const real *theta, const real *dz, int keep, real *g)
{
    const int P = m->height * m->width, taps = m->kernel * m->kernel;
    for (int i = 0; i < m->in; i++)
        for (int p = 0; p < P; p++)
            for (int b = 0; b < c->ld; b++, g++) {
                real sum = 0;
                for (int k = 0; k < m->out * taps; k++) {
                    const int from = moved(m, p, k % taps), t = taps - 1 - k % taps;
                    const real w = theta[m->W + ((k / taps) * m->in + i) * taps + t];
                    if (from >= 0) sum = sb_fma(w, dz[(k / taps * P + from) * c->ld + b], sum);
                }
                *g = keep ? sb_fma((real)m->alpha, sum, *g) : (real)m->alpha * sum;
            }
}

static real put(double factor, real sum[SUMS], int keep, real before)
{
    for (int half = SUMS / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++) sum[l] += sum[l + half];
    return keep ? sb_fma((real)factor, sum[0], before) : (real)factor * sum[0];
}

void plain_conv_gradient(const sb_crew *c, const sb_conv *m, const real *dz, const real *h, int keep, int bias, real *grad)
{
    const int P = m->height * m->width, taps = m->kernel * m->kernel, ld = c->ld;
    for (int o = 0; o < m->out; o++) {
        for (int k = 0; k < m->in * taps; k++) {
            real sum[SUMS] = {0}, *to = grad + m->W + o * m->in * taps + k;
            for (int p = 0; p < P; p++) {
                const int from = moved(m, p, k % taps);
                for (int b = 0; from >= 0 && b < ld; b++)
                    sum[b % SUMS] = sb_fma(dz[(o * P + p) * ld + b], h[(k / taps * P + from) * ld + b], sum[b % SUMS]);
            }
            *to = put(m->alpha, sum, keep, *to);
        }
        real sum[SUMS] = {0};
        for (int i = 0; i < P * ld; i++) sum[i % SUMS] += dz[o * P * ld + i];
        if (bias) grad[m->b + o] = put(m->beta, sum, keep, grad[m->b + o]);
    }
}

void plain_lane_products(const sb_crew *c, int I, int J, int K, int trans_a, int trans_b, double alpha, const real *a,
                         const real *b, int keep, real *out)
{
    for (int i = 0; i < I; i++)
        for (int j = 0; j < J; j++)
            for (int l = 0; l < c->ld; l++, out++) {
                real sum = 0;
                for (int k = 0; k < K; k++)
                    sum = sb_fma(a[(trans_a ? k * I + i : i * K + k) * c->ld + l], b[(trans_b ? j * K + k : k * J + j) * c->ld + l],
                                 sum);
                *out = keep ? sb_fma((real)alpha, sum, *out) : (real)alpha * sum;
            }
}
