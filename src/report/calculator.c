#include "report/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "progress 1.2 + noise 0.3": the right side's terms, largest first. */
static int by_size(const void *a, const void *b)
{
    const double x = fabs(((const sb_term *)a)->value), y = fabs(((const sb_term *)b)->value);
    return (x < y) - (x > y);
}

static void terms_text(const sb_terms *terms, sb_list *out)
{
    sb_term sorted[SB_MAX_TERMS];
    memcpy(sorted, terms->term, sizeof sorted);
    qsort(sorted, (size_t)terms->term_count, sizeof *sorted, by_size);
    for (int i = 0; i < terms->term_count; i++)
        sb_list_add(out, "\n", "%s%s %s", i ? "+ " : "", sorted[i].name, sb_text_double(sorted[i].value, 4).s);
}

static sb_status calculator_table(sb_context *ctx, const sb_output *out, const sb_constants *given, const sb_ledger *ledger)
{
    static const sb_column columns[] = {{"STATEMENT", 0, 1},  {"FORM", 0, 0}, {"", 0, 0},
                                        {"RIGHT SIDE", 1, 0}, {"", 0, 0},     {"TERMS", 0, 0}};
    sb_status st = SB_OK;
    sb_table *table = NULL;
    sb_list constants = {0};
    const sb_failures failures = sb_failures_of(ledger);
    int hidden = 0;
    for (unsigned i = 0; i < sb_constant_count; i++) {
        const double x = sb_constant_get(given, &sb_constant_table[i]);
        if (!isnan(x)) sb_list_add(&constants, ", ", "%s = %s", sb_constant_table[i].name, sb_text_double(x, 6).s);
    }
    sb_output_title(out, "GIVEN");
    sb_output_paragraph(out, 2, "", "%s", constants.text);
    SB_TRY(sb_table_create(ctx, out, 6, columns, &table));
    for (int i = 0; i < ledger->row_count; i++) {
        const sb_ledger_row *row = &ledger->row[i];
        char name[200];
        sb_list terms = {0}, marks = {0};
        if (row->missing_count > 0) continue;
        snprintf(name, sizeof name, "%s  %s", sb_text_label(row->statement).s, row->statement->title);
        terms_text(&row->worst.terms, &terms);
        sb_failures_marks(&failures, &row->worst.terms, "", &marks);
        sb_table_row(table);
        sb_table_cell(table, name, NULL);
        sb_table_cell(table, sb_form_name(row->form), NULL);
        sb_table_cell(table, sb_relation_sign(row->statement, row->form), NULL);
        sb_table_cell(table, sb_text_double(row->worst.rhs.value, 6).s, NULL);
        sb_table_cell(table, marks.text, "red");
        sb_table_cell(table, terms.text, NULL);
        hidden |= row->statement->hidden[row->form] != NULL;
    }
    sb_output_title(out, "RIGHT SIDES");
    SB_TRY(sb_table_print(ctx, table));
    if (hidden || failures.count > 0) fputc('\n', out->stream);
    if (hidden) sb_output_paragraph(out, 2, "", "<~ hides an absolute constant, taken as 1 here.");
    if (failures.count > 0) sb_output_paragraph(out, 2, "", "[1]: does not apply here, because condition [1], below, fails.");
    SB_TRY(sb_conditions_table(ctx, out, ledger));
    sb_ledger_lacking(out, ledger);
done:
    sb_table_free(table);
    return st;
}

sb_status sb_report_calculator(sb_context *ctx, const sb_output *out, const sb_constants *given, const sb_ledger *ledger)
{
    int failed = 0;
    if (out->format == SB_FORMAT_TABLE) return calculator_table(ctx, out, given, ledger);
    if (out->format == SB_FORMAT_CSV) {
        sb_ledger_csv(out->stream, ledger);
        return SB_OK;
    }
    json_t *root = json_object(), *constants = json_object();
    for (unsigned i = 0; i < sb_constant_count; i++) {
        const double x = sb_constant_get(given, &sb_constant_table[i]);
        if (!isnan(x)) sb_json_put(constants, sb_constant_table[i].name, sb_json_number(sb_number_assumed(x)), &failed);
    }
    sb_json_put(root, "statements", sb_ledger_json(ledger, &failed), &failed);
    sb_json_put(root, "constants", constants, &failed);
    return sb_json_write(ctx, root, failed, out->stream);
}
