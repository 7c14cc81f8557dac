/* Situations: what is asked of constants given by hand, and what a configuration's constants are at any point. */
#include "choice_case.h"
#include "fixture.h"
#include "harness.h"

#include "choose/learning_rate.h"
#include "choose/situation.h"
#include "measure/exact.h"
#include "measure/initial_loss.h"
#include "measure/quadratic.h"
#include "measure/survey.h"

#include <string.h>

static sb_context context;

/* ---- by hand ---- */

static sb_constants hand(void)
{
    sb_constants c;
    sb_constants_clear(&c);
    c.N = 10, c.S = 5, c.R = 300, c.d = 3, c.delta = 0.02385, c.L = 12.5, c.w2 = 0.7, c.sigma1 = 2.5, c.sigma2 = 1.25, c.Gamma = 8;
    c.F0 = 0.31, c.M2 = 41.5;
    return c;
}

static void test_by_hand(void)
{
    sb_context *ctx = &context;
    sb_constants given = hand(), c;
    sb_situation s;
    double F0, loss;
    sb_config config;
    given.K = 70;
    if (!CHECK_OK(ctx, sb_situation_by_hand(ctx, &given, &s))) return;
    CHECK(s.config == NULL && s.count == 1 && s.n[0] == -1);
    CHECK(s.K_budget == 70.0 && s.steps_budget == 1500.0 && s.M2_largest == 41.5);
    const sb_hyperparameters at = {2.385, 0.02385, 40, NAN, 1e-3, 50, 7, SB_GRID_LOG_SNR, SB_SAMPLER_EXPONENTIAL};
    CHECK_OK(ctx, sb_situation_laws(ctx, &s, &at, &c));
    CHECK(c.T == 2.385 && c.K == 40.0 && c.eta == 1e-3 && c.R == 50.0 && c.S == 7.0 && c.F0 == given.F0 && c.M2 == given.M2);
    /* the grid written out: uniform in log s(u) */
    double u[41], U = 0.0, B = 0.0, h = 0.0, kappa = 0.0, before = 0.0;
    const double first = -log(expm1(2.0 * 2.385)), last = -log(expm1(2.0 * 0.02385)), ratio = exp((last - first) / 40.0);
    for (int k = 0; k <= 40; k++) u[k] = 0.5 * log1p(exp(-(first + (last - first) * k / 40.0)));
    for (int k = 0; k < 40; k++) {
        const double g = u[k] - u[k + 1], w = 1.0 - 1.0 / ratio;
        U += 1.5 * (log(ratio) - w) + (k == 0 ? 0.5 * w * fmin(3.0, exp(first) * 41.5) : 1.5 * fmax(w - before, 0.0));
        B += (g - 2.0 * (1.0 - exp(-g)) + (1.0 - exp(-2.0 * g)) / 2.0) * 3.0 / (1.0 - exp(-2.0 * u[k]));
        h = fmax(h, g), kappa = fmax(kappa, g / fmin(1.0, u[k + 1]));
        before = w;
    }
    CHECK_CLOSE(c.U, U, 1e-9);
    CHECK_CLOSE(c.B_bound, B, 1e-9);
    CHECK_CLOSE(c.h, h, 1e-9);
    CHECK_CLOSE(c.kappa, kappa, 1e-9);
    CHECK_OK(ctx, sb_situation_pilot(ctx, &s, &at, &c));
    CHECK(c.F0 == given.F0 && isnan(c.FR));
    CHECK_OK(ctx, sb_situation_initial_loss(ctx, &s, &at, &F0));
    CHECK_OK(ctx, sb_situation_irreducible_loss(ctx, &s, &at, &loss));
    CHECK(F0 == given.F0 && isnan(loss));
    CHECK_FAILS(ctx, sb_situation_config(ctx, &s, &at, &config), SB_EINVAL, "by hand");
    sb_situation_free(&s);
    CHECK(s.count == 0 && s.base == NULL);
    sb_situation_free(&s);
}

/* hand() with one change. */
static void refuse(double *field, double value, sb_constants *c, const char *part, const char *also)
{
    sb_situation s;
    const double kept = *field;
    *field = value;
    CHECK_FAILS(&context, sb_situation_by_hand(&context, c, &s), SB_EUSER, part);
    if (also) CHECK_FAILS(&context, sb_situation_by_hand(&context, c, &s), SB_EUSER, also);
    CHECK(s.base == NULL && s.n == NULL);
    *field = kept;
}

static void test_mistakes_by_hand(void)
{
    static const char *const needed[] = {"N", "S", "R", "d", "delta", "L", "w2", "sigma1", "sigma2", "Gamma", "F0", "M2"};
    sb_context *ctx = &context;
    sb_constants c = hand(), none;
    sb_situation s;
    sb_constants_clear(&none);
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        const sb_constant_info *row = sb_constant_find(needed[i]);
        sb_constants without = c;
        char part[40];
        snprintf(part, sizeof part, "--set: error: choose needs %s (", needed[i]);
        sb_constant_set(&without, row, NAN);
        CHECK_FAILS(ctx, sb_situation_by_hand(ctx, &without, &s), SB_EUSER, part);
        snprintf(part, sizeof part, "%s (%.20s", needed[i], row->meaning); /* all in one message where all are missing */
        CHECK_FAILS(ctx, sb_situation_by_hand(ctx, &none, &s), SB_EUSER, part);
    }
    CHECK_FAILS(ctx, sb_situation_by_hand(ctx, &none, &s), SB_EUSER, ") and M2 (");
    refuse(&c.T, 2.0, &c, "choose finds T (", "leave it out");
    refuse(&c.kappa, 0.1, &c, "choose finds kappa (", NULL);
    c.eta = 0.1;
    refuse(&c.T, 2.0, &c, "choose finds T (", "and eta (");
    c.eta = NAN;
    refuse(&c.Gamma, 11, &c, "Gamma = 11", "N = 10");
    refuse(&c.Gamma, 0, &c, "Gamma = 0", NULL);
    refuse(&c.delta, 0, &c, "delta = 0", NULL);
    refuse(&c.R, 0, &c, "R = 0", NULL);
    refuse(&c.d, 3e9, &c, "d = 3e+09", NULL);
    refuse(&c.L, 1e-300, &c, "L = 1e-300", "sizes from 1e-120 to 1e+120");
    refuse(&c.M2, 1e200, &c, "M2 = 1e+200", NULL);
    refuse(&c.mu, 0.1, &c, "mu = 0.1", "without Fstar");
    refuse(&c.Fstar, 0.1, &c, "Fstar = 0.1", "without mu");
    c.mu = 0.5;
    refuse(&c.Fstar, 0.4, &c, "Fstar = 0.4", "F0 = 0.31");
    c.Fstar = 0.2;
    refuse(&c.mu, 13, &c, "mu = 13", "L = 12.5");
    c.C1 = -0.3;
    refuse(&c.Fn0, 0.29, &c, "Fn0 = 0.29", "C1 = -0.3");
    c.Fn0 = 0.31;
    CHECK_OK(ctx, sb_situation_by_hand(ctx, &c, &s)); /* nothing wrong with the rest */
    sb_situation_free(&s);
    c.sigma2 = 0.05; /* 0.05 sqrt(2 (0.31 - 0.2)/0.5) = 0.0332 */
    refuse(&c.C1, -0.234, &c, "Fstar = 0.2", "C1 = -0.234");
    refuse(&c.C1, -0.30, &c, "come to -0.0668", NULL);
    c.C1 = -0.233; /* 0.2332 is what there is */
    CHECK_OK(ctx, sb_situation_by_hand(ctx, &c, &s));
    sb_situation_free(&s);
    c.sigma2 = 0.0, c.C1 = -0.2; /* a score that fits: 0 but for rounding */
    c.Fn0 = 0.41, c.Fstar = 0.1;
    CHECK_OK(ctx, sb_situation_by_hand(ctx, &c, &s));
    sb_situation_free(&s);
}

/* ---- of a configuration ---- */

static void prepare(sb_fixture *f, int d, int N, sb_model_name model)
{
    const double keep[] = {1.0, 0.8, 0.8, 0.8, 0.8, 0.8}; /* so Gamma* >= 1 */
    sb_fixture_fill(f, d, N, model, SB_GRID_LOG_SNR);
    sb_fixture_prune(f, SB_PRUNING_RANDOM, N, keep);
    f->config.train.rule = SB_RATE_REMARK_4_12; /* the pilot follows Lemma 4.6 all the same */
    f->config.train.learning_rate = 0.0;
    f->config.pruning.uncovered = SB_UNCOVERED_KEEP;
}

static void test_base(void)
{
    sb_context *ctx = &context;
    sb_fixture f, g;
    sb_situation s;
    sb_system system;
    double eta;
    prepare(&f, 1, 6, SB_MODEL_AFFINE);
    prepare(&g, 1, 6, SB_MODEL_AFFINE);
    g.config.train.rule = SB_RATE_LEMMA_4_6;
    if (!CHECK_OK(ctx, sb_situation_of_config(ctx, &f.config, &s))) return;
    if (!CHECK_OK(ctx, sb_system_create(ctx, &g.config, &system))) return;
    CHECK_OK(ctx, sb_learning_rate(ctx, &system, &eta, NULL));
    CHECK(s.config == &f.config && s.count == 6 && s.base[0].eta == eta);
    CHECK(s.K_budget == 7.0 && s.steps_budget == 18.0);
    double largest = 0.0;
    for (int i = 0; i < 6; i++) {
        const sb_mixture q = sb_data_worker(&system.data, i);
        const double M2 = sb_mixture_second_moment(&q);
        CHECK(s.n[i] == i);
        CHECK_CLOSE(s.base[i].M2, M2, 1e-12);
        largest = fmax(largest, M2);
    }
    CHECK(s.M2_largest == largest);
    CHECK(s.base[0].FR > 0.0 && s.base[0].dtheta > 0.0 && s.base[0].sigma1 > 0.0 && s.base[0].mu > 0.0);
    CHECK(s.base[0].F0 == s.base[0].Fn0); /* the initial score is 0 */
    sb_system_free(&system);
    sb_situation_free(&s);
}

static void test_laws(void)
{
    static const sb_override four[] = {{"data.dimension", "2"},
                                       {"data.workers", "4"},
                                       {"data.components", "[{weight: 0.4, mean: [-1.1, 0.4], covariance: 0.2}, "
                                                           "{weight: 0.6, mean: [0.7, 1.25], covariance: [0.3, 0.09]}]"},
                                       {"data.partition.kind", "dirichlet"},
                                       {"model.kind", "fourier"},
                                       {"model.features", "12"},
                                       {"pruning.kind", "random"},
                                       {"pruning.keep", "[1, 0.8, 0.7, 0.9]"},
                                       {"pruning.uncovered", "keep"}};
    sb_context *ctx = &context, three;
    sb_config given;
    sb_situation s;
    sb_constants c[4], again[4];
    sb_config config = {0};
    sb_system system = {0};
    double F0, loss;
    if (!sb_choice_config(ctx, sizeof four / sizeof *four, four, &given)) return;
    if (!CHECK_OK(ctx, sb_situation_of_config(ctx, &given, &s))) return;
    sb_hyperparameters at = {1.385, 0.0725, 11, NAN, NAN, 9, 2, SB_GRID_KAPPA, SB_SAMPLER_DDPM};
    CHECK_OK(ctx, sb_situation_laws(ctx, &s, &at, c));
    sb_context_init(&three, 3);
    CHECK_OK(&three, sb_situation_laws(&three, &s, &at, again));
    CHECK(memcmp(c, again, sizeof c) == 0);

    /* the same by way of the configuration that --apply would write */
    CHECK_FAILS(ctx, sb_situation_config(ctx, &s, &at, &config), SB_EDOM, "learning rate");
    at.eta = 0.012385;
    if (!CHECK_OK(ctx, sb_situation_config(ctx, &s, &at, &config))) return;
    CHECK(config.diffusion.T == at.T && config.diffusion.delta == at.delta && config.diffusion.K == 11 &&
          config.diffusion.grid == SB_GRID_KAPPA && config.diffusion.sampler == SB_SAMPLER_DDPM);
    CHECK(config.train.rounds == 9 && config.train.local_steps == 2 && config.train.rule == SB_RATE_GIVEN &&
          config.train.learning_rate == at.eta);
    CHECK(config.seed == given.seed && config.pruning.kind == SB_PRUNING_RANDOM && config.data.workers == 4);
    CHECK_OK(ctx, sb_system_create(ctx, &config, &system));
    const sb_mixture pooled = sb_data_pooled(&system.data);
    sb_number mu, Fstar, L, worst = sb_number_exact(0.0), number;
    CHECK_OK(ctx, sb_quadratic_polyak(ctx, &system, &pooled, &mu, &Fstar));
    for (int i = 0; i < 4; i++) {
        const sb_mixture q = sb_data_worker(&system.data, i);
        sb_exact x;
        CHECK_OK(ctx, sb_quadratic_lipschitz(ctx, &system, &q, &L));
        worst = sb_number_max(worst, L);
        if (!CHECK_OK(ctx, sb_exact_compute(ctx, &q, &system.grid, 500, 0.95, config.seed, i, &x))) continue;
        CHECK_CLOSE(c[i].C1, x.C1.value, 1e-9);
        CHECK_CLOSE(c[i].D_sum, x.D_sum.value, 1e-7);
        CHECK_CLOSE(c[i].U, x.U, 1e-9);
        CHECK_CLOSE(c[i].B_bound, x.B_bound, 1e-9);
        CHECK_CLOSE(c[i].kl_init, x.kl_init.value, 1e-6);
        CHECK_CLOSE(c[i].kl_prior, x.kl_prior.value, 1e-6);
        CHECK(c[i].sampler_bias == 0.0 && c[i].kappa == system.grid.kappa && isnan(c[i].FR) && isnan(c[i].chain_score));
        CHECK(c[i].sigma1 == s.base[i].sigma1 && c[i].w2 == s.base[i].w2 && c[i].Gamma == s.base[i].Gamma);
        sb_exact_free(&x);
    }
    CHECK_CLOSE(c[2].L, worst.value, 1e-9);
    CHECK_CLOSE(c[2].mu, mu.value, 1e-6);
    CHECK_CLOSE(c[2].Fstar, Fstar.value, 1e-9);
    CHECK_OK(ctx, sb_situation_initial_loss(ctx, &s, &at, &F0));
    CHECK_OK(ctx, sb_initial_loss(ctx, &system, &pooled, 100, &number));
    CHECK(F0 == c[0].F0);
    CHECK_CLOSE(F0, number.value, 1e-12);
    CHECK_OK(ctx, sb_situation_irreducible_loss(ctx, &s, &at, &loss));
    CHECK(loss > 0.0 && loss < F0 && loss <= Fstar.value * (1.0 + 1e-9));
    sb_system_free(&system);
    sb_config_free(&config);
    sb_config_free(&given);
    sb_situation_free(&s);
}

/* A pilot meets what a training and its survey do, by way of the configuration. */
static void test_pilot(void)
{
    static const sb_override five[] = {{"data.workers", "5"}};
    sb_context *ctx = &context;
    sb_config given;
    sb_situation s;
    sb_constants c, direct;
    sb_config config = {0};
    sb_system system = {0};
    sb_training training = {0};
    sb_measured measured = {0};
    if (!sb_choice_config(ctx, 1, five, &given)) return;
    if (!CHECK_OK(ctx, sb_situation_of_config(ctx, &given, &s))) return;
    CHECK(s.count == 1 && s.n[0] == 0 && s.base[0].sigma2 == 0.0); /* five workers of one law */
    sb_hyperparameters at = {1.5, 0.0625, 9, NAN, 0.0125, 4, 2, SB_GRID_KAPPA, SB_SAMPLER_EXPONENTIAL};
    CHECK_OK(ctx, sb_situation_pilot(ctx, &s, &at, &c));
    CHECK_OK(ctx, sb_situation_config(ctx, &s, &at, &config));
    CHECK_OK(ctx, sb_system_create(ctx, &config, &system));
    CHECK_OK(ctx, sb_training_create(ctx, &system, 1, at.eta, &training));
    CHECK_OK(ctx, sb_training_run(ctx, &system, &training, 4, NULL, NULL));
    CHECK_OK(ctx, sb_measure(ctx, &system, &training, &measured));
    sb_measured_constants(&measured, 0, &direct);
    const char *const same[] = {"dtheta", "FR",    "chain_score", "sigma1", "w2", "Gamma", "L",
                                "mu",     "D_sum", "kappa",       "U",      "R",  "S",     "eta"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        const sb_constant_info *row = sb_constant_find(same[i]);
        CHECK_CLOSE(sb_constant_get(&c, row), sb_constant_get(&direct, row), 1e-12);
    }
    double F0;
    CHECK_OK(ctx, sb_situation_initial_loss(ctx, &s, &at, &F0));
    CHECK(c.F0 == F0 && c.Fn0 == F0);
    at.eta = 0.0;
    CHECK_FAILS(ctx, sb_situation_pilot(ctx, &s, &at, &c), SB_EDOM, "learning rate");
    sb_measured_free(&measured);
    sb_training_free(&training);
    sb_system_free(&system);
    sb_config_free(&config);
    sb_config_free(&given);
    sb_situation_free(&s);
}

static void test_points(void)
{
    sb_context *ctx = &context;
    sb_constants given = hand(), c;
    sb_situation s;
    double F0;
    if (!CHECK_OK(ctx, sb_situation_by_hand(ctx, &given, &s))) return;
    const sb_hyperparameters good = {2.0, 0.02385, 40, NAN, 1e-3, 50, 7, SB_GRID_LOG_SNR, SB_SAMPLER_EXPONENTIAL};
    sb_hyperparameters at = good;
    at.K = 2e7;
    CHECK_FAILS(ctx, sb_situation_laws(ctx, &s, &at, &c), SB_ERANGE, "2e+07");
    CHECK_FAILS(ctx, sb_situation_pilot(ctx, &s, &at, &c), SB_ERANGE, "2e+07");
    at.K = 40.5;
    CHECK_FAILS(ctx, sb_situation_laws(ctx, &s, &at, &c), SB_EDOM, "40.5");
    at = good, at.T = 0.02;
    CHECK_FAILS(ctx, sb_situation_initial_loss(ctx, &s, &at, &F0), SB_EDOM, "T = 0.02");
    at = good, at.T = NAN;
    CHECK_FAILS(ctx, sb_situation_irreducible_loss(ctx, &s, &at, &F0), SB_EDOM, "T = nan");
    at = good, at.R = 0.0;
    CHECK_FAILS(ctx, sb_situation_laws(ctx, &s, &at, &c), SB_EDOM, "R = 0");
    at = good, at.S = 1.5;
    CHECK_FAILS(ctx, sb_situation_laws(ctx, &s, &at, &c), SB_EDOM, "S = 1.5");
    sb_situation_free(&s);
}

static void test_mistakes_of_config(void)
{
    sb_context *ctx = &context, stopped;
    const volatile sig_atomic_t stop = 1;
    sb_fixture f;
    sb_situation s;
    const double keep = 0.05;
    prepare(&f, 1, 3, SB_MODEL_EXACT);
    CHECK_FAILS(ctx, sb_situation_of_config(ctx, &f.config, &s), SB_EUSER, "nothing to train");
    prepare(&f, 1, 3, SB_MODEL_AFFINE);
    f.config.train.rounds = 0;
    CHECK_FAILS(ctx, sb_situation_of_config(ctx, &f.config, &s), SB_EUSER, "at least one round");
    prepare(&f, 1, 3, SB_MODEL_AFFINE);
    sb_fixture_prune(&f, SB_PRUNING_RANDOM, 1, &keep);
    CHECK_FAILS(ctx, sb_situation_of_config(ctx, &f.config, &s), SB_EUSER, "Gamma* >= 1");
    CHECK(s.count == 0 && s.base == NULL);
    prepare(&f, 1, 3, SB_MODEL_AFFINE);
    sb_context_init(&stopped, 1);
    stopped.stop = &stop;
    CHECK_FAILS(&stopped, sb_situation_of_config(&stopped, &f.config, &s), SB_EINTR, "");
}

int main(void)
{
    static const sb_test tests[] = {
        {"constants by hand, and a grid", test_by_hand},
        {"mistakes by hand", test_mistakes_by_hand},
        {"the base pilot of a configuration", test_base},
        {"laws at a point", test_laws},
        {"a pilot at a point", test_pilot},
        {"points that are none", test_points},
        {"mistakes of a configuration", test_mistakes_of_config},
    };
    sb_context_init(&context, 2);
    return sb_test_main("situation", tests, sizeof tests / sizeof *tests);
}
