#include "report/sweep.h"

#include "sweep/columns.h"
#include "sweep/curves.h"
#include "sweep/sweep_figure.h"

#include <math.h>
#include <string.h>

enum { MOST_COLUMNS = 64, MOST_AXES = 32, GAP = 2 };

/* What stands in the table: the varied keys, KL, the constant on the x axis if it is one, and of the other shown columns as many as there is
 * room for. */
typedef struct {
    int axis_count, axis[MOST_AXES];
    int column_count, column[MOST_COLUMNS - MOST_AXES];
    int left_out; /* shown columns without room */
    int narrow;   /* nonzero: not even the keys and KL have room */
} layout;

static sb_text cell_text(const sb_sweep_findings *f, int c, int run)
{
    const sb_number x = f->column[c].value[run];
    return strcmp(f->column[c].name, "kl") == 0 ? sb_text_number(x, 3) : sb_text_double(x.value, 4);
}

static size_t axis_width(const sb_sweep_findings *f, int a)
{
    size_t width = strlen(f->plan->axis[a].key);
    for (int i = 0; i < f->plan->axis[a].count; i++) width = (size_t)fmax(width, strlen(f->plan->axis[a].value[i]));
    return width + GAP;
}

static size_t column_width(const sb_sweep_findings *f, int c)
{
    size_t width = strlen(f->column[c].name);
    for (int run = 0; run < f->plan->run_count; run++) width = (size_t)fmax(width, strlen(cell_text(f, c, run).s));
    return width + GAP;
}

/* The keys that differ from run to run; where none does, those that the command line gave, so that something says what the run is. */
static void find_axes(const sb_sweep_plan *plan, layout *l)
{
    int several = 0;
    for (int a = 0; a < plan->axis_count; a++) several |= plan->axis[a].count > 1;
    for (int a = 0; a < plan->axis_count && l->axis_count < MOST_AXES; a++)
        if (several ? plan->axis[a].count > 1 : plan->axis[a].given) l->axis[l->axis_count++] = a;
}

static layout layout_of(const sb_sweep_findings *f, size_t room)
{
    const char *const *names;
    const int count = sb_sweep_show(f->plan, &names);
    layout l = {.column_count = 1, .column = {sb_sweep_column_find(f, "kl")}};
    size_t used = column_width(f, l.column[0]);
    find_axes(f->plan, &l);
    for (int i = 0; i < l.axis_count; i++) used += axis_width(f, l.axis[i]);
    l.narrow = used > room;
    const int x =
        f->plan->against && sb_sweep_axis_find(f->plan, f->plan->against) < 0 ? sb_sweep_column_find(f, f->plan->against) : -1;
    if (x >= 0) l.column[l.column_count++] = x, used += column_width(f, x);
    for (int i = 0; i < count; i++) {
        const int c = sb_sweep_column_find(f, names[i]);
        if (c == l.column[0] || c == x) continue;
        used += column_width(f, c);
        if (used <= room && l.column_count < MOST_COLUMNS - MOST_AXES) l.column[l.column_count++] = c;
        else l.left_out++;
    }
    return l;
}

static void cells(sb_table *table, const sb_sweep_findings *f, const layout *l, int run)
{
    sb_table_row(table);
    for (int i = 0; i < l->axis_count; i++) sb_table_cell(table, sb_sweep_value(f->plan, run, l->axis[i]), NULL);
    for (int i = 0; i < l->column_count; i++) {
        const sb_sweep_column *column = &f->column[l->column[i]];
        sb_table_cell(table, cell_text(f, l->column[i], run).s, column->verdict ? sb_verdict_color(column->verdict[run]) : NULL);
    }
}

static void notes(const sb_output *out, const sb_sweep_findings *f, const layout *l)
{
    sb_output_paragraph(out, 2, "", "kl: KL(q_delta||p) of the worst measured worker after training, in nats, with its interval.");
    if (l->left_out)
        sb_output_paragraph(out, 2, "", "%d shown column%s no room here; a wider window or sweep.csv has %s.", l->left_out,
                            l->left_out == 1 ? " has" : "s have", l->left_out == 1 ? "it" : "them");
    if (f->finished < f->plan->run_count)
        sb_output_paragraph(out, 2, "", "%d of %d runs are finished; the others have no numbers yet.", f->finished,
                            f->plan->run_count);
}

sb_status sb_sweep_runs_table(sb_context *ctx, const sb_output *out, const sb_sweep_findings *f)
{
    sb_status st = SB_OK;
    sb_column columns[MOST_COLUMNS];
    sb_table *table = NULL;
    const layout l = layout_of(f, (size_t)out->width);
    int count = 0;
    for (int i = 0; i < l.axis_count; i++) columns[count++] = (sb_column){f->plan->axis[l.axis[i]].key, 1, l.narrow};
    for (int i = 0; i < l.column_count; i++) columns[count++] = (sb_column){f->column[l.column[i]].name, 1, 0};
    SB_TRY(sb_table_create(ctx, out, count, columns, &table));
    for (int run = 0; run < f->plan->run_count; run++) cells(table, f, &l, run);
    sb_output_title(out, "RUNS");
    SB_TRY(sb_table_print(ctx, table));
    fputc('\n', out->stream);
    notes(out, f, &l);
done:
    sb_table_free(table);
    return st;
}
