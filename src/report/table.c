#include "report/table.h"

#include <libsmartcols.h>
#include <stdlib.h>

struct sb_table {
    struct libscols_table *cells;
    struct libscols_line *line;
    size_t next; /* column of the next cell */
    int failed;
};

sb_status sb_table_create(sb_context *ctx, const sb_output *out, int columns, const sb_column *column, sb_table **table)
{
    sb_status st = SB_OK;
    sb_table *t = calloc(1, sizeof *t);
    *table = t;
    SB_REQUIRE(t && (t->cells = scols_new_table()), SB_ENOMEM, "out of memory for a table");
    t->failed |= scols_table_set_stream(t->cells, out->stream) != 0;
    t->failed |= scols_table_set_termforce(t->cells, SCOLS_TERMFORCE_ALWAYS) != 0; /* the same layout in a pipe as on a screen */
    t->failed |= scols_table_set_termwidth(t->cells, (size_t)out->width) != 0;
    t->failed |= scols_table_enable_colors(t->cells, out->color) != 0;
    t->failed |= scols_table_set_column_separator(t->cells, out->width < 100 ? " " : "  ") != 0;
    for (int i = 0; i < columns; i++) {
        const int flags = (column[i].right ? SCOLS_FL_RIGHT : SCOLS_FL_WRAP) | (column[i].yields ? SCOLS_FL_TRUNC : 0);
        struct libscols_column *c =
            scols_table_new_column(t->cells, column[i].title, 0.0, column[i].yields ? flags & ~SCOLS_FL_WRAP : flags);
        SB_REQUIRE(c, SB_ENOMEM, "out of memory for a table");
        if (!column[i].right && !column[i].yields) {
            t->failed |= scols_column_set_wrapfunc(c, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL) != 0;
            t->failed |= scols_column_set_safechars(c, "\n") != 0;
        }
        t->failed |= scols_cell_set_color(scols_column_get_header(c), "halfbright") != 0;
    }
done:
    if (st != SB_OK) {
        sb_table_free(t);
        *table = NULL;
    }
    return st;
}

void sb_table_free(sb_table *table)
{
    if (!table) return;
    scols_unref_table(table->cells);
    free(table);
}

void sb_table_row(sb_table *table)
{
    table->line = scols_table_new_line(table->cells, NULL);
    table->next = 0;
    table->failed |= table->line == NULL;
}

void sb_table_cell(sb_table *table, const char *text, const char *color)
{
    if (table->failed) return;
    table->failed |= scols_line_set_data(table->line, table->next, text) != 0;
    if (color && *text) table->failed |= scols_cell_set_color(scols_line_get_cell(table->line, table->next), color) != 0;
    table->next++;
}

sb_status sb_table_print(sb_context *ctx, sb_table *table)
{
    sb_status st = SB_OK;
    SB_REQUIRE(!table->failed && scols_print_table(table->cells) == 0, SB_ENOMEM, "out of memory for a table");
done:
    return st;
}
