/* Training in single precision: against double precision, on any number of threads, in pieces; how it diverges. Width pruning's
 * narrow networks against the whole network under the same masks. */
#include "training_run.h"

#include "train/masks.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static sb_context context;

static const struct {
    sb_model_name model;
    sb_pruning_kind kind;
    int sparse;
    sb_uncovered uncovered;
} setting[] = {
    {SB_MODEL_MLP, SB_PRUNING_NONE, 0, SB_UNCOVERED_KEEP},       {SB_MODEL_MLP, SB_PRUNING_RANDOM, 0, SB_UNCOVERED_KEEP},
    {SB_MODEL_MLP, SB_PRUNING_TOP_K, 0, SB_UNCOVERED_KEEP},      {SB_MODEL_MLP, SB_PRUNING_WIDTH, 0, SB_UNCOVERED_KEEP},
    {SB_MODEL_MLP, SB_PRUNING_SPLIT, 0, SB_UNCOVERED_KEEP},      {SB_MODEL_MLP, SB_PRUNING_RANDOM, 1, SB_UNCOVERED_ZERO},
    {SB_MODEL_MLP, SB_PRUNING_RANDOM, 1, SB_UNCOVERED_KEEP},     {SB_MODEL_MLP, SB_PRUNING_WIDTH, 1, SB_UNCOVERED_ZERO},
    {SB_MODEL_AFFINE, SB_PRUNING_NONE, 0, SB_UNCOVERED_KEEP},    {SB_MODEL_AFFINE, SB_PRUNING_RANDOM, 0, SB_UNCOVERED_KEEP},
    {SB_MODEL_AFFINE, SB_PRUNING_TOP_K, 0, SB_UNCOVERED_KEEP},   {SB_MODEL_AFFINE, SB_PRUNING_RANDOM, 1, SB_UNCOVERED_ZERO},
    {SB_MODEL_AFFINE, SB_PRUNING_TOP_K, 1, SB_UNCOVERED_KEEP},   {SB_MODEL_FOURIER, SB_PRUNING_NONE, 0, SB_UNCOVERED_KEEP},
    {SB_MODEL_FOURIER, SB_PRUNING_RANDOM, 0, SB_UNCOVERED_KEEP}, {SB_MODEL_FOURIER, SB_PRUNING_TOP_K, 0, SB_UNCOVERED_KEEP},
    {SB_MODEL_FOURIER, SB_PRUNING_WIDTH, 0, SB_UNCOVERED_KEEP},  {SB_MODEL_FOURIER, SB_PRUNING_SPLIT, 0, SB_UNCOVERED_KEEP},
    {SB_MODEL_FOURIER, SB_PRUNING_WIDTH, 1, SB_UNCOVERED_ZERO},
};

enum { SETTINGS = sizeof setting / sizeof *setting };

static void fill(int i, sb_precision precision, sb_fixture *fixture)
{
    if (setting[i].sparse) training_fixture_sparse(fixture, setting[i].model, setting[i].kind, setting[i].uncovered);
    else training_fixture(fixture, setting[i].model, setting[i].kind);
    fixture->config.train.precision = precision;
}

/* Each of the R*S steps rounds a coordinate of theta once, and its change a hundred times on the way through sums of about as many
 * terms: 2^-24 (|theta| + 100 |change|) in each, where |theta| < 3 and the changes of all steps together are below 1. */
static double tolerance(const sb_fixture *fixture)
{
    const sb_config *config = &fixture->config;
    return 0x1p-24 * (3.0 * config->train.rounds * config->train.local_steps + 100.0);
}

static void test_against_double(void)
{
    for (int i = 0; i < SETTINGS; i++) {
        sb_fixture fixture;
        training_run narrow, wide;
        fill(i, SB_PRECISION_DOUBLE, &fixture);
        if (!training_run_whole(&context, &fixture, &wide)) return;
        fill(i, SB_PRECISION_FLOAT, &fixture);
        if (!training_run_whole(&context, &fixture, &narrow)) return;
        const double away = training_run_compare(&narrow, &wide, tolerance(&fixture));
        CHECK(away > 1e-9); /* it was float indeed */
        CHECK(wide.moved[fixture.config.train.rounds - 1][0] > 100.0 * tolerance(&fixture));
        CHECK((wide.training.uncovered[0] > 0.0) == setting[i].sparse);
        training_run_finish(&narrow);
        training_run_finish(&wide);
    }
}

static void test_threads_and_pieces(void)
{
    sb_context *ctx = &context;
    for (int i = 0; i < SETTINGS; i++) {
        sb_fixture fixture;
        training_run one, more;
        fill(i, SB_PRECISION_FLOAT, &fixture);
        ctx->threads = 1;
        if (!training_run_whole(ctx, &fixture, &one)) return;
        for (ctx->threads = 2; ctx->threads < 4; ctx->threads++) {
            if (!training_run_start(ctx, &fixture, &more)) return;
            for (int until = 1; until < 7; until += 2) CHECK_OK(ctx, training_run_on(ctx, &more, until));
            CHECK(more.training.done == 5 && !training_run_same(&one, &more));
            CHECK_OK(ctx, training_run_on(ctx, &more, INT_MAX));
            CHECK(training_run_same(&one, &more));
            training_run_finish(&more);
        }
        ctx->threads = 2;
        training_run_finish(&one);
    }
}

/* Adam starts a worker's moments anew in each round: threads, pieces, precision and narrow networks change as little as with plain steps.
 * Against double precision a coordinate whose gradient is all rounding may go either way, by at most eta in each step. */
static void test_adam(void)
{
    sb_context *ctx = &context;
    for (sb_pruning_kind kind = SB_PRUNING_NONE; kind <= SB_PRUNING_SPLIT; kind++) {
        sb_fixture fixture;
        training_run wide, one, more;
        training_fixture(&fixture, SB_MODEL_MLP, kind);
        fixture.config.train.optimiser = SB_OPTIMISER_ADAM;
        if (!training_run_whole(ctx, &fixture, &wide)) return;
        fixture.config.train.precision = SB_PRECISION_FLOAT;
        ctx->threads = 1;
        if (!training_run_whole(ctx, &fixture, &one)) return;
        ctx->threads = 3;
        if (!training_run_start(ctx, &fixture, &more)) return;
        for (int until = 1; until <= 7; until += 2) CHECK_OK(ctx, training_run_on(ctx, &more, until));
        ctx->threads = 2;
        CHECK(training_run_same(&one, &more));
        const double away = training_run_compare(&one, &wide, 1e-2 * fixture.config.train.learning_rate);
        CHECK(away > 1e-9 && wide.moved[5][0] > fixture.config.train.learning_rate);
        training_run_finish(&wide);
        training_run_finish(&one);
        training_run_finish(&more);
    }
}

/* From a checkpoint: theta_r is saved in double whatever the workers compute in. */
static void resume(sb_optimiser optimiser)
{
    static const char path[] = "test_float_training.tmp.safetensors", identity[] = "float";
    sb_context *ctx = &context;
    sb_fixture fixture;
    training_run whole, half;
    sb_training loaded;
    fill(1, SB_PRECISION_FLOAT, &fixture);
    fixture.config.train.optimiser = optimiser;
    if (!training_run_whole(ctx, &fixture, &whole) || !training_run_start(ctx, &fixture, &half)) return;
    CHECK_OK(ctx, training_run_on(ctx, &half, 3));
    CHECK_OK(ctx, sb_training_save(ctx, &half.training, identity, path));
    if (!CHECK_OK(ctx, sb_training_load(ctx, &half.system, identity, path, &loaded))) return;
    CHECK_OK(ctx, sb_training_run(ctx, &half.system, &loaded, INT_MAX, NULL, NULL));
    CHECK(sb_fixture_same_training(&whole.training, &loaded));
    sb_training_free(&loaded);
    training_run_finish(&whole);
    training_run_finish(&half);
    unlink(path);
}

static void test_resume(void)
{
    resume(SB_OPTIMISER_SGD);
    resume(SB_OPTIMISER_ADAM);
}

/* Rates at which float overflows at once, or only exceeds the limit of a round's change; 1e60 is no float. */
static void test_divergence(void)
{
    static const double eta[] = {1e6, 1e30, 1e60, 1e308};
    sb_context *ctx = &context;
    for (int i = 0; i < SETTINGS; i++)
        for (size_t j = 0; j < sizeof eta / sizeof *eta; j++) {
            sb_fixture fixture;
            training_run x;
            fill(i, SB_PRECISION_FLOAT, &fixture);
            fixture.config.train.learning_rate = eta[j];
            if (!training_run_start(ctx, &fixture, &x)) return;
            CHECK_FAILS(ctx, training_run_on(ctx, &x, 6), SB_ERANGE, "training diverged: in round 0 worker ");
            CHECK(x.training.done == 0 && x.reported == 0);
            for (int p = 0; p < x.training.replicas; p++)
                CHECK(memcmp(x.training.theta + (size_t)p * x.training.D, x.training.theta0, x.training.D * sizeof(double)) == 0);
            training_run_finish(&x);
        }
}

/* The message names round, worker and replica. */
static void test_slow_divergence(void)
{
    sb_context *ctx = &context;
    sb_fixture fixture;
    training_run x;
    char says[64];
    sb_fixture_fill(&fixture, 1, 1, SB_MODEL_AFFINE, SB_GRID_KAPPA);
    fixture.config.train.precision = SB_PRECISION_FLOAT;
    fixture.config.train.rounds = 40;
    fixture.config.train.learning_rate = 8.0;
    fixture.config.measure.replicas = 1;
    if (!training_run_start(ctx, &fixture, &x)) return;
    const sb_status st = sb_training_run(ctx, &x.system, &x.training, 40, NULL, NULL);
    CHECK(x.training.done > 0 && x.training.done < 40);
    snprintf(says, sizeof says, "in round %d worker 0 of replica 0", x.training.done);
    CHECK_FAILS(ctx, st, SB_ERANGE, says);
    for (size_t i = 0; i < x.training.D; i++) CHECK(isfinite(x.training.theta[i]));
    training_run_finish(&x);
}

/* The exact score has no parameters and no passes in float: its loss is that of double. */
static void test_no_parameters(void)
{
    sb_fixture fixture;
    training_run narrow, wide;
    training_fixture(&fixture, SB_MODEL_EXACT, SB_PRUNING_NONE);
    if (!training_run_whole(&context, &fixture, &wide)) return;
    fixture.config.train.precision = SB_PRECISION_FLOAT;
    if (!training_run_whole(&context, &fixture, &narrow)) return;
    CHECK(narrow.training.D == 0 && narrow.loss[5][1] > 0.0 && training_run_same(&narrow, &wide));
    training_run_finish(&narrow);
    training_run_finish(&wide);
}

/* Masks (rows,columns) as a .npy file. */
static void write_masks(const char *path, size_t rows, size_t columns, const unsigned char *mask)
{
    char header[100];
    FILE *f = fopen(path, "wb");
    snprintf(header, sizeof header, "{'descr': '|u1', 'fortran_order': False, 'shape': (%zu, %zu), }", rows, columns);
    fwrite("\x93NUMPY\1\0\x76\0", 1, 10, f);
    fprintf(f, "%-117s\n", header);
    fwrite(mask, 1, rows * columns, f);
    fclose(f);
}

/* The masks of round r, by which the narrow networks were chosen. */
static int width_masks(const training_run *narrow, int p, int r, unsigned char *mask)
{
    const sb_training *t = &narrow->training;
    sb_masks masks;
    unsigned char lane[64];
    if (!CHECK_OK(&context, sb_masks_create(&context, narrow->system.config, narrow->system.model, &masks))) return 0;
    CHECK(masks.lanes > 0 && masks.lanes <= 64);
    for (int n = 0; n < masks.N; n++) sb_mask_fill(&masks, NULL, p, r, n, t->theta, mask + (size_t)n * t->D, lane);
    sb_masks_free(&masks);
    return 1;
}

/* Narrow networks against the whole network with masks from a file, which is written anew for each round. */
static void test_narrow(void)
{
    enum { N = 5, MOST = 4000 };
    static char path[] = "test_float_training.tmp.npy";
    static unsigned char mask[N * MOST];
    sb_context *ctx = &context;
    for (sb_precision precision = SB_PRECISION_DOUBLE; precision <= SB_PRECISION_FLOAT; precision++)
        for (int width = 1; width < 20; width += 6) {
            sb_fixture fixture, dense;
            training_run narrow, whole;
            training_fixture(&fixture, SB_MODEL_MLP, SB_PRUNING_WIDTH);
            fixture.config.train.precision = precision;
            fixture.config.model.width = width;
            fixture.config.measure.replicas = 1;
            if (!training_run_start(ctx, &fixture, &narrow)) return;
            training_fixture(&dense, SB_MODEL_MLP, SB_PRUNING_NONE);
            dense.config.train.precision = precision;
            dense.config.model.width = width;
            dense.config.measure.replicas = 1;
            dense.config.pruning.kind = SB_PRUNING_FILE;
            dense.config.pruning.file = path;
            if (!training_run_start(ctx, &dense, &whole)) return;
            CHECK(narrow.training.D <= MOST);
            for (int r = 0; r < fixture.config.train.rounds; r++) {
                if (!width_masks(&narrow, 0, r, mask)) return;
                write_masks(path, N, narrow.training.D, mask);
                CHECK_OK(ctx, training_run_on(ctx, &narrow, r + 1));
                CHECK_OK(ctx, training_run_on(ctx, &whole, r + 1));
            }
            training_run_compare(&narrow, &whole, precision == SB_PRECISION_FLOAT ? tolerance(&fixture) : 1e-12);
            CHECK(narrow.moved[5][0] > 0.01);
            training_run_finish(&narrow);
            training_run_finish(&whole);
        }
    unlink(path);
}

int main(void)
{
    static const sb_test tests[] = {
        {"float against double", test_against_double},
        {"the same bits on any threads, in any pieces", test_threads_and_pieces},
        {"the same bits from a checkpoint", test_resume},
        {"Adam", test_adam},
        {"divergence at once", test_divergence},
        {"divergence after some rounds", test_slow_divergence},
        {"D = 0", test_no_parameters},
        {"narrow networks against masks", test_narrow},
    };
    sb_context_init(&context, 2);
    return sb_test_main("float training", tests, sizeof tests / sizeof *tests);
}
