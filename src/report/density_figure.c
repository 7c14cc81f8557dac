/* density_figure.c: densities on a grid as pictures. */
#include "report/run_sections.h"

#include <math.h>
#include <string.h>

sb_status sb_density_curve(sb_context *ctx, sb_figure *figure, const char *name, const sb_density_pictures *p, const double *value)
{
    sb_status st = SB_OK;
    sb_series *series;
    SB_TRY(sb_figure_series(ctx, figure, name, SB_MARK_LINE, p->n[0], &series));
    for (int i = 0; i < p->n[0]; i++) {
        series->x[i] = p->origin[0] + i * p->step[0];
        series->y[i] = sb_number_exact(value[i]);
    }
done:
    return st;
}

sb_status sb_density_panel(sb_context *ctx, sb_pen *pen, const sb_density_pictures *p, const double *value, const char *caption)
{
    enum { SIDE = 420, BELOW = 40 /* the axis has less room below than at the left */ };
    sb_status st = SB_OK;
    const size_t points = (size_t)p->n[0] * (size_t)p->n[1];
    sb_figure figure = {0};
    SB_TRY(sb_figure_begin(ctx, NULL, NULL, NULL, &figure));
    SB_TRY(sb_figure_map(ctx, &figure, p->n, p->origin, p->step));
    figure.width = SIDE;
    figure.height = SIDE - BELOW;
    memcpy(figure.map.value, value, points * sizeof *value);
    for (size_t i = 0; i < points; i++) figure.map.most = fmax(figure.map.most, p->data[i]);
    SB_TRY(sb_pen_draw(ctx, pen, &figure, "small", caption, caption));
done:
    sb_figure_free(&figure);
    return st;
}
