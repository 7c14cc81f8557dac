// %% [markdown]
// # Lesson 2, solutions
//
// The exercises are stated at the end of `lesson_02_reverse_sde.c`. All three are about the Gaussian of its section 3, where
// everything is a recursion for a mean and a variance.

// %%
#include "lesson.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double m = 0.7, c = 0.16, delta = 0.01;

/* Mean and variance of q_u. */
static double mean_at(double u)
{
    return exp(-u) * m;
}

static double variance_at(double u)
{
    return exp(-2.0 * u) * c + sb_ou_variance(u);
}

static double kl_gaussians(double m_q, double v_q, double m_p, double v_p)
{
    const double x = v_q / v_p - 1.0;
    return 0.5 * (x - log1p(x) + (m_q - m_p) * (m_q - m_p) / v_p);
}

/* What the exact reverse process makes of pi at the horizon T: the law of the end is linear in the start. */
static double floor_of(double T)
{
    const double slope = exp(-(T - delta)) * variance_at(delta) / variance_at(T);
    return kl_gaussians(mean_at(delta), variance_at(delta), mean_at(delta) - slope * mean_at(T),
                        variance_at(delta) + slope * slope * (1.0 - variance_at(T)));
}

/* The paper's grid of K steps from T = 2. */
static sb_status grid_create(sb_context *ctx, int K, sb_grid *grid)
{
    sb_status st = SB_OK;
    char steps[20];
    const sb_override given[] = {{"diffusion.T", "2"}, {"diffusion.delta", "0.01"}, {"diffusion.K", steps}};
    sb_config config;
    snprintf(steps, sizeof steps, "%d", K);
    SB_TRY(sb_config_load(ctx, NULL, 3, given, &config));
    SB_TRY(sb_grid_create(ctx, &config, grid));
done:
    sb_config_free(&config);
    return st;
}

// %% [markdown]
// ## 1. No noise
//
// With $p_t = q_{T-t}$, $\partial_t p = -\nabla\!\cdot(xp) - \Delta p = -\nabla\!\cdot\{(x + \nabla\log p)\,p\}$, which is the
// continuity equation of $\dot y = y + S_{T-t}(y)$: points that move so have the law $p_t$ at every $t$. Freezing the score and
// multiplying by $e^{-t}$ as in section 2 gives $Y' = e^gY + (e^g-1)s_k$.
//
// On the Gaussian $Y' = A_kY + (e^g-1)e^{-u}m/v_u$ with $A_k = e^g - (e^g-1)/v_u$, and without noise $V' = A_k^2V$. The error of a
// step is of second order in $g$ again, so the error in the variance is $O(1/K)$ and $KL$ falls by 4 with each doubling, down to
// its own floor: the exact flow takes $V_0 = 1$ to $v_\delta/v_T$ and the mean $0$ to $m_\delta - m_T\sqrt{v_\delta/v_T}$. That
// floor is $KL(q_T\|\pi)$ itself, since the flow is invertible: it forgets nothing.

// %%
int main(int argc, char **argv)
{
    lesson it = lesson_begin(argc, argv);
    enum { SIZES = 9 };
    double flow[SIZES], right[SIZES];
    int K[SIZES];
    for (int n = 0; n < SIZES; n++) {
        sb_grid grid;
        K[n] = 4 << n;
        MUST(grid_create(&it.ctx, K[n], &grid));
        double mean = mean_at(grid.T), variance = variance_at(grid.T); /* from q_T, so that only the steps err */
        for (int k = 0; k < grid.K; k++) {
            const double u = grid.u[k], b = expm1(grid.gamma[k]), A = 1.0 + b - b / variance_at(u);
            mean = A * mean + b * mean_at(u) / variance_at(u);
            variance *= A * A;
        }
        flow[n] = kl_gaussians(mean_at(delta), variance_at(delta), mean, variance);
        sb_grid_free(&grid);
    }
    for (int n = 0; n < SIZES; n++) printf("K = %4d   KL of the flow from q_T %.3e\n", K[n], flow[n]);
    EXPECT(&it, fabs(flow[SIZES - 2] / flow[SIZES - 1] - 4.0) < 0.1, "from K = %d to %d it falls by a factor %.3f", K[SIZES - 2],
           K[SIZES - 1], flow[SIZES - 2] / flow[SIZES - 1]);
    const double T = 2.0, stretch = sqrt(variance_at(delta) / variance_at(T));
    const double flow_floor =
        kl_gaussians(mean_at(delta), variance_at(delta), mean_at(delta) - stretch * mean_at(T), stretch * stretch);
    const double start = kl_gaussians(mean_at(T), variance_at(T), 0.0, 1.0);
    EXPECT(&it, fabs(flow_floor / start - 1.0) < 1e-10, "started from pi the flow keeps all of KL(q_T||pi) = %.4e", start);
    EXPECT(&it, floor_of(T) < 0.01 * flow_floor, "the process with noise keeps %.4e only", floor_of(T));

    // %% [markdown]
    // ## 2. The right variance
    //
    // For Gaussian data $(X_{u-g}, X_u)$ is jointly Gaussian with covariance $e^{-g}v_{u-g}$, so $X_{u-g}$ given $X_u$ is Gaussian
    // with the DDPM mean (Tweedie's formula is exact) and variance $v_{u-g} - e^{-2g}v_{u-g}^2/v_u = v_{u-g}(v_u -
    // e^{-2g}v_{u-g})/v_u = v_{u-g}\sigma_g^2/v_u$. Steps with this kernel are the true reverse steps, however long. Composed, they
    // are the reverse process over $[\delta, T]$, and what is left is the floor of the start.
    //
    // With two bumps the reverse kernel of a long step is itself a mixture. No Gaussian step is exact, whatever its variance.

    // %%
    double worst = 0.0;
    for (int n = 0; n < SIZES; n++) {
        sb_grid grid;
        MUST(grid_create(&it.ctx, K[n], &grid));
        double mean = 0.0, variance = 1.0;
        for (int k = 0; k < grid.K; k++) {
            const sb_sampler_step step = sb_sampler_coefficients(SB_SAMPLER_DDPM, grid.gamma[k]);
            const double v = variance_at(grid.u[k]), A = step.a - step.b / v;
            mean = A * mean + step.b * mean_at(grid.u[k]) / v;
            variance = A * A * variance + sb_ou_variance(grid.gamma[k]) * variance_at(grid.u[k + 1]) / v;
        }
        right[n] = kl_gaussians(mean_at(delta), variance_at(delta), mean, variance);
        worst = fmax(worst, fabs(right[n] / floor_of(grid.T) - 1.0));
        sb_grid_free(&grid);
    }
    EXPECT(&it, worst < 1e-6, "K = %d to %d all lead to the floor %.4e", K[0], K[SIZES - 1], floor_of(T));

    // %% [markdown]
    // ## 3. What the start costs
    //
    // The exact reverse kernel from $T$ to $\delta$ is linear in its start with slope $e^{-(T-\delta)}v_\delta/v_T$. Started from
    // $\pi$ the mean is off by that times $m_T = e^{-T}m$, so by $e^{-2T+\delta}m\,v_\delta/v_T$, and the floor is half its square
    // over $v_\delta$: with $v_T \to 1$
    //
    // $$\text{floor} \approx \tfrac12\,m^2 v_\delta\,e^{2\delta}\,e^{-4T}, \qquad KL(q_T\|\pi) \approx \tfrac12\,m^2 e^{-2T} .$$
    //
    // (The variance is off by $e^{-2(T-\delta)}v_\delta^2(1-v_T)$ with $1 - v_T = O(e^{-2T})$; its square is of order $e^{-8T}$.)

    // %%
    sb_figure figure;
    sb_series *series;
    double both[2][6];
    for (int i = 0; i < 6; i++)
        both[0][i] = kl_gaussians(mean_at(i + 1.0), variance_at(i + 1.0), 0.0, 1.0), both[1][i] = floor_of(i + 1.0);
    for (int i = 0; i < 6; i++) printf("T = %d   KL(q_T||pi) %.3e   floor %.3e\n", i + 1, both[0][i], both[1][i]);
    EXPECT(&it, fabs(log(both[0][4] / both[0][5]) - 2.0) < 0.01, "from T = 5 to 6 KL(q_T||pi) falls by e^%.4f",
           log(both[0][4] / both[0][5]));
    EXPECT(&it, fabs(log(both[1][3] / both[1][4]) - 4.0) < 0.01, "from T = 4 to 5 the floor falls by e^%.4f",
           log(both[1][3] / both[1][4]));
    const double leading = 0.5 * m * m * variance_at(delta) * exp(2.0 * delta - 16.0);
    EXPECT(&it, fabs(both[1][3] / leading - 1.0) < 0.01, "at T = 4 it is its leading term %.3e within 1 per cent", leading);
    MUST(sb_figure_begin(&it.ctx, "The reverse process forgets its start, too", "horizon T", "nats", &figure));
    figure.log_y = 1;
    for (int j = 0; j < 2; j++) {
        MUST(sb_figure_series(&it.ctx, &figure, j == 0 ? "KL(q_T||pi)" : "floor of the exact reverse process from pi",
                              SB_MARK_LINE_POINTS, 6, &series));
        for (int i = 0; i < 6; i++) series->x[i] = i + 1.0, series->y[i] = sb_number_exact(both[j][i]);
    }
    lesson_figure(&it, &figure, "start");
    sb_figure_free(&figure);
    return lesson_end(&it);
}
