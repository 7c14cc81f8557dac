/* Mixtures and their marginals: against formulas written out by hand, finite differences, quadrature and sampling. */
#include "laws.h"

#include <float.h>

static const double pi = 3.14159265358979323846;

typedef struct {
    sb_marginal *m;
    double *work;
} prepared;

static prepared prepare(const sb_mixture *q, double u)
{
    sb_context ctx = test_context();
    prepared p = {NULL, NULL};
    CHECK_OK(&ctx, sb_marginal_create(&ctx, q, u, &p.m));
    p.work = sb_array_alloc(sb_marginal_work(p.m), sizeof(double), 0);
    return p;
}

static void release(prepared p)
{
    sb_marginal_free(p.m);
    sb_free(p.work);
}

static double log_density(prepared p, const double *y)
{
    double out;
    sb_marginal_eval(p.m, 1, y, &out, NULL, p.work);
    return out;
}

/* The density of one- and two-dimensional mixtures, written out. */
static void density_by_hand(void)
{
    const double weight[2] = {0.3, 0.7}, mean1[2] = {-0.4, 1.1}, variance[2] = {0.25, 0.04};
    law l;
    law_given(1, 2, SB_COVARIANCE_ISOTROPIC, weight, mean1, variance, &l);
    const double u = 0.385, a = exp(-u), y = 0.61;
    prepared p = prepare(&l.q, u);
    double density = 0.0;
    for (int j = 0; j < 2; j++) {
        const double c = a * a * variance[j] + 1.0 - a * a, x = y - a * mean1[j];
        density += weight[j] * exp(-0.5 * x * x / c) / sqrt(2.0 * pi * c);
    }
    CHECK_CLOSE(exp(log_density(p, &y)), density, 1e-14);
    release(p);
    law_free(&l);

    const double mean2[4] = {0.2, -1.0, 1.3, 0.4}, C[8] = {0.5, 0.21, 0.21, 0.3, 0.09, -0.05, -0.05, 0.6}, at[2] = {0.37, -0.22};
    law_given(2, 2, SB_COVARIANCE_FULL, weight, mean2, C, &l);
    CHECK(l.components.kind == SB_COVARIANCE_FULL);
    p = prepare(&l.q, u);
    density = 0.0;
    for (int j = 0; j < 2; j++) {
        const double c00 = a * a * C[4 * j] + 1.0 - a * a, c01 = a * a * C[4 * j + 1], c11 = a * a * C[4 * j + 3] + 1.0 - a * a;
        const double det = c00 * c11 - c01 * c01, x = at[0] - a * mean2[2 * j], z = at[1] - a * mean2[2 * j + 1];
        density += weight[j] * exp(-0.5 * (c11 * x * x - 2.0 * c01 * x * z + c00 * z * z) / det) / (2.0 * pi * sqrt(det));
    }
    CHECK_CLOSE(exp(log_density(p, at)), density, 1e-13);
    release(p);
    law_free(&l);
}

/* The same matrices handed over in all three forms, and matrices that are simpler than their form. */
/* Full covariances: many points at once, by matrix products, against one at a time; rows far out among them. */
static void blocks_agree(void)
{
    enum { D = 8, POINTS = 150 };
    static double y[POINTS * D], score[POINTS * D];
    double log_q[POINTS];
    law l;
    law_random(D, 5, SB_COVARIANCE_FULL, 1.3, 41, &l);
    sb_stream stream = sb_stream_at(42, SB_DRAW_TEST, 0, 0, 0, 0);
    sb_stream_normals(&stream, POINTS * D, y);
    for (int i = 0; i < POINTS; i++)
        for (int k = 0; k < D; k++) y[i * D + k] *= i % 7 == 3 ? 1e60 : i % 50 == 4 ? 1e170 : 1.5;
    prepared p = prepare(&l.q, 0.02385);
    sb_marginal_eval(p.m, POINTS, y, log_q, score, p.work);
    for (int i = 0; i < POINTS; i++) {
        double one, alone[D], size = 0.0;
        sb_marginal_eval(p.m, 1, y + i * D, &one, alone, p.work);
        CHECK(one == log_q[i] || fabs(one - log_q[i]) <= 1e-13 * fmax(1.0, fabs(one)));
        for (int k = 0; k < D; k++) size = fmax(size, fabs(alone[k]));
        for (int k = 0; k < D; k++) CHECK(fabs(alone[k] - score[i * D + k]) <= 1e-12 * size);
    }
    release(p);
    law_free(&l);
}

/* Many components of one variance, of zero here and not there: points side by side against one at a time, odd numbers of them, rows
 * far out among them, scratch poisoned. `far` lies beyond what squares can hold. */
static void check_points(int d, int J, double variance, double u, double far)
{
    enum { POINTS = 37, MOST_D = 21, MOST_J = 203 };
    static double y[POINTS * MOST_D], score[POINTS * MOST_D], mean[MOST_J * MOST_D], weight[MOST_J];
    double log_q[POINTS], entropy[POINTS], spread[POINTS];
    sb_context ctx = test_context();
    sb_components c;
    sb_stream stream = sb_stream_at(43, SB_DRAW_TEST, 0, 0, 0, 0);
    CHECK_OK(&ctx, sb_components_alloc(&ctx, d, J, SB_COVARIANCE_ISOTROPIC, &c));
    sb_stream_normals(&stream, (size_t)(J * d), mean);
    memcpy(c.mean, mean, sizeof *mean * (size_t)(J * d));
    for (int j = 0; j < J; j++) {
        c.lambda[j] = variance;
        weight[j] = j % 5 == 2 ? 0.0 : (1.0 + j % 3) / J; /* some are not there */
    }
    sb_stream_normals(&stream, (size_t)(POINTS * d), y);
    for (int i = 0; i < POINTS; i++)
        for (int k = 0; k < d; k++)
            y[i * d + k] = i % 17 == 3 ? far * y[i * d + k] : exp(-u) * mean[(i * 7 % J) * d + k] + sqrt(u) * y[i * d + k];
    const sb_mixture q = {.components = &c, .weight = weight};
    prepared p = prepare(&q, u);
    for (size_t i = 0; i < sb_marginal_work(p.m); i++) p.work[i] = NAN;
    sb_marginal_eval(p.m, POINTS, y, log_q, score, p.work);
    sb_marginal_overlap(p.m, POINTS, y, entropy, spread, p.work);
    for (int i = 0; i < POINTS; i++) {
        double one, alone[MOST_D], size = 0.0, own_entropy, own_spread;
        sb_marginal_eval(p.m, 1, y + i * d, &one, alone, p.work);
        sb_marginal_overlap(p.m, 1, y + i * d, &own_entropy, &own_spread, p.work);
        CHECK(one == log_q[i] || fabs(one - log_q[i]) <= 1e-13 * fmax(1.0, fabs(one)));
        CHECK_NEAR(entropy[i], own_entropy, 1e-12);
        if (i % 17 != 3) CHECK(fabs(spread[i] - own_spread) <= 1e-10 * fmax(1.0 / u, own_spread));
        for (int k = 0; k < d; k++) size = fmax(size, fabs(alone[k]));
        for (int k = 0; k < d; k++) CHECK(fabs(alone[k] - score[i * d + k]) <= 1e-12 * size);
    }
    release(p);
    sb_components_free(&c);
}

static void points_agree(void)
{
    check_points(8, 8, 0.0, 0.02385, 40.0);
    check_points(9, 203, 0.0, 0.5, 1e60);
    check_points(21, 70, 0.0, 1.7, 1e170);
    check_points(16, 65, 0.385, 0.1, 1e170);
    check_points(11, 67, 0.0, 1e-6, 3.0);
}

static void kinds_agree(void)
{
    const double weight[2] = {0.45, 0.55}, mean[4] = {0.3, 0.1, -0.6, 0.9}, y[2] = {0.2385, -0.4};
    const double isotropic[2] = {0.17, 0.38}, diagonal[4] = {0.17, 0.17, 0.38, 0.38},
                 full[8] = {0.17, 0, 0, 0.17, 0.38, 0, 0, 0.38};
    const double slanted[8] = {0.17, 0, 0, 0.17, 0.38, 1e-300, 1e-300, 0.38};
    double log_q[4], score[4][2];
    law l[4];
    law_given(2, 2, SB_COVARIANCE_ISOTROPIC, weight, mean, isotropic, &l[0]);
    law_given(2, 2, SB_COVARIANCE_DIAGONAL, weight, mean, diagonal, &l[1]);
    law_given(2, 2, SB_COVARIANCE_FULL, weight, mean, full, &l[2]);
    law_given(2, 2, SB_COVARIANCE_FULL, weight, mean, slanted, &l[3]);
    for (int i = 0; i < 4; i++) {
        prepared p = prepare(&l[i].q, 0.2385);
        sb_marginal_eval(p.m, 1, y, &log_q[i], score[i], p.work);
        CHECK_CLOSE(log_q[i], log_q[0], 1e-14);
        for (int k = 0; k < 2; k++) CHECK_CLOSE(score[i][k], score[0][k], 1e-14);
        CHECK(l[i].components.kind == (i < 3 ? SB_COVARIANCE_ISOTROPIC : SB_COVARIANCE_FULL));
        release(p);
    }
    for (int i = 0; i < 4; i++) law_free(&l[i]);
    const double unequal[4] = {0.17, 0.2, 0.38, 0.38}, unequal_full[8] = {0.17, 0, 0, 0.2, 0.38, 0, 0, 0.38};
    law_given(2, 2, SB_COVARIANCE_DIAGONAL, weight, mean, unequal, &l[0]);
    law_given(2, 2, SB_COVARIANCE_FULL, weight, mean, unequal_full, &l[1]);
    for (int i = 0; i < 2; i++) {
        prepared p = prepare(&l[i].q, 0.0);
        log_q[i] = log_density(p, y);
        CHECK(l[i].components.kind == SB_COVARIANCE_DIAGONAL);
        release(p);
        law_free(&l[i]);
    }
    CHECK_CLOSE(log_q[0], log_q[1], 1e-15);
}

/* Score against central differences of the log density; Tweedie's formula; posterior covariance from the slope of the mean. */
static void derivatives(void)
{
    const sb_covariance_kind kinds[3] = {SB_COVARIANCE_ISOTROPIC, SB_COVARIANCE_DIAGONAL, SB_COVARIANCE_FULL};
    const double times[3] = {0.0385, 0.7, 2.385};
    for (int kind = 0; kind < 3; kind++)
        for (int d = 1; d <= 5; d++)
            for (int t = 0; t < 3; t++) {
                law l;
                law_random(d, 4, kinds[kind], 0.8, (uint64_t)(100 * kind + d), &l);
                prepared p = prepare(&l.q, times[t]);
                sb_stream stream = sb_stream_at(7, SB_DRAW_TEST, 0, (uint32_t)d, 0, 0);
                const double u = times[t], sigma2 = -expm1(-2.0 * u), h = 2e-5;
                double y[5], score[5], mean[5], trace, slope = 0.0;
                sb_stream_normals(&stream, (size_t)d, y);
                sb_marginal_eval(p.m, 1, y, NULL, score, p.work);
                sb_marginal_posterior(p.m, 1, y, mean, &trace, p.work);
                for (int i = 0; i < d; i++) {
                    double low[5], high[5], mean_low[5], mean_high[5];
                    memcpy(low, y, sizeof low);
                    memcpy(high, y, sizeof high);
                    low[i] -= h;
                    high[i] += h;
                    CHECK_NEAR(score[i], (log_density(p, high) - log_density(p, low)) / (2.0 * h), 2e-6);
                    CHECK_NEAR(score[i], -(y[i] - exp(-u) * mean[i]) / sigma2, 1e-11);
                    sb_marginal_posterior(p.m, 1, low, mean_low, NULL, p.work);
                    sb_marginal_posterior(p.m, 1, high, mean_high, NULL, p.work);
                    slope += (mean_high[i] - mean_low[i]) / (2.0 * h);
                }
                CHECK_NEAR(trace, sigma2 * exp(u) * slope, 2e-6);
                sb_marginal_posterior(p.m, 1, y, NULL, &slope, p.work);
                CHECK(slope == trace);
                release(p);
                law_free(&l);
            }
}

/* The density integrates to 1 (trapezoid over a wide box, which converges faster than any power). */
static void integrates_to_one(void)
{
    law l;
    law_random(1, 5, SB_COVARIANCE_ISOTROPIC, 1.1, 3, &l);
    prepared p = prepare(&l.q, 0.0238);
    double sum = 0.0;
    for (int i = -40000; i <= 40000; i++) {
        const double y = 2.5e-4 * i;
        sum += 2.5e-4 * exp(log_density(p, &y));
    }
    CHECK_CLOSE(sum, 1.0, 1e-12);
    release(p);
    law_free(&l);
    law_random(2, 3, SB_COVARIANCE_FULL, 0.7, 4, &l);
    p = prepare(&l.q, 0.238);
    sum = 0.0;
    for (int i = -180; i <= 180; i++)
        for (int k = -180; k <= 180; k++) {
            const double y[2] = {0.05 * i, 0.05 * k};
            sum += 0.0025 * exp(log_density(p, y));
        }
    CHECK_CLOSE(sum, 1.0, 1e-10);
    release(p);
    law_free(&l);
}

/* Entropy and spread of the posterior over components, from each component's own marginal. */
static void overlap(void)
{
    for (int kind = 0; kind < 3; kind++) {
        law l;
        law_random(3, 4, (sb_covariance_kind)kind, 0.6, 11 + (uint64_t)kind, &l);
        const double u = 0.385, y[6] = {0.2, -0.3, 0.5, -0.7, 0.1, 0.4};
        prepared p = prepare(&l.q, u);
        double entropy[2], spread[2], log_q[2];
        sb_marginal_overlap(p.m, 2, y, entropy, spread, p.work);
        sb_marginal_eval(p.m, 2, y, log_q, NULL, p.work);
        for (int b = 0; b < 2; b++) {
            double h = 0.0, square = 0.0, g[3] = {0}, own[3], log_own;
            for (int j = 0; j < 4; j++) {
                double one[4] = {0};
                one[j] = 1.0;
                prepared s = prepare(&(sb_mixture){.components = &l.components, .weight = one}, u);
                sb_marginal_eval(s.m, 1, y + 3 * b, &log_own, own, s.work);
                const double r = l.weight[j] * exp(log_own - log_q[b]);
                h -= r * log(r);
                for (int i = 0; i < 3; i++) {
                    g[i] += r * own[i];
                    square += r * own[i] * own[i];
                }
                release(s);
            }
            CHECK_CLOSE(entropy[b], h, 1e-12);
            CHECK_CLOSE(spread[b], square - g[0] * g[0] - g[1] * g[1] - g[2] * g[2], 1e-11);
        }
        release(p);
        law_free(&l);
    }
}

/* Neither far points nor extreme components make a NaN; scores stay finite. */
static void far_out(void)
{
    const double far[] = {1e10, 1e17, 1e150, -1e160, 1e300, -1e300, DBL_MAX, -DBL_MAX};
    for (int kind = 0; kind < 3; kind++)
        for (size_t f = 0; f < sizeof far / sizeof *far; f++)
            for (int mode = 0; mode < 3; mode++) {
                law l;
                law_random(3, 4, (sb_covariance_kind)kind, 0.8, 5, &l);
                prepared p = prepare(&l.q, mode == 2 ? 1e-300 : 0.2385);
                const double y[3] = {far[f], mode ? -far[f] : 0.3, mode ? 0.5 * far[f] : -0.1};
                double log_q, score[3], mean[3], trace, entropy, spread;
                sb_marginal_eval(p.m, 1, y, &log_q, score, p.work);
                sb_marginal_posterior(p.m, 1, y, mean, &trace, p.work);
                sb_marginal_overlap(p.m, 1, y, &entropy, &spread, p.work);
                CHECK(log_q < -1e15);
                CHECK(!isnan(trace) && entropy >= 0.0 && spread >= 0.0);
                for (int i = 0; i < 3; i++) CHECK(isfinite(score[i]) && !isnan(mean[i]));
                if (fabs(far[f]) < 1e120) CHECK(isfinite(log_q));
                release(p);
                law_free(&l);
            }
}

/* Far out between two unequal components the wider one decides, also where the squares overflow. */
static void far_winner(void)
{
    const double weight[2] = {0.9, 0.1}, mean[2] = {0.0, 0.0}, variance[2] = {0.1, 0.4}, u = 0.1, y[2] = {1e5, 1e200};
    law l;
    law_given(1, 2, SB_COVARIANCE_ISOTROPIC, weight, mean, variance, &l);
    prepared p = prepare(&l.q, u);
    const double c = exp(-2.0 * u) * 0.4 - expm1(-2.0 * u);
    double score[2];
    sb_marginal_eval(p.m, 2, y, NULL, score, p.work);
    for (int b = 0; b < 2; b++) CHECK_CLOSE(score[b], -y[b] / c, 1e-14);
    release(p);
    law_free(&l);
}

/* Points 1e-300 apart, single points, and u down to 1e-300. */
static void degenerate(void)
{
    sb_context ctx = test_context();
    const double weight[3] = {0.2, 0.3, 0.5}, mean[3] = {0.0, 1e-300, 0.7}, zero[3] = {0.0, 0.0, 0.0};
    law l;
    sb_marginal *m;
    law_given(1, 3, SB_COVARIANCE_ISOTROPIC, weight, mean, zero, &l);
    CHECK_FAILS(&ctx, sb_marginal_create(&ctx, &l.q, 0.0, &m), SB_EDOM, "zero variance");
    CHECK(m == NULL);
    CHECK_FAILS(&ctx, sb_marginal_create(&ctx, &l.q, -0.1, &m), SB_EDOM, "u >= 0");
    CHECK_FAILS(&ctx, sb_marginal_create(&ctx, &l.q, NAN, &m), SB_EDOM, "u >= 0");
    CHECK_FAILS(&ctx, sb_marginal_create(&ctx, &(sb_mixture){.components = &l.components, .weight = zero}, 0.1, &m), SB_EDOM,
                "positive weight");
    const double times[] = {1e-300, 1e-12, 0.3};
    for (int t = 0; t < 3; t++) {
        prepared p = prepare(&l.q, times[t]);
        const double y[3] = {0.0, 0.35 * exp(-times[t]), 2.0};
        double log_q[3], score[3], posterior[3], trace[3];
        sb_marginal_eval(p.m, 3, y, log_q, score, p.work);
        sb_marginal_posterior(p.m, 3, y, posterior, trace, p.work);
        for (int b = 0; b < 3; b++) CHECK(!isnan(log_q[b]) && isfinite(score[b]) && isfinite(posterior[b]) && trace[b] >= 0.0);
        CHECK_NEAR(posterior[0], t < 2 ? 0.0 : posterior[0], 1e-12);
        CHECK(posterior[2] <= 0.7 * (1.0 + 1e-15));
        release(p);
    }
    prepared p = prepare(&l.q, 1e-12); /* between two points the nearer one wins, at equal distance the weights decide */
    const double y = 0.35;
    double mean_at;
    sb_marginal_posterior(p.m, 1, &y, &mean_at, NULL, p.work);
    CHECK(mean_at >= 0.0 && mean_at <= 0.7);
    release(p);
    law_free(&l);
}

/* A component cut in two halves, and one of weight zero, change nothing. */
static void splitting(void)
{
    const double weight[2] = {0.4, 0.6}, mean[4] = {0.1, 0.9, -0.8, 0.2}, variance[2] = {0.2, 0.05};
    const double weight4[4] = {0.4, 0.15, 0.45, 0.0}, mean4[8] = {0.1, 0.9, -0.8, 0.2, -0.8, 0.2, 5.0, 5.0};
    law one, two = {.weight = NULL};
    law_given(2, 2, SB_COVARIANCE_ISOTROPIC, weight, mean, variance, &one);
    const double variance4[4] = {0.2, 0.05, 0.05, 0.01}, positive[4] = {0.4, 0.15, 0.35, 0.1};
    law_given(2, 4, SB_COVARIANCE_ISOTROPIC, positive, mean4, variance4, &two);
    two.q.weight = weight4;
    prepared p = prepare(&one.q, 0.385), s = prepare(&two.q, 0.385);
    const double y[2] = {0.2, 0.3};
    double log_q[2], score[2][2], mean_of[2][2], trace[2];
    sb_marginal_eval(p.m, 1, y, &log_q[0], score[0], p.work);
    sb_marginal_eval(s.m, 1, y, &log_q[1], score[1], s.work);
    sb_marginal_posterior(p.m, 1, y, mean_of[0], &trace[0], p.work);
    sb_marginal_posterior(s.m, 1, y, mean_of[1], &trace[1], s.work);
    CHECK_CLOSE(log_q[0], log_q[1], 1e-14);
    CHECK_CLOSE(trace[0], trace[1], 1e-14);
    for (int i = 0; i < 2; i++) {
        CHECK_CLOSE(score[0][i], score[1][i], 1e-13);
        CHECK_CLOSE(mean_of[0][i], mean_of[1][i], 1e-13);
    }
    CHECK_CLOSE(sb_mixture_second_moment(&one.q), sb_mixture_second_moment(&two.q), 1e-15);
    CHECK(sb_mixture_is_gaussian(&two.q) == -1);
    const double only[4] = {0.0, 0.0, 1.0, 0.0};
    two.q.weight = only;
    CHECK(sb_mixture_is_gaussian(&two.q) == 2);
    release(p);
    release(s);
    law_free(&one);
    law_free(&two);
}

/* Moments in closed form against a large sample, for every kind; the interval is 5 standard errors. */
static void sampling_moments(void)
{
    enum { n = 40000, d = 3 };
    double *x = sb_array_alloc(n * d, sizeof *x, 0), work[d];
    int *component = sb_array_alloc(n, sizeof *component, 0);
    for (int kind = 0; kind < 3; kind++) {
        law l;
        double mean[d], C[d * d], M2 = 0.0;
        law_random(d, 4, (sb_covariance_kind)kind, 0.7, 21 + (uint64_t)kind, &l);
        sb_mixture_moments(&l.q, mean, C);
        sb_mixture_sample(&l.q, sb_stream_at(1, SB_DRAW_TEST, 0, 1, 0, 0), n, x, component, work);
        for (int i = 0; i < d; i++) {
            double sum = 0.0;
            for (int s = 0; s < n; s++) sum += x[s * d + i] / n;
            CHECK(fabs(sum - mean[i]) < 5.0 * sqrt(C[i * d + i] / n));
            for (int k = 0; k < d; k++) {
                double product = 0.0, square = 0.0;
                for (int s = 0; s < n; s++) {
                    const double v = (x[s * d + i] - mean[i]) * (x[s * d + k] - mean[k]);
                    product += v / n;
                    square += v * v / n;
                }
                CHECK(fabs(product - C[i * d + k]) < 5.0 * sqrt(square / n));
            }
            M2 += mean[i] * mean[i] + C[i * d + i];
        }
        CHECK_CLOSE(M2, sb_mixture_second_moment(&l.q), 1e-13);
        for (int j = 0; j < 4; j++) {
            double count = 0.0;
            for (int s = 0; s < n; s++) count += component[s] == j;
            CHECK(fabs(count / n - l.weight[j]) < 5.0 * sqrt(l.weight[j] / n));
        }
        sb_mixture_moments(&l.q, C, NULL);
        CHECK(memcmp(C, mean, sizeof mean) == 0);
        law_free(&l);
    }
    sb_free(x);
    sb_free(component);
}

/* Any range of draws can be had alone, and running sums pick the same components as adding up. */
static void sampling_by_place(void)
{
    law l;
    double x[20 * 3], y[3], work[3], cumulative[6], sum = 0.0;
    int component;
    law_random(3, 6, SB_COVARIANCE_FULL, 0.7, 33, &l);
    for (int j = 0; j < 6; j++) cumulative[j] = sum += l.weight[j];
    const sb_stream stream = sb_stream_at(9, SB_DRAW_TEST, 0, 0, 0, 0);
    sb_mixture_sample(&l.q, stream, 20, x, NULL, work);
    l.q.cumulative = cumulative;
    for (size_t i = 0; i < 20; i++) {
        sb_mixture_sample(&l.q, sb_stream_skip(stream, i * sb_mixture_sample_blocks(&l.q)), 1, y, &component, work);
        CHECK(memcmp(y, x + 3 * i, sizeof y) == 0);
    }
    CHECK(sb_mixture_sample_blocks(&l.q) == 3);
    const double little[6] = {0.0, 1e-9, 1e-9, 1e-9, 1e-9, 1e-9};
    const double last[6] = {0.0, 1e-9, 0.0, 0.0, 0.0, 0.0}; /* weights that fall short of 1: the last active component */
    l.q.weight = last;
    l.q.cumulative = NULL;
    sb_mixture_sample(&l.q, stream, 1, y, &component, work);
    CHECK(component == 1);
    l.q.cumulative = little;
    sb_mixture_sample(&l.q, stream, 1, y, &component, work);
    CHECK(component == 1);
    law_free(&l);
}

/* Large dimensions against sums over coordinates. */
static void large_dimension(void)
{
    enum { d = 10000 };
    law l;
    law_preset(SB_PRESET_RANDOM, d, 2, 1.0, 0.5, 1.0, 5, &l);
    prepared p = prepare(&l.q, 0.385);
    double *y = sb_array_alloc(2 * d, sizeof *y, 0), log_q, term[2];
    const double a = exp(-0.385);
    sb_stream stream = sb_stream_at(3, SB_DRAW_TEST, 0, 0, 0, 0);
    sb_stream_normals(&stream, d, y);
    sb_marginal_eval(p.m, 1, y, &log_q, y + d, p.work);
    for (int j = 0; j < 2; j++) {
        term[j] = log(l.weight[j]);
        for (int i = 0; i < d; i++) {
            const double c = a * a * l.components.lambda[j * d + i] + 1.0 - a * a, x = y[i] - a * l.components.mean[j * d + i];
            term[j] -= 0.5 * (log(2.0 * pi * c) + x * x / c);
        }
    }
    const double most = fmax(term[0], term[1]);
    CHECK_CLOSE(log_q, most + log(exp(term[0] - most) + exp(term[1] - most)), 1e-13);
    for (int i = 0; i < d; i += 997) CHECK(isfinite(y[d + i]));
    release(p);
    sb_free(y);
    law_free(&l);
}

static const sb_test tests[] = {
    {"densities written out by hand", density_by_hand},
    {"isotropic, diagonal and full agree", kinds_agree},
    {"points in blocks and one at a time", blocks_agree},
    {"points side by side and one at a time", points_agree},
    {"score, Tweedie's formula and posterior covariance by differences", derivatives},
    {"densities integrate to one", integrates_to_one},
    {"entropy and spread of the posterior over components", overlap},
    {"no NaN however far out", far_out},
    {"the widest component decides far out", far_winner},
    {"coinciding points, single points, tiny times", degenerate},
    {"splitting a component changes nothing", splitting},
    {"sampled moments", sampling_moments},
    {"draws are functions of their place", sampling_by_place},
    {"ten thousand dimensions", large_dimension},
};

int main(void)
{
    return sb_test_main("mixture", tests, sizeof tests / sizeof *tests);
}
