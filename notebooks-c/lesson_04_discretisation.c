// %% [markdown]
// # Lesson 4. Discretisation: a martingale, and Lemma 4.5
//
// **Aim.** The sampler holds the score fixed during a step, although the true score moves on. Lemma 4.5 bounds what that costs.
// At the end of this lesson you can compute the cost exactly, bound it sharply from the grid alone, and say what each constant of
// the printed bound is for.
//
// Needed: lessons 1 and 2.

// %%
#include "lesson.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// %% [markdown]
// ## 1. What is to be bounded
//
// The reverse process is $Y_t=X_{T-t}$. Within step $k$, at time $t=t_k+h$, the sampler uses $A_2=\nabla\log q_{u_k}(Y_{t_k})$
// where $A_1=\nabla\log q_{T-t}(Y_t)$ would be right. The lemma is about
//
// $$\sum_k\int_{t_k}^{t_{k+1}}E|A_1-A_2|^2\,dt .$$
//
// With $b=u_k$ and $a=b-h$ (remaining times, $a<b$) the pair $(Y_t,Y_{t_k})$ is the pair $(X_a,X_b)$ of the *forward* process:
// draw $X_0$, noise it to time $a$, noise it on to time $b$. No reverse simulation is needed to look at it.

// %%
static const char SYSTEM[] =
    "seed: 4\n"
    "data:\n"
    "  kind: gaussian-mixture\n"
    "  workers: 1\n"
    "  components: [{weight: 0.6, mean: [-0.9], covariance: 0.1}, {weight: 0.4, mean: [1.1], covariance: 0.25}]\n"
    "  partition: {kind: iid}\n"
    "diffusion: {T: 2, delta: 0.05, grid: kappa, K: 10}\n"
    "model: {kind: exact}\n";

/* A grid of K steps of the kind that is named, from T = 2 to delta. */
static sb_status grid_of(sb_context *ctx, const char *kind, int K, const char *delta, sb_grid *grid)
{
    sb_status st = SB_OK;
    char number[16];
    sb_config config = {0};
    snprintf(number, sizeof number, "%d", K);
    const sb_override changes[] = {{"diffusion.grid", kind}, {"diffusion.K", number}, {"diffusion.delta", delta}};
    SB_TRY(sb_config_parse(ctx, "lesson", SYSTEM, strlen(SYSTEM), 3, changes, &config));
    SB_TRY(sb_grid_create(ctx, &config, grid));
done:
    sb_config_free(&config);
    return st;
}

// %% [markdown]
// Integrals over $q_u$ are sums over a lattice, accurate to rounding, as in lesson 3.

// %%
enum { POINTS = 1201, SIDE = 81 };

typedef struct {
    double y[POINTS], p[POINTS], S[POINTS]; /* points, q_u there times the spacing, score */
} lattice;

static sb_status lattice_at(sb_context *ctx, const sb_mixture *q, double u, lattice *l)
{
    sb_status st = SB_OK;
    sb_marginal *marginal = NULL;
    double *work = NULL;
    const double spacing = 14.0 / (POINTS - 1);
    SB_TRY(sb_marginal_create(ctx, q, u, &marginal));
    SB_ALLOC(work, sb_marginal_work(marginal));
    for (int i = 0; i < POINTS; i++) l->y[i] = -7.0 + spacing * i;
    sb_marginal_eval(marginal, POINTS, l->y, l->p, l->S, work);
    for (int i = 0; i < POINTS; i++) l->p[i] = spacing * exp(l->p[i]);
done:
    sb_free(work);
    sb_marginal_free(marginal);
    return st;
}

/* The Fisher information J(u) = E|S_u|^2. */
static sb_status fisher(sb_context *ctx, const sb_mixture *q, double u, double *J)
{
    lattice l;
    const sb_status st = lattice_at(ctx, q, u, &l);
    *J = 0.0;
    for (int i = 0; st == SB_OK && i < POINTS; i++) *J += l.p[i] * l.S[i] * l.S[i];
    return st;
}

/* E[S_a(X_a) | X_b = x] from Bayes' rule: weights q_a(x_a) N(x; e^-g x_a, sigma_g^2) on the lattice. */
static sb_status mean_score_before(sb_context *ctx, const sb_mixture *q, double a, double b, double x, double *mean)
{
    lattice l;
    const sb_status st = lattice_at(ctx, q, a, &l);
    const double decay = exp(a - b), variance = sb_ou_variance(b - a);
    double sum = 0.0, mass = 0.0;
    for (int i = 0; st == SB_OK && i < POINTS; i++) {
        const double p = l.p[i] * exp(-0.5 * pow(x - decay * l.y[i], 2.0) / variance);
        sum += p * l.S[i];
        mass += p;
    }
    *mean = sum / mass;
    return st;
}

/* E|S_a(X_a) - S_b(X_b)|^2 as an integral over x_a and the noise between a and b. */
static sb_status jump_by_quadrature(sb_context *ctx, const sb_mixture *q, double a, double b, double *jump)
{
    sb_status st = SB_OK;
    lattice l;
    double y[SIDE], S[SIDE], *work = NULL;
    sb_marginal *at_b = NULL;
    const double spacing = 16.0 / (SIDE - 1), decay = exp(a - b), deviation = sqrt(sb_ou_variance(b - a));
    SB_TRY(lattice_at(ctx, q, a, &l));
    SB_TRY(sb_marginal_create(ctx, q, b, &at_b));
    SB_ALLOC(work, sb_marginal_work(at_b));
    *jump = 0.0;
    for (int i = 0; i < POINTS; i++) {
        if (l.p[i] < 1e-16) continue;
        for (int j = 0; j < SIDE; j++) y[j] = decay * l.y[i] + deviation * (-8.0 + spacing * j);
        sb_marginal_eval(at_b, SIDE, y, NULL, S, work);
        for (int j = 0; j < SIDE; j++) {
            const double z = -8.0 + spacing * j;
            *jump += l.p[i] * spacing * exp(-0.5 * z * z) / sqrt(2.0 * M_PI) * pow(l.S[i] - S[j], 2.0);
        }
    }
done:
    sb_free(work);
    sb_marginal_free(at_b);
    return st;
}

/* The same from simulated pairs. */
enum { PAIRS = 8000 };

static sb_status jump_by_simulation(sb_context *ctx, const sb_mixture *q, double a, double b, int index, sb_number *jump)
{
    sb_status st = SB_OK;
    sb_marginal *at_a = NULL, *at_b = NULL;
    double *x = NULL, *work = NULL;
    sb_stream noise = sb_stream_at(4, SB_DRAW_CLAIM, 0, 1, 0, (uint32_t)index);
    SB_TRY(sb_marginal_create(ctx, q, a, &at_a));
    SB_TRY(sb_marginal_create(ctx, q, b, &at_b));
    SB_ALLOC(x, 5 * PAIRS);
    SB_ALLOC(work, sb_marginal_work(at_a));
    double *y = x + PAIRS, *z = x + 2 * PAIRS, *S_a = x + 3 * PAIRS, *S_b = x + 4 * PAIRS, one;
    sb_mixture_sample(q, sb_stream_at(4, SB_DRAW_CLAIM, 0, 0, 0, (uint32_t)index), PAIRS, x, NULL, &one);
    sb_stream_normals(&noise, PAIRS, z);
    for (int i = 0; i < PAIRS; i++) x[i] = exp(-a) * x[i] + sqrt(sb_ou_variance(a)) * z[i];
    sb_stream_normals(&noise, PAIRS, z);
    for (int i = 0; i < PAIRS; i++) y[i] = exp(a - b) * x[i] + sqrt(sb_ou_variance(b - a)) * z[i];
    sb_marginal_eval(at_a, PAIRS, x, NULL, S_a, work);
    sb_marginal_eval(at_b, PAIRS, y, NULL, S_b, work);
    for (int i = 0; i < PAIRS; i++) z[i] = pow(S_a[i] - S_b[i], 2.0);
    *jump = sb_number_from_values(z, PAIRS, 0.9995);
done:
    sb_free(x);
    sb_free(work);
    sb_marginal_free(at_a);
    sb_marginal_free(at_b);
    return st;
}

/* One isotropic Gaussian in d dimensions; variance 0 is a point. */
static sb_status gaussian(sb_context *ctx, int d, double mean, double variance, sb_components *components)
{
    const sb_status st = sb_components_alloc(ctx, d, 1, SB_COVARIANCE_ISOTROPIC, components);
    for (int i = 0; st == SB_OK && i < d; i++) components->mean[i] = mean;
    if (st == SB_OK) components->lambda[0] = variance;
    return st;
}

/* A form of Lemma 4.5 evaluated by the library. */
static double lemma(sb_form form, const sb_grid *grid, const sb_exact *exact)
{
    sb_constants c;
    sb_terms rhs;
    sb_constants_clear(&c);
    c.d = exact->d, c.T = grid->T, c.K = grid->K, c.kappa = grid->kappa, c.M2 = exact->M2.value;
    c.D_sum = exact->D_sum.value, c.B_sum = exact->B_sum.value, c.U = exact->U, c.B_bound = exact->B_bound;
    sb_statement_evaluate(sb_statement_find("lemma_4_5"), form, &c, &rhs, NULL);
    return rhs.sum;
}

// %%
int main(int argc, char **argv)
{
    lesson it = lesson_begin(argc, argv);
    sb_config config = {0};
    sb_system system = {0};
    MUST(sb_config_parse(&it.ctx, "lesson", SYSTEM, strlen(SYSTEM), 0, NULL, &config));
    MUST(sb_system_create(&it.ctx, &config, &system));
    const sb_grid *grid = &system.grid;
    const sb_mixture q = sb_data_pooled(&system.data);
    printf("K = %d steps from T = %g to delta = %g, kappa = %.4f; remaining times", grid->K, grid->T, grid->delta, grid->kappa);
    for (int k = 0; k <= grid->K; k++) printf(" %.3f", grid->u[k]);
    printf("\n");

    // %% [markdown]
    // ## 2. The martingale
    //
    // For $a<b$, $g=b-a$, the forward kernel is $N(x_b;\,e^{-g}x_a,\sigma_g^2)$. Its derivative in $x_b$ is $-e^{g}$ times its
    // derivative in $x_a$. Put that into $q_b(x_b)=\int q_a(x_a)\,N(\dots)\,dx_a$ and integrate by parts:
    //
    // $$S_b(x)=e^{g}\,E[\,S_a(X_a)\mid X_b=x\,].$$
    //
    // In reverse time: **$e^{t}\,\nabla\log q_{T-t}(Y_t)$ is a martingale.** The score itself is not one: after a time $h$ it has
    // shrunk by $e^{-h}$ on average.
    //
    // **Prediction.** The two sides agree at every $x$. The right side below comes from Bayes' rule on a lattice.

    // %%
    {
        const double a = 0.3, b = 0.8;
        double worst = 0.0, mean, S, work[64];
        sb_marginal *marginal;
        MUST(sb_marginal_create(&it.ctx, &q, b, &marginal));
        printf("%8s %14s %14s\n", "x", "S_b(x)", "E[S_a | x]");
        for (double x = -2.0; x < 2.1; x += 0.5) {
            MUST(mean_score_before(&it.ctx, &q, a, b, x, &mean));
            sb_marginal_eval(marginal, 1, &x, NULL, &S, work);
            printf("%8.2f %14.8f %14.8f\n", x, S, mean);
            worst = fmax(worst, fabs(S - exp(b - a) * mean));
        }
        EXPECT(&it, worst < 1e-9, "S_b(x) = e^(b-a) E[S_a | X_b = x] at all of them, to 1e-9");
        sb_marginal_free(marginal);
    }

    // %% [markdown]
    // ## 3. The error at one time, exactly
    //
    // Split $A_1-A_2=(A_1-e^{-h}A_2)-(1-e^{-h})A_2$. By the martingale $E[A_1\mid Y_{t_k}]=e^{-h}A_2$, so the two parts are
    // orthogonal and the first has mean square $J(a)-e^{-2h}J(b)$:
    //
    // $$E|A_1-A_2|^2=\underbrace{J(a)-e^{-2h}J(b)}_{\text{fluctuation}}+\underbrace{(1-e^{-h})^2J(b)}_{\text{decay}}
    // =J(a)+(1-2e^{-h})\,J(b).$$
    //
    // **Prediction.** Simulated pairs, which know scores only, lie on this curve; an integral over $(x_a,z)$ meets it to
    // rounding. Whoever takes the score itself for a martingale gets $J(a)-J(b)$, and misses.

    // %%
    enum { NODES = 6 };
    {
        int missed = 0, naive_missed = 0;
        double worst = 0.0;
        sb_figure figure = {0};
        sb_series *line, *naive, *points;
        MUST(sb_figure_begin(&it.ctx, "How far the true score moves within a step", "time t of the reverse process", "E|A1 - A2|^2",
                             &figure));
        const int piece = NODES + 1;
        double x[10 * (NODES + 1)], formula[10 * (NODES + 1)], wrong[10 * (NODES + 1)];
        sb_number seen[10 * (NODES + 1)];
        for (int k = 0; k < grid->K; k++) {
            double J_b, J_a, exact = 0.0;
            MUST(fisher(&it.ctx, &q, grid->u[k], &J_b));
            for (int j = 0; j < NODES; j++) {
                const double h = grid->gamma[k] * (j + 1) / NODES, a = grid->u[k] - h;
                const int at = k * piece + j;
                MUST(fisher(&it.ctx, &q, a, &J_a));
                MUST(jump_by_simulation(&it.ctx, &q, a, grid->u[k], at, &seen[at]));
                x[at] = grid->T - a, formula[at] = J_a + (1.0 - 2.0 * exp(-h)) * J_b, wrong[at] = J_a - J_b;
                missed += seen[at].lo > formula[at] || seen[at].hi < formula[at];
                naive_missed += seen[at].lo > wrong[at] || seen[at].hi < wrong[at];
                if (j == NODES - 1 && k % 3 == 0) {
                    MUST(jump_by_quadrature(&it.ctx, &q, a, grid->u[k], &exact));
                    worst = fmax(worst, fabs(exact / formula[at] - 1.0));
                }
            }
            x[k * piece + NODES] = grid->T - grid->u[k + 1], formula[k * piece + NODES] = wrong[k * piece + NODES] = NAN;
            seen[k * piece + NODES] = sb_number_unknown();
        }
        MUST(sb_figure_series(&it.ctx, &figure, "J(a) + (1 - 2e^-h) J(b)", SB_MARK_LINE, grid->K * piece, &line));
        for (int i = 0; i < grid->K * piece; i++) line->x[i] = x[i], line->y[i] = sb_number_exact(formula[i]);
        MUST(sb_figure_series(&it.ctx, &figure, "J(a) - J(b)", SB_MARK_LINE, grid->K * piece, &naive));
        for (int i = 0; i < grid->K * piece; i++) naive->x[i] = x[i], naive->y[i] = sb_number_exact(wrong[i]);
        MUST(sb_figure_series(&it.ctx, &figure, "simulated pairs", SB_MARK_POINTS, grid->K * piece, &points));
        for (int i = 0; i < grid->K * piece; i++) points->x[i] = x[i], points->y[i] = seen[i];
        lesson_figure(&it, &figure, "jump");
        sb_figure_free(&figure);
        EXPECT(&it, missed <= 1, "of %d simulated intervals (99.95 %%) %d miss the formula", grid->K * NODES, missed);
        EXPECT(&it, worst < 1e-7, "the integral over (x_a, z) meets the formula to 1e-7 at the ends of steps 1, 4, 7, 10");
        EXPECT(&it, naive_missed > grid->K, "J(a) - J(b) is missed by %d of the %d intervals", naive_missed, grid->K * NODES);
    }

    // %% [markdown]
    // **What to look at.** Within a step the error starts at 0 and grows about linearly: the score moves like a Brownian motion,
    // so that a step of half the length costs a quarter. Where $J$ falls in reverse time ($t<1.4$), $J(a)-J(b)$ is negative,
    // which no square can be.
    //
    // ## 4. The sum, exactly
    //
    // Integrate over the step with $dH/du=J-d$ (Fokker-Planck; $H$ is the entropy of $q_u$). The integral of $J$ becomes a
    // difference of entropies and step $k$ costs $D_k+B_k$ with
    //
    // $$D_k=H(b)-H(a)+d\,g-\tfrac12(1-e^{-2g})J(b),\qquad B_k=\beta(g)J(b),\quad \beta(g)=g-2(1-e^{-g})+\tfrac12(1-e^{-2g})\le g^3/3 .$$
    //
    // $B_k$ is of third order in the step. $D_k$ is of second order: it is the one that matters.
    //
    // **Prediction.** Simpson's rule over the curve of section 3 gives the same as the library's entropies.

    // %%
    sb_exact exact = {0};
    MUST(sb_exact_compute(&it.ctx, &q, grid, 64, 0.95, 4, 0, &exact));
    {
        enum { SIMPSON = 32 };
        double sum = 0.0;
        for (int k = 0; k < grid->K; k++) {
            double J_b, J;
            MUST(fisher(&it.ctx, &q, grid->u[k], &J_b));
            for (int j = 0; j <= SIMPSON; j++) {
                const double h = grid->gamma[k] * j / SIMPSON, weight = j == 0 || j == SIMPSON ? 1.0 : j % 2 ? 4.0 : 2.0;
                MUST(fisher(&it.ctx, &q, grid->u[k] - h, &J));
                sum += weight * grid->gamma[k] / (3.0 * SIMPSON) * (J + (1.0 - 2.0 * exp(-h)) * J_b);
            }
        }
        printf("sum of D_k = %.6f, sum of B_k = %.6f; Simpson's rule over time gives %.6f for both\n", exact.D_sum.value,
               exact.B_sum.value, sum);
        EXPECT(&it, fabs(sum / exact.discretisation.value - 1.0) < 1e-5, "entropies and Simpson's rule agree to 1e-5");
        EXPECT(&it, exact.D_sum.value > 5.0 * exact.B_sum.value, "fluctuation outweighs decay, even on ten steps");
    }

    // %% [markdown]
    // ## 5. Bounds without knowing the data
    //
    // Write $J=(1+s)(d-sV)$ in the signal-to-noise ratio $s$, where $V$ is the least mean square error of lesson 3. With
    // $e_k=\log\{s(a)/s(b)\}$, $w_k=1-e^{-e_k}$ and $G=sV$,
    //
    // $$D_k=\tfrac d2(e_k-w_k)-\tfrac12\int_{s(b)}^{s(a)}V\,ds+\tfrac12w_kG_k\;\le\;\tfrac d2(e_k-w_k)+\tfrac12w_k(G_k-G_{k+1}),$$
    //
    // because $V$ falls as $s$ grows. All $G_k$ lie in $[0,\min(d,s_kM_2)]$; summing by parts,
    //
    // $$\textbf{sharp:}\quad\sum D_k\le U=\tfrac d2\sum_k(e_k-w_k)+\tfrac12w_0\min(d,s_0M_2)+\tfrac d2\sum_{k\ge1}(w_k-w_{k-1})_+ ,$$
    //
    // and $\sum B_k\le\sum\beta(g_k)\,d/\sigma_{u_k}^2$. The grid condition $\gamma_k\le\kappa\min\{1,u_{k+1}\}$ gives
    // $e_k\le 2.3131\,\kappa$, hence
    //
    // $$\textbf{corrected}\;(T\ge1):\quad (4.02+0.39\,\kappa)\,\kappa^2dK+0.19\,\kappa M_2 ,$$
    //
    // $$\textbf{printed:}\quad \kappa^2dK+\kappa M_2+\kappa dT\quad\text{up to a hidden constant.}$$
    //
    // **Prediction.** exact $\le$ sharp $\le$ corrected for every $K$; all fall like $1/K$, because $\kappa\sim1/K$.

    // %%
    {
        enum { GRIDS = 7 };
        double steps[GRIDS], value[4][GRIDS], largest = 0.0;
        int ordered = 1;
        const sb_form form[4] = {SB_FORM_EXACT, SB_FORM_SHARP, SB_FORM_PRINTED, SB_FORM_CORRECTED};
        printf("%6s %10s %12s %12s %12s %12s %16s\n", "K", "kappa", "exact", "sharp", "printed", "corrected", "exact/printed");
        for (int i = 0; i < GRIDS; i++) {
            sb_grid finer = {0};
            sb_exact on = {0};
            steps[i] = 10 << i;
            MUST(grid_of(&it.ctx, "kappa", 10 << i, "0.05", &finer));
            MUST(sb_exact_compute(&it.ctx, &q, &finer, 64, 0.95, 4, 0, &on));
            for (int f = 0; f < 4; f++) value[f][i] = lemma(form[f], &finer, &on);
            printf("%6d %10.5f %12.6f %12.6f %12.6f %12.6f %16.4f\n", 10 << i, finer.kappa, value[0][i], value[1][i], value[2][i],
                   value[3][i], value[0][i] / value[2][i]);
            largest = fmax(largest, value[0][i] / value[2][i]);
            ordered = ordered && value[0][i] <= value[1][i] && value[1][i] <= value[3][i];
            sb_exact_free(&on);
            sb_grid_free(&finer);
        }
        const double order = log(value[0][GRIDS - 2] / value[0][GRIDS - 1]) / log(2.0);
        EXPECT(&it, ordered, "exact <= sharp <= corrected on all %d grids", GRIDS);
        EXPECT(&it, fabs(order - 1.0) < 0.05, "the exact cost falls as K^-%.3f, near 1", order);
        EXPECT(&it, largest < 1.0, "printed holds with constant 1 for this law: %.3f would do", largest);
        sb_figure figure = {0};
        sb_series *series;
        const char *const name[4] = {"exact", "sharp: U + bound of B", "printed, constant 1", "corrected"};
        MUST(sb_figure_begin(&it.ctx, "Lemma 4.5 in four forms", "steps K of the kappa grid", "nats", &figure));
        figure.log_x = figure.log_y = 1;
        for (int f = 3; f >= 0; f--) {
            MUST(sb_figure_series(&it.ctx, &figure, name[f], SB_MARK_LINE_POINTS, GRIDS, &series));
            for (int i = 0; i < GRIDS; i++) series->x[i] = steps[i], series->y[i] = sb_number_exact(value[f][i]);
        }
        lesson_figure(&it, &figure, "forms");
        sb_figure_free(&figure);
    }

    // %% [markdown]
    // ## 6. Which grid?
    //
    // $e-w=e-1+\exp(-e)$ is convex in $e$, and $\sum e_k=\log\{s(\delta)/s(T)\}$ is the same for all grids. So the first term of
    // $U$ is least where all $e_k$ are equal. The other two are, with $m=\min(d,s_0M_2)\le d$, at least
    // $\frac m2\{w_0+\sum_{k\ge1}(w_k-w_{k-1})_+\}\ge\frac m2\max_kw_k$, with equality where all $w_k$ are equal; and $\max_kw_k$,
    // too, is least there. So $U$ is least on the grid that is **uniform in $\log s$**. The $\kappa$ grid is near to it; equal
    // steps in $t$ are not.
    //
    // **Prediction.** At $K=40$, $U$ is least on the log-snr grid, and largest on the uniform one. The theorem is about $U$; the
    // exact cost may order the other two differently.

    // %%
    {
        const char *const kind[3] = {"log-snr", "kappa", "uniform"};
        double U[3];
        sb_figure figure = {0};
        sb_series *series;
        MUST(sb_figure_begin(&it.ctx, "Where forty steps lose the most", "remaining time u at the step's start",
                             "D + B of the step, nats", &figure));
        figure.log_x = figure.log_y = 1;
        printf("%-10s %10s %12s %12s\n", "grid", "kappa", "exact", "U");
        for (int i = 0; i < 3; i++) {
            sb_grid of_kind = {0};
            sb_exact on = {0};
            MUST(grid_of(&it.ctx, kind[i], 40, "0.05", &of_kind));
            MUST(sb_exact_compute(&it.ctx, &q, &of_kind, 64, 0.95, 4, 0, &on));
            U[i] = on.U;
            printf("%-10s %10.5f %12.6f %12.6f\n", kind[i], of_kind.kappa, on.discretisation.value, U[i]);
            MUST(sb_figure_series(&it.ctx, &figure, kind[i], SB_MARK_LINE_POINTS, 40, &series));
            for (int k = 0; k < 40; k++) series->x[k] = of_kind.u[k], series->y[k] = sb_number_exact(on.D[k].value + on.B[k].value);
            sb_exact_free(&on);
            sb_grid_free(&of_kind);
        }
        lesson_figure(&it, &figure, "grids");
        sb_figure_free(&figure);
        EXPECT(&it, U[0] < U[1] && U[1] < U[2], "U: log-snr < kappa < uniform");
    }

    // %% [markdown]
    // **What to look at.** The uniform grid pays at the end, where the last step halves $u$; the $\kappa$ grid pays at the start:
    // above $u=1$ all its steps have the length $\kappa$, about twice as costly as those of the log-snr grid; it takes 10 steps
    // there instead of 14, and the 4 saved are spent near $\delta$, where they are not needed.

    // %% [markdown]
    // ## 7. What breaks when a constant is changed
    //
    // **The factor $d/2$ in $U$.** Put all data into one point, $X_0=0$: then $V=0$, $G=0$, $M_2=0$, and every inequality above
    // is an equality on the log-snr grid, where no $w_k$ exceeds its predecessor. *Prediction:* $\sum D_k=U$. With $0.49\,d$ for
    // $0.5\,d$ the bound is false.
    //
    // **The constant of $\kappa^2dK$.** For the same law and $\kappa\to0$, $D_k\approx\frac d4e_k^2$ with
    // $e_k\approx2a\kappa/(1-e^{-2a})$ for $a\le1$ and $2\kappa/(1-e^{-2a})$ beyond: between $\kappa$ and $2.3131\,\kappa$,
    // largest at $a=1$. *Prediction:* $\sum D_k/(\kappa^2dK)$ lies between 1/4 and 1.34, and above 1 for a grid that stays near
    // $a=1$. So $\kappa^2dK+\kappa M_2$ with constant 1 is false.
    //
    // **The third term, $\kappa dT$.** *Prediction:* $T-\delta\le\kappa K$ always, so $\kappa d(T-\delta)\le\kappa^2dK$: the term
    // at most doubles the first (but for $\delta$). It is that which keeps the printed form true with constant 1 here.

    // %%
    {
        const double all = 1.0;
        sb_components point = {0};
        sb_grid log_snr = {0}, fine = {0};
        sb_exact on_log_snr = {0}, on_fine = {0};
        MUST(gaussian(&it.ctx, 1, 0.0, 0.0, &point));
        const sb_mixture at_zero = {.components = &point, .weight = &all};
        MUST(grid_of(&it.ctx, "log-snr", 20, "0.05", &log_snr));
        MUST(grid_of(&it.ctx, "kappa", 2000, "0.9", &fine));
        MUST(sb_exact_compute(&it.ctx, &at_zero, &log_snr, 64, 0.95, 4, 0, &on_log_snr));
        MUST(sb_exact_compute(&it.ctx, &at_zero, &fine, 64, 0.95, 4, 0, &on_fine));
        const double D = on_log_snr.D_sum.value, U = on_log_snr.U, sum = on_fine.discretisation.value;
        printf("a point, log-snr grid, K = 20: sum D = %.8f, U = %.8f, with 0.49 d: %.8f\n", D, U, 0.98 * U);
        EXPECT(&it, fabs(D / U - 1.0) < 1e-9, "sum D = U: no smaller factor than d/2 will do, not even 0.49 d");
        const double first = fine.kappa * fine.kappa * fine.K;
        printf("a point, kappa grid from 2 to 0.9, K = 2000: cost/(kappa^2 d K) = %.4f; cost/printed = %.4f\n", sum / first,
               sum / lemma(SB_FORM_PRINTED, &fine, &on_fine));
        EXPECT(&it, sum > first && sum < 1.34 * first,
               "without kappa d T the printed form with constant 1 is false: %.4f is needed", sum / first);
        EXPECT(&it, fine.T - fine.delta <= fine.kappa * fine.K, "T - delta <= kappa K, so that kappa d (T - delta) <= kappa^2 d K");
        sb_exact_free(&on_log_snr);
        sb_exact_free(&on_fine);
        sb_grid_free(&log_snr);
        sb_grid_free(&fine);
        sb_components_free(&point);
    }

    // %% [markdown]
    // ## What to remember
    //
    // | | |
    // |---|---|
    // | the reason | $e^t\nabla\log q_{T-t}(Y_t)$ is a martingale |
    // | exact | $\sum_k(D_k+B_k)$, from entropies and Fisher informations |
    // | sharp | $U+\sum\beta(g_k)d/\sigma_{u_k}^2$, from grid, $d$ and $M_2$; attained by a point |
    // | corrected | $(4.02+0.39\kappa)\kappa^2dK+0.19\kappa M_2$ for $T\ge1$ |
    // | printed | $\kappa^2dK+\kappa M_2+\kappa dT$, hidden constant; the third term is redundant |
    //
    // ## Exercises
    //
    // 1. For $N(0,v)$ write $D_k$ and $B_k$ in closed form. Show that for $v=1$, where the sampler starts at its goal, a step
    //    still costs $D_k+B_k=2(g-1+e^{-g})\approx g^2$. Where does that error come from?
    // 2. Let $\delta\to0$ at fixed $K=100$. How does the cost grow on the uniform and on the log-snr grid, for this lesson's law,
    //    and for two points? Which step of the uniform grid is to blame?
    // 3. The paper says "linear in $d$". Compare, for $d=1,2,4,8$ on one grid, a point, $N(0,I)$, and a Gaussian that has
    //    variance 1 in one direction and 0 in the others. What does the cost count?
    //
    // Solutions: `solutions/lesson_04.c`.

    // %%
    sb_exact_free(&exact);
    sb_system_free(&system);
    sb_config_free(&config);
    return lesson_end(&it);
}
