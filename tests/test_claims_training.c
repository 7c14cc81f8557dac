/* The claims about training: their tools by second routes, and each claim on a configuration small enough for a test, once as it is and
 * once spoilt, so that it must not be confirmed. */
#include "fixture.h"
#include "harness.h"
#include "quadratic.h"

#include "base/memory.h"
#include "base/slope.h"
#include "claim/claim.h"
#include "claim/experiment.h"
#include "claim/model_system.h"
#include "measure/survey.h"

#include <string.h>

static sb_context context;

/* A random quadratic of the tests' own, one mask for all rounds, as a model system. */
static void copy_quadratic(const quadratic *q, sb_model_system *system)
{
    const int D = q->D;
    system->eta = q->eta, system->L = q->L, system->sigma1 = q->sigma1[0];
    memcpy(system->theta0, q->theta0, (size_t)D * sizeof(double));
    for (int n = 0; n < q->N; n++)
        for (int i = 0; i < D; i++) {
            system->a[n * D + i] = q->a[n][i];
            system->mask[n * D + i] = q->mask[0][n][i];
            for (int j = 0; n == 0 && j < D; j++) system->A[i * D + j] = q->A[0][i][j];
        }
}

static void model_system_agrees_with_another(void)
{
    sb_context *ctx = &context;
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 501, 0, 0);
    for (int trial = 0; trial < 40; trial++) {
        quadratic q;
        quadratic_outcome out;
        sb_model_system system;
        sb_constants c;
        double path[QUADRATIC_R], mean = 0.0;
        quadratic_draw(&stream, (quadratic_options){.noise = trial & 1, .common = 1}, &q);
        q.eta = 0.7 * quadratic_rate(&q);
        for (int n = 0; n < q.N; n++) q.sigma1[n] = q.sigma1[0], q.least[n] = 0.0;
        for (int r = 1; r < q.R; r++) memcpy(q.mask[r], q.mask[0], sizeof q.mask[0]);
        quadratic_train(&q, &out);
        if (!CHECK_OK(ctx, sb_model_system_alloc(ctx, q.N, q.D, q.S, &system))) return;
        copy_quadratic(&q, &system);
        CHECK_OK(ctx, sb_model_system_train(ctx, &system, q.R, path, &c));
        for (int r = 0; r < q.R; r++) mean += path[r] / q.R;
        CHECK_CLOSE(mean, out.mean_squared_gradient, 1e-11);
        CHECK_NEAR(c.F0, out.c.F0, 1e-11);
        CHECK_NEAR(c.FR, out.c.FR, 1e-11);
        CHECK_NEAR(c.w2, out.c.w2, 1e-11);
        CHECK_NEAR(c.sigma2, out.c.sigma2, 1e-9);
        CHECK_NEAR(c.dtheta, out.c.dtheta, 1e-11);
        CHECK(c.Gamma == out.c.Gamma && c.N == q.N && c.S == q.S && c.R == q.R);
        sb_model_system_free(&system);
    }
}

/* rho^2/(1+rho)^2 nu L^2 w^2, where nothing moves; and training from elsewhere comes to the same rest. */
static void blocks_attain_their_constant(void)
{
    sb_context *ctx = &context;
    enum { R = 3000 };
    static double path[R];
    for (int nu = 2; nu < 6; nu++) {
        sb_model_system system;
        sb_constants c;
        const double rho = 0.613, L = 2.385, size = 0.7;
        if (!CHECK_OK(ctx, sb_model_system_blocks(ctx, nu, 3, rho, L, size, 0.9, &system))) return;
        CHECK_OK(ctx, sb_model_system_train(ctx, &system, R, path, &c));
        CHECK(c.N == 3.0 * nu && c.Gamma == 3.0);
        CHECK_CLOSE(path[0], rho * rho / ((1.0 + rho) * (1.0 + rho)) * nu * L * L * c.w2, 1e-12);
        CHECK_CLOSE(path[R - 1], path[0], 1e-10);
        const double rest = path[0];
        for (int i = 0; i < system.D; i++) system.theta0[i] += 0.1 * (i + 1);
        CHECK_OK(ctx, sb_model_system_train(ctx, &system, R, path, &c));
        CHECK(fabs(path[0] / rest - 1.0) > 1e-3);
        CHECK_CLOSE(path[R - 1], rest, 1e-6);
        memset(system.mask, 0, (size_t)(system.N * system.D));
        CHECK_FAILS(ctx, sb_model_system_train(ctx, &system, R, path, &c), SB_EDOM, "kept by no worker");
        sb_model_system_free(&system);
    }
}

static void slopes(void)
{
    const double x[] = {1.0, 2.385, 7.0, 40.0};
    sb_number y[4];
    for (int i = 0; i < 4; i++) y[i] = sb_number_exact(3.1 * pow(x[i], 1.7));
    sb_number slope = sb_slope_in_quadrature(4, x, y);
    CHECK_CLOSE(slope.value, 1.7, 1e-12);
    CHECK(slope.lo == slope.value && slope.hi == slope.value && slope.status == SB_EXACT);
    y[0].hi *= 1.02, y[0].lo *= 0.98, y[0].status = SB_SAMPLED, y[0].confidence = 0.9;
    slope = sb_slope_in_quadrature(2, x, y); /* (log y_1 - log y_0)/log(x_1/x_0) */
    CHECK_CLOSE(slope.hi - slope.value, 0.02 / log(2.385), 1e-10);
    CHECK(slope.status == SB_SAMPLED && slope.confidence == 0.9);
}

static void prepare(sb_fixture *f, sb_model_name model)
{
    const double keep = 0.8;
    sb_fixture_fill(f, 2, 4, model, SB_GRID_LOG_SNR);
    sb_fixture_prune(f, SB_PRUNING_RANDOM, 1, &keep);
    f->config.train.rounds = 12;
    f->config.measure.samples = 1600;
    f->config.measure.chain_samples = 8000;
    f->config.measure.confidence = 0.999;
}

static int inside(sb_number x, double value)
{
    return x.lo <= value && value <= x.hi;
}

/* Losses and gradients without sampling lie in the intervals of those with; sigma1 of a minibatch follows from single samples. */
static void exact_agrees_with_sampled(void)
{
    sb_context *ctx = &context;
    sb_fixture f;
    sb_experiment e, sampled;
    sb_survey survey;
    sb_measured whole;
    prepare(&f, SB_MODEL_AFFINE);
    f.config.train.batch = 300; /* more than a measurement evaluates at once: its scratch must still hold a minibatch */
    if (!CHECK_OK(ctx, sb_experiment_open(ctx, &f.config, 0.5, &e))) return;
    CHECK_CLOSE(e.training.eta, 0.5 * f.config.train.learning_rate, 1e-15);
    CHECK_OK(ctx, sb_experiment_open(ctx, &f.config, 0.5, &sampled));
    CHECK_OK(ctx, sb_experiment_advance(ctx, &e, 12, SB_PARTS_DYNAMICS));
    CHECK_OK(ctx, sb_experiment_advance(ctx, &sampled, 12, SB_PARTS_DYNAMICS));
    CHECK_OK(ctx, sb_experiment_exact(ctx, &e));
    CHECK(e.measured.round_count == sampled.measured.round_count);
    int met = 0;
    for (int i = 0; i < e.measured.round_count; i++)
        met += inside(sampled.measured.round[i].squared_gradient, e.measured.round[i].squared_gradient.value);
    CHECK(met >= e.measured.round_count - 1);
    CHECK(inside(sampled.measured.F0, e.measured.F0.value));
    CHECK(inside(sampled.measured.squared_gradient, e.measured.squared_gradient.value));
    CHECK(inside(sampled.measured.sigma2, e.measured.sigma2.value));

    CHECK_OK(ctx, sb_survey_open(ctx, &e.system, &e.training, &whole, &survey));
    CHECK_OK(ctx, sb_survey_gradients(ctx, &survey));
    CHECK_CLOSE(sampled.measured.round[0].sigma1.value, whole.round[0].sigma1.value, 0.1);
    sb_survey_close(&survey);
    sb_measured_free(&whole);

    sb_number late;
    CHECK_OK(ctx, sb_late_gradient(ctx, &e.measured, 6, &late));
    CHECK(late.value > 0.0 && late.value < e.measured.round[0].squared_gradient.value);
    CHECK_FAILS(ctx, sb_late_gradient(ctx, &e.measured, 13, &late), SB_EINVAL, "no round from 13");
    sb_finding finding;
    CHECK_OK(ctx, sb_experiment_judge(ctx, &e, "lemma_4_6", SB_FORM_CORRECTED, 0, &finding));
    CHECK(finding.lhs.value == e.measured.squared_gradient.value && finding.rhs.value == finding.terms.sum);
    CHECK_FAILS(ctx, sb_experiment_judge(ctx, &e, "lemma_4_6", SB_FORM_EXACT, 0, &finding), SB_EINVAL, "no lemma_4_6");
    sb_experiment_close(&e);
    sb_experiment_close(&sampled);

    prepare(&f, SB_MODEL_MLP);
    CHECK_OK(ctx, sb_experiment_open(ctx, &f.config, 1.0, &e));
    CHECK_FAILS(ctx, sb_experiment_exact(ctx, &e), SB_EINVAL, "there are none");
    CHECK_OK(ctx, sb_experiment_advance(ctx, &e, 2, SB_PART_GRADIENTS));
    CHECK(sb_experiment_exact(ctx, &e) == SB_EDOM);
    sb_forgive(ctx);
    sb_experiment_close(&e);
}

/* The claim of this name on its own configuration with these changes. */
static int run_claim(sb_context *ctx, const char *name, size_t count, const sb_override *changes, sb_claim_result *result)
{
    const sb_claim *claim = sb_claim_find(name);
    const char *yaml = claim->yaml();
    sb_config config = {0};
    *result = (sb_claim_result){0};
    const int ok = CHECK_OK(ctx, sb_config_parse(ctx, name, yaml, strlen(yaml), count, changes, &config)) &&
                   CHECK_OK(ctx, claim->run(ctx, &config, result));
    sb_config_free(&config);
    if (ok) {
        const size_t length = strlen(result->conclusion);
        CHECK(length > 40 && result->conclusion[length - 1] == '.'); /* nothing was cut off */
        CHECK(result->figure.series_count > 0 && result->fact_count > 4);
        for (int i = 0; i < result->fact_count; i++) CHECK(strlen(result->fact[i].what) < sizeof result->fact[i].what - 1);
    }
    return ok;
}

/* How many facts whose text contains `part` have this verdict. */
static int facts(const sb_claim_result *result, const char *part, sb_claim_verdict verdict)
{
    int count = 0;
    for (int i = 0; i < result->fact_count; i++) count += strstr(result->fact[i].what, part) && result->fact[i].verdict == verdict;
    return count;
}

#define RUN(name, changes, result) run_claim(&context, name, sizeof(changes) / sizeof *(changes), changes, result)

static void pruning_term(void)
{
    sb_claim_result result;
    const sb_override small[] = {{"train.rounds", "16"}, {"train.batch", "200"}, {"measure.samples", "200"}};
    if (RUN("pruning-term", small, &result)) {
        CHECK(facts(&result, "closed example", SB_CLAIM_CONFIRMED) == 6);
        CHECK(facts(&result, "below the corrected", SB_CLAIM_CONFIRMED) == 4);
        CHECK(facts(&result, "conditions that fail", SB_CLAIM_CONFIRMED) == 4);
        CHECK(facts(&result, "less than 1", SB_CLAIM_CONFIRMED) == 4);
        CHECK(facts(&result, "it does not see the unit", SB_CLAIM_CONFIRMED) == 1);
        CHECK(facts(&result, "divided by 300^2", SB_CLAIM_CONFIRMED) == 2);
        CHECK(facts(&result, "raw sensor data: mean |grad F|^2, above", SB_CLAIM_CONFIRMED) ==
              0); /* 16 rounds: progress hides it */
    }
    sb_claim_result_free(&result);
}

static void pruning_floor(void)
{
    sb_claim_result result;
    const sb_override small[] = {
        {"train.rounds", "100"}, {"train.batch", "500"}, {"measure.samples", "64"}, {"measure.replicas", "2"}};
    const sb_override normalised[] = {
        {"train.rounds", "20"},
        {"train.batch", "20"},
        {"measure.samples", "64"},
        {"data.components", "[{weight: 1, mean: [0, 0], covariance: [[0.01, 0.009], [0.009, 0.01]]}]"}};
    if (RUN("pruning-floor", small, &result)) {
        CHECK(facts(&result, "model systems", SB_CLAIM_CONFIRMED) == 3);
        CHECK(facts(&result, "random pruned", SB_CLAIM_CONFIRMED) == 1);
        CHECK(facts(&result, "", SB_CLAIM_REFUTED) == 0);
    }
    sb_claim_result_free(&result);
    if (RUN("pruning-floor", normalised, &result)) CHECK(facts(&result, "trained affine score", SB_CLAIM_REFUTED) == 1);
    sb_claim_result_free(&result);
}

static void variance_floor(void)
{
    sb_claim_result result;
    const sb_override small[] = {
        {"train.rounds", "250"}, {"train.batch", "2"}, {"measure.replicas", "4"}, {"measure.samples", "64"}};
    const sb_override pruned[] = {{"train.rounds", "60"},    {"train.batch", "2"},      {"measure.replicas", "2"},
                                  {"measure.samples", "64"}, {"pruning.kind", "split"}, {"train.learning_rate", "5e-3"}};
    if (RUN("variance-floor", small, &result)) {
        CHECK(facts(&result, "over sigma1^2 + sigma2^2", SB_CLAIM_CONFIRMED) == 4);
        CHECK(facts(&result, "it follows", SB_CLAIM_CONFIRMED) == 2);
        CHECK(facts(&result, "", SB_CLAIM_REFUTED) == 0);
    }
    sb_claim_result_free(&result);
    if (RUN("variance-floor", pruned, &result)) CHECK(facts(&result, "exponent of eta in the late", SB_CLAIM_CONFIRMED) == 0);
    sb_claim_result_free(&result);
}

/* In one dimension, where densities are cheap. */
#define SMALL_RUN                                                                                                                  \
    {"data.dimension", "1"}, {"data.preset", "grid"}, {"data.modes", "3"}, {"data.workers", "4"}, {"diffusion.K", "12"},           \
        {"model.width", "8"}, {"model.depth", "1"}, {"measure.samples", "64"}, {"measure.chain_samples", "1000"},                  \
        {"measure.workers", "2"}, {"pruning.level", "S"},                                                                          \
    {                                                                                                                              \
        "diffusion.delta", "0.05"                                                                                                  \
    }

static void no_reward(void)
{
    sb_claim_result result;
    const sb_override small[] = {SMALL_RUN, {"train.learning_rate", "3e-3"}};
    const sb_override idle[] = {SMALL_RUN, {"train.learning_rate", "1e-12"}};
    if (RUN("no-reward", small, &result)) {
        CHECK(facts(&result, "it rises", SB_CLAIM_REFUTED) == 0 && facts(&result, "it rises", SB_CLAIM_CONFIRMED) >= 4);
        CHECK(facts(&result, "it falls", SB_CLAIM_CONFIRMED) >= 2);
        CHECK(facts(&result, "Remark 4.12 that fail", SB_CLAIM_CONFIRMED) == 1);
    }
    sb_claim_result_free(&result);
    if (RUN("no-reward", idle, &result)) CHECK(facts(&result, "it falls", SB_CLAIM_CONFIRMED) == 0); /* nothing was learnt */
    sb_claim_result_free(&result);
}

static void reviewers_questions(void)
{
    sb_claim_result result;
    const sb_override small[] = {{"train.rounds", "400"}, {"train.batch", "16"}, {"measure.samples", "64"}};
    const sb_override unpruned[] = {
        {"train.rounds", "200"}, {"train.batch", "16"}, {"measure.samples", "64"}, {"pruning.kind", "none"}};
    if (RUN("reviewers-questions", small, &result)) {
        CHECK(facts(&result, "(ii)", SB_CLAIM_CONFIRMED) == 5);
        CHECK(facts(&result, ", product data", SB_CLAIM_CONFIRMED) == 4);
        CHECK(facts(&result, "(i)", SB_CLAIM_CONFIRMED) >= 4);
    }
    sb_claim_result_free(&result);
    if (RUN("reviewers-questions", unpruned, &result))
        CHECK(facts(&result, "with pruning over that without", SB_CLAIM_REFUTED) == 1);
    sb_claim_result_free(&result);
}

/* The same bits on one thread and on three. */
static void threads_do_not_matter(void)
{
    const sb_override small[] = {
        {"train.rounds", "60"}, {"train.batch", "2"}, {"measure.replicas", "2"}, {"measure.samples", "64"}};
    sb_claim_result one, three;
    sb_context crowd;
    sb_context_init(&crowd, 3);
    if (run_claim(&context, "variance-floor", 4, small, &one) && run_claim(&crowd, "variance-floor", 4, small, &three)) {
        CHECK(one.fact_count == three.fact_count && strcmp(one.conclusion, three.conclusion) == 0);
        for (int i = 0; i < one.fact_count; i++)
            CHECK(one.fact[i].found.value == three.fact[i].found.value && one.fact[i].found.lo == three.fact[i].found.lo);
    }
    sb_claim_result_free(&one);
    sb_claim_result_free(&three);
}

static const sb_test tests[] = {
    {"model system agrees with another", model_system_agrees_with_another},
    {"blocks attain their constant", blocks_attain_their_constant},
    {"slopes", slopes},
    {"exact agrees with sampled", exact_agrees_with_sampled},
    {"pruning term", pruning_term},
    {"pruning floor", pruning_floor},
    {"variance floor", variance_floor},
    {"no reward", no_reward},
    {"reviewers' questions", reviewers_questions},
    {"threads do not matter", threads_do_not_matter},
};

int main(void)
{
    sb_context_init(&context, 1);
    return sb_test_main("claims_training", tests, sizeof tests / sizeof *tests);
}
