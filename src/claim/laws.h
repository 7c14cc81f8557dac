/* laws.h: the laws and grids that the claims about exact quantities are tried on. For src/claim alone. */
#ifndef SB_CLAIM_LAWS_H
#define SB_CLAIM_LAWS_H

#include "base/figure.h"
#include "data/mixture.h"
#include "diffusion/grid.h"

/* A mixture with its storage. Empty: {0}. The view is valid while the law stays where it is. */
typedef struct {
    sb_components components;
    double       *weight;      /* (J) */
} sb_law;

sb_mixture sb_law_view(const sb_law *law);
void       sb_law_free(sb_law *law);

/* sb_law_of: the components that a configuration gives.   sb_law_preset: those of a preset.
 * sb_law_gaussian: N(mean (1,...,1), diag(variance)), variance (d).
 * sb_law_pair: (1/2) N(+m, v I) + (1/2) N(-m, v I) with m = offset (1,...,1): no product law for d > 1.
 * sb_law_random: `index` names it: J components of unequal weight and full covariance, deviations over an order of magnitude.
 * On failure *law is empty. */
sb_status sb_law_of(sb_context *ctx, const sb_config *config, sb_law *law);
sb_status sb_law_preset(sb_context *ctx, sb_preset preset, int d, int modes, double radius, double deviation, sb_law *law);
sb_status sb_law_gaussian(sb_context *ctx, int d, double mean, const double *variance, sb_law *law);
sb_status sb_law_pair(sb_context *ctx, int d, double offset, double variance, sb_law *law);
sb_status sb_law_random(sb_context *ctx, int d, int J, uint64_t seed, int index, sb_law *law);

/* sb_grid_steps: K steps of one kind.   sb_grid_times: the steps between given times u (K+1), falling. */
sb_status sb_grid_steps(sb_context *ctx, sb_grid_kind kind, double T, double delta, int K, sb_grid *grid);
sb_status sb_grid_times(sb_context *ctx, int K, const double *u, sb_grid *grid);

/* sb_number_ratio: x/y for positive numbers, the interval from the worst ends. sb_number_difference: x - y. */
sb_number sb_number_ratio(sb_number x, sb_number y);
sb_number sb_number_difference(sb_number x, sb_number y);

#endif
