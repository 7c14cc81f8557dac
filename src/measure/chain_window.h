/* chain_window.h: the boxes in which the density of the sampler's chain has to be known. What arrives where the data are has come
 * through a region that the sampler's own map tells, going backwards; what has gone elsewhere need not be followed. So a score that
 * scatters most of its mass costs no more than a good one. */
#ifndef SB_MEASURE_CHAIN_WINDOW_H
#define SB_MEASURE_CHAIN_WINDOW_H

#include "data/mixture.h"
#include "measure/sampler_map.h"

/* A box; the arrays hold d <= 2 entries. */
typedef struct {
    double lo[2], hi[2];
} sb_window;

enum { SB_WINDOW_BATCH = 64 }; /* what sb_window_sources needs of its map */

/* sb_window_of_law: each active component of q_u, `deviations` standard deviations to each side along the axes; d <= 2. */
sb_window sb_window_of_law(const sb_mixture *q, double u, double deviations);

/* sb_window_least_deviation: the smallest standard deviation among the active components of q_u. */
double sb_window_least_deviation(const sb_mixture *q, double u);

/* sb_window_sources: window (K+1) out: from where at time t_k the chain can reach `last` at time t_K, to `deviations` standard
 * deviations of the noise added on the way (variance (K), per step). Exact for an affine score with diagonal A_k; in general the
 * faces of each box are probed. Where the score pulls everything in, boxes end 16 widths beyond `last`.
 * SB_ERANGE where the score is not finite. */
sb_status sb_window_sources(sb_context *ctx, sb_sampler_map *map, const double *variance, const sb_window *last,
                            double deviations, sb_window *window);

/* sb_window_of_kernels: where sum_i weight_i N(y; mean_i, variance I) can exceed the share exp(-deviations^2/2) of its largest kernel.
 *   mean (count,d), weight (count) >= 0, not all 0 */
sb_window sb_window_of_kernels(int d, size_t count, const double *mean, const double *weight, double variance, double deviations);

/* sb_window_join: the box to follow the chain in: what holds both `bulk` (where the chain is) and `law` (where it should be) as far
 * as the data are reached from there (`source`), and the middle of the product of two Gaussians on bulk and source, which is where
 * the paths are that lead from one to the other when the two hardly meet. */
sb_window sb_window_join(int d, const sb_window *bulk, const sb_window *law, const sb_window *source);

#endif
