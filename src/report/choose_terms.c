#include "report/choose.h"

#include <math.h>
#include <string.h>

enum { MAX_NAMES = SB_SELECTION_COUNT * SB_MAX_TERMS };

/* The names of all terms, in order of appearance. Returns how many. */
static int names_of(const sb_selections *selections, const char *names[MAX_NAMES])
{
    int count = 0;
    for (int i = 0; i < SB_SELECTION_COUNT; i++) {
        const sb_terms *terms = &selections->selection[i].promise;
        for (int t = 0; t < terms->term_count; t++) {
            int k = 0;
            while (k < count && strcmp(names[k], terms->term[t].name) != 0) k++;
            if (k == count) names[count++] = terms->term[t].name;
        }
    }
    return count;
}

/* NaN where there is no such term. */
static double term_value(const sb_terms *terms, const char *name)
{
    for (int t = 0; t < terms->term_count; t++)
        if (strcmp(terms->term[t].name, name) == 0) return terms->term[t].value;
    return NAN;
}

static sb_text cell(double x, sb_footnotes *notes)
{
    const sb_text text = sb_finite_text(x, 4);
    return isinf(x) ? sb_footnote_add(notes, text, "beyond what a number holds, about 1.8e308") : text;
}

sb_status sb_choice_terms(sb_context *ctx, const sb_output *out, const sb_choice_view *view)
{
    sb_status st = SB_OK;
    sb_table *table = NULL;
    sb_choice_titles titles;
    sb_column columns[SB_SELECTION_COUNT + 1];
    sb_footnotes notes = {0};
    const char *names[MAX_NAMES];
    const sb_selection *selection = view->selections->selection;
    const int count = names_of(view->selections, names);
    if (count == 0) return SB_OK;
    sb_choice_columns(&titles, columns);
    SB_TRY(sb_table_create(ctx, out, SB_SELECTION_COUNT + 1, columns, &table));
    for (int k = 0; k < count; k++) {
        sb_table_row(table);
        sb_table_cell(table, names[k], NULL);
        for (int i = 0; i < SB_SELECTION_COUNT; i++)
            sb_table_cell(table, cell(term_value(&selection[i].promise, names[k]), &notes).s, NULL);
    }
    sb_table_row(table);
    sb_table_cell(table, "SUM", NULL);
    for (int i = 0; i < SB_SELECTION_COUNT; i++) sb_table_cell(table, cell(selection[i].promise.sum, &notes).s, NULL);
    sb_output_title(out, "TERMS of the promised bounds, in nats");
    SB_TRY(sb_table_print(ctx, table));
    sb_footnotes_print(out, &notes);
done:
    sb_table_free(table);
    return st;
}
