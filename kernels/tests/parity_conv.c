/* Convolutions of crews. What stands in the lanes of no sample must reach no result. */
#include "kernels/tests/parity_images.h"

static const int shapes[][5] = {{1, 1, 1, 1, 3},   {2, 3, 5, 3, 3},  {3, 20, 3, 4, 3}, {17, 9, 4, 4, 3}, {1, 2, 2, 7, 3},
                                {4, 2, 1, 5, 3},   {35, 3, 1, 2, 1}, {5, 18, 2, 3, 1}, {1, 1, 1, 1, 1},  {3, 2, 0, 4, 3},
                                {2, 130, 1, 2, 3}, {70, 2, 1, 2, 1}, {1, 2, 9, 9, 3}}; /* in, out, height, width, kernel */
enum { SHAPES = sizeof shapes / sizeof *shapes };

static sb_conv conv(int t)
{
    const int *s = shapes[t];
    const sb_conv m = {s[0], s[1], s[2], s[3], s[4], 3, 5 + (size_t)s[0] * s[1] * s[4] * s[4], 0.7, -1.3};
    return m;
}

static size_t parameters(const sb_conv *m)
{
    return m->b + m->out + 2;
}

/* The numbers of `channels` images of all workers, or of one. */
static size_t images(int workers, int channels, const sb_conv *m, const sb_crew *c)
{
    return (size_t)workers * channels * m->height * m->width * c->ld;
}

static void applied_once(parity *p, const sb_crew *c, const sb_conv *m, int keep)
{
    const sb_crew one = image_alone(c);
    const int terms = m->in * m->kernel * m->kernel + 2;
    reals theta, h, out;
    PARITY_REALS(p, theta, c->stride ? c->W * c->stride : parameters(m));
    PARITY_REALS(p, h, images(c->W, m->in, m, c));
    IMAGE_OUT(p, out, images(c->W, m->out, m, c), keep);
    p->gpu->conv_apply(p->gpu, c, m, theta.g, h.g, keep, out.g);
    for (int w = 0; w < c->W; w++)
        p->cpu->conv_apply(p->cpu, &one, m, theta.c + w * c->stride, h.c + images(w, m->in, m, c), keep,
                           out.c + images(w, m->out, m, c));
    PARITY_LANES(p, out, c->B, c->ld, image_bound(p, out.n, terms, 4 * terms));
    parity_release(p);
}

static void back_once(parity *p, const sb_crew *c, const sb_conv *m, int keep)
{
    const sb_crew one = image_alone(c);
    const int terms = m->out * m->kernel * m->kernel + 2;
    reals theta, dz, g;
    PARITY_REALS(p, theta, c->stride ? c->W * c->stride : parameters(m));
    IMAGE_BACK(p, dz, images(c->W, m->out, m, c) / (c->ld ? c->ld : 1), *c);
    IMAGE_OUT(p, g, images(c->W, m->in, m, c), keep);
    p->gpu->conv_back(p->gpu, c, m, theta.g, dz.g, keep, g.g);
    for (int w = 0; w < c->W; w++)
        p->cpu->conv_back(p->cpu, &one, m, theta.c + w * c->stride, dz.c + images(w, m->out, m, c), keep,
                          g.c + images(w, m->in, m, c));
    PARITY_LANES(p, g, c->B, c->ld, image_bound(p, g.n, terms, 4 * terms));
    parity_release(p);
}

/* grad (W,D), the convolution's part; the rest stays. */
static void gradient_once(parity *p, const sb_crew *c, const sb_conv *m, int keep, int bias)
{
    const sb_crew one = image_alone(c);
    const size_t D = c->stride, weights = (size_t)m->in * m->out * m->kernel * m->kernel;
    const double terms = (double)m->height * m->width * c->B + 2, allowed = parity_sums(terms, 6 * terms);
    reals dz, h, grad;
    IMAGE_BACK(p, dz, images(c->W, m->out, m, c) / (c->ld ? c->ld : 1), *c);
    PARITY_REALS(p, h, images(c->W, m->in, m, c));
    IMAGE_OUT(p, grad, c->W * D, keep);
    p->gpu->conv_gradient(p->gpu, c, m, dz.g, h.g, keep, bias, grad.g);
    for (int w = 0; w < c->W; w++)
        p->cpu->conv_gradient(p->cpu, &one, m, dz.c + images(w, m->out, m, c), h.c + images(w, m->in, m, c), keep, bias,
                              grad.c + w * D);
    double *bound = image_bound(p, grad.n, 0, 0);
    for (int w = 0; w < c->W; w++) {
        for (size_t i = 0; i < weights; i++) bound[w * D + m->W + i] = allowed;
        for (int o = 0; bias && o < m->out; o++) bound[w * D + m->b + o] = allowed;
    }
    PARITY_NEAR(p, grad, bound);
    parity_release(p);
}

/* Every crew meets every shape, and of the other choices one: on the emulator all combinations take minutes. */
static void applied(parity *p)
{
    for (int s = 0; s < IMAGE_CREWS; s++)
        for (int t = 0; t < SHAPES; t++) {
            const sb_conv m = conv(t);
            const sb_crew c = image_crew(s, t % 3 == 1 ? 0 : parameters(&m)); /* sometimes one theta for all */
            applied_once(p, &c, &m, (s + t) % 2);
        }
}

static void back(parity *p)
{
    for (int s = 0; s < IMAGE_CREWS; s++)
        for (int t = 0; t < SHAPES; t++) {
            const sb_conv m = conv(t);
            const sb_crew c = image_crew(s, t % 3 == 2 ? 0 : parameters(&m));
            back_once(p, &c, &m, (s + t) % 2);
        }
}

static void gradients(parity *p)
{
    for (int s = 0; s < IMAGE_CREWS; s++)
        for (int t = 0; t < SHAPES; t++) {
            const sb_conv m = conv(t);
            const sb_crew c = image_crew(s, parameters(&m));
            gradient_once(p, &c, &m, (s + t) % 2, (s + t) / 2 % 2);
        }
}

const parity_case SB_REAL_NAME(parity_conv)[3] = {{"conv_apply", applied}, {"conv_back", back}, {"conv_gradient", gradients}};
