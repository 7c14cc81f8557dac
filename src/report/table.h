/* table.h: tables: aligned on a terminal (libsmartcols), or as an element of an HTML page. */
#ifndef SB_REPORT_TABLE_H
#define SB_REPORT_TABLE_H

#include "report/output.h"

typedef struct {
    const char *title;
    int right;  /* nonzero: aligned to the right */
    int yields; /* nonzero: cut short where the table is wider than the output */
} sb_column;

typedef struct sb_table sb_table;

sb_status sb_table_create(sb_context *ctx, const sb_output *out, int columns, const sb_column *column, sb_table **table);
void sb_table_free(sb_table *table);

/* sb_table_row: begins a line. sb_table_cell: fills the next cell of it from left to right; `color` is a name that libsmartcols
 * knows ("green", "red", ...) or NULL; text may hold line breaks. Failures of memory are kept and reported by sb_table_print. */
void sb_table_row(sb_table *table);
void sb_table_cell(sb_table *table, const char *text, const char *color);

sb_status sb_table_print(sb_context *ctx, sb_table *table);

#endif
