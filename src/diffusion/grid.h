/* grid.h: time grids 0 = t_0 < ... < t_K = T - delta.        (paper: Section 3, Lemma 4.5; THEORY 0) */
#ifndef SB_DIFFUSION_GRID_H
#define SB_DIFFUSION_GRID_H

#include "base/context.h"
#include "config/config.h"

typedef struct {
    int     K;
    double  T, delta;
    double  kappa;    /* the smallest kappa with gamma_k <= kappa*min{1, T-t_{k+1}} for all k */
    double *t;        /* (K+1) */
    double *u;        /* (K+1) remaining time T - t_k, formed without cancellation; u[0] = T, u[K] = delta */
    double *gamma;    /* (K)   u[k] - u[k+1] */
    double *sigma2;   /* (K+1) 1 - exp(-2u) */
} sb_grid;

/* sb_grid_create: from config.diffusion. Grid kappa with `kappa`: every step as long as allowed, the last one shortened to end at
 * T-delta, K follows; with K: the smallest kappa that gets there in K steps (root found to 1e-15 relative). log-snr: uniform in
 * log s(u), s = 1/(e^2u - 1). uniform: equal steps. SB_EUSER when K would exceed 10^7. */
sb_status sb_grid_create(sb_context *ctx, const sb_config *config, sb_grid *grid);
void      sb_grid_free(sb_grid *grid);

/* sb_snr: s(u) = 1/(e^2u - 1), u > 0.   sb_ou_variance: sigma_u^2 = 1 - e^-2u. */
double sb_snr(double u);
double sb_ou_variance(double u);

#endif
