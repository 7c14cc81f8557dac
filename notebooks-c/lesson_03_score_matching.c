// %% [markdown]
// # Lesson 3. Score matching: what the loss can and cannot see
//
// **Aim.** A diffusion model is trained on a target that is mostly noise, the conditional score $Z$. What is wanted is the score
// $S=\nabla\log q_u$, which nobody knows. Lemma 4.8 of the paper links the two losses by a constant $C_1$. At the end of this
// lesson you can say what $C_1$ is, why it is negative, whose it is, and why a training curve stops far above zero even for a
// perfect model.
//
// Needed: lesson 1 (the Ornstein-Uhlenbeck process and its marginals) and lesson 2 (the reverse process on a time grid).

// %%
#include "lesson.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// %% [markdown]
// ## 1. The system
//
// Two workers hold the same two Gaussians in different shares. One dimension is enough: every expectation is then an integral
// that we can do ourselves, as a second route beside the library's. The model is a small network; it is needed only in section 6.
//
// Notation: remaining time $u_k=T-t_k$, step $\gamma_k$ (lesson 2's $g_k$), $\sigma_u^2=1-e^{-2u}$, signal-to-noise ratio
// $s(u)=1/(e^{2u}-1)$, so that $1/\sigma_u^2=1+s(u)$. Throughout the course $s(u)$, and $s$ inside $s(1+s)$ or $sV$, is this
// ratio; $s_k$, $s(y)$, and $s$ beside $S$ or $Z$, are a model's score. A noised point is $Y=e^{-u}X_0+\sigma_u z$ with
// $z\sim N(0,1)$, and $Z=-z/\sigma_u$.

// %%
static const char SYSTEM[] =
    "seed: 3\n"
    "data:\n"
    "  kind: gaussian-mixture\n"
    "  workers: 2\n"
    "  components: [{weight: 0.55, mean: [-1.3], covariance: 0.08}, {weight: 0.45, mean: [0.9], covariance: 0.2}]\n"
    "  partition: {kind: explicit, weights: [[0.9, 0.1], [0.2, 0.8]]}\n"
    "diffusion: {T: 2, delta: 0.05, grid: log-snr, K: 24}\n"
    "model: {kind: mlp, width: 24, depth: 1}\n"
    "train: {rounds: 600, local_steps: 4, batch: 64, learning_rate: 0.015}\n";

static sb_status system_from(sb_context *ctx, int count, const sb_override *changes, sb_config *config, sb_system *system)
{
    sb_status st = SB_OK;
    SB_TRY(sb_config_parse(ctx, "lesson", SYSTEM, strlen(SYSTEM), (size_t)count, changes, config));
    SB_TRY(sb_system_create(ctx, config, system));
done:
    return st;
}

// %% [markdown]
// Integrals over $q_u$ become sums over a lattice. The trapezoidal rule is accurate to rounding for smooth functions that fall
// off like a Gaussian, so `p[i]` below is as good as a probability.

// %%
enum { POINTS = 1601 };

typedef struct {
    double y[POINTS], p[POINTS]; /* points, and q_u there times their spacing */
    double S[POINTS];            /* the score */
    double spread[POINTS];       /* Var(X_0 | X_u = y) */
} lattice;

static sb_status lattice_at(sb_context *ctx, const sb_mixture *q, double u, lattice *l)
{
    sb_status st = SB_OK;
    sb_marginal *marginal = NULL;
    double *work = NULL;
    const double h = 16.0 / (POINTS - 1);
    SB_TRY(sb_marginal_create(ctx, q, u, &marginal));
    SB_ALLOC(work, sb_marginal_work(marginal));
    for (int i = 0; i < POINTS; i++) l->y[i] = -8.0 + h * i;
    sb_marginal_eval(marginal, POINTS, l->y, l->p, l->S, work);
    sb_marginal_posterior(marginal, POINTS, l->y, NULL, l->spread, work);
    for (int i = 0; i < POINTS; i++) l->p[i] = h * exp(l->p[i]);
done:
    sb_free(work);
    sb_marginal_free(marginal);
    return st;
}

/* J(u) = E S^2 and V(u) = E Var(X_0 | X_u). */
static sb_status fisher_and_spread(sb_context *ctx, const sb_mixture *q, double u, double *J, double *V)
{
    lattice l;
    const sb_status st = lattice_at(ctx, q, u, &l);
    *J = *V = 0.0;
    for (int i = 0; st == SB_OK && i < POINTS; i++) {
        *J += l.p[i] * l.S[i] * l.S[i];
        *V += l.p[i] * l.spread[i];
    }
    return st;
}

// %% [markdown]
// Three scores that are wrong on purpose, and the true one. None is a trained network: the lemma must hold for every function
// $s$.

// %%
enum { ZERO, NOISE, WAVY, TRUTH, SCORES };

static const char *const score_name[SCORES] = {"s = 0", "s = -y", "s = S + sin(2y)/2", "s = S"};

static double try_score(int which, double y, double S)
{
    switch (which) {
    case ZERO: return 0.0;
    case NOISE: return -y;
    case WAVY: return S + 0.5 * sin(2.0 * y);
    default: return S;
    }
}

/* E|s - S|^2 at time u: one integral, over y. */
static sb_status score_loss_at(sb_context *ctx, const sb_mixture *q, double u, int which, double *loss)
{
    lattice l;
    const sb_status st = lattice_at(ctx, q, u, &l);
    *loss = 0.0;
    for (int i = 0; st == SB_OK && i < POINTS; i++) *loss += l.p[i] * pow(try_score(which, l.y[i], l.S[i]) - l.S[i], 2.0);
    return st;
}

/* E|s - Z|^2 at time u: two integrals, over x_0 in each Gaussian and over z. It never forms q_u. */
static sb_status denoising_loss_at(sb_context *ctx, const sb_mixture *q, double u, int which, double *loss)
{
    enum { SIDE = 91 };
    sb_status st = SB_OK;
    const double h = 18.0 / (SIDE - 1), deviation = sqrt(sb_ou_variance(u));
    double y[SIDE], S[SIDE], *work = NULL;
    sb_marginal *marginal = NULL;
    SB_TRY(sb_marginal_create(ctx, q, u, &marginal));
    SB_ALLOC(work, sb_marginal_work(marginal));
    *loss = 0.0;
    for (int j = 0; j < q->components->J; j++)
        for (int a = 0; a < SIDE; a++) {
            const double t = -9.0 + h * a, x0 = q->components->mean[j] + sqrt(sb_components_variance(q->components, j, 0)) * t;
            for (int b = 0; b < SIDE; b++) y[b] = exp(-u) * x0 + deviation * (-9.0 + h * b);
            sb_marginal_eval(marginal, SIDE, y, NULL, S, work);
            for (int b = 0; b < SIDE; b++) {
                const double z = -9.0 + h * b, p = q->weight[j] * h * h * exp(-0.5 * (t * t + z * z)) / (2.0 * M_PI);
                *loss += p * pow(try_score(which, y[b], S[b]) + z / deviation, 2.0);
            }
        }
done:
    sb_free(work);
    sb_marginal_free(marginal);
    return st;
}

// %% [markdown]
// The denoising loss $F=\sum_k\gamma_k\,E|s-Z|^2$ and the score loss $L=\sum_k\gamma_k\,E|s-S|^2$ of a network, from samples.
// They get samples of their own, so that nothing but the lemma ties the two results together.

// %%
enum { BATCH = 256, DRAWS = 2048 };

static sb_status sampled_losses(sb_context *ctx, const sb_system *system, const sb_mixture *q, const double *theta, int index,
                                sb_number *F, sb_number *L)
{
    sb_status st = SB_OK;
    const sb_grid *grid = &system->grid;
    sb_noised noised = {.B = 0};
    sb_workspace *ws = NULL;
    sb_marginal *marginal = NULL;
    double s[BATCH], S[BATCH], off[DRAWS], *work = NULL;
    *F = *L = sb_number_exact(0.0);
    SB_TRY(sb_noised_alloc(ctx, BATCH, 1, &noised));
    SB_TRY(sb_workspace_create(ctx, system->model, BATCH, &ws));
    SB_TRY(sb_marginal_create(ctx, q, 1.0, &marginal));
    SB_ALLOC(work, sb_marginal_work(marginal));
    for (int k = 0; k < grid->K; k++) {
        sb_marginal_free(marginal);
        SB_TRY(sb_marginal_create(ctx, q, grid->u[k], &marginal));
        for (int truth = 0; truth < 2; truth++) {
            const sb_stream stream = sb_stream_at(3, SB_DRAW_CLAIM, (uint32_t)truth, (uint32_t)index, 0, (uint32_t)k);
            for (int first = 0; first < DRAWS; first += BATCH) {
                sb_noised_at(q, grid, stream, k, first, BATCH, &noised);
                const sb_batch batch = {BATCH, noised.y, noised.k};
                SB_TRY(sb_model_evaluate(ctx, system->model, theta, &batch, ws, s));
                sb_marginal_eval(marginal, BATCH, noised.y, NULL, S, work);
                for (int i = 0; i < BATCH; i++) off[first + i] = pow(s[i] - (truth ? S[i] : noised.target[i]), 2.0);
            }
            const sb_number at_k = sb_number_scale(sb_number_from_values(off, DRAWS, 0.999), grid->gamma[k], 0.0);
            if (truth) *L = sb_number_add(*L, at_k);
            else *F = sb_number_add(*F, at_k);
        }
    }
done:
    sb_free(work);
    sb_marginal_free(marginal);
    sb_workspace_free(ws);
    sb_noised_free(&noised);
    return st;
}

static int intervals_meet(sb_number a, sb_number b)
{
    return a.lo <= b.hi && b.lo <= a.hi;
}

/* What training reports after each round: the mean of the minibatch losses it saw. */
static sb_status keep_loss(sb_context *ctx, void *user, const sb_training *training, const sb_round_report *report)
{
    (void)ctx, (void)training;
    ((double *)user)[report->round] = report->loss[0];
    return SB_OK;
}

// %%
int main(int argc, char **argv)
{
    lesson it = lesson_begin(argc, argv);
    sb_config config = {0};
    sb_system system = {0};
    MUST(system_from(&it.ctx, 0, NULL, &config, &system));
    const sb_grid *grid = &system.grid;
    const sb_mixture q = sb_data_pooled(&system.data);
    printf("K = %d steps from T = %g down to delta = %g; %s\n", grid->K, grid->T, grid->delta, sb_model_title(system.model));

    // %% [markdown]
    // ## 2. The target is noise, its mean is the score
    //
    // The law of $Y$ is $q_u(y)=\int q(x_0)\,N(y;\,e^{-u}x_0,\sigma_u^2)\,dx_0$. Differentiate under the integral: the Gaussian's
    // derivative is the Gaussian times $-(y-e^{-u}x_0)/\sigma_u^2=Z$. Divide by $q_u(y)$ and read the result as a conditional
    // mean:
    //
    // $$S(y)=\frac{q_u'(y)}{q_u(y)}=E[\,Z\mid Y=y\,].$$
    //
    // **Prediction.** In a scatter of $(Y,Z)$ the mean of $Z$ in a narrow bin is the mean of $S$ in it. A single $Z$ is off by as
    // much as the score itself is large.

    // %%
    enum { BINS = 24, SHOWN = 400, SAMPLES = 24000 };
    const int k_shown = 15;
    {
        sb_noised noised = {.B = 0};
        sb_marginal *marginal = NULL;
        double *S = sb_array_alloc(SAMPLES, sizeof *S, 0), *work = NULL, excess = 0.0, sum[BINS] = {0}, square[BINS] = {0};
        double height[BINS] = {0};
        int count[BINS] = {0}, missed = 0, used = 0;
        MUST(sb_noised_alloc(&it.ctx, SAMPLES, 1, &noised));
        MUST(sb_marginal_create(&it.ctx, &q, grid->u[k_shown], &marginal));
        work = sb_array_alloc(sb_marginal_work(marginal), sizeof *work, 0);
        sb_noised_at(&q, grid, sb_stream_at(3, SB_DRAW_CLAIM, 2, 0, 0, 0), k_shown, 0, SAMPLES, &noised);
        sb_marginal_eval(marginal, SAMPLES, noised.y, NULL, S, work);
        for (int i = 0; i < SAMPLES; i++) {
            const int bin = (int)floor((noised.y[i] + 2.4) / 0.2);
            const double off = noised.target[i] - S[i];
            excess += off * off / SAMPLES;
            if (bin < 0 || bin >= BINS) continue;
            count[bin]++;
            sum[bin] += off;
            square[bin] += off * off;
            height[bin] += noised.target[i];
        }
        sb_figure figure = {0};
        sb_series *series;
        MUST(sb_figure_begin(&it.ctx, "The conditional score is noise; its mean at each y is the score", "y", "score", &figure));
        MUST(sb_figure_series(&it.ctx, &figure, "samples of Z", SB_MARK_POINTS, SHOWN, &series));
        for (int i = 0; i < SHOWN; i++) series->x[i] = noised.y[i], series->y[i] = sb_number_exact(noised.target[i]);
        lattice l;
        MUST(lattice_at(&it.ctx, &q, grid->u[k_shown], &l));
        MUST(sb_figure_series(&it.ctx, &figure, "score S", SB_MARK_LINE, 540, &series));
        for (int i = 0; i < 540; i++) series->x[i] = l.y[530 + i], series->y[i] = sb_number_exact(l.S[530 + i]);
        MUST(sb_figure_series(&it.ctx, &figure, "mean of Z in a bin", SB_MARK_POINTS, BINS, &series));
        for (int b = 0; b < BINS; b++) {
            series->x[b] = -2.3 + 0.2 * b;
            series->y[b] = sb_number_unknown();
            if (count[b] < 50) continue;
            const double mean = sum[b] / count[b], variance = (square[b] - count[b] * mean * mean) / (count[b] - 1);
            const sb_number off = sb_number_sampled(mean, variance, (size_t)count[b], 0.999);
            series->y[b] = sb_number_scale(off, 1.0, height[b] / count[b] - mean);
            missed += off.lo > 0.0 || off.hi < 0.0;
            used++;
        }
        lesson_figure(&it, &figure, "target");
        printf("at remaining time u = %.3f: E|Z - S|^2 = %.2f from %d samples; J(u) = E|S|^2 is about ", grid->u[k_shown], excess,
               SAMPLES);
        double J, V;
        MUST(fisher_and_spread(&it.ctx, &q, grid->u[k_shown], &J, &V));
        printf("%.2f\n", J);
        EXPECT(&it, missed == 0 && used >= 15, "mean of Z - S within its 99.9 %% interval of 0 in all bins (%d of %d)",
               used - missed, used);
        sb_figure_free(&figure);
        sb_marginal_free(marginal);
        sb_noised_free(&noised);
        sb_free(S);
        sb_free(work);
    }

    // %% [markdown]
    // ## 3. The equality
    //
    // Let $s$ be any function of $Y$. Expand both squares:
    //
    // $$E|s-Z|^2-E|s-S|^2=-2\,E[s\,(Z-S)]+E|Z|^2-E|S|^2 .$$
    //
    // By section 2 the first term on the right is 0, because $s$ depends on $Y$ alone. What is left does not contain $s$:
    //
    // $$F-L=\sum_k\gamma_k\Big(\frac{d}{\sigma_{u_k}^2}-J(u_k)\Big)=-C_1 ,\qquad J(u)=E|S|^2 .$$
    //
    // The paper states $L\le F+C_1$ with some constant $C_1$. The proof gives an **equality with a known constant**.
    //
    // **Prediction.** $F+C_1=L$ for every $s$, to rounding. $F$ is computed over $(x_0,z)$ and $L$ over $y$: two integrals with
    // nothing in common but the lemma.

    // %%
    double C1_fisher = 0.0, C1_spread = 0.0, worst_loss = 0.0;
    for (int k = 0; k < grid->K; k++) {
        double J, V;
        MUST(fisher_and_spread(&it.ctx, &q, grid->u[k], &J, &V));
        const double s = sb_snr(grid->u[k]);
        C1_fisher += grid->gamma[k] * (J - 1.0 / grid->sigma2[k]);
        C1_spread -= grid->gamma[k] * s * (1.0 + s) * V;
    }
    printf("C1 = %.6f\n\n%-20s %12s %12s %12s\n", C1_fisher, "score", "F", "F + C1", "L");
    for (int which = 0; which < SCORES; which++) {
        double F = 0.0, L = 0.0;
        for (int k = 0; k < grid->K; k++) {
            double f = 0.0, l = 0.0;
            MUST(denoising_loss_at(&it.ctx, &q, grid->u[k], which, &f));
            MUST(score_loss_at(&it.ctx, &q, grid->u[k], which, &l));
            F += grid->gamma[k] * f;
            L += grid->gamma[k] * l;
        }
        printf("%-20s %12.6f %12.6f %12.6f\n", score_name[which], F, fabs(F + C1_fisher), L);
        worst_loss = fmax(worst_loss, fabs(F + C1_fisher - L));
    }
    EXPECT(&it, worst_loss < 1e-8, "F + C1 = L for all four, to 1e-8");

    // %% [markdown]
    // Look at the last line: the true score has $L=0$, and still $F=-C_1$. That is the least value that $F$ can have.
    //
    // ## 4. What $C_1$ is
    //
    // Given $Y$, the target varies because $X_0$ is not determined: $Z-S=e^{-u}(X_0-E[X_0|Y])/\sigma_u^2$. Take the mean square,
    // with $V(u)=E\,\operatorname{tr}\operatorname{Cov}(X_0|X_u)$ and $e^{-2u}/\sigma_u^4=s(1+s)$:
    //
    // $$C_1=-\sum_k\gamma_k\,s(u_k)\,\{1+s(u_k)\}\,V(u_k)\;\le\;0 .$$
    //
    // So $-C_1$ is the **irreducible denoising loss**: the error of the best guess of $X_0$. Only data at a single point have
    // $C_1=0$.
    //
    // **Prediction.** Three routes agree: Fisher informations by our lattice, posterior variances by our lattice, and the
    // library's `sb_exact_compute`, which integrates the overlap of the components by cubature. For one Gaussian of variance $v$
    // all is elementary: $V=v\sigma_u^2/v_u$ with $v_u=e^{-2u}v+\sigma_u^2$.

    // %%
    sb_exact exact = {0};
    MUST(sb_exact_compute(&it.ctx, &q, grid, 64, 0.95, 3, 0, &exact));
    printf("C1 from Fisher informations %.10f, from posterior variances %.10f, by the library %.10f\n", C1_fisher, C1_spread,
           exact.C1.value);
    EXPECT(&it, C1_fisher < 0.0, "C1 is negative");
    EXPECT(&it, fabs(C1_fisher - C1_spread) < 1e-8 && fabs(C1_fisher - exact.C1.value) < 1e-8, "three routes to C1 agree to 1e-8");
    {
        const double none[2] = {0.0, 1.0}; /* all weight on the second Gaussian, variance 0.2 */
        const sb_mixture gaussian = {.components = q.components, .weight = none};
        double worst = 0.0;
        for (int k = 0; k < grid->K; k++) {
            double J, V;
            MUST(fisher_and_spread(&it.ctx, &gaussian, grid->u[k], &J, &V));
            worst = fmax(worst, fabs(V - 0.2 * grid->sigma2[k] / (exp(-2.0 * grid->u[k]) * 0.2 + grid->sigma2[k])));
        }
        EXPECT(&it, worst < 1e-9, "one Gaussian: V(u) = v sigma^2/v_u at all %d times", grid->K);
    }
    {
        sb_figure figure = {0};
        sb_series *series;
        MUST(sb_figure_begin(&it.ctx, "What the target is made of", "remaining time u", "mean square", &figure));
        figure.log_x = figure.log_y = 1;
        MUST(sb_figure_series(&it.ctx, &figure, "E|Z|^2, the target", SB_MARK_LINE, grid->K, &series));
        for (int k = 0; k < grid->K; k++) series->x[k] = grid->u[k], series->y[k] = sb_number_exact(1.0 / grid->sigma2[k]);
        MUST(sb_figure_series(&it.ctx, &figure, "s(1+s)V, irreducible", SB_MARK_LINE_POINTS, grid->K, &series));
        for (int k = 0; k < grid->K; k++) {
            const double s = sb_snr(grid->u[k]);
            series->x[k] = grid->u[k], series->y[k] = sb_number_scale(exact.V[k], s * (1.0 + s), 0.0);
        }
        MUST(sb_figure_series(&it.ctx, &figure, "J = E|S|^2, the score", SB_MARK_LINE_POINTS, grid->K, &series));
        for (int k = 0; k < grid->K; k++) series->x[k] = grid->u[k], series->y[k] = exact.J[k];
        lesson_figure(&it, &figure, "parts");
        sb_figure_free(&figure);
    }

    // %% [markdown]
    // **What to look at.** At large $u$ the target is nearly all score, and the score is nearly $-y$: little to learn, little to
    // lose. Near $\delta$ the target grows like $1/\sigma_u^2$, and more than half of it is irreducible. That is where a
    // minibatch's loss is decided, and where it tells least.
    //
    // ## 5. $-C_1$ counts information
    //
    // The mutual information of $X_0$ and $X_u$ is $I(u)=H(u)-\frac d2\log(2\pi e\sigma_u^2)$, and the Fokker-Planck equation
    // gives $dH/du=J-d$. Hence $dI/du=J-d/\sigma_u^2=-s(1+s)V$: the very integrand of $C_1$. So $-C_1$ is a Riemann sum,
    //
    // $$-C_1\;\longrightarrow\;I(X_0;X_\delta)-I(X_0;X_T)\qquad(K\to\infty).$$
    //
    // The loss that no model can remove is the information about the data point that the noise destroys between $\delta$ and $T$.
    // Each step is charged at its noisy end $u_k$.
    //
    // **Prediction.** The error is of first order: doubling $K$ halves it.

    // %%
    {
        enum { GRIDS = 7 };
        const double lost = exact.mi_delta.value - exact.mi_T.value;
        double error[GRIDS], steps[GRIDS];
        printf("I(X_0;X_delta) - I(X_0;X_T) = %.6f nats\n\n%6s %12s %12s\n", lost, "K", "-C1", "difference");
        for (int i = 0; i < GRIDS; i++) {
            char number[16];
            sb_config fine = {0};
            sb_grid finer = {0};
            sb_exact on_finer = {0};
            snprintf(number, sizeof number, "%d", 12 << i);
            const sb_override change = {"diffusion.K", number};
            MUST(sb_config_parse(&it.ctx, "lesson", SYSTEM, strlen(SYSTEM), 1, &change, &fine));
            MUST(sb_grid_create(&it.ctx, &fine, &finer));
            MUST(sb_exact_compute(&it.ctx, &q, &finer, 64, 0.95, 3, 0, &on_finer));
            steps[i] = 12 << i;
            error[i] = fabs(-on_finer.C1.value - lost);
            printf("%6d %12.6f %12.6f\n", 12 << i, -on_finer.C1.value, -on_finer.C1.value - lost);
            sb_exact_free(&on_finer);
            sb_grid_free(&finer);
            sb_config_free(&fine);
        }
        const double ratio = error[GRIDS - 2] / error[GRIDS - 1];
        EXPECT(&it, ratio > 1.9 && ratio < 2.1, "from K = %d to %d the error falls by %.3f, near 2", 12 << (GRIDS - 2),
               12 << (GRIDS - 1), ratio);
        sb_figure figure = {0};
        sb_series *series;
        MUST(sb_figure_begin(&it.ctx, "-C1 is a Riemann sum of the information lost", "steps K", "|-C1 - information|, nats",
                             &figure));
        figure.log_x = figure.log_y = 1;
        MUST(sb_figure_series(&it.ctx, &figure, "difference", SB_MARK_LINE_POINTS, GRIDS, &series));
        for (int i = 0; i < GRIDS; i++) series->x[i] = steps[i], series->y[i] = sb_number_exact(error[i]);
        MUST(sb_figure_series(&it.ctx, &figure, "proportional to 1/K", SB_MARK_LINE, 2, &series));
        for (int i = 0; i < 2; i++) {
            series->x[i] = steps[i * (GRIDS - 1)];
            series->y[i] = sb_number_exact(1.3 * error[GRIDS - 1] * steps[GRIDS - 1] / series->x[i]);
        }
        lesson_figure(&it, &figure, "information");
        sb_figure_free(&figure);
    }

    // %% [markdown]
    // ## 6. What one sees while training
    //
    // Now the network. Its loss $F$ can be watched, $L$ only here, where the true score is known.
    //
    // **Prediction.** The curve of $F$ levels out near $-C_1$. At every moment $F+C_1=L$: what lies above the dashed level is all
    // that training can still gain.

    // %%
    {
        enum { CHECKS = 6 };
        const int round[CHECKS] = {0, 20, 60, 150, 300, 600};
        double loss[600];
        sb_number F[CHECKS], L[CHECKS];
        int met = 0;
        sb_training training = {0};
        MUST(sb_training_create(&it.ctx, &system, 1, config.train.learning_rate, &training));
        printf("%6s %27s %27s %27s\n", "round", "F", "F + C1", "L");
        for (int i = 0; i < CHECKS; i++) {
            MUST(sb_training_run(&it.ctx, &system, &training, round[i], keep_loss, loss));
            MUST(sampled_losses(&it.ctx, &system, &q, training.theta, i, &F[i], &L[i]));
            const sb_number sum = sb_number_scale(F[i], 1.0, exact.C1.value);
            printf("%6d %7.4f [%7.4f, %7.4f] %8.4f [%7.4f, %7.4f] %8.4f [%7.4f, %7.4f]\n", round[i], F[i].value, F[i].lo, F[i].hi,
                   sum.value, sum.lo, sum.hi, L[i].value, L[i].lo, L[i].hi);
            met += intervals_meet(sum, L[i]);
        }
        EXPECT(&it, met == CHECKS, "F + C1 and L agree within their intervals (99.9 %%) each of the %d times", CHECKS);
        printf("after training %.1f %% of F cannot be trained away\n", -100.0 * exact.C1.value / F[CHECKS - 1].value);
        EXPECT(&it, F[CHECKS - 1].hi > -exact.C1.value && L[CHECKS - 1].value < 0.15 * F[CHECKS - 1].value,
               "F stays above -C1, and most of what is left of it is -C1");
        sb_figure figure = {0};
        sb_series *series;
        MUST(sb_figure_begin(&it.ctx, "A loss curve that stops far above zero", "round", "nats", &figure));
        figure.log_y = 1;
        MUST(sb_figure_series(&it.ctx, &figure, "minibatch losses", SB_MARK_LINE, 600, &series));
        for (int r = 0; r < 600; r++) series->x[r] = r, series->y[r] = sb_number_exact(loss[r]);
        MUST(sb_figure_series(&it.ctx, &figure, "-C1", SB_MARK_LINE, 2, &series));
        for (int i = 0; i < 2; i++) series->x[i] = 600.0 * i, series->y[i] = sb_number_exact(-exact.C1.value);
        MUST(sb_figure_series(&it.ctx, &figure, "score loss L", SB_MARK_LINE_POINTS, CHECKS, &series));
        for (int i = 0; i < CHECKS; i++) series->x[i] = round[i], series->y[i] = L[i];
        MUST(sb_figure_series(&it.ctx, &figure, "denoising loss F", SB_MARK_POINTS, CHECKS, &series));
        for (int i = 0; i < CHECKS; i++) series->x[i] = round[i], series->y[i] = F[i];
        lesson_figure(&it, &figure, "training");
        sb_figure_free(&figure);
        sb_training_free(&training);
    }

    // %% [markdown]
    // ## 7. What breaks: the wrong constant
    //
    // Theorem 4.11 speaks of "a constant $C_1$". It belongs to **one law**: worker $n$ has its own, $C_{1,n}$. Let worker 1 use
    // its own perfect score. Then $L_1=0$ and $F_1=-C_{1,1}$, so $F_1+C_1$ is 0 with its own constant, and something else with
    // another's.
    //
    // **Prediction.** Whoever also knows the worker guesses $X_0$ no worse, so the pool's $V(u)$ is at least the mean of the
    // workers', at every $u$; as $C_1=-\sum_k\gamma_k\,s(1+s)V$, $C_1$ of the pool lies below the workers' mean. With the pool's
    // constant the "upper bound" of $L_1\ge0$ is negative. With $C_1=0$, the other easy choice, the statement is true and says
    // little.

    // %%
    {
        double C1[2];
        for (int n = 0; n < 2; n++) {
            const sb_mixture own = sb_data_worker(&system.data, n);
            sb_exact of_worker = {0};
            MUST(sb_exact_compute(&it.ctx, &own, grid, 64, 0.95, 3, n, &of_worker));
            C1[n] = of_worker.C1.value;
            sb_exact_free(&of_worker);
        }
        printf("C1: worker 1 %.4f, worker 2 %.4f, pooled %.4f\n", C1[0], C1[1], exact.C1.value);
        printf("worker 1 with its own exact score: F_1 = %.4f;  F_1 + C1 = %.4f with its own constant, %.4f with the pool's, %.4f "
               "with 0\n",
               -C1[0], 0.0, exact.C1.value - C1[0], -C1[0]);
        EXPECT(&it, exact.C1.value < 0.5 * (C1[0] + C1[1]), "C1 of the pool lies below the workers' mean");
        EXPECT(&it, exact.C1.value - C1[0] < 0.0, "with the pool's constant the bound of a square is negative: %.4f",
               exact.C1.value - C1[0]);
    }

    // %% [markdown]
    // ## What to remember
    //
    // | | |
    // |---|---|
    // | printed | $L_n\le F_n+C_1$, "there is a constant" |
    // | the proof gives | $L_n=F_n+C_{1,n}$, $\;C_{1,n}=\sum_k\gamma_k(J_n(u_k)-d/\sigma_{u_k}^2)$ |
    // | what it is | minus the irreducible loss, $-\sum_k\gamma_k s(1+s)V_n(u_k)\le0$; on fine grids minus the information lost |
    // | what breaks | another law's constant makes the statement false; $C_1=0$ makes it useless |
    //
    // ## Exercises
    //
    // 1. For one Gaussian $N(m,v)$ find $C_1$ by hand. On what does it not depend? Let $K\to\infty$ and compare with
    //    $\frac12\log\frac{1+s(\delta)v}{1+s(T)v}$.
    // 2. Take $s=\lambda S$. Show that $L=(1-\lambda)^2\sum_k\gamma_kJ(u_k)$, and that $F$ is least at $\lambda=1$. How much does
    //    $F$ rise when $\lambda$ is off by 10 %, compared with $-C_1$? Why is such an error hard to see in a loss curve?
    // 3. A finite training set of $n$ points is itself a law. Show that $-C_1\le\log n$ on fine grids, whatever the dimension,
    //    and that $-C_1\to\log n$ as $\delta\to0$ and $T\to\infty$. Change the data to eight points and see.
    //
    // Solutions: `solutions/lesson_03.c`.

    // %%
    sb_exact_free(&exact);
    sb_system_free(&system);
    sb_config_free(&config);
    return lesson_end(&it);
}
