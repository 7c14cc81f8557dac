#include "report/sweep_comparison.h"

#include "report/csv.h"
#include "sweep/columns.h"
#include "sweep/sweep_figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const sb_reported *sb_comparison_reported(const sb_comparison *comparison, int run)
{
    const sb_sweep_plan *plan = comparison->findings->plan;
    for (int a = 0; a < plan->axis_count && comparison->beside; a++)
        if (plan->axis[a].means) return sb_beside_row(comparison->beside, sb_sweep_value(plan, run, a));
    return NULL;
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
