/* ladder.c: claim 9. From KL(q_delta||p) up to the corrected Theorem 4.11, one inequality at a time, on one trained network:
 *     KL <= KL_chain                                                 forgetting the path
 *        <= KL(q_T||N(0,I)) + path divergence                        the sampler's steps stand for a continuous process
 *        <= bound of the start + 2 (D + B) + 2 score loss            |A1-A3|^2 <= 2|A1-A2|^2 + 2|A2-A3|^2, convexity
 *        <= corrected theorem                                        the trained loss bounded by what was known before training
 * The second gap is known without the true score: for the exponential integrator it is sum (g - 2 tanh(g/2)) E|s|^2. Below KL_chain
 * stand the particles' bounds, which fall to KL as their number grows; below KL the critic's. */
#include "claim/parts.h"

#include "base/memory.h"
#include "choose/learning_rate.h"
#include "claim/laws.h"
#include "ledger/ledger.h"
#include "measure/kl_importance.h"
#include "measure/scratch.h"

#include <math.h>
#include <string.h>

enum { MOST_WORKERS = 4, CROWDS = 4, BATCH = 256 };
static const int particles[CROWDS] = {1, 4, 16, 64};

/* What is known of one worker. */
typedef struct {
    int n;
    sb_number kl, chain, step_gap, path, split, theorem;
    sb_number critic; /* a lower bound of kl */
} rungs;

typedef struct {
    int count;
    rungs worker[MOST_WORKERS];
    sb_number crowd[CROWDS]; /* of worker 0, by number of particles */
} ladder;

/* sum_k (g - 2 tanh(g/2)) E|s_theta(Y_k)|^2: what the path divergence of the exponential integrator exceeds its chain by. */
static sb_status step_gap(sb_context *ctx, const sb_system *system, const double *theta, int n, sb_number *gap)
{
    sb_status st = SB_OK;
    const sb_mixture q = sb_data_worker(&system->data, n);
    const sb_grid *grid = &system->grid;
    const int d = system->data.d, count = system->config->measure.chain_samples / grid->K + 2;
    sb_scratch scratch = {0};
    SB_TRY(sb_scratch_create(ctx, system, BATCH, &scratch));
    sb_scratch_thread *own = &scratch.at[0];
    sb_scores_theta(&own->scores, theta);
    *gap = sb_number_exact(0.0);
    for (int k = 0; k < grid->K; k++) {
        const double g = grid->gamma[k], weight = g - 2.0 * tanh(0.5 * g);
        const sb_stream stream = sb_stream_at(system->config->seed, SB_DRAW_CLAIM, 6, (uint32_t)n, 0, (uint32_t)k);
        double mean = 0.0, m2 = 0.0;
        for (int first = 0; first < count; first += BATCH) {
            const int now = count - first < BATCH ? count - first : BATCH;
            sb_noised_at(&q, grid, stream, k, first, now, &own->noised);
            SB_TRY(sb_scores_at(ctx, &own->scores, now, own->noised.y, own->noised.k, own->s));
            for (int i = 0; i < now; i++) {
                double square = 0.0;
                for (int j = i * d; j < (i + 1) * d; j++) square += own->s[j] * own->s[j];
                const double off = square - mean;
                mean += off / (first + i + 1);
                m2 += off * (square - mean);
            }
        }
        const sb_number at_k = sb_number_sampled(mean, m2 / (count - 1), (size_t)count, system->config->measure.confidence);
        *gap = sb_number_add(*gap, sb_number_scale(at_k, weight, 0.0));
    }
done:
    sb_scratch_free(&scratch);
    return st;
}

/* Right side of the corrected Theorem 4.11 for worker i of the ledger. */
static sb_number theorem_of(const sb_ledger *ledger, int i)
{
    for (int r = 0; r < ledger->row_count; r++)
        if (strcmp(ledger->row[r].statement->name, "theorem_4_11") == 0 && ledger->row[r].form == SB_FORM_CORRECTED)
            return ledger->row[r].instances[i].rhs;
    return sb_number_unknown();
}

static sb_status fill_worker(sb_context *ctx, const sb_system *system, const double *theta, const sb_measured *measured,
                             const sb_ledger *ledger, int i, rungs *r)
{
    sb_status st = SB_OK;
    const sb_measured_worker *w = &measured->worker[i];
    const sb_number discretisation = sb_number_add(w->D_sum, w->B_sum);
    const sb_number twice = sb_number_scale(sb_number_add(discretisation, w->score_loss_after), 2.0, 0.0);
    *r = (rungs){.n = w->n,
                 .kl = w->grid_after,
                 .chain = w->chain_after,
                 .path = sb_number_add(w->kl_init, w->path_kl_after),
                 .split = sb_number_add(w->kl_init_bound, twice),
                 .theorem = theorem_of(ledger, i),
                 .critic = w->dv_after};
    SB_TRY(step_gap(ctx, system, theta, w->n, &r->step_gap));
done:
    return st;
}

/* Trains and measures one run. */
static sb_status climb(sb_context *ctx, const sb_config *config, ladder *l)
{
    sb_status st = SB_OK;
    sb_system system = {0};
    sb_training training = {0};
    sb_measured measured = {0};
    sb_ledger ledger = {0};
    double eta;
    SB_TRY(sb_system_create(ctx, config, &system));
    SB_TRY(sb_learning_rate(ctx, &system, &eta, NULL));
    SB_TRY(sb_training_create(ctx, &system, 1, eta, &training));
    SB_TRY(sb_training_run(ctx, &system, &training, training.rounds, NULL, NULL));
    SB_TRY(sb_measure(ctx, &system, &training, &measured));
    SB_TRY(sb_ledger_from_run(ctx, &measured, &ledger));
    SB_REQUIRE(measured.worker_count <= MOST_WORKERS, SB_EUSER, "this claim looks at no more than %d workers", MOST_WORKERS);
    l->count = measured.worker_count;
    for (int i = 0; i < l->count; i++) SB_TRY(fill_worker(ctx, &system, training.theta, &measured, &ledger, i, &l->worker[i]));
    const sb_mixture q = sb_data_worker(&system.data, l->worker[0].n);
    for (int c = 0; c < CROWDS; c++)
        SB_TRY(sb_kl_importance(ctx, &system, training.theta, &q, config->measure.kl_samples / 8, particles[c], 0, l->worker[0].n,
                                &l->crowd[c]));
done:
    sb_ledger_free(&ledger);
    sb_measured_free(&measured);
    sb_training_free(&training);
    sb_system_free(&system);
    return st;
}

static sb_status draw(sb_context *ctx, const ladder *l, sb_figure *figure)
{
    sb_status st = SB_OK;
    const rungs *r = &l->worker[0];
    const struct {
        const char *name;
        sb_number height;
    } bar[] = {{"critic (lower)", r->critic},     {"KL", r->kl},       {"64 particles", l->crowd[3]}, {"16 particles", l->crowd[2]},
               {"4 particles", l->crowd[1]},      {"chain", r->chain}, {"start + path", r->path},     {"split in two", r->split},
               {"theorem, corrected", r->theorem}};
    enum { BARS = sizeof bar / sizeof *bar };
    sb_series *series;
    SB_TRY(sb_figure_begin(ctx, "The ladder of bounds on one trained network", "rung", "nats", figure));
    figure->log_y = 1;
    for (int i = 0; i < BARS; i++) SB_TRY(sb_figure_category(ctx, figure, bar[i].name));
    SB_TRY(sb_figure_series(ctx, figure, NULL, SB_MARK_BARS, BARS, &series));
    for (int i = 0; i < BARS; i++) {
        series->x[i] = i;
        series->y[i] = bar[i].height;
    }
done:
    return st;
}

static sb_status enter_worker(sb_context *ctx, const rungs *r, sb_claim_result *result)
{
    sb_status st = SB_OK;
    const int n = r->n + 1;
    SB_TRY(sb_claim_at_most(ctx, result, r->kl, r->chain, "worker %d: KL (transition kernels on a grid) against KL_chain", n));
    SB_TRY(sb_claim_at_least(ctx, result, r->step_gap, sb_number_exact(0.0),
                             "worker %d: start + path divergence less KL_chain, as sum (g - 2 tanh(g/2)) E|s|^2, is not negative",
                             n));
    SB_TRY(sb_claim_equal(ctx, result, sb_number_add(r->chain, r->step_gap), r->path, 0.0, 0.05,
                          "worker %d: KL_chain + that gap against KL(q_T||N(0,I)) + path divergence", n));
    SB_TRY(sb_claim_at_most(ctx, result, r->path, r->split,
                            "worker %d: start + path divergence against bound of the start + 2 (D + B) + 2 score loss", n));
    SB_TRY(sb_claim_at_most(ctx, result, r->split, r->theorem, "worker %d: that against the corrected Theorem 4.11", n));
done:
    return st;
}

/* Rungs that bound KL with a confidence enter with the end of their interval that does. */
static sb_status enter_crowds(sb_context *ctx, const ladder *l, sb_claim_result *result)
{
    sb_status st = SB_OK;
    const rungs *r = &l->worker[0];
    const int n = r->n + 1;
    SB_TRY(sb_claim_equal(ctx, result, l->crowd[0], r->chain, 0.0, 0.1, "worker %d: one particle a point against KL_chain", n));
    for (int c = 1; c + 1 < CROWDS; c++)
        SB_TRY(sb_claim_at_most(ctx, result, l->crowd[c], l->crowd[c - 1],
                                "worker %d: %d particles a point against %d: more particles, less bound", n, particles[c],
                                particles[c - 1]));
    SB_TRY(sb_claim_at_most(ctx, result, r->kl, sb_number_exact(l->crowd[CROWDS - 1].hi),
                            "worker %d: KL against the upper end of the interval with %d particles a point", n,
                            particles[CROWDS - 1]));
    SB_TRY(sb_claim_at_most(ctx, result, sb_number_exact(r->critic.lo), r->kl,
                            "worker %d: lower end of the critic's interval (Donsker and Varadhan) against KL", n));
done:
    return st;
}

static sb_status run(sb_context *ctx, const sb_config *config, sb_claim_result *result)
{
    sb_status st = SB_OK;
    ladder l;
    SB_REQUIRE(config->diffusion.sampler == SB_SAMPLER_EXPONENTIAL, SB_EUSER, "this claim is about the exponential integrator");
    SB_TRY(climb(ctx, config, &l));
    for (int i = 0; i < l.count; i++) SB_TRY(enter_worker(ctx, &l.worker[i], result));
    SB_TRY(enter_crowds(ctx, &l, result));
    const rungs *r = &l.worker[0];
    sb_claim_conclude(result,
                      "Worker %d, in nats: KL %.4f, KL_chain %.4f, start + path divergence %.4f, split in two %.4f, corrected "
                      "theorem %.4g, which is "
                      "%.0f times the truth. %d particles a point bring the upper bound down to %.4f.",
                      r->n + 1, r->kl.value, r->chain.value, r->path.value, r->split.value, r->theorem.value,
                      r->theorem.value / r->kl.value, particles[CROWDS - 1], l.crowd[CROWDS - 1].value);
    SB_TRY(draw(ctx, &l, &result->figure));
done:
    return st;
}

const sb_claim sb_claim_ladder = {
    .number = 9,
    .name = "ladder",
    .statement =
        "KL <= KL_chain <= start + path divergence <= its split <= the corrected theorem; particles and critic close in on KL",
    .source = "Lemmas 4.8 to 4.10 and Theorem 4.11",
    .yaml = sb_claim_ladder_yaml,
    .run = run,
};
