/* sweep_figure.h: the picture of a sweep, and what it shows. */
#ifndef SB_SWEEP_SWEEP_FIGURE_H
#define SB_SWEEP_SWEEP_FIGURE_H

#include "sweep/findings.h"

/* sb_sweep_show: names of what the picture shows: plan->show, or the columns that are shown where nothing is asked for.
 * sb_sweep_figure_draw: fills findings->figure; columns and slopes have been found. Curves where the x axis has numbers; else bars, side by
 * side for each value of plan->against, or where that is NULL (or the plan is paired) for each run.
 * sb_sweep_run_name: what sets a run apart: its values on the axes that have several, "R-S, 7".
 * sb_sweep_column_label: a column as people call it: "KL", "Theorem 4.11 sharp", "Lemma 4.6 left side". */
int       sb_sweep_show(const sb_sweep_plan *plan, const char *const **names);
void      sb_sweep_run_name(const sb_sweep_plan *plan, int run, size_t size, char *name);
void      sb_sweep_column_label(const sb_sweep_column *column, size_t size, char *label);
sb_status sb_sweep_figure_draw(sb_context *ctx, sb_sweep_findings *findings);

#endif
