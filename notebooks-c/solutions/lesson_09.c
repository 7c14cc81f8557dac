// %% [markdown]
// # Solutions to lesson 9

// %%
#include "lesson.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { POINTS = 2001, TIMES = 80, RATES = 5 };

static const char clusters[] =
    "seed: 9\n"
    "data: {kind: gaussian-mixture, dimension: 1, workers: 4, preset: grid, modes: 4, radius: 3, deviation: 0.2,\n"
    "       partition: {kind: by-component}}\n"
    "diffusion: {T: 4, delta: 0.02, grid: log-snr, K: 100}\n"
    "model: {kind: exact}\n";

int main(int argc, char **argv)
{
    lesson it = lesson_begin(argc, argv);
    it.ctx.threads = 1; /* too little work at a time to be worth sharing */

    // %% [markdown]
    // ## 1. Workers that agree
    //
    // Three clusters; workers 0 and 1 hold the first, worker 2 the second, worker 3 the third. Where clusters do not touch, $\bar
    // q=\frac12q_0$ on the first cluster and $\frac14q_n$ on the others. So the residuals tend to $\log2,\log2,\log4,\log4$: what
    // counts is how many share one's data, not how many workers there are. Their mean is $\frac12\log2+\frac12\log4=\frac32\log2$,
    // which is $I(n;X_\delta)-I(n;X_T)$ for an $n$ that the data do not tell completely: $H(n)=\log4$, and $H(n|X)=\frac12\log2$.

    // %%
    static const char shared[] =
        "seed: 9\n"
        "data: {kind: gaussian-mixture, dimension: 1, workers: 4, preset: grid, modes: 3, radius: 6, deviation: 0.2,\n"
        "       partition: {kind: explicit, weights: [[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]}}\n"
        "diffusion: {T: 4, delta: 0.02, grid: log-snr, K: 100}\n"
        "model: {kind: exact}\n";
    static const double limit[4] = {M_LN2, M_LN2, 2.0 * M_LN2, 2.0 * M_LN2};
    sb_config config;
    sb_data data;
    double mean = 0.0;
    MUST(sb_config_parse(&it.ctx, "shared", shared, strlen(shared), 0, NULL, &config));
    MUST(sb_data_create(&it.ctx, &config, &data));
    const sb_mixture all = sb_data_pooled(&data);
    for (int n = 0; n < 4; n++) {
        const sb_mixture q = sb_data_worker(&data, n);
        sb_number residual;
        MUST(sb_heterogeneity_residual(&it.ctx, &q, &all, 5.0, 0.02, 1000, 0.99, 9, n, &residual));
        EXPECT(&it, fabs(residual.value / limit[n] - 1.0) < 0.01, "worker %d: residual %.5f, limit %.5f", n, residual.value,
               limit[n]);
        mean += 0.25 * residual.value;
    }
    EXPECT(&it, fabs(mean / (1.5 * M_LN2) - 1.0) < 0.01, "their mean %.5f, limit %.5f", mean, 1.5 * M_LN2);
    sb_data_free(&data);
    sb_config_free(&config);

    // %% [markdown]
    // ## 2. Two spaces
    //
    // Both processes are $X=ax_0+b\varepsilon$. Where $b/a$ agrees their states differ by a *known* factor, $x_{lin}=r\,x_{OU}$
    // with $r=\sqrt{(1-t)^2+t^2}$, and a known factor carries no information: $x_0$ and $\varepsilon$ have the same conditional
    // law. So $\hat\varepsilon(x,t)=\varepsilon_\theta(x/r,s)$ with $s=\frac12\log\{1+t^2/(1-t)^2\}$, and the velocity is
    // $(\hat\varepsilon-x)/(1-t)$.
    //
    // The truth to compare with is the velocity from the linear path's own marginal, the mixture of $N((1-t)m_j,(1-t)^2C_j+t^2)$,
    // whose score is $-\hat\varepsilon/t$. The error of the half-mapped one is root mean square under that marginal.

    // %%
    sb_path_point linear;
    sb_marginal *ou, *own;
    static double x[POINTS], state[POINTS], truth[POINTS], score[POINTS], log_q[POINTS], work[1 << 12];
    MUST(sb_config_parse(&it.ctx, "clusters", clusters, strlen(clusters), 0, NULL, &config));
    MUST(sb_data_create(&it.ctx, &config, &data));
    const sb_mixture pooled = sb_data_pooled(&data);
    MUST(sb_path_at(&it.ctx, SB_SPACE_LINEAR, 0.6, &linear));
    const sb_path_point point = sb_path_across(&linear);
    MUST(sb_marginal_create(&it.ctx, &pooled, point.time, &ou));
    MUST(sb_marginal_create_channel(&it.ctx, &pooled, linear.a, linear.b * linear.b, &own));
    for (int i = 0; i < POINTS; i++) x[i] = -6.0 + 12.0 * i / (POINTS - 1);
    sb_marginal_eval(own, POINTS, x, log_q, truth, work);
    sb_path_convert(&linear, POINTS, x, SB_PREDICT_SCORE, truth, SB_PREDICT_VELOCITY, truth);
    for (int half = 0; half < 2; half++) {
        double wrong = 0.0, size = 0.0, worst = 0.0;
        if (half) memcpy(state, x, sizeof state);
        else sb_path_move(&linear, &point, POINTS, x, state);
        sb_marginal_eval(ou, POINTS, state, NULL, score, work);
        sb_path_convert(&point, POINTS, state, SB_PREDICT_SCORE, score, SB_PREDICT_NOISE, score); /* what the expert says */
        sb_path_convert(&linear, POINTS, x, SB_PREDICT_NOISE, score, SB_PREDICT_VELOCITY, score);
        for (int i = 0; i < POINTS; i++) {
            const double q = exp(log_q[i]) * 12.0 / (POINTS - 1), off = score[i] - truth[i];
            wrong += q * off * off;
            size += q * truth[i] * truth[i];
            worst = fmax(worst, fabs(off) / (1.0 + fabs(truth[i])));
        }
        if (half == 0) EXPECT(&it, worst < 1e-12, "time and state mapped: the velocity is exact to 1e-12");
        else EXPECT(&it, sqrt(wrong) > 0.3, "time alone: the velocity, %.3f rms, is off by %.3f rms", sqrt(size), sqrt(wrong));
    }
    sb_marginal_free(ou);
    sb_marginal_free(own);

    // %% [markdown]
    // ## 3. A router that errs
    //
    // Far from $x$ an expert's score is of the order of distance over variance, so even a little weight on the wrong experts is
    // felt. Top-1 does not notice: $(1-\epsilon)p+\epsilon/4$ has the same largest entry. So its cost does not depend on
    // $\epsilon$, while that of all four grows as $\epsilon^2$. They must cross.

    // %%
    static const double rate[RATES] = {0.0, 0.01, 0.03, 0.1, 0.3};
    static const int cluster_of[4] = {0, 1, 2, 3};
    static double room[1 << 14];
    double cost[RATES][2] = {{0.0}};
    sb_experts experts;
    MUST(sb_experts_create(&it.ctx, &pooled, 4, cluster_of, &experts));
    for (int i = 0; i <= TIMES; i++) {
        const double a = -log(sb_snr(0.02)), b = -log(sb_snr(4.0)), v = a + (b - a) * i / TIMES, u = 0.5 * log1p(exp(v));
        const double weight = (b - a) / (3.0 * TIMES) * (i == 0 || i == TIMES ? 1.0 : i % 2 ? 4.0 : 2.0) * 0.5 / (1.0 + exp(-v));
        sb_path_point at;
        sb_ensemble *ensemble;
        sb_marginal *q_u;
        MUST(sb_path_at(&it.ctx, SB_SPACE_OU, u, &at));
        MUST(sb_ensemble_create(&it.ctx, &experts, &at, &ensemble));
        MUST(sb_marginal_create(&it.ctx, &pooled, u, &q_u));
        sb_marginal_eval(q_u, POINTS, x, log_q, score, work);
        for (int j = 0; j < POINTS; j++) {
            double p[4], said[4], expert[4], fused;
            if (log_q[j] < -60.0) continue;
            sb_ensemble_eval(ensemble, &x[j], p, expert, room);
            for (int e = 0; e < RATES; e++) {
                for (int n = 0; n < 4; n++) said[n] = (1.0 - rate[e]) * p[n] + 0.25 * rate[e];
                for (int top = 0; top < 2; top++) {
                    sb_fuse(4, 1, top ? 1 : 4, said, expert, &fused);
                    cost[e][top] += weight * exp(log_q[j]) * 12.0 / (POINTS - 1) * (fused - score[j]) * (fused - score[j]);
                }
            }
        }
        sb_marginal_free(q_u);
        sb_ensemble_free(ensemble);
    }
    printf("router's error   all four   likeliest alone\n");
    for (int e = 0; e < RATES; e++) printf("%14.2f %10.4f %12.4f\n", rate[e], cost[e][0], cost[e][1]);
    EXPECT(&it, cost[0][0] < 1e-12 && cost[0][1] > 0.1, "an exact router: all four are perfect, the likeliest alone is not");
    EXPECT(&it, fabs(cost[4][1] - cost[1][1]) < 1e-9, "the likeliest alone does not see the router's error");
    EXPECT(&it, fabs(cost[2][0] / cost[1][0] / 9.0 - 1.0) < 0.01, "all four: three times the error costs %.3f times as much",
           cost[2][0] / cost[1][0]);
    const double crossing = 0.01 * sqrt(cost[0][1] / cost[1][0]);
    EXPECT(&it, cost[1][0] < cost[1][1] && cost[4][0] > cost[4][1], "they cross at a router's error of %.3f", crossing);
    sb_experts_free(&experts);
    sb_data_free(&data);
    sb_config_free(&config);
    return lesson_end(&it);
}
