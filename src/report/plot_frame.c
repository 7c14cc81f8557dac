#include "report/plot_script.h"

#include <math.h>

/* Beyond these a picture shows nothing, and the arithmetic of axes, ours and gnuplot's, may overflow. */
static const double LARGEST = 1e150, SMALLEST = 1e-150;

static int stands(const sb_plot_axis *axis, double value)
{
    return fabs(value) < LARGEST && (!axis->log || value > SMALLEST); /* false for NaN */
}

int sb_plot_drawable(const sb_plot_frame *frame, const sb_series *series, int i)
{
    return stands(&frame->x, series->x[i]) && stands(&frame->y, series->y[i].value);
}

static void widen(sb_plot_axis *axis, double value)
{
    if (!stands(axis, value)) return;
    axis->lo = fmin(axis->lo, value);
    axis->hi = fmax(axis->hi, value);
}

/* Room on both sides, `share` of what is shown; something to look at where all values are the same; any range where there is none. */
static void give_room(sb_plot_axis *axis, double share, int from_zero)
{
    if (!(axis->lo <= axis->hi)) *axis = (sb_plot_axis){axis->log ? 0.1 : 0.0, axis->log ? 10.0 : 1.0, axis->log};
    if (axis->log) {
        const double span = log(axis->hi) - log(axis->lo), room = span > 1e-9 ? share * span : log(2.0);
        axis->lo *= exp(-room);
        axis->hi *= exp(room);
        return;
    }
    const double size = fmax(fabs(axis->lo), fabs(axis->hi)), span = axis->hi - axis->lo;
    const double room = span > 1e-9 * size ? share * span : size > 0.0 ? 0.1 * size : 1.0;
    if (!from_zero || axis->lo < 0.0) axis->lo -= room;
    if (!from_zero || axis->hi > 0.0 || size == 0.0) axis->hi += room;
}

/* A map fills its frame. */
static sb_plot_axis map_extent(const sb_map *map, int i)
{
    const double first = map->origin[i] - 0.5 * map->step[i];
    return (sb_plot_axis){first, first + map->n[i] * map->step[i], 0};
}

sb_plot_frame sb_plot_frame_of(const sb_figure *figure)
{
    sb_plot_frame frame = {.x = {INFINITY, -INFINITY, figure->log_x}, .y = {INFINITY, -INFINITY, figure->log_y}};
    int bars = 0;
    for (int s = 0; s < figure->series_count; s++) {
        const sb_series *series = &figure->series[s];
        bars |= series->mark == SB_MARK_BARS;
        for (int i = 0; i < series->count; i++) {
            if (!sb_plot_drawable(&frame, series, i)) {
                frame.left_out += !isnan(series->y[i].value);
                continue;
            }
            frame.drawn++;
            widen(&frame.x, series->x[i]);
            widen(&frame.y, series->y[i].value);
            widen(&frame.y, series->y[i].lo);
            widen(&frame.y, series->y[i].hi);
        }
    }
    if (figure->map.n[0] > 0) {
        frame.x = map_extent(&figure->map, 0);
        frame.y = map_extent(&figure->map, 1);
        return frame;
    }
    if (bars && !frame.y.log) widen(&frame.y, 0.0);
    give_room(&frame.x, 0.03, 0);
    give_room(&frame.y, 0.06, bars);
    if (figure->category_count > 0) frame.x = (sb_plot_axis){-0.6, figure->category_count - 0.4, 0};
    return frame;
}
