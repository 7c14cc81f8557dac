// %% [markdown]
// # Solutions to lesson 8

// %%
#include "lesson.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    lesson it = lesson_begin(argc, argv);
    it.ctx.threads = 1; /* too little work at a time to be worth sharing */

    // %% [markdown]
    // ## 1. Other variances
    //
    // For $N(0,v)$ the mutual information is $I(X_0;X_u)=\frac12\log(1+s_uv)$. At $T=1$, which is still the best case, the
    // condition is
    // $$\tfrac12\log\frac{1+s_\delta v}{1+s_1v}\le(1+v)e^{-2}
    // \quad\Leftrightarrow\quad s_\delta\le\frac{(1+s_1v)\exp\{2(1+v)e^{-2}\}-1}v,$$
    // and $\delta=\frac12\log(1+1/s_\delta)$. Narrow data tell little, so little is lost; for broad data the right side grows
    // exponentially in $v$, because the remark measures the start against $M_2$. Between them lies a worst case, and data
    // normalised to $v=1$ are close to it.

    // %%
    static const double variance[] = {0.1, 0.3, 1.0, 3.0, 10.0};
    double least[5];
    for (int i = 0; i < 5; i++) {
        const double v = variance[i], s = ((1.0 + sb_snr(1.0) * v) * exp(2.0 * (1.0 + v) * exp(-2.0)) - 1.0) / v;
        least[i] = 0.5 * log1p(1.0 / s);
        printf("v = %4.1f: delta >= %.5f\n", v, least[i]);
    }
    double worst = 0.0, worst_v = 0.0;
    for (double v = 0.1; v < 10.0; v *= 1.001) {
        const double s = ((1.0 + sb_snr(1.0) * v) * exp(2.0 * (1.0 + v) * exp(-2.0)) - 1.0) / v, delta = 0.5 * log1p(1.0 / s);
        if (delta > worst) worst = delta, worst_v = v;
    }
    EXPECT(&it, least[0] < least[1] && least[1] < least[2] && least[2] > least[3] && least[3] > least[4] && worst < 1.05 * least[2],
           "the worst is v = %.2f with delta = %.4f; v = 1 is within 5 per cent of it", worst_v, worst);
    EXPECT(&it, fabs(least[2] - 0.34979) < 1e-5, "v = 1 is the lesson's");
    static const char broad[] =
        "data: {kind: gaussian-mixture, dimension: 1, components: [{weight: 1, mean: [0], covariance: 3}]}\n"
        "diffusion: {T: 1, delta: 0.2, grid: log-snr, K: 20000}\n"
        "model: {kind: exact}\n";
    for (int side = 0; side < 2; side++) {
        sb_config config;
        sb_system system;
        sb_exact exact;
        const double most = 4.0 * exp(-2.0);
        MUST(sb_config_parse(&it.ctx, "broad", broad, strlen(broad), 0, NULL, &config));
        config.diffusion.delta = least[3] * (side == 0 ? 0.99 : 1.01);
        MUST(sb_system_create(&it.ctx, &config, &system));
        const sb_mixture q = sb_data_pooled(&system.data);
        MUST(sb_exact_compute(&it.ctx, &q, &system.grid, 64, 0.95, 8, 0, &exact));
        EXPECT(&it, side == 0 ? -exact.C1.value > most : -exact.C1.value < most, "v = 3, delta = %.5f: -C_1 = %.5f, %s %.5f",
               config.diffusion.delta, -exact.C1.value, side == 0 ? "above" : "below", most);
        sb_exact_free(&exact);
        sb_system_free(&system);
        sb_config_free(&config);
    }

    // %% [markdown]
    // ## 2. How far from the origin?
    //
    // With score 0, $F_0=\sum_kg_k/\sigma_{u_k}^2$, a Riemann sum of
    // $\int_\delta^T(1-e^{-2u})^{-1}du=\frac12\log\frac{e^{2T}-1}{e^{2\delta}-1}$. At $T=1$, $\delta=0.01$ that is 2.878, and
    // $F_0\le(2+m^2)e^{-2}$ gives $m^2\ge e^2F_0-2$. The grid of the remark has a few hundred steps; $1/\sigma^2$ is taken at the
    // *earlier* end of each, where it is smaller, so the sum is below the integral, by about one per cent.

    // %%
    const double F0 = 0.5 * log(expm1(2.0) / expm1(0.02)), far = sqrt(exp(2.0) * F0 - 2.0);
    printf("F_0 = %.4f, |m| >= %.4f\n", F0, far);
    for (int side = 0; side < 2; side++) {
        const double m = far * (side == 0 ? 0.97 : 1.01);
        char text[512];
        sb_config config;
        sb_situation situation;
        sb_selection remark;
        snprintf(
            text, sizeof text,
            "seed: 8\n"
            "data: {kind: gaussian-mixture, dimension: 1, workers: 2, components: [{weight: 1, mean: [%.17g], covariance: 1}]}\n"
            "diffusion: {T: 1, delta: 0.01, grid: kappa, K: 60}\n"
            "model: {kind: affine}\n"
            "train: {rounds: 20, local_steps: 2, batch: 32}\n"
            "measure: {every: 10, replicas: 1, chain_samples: 200, samples: 64, kl: [closed]}\n",
            m);
        MUST(sb_config_parse(&it.ctx, "far", text, strlen(text), 0, NULL, &config));
        MUST(sb_situation_of_config(&it.ctx, &config, &situation));
        MUST(sb_choose_remark(&it.ctx, &situation, SB_SELECTION_PRINTED, &remark));
        EXPECT(&it, side == 0 ? remark.at.T < 1.0 && !remark.feasible : remark.at.T >= 1.0 && remark.feasible,
               "m = %.4f: T = %.4f, K = %.0f, F_0 = %.4f: %s", m, remark.at.T, remark.at.K, remark.certificate.F0,
               side == 0 ? "infeasible" : "feasible");
        sb_situation_free(&situation);
        sb_config_free(&config);
    }

    // %% [markdown]
    // ## 3. The grid
    //
    // On the log-snr grid all $e_k=\Lambda/K$ are equal, $e-w=e^2/2-e^3/6+\dots$ and $w\approx e$, so
    // $$KU\to\frac{d\Lambda^2}4+\frac\Lambda2\min(d,s_0M_2).$$
    // The kappa grid falls as $1/K$, too, with a larger constant. Equal steps of time do not yet: near $\delta$ one of them changes
    // the signal-to-noise ratio by a large factor, and $e_k-w_k$ grows like $e_k$ there, not like $e_k^2$.

    // %%
    static const sb_grid_kind kind[] = {SB_GRID_LOG_SNR, SB_GRID_KAPPA, SB_GRID_UNIFORM};
    static const char *const name[] = {"log-snr", "kappa", "uniform"};
    static const int steps[] = {25, 50, 100, 200, 1600};
    static const char times[] =
        "data: {kind: gaussian-mixture, dimension: 2, components: [{weight: 1, mean: [3, -2], covariance: [0.3, 0.5]}]}\n"
        "diffusion: {T: 2, delta: 0.01, grid: log-snr, K: 25}\n"
        "model: {kind: exact}\n";
    const double d = 2.0, M2 = 13.8, Lambda = log(sb_snr(0.01) / sb_snr(2.0));
    double U[3][5];
    sb_config config;
    sb_figure figure;
    sb_series *series;
    MUST(sb_config_parse(&it.ctx, "times", times, strlen(times), 0, NULL, &config));
    MUST(sb_figure_begin(&it.ctx, "What steps cost on three grids", "K", "U, nats", &figure));
    figure.log_x = figure.log_y = 1;
    for (int g = 0; g < 3; g++) {
        MUST(sb_figure_series(&it.ctx, &figure, name[g], SB_MARK_LINE_POINTS, 5, &series));
        printf("%-8s", name[g]);
        for (int i = 0; i < 5; i++) {
            sb_grid grid;
            config.diffusion.grid = kind[g], config.diffusion.K = steps[i];
            MUST(sb_grid_create(&it.ctx, &config, &grid));
            U[g][i] = sb_discretisation_U(&grid, 2, M2);
            sb_grid_free(&grid);
            series->x[i] = steps[i], series->y[i] = sb_number_exact(U[g][i]);
            printf("  K = %4d: %8.4f", steps[i], U[g][i]);
        }
        putchar('\n');
    }
    lesson_figure(&it, &figure, "grids");
    sb_figure_free(&figure);
    sb_config_free(&config);
    for (int i = 0; i < 4; i++)
        EXPECT(&it, U[0][i] < U[1][i] && U[1][i] < U[2][i], "K = %d: the log-snr grid costs least, equal steps of time most",
               steps[i]);
    EXPECT(&it, fabs(U[0][2] / U[0][3] - 2.0) < 0.1 && fabs(U[1][2] / U[1][3] - 2.0) < 0.1 && U[2][2] / U[2][3] < 1.9,
           "from 100 to 200 steps they fall by the factors %.3f, %.3f and %.3f", U[0][2] / U[0][3], U[1][2] / U[1][3],
           U[2][2] / U[2][3]);
    const double constant = 0.25 * d * Lambda * Lambda + 0.5 * Lambda * fmin(d, sb_snr(2.0) * M2);
    EXPECT(&it, fabs(1600.0 * U[0][4] / constant - 1.0) < 0.005, "K U at K = 1600: %.4f, the limit is %.4f", 1600.0 * U[0][4],
           constant);
    return lesson_end(&it);
}
