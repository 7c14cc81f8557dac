#include "plain_network.h"

#include "kernels/point/point.h"
#include "kernels/point/silu.h"

void plain_embed(const sb_crew *c, int d, int E, const int *k, const real *in, const real *emb, const real *y, real *x)
{
    for (int i = 0; i < d + E; i++)
        for (int b = 0; b < c->ld; b++) {
            const size_t at = (size_t)i * c->ld + b;
            if (b >= c->B) x[at] = 0;
            else x[at] = i < d ? in[k[b]] * y[(size_t)b * d + i] : emb[(size_t)k[b] * E + i - d];
        }
}

/* sum_i W[o,i] h[i,b] in the order of i */
static real product(const sb_crew *c, const sb_layer *m, const real *theta, const real *h, int o, int b)
{
    real sum = 0;
    for (int i = 0; i < m->in; i++) sum = sb_fma(theta[m->W + (size_t)o * m->in + i], h[(size_t)i * c->ld + b], sum);
    return sum;
}

void plain_layer_forward(const sb_crew *c, const sb_layer *m, const real *theta, const real *h, double rho, double shift,
                         const real *residual, real *z, real *out, real *slope)
{
    const real alpha = (real)m->alpha, beta = (real)m->beta, r = (real)rho;
    for (int o = 0; o < m->out; o++)
        for (int b = 0; b < c->ld; b++) {
            const size_t at = (size_t)o * c->ld + b;
            real derivative;
            const real a = sb_fma(beta, theta[m->b + o], alpha * product(c, m, theta, h, o, b));
            const real value = SB_REAL_NAME(sb_point_silu)(a, (real)shift, &derivative);
            out[at] = residual ? sb_fma(r, value, residual[at]) : r * value;
            if (z) z[at] = a;
            if (slope) slope[at] = r * derivative;
        }
}

void plain_layer_apply(const sb_crew *c, const sb_layer *m, const real *theta, const real *h, int keep, real *out)
{
    const real alpha = (real)m->alpha, beta = (real)m->beta;
    for (int o = 0; o < m->out; o++)
        for (int b = 0; b < c->ld; b++) {
            const size_t at = (size_t)o * c->ld + b;
            const real a = sb_fma(beta, theta[m->b + o], alpha * product(c, m, theta, h, o, b));
            out[at] = keep ? out[at] + a : a;
        }
}

void plain_layer_back(const sb_crew *c, const sb_layer *m, const real *theta, const real *dz, const real *above, real *g,
                      const real *slope, real *below)
{
    const real alpha = (real)m->alpha;
    for (int i = 0; i < m->in; i++)
        for (int b = 0; b < c->ld; b++) {
            const size_t at = (size_t)i * c->ld + b;
            real sum = 0;
            for (int o = 0; o < m->out; o++) sum = sb_fma(theta[m->W + (size_t)o * m->in + i], dz[(size_t)o * c->ld + b], sum);
            g[at] = above ? sb_fma(alpha, sum, above[at]) : alpha * sum;
            if (slope) below[at] = g[at] * slope[at];
        }
}

void plain_layer_gradient(const sb_crew *c, const sb_layer *m, const real *dz, const real *h, int keep, int bias, real *grad)
{
    const size_t ld = (size_t)c->ld;
    const real alpha = (real)m->alpha, beta = (real)m->beta;
    for (int o = 0; o < m->out; o++) {
        const real *row = dz + o * ld;
        for (int i = 0; i < m->in; i++) {
            real sum = 0, *to = grad + m->W + (size_t)o * m->in + i;
            for (int b = 0; b < c->B; b++) sum = sb_fma(row[b], h[i * ld + b], sum);
            *to = keep ? sb_fma(alpha, sum, *to) : alpha * sum;
        }
        if (bias) {
            real sum = 0, *to = grad + m->b + o;
            for (int b = 0; b < c->B; b++) sum += row[b];
            *to = keep ? sb_fma(beta, sum, *to) : beta * sum;
        }
    }
}

void plain_emit(const sb_crew *c, int d, const int *k, const real *factor, const real *e, const real *base, const real *y, real *s)
{
    for (int b = 0; b < c->B; b++)
        for (int i = 0; i < d; i++) {
            const size_t at = (size_t)b * d + i;
            const real value = factor[k[b]] * e[(size_t)i * c->ld + b];
            s[at] = y ? sb_fma(base[k[b]], y[at], value) : value;
        }
}

void plain_absorb(const sb_crew *c, int d, const int *k, const real *factor, const real *ds, real *e)
{
    for (int i = 0; i < d; i++)
        for (int b = 0; b < c->ld; b++) e[(size_t)i * c->ld + b] = b < c->B ? factor[k[b]] * ds[(size_t)b * d + i] : 0;
}

void plain_silu_curvature(size_t n, double rho, const real *z, real *out)
{
    const real r = (real)rho;
    for (size_t i = 0; i < n; i++) out[i] = r * SB_REAL_NAME(sb_point_silu_curvature)(z[i]);
}
