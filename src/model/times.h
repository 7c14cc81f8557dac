/* times.h: factors of the time that every network has: what enters is in_k y, what leaves is multiplied by c_k, and base_k y is added.
 * A network that sees y as it is needs no base (mlp). One that sees it only through norms, as the U-Net does, cannot know its length: the
 * best multiple of y is then the base, and what is left has the natural size rest_k. Only for this room. */
#ifndef SB_MODEL_TIMES_H
#define SB_MODEL_TIMES_H

#include "data/data.h"
#include "diffusion/grid.h"

/* All (K), in one block that begins at tau. */
typedef struct {
    double *tau;  /* one number for the time: log snr, mapped to variance 1 */
    double *in;   /* gives y unit variance per coordinate at every time */
    double *c;    /* the score's natural size, 1/sqrt(within-component variance at u_k), so the loss weights all times alike */
    double *linear; /* -in_k^2: the score of a Gaussian of the same mean square is linear_k y */
    double *rest; /* natural size of the score without linear_k y */
} sb_time_factors;

sb_status sb_time_factors_create(sb_context *ctx, const sb_data *data, const sb_grid *grid, sb_time_factors *factors);
void sb_time_factors_free(sb_time_factors *factors);

/* sb_time_tables: what a network's passes look up, one after the other: emb (K,E), in (K), c (K), base (K). Returns how many numbers that
 * are; out NULL: only counts. */
size_t sb_time_tables(int K, int E, const double *emb, const double *in, const double *c, const double *base, double *out);

#endif
