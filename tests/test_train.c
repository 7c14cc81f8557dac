/* Equations (7) and (8), and Adam in the place of (7): training against a naive copy of them in plain loops, and against the exact recursion of its expectation. */
#include "harness.h"

#include "fixture.h"

#include "base/random.h"
#include "model/loss.h"
#include "train/train.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static sb_context context;

enum { MOST_ROUNDS = 8, MOST_REPLICAS = 3 };

/* What training says after each round, (round,replica). */
typedef struct {
    int rounds;
    double loss[MOST_ROUNDS][MOST_REPLICAS], moved[MOST_ROUNDS][MOST_REPLICAS], w2[MOST_ROUNDS][MOST_REPLICAS];
    double least[MOST_ROUNDS][MOST_REPLICAS], uncovered[MOST_ROUNDS][MOST_REPLICAS];
    double theta2[MOST_ROUNDS][MOST_REPLICAS]; /* |theta_r|^2; not in a report */
} history;

static sb_status keep_report(sb_context *ctx, void *user, const sb_training *training, const sb_round_report *report)
{
    history *h = user;
    (void)ctx;
    CHECK(report->round == h->rounds && training->done == h->rounds + 1);
    for (int p = 0; p < training->replicas; p++) {
        h->loss[h->rounds][p] = report->loss[p];
        h->moved[h->rounds][p] = report->moved[p];
        h->w2[h->rounds][p] = report->w2[p];
        h->least[h->rounds][p] = report->least[p];
        h->uncovered[h->rounds][p] = report->uncovered[p];
    }
    h->rounds++;
    return SB_OK;
}

/* The mask m_{r,n} from its definition: draws compared as real numbers, coordinates ranked in pairs, rows of the file. */
static void naive_mask(const sb_system *system, const double *keep, const unsigned char *rows, int p, int r, int n, size_t D,
                       const double *theta, unsigned char *mask)
{
    const sb_config *config = system->config;
    uint32_t word[4];
    sb_stream stream = sb_stream_at(config->seed, SB_DRAW_MASK, (uint32_t)p, (uint32_t)n, (uint32_t)r, 0);
    for (size_t i = 0; i < D; i++) {
        size_t before = 0;
        switch (config->pruning.kind) {
        case SB_PRUNING_RANDOM:
            if (i % 4 == 0) sb_stream_words(&stream, word);
            mask[i] = word[i % 4] * 0x1p-32 < keep[n];
            break;
        case SB_PRUNING_TOP_K:
            for (size_t j = 0; j < D; j++) before += fabs(theta[j]) > fabs(theta[i]) || (fabs(theta[j]) == fabs(theta[i]) && j < i);
            mask[i] = (double)before < keep[n] * (double)D;
            break;
        case SB_PRUNING_FILE: mask[i] = rows[(size_t)n * D + i]; break;
        default: mask[i] = 1;
        }
    }
}

/* One step of Adam, the t-th since its moments (2,D) were 0. */
static void naive_adam(size_t D, double eta, int t, const double *grad, const unsigned char *mask, double *moment, double *theta)
{
    for (size_t i = 0; i < D; i++) {
        double *m = &moment[i], *v = &moment[D + i];
        *m = 0.9 * *m + (1.0 - 0.9) * grad[i];
        *v = 0.999 * *v + (1.0 - 0.999) * grad[i] * grad[i];
        if (mask[i]) theta[i] -= eta * (*m / (1.0 - pow(0.9, t))) / (sqrt(*v / (1.0 - pow(0.999, t))) + 1e-8);
    }
}

/* All rounds of replica p on theta (D): sets *h as training reports it. */
static void naive_training(const sb_system *system, double eta, const double *keep, const unsigned char *rows, int p, double *theta,
                           history *h)
{
    sb_context *ctx = &context;
    const sb_config *config = system->config;
    const int N = config->data.workers, S = config->train.local_steps, B = config->train.batch, d = system->data.d;
    const size_t D = sb_model_parameters(system->model);
    double *local = malloc((size_t)N * D * sizeof *local), *grad = malloc(D * sizeof *grad);
    double *moment = malloc(2 * D * sizeof *moment), *theta0 = malloc(D * sizeof *theta0),
           *s_work = malloc(4 * (size_t)(B * d) * sizeof *s_work);
    double *cumulative = malloc((size_t)system->grid.K * sizeof *cumulative);
    unsigned char *mask = malloc((size_t)N * D);
    sb_noised batch;
    sb_workspace *ws;
    CHECK_OK(ctx, sb_noised_alloc(ctx, B, d, &batch));
    CHECK_OK(ctx, sb_workspace_create(ctx, system->model, B, &ws));
    sb_time_law(&system->grid, cumulative);
    memcpy(theta0, theta, D * sizeof *theta);
    for (int r = 0; r < config->train.rounds; r++) {
        double loss = 0.0, w2 = 0.0, moved = 0.0, least = N, uncovered = 0.0;
        h->theta2[r][p] = 0.0;
        for (size_t i = 0; i < D; i++) h->theta2[r][p] += theta[i] * theta[i];
        for (int n = 0; n < N; n++) {
            const sb_mixture q = sb_data_worker(&system->data, n);
            double *own = local + (size_t)n * D, lost = 0.0;
            unsigned char *m = mask + (size_t)n * D;
            naive_mask(system, keep, rows, p, r, n, D, theta, m);
            for (size_t i = 0; i < D; i++) {
                own[i] = theta[i] * m[i];
                lost += (theta[i] - own[i]) * (theta[i] - own[i]);
            }
            w2 = lost > w2 ? lost : w2;
            for (size_t i = 0; i < 2 * D; i++) moment[i] = 0.0;
            for (int s = 0; s < S; s++) {
                double f;
                sb_noised_draw(&q, &system->grid, cumulative,
                               sb_stream_at(config->seed, SB_DRAW_TRAIN, (uint32_t)p, (uint32_t)n, (uint32_t)r, (uint32_t)s), B,
                               &batch);
                CHECK_OK(ctx, sb_dsm_loss(ctx, system->model, own, &batch, ws, s_work, &f, grad, NULL));
                if (config->train.optimiser == SB_OPTIMISER_ADAM) naive_adam(D, eta, s + 1, grad, m, moment, own);
                else
                    for (size_t i = 0; i < D; i++) own[i] = own[i] - eta * grad[i] * m[i];
                loss += f / (N * S);
            }
        }
        for (size_t i = 0; i < D; i++) {
            double sum = 0.0, count = 0.0;
            for (int n = 0; n < N; n++)
                if (mask[(size_t)n * D + i]) {
                    sum += local[(size_t)n * D + i];
                    count += 1.0;
                }
            if (count > 0.0) theta[i] = sum / count;
            else if (config->pruning.uncovered == SB_UNCOVERED_ZERO) theta[i] = 0.0;
            least = count < least ? count : least;
            uncovered += count == 0.0;
            moved += (theta[i] - theta0[i]) * (theta[i] - theta0[i]);
        }
        h->loss[r][p] = loss;
        h->moved[r][p] = sqrt(moved);
        h->w2[r][p] = w2;
        h->least[r][p] = least;
        h->uncovered[r][p] = uncovered;
    }
    sb_workspace_free(ws);
    sb_noised_free(&batch);
    free(local);
    free(grad);
    free(moment);
    free(theta0);
    free(s_work);
    free(cumulative);
    free(mask);
}

/* Trains by both ways from the fixture's configuration and compares everything they say. Returns the uncovered pairs of replica 0. */
static double compare(sb_fixture *fixture, const unsigned char *rows)
{
    const double tol = 1e-12;
    sb_context *ctx = &context;
    sb_config *config = &fixture->config;
    sb_system system;
    sb_training training;
    history got = {0}, want = {0};
    double keep[SB_FIXTURE_WORKERS], missed = NAN;
    const int R = config->train.rounds, P = config->measure.replicas;
    for (int n = 0; n < config->data.workers; n++)
        keep[n] = config->pruning.keep_count ? config->pruning.keep[config->pruning.keep_count == 1 ? 0 : n] : 1.0;
    if (!CHECK_OK(ctx, sb_system_create(ctx, config, &system))) return NAN;
    if (!CHECK_OK(ctx, sb_training_create(ctx, &system, P, config->train.learning_rate, &training))) goto done;
    const size_t D = training.D;
    for (size_t i = 0; i < D; i++) training.theta0[i] = 0.3 * sin(2.385 * (double)(i + 1)); /* many models start at 0 */
    for (int p = 0; p < P; p++) memcpy(training.theta + (size_t)p * D, training.theta0, D * sizeof(double));
    CHECK_OK(ctx, sb_training_run(ctx, &system, &training, R, keep_report, &got));
    CHECK(got.rounds == R && training.done == R && D == sb_model_parameters(system.model));
    double *theta = malloc(D * sizeof *theta);
    for (int p = 0; p < P; p++) {
        double worst = 0.0, w2 = 0.0, theta2 = 0.0, prune2 = 0.0, least = config->data.workers, uncovered = 0.0;
        memcpy(theta, training.theta0, D * sizeof *theta);
        naive_training(&system, config->train.learning_rate, keep, rows, p, theta, &want);
        for (size_t i = 0; i < D; i++) worst = fmax(worst, fabs(theta[i] - training.theta[(size_t)p * D + i]));
        CHECK_NEAR(worst, 0.0, tol);
        for (int r = 0; r < R; r++) {
            CHECK_NEAR(got.loss[r][p], want.loss[r][p], tol);
            CHECK_NEAR(got.moved[r][p], want.moved[r][p], tol);
            CHECK_NEAR(got.w2[r][p], want.w2[r][p], tol);
            CHECK(got.least[r][p] == want.least[r][p] && got.uncovered[r][p] == want.uncovered[r][p]);
            w2 = fmax(w2, want.w2[r][p]);
            theta2 += want.theta2[r][p];
            prune2 = fmax(prune2, want.w2[r][p] / want.theta2[r][p]);
            least = fmin(least, want.least[r][p]);
            uncovered += want.uncovered[r][p];
        }
        CHECK_NEAR(training.w2[p], w2, tol);
        CHECK_NEAR(training.theta2[p], theta2, tol);
        CHECK_NEAR(training.prune2[p], prune2, tol);
        CHECK(theta2 > 0.0 && (prune2 > 0.0) == (w2 > 0.0) && prune2 <= 1.0);
        CHECK(training.least[p] == least && training.uncovered[p] == uncovered);
        CHECK(got.moved[R - 1][p] > 1e-3); /* something was trained */
        if (p > 0) CHECK(memcmp(training.theta, training.theta + (size_t)p * D, D * sizeof(double)) != 0);
        if (p == 0) missed = uncovered;
    }
    free(theta);
    sb_training_free(&training);
done:
    sb_system_free(&system);
    return missed;
}

static void test_unpruned(void)
{
    sb_fixture fixture;
    sb_fixture_fill(&fixture, 1, 4, SB_MODEL_AFFINE, SB_GRID_KAPPA);
    CHECK(compare(&fixture, NULL) == 0.0);
    sb_fixture_fill(&fixture, 2, 5, SB_MODEL_AFFINE, SB_GRID_LOG_SNR);
    fixture.config.measure.replicas = 3;
    CHECK(compare(&fixture, NULL) == 0.0);
    sb_fixture_fill(&fixture, 2, 3, SB_MODEL_MLP, SB_GRID_KAPPA);
    CHECK(compare(&fixture, NULL) == 0.0);
    sb_fixture_fill(&fixture, 1, 1, SB_MODEL_FOURIER, SB_GRID_UNIFORM); /* one worker: ordinary training */
    fixture.config.train.learning_rate = 0.005;
    CHECK(compare(&fixture, NULL) == 0.0);
}

/* So many samples for so few workers that threads go through parts of a minibatch: 301 samples are five tiles, the last not whole. */
static void test_parts(void)
{
    static const double keep = 0.6;
    sb_fixture fixture;
    for (int N = 1; N <= 3; N++) {
        sb_fixture_fill(&fixture, 2, N, SB_MODEL_MLP, SB_GRID_KAPPA);
        sb_fixture_prune(&fixture, SB_PRUNING_RANDOM, 1, &keep);
        fixture.config.train.batch = 301;
        CHECK(compare(&fixture, NULL) > 10.0);
    }
}

static void test_random(void)
{
    static const double keep[] = {0.6, 0.35, 1.0, 0.5};
    sb_fixture fixture;
    sb_fixture_fill(&fixture, 2, 4, SB_MODEL_AFFINE, SB_GRID_LOG_SNR);
    sb_fixture_prune(&fixture, SB_PRUNING_RANDOM, 4, keep);
    CHECK(compare(&fixture, NULL) == 0.0);                           /* worker 2 keeps everything */
    sb_fixture_fill(&fixture, 1, 9, SB_MODEL_AFFINE, SB_GRID_KAPPA); /* the least cover varies from round to round */
    sb_fixture_prune(&fixture, SB_PRUNING_RANDOM, 1, keep);
    for (fixture.config.seed = 1; fixture.config.seed <= 5; fixture.config.seed++) CHECK(compare(&fixture, NULL) == 0.0);
    sb_fixture_fill(&fixture, 2, 3, SB_MODEL_MLP, SB_GRID_KAPPA);
    sb_fixture_prune(&fixture, SB_PRUNING_RANDOM, 1, keep);
    CHECK(compare(&fixture, NULL) > 10.0);
    fixture.config.pruning.uncovered = SB_UNCOVERED_ZERO;
    CHECK(compare(&fixture, NULL) > 10.0);
}

static void test_top_k(void)
{
    static const double keep[] = {0.6, 0.35, 0.8, 0.5};
    sb_fixture fixture;
    sb_fixture_fill(&fixture, 2, 4, SB_MODEL_AFFINE, SB_GRID_KAPPA);
    sb_fixture_prune(&fixture, SB_PRUNING_TOP_K, 4, keep);
    CHECK(compare(&fixture, NULL) > 10.0); /* the masks are nested: a fifth is kept by none */
    fixture.config.pruning.uncovered = SB_UNCOVERED_ZERO;
    CHECK(compare(&fixture, NULL) > 10.0);
    sb_fixture_fill(&fixture, 1, 2, SB_MODEL_MLP, SB_GRID_LOG_SNR);
    sb_fixture_prune(&fixture, SB_PRUNING_TOP_K, 1, keep);
    fixture.config.train.local_steps = 1;
    CHECK(compare(&fixture, NULL) > 10.0);
}

/* Each coordinate belongs to one worker, except the last, which belongs to none. */
static void test_file(void)
{
    enum { N = 3, D = 14 };
    static char path[] = "test_train.tmp.npy";
    unsigned char rows[N * D] = {0};
    sb_fixture fixture;
    for (int i = 0; i < D - 1; i++) rows[i % N * D + i] = 1;
    FILE *f = fopen(path, "wb");
    fwrite("\x93NUMPY\1\0\x3c\0", 1, 10, f);
    fprintf(f, "%-60s", "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 14), }");
    fwrite(rows, 1, sizeof rows, f);
    fclose(f);
    sb_fixture_fill(&fixture, 1, N, SB_MODEL_AFFINE, SB_GRID_KAPPA);
    fixture.config.pruning.kind = SB_PRUNING_FILE;
    fixture.config.pruning.file = path;
    CHECK(compare(&fixture, rows) == fixture.config.train.rounds);
    unlink(path);
}

/* Moments that a worker starts anew in each round, whatever is pruned. */
static void test_adam(void)
{
    static const double keep[] = {0.6, 0.35, 0.8};
    sb_fixture fixture;
    sb_fixture_fill(&fixture, 2, 3, SB_MODEL_MLP, SB_GRID_KAPPA);
    fixture.config.train.optimiser = SB_OPTIMISER_ADAM;
    CHECK(compare(&fixture, NULL) == 0.0);
    sb_fixture_prune(&fixture, SB_PRUNING_RANDOM, 3, keep);
    CHECK(compare(&fixture, NULL) > 10.0);
    fixture.config.train.local_steps = 1;
    CHECK(compare(&fixture, NULL) > 10.0);
    sb_fixture_fill(&fixture, 2, 3, SB_MODEL_AFFINE, SB_GRID_LOG_SNR); /* times that a minibatch lacks have no gradient */
    fixture.config.train.optimiser = SB_OPTIMISER_ADAM;
    sb_fixture_prune(&fixture, SB_PRUNING_TOP_K, 3, keep);
    fixture.config.train.local_steps = 7;
    CHECK(compare(&fixture, NULL) > 10.0);
}

/* First and second moments of worker n's law, from the numbers of the fixture. */
static void moments(const sb_fixture *fixture, int n, double mean[2], double second[4])
{
    const sb_config *config = &fixture->config;
    memset(mean, 0, 2 * sizeof *mean);
    memset(second, 0, 4 * sizeof *second);
    for (int j = 0; j < config->data.component_count; j++) {
        const double *m = fixture->mean[j], *C = fixture->covariance[j];
        const double w = config->data.weights ? config->data.weights[n * config->data.component_count + j] : 1.0;
        for (int a = 0; a < 2; a++) {
            mean[a] += w * m[a];
            for (int b = 0; b < 2; b++) second[2 * a + b] += w * (C[2 * a + b] + m[a] * m[b]);
        }
    }
}

/* One step of gradient descent on F_n for affine scores in two dimensions: block k of theta holds A_k (2,2), b_k (2), and
 * F_n = sum gamma_k E|A y + b - Z|^2 with E y = e^-u E x, E yy' = e^-2u E xx' + sigma^2 I, E Zy' = -I, E Z = 0. */
static void descend(const sb_fixture *fixture, const sb_grid *grid, int n, double eta, double *theta)
{
    double x[2], xx[4];
    moments(fixture, n, x, xx);
    for (int k = 0; k < grid->K; k++) {
        const double a = exp(-grid->u[k]), step = 2.0 * eta * grid->gamma[k], sigma2 = 1.0 - a * a;
        double *A = theta + 6 * k, *b = A + 4, dA[4], db[2];
        for (int i = 0; i < 2; i++) {
            db[i] = A[2 * i] * a * x[0] + A[2 * i + 1] * a * x[1] + b[i];
            for (int j = 0; j < 2; j++) {
                dA[2 * i + j] = b[i] * a * x[j] + (i == j);
                for (int l = 0; l < 2; l++) dA[2 * i + j] += A[2 * i + l] * (a * a * xx[2 * l + j] + sigma2 * (l == j));
            }
        }
        for (int i = 0; i < 4; i++) A[i] -= step * dA[i];
        for (int i = 0; i < 2; i++) b[i] -= step * db[i];
    }
}

/* The recursion of E theta_r: local steps are affine maps of theta, and each sees fresh samples. */
static void expected_path(const sb_fixture *fixture, const sb_grid *grid, int rounds, double eta, double *theta)
{
    const sb_config *config = &fixture->config;
    const int D = 6 * grid->K, N = config->data.workers;
    double own[6 * 7], mean[6 * 7];
    for (int r = 0; r < rounds; r++) {
        memset(mean, 0, sizeof mean);
        for (int n = 0; n < N; n++) {
            memcpy(own, theta, sizeof own);
            for (int s = 0; s < config->train.local_steps; s++) descend(fixture, grid, n, eta, own);
            for (int i = 0; i < D; i++) mean[i] += own[i] / N;
        }
        memcpy(theta, mean, sizeof mean);
    }
}

/* The largest deviation of the replicas' mean from `theta`, in standard errors. */
static double deviation(const sb_training *training, const double *theta)
{
    const int P = training->replicas;
    double worst = 0.0;
    for (size_t i = 0; i < training->D; i++) {
        double mean = 0.0, variance = 0.0;
        for (int p = 0; p < P; p++) mean += training->theta[(size_t)p * training->D + i] / P;
        for (int p = 0; p < P; p++) variance += pow(training->theta[(size_t)p * training->D + i] - mean, 2.0) / (P - 1);
        worst = fmax(worst, fabs(mean - theta[i]) / sqrt(variance / P));
    }
    return worst;
}

static void check_expectation(sb_fixture *fixture)
{
    enum { P = 64 };
    const double eta = 0.06;
    sb_context *ctx = &context;
    sb_system system;
    sb_training training;
    sb_config *config = &fixture->config;
    double theta[6 * 7] = {0};
    config->train.batch = 8;
    if (!CHECK_OK(ctx, sb_system_create(ctx, config, &system))) return;
    CHECK_OK(ctx, sb_training_create(ctx, &system, P, eta, &training));
    CHECK(training.D == 6 * 7);
    for (int i = 0; i < 6 * 7; i++) theta[i] = training.theta0[i] = 0.5 * cos(1.3 * i);
    for (int p = 0; p < P; p++) memcpy(training.theta + (size_t)p * training.D, theta, sizeof theta);
    CHECK_OK(ctx, sb_training_run(ctx, &system, &training, config->train.rounds, NULL, NULL));
    expected_path(fixture, &system.grid, config->train.rounds - 1, eta, theta);
    CHECK(deviation(&training, theta) > 10.0); /* a round too few is seen */
    expected_path(fixture, &system.grid, 1, eta, theta);
    CHECK(deviation(&training, theta) < 4.5);
    sb_training_free(&training);
    sb_system_free(&system);
}

static void test_expectation(void)
{
    static const double mean[] = {0.8, -0.45}, covariance[] = {0.5, 0.15, 0.15, 0.3};
    sb_fixture fixture;
    sb_fixture_fill(&fixture, 2, 24, SB_MODEL_AFFINE, SB_GRID_LOG_SNR);
    sb_fixture_gaussian(&fixture, mean, covariance);
    fixture.config.train.local_steps = 1;
    check_expectation(&fixture);
    sb_fixture_fill(&fixture, 2, 8, SB_MODEL_AFFINE, SB_GRID_KAPPA); /* workers that differ, local steps */
    check_expectation(&fixture);
}

int main(void)
{
    static const sb_test tests[] = {
        {"equations (7), (8) without pruning", test_unpruned},
        {"equations (7), (8) with random masks", test_random},
        {"equations (7), (8) with top-k masks", test_top_k},
        {"equations (7), (8) with masks from a file", test_file},
        {"minibatches in parts", test_parts},
        {"Adam instead of (7)", test_adam},
        {"the mean path of affine scores", test_expectation},
    };
    sb_context_init(&context, 2);
    return sb_test_main("train", tests, sizeof tests / sizeof *tests);
}
