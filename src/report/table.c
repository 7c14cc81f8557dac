#include "report/table.h"

#include "report/page.h"

#include <libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 64 };

struct sb_table {
    const sb_output *out;
    struct libscols_table *cells; /* of a terminal */
    struct libscols_line *line;
    FILE *html; /* of a page */
    char *text;
    size_t length;
    int columns, rows;
    const char *kind[MOST_COLUMNS]; /* class of each column's cells */
    size_t next;                    /* column of the next cell */
    int failed;
};

static sb_status begin_html(sb_context *ctx, sb_table *t, int columns, const sb_column *column)
{
    sb_status st = SB_OK;
    SB_REQUIRE(columns <= MOST_COLUMNS, SB_EDIM, "a table of %d columns, and %d is the most", columns, MOST_COLUMNS);
    t->html = open_memstream(&t->text, &t->length);
    SB_REQUIRE(t->html, SB_ENOMEM, "out of memory for a table");
    t->columns = columns;
    fputs("<div class=\"box\"><table>\n<tr>", t->html);
    for (int i = 0; i < columns; i++) {
        t->kind[i] = column[i].right ? "right" : column[i].yields ? "text" : "tight";
        fprintf(t->html, "<th class=\"%s\">", t->kind[i]);
        sb_page_text(t->html, column[i].title);
        fputs("</th>", t->html);
    }
    fputs("</tr>\n", t->html);
done:
    return st;
}

static sb_status begin_cells(sb_context *ctx, sb_table *t, int columns, const sb_column *column)
{
    sb_status st = SB_OK;
    const sb_output *out = t->out;
    SB_REQUIRE((t->cells = scols_new_table()), SB_ENOMEM, "out of memory for a table");
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
    return st;
}

sb_status sb_table_create(sb_context *ctx, const sb_output *out, int columns, const sb_column *column, sb_table **table)
{
    sb_status st = SB_OK;
    sb_table *t = calloc(1, sizeof *t);
    *table = t;
    SB_REQUIRE(t, SB_ENOMEM, "out of memory for a table");
    t->out = out;
    SB_TRY(out->page ? begin_html(ctx, t, columns, column) : begin_cells(ctx, t, columns, column));
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
    if (table->html) fclose(table->html);
    free(table->text);
    scols_unref_table(table->cells);
    free(table);
}

void sb_table_row(sb_table *table)
{
    table->next = 0;
    if (table->html) {
        if (table->rows++ > 0) fputs("</tr>\n", table->html);
        fputs("<tr>", table->html);
        return;
    }
    table->line = scols_table_new_line(table->cells, NULL);
    table->failed |= table->line == NULL;
}

/* Lines of a cell stay lines; blanks before its first word set it back. */
static void html_cell(sb_table *t, const char *text, const char *color)
{
    const char *kind = t->next < (size_t)t->columns ? t->kind[t->next] : "";
    fprintf(t->html, "<td class=\"%s%s%s\">", kind, color && *text ? " " : "", color && *text ? color : "");
    for (; *text == ' '; text++) fputs("&#160;", t->html);
    for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
        char line[400];
        snprintf(line, sizeof line, "%.*s", (int)(end - text), text);
        sb_page_words(t->html, line);
        fputs("<br/>", t->html);
    }
    sb_page_words(t->html, text);
    fputs("</td>", t->html);
}

void sb_table_cell(sb_table *table, const char *text, const char *color)
{
    if (table->failed) return;
    if (table->html) {
        html_cell(table, text, color);
    } else {
        table->failed |= scols_line_set_data(table->line, table->next, text) != 0;
        if (color && *text) table->failed |= scols_cell_set_color(scols_line_get_cell(table->line, table->next), color) != 0;
    }
    table->next++;
}

static void end_html(sb_table *t)
{
    fprintf(t->html, "%s</table></div>\n", t->rows > 0 ? "</tr>\n" : "");
    t->failed |= fclose(t->html) != 0;
    t->html = NULL;
    if (!t->failed) fwrite(t->text, 1, t->length, t->out->stream);
}

/* libsmartcols writes what the locale calls letters, and counts their columns; the rest becomes \x... The program is in the locale C,
 * so the user's is taken for the letters, and for nothing else. Where there is none of that name, C stays. */
static int print_cells(sb_table *t)
{
    const locale_t letters = newlocale(LC_CTYPE_MASK, "", (locale_t)0), before = letters ? uselocale(letters) : (locale_t)0;
    const int failed = scols_print_table(t->cells) != 0;
    if (letters) {
        uselocale(before);
        freelocale(letters);
    }
    return failed;
}

sb_status sb_table_print(sb_context *ctx, sb_table *table)
{
    sb_status st = SB_OK;
    if (table->html) end_html(table);
    else table->failed |= print_cells(table);
    SB_REQUIRE(!table->failed, SB_ENOMEM, "out of memory for a table");
done:
    return st;
}
