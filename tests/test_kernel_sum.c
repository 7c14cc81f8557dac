/* test_kernel_sum.c: the sum of Gaussians on a grid against the plain double loop, and the windows of chain_window.h. */
#include "kl_case.h"

#include "base/memory.h"
#include "measure/chain_window.h"
#include "measure/kernel_sum.h"

#include <string.h>

enum { SOURCES = 300, POINTS = 60 * 70 };

/* Sources all over the grid and beyond, some of zero weight. */
static void draw_sources(int d, double *mean, double *weight)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 0, 1, 0);
    sb_stream_uniforms(&stream, (size_t)(SOURCES * d), mean);
    sb_stream_uniforms(&stream, SOURCES, weight);
    for (int i = 0; i < SOURCES * d; i++) mean[i] = -3.0 + 8.0 * mean[i];
    for (int i = 0; i < SOURCES; i += 7) weight[i] = 0.0;
    mean[0] = 1e300, mean[d] = -1e300; /* far beyond any index */
}

static sb_grid_density grid_of(int d, double *values)
{
    return (sb_grid_density){.d = d,
                             .n = {60, d == 2 ? 70 : 1},
                             .origin = {-1.385, d == 2 ? -0.7 : 0.0},
                             .step = {0.0571, d == 2 ? 0.0613 : 1.0},
                             .density = values};
}

static void compare_with_loop(int d, double variance)
{
    static double mean[2 * SOURCES], weight[SOURCES], values[POINTS];
    sb_context ctx;
    sb_kernel_work work = {0};
    sb_context_init(&ctx, 1);
    draw_sources(d, mean, weight);
    memset(values, 0xff, sizeof values); /* NaN */
    sb_grid_density grid = grid_of(d, values);
    if (!CHECK_OK(&ctx, sb_kernel_sum(&ctx, &work, SOURCES, mean, weight, 2.385, variance, 9.0, &grid))) return;
    double mass = 0.0, worst = 0.0;
    for (size_t at = 0; at < sb_grid_density_points(&grid); at++) {
        double y[2], sum = 0.0;
        sb_grid_density_point(&grid, at, y);
        for (int i = 0; i < SOURCES; i++) {
            double distance2 = 0.0;
            for (int l = 0; l < d; l++) distance2 += (y[l] - mean[i * d + l]) * (y[l] - mean[i * d + l]);
            sum += 2.385 * weight[i] * exp(-0.5 * distance2 / variance) / pow(2.0 * M_PI * variance, 0.5 * d);
        }
        worst = fmax(worst, fabs(sum - values[at]) / (sum + 1.0));
        mass += sum * sb_grid_density_cell(&grid);
    }
    CHECK(worst < 1e-13);
    CHECK_CLOSE(grid.mass, mass, 1e-12);
    CHECK(grid.variance == variance);
    sb_kernel_work_free(&work);
}

static void test_against_loop(void)
{
    for (int d = 1; d <= 2; d++) {
        compare_with_loop(d, 0.09);   /* kernels of a few steps */
        compare_with_loop(d, 0.0004); /* narrower than a step */
        compare_with_loop(d, 2.385);  /* wider than the grid */
    }
}

/* Cutting kernels at r deviations loses at most exp(-r^2/2) of each, and does lose that. */
static void test_reach(void)
{
    const double mean = 0.25, weight = 1.0, variance = 0.0361;
    double values[60];
    sb_context ctx;
    sb_kernel_work work = {0};
    sb_context_init(&ctx, 1);
    sb_grid_density grid = grid_of(1, values);
    if (!CHECK_OK(&ctx, sb_kernel_sum(&ctx, &work, 1, &mean, &weight, 1.0, variance, 2.0, &grid))) return;
    for (size_t at = 0; at < sb_grid_density_points(&grid); at++) {
        double y;
        sb_grid_density_point(&grid, at, &y);
        const double z = (y - mean) / sqrt(variance), full = exp(-0.5 * z * z) / sqrt(2.0 * M_PI * variance);
        if (fabs(z) < 2.0) CHECK_CLOSE(values[at], full, 1e-13);
        if (fabs(z) > 2.0 + 0.0571 / sqrt(variance)) CHECK(values[at] == 0.0);
    }
    sb_kernel_work_free(&work);
}

/* For the score zero the chain run backwards is the forward process: boxes are those of the forward law, to rounding. */
static void test_window_of_zero_score(void)
{
    const double mean[2] = {1.385, -0.4}, covariance[4] = {0.3, 0.0, 0.0, 0.17};
    kl_case c;
    kl_case_fill(&c, 2, SB_MODEL_AFFINE);
    kl_case_gaussian(&c, mean, covariance);
    if (!kl_case_build(&c)) return;
    sb_window window[16];
    double variance[16];
    sb_sampler_map map = {0};
    for (int k = 0; k < c.system.grid.K; k++) variance[k] = pow(sb_sampler_map_step(&c.system, k).c, 2.0);
    const sb_mixture q = sb_data_pooled(&c.system.data);
    const sb_window last = sb_window_of_law(&q, c.system.grid.delta, 8.0);
    CHECK_CLOSE(last.lo[0], exp(-0.05) * 1.385 - 8.0 * sqrt(exp(-0.1) * 0.3 + 1.0 - exp(-0.1)), 1e-13);
    CHECK_CLOSE(last.hi[1], exp(-0.05) * -0.4 + 8.0 * sqrt(exp(-0.1) * 0.17 + 1.0 - exp(-0.1)), 1e-13);
    CHECK_OK(&c.ctx, sb_sampler_map_create(&c.ctx, &c.system, c.theta, SB_WINDOW_BATCH, &map));
    CHECK_OK(&c.ctx, sb_window_sources(&c.ctx, &map, variance, &last, 8.0, window));
    for (int k = 0; k < c.system.grid.K; k++)
        for (int i = 0; i < 2; i++) {
            const double since = c.system.grid.u[k] - c.system.grid.delta, noise = 8.0 * sqrt(1.0 - exp(-2.0 * since));
            CHECK_NEAR(window[k].lo[i], exp(-since) * last.lo[i] - noise, 1e-12);
            CHECK_NEAR(window[k].hi[i], exp(-since) * last.hi[i] + noise, 1e-12);
        }
    sb_sampler_map_free(&map);
    kl_case_close(&c);
}

static void test_join(void)
{
    const sb_window law = {{-2.0, -1.0}, {3.0, 1.0}}, bulk = {{-1.0, -40.0}, {2.0, 40.0}}, source = {{-10.0, -1.5}, {10.0, 1.75}};
    const sb_window box = sb_window_join(2, &bulk, &law, &source);
    CHECK(box.lo[0] == -2.0 && box.hi[0] == 3.0);                                 /* both fit: all that bulk and law need */
    CHECK(box.lo[1] <= -1.5 && box.hi[1] >= 1.75 && box.hi[1] - box.lo[1] < 3.5); /* a scattered bulk is cut to the source */

    /* N(0,1) and a source N(40,1) at 8 deviations do not meet: half way is where paths go. */
    const sb_window here = {{-8.0}, {8.0}}, there = {{32.0}, {48.0}};
    const sb_window between = sb_window_join(1, &here, &there, &there);
    CHECK(between.lo[0] <= 12.0 && between.hi[0] >= 48.0);
}

int main(void)
{
    static const sb_test tests[] = {{"kernel sum against the plain loop", test_against_loop},
                                    {"reach of a kernel", test_reach},
                                    {"windows of the score zero are those of the forward process", test_window_of_zero_score},
                                    {"joined windows", test_join}};
    return sb_test_main("kernel_sum", tests, sizeof tests / sizeof *tests);
}
