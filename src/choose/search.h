/* search.h: roots and minima of functions of one positive number, over its logarithm. */
#ifndef SB_CHOOSE_SEARCH_H
#define SB_CHOOSE_SEARCH_H

#include "base/context.h"

typedef double (*sb_curve)(double x, const void *data);

/* sb_search_crossing: where a curve that is > 0 at lo and <= 0 at hi comes down to 0, 0 < lo < hi; *x has curve(*x) <= 0 and is off by
 * no more than 1e-13 relative. Both values finite, or SB_EDOM; SB_ECONV. */
sb_status sb_search_crossing(sb_context *ctx, sb_curve curve, const void *data, double lo, double hi, double *x);

/* sb_search_least: where the curve is least on [lo, hi], 0 < lo <= hi: the best of a coarse scan, improved by Brent's method between its
 * neighbours. Curves with one valley are searched rightly. Not finite counts as as bad as can be. SB_ECONV. */
sb_status sb_search_least(sb_context *ctx, sb_curve curve, const void *data, double lo, double hi, double *x);

#endif
