/* cost.h: how long a run will take, guessed from its configuration before it begins: enough to say of many runs how much is left,
 * and to begin the long ones first. No result depends on it.
 *
 * With B the samples of a minibatch, a sample costs
 *     e = 0.3 us + 1.1 ns D + 2.5 ns J d          forward and backward through D parameters; the posterior among J components
 * (J d^2 where a covariance is full), and with P replicas, n the workers that are measured, r the rounds that are
 *     training            e P N R S B             once more for each pilot run where a rule finds the learning rate
 *     exact quantities    (n+1) K J m             m: the cubature's points up to d = 2, the chain's samples above
 *     losses and chain    e (n+1)(P+1) chain_samples
 *     gradients           e (1 + P r) n samples
 *     curvature           e (P+2) n hessian_iterations samples; of a loss that is quadratic in theta: n D^2 K
 *     KL on a grid        (P+1) points of the grid x K
 *     KL from samples     (n+1) kl_samples (K e + a critic's or the neighbours' share)
 */
#ifndef SB_SWEEP_COST_H
#define SB_SWEEP_COST_H

#include "base/progress.h"
#include "train/system.h"

enum { SB_COST_STAGES = 7 };

typedef struct {
    double            seconds;               /* of one thread, > 0 */
    sb_progress_stage stage[SB_COST_STAGES]; /* the stages of training and measuring; shares add up to 1 */
} sb_sweep_cost;

/* sb_sweep_cost_of: grows with every count that it depends on. */
sb_sweep_cost sb_sweep_cost_of(const sb_system *system);

#endif
