// %% [markdown]
// # Lesson 3, solutions
//
// The exercises are stated at the end of `lesson_03_score_matching.c`.

// %%
#include "lesson.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The log-snr grid of K steps from T to delta. */
static sb_status grid_of(sb_context *ctx, double T, double delta, int K, sb_grid *grid)
{
    sb_status st = SB_OK;
    sb_config config = {0};
    char text[300];
    snprintf(text, sizeof text,
             "{data: {kind: gaussian-mixture, workers: 1, components: [{weight: 1, mean: [0], covariance: 1}]}, diffusion: {T: "
             "%.17g, delta: %.17g, grid: log-snr, K: %d}}",
             T, delta, K);
    SB_TRY(sb_config_parse(ctx, "grid", text, strlen(text), 0, NULL, &config));
    SB_TRY(sb_grid_create(ctx, &config, grid));
done:
    sb_config_free(&config);
    return st;
}

static sb_status gaussian(sb_context *ctx, double mean, double variance, sb_components *components)
{
    const sb_status st = sb_components_alloc(ctx, 1, 1, SB_COVARIANCE_ISOTROPIC, components);
    if (st == SB_OK) components->mean[0] = mean, components->lambda[0] = variance;
    return st;
}

// %% [markdown]
// ## 1. One Gaussian
//
// $X_u$ has variance $v_u=e^{-2u}v+\sigma_u^2=\sigma_u^2(1+sv)$, since $e^{-2u}/\sigma_u^2=s$. The posterior variance is
// $V=v\sigma_u^2/v_u=v/(1+sv)$. So
//
// $$C_1=-\sum_k\gamma_k\,\frac{s(1+s)\,v}{1+sv},\qquad s=s(u_k).$$
//
// The mean $m$ does not occur: moving the data moves score and target alike. With $ds/du=-2s(1+s)$ the sum tends to
// $\frac12\int_{s(T)}^{s(\delta)}\frac{v}{1+sv}ds=\frac12\log\frac{1+s(\delta)v}{1+s(T)v}$. It grows like
// $\frac12\log(1/\delta)$: of a density one can lose any amount of information.

// %%
int main(int argc, char **argv)
{
    lesson it = lesson_begin(argc, argv);
    const double v = 0.3, T = 2.385, delta = 0.02, all = 1.0;
    {
        sb_grid grid = {0};
        double C1 = 0.0, found[2];
        MUST(grid_of(&it.ctx, T, delta, 30, &grid));
        for (int k = 0; k < grid.K; k++) {
            const double s = sb_snr(grid.u[k]);
            C1 -= grid.gamma[k] * s * (1.0 + s) * v / (1.0 + s * v);
        }
        for (int i = 0; i < 2; i++) {
            sb_components one = {0};
            sb_exact exact = {0};
            MUST(gaussian(&it.ctx, i ? 5.0 : 0.0, v, &one));
            const sb_mixture q = {.components = &one, .weight = &all};
            MUST(sb_exact_compute(&it.ctx, &q, &grid, 64, 0.95, 1, 0, &exact));
            found[i] = exact.C1.value;
            sb_exact_free(&exact);
            sb_components_free(&one);
        }
        printf("C1 by hand %.10f; by the library %.10f for mean 0, %.10f for mean 5\n", C1, found[0], found[1]);
        EXPECT(&it, fabs(C1 / found[0] - 1.0) < 1e-10 && fabs(found[1] / found[0] - 1.0) < 1e-10,
               "all three agree: C1 does not see the mean");
        sb_grid_free(&grid);
    }
    {
        const double limit = 0.5 * log((1.0 + sb_snr(delta) * v) / (1.0 + sb_snr(T) * v));
        double error = 0.0, before = 0.0;
        for (int K = 50; K <= 800; K *= 2) {
            sb_grid grid = {0};
            double sum = 0.0;
            MUST(grid_of(&it.ctx, T, delta, K, &grid));
            for (int k = 0; k < K; k++) {
                const double s = sb_snr(grid.u[k]);
                sum += grid.gamma[k] * s * (1.0 + s) * v / (1.0 + s * v);
            }
            before = error, error = limit - sum;
            printf("K = %3d: -C1 = %.6f, short of the limit by %.6f\n", K, sum, error);
            sb_grid_free(&grid);
        }
        EXPECT(&it, fabs(before / error - 2.0) < 0.05, "-C1 tends to %.6f, the error halves with each doubling of K", limit);
    }

    // %% [markdown]
    // ## 2. A score that is a little too weak
    //
    // $E|\lambda S-S|^2=(1-\lambda)^2J$, so $L=(1-\lambda)^2\sum\gamma_kJ(u_k)$ and $F=L-C_1$: least at $\lambda=1$. A tenth off
    // costs a hundredth of $\sum\gamma_kJ$. That has to be seen above $-C_1$, which does not change, and above the scatter of a
    // minibatch: its loss is a mean of squares of *noise*, whatever the model. The program measures that scatter for the true
    // score.

    // %%
    {
        enum { B = 64, BATCHES = 2000 };
        sb_grid grid = {0};
        sb_exact exact = {0};
        sb_components one = {0};
        sb_noised batch = {0};
        double J_sum = 0.0, cumulative[60], F[BATCHES];
        MUST(gaussian(&it.ctx, 0.0, v, &one));
        const sb_mixture q = {.components = &one, .weight = &all};
        MUST(grid_of(&it.ctx, T, delta, 60, &grid));
        MUST(sb_exact_compute(&it.ctx, &q, &grid, 64, 0.95, 1, 0, &exact));
        for (int k = 0; k < grid.K; k++) J_sum += grid.gamma[k] * exact.J[k].value;
        sb_time_law(&grid, cumulative);
        MUST(sb_noised_alloc(&it.ctx, B, 1, &batch));
        double mean = 0.0, square = 0.0, a = 0.0, b_sum = 0.0; /* sampled F at lambda S: a lambda^2 - 2 b lambda + constant */
        for (int i = 0; i < BATCHES; i++) {
            sb_noised_draw(&q, &grid, cumulative, sb_stream_at(3, SB_DRAW_CLAIM, 1, 0, 0, (uint32_t)i), B, &batch);
            F[i] = 0.0;
            for (int b = 0; b < B; b++) {
                const double u = grid.u[batch.k[b]], S = -batch.y[b] / (exp(-2.0 * u) * v + sb_ou_variance(u));
                F[i] += batch.weight[b] * pow(S - batch.target[b], 2.0);
                a += batch.weight[b] * S * S, b_sum += batch.weight[b] * S * batch.target[b];
            }
            mean += F[i] / BATCHES;
        }
        for (int i = 0; i < BATCHES; i++) square += pow(F[i] - mean, 2.0) / (BATCHES - 1);
        const sb_number sampled = sb_number_from_values(F, BATCHES, 0.999);
        const double rise = 0.01 * J_sum;
        printf("-C1 = %.4f; F of the true score from %d minibatches: %.4f [%.4f, %.4f]\n", -exact.C1.value, BATCHES, sampled.value,
               sampled.lo, sampled.hi);
        printf("lambda = 0.9 raises F by %.4f, that is %.1f %% of -C1; one minibatch of %d scatters by %.4f\n", rise,
               -100.0 * rise / exact.C1.value, B, sqrt(square));
        printf("minibatches to average before the rise is twice the scatter: %.0f\n", 4.0 * square / (rise * rise));
        EXPECT(&it, sampled.lo < -exact.C1.value && -exact.C1.value < sampled.hi, "minibatches confirm F = -C1 for the true score");
        EXPECT(&it, rise < sqrt(square), "the rise is lost in the scatter of a single minibatch");
        EXPECT(&it, fabs(b_sum / a - 1.0) < 0.05, "F over all minibatches is least at lambda = %.3f", b_sum / a);
        sb_noised_free(&batch);
        sb_exact_free(&exact);
        sb_components_free(&one);
        sb_grid_free(&grid);
    }

    // %% [markdown]
    // ## 3. A finite training set
    //
    // On fine grids $-C_1=I(X_0;X_\delta)-I(X_0;X_T)\le I(X_0;X_\delta)\le H(X_0)\le\log n$: at most the name of the point can be
    // lost. As $\delta\to0$ the point can be read off $X_\delta$, so $I(X_0;X_\delta)\to\log n$; as $T\to\infty$,
    // $I(X_0;X_T)\to0$. The dimension does not enter.
    //
    // One grid serves for all $\delta$: cut off at $u_k$ it is again uniform in $\log s$, so the partial sums are the values of
    // $-C_1$. What they lack of $\log 8$ in the end is the error of the sum, section 5 of the lesson.
    //
    // So for a network that has *memorised* its training set the irreducible loss is at most $\log n$ nats in total, while for
    // the population it grows without limit as $\delta\to0$ (exercise 1).

    // %%
    {
        enum { STEPS = 300 };
        sb_figure figure = {0};
        sb_series *series;
        sb_grid grid = {0};
        MUST(grid_of(&it.ctx, 5.0, 1e-6, STEPS, &grid));
        MUST(sb_figure_begin(&it.ctx, "Eight points: the irreducible loss is at most log 8", "early stop delta", "-C1, nats",
                             &figure));
        figure.log_x = 1;
        for (int d = 1; d <= 2; d++) {
            sb_config config = {0};
            sb_data data = {0};
            sb_exact exact = {0};
            char text[300];
            double sum = 0.0;
            int below = 1;
            snprintf(text, sizeof text,
                     "{seed: 3, data: {kind: gaussian-mixture, workers: 1, samples: 8, components: [{weight: 1, mean: [0%s], "
                     "covariance: 1}]}, "
                     "diffusion: {K: 1}}",
                     d == 2 ? ", 0" : "");
            MUST(sb_config_parse(&it.ctx, "points", text, strlen(text), 0, NULL, &config));
            MUST(sb_data_create(&it.ctx, &config, &data));
            const sb_mixture q = sb_data_worker(&data, 0);
            MUST(sb_exact_compute(&it.ctx, &q, &grid, 64, 0.95, 1, 0, &exact));
            MUST(sb_figure_series(&it.ctx, &figure, d == 1 ? "on the line" : "in the plane", SB_MARK_LINE, STEPS, &series));
            for (int k = 0; k < STEPS; k++) {
                const double s = sb_snr(grid.u[k]);
                sum += grid.gamma[k] * s * (1.0 + s) * exact.V[k].value;
                series->x[k] = grid.u[k + 1], series->y[k] = sb_number_exact(sum);
                below = below && sum <= log(8.0);
            }
            printf("d = %d: -C1 = %.6f at delta = %.1e, log 8 = %.6f\n", d, sum, grid.delta, log(8.0));
            EXPECT(&it, below && sum > 0.95 * log(8.0), "d = %d: never above log 8, and near it for small delta", d);
            sb_exact_free(&exact);
            sb_data_free(&data);
            sb_config_free(&config);
        }
        MUST(sb_figure_series(&it.ctx, &figure, "log 8", SB_MARK_LINE, 2, &series));
        for (int i = 0; i < 2; i++) series->x[i] = i ? grid.delta : grid.T, series->y[i] = sb_number_exact(log(8.0));
        lesson_figure(&it, &figure, "points");
        sb_figure_free(&figure);
        sb_grid_free(&grid);
    }

    // %%
    return lesson_end(&it);
}
