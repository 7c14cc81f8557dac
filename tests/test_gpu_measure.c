/* Measurements on the GPU, emulated, against the CPU's: gradients, curvature, chain, losses, generated samples; the verdicts of a
 * whole ledger; what happens without a GPU. */
#include "emulated.h"
#include "fixture.h"
#include "harness.h"

#include "kernels/tests/emulator/emulator.h"
#include "ledger/ledger.h"
#include "measure/chain.h"
#include "measure/generated_sample.h"
#include "measure/gradients.h"
#include "measure/initial_loss.h"
#include "measure/lipschitz.h"

#include <stdlib.h>
#include <string.h>

static sb_context context;

/* Both devices sum some thousand terms in other orders. */
static const double tolerance = 1e-11;

static const sb_model_name model[] = {SB_MODEL_MLP, SB_MODEL_AFFINE, SB_MODEL_FOURIER};
enum { MODELS = 3, WORKERS = 3, BATCH = 5 }; /* the CPU goes in many batches through what the GPU takes at once */

/* A system on either device, with parameters in the middle of a training. */
typedef struct {
    sb_fixture fixture;
    sb_system system;
    sb_panel panel;
    sb_scratch scratch;
    double *theta;
} lab;

static void lab_fill(sb_model_name name, const char *device, lab *l)
{
    memset(l, 0, sizeof *l);
    sb_fixture_fill(&l->fixture, 2, WORKERS, name, SB_GRID_LOG_SNR);
    l->fixture.config.measure.samples = 77;
    l->fixture.config.measure.workers = WORKERS;
    l->fixture.config.device = (char *)device;
}

static int lab_open(lab *l)
{
    sb_context *ctx = &context;
    if (!CHECK_OK(ctx, sb_system_create(ctx, &l->fixture.config, &l->system)) ||
        !CHECK_OK(ctx, sb_panel_create(ctx, &l->system, &l->panel)) ||
        !CHECK_OK(ctx, sb_scratch_create(ctx, &l->system, BATCH, &l->scratch)))
        return 0;
    const size_t D = sb_model_parameters(l->system.model);
    l->theta = calloc(D + 1, sizeof *l->theta);
    for (size_t i = 0; i < D; i++) l->theta[i] = 0.2385 * sin(2.385 * (double)(i + 1));
    return 1;
}

static void lab_close(lab *l)
{
    free(l->theta);
    sb_scratch_free(&l->scratch);
    sb_panel_free(&l->panel);
    sb_system_free(&l->system);
}

/* The same laboratory on both devices. */
static int both(sb_model_name name, lab *cpu, lab *gpu)
{
    lab_fill(name, "cpu", cpu);
    lab_fill(name, "cuda", gpu);
    if (!lab_open(cpu) || !lab_open(gpu)) return 0;
    CHECK(sb_backend_is_host(cpu->scratch.at[0].scores.op) && !sb_backend_is_host(gpu->scratch.at[0].scores.op));
    return 1;
}

static void close_both(lab *cpu, lab *gpu)
{
    lab_close(cpu);
    lab_close(gpu);
    CHECK(sb_emulator_allocated() == 0);
}

static void same_number(sb_number a, sb_number b)
{
    CHECK_NEAR(a.value, b.value, tolerance);
    CHECK_NEAR(a.lo, b.lo, tolerance);
    CHECK_NEAR(a.hi, b.hi, tolerance);
    CHECK(a.status == b.status && a.samples == b.samples && a.confidence == b.confidence);
}

static void test_gradients(void)
{
    for (int m = 0; m < MODELS; m++) {
        lab cpu, gpu;
        sb_number of[2][WORKERS];
        sb_gradients a = {.sigma2_of = of[0]}, b = {.sigma2_of = of[1]};
        if (!both(model[m], &cpu, &gpu)) return;
        CHECK_OK(&context, sb_gradients_at(&context, &cpu.system, &cpu.panel, &cpu.scratch, cpu.theta, 1, 2, &a));
        CHECK_OK(&context, sb_gradients_at(&context, &gpu.system, &gpu.panel, &gpu.scratch, gpu.theta, 1, 2, &b));
        same_number(a.squared, b.squared);
        same_number(a.sigma1, b.sigma1);
        same_number(a.sigma2, b.sigma2);
        same_number(a.G, b.G);
        for (int i = 0; i < WORKERS; i++) same_number(of[0][i], of[1][i]);
        CHECK(a.sigma1.value > 0.1 && a.G.value > a.sigma1.value);
        close_both(&cpu, &gpu);
    }
}

static void test_curvature(void)
{
    for (int m = 0; m < MODELS; m++) {
        lab cpu, gpu;
        sb_number a, b;
        if (!both(model[m], &cpu, &gpu)) return;
        CHECK_OK(&context, sb_lipschitz_at(&context, &cpu.system, &cpu.panel, &cpu.scratch, cpu.theta, 1, 2, &a));
        CHECK_OK(&context, sb_lipschitz_at(&context, &gpu.system, &gpu.panel, &gpu.scratch, gpu.theta, 1, 2, &b));
        same_number(a, b);
        CHECK(a.value > 0.1);
        close_both(&cpu, &gpu);
    }
}

static void test_chain(void)
{
    for (int m = 0; m < MODELS; m++) {
        lab cpu, gpu;
        sb_chain a, b;
        sb_exact exact = {0};
        if (!both(model[m], &cpu, &gpu)) return;
        const sb_mixture q = sb_data_worker(&cpu.system.data, 1);
        CHECK_OK(&context, sb_exact_compute(&context, &q, &cpu.system.grid, 500, 0.95, 5, 0, &exact));
        CHECK_OK(&context, sb_chain_at(&context, &cpu.system, &cpu.scratch, &q, &exact, cpu.theta, 300, 1, 1, 2, &a));
        CHECK_OK(&context, sb_chain_at(&context, &gpu.system, &gpu.scratch, &q, &exact, gpu.theta, 300, 1, 1, 2, &b));
        same_number(a.F, b.F);
        same_number(a.score_loss, b.score_loss);
        same_number(a.path_kl, b.path_kl);
        same_number(a.chain_score, b.chain_score);
        same_number(a.chain, b.chain);
        same_number(a.chain_free, b.chain_free);
        sb_exact_free(&exact);
        close_both(&cpu, &gpu);
    }
}

static void test_losses(void)
{
    lab cpu, gpu;
    sb_number a, b;
    if (!both(SB_MODEL_MLP, &cpu, &gpu)) return;
    const sb_mixture q = sb_data_worker(&cpu.system.data, 2);
    CHECK_OK(&context, sb_loss_at(&context, &cpu.system, &q, cpu.theta, 300, &a));
    CHECK_OK(&context, sb_loss_at(&context, &gpu.system, &q, gpu.theta, 300, &b));
    same_number(a, b);
    CHECK(a.status == SB_SAMPLED);
    close_both(&cpu, &gpu);
}

/* Batches of the measurements' largest size, and one that is not a whole vector. */
static void test_scores(void)
{
    enum { MANY = 37 };
    for (int m = 0; m < MODELS; m++) {
        lab cpu, gpu;
        double y[2 * MANY], s[2][2 * MANY];
        int k[MANY];
        if (!both(model[m], &cpu, &gpu)) return;
        for (int i = 0; i < 2 * MANY; i++) y[i] = 2.385 * sin(i + 1.0);
        for (int i = 0; i < MANY; i++) k[i] = (5 * i) % cpu.system.grid.K;
        sb_scores scores[2];
        for (int i = 0; i < 2; i++) {
            const lab *l = i ? &gpu : &cpu;
            CHECK_OK(&context, sb_scores_create(&context, &l->system, MANY, &scores[i]));
            sb_scores_theta(&scores[i], l->theta);
            for (int count = 0; count <= MANY; count += MANY)
                CHECK_OK(&context, sb_scores_at(&context, &scores[i], count, y, k, s[i]));
            sb_scores_free(&scores[i]);
        }
        for (int i = 0; i < 2 * MANY; i++) CHECK_NEAR(s[0][i], s[1][i], tolerance);
        close_both(&cpu, &gpu);
    }
}

/* More points than go through the steps together. */
static void test_generated(void)
{
    enum { COUNT = 8192 + 13 };
    static double y[2][2 * COUNT];
    for (int m = 0; m < MODELS; m++) {
        lab cpu, gpu;
        if (!both(model[m], &cpu, &gpu)) return;
        CHECK_OK(&context, sb_generated_sample(&context, &cpu.system, cpu.theta, COUNT, 3, y[0]));
        CHECK_OK(&context, sb_generated_sample(&context, &gpu.system, gpu.theta, COUNT, 3, y[1]));
        for (int i = 0; i < 2 * COUNT; i++) CHECK_NEAR(y[0][i], y[1][i], tolerance);
        gpu.theta[0] = INFINITY;
        CHECK_FAILS(&context, sb_generated_sample(&context, &gpu.system, gpu.theta, 2, 3, y[1]), SB_ERANGE, "not finite");
        close_both(&cpu, &gpu);
    }
}

/* Trains, measures and judges as `scorebound check` does. */
static int check(sb_fixture *fixture, const char *device, sb_measured *measured, sb_ledger *ledger)
{
    sb_context *ctx = &context;
    sb_system system = {0};
    sb_training training = {0};
    fixture->config.device = (char *)device;
    const sb_config *config = &fixture->config;
    const int ok =
        CHECK_OK(ctx, sb_system_create(ctx, config, &system)) &&
        CHECK_OK(ctx, sb_training_create(ctx, &system, config->measure.replicas, config->train.learning_rate, &training)) &&
        CHECK_OK(ctx, sb_training_run(ctx, &system, &training, config->train.rounds, NULL, NULL)) &&
        CHECK_OK(ctx, sb_measure(ctx, &system, &training, measured)) && CHECK_OK(ctx, sb_ledger_from_run(ctx, measured, ledger));
    sb_training_free(&training);
    sb_system_free(&system);
    return ok;
}

static void test_verdicts(void)
{
    static const double keep[] = {0.8, 0.6, 1.0};
    for (int m = 0; m < MODELS; m++) {
        sb_fixture fixture;
        sb_measured measured[2];
        sb_ledger ledger[2];
        int judged = 0;
        sb_fixture_fill(&fixture, 2, WORKERS, model[m], SB_GRID_KAPPA);
        sb_fixture_prune(&fixture, SB_PRUNING_RANDOM, WORKERS, keep);
        fixture.config.train.rounds = 3;
        fixture.config.measure.samples = 64;
        fixture.config.measure.chain_samples = 200;
        fixture.config.measure.kl = SB_KL_CHAIN | SB_KL_IMPORTANCE | SB_KL_KNN;
        fixture.config.measure.kl_samples = 48;
        fixture.config.measure.particles = 4;
        if (!check(&fixture, "cpu", &measured[0], &ledger[0]) || !check(&fixture, "cuda", &measured[1], &ledger[1])) return;
        CHECK(ledger[0].row_count == ledger[1].row_count && ledger[0].row_count > 10);
        for (int i = 0; i < ledger[0].row_count; i++) {
            const sb_ledger_row *a = &ledger[0].row[i], *b = &ledger[1].row[i];
            CHECK(a->statement == b->statement && a->form == b->form && a->worst.verdict == b->worst.verdict &&
                  a->worst.worker == b->worst.worker && a->instance_count == b->instance_count);
            for (int j = 0; j < a->instance_count; j++) {
                CHECK(a->instances[j].verdict == b->instances[j].verdict);
                if (isfinite(a->instances[j].rhs.value)) {
                    CHECK_CLOSE(a->instances[j].rhs.value, b->instances[j].rhs.value, 1e-9);
                    judged++;
                }
            }
        }
        CHECK(judged > 10);
        for (int i = 0; i < 2; i++) {
            sb_ledger_free(&ledger[i]);
            sb_measured_free(&measured[i]);
        }
        CHECK(sb_emulator_allocated() == 0);
    }
}

/* Every way onto the GPU says why it is none. */
static void test_no_gpu(void)
{
    static const char why[] = "device: error: no GPU to work on: no CUDA device";
    sb_context *ctx = &context;
    lab l;
    double y[4];
    sb_scores scores;
    sb_number F;
    lab_fill(SB_MODEL_MLP, "cuda", &l);
    if (!lab_open(&l)) return;
    const sb_mixture q = sb_data_worker(&l.system.data, 0);
    sb_scratch_free(&l.scratch);
    sb_emulator_devices(0);
    CHECK_FAILS(ctx, sb_scratch_create(ctx, &l.system, BATCH, &l.scratch), SB_EUSER, why);
    CHECK_FAILS(ctx, sb_scores_create(ctx, &l.system, BATCH, &scores), SB_EUSER, why);
    CHECK_FAILS(ctx, sb_generated_sample(ctx, &l.system, l.theta, 2, 0, y), SB_EUSER, why);
    CHECK_FAILS(ctx, sb_loss_at(ctx, &l.system, &q, l.theta, 300, &F), SB_EUSER, why);
    sb_emulator_devices(1);
    lab_close(&l);
}

/* With less and less memory: everything that was taken is given back. */
static void test_no_memory(void)
{
    sb_context *ctx = &context;
    const size_t queue = emulated_queue();
    lab l;
    ctx->threads = 1;
    lab_fill(SB_MODEL_MLP, "cuda", &l);
    if (!lab_open(&l)) return;
    const size_t all = sb_emulator_allocated() - queue;
    sb_scratch_free(&l.scratch);
    for (size_t left = all; left > all / 16; left -= all / 16) {
        sb_emulator_memory(queue - 4096 + left - 1); /* 4096 are on the host */
        CHECK_FAILS(ctx, sb_scratch_create(ctx, &l.system, BATCH, &l.scratch), SB_ENOMEM, "(cuda)");
        CHECK(sb_emulator_allocated() == 0 && l.scratch.at == NULL);
    }
    sb_emulator_memory((size_t)8 << 30);
    ctx->threads = 2;
    lab_close(&l);
}

int main(void)
{
    static const sb_test tests[] = {
        {"scores", test_scores},
        {"gradients", test_gradients},
        {"curvature", test_curvature},
        {"the chain", test_chain},
        {"losses", test_losses},
        {"generated samples", test_generated},
        {"the same verdicts", test_verdicts},
        {"no GPU", test_no_gpu},
        {"no memory", test_no_memory},
    };
    sb_context_init(&context, 2);
    return sb_test_main("measuring on the GPU", tests, sizeof tests / sizeof *tests);
}
