/* figure.h: a picture as plain data: what is drawn, not how. Whoever computes fills it, report/ draws it. */
#ifndef SB_BASE_FIGURE_H
#define SB_BASE_FIGURE_H

#include "base/number.h"

typedef enum { SB_MARK_LINE, SB_MARK_POINTS, SB_MARK_LINE_POINTS, SB_MARK_BARS } sb_mark;

/* One curve, cloud or row of bars; y's intervals are drawn where they are wider than a point. */
typedef struct {
    char      *name;   /* for the key; NULL: none */
    sb_mark    mark;
    int        count;
    double    *x;      /* (count) */
    sb_number *y;      /* (count) value NaN: a gap */
} sb_series;

/* A function of the plane on a regular grid of cells, drawn as colours below the curves: 0 is the lightest, `most` and above the darkest. */
typedef struct {
    int        n[2];           /* cells along x and y; 0: there is none */
    double     origin[2];      /* middle of cell (0,0) */
    double     step[2];
    double     most;
    double    *value;          /* (n[0],n[1]) */
} sb_map;

/* Bars stand at x = 0, 1, 2, ... with `category` below them; else category is NULL. Points with categories stand above them, too. */
typedef struct {
    char      *title, *x_label, *y_label;
    int        log_x, log_y;
    int        width, height;  /* of the whole picture, in units of 1/96 inch; 0: 900 and 560 */
    sb_map     map;
    int        category_count;
    char     **category;       /* (category_count) */
    int        series_count;
    sb_series *series;         /* (series_count) */
} sb_figure;

/* sb_figure_begin: an empty figure with copies of the three texts. sb_figure_series: adds one with room for count points (zeroed); the
 * pointer is good until the next is added. sb_figure_category: adds a label below the bars. sb_figure_map: room for a map (zeroed), of a
 * figure that has none yet. sb_figure_free empties it. */
sb_status sb_figure_begin(sb_context *ctx, const char *title, const char *x_label, const char *y_label, sb_figure *figure);
sb_status sb_figure_series(sb_context *ctx, sb_figure *figure, const char *name, sb_mark mark, int count, sb_series **series);
sb_status sb_figure_category(sb_context *ctx, sb_figure *figure, const char *name);
sb_status sb_figure_map(sb_context *ctx, sb_figure *figure, const int n[2], const double origin[2], const double step[2]);
void      sb_figure_free(sb_figure *figure);

#endif
