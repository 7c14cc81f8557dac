/* training_run.h: whole training runs that are compared with each other. */
#ifndef SB_TESTS_TRAINING_RUN_H
#define SB_TESTS_TRAINING_RUN_H

#include "fixture.h"
#include "harness.h"

enum { SB_RUN_ROUNDS = 8, SB_RUN_REPLICAS = 3 };

/* A run and what its rounds reported. */
typedef struct {
    sb_system system;
    sb_training training;
    int reported;
    double loss[SB_RUN_ROUNDS][SB_RUN_REPLICAS], moved[SB_RUN_ROUNDS][SB_RUN_REPLICAS], w2[SB_RUN_ROUNDS][SB_RUN_REPLICAS];
    double uncovered[SB_RUN_ROUNDS][SB_RUN_REPLICAS];
    int32_t least[SB_RUN_ROUNDS][SB_RUN_REPLICAS];
} training_run;

/* training_run_start: a training of the fixture's configuration before its first round, from a theta_0 without zeros that no float
 * holds exactly. Returns 0 if that failed. training_run_finish in any case. */
int  training_run_start(sb_context *ctx, const sb_fixture *fixture, training_run *x);
void training_run_finish(training_run *x);

/* training_run_on: to round `until`. */
sb_status training_run_on(sb_context *ctx, training_run *x, int until);

/* training_run_whole: start and all rounds; 0 if that failed. */
int training_run_whole(sb_context *ctx, const sb_fixture *fixture, training_run *x);

/* training_run_same: nonzero if both have the same bits in every field and report.
 * training_run_compare: counts must be the same, numbers within `tolerance` of each other (of 1 where they are smaller). Returns
 * the largest distance of two coordinates of theta. */
int    training_run_same(const training_run *a, const training_run *b);
double training_run_compare(const training_run *a, const training_run *b, double tolerance);

/* training_fixture: settings that differ in all that a round depends on: `model` in d = 2 among 5 unequal workers with pruning
 * of this kind at four keep rates. training_fixture_sparse: so few are kept that coordinates are uncovered. */
void training_fixture(sb_fixture *fixture, sb_model_name model, sb_pruning_kind kind);
void training_fixture_sparse(sb_fixture *fixture, sb_model_name model, sb_pruning_kind kind, sb_uncovered uncovered);

#endif
