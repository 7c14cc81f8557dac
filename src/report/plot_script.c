#include "report/plot_script.h"

#include "report/palette.h"

#include <math.h>
#include <string.h>

/* The key of more series than this would leave no height to the picture: it stands beside it. */
enum { BELOW = 8 };

/* One look for each series: colour, point, dash. Colours differ first, so that six series are told apart by colour alone, and by the
 * others in black and white. */
typedef struct {
    const char *color, *dash;
    int point;
} look;

static look look_of(int s)
{
    static const char *const colors[] = {SB_BLUE, SB_RED, SB_GREEN, SB_PURPLE, SB_ORANGE, SB_SKY, SB_BLACK};
    static const char *const dashes[] = {"solid", "'_'", "'.'", "'-'", "'_.'"};
    static const int points[] = {7, 5, 9, 13, 11, 15, 6, 4, 8};
    return (look){colors[s % 7], dashes[s % 5], points[s % 9]};
}

/* Breaks a text at blanks so that no line is longer than `most` characters, where it can be. */
static void put_wrapped(FILE *stream, const char *text, size_t most)
{
    size_t length = strlen(text);
    while (length > most) {
        size_t cut = most;
        while (cut > 0 && text[cut] != ' ') cut--;
        if (cut == 0) break;
        char line[200];
        snprintf(line, sizeof line, "%.*s", (int)cut, text);
        sb_script_text(stream, line);
        fputs(".\"\\n\".", stream);
        text += cut + 1;
        length -= cut + 1;
    }
    sb_script_text(stream, text);
}

/* A step of 1, 2 or 5 times a power of ten that divides `span` into about five parts. */
static double round_step(double span)
{
    const double raw = span / 5.0, power = pow(10.0, floor(log10(raw))), digit = raw / power;
    return power * (digit < 1.5 ? 1.0 : digit < 3.5 ? 2.0 : digit < 7.5 ? 5.0 : 10.0);
}

/* Where a logarithmic axis spans less than two decades, powers of ten alone are too few marks: 1, 2, 5 then, or, on a short one, even
 * steps. */
static void put_short_log_tics(FILE *stream, char name, const sb_plot_axis *axis)
{
    const char *before = "";
    int count = 0;
    fprintf(stream, "set format %c '%%g'\nset %ctics noenhanced (", name, name);
    for (double power = pow(10.0, floor(log10(axis->lo))); power <= axis->hi; power *= 10.0)
        for (int k = 0; k < 3; k++) {
            const double tic = power * (k == 0 ? 1.0 : k == 1 ? 2.0 : 5.0);
            if (tic < axis->lo || tic > axis->hi) continue;
            fprintf(stream, "%s%.9g", before, tic);
            before = ", ";
            count++;
        }
    const double step = round_step(axis->hi - axis->lo);
    if (count < 3)
        for (double tic = step * ceil(axis->lo / step); tic <= axis->hi; tic += step) {
            fprintf(stream, "%s%.9g", before, tic);
            before = ", ";
        }
    fprintf(stream, ")\n");
}

void sb_plot_write_axis(FILE *stream, char name, const sb_plot_axis *axis, int characters)
{
    fprintf(stream, "set %crange [%.17g:%.17g]\n", name, axis->lo, axis->hi);
    if (characters) fprintf(stream, "set format %c '%%g'\n", name);
    if (!axis->log) return;
    fprintf(stream, "set logscale %c 10\n", name);
    if (axis->hi < 100.0 * axis->lo) put_short_log_tics(stream, name, axis);
    else fprintf(stream, "set format %c '%s'\n", name, characters ? "1e%L" : "10^{%L}");
}

/* Categories stand below their bars, aslant where they would run into one another. */
static void put_categories(FILE *stream, const sb_figure *figure)
{
    size_t longest = 0;
    for (int i = 0; i < figure->category_count; i++) longest = fmax(longest, strlen(figure->category[i]));
    const int aslant = (longest + 2) * (size_t)figure->category_count > 100;
    fprintf(stream, "set xtics noenhanced scale 0 %s (", aslant ? "rotate by -30" : "norotate");
    for (int i = 0; i < figure->category_count; i++) {
        if (i) fputs(", ", stream);
        sb_script_text(stream, figure->category[i]);
        fprintf(stream, " %d", i);
    }
    fprintf(stream, ")\nset grid noxtics\n");
}

static void put_labels(FILE *stream, const sb_figure *figure, const sb_plot_frame *frame, int characters)
{
    if (figure->title) {
        fprintf(stream, "set title noenhanced %s ", characters ? "" : "font ',15'");
        put_wrapped(stream, figure->title, characters ? 70 : figure->series_count > BELOW ? 50 : 76);
        fputc('\n', stream);
    }
    if (figure->y_label) {
        fprintf(stream, "set ylabel noenhanced ");
        put_wrapped(stream, figure->y_label, characters ? 16 : 50);
        fputc('\n', stream);
    }
    fprintf(stream, "set xlabel noenhanced offset 0,%s ", characters ? "0" : "0.4");
    put_wrapped(stream, figure->x_label ? figure->x_label : "", 90);
    if (frame->left_out > 0 && !characters)
        fprintf(stream, ".'   (%d point%s not drawn: not finite%s)'", frame->left_out, frame->left_out == 1 ? "" : "s",
                frame->x.log || frame->y.log ? ", or not positive on a logarithmic axis" : "");
    fputs(characters ? "\n" : ".\"\\n\"\n", stream); /* an empty line keeps the key at a distance */
}

/* An end of an interval as far as it is in sight. */
static double in_sight(const sb_plot_axis *axis, double end)
{
    return fmin(fmax(end, axis->lo), axis->hi);
}

static double height(const sb_plot_axis *axis, double y)
{
    return axis->log ? log(y) : y;
}

/* Whether the interval shows beside its point. */
static int shows(const sb_plot_axis *axis, sb_number y)
{
    const double lo = in_sight(axis, y.lo), hi = in_sight(axis, y.hi);
    return height(axis, hi) - height(axis, lo) > 0.008 * (height(axis, axis->hi) - height(axis, axis->lo));
}

/* Bars of several series stand side by side. */
static double bar_width(const sb_figure *figure, double *first)
{
    int bars = 0;
    for (int s = 0; s < figure->series_count; s++) bars += figure->series[s].mark == SB_MARK_BARS;
    const double width = 0.8 / (bars > 0 ? bars : 1);
    *first = -0.5 * width * (bars - 1);
    return width;
}

/* The blocks $p<s> with x, y, lo, hi of what is drawn, with an empty line at each gap, and $e<s> with the intervals that show. */
static int put_data(FILE *stream, const sb_plot_frame *frame, const sb_series *series, int s, double shift)
{
    int intervals = 0, gap = 1;
    fprintf(stream, "$p%d << END\n", s);
    for (int i = 0; i < series->count; i++) {
        const sb_number y = series->y[i];
        if (!sb_plot_drawable(frame, series, i)) {
            if (!gap) fputc('\n', stream);
            gap = 1;
            continue;
        }
        gap = 0;
        fprintf(stream, "%.17g %.17g %.17g %.17g\n", series->x[i] + shift, y.value, in_sight(&frame->y, y.lo),
                in_sight(&frame->y, y.hi));
        intervals += shows(&frame->y, y);
    }
    fprintf(stream, "END\n");
    if (intervals == 0) return 0;
    fprintf(stream, "$e%d << END\n", s);
    for (int i = 0; i < series->count; i++)
        if (sb_plot_drawable(frame, series, i) && shows(&frame->y, series->y[i]))
            fprintf(stream, "%.17g %.17g %.17g %.17g\n", series->x[i] + shift, series->y[i].value,
                    in_sight(&frame->y, series->y[i].lo), in_sight(&frame->y, series->y[i].hi));
    fprintf(stream, "END\n");
    return intervals;
}

static int drawable_count(const sb_plot_frame *frame, const sb_series *series)
{
    int count = 0;
    for (int i = 0; i < series->count; i++) count += sb_plot_drawable(frame, series, i);
    return count;
}

/* The intervals of a series: a band about a line, whiskers elsewhere. */
static void put_intervals(FILE *stream, const sb_series *series, int s, const char *color, int characters)
{
    if (series->mark == SB_MARK_LINE)
        fprintf(stream, "$p%d using 1:3:4 with filledcurves fc rgb '%s' fs transparent solid 0.18 noborder notitle", s, color);
    else
        fprintf(stream, "$e%d using 1:3:(0):($4-$3) with vectors %s lc rgb '%s' lw 1.3 notitle", s,
                characters ? "nohead" : "heads size screen 0.004,90", color);
}

static void put_marks(FILE *stream, const sb_series *series, int s, double width)
{
    const look l = look_of(s);
    switch (series->mark) {
    case SB_MARK_BARS:
        fprintf(stream, "$p%d using 1:2:(%.9g) with boxes lc rgb '%s' fs solid 0.85 noborder", s, 0.92 * width, l.color);
        break;
    case SB_MARK_POINTS: fprintf(stream, "$p%d using 1:2 with points lc rgb '%s' pt %d ps 1.1", s, l.color, l.point); break;
    case SB_MARK_LINE: fprintf(stream, "$p%d using 1:2 with lines lc rgb '%s' lw 2 dt %s", s, l.color, l.dash); break;
    case SB_MARK_LINE_POINTS:
        fprintf(stream, "$p%d using 1:2 with linespoints lc rgb '%s' lw 2 dt %s pt %d ps 1.1", s, l.color, l.dash, l.point);
        break;
    }
    if (series->name) {
        fputs(" title ", stream);
        sb_script_text(stream, series->name);
    } else fputs(" notitle", stream);
}

/* A whisker stands before its bar and behind its point. Characters are too coarse for bands. */
static void put_series(FILE *stream, const sb_series *series, int s, double width, int intervals, int characters)
{
    const int bars = series->mark == SB_MARK_BARS, shown = intervals && !(characters && series->mark == SB_MARK_LINE);
    if (shown && !bars) {
        put_intervals(stream, series, s, look_of(s).color, characters);
        fputs(", ", stream);
    }
    put_marks(stream, series, s, width);
    if (shown && bars) {
        fputs(", ", stream);
        put_intervals(stream, series, s, SB_BLACK, characters);
    }
}

/* Colours from the page's white to nearly black in one hue: darker is more, in print and for every eye. */
static void put_map(FILE *stream, const sb_map *map)
{
    fprintf(stream,
            "set palette defined (0 '#ffffff', 1 '#c3e2f5', 2 '" SB_SKY "', 3 '" SB_BLUE "', 4 '#003a5c', 5 '#001522')\n"
            "set size ratio -1\nset cbrange [0:%.17g]\nset cbtics textcolor rgb '#222222'\nunset grid\n$map << END\n",
            map->most > 0.0 ? map->most : 1.0);
    for (int i = 0; i < map->n[0]; i++)
        for (int k = 0; k < map->n[1]; k++)
            fprintf(stream, "%.17g %.17g %.6g\n", map->origin[0] + i * map->step[0], map->origin[1] + k * map->step[1],
                    map->value[(size_t)i * (size_t)map->n[1] + (size_t)k]);
    fputs("END\n", stream);
}

void sb_plot_write(FILE *stream, const sb_figure *figure, const sb_plot_frame *frame, int characters)
{
    double shift;
    const double width = bar_width(figure, &shift);
    const char *before = "plot ";
    int intervals[figure->series_count + 1];
    fprintf(stream,
            "set encoding utf8\nset key outside %s Left reverse noenhanced\nset border 3%s\n"
            "set tics nomirror out\n",
            !characters && figure->series_count > BELOW ? "right center vertical" : "bottom center horizontal maxrows 3",
            characters ? ""
                       : " lc rgb '" SB_GREY "'\nset tics textcolor rgb '#222222'\nset grid back lc rgb '" SB_FAINT
                         "' lt 1 lw 0.8");
    put_labels(stream, figure, frame, characters);
    sb_plot_write_axis(stream, 'x', &frame->x, characters);
    sb_plot_write_axis(stream, 'y', &frame->y, characters);
    if (figure->category_count > 0) put_categories(stream, figure);
    if (figure->map.n[0] > 0 && !characters) {
        put_map(stream, &figure->map);
        fputs("plot $map using 1:2:3 with image notitle", stream);
        before = ", ";
    }
    for (int s = 0; s < figure->series_count; s++) {
        const int bars = figure->series[s].mark == SB_MARK_BARS;
        intervals[s] = put_data(stream, frame, &figure->series[s], s, bars ? shift : 0.0);
        if (bars) shift += width;
    }
    for (int s = 0; s < figure->series_count; s++) {
        if (drawable_count(frame, &figure->series[s]) == 0) continue; /* gnuplot takes an empty block for a mistake */
        fputs(before, stream);
        put_series(stream, &figure->series[s], s, width, intervals[s], characters);
        before = ", ";
    }
    if (*before == 'p') fputs("plot NaN notitle", stream);
    fputc('\n', stream);
}
