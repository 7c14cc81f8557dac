// %% [markdown]
// # Solutions to lesson 7
//
// Three runs beside the lesson's own, each with one thing changed.

// %%
#include "lesson.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char run[] =
    "seed: 7\n"
    "data:\n"
    "  kind: gaussian-mixture\n"
    "  workers: 3\n"
    "  components: [{weight: 0.4, mean: [-1.4], covariance: 0.2}, {weight: 0.3, mean: [0.4], covariance: 0.1},\n"
    "               {weight: 0.3, mean: [1.7], covariance: 0.3}]\n"
    "  partition: {kind: explicit, weights: [[0.5, 0.3, 0.2], [0.3, 0.4, 0.3], [0.4, 0.2, 0.4]]}\n"
    "diffusion: {T: 2, delta: 0.05, grid: kappa, K: 40}\n"
    "model: {kind: mlp, width: 12, depth: 1}\n"
    "train: {rounds: 2000, local_steps: 3, batch: 32, learning_rate: 1.1e-3}\n"
    "pruning: {kind: random, keep: [1, 1, 0.9]}\n"
    "measure: {every: 500, replicas: 1, samples: 512, chain_samples: 12000, kl: [grid, chain], confidence: 0.99}\n";

/* The lesson's run with `changes`, measured when `looks` numbers of rounds are done; the last worker's constants. */
static void train(lesson *it, size_t count, const sb_override *changes, int looks, const int *rounds, sb_measured *measured,
                  sb_constants *c)
{
    sb_config config;
    sb_system system;
    sb_training training;
    lesson_must(it, sb_config_parse(&it->ctx, "lesson 7", run, strlen(run), count, changes, &config), __FILE__, __LINE__);
    lesson_must(it, sb_system_create(&it->ctx, &config, &system), __FILE__, __LINE__);
    lesson_must(it, sb_training_create(&it->ctx, &system, 1, config.train.learning_rate, &training), __FILE__, __LINE__);
    for (int i = 0; i < looks; i++) {
        lesson_must(it, sb_training_run(&it->ctx, &system, &training, rounds[i], NULL, NULL), __FILE__, __LINE__);
        lesson_must(it, sb_measure(&it->ctx, &system, &training, &measured[i]), __FILE__, __LINE__);
        sb_measured_constants(&measured[i], measured[i].worker_count - 1, &c[i]);
    }
    sb_training_free(&training);
    sb_system_free(&system);
    sb_config_free(&config);
}

static double right_side(const sb_constants *c, sb_form form)
{
    sb_terms rhs;
    sb_statement_evaluate(sb_statement_find("theorem_4_11"), form, c, &rhs, NULL);
    return rhs.sum;
}

int main(int argc, char **argv)
{
    lesson it = lesson_begin(argc, argv);
    it.ctx.threads = 1; /* too little work at a time to be worth sharing */

    // %% [markdown]
    // ## 1. The other sampler
    //
    // The step with the mean of the reverse kernel, $y'=e^gy+2\sinh(g)s+\dots$, is that of a path on which $e^{-h}s$ is held, $h$
    // being the time gone by in the step. The true $A_1$ minus $e^{-h}S_k$ is a martingale's increment, so the cross term in
    // $E|A_1-e^{-h}s_k|^2$ vanishes: path and chain are one number, and the bar *chain to path* is 0. The sharp form is
    // Pythagorean,
    // $$\mathrm{KL}(q_T\Vert\pi)+\sum_k\{D_k+\tfrac12(1-e^{-2g_k})E|s_k-S_k|^2\}\le\mathrm{KL}(q_T\Vert\pi)+U+L_n(\theta_R):$$
    // all constants 1, and $U$ depends on grid, $d$ and $M_2$ only.

    // %%
    static const int once[] = {2000};
    sb_measured base, other;
    sb_constants c, lesson_s;
    sb_waterfall w;
    const sb_override ddpm[] = {{"diffusion.sampler", "ddpm"}};
    train(&it, 1, ddpm, 1, once, &other, &c);
    sb_waterfall_from_run(&other, 2, &w);
    EXPECT(&it, fabs(w.bar[1].nats.value) < 1e-9, "%s adds nothing", w.bar[1].step->name);
    EXPECT(&it, right_side(&c, SB_FORM_SHARP) <= c.kl_init + c.U + c.score_loss, "sharp %.4f, KL(q_T||pi) + U + L_n = %.4f",
           right_side(&c, SB_FORM_SHARP), c.kl_init + c.U + c.score_loss);
    EXPECT(&it, w.kl.value < right_side(&c, SB_FORM_SHARP), "KL = %.4f is below both", w.kl.value);
    sb_measured_free(&other);

    // %% [markdown]
    // ## 2. Prune nothing
    //
    // The pruning part $pL^2w^2$ is 0 because $w$ is, and $h=\nu\min\{1,(N-\Gamma^*)/\Gamma^*\}$ is 0 because $\Gamma^*=N$: the
    // deviations $\nabla F_n-\nabla F$ of all workers add up to 0. What is left of $\Psi$ are terms of order $\eta$ and $\eta^2$:
    // $$\Psi=Q\sigma_2^2+2p\eta^2L^2(S-1)\sigma_1^2+2\eta L\sigma_1^2/N .$$
    // Before training, put $w=0$ and $\Gamma^*=N$ into the constants of the pruned run; the rest of them stands in for what the new
    // run will meet.

    // %%
    const sb_override whole[] = {{"pruning.kind", "none"}};
    train(&it, 0, NULL, 1, once, &base, &lesson_s);
    sb_constants guess = lesson_s;
    guess.w2 = 0.0, guess.Gamma = guess.N;
    train(&it, 1, whole, 1, once, &other, &c);
    printf("corrected theorem: pruned %.5g, predicted without pruning %.4g, met %.4g\n", right_side(&lesson_s, SB_FORM_CORRECTED),
           right_side(&guess, SB_FORM_CORRECTED), right_side(&c, SB_FORM_CORRECTED));
    const double x = c.eta * c.S * c.L, e2 = x * x / (c.S * c.S), p = (1.0 + 2.0 * x) / (1.0 - 2.0 * e2 * c.S * (c.S - 1.0));
    const double Q = p * (2.0 / 3.0) * e2 * (c.S - 1.0) * (2.0 * c.S - 1.0), s1 = c.sigma1 * c.sigma1;
    const double psi = Q * c.sigma2 * c.sigma2 + 2.0 * p * e2 * (c.S - 1.0) * s1 + 2.0 * c.eta * c.L * s1 / c.N;
    EXPECT(&it, fabs(sb_psi(&c, NULL) / psi - 1.0) < 1e-12, "what is left of Psi: %.4g, against %.4g pruned", psi,
           sb_psi(&lesson_s, NULL));
    EXPECT(&it, fabs(log(right_side(&c, SB_FORM_CORRECTED) / right_side(&guess, SB_FORM_CORRECTED))) < log(2.0),
           "the prediction is met within a factor 2");
    EXPECT(&it, right_side(&c, SB_FORM_CORRECTED) < 1e-2 * right_side(&lesson_s, SB_FORM_CORRECTED),
           "pruning was more than 99%% of the theorem");
    sb_measured_free(&other);
    sb_measured_free(&base);

    // %% [markdown]
    // ## 3. A bound that rewards training
    //
    // Affine score, the same data for all, nothing pruned: $F$ is quadratic, and $\mu$ is the smallest positive eigenvalue of its
    // Hessian, known exactly. $(1-q)^R$ is the share of $F_0-F^*$ that is certainly still there after $R$ rounds. What the bound
    // falls to is twice the loss that no affine score gets below, and the noise floor $\Psi/(\mu\alpha)$, which is proportional to
    // $\eta$.

    // %%
    enum { LOOKS = 4 };
    static const int rounds[LOOKS] = {0, 300, 1000, 4000};
    const sb_override affine[] = {{"model.kind", "affine"},      {"pruning.kind", "none"},         {"data.partition.kind", "iid"},
                                  {"train.rounds", "4000"},      {"train.batch", "256"},           {"train.learning_rate", "5e-3"},
                                  {"diffusion.sampler", "ddpm"}, {"measure.chain_samples", "4000"}};
    sb_measured look[LOOKS];
    sb_constants at[LOOKS];
    sb_figure figure;
    sb_series *series;
    train(&it, sizeof affine / sizeof *affine, affine, LOOKS, rounds, look, at);
    printf("mu = %.4g, L = %.4g, F* = %.4f, F_0 = %.4f\n", at[0].mu, at[0].L, at[0].Fstar, at[0].F0);
    for (int i = 0; i < LOOKS; i++)
        printf("%5d rounds: KL %.5f, printed %.4f, corrected %.4f, pl %.4f\n", rounds[i], look[i].worker[0].grid_after.value,
               right_side(&at[i], SB_FORM_PRINTED), right_side(&at[i], SB_FORM_CORRECTED), right_side(&at[i], SB_FORM_PL));
    for (int i = 1; i < LOOKS; i++)
        EXPECT(&it,
               right_side(&at[i], SB_FORM_PL) < right_side(&at[i - 1], SB_FORM_PL) &&
                   right_side(&at[i], SB_FORM_PRINTED) > right_side(&at[i - 1], SB_FORM_PRINTED) &&
                   right_side(&at[i], SB_FORM_CORRECTED) > right_side(&at[i - 1], SB_FORM_CORRECTED),
               "from %d to %d rounds pl falls, the other two rise", rounds[i - 1], rounds[i]);
    MUST(sb_figure_begin(&it.ctx, "With mu known, training is rewarded", "rounds", "nats", &figure));
    figure.log_y = 1;
    static const char *const name[] = {"KL, exact", "printed", "corrected", "pl"};
    static const sb_form form[] = {SB_FORM_PRINTED, SB_FORM_PRINTED, SB_FORM_CORRECTED, SB_FORM_PL};
    for (int s = 0; s < 4; s++) {
        MUST(sb_figure_series(&it.ctx, &figure, name[s], SB_MARK_LINE_POINTS, LOOKS, &series));
        for (int i = 0; i < LOOKS; i++) {
            series->x[i] = rounds[i];
            series->y[i] = s == 0 ? look[i].worker[0].grid_after : sb_number_exact(right_side(&at[i], form[s]));
        }
    }
    lesson_figure(&it, &figure, "rewarded");
    sb_figure_free(&figure);
    for (int i = 0; i < LOOKS; i++) sb_measured_free(&look[i]);
    return lesson_end(&it);
}
