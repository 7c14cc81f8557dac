/* slope.h: exponents: the least-squares slope of log y against log x, in three ways of saying how uncertain it is. */
#ifndef SB_BASE_SLOPE_H
#define SB_BASE_SLOPE_H

#include "base/number.h"

/* sb_slope_in_quadrature: of log y on log x, with the interval that y's own intervals leave, to first order and in quadrature.
 * sb_slope_at_ends: the same, or with `semi` the slope of log y against x; each end of the interval takes the ends of y that move the slope
 *   furthest. x (count) positive unless semi, y (count) positive. */
sb_number sb_slope_in_quadrature(int count, const double *x, const sb_number *y);
sb_number sb_slope_at_ends(int count, const double *x, const sb_number *y, int semi);

/* sb_slope_fitted: the same slope where nobody promises a power law. On each side the interval is the wider of
 *   (a) what y's own intervals leave: sampled ones in quadrature, certified ones (confidence 1) at the ends that move the slope furthest,
 *       both in log y, so that an interval that reaches down to 0 leaves one side unbounded;
 *   (b) what the points' scatter about the line leaves: Student's t with count - 2 degrees of freedom.
 * Two points have no scatter: their interval is (a) alone and says nothing of whether there is a power law.
 * confidence: the least of the sampled y; 0.95 where all are exact or certified. samples: 1 + the degrees of freedom.
 * x, y (count) positive. Unknown (NaN) for fewer than two different x. */
sb_number sb_slope_fitted(int count, const double *x, const sb_number *y);

#endif
