/* Claims 4 to 8 and 12, about exact quantities: each comes out confirmed (in settings smaller than its own, to be quick), and does not
 * where its law, its grid or its effort has been spoilt. Before that the tools that they share, against closed forms. */
#include "claim_setting.h"

#include "base/slope.h"
#include "claim/density.h"
#include "claim/laws.h"
#include "claim/paths.h"

#include <string.h>

static sb_context context;

/* ---- tools ---- */

static int holds(sb_number x, double truth)
{
    return x.lo <= truth && truth <= x.hi;
}

/* E|S_a-S_b|^2 for a Gaussian with variances v: 1/c_a + (1-2e^-(b-a))/c_b each, c_u = e^-2u v + sigma_u^2. */
static void test_paths(void)
{
    const double variance[3] = {0.385, 2.385, 0.02};
    enum { K = 3 };
    sb_law law;
    sb_grid grid;
    sb_path_gap gap[K * SB_PATH_NODES], again[K * SB_PATH_NODES];
    CHECK_OK(&context, sb_law_gaussian(&context, 3, 0.7, variance, &law));
    CHECK_OK(&context, sb_grid_steps(&context, SB_GRID_LOG_SNR, 1.385, 0.05, K, &grid));
    const sb_mixture q = sb_law_view(&law);
    CHECK_OK(&context, sb_path_gaps(&context, &q, &grid, 6000, 0.999, 5, 0, gap));
    double sum = 0.0, total = 0.0;
    for (int i = 0; i < K * SB_PATH_NODES; i++) {
        const double a = gap[i].a, b = gap[i].b, g = b - a;
        double jump = 0.0, decayed = 0.0;
        for (int j = 0; j < 3; j++) {
            const double c_a = exp(-2.0 * a) * variance[j] - expm1(-2.0 * a), c_b = exp(-2.0 * b) * variance[j] - expm1(-2.0 * b);
            jump += 1.0 / c_a + (1.0 - 2.0 * exp(-g)) / c_b;
            decayed += 1.0 / c_a - exp(-2.0 * g) / c_b;
        }
        CHECK(holds(gap[i].jump, jump) && holds(gap[i].decayed, decayed));
        CHECK(!holds(gap[i].jump, 1.2 * jump) && !holds(gap[i].decayed, 1.2 * decayed)); /* intervals that can miss */
        CHECK(b > a && gap[i].b == grid.u[i / SB_PATH_NODES]);
        sum += gap[i].weight * jump;
        total += gap[i].weight;
    }
    sb_number jump, decayed;
    sb_path_sums(K * SB_PATH_NODES, gap, &jump, &decayed);
    CHECK(holds(jump, sum) && jump.value > decayed.value);
    CHECK_CLOSE(total, grid.T - grid.delta, 1e-13);
    context.threads = 2; /* the same bits */
    CHECK_OK(&context, sb_path_gaps(&context, &q, &grid, 6000, 0.999, 5, 0, again));
    context.threads = 1;
    for (int i = 0; i < K * SB_PATH_NODES; i++)
        CHECK(gap[i].jump.value == again[i].jump.value && gap[i].decayed.hi == again[i].decayed.hi && gap[i].a == again[i].a);
    sb_grid_free(&grid);
    sb_law_free(&law);
}

static void test_density(void)
{
    const double variance[2] = {0.385, 2.385};
    sb_law law, high;
    sb_number kl;
    for (int d = 1; d <= 2; d++)
        for (double u = 0.05; u < 6.0; u *= 3.0) {
            const double a2 = exp(-2.0 * u);
            double truth = 0.0;
            for (int j = 0; j < d; j++) {
                const double c = 1.0 + a2 * (variance[j] - 1.0);
                truth += 0.5 * (a2 * (variance[j] - 1.0) - log1p(a2 * (variance[j] - 1.0)) + a2 * 0.49);
                CHECK(c > 0.0);
            }
            CHECK_OK(&context, sb_law_gaussian(&context, d, 0.7, variance, &law));
            const sb_mixture q = sb_law_view(&law);
            CHECK_OK(&context, sb_density_divergence(&context, &q, NULL, u, &kl));
            CHECK_CLOSE(kl.value, truth, 1e-9);
            CHECK_OK(&context, sb_density_divergence(&context, &q, &q, u, &kl));
            CHECK_NEAR(kl.value, 0.0, 1e-15);
            sb_law_free(&law);
        }
    const double three[3] = {1.0, 1.0, 1.0};
    CHECK_OK(&context, sb_law_gaussian(&context, 3, 0.0, three, &high));
    const sb_mixture q = sb_law_view(&high);
    CHECK_FAILS(&context, sb_density_divergence(&context, &q, NULL, 1.0, &kl), SB_EDOM, "not in 3");
    sb_law_free(&high);
}

static void test_laws(void)
{
    sb_law law;
    double mean[3], covariance[9];
    CHECK_OK(&context, sb_law_pair(&context, 3, 0.5, 0.385, &law));
    sb_mixture q = sb_law_view(&law);
    sb_mixture_moments(&q, mean, covariance);
    CHECK_NEAR(mean[2], 0.0, 1e-15);
    CHECK_CLOSE(covariance[0], 0.635, 1e-14);
    CHECK_CLOSE(covariance[5], 0.25, 1e-14); /* no product law */
    sb_law_free(&law);
    CHECK(law.weight == NULL);
    for (int i = 0; i < 5; i++) {
        double sum = 0.0;
        CHECK_OK(&context, sb_law_random(&context, 3, 4, 7, i, &law));
        for (int j = 0; j < 4; j++) sum += law.weight[j];
        CHECK_CLOSE(sum, 1.0, 1e-14);
        for (int j = 0; j < 12; j++) CHECK(law.components.lambda[j] > 0.0);
        sb_law_free(&law);
    }
}

static void test_grid_times(void)
{
    const double u[4] = {2.385, 1.1, 0.4, 0.1};
    sb_grid grid;
    CHECK_OK(&context, sb_grid_times(&context, 3, u, &grid));
    CHECK(grid.K == 3 && grid.T == 2.385 && grid.delta == 0.1 && grid.u[1] == 1.1 && grid.t[0] == 0.0);
    CHECK_CLOSE(grid.gamma[2], 0.3, 1e-14);
    CHECK_CLOSE(grid.kappa, 3.0, 1e-14);
    CHECK_CLOSE(grid.sigma2[2], 1.0 - exp(-0.8), 1e-14);
    sb_grid_free(&grid);
}

static void test_slope(void)
{
    const double x[4] = {1.0, 3.0, 10.0, 77.0};
    sb_number y[4];
    for (int i = 0; i < 4; i++) y[i] = sb_number_exact(5.0 * pow(x[i], -1.385));
    CHECK_CLOSE(sb_slope_at_ends(4, x, y, 0).value, -1.385, 1e-13);
    CHECK(sb_slope_at_ends(4, x, y, 0).status == SB_EXACT);
    for (int i = 0; i < 4; i++) y[i] = sb_number_certified(exp(-0.385 * x[i]), 0.01 * exp(-0.385 * x[i]));
    const sb_number slope = sb_slope_at_ends(4, x, y, 1);
    CHECK_CLOSE(slope.value, -0.385, 1e-12);
    CHECK(slope.lo < -0.385 && -0.385 < slope.hi && slope.hi - slope.lo < 0.01 && slope.status == SB_CERTIFIED);
    /* the interval's ends are reached by the worst errors */
    for (int i = 0; i < 4; i++) y[i] = sb_number_exact(x[i] < 20.0 ? y[i].lo : y[i].hi);
    CHECK_CLOSE(sb_slope_at_ends(4, x, y, 1).value, slope.hi, 1e-12);
    const sb_number ratio = sb_number_ratio(sb_number_certified(3.0, 0.1), sb_number_exact(2.0));
    CHECK_CLOSE(ratio.value, 1.5, 1e-14);
    CHECK_CLOSE(ratio.hi, 1.55, 1e-14);
    CHECK(ratio.status == SB_CERTIFIED);
    CHECK_CLOSE(sb_number_difference(sb_number_exact(1.0), sb_number_certified(3.0, 0.1)).hi, -1.9, 1e-14);
}

/* ---- claims ---- */

static void test_discretisation_exact(void)
{
    static const claim_setting settings[] = {
        {"discretisation-exact", {{"measure.samples", "13000"}}, SB_CLAIM_CONFIRMED},
        {"discretisation-exact", {{"measure.samples", "100"}}, SB_CLAIM_UNDECIDED},
        /* intervals that promise too little miss the formula too often */
        {"discretisation-exact", {{"measure.samples", "100"}, {"measure.confidence", "0.6"}}, SB_CLAIM_REFUTED},
    };
    TRY_SETTINGS(&context, settings);
}

static void test_linear_in_dimension(void)
{
    static const claim_setting settings[] = {
        {"linear-in-dimension", {{"measure.samples", "64"}, {"diffusion.K", "20"}}, SB_CLAIM_CONFIRMED},
        {"linear-in-dimension", {{"measure.samples", "64"}, {"diffusion.K", "6"}, {"measure.confidence", "0.999999"}}, SB_CLAIM_UNDECIDED},
        /* a horizon at which even the widest coordinates have become noise */
        {"linear-in-dimension", {{"measure.samples", "64"}, {"diffusion.K", "6"}, {"diffusion.T", "20"}}, SB_CLAIM_REFUTED},
    };
    TRY_SETTINGS(&context, settings);
}

static void test_grid_bound(void)
{
    static const claim_setting settings[] = {
        {"grid-bound", {{"measure.samples", "1500"}}, SB_CLAIM_CONFIRMED},
        /* a grid on which U is not attained */
        {"grid-bound", {{"measure.samples", "1500"}, {"diffusion.grid", "uniform"}}, SB_CLAIM_REFUTED},
        {"grid-bound", {{"measure.samples", "64"}, {"measure.confidence", "0.999999"}}, SB_CLAIM_UNDECIDED},
    };
    TRY_SETTINGS(&context, settings);
}

static void test_log_snr_grid(void)
{
    static const claim_setting settings[] = {
        {"log-snr-grid", {{"diffusion.K", "50"}, {"measure.samples", "5000"}}, SB_CLAIM_CONFIRMED},
        /* a law whose error arises at late times alone, where the kappa grid steps finer */
        {"log-snr-grid",
         {{"diffusion.K", "50"},
          {"measure.samples", "500"},
          {"data.preset", "grid"},
          {"data.dimension", "1"},
          {"data.modes", "61"},
          {"data.radius", "30"},
          {"data.deviation", "0.01"}},
         SB_CLAIM_REFUTED},
    };
    TRY_SETTINGS(&context, settings);
}

static void test_initialisation(void)
{
    static const claim_setting settings[] = {
        {"initialisation", {{NULL, NULL}}, SB_CLAIM_CONFIRMED},
        /* data that are not centred */
        {"initialisation", {{"data.components", "[{weight: 1, mean: [0.385, 0], covariance: 0.7}]"}}, SB_CLAIM_REFUTED},
    };
    TRY_SETTINGS(&context, settings);
}

static void test_heterogeneity(void)
{
    static const claim_setting settings[] = {
        {"heterogeneity", {{NULL, NULL}}, SB_CLAIM_CONFIRMED},
        {"heterogeneity", {{"data.deviation", "1.385"}}, SB_CLAIM_REFUTED}, /* clusters that overlap: log N is not attained */
    };
    TRY_SETTINGS(&context, settings);
}

static const sb_test tests[] = {
    {"simulated paths", test_paths},
    {"divergences from densities", test_density},
    {"laws", test_laws},
    {"grids of given times", test_grid_times},
    {"slopes and ratios", test_slope},
    {"discretisation-exact", test_discretisation_exact},
    {"linear-in-dimension", test_linear_in_dimension},
    {"grid-bound", test_grid_bound},
    {"log-snr-grid", test_log_snr_grid},
    {"initialisation", test_initialisation},
    {"heterogeneity", test_heterogeneity},
};

int main(void)
{
    sb_context_init(&context, 1);
    return sb_test_main("claims about exact quantities", tests, sizeof tests / sizeof *tests);
}
