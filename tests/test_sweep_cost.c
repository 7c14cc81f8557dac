/* What a run is guessed to cost: its stages are those that a run reports, and it grows with what it depends on. */
#include "sweep/cost.h"

#include "fixture.h"
#include "harness.h"
#include "measure/measured.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sb_context ctx;

static sb_sweep_cost cost_of(const sb_config *config)
{
    sb_system system = {0};
    sb_sweep_cost cost = {0};
    if (CHECK_OK(&ctx, sb_system_create(&ctx, config, &system))) cost = sb_sweep_cost_of(&system);
    sb_system_free(&system);
    return cost;
}

static void shares_add_up(void)
{
    static const sb_model_name models[] = {SB_MODEL_EXACT, SB_MODEL_AFFINE, SB_MODEL_FOURIER, SB_MODEL_MLP};
    for (int d = 1; d <= 2; d++)
        for (int m = 0; m < 4; m++)
            for (int searched = 0; searched < 2; searched++) {
                sb_fixture f;
                double sum = 0.0;
                sb_fixture_fill(&f, d, 3, models[m], SB_GRID_LOG_SNR);
                if (searched) f.config.train.rule = SB_RATE_LEMMA_4_6;
                const sb_sweep_cost cost = cost_of(&f.config);
                for (int i = 0; i < SB_COST_STAGES; i++) {
                    CHECK(cost.stage[i].share >= 0.0 && cost.stage[i].times >= 1);
                    sum += cost.stage[i].share;
                }
                CHECK_CLOSE(sum, 1.0, 1e-14);
                CHECK(cost.seconds > 0.0 && isfinite(cost.seconds));
            }
}

static void grows(void)
{
    sb_fixture f;
    sb_fixture_fill(&f, 2, 3, SB_MODEL_MLP, SB_GRID_LOG_SNR);
    f.config.measure.kl = SB_KL_GRID | SB_KL_CHAIN | SB_KL_IMPORTANCE | SB_KL_KNN | SB_KL_DV;
    f.config.measure.particles = 2;
    f.config.measure.kl_samples = 400;
    int *const counts[] = {&f.config.train.rounds,       &f.config.train.local_steps,
                           &f.config.train.batch,        &f.config.measure.replicas,
                           &f.config.measure.samples,    &f.config.measure.chain_samples,
                           &f.config.measure.kl_samples, &f.config.measure.hessian_iterations,
                           &f.config.model.width};
    const double base = cost_of(&f.config).seconds;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        const int kept = *counts[i];
        *counts[i] = kept + 3;
        CHECK(cost_of(&f.config).seconds > base);
        *counts[i] = kept;
    }
    f.config.train.rule = SB_RATE_LEMMA_4_6;
    CHECK(cost_of(&f.config).seconds > base);
}

/* The time of a U-Net is that of its convolutions, which go over all pixels: four times as many cost four times as much, though there are
 * no more parameters. */
static void pixels(void)
{
    double cost[2];
    for (int i = 0; i < 2; i++) {
        sb_config config = {0};
        char text[400];
        snprintf(
            text, sizeof text,
            "data: {kind: glyphs, images: {side: %d}, glyphs: {templates: 2, rank: 1}}\nmodel: {kind: unet, width: 16, depth: 2}\n"
            "diffusion: {K: 4}\ntrain: {rounds: 50, learning_rate: 0.01}\nmeasure: {kl: [chain]}\n",
            i ? 16 : 8);
        if (!CHECK_OK(&ctx, sb_config_parse(&ctx, "images", text, strlen(text), 0, NULL, &config))) return;
        cost[i] = cost_of(&config).seconds;
        sb_config_free(&config);
    }
    CHECK(3.5 * cost[0] < cost[1] && cost[1] < 4.5 * cost[0]);
}

/* A run that goes through all of its stages completes its part before the part's end: no stage is misspelt or missing. */
static void stages_are_those_of_a_run(void)
{
    static const sb_model_name models[] = {SB_MODEL_AFFINE, SB_MODEL_MLP};
    for (int m = 0; m < 2; m++) {
        sb_fixture f;
        sb_system system = {0};
        sb_training training = {0};
        sb_measured measured = {0};
        sb_context own;
        FILE *nowhere = fopen("/dev/null", "w");
        sb_fixture_fill(&f, 1, 3, models[m], SB_GRID_LOG_SNR);
        f.config.measure.kl = SB_KL_GRID | SB_KL_CHAIN | SB_KL_KNN;
        f.config.measure.kl_samples = 600;
        sb_context_init(&own, 1);
        sb_progress *whole = sb_progress_on(nowhere);
        if (CHECK_OK(&ctx, sb_system_create(&ctx, &f.config, &system))) {
            const sb_sweep_cost cost = sb_sweep_cost_of(&system);
            own.progress = sb_progress_part(whole, 1.0, SB_COST_STAGES, cost.stage);
            CHECK_OK(&own, sb_training_create(&own, &system, 2, 0.02, &training));
            CHECK_OK(&own, sb_training_run(&own, &system, &training, training.rounds, NULL, NULL));
            CHECK_CLOSE(sb_progress_share(own.progress), cost.stage[0].share, 1e-12);
            CHECK_OK(&own, sb_measure(&own, &system, &training, &measured));
            CHECK_CLOSE(sb_progress_share(own.progress), 1.0, 1e-12);
            sb_progress_part_end(own.progress);
        }
        sb_progress_free(whole);
        fclose(nowhere);
        sb_measured_free(&measured);
        sb_training_free(&training);
        sb_system_free(&system);
    }
}

int main(void)
{
    static const sb_test tests[] = {
        {"shares add up", shares_add_up},
        {"grows", grows},
        {"pixels", pixels},
        {"stages are those of a run", stages_are_those_of_a_run},
    };
    sb_context_init(&ctx, 1);
    return sb_test_main("sweep cost", tests, sizeof tests / sizeof *tests);
}
