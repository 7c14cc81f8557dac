/* horizon.h: what T and K decide alone, before any training: KL(q_T||N(0,I)) by Lemma 4.10 corrected, and U on the log-snr grid, both
 * from d, M2 and delta. On that grid every step has the same log s(u_{k+1})/s(u_k) = Lambda/K, so U has a closed form. */
#ifndef SB_CHOOSE_HORIZON_H
#define SB_CHOOSE_HORIZON_H

#include "base/context.h"

typedef struct {
    double d, M2, delta;
} sb_horizon;

/* T is looked for from this multiple of delta on: nearer to 1, nothing but noise would be generated. */
#define SB_SHORTEST_HORIZON 1.01

double sb_horizon_initialisation(const sb_horizon *horizon, double T);
double sb_horizon_fluctuation(const sb_horizon *horizon, double T, double K);

/* sb_horizon_shortest: the smallest T >= SB_SHORTEST_HORIZON delta with initialisation <= limit, limit > 0.
 * sb_horizon_steps: the smallest K with fluctuation <= limit at this T; NaN beyond SB_LONGEST_GRID.
 * sb_horizon_best: the T for which K steps have the least initialisation + fluctuation.
 * sb_horizon_needed: the smallest K for which that least sum is <= limit; NaN beyond SB_LONGEST_GRID. */
sb_status sb_horizon_shortest(sb_context *ctx, const sb_horizon *horizon, double limit, double *T);
double    sb_horizon_steps(const sb_horizon *horizon, double T, double limit);
sb_status sb_horizon_best(sb_context *ctx, const sb_horizon *horizon, double K, double *T);
sb_status sb_horizon_needed(sb_context *ctx, const sb_horizon *horizon, double limit, double *K);

#endif
