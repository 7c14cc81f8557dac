// %% [markdown]
// # Lesson 1, solutions
//
// The exercises are stated at the end of `lesson_01_marginals.c`.

// %%
#include "lesson.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Raw moment of order 3 or 4 of the Gaussian N(mean, variance). */
static double third_moment(double mean, double variance)
{
    return mean * mean * mean + 3.0 * mean * variance;
}

static double fourth_moment(double mean, double variance)
{
    return mean * mean * mean * mean + 6.0 * mean * mean * variance + 3.0 * variance * variance;
}

/* E log cosh(s + sqrt(s) Z) for a standard normal Z, by the trapezoidal rule. */
static double expected_log_cosh(double s)
{
    double sum = 0.0;
    for (int i = -4000; i <= 4000; i++) {
        const double z = i * 0.0025, y = fabs(s + sqrt(s) * z);
        sum += 0.0025 * exp(-0.5 * z * z) / sqrt(2.0 * M_PI) * (y + log1p(exp(-2.0 * y)) - log(2.0));
    }
    return sum;
}

// %% [markdown]
// ## 1. Another clock
//
// Put $\tilde X_u = X_{\beta u}$, with $X$ the process of the lesson. Then $d\tilde X_u = -\beta\tilde X_u\,du +
// \sqrt{2}\,dB_{\beta u}$, and $B_{\beta u}$ has the law of $\sqrt\beta B_u$: that is the equation asked for. So the marginal at
// $u$ is $q_{\beta u}$: a schedule of the noise is nothing but a clock, and this course can do with one of them.
//
// Euler's rule with step $h$ multiplies the mean by $1-\beta h$ and takes the second moment $M$ to $(1-\beta h)^2 M + 2\beta h$.
// The paths must agree with that, and that with $q_{\beta u}$ up to a multiple of $h$.

// %%
int main(int argc, char **argv)
{
    lesson it = lesson_begin(argc, argv);
    enum { PATHS = 40000, STEPS = 100 };
    const double beta = 2.385, h = 0.005, u = STEPS * h;
    sb_config config;
    sb_data data;
    const char *text =
        "{data: {kind: gaussian-mixture, dimension: 1, workers: 1, components: [{weight: 0.4, mean: [-1.2], covariance: 0.09},"
        " {weight: 0.6, mean: [1.3], covariance: 0.25}]}, diffusion: {K: 1}}";
    MUST(sb_config_parse(&it.ctx, "the law", text, strlen(text), 0, NULL, &config));
    MUST(sb_data_create(&it.ctx, &config, &data));
    const sb_mixture q = sb_data_pooled(&data);

    double x[PATHS], noise[PATHS], scratch[1], mean = 0.4 * -1.2 + 0.6 * 1.3, M2 = sb_mixture_second_moment(&q);
    const double mean_u = exp(-beta * u) * mean, M2_u = exp(-2.0 * beta * u) * M2 + sb_ou_variance(beta * u);
    sb_mixture_sample(&q, sb_stream_at(1, SB_DRAW_SAMPLES, 0, 0, 0, 0), PATHS, x, NULL, scratch);
    for (int k = 0; k < STEPS; k++) {
        sb_stream stream = sb_stream_at(1, SB_DRAW_CLAIM, 0, 0, 0, k);
        sb_stream_normals(&stream, PATHS, noise);
        for (int i = 0; i < PATHS; i++) x[i] = (1.0 - beta * h) * x[i] + sqrt(2.0 * beta * h) * noise[i];
        mean *= 1.0 - beta * h;
        M2 = (1.0 - beta * h) * (1.0 - beta * h) * M2 + 2.0 * beta * h;
    }
    const sb_number found = sb_number_from_values(x, PATHS, 0.999);
    for (int i = 0; i < PATHS; i++) x[i] *= x[i];
    const sb_number found_M2 = sb_number_from_values(x, PATHS, 0.999);
    printf("mean %.4f [%.4f, %.4f], second moment %.4f [%.4f, %.4f]\n", found.value, found.lo, found.hi, found_M2.value,
           found_M2.lo, found_M2.hi);
    EXPECT(&it, found.lo < mean && mean < found.hi, "the mean is that of Euler's rule, %.4f", mean);
    EXPECT(&it, found_M2.lo < M2 && M2 < found_M2.hi, "so is the second moment, %.4f", M2);
    EXPECT(&it, fabs(mean - mean_u) < beta * h && fabs(M2 - M2_u) < beta * h,
           "both are within beta h of q at beta u: %.4f and %.4f", mean_u, M2_u);
    sb_data_free(&data);
    sb_config_free(&config);

    // %% [markdown]
    // ## 2. The next order
    //
    // Expand the density in Hermite polynomials, $q_u = \varphi\,(1 + \sum_n c_n He_n/n!)$ with $c_n = E\,He_n(X_u)$. The OU
    // process multiplies $He_n$'s coefficient by $e^{-nu}$, so $c_n(u) = e^{-nu}c_n(0)$. With mean $0$ and second moment $1$, $c_1
    // = c_2 = 0$, $c_3 = E X_0^3 = \kappa_3$ and $c_4 = E(X_0^4 - 6X_0^2 + 3) = \kappa_4$. As $KL = E_\varphi[(1+r)\log(1+r)]
    // \approx \tfrac12 E_\varphi r^2$ and $E_\varphi He_n^2 = n!$,
    //
    // $$KL(q_u\|\pi) \approx \tfrac12\sum_n c_n^2/n! = \tfrac{1}{12}\kappa_3^2 e^{-6u} + \tfrac{1}{48}\kappa_4^2 e^{-8u} + \dots$$
    //
    // The lesson's $\tfrac14(M_2-1)^2e^{-4u}$ is the term with $n = 2$, its $\tfrac12 m^2 e^{-2u}$ that with $n = 1$.

    // %%
    const double scale = 1.0 / sqrt(0.4 * (1.5 * 1.5 + 0.09) + 0.6 * (1.0 + 0.25));
    const double left = -1.5 * scale, right = scale, narrow = 0.09 * scale * scale, wide = 0.25 * scale * scale;
    char scaled[400];
    snprintf(
        scaled, sizeof scaled,
        "{data: {kind: gaussian-mixture, dimension: 1, workers: 1, components: [{weight: 0.4, mean: [%.17g], covariance: %.17g},"
        " {weight: 0.6, mean: [%.17g], covariance: %.17g}]}, diffusion: {T: 2.2, delta: 0.1, grid: log-snr, K: 50}}",
        left, narrow, right, wide);
    sb_grid grid;
    sb_exact exact;
    MUST(sb_config_parse(&it.ctx, "the scaled law", scaled, strlen(scaled), 0, NULL, &config));
    MUST(sb_data_create(&it.ctx, &config, &data));
    MUST(sb_grid_create(&it.ctx, &config, &grid));
    const sb_mixture q_1 = sb_data_pooled(&data);
    MUST(sb_exact_compute(&it.ctx, &q_1, &grid, 64, 0.95, 1, 0, &exact));
    const double kappa_3 = 0.4 * third_moment(left, narrow) + 0.6 * third_moment(right, wide);
    const double kappa_4 = 0.4 * fourth_moment(left, narrow) + 0.6 * fourth_moment(right, wide) - 3.0;
    const double first = kappa_3 * kappa_3 / 12.0 * exp(-6.0 * grid.T), second = kappa_4 * kappa_4 / 48.0 * exp(-8.0 * grid.T);
    printf("kappa_3 = %.4f, kappa_4 = %.4f; at u = %g: KL %.4e, first term %.4e, second %.4e\n", kappa_3, kappa_4, grid.T,
           exact.kl_init.value, first, second);
    EXPECT(&it, fabs(exact.kl_init.value / (first + second) - 1.0) < 0.05,
           "KL(q_u||pi) is the sum of the two terms, within 5 per cent");
    EXPECT(&it, first > second, "and the first is the larger one by now");
    sb_exact_free(&exact);
    sb_grid_free(&grid);
    sb_data_free(&data);
    sb_config_free(&config);

    // %% [markdown]
    // ## 3. Points
    //
    // Given $X_0$, the law of $X_u$ is Gaussian with entropy $\tfrac12\log(2\pi e\sigma_u^2)$, so $I(X_0;X_u) = H(u) -
    // \tfrac12\log(2\pi e\sigma_u^2)$. As $u \to 0$ the two bumps of $q_u$ part, $X_u$ tells which point it came from, and $I \to
    // H(X_0) = \log 2$: one bit.
    //
    // A second route: divide $X_u$ by $\sigma_u$. It is $\pm\sqrt s + Z$ with $s = s(u) = 1/(e^{2u}-1)$, the binary channel, whose
    // mutual information is $s - E\log\cosh(s + \sqrt s Z)$.

    // %%
    sb_components points;
    const double half[2] = {0.5, 0.5};
    MUST(sb_components_alloc(&it.ctx, 1, 2, SB_COVARIANCE_ISOTROPIC, &points));
    points.mean[0] = -1.0, points.mean[1] = 1.0;
    points.lambda[0] = points.lambda[1] = 0.0;
    const sb_mixture two = {.components = &points, .weight = half};
    static const sb_override times[] = {
        {"diffusion.T", "3"}, {"diffusion.delta", "0.01"}, {"diffusion.grid", "log-snr"}, {"diffusion.K", "200"}};
    MUST(sb_config_load(&it.ctx, NULL, 4, times, &config));
    MUST(sb_grid_create(&it.ctx, &config, &grid));
    MUST(sb_exact_compute(&it.ctx, &two, &grid, 64, 0.95, 1, 0, &exact));
    double *information = sb_array_alloc((size_t)grid.K + 1, sizeof *information, 0), worst = 0.0, half_time = 0.0;
    if (!information) return 1;
    for (int k = 0; k <= grid.K; k++) {
        const double s = sb_snr(grid.u[k]);
        information[k] = exact.H[k].value - 0.5 * log(2.0 * M_PI * M_E * grid.sigma2[k]);
        worst = fmax(worst, fabs(information[k] - (s - expected_log_cosh(s))));
    }
    for (int k = 0; k < grid.K; k++) /* times fall with k */
        if (information[k] < 0.5 * log(2.0) && information[k + 1] >= 0.5 * log(2.0))
            half_time =
                grid.u[k] + (0.5 * log(2.0) - information[k]) / (information[k + 1] - information[k]) * (grid.u[k + 1] - grid.u[k]);
    EXPECT(&it, worst < 1e-8, "I(X_0;X_u) = H(u) - log(2 pi e sigma_u^2)/2 is that of the binary channel at %d times", grid.K + 1);
    EXPECT(&it, fabs(information[grid.K] - log(2.0)) < 1e-6, "at u = %g it is log 2 = %.6f within 1e-6", grid.delta, log(2.0));
    EXPECT(&it, fabs(sb_snr(half_time) - expected_log_cosh(sb_snr(half_time)) - 0.5 * log(2.0)) < 1e-4,
           "half of the bit is forgotten at u = %.3f, where s = %.3f", half_time, sb_snr(half_time));

    sb_figure figure;
    sb_series *series;
    MUST(sb_figure_begin(&it.ctx, "How much X still tells about a fair coin", "time u", "nats", &figure));
    figure.log_x = 1;
    MUST(sb_figure_series(&it.ctx, &figure, "I(X_0;X_u)", SB_MARK_LINE, grid.K + 1, &series));
    for (int k = 0; k <= grid.K; k++) series->x[k] = grid.u[k], series->y[k] = sb_number_exact(information[k]);
    MUST(sb_figure_series(&it.ctx, &figure, "log 2", SB_MARK_LINE, 2, &series));
    series->x[0] = grid.delta, series->x[1] = grid.T;
    series->y[0] = series->y[1] = sb_number_exact(log(2.0));
    lesson_figure(&it, &figure, "coin");
    sb_figure_free(&figure);

    // %%
    sb_free(information);
    sb_exact_free(&exact);
    sb_grid_free(&grid);
    sb_config_free(&config);
    sb_components_free(&points);
    return lesson_end(&it);
}
