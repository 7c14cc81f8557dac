/* fixed_point.h: T and K of Remark 4.12, each of which needs F0, which depends on both.                    (THEORY 2, Remark 4.12)
 *     T = (1/2) log((d+M2)/F0(T,K))
 *     K = the smallest whole number >= (d+M2)(T+log(1/delta))^2/F0(T,K)
 * Given K, F0 grows with T, so T - (1/2) log((d+M2)/F0(T,K)) has slope >= 1: there is one T, and what remains of the equation bounds the
 * error of T. F0 also grows with K, which lowers T and what is demanded of K: the K that will do are all those from some K on.
 *
 * The remark's other demands then follow. With l = log(1/delta): K >= e^2T (T+l)^2 is above l, for T > delta. And steps of kappa =
 * (T+l)/K get from T to delta in K steps: u falls by kappa down to some x in [1,1+kappa) (x = T if T < 1), then by factors 1+kappa, in
 * all K kappa = T+l; as log(1+kappa) >= kappa - kappa^2/2, they reach delta if (l+x) kappa/2 <= x - log x, where the left side is at
 * most (T+l)^2/(2K) <= e^-2T/2 < 1. Private to the room. */
#ifndef SB_CHOOSE_FIXED_POINT_H
#define SB_CHOOSE_FIXED_POINT_H

#include "choose/situation.h"

typedef struct {
    sb_hyperparameters at;
    double F0;        /* at T, on a grid of K steps, or of 1e5 where K is larger: a little less than F0, which errs on the safe side */
    int    exists;    /* nonzero: T > delta, and K <= SB_LONGEST_GRID */
} sb_fixed_point;

/* sb_fixed_point_find: at->delta, R, S and sampler are taken as given; T, K and kappa = (T+log(1/delta))/K are found. Where no T > delta
 * solves the equation, T is as found by hand, or delta, and K and kappa are NaN; kappa also where K is beyond counting. */
sb_status sb_fixed_point_find(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, sb_fixed_point *found);

/* sb_fixed_point_loss: F0 at `at` on a kappa grid of 1e5 steps at most. sb_fixed_point_steps: K as above; moments: d+M2. */
sb_status sb_fixed_point_loss(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, double *F0);
double    sb_fixed_point_steps(double moments, double T, double delta, double F0);

#endif
