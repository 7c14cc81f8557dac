/* train.h: R rounds of distributed, pruned local SGD.          (paper: equations 6-8)
 *
 * Round r: worker n starts at theta_r * m_{r,n} and takes S steps theta <- theta - eta * grad f_n * m (7); then each coordinate is
 * averaged over the workers that kept it (8). With the optimiser adam the steps are Adam's instead of (7), from moments that are 0 at the
 * start of each round: the server's average has none, so that a checkpoint is theta_r alone and a worker needs nothing of its past. Replicas are independent runs from the same theta_0 with streams of their own.
 * All (replica, worker) pairs of a round run in parallel; the result does not depend on the number of threads. Memory grows with
 * threads x D and replicas x D, not with N x D. */
#ifndef SB_TRAIN_TRAIN_H
#define SB_TRAIN_TRAIN_H

#include "train/system.h"

#include <stdint.h>

typedef struct {
    int      replicas, rounds;      /* rounds: R */
    int      done;                  /* rounds finished */
    size_t   D;
    double   eta;
    double  *theta0;                /* (D) */
    double  *theta;                 /* (replicas,D) theta_r of round `done` */
    double  *w2;                    /* (replicas) max over rounds and workers of |theta_r - theta_r*m|^2 */
    double  *theta2;                /* (replicas) sum over finished rounds of |theta_r|^2 */
    double  *prune2;                /* (replicas) max over rounds and workers of |theta_r - theta_r*m|^2/|theta_r|^2; 0 where theta_r = 0 */
    int32_t *least;                 /* (replicas) min over rounds and coordinates of |N_r^(i)|: Gamma* */
    double  *uncovered;             /* (replicas) number of (round, coordinate) pairs that no worker kept */
    int      snapshots;             /* measured rounds: one in each stretch (sb_training_stretch), drawn uniformly */
    int     *snapshot_round;        /* (replicas,snapshots) */
    double  *snapshot;              /* (replicas,snapshots,D) theta_r there */
} sb_training;

/* What one finished round reports. Arrays (replicas). */
typedef struct {
    int            round;           /* the round just finished, from 0 */
    const double  *loss;            /* mean over workers and steps of the minibatch losses seen */
    const double  *moved;           /* |theta_{r+1} - theta_0| */
    const double  *w2;              /* max over workers in this round */
    const int32_t *least;
    const double  *uncovered;
} sb_round_report;

typedef sb_status (*sb_round_sink)(sb_context *ctx, void *user, const sb_training *training, const sb_round_report *report);

/* sb_training_create: theta_0 and room for everything; `replicas` may be smaller than the config's (pilot runs).
 * eta > 0. sb_training_run: advances to round `until` (<= R); calls sink (NULL: none) after each round.
 * SB_ERANGE when a worker's parameters diverge (names round and worker), SB_EUSER for uncovered: abort (the training is then
 * not to be used), SB_EINTR when stopped, also within a round (the training then stands at a whole round and can be run on). */
sb_status sb_training_create(sb_context *ctx, const sb_system *system, int replicas, double eta, sb_training *training);
sb_status sb_training_run(sb_context *ctx, const sb_system *system, sb_training *training, int until, sb_round_sink sink, void *user);
void      sb_training_free(sb_training *training);

/* sb_training_stretch: the i-th stretch of rounds of which one is measured. Lengths 1, 1, 2, 4, ... grow to measure.every, because
 * early rounds change most; length 0 past the end. */
void sb_training_stretch(const sb_config *config, int i, int *first, int *length);

/* sb_training_save/_load: checkpoint.safetensors (written beside, synced, renamed; a hash of header and data in the metadata). Load
 * refuses a file of another configuration (`identity`: a text both must agree on), another shape or a wrong hash: SB_EUSER. */
sb_status sb_training_save(sb_context *ctx, const sb_training *training, const char *identity, const char *path);
sb_status sb_training_load(sb_context *ctx, const sb_system *system, const char *identity, const char *path, sb_training *training);

#endif
