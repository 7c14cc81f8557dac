// %% [markdown]
// # Lesson 6, solutions
//
// The exercises are stated at the end of `lesson_06_girsanov.c`.

// %%
#include "lesson.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The lesson's law, or one Gaussian N(1, 0.3), on K steps of the log-snr grid from T to 0.05. */
static sb_status system_from(sb_context *ctx, int gaussian, double T, int K, sb_config *config, sb_system *system)
{
    sb_status st = SB_OK;
    char text[500];
    snprintf(text, sizeof text,
             "{data: {kind: gaussian-mixture, workers: 1, components: [%s]}, diffusion: {T: %.17g, delta: 0.05, grid: log-snr, K: "
             "%d}, model: {kind: exact}}",
             gaussian ? "{weight: 1, mean: [1], covariance: 0.3}"
                      : "{weight: 0.4, mean: [1.2], covariance: 0.12}, {weight: 0.6, mean: [-0.8], covariance: 0.2}",
             T, K);
    SB_TRY(sb_config_parse(ctx, "lesson", text, strlen(text), 0, NULL, config));
    SB_TRY(sb_system_create(ctx, config, system));
done:
    return st;
}

/* Expectations at one time as sums over a lattice, as in the lesson. */
enum { POINTS = 801, SIDE = 81 };

typedef struct {
    double y[POINTS], p[POINTS], log_q[POINTS], S[POINTS];
} lattice;

static sb_status lattice_at(sb_context *ctx, const sb_mixture *q, double u, lattice *l)
{
    sb_status st = SB_OK;
    sb_marginal *marginal = NULL;
    double *work = NULL;
    const double spacing = 12.0 / (POINTS - 1);
    SB_TRY(sb_marginal_create(ctx, q, u, &marginal));
    SB_ALLOC(work, sb_marginal_work(marginal));
    for (int i = 0; i < POINTS; i++) l->y[i] = -6.0 + spacing * i;
    sb_marginal_eval(marginal, POINTS, l->y, l->log_q, l->S, work);
    for (int i = 0; i < POINTS; i++) l->p[i] = spacing * exp(l->log_q[i]);
done:
    sb_free(work);
    sb_marginal_free(marginal);
    return st;
}

/* The lesson's learned score, and the true one times lambda. */
typedef struct {
    double lambda, wave;
} score;

static double score_at(score s, double y, double S)
{
    return s.lambda * S + s.wave * sin(2.0 * y);
}

static double log_normal(double x, double mean, double variance)
{
    return -0.5 * (log(2.0 * M_PI * variance) + (x - mean) * (x - mean) / variance);
}

/* Mean KL of the true law of X_a given X_b to one step of the sampler, by integrating over the pairs. */
static sb_status step_divergence(sb_context *ctx, const sb_mixture *q, double a, double b, sb_sampler_kind kind, score s,
                                 double *kl)
{
    sb_status st = SB_OK;
    lattice l;
    double y[SIDE], log_q[SIDE], S[SIDE], *work = NULL;
    sb_marginal *at_b = NULL;
    const double g = b - a, spacing = 16.0 / (SIDE - 1), noise2 = sb_ou_variance(g);
    const sb_sampler_step step = sb_sampler_coefficients(kind, g);
    SB_TRY(lattice_at(ctx, q, a, &l));
    SB_TRY(sb_marginal_create(ctx, q, b, &at_b));
    SB_ALLOC(work, sb_marginal_work(at_b));
    *kl = 0.0;
    for (int i = 0; i < POINTS; i++) {
        if (l.p[i] < 1e-16) continue;
        for (int j = 0; j < SIDE; j++) y[j] = exp(-g) * l.y[i] + sqrt(noise2) * (-8.0 + spacing * j);
        sb_marginal_eval(at_b, SIDE, y, log_q, S, work);
        for (int j = 0; j < SIDE; j++) {
            const double z = -8.0 + spacing * j, p = l.p[i] * spacing * exp(-0.5 * z * z) / sqrt(2.0 * M_PI);
            *kl += p * (l.log_q[i] + log_normal(y[j], exp(-g) * l.y[i], noise2) - log_q[j] -
                        log_normal(l.y[i], step.a * y[j] + step.b * score_at(s, y[j], S[j]), step.c * step.c));
        }
    }
done:
    sb_free(work);
    sb_marginal_free(at_b);
    return st;
}

/* The chain of a sampler by its identity: KL(q_T||pi) + sum (D_k + weight E|s - factor S|^2). */
static sb_status chain_by_identity(sb_context *ctx, const sb_mixture *q, const sb_grid *grid, const sb_exact *exact,
                                   sb_sampler_kind kind, score s, double *chain)
{
    sb_status st = SB_OK;
    lattice l;
    *chain = exact->kl_init.value;
    for (int k = 0; k < grid->K; k++) {
        const double g = grid->gamma[k];
        const int ei = kind == SB_SAMPLER_EXPONENTIAL;
        const double weight = ei ? 2.0 * tanh(0.5 * g) : 0.5 * (1.0 - exp(-2.0 * g)), factor = ei ? 0.5 * (1.0 + exp(-g)) : 1.0;
        SB_TRY(lattice_at(ctx, q, grid->u[k], &l));
        *chain += exact->D[k].value;
        for (int i = 0; i < POINTS; i++) *chain += weight * l.p[i] * pow(score_at(s, l.y[i], l.S[i]) - factor * l.S[i], 2.0);
    }
done:
    return st;
}

/* KL(q_delta||p) of EI by Chapman and Kolmogorov, as in the lesson. */
static sb_status divergence_of_output(sb_context *ctx, const sb_mixture *q, const sb_grid *grid, score s, double *kl)
{
    sb_status st = SB_OK;
    lattice l;
    double p[POINTS], next[POINTS];
    SB_TRY(lattice_at(ctx, q, grid->T, &l));
    const double spacing = l.y[1] - l.y[0];
    for (int i = 0; i < POINTS; i++) p[i] = exp(log_normal(l.y[i], 0.0, 1.0));
    for (int k = 0; k < grid->K; k++) {
        const sb_sampler_step ei = sb_sampler_coefficients(SB_SAMPLER_EXPONENTIAL, grid->gamma[k]);
        SB_TRY(lattice_at(ctx, q, grid->u[k], &l));
        memset(next, 0, sizeof next);
        for (int i = 0; i < POINTS; i++) {
            if (p[i] < 1e-16) continue;
            const double mean = ei.a * l.y[i] + ei.b * score_at(s, l.y[i], l.S[i]);
            for (int j = 0; j < POINTS; j++)
                if (fabs(l.y[j] - mean) < 8.0 * ei.c) next[j] += spacing * p[i] * exp(log_normal(l.y[j], mean, ei.c * ei.c));
        }
        memcpy(p, next, sizeof p);
    }
    SB_TRY(lattice_at(ctx, q, grid->delta, &l));
    *kl = 0.0;
    for (int i = 0; i < POINTS; i++)
        if (l.p[i] > 1e-18) *kl += l.p[i] * (l.log_q[i] - log(p[i]));
done:
    return st;
}

// %% [markdown]
// ## 1. The DDPM mean
//
// Its step has the mean $e^gy+2\sinh(g)\,s$ and the same variance. The true mean is $e^gy+2\sinh(g)\,S$, so the bias is
// $2\sinh(g)(S-s)$ and its share of the step's KL $\frac{4\sinh^2g}{2(e^{2g}-1)}E|S-s|^2=\frac12(1-e^{-2g})E|s-S|^2$. The rest is
// $D_k$ as before.
//
// With the true score DDPM's chain is smaller: EI's holds the score too long, and pays $2\tanh(g/2)(1-b)^2J$ for it. With a score
// that is too weak EI can win, because it would like $b\,S$ with $b<1$.

// %%
int main(int argc, char **argv)
{
    lesson it = lesson_begin(argc, argv);
    sb_config config = {0};
    sb_system system = {0};
    sb_exact exact = {0};
    MUST(system_from(&it.ctx, 0, 3.0, 10, &config, &system));
    const sb_grid *grid = &system.grid;
    const sb_mixture q = sb_data_pooled(&system.data);
    MUST(sb_exact_compute(&it.ctx, &q, grid, 64, 0.95, 6, 0, &exact));
    {
        const score of[2] = {{1.0, 0.0}, {0.9, 0.15}};
        const sb_sampler_kind kind[2] = {SB_SAMPLER_EXPONENTIAL, SB_SAMPLER_DDPM};
        double chain[2][2], worst = 0.0;
        printf("%-16s %14s %14s\n", "KL_chain", "EI", "DDPM");
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                double sum = exact.kl_init.value, step = 0.0;
                MUST(chain_by_identity(&it.ctx, &q, grid, &exact, kind[j], of[i], &chain[i][j]));
                for (int k = 0; k < grid->K; k++) {
                    MUST(step_divergence(&it.ctx, &q, grid->u[k + 1], grid->u[k], kind[j], of[i], &step));
                    sum += step;
                }
                worst = fmax(worst, fabs(sum - chain[i][j]));
            }
            printf("%-16s %14.6f %14.6f\n", i ? "learned score" : "true score", chain[i][0], chain[i][1]);
        }
        EXPECT(&it, worst < 1e-6, "both identities agree with integrating each step");
        EXPECT(&it, chain[0][1] < chain[0][0], "true score: DDPM has the smaller chain");
        EXPECT(&it, fabs(chain[0][1] - exact.kl_init.value - exact.D_sum.value) < 1e-6,
               "it is KL(q_T||pi) + sum D_k, which no score can beat");
        EXPECT(&it, chain[1][0] < chain[1][1], "learned score, too weak: EI has the smaller one");
    }

    // %% [markdown]
    // ## 2. The best multiple of the true score
    //
    // With $s=\lambda S$ the chain is a parabola in $\lambda$: $\text{const}+\sum2\tanh(g/2)(\lambda-b_k)^2J(u_k)$, least at the
    // weighted mean of the $b_k$. The divergence of the last state is another function. Where it is least the chain does not say:
    // here on the other side of 1. What EI generates is too wide (exercise 3), and a stronger score narrows it. An upper bound
    // can be a bad guide.

    // %%
    {
        enum { SHOWN = 17 };
        double above = 0.0, below = 0.0, lambda[SHOWN], chain[SHOWN], kl[SHOWN], best = 0.0, least = INFINITY;
        int lowest = 0, ordered = 1;
        for (int k = 0; k < grid->K; k++) {
            const double weight = 2.0 * tanh(0.5 * grid->gamma[k]) * exact.J[k].value;
            above += weight * 0.5 * (1.0 + exp(-grid->gamma[k]));
            below += weight;
        }
        for (int i = 0; i < SHOWN; i++) {
            lambda[i] = 0.7 + 0.0375 * i;
            const score s = {lambda[i], 0.0};
            MUST(chain_by_identity(&it.ctx, &q, grid, &exact, SB_SAMPLER_EXPONENTIAL, s, &chain[i]));
            MUST(divergence_of_output(&it.ctx, &q, grid, s, &kl[i]));
            if (chain[i] < least) least = chain[i], best = lambda[i];
            if (kl[i] < kl[lowest]) lowest = i;
            ordered = ordered && kl[i] < chain[i];
        }
        printf("KL_chain is least at lambda = %.4f by the formula, %.3f on our list; KL is least at %.3f: %.5f there, %.5f at "
               "lambda = 1\n",
               above / below, best, lambda[lowest], kl[lowest], kl[8]);
        EXPECT(&it, fabs(best - above / below) < 0.019, "the list's best is next to the formula's");
        EXPECT(&it, ordered, "KL < KL_chain for all lambda");
        EXPECT(&it, above / below < 1.0 && lambda[lowest] > 1.0,
               "the chain asks for a weaker score, the last state for a stronger one");
        sb_figure figure = {0};
        sb_series *series;
        MUST(sb_figure_begin(&it.ctx, "Chain and last state disagree about the best score (K = 10)",
                             "lambda, score = lambda times the true one", "nats", &figure));
        figure.log_y = 1;
        MUST(sb_figure_series(&it.ctx, &figure, "KL_chain", SB_MARK_LINE_POINTS, SHOWN, &series));
        for (int i = 0; i < SHOWN; i++) series->x[i] = lambda[i], series->y[i] = sb_number_exact(chain[i]);
        MUST(sb_figure_series(&it.ctx, &figure, "KL(q_delta || p)", SB_MARK_LINE_POINTS, SHOWN, &series));
        for (int i = 0; i < SHOWN; i++) series->x[i] = lambda[i], series->y[i] = sb_number_exact(kl[i]);
        lesson_figure(&it, &figure, "weaker");
        sb_figure_free(&figure);
    }

    // %% [markdown]
    // ## 3. Gaussian data
    //
    // For $N(m,v)$, $\mu_u=e^{-u}m$ and $v_u=e^{-2u}v+\sigma_u^2$, the true score is $-(y-\mu_u)/v_u$. A step of EI takes mean
    // and variance of the sampler to
    //
    // $$M\leftarrow e^gM-2(e^g-1)\frac{M-\mu_u}{v_u},\qquad W\leftarrow\Big(e^g-\frac{2(e^g-1)}{v_u}\Big)^2W+e^{2g}-1 .$$
    //
    // At the end $KL=\frac12\{W^{-1}(v_\delta+(\mu_\delta-M)^2)-1-\log(v_\delta/W)\}$. If $M=\mu_u$, then after the step
    // $M=e^g\mu_u=\mu_{u-g}$: **the mean is right at every step**, but for what the start brings, and that is forgotten. The
    // variance alone is to blame. It comes out too large by order $1/K$, and $KL\approx\frac14(W/v_\delta-1)^2$ is its square.

    // %%
    {
        enum { GRIDS = 5 };
        double steps[GRIDS], kl[GRIDS], chain[GRIDS], wide[GRIDS], worst = 0.0, mean_part = 0.0;
        printf("%6s %14s %14s %14s\n", "K", "KL", "W/v - 1", "KL_chain");
        for (int i = 0; i < GRIDS; i++) {
            sb_config finer = {0};
            sb_system on = {0};
            sb_exact of = {0};
            sb_number closed;
            const int K = 20 << i;
            const double theta = 0.0, m = 1.0, v = 0.3;
            double M = 0.0, W = 1.0;
            MUST(system_from(&it.ctx, 1, 8.0, K, &finer, &on));
            const sb_mixture law = sb_data_pooled(&on.data);
            MUST(sb_exact_compute(&it.ctx, &law, &on.grid, 64, 0.95, 6, 0, &of));
            MUST(sb_kl_closed(&it.ctx, &on, &theta, &law, &closed));
            chain[i] = of.kl_init.value + of.D_sum.value;
            for (int k = 0; k < K; k++) {
                const double g = on.grid.gamma[k], u = on.grid.u[k], v_u = exp(-2.0 * u) * v + on.grid.sigma2[k],
                             pull = 2.0 * (exp(g) - 1.0) / v_u;
                M = exp(g) * M - pull * (M - exp(-u) * m);
                W = pow(exp(g) - pull, 2.0) * W + exp(2.0 * g) - 1.0;
                chain[i] += 2.0 * tanh(0.5 * g) * pow(0.5 * (1.0 - exp(-g)), 2.0) / v_u;
            }
            const double u = on.grid.delta, v_u = exp(-2.0 * u) * v + on.grid.sigma2[K], off = exp(-u) * m - M;
            steps[i] = K;
            kl[i] = 0.5 * ((v_u + off * off) / W - 1.0 - log(v_u / W));
            wide[i] = W / v_u - 1.0;
            mean_part = fmax(mean_part, 0.5 * off * off / W / kl[i]);
            worst = fmax(worst, fabs(kl[i] / closed.value - 1.0));
            printf("%6d %14.9f %14.9f %14.9f\n", K, kl[i], wide[i], chain[i]);
            sb_exact_free(&of);
            sb_system_free(&on);
            sb_config_free(&finer);
        }
        const double fall = log(kl[GRIDS - 2] / kl[GRIDS - 1]) / log(2.0),
                     chain_fall = log(chain[GRIDS - 2] / chain[GRIDS - 1]) / log(2.0);
        EXPECT(&it, worst < 1e-6, "the library's closed form agrees");
        EXPECT(&it, fabs(fall - 2.0) < 0.1 && fabs(chain_fall - 1.0) < 0.05, "KL falls as K^-%.3f, KL_chain as K^-%.3f", fall,
               chain_fall);
        EXPECT(&it, mean_part < 1e-3, "the mean's share of KL is below 0.1 %%");
        EXPECT(&it, wide[GRIDS - 1] > 0.0 && fabs(kl[GRIDS - 1] / (0.25 * pow(wide[GRIDS - 1], 2.0)) - 1.0) < 0.05,
               "the law is too wide, and KL = (W/v - 1)^2/4");
        sb_figure figure = {0};
        sb_series *series;
        const char *const name[2] = {"KL_chain", "KL(q_delta || p)"};
        const double *const curve[2] = {chain, kl};
        MUST(sb_figure_begin(&it.ctx, "One Gaussian, its true score: 1/K against 1/K^2", "steps K", "nats", &figure));
        figure.log_x = figure.log_y = 1;
        for (int c = 0; c < 2; c++) {
            MUST(sb_figure_series(&it.ctx, &figure, name[c], SB_MARK_LINE_POINTS, GRIDS, &series));
            for (int i = 0; i < GRIDS; i++) series->x[i] = steps[i], series->y[i] = sb_number_exact(curve[c][i]);
        }
        lesson_figure(&it, &figure, "orders");
        sb_figure_free(&figure);
    }

    // %%
    sb_exact_free(&exact);
    sb_system_free(&system);
    sb_config_free(&config);
    return lesson_end(&it);
}
