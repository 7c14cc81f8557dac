/* Coefficients of the samplers, against their definitions and against the reverse process they discretise. */
#include "harness.h"

#include "diffusion/sampler.h"

static void definitions(void)
{
    const double gammas[] = {0.02385, 0.385, 1.7};
    for (int i = 0; i < 3; i++) {
        const double g = gammas[i];
        const sb_sampler_step e = sb_sampler_coefficients(SB_SAMPLER_EXPONENTIAL, g),
                              d = sb_sampler_coefficients(SB_SAMPLER_DDPM, g);
        const sb_sampler_step o = sb_sampler_coefficients(SB_SAMPLER_EULER, g);
        CHECK_CLOSE(e.a, exp(g), 1e-15);
        CHECK_CLOSE(e.b, 2.0 * (exp(g) - 1.0), 1e-13);
        CHECK_CLOSE(e.c * e.c, exp(2.0 * g) - 1.0, 1e-13);
        CHECK_CLOSE(d.a, exp(g), 1e-15);
        CHECK_CLOSE(d.b, exp(g) - exp(-g), 1e-13);
        CHECK_CLOSE(d.c, e.c, 1e-15);
        CHECK_CLOSE(o.a, 1.0 + g, 1e-15);
        CHECK_CLOSE(o.b, 2.0 * g, 1e-15);
        CHECK_CLOSE(o.c * o.c, 2.0 * g, 1e-14);
    }
}

/* Tiny steps lose no digits: b/(2g) -> 1, c^2/(2g) -> 1. */
static void tiny_steps(void)
{
    for (int kind = 0; kind < 3; kind++) {
        const sb_sampler_step s = sb_sampler_coefficients((sb_sampler_kind)kind, 2.385e-13);
        CHECK_CLOSE(s.b, 2.0 * 2.385e-13, 1e-12);
        CHECK_CLOSE(s.c * s.c, 2.0 * 2.385e-13, 1e-12);
    }
}

/* Data N(m, v): with the exact score the ddpm step's mean is that of the reverse kernel, E[X_a | X_b = y]. */
static void reverse_means(void)
{
    const double b = 0.9, a = 0.515, g = b - a, m = 1.3, v = 0.4, c_b = exp(-2.0 * b) * v + 1.0 - exp(-2.0 * b);
    const sb_sampler_step s = sb_sampler_coefficients(SB_SAMPLER_DDPM, g);
    /* Y ~ q_b has mean e^-b m, the score there is (e^-b m - Y)/c_b with mean 0 */
    CHECK_CLOSE(s.a * exp(-b) * m, exp(-a) * m, 1e-15);
    /* E[X_a | X_b = y] = e^-a m + e^-g (c_a/c_b) (y - e^-b m) */
    const double c_a = exp(-2.0 * a) * v + 1.0 - exp(-2.0 * a);
    CHECK_CLOSE(s.a - s.b / c_b, exp(-g) * c_a / c_b, 1e-14);
}

static const sb_test tests[] = {
    {"definitions", definitions}, {"tiny steps", tiny_steps}, {"the reverse kernel's mean", reverse_means}};

int main(void)
{
    return sb_test_main("sampler", tests, sizeof tests / sizeof *tests);
}
