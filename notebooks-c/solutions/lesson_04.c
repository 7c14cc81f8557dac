// %% [markdown]
// # Lesson 4, solutions
//
// The exercises are stated at the end of `lesson_04_discretisation.c`.

// %%
#include "lesson.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The lesson's law, and a grid of the kind that is named. */
static sb_status config_of(sb_context *ctx, const char *kind, double delta, int K, sb_config *config)
{
    char text[400];
    snprintf(text, sizeof text,
             "{data: {kind: gaussian-mixture, workers: 1, components: [{weight: 0.6, mean: [-0.9], covariance: 0.1}, {weight: 0.4, "
             "mean: [1.1], covariance: 0.25}]}, "
             "diffusion: {T: 2, delta: %.17g, grid: %s, K: %d}}",
             delta, kind, K);
    return sb_config_parse(ctx, "lesson", text, strlen(text), 0, NULL, config);
}

static sb_status grid_of(sb_context *ctx, const char *kind, double delta, int K, sb_grid *grid)
{
    sb_status st = SB_OK;
    sb_config config = {0};
    SB_TRY(config_of(ctx, kind, delta, K, &config));
    SB_TRY(sb_grid_create(ctx, &config, grid));
done:
    sb_config_free(&config);
    return st;
}

/* N(0, diag(variance)) in d dimensions; variances may be 0. */
static sb_status gaussian(sb_context *ctx, int d, const double *variance, sb_components *components)
{
    const sb_status st = sb_components_alloc(ctx, d, 1, SB_COVARIANCE_DIAGONAL, components);
    for (int i = 0; st == SB_OK && i < d; i++) components->mean[i] = 0.0, components->lambda[i] = variance[i];
    return st;
}

/* What the grid costs the law: sum D + B, by the library. last: the last step's share; NULL to skip. */
static sb_status cost(sb_context *ctx, const sb_mixture *q, const sb_grid *grid, double *sum, double *last)
{
    sb_status st = SB_OK;
    sb_exact exact = {0};
    SB_TRY(sb_exact_compute(ctx, q, grid, 64, 0.95, 4, 0, &exact));
    *sum = exact.discretisation.value;
    if (last) *last = (exact.D[grid->K - 1].value + exact.B[grid->K - 1].value) / *sum;
done:
    sb_exact_free(&exact);
    return st;
}

// %% [markdown]
// ## 1. One Gaussian
//
// For $N(0,v)$ let $v_u=e^{-2u}v+\sigma_u^2$. Then $J=1/v_u$ and $H=\frac12\log(2\pi e\,v_u)$, so that for a step from $b$ to
// $a=b-g$
//
// $$D=\tfrac12\log\frac{v_b}{v_a}+g-\frac{1-e^{-2g}}{2v_b},\qquad B=\frac{\beta(g)}{v_b}.$$
//
// For $v=1$ all $v_u$ are 1: $D+B=g-\frac12(1-e^{-2g})+\beta(g)=2(g-1+e^{-g})\approx g^2$. The law never changes, and still every
// step costs. Why? The *score* moves, because the point at which it is taken moves: $E|Y_t-Y_{t_k}|^2=2(1-e^{-h})$. Holding the
// score means ignoring where the path has gone since.

// %%
int main(int argc, char **argv)
{
    lesson it = lesson_begin(argc, argv);
    const double all = 1.0;
    {
        const double variance[2] = {0.3, 1.0};
        double sum[2] = {0.0}, by_library[2], squares = 0.0, simple = 0.0;
        sb_grid grid = {0};
        MUST(grid_of(&it.ctx, "kappa", 0.05, 100, &grid));
        for (int i = 0; i < 2; i++) {
            sb_components one = {0};
            MUST(gaussian(&it.ctx, 1, &variance[i], &one));
            const sb_mixture q = {.components = &one, .weight = &all};
            MUST(cost(&it.ctx, &q, &grid, &by_library[i], NULL));
            for (int k = 0; k < grid.K; k++) {
                const double g = grid.gamma[k], v_b = exp(-2.0 * grid.u[k]) * variance[i] + grid.sigma2[k];
                const double v_a = exp(-2.0 * grid.u[k + 1]) * variance[i] + grid.sigma2[k + 1];
                sum[i] += 0.5 * log(v_b / v_a) + g - 0.5 * (1.0 - exp(-2.0 * g)) / v_b + sb_beta(g) / v_b;
            }
            printf("v = %.1f: by hand %.10f, by the library %.10f\n", variance[i], sum[i], by_library[i]);
            EXPECT(&it, fabs(sum[i] / by_library[i] - 1.0) < 1e-9, "v = %.1f: the closed form is right", variance[i]);
            sb_components_free(&one);
        }
        for (int k = 0; k < grid.K; k++) {
            squares += grid.gamma[k] * grid.gamma[k];
            simple += 2.0 * (grid.gamma[k] - 1.0 + exp(-grid.gamma[k]));
        }
        printf("v = 1: sum of 2(g - 1 + e^-g) = %.10f, sum of g^2 = %.6f\n", simple, squares);
        EXPECT(&it, fabs(simple / by_library[1] - 1.0) < 1e-9 && fabs(simple / squares - 1.0) < 0.02,
               "v = 1: a step costs about g^2");
        sb_grid_free(&grid);
    }

    // %% [markdown]
    // ## 2. Stopping ever later
    //
    // For the lesson's law, which has a smooth density, $J$ does not change any more once $\delta$ is far below its variances. On
    // the uniform grid the cost then *stops* growing. On the log-snr grid it goes on, in proportion to
    // $\Lambda=\log\{s(\delta)/s(T)\}$ (0.02 a decade): steps are spent where nothing happens and are missing elsewhere, and from
    // $\delta=10^{-4}$ on it is the worse of the two.
    //
    // For data at points the cost stops on neither grid. With $V\to0$, $D\approx\frac12(e-w)$. On the uniform grid the last step
    // goes from $\gamma$ to $\delta$ and has $e\approx\log(\gamma/\delta)$: its cost grows like $\frac12\log(1/\delta)$, and no
    // other step's does. On the log-snr grid all steps share: $\Lambda^2/(4K)$.

    // %%
    {
        enum { STOPS = 6 };
        sb_components points = {0};
        sb_config config = {0};
        sb_data data = {0};
        const double half[2] = {0.5, 0.5};
        double uniform[STOPS], log_snr[STOPS], smooth[STOPS], smooth_log[STOPS], last[STOPS], Lambda[STOPS];
        int later = 1;
        MUST(config_of(&it.ctx, "uniform", 0.01, 100, &config));
        MUST(sb_data_create(&it.ctx, &config, &data));
        MUST(sb_components_alloc(&it.ctx, 1, 2, SB_COVARIANCE_ISOTROPIC, &points));
        points.mean[0] = -1.0, points.mean[1] = 1.0, points.lambda[0] = points.lambda[1] = 0.0;
        const sb_mixture pair = {.components = &points, .weight = half}, lesson_law = sb_data_pooled(&data);
        printf("%10s %18s %18s %18s %18s %18s\n", "delta", "uniform, points", "last step's share", "log-snr, points",
               "uniform, smooth", "log-snr, smooth");
        for (int i = 0; i < STOPS; i++) {
            sb_grid even = {0}, log_even = {0};
            const double delta = pow(10.0, -1 - i);
            MUST(grid_of(&it.ctx, "uniform", delta, 100, &even));
            MUST(grid_of(&it.ctx, "log-snr", delta, 100, &log_even));
            MUST(cost(&it.ctx, &pair, &even, &uniform[i], &last[i]));
            MUST(cost(&it.ctx, &pair, &log_even, &log_snr[i], NULL));
            MUST(cost(&it.ctx, &lesson_law, &even, &smooth[i], NULL));
            MUST(cost(&it.ctx, &lesson_law, &log_even, &smooth_log[i], NULL));
            Lambda[i] = log(sb_snr(delta) / sb_snr(2.0));
            printf("%10.0e %18.6f %18.3f %18.6f %18.6f %18.6f\n", delta, uniform[i], last[i], log_snr[i], smooth[i], smooth_log[i]);
            later = later && (smooth_log[i] > smooth[i]) == (i >= 3);
            sb_grid_free(&even);
            sb_grid_free(&log_even);
        }
        const double growth = (uniform[STOPS - 1] - uniform[STOPS - 2]) / log(10.0);
        EXPECT(&it, fabs(growth - 0.5) < 0.01, "uniform grid, points: %.4f nats for each unit of log(1/delta), near 1/2", growth);
        EXPECT(&it, last[STOPS - 1] > 0.8, "the last step is to blame: %.0f %% of the cost", 100.0 * last[STOPS - 1]);
        const double most = Lambda[STOPS - 1];
        EXPECT(&it, log_snr[STOPS - 1] < most * most / 400.0 + most / 200.0 * fmin(1.0, 1.0 / (exp(4.0) - 1.0)) + 0.01,
               "log-snr grid: within Lambda^2/(4K) + (Lambda/2K) min(d, s(T) M2) (and a little for B)");
        EXPECT(&it, smooth[STOPS - 1] / smooth[3] < 1.01, "smooth law, uniform grid: nothing more happens below delta = 1e-4");
        EXPECT(&it, fabs(smooth_log[STOPS - 1] / smooth_log[3] / (Lambda[STOPS - 1] / Lambda[3]) - 1.0) < 0.03,
               "smooth law, log-snr grid: from there on the cost grows by the factor %.3f, Lambda by %.3f",
               smooth_log[STOPS - 1] / smooth_log[3], Lambda[STOPS - 1] / Lambda[3]);
        EXPECT(&it, later, "smooth law: the log-snr grid is the worse one from delta = 1e-4 on");
        sb_figure figure = {0};
        sb_series *series;
        const char *const name[4] = {"uniform grid, two points", "log-snr grid, two points", "uniform grid, the lesson's law",
                                     "log-snr grid, the lesson's law"};
        const double *const curve[4] = {uniform, log_snr, smooth, smooth_log};
        MUST(sb_figure_begin(&it.ctx, "Stopping ever later with a hundred steps", "early stop delta", "nats", &figure));
        figure.log_x = figure.log_y = 1;
        for (int c = 0; c < 4; c++) {
            MUST(sb_figure_series(&it.ctx, &figure, name[c], SB_MARK_LINE_POINTS, STOPS, &series));
            for (int i = 0; i < STOPS; i++) series->x[i] = pow(10.0, -1 - i), series->y[i] = sb_number_exact(curve[c][i]);
        }
        lesson_figure(&it, &figure, "early");
        sb_figure_free(&figure);
        sb_components_free(&points);
        sb_data_free(&data);
        sb_config_free(&config);
    }

    // %% [markdown]
    // ## 3. Linear in $d$
    //
    // For product laws entropies and Fisher informations add up over the axes, so the cost does, too: exactly linear in $d$. But
    // the slope depends on the law. Among Gaussian directions one without extent costs the most ($U$'s $\frac12(e-w)$, attained);
    // noise costs less, and a very broad direction nearly nothing ($v=100$: 0.005), because there $v_b/v_a\approx e^{-2g}$ and
    // $J\approx0$. The cost counts *how fast the score changes along a path*, direction by direction.

    // %%
    {
        enum { MOST = 8 };
        sb_grid grid = {0};
        double one_point = 0.0, one_normal = 0.0, worst = 0.0;
        MUST(grid_of(&it.ctx, "kappa", 0.05, 40, &grid));
        printf("%4s %14s %14s %24s\n", "d", "a point", "N(0, I)", "N(0, diag(1, 0, ...))");
        for (int d = 1; d <= MOST; d *= 2) {
            double sum[3];
            for (int i = 0; i < 3; i++) {
                double variance[MOST];
                sb_components law = {0};
                for (int j = 0; j < d; j++) variance[j] = i == 0 ? 0.0 : i == 1 ? 1.0 : j == 0;
                MUST(gaussian(&it.ctx, d, variance, &law));
                const sb_mixture q = {.components = &law, .weight = &all};
                MUST(cost(&it.ctx, &q, &grid, &sum[i], NULL));
                sb_components_free(&law);
            }
            if (d == 1) one_point = sum[0], one_normal = sum[1];
            printf("%4d %14.6f %14.6f %24.6f\n", d, sum[0], sum[1], sum[2]);
            worst = fmax(worst, fabs(sum[0] / (d * one_point) - 1.0));
            worst = fmax(worst, fabs(sum[1] / (d * one_normal) - 1.0));
            worst = fmax(worst, fabs(sum[2] / (one_normal + (d - 1) * one_point) - 1.0));
        }
        EXPECT(&it, worst < 1e-9, "costs add up over the axes: d points, d normals, one normal and d-1 points");
        EXPECT(&it, one_point > one_normal, "a point costs %.2f times what noise costs", one_point / one_normal);
        const double wide[5] = {0.0, 1.0, 3.0, 10.0, 100.0};
        double before = INFINITY;
        int falling = 1;
        for (int i = 0; i < 5; i++) {
            sb_components law = {0};
            double sum = NAN;
            MUST(gaussian(&it.ctx, 1, &wide[i], &law));
            const sb_mixture q = {.components = &law, .weight = &all};
            MUST(cost(&it.ctx, &q, &grid, &sum, NULL));
            printf("one direction, v = %3g: %.6f\n", wide[i], sum);
            falling = falling && sum < before;
            before = sum;
            sb_components_free(&law);
        }
        EXPECT(&it, falling, "the broader a direction, the less it costs");
        sb_grid_free(&grid);
    }

    // %%
    return lesson_end(&it);
}
