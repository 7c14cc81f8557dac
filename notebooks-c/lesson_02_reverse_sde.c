// %% [markdown]
// # Lesson 2. The reverse process and the exponential integrator
//
// Lesson 1 made noise of data. This one makes data of noise: the noising process is run backwards in time, and all it needs to know
// of the data is the score. Nothing is learned yet, the score is exact; so whatever goes wrong here is the fault of the sampler
// alone.
//
// **Aim.** You will be able to say
//
// 1. why a diffusion can be run backwards, and what drift does it;
// 2. how the exponential integrator takes a step of any length, what it freezes and what it solves exactly;
// 3. how the divergence falls with the number $K$ of steps, and where it stops falling;
// 4. why steps must shrink towards the end, and what equal steps cost.
//
// Time runs backwards from here on: $t = 0$ is noise, $t = T - \delta$ the end of sampling, $u = T - t$ the remaining time, and
// $g_k = t_{k+1} - t_k = u_k - u_{k+1}$ the length of a step.

// %%
#include "lesson.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A system as the library builds it of a configuration: data, time grid, and as its model the exact score. */
typedef struct {
    sb_config config;
    sb_system system;
    sb_mixture q;
} world;

#define GAUSSIAN "[{weight: 1, mean: [0.7], covariance: 0.16}]"
#define BUMPS "[{weight: 0.4, mean: [-1.5], covariance: 0.04}, {weight: 0.6, mean: [1.0], covariance: 0.25}]"

static sb_status world_create(sb_context *ctx, const char *components, const char *sampler, const char *grid, int K, world *it)
{
    sb_status st = SB_OK;
    char text[600];
    snprintf(text, sizeof text,
             "{data: {kind: gaussian-mixture, dimension: 1, workers: 1, components: %s}, model: {kind: exact},"
             " diffusion: {T: 2, delta: 0.01, sampler: %s, grid: %s, K: %d}}",
             components, sampler, grid, K);
    SB_TRY(sb_config_parse(ctx, "the system", text, strlen(text), 0, NULL, &it->config));
    SB_TRY(sb_system_create(ctx, &it->config, &it->system));
    it->q = sb_data_pooled(&it->system.data);
done:
    return st;
}

static void world_free(world *it)
{
    sb_system_free(&it->system);
    sb_config_free(&it->config);
}

/* KL(N(m, v) || N(m_p, v_p)). */
static double kl_gaussians(double m, double v, double m_p, double v_p)
{
    const double x = v / v_p - 1.0;
    return 0.5 * (x - log1p(x) + (m - m_p) * (m - m_p) / v_p);
}

// %% [markdown]
// ## 1. Running backwards
//
// Let $q_u$ be the laws of lesson 1, so that $\partial_u q_u = \nabla\!\cdot(x q_u) + \Delta q_u$. Put $p_t = q_{T-t}$; then
// $\partial_t p_t = -\nabla\!\cdot(x p_t) - \Delta p_t$. The Laplacian has the wrong sign for a diffusion. But $\Delta p =
// \nabla\!\cdot(p\,\nabla\log p)$, so we may add $2\Delta p_t$ on the right and take off $2\nabla\!\cdot(p_t \nabla\log p_t)$:
//
// $$\partial_t p_t = -\nabla\!\cdot\{(x + 2\nabla\log p_t)\,p_t\} + \Delta p_t ,$$
//
// and that is the Fokker-Planck equation of
//
// $$dY_t = \{Y_t + 2 S_{T-t}(Y_t)\}\,dt + \sqrt2\,dB_t , \qquad Y_0 \sim q_T .$$
//
// So $Y_t$ has the law $q_{T-t}$. The drift that pulled inwards now pushes out; the score holds against it, and wins where data
// are.
//
// **Check on a Gaussian.** For $q = N(m, c)$ the score is $S_u(y) = -(y - e^{-u}m)/v_u$ with $v_u = e^{-2u}c + \sigma_u^2$, and the
// equation is linear. Its variance $V$ must obey $dV/dt = 2(1 - 2/v_u)V + 2$ and its mean $M$, $dM/dt = M - 2(M - e^{-u}m)/v_u$.
// Put in $V = v_u$, $M = e^{-u}m$: the right sides are $2v_u - 2$ and $M$, and as $dt = -du$ and $v_u' = 2 - 2v_u$, so are the
// left. We integrate both with 100000 small steps and see where they arrive.

// %%
int main(int argc, char **argv)
{
    lesson it = lesson_begin(argc, argv);
    const double m = 0.7, c = 0.16, T = 2.0, delta = 0.01;
    const double m_delta = exp(-delta) * m, v_delta = exp(-2.0 * delta) * c + sb_ou_variance(delta);
    double M = exp(-T) * m, V = exp(-2.0 * T) * c + sb_ou_variance(T);
    const int fine = 100000;
    for (int i = 0; i < fine; i++) { /* the midpoint rule */
        const double h = (T - delta) / fine, u = T - i * h, v = exp(-2.0 * u) * c + sb_ou_variance(u);
        const double u_half = u - 0.5 * h, v_half = exp(-2.0 * u_half) * c + sb_ou_variance(u_half);
        const double M_half = M + 0.5 * h * (M - 2.0 * (M - exp(-u) * m) / v);
        const double V_half = V + 0.5 * h * (2.0 * (1.0 - 2.0 / v) * V + 2.0);
        M += h * (M_half - 2.0 * (M_half - exp(-u_half) * m) / v_half);
        V += h * (2.0 * (1.0 - 2.0 / v_half) * V_half + 2.0);
    }
    EXPECT(&it, fabs(M - m_delta) < 1e-6 && fabs(V - v_delta) < 1e-6,
           "run backwards, mean %.4f and variance %.4f are those of q_delta", M, V);

    // %% [markdown]
    // ## 2. One step of the sampler
    //
    // A program evaluates the score at the times $t_k$ only. On $[t_k, t_{k+1}]$ the *exponential integrator* freezes it at
    // $s_k = S_{u_k}(Y_{t_k})$ and solves what is left, $dY = (Y + 2s_k)\,dt + \sqrt2\,dB$, exactly. As in lesson 1, multiply by
    // $e^{-t}$; with $g = g_k$
    //
    // $$Y_{t_{k+1}} = e^{g}Y_{t_k} + 2(e^{g} - 1)\,s_k + \sqrt{e^{2g} - 1}\;\varepsilon .$$
    //
    // Two others, of the same form $a Y + b s_k + c\,\varepsilon$: the *DDPM mean* takes $b = 2\sinh g$, since $E[X_{u-g} | X_u] =
    // e^g X_u + 2\sinh(g)\,S_u$ exactly (Tweedie, lesson 1, over the stretch $g$), and *Euler's rule* expands all to first order:
    // $a = 1+g$, $b = 2g$, $c^2 = 2g$.
    //
    // **Predictions.** The library's coefficients are these. The three agree to first order in $g$. The exponential $b$ differs
    // from the two others by about $g^2$, so halving $g$ quarters that; DDPM and Euler differ by $g^3/3$ only, of which an eighth
    // is left. And where the score vanishes, which is at the mean of a Gaussian, the first two multiply by $e^g$ and so carry the
    // mean of the data exactly: started at $e^{-T}m$ they arrive at $e^{-\delta}m$ in any number of steps. Euler's rule would
    // arrive at $e^{-T}m\prod_k(1 + g_k)$ if the score did not notice.

    // %%
    const double g = 0.2385;
    const sb_sampler_step exponential = sb_sampler_coefficients(SB_SAMPLER_EXPONENTIAL, g),
                          ddpm = sb_sampler_coefficients(SB_SAMPLER_DDPM, g), euler = sb_sampler_coefficients(SB_SAMPLER_EULER, g),
                          half = sb_sampler_coefficients(SB_SAMPLER_EXPONENTIAL, 0.5 * g),
                          half_ddpm = sb_sampler_coefficients(SB_SAMPLER_DDPM, 0.5 * g);
    const int formulas = fabs(exponential.b - 2.0 * (exp(g) - 1.0)) < 1e-15 &&
                         fabs(exponential.c * exponential.c - exp(2.0 * g) + 1.0) < 1e-15 &&
                         fabs(ddpm.b - (exp(g) - exp(-g))) < 1e-15 && euler.a == 1.0 + g && euler.b == 2.0 * g;
    EXPECT(&it, formulas, "the coefficients at g = %g: b = %.4f, %.4f, %.4f", g, exponential.b, ddpm.b, euler.b);
    const double quarter = (half.b - g) / (exponential.b - 2.0 * g), eighth = (half_ddpm.b - g) / (ddpm.b - 2.0 * g);
    EXPECT(&it, fabs(quarter - 0.25) < 0.02 && fabs(eighth - 0.125) < 0.01,
           "half the step leaves %.3f of the difference to Euler's b; of that of DDPM %.3f", quarter, eighth);
    for (int kind = 0; kind < 3; kind++) {
        static const char *const name[] = {"exponential", "ddpm", "euler"};
        world w = {0};
        MUST(world_create(&it.ctx, GAUSSIAN, name[kind], "kappa", 8, &w));
        double mean = exp(-T) * m, product = exp(-T) * m;
        for (int k = 0; k < 8; k++) {
            const sb_sampler_step step = sb_sampler_coefficients(w.config.diffusion.sampler, w.system.grid.gamma[k]);
            const double u = w.system.grid.u[k], score = -(mean - exp(-u) * m) / (exp(-2.0 * u) * c + sb_ou_variance(u));
            mean = step.a * mean + step.b * score;
            product *= 1.0 + w.system.grid.gamma[k];
        }
        if (kind < 2) EXPECT(&it, fabs(mean - m_delta) < 1e-14, "%s: 8 steps carry the mean to %.4f, exactly", name[kind], mean);
        else
            EXPECT(&it, fabs(mean - m_delta) > 0.005 && mean > product, "euler: 8 steps lead to %.4f, without the score to %.4f",
                   mean, product);
        world_free(&w);
    }

    // %% [markdown]
    // The last line shows the score at work: Euler's rule loses the mean, and the score, no longer zero there, pulls it most of the
    // way back. A sampler with the true score corrects its own mistakes.
    //
    // ## 3. How the divergence falls with K
    //
    // Sampling starts from $\pi = N(0, I)$, since $q_T$ is not known. On Gaussian data each step is affine,
    // $Y' = A_k Y + b_k e^{-u_k}m/v_{u_k} + c_k\varepsilon$ with $A_k = a_k - b_k/v_{u_k}$, so what is generated is Gaussian, with
    //
    // $$M_{k+1} = A_k M_k + b_k e^{-u_k}m/v_{u_k}, \qquad V_{k+1} = A_k^2 V_k + c_k^2 , \qquad M_0 = 0,\ V_0 = 1 ,$$
    //
    // and $KL(q_\delta\|p)$ is that of two Gaussians. The variance comes out wrong by $O(1/K)$, and a divergence is quadratic in a
    // small error.
    //
    // **Predictions.** The library's closed form equals this recursion. For the exponential integrator and the DDPM mean each
    // doubling of $K$ divides $KL$ by 4. It stops at a floor, what the wrong start costs: no number of steps mends that.

    // %%
    enum { LEAST = 2, DOUBLINGS = 11 };
    static const char *const sampler[] = {"exponential", "ddpm", "euler"};
    double kl[3][DOUBLINGS], disagreement = 0.0;
    for (int kind = 0; kind < 3; kind++)
        for (int n = 0; n < DOUBLINGS; n++) {
            world w = {0};
            sb_number closed;
            MUST(world_create(&it.ctx, GAUSSIAN, sampler[kind], "kappa", LEAST << (n + 1), &w));
            double mean = 0.0, variance = 1.0;
            for (int k = 0; k < w.system.grid.K; k++) {
                const sb_sampler_step step = sb_sampler_coefficients(w.config.diffusion.sampler, w.system.grid.gamma[k]);
                const double u = w.system.grid.u[k], v = exp(-2.0 * u) * c + sb_ou_variance(u), A = step.a - step.b / v;
                mean = A * mean + step.b * exp(-u) * m / v;
                variance = A * A * variance + step.c * step.c;
            }
            kl[kind][n] = kl_gaussians(m_delta, v_delta, mean, variance);
            MUST(sb_kl_closed(&it.ctx, &w.system, NULL, &w.q, &closed));
            disagreement = fmax(disagreement, fabs(closed.value - kl[kind][n]) / kl[kind][n]);
            world_free(&w);
        }
    printf("    K   exponential        ddpm       euler\n");
    for (int n = 0; n < DOUBLINGS; n++) printf("%5d    %10.3e  %10.3e  %10.3e\n", LEAST << (n + 1), kl[0][n], kl[1][n], kl[2][n]);
    EXPECT(&it, disagreement < 1e-6, "the library's closed form is our recursion, at %d samplers and grids", 3 * DOUBLINGS);
    for (int kind = 0; kind < 2; kind++)
        EXPECT(&it, fabs(kl[kind][3] / kl[kind][4] - 4.0) < 0.4, "%s: from K = %d to %d KL falls by a factor %.2f", sampler[kind],
               LEAST << 4, LEAST << 5, kl[kind][3] / kl[kind][4]);

    /* The exact reverse kernel over [delta,T] is linear in where it starts; from pi instead of q_T it leads to N(start_m, start_v). */
    const double m_T = exp(-T) * m, v_T = exp(-2.0 * T) * c + sb_ou_variance(T), slope = exp(-(T - delta)) * v_delta / v_T;
    const double start_m = m_delta - slope * m_T, start_v = v_delta + slope * slope * (1.0 - v_T);
    const double floor_kl = kl_gaussians(m_delta, v_delta, start_m, start_v), start_kl = kl_gaussians(m_T, v_T, 0.0, 1.0);
    EXPECT(&it, fabs(kl[0][DOUBLINGS - 1] / floor_kl - 1.0) < 0.2 && 10.0 * kl[0][DOUBLINGS - 1] < start_kl,
           "K = %d: KL %.2e is near the floor %.2e, far below KL(q_T||pi) = %.2e", LEAST << DOUBLINGS, kl[0][DOUBLINGS - 1],
           floor_kl, start_kl);

    sb_figure figure;
    sb_series *series;
    MUST(sb_figure_begin(&it.ctx, "Twice the steps, a quarter of the divergence", "K, number of steps",
                         "KL to what is generated, nats", &figure));
    figure.log_x = figure.log_y = 1;
    for (int kind = 0; kind < 3; kind++) {
        MUST(sb_figure_series(&it.ctx, &figure, sampler[kind], SB_MARK_LINE_POINTS, DOUBLINGS, &series));
        for (int n = 0; n < DOUBLINGS; n++) series->x[n] = LEAST << (n + 1), series->y[n] = sb_number_exact(kl[kind][n]);
    }
    MUST(sb_figure_series(&it.ctx, &figure, "floor of the start", SB_MARK_LINE, 2, &series));
    series->x[0] = LEAST << 1, series->x[1] = LEAST << DOUBLINGS;
    series->y[0] = series->y[1] = sb_number_exact(floor_kl);
    lesson_figure(&it, &figure, "steps");
    sb_figure_free(&figure);

    // %% [markdown]
    // **What to look at.** Straight lines of slope $-2$, until all reach the floor. It lies far below $KL(q_T\|\pi)$, the price
    // that every bound books for the start: the reverse process forgets its start just as the noising forgot the data. That
    // difference is a first taste of slack; lesson 6 gives it a name, the data-processing gap. And on these data Euler's rule, the
    // least careful of the three, is the best up to $K=256$: its pull by the score and its noise are both too weak, and the two
    // errors oppose each other. Near the floor, where its wrong mean shows, it falls behind.
    //
    // **What breaks.** Put $T$ = 1: the floor rises by a factor near $e^4$ (exercise 3), so that the lines end much sooner, and the
    // predicted factor 4 is no longer met. Put `mean: [0]` in `GAUSSIAN` (and $m$ = 0): the floor sinks, since centred data cost
    // less at the start.
    //
    // ## 4. A mixture, and where to put the steps
    //
    // Now two bumps, one of them narrow (variance 0.04). What is generated is no longer Gaussian, but in one dimension its density
    // can be followed step by step on a grid of points, $p_{k+1}(y') = \int p_k(y)\,N(y';\,a_k y + b_k s_k(y),\,c_k^2)\,dy$
    // (Chapman and Kolmogorov). Three ways of placing $K$ times:
    //
    // - *uniform*: all $g_k$ equal;
    // - *kappa*, the paper's: $g_k \le \kappa\min\{1, u_{k+1}\}$, so that steps shrink with the remaining time;
    // - *log-snr*: equal steps of $\log s(u)$, $s = 1/(e^{2u}-1)$, the logarithm of the signal-to-noise ratio.
    //
    // **Prediction.** At equal $K$ equal steps are the worst, as the last of them must cover all the times at which the score is
    // steep. A sample that is drawn with the library's own sampler agrees in mean and spread with the density followed on the grid.

    // %%
    static const char *const placing[] = {"uniform", "kappa", "log-snr"};
    const int K[] = {6, 12, 24, 48};
    enum { SIZES = sizeof K / sizeof K[0] };
    sb_number divergence[3][SIZES];
    sb_grid_density shown[2] = {{0}, {0}}; /* log-snr with 6 and 24 steps */
    for (int p = 0; p < 3; p++)
        for (int n = 0; n < SIZES; n++) {
            world w = {0};
            sb_marginal *q_delta;
            sb_grid_density coarse = {0}, dense = {0};
            MUST(world_create(&it.ctx, BUMPS, "exponential", placing[p], K[n], &w));
            MUST(sb_marginal_create(&it.ctx, &w.q, delta, &q_delta));
            MUST(sb_generated_density(&it.ctx, &w.system, NULL, 1.0, &coarse));
            MUST(sb_generated_density(&it.ctx, &w.system, NULL, 2.0, &dense));
            MUST(sb_kl_on_grid(&it.ctx, q_delta, &coarse, &dense, &divergence[p][n]));
            sb_marginal_free(q_delta);
            sb_grid_density_free(&coarse);
            if (p == 2 && n % 2 == 0) shown[n / 2] = dense;
            else sb_grid_density_free(&dense);
            world_free(&w);
        }
    printf("    K     uniform       kappa     log-snr\n");
    for (int n = 0; n < SIZES; n++)
        printf("%5d  %10.4f  %10.4f  %10.4f\n", K[n], divergence[0][n].value, divergence[1][n].value, divergence[2][n].value);
    int worst = 1;
    for (int n = 0; n < SIZES; n++) worst &= divergence[0][n].lo > divergence[1][n].hi && divergence[0][n].lo > divergence[2][n].hi;
    EXPECT(&it, worst, "equal steps are the worst at every K");
    MUST(sb_figure_begin(&it.ctx, "Where the steps are placed", "K, number of steps", "KL to what is generated, nats", &figure));
    figure.log_x = figure.log_y = 1;
    for (int p = 0; p < 3; p++) {
        MUST(sb_figure_series(&it.ctx, &figure, placing[p], SB_MARK_LINE_POINTS, SIZES, &series));
        for (int n = 0; n < SIZES; n++) series->x[n] = K[n], series->y[n] = divergence[p][n];
    }
    lesson_figure(&it, &figure, "placing");
    sb_figure_free(&figure);

    // %%
    world w = {0};
    MUST(world_create(&it.ctx, BUMPS, "exponential", "log-snr", 6, &w));
    enum { DRAWS = 20000, POINTS = 241 };
    double y[DRAWS], mean_6 = 0.0, square_6 = 0.0;
    for (int i = 0; i < shown[0].n[0]; i++) {
        double at;
        sb_grid_density_point(&shown[0], (size_t)i, &at);
        mean_6 += shown[0].step[0] * shown[0].density[i] * at;
        square_6 += shown[0].step[0] * shown[0].density[i] * at * at;
    }
    MUST(sb_generated_sample(&it.ctx, &w.system, NULL, DRAWS, 0, y));
    const sb_number mean = sb_number_from_values(y, DRAWS, 0.999);
    for (int i = 0; i < DRAWS; i++) y[i] *= y[i];
    const sb_number square = sb_number_from_values(y, DRAWS, 0.999);
    EXPECT(&it, mean.lo < mean_6 && mean_6 < mean.hi, "mean of %d samples %.4f [%.4f, %.4f], of the density %.4f", DRAWS,
           mean.value, mean.lo, mean.hi, mean_6);
    EXPECT(&it, square.lo < square_6 && square_6 < square.hi, "mean square %.4f [%.4f, %.4f], of the density %.4f", square.value,
           square.lo, square.hi, square_6);

    double place[POINTS], truth[POINTS];
    sb_marginal *q_delta;
    MUST(sb_marginal_create(&it.ctx, &w.q, delta, &q_delta));
    double *work = sb_array_alloc(sb_marginal_work(q_delta), sizeof *work, 0);
    if (!work) return 1;
    for (int i = 0; i < POINTS; i++) place[i] = -3.0 + 6.0 * i / (POINTS - 1);
    sb_marginal_eval(q_delta, POINTS, place, truth, NULL, work);
    MUST(sb_figure_begin(&it.ctx, "What six steps make of it, and what twenty-four", "x", "density", &figure));
    MUST(sb_figure_series(&it.ctx, &figure, "data at delta", SB_MARK_LINE, POINTS, &series));
    for (int i = 0; i < POINTS; i++) series->x[i] = place[i], series->y[i] = sb_number_exact(exp(truth[i]));
    for (int n = 0; n < 2; n++) {
        MUST(sb_figure_series(&it.ctx, &figure, n == 0 ? "K = 6, log-snr" : "K = 24, log-snr", SB_MARK_LINE, shown[n].n[0],
                              &series));
        for (int i = 0; i < shown[n].n[0]; i++) {
            sb_grid_density_point(&shown[n], (size_t)i, &series->x[i]);
            series->y[i] = fabs(series->x[i]) <= 3.0 ? sb_number_exact(shown[n].density[i]) : sb_number_unknown();
        }
    }
    lesson_figure(&it, &figure, "generated");
    sb_figure_free(&figure);

    // %% [markdown]
    // **What to look at.** In the first picture the two adapted grids lose a factor between 3 and 4 with each doubling from the
    // start; equal steps hardly improve until the last one is as short as the narrow bump asks. In the second, six steps put both
    // bumps where they belong, but too wide: the score that is frozen at the beginning of a step is that of smoother data.
    // Twenty-four come close.
    //
    // The paper's grid is the better of the two here. The bound of lesson 4 prefers the other one: what can be guaranteed for all
    // data and what happens on these are two questions.
    //
    // **What breaks.** Put `covariance: 0.25` for the narrow bump, too: equal steps become less bad, as there is less that is sharp
    // at the end.
    //
    // ## Exercises
    //
    // 1. *No noise.* The *probability flow* $dY = \{Y + S_{T-t}(Y)\}\,dt$ has the same marginals. Show it as in section 1, derive
    //    its exponential integrator $Y' = e^gY + (e^g-1)s_k$, and find, on the Gaussian of section 3, how its divergence falls with
    //    $K$.
    // 2. *The right variance.* For Gaussian data the reverse kernel is Gaussian with the DDPM mean and variance $\sigma_g^2
    //    v_{u-g}/v_u$. Use that in the place of $c_k^2 = e^{2g}-1$ and show, first on paper, that now *any* number of steps leads
    //    to the floor of section 3 exactly. Why does this not help with two bumps?
    // 3. *What the start costs.* Show that the floor decays like $e^{-4T}$ while $KL(q_T\|\pi)$ decays like $e^{-2T}$, and measure
    //    both for $T$ = 1 to 6.
    //
    // Solutions: `solutions/lesson_02.c`.

    // %%
    sb_free(work);
    sb_marginal_free(q_delta);
    for (int n = 0; n < 2; n++) sb_grid_density_free(&shown[n]);
    world_free(&w);
    return lesson_end(&it);
}
