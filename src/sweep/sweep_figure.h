/* sweep_figure.h: the picture of a sweep, and what it shows. */
#ifndef SB_SWEEP_SWEEP_FIGURE_H
#define SB_SWEEP_SWEEP_FIGURE_H

#include "sweep/findings.h"

/* sb_sweep_show: names of what the picture shows: plan->show, or the columns that are shown where nothing is asked for.
 * sb_sweep_figure_draw: fills findings->figure; columns and slopes have been found. Curves where the x axis has numbers; else bars, side by
 * side for each value of plan->against, or where that is NULL (or the plan is paired) for each run. */
int       sb_sweep_show(const sb_sweep_plan *plan, const char *const **names);
sb_status sb_sweep_figure_draw(sb_context *ctx, sb_sweep_findings *findings);

#endif
