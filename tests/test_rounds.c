/* Rounds: the same bits on any number of threads and in any pieces; how training fails, stops and goes on. */
#include "harness.h"

#include "fixture.h"

#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

static sb_context context;

typedef struct {
    sb_system system;
    sb_training training;
} run;

static int start(run *x, const sb_fixture *fixture)
{
    sb_context *ctx = &context;
    const sb_config *config = &fixture->config;
    return CHECK_OK(ctx, sb_system_create(ctx, config, &x->system)) &&
           CHECK_OK(ctx, sb_training_create(ctx, &x->system, config->measure.replicas, config->train.learning_rate, &x->training));
}

static void finish(run *x)
{
    sb_training_free(&x->training);
    sb_system_free(&x->system);
}

static int same(const void *a, const void *b, size_t bytes)
{
    return memcmp(a, b, bytes) == 0;
}

static const double keep[] = {0.6, 0.35, 0.8, 0.5, 0.9, 0.3, 1.0};

/* Settings that differ in all that could depend on order: models, masks, workers. */
static void vary(int variant, sb_fixture *fixture)
{
    switch (variant) {
    case 0:
        sb_fixture_fill(fixture, 2, 7, SB_MODEL_MLP, SB_GRID_KAPPA);
        sb_fixture_prune(fixture, SB_PRUNING_RANDOM, 7, keep);
        break;
    case 1:
        sb_fixture_fill(fixture, 1, 7, SB_MODEL_MLP, SB_GRID_LOG_SNR);
        sb_fixture_prune(fixture, SB_PRUNING_TOP_K, 7, keep);
        break;
    case 2:
        sb_fixture_fill(fixture, 2, 4, SB_MODEL_FOURIER, SB_GRID_LOG_SNR);
        sb_fixture_prune(fixture, SB_PRUNING_WIDTH, 4, keep);
        break;
    case 3: /* parts of minibatches */
        sb_fixture_fill(fixture, 2, 2, SB_MODEL_MLP, SB_GRID_KAPPA);
        sb_fixture_prune(fixture, SB_PRUNING_WIDTH, 2, keep);
        fixture->config.train.batch = 301;
        break;
    default:
        sb_fixture_fill(fixture, 2, 1, SB_MODEL_AFFINE, SB_GRID_UNIFORM); /* fewer workers than threads */
        fixture->config.measure.replicas = 3;
    }
    fixture->config.train.learning_rate = 0.005;
}

enum { VARIANTS = 5 };

typedef struct {
    int count;
    double loss[64];
} losses;

static sb_status keep_loss(sb_context *ctx, void *user, const sb_training *training, const sb_round_report *report)
{
    losses *l = user;
    (void)ctx;
    for (int p = 0; p < training->replicas; p++) l->loss[l->count++] = report->loss[p];
    return SB_OK;
}

static void test_threads(void)
{
    sb_context *ctx = &context;
    for (int variant = 0; variant < VARIANTS; variant++) {
        static const int threads[] = {1, 2, 3, 5};
        sb_fixture fixture;
        run one, more;
        losses first = {0};
        vary(variant, &fixture);
        if (!start(&one, &fixture)) return;
        for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
            losses now = {0};
            ctx->threads = threads[i];
            if (!start(&more, &fixture)) return;
            CHECK_OK(ctx, sb_training_run(ctx, &more.system, &more.training, 6, keep_loss, &now));
            if (i == 0) {
                CHECK_OK(ctx, sb_training_run(ctx, &one.system, &one.training, 6, NULL, NULL));
                first = now;
            }
            CHECK(sb_fixture_same_training(&one.training, &more.training) && more.training.done == 6);
            CHECK(now.count == 6 * more.training.replicas && same(first.loss, now.loss, sizeof first.loss));
            finish(&more);
        }
        ctx->threads = 2;
        finish(&one);
    }
}

static void test_pieces(void)
{
    sb_context *ctx = &context;
    for (int variant = 0; variant < VARIANTS; variant++) {
        sb_fixture fixture;
        run whole, pieces;
        vary(variant, &fixture);
        if (!start(&whole, &fixture) || !start(&pieces, &fixture)) return;
        CHECK_OK(ctx, sb_training_run(ctx, &whole.system, &whole.training, INT_MAX, NULL, NULL));
        static const int until[] = {0, 3, 3, 1, -1, 4, 6, 7}; /* also none, and back: nothing happens */
        static const int done[] = {0, 3, 3, 3, 3, 4, 6, 6};
        for (size_t i = 0; i < sizeof until / sizeof *until; i++) {
            CHECK_OK(ctx, sb_training_run(ctx, &pieces.system, &pieces.training, until[i], NULL, NULL));
            CHECK(pieces.training.done == done[i]);
            CHECK(sb_fixture_same_training(&whole.training, &pieces.training) == (done[i] == 6));
        }
        finish(&whole);
        finish(&pieces);
    }
}

/* Replica p is the same run however many others there are. Another seed is another run. */
static void test_replicas(void)
{
    sb_context *ctx = &context;
    sb_fixture fixture;
    run few, many, other;
    vary(0, &fixture);
    if (!start(&few, &fixture)) return;
    fixture.config.measure.replicas = 3;
    if (!start(&many, &fixture)) return;
    CHECK_OK(ctx, sb_training_run(ctx, &few.system, &few.training, 6, NULL, NULL));
    CHECK_OK(ctx, sb_training_run(ctx, &many.system, &many.training, 6, NULL, NULL));
    fixture.config.seed++;
    if (!start(&other, &fixture)) return;
    CHECK_OK(ctx, sb_training_run(ctx, &other.system, &other.training, 6, NULL, NULL));
    const size_t D = few.training.D * sizeof(double), all = 3 * few.training.D;
    CHECK(same(few.training.theta, many.training.theta, 2 * D));
    CHECK(same(few.training.snapshot, many.training.snapshot, 2 * (size_t)few.training.snapshots * D));
    CHECK(!same(many.training.theta, many.training.theta + few.training.D, D));
    for (size_t i = 0; i < all; i++) CHECK(many.training.theta[i] != other.training.theta[i]);
    CHECK(!same(few.training.theta0, other.training.theta0, D));
    finish(&few);
    finish(&many);
    finish(&other);
}

static void test_bad_rates(void)
{
    static const double eta[] = {0.0, -0.02, -0.0, NAN, INFINITY, -INFINITY};
    sb_context *ctx = &context;
    sb_fixture fixture;
    sb_system system;
    sb_fixture_fill(&fixture, 1, 2, SB_MODEL_AFFINE, SB_GRID_KAPPA);
    if (!CHECK_OK(ctx, sb_system_create(ctx, &fixture.config, &system))) return;
    for (size_t i = 0; i < sizeof eta / sizeof *eta; i++) {
        sb_training t;
        CHECK_FAILS(ctx, sb_training_create(ctx, &system, 2, eta[i], &t), SB_EDOM, "learning rate must be positive and finite");
        CHECK(t.theta == NULL && t.snapshot == NULL);
        sb_training_free(&t); /* harmless */
    }
    sb_system_free(&system);
}

static void test_divergence(void)
{
    static const double eta[] = {1e6, 1e200, 1e308};
    sb_context *ctx = &context;
    for (int variant = 0; variant < VARIANTS; variant++)
        for (size_t i = 0; i < sizeof eta / sizeof *eta; i++) {
            sb_fixture fixture;
            run x;
            vary(variant, &fixture);
            fixture.config.train.learning_rate = eta[i];
            if (!start(&x, &fixture)) return;
            CHECK_FAILS(ctx, sb_training_run(ctx, &x.system, &x.training, 6, NULL, NULL), SB_ERANGE,
                        "training diverged: in round 0 worker ");
            CHECK(x.training.done == 0);
            for (int p = 0; p < x.training.replicas; p++) /* theta stays what it was before the round */
                CHECK(same(x.training.theta + (size_t)p * x.training.D, x.training.theta0, x.training.D * sizeof(double)));
            finish(&x);
        }
}

/* A rate that blows up within some rounds: the message names the round. */
static void test_slow_divergence(void)
{
    sb_context *ctx = &context;
    sb_fixture fixture;
    run x;
    char says[64];
    sb_fixture_fill(&fixture, 1, 1, SB_MODEL_AFFINE, SB_GRID_KAPPA);
    fixture.config.train.rounds = 40;
    fixture.config.train.learning_rate = 8.0;
    fixture.config.measure.replicas = 1;
    ctx->threads = 1;
    if (!start(&x, &fixture)) return;
    const sb_status st = sb_training_run(ctx, &x.system, &x.training, 40, NULL, NULL);
    CHECK(x.training.done > 0 && x.training.done < 40);
    snprintf(says, sizeof says, "in round %d worker 0 of replica 0", x.training.done);
    CHECK_FAILS(ctx, st, SB_ERANGE, says);
    for (size_t i = 0; i < x.training.D; i++) CHECK(isfinite(x.training.theta[i]));
    ctx->threads = 2;
    finish(&x);
}

static void test_uncovered_abort(void)
{
    sb_context *ctx = &context;
    sb_fixture fixture;
    run x;
    vary(1, &fixture);
    fixture.config.pruning.uncovered = SB_UNCOVERED_ABORT;
    if (!start(&x, &fixture)) return;
    CHECK_OK(ctx, sb_training_run(ctx, &x.system, &x.training, 6, NULL, NULL)); /* worker 6 keeps all */
    CHECK(x.training.least[0] == 1 && x.training.uncovered[0] == 0.0);
    finish(&x);
    fixture.keep[6] = 0.9;
    if (!start(&x, &fixture)) return;
    CHECK_FAILS(ctx, sb_training_run(ctx, &x.system, &x.training, 6, NULL, NULL), SB_EUSER, "in round 0 no worker kept");
    CHECK(x.training.done == 0);
    finish(&x);
}

typedef struct {
    volatile sig_atomic_t stop;
    int after;
} stopper;

static sb_status stop_after(sb_context *ctx, void *user, const sb_training *training, const sb_round_report *report)
{
    stopper *s = user;
    (void)ctx, (void)training;
    s->stop = report->round + 1 == s->after;
    return SB_OK;
}

static void test_stop(void)
{
    sb_context *ctx = &context;
    for (int variant = 0; variant < VARIANTS; variant++) {
        sb_fixture fixture;
        run whole, stopped;
        stopper s = {.after = 3};
        vary(variant, &fixture);
        if (!start(&whole, &fixture) || !start(&stopped, &fixture)) return;
        CHECK_OK(ctx, sb_training_run(ctx, &whole.system, &whole.training, 3, NULL, NULL));
        ctx->stop = &s.stop;
        CHECK_FAILS(ctx, sb_training_run(ctx, &stopped.system, &stopped.training, 6, stop_after, &s), SB_EINTR,
                    "stopped after 3 of 6");
        CHECK_FAILS(ctx, sb_training_run(ctx, &stopped.system, &stopped.training, 6, stop_after, &s), SB_EINTR,
                    "stopped after 3 of 6");
        CHECK(sb_fixture_same_training(&whole.training, &stopped.training)); /* a whole round */
        ctx->stop = NULL;
        CHECK_OK(ctx, sb_training_run(ctx, &stopped.system, &stopped.training, 6, NULL, NULL));
        CHECK_OK(ctx, sb_training_run(ctx, &whole.system, &whole.training, 6, NULL, NULL));
        CHECK(sb_fixture_same_training(&whole.training, &stopped.training));
        finish(&whole);
        finish(&stopped);
    }
}

static volatile sig_atomic_t alarmed;

static void on_alarm(int signal)
{
    (void)signal;
    alarmed = 1;
}

/* Stopped within a round, the training stands at the end of the round before. Wherever the alarm falls, what follows must hold. */
static void test_stop_within_round(void)
{
    sb_context *ctx = &context;
    sb_fixture fixture;
    run whole, stopped;
    vary(0, &fixture);
    fixture.config.data.partition = SB_PARTITION_IID;
    fixture.config.train.batch = 400;
    fixture.config.train.rounds = 4;
    if (!start(&whole, &fixture) || !start(&stopped, &fixture)) return;
    CHECK_OK(ctx, sb_training_run(ctx, &whole.system, &whole.training, 4, NULL, NULL));
    signal(SIGALRM, on_alarm);
    ctx->stop = &alarmed;
    for (int ms = 1; ms < 20; ms *= 3) {
        const struct itimerval soon = {.it_value = {.tv_usec = 1000 * ms}}, never = {.it_value = {.tv_usec = 0}};
        alarmed = 0;
        setitimer(ITIMER_REAL, &soon, NULL);
        const sb_status st = sb_training_run(ctx, &stopped.system, &stopped.training, 4, NULL, NULL);
        setitimer(ITIMER_REAL, &never, NULL);
        if (st != SB_OK) CHECK_FAILS(ctx, st, SB_EINTR, "of 4 rounds");
    }
    ctx->stop = NULL;
    CHECK_OK(ctx, sb_training_run(ctx, &stopped.system, &stopped.training, 4, NULL, NULL));
    CHECK(sb_fixture_same_training(&whole.training, &stopped.training));
    finish(&whole);
    finish(&stopped);
}

static sb_status refuse(sb_context *ctx, void *user, const sb_training *training, const sb_round_report *report)
{
    (void)user, (void)training;
    return report->round == 2 ? sb_fail(ctx, SB_EIO, __func__, __LINE__, "the disk is full") : SB_OK;
}

/* A report that cannot be written ends the run, at a whole round. */
static void test_sink_fails(void)
{
    sb_context *ctx = &context;
    sb_fixture fixture;
    run whole, x;
    vary(0, &fixture);
    if (!start(&whole, &fixture) || !start(&x, &fixture)) return;
    CHECK_FAILS(ctx, sb_training_run(ctx, &x.system, &x.training, 6, refuse, NULL), SB_EIO, "the disk is full");
    CHECK_OK(ctx, sb_training_run(ctx, &whole.system, &whole.training, 3, NULL, NULL));
    CHECK(sb_fixture_same_training(&whole.training, &x.training));
    finish(&whole);
    finish(&x);
}

static void test_no_rounds(void)
{
    sb_context *ctx = &context;
    sb_fixture fixture;
    run x;
    vary(0, &fixture);
    fixture.config.train.rounds = 0;
    if (!start(&x, &fixture)) return;
    CHECK_OK(ctx, sb_training_run(ctx, &x.system, &x.training, 5, refuse, NULL));
    CHECK(x.training.done == 0 && x.training.snapshots == 0 && x.training.least[1] == 7 && x.training.w2[1] == 0.0 &&
          x.training.theta2[1] == 0.0);
    CHECK(same(x.training.theta, x.training.theta0, x.training.D * sizeof(double)));
    finish(&x);
}

/* The exact score has nothing to train, but its loss is reported. */
static void test_no_parameters(void)
{
    sb_context *ctx = &context;
    sb_fixture fixture;
    run x;
    losses l = {0};
    sb_fixture_fill(&fixture, 2, 3, SB_MODEL_EXACT, SB_GRID_LOG_SNR);
    sb_fixture_prune(&fixture, SB_PRUNING_TOP_K, 1, keep);
    fixture.config.pruning.uncovered = SB_UNCOVERED_ABORT;
    if (!start(&x, &fixture)) return;
    CHECK(x.training.D == 0);
    CHECK_OK(ctx, sb_training_run(ctx, &x.system, &x.training, 6, keep_loss, &l));
    CHECK(x.training.done == 6 && x.training.least[0] == 3 && x.training.uncovered[0] == 0.0 && x.training.w2[0] == 0.0);
    CHECK(x.training.theta2[0] == 0.0 && x.training.prune2[0] == 0.0); /* nothing of nothing was pruned */
    CHECK(l.count == 12);
    for (int i = 0; i < l.count; i++) CHECK(isfinite(l.loss[i]) && l.loss[i] > 0.0);
    finish(&x);
}

int main(void)
{
    static const sb_test tests[] = {
        {"the same bits on 1, 2, 3, 5 threads", test_threads},
        {"the same bits in one go and in pieces", test_pieces},
        {"replicas do not depend on each other", test_replicas},
        {"learning rates that are none", test_bad_rates},
        {"divergence at once", test_divergence},
        {"divergence after some rounds", test_slow_divergence},
        {"uncovered: abort", test_uncovered_abort},
        {"stopping and going on", test_stop},
        {"stopping within a round", test_stop_within_round},
        {"a sink that fails", test_sink_fails},
        {"R = 0", test_no_rounds},
        {"D = 0", test_no_parameters},
    };
    sb_context_init(&context, 2);
    return sb_test_main("rounds", tests, sizeof tests / sizeof *tests);
}
