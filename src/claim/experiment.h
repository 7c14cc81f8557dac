/* experiment.h: what the claims about training have in common: a whole run of the program, as `scorebound check` makes it, and what
 * single statements say of it. */
#ifndef SB_CLAIM_EXPERIMENT_H
#define SB_CLAIM_EXPERIMENT_H

#include "base/figure.h"
#include "bounds/bounds.h"
#include "measure/measured.h"

/* Parts of a measurement. The numbers of a part that was left out are 0 in sb_measured: an experiment reads only what it asked for. */
typedef enum { SB_PART_CHAINS = 1, SB_PART_GRADIENTS = 2, SB_PART_CURVATURE = 4, SB_PART_DIVERGENCES = 8 } sb_part;

/* All that Lemma 4.6 needs. */
enum { SB_PARTS_DYNAMICS = SB_PART_CHAINS | SB_PART_GRADIENTS | SB_PART_CURVATURE };

typedef struct {
    sb_system   system;
    sb_training training;
    sb_measured measured;
} sb_experiment;

/* sb_experiment_open: the system of a configuration (which must outlive it), eta as configured, and the start of its training; `share` in
 * (0,1] is a factor on eta.
 * sb_experiment_advance: trains to round `until`, then measures these parts anew (or of sb_part; counts and exact laws always).
 * sb_experiment_close(&empty) is harmless. */
sb_status sb_experiment_open(sb_context *ctx, const sb_config *config, double share, sb_experiment *experiment);
sb_status sb_experiment_advance(sb_context *ctx, sb_experiment *experiment, int until, unsigned parts);
void      sb_experiment_close(sb_experiment *experiment);

/* sb_experiment_exact: puts F0, FR, sigma2, |grad F|^2 of each measured round and their mean in the place of their estimates, for a model
 * linear in theta; after sb_experiment_advance with gradients. SB_EDOM for other models. What remains random is training itself. */
sb_status sb_experiment_exact(sb_context *ctx, sb_experiment *experiment);

/* One statement in one form for measured worker i: both sides with their intervals, terms and conditions. */
typedef struct {
    sb_number  lhs, rhs;
    sb_terms   terms;
    sb_verdict verdict;
} sb_finding;

/* sb_experiment_judge: as the ledger of the run has it. SB_EINVAL for a statement or form that there is not. */
sb_status sb_experiment_judge(sb_context *ctx, const sb_experiment *experiment, const char *statement, sb_form form, int i,
                              sb_finding *finding);

/* sb_late_gradient: mean of |grad F(theta_r)|^2 over the measured rounds r >= from, first within each replica, then over replicas.
 * SB_EINVAL where a replica has no measured round there. */
sb_status sb_late_gradient(sb_context *ctx, const sb_measured *measured, int from, sb_number *mean);

#endif
