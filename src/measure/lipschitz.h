/* lipschitz.h: L, the Lipschitz constant of grad F_n, as the eigenvalue of largest magnitude of the Hessian of F_n at given
 * points: Lanczos with full reorthogonalisation on exact Hessian-vector products of a stratified sample.   (paper: Assumption 4.1)
 * A maximum over visited points is a lower estimate of the supremum and is labelled so. */
#ifndef SB_MEASURE_LIPSCHITZ_H
#define SB_MEASURE_LIPSCHITZ_H

#include "base/number.h"
#include "measure/panel.h"
#include "measure/scratch.h"

/* sb_lipschitz_at: largest |eigenvalue| over the panel's workers at theta (D). [lo,hi] is the Ritz value with its residual bound for
 * the sampled Hessian. replica and round name the streams. */
sb_status sb_lipschitz_at(sb_context *ctx, const sb_system *system, const sb_panel *panel, sb_scratch *scratch, const double *theta, int replica,
                          int round, sb_number *L);

/* A symmetric operator y = A x on R^n for sb_lanczos. */
typedef sb_status (*sb_operator)(sb_context *ctx, void *state, const double *x, double *y);

/* sb_lanczos: the eigenvalue of largest magnitude and its residual bound |A v - value v|, after at most `iterations` steps (earlier
 * when the bound falls below 1e-10 |value|). start (n) in: any nonzero vector. basis ((iterations+1) x n) scratch. */
sb_status sb_lanczos(sb_context *ctx, const sb_backend *backend, size_t n, int iterations, sb_operator A, void *state, const double *start,
                     double *basis, double *value, double *bound);

#endif
