#include "report/sweep.h"

#include "sweep/columns.h"

static void verdict_cells(sb_table *table, const sb_sweep_findings *f, const sb_sweep_column *column, int first)
{
    int count[SB_UNKNOWN + 1] = {0};
    for (int run = 0; run < f->plan->run_count; run++)
        if (sb_sweep_finished(f, run)) count[column->verdict[run]]++;
    sb_table_row(table);
    sb_table_cell(table, first ? sb_text_label(column->statement).s : "", NULL);
    sb_table_cell(table, sb_form_name(column->form), NULL);
    for (int v = 0; v <= SB_UNKNOWN; v++)
        sb_table_cell(table, count[v] ? sb_text_double(count[v], 6).s : "", sb_verdict_color((sb_verdict)v));
}

static sb_status verdicts_table(sb_context *ctx, const sb_output *out, const sb_sweep_findings *f)
{
    static const sb_column columns[] = {{"STATEMENT", 0, 1}, {"FORM", 0, 0},    {"HOLDS", 1, 0}, {"VIOLATED", 1, 0},
                                        {"OPEN", 1, 0},      {"VACUOUS", 1, 0}, {"N/A", 1, 0},   {"UNKNOWN", 1, 0}};
    sb_status st = SB_OK;
    sb_table *table = NULL;
    SB_TRY(sb_table_create(ctx, out, 8, columns, &table));
    for (int c = 0; c < f->column_count; c++)
        if (f->column[c].verdict) verdict_cells(table, f, &f->column[c], f->column[c].statement != f->column[c - 1].statement);
    sb_output_title(out, "VERDICTS");
    SB_TRY(sb_table_print(ctx, table));
    fputc('\n', out->stream);
    sb_output_paragraph(
        out, 2, "",
        "In how many of %d finished run%s each statement holds, is violated, is open (the intervals overlap), holds but says "
        "no more than pure noise would, does not apply, or lacks a constant.",
        f->finished, f->finished == 1 ? "" : "s");
done:
    sb_table_free(table);
    return st;
}

static sb_status tables(sb_context *ctx, const sb_output *out, const char *path, const sb_sweep_findings *findings,
                        const sb_beside *beside)
{
    sb_status st = SB_OK;
    if (findings->plan->title) sb_output_title(out, findings->plan->title);
    SB_TRY(sb_sweep_runs_table(ctx, out, findings));
    SB_TRY(sb_sweep_slopes_table(ctx, out, findings));
    SB_TRY(verdicts_table(ctx, out, findings));
    if (path)
        sb_output_paragraph(out, 2, "", "Every number of every run: %s/sweep.csv; tables and pictures: %s/sweep.html", path, path);
    if (beside) SB_TRY(sb_sweep_reported_table(ctx, out, beside));
done:
    return st;
}

sb_status sb_report_sweep(sb_context *ctx, const sb_output *out, const char *path, const sb_sweep_findings *findings,
                          const sb_beside *beside)
{
    switch (out->format) {
    case SB_FORMAT_JSON: return sb_sweep_json(ctx, out, path, findings, beside);
    case SB_FORMAT_CSV: sb_sweep_csv(out->stream, findings); return SB_OK;
    default: return tables(ctx, out, path, findings, beside);
    }
}
