/* A program that is built without CUDA says so where a configuration asks for a GPU, and does on the CPU what needs none. Linked with
 * kernels/cuda/nocuda.c whatever the package is configured for. */
#include "training_run.h"

#include "measure/generated_sample.h"
#include "measure/scratch.h"

static sb_context context;

static const char says[] = "device: error: no GPU to work on: this program was built without CUDA";

static void test_training(void)
{
    sb_context *ctx = &context;
    sb_fixture fixture;
    training_run x;
    training_fixture(&fixture, SB_MODEL_AFFINE, SB_PRUNING_RANDOM);
    fixture.config.device = "cuda";
    if (!training_run_start(ctx, &fixture, &x)) return;
    CHECK_FAILS(ctx, training_run_on(ctx, &x, 6), SB_EUSER, says);
    CHECK(x.training.done == 0 && x.reported == 0);
    training_run_finish(&x);
}

static void test_measuring(void)
{
    sb_context *ctx = &context;
    sb_fixture fixture;
    training_run x;
    sb_scores scores;
    sb_scratch scratch;
    double y[4];
    training_fixture(&fixture, SB_MODEL_MLP, SB_PRUNING_NONE);
    fixture.config.device = "cuda";
    if (!training_run_start(ctx, &fixture, &x)) return;
    CHECK_FAILS(ctx, sb_scores_create(ctx, &x.system, 4, &scores), SB_EUSER, says);
    CHECK_FAILS(ctx, sb_scratch_create(ctx, &x.system, 4, &scratch), SB_EUSER, says);
    CHECK_FAILS(ctx, sb_generated_sample(ctx, &x.system, x.training.theta, 2, 0, y), SB_EUSER, says);
    CHECK(scores.ws == NULL && scratch.at == NULL);
    training_run_finish(&x);
}

/* Without parameters there is nothing that a GPU would do. */
static void test_exact(void)
{
    sb_context *ctx = &context;
    sb_fixture fixture;
    training_run x;
    double y[4] = {NAN, NAN, NAN, NAN};
    training_fixture(&fixture, SB_MODEL_EXACT, SB_PRUNING_NONE);
    fixture.config.device = "cuda";
    if (!training_run_whole(ctx, &fixture, &x)) return;
    CHECK_OK(ctx, sb_generated_sample(ctx, &x.system, x.training.theta, 2, 0, y));
    for (int i = 0; i < 4; i++) CHECK(isfinite(y[i]));
    training_run_finish(&x);
}

int main(void)
{
    static const sb_test tests[] = {
        {"training", test_training},
        {"measuring", test_measuring},
        {"the exact score", test_exact},
    };
    sb_context_init(&context, 2);
    return sb_test_main("no CUDA", tests, sizeof tests / sizeof *tests);
}
