/* The slack waterfall: its levels are the statements', its bars add up, and each step of the proof gives something away, in closed form
 * (affine scores, Gaussian data) and on measured runs. What is broken on purpose shows. */
#include "affine_training.h"
#include "fixture.h"
#include "harness.h"
#include "statement.h"

#include "ledger/waterfall.h"

#include <stdio.h>
#include <string.h>

enum { DATA, PATH, SQUARE, DENOISING, DRIFT, GAP, DESCENT, GRADIENT, INITIALISATION };

static sb_context context;

static double level(unsigned step, const sb_constants *c)
{
    return sb_waterfall_table[step].level(c);
}

static double value(const char *name, sb_form form, const sb_constants *c)
{
    return statement_value(sb_statement_find(name), form, c);
}

/* Every constant moved by a factor of its own; those with bounds on both sides or whole numbers stay what they may be. */
static sb_constants random_constants(sb_stream *stream)
{
    sb_constants c = statement_constants();
    for (unsigned i = 0; i < sb_constant_count; i++)
        sb_constant_set(&c, &sb_constant_table[i],
                        sb_constant_get(&c, &sb_constant_table[i]) * exp(3.0 * sb_stream_uniform(stream) - 1.5));
    c.R = ceil(c.R), c.S = ceil(c.S);
    return c;
}

/* Each level of the proof by another route: the lemmas, put into one another. */
static void levels_are_the_statements(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 1, 0, 0);
    for (int trial = 0; trial < 100; trial++) {
        const sb_constants c = random_constants(&stream);
        sb_constants x = c;
        CHECK_CLOSE(level(DATA, &c), value("theorem_4_11", SB_FORM_SHARP, &c), 1e-13);
        CHECK_CLOSE(level(PATH, &c), value("lemma_4_10", SB_FORM_SHARP, &c), 1e-13);
        x.path_kl = value("lemma_4_9", SB_FORM_CORRECTED, &c);
        CHECK_CLOSE(level(SQUARE, &c), value("lemma_4_10", SB_FORM_SHARP, &x), 1e-13);
        x.score_loss = value("lemma_4_8", SB_FORM_EXACT, &c);
        x.path_kl = value("lemma_4_9", SB_FORM_CORRECTED, &x);
        CHECK_NEAR(level(DENOISING, &c), value("lemma_4_10", SB_FORM_SHARP, &x), 1e-13);
        x.FnR = value("lemma_4_7", SB_FORM_SHARP, &c);
        x.score_loss = value("lemma_4_8", SB_FORM_EXACT, &x);
        x.path_kl = value("lemma_4_9", SB_FORM_CORRECTED, &x);
        CHECK_CLOSE(level(GRADIENT, &c), value("lemma_4_10", SB_FORM_SHARP, &x), 1e-12);
        CHECK_CLOSE(level(INITIALISATION, &c), value("theorem_4_11", SB_FORM_CORRECTED, &c), 1e-12);
        CHECK(level(sb_waterfall_count - 1, &c) == value("theorem_4_11", SB_FORM_PRINTED, &c));
        x = c;
        x.Fn0 = x.F0; /* a gap without sign */
        CHECK_CLOSE(level(DRIFT, &x), level(GAP, &x), 1e-13);
    }
    CHECK(sb_waterfall_proof == INITIALISATION + 1);
}

/* Value of the term of this name; sum over several names. */
static double term(const sb_terms *t, const char *name)
{
    for (int i = 0; i < t->term_count; i++)
        if (strcmp(t->term[i].name, name) == 0) return t->term[i].value;
    CU_FAIL("no such term");
    return NAN;
}

static double terms(const sb_terms *t, int count, const char *const *names)
{
    double sum = 0.0;
    for (int i = 0; i < count; i++) sum += term(t, names[i]);
    return sum;
}

/* One step, one formula: what each of the last steps changes, from the two forms of the theorem term by term. */
static void print_changes_what_it_says(void)
{
    const sb_constants c = statement_constants();
    sb_terms printed, corrected;
    double x[SB_MAX_WATERFALL_STEPS];
    CHECK(sb_statement_evaluate(sb_statement_find("theorem_4_11"), SB_FORM_PRINTED, &c, &printed, NULL) == 0);
    CHECK(sb_statement_evaluate(sb_statement_find("theorem_4_11"), SB_FORM_CORRECTED, &c, &corrected, NULL) == 0);
    for (unsigned i = 1; i < sb_waterfall_count; i++) x[i] = level(i, &c) - level(i - 1, &c);
    const char *steps[] = {"discretisation steps", "discretisation data", "discretisation horizon"};
    const char *exact[] = {"score fluctuation", "score decay"};
    const char *noise[] = {"variance", "gradient noise"}, *floor[] = {"heterogeneity", "local noise", "gradient noise"};
    const char *losses[] = {"initial gap", "heterogeneity drift", "initial loss"};
    CHECK(printed.term_count == 11 && corrected.term_count == 11);
    CHECK_NEAR(x[9], terms(&printed, 3, steps) - terms(&corrected, 2, exact), 1e-12);
    CHECK_NEAR(x[10], term(&printed, "initialisation") - term(&corrected, "initialisation"), 1e-12);
    CHECK_NEAR(x[11], term(&printed, "pruning") - term(&corrected, "pruning"), 1e-12);
    CHECK_NEAR(x[12], terms(&printed, 2, noise) - terms(&corrected, 3, floor), 1e-12);
    CHECK_NEAR(x[13], term(&printed, "irreducible loss") - term(&corrected, "irreducible loss"), 1e-12);
    CHECK_NEAR(x[14], terms(&printed, 3, losses) - terms(&corrected, 3, losses), 1e-12);
    CHECK(x[14] < 0.0 && x[13] > 0.0 && sb_waterfall_count == 15);
}

/* Whether the bars stand on one another, from the KL to the total. */
static int adds_up(const sb_waterfall *w)
{
    double sum = w->kl.value, largest = fabs(w->kl.value);
    int good = w->count == (int)sb_waterfall_count;
    for (int i = 0; i < w->count; i++) {
        sum += w->bar[i].nats.value;
        largest = fmax(largest, fabs(w->bar[i].level));
        good &= fabs(sum - w->bar[i].level) <= 1e-12 * largest;
        good &= w->bar[i].nats.lo <= w->bar[i].nats.value && w->bar[i].nats.value <= w->bar[i].nats.hi;
    }
    return good && fabs(sum - w->total) <= 1e-12 * largest;
}

static sb_number near(double x, double half)
{
    return (sb_number){x, x - half, x + half, 0.95, 20.0, SB_SAMPLED};
}

/* What would have been measured were these the constants, all of them known exactly. */
static sb_measured measured_of(const sb_constants *c, double kl, sb_measured_worker *w)
{
    const sb_number none = sb_number_unknown();
    *w = (sb_measured_worker){.n = 4,
                              .M2 = sb_number_exact(c->M2),
                              .C1 = sb_number_exact(c->C1),
                              .D_sum = sb_number_exact(c->D_sum),
                              .B_sum = sb_number_exact(c->B_sum),
                              .kl_init = sb_number_exact(c->kl_init),
                              .kl_prior = sb_number_exact(c->kl_prior),
                              .F_before = sb_number_exact(c->Fn0),
                              .F_after = sb_number_exact(c->FnR),
                              .score_loss_after = sb_number_exact(c->score_loss),
                              .path_kl_after = sb_number_exact(c->path_kl),
                              .chain_score_after = sb_number_exact(c->chain_score),
                              .chain_after = sb_number_exact(c->kl_init + c->D_sum + c->chain_score),
                              .closed_after = none,
                              .importance_after = none,
                              .knn_after = none,
                              .dv_after = none,
                              .grid_after = sb_number_exact(kl)};
    return (sb_measured){.N = c->N,
                         .S = c->S,
                         .R = c->R,
                         .D = c->D,
                         .d = c->d,
                         .T = c->T,
                         .K = c->K,
                         .kappa = c->kappa,
                         .delta = c->delta,
                         .eta = c->eta,
                         .confidence = 0.95,
                         .L = sb_number_exact(c->L),
                         .w2 = sb_number_exact(c->w2),
                         .sigma1 = sb_number_exact(c->sigma1),
                         .sigma2 = sb_number_exact(c->sigma2),
                         .Gamma = sb_number_exact(c->Gamma),
                         .F0 = sb_number_exact(c->F0),
                         .FR = sb_number_exact(c->FR),
                         .dtheta = sb_number_exact(c->dtheta),
                         .squared_gradient = sb_number_exact(c->squared_gradient),
                         .worker_count = 1,
                         .worker = w};
}

static void bars_add_up(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 1, 1, 0, 0);
    for (int trial = 0; trial < 200; trial++) {
        const sb_constants c = random_constants(&stream);
        sb_measured_worker worker;
        sb_waterfall w;
        const sb_measured m = measured_of(&c, 0.02385, &worker);
        sb_waterfall_from_run(&m, 0, &w);
        CHECK(adds_up(&w));
        CHECK(w.n == 4 && !w.at_most && w.kl.value == 0.02385 && w.prior == c.kl_prior);
        CHECK(w.total == value("theorem_4_11", SB_FORM_PRINTED, &c));
        CHECK(w.bar[3].nats.lo == w.bar[3].nats.hi); /* nothing was sampled */
        w.bar[3].nats.value *= 1.0 + 1e-9;
        CHECK(!adds_up(&w));
    }
}

/* First order, by hand. The factor 2 of the split; the chain's own interval and KL's on the first bar. */
static void intervals(void)
{
    const sb_constants c = statement_constants();
    sb_measured_worker worker;
    sb_waterfall w;
    sb_measured m = measured_of(&c, 0.02385, &worker);
    worker.D_sum = near(c.D_sum, 0.003);
    worker.grid_after = near(0.02385, 0.004);
    sb_waterfall_from_run(&m, 0, &w);
    CHECK_CLOSE(w.bar[DATA].nats.hi - w.bar[DATA].nats.value, 0.005, 1e-9);
    CHECK_CLOSE(w.bar[PATH].nats.value - w.bar[PATH].nats.lo, 0.003, 1e-9);
    CHECK_CLOSE(w.bar[SQUARE].nats.hi - w.bar[SQUARE].nats.value, 0.006, 1e-9);
    CHECK_CLOSE(w.bar[DENOISING].nats.lo, w.bar[DENOISING].nats.hi, 1e-11); /* both of its levels have D_sum */
    CHECK(w.bar[DENOISING].nats.status == SB_CERTIFIED && w.bar[DENOISING].nats.confidence == 1.0);
    CHECK_CLOSE(w.bar[9].nats.value - w.bar[9].nats.lo, 0.006, 1e-9);
    CHECK(w.bar[DATA].nats.status == SB_SAMPLED);

    m = measured_of(&c, 0.02385, &worker);
    worker.F_after = near(c.FnR, 0.003);
    worker.score_loss_after = near(c.score_loss, 0.004);
    m.squared_gradient = near(c.squared_gradient, 0.1);
    sb_waterfall_from_run(&m, 0, &w);
    CHECK_CLOSE(w.bar[DENOISING].nats.hi - w.bar[DENOISING].nats.value, 0.01, 1e-9);
    double alpha;
    sb_psi(&c, &alpha);
    CHECK_CLOSE(w.bar[GRADIENT].nats.hi - w.bar[GRADIENT].nats.value, 2.0 * c.eta * c.S * c.R * alpha * 0.1, 1e-9);
}

/* Only 0 <= KL <= KL_chain is known: the waterfall starts at the chain, and the first bar may be anything up to all of it. */
static void an_upper_bound_in_place_of_kl(void)
{
    const sb_constants c = statement_constants();
    sb_measured_worker worker;
    sb_waterfall w;
    const sb_measured m = measured_of(&c, NAN, &worker);
    sb_waterfall_from_run(&m, 0, &w);
    CHECK(w.at_most && adds_up(&w));
    CHECK_CLOSE(w.kl.value, value("theorem_4_11", SB_FORM_SHARP, &c), 1e-15);
    CHECK_NEAR(w.bar[DATA].nats.value, 0.0, 1e-15);
    CHECK_CLOSE(w.bar[DATA].nats.hi, w.kl.value, 1e-12);
}

/* The whole theory in closed form: all steps of the proof are inequalities. Broken constants break exactly the steps that see them. */
static void proof_steps_in_closed_form(void)
{
    static affine_system system;
    static affine_outcome out;
    static quadratic_outcome trained;
    static const struct {
        unsigned step;
        const char *constant;
        double factor;
    } faults[] = {{DATA, "chain_score", 0.01},       {PATH, "path_kl", 0.5}, {SQUARE, "score_loss", 0.05},
                  {DRIFT, "sigma2", 1e-3},           {DESCENT, "F0", 0.05},  {GRADIENT, "squared_gradient", -1.0},
                  {INITIALISATION, "kl_init", 100.0}};
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 2, 1, 0, 0);
    double most[SB_MAX_WATERFALL_STEPS] = {0};
    int caught[sizeof faults / sizeof *faults] = {0};
    for (int trial = 0; trial < 100; trial++) {
        affine_draw(&stream, 0, 1.0 + 2.0 * sb_stream_uniform(&stream), &system);
        affine_run(&system, &out);
        quadratic_train(&system.q, &trained);
        for (int n = 0; n < system.q.N; n++) {
            sb_constants c = out.c[n];
            c.squared_gradient = trained.mean_squared_gradient;
            for (unsigned i = 0; i < sb_waterfall_proof; i++) {
                const double before = i ? level(i - 1, &c) : out.kl[n], step = level(i, &c) - before;
                CHECK(step >= -1e-9 * fmax(level(i, &c), 1.0));
                most[i] = fmax(most[i], step / level(i, &c));
            }
            CHECK_CLOSE(level(DENOISING, &c), level(SQUARE, &c), 1e-9);
            for (unsigned i = 0; i < sb_waterfall_count; i++) CHECK(level(i, &c) > 0.0);
            for (size_t f = 0; f < sizeof faults / sizeof *faults; f++) {
                sb_constants broken = c;
                const sb_constant_info *row = sb_constant_find(faults[f].constant);
                const unsigned i = faults[f].step;
                sb_constant_set(&broken, row, faults[f].factor * sb_constant_get(&c, row));
                caught[f] += level(i, &broken) < (i ? level(i - 1, &broken) : out.kl[n]) - 1e-9;
            }
        }
    }
    printf("# largest share of a level that a step gives away:");
    for (unsigned i = 0; i < sb_waterfall_proof; i++) {
        printf(" %.2g", most[i]);
        CHECK(i == DENOISING || most[i] > 0.01);
    }
    printf("\n# caught:");
    for (size_t f = 0; f < sizeof faults / sizeof *faults; f++) {
        printf(" %d", caught[f]);
        CHECK(caught[f] > 5);
    }
    printf("\n");
}

/* A trained and measured run: bars add up, no step of the proof is below zero beyond its interval; a spoilt measurement is. */
static void on_a_run(sb_model_name model)
{
    sb_context *ctx = &context;
    sb_fixture fixture;
    sb_system system = {0};
    sb_training training = {0};
    sb_measured measured = {0};
    sb_waterfall w;
    const double keep[] = {1.0, 0.8, 0.7}; /* so that every parameter is kept by somebody */
    sb_fixture_fill(&fixture, 1, 3, model, SB_GRID_LOG_SNR);
    sb_fixture_prune(&fixture, SB_PRUNING_RANDOM, 3, keep);
    fixture.config.measure.replicas = 4;
    fixture.config.measure.kl = SB_KL_CHAIN | SB_KL_GRID;
    fixture.config.train.learning_rate = model == SB_MODEL_AFFINE ? 0.02 : 0.002;
    CHECK_OK(ctx, sb_system_create(ctx, &fixture.config, &system));
    CHECK_OK(ctx, sb_training_create(ctx, &system, 4, fixture.config.train.learning_rate, &training));
    CHECK_OK(ctx, sb_training_run(ctx, &system, &training, fixture.config.train.rounds, NULL, NULL));
    CHECK_OK(ctx, sb_measure(ctx, &system, &training, &measured));
    for (int i = 0; i < measured.worker_count; i++) {
        sb_waterfall_from_run(&measured, i, &w);
        CHECK(adds_up(&w) && !w.at_most && w.n == measured.worker[i].n);
        for (unsigned step = 0; step < sb_waterfall_proof && w.count; step++) {
            CHECK(w.bar[step].nats.hi >= -1e-9);
            if (i == 0)
                printf("# %-22s %12.6g [%.6g, %.6g] -> %.6g\n", w.bar[step].step->name, w.bar[step].nats.value, w.bar[step].nats.lo,
                       w.bar[step].nats.hi, w.bar[step].level);
        }
        CHECK(w.bar[DENOISING].nats.lo <= 0.0);
        CHECK(w.bar[INITIALISATION].nats.lo > 0.0);
    }
    measured.worker[0].path_kl_after = sb_number_scale(measured.worker[0].path_kl_after, 0.2, 0.0);
    sb_waterfall_from_run(&measured, 0, &w);
    CHECK(w.bar[PATH].nats.hi < 0.0 && adds_up(&w));
    sb_measured_free(&measured);
    sb_training_free(&training);
    sb_system_free(&system);
}

static void on_an_affine_run(void)
{
    on_a_run(SB_MODEL_AFFINE);
}

static void on_a_network_run(void)
{
    on_a_run(SB_MODEL_MLP);
}

/* Every constant in turn is unknown: either no level sees it, or it is the one that is named. */
static void missing_constants_are_named(void)
{
    static const char *const needed = " N S R d T K kappa eta L w2 sigma1 sigma2 Gamma F0 FR Fn0 dtheta M2 C1 FnR D_sum B_sum "
                                      "score_loss path_kl chain_score kl_init squared_gradient ";
    const sb_constants all = statement_constants();
    for (unsigned j = 0; j < sb_constant_count; j++) {
        char word[40];
        sb_constants c = all;
        sb_measured_worker worker;
        sb_waterfall w;
        sb_constant_set(&c, &sb_constant_table[j], NAN);
        const sb_measured m = measured_of(&c, 0.02385, &worker);
        sb_waterfall_from_run(&m, 0, &w);
        snprintf(word, sizeof word, " %s ", sb_constant_table[j].name);
        const int seen = strstr(needed, word) != NULL;
        CHECK((w.count == 0) == seen && isnan(w.total) == seen);
        CHECK(w.missing_count == seen && (!seen || strcmp(w.missing[0], sb_constant_table[j].name) == 0));
    }
}

static void what_else_may_be_unknown(void)
{
    sb_constants c = statement_constants();
    sb_measured_worker worker;
    sb_waterfall w;
    sb_measured m = measured_of(&c, NAN, &worker);
    worker.chain_after = sb_number_unknown();
    sb_waterfall_from_run(&m, 0, &w);
    CHECK(w.count == 0 && w.missing_count == 1 && strcmp(w.missing[0], "KL") == 0);

    m = measured_of(&c, 0.02385, &worker);
    m.sigma2 = m.L = sb_number_unknown();
    m.FR.value = INFINITY; /* a training that diverged */
    sb_waterfall_from_run(&m, 0, &w);
    CHECK(w.count == 0 && w.missing_count == 3 && strcmp(w.missing[0], "L") == 0 && strcmp(w.missing[2], "FR") == 0);

    m = measured_of(&c, 0.02385, &worker);
    m.Gamma = sb_number_exact(0.0); /* N/Gamma* is infinite: no constant is to blame for that by being unknown */
    m.FR = sb_number_unknown();
    sb_waterfall_from_run(&m, 0, &w);
    CHECK(w.count == 0 && w.missing_count == 0 && isnan(w.total));

    c.R = 0.0, c.squared_gradient = NAN; /* no round, no gradient met */
    m = measured_of(&c, 0.02385, &worker);
    sb_waterfall_from_run(&m, 0, &w);
    CHECK(w.missing_count == 0 && adds_up(&w) && w.bar[GRADIENT].nats.value == 0.0);

    c = statement_constants();
    CHECK(w.descends);
    m = measured_of(&c, 0.02385, &worker);
    m.adam = 1;
    sb_waterfall_from_run(&m, 0, &w);
    CHECK(adds_up(&w) && !w.descends);
    c.eta = 0.5; /* alpha < 0 */
    m = measured_of(&c, 0.02385, &worker);
    sb_waterfall_from_run(&m, 0, &w);
    CHECK(adds_up(&w) && !w.descends);
}

static void the_worst_worker(void)
{
    const sb_constants c = statement_constants();
    sb_measured_worker worker[3];
    sb_measured m = measured_of(&c, 0.02, &worker[0]);
    measured_of(&c, 0.03, &worker[1]);
    measured_of(&c, 0.01, &worker[2]);
    m.worker = worker;
    m.worker_count = 3;
    CHECK(sb_waterfall_worker(&m) == 1);
    worker[2].grid_after = sb_number_exact(0.05);
    CHECK(sb_waterfall_worker(&m) == 2);
    worker[2].M2 = sb_number_exact(2e6); /* its printed bound is enormous */
    CHECK(sb_waterfall_worker(&m) == 1);
    worker[1].M2 = sb_number_unknown();
    CHECK(sb_waterfall_worker(&m) == 0);
}

int main(void)
{
    static const sb_test tests[] = {
        {"levels are the statements", levels_are_the_statements},
        {"print changes what it says", print_changes_what_it_says},
        {"bars add up", bars_add_up},
        {"intervals", intervals},
        {"an upper bound in place of KL", an_upper_bound_in_place_of_kl},
        {"proof steps in closed form", proof_steps_in_closed_form},
        {"on an affine run", on_an_affine_run},
        {"on a network run", on_a_network_run},
        {"missing constants are named", missing_constants_are_named},
        {"what else may be unknown", what_else_may_be_unknown},
        {"the worst worker", the_worst_worker},
    };
    sb_context_init(&context, 1);
    return sb_test_main("waterfall", tests, sizeof tests / sizeof *tests);
}
