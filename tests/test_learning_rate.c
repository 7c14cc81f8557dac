/* The rules for eta: the rate they find meets their own conditions on the run that follows. */
#include "fixture.h"
#include "harness.h"

#include "choose/learning_rate.h"
#include "measure/measured.h"

static sb_context context;

static void prepare(sb_fixture *f, sb_rate_rule rule)
{
    const double keep = 0.8;
    sb_fixture_fill(f, 1, 6, SB_MODEL_AFFINE, SB_GRID_LOG_SNR);
    sb_fixture_prune(f, SB_PRUNING_RANDOM, 1, &keep);
    f->config.train.rule = rule;
    f->config.train.learning_rate = 0.0;
    f->config.train.rounds = 30;
    f->config.measure.every = 10;
    f->config.measure.samples = 2000;
    f->config.measure.hessian_iterations = 14;
}

/* eta, then the run itself and what was measured on it. */
static int run_with_rule(sb_context *ctx, const sb_fixture *f, double *eta, int *pilots, sb_measured *measured)
{
    sb_system system = {0};
    sb_training training = {0};
    const int ok = CHECK_OK(ctx, sb_system_create(ctx, &f->config, &system)) &&
                   CHECK_OK(ctx, sb_learning_rate(ctx, &system, eta, pilots)) &&
                   CHECK_OK(ctx, sb_training_create(ctx, &system, 2, *eta, &training)) &&
                   CHECK_OK(ctx, sb_training_run(ctx, &system, &training, f->config.train.rounds, NULL, NULL)) &&
                   CHECK_OK(ctx, sb_measure(ctx, &system, &training, measured));
    sb_training_free(&training);
    sb_system_free(&system);
    return ok;
}

static void test_given(void)
{
    sb_context *ctx = &context;
    sb_fixture f;
    sb_system system;
    double eta;
    int pilots = 7;
    prepare(&f, SB_RATE_GIVEN);
    f.config.train.learning_rate = 0.02385;
    if (!CHECK_OK(ctx, sb_system_create(ctx, &f.config, &system))) return;
    CHECK_OK(ctx, sb_learning_rate(ctx, &system, &eta, &pilots));
    CHECK(eta == 0.02385 && pilots == 0);
    sb_system_free(&system);
}

static void test_lemma_4_6(void)
{
    sb_context *ctx = &context;
    sb_fixture f;
    sb_measured m;
    double eta, again;
    int pilots;
    prepare(&f, SB_RATE_LEMMA_4_6);
    if (!run_with_rule(ctx, &f, &eta, &pilots, &m)) return;
    const double S = f.config.train.local_steps, limit = sqrt(m.Gamma.value / (640.0 * S * S * m.L.value * m.L.value * 6.0));
    CHECK(pilots >= 1 && pilots <= 8);
    CHECK(eta > 0.0 && eta <= limit * 1.02); /* Gamma* of more replicas may only be lower; here it is met */
    CHECK(eta > 0.5 * limit);                /* and it is not needlessly small */
    sb_measured_free(&m);
    sb_context three;
    sb_context_init(&three, 3);
    CHECK(run_with_rule(&three, &f, &again, NULL, &m));
    CHECK(again == eta);
    sb_measured_free(&m);
}

static void test_remark_4_12(void)
{
    sb_context *ctx = &context;
    sb_fixture f;
    sb_measured m;
    double eta;
    int pilots;
    prepare(&f, SB_RATE_REMARK_4_12);
    if (!run_with_rule(ctx, &f, &eta, &pilots, &m)) return;
    const double SRN = f.config.train.local_steps * 30.0 * 6.0, F0 = m.F0.value, G = m.Gamma.value;
    const double noise = m.sigma1.value * m.sigma1.value + m.sigma2.value * m.sigma2.value;
    CHECK(eta <= 1.1 * F0 * G / (SRN * noise));
    CHECK(eta <= 1.1 * F0 * G / (SRN * m.w2.value * m.L.value));
    CHECK(eta <= 1.1 * sqrt(F0 * G * G / (SRN * m.L.value * m.sigma1.value * m.sigma1.value)));
    sb_measured_free(&m);
}

static void test_uncovered(void)
{
    sb_context *ctx = &context;
    sb_fixture f;
    sb_system system;
    double eta;
    const double keep = 0.05;
    prepare(&f, SB_RATE_LEMMA_4_6);
    sb_fixture_prune(&f, SB_PRUNING_RANDOM, 1, &keep);
    if (!CHECK_OK(ctx, sb_system_create(ctx, &f.config, &system))) return;
    CHECK_FAILS(ctx, sb_learning_rate(ctx, &system, &eta, NULL), SB_EUSER, "Gamma* >= 1");
    sb_system_free(&system);
}

int main(void)
{
    static const sb_test tests[] = {
        {"a given rate is taken as it is", test_given},
        {"lemma-4.6 meets its condition on the run", test_lemma_4_6},
        {"remark-4.12 meets its limits", test_remark_4_12},
        {"uncovered parameters are refused", test_uncovered},
    };
    sb_context_init(&context, 2);
    return sb_test_main("learning rate", tests, sizeof tests / sizeof *tests);
}
