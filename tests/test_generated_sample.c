/* test_generated_sample.c: generated points against the closed recursion of their moments, and against their density on a grid. */
#include "rung_case.h"

#include "base/memory.h"
#include "diffusion/sampler.h"
#include "measure/generated_sample.h"

#include <stdlib.h>
#include <string.h>

/* Mean and variance of each coordinate of a chain that is affine along the axes, in deviations from what they should be. */
static void test_moments(void)
{
    enum { D = 3, COUNT = 20000 };
    for (sb_sampler_kind sampler = SB_SAMPLER_EXPONENTIAL; sampler <= SB_SAMPLER_EULER; sampler++) {
        rung_case r;
        double *y = sb_array_alloc((size_t)COUNT * D, sizeof *y, 0);
        if (!rung_case_gaussian(&r, D, 9, 0.8, 2)) return;
        r.c.fixture.config.diffusion.sampler = sampler;
        CHECK_OK(&r.c.ctx, sb_generated_sample(&r.c.ctx, &r.c.system, r.c.theta, COUNT, 1, y));
        for (int i = 0; i < D; i++) {
            double m = 0.0, v = 1.0, mean = 0.0, square = 0.0;
            for (int k = 0; k < 9; k++) {
                const sb_sampler_step s = sb_sampler_coefficients(sampler, r.c.system.grid.gamma[k]);
                const double *A = r.c.theta + 2 * k * D, f = s.a + s.b * A[i];
                m = f * m + s.b * A[D + i];
                v = f * f * v + s.c * s.c;
            }
            for (int b = 0; b < COUNT; b++) mean += y[b * D + i] / COUNT;
            for (int b = 0; b < COUNT; b++) square += (y[b * D + i] - mean) * (y[b * D + i] - mean) / COUNT;
            CHECK(fabs(mean - m) < 4.5 * sqrt(v / COUNT));
            CHECK(fabs(square - v) < 4.5 * v * sqrt(2.0 / COUNT));
            CHECK(fabs(square - 0.93 * v) > 4.5 * v * sqrt(2.0 / COUNT)); /* what seven per cent would look like */
        }
        sb_free(y);
        rung_case_close(&r);
    }
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* sqrt(count) times the largest distance of the empirical distribution of sorted y from the density's. */
static double kolmogorov(const sb_grid_density *p, int count, const double *y)
{
    double below = 0.0, most = 0.0;
    for (int i = 0, b = 0; i < p->n[0]; i++) {
        below += p->step[0] * p->density[i];
        const double edge = p->origin[0] + (i + 0.5) * p->step[0];
        while (b < count && y[b] <= edge) b++;
        most = fmax(most, fabs(below - (double)b / count));
    }
    return sqrt(count) * most;
}

/* A mixture's oracle: no Gaussian comes out. */
static void test_against_grid(void)
{
    enum { COUNT = 20000 };
    rung_case r;
    sb_grid_density p = {0};
    double *y = sb_array_alloc(COUNT, sizeof *y, 0);
    if (!rung_case_mixture(&r, 1, 1)) return;
    CHECK_OK(&r.c.ctx, sb_generated_sample(&r.c.ctx, &r.c.system, r.c.theta, COUNT, 0, y));
    CHECK_OK(&r.c.ctx, sb_generated_density(&r.c.ctx, &r.c.system, r.c.theta, 1.0, &p));
    qsort(y, COUNT, sizeof *y, ascending);
    CHECK(kolmogorov(&p, COUNT, y) < 1.95); /* exceeded once in a thousand times */
    for (int b = 0; b < COUNT; b++) y[b] *= 1.04;
    CHECK(kolmogorov(&p, COUNT, y) > 1.95);
    sb_grid_density_free(&p);
    sb_free(y);
    rung_case_close(&r);
}

/* A point depends on its number and on the replica, not on how many there are or on threads. */
static void test_places(void)
{
    enum { D = 2, MANY = 700, FEW = 301 };
    kl_case c;
    double many[MANY * D], few[FEW * D], other[FEW * D];
    kl_case_fill(&c, D, SB_MODEL_MLP);
    if (!kl_case_build(&c)) return;
    kl_case_random(&c, 0, 0.8);
    CHECK_OK(&c.ctx, sb_generated_sample(&c.ctx, &c.system, c.theta, MANY, 3, many));
    c.ctx.threads = 3;
    CHECK_OK(&c.ctx, sb_generated_sample(&c.ctx, &c.system, c.theta, FEW, 3, few));
    CHECK_OK(&c.ctx, sb_generated_sample(&c.ctx, &c.system, c.theta, FEW, 4, other));
    CHECK(memcmp(many, few, sizeof few) == 0);
    CHECK_OK(&c.ctx, sb_generated_sample_stage(&c.ctx, &c.system, c.theta, FEW, 3, few));
    CHECK(memcmp(many, few, sizeof few) == 0);
    for (int i = 0; i < FEW * D; i++) CHECK(few[i] != other[i]);
    kl_case_close(&c);
}

/* A model trained in single precision generates in single precision: the same points within its rounding, those that are measured apart. */
static void test_single(void)
{
    enum { D = 2, COUNT = 130 };
    kl_case c;
    double precise[COUNT * D], single[COUNT * D], largest = 0.0;
    kl_case_fill(&c, D, SB_MODEL_MLP);
    c.fixture.config.train.precision = SB_PRECISION_FLOAT;
    if (!kl_case_build(&c)) return;
    kl_case_random(&c, 0, 0.8);
    CHECK_OK(&c.ctx, sb_generated_sample(&c.ctx, &c.system, c.theta, COUNT, 3, precise));
    CHECK_OK(&c.ctx, sb_generated_sample_stage(&c.ctx, &c.system, c.theta, COUNT, 3, single));
    for (int i = 0; i < COUNT * D; i++) {
        CHECK(single[i] == (double)(float)single[i]);
        largest = fmax(largest, fabs(single[i] - precise[i]));
    }
    CHECK(largest > 0.0 && largest < 1e-4);
    kl_case_close(&c);
}

static void test_errors(void)
{
    volatile sig_atomic_t stop = 1;
    rung_case r;
    double y[4];
    if (!rung_case_gaussian(&r, 2, 9, 1.0, 2)) return;
    r.c.ctx.stop = &stop;
    CHECK_FAILS(&r.c.ctx, sb_generated_sample(&r.c.ctx, &r.c.system, r.c.theta, 2, 0, y), SB_EINTR, "stopped");
    r.c.ctx.stop = NULL;
    r.c.theta[2 * 2 * 4] = INFINITY;
    CHECK_FAILS(&r.c.ctx, sb_generated_sample(&r.c.ctx, &r.c.system, r.c.theta, 2, 0, y), SB_ERANGE, "took point 0");
    rung_case_close(&r);
}

int main(void)
{
    static const sb_test tests[] = {{"moments of an affine chain", test_moments},
                                    {"a mixture against its density", test_against_grid},
                                    {"draws are functions of their place", test_places},
                                    {"single precision", test_single},
                                    {"errors", test_errors}};
    return sb_test_main("generated_sample", tests, sizeof tests / sizeof *tests);
}
