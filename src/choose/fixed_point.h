/* fixed_point.h: T and K of Remark 4.12, each of which needs F0, which depends on both.                    (THEORY 2, Remark 4.12)
 *     T = (1/2) log((d+M2)/F0(T,K))
 *     K = the smallest whole number >= (d+M2)(T+log(1/delta))^2/F0(T,K) and >= log(1/delta) for which a kappa grid of K steps has
 *         kappa <= (T+log(1/delta))/K
 * Given K, F0 grows with T, so T - (1/2) log((d+M2)/F0(T,K)) has slope >= 1: there is one T, and what remains of the equation bounds the
 * error of T. F0 also grows with K, which lowers T and what is demanded of K: the K that will do are all those from some K on.
 * Private to the room. */
#ifndef SB_CHOOSE_FIXED_POINT_H
#define SB_CHOOSE_FIXED_POINT_H

#include "choose/situation.h"

typedef struct {
    sb_hyperparameters at;
    double F0;               /* at T, on a grid of K steps, or of 1e5 where K is larger: a little less than F0, which errs on the safe side */
    double demanded;         /* what K is at least, before the grid has its say */
    int    exists;           /* nonzero: T > delta, and K <= SB_LONGEST_GRID */
} sb_fixed_point;

/* sb_fixed_point_find: at->delta, R, S and sampler are taken as given, the rest is found, but for eta. Where no T > delta solves the
 * equation: T as found by hand, or delta; K and kappa NaN. */
sb_status sb_fixed_point_find(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, sb_fixed_point *found);

/* sb_fixed_point_loss: F0 at `at`, on a grid of 1e5 steps at most.
 * sb_steps_demanded: the smallest whole number >= (d+M2)(T+log(1/delta))^2/F0 and >= log(1/delta); moments: d+M2.
 * sb_steps_fit: the smallest number K >= `least` of steps whose kappa grid from T to delta has kappa <= (T+log(1/delta))/K, with that
 *   kappa. Grids of more than 1e5 steps are not looked at; their kappa is close to (T-1+log(1/delta))/K. */
sb_status sb_fixed_point_loss(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, double *F0);
double    sb_steps_demanded(double moments, double T, double delta, double F0);
sb_status sb_steps_fit(sb_context *ctx, double T, double delta, double least, double *K, double *kappa);

#endif
