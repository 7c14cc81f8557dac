#include "sweep/loss_figure.h"

#include "sweep/sweep_figure.h"

#include <math.h>
#include <stdio.h>

enum { LONGEST_NAME = 400 };

/* Rounds [first,end) of stretch i of `points`. */
static int stretch_begin(int rounds, int points, int i)
{
    return (int)((int64_t)rounds * i / points);
}

static sb_status add_curve(sb_context *ctx, const char *name, const sb_loss_curve *curve, sb_figure *figure)
{
    sb_status st = SB_OK;
    const int points = curve->rounds < SB_LOSS_POINTS ? curve->rounds : SB_LOSS_POINTS;
    sb_series *series;
    SB_TRY(sb_figure_series(ctx, figure, name, SB_MARK_LINE, points, &series));
    for (int i = 0; i < points; i++) {
        const int first = stretch_begin(curve->rounds, points, i), end = stretch_begin(curve->rounds, points, i + 1);
        double sum = 0.0;
        for (int r = first; r < end; r++) sum += curve->loss[r];
        series->x[i] = 0.5 * (first + 1 + end); /* rounds are counted from 1 here */
        series->y[i] = sb_number_exact(sum / (end - first));
    }
done:
    return st;
}

static int spans_a_decade(const sb_figure *figure)
{
    double least = INFINITY, most = 0.0;
    for (int s = 0; s < figure->series_count; s++)
        for (int i = 0; i < figure->series[s].count; i++) {
            least = fmin(least, figure->series[s].y[i].value);
            most = fmax(most, figure->series[s].y[i].value);
        }
    return least > 0.0 && most > 10.0 * least;
}

sb_status sb_loss_figure(sb_context *ctx, const sb_sweep_plan *plan, const sb_loss_curve *curve, sb_figure *figure)
{
    sb_status st = SB_OK;
    int curves = 0;
    SB_TRY(sb_figure_begin(ctx, "Training loss", "round", "loss of the minibatches, nats", figure));
    for (int run = 0; run < plan->run_count; run++) curves += curve[run].rounds > 0;
    for (int run = 0; run < plan->run_count && curves <= SB_MOST_LOSS_CURVES; run++) {
        char name[LONGEST_NAME];
        if (curve[run].rounds == 0) continue;
        sb_sweep_run_name(plan, run, sizeof name, name);
        SB_TRY(add_curve(ctx, name, &curve[run], figure));
    }
    figure->log_y = spans_a_decade(figure);
done:
    if (st != SB_OK) sb_figure_free(figure);
    return st;
}
