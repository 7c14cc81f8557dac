/* exact_laws.h: a grid and the exact quantities of a law on it, for tests. */
#ifndef SB_TESTS_EXACT_LAWS_H
#define SB_TESTS_EXACT_LAWS_H

#include "laws.h"
#include "measure/exact.h"

static inline sb_grid make_grid(sb_grid_kind kind, double T, double delta, int K)
{
    sb_context ctx = test_context();
    const sb_config config = {.diffusion = {.T = T, .delta = delta, .grid = kind, .K = K}};
    sb_grid grid;
    CHECK_OK(&ctx, sb_grid_create(&ctx, &config, &grid));
    return grid;
}

static inline sb_exact compute(const sb_mixture *q, const sb_grid *grid)
{
    sb_context ctx = test_context();
    sb_exact exact;
    CHECK_OK(&ctx, sb_exact_compute(&ctx, q, grid, 256, 0.95, 5, 0, &exact));
    return exact;
}

#endif
