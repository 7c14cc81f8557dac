/* cost.h: how long a run will take, guessed from its configuration before it begins: enough to say of many runs how much is left,
 * and to begin the long ones first. No result depends on it.
 *
 * A sample costs e = 0.45 us + 0.6 ns D + 15 ns J d: its noise, D parameters forward and backward, the posterior among J components
 * (J d^2 where a covariance is full). With P replicas, n measured workers, r measured rounds of each replica, one thread takes for
 *     training            e P N R S B              and as much again for each pilot run of one replica, where a rule finds eta
 *     exact quantities    (n+1) K J 0.4 ms         at d = 2; a tenth at d = 1 and for one Gaussian;
 *                         (n+1) K J d chain_samples 0.15 us  above
 *     losses and chain    e (n+1) (P+1) chain_samples
 *     gradients           1.8 e (1 + P + P r) n samples
 *     curvature           1.4 e (P + 4) n hessian_iterations samples, or eigenvalues where the loss is quadratic in theta
 *     KL on a grid        e (P+1) K times the points of the grid: 50000 at d = 2, 150 at d = 1
 *     KL from samples     (n+1) kl_samples (0.3 ms for neighbours and critic, e K for particles)
 * The figures are of one core of 2020's make, from runs of each model at d = 1, 2, 6 and 200; they were within a factor of two. */
#ifndef SB_SWEEP_COST_H
#define SB_SWEEP_COST_H

#include "base/progress.h"
#include "train/system.h"

enum { SB_COST_STAGES = 7 };

typedef struct {
    double            seconds;               /* of one thread, > 0 */
    sb_progress_stage stage[SB_COST_STAGES]; /* the stages of training and measuring; shares add up to 1 */
} sb_sweep_cost;

/* sb_sweep_cost_of: grows with rounds, local steps, batch, workers, replicas and numbers of samples. */
sb_sweep_cost sb_sweep_cost_of(const sb_system *system);

#endif
