/* panel.h: which workers are measured one by one. All of them, or measure.workers evenly spaced ones; a single one where all hold
 * the same law. F = mean_n F_n is always that of all workers: it is the loss of the pooled mixture. */
#ifndef SB_MEASURE_PANEL_H
#define SB_MEASURE_PANEL_H

#include "train/system.h"

typedef struct {
    int  count;
    int *n;          /* (count) workers */
    int  complete;   /* nonzero: the mean over the panel is the mean over all workers */
    int  identical;  /* nonzero: all workers hold the same law, so that grad F_n = grad F exactly */
} sb_panel;

sb_status sb_panel_create(sb_context *ctx, const sb_system *system, sb_panel *panel);
void      sb_panel_free(sb_panel *panel);

#endif
