#include "report/sweep.h"

#include "base/memory.h"
#include "sweep/columns.h"
#include "sweep/curves.h"
#include "sweep/sweep_figure.h"

#include <math.h>
#include <string.h>

/* With more lines, of several curves for each column, a table is that of the shown columns and of KL after training. */
enum { MOST_LINES = 60 };

/* The order of the table, and what it leaves out. */
typedef struct {
    int shown;                /* ranks below this are those of shown columns */
    int *rank;                /* (column_count) -1: left out */
    int several_keys, places; /* nonzero: slopes along more than one key; some other key stands still */
    int lines;                /* of all slopes that could be printed */
    int without, repeated, still, more, two_points, unbounded;
} arrangement;

/* Statements about the same quantity share their left side: a column that says what an earlier one says. */
static int repeats(const sb_sweep_findings *f, int c)
{
    const sb_sweep_column *column = &f->column[c];
    for (int b = 0; b < c && strcmp(column->kind, "lhs") == 0; b++) {
        const sb_sweep_column *before = &f->column[b];
        int run = 0;
        if (strcmp(before->kind, "lhs") != 0 || before->statement->lhs != column->statement->lhs) continue;
        while (run < f->plan->run_count &&
               (before->value[run].value == column->value[run].value || isnan(column->value[run].value)))
            run++;
        if (run == f->plan->run_count) return 1;
    }
    return 0;
}

/* Those shown as they are shown, then the rest, constants last; left out is what tells nothing. */
static int rank_of(const sb_sweep_findings *f, int c, arrangement *a)
{
    const char *const *names;
    const int count = sb_sweep_show(f->plan, &names);
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], f->column[c].name) == 0) return i;
    if (!sb_sweep_column_known(f, c)) return -1;
    const int still = !sb_sweep_column_varies(f, c), repeated = !still && repeats(f, c);
    a->still += still;
    a->repeated += repeated;
    return still || repeated ? -1 : count + c + (f->column[c].constant ? f->column_count : 0);
}

/* A column that was asked for has its line even where nothing could be fitted. */
static int has_line(const arrangement *a, const sb_sweep_slope *slope)
{
    return slope->points >= 2 || a->rank[slope->column] < a->shown;
}

/* Nonzero for a line that a table too long does without. */
static int is_dispensable(const sb_sweep_findings *f, const arrangement *a, const sb_sweep_slope *slope)
{
    if (a->lines <= MOST_LINES || !(a->several_keys || a->places)) return 0;
    const char *name = f->column[slope->column].name;
    return a->rank[slope->column] >= a->shown && strcmp(name, "kl") != 0 && strcmp(name, "kl_pooled") != 0;
}

static sb_status arrange(sb_context *ctx, const sb_sweep_findings *f, arrangement *a)
{
    sb_status st = SB_OK;
    const char *const *names;
    *a = (arrangement){.shown = sb_sweep_show(f->plan, &names)};
    SB_ALLOC(a->rank, f->column_count);
    for (int c = 0; c < f->column_count; c++) a->rank[c] = rank_of(f, c, a);
    for (int i = 0; i < f->slope_count; i++) {
        a->several_keys |= strcmp(f->slope[i].along, f->slope[0].along) != 0;
        a->places |= f->slope[i].where[0] != '\0';
        a->lines += a->rank[f->slope[i].column] >= 0 && has_line(a, &f->slope[i]);
    }
done:
    return st;
}

/* Slopes to four decimals: what is smaller is rounding. */
static double rounded(double slope)
{
    return isfinite(slope) ? rint(1e4 * slope) / 1e4 : slope;
}

/* An end that is unbounded has a dash. */
static sb_text end_text(double end)
{
    return sb_text_double(isinf(end) ? NAN : end, 3);
}

static sb_text slope_text(sb_number slope)
{
    sb_text text;
    slope.value = rounded(slope.value);
    slope.lo = rounded(slope.lo);
    slope.hi = rounded(slope.hi);
    if (!isinf(slope.lo) && !isinf(slope.hi)) return sb_text_number(slope, 3);
    snprintf(text.s, sizeof text.s, "%.20s [%.30s, %.30s]", sb_text_double(slope.value, 3).s, end_text(slope.lo).s,
             end_text(slope.hi).s);
    return text;
}

static void cells(sb_table *table, const sb_sweep_findings *f, const arrangement *a, const sb_sweep_slope *slope)
{
    char points[32], where[sizeof slope->where];
    snprintf(points, sizeof points, "%d", slope->points);
    if (slope->left_out) snprintf(points, sizeof points, "%d of %d", slope->points, slope->points + slope->left_out);
    sb_sweep_where_brief(f->plan, slope->where, sizeof where, where);
    sb_table_row(table);
    sb_table_cell(table, f->column[slope->column].name, NULL);
    if (a->several_keys) sb_table_cell(table, slope->along, NULL);
    if (a->places) sb_table_cell(table, where, NULL);
    sb_table_cell(table, points, NULL);
    sb_table_cell(table, slope_text(slope->slope).s, NULL);
    sb_table_cell(table, sb_text_double(rounded(slope->predicted), 3).s, NULL);
}

static void put_slopes(sb_table *table, const sb_sweep_findings *f, arrangement *a)
{
    for (int r = 0; r < a->shown + 2 * f->column_count; r++)
        for (int i = 0; i < f->slope_count; i++) {
            const sb_sweep_slope *slope = &f->slope[i];
            if (a->rank[slope->column] != r) continue;
            if (!has_line(a, slope)) {
                a->without++;
                continue;
            }
            if (is_dispensable(f, a, slope)) {
                a->more++;
                continue;
            }
            cells(table, f, a, slope);
            a->two_points += slope->points == 2;
            a->unbounded += isinf(slope->slope.lo) || isinf(slope->slope.hi);
        }
}

/* Nonzero if the sweep varies a key that lays the time grid. */
static int varies_the_grid(const sb_sweep_plan *plan)
{
    static const char *const keys[] = {"diffusion.K", "diffusion.T", "diffusion.delta"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const int a = sb_sweep_axis_find(plan, keys[i]);
        if (a >= 0 && plan->axis[a].count > 1) return 1;
    }
    return 0;
}

static void notes(const sb_output *out, const sb_sweep_findings *f, const arrangement *a)
{
    sb_output_paragraph(
        out, 2, "",
        "SLOPE: of log y against log x, least squares, with its interval. PREDICTED: what the statement's formula gives "
        "at the same x, with the other constants as in the middle run and eta as in each.");
    if (varies_the_grid(f->plan))
        sb_output_paragraph(
            out, 2, "",
            "What diffusion.K, T and delta do to kappa, U and B_bound is predicted to leading order, as if K were large.");
    if (a->two_points)
        sb_output_paragraph(out, 2, "", "Two points lie on a line whatever they are: their intervals know of no scatter.");
    if (a->unbounded)
        sb_output_paragraph(out, 2, "", "[-, or , -]: unbounded on that side, for an interval of a value reaches down to 0.");
    if (a->more)
        sb_output_paragraph(
            out, 2, "", "%d more slopes, of what the sweep does not show, are left out; --format=json has all of them.", a->more);
    if (a->still) sb_output_paragraph(out, 2, "", "%d column%s the same in all runs.", a->still, a->still == 1 ? " is" : "s are");
    if (a->without)
        sb_output_paragraph(out, 2, "", "%d slope%s left out: fewer than two points are known and positive.", a->without,
                            a->without == 1 ? " is" : "s are");
    if (a->repeated)
        sb_output_paragraph(out, 2, "", "%d left side%s left out: the same as that of another statement.", a->repeated,
                            a->repeated == 1 ? " is" : "s are");
}

sb_status sb_sweep_slopes_table(sb_context *ctx, const sb_output *out, const sb_sweep_findings *f)
{
    sb_status st = SB_OK;
    sb_table *table = NULL;
    arrangement a = {0};
    sb_column columns[6];
    char title[200];
    int count = 0;
    if (f->slope_count == 0) return SB_OK;
    SB_TRY(arrange(ctx, f, &a));
    columns[count++] = (sb_column){"COLUMN", 0, 0};
    if (a.several_keys) columns[count++] = (sb_column){"ALONG", 0, 0};
    if (a.places) columns[count++] = (sb_column){"WHERE", 0, 1};
    columns[count++] = (sb_column){"POINTS", 1, 0};
    columns[count++] = (sb_column){"SLOPE", 1, 0};
    columns[count++] = (sb_column){"PREDICTED", 1, 0};
    SB_TRY(sb_table_create(ctx, out, count, columns, &table));
    put_slopes(table, f, &a);
    snprintf(title, sizeof title, "SLOPES%s%s", a.several_keys ? "" : " along ", a.several_keys ? "" : f->slope[0].along);
    sb_output_title(out, title);
    SB_TRY(sb_table_print(ctx, table));
    fputc('\n', out->stream);
    notes(out, f, &a);
done:
    sb_table_free(table);
    sb_free(a.rank);
    return st;
}
