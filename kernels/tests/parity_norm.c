/* Group normalisation of crews. */
#include "kernels/tests/parity_images.h"

#include <math.h>

static const int shapes[][3] = {{1, 1, 1}, {4, 2, 15}, {6, 6, 9}, {6, 1, 4}, {32, 8, 16}, {2, 1, 0}}; /* channels, groups, pixels */
enum { SHAPES = sizeof shapes / sizeof *shapes };

static sb_norm norm(int t)
{
    const int *s = shapes[t];
    const sb_norm m = {s[0], s[1], s[2], 3, 5 + (size_t)s[0], 0.7, -1.3, 1e-5};
    return m;
}

static size_t parameters(const sb_norm *m)
{
    return m->shift + m->channels + 2;
}

/* The rows of a group, those of a worker, and the same in numbers. */
static int rows_of(const sb_norm *m)
{
    return m->channels / m->groups * m->pixels;
}

static size_t numbers(const sb_norm *m, const sb_crew *c)
{
    return (size_t)m->channels * m->pixels * c->ld;
}

static void forward_once(parity *p, const sb_crew *c, const sb_norm *m, int with_z, int in_place)
{
    const sb_crew one = image_alone(c);
    const size_t n = numbers(m, c), scales = (size_t)m->groups * c->ld;
    const double terms = rows_of(m) + 8;
    reals theta, x, xhat, r, z;
    PARITY_REALS(p, theta, c->stride ? c->W * c->stride : parameters(m));
    PARITY_REALS(p, x, c->W * n);
    if (in_place) xhat = x;
    else PARITY_BLANK(p, xhat, c->W * n);
    PARITY_BLANK(p, r, c->W * scales);
    PARITY_BLANK(p, z, c->W * n);
    p->gpu->norm_forward(p->gpu, c, m, theta.g, x.g, xhat.g, r.g, with_z ? z.g : NULL);
    for (int w = 0; w < c->W; w++)
        p->cpu->norm_forward(p->cpu, &one, m, theta.c + w * c->stride, x.c + w * n, xhat.c + w * n, r.c + w * scales,
                             with_z ? z.c + w * n : NULL);
    double *of_r = image_bound(p, r.n, terms, 1), *of_xhat = image_bound(p, xhat.n, terms, 1),
           *of_z = image_bound(p, z.n, terms, 1);
    for (size_t i = 0; i < r.n; i++) of_r[i] *= fabs((double)r.c[i]);
    for (size_t i = 0; i < xhat.n; i++) {
        const size_t row = i / (size_t)c->ld / (rows_of(m) ? rows_of(m) : 1), b = i % (size_t)c->ld;
        of_xhat[i] *= 4 * fabs((double)r.c[row * c->ld + b]) + fabs((double)xhat.c[i]); /* x and its mean are below 2 */
        of_z[i] = 2.5 * of_xhat[i] + parity_sums(2, 5 + fabs((double)z.c[i]));
    }
    PARITY_LANES(p, r, c->B, c->ld, of_r);
    PARITY_LANES(p, xhat, c->B, c->ld, of_xhat);
    if (with_z) PARITY_LANES(p, z, c->B, c->ld, of_z);
    else PARITY_SAME(p, z); /* left alone */
    parity_release(p);
}

/* Everything that the derivatives need, xhat and r being any numbers. Bounds follow from sizes: r < 2, |1 + alpha gain| < 2.4. */
typedef struct {
    reals theta, v, dz, Rdz, Rx, xhat, r, out, other, grad;
} inputs;

static inputs set_up(parity *p, const sb_crew *c, const sb_norm *m, int keep, int keep_grad)
{
    const size_t rows = (size_t)c->W * m->channels * m->pixels, n = rows * c->ld;
    inputs t;
    PARITY_REALS(p, t.theta, c->W * c->stride);
    PARITY_REALS(p, t.v, c->W * c->stride);
    IMAGE_BACK(p, t.dz, rows, *c);
    IMAGE_BACK(p, t.Rdz, rows, *c);
    PARITY_REALS(p, t.Rx, n);
    PARITY_REALS(p, t.xhat, n);
    PARITY_FILL(p, t.r, (size_t)c->W * m->groups * c->ld, (real)parity_between(p, 0.5, 2));
    IMAGE_OUT(p, t.out, n, keep);
    PARITY_BLANK(p, t.other, n);
    IMAGE_OUT(p, t.grad, c->W * c->stride, keep_grad);
    return t;
}

static void compare_gradient(parity *p, const sb_crew *c, const sb_norm *m, const inputs *t, double size)
{
    const double terms = (double)m->pixels * c->B + 2;
    double *bound = image_bound(p, t->grad.n, 0, 0);
    for (size_t w = 0; w < (size_t)c->W; w++)
        for (size_t i = 0; i < (size_t)m->channels; i++)
            bound[w * c->stride + m->gain + i] = bound[w * c->stride + m->shift + i] =
                parity_sums(terms + rows_of(m), terms * size);
    PARITY_NEAR(p, t->grad, bound);
}

static void back_once(parity *p, const sb_crew *c, const sb_norm *m, int keep, int keep_grad, int with_grad)
{
    const sb_crew one = image_alone(c);
    const size_t n = numbers(m, c), scales = (size_t)m->groups * c->ld;
    const inputs t = set_up(p, c, m, keep, keep_grad);
    p->gpu->norm_back(p->gpu, c, m, t.theta.g, t.dz.g, t.xhat.g, t.r.g, keep, t.out.g, keep_grad, with_grad ? t.grad.g : NULL);
    for (int w = 0; w < c->W; w++)
        p->cpu->norm_back(p->cpu, &one, m, t.theta.c + w * c->stride, t.dz.c + w * n, t.xhat.c + w * n, t.r.c + w * scales, keep,
                          t.out.c + w * n, keep_grad, with_grad ? t.grad.c + w * c->stride : NULL);
    PARITY_LANES(p, t.out, c->B, c->ld, image_bound(p, t.out.n, rows_of(m) + 8, 60));
    if (with_grad) compare_gradient(p, c, m, &t, 6);
    else PARITY_SAME(p, t.grad);
    parity_release(p);
}

static void rforward_once(parity *p, const sb_crew *c, const sb_norm *m, int with_x)
{
    const sb_crew one = image_alone(c);
    const size_t n = numbers(m, c), scales = (size_t)m->groups * c->ld;
    const inputs t = set_up(p, c, m, 0, 0);
    p->gpu->norm_rforward(p->gpu, c, m, t.theta.g, t.v.g, with_x ? t.Rx.g : NULL, t.xhat.g, t.r.g, t.out.g, t.other.g);
    for (int w = 0; w < c->W; w++)
        p->cpu->norm_rforward(p->cpu, &one, m, t.theta.c + w * c->stride, t.v.c + w * c->stride, with_x ? t.Rx.c + w * n : NULL,
                              t.xhat.c + w * n, t.r.c + w * scales, t.out.c + w * n, t.other.c + w * n);
    PARITY_LANES(p, t.out, c->B, c->ld, image_bound(p, t.out.n, rows_of(m) + 8, 24));
    PARITY_LANES(p, t.other, c->B, c->ld, image_bound(p, t.other.n, rows_of(m) + 12, 63));
    parity_release(p);
}

static void rback_once(parity *p, const sb_crew *c, const sb_norm *m, int keep, int keep_grad, int with_grad)
{
    const sb_crew one = image_alone(c);
    const size_t n = numbers(m, c), scales = (size_t)m->groups * c->ld;
    const inputs t = set_up(p, c, m, keep, keep_grad);
    p->gpu->norm_rback(p->gpu, c, m, t.theta.g, t.v.g, t.dz.g, t.Rdz.g, t.Rx.g, t.xhat.g, t.r.g, keep, t.out.g, keep_grad,
                       with_grad ? t.grad.g : NULL);
    for (int w = 0; w < c->W; w++)
        p->cpu->norm_rback(p->cpu, &one, m, t.theta.c + w * c->stride, t.v.c + w * c->stride, t.dz.c + w * n, t.Rdz.c + w * n,
                           t.Rx.c + w * n, t.xhat.c + w * n, t.r.c + w * scales, keep, t.out.c + w * n, keep_grad,
                           with_grad ? t.grad.c + w * c->stride : NULL);
    PARITY_LANES(p, t.out, c->B, c->ld, image_bound(p, t.out.n, rows_of(m) + 20, 1500));
    if (with_grad) compare_gradient(p, c, m, &t, 60);
    else PARITY_SAME(p, t.grad);
    parity_release(p);
}

static void forward(parity *p)
{
    for (int s = 0; s < IMAGE_CREWS; s++)
        for (int t = 0; t < SHAPES; t++) {
            const sb_norm m = norm(t);
            const sb_crew c = image_crew(s, t % 3 == 1 ? 0 : parameters(&m));
            forward_once(p, &c, &m, (s + t) % 2, (s + t) / 2 % 2);
        }
}

static void derivatives(parity *p)
{
    for (int s = 0; s < IMAGE_CREWS; s++)
        for (int t = 0; t < SHAPES; t++) {
            const sb_norm m = norm(t);
            const sb_crew c = image_crew(s, parameters(&m));
            const int how = (s + t) % 5; /* not all combinations, but each with several crews and shapes */
            back_once(p, &c, &m, how % 2, how / 2 % 2, how < 4);
            rback_once(p, &c, &m, how % 2, how / 2 % 2, how < 4);
            rforward_once(p, &c, &m, how % 2);
        }
}

const parity_case SB_REAL_NAME(parity_norm)[2] = {{"norm_forward", forward}, {"norm_back, norm_rforward, norm_rback", derivatives}};
