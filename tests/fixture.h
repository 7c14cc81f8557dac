/* fixture.h: a small valid configuration, filled by hand, for tests that need a whole system and no parser. Whoever wants another
 * value writes it into `config` (or into the arrays it points to) before creating anything from it. */
#ifndef SB_TESTS_FIXTURE_H
#define SB_TESTS_FIXTURE_H

#include "train/train.h"

enum { SB_FIXTURE_COMPONENTS = 3, SB_FIXTURE_WORKERS = 64 };

typedef struct {
    sb_config config; /* points into the rest: do not copy */
    sb_component component[SB_FIXTURE_COMPONENTS];
    double mean[SB_FIXTURE_COMPONENTS][2];
    double covariance[SB_FIXTURE_COMPONENTS][4];
    double weights[SB_FIXTURE_WORKERS * SB_FIXTURE_COMPONENTS];
    double keep[SB_FIXTURE_WORKERS];
} sb_fixture;

/* sb_fixture_fill: a mixture of three components in dimension d (1, or 2 with a full covariance among them) shared out unevenly
 * among N <= SB_FIXTURE_WORKERS workers; 7 steps of `grid` from T = 1.9 to delta = 0.05; model small (affine full, 12 features, or
 * 2 layers of 5); 6 rounds of 3 steps with 4 samples at eta = 0.02; no pruning; 2 replicas, one measured round in each 2. */
void sb_fixture_fill(sb_fixture *fixture, int d, int N, sb_model_name model, sb_grid_kind grid);

/* sb_fixture_gaussian: leaves one component, N(mean, covariance) with mean (d) and covariance (d,d) row-major, to all workers. */
void sb_fixture_gaussian(sb_fixture *fixture, const double *mean, const double *covariance);

/* sb_fixture_prune: pruning of this kind with keep rate (count) of all workers (count = 1) or of each. */
void sb_fixture_prune(sb_fixture *fixture, sb_pruning_kind kind, int count, const double *keep);

/* sb_fixture_same_training: nonzero if both have the same bits in every field. */
int sb_fixture_same_training(const sb_training *a, const sb_training *b);

#endif
