#include "report/sweep.h"

#include "sweep/columns.h"

#include <math.h>
#include <stdlib.h>

static void line(sb_csv *csv, const sb_sweep_findings *f, int run, const sb_sweep_column *column)
{
    const sb_number x = column->value[run];
    const int unknown = isnan(x.value);
    sb_csv_integer(csv, run);
    for (int a = 0; a < f->plan->axis_count; a++) sb_csv_text(csv, sb_sweep_value(f->plan, run, a));
    sb_csv_text(csv, column->name);
    sb_csv_text(csv, column->kind);
    sb_csv_double(csv, x.value);
    sb_csv_double(csv, unknown ? NAN : x.lo);
    sb_csv_double(csv, unknown ? NAN : x.hi);
    sb_csv_double(csv, unknown ? NAN : x.confidence);
    sb_csv_double(csv, unknown ? NAN : x.samples);
    sb_csv_text(csv, unknown ? NULL : sb_number_status_name(x.status));
    sb_csv_text(csv, column->verdict ? sb_verdict_name(column->verdict[run]) : NULL);
    sb_csv_end(csv);
}

void sb_sweep_csv(FILE *stream, const sb_sweep_findings *f)
{
    sb_csv csv = {stream, 0};
    sb_csv_text(&csv, "run");
    for (int a = 0; a < f->plan->axis_count; a++) sb_csv_text(&csv, f->plan->axis[a].key);
    sb_csv_header(&csv, "name kind value lo hi confidence samples status verdict");
    for (int run = 0; run < f->plan->run_count; run++)
        if (sb_sweep_finished(f, run))
            for (int c = 0; c < f->column_count; c++) line(&csv, f, run, &f->column[c]);
}

sb_status sb_sweep_csv_file(sb_context *ctx, const sb_sweep_findings *findings, char **text)
{
    sb_status st = SB_OK;
    size_t length;
    *text = NULL;
    FILE *stream = open_memstream(text, &length);
    SB_REQUIRE(stream, SB_ENOMEM, "out of memory for sweep.csv");
    sb_sweep_csv(stream, findings);
    if (fclose(stream) == 0) return SB_OK;
    free(*text);
    *text = NULL;
    SB_FAIL(SB_ENOMEM, "out of memory for sweep.csv");
done:
    return st;
}
