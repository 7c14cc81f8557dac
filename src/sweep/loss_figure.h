/* loss_figure.h: the training losses of a sweep's runs, round by round, as curves. */
#ifndef SB_SWEEP_LOSS_FIGURE_H
#define SB_SWEEP_LOSS_FIGURE_H

#include "base/figure.h"
#include "sweep/plan.h"

/* What one run's rounds reported; 0 rounds: nothing. */
typedef struct {
    int     rounds;
    double *loss;      /* (rounds) */
} sb_loss_curve;

/* sb_loss_figure: a curve for each run that has rounds, curve (run_count), named after what sets the run apart. Where a run has more
 * rounds than SB_LOSS_POINTS each point is the mean over a stretch of rounds, at its middle: minibatch losses fluctuate. The y axis is
 * logarithmic where the losses span more than a decade. No series where no run has any, or more than SB_MOST_LOSS_CURVES have. */
enum { SB_LOSS_POINTS = 100, SB_MOST_LOSS_CURVES = 24 };
sb_status sb_loss_figure(sb_context *ctx, const sb_sweep_plan *plan, const sb_loss_curve *curve, sb_figure *figure);

#endif
