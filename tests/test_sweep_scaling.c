/* How constants follow a key by its nature: against exact quantities and real grids. */
#include "harness.h"

#include "base/slope.h"
#include "claim/laws.h"
#include "measure/exact.h"
#include "sweep/findings.h"

static sb_context context;

/* What follows d, against the exact quantities of Gaussians in d and 3 d dimensions. */
static void test_scaling_of_dimension(void)
{
    enum { SMALL = 2, LARGE = 6 };
    double variance[LARGE];
    sb_exact exact[2];
    sb_grid grid;
    sb_constants c0, c;
    for (int i = 0; i < LARGE; i++) variance[i] = i % 2 ? 0.385 : 2.1;
    if (!CHECK_OK(&context, sb_grid_steps(&context, SB_GRID_KAPPA, 2.385, 0.03, 30, &grid))) return;
    for (int k = 0; k < 2; k++) {
        sb_law law;
        CHECK_OK(&context, sb_law_gaussian(&context, k ? LARGE : SMALL, 0.7, variance, &law));
        const sb_mixture q = sb_law_view(&law);
        CHECK_OK(&context, sb_exact_compute(&context, &q, &grid, 64, 0.95, 1, 0, &exact[k]));
        sb_law_free(&law);
    }
    sb_constants_clear(&c0);
    c0.d = SMALL, c0.M2 = exact[0].M2.value, c0.C1 = exact[0].C1.value, c0.D_sum = exact[0].D_sum.value,
    c0.B_sum = exact[0].B_sum.value;
    c0.kl_init = exact[0].kl_init.value, c0.kl_prior = exact[0].kl_prior.value, c0.U = exact[0].U, c0.B_bound = exact[0].B_bound;
    CHECK(sb_sweep_scaling("data.dimension", SMALL, LARGE, &c0, &c) == 1);
    CHECK(c.d == LARGE && isnan(c.L));
    CHECK_CLOSE(c.M2, exact[1].M2.value, 1e-12);
    CHECK_CLOSE(c.C1, exact[1].C1.value, 1e-12);
    CHECK_CLOSE(c.D_sum, exact[1].D_sum.value, 1e-11);
    CHECK_CLOSE(c.B_sum, exact[1].B_sum.value, 1e-12);
    CHECK_CLOSE(c.kl_init, exact[1].kl_init.value, 1e-10);
    CHECK_CLOSE(c.kl_prior, exact[1].kl_prior.value, 1e-12);
    CHECK_CLOSE(c.U, exact[1].U, 1e-12);
    CHECK_CLOSE(c.B_bound, exact[1].B_bound, 1e-12);
    sb_exact_free(&exact[0]);
    sb_exact_free(&exact[1]);
    sb_grid_free(&grid);
}

/* What follows the grid, against real grids: to leading order in 1/K. */
static void check_grid_scaling(const char *along, double x0, double x, const double at0[3], const double at[3], double tolerance)
{
    sb_grid g0, g;
    sb_constants c0, c;
    CHECK_OK(&context, sb_grid_steps(&context, SB_GRID_KAPPA, at0[0], at0[1], (int)at0[2], &g0));
    CHECK_OK(&context, sb_grid_steps(&context, SB_GRID_KAPPA, at[0], at[1], (int)at[2], &g));
    sb_constants_clear(&c0);
    c0.T = at0[0], c0.delta = at0[1], c0.K = at0[2], c0.kappa = g0.kappa;
    c0.U = sb_discretisation_U(&g0, 2, 1.7), c0.B_bound = sb_discretisation_B_bound(&g0, 2), c0.step2 = 0.0;
    for (int k = 0; k < g0.K; k++) c0.step2 += g0.gamma[k] * g0.gamma[k];
    CHECK(sb_sweep_scaling(along, x0, x, &c0, &c) == 1);
    double step2 = 0.0;
    for (int k = 0; k < g.K; k++) step2 += g.gamma[k] * g.gamma[k];
    CHECK(c.T == at[0] && c.delta == at[1] && c.K == at[2]);
    CHECK_CLOSE(c.kappa, g.kappa, tolerance);
    CHECK_CLOSE(c.step2, step2, tolerance);
    CHECK_CLOSE(c.U, sb_discretisation_U(&g, 2, 1.7), 2.0 * tolerance);
    CHECK_CLOSE(c.B_bound, sb_discretisation_B_bound(&g, 2), 3.0 * tolerance);
    sb_grid_free(&g0);
    sb_grid_free(&g);
}

static void test_scaling_of_the_grid(void)
{
    const double at[3] = {2.385, 0.01, 400}, finer[3] = {2.385, 0.01, 1600}, later[3] = {2.385, 0.0025, 400};
    check_grid_scaling("diffusion.K", 400, 1600, at, finer, 0.02);
    check_grid_scaling("diffusion.delta", 0.01, 0.0025, at, later, 0.08);
    sb_constants c0, c;
    sb_constants_clear(&c0);
    c0.T = 2.0, c0.delta = 0.1, c0.K = 100.0, c0.kappa = 0.04, c0.kl_init = 0.5;
    CHECK(sb_sweep_scaling("diffusion.T", 2.0, 3.5, &c0, &c) == 1);
    CHECK_CLOSE(c.kappa, 0.04 * (2.5 + log(10.0)) / (1.0 + log(10.0)), 1e-13); /* (T - 1 + log(1/delta))/K */
    CHECK_CLOSE(c.kl_init, 0.5 * exp(-3.0), 1e-13);
    CHECK(c.T == 3.5 && c.delta == 0.1);
    CHECK(sb_sweep_scaling("diffusion.delta", 0.1, 1.5, &c0, &c) == 1);
    CHECK_CLOSE(c.kappa, 0.04 * 0.5 / (1.0 + log(10.0)), 1e-13);

    /* U falls like 1/K, on real grids too */
    double x[4];
    sb_number U[4];
    for (int i = 0; i < 4; i++) {
        sb_grid g;
        x[i] = 50 << i;
        CHECK_OK(&context, sb_grid_steps(&context, SB_GRID_LOG_SNR, 2.385, 0.01, (int)x[i], &g));
        U[i] = sb_number_exact(sb_discretisation_U(&g, 2, 1.7));
        sb_grid_free(&g);
    }
    CHECK_NEAR(sb_slope_fitted(4, x, U).value, -1.0, 0.03);
}

static void test_scaling_of_the_rest(void)
{
    sb_constants c0, c;
    sb_constants_clear(&c0);
    c0.N = 10.0, c0.Gamma = 6.0, c0.w2 = 0.2, c0.prune2 = 0.1, c0.R = 5.0, c0.S = 2.0, c0.eta = 0.1, c0.L = 2.0;
    CHECK(sb_sweep_scaling("data.workers", 10, 25, &c0, &c) && c.N == 25.0 && c.Gamma == 15.0 && c.w2 == 0.2);
    CHECK(sb_sweep_scaling("train.rounds", 5, 7, &c0, &c) && c.R == 7.0 && c.S == 2.0);
    CHECK(sb_sweep_scaling("train.local_steps", 2, 3, &c0, &c) && c.S == 3.0 && c.R == 5.0);
    CHECK(sb_sweep_scaling("train.learning_rate", 0.1, 0.3, &c0, &c) && c.eta == 0.3);
    CHECK(sb_sweep_scaling("L", 2, 4, &c0, &c) && c.L == 4.0 && c.eta == 0.1);
    CHECK(sb_sweep_scaling("pruning.keep", 0.6, 0.8, &c0, &c) == 1);
    CHECK_CLOSE(c.w2, 0.1, 1e-13);
    CHECK_CLOSE(c.prune2, 0.05, 1e-13);
    CHECK_CLOSE(c.Gamma, 8.0, 1e-13);
    CHECK(sb_sweep_scaling("pruning.keep", 0.6, 1.0, &c0, &c) && c.w2 == 0.0 && c.Gamma == 10.0);
    CHECK(sb_sweep_scaling("pruning.keep", 1.0, 0.5, &c0, &c) && isnan(c.w2)); /* nothing was pruned there */
    CHECK(sb_sweep_scaling("pruning.keep", 1.0, 1.0, &c0, &c) && c.w2 == 0.2);
    CHECK(sb_sweep_scaling("data.alpha", 1.0, 2.0, &c0, &c) == 0 && c.N == 10.0);
    CHECK(sb_sweep_scaling("seed", 1.0, 2.0, &c0, &c) == 0);
}

int main(void)
{
    static const sb_test tests[] = {
        {"what follows the dimension, against exact quantities", test_scaling_of_dimension},
        {"what follows the grid, against real grids", test_scaling_of_the_grid},
        {"what follows the other keys", test_scaling_of_the_rest},
    };
    sb_context_init(&context, 2);
    return sb_test_main("sweep scaling", tests, sizeof tests / sizeof *tests);
}
