/* Whole runs on glyph mixtures, points of 64 dimensions whose law is known: what is measured against closed forms and against draws,
 * densities and scores by another route. */
#include "dense_law.h"
#include "harness.h"

#include "base/memory.h"
#include "ledger/ledger.h"
#include "measure/measured.h"

#include <math.h>
#include <string.h>

enum { D = 64 };

static sb_context context;

typedef struct {
    sb_config config;
    sb_system system;
    sb_training training;
    sb_measured measured;
} run;

static const char diffusion[] = "seed: 5\ndiffusion: {T: 2.385, delta: 0.05, grid: log-snr, K: 8}\n";

static int run_open(const char *text, run *r)
{
    sb_context *ctx = &context;
    char all[1000];
    *r = (run){0};
    snprintf(all, sizeof all, "%s%s", diffusion, text);
    return CHECK_OK(ctx, sb_config_parse(ctx, "glyphs", all, strlen(all), 0, NULL, &r->config)) &&
           CHECK_OK(ctx, sb_system_create(ctx, &r->config, &r->system)) &&
           CHECK_OK(ctx, sb_training_create(ctx, &r->system, 1, r->config.train.learning_rate, &r->training)) &&
           CHECK_OK(ctx, sb_training_run(ctx, &r->system, &r->training, r->config.train.rounds, NULL, NULL)) &&
           CHECK_OK(ctx, sb_measure(ctx, &r->system, &r->training, &r->measured));
}

static void run_close(run *r)
{
    sb_measured_free(&r->measured);
    sb_training_free(&r->training);
    sb_system_free(&r->system);
    sb_config_free(&r->config);
}

/* No statement may be violated; counts those that hold. */
static int holding(const sb_measured *measured)
{
    sb_ledger ledger;
    int count = 0;
    if (!CHECK_OK(&context, sb_ledger_from_run(&context, measured, &ledger))) return 0;
    for (int i = 0; i < ledger.row_count; i++) {
        const sb_ledger_row *row = &ledger.row[i];
        if (row->worst.verdict == SB_VIOLATED)
            printf("# violated: %s, form %d: %g against %g\n", row->statement->name, (int)row->form, row->worst.lhs.value,
                   row->worst.rhs.value);
        count += row->worst.verdict == SB_HOLDS;
    }
    CHECK(sb_ledger_violations(&ledger) == 0);
    sb_ledger_free(&ledger);
    return count;
}

/* ---- one glyph, the exact score: closed forms ---- */

/* A direction of one Gaussian: its variance and squared mean at time 0, and how many directions are so. */
typedef struct {
    double lambda, square, count;
} direction;

static int directions_of(const sb_components *c, direction *of)
{
    double left = 0.0;
    for (int i = 0; i < c->d; i++) left += c->mean[i] * c->mean[i];
    for (int k = 0; k < c->rank; k++) {
        double along = 0.0;
        for (int i = 0; i < c->d; i++) along += c->Q[i * c->rank + k] * c->mean[i];
        of[k] = (direction){c->lambda[k], along * along, 1.0};
        left -= along * along;
    }
    of[c->rank] = (direction){c->lambda[c->rank], left, c->d - c->rank};
    return c->rank + 1;
}

static double variance_at(direction x, double u)
{
    return exp(-2.0 * u) * x.lambda - expm1(-2.0 * u);
}

/* KL(N(m,v) || N(m',v')) in all coordinates of a direction; apart: sum of the squares of m - m'. */
static double divergence(double count, double v, double to, double apart)
{
    return 0.5 * (count * (v / to - 1.0 - log(v / to)) + apart / to);
}

typedef struct {
    double kl, chain, C1, D, kl_init;
} closed;

/* The sampler keeps a Gaussian one: in each direction its variance p and the factor f of the mean follow from step to step. */
static closed closed_forms(const sb_components *c, const sb_grid *grid)
{
    direction of[c->rank + 1];
    closed sum = {0};
    const int count = directions_of(c, of);
    for (int i = 0; i < count; i++) {
        const direction x = of[i];
        double p = 1.0, f = 0.0;
        sum.kl_init += divergence(x.count, variance_at(x, grid->T), 1.0, exp(-2.0 * grid->T) * x.square);
        for (int k = 0; k < grid->K; k++) {
            const double g = grid->gamma[k], u = grid->u[k], v = variance_at(x, u), after = variance_at(x, grid->u[k + 1]);
            const double jump = 2.0 * expm1(g), slope = exp(g) - jump / v, b = 0.5 * (1.0 + exp(-g));
            const double D_k = 0.5 * log(v / after) + g - 0.5 * -expm1(-2.0 * g) / v;
            p = slope * slope * p + expm1(2.0 * g);
            f = slope * f + jump / v * exp(-u);
            sum.D += x.count * D_k;
            sum.chain += x.count * (D_k + 2.0 * tanh(0.5 * g) * (1.0 - b) * (1.0 - b) / v);
            sum.C1 += x.count * g * (1.0 / v - 1.0 / grid->sigma2[k]);
        }
        sum.kl += divergence(x.count, variance_at(x, grid->delta), p, pow(f - exp(-grid->delta), 2) * x.square);
    }
    sum.chain += sum.kl_init;
    return sum;
}

static int within(sb_number x, double truth)
{
    if (!(x.lo <= truth && truth <= x.hi)) printf("# %.10g [%.10g, %.10g] misses %.10g\n", x.value, x.lo, x.hi, truth);
    return x.lo <= truth && truth <= x.hi;
}

static void one_glyph(void)
{
    run r;
    if (run_open("data: {kind: glyphs, workers: 1, images: {side: 8}, glyphs: {templates: 1, rank: 9, deviation: 0.2385}}\n"
                 "model: {kind: exact}\ntrain: {rounds: 1, learning_rate: 0.01}\n"
                 "measure: {replicas: 1, chain_samples: 3000, samples: 64, confidence: 0.999, kl: [closed, chain]}\n",
                 &r)) {
        const closed truth = closed_forms(&r.system.data.components, &r.system.grid);
        const sb_measured_worker *w = &r.measured.pooled;
        CHECK_CLOSE(w->closed_after.value, truth.kl, 1e-9);
        CHECK_CLOSE(w->C1.value, truth.C1, 1e-10);
        CHECK_CLOSE(w->D_sum.value, truth.D, 1e-9);
        CHECK_CLOSE(w->kl_init.value, truth.kl_init, 1e-9);
        CHECK(within(w->chain_after, truth.chain) && w->chain_after.hi - w->chain_after.lo < 0.05 * truth.chain);
        CHECK(within(w->chain_free_after, truth.chain));
        CHECK(truth.kl > 0.0 && truth.kl < truth.chain);
        CHECK(holding(&r.measured) > 10);
    }
    run_close(&r);
}

/* ---- ten glyphs, a U-Net: by draws ---- */

/* Mean of `count` values and the square of its standard error. */
typedef struct {
    double mean, error2;
    int count;
} average;

static void add(average *a, double x)
{
    const double change = x - a->mean;
    a->count++;
    a->mean += change / a->count;
    a->error2 += change * (x - a->mean); /* the sum of squares until finish() */
}

static void finish(average *a)
{
    a->error2 /= (a->count - 1.0) * a->count;
}

static void gather(average *sum, double factor, average a)
{
    finish(&a);
    sum->mean += factor * a.mean;
    sum->error2 += factor * factor * a.error2;
}

/* Two independent estimates of one number. */
static void agree(const char *what, average own, sb_number measured)
{
    const double half = 0.5 * (measured.hi - measured.lo), apart = fabs(own.mean - measured.value);
    const double allowed = 3.7 * sqrt(own.error2) + 1.6 * half;
    if (!(apart <= allowed && allowed < 0.1 * fabs(measured.value) + 0.1))
        printf("# %s: %g +- %g, measured %g [%g, %g]\n", what, own.mean, sqrt(own.error2), measured.value, measured.lo,
               measured.hi);
    CHECK(apart <= allowed && allowed < 0.1 * fabs(measured.value) + 0.1);
}

static double squared(const double *x, double factor, const double *y)
{
    double sum = 0.0;
    for (int i = 0; i < D; i++) sum += (x[i] - factor * y[i]) * (x[i] - factor * y[i]);
    return sum;
}

typedef struct {
    average C1, D, score_loss, loss, chain;
} sums;

/* All of step k, by `count` draws of X_a, a = u_{k+1}, and X_b, b = u_k, on one forward path from X_0. */
static void step(const run *r, const sb_mixture *q, int k, int count, sb_stream *stream, sb_workspace *ws, sums *s)
{
    static const double nothing[D];
    const sb_grid *grid = &r->system.grid;
    const double a = grid->u[k + 1], b = grid->u[k], g = b - a, sigma2 = grid->sigma2[k], half = 0.5 * (1.0 + exp(-g));
    dense_law start = dense_law_at(q, 0.0), at_a = dense_law_at(q, a), at_b = dense_law_at(q, b);
    average C1 = {0}, D_k = {0}, score_loss = {0}, loss = {0}, chain = {0};
    for (int i = 0; i < count; i++) {
        double x[D], y[D], z[D], S[D], Z[D], own[D];
        dense_law_draw(&start, stream, x);
        sb_stream_normals(stream, D, z);
        for (int e = 0; e < D; e++) z[e] = exp(-a) * x[e] + sqrt(-expm1(-2.0 * a)) * z[e];
        const double log_a = dense_law_score(&at_a, z, S);
        sb_stream_normals(stream, D, y);
        for (int e = 0; e < D; e++) y[e] = exp(-g) * z[e] + sqrt(-expm1(-2.0 * g)) * y[e];
        const double log_b = dense_law_score(&at_b, y, S);
        for (int e = 0; e < D; e++) Z[e] = -(y[e] - exp(-b) * x[e]) / sigma2;
        const sb_batch batch = {1, y, &k};
        CHECK_OK(&context, sb_model_evaluate(&context, r->system.model, r->training.theta, &batch, ws, own));
        add(&C1, squared(S, 0.0, nothing) - squared(Z, 0.0, nothing));
        add(&D_k, log_a - log_b + D * g + 0.5 * expm1(-2.0 * g) * squared(S, 0.0, nothing));
        add(&score_loss, squared(own, 1.0, S));
        add(&loss, squared(own, 1.0, Z));
        add(&chain, squared(own, half, S));
    }
    gather(&s->C1, g, C1);
    gather(&s->D, 1.0, D_k);
    gather(&s->score_loss, g, score_loss);
    gather(&s->loss, g, loss);
    gather(&s->chain, 2.0 * tanh(0.5 * g), chain);
    dense_law_free(&start);
    dense_law_free(&at_a);
    dense_law_free(&at_b);
}

/* KL(q_T||N(0,I)) */
static average initial(const sb_mixture *q, double T, int count, sb_stream *stream)
{
    dense_law law = dense_law_at(q, T);
    average kl = {0};
    for (int i = 0; i < count; i++) {
        double y[D], S[D];
        dense_law_draw(&law, stream, y);
        double log_ratio = dense_law_score(&law, y, S) + 0.5 * D * log(2.0 * M_PI);
        for (int e = 0; e < D; e++) log_ratio += 0.5 * y[e] * y[e];
        add(&kl, log_ratio);
    }
    dense_law_free(&law);
    finish(&kl);
    return kl;
}

static void compare(const run *r, const sb_mixture *q, const sb_measured_worker *w, uint32_t law)
{
    enum { DRAWS = 250, FIRST = 2000 };
    sb_stream stream = sb_stream_at(11, SB_DRAW_TEST, 0, law, 0, 0);
    sb_workspace *ws = NULL;
    sums s = {.C1 = {0}};
    if (!CHECK_OK(&context, sb_workspace_create(&context, r->system.model, 1, &ws))) return;
    for (int k = 0; k < r->system.grid.K; k++) step(r, q, k, DRAWS, &stream, ws, &s);
    const average kl_init = initial(q, r->system.grid.T, FIRST, &stream);
    s.chain.mean += s.D.mean + kl_init.mean;
    s.chain.error2 += s.D.error2 + kl_init.error2;
    agree("C_1", s.C1, w->C1);
    agree("sum of D_k", s.D, w->D_sum);
    agree("KL(q_T||N(0,I))", kl_init, w->kl_init);
    agree("F_n(theta_R)", s.loss, w->F_after);
    agree("score loss", s.score_loss, w->score_loss_after);
    agree("KL_chain", s.chain, w->chain_after);
    agree("KL_chain without scores", s.chain, w->chain_free_after);
    sb_workspace_free(ws);
}

static void ten_glyphs(void)
{
    run r;
    if (run_open("data: {kind: glyphs, workers: 2, partition: {kind: dirichlet, alpha: 1}, images: {side: 8}, glyphs: {rank: 5, "
                 "deviation: 0.2385}}\n"
                 "model: {kind: unet, width: 4, depth: 2}\n"
                 "train: {rounds: 30, local_steps: 2, batch: 16, learning_rate: 3e-3}\n"
                 "measure: {every: 15, replicas: 1, workers: 1, chain_samples: 600, samples: 128, hessian_iterations: 3,\n"
                 "          kl: [chain]}\n",
                 &r)) {
        const sb_mixture worker = sb_data_worker(&r.system.data, r.measured.worker[0].n), pooled = sb_data_pooled(&r.system.data);
        CHECK(r.system.data.d == D && r.measured.worker_count == 1);
        CHECK(r.measured.pooled.score_loss_after.value < 0.9 * r.measured.pooled.score_loss_before.value); /* it learns */
        compare(&r, &worker, &r.measured.worker[0], 0);
        compare(&r, &pooled, &r.measured.pooled, 1);
        CHECK(holding(&r.measured) > 10);
    }
    run_close(&r);
}

int main(void)
{
    static const sb_test tests[] = {
        {"one glyph and the exact score, in closed form", one_glyph},
        {"ten glyphs and a U-Net, by draws", ten_glyphs},
    };
    sb_context_init(&context, 2);
    return sb_test_main("runs on glyph mixtures", tests, sizeof tests / sizeof *tests);
}
