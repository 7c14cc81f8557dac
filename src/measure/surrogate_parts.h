/* surrogate_parts.h: private to the surrogate: where expectation maximisation starts, and its iterations. */
#ifndef SB_MEASURE_SURROGATE_PARTS_H
#define SB_MEASURE_SURROGATE_PARTS_H

#include "measure/surrogate.h"

/* How covariances are fitted: `correlation` of them at equal share with `shrinkage` times as much of their part along the axes. */
typedef struct {
    int    correlated;   /* 0: variances along the axes only */
    double shrinkage;    /* in units of the points that a component holds on average */
} sb_surrogate_form;

/* sb_surrogate_start: q at time u, or components around points of y, without correlations beyond q's own axes. */
sb_status sb_surrogate_start(sb_context *ctx, const sb_mixture *q, double u, int count, const double *y, sb_surrogate *start);

/* sb_surrogate_copy: as kind full if asked for (not of low rank), else as it is. */
sb_status sb_surrogate_copy(sb_context *ctx, const sb_surrogate *from, int full, sb_surrogate *to);

/* sb_surrogate_improve: at most `iterations` steps of expectation maximisation, in place; axes and shape are taken from `start`. A
 * correlated form needs components of kind full. */
sb_status sb_surrogate_improve(sb_context *ctx, const sb_surrogate *start, sb_surrogate_form form, int iterations, int count,
                               const double *y, sb_surrogate *surrogate);

#endif
