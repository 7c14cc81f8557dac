/* A comparison that cannot fail is none. First each array that a case compares is falsified in turn (some of them, where there are
 * many); then operations are made slightly wrong. Every time the case must say so. */
#include "kernels/tests/parity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const sb_backend *right; /* the table whose operations the mutants start from */

static void step_too_long(const sb_backend *op, size_t n, double eta, const real *grad, const unsigned char *mask, real *theta)
{
    right->sgd_masked(op, n, eta * (sizeof(real) == sizeof(float) ? 1 + 1e-6 : 1 + 1e-15), grad, mask, theta);
}

static void bias_always(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *dz, const real *h, int keep,
                        int bias, real *grad)
{
    (void)bias;
    right->layer_gradient(op, c, m, dz, h, keep, 1, grad);
}

static void shift_forgotten(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *h, double rho,
                            double shift, const real *residual, real *z, real *out, real *slope)
{
    (void)shift;
    right->layer_forward(op, c, m, theta, h, rho, 0, residual, z, out, slope);
}

static void padding_counted(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *dz, const real *h, int keep,
                            int bias, real *grad)
{
    sb_crew whole = *c;
    whole.B = c->ld;
    right->layer_gradient(op, &whole, m, dz, h, keep, bias, grad);
}

static void one_block_off(const sb_backend *op, const sb_crew *c, const sb_source *source, const int *law, const sb_place *place,
                          uint64_t skip, const sb_draw *how, real *y, real *target, real *weight, int *k)
{
    right->draw(op, c, source, law, place, skip + 1, how, y, target, weight, k);
}

static void one_short(const sb_backend *op, int W, size_t D, const uint64_t *keep, const sb_place *place, unsigned char *mask)
{
    right->mask_random(op, W, D, keep, place, mask);
    if (W && D) right->clear(op, mask + (size_t)W * D - 1, 1);
}

static void limit_doubled(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica, const real *local,
                          const unsigned char *mask, double quantum, double limit, int64_t *sum, int32_t *count, uint64_t *lost)
{
    right->accumulate(op, W, D, theta_r, replica, local, mask, quantum, 2 * limit, sum, count, lost);
}

static size_t uncovered_kept(const sb_backend *op, size_t D, double quantum, const int64_t *sum, const int32_t *count,
                             int zero_uncovered, double *theta_r, int32_t *least)
{
    (void)zero_uncovered;
    return right->aggregate(op, D, quantum, sum, count, 0, theta_r, least);
}

static void second_term_left_out(const sb_backend *op, int m, int n, const int *k, const real *c, const real *X, const real *a,
                                 const real *Y, real *out)
{
    (void)Y;
    right->rows_combine(op, m, n, k, c, X, a, NULL, out);
}

static double dot_rounded(const sb_backend *op, size_t n, const real *x, const real *y)
{
    return (float)right->dot(op, n, x, y);
}

static void copy_short(const sb_backend *op, void *to, const void *from, size_t size)
{
    right->copy(op, to, from, size ? size - 1 : 0);
}

static void border_counted(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *theta, const real *h, int keep,
                           real *out)
{
    sb_conv turned = *m;
    turned.height = m->width, turned.width = m->height;
    right->conv_apply(op, c, &turned, theta, h, keep, out);
}

static void input_kept(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *theta, const real *dz, int keep,
                       real *g)
{
    (void)keep;
    right->conv_back(op, c, m, theta, dz, 0, g);
}

static void bias_of_conv_always(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *dz, const real *h, int keep,
                                int bias, real *grad)
{
    (void)bias;
    right->conv_gradient(op, c, m, dz, h, keep, 1, grad);
}

static void turning_forgotten(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *v,
                              const real *dz, const real *Rdz, const real *Rx, const real *xhat, const real *r, int keep, real *Rdx,
                              int keep_grad, real *Hv)
{
    (void)dz;
    right->norm_rback(op, c, m, theta, v, Rdz, Rdz, Rx, xhat, r, keep, Rdx, keep_grad, Hv);
}

static void moments_begun_late(const sb_backend *op, size_t n, double eta, const sb_adam *adam, int t, const real *grad,
                               const unsigned char *mask, real *m, real *s, real *theta)
{
    right->adam_masked(op, n, eta, adam, t + 1, grad, mask, m, s, theta);
}

static void epsilon_forgotten(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *x, real *xhat,
                              real *r, real *z)
{
    sb_norm without = *m;
    without.epsilon = 0;
    right->norm_forward(op, c, &without, theta, x, xhat, r, z);
}

static void last_pixels_left_out(const sb_backend *op, const sb_crew *c, int channels, int pixels, const real *x, int keep, real *e)
{
    right->pixel_sums(op, c, channels, pixels - 1, x, keep, e);
}

static void spread_added(const sb_backend *op, const sb_crew *c, int planes, int height, int width, double factor, const real *x,
                         int keep, real *out)
{
    (void)keep;
    right->spread(op, c, planes, height, width, factor, x, 1, out);
}

static void never_transposed(const sb_backend *op, const sb_crew *c, int I, int J, int K, int trans_a, int trans_b, double alpha,
                             const real *a, const real *b, int keep, real *out)
{
    (void)trans_a;
    right->lane_products(op, c, I, J, K, 0, trans_b, alpha, a, b, keep, out);
}

static void directions_exchanged(const sb_backend *op, const sb_crew *c, int I, int J, const real *p, const real *dp, const real *Rp,
                                 const real *Rdp, real *Rdx)
{
    right->softmax_rback(op, c, I, J, p, dp, Rdp, Rp, Rdx);
}

static sb_backend mutant(int number, const char **name, const parity_case **tested)
{
    sb_backend table = *right;
    switch (number) {
#define MUTANT(n, operation, with, cases, at)                                                                                      \
    case n:                                                                                                                        \
        table.operation = with;                                                                                                    \
        *name = #with;                                                                                                             \
        *tested = &SB_REAL_NAME(cases)[at];                                                                                        \
        break;
        MUTANT(0, sgd_masked, step_too_long, parity_updates, 4)
        MUTANT(1, layer_gradient, bias_always, parity_network, 3)
        MUTANT(2, layer_forward, shift_forgotten, parity_network, 1)
        MUTANT(3, layer_gradient, padding_counted, parity_network, 3)
        MUTANT(4, draw, one_block_off, parity_samples, 0)
        MUTANT(5, mask_random, one_short, parity_updates, 0)
        MUTANT(6, accumulate, limit_doubled, parity_updates, 5)
        MUTANT(7, aggregate, uncovered_kept, parity_updates, 5)
        MUTANT(8, rows_combine, second_term_left_out, parity_rows, 1)
        MUTANT(9, dot, dot_rounded, parity_vectors, 1)
        MUTANT(10, copy, copy_short, parity_queue, 0)
        MUTANT(11, conv_apply, border_counted, parity_conv, 0)
        MUTANT(12, conv_back, input_kept, parity_conv, 1)
        MUTANT(13, conv_gradient, bias_of_conv_always, parity_conv, 2)
        MUTANT(14, norm_rback, turning_forgotten, parity_norm, 1)
        MUTANT(15, adam_masked, moments_begun_late, parity_updates, 6)
        MUTANT(16, norm_forward, epsilon_forgotten, parity_norm, 0)
        MUTANT(17, pixel_sums, last_pixels_left_out, parity_pixels, 1)
        MUTANT(18, spread, spread_added, parity_pixels, 1)
        MUTANT(19, lane_products, never_transposed, parity_pixels, 3)
        MUTANT(20, softmax_rback, directions_exchanged, parity_pixels, 4)
#undef MUTANT
    default: *tested = NULL;
    }
    return table;
}

static void falsified(parity *p, const parity_case *one)
{
    enum { TRIED = 3 };
    p->spoilt = 0;
    SB_REAL_NAME(parity_run)(p, one);
    const unsigned compared = p->compared;
    unsigned found = 0, tried = 0;
    for (unsigned i = 0; i < TRIED && i < compared; i++, tried++) {
        p->spoilt = compared <= TRIED ? i + 1 : 1 + i * (compared - 1) / (TRIED - 1);
        SB_REAL_NAME(parity_run)(p, one);
        found += p->failures > 0;
    }
    p->spoilt = 0;
    p->quiet = 0;
    p->failures = 0;
    if (found != tried)
        SB_REAL_NAME(parity_fail)(p, __FILE__, __LINE__, "%s: %u of %u falsified arrays were noticed", one->name, found, tried);
    p->quiet = 1;
}

void SB_REAL_NAME(parity_mutants)(parity *p)
{
    unsigned failures = 0;
    const sb_backend *gpu = right = p->gpu;
    const parity_case *one;
    const char *name;
    p->quiet = 1;
#define FALSIFY(cases)                                                                                                             \
    for (size_t i = 0; i < sizeof SB_REAL_NAME(cases) / sizeof *SB_REAL_NAME(cases); i++) {                                        \
        falsified(p, &SB_REAL_NAME(cases)[i]);                                                                                     \
        failures += p->failures;                                                                                                   \
    }
    FALSIFY(parity_vectors)
    FALSIFY(parity_rows)
    FALSIFY(parity_network)
    FALSIFY(parity_samples)
    FALSIFY(parity_updates)
    FALSIFY(parity_conv)
    FALSIFY(parity_norm)
    FALSIFY(parity_pixels)
#undef FALSIFY
    for (int i = 0;; i++) {
        const sb_backend wrong = mutant(i, &name, &one);
        if (!one) break;
        p->gpu = &wrong;
        SB_REAL_NAME(parity_run)(p, one);
        p->gpu = gpu;
        if (p->failures == 0) {
            printf("# %s was not noticed\n", name);
            failures++;
        }
    }
    p->quiet = 0;
    p->failures = failures;
}
