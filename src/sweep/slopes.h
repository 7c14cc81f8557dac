/* slopes.h: how each column grows along each varied key. For src/sweep alone. */
#ifndef SB_SWEEP_SLOPES_H
#define SB_SWEEP_SLOPES_H

#include "sweep/findings.h"

/* sb_sweep_slopes_find: fills findings->slope: along plan->against where that is a constant or has numbers as values, then along each other
 * varied key with at least two different numbers; of every column that is known anywhere or shown, of constants only where they vary. The
 * columns have been filled.
 * sb_sweep_slope_of: the slope of a column on one of the curves along `along`; NULL if there is none. */
sb_status             sb_sweep_slopes_find(sb_context *ctx, sb_sweep_findings *findings);
const sb_sweep_slope *sb_sweep_slope_of(const sb_sweep_findings *findings, int column, const char *along, int curve);

#endif
