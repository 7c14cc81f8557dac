/* kernel_sum.h: a weighted sum of equal isotropic Gaussians on the points of a grid: one step of Chapman-Kolmogorov.   (THEORY 3) */
#ifndef SB_MEASURE_KERNEL_SUM_H
#define SB_MEASURE_KERNEL_SUM_H

#include "measure/grid_density.h"

#include <stdint.h>

/* Room for sorting the sources; grows as needed and serves many sums. Empty: {0}. */
typedef struct {
    size_t sources, bins, line; /* elements in the arrays below */
    int32_t *bin;               /* (sources) nearest grid row, -1 for a source out of reach */
    int32_t *order;             /* (sources) sorted by bin */
    int32_t *start;             /* (bins) where each bin starts in `order` */
    double *factor;             /* (line) the kernel along the columns, one piece per thread */
} sb_kernel_work;

/* sb_kernel_sum: target->density = scale * sum_i weight_i N(y; mean_i, variance I), mass and variance set.
 *   mean (count,d) finite, weight (count) >= 0, count < 2^31, reach: kernels are cut off beyond this many standard deviations.
 * Each value is a sum in a fixed order, whatever the number of threads.   Relative accuracy exp(-reach^2/2) of the largest term. */
sb_status sb_kernel_sum(sb_context *ctx, sb_kernel_work *work, size_t count, const double *mean, const double *weight, double scale,
                        double variance, double reach, sb_grid_density *target);
void sb_kernel_work_free(sb_kernel_work *work);

#endif
