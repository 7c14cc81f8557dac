// %% [markdown]
// # Solutions to lesson 10

// %%
#include "lesson.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { D = 64, ROUNDS = 10 };

static const char digits[] = "seed: 10\n"
                             "data: {kind: images, images: {format: digits}, workers: 5}\n"
                             "diffusion: {T: 3, delta: 0.002, grid: log-snr, K: 40, sampler: ddpm}\n"
                             "model: {kind: unet, width: 8, depth: 2}\n"
                             "train: {rounds: 10, local_steps: 2, batch: 16, learning_rate: 1e-4}\n"
                             "measure: {replicas: 1}\n";

/* How many coordinates nobody kept, round by round. */
static sb_status note(sb_context *ctx, void *user, const sb_training *training, const sb_round_report *report)
{
    (void)ctx, (void)training;
    ((double *)user)[report->round] = report->uncovered[0];
    return SB_OK;
}

int main(int argc, char **argv)
{
    lesson it = lesson_begin(argc, argv);

    // %% [markdown]
    // ## 1. Nobody keeps it
    //
    // A coordinate is missed by all five workers with probability $(1-p)^5=1/32$, independently of the others, so their number is
    // binomial: of the network's 8593 parameters $8593/32=268.5$ on average in each round, with standard deviation 16.1. Then
    // $\Gamma^*=0$, equation (8) is $0/0$, and all bounds are off: a code has to decide what to do (`pruning.uncovered`), and
    // public codes decide differently.

    // %%
    const sb_override half[] = {{"pruning.kind", "random"}, {"pruning.keep", "0.5"}};
    sb_config config;
    sb_system system;
    sb_training training;
    double missed[ROUNDS];
    MUST(sb_config_parse(&it.ctx, "half", digits, strlen(digits), 2, half, &config));
    MUST(sb_system_create(&it.ctx, &config, &system));
    MUST(sb_training_create(&it.ctx, &system, 1, config.train.learning_rate, &training));
    MUST(sb_training_run(&it.ctx, &system, &training, ROUNDS, note, missed));
    const double P = (double)training.D, expected = P / 32.0, deviation = sqrt(P * (1.0 / 32.0) * (31.0 / 32.0));
    const sb_number mean = sb_number_from_values(missed, ROUNDS, 0.99);
    EXPECT(&it, fabs(mean.value - expected) < 4.0 * deviation / sqrt(ROUNDS),
           "a round misses %.1f [%.1f, %.1f] coordinates, predicted %.1f", mean.value, mean.lo, mean.hi, expected);
    EXPECT(&it, training.least[0] == 0, "Gamma* is 0");
    sb_training_free(&training);

    // %% [markdown]
    // ## 2. How early to stop
    //
    // $I(X_0;X_u)=E\log\{N(X_u;e^{-u}X_0,\sigma_u^2I)/q_u(X_u)\}$, both densities known: no entropy is needed, and the two
    // logarithms vary together, so the mean is sharp. It is at most $\log1437=7.270$, attained while a noised image still tells
    // which one it was.

    // %%
    enum { TIMES = 5, DRAWS = 400, COLUMNS = 12 };
    static const double time[TIMES] = {0.002, 0.02, 0.1, 0.3, 1.0};
    static double x[DRAWS * D], noise[DRAWS * D], y[DRAWS * D], log_q[DRAWS], told[DRAWS], scratch[D], sheet[TIMES * COLUMNS * D];
    const sb_mixture q = sb_data_pooled(&system.data);
    const double most = log(system.data.components.J);
    double known[TIMES];
    for (int t = 0; t < TIMES; t++) {
        const double s2 = sb_ou_variance(time[t]);
        sb_stream stream = sb_stream_at(10, SB_DRAW_CLAIM, 1, 0, 0, 0);
        sb_marginal *q_u;
        sb_mixture_sample(&q, sb_stream_at(10, SB_DRAW_CLAIM, 2, 0, 0, 0), DRAWS, x, NULL, scratch);
        sb_stream_normals(&stream, DRAWS * D, noise);
        for (int i = 0; i < DRAWS * D; i++) y[i] = exp(-time[t]) * x[i] + sqrt(s2) * noise[i];
        MUST(sb_marginal_create(&it.ctx, &q, time[t], &q_u));
        double *work = sb_array_alloc(sb_marginal_work(q_u), sizeof *work, 0);
        sb_marginal_eval(q_u, DRAWS, y, log_q, NULL, work);
        for (int i = 0; i < DRAWS; i++) {
            told[i] = -0.5 * D * log(2.0 * M_PI * s2) - log_q[i];
            for (int j = 0; j < D; j++) told[i] -= 0.5 * noise[i * D + j] * noise[i * D + j];
        }
        const sb_number I = sb_number_from_values(told, DRAWS, 0.99);
        printf("u = %5.3f: I(X_0;X_u) = %.4f [%.4f, %.4f], log m = %.4f\n", time[t], I.value, I.lo, I.hi, most);
        known[t] = I.value;
        memcpy(sheet + t * COLUMNS * D, y, COLUMNS * D * sizeof *y);
        sb_free(work);
        sb_marginal_free(q_u);
    }
    EXPECT(&it, known[1] > 0.99 * most && known[2] < 0.99 * most,
           "up to u = 0.02, of these times, an image is told; at 0.1 a few no longer are");
    EXPECT(&it, known[4] < 0.3 * most, "at u = 1 most of it is forgotten");
    if (it.folder) {
        char path[4096];
        lesson_path(&it, "noised.png", path);
        MUST(sb_image_grid_write(&it.ctx, path, system.data.image, COLUMNS, TIMES * COLUMNS, sheet, NULL, NULL));
        lesson_picture(&it, "noised.png");
    }

    // %% [markdown]
    // **What to look at.** A line for each time. At $u=0.3$ one no longer reads most of the digits, though $I=5.48$ nats say that
    // only about $e^{7.27-5.48}=6$ of the 1437 images remain candidates for each.
    //
    // ## 3. The unit again
    //
    // $\varphi=\theta/10$ gives the same functions. Its gradient is ten times larger, so a step with $\eta/100$ moves $\varphi$ by
    // a tenth of what $\theta$ moved: the same path. $w^2=|\varphi-\varphi m|^2$ is a hundredth; $L$ is a hundred times larger. A
    // theorem that has $w^2L^2\eta$ in it stays, one with $w^2L\eta$ does not.

    // %%
    sb_system_free(&system);
    sb_config_free(&config);
    enum { MADE = 12 };
    static double made[2][MADE * D];
    double w2[2], worst = 0.0;
    for (int unit = 0; unit < 2; unit++) {
        const sb_override changes[] = {{"pruning.kind", "random"},
                                       {"pruning.level", "S"},
                                       {"model.unit", unit ? "10" : "1"},
                                       {"train.learning_rate", unit ? "1e-6" : "1e-4"}};
        MUST(sb_config_parse(&it.ctx, "unit", digits, strlen(digits), 4, changes, &config));
        MUST(sb_system_create(&it.ctx, &config, &system));
        MUST(sb_training_create(&it.ctx, &system, 1, config.train.learning_rate, &training));
        MUST(sb_training_run(&it.ctx, &system, &training, ROUNDS, NULL, NULL));
        MUST(sb_generated_sample(&it.ctx, &system, training.theta, MADE, 0, made[unit]));
        w2[unit] = training.w2[0];
        sb_training_free(&training);
        sb_system_free(&system);
        sb_config_free(&config);
    }
    for (int i = 0; i < MADE * D; i++) worst = fmax(worst, fabs(made[0][i] - made[1][i]) / (1.0 + fabs(made[0][i])));
    EXPECT(&it, worst < 1e-6, "%d samples are the same, within 1e-6", MADE);
    EXPECT(&it, fabs(w2[0] / w2[1] / 100.0 - 1.0) < 1e-6, "w^2 = %.6g in unit 1, %.6g in unit 10", w2[0], w2[1]);
    return lesson_end(&it);
}
