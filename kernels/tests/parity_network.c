/* The network, for crews. Lanes past the samples hold numbers that must reach no result. */
#include "kernels/tests/parity.h"

#include <math.h>

static const int crews[][2] = {{1, 1}, {1, 37}, {2, 16}, {7, 5}, {2, 300}, {3, 0}, {0, 5}}; /* W, B */
enum { CREWS = sizeof crews / sizeof *crews, TIMES = 4 };

static sb_crew crew(int s, size_t stride)
{
    const sb_crew c = {crews[s][0], crews[s][1], sb_lanes(crews[s][1]), stride};
    return c;
}

static sb_crew alone(const sb_crew *c)
{
    const sb_crew one = {1, c->B, c->ld, c->stride};
    return one;
}

static void features_of_samples(parity *p)
{
    static const int sizes[][2] = {{1, 0}, {2, 3}, {5, 1}}; /* d, E */
    for (int s = 0; s < CREWS; s++)
        for (int t = 0; t < 3; t++) {
            const int d = sizes[t][0], E = sizes[t][1];
            const sb_crew c = crew(s, 0), one = alone(&c);
            const size_t samples = (size_t)c.W * c.B, ld = (size_t)c.ld;
            ints k;
            reals in, emb, y, x, e, base, out, plain;
            PARITY_FILL(p, k, samples, (int)(parity_bits(p) % TIMES));
            PARITY_REALS(p, in, TIMES);
            PARITY_REALS(p, base, TIMES);
            PARITY_REALS(p, emb, (size_t)TIMES * E);
            PARITY_REALS(p, y, samples * d);
            PARITY_BLANK(p, x, (size_t)c.W * (d + E) * ld);
            PARITY_REALS(p, e, (size_t)c.W * d * ld);
            PARITY_BLANK(p, out, samples * d);
            PARITY_BLANK(p, plain, samples * d);
            p->gpu->embed(p->gpu, &c, d, E, k.g, in.g, emb.g, y.g, x.g);
            p->gpu->emit(p->gpu, &c, d, k.g, in.g, e.g, base.g, y.g, out.g);
            p->gpu->emit(p->gpu, &c, d, k.g, in.g, e.g, NULL, NULL, plain.g);
            for (int w = 0; w < c.W; w++) {
                const size_t first = (size_t)w * c.B;
                p->cpu->embed(p->cpu, &one, d, E, k.c + first, in.c, emb.c, y.c + first * d, x.c + (size_t)w * (d + E) * ld);
                p->cpu->emit(p->cpu, &one, d, k.c + first, in.c, e.c + w * d * ld, base.c, y.c + first * d, out.c + first * d);
                p->cpu->emit(p->cpu, &one, d, k.c + first, in.c, e.c + w * d * ld, NULL, NULL, plain.c + first * d);
            }
            PARITY_LANES(p, x, c.B, c.ld, NULL);
            PARITY_SAME(p, out);
            PARITY_SAME(p, plain);
            p->gpu->absorb(p->gpu, &c, d, k.g, base.g, out.g, e.g);
            for (int w = 0; w < c.W; w++) {
                const size_t first = (size_t)w * c.B;
                p->cpu->absorb(p->cpu, &one, d, k.c + first, base.c, out.c + first * d, e.c + w * d * ld);
            }
            PARITY_SAME(p, e); /* zero past the samples */
            parity_release(p);
        }
    reals z, out;
    PARITY_FILL(p, z, 1001, (real)parity_between(p, -40, 40));
    PARITY_BLANK(p, out, 1001);
    p->cpu->silu_curvature(p->cpu, 1001, 0.385, z.c, out.c);
    p->gpu->silu_curvature(p->gpu, 1001, 0.385, z.g, out.g);
    PARITY_SAME(p, out);
}

/* One shape of a layer: its places in theta, with gaps. */
static const int widths[][2] = {{1, 1}, {3, 20}, {33, 7}};
enum { WIDTHS = sizeof widths / sizeof *widths };

static sb_layer layer(int t)
{
    const int in = widths[t][0], out = widths[t][1];
    const sb_layer m = {in, out, 3, 5 + (size_t)in * out, 0.7, -1.3};
    return m;
}

static size_t parameters(const sb_layer *m)
{
    return m->b + m->out + 2;
}

/* How far alpha W h + beta b may be apart; sizes (W,out,ld), 0 past the samples. */
static double *affine_bound(parity *p, const sb_crew *c, const sb_layer *m, const real *theta, const real *h)
{
    const size_t ld = (size_t)c->ld, rows = (size_t)c->W * m->out;
    double *bound = parity_host(p, rows * ld * sizeof *bound);
    for (size_t row = 0; row < rows; row++)
        for (size_t b = 0; b < ld; b++) {
            const size_t w = row / m->out, o = row % m->out;
            const real *own = theta + w * c->stride;
            double size = fabs(m->beta * (double)own[m->b + o]);
            for (size_t i = 0; i < (size_t)m->in; i++)
                size += fabs(m->alpha * (double)own[m->W + o * m->in + i] * (double)h[(w * m->in + i) * ld + b]);
            bound[row * ld + b] = parity_sums(m->in + 1, size);
        }
    return bound;
}

/* |silu'| < 1.1 and |silu''| <= 1/2 carry what a is apart; a few rounding errors come on top. */
static void forward_once(parity *p, const sb_crew *c, const sb_layer *m, int residual, int with_z, int with_slope)
{
    const double rho = 0.385, shift = -0.278;
    const sb_crew one = alone(c);
    const size_t ld = (size_t)c->ld, n = (size_t)c->W * m->out * ld;
    reals theta, h, before, z, out, slope;
    PARITY_REALS(p, theta, c->stride ? (size_t)c->W * c->stride : parameters(m));
    PARITY_REALS(p, h, (size_t)c->W * m->in * ld);
    PARITY_REALS(p, before, n);
    PARITY_BLANK(p, z, n);
    PARITY_BLANK(p, slope, n);
    if (residual == 2) out = before;
    else PARITY_BLANK(p, out, n);
    p->gpu->layer_forward(p->gpu, c, m, theta.g, h.g, rho, shift, residual ? before.g : NULL, with_z ? z.g : NULL, out.g,
                          with_slope ? slope.g : NULL);
    for (size_t w = 0; w < (size_t)c->W; w++) {
        const size_t at = w * m->out * ld;
        p->cpu->layer_forward(p->cpu, &one, m, theta.c + w * c->stride, h.c + w * m->in * ld, rho, shift,
                              residual ? before.c + at : NULL, with_z ? z.c + at : NULL, out.c + at,
                              with_slope ? slope.c + at : NULL);
    }
    double *a = affine_bound(p, c, m, theta.c, h.c), *value = parity_host(p, n * sizeof *value),
           *steep = parity_host(p, n * sizeof *steep);
    const double u = parity_sums(-3.5, 1); /* a rounding error */
    for (size_t i = 0; i < n; i++) {
        const double size = 10; /* of a and shift, by the inputs' sizes */
        value[i] = rho * (1.1 * a[i] + 8 * u * size) + 2 * u * fabs((double)out.c[i]);
        steep[i] = rho * (0.5 * a[i] + 8 * u * 2);
    }
    if (with_z) PARITY_LANES(p, z, c->B, c->ld, a);
    else PARITY_SAME(p, z); /* left alone */
    PARITY_LANES(p, out, c->B, c->ld, value);
    if (with_slope) PARITY_LANES(p, slope, c->B, c->ld, steep);
    else PARITY_SAME(p, slope);
    parity_release(p);
}

static void layers_forward(parity *p)
{
    for (int s = 0; s < CREWS; s++)
        for (int t = 0; t < WIDTHS; t++) {
            const sb_layer m = layer(t);
            for (int how = 0; how < 12; how++) {
                const sb_crew c = crew(s, how % 5 == 4 ? 0 : parameters(&m)); /* sometimes one theta for all */
                forward_once(p, &c, &m, how % 3, how / 3 % 2, how / 6);
            }
        }
}

static void layers_applied(parity *p)
{
    for (int s = 0; s < CREWS; s++)
        for (int t = 0; t < WIDTHS; t++)
            for (int keep = 0; keep < 2; keep++) {
                const sb_layer m = layer(t);
                const sb_crew c = crew(s, parameters(&m)), one = alone(&c);
                const size_t ld = (size_t)c.ld, n = (size_t)c.W * m.out * ld;
                reals theta, h, out;
                PARITY_REALS(p, theta, c.W * c.stride);
                PARITY_REALS(p, h, (size_t)c.W * m.in * ld);
                if (keep) PARITY_REALS(p, out, n);
                else PARITY_BLANK(p, out, n);
                p->gpu->layer_apply(p->gpu, &c, &m, theta.g, h.g, keep, out.g);
                for (size_t w = 0; w < (size_t)c.W; w++)
                    p->cpu->layer_apply(p->cpu, &one, &m, theta.c + w * c.stride, h.c + w * m.in * ld, keep, out.c + w * m.out * ld);
                double *bound = affine_bound(p, &c, &m, theta.c, h.c);
                for (size_t i = 0; i < n; i++) bound[i] += keep ? parity_sums(m.in, 2) : 0; /* |out| was below 2 */
                PARITY_LANES(p, out, c.B, c.ld, bound);
                parity_release(p);
            }
}

/* above: 0 none, 1 given, 2 in place. */
static void back_once(parity *p, const sb_crew *c, const sb_layer *m, int above, int with_slope)
{
    const sb_crew one = alone(c);
    const size_t ld = (size_t)c->ld, n = (size_t)c->W * m->in * ld, from = (size_t)c->W * m->out * ld;
    reals theta, dz, over, g, slope, below;
    PARITY_REALS(p, theta, c->stride ? (size_t)c->W * c->stride : parameters(m));
    PARITY_REALS(p, dz, from);
    PARITY_REALS(p, over, n);
    PARITY_REALS(p, slope, n);
    PARITY_BLANK(p, below, n);
    if (above == 2) g = over;
    else PARITY_BLANK(p, g, n);
    p->gpu->layer_back(p->gpu, c, m, theta.g, dz.g, above ? over.g : NULL, g.g, with_slope ? slope.g : NULL,
                       with_slope ? below.g : NULL);
    for (size_t w = 0; w < (size_t)c->W; w++) {
        const size_t at = w * m->in * ld;
        p->cpu->layer_back(p->cpu, &one, m, theta.c + w * c->stride, dz.c + w * m->out * ld, above ? over.c + at : NULL, g.c + at,
                           with_slope ? slope.c + at : NULL, with_slope ? below.c + at : NULL);
    }
    double *bound = parity_host(p, n * sizeof *bound), *product = parity_host(p, n * sizeof *product);
    for (size_t at = 0; at < n; at++) {
        const size_t row = at / ld, w = row / m->in, i = row % m->in;
        double size = above ? 2 : 0;
        for (size_t o = 0; o < (size_t)m->out; o++)
            size += fabs(m->alpha * (double)theta.c[w * c->stride + m->W + o * m->in + i] *
                         (double)dz.c[(w * m->out + o) * ld + at % ld]);
        bound[at] = parity_sums(m->out + 1, size);
        product[at] = bound[at] * fabs((double)slope.c[at]) + parity_sums(0, fabs((double)below.c[at]));
    }
    PARITY_LANES(p, g, c->B, c->ld, bound);
    if (with_slope) PARITY_LANES(p, below, c->B, c->ld, product);
    parity_release(p);
}

/* grad (W,D), the layer's part; the rest stays. */
static void gradient_once(parity *p, const sb_crew *c, const sb_layer *m, int keep, int bias)
{
    const sb_crew one = alone(c);
    const size_t ld = (size_t)c->ld, D = c->stride;
    reals dz, h, grad;
    PARITY_REALS(p, dz, (size_t)c->W * m->out * ld);
    PARITY_REALS(p, h, (size_t)c->W * m->in * ld);
    if (keep) PARITY_REALS(p, grad, (size_t)c->W * D);
    else PARITY_BLANK(p, grad, (size_t)c->W * D);
    p->gpu->layer_gradient(p->gpu, c, m, dz.g, h.g, keep, bias, grad.g);
    for (size_t w = 0; w < (size_t)c->W; w++)
        p->cpu->layer_gradient(p->cpu, &one, m, dz.c + w * m->out * ld, h.c + w * m->in * ld, keep, bias, grad.c + w * D);
    double *bound = parity_host(p, grad.n * sizeof *bound);
    for (size_t i = 0; i < grad.n; i++) bound[i] = 0;
    for (size_t row = 0; row < (size_t)c->W * m->out; row++) {
        const size_t w = row / m->out, o = row % m->out;
        double plain = 0;
        for (int b = 0; b < c->B; b++) plain += fabs(m->beta * (double)dz.c[row * ld + b]);
        if (bias) bound[w * D + m->b + o] = parity_sums(c->B + 1, plain + 2 * keep);
        for (size_t i = 0; i < (size_t)m->in; i++) {
            double size = 2 * keep;
            for (int b = 0; b < c->B; b++) size += fabs(m->alpha * (double)dz.c[row * ld + b] * (double)h.c[(w * m->in + i) * ld + b]);
            bound[w * D + m->W + o * m->in + i] = parity_sums(c->B + 1, size);
        }
    }
    PARITY_NEAR(p, grad, bound);
    parity_release(p);
}

static void layers_back(parity *p)
{
    for (int s = 0; s < CREWS; s++)
        for (int t = 0; t < WIDTHS; t++) {
            const sb_layer m = layer(t);
            const sb_crew c = crew(s, parameters(&m)), same_theta = crew(s, 0);
            for (int above = 0; above < 3; above++)
                for (int with_slope = 0; with_slope < 2; with_slope++) back_once(p, above == 1 ? &same_theta : &c, &m, above, with_slope);
            for (int keep = 0; keep < 2; keep++)
                for (int bias = 0; bias < 2; bias++) gradient_once(p, &c, &m, keep, bias);
        }
}

const parity_case SB_REAL_NAME(parity_network)[4] = {{"embed, emit, absorb, silu_curvature", features_of_samples},
                                                     {"layer_forward", layers_forward},
                                                     {"layer_apply", layers_applied},
                                                     {"layer_back, layer_gradient", layers_back}};
