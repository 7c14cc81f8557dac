/* pruning_floor.c: where training stands still under pruning, |grad F|^2 is of the size nu L^2 w^2: never more than the sharp Lemma 4.6
 * says, and of that size for every L, w and nu. */
#include "claim/experiment.h"
#include "claim/model_system.h"
#include "claim/parts.h"

#include "base/memory.h"
#include "base/random.h"
#include "base/slope.h"

#include <math.h>
#include <string.h>

enum { POINTS = 4, ROUNDS = 64, TRIALS = 400, MOST_D = 8 };

static const double RHO = 0.9;

/* A floor and what it is compared with. */
typedef struct {
    double x;     /* nu L^2 w^2 */
    double floor; /* |grad F|^2 */
    double sharp; /* right side of the sharp lemma */
} outcome;

static sb_status train(sb_context *ctx, const sb_model_system *system, int rounds, outcome *out)
{
    sb_status st = SB_OK;
    double *path = NULL;
    sb_constants c;
    sb_terms rhs;
    SB_ALLOC(path, rounds);
    SB_TRY(sb_model_system_train(ctx, system, rounds, path, &c));
    sb_statement_evaluate(sb_statement_find("lemma_4_6"), SB_FORM_SHARP, &c, &rhs, NULL);
    *out = (outcome){.x = c.N / c.Gamma * c.L * c.L * c.w2, .sharp = rhs.sum};
    for (int r = 0; r < rounds; r++) out->floor += path[r] / rounds;
done:
    sb_free(path);
    return st;
}

/* POINTS systems that differ in one of L, w^2, nu or the number of workers; values (POINTS) of what differs. */
static sb_status vary(sb_context *ctx, const int *nu, const int *copies, const double *L, const double *size, outcome *out)
{
    sb_status st = SB_OK;
    sb_model_system system = {0};
    for (int i = 0; i < POINTS; i++) {
        sb_model_system_free(&system);
        SB_TRY(sb_model_system_blocks(ctx, nu[i], copies[i], RHO, L[i], size[i], 0.99, &system));
        SB_TRY(train(ctx, &system, ROUNDS, &out[i]));
    }
done:
    sb_model_system_free(&system);
    return st;
}

/* As many workers as parameters, each keeping one, all parameters coupled alike: where nu makes no difference. At its point of rest. */
static sb_status one_each(sb_context *ctx, const int *nu, outcome *out)
{
    sb_status st = SB_OK;
    sb_model_system system = {0};
    for (int k = 0; k < POINTS; k++) {
        const int D = nu[k];
        sb_model_system_free(&system);
        SB_TRY(sb_model_system_alloc(ctx, D, D, 1, &system));
        system.L = 1.0;
        for (int i = 0; i < D * D; i++) {
            const int diagonal = i / D == i % D;
            system.A[i] = (diagonal ? 1.0 : RHO) / (1.0 + RHO * (D - 1));
            system.a[i] = 1.0;
            system.mask[i] = (unsigned char)diagonal;
        }
        for (int i = 0; i < D; i++) system.theta0[i] = 1.0 + RHO * (D - 1);
        const sb_constants c = {.N = D, .S = 1.0, .L = 1.0, .Gamma = 1.0};
        system.eta = 0.99 * sb_rate_limit(&c);
        SB_TRY(train(ctx, &system, ROUNDS, &out[k]));
    }
done:
    sb_model_system_free(&system);
    return st;
}

/* A = sum_j lambda_j v_j v_j', v orthonormal by Gram-Schmidt, largest lambda L. */
static void draw_curvature(sb_stream *stream, int D, double L, double *A)
{
    double v[MOST_D][MOST_D];
    for (int j = 0; j < D; j++) {
        double square = 0.0;
        sb_stream_normals(stream, (size_t)D, v[j]);
        for (int pass = 0; pass < 2; pass++)
            for (int k = 0; k < j; k++) {
                double product = 0.0;
                for (int i = 0; i < D; i++) product += v[j][i] * v[k][i];
                for (int i = 0; i < D; i++) v[j][i] -= product * v[k][i];
            }
        for (int i = 0; i < D; i++) square += v[j][i] * v[j][i];
        const double lambda = j == 0 ? L : L * pow(0.01, sb_stream_uniform(stream));
        for (int i = 0; i < D; i++) v[j][i] /= sqrt(square);
        for (int i = 0; i < D * D; i++) A[i] += lambda * v[j][i / D] * v[j][i % D];
    }
}

static int below(sb_stream *stream, int n)
{
    return (int)(n * sb_stream_uniform(stream));
}

/* A random system: 2 to 6 workers, 2 to 8 parameters, random masks that cover every parameter, started at its minimum. */
static sb_status draw_system(sb_context *ctx, uint64_t seed, int trial, sb_model_system *system)
{
    sb_status st = SB_OK;
    sb_stream stream = sb_stream_at(seed, SB_DRAW_CLAIM, 0, 2, (uint32_t)trial, 0);
    const int N = 2 + below(&stream, 5), D = 2 + below(&stream, MOST_D - 1), S = 1 + below(&stream, 4);
    const double keep = 0.1 + 0.8 * sb_stream_uniform(&stream);
    SB_TRY(sb_model_system_alloc(ctx, N, D, S, system));
    system->L = pow(10.0, 4.0 * sb_stream_uniform(&stream) - 1.0);
    draw_curvature(&stream, D, system->L, system->A);
    sb_stream_normals(&stream, (size_t)D, system->theta0);
    for (int n = 0; n < N; n++) memcpy(system->a + n * D, system->theta0, (size_t)D * sizeof *system->a);
    for (int i = 0; i < D; i++) {
        for (int n = 0; n < N; n++) system->mask[n * D + i] = sb_stream_uniform(&stream) < keep;
        system->mask[below(&stream, N) * D + i] = 1;
    }
    system->mask[0] = 0, system->mask[D] = 1; /* something is pruned */
    const sb_constants c = {.N = N, .S = S, .L = system->L, .Gamma = sb_model_system_coverage(system)};
    system->eta = 0.99 * sb_rate_limit(&c);
done:
    return st;
}

static sb_status random_systems(sb_context *ctx, uint64_t seed, outcome *out)
{
    sb_status st = SB_OK;
    sb_model_system system = {0};
    for (int trial = 0; trial < TRIALS; trial++) {
        sb_model_system_free(&system);
        SB_TRY(draw_system(ctx, seed, trial, &system));
        SB_TRY(train(ctx, &system, 1500, &out[trial]));
    }
done:
    sb_model_system_free(&system);
    return st;
}

/* The configured training with both sensors in units `scale` times smaller: L, late |grad F|^2 over w^2 and by itself, nu L^2 w^2. */
static sb_status trained(sb_context *ctx, const sb_config *config, double scale, double *L, sb_number *per_w2, sb_number *floor,
                         double *x)
{
    sb_status st = SB_OK;
    sb_config scaled = *config;
    sb_component component = config->data.components[0];
    sb_experiment experiment = {0};
    double covariance[4];
    for (int i = 0; i < 4; i++) covariance[i] = component.covariance[i] * scale * scale;
    component.covariance = covariance;
    scaled.data.components = &component;
    SB_TRY(sb_experiment_open(ctx, &scaled, 1.0, &experiment));
    SB_TRY(sb_experiment_advance(ctx, &experiment, scaled.train.rounds, SB_PART_GRADIENTS | SB_PART_CURVATURE));
    SB_TRY(sb_experiment_exact(ctx, &experiment));
    SB_TRY(sb_late_gradient(ctx, &experiment.measured, scaled.train.rounds / 2, floor));
    *L = experiment.measured.L.value;
    const double w2 = experiment.measured.w2.value;
    *x = experiment.measured.N / experiment.measured.Gamma.value * *L * *L * w2;
    *per_w2 = sb_number_scale(*floor, 1.0 / w2, 0.0);
done:
    sb_experiment_close(&experiment);
    return st;
}

static sb_status figure(sb_context *ctx, const outcome (*law)[POINTS], const outcome *random, int runs, const double *run_x,
                        const sb_number *run_floor, sb_figure *figure)
{
    static const char *const names[] = {"L varied", "w^2 varied", "nu varied"};
    sb_status st = SB_OK;
    double x[TRIALS], ends[2] = {1e-6, 1e8};
    sb_number y[TRIALS], same[2], twice[2];
    SB_TRY(sb_figure_begin(ctx, "Where pruned training stands still", "nu L^2 w^2", "|grad F|^2", figure));
    figure->log_x = figure->log_y = 1;
    for (int i = 0; i < TRIALS; i++) { /* in a few systems pruning moves nothing: a floor of rounding errors has no place here */
        x[i] = random[i].x;
        y[i] = random[i].floor > 1e-12 * x[i] ? sb_number_exact(random[i].floor) : sb_number_unknown();
    }
    SB_TRY(sb_claim_curve(ctx, figure, "random systems", SB_MARK_POINTS, TRIALS, x, y));
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < POINTS; i++) x[i] = law[k][i].x, y[i] = sb_number_exact(law[k][i].floor);
        SB_TRY(sb_claim_curve(ctx, figure, names[k], SB_MARK_LINE_POINTS, POINTS, x, y));
    }
    SB_TRY(sb_claim_curve(ctx, figure, "trained scores", SB_MARK_POINTS, runs, run_x, run_floor));
    for (int i = 0; i < 2; i++) same[i] = sb_number_exact(ends[i]), twice[i] = sb_number_exact(2.0 * ends[i]);
    SB_TRY(sb_claim_curve(ctx, figure, "nu L^2 w^2", SB_MARK_LINE, 2, ends, same));
    SB_TRY(sb_claim_curve(ctx, figure, "sharp Lemma 4.6 (small eta): twice that", SB_MARK_LINE, 2, ends, twice));
done:
    return st;
}

static sb_status run(sb_context *ctx, const sb_config *config, sb_claim_result *result)
{
    enum { RUNS = 3 };
    static const int nus[] = {2, 4, 8, 16}, twos[] = {2, 2, 2, 2}, threes[] = {3, 3, 3, 3}, ones[] = {1, 1, 1, 1},
                     crowd[] = {1, 2, 4, 8};
    static const double Ls[] = {0.2385, 2.385, 238.5, 23850.0}, sizes[] = {0.01, 0.1, 1.0, 10.0}, one[] = {1.0, 1.0, 1.0, 1.0};
    static const double scales[RUNS] = {1.0, 2.0, 4.0};
    sb_status st = SB_OK;
    outcome law[3][POINTS], more[POINTS], alike[POINTS], *random = NULL;
    sb_number floor[POINTS], per_w2[RUNS], run_floor[RUNS];
    double x[POINTS], L[RUNS], run_x[RUNS], largest = 0.0, beyond = 0.0;
    const sb_number attained = sb_number_exact(pow(RHO / (1.0 + RHO), 2.0));
    SB_ALLOC(random, TRIALS);
    SB_TRY(vary(ctx, threes, ones, Ls, one, law[0]));
    SB_TRY(vary(ctx, threes, ones, one, sizes, law[1]));
    SB_TRY(vary(ctx, nus, ones, one, one, law[2]));
    SB_TRY(vary(ctx, twos, crowd, one, one, more));
    SB_TRY(one_each(ctx, nus, alike));
    SB_TRY(random_systems(ctx, config->seed, random));
    for (int i = 0; i < RUNS; i++) SB_TRY(trained(ctx, config, scales[i], &L[i], &per_w2[i], &run_floor[i], &run_x[i]));

    for (int i = 0; i < POINTS; i++) floor[i] = sb_number_exact(law[0][i].floor);
    SB_TRY(sb_claim_equal(ctx, result, sb_slope_in_quadrature(POINTS, Ls, floor), sb_number_exact(2.0), 1e-6, 1e-6,
                          "exponent of L in the floor of |grad F|^2, w^2 and nu fixed (model systems)"));
    for (int i = 0; i < POINTS; i++) floor[i] = sb_number_exact(law[1][i].floor), x[i] = sizes[i] * sizes[i];
    SB_TRY(sb_claim_equal(ctx, result, sb_slope_in_quadrature(POINTS, x, floor), sb_number_exact(1.0), 1e-6, 1e-6,
                          "exponent of w^2 in the floor, L and nu fixed (model systems)"));
    for (int i = 0; i < POINTS; i++) floor[i] = sb_number_exact(law[2][i].floor), x[i] = nus[i];
    SB_TRY(sb_claim_equal(ctx, result, sb_slope_in_quadrature(POINTS, x, floor), sb_number_exact(1.0), 1e-6, 1e-6,
                          "exponent of nu = N/Gamma* in the floor, L and w^2 fixed (model systems made to attain it)"));
    for (int i = 0; i < POINTS; i++) floor[i] = sb_number_exact(nus[i] * alike[i].floor / alike[i].x);
    SB_TRY(sb_claim_at_most(ctx, result, sb_slope_in_quadrature(POINTS, x, floor), sb_number_exact(0.5),
                            "exponent of nu in floor over L^2 w^2 where each worker keeps one of nu parameters: far below 1"));
    SB_TRY(sb_claim_equal(ctx, result, sb_number_exact(more[POINTS - 1].floor / more[0].floor), sb_number_exact(1.0), 1e-6, 1e-6,
                          "floor with 16 workers over floor with 2, nu = 2 in both"));
    SB_TRY(sb_claim_equal(ctx, result, sb_number_exact(law[2][POINTS - 1].floor / law[2][POINTS - 1].x), attained, 1e-6, 1e-6,
                          "floor over nu L^2 w^2 in these systems, nu = 16, against rho^2/(1+rho)^2, rho = %g", RHO));
    for (int i = 0; i < TRIALS; i++) {
        largest = fmax(largest, random[i].floor / random[i].x);
        beyond = fmax(beyond, random[i].floor / random[i].sharp);
    }
    SB_TRY(sb_claim_at_most(ctx, result, sb_number_exact(largest), sb_number_exact(1.0),
                            "largest mean |grad F|^2 over nu L^2 w^2 in %d random pruned systems", TRIALS));
    SB_TRY(sb_claim_at_most(ctx, result, sb_number_exact(beyond), sb_number_exact(1.0),
                            "largest mean |grad F|^2 over the right side of the sharp Lemma 4.6 in them"));
    SB_TRY(sb_claim_equal(ctx, result, sb_slope_in_quadrature(RUNS, L, per_w2), sb_number_exact(2.0), 0.05, 0.1,
                          "exponent of L in (late |grad F|^2)/w^2 of a trained affine score, data in three units"));
    SB_TRY(figure(ctx, law, random, RUNS, run_x, run_floor, &result->figure));
    sb_claim_conclude(
        result,
        "The floor that pruning leaves is nu L^2 w^2 up to a constant: quadratic in L, linear in w^2, at most %.3f nu L^2 w^2 "
        "in random systems. It is linear in nu where the systems are made for it (each parameter that a group of workers "
        "alone keeps suffers from what only they prune): there the floor is %.3f nu L^2 w^2 for every nu, 1/%.1f of "
        "the sharp bound, so no factor of the corrected term can be dropped. In general nu is an upper bound: "
        "where each worker keeps one of nu parameters the floor hardly grows. Trained scores: (floor)/w^2 ~ L^%.2f.",
        largest, attained.value, law[2][POINTS - 1].sharp / law[2][POINTS - 1].floor,
        sb_slope_in_quadrature(RUNS, L, per_w2).value);
done:
    sb_free(random);
    return st;
}

const sb_claim sb_claim_pruning_floor = {
    .number = 2,
    .name = "pruning-floor",
    .statement =
        "Under pruning |grad F|^2 comes to rest at a floor of the size nu L^2 w^2, nu = N/Gamma*: quadratic in L, linear in w^2.",
    .source = "Lemma 4.6, third term, as the proof in App. C has it",
    .yaml = sb_claim_pruning_floor_yaml,
    .run = run,
};
