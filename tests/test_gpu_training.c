/* Whole training runs on the GPU, emulated: against the CPU's, in teams of any size, in pieces; what happens without memory and
 * without a GPU. */
#include "emulated.h"
#include "training_run.h"

#include "kernels/tests/emulator/emulator.h"

#include <limits.h>

static sb_context context;

/* The emulator is slow: three rounds of two steps. Two of them replay what the first has recorded. */
static void fill(sb_fixture *fixture, sb_model_name model, sb_pruning_kind kind)
{
    training_fixture(fixture, model, kind);
    fixture->config.train.rounds = 3;
    fixture->config.train.local_steps = 2;
}

/* Both devices sum in other orders: a hundred roundings of each step's change, some of theta, all below 3; and a round's change may
 * then come to lie on another multiple of the quantum, which is below 2^-44 here. */
static double tolerance(const sb_fixture *fixture)
{
    const sb_config *config = &fixture->config;
    const double rounding = config->train.precision == SB_PRECISION_FLOAT ? 0x1p-24 : 0x1p-53;
    return rounding * (3.0 * config->train.rounds * config->train.local_steps + 100.0) + 0x1p-44 * config->train.rounds;
}

/* The fixture's run on both devices; leaves the GPU's in *gpu. */
static int both(sb_fixture *fixture, training_run *gpu)
{
    training_run cpu;
    fixture->config.device = "cpu";
    if (!training_run_whole(&context, fixture, &cpu)) return 0;
    fixture->config.device = "cuda";
    if (!training_run_whole(&context, fixture, gpu)) return 0;
    training_run_compare(gpu, &cpu, tolerance(fixture));
    CHECK(cpu.moved[fixture->config.train.rounds - 1][0] > 100.0 * tolerance(fixture));
    training_run_finish(&cpu);
    CHECK(sb_emulator_allocated() == 0);
    return 1;
}

static void compare(sb_fixture *fixture, sb_precision precision)
{
    training_run gpu;
    fixture->config.train.precision = precision;
    if (both(fixture, &gpu)) training_run_finish(&gpu);
}

static void test_models(sb_precision precision)
{
    static const sb_model_name model[] = {SB_MODEL_MLP, SB_MODEL_AFFINE, SB_MODEL_FOURIER};
    for (size_t m = 0; m < sizeof model / sizeof *model; m++)
        for (sb_pruning_kind kind = SB_PRUNING_NONE; kind <= SB_PRUNING_SPLIT; kind++) {
            sb_fixture fixture;
            if (model[m] == SB_MODEL_AFFINE && kind == SB_PRUNING_WIDTH) continue; /* has no neurons */
            fill(&fixture, model[m], kind);
            compare(&fixture, precision);
        }
}

/* Glyphs of 4x4 pixels in a U-Net, whose tiles are the whole batch there. */
static void test_unet(void)
{
    static const sb_pruning_kind kind[] = {SB_PRUNING_NONE, SB_PRUNING_TOP_K};
    for (int i = 0; i < 2; i++) {
        sb_fixture fixture;
        fill(&fixture, SB_MODEL_UNET, kind[i]);
        fixture.config.data.kind = SB_DATA_GLYPHS;
        fixture.config.data.side = 4;
        fixture.config.data.channels = 1;
        fixture.config.data.templates = 3;
        fixture.config.data.rank = 1;
        fixture.config.data.glyph_deviation = 0.2385;
        fixture.config.model.width = 3;
        fixture.config.model.blocks = 1;
        fixture.config.model.attention = 1;
        compare(&fixture, i ? SB_PRECISION_DOUBLE : SB_PRECISION_FLOAT);
    }
}

static void test_double(void)
{
    test_models(SB_PRECISION_DOUBLE);
}

static void test_float(void)
{
    test_models(SB_PRECISION_FLOAT);
}

/* Adam divides by sqrt(s), so that a rounding counts as much as the gradient is small: a thousandth of the steps' own size is allowed in
 * single, a millionth in double precision. */
static void test_adam(void)
{
    for (sb_precision precision = SB_PRECISION_DOUBLE; precision <= SB_PRECISION_FLOAT; precision++)
        for (sb_pruning_kind kind = SB_PRUNING_NONE; kind <= SB_PRUNING_WIDTH; kind++) {
            sb_fixture fixture;
            training_run cpu, gpu;
            fill(&fixture, SB_MODEL_MLP, kind);
            fixture.config.train.optimiser = SB_OPTIMISER_ADAM;
            fixture.config.train.precision = precision;
            if (!training_run_whole(&context, &fixture, &cpu)) return;
            fixture.config.device = "cuda";
            if (!training_run_whole(&context, &fixture, &gpu)) return;
            training_run_compare(&gpu, &cpu, fixture.config.train.learning_rate * (precision == SB_PRECISION_FLOAT ? 1e-3 : 1e-6));
            CHECK(cpu.moved[2][0] > fixture.config.train.learning_rate);
            training_run_finish(&cpu);
            training_run_finish(&gpu);
            CHECK(sb_emulator_allocated() == 0);
        }
}

static void test_uncovered(void)
{
    static const sb_model_name model[] = {SB_MODEL_FOURIER, SB_MODEL_AFFINE};
    for (sb_uncovered uncovered = SB_UNCOVERED_KEEP; uncovered <= SB_UNCOVERED_ZERO; uncovered++)
        for (size_t m = 0; m < sizeof model / sizeof *model; m++)
            for (sb_pruning_kind kind = SB_PRUNING_RANDOM; kind <= SB_PRUNING_TOP_K; kind++) {
                sb_fixture fixture;
                training_run gpu;
                training_fixture_sparse(&fixture, model[m], kind, uncovered);
                fixture.config.train.rounds = 3;
                if (!both(&fixture, &gpu)) return;
                CHECK(gpu.training.least[0] == 0 && gpu.training.uncovered[0] > 0.0);
                training_run_finish(&gpu);
            }
}

static void test_uncovered_abort(void)
{
    sb_fixture fixture;
    training_run gpu;
    training_fixture_sparse(&fixture, SB_MODEL_AFFINE, SB_PRUNING_TOP_K, SB_UNCOVERED_ABORT);
    fixture.config.device = "cuda";
    if (!training_run_start(&context, &fixture, &gpu)) return;
    CHECK_FAILS(&context, training_run_on(&context, &gpu, 6), SB_EUSER, "in round 0 no worker kept");
    CHECK(sb_emulator_allocated() == 0);
    training_run_finish(&gpu);
}

/* Laws: one for all, in one dimension and in three along the axes; batches of one sample and of more than a vector. */
static void test_laws(void)
{
    static const int batch[] = {1, 19};
    static const double mean[] = {0.7, -0.4, 1.1}, variance[] = {0.2, 0.9, 0.4};
    for (size_t i = 0; i < sizeof batch / sizeof *batch; i++) {
        sb_fixture fixture;
        fill(&fixture, SB_MODEL_MLP, SB_PRUNING_RANDOM);
        fixture.config.train.batch = batch[i];
        fixture.config.data.partition = SB_PARTITION_IID;
        compare(&fixture, SB_PRECISION_DOUBLE);
        sb_fixture_fill(&fixture, 1, 5, SB_MODEL_MLP, SB_GRID_LOG_SNR);
        fixture.config.train.rounds = 3;
        fixture.config.train.batch = batch[i];
        compare(&fixture, SB_PRECISION_FLOAT);
        fill(&fixture, SB_MODEL_FOURIER, SB_PRUNING_TOP_K);
        fixture.config.train.batch = batch[i];
        sb_component axes = {
            .weight = 1.0, .mean = (double *)mean, .kind = SB_COVARIANCE_DIAGONAL, .covariance = (double *)variance};
        fixture.config.data.dimension = 3;
        fixture.config.data.component_count = 1;
        fixture.config.data.components = &axes;
        fixture.config.data.partition = SB_PARTITION_IID;
        fixture.config.data.weights = NULL;
        compare(&fixture, SB_PRECISION_DOUBLE);
    }
}

/* Odd sizes: one replica and one worker (a team of one), no hidden layer but the first, one neuron, one step, a diagonal affine map. */
static void test_sizes(void)
{
    sb_fixture fixture;
    sb_fixture_fill(&fixture, 2, 1, SB_MODEL_MLP, SB_GRID_UNIFORM);
    fixture.config.train.rounds = 3;
    fixture.config.measure.replicas = 1;
    fixture.config.train.local_steps = 1;
    compare(&fixture, SB_PRECISION_DOUBLE);
    fixture.config.measure.replicas = 3;
    fixture.config.model.depth = 1;
    fixture.config.model.width = 1;
    compare(&fixture, SB_PRECISION_DOUBLE);
    fixture.config.model.depth = 3;
    fixture.config.model.width = 17;
    compare(&fixture, SB_PRECISION_FLOAT);
    fill(&fixture, SB_MODEL_AFFINE, SB_PRUNING_RANDOM);
    fixture.config.model.form = SB_AFFINE_DIAGONAL;
    compare(&fixture, SB_PRECISION_DOUBLE);
}

/* Neighbours of the same number of lanes go together: teams of 3, 1, 4, 1 and 1. Then more numbers of lanes than recordings are kept:
 * some are forgotten and made again. */
static void test_widths(void)
{
    static const double alike[] = {0.6, 0.6, 0.6, 0.2, 0.6};
    static const double keep[] = {0.08, 0.17, 0.25, 0.33, 0.42, 0.5, 0.58, 0.67, 0.75, 0.83, 0.92, 1.0};
    for (sb_precision precision = SB_PRECISION_DOUBLE; precision <= SB_PRECISION_FLOAT; precision++) {
        sb_fixture fixture;
        fill(&fixture, SB_MODEL_MLP, SB_PRUNING_NONE);
        fixture.config.data.workers = 12;
        fixture.config.model.width = 12;
        fixture.config.data.partition = SB_PARTITION_IID;
        fixture.config.data.weights = NULL;
        fixture.config.measure.replicas = 1;
        sb_fixture_prune(&fixture, SB_PRUNING_WIDTH, 12, keep);
        compare(&fixture, precision);
        fill(&fixture, SB_MODEL_MLP, SB_PRUNING_NONE);
        sb_fixture_prune(&fixture, SB_PRUNING_WIDTH, 5, alike);
        compare(&fixture, precision);
    }
}

static void test_pieces(void)
{
    sb_context *ctx = &context;
    for (sb_pruning_kind kind = SB_PRUNING_NONE; kind <= SB_PRUNING_WIDTH; kind++) {
        sb_fixture fixture;
        training_run whole, pieces;
        fill(&fixture, SB_MODEL_MLP, kind);
        fixture.config.device = "cuda";
        if (!training_run_whole(ctx, &fixture, &whole) || !training_run_start(ctx, &fixture, &pieces)) return;
        CHECK_OK(ctx, training_run_on(ctx, &pieces, 1));
        CHECK_OK(ctx, training_run_on(ctx, &pieces, 2));
        CHECK(pieces.training.done == 2 && !training_run_same(&whole, &pieces));
        CHECK_OK(ctx, training_run_on(ctx, &pieces, INT_MAX));
        CHECK(training_run_same(&whole, &pieces));
        training_run_finish(&whole);
        training_run_finish(&pieces);
    }
}

/* Threads of a block in the other order and work done at once: without races between them nothing changes. */
static void test_order(void)
{
    static const sb_model_name model[] = {SB_MODEL_MLP, SB_MODEL_FOURIER};
    for (int i = 0; i < 2; i++) {
        sb_fixture fixture;
        training_run forward, backward;
        fill(&fixture, model[i], SB_PRUNING_WIDTH);
        fixture.config.device = "cuda";
        fixture.config.train.precision = i ? SB_PRECISION_FLOAT : SB_PRECISION_DOUBLE;
        if (!training_run_whole(&context, &fixture, &forward)) return;
        sb_emulator_backward(1);
        sb_emulator_late(0);
        const int ran = training_run_whole(&context, &fixture, &backward);
        sb_emulator_backward(0);
        sb_emulator_late(1);
        CHECK(ran && training_run_same(&forward, &backward));
        training_run_finish(&forward);
        training_run_finish(&backward);
    }
}

typedef struct {
    volatile sig_atomic_t stop;
    size_t most; /* bytes on the device */
} watcher;

static sb_status watch(sb_context *ctx, void *user, const sb_training *training, const sb_round_report *report)
{
    watcher *w = user;
    (void)ctx, (void)training;
    w->most = sb_emulator_allocated();
    w->stop = report->round == 1;
    return SB_OK;
}

static void test_stop(void)
{
    sb_context *ctx = &context;
    sb_fixture fixture;
    training_run whole, stopped;
    watcher w = {0};
    fill(&fixture, SB_MODEL_AFFINE, SB_PRUNING_RANDOM);
    fixture.config.device = "cuda";
    if (!training_run_whole(ctx, &fixture, &whole) || !training_run_start(ctx, &fixture, &stopped)) return;
    ctx->stop = &w.stop;
    CHECK_FAILS(ctx, sb_training_run(ctx, &stopped.system, &stopped.training, 6, watch, &w), SB_EINTR, "stopped after 2 of 3");
    CHECK(stopped.training.done == 2 && sb_emulator_allocated() == 0);
    ctx->stop = NULL;
    CHECK_OK(ctx, sb_training_run(ctx, &stopped.system, &stopped.training, 6, NULL, NULL));
    CHECK(sb_fixture_same_training(&whole.training, &stopped.training));
    training_run_finish(&whole);
    training_run_finish(&stopped);
}

static void test_divergence(void)
{
    static const double eta[] = {1e6, 1e200};
    sb_context *ctx = &context;
    for (size_t i = 0; i < sizeof eta / sizeof *eta; i++)
        for (sb_precision precision = SB_PRECISION_DOUBLE; precision <= SB_PRECISION_FLOAT; precision++) {
            sb_fixture fixture;
            training_run x;
            fill(&fixture, SB_MODEL_MLP, SB_PRUNING_RANDOM);
            fixture.config.device = "cuda";
            fixture.config.train.precision = precision;
            fixture.config.train.learning_rate = eta[i];
            if (!training_run_start(ctx, &fixture, &x)) return;
            CHECK_FAILS(ctx, training_run_on(ctx, &x, 6), SB_ERANGE, "training diverged: in round 0 worker 0 of replica 0");
            CHECK(x.training.done == 0 && sb_emulator_allocated() == 0);
            training_run_finish(&x);
        }
}

/* With less and less memory teams become smaller, down to one worker, and what comes out stays the same; then there is no room
 * even for that. */
static void test_memory(void)
{
    sb_context *ctx = &context;
    const size_t queue = emulated_queue(), plenty = (size_t)8 << 30;
    sb_fixture fixture;
    training_run whole, x;
    watcher w = {0};
    int fitted = 0;
    size_t all, last = SIZE_MAX;
    fill(&fixture, SB_MODEL_MLP, SB_PRUNING_RANDOM);
    fixture.config.train.batch = 40;
    fixture.config.device = "cuda";
    if (!training_run_whole(ctx, &fixture, &whole)) return;
    if (!training_run_start(ctx, &fixture, &x)) return;
    CHECK_OK(ctx, sb_training_run(ctx, &x.system, &x.training, 1, watch, &w));
    training_run_finish(&x);
    all = w.most - queue;
    for (size_t left = all;; left -= all / 16) {
        if (!training_run_start(ctx, &fixture, &x)) break;
        sb_emulator_memory(queue + left);
        const sb_status st = sb_training_run(ctx, &x.system, &x.training, 6, watch, &w);
        sb_emulator_memory(plenty);
        if (st != SB_OK) {
            CHECK_FAILS(ctx, st, SB_ENOMEM, "(cuda)");
            CHECK(x.training.done == 0 && sb_emulator_allocated() == 0);
            training_run_finish(&x);
            break;
        }
        CHECK(w.most <= queue + left + 4096 && sb_emulator_allocated() == 0); /* pinned memory of the host is not limited */
        CHECK(sb_fixture_same_training(&whole.training, &x.training));
        if (w.most < last) fitted++;
        last = w.most;
        training_run_finish(&x);
        if (left <= all / 16) break;
    }
    CHECK(fitted == 4); /* 10 workers side by side, 5, 2 and 1 */
    training_run_finish(&whole);
}

static void test_no_gpu(void)
{
    sb_context *ctx = &context;
    sb_fixture fixture;
    training_run x;
    fill(&fixture, SB_MODEL_AFFINE, SB_PRUNING_NONE);
    fixture.config.device = "cuda";
    sb_emulator_devices(0);
    for (sb_precision precision = SB_PRECISION_DOUBLE; precision <= SB_PRECISION_FLOAT; precision++) {
        fixture.config.train.precision = precision;
        if (!training_run_start(ctx, &fixture, &x)) return;
        CHECK_FAILS(ctx, training_run_on(ctx, &x, 6), SB_EUSER, "device: error: no GPU to work on: no CUDA device");
        CHECK(x.training.done == 0);
        training_run_finish(&x);
    }
    fill(&fixture, SB_MODEL_EXACT, SB_PRUNING_NONE); /* has nothing to do there */
    fixture.config.device = "cuda";
    if (training_run_whole(ctx, &fixture, &x)) training_run_finish(&x);
    sb_emulator_devices(1);
}

int main(void)
{
    static const sb_test tests[] = {
        {"every model and pruning against the CPU", test_double},
        {"the same in single precision", test_float},
        {"a U-Net", test_unet},
        {"Adam", test_adam},
        {"uncovered: keep and zero", test_uncovered},
        {"uncovered: abort", test_uncovered_abort},
        {"laws and batches", test_laws},
        {"sizes", test_sizes},
        {"teams of changing size, more widths than recordings", test_widths},
        {"the same bits in pieces", test_pieces},
        {"the same bits in any order of threads", test_order},
        {"stopping and going on", test_stop},
        {"divergence", test_divergence},
        {"teams where memory is short", test_memory},
        {"no GPU", test_no_gpu},
    };
    sb_context_init(&context, 2);
    return sb_test_main("training on the GPU", tests, sizeof tests / sizeof *tests);
}
