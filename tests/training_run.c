#include "training_run.h"

#include <string.h>

static sb_status keep_report(sb_context *ctx, void *user, const sb_training *training, const sb_round_report *report)
{
    training_run *x = user;
    const int r = report->round;
    (void)ctx;
    CHECK(r == x->reported && r < SB_RUN_ROUNDS && training->done == r + 1);
    for (int p = 0; p < training->replicas; p++) {
        x->loss[r][p] = report->loss[p];
        x->moved[r][p] = report->moved[p];
        x->w2[r][p] = report->w2[p];
        x->uncovered[r][p] = report->uncovered[p];
        x->least[r][p] = report->least[p];
    }
    x->reported++;
    return SB_OK;
}

int training_run_start(sb_context *ctx, const sb_fixture *fixture, training_run *x)
{
    const sb_config *config = &fixture->config;
    sb_training *t = &x->training;
    memset(x, 0, sizeof *x);
    if (!CHECK_OK(ctx, sb_system_create(ctx, config, &x->system)) ||
        !CHECK_OK(ctx, sb_training_create(ctx, &x->system, config->measure.replicas, config->train.learning_rate, t)))
        return 0;
    for (size_t i = 0; i < t->D; i++) t->theta0[i] += 0.2385 * sin(2.385 * (double)(i + 1));
    for (int p = 0; p < t->replicas; p++) memcpy(t->theta + (size_t)p * t->D, t->theta0, t->D * sizeof *t->theta0);
    return 1;
}

void training_run_finish(training_run *x)
{
    sb_training_free(&x->training);
    sb_system_free(&x->system);
}

sb_status training_run_on(sb_context *ctx, training_run *x, int until)
{
    return sb_training_run(ctx, &x->system, &x->training, until, keep_report, x);
}

int training_run_whole(sb_context *ctx, const sb_fixture *fixture, training_run *x)
{
    const int R = fixture->config.train.rounds;
    return training_run_start(ctx, fixture, x) && CHECK_OK(ctx, training_run_on(ctx, x, R)) && x->reported == R;
}

int training_run_same(const training_run *a, const training_run *b)
{
    return sb_fixture_same_training(&a->training, &b->training) && a->reported == b->reported &&
           memcmp(a->loss, b->loss, sizeof a->loss) == 0 && memcmp(a->moved, b->moved, sizeof a->moved) == 0 &&
           memcmp(a->w2, b->w2, sizeof a->w2) == 0 && memcmp(a->least, b->least, sizeof a->least) == 0 &&
           memcmp(a->uncovered, b->uncovered, sizeof a->uncovered) == 0;
}

static double distance(const double *a, const double *b, size_t n)
{
    double most = 0.0;
    for (size_t i = 0; i < n; i++) most = fabs(a[i] - b[i]) <= most ? most : fabs(a[i] - b[i]); /* NaN is kept */
    return most;
}

double training_run_compare(const training_run *a, const training_run *b, double tolerance)
{
    const sb_training *x = &a->training, *y = &b->training;
    const size_t P = (size_t)x->replicas, D = x->D;
    const double most = distance(x->theta, y->theta, P * D);
    CHECK(x->done == y->done && D == y->D && x->replicas == y->replicas && a->reported == b->reported);
    CHECK_NEAR(most, 0.0, tolerance);
    CHECK_NEAR(distance(x->snapshot, y->snapshot, P * (size_t)x->snapshots * D), 0.0, tolerance);
    for (size_t p = 0; p < P; p++) {
        CHECK(x->least[p] == y->least[p] && x->uncovered[p] == y->uncovered[p]);
        CHECK_NEAR(x->w2[p], y->w2[p], tolerance);
        CHECK_NEAR(x->theta2[p], y->theta2[p], tolerance);
        CHECK_NEAR(x->prune2[p], y->prune2[p], tolerance);
        for (int r = 0; r < a->reported; r++) {
            CHECK(a->least[r][p] == b->least[r][p] && a->uncovered[r][p] == b->uncovered[r][p]);
            CHECK_NEAR(a->loss[r][p], b->loss[r][p], tolerance);
            CHECK_NEAR(a->moved[r][p], b->moved[r][p], tolerance);
            CHECK_NEAR(a->w2[r][p], b->w2[r][p], tolerance);
        }
    }
    return most;
}

void training_fixture(sb_fixture *fixture, sb_model_name model, sb_pruning_kind kind)
{
    static const double keep[] = {0.6, 0.35, 0.8, 0.35, 1.0};
    sb_fixture_fill(fixture, 2, 5, model, SB_GRID_KAPPA);
    if (kind != SB_PRUNING_NONE) sb_fixture_prune(fixture, kind, 5, keep);
    fixture->config.train.learning_rate = 0.01;
}

void training_fixture_sparse(sb_fixture *fixture, sb_model_name model, sb_pruning_kind kind, sb_uncovered uncovered)
{
    static const double keep[] = {0.6, 0.2, 0.35};
    training_fixture(fixture, model, SB_PRUNING_NONE);
    fixture->config.data.workers = 3;
    sb_fixture_prune(fixture, kind, 3, keep);
    fixture->config.pruning.uncovered = uncovered;
}
