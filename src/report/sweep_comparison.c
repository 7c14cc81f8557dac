#include "report/sweep_comparison.h"

#include "report/csv.h"
#include "report/table.h"
#include "report/text.h"
#include "sweep/columns.h"
#include "sweep/sweep_figure.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_COLUMNS = 32 };

const sb_reported *sb_comparison_reported(const sb_comparison *comparison, int run)
{
    const sb_sweep_plan *plan = comparison->findings->plan;
    for (int a = 0; a < plan->axis_count && comparison->beside; a++)
        if (plan->axis[a].means) return sb_beside_row(comparison->beside, sb_sweep_value(plan, run, a));
    return NULL;
}

static sb_text reported_text(sb_reported x)
{
    sb_text text = sb_text_double(x.value, 5);
    if (!isnan(x.deviation)) snprintf(text.s, sizeof text.s, "%.6g +- %.3g", x.value, x.deviation);
    return text;
}

sb_status sb_comparison_table(sb_context *ctx, const sb_output *out, const sb_comparison *comparison)
{
    sb_status st = SB_OK;
    const sb_beside *beside = comparison->beside;
    sb_table *table = NULL;
    sb_column columns[MOST_COLUMNS + 1] = {{"", 0, 0}};
    if (!beside) return SB_OK;
    const int count = beside->column_count < MOST_COLUMNS ? beside->column_count : MOST_COLUMNS;
    for (int c = 0; c < count; c++) columns[c + 1] = (sb_column){beside->heading[c], 1, 1};
    SB_TRY(sb_table_create(ctx, out, count + 1, columns, &table));
    for (int r = 0; r < beside->row_count; r++) {
        sb_table_row(table);
        sb_table_cell(table, beside->row[r], NULL);
        for (int c = 0; c < count; c++) sb_table_cell(table, reported_text(beside->number[r * beside->column_count + c]).s, NULL);
    }
    sb_output_title(out, "REPORTED BY OTHERS");
    SB_TRY(sb_table_print(ctx, table));
    fputc('\n', out->stream);
    sb_output_paragraph(out, 2, "", "%s. %s", beside->title, beside->note);
done:
    sb_table_free(table);
    return st;
}

static void csv_heading(sb_csv *csv, const sb_comparison *comparison)
{
    const sb_sweep_findings *f = comparison->findings;
    const char *const *show;
    const int shown = sb_sweep_show(f->plan, &show);
    char name[200];
    sb_csv_text(csv, "run");
    for (int a = 0; a < f->plan->axis_count; a++) sb_csv_text(csv, f->plan->axis[a].key);
    for (int i = 0; i < shown; i++) {
        static const char *const end[] = {"", ".lo", ".hi"};
        for (int e = 0; e < 3; e++) {
            snprintf(name, sizeof name, "%s%s", show[i], end[e]);
            sb_csv_text(csv, name);
        }
    }
    for (int c = 0; comparison->beside && c < comparison->beside->column_count; c++) {
        sb_csv_text(csv, comparison->beside->name[c]);
        snprintf(name, sizeof name, "%.180s.deviation", comparison->beside->name[c]);
        sb_csv_text(csv, name);
    }
    sb_csv_end(csv);
}

static void csv_line(sb_csv *csv, const sb_comparison *comparison, int run)
{
    const sb_sweep_findings *f = comparison->findings;
    const sb_reported *reported = sb_comparison_reported(comparison, run);
    const char *const *show;
    const int shown = sb_sweep_show(f->plan, &show);
    sb_csv_integer(csv, run);
    for (int a = 0; a < f->plan->axis_count; a++) sb_csv_text(csv, sb_sweep_value(f->plan, run, a));
    for (int i = 0; i < shown; i++) {
        const sb_number x = f->column[sb_sweep_column_find(f, show[i])].value[run];
        sb_csv_double(csv, x.value);
        sb_csv_double(csv, isnan(x.value) ? NAN : x.lo);
        sb_csv_double(csv, isnan(x.value) ? NAN : x.hi);
    }
    for (int c = 0; comparison->beside && c < comparison->beside->column_count; c++) {
        sb_csv_double(csv, reported ? reported[c].value : NAN);
        sb_csv_double(csv, reported ? reported[c].deviation : NAN);
    }
    sb_csv_end(csv);
}

sb_status sb_comparison_csv(sb_context *ctx, const sb_comparison *comparison, char **text)
{
    sb_status st = SB_OK;
    size_t length;
    *text = NULL;
    FILE *stream = open_memstream(text, &length);
    SB_REQUIRE(stream, SB_ENOMEM, "out of memory for a table");
    sb_csv csv = {stream, 0};
    csv_heading(&csv, comparison);
    for (int run = 0; run < comparison->findings->plan->run_count; run++) csv_line(&csv, comparison, run);
    if (fclose(stream) == 0) return SB_OK;
    free(*text);
    *text = NULL;
    SB_FAIL(SB_ENOMEM, "out of memory for a table");
done:
    return st;
}
