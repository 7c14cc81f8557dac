/* times.h: factors of the time that every network has: what enters is in_k y, what leaves is multiplied by c_k, and base_k y is added.
 * Only for this room. */
#ifndef SB_MODEL_TIMES_H
#define SB_MODEL_TIMES_H

#include "data/data.h"
#include "diffusion/grid.h"

/* All (K), in one block that begins at tau. */
typedef struct {
    double *tau;  /* one number for the time: log snr, mapped to variance 1 */
    double *in;   /* gives y unit variance per coordinate at every time */
    double *c;    /* the score's natural size, 1/sqrt(within-component variance at u_k), so the loss weights all times alike */
    double *base;
} sb_time_factors;

sb_status sb_time_factors_create(sb_context *ctx, const sb_data *data, const sb_grid *grid, sb_time_factors *factors);
void sb_time_factors_free(sb_time_factors *factors);

#endif
