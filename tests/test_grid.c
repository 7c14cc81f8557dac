/* Time grids: end points, monotonicity, kappa, each kind against a second construction. */
#include "harness.h"

#include "diffusion/grid.h"

static sb_context context(void)
{
    sb_context ctx;
    sb_context_init(&ctx, 1);
    return ctx;
}

static sb_grid make(sb_grid_kind kind, double T, double delta, int K, double kappa)
{
    sb_context ctx = context();
    const sb_config config = {.diffusion = {.T = T, .delta = delta, .grid = kind, .K = K, .kappa = kappa}};
    sb_grid grid;
    CHECK_OK(&ctx, sb_grid_create(&ctx, &config, &grid));
    return grid;
}

/* What every grid must satisfy. */
static void check_grid(const sb_grid *g)
{
    double kappa = 0.0;
    CHECK(g->u[0] == g->T && g->u[g->K] == g->delta && g->t[0] == 0.0 && g->t[g->K] == g->T - g->delta);
    for (int k = 0; k <= g->K; k++) CHECK_CLOSE(g->sigma2[k], 1.0 - exp(-2.0 * g->u[k]), 1e-15 / fmin(1.0, g->u[k]));
    for (int k = 0; k < g->K; k++) {
        CHECK(g->u[k] > g->u[k + 1]);
        CHECK(g->gamma[k] == g->u[k] - g->u[k + 1]);
        CHECK_NEAR(g->t[k] + g->u[k], g->T, 1e-15);
        kappa = fmax(kappa, g->gamma[k] / fmin(1.0, g->u[k + 1]));
    }
    CHECK(kappa == g->kappa);
}

static void kappa_given(void)
{
    const double kappas[] = {0.01, 0.0385, 0.1, 0.37, 1.0, 5.0, 1e7},
                 ends[][2] = {{3.0, 0.01}, {2.385, 1e-6}, {0.7, 0.2}, {6.0, 1.5}, {1.0, 0.5}};
    for (size_t e = 0; e < sizeof ends / sizeof *ends; e++)
        for (size_t i = 0; i < sizeof kappas / sizeof *kappas; i++) {
            sb_grid g = make(SB_GRID_KAPPA, ends[e][0], ends[e][1], 0, kappas[i]);
            check_grid(&g);
            CHECK(g.kappa <= kappas[i] * (1.0 + 1e-11));
            double u = g.T; /* the longest step allowed, step by step */
            for (int k = 0; k + 1 < g.K; k++) {
                const double step = fmin(kappas[i], kappas[i] * u / (1.0 + kappas[i]));
                CHECK_CLOSE(step, kappas[i] * fmin(1.0, u - step), 1e-12);
                u -= step;
                CHECK_NEAR(g.u[k + 1], u, 1e-12);
            }
            CHECK(u - fmin(kappas[i], kappas[i] * u / (1.0 + kappas[i])) <= g.delta * (1.0 + 1e-9));
            sb_grid_free(&g);
        }
    sb_grid g = make(SB_GRID_KAPPA, 4.0, 1.0, 0, 0.1); /* a whole number of steps, in spite of rounding */
    CHECK(g.K == 30);
    sb_grid_free(&g);
}

static void kappa_from_steps(void)
{
    const int counts[] = {1, 2, 7, 60, 1000};
    const double ends[][2] = {{3.0, 0.01}, {2.385, 1e-6}, {0.7, 0.2}, {6.0, 1.5}};
    for (size_t e = 0; e < sizeof ends / sizeof *ends; e++)
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            sb_grid g = make(SB_GRID_KAPPA, ends[e][0], ends[e][1], counts[i], 0.0);
            check_grid(&g);
            CHECK(g.K == counts[i]);
            const double less = g.kappa * (1.0 - 1e-10);
            double u = g.T; /* slightly less would not do: K of the longest steps then stop short of delta */
            for (int k = 0; k < g.K; k++) u = fmax(u - less, u / (1.0 + less));
            CHECK(u > g.delta * (1.0 + 1e-13));
            for (int k = 0; k < g.K; k++) CHECK_CLOSE(g.gamma[k], g.kappa * fmin(1.0, g.u[k + 1]), 1e-9); /* all full */
            sb_grid_free(&g);
        }
}

/* There and back: the kappa found for K steps gives K steps. */
static void kappa_round_trip(void)
{
    for (int K = 3; K < 400; K = K * 3 / 2) {
        sb_grid g = make(SB_GRID_KAPPA, 2.385, 0.00385, K, 0.0), h = make(SB_GRID_KAPPA, 2.385, 0.00385, 0, g.kappa);
        CHECK(h.K == K);
        sb_grid_free(&g);
        sb_grid_free(&h);
    }
}

static void log_snr(void)
{
    const double ends[][2] = {{3.0, 0.01}, {2.385, 1e-9}, {0.7, 0.2}, {350.0, 0.3}, {1e4, 2e3}};
    for (size_t e = 0; e < sizeof ends / sizeof *ends; e++) {
        sb_grid g = make(SB_GRID_LOG_SNR, ends[e][0], ends[e][1], 37, 0.0);
        check_grid(&g);
        for (int k = 1; k < g.K && g.T < 300.0; k++) {
            const double before = log(sb_snr(g.u[k]) / sb_snr(g.u[k - 1])), after = log(sb_snr(g.u[k + 1]) / sb_snr(g.u[k]));
            CHECK_CLOSE(before, after, 1e-10);
        }
        for (int k = 1; k < g.K && g.T > 1e3; k++) CHECK_CLOSE(g.gamma[k], g.gamma[0], 1e-10); /* log s(u) = -2u there */
        sb_grid_free(&g);
    }
}

static void uniform(void)
{
    sb_grid g = make(SB_GRID_UNIFORM, 2.385, 1e-6, 17, 0.0);
    check_grid(&g);
    for (int k = 0; k < g.K; k++) CHECK_CLOSE(g.gamma[k], (2.385 - 1e-6) / 17, 1e-14);
    CHECK_CLOSE(g.kappa, g.gamma[16] / 1e-6, 1e-14);
    sb_grid_free(&g);
}

static void snr(void)
{
    const double times[] = {1e-12, 0.01, 0.385, 2.385, 20.0};
    for (int i = 0; i < 5; i++) {
        const double u = times[i];
        CHECK_CLOSE(1.0 + sb_snr(u), 1.0 / sb_ou_variance(u), 1e-14);
        CHECK_CLOSE(sb_snr(u), exp(-2.0 * u) / sb_ou_variance(u), 1e-14);
    }
    CHECK(sb_ou_variance(0.0) == 0.0);
}

static void refuse(double T, double delta, sb_grid_kind kind, int K, double kappa, const char *part)
{
    sb_context ctx = context();
    const sb_config config = {.diffusion = {.T = T, .delta = delta, .grid = kind, .K = K, .kappa = kappa}};
    sb_grid grid;
    CHECK_FAILS(&ctx, sb_grid_create(&ctx, &config, &grid), SB_EUSER, part);
    CHECK(grid.u == NULL && grid.t == NULL);
    sb_grid_free(&grid);
}

static void refusals(void)
{
    refuse(3.0, 0.0, SB_GRID_UNIFORM, 10, 0.0, "0 < delta < T");
    refuse(3.0, 3.0, SB_GRID_UNIFORM, 10, 0.0, "0 < delta < T");
    refuse(INFINITY, 0.1, SB_GRID_UNIFORM, 10, 0.0, "0 < delta < T");
    refuse(NAN, 0.1, SB_GRID_UNIFORM, 10, 0.0, "0 < delta < T");
    refuse(3.0, 0.1, SB_GRID_UNIFORM, 0, 0.0, "K >= 1");
    refuse(3.0, 0.1, SB_GRID_LOG_SNR, 0, 0.1, "K >= 1");
    refuse(3.0, 0.1, SB_GRID_LOG_SNR, -5, 0.1, "negative");
    refuse(3.0, 0.1, SB_GRID_KAPPA, 0, -0.1, "negative");
    refuse(3.0, 0.1, SB_GRID_KAPPA, 0, INFINITY, "negative");
    refuse(3.0, 0.1, SB_GRID_KAPPA, 0, 0.0, "exactly one");
    refuse(3.0, 0.1, SB_GRID_KAPPA, 10, 0.1, "exactly one");
    refuse(3.0, 0.1, SB_GRID_KAPPA, 0, 1e-8, "too many");
    refuse(3.0, 0.1, SB_GRID_UNIFORM, 20000000, 0.0, "too many");
    refuse(1.0 + 1e-13, 1.0, SB_GRID_UNIFORM, 5000, 0.0, "finer than double precision");
}

static const sb_test tests[] = {
    {"kappa given", kappa_given},
    {"kappa from K", kappa_from_steps},
    {"kappa there and back", kappa_round_trip},
    {"log-snr", log_snr},
    {"uniform", uniform},
    {"snr and variance", snr},
    {"refusals", refusals},
};

int main(void)
{
    return sb_test_main("grid", tests, sizeof tests / sizeof *tests);
}
