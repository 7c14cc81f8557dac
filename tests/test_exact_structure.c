/* The exact layer: bounds from the grid alone, invariances, reductions to few dimensions, data points, fine steps, threads. */
#include "exact_laws.h"

#include "data/data.h"

static const double pi = 3.14159265358979323846;

/* ---- the bounds from the grid alone ---- */

static void grid_bounds(void)
{
    double closest = 0.0;
    for (int i = 0; i < 60; i++) {
        law l;
        const double T = 0.3 + 0.05 * i, delta = 1e-4 * exp(0.1 * i);
        law_random(1, 1 + i % 5, SB_COVARIANCE_ISOTROPIC, 0.05 * i, 60 + (uint64_t)i, &l);
        sb_grid grid = make_grid((sb_grid_kind)(i % 3), T, fmin(delta, 0.9 * T), 1 + i % 17);
        sb_exact e = compute(&l.q, &grid);
        CHECK(e.D_sum.value > 0.0 && e.D_sum.value <= e.U);
        CHECK(e.B_sum.value > 0.0 && e.B_sum.value <= e.B_bound);
        CHECK(e.kl_init.value <= e.kl_init_bound.value);
        closest = fmax(closest, e.D_sum.value / e.U);
        if (grid.K > 0 && i % 3 == SB_GRID_LOG_SNR) { /* the closed form for this grid */
            const double Lambda = log(sb_snr(grid.delta) / sb_snr(grid.T));
            const double closed =
                Lambda * Lambda / (4.0 * grid.K) + Lambda / (2.0 * grid.K) * fmin(1.0, e.M2.value / expm1(2.0 * grid.T));
            CHECK(e.U <= closed && e.D_sum.value <= closed);
        }
        sb_exact_free(&e);
        sb_grid_free(&grid);
        law_free(&l);
    }
    CHECK(closest > 0.5 && closest <= 1.0);
}

/* Data at one point: D_k = (d/2)(e_k - w_k), and on the log-snr grid the bound is attained. */
static void bound_attained(void)
{
    const double weight = 1.0, mean[2] = {0.0, 0.0}, variance = 0.0;
    law l;
    law_given(2, 1, SB_COVARIANCE_ISOTROPIC, &weight, mean, &variance, &l);
    for (int K = 1; K < 2000; K *= 7) {
        sb_grid grid = make_grid(SB_GRID_LOG_SNR, 2.385, 1e-5, K);
        sb_exact e = compute(&l.q, &grid);
        CHECK_CLOSE(e.D_sum.value, e.U, 1e-12);
        CHECK_CLOSE(e.B_sum.value, e.B_bound, 1e-12);
        sb_exact_free(&e);
        sb_grid_free(&grid);
    }
    law_free(&l);
}

static void beta(void)
{
    for (double g = 1e-8; g < 20.0; g *= 1.7) {
        long double exact = 0.0L, power = 1.0L; /* sum over n of g^n (-1)^n (2 - 2^(n-1))/n!, n >= 3 */
        for (int n = 1; n < 120; n++) {
            power *= -(long double)g / n;
            if (n >= 3) exact += power * (2.0L - powl(2.0L, n - 1));
        }
        if (g < 2.0) CHECK_CLOSE(sb_beta(g), (double)exact, 1e-13);
        CHECK(sb_beta(g) > 0.0 && sb_beta(g) <= g * g * g / 3.0);
        CHECK_NEAR(sb_beta(g), g - 2.0 * (1.0 - exp(-g)) + 0.5 * (1.0 - exp(-2.0 * g)), 1e-15);
    }
    CHECK(sb_beta(0.0) == 0.0);
}

/* ---- structure ---- */

static void compare(const sb_exact *a, const sb_exact *b, double factor, double tol)
{
    CHECK_CLOSE(a->C1.value, factor * b->C1.value, tol);
    CHECK_CLOSE(a->D_sum.value, factor * b->D_sum.value, tol);
    CHECK_CLOSE(a->B_sum.value, factor * b->B_sum.value, tol);
    CHECK_CLOSE(a->H_delta.value, factor * b->H_delta.value, tol);
}

/* Components cut in halves change nothing, nor does a component of weight zero; a Gaussian in pieces is still a Gaussian. */
static void splitting(void)
{
    const double weight[3] = {0.5, 0.3, 0.2}, mean[6] = {0.1, 0.9, -0.8, 0.2, 0.4, -0.5}, C[3] = {0.2, 0.05, 0.1};
    const double weight6[6] = {0.25, 0.3, 0.2, 0.25, 0.0, 0.0}, positive[6] = {0.2, 0.3, 0.2, 0.1, 0.1, 0.1};
    const double mean6[12] = {0.1, 0.9, -0.8, 0.2, 0.4, -0.5, 0.1, 0.9, 3.0, 3.0, 7.0, 7.0},
                 C6[6] = {0.2, 0.05, 0.1, 0.2, 1.0, 1e-9};
    law one, two;
    law_given(2, 3, SB_COVARIANCE_ISOTROPIC, weight, mean, C, &one);
    law_given(2, 6, SB_COVARIANCE_ISOTROPIC, positive, mean6, C6, &two);
    two.q.weight = weight6;
    sb_grid grid = make_grid(SB_GRID_KAPPA, 1.385, 0.01, 9);
    sb_exact a = compute(&one.q, &grid), b = compute(&two.q, &grid);
    compare(&a, &b, 1.0, 1e-9);
    sb_exact_free(&a);
    sb_exact_free(&b);
    const double halves[6] = {0.385, 0.0, 0.0, 0.615, 0.0, 0.0}, whole[3] = {1.0, 0.0, 0.0};
    two.q.weight = halves;
    one.q.weight = whole;
    a = compute(&one.q, &grid);
    b = compute(&two.q, &grid);
    compare(&a, &b, 1.0, 1e-13);
    CHECK(b.H_delta.status == SB_EXACT);
    sb_exact_free(&a);
    sb_exact_free(&b);
    sb_grid_free(&grid);
    law_free(&one);
    law_free(&two);
}

/* A ring in 40 dimensions is a ring in the plane and 38 Gaussians; a turned ring is a ring; a product is the sum of its factors. */
static void dimensions(void)
{
    sb_grid grid = make_grid(SB_GRID_LOG_SNR, 2.0, 0.01, 8);
    law plane, high, line;
    law_preset(SB_PRESET_RING, 2, 5, 1.0, 0.25, 1.0, 1, &plane);
    law_preset(SB_PRESET_RING, 40, 5, 1.0, 0.25, 1.0, 1, &high);
    law_preset(SB_PRESET_GRID, 38, 1, 0.0, 0.25, 1.0, 1, &line);
    sb_exact a = compute(&plane.q, &grid), b = compute(&high.q, &grid), c = compute(&line.q, &grid);
    CHECK(b.H_delta.status == SB_CERTIFIED);
    CHECK_CLOSE(b.D_sum.value, a.D_sum.value + c.D_sum.value, 1e-9);
    CHECK_CLOSE(b.H_delta.value, a.H_delta.value + c.H_delta.value, 1e-9);
    CHECK_CLOSE(b.kl_init.value, a.kl_init.value + c.kl_init.value, 1e-9);
    sb_exact_free(&b);
    double turned[5 * 3], weight[5];
    const double C[5] = {0.0625, 0.0625, 0.0625, 0.0625, 0.0625}, e0[3] = {0.6, 0.48, 0.64}, e1[3] = {-0.8, 0.36, 0.48};
    for (int j = 0; j < 5; j++) {
        weight[j] = plane.weight[j];
        for (int i = 0; i < 3; i++)
            turned[3 * j + i] = 2.385 + plane.components.mean[2 * j] * e0[i] + plane.components.mean[2 * j + 1] * e1[i];
    }
    law tilted;
    law_given(3, 5, SB_COVARIANCE_ISOTROPIC, weight, turned, C, &tilted);
    b = compute(&tilted.q, &grid);
    CHECK(b.H_delta.status == SB_CERTIFIED);
    CHECK_CLOSE(b.D_sum.value, a.D_sum.value + c.D_sum.value / 38.0, 1e-9);
    CHECK_CLOSE(b.C1.value, a.C1.value + c.C1.value / 38.0, 1e-9);
    sb_exact_free(&a);
    sb_exact_free(&b);
    sb_exact_free(&c);
    law_free(&plane);
    law_free(&high);
    law_free(&line);
    law_free(&tilted);
    law_preset(SB_PRESET_PRODUCT, 5, 3, 1.0, 0.25, 1.0, 1, &high);
    law_preset(SB_PRESET_PRODUCT, 1, 3, 1.0, 0.25, 1.0, 1, &line);
    a = compute(&high.q, &grid);
    b = compute(&line.q, &grid);
    CHECK(a.H_delta.status == SB_CERTIFIED);
    compare(&a, &b, 5.0, 1e-10);
    sb_exact_free(&a);
    sb_exact_free(&b);
    law_free(&high);
    law_free(&line);
    sb_grid_free(&grid);
}

/* A thousand data points in the plane down to delta = 1e-6: there q_delta is a sum of separate bells but for the closest pairs. */
static void data_points(void)
{
    sb_context ctx = test_context();
    sb_config config = {
        .seed = 2,
        .data = {
            .dimension = 2, .workers = 1, .preset = SB_PRESET_RING, .modes = 3, .radius = 1.0, .deviation = 0.5, .samples = 1000}};
    sb_data data;
    CHECK_OK(&ctx, sb_data_create(&ctx, &config, &data));
    const sb_mixture q = sb_data_worker(&data, 0);
    sb_grid grid = make_grid(SB_GRID_LOG_SNR, 1e-5, 1e-6, 1);
    sb_exact e = compute(&q, &grid);
    const double s2 = grid.sigma2[1];
    double lost = 0.0; /* two bells r apart: sqrt(N_1 N_2) integrates to exp(-r^2/8 s2) and bounds the entropy of the label */
    for (int i = 0; i < 1000; i++)
        for (int j = 0; j < i; j++) {
            const double *x = data.components.mean + 2 * i, *y = data.components.mean + 2 * j;
            lost += exp(-0.125 * ((x[0] - y[0]) * (x[0] - y[0]) + (x[1] - y[1]) * (x[1] - y[1])) / s2);
        }
    const double apart = log(1000.0) + log(2.0 * pi * exp(1.0) * s2);
    CHECK(lost > 0.5 && lost < 50.0);
    CHECK(e.H_delta.status == SB_CERTIFIED && e.H_delta.value < apart && e.H_delta.value > apart - 2.0 * log(2.0) * lost / 1000.0);
    CHECK(e.J[1].value < 2.0 / s2 && e.J[1].value > 2.0 / s2 * (1.0 - lost / 100.0));
    CHECK(e.D_sum.value <= e.U && e.H_delta.hi - e.H_delta.lo < 1e-8);
    CHECK_CLOSE(e.mi_delta.value, log(1000.0), 0.01);
    sb_exact_free(&e);
    sb_grid_free(&grid);
    sb_data_free(&data);
}

/* Steps so fine that entropies cancel: D_k from the curvature. */
static void fine_steps(void)
{
    law l;
    law_random(1, 4, SB_COVARIANCE_ISOTROPIC, 0.9, 71, &l);
    sb_grid coarse = make_grid(SB_GRID_LOG_SNR, 0.2, 0.15, 20), fine = make_grid(SB_GRID_LOG_SNR, 0.2, 0.15, 2000);
    sb_exact a = compute(&l.q, &coarse), b = compute(&l.q, &fine);
    for (int k = 0; k < 20; k++) { /* D is not additive: D over a long step exceeds the sum over its parts; to leading order by K */
        double part = 0.0;
        for (int i = 100 * k; i < 100 * (k + 1); i++) {
            CHECK(b.D[i].hi - b.D[i].lo < 2e-5 * b.D[i].value);
            part += b.D[i].value;
        }
        CHECK_CLOSE(100.0 * part, a.D[k].value, 0.02);
    }
    CHECK_CLOSE(100.0 * b.D_sum.value, a.D_sum.value, 0.02);
    sb_exact_free(&a);
    sb_exact_free(&b);
    sb_grid_free(&coarse);
    sb_grid_free(&fine);
    law_free(&l);
}

/* The same bits on any number of threads, by cubature and by Monte Carlo. */
static void threads(void)
{
    for (int d = 2; d <= 3; d++) {
        law l;
        sb_exact e[3];
        law_random(d, 3, SB_COVARIANCE_FULL, 0.8, 81, &l);
        sb_grid grid = make_grid(SB_GRID_LOG_SNR, 1.0, 0.05, 6);
        for (int i = 0; i < 3; i++) {
            sb_context ctx;
            sb_context_init(&ctx, i + 1);
            CHECK_OK(&ctx, sb_exact_compute(&ctx, &l.q, &grid, 128, 0.9, 7, 2, &e[i]));
            for (int k = 0; k < 5 * 6 + 3; k++) CHECK(e[i].H[k].value == e[0].H[k].value && e[i].H[k].lo == e[0].H[k].lo);
            CHECK(e[i].D_sum.value == e[0].D_sum.value && e[i].kl_init.value == e[0].kl_init.value);
        }
        CHECK(e[0].H_delta.status == (d == 2 ? SB_CERTIFIED : SB_SAMPLED));
        CHECK(d == 2 || (e[0].D_sum.confidence == 0.9 && e[0].H[0].samples == 128.0));
        for (int i = 0; i < 3; i++) sb_exact_free(&e[i]);
        sb_grid_free(&grid);
        law_free(&l);
    }
}

static void refusals(void)
{
    sb_context ctx = test_context();
    volatile sig_atomic_t stop = 1;
    law l;
    sb_exact e;
    law_random(3, 3, SB_COVARIANCE_FULL, 0.8, 91, &l);
    sb_grid grid = make_grid(SB_GRID_LOG_SNR, 1.0, 0.05, 6), late = make_grid(SB_GRID_LOG_SNR, 301.0, 0.05, 6);
    CHECK_FAILS(&ctx, sb_exact_compute(&ctx, &l.q, &grid, 63, 0.9, 7, 2, &e), SB_EINVAL, "64 samples");
    CHECK_FAILS(&ctx, sb_exact_compute(&ctx, &l.q, &grid, 128, 1.0, 7, 2, &e), SB_EINVAL, "confidence");
    CHECK_FAILS(&ctx, sb_exact_compute(&ctx, &l.q, &late, 128, 0.9, 7, 2, &e), SB_EDOM, "300");
    ctx.stop = &stop;
    CHECK_FAILS(&ctx, sb_exact_compute(&ctx, &l.q, &grid, 128, 0.9, 7, 2, &e), SB_EINTR, "stopped");
    CHECK(e.H == NULL && e.mean == NULL);
    sb_grid_free(&grid);
    sb_grid_free(&late);
    law_free(&l);
}

static const sb_test tests[] = {
    {"bounds from the grid alone", grid_bounds},
    {"a point attains the bound", bound_attained},
    {"beta", beta},
    {"splitting components changes nothing", splitting},
    {"high dimensions by reduction", dimensions},
    {"a thousand data points", data_points},
    {"fine steps", fine_steps},
    {"threads", threads},
    {"refusals", refusals},
};

int main(void)
{
    return sb_test_main("exact structure", tests, sizeof tests / sizeof *tests);
}
