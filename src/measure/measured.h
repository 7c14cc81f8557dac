/* measured.h: every constant of the paper and every left side, as measured on a run. Plain data with one home; written to and read
 * from measured.json. */
#ifndef SB_MEASURE_MEASURED_H
#define SB_MEASURE_MEASURED_H

#include "base/number.h"
#include "bounds/bounds.h"
#include "measure/exact.h"
#include "measure/quality.h"
#include "train/train.h"

/* One measured worker. `before` is theta_0, `after` theta_R (mean over replicas). */
typedef struct {
    int       n;
    sb_number M2, C1, D_sum, B_sum, U, B_bound, kl_init, kl_init_bound, kl_prior, H_delta, H_T;
    sb_number F_before, F_after;                     /* F_n */
    sb_number score_loss_before, score_loss_after;   /* L_n = sum gamma_k E|s_k - S_k|^2 */
    sb_number path_kl_before, path_kl_after;         /* KL(Q||P^{q_T}); NaN for Euler, whose steps are no path's */
    sb_number chain_score_before, chain_score_after; /* the sampler's own weights instead of gamma_k */
    sb_number chain_before, chain_after;             /* KL_chain >= KL(q_delta||p) */
    sb_number chain_free_after;                      /* the same without any score of q: must agree */
    sb_number grid_before, grid_after;               /* KL by Chapman-Kolmogorov on a grid; NaN value: not asked for or d > 2 */
    sb_number closed_before, closed_after;           /* KL in closed form; NaN value: data or score not Gaussian/affine */
    sb_number importance_after;                      /* KL by M particles a point: an upper bound that tends to KL as M grows */
    sb_number knn_after;                             /* KL by nearest neighbours: an estimate */
    sb_number dv_after;                              /* KL by Donsker and Varadhan with a fitted critic: a lower bound */
    sb_number tv_after;                              /* total variation of q_delta and p, on the same grid as grid_after */
    sb_number residual;                              /* KL(q_{n,delta}||qbar_delta) - KL(q_{n,T}||qbar_T), in [0, log N] */
    sb_number L_score, fisher, cov_gap;              /* of the law alone; see sb_constants */
    sb_number sigma2;                                /* max over visited theta of |grad F_n - grad F| */
} sb_measured_worker;

/* One measured round of one replica. */
typedef struct {
    int       replica, round;
    sb_number F, squared_gradient, sigma1, sigma2;   /* at theta_r; sigma: largest over workers */
} sb_measured_round;

typedef struct {
    double    N, S, R, D, d, T, K, kappa, delta, eta, replicas, h, step2;
    double    confidence;
    sb_number L, w2, sigma1, sigma2, Gamma, uncovered;
    sb_number F0, FR, dtheta;
    sb_number squared_gradient;                      /* (1/R) sum_r E|grad F(theta_r)|^2 */
    sb_number L_initial, L_final;                    /* at theta_0 and at theta_R */
    sb_number mu, Fstar;                             /* |grad F|^2 >= 2 mu (F - Fstar), models linear in theta; else NaN */
    sb_number theta2, prune2, G, sampler_bias;       /* see sb_constants; sampler_bias NaN for euler */
    uint64_t  identity;                              /* hash of the configuration and version it was measured on */
    int       adam;                                  /* nonzero: the steps were those of Adam, and not (7) */
    int       identical;                             /* nonzero: all workers hold the same law */
    int                 worker_count;
    sb_measured_worker *worker;                      /* (worker_count) */
    int                 round_count;
    sb_measured_round  *round;                       /* (round_count) */
    sb_measured_worker  pooled;                      /* the same for the pooled mixture; n = -1 */
    sb_quality          quality;                     /* of generated images */
} sb_measured;

/* sb_measure: everything, on a finished (or partly finished) training. */
sb_status sb_measure(sb_context *ctx, const sb_system *system, const sb_training *training, sb_measured *measured);
void      sb_measured_free(sb_measured *measured);

/* sb_measured_constants: what the bounds see, for measured worker i: the values; NaN for what a run does not measure.
 * sb_measured_constant_number: one constant with its interval. */
void      sb_measured_constants(const sb_measured *measured, int i, sb_constants *c);
sb_number sb_measured_constant_number(const sb_measured *measured, int i, const sb_constant_info *row);

/* sb_measured_left_side: the left side of a statement for measured worker i (ignored unless the statement is per worker).
 * For SB_LHS_KL the bracket of the ladder (ladder.h). */
sb_number sb_measured_left_side(const sb_measured *measured, sb_lhs lhs, int i);

/* sb_measured_write/_read: JSON text file. */
sb_status sb_measured_write(sb_context *ctx, const sb_measured *measured, const char *path);
sb_status sb_measured_read(sb_context *ctx, const char *path, sb_measured *measured);

#endif
