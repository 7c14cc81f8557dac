#include "report/sweep.h"

#include <math.h>

static sb_text reported_text(sb_reported x)
{
    sb_text text = sb_text_double(x.value, 5);
    if (!isnan(x.deviation)) snprintf(text.s, sizeof text.s, "%.6g +- %.3g", x.value, x.deviation);
    return text;
}

sb_status sb_sweep_reported_table(sb_context *ctx, const sb_output *out, const sb_beside *beside)
{
    sb_status st = SB_OK;
    const int count = beside->column_count;
    sb_table *table = NULL;
    sb_column columns[SB_MOST_REPORTED + 1] = {{"", 0, 0}};
    for (int c = 0; c < count; c++) columns[c + 1] = (sb_column){beside->heading[c], 1, 1};
    SB_TRY(sb_table_create(ctx, out, count + 1, columns, &table));
    for (int r = 0; r < beside->row_count; r++) {
        sb_table_row(table);
        sb_table_cell(table, beside->row[r], NULL);
        for (int c = 0; c < count; c++) sb_table_cell(table, reported_text(beside->number[r * count + c]).s, NULL);
    }
    sb_output_title(out, "REPORTED BY OTHERS");
    SB_TRY(sb_table_print(ctx, table));
    fputc('\n', out->stream);
    sb_output_paragraph(out, 2, "", "%s. %s", beside->title, beside->note);
done:
    sb_table_free(table);
    return st;
}
