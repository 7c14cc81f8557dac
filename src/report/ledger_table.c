#include "report/parts.h"

#include <math.h>

enum { WIDE = 112 }; /* below this the table drops titles and workers */

double sb_instance_ratio(const sb_ledger_instance *instance)
{
    return instance->rhs.value == 0.0 ? NAN : instance->lhs.value / instance->rhs.value;
}

const char *sb_verdict_color(sb_verdict verdict)
{
    switch (verdict) {
    case SB_HOLDS: return "green";
    case SB_VIOLATED: return "red";
    case SB_VACUOUS: return "brown"; /* the terminal's yellow */
    case SB_INCONCLUSIVE: return "magenta";
    default: return "halfbright";
    }
}

const char *sb_relation_sign(const sb_statement *statement, sb_form form)
{
    return statement->kind[form] == SB_EQUALITY ? "=" : statement->hidden[form] ? "<~" : "<=";
}

/* "n/a [1,3]", with the numbers of the failed conditions. */
static void verdict_cell(sb_table *table, const sb_ledger_instance *worst, const sb_failures *failures)
{
    sb_list text = {0};
    sb_list_add(&text, "", "%s", worst->verdict == SB_NOT_APPLICABLE ? "n/a" : sb_verdict_name(worst->verdict));
    if (worst->verdict == SB_NOT_APPLICABLE) sb_failures_marks(failures, &worst->terms, " ", &text);
    sb_table_cell(table, text.text, sb_verdict_color(worst->verdict));
}

/* The statement's name stands on its first line only. */
static void row_cells(sb_table *table, const sb_ledger_row *row, int first, int wide, const sb_failures *failures)
{
    const sb_statement *statement = row->statement;
    const sb_ledger_instance *worst = &row->worst;
    char name[200];
    snprintf(name, sizeof name, wide ? "%s  %s" : "%s", sb_text_label(statement).s, statement->title);
    sb_table_row(table);
    sb_table_cell(table, first ? name : "", NULL);
    sb_table_cell(table, sb_form_name(row->form), NULL);
    if (wide) sb_table_cell(table, worst->worker < 0 ? "" : sb_text_double(worst->worker, 4).s, NULL);
    sb_table_cell(table, sb_text_interval(worst->lhs, wide ? 4 : 3).s, NULL);
    sb_table_cell(table, sb_relation_sign(statement, row->form), NULL);
    sb_table_cell(table, sb_text_double(worst->rhs.value, 4).s, NULL);
    sb_table_cell(table, sb_text_double(sb_instance_ratio(worst), 4).s, NULL);
    verdict_cell(table, worst, failures);
}

sb_status sb_ledger_table(sb_context *ctx, const sb_output *out, const sb_ledger *ledger)
{
    static const sb_column wide_columns[] = {
        {"STATEMENT", 0, 1}, {"FORM", 0, 0},       {"n", 1, 0},     {"LEFT SIDE", 1, 0},
        {"", 0, 0},          {"RIGHT SIDE", 1, 0}, {"RATIO", 1, 0}, {"VERDICT", 0, 0},
    };
    static const sb_column narrow_columns[] = {
        {"STATEMENT", 0, 1}, {"FORM", 0, 0}, {"LEFT", 1, 0}, {"", 0, 0}, {"RIGHT", 1, 0}, {"RATIO", 1, 0}, {"VERDICT", 0, 0},
    };
    sb_status st = SB_OK;
    sb_table *table = NULL;
    const sb_failures failures = sb_failures_of(ledger);
    const int wide = out->width >= WIDE;
    int hidden = 0, workers = 0;
    SB_TRY(sb_table_create(ctx, out, wide ? 8 : 7, wide ? wide_columns : narrow_columns, &table));
    for (int i = 0; i < ledger->row_count; i++) {
        const sb_ledger_row *row = &ledger->row[i];
        row_cells(table, row, i == 0 || row->statement != row[-1].statement, wide, &failures);
        hidden |= row->statement->hidden[row->form] != NULL;
        workers |= row->instance_count > 1;
    }
    sb_output_title(out, "LEDGER");
    SB_TRY(sb_table_print(ctx, table));
    fputc('\n', out->stream);
    if (hidden)
        sb_output_paragraph(
            out, 2, "", "<~ hides an absolute constant, taken as 1 here: the ratio is the constant that the statement would need.");
    if (workers && wide)
        sb_output_paragraph(out, 2, "",
                            "n: the worker it is about; of a statement about every worker the line shows the worst case.");
    if (failures.count > 0) sb_output_paragraph(out, 2, "", "n/a [1]: does not apply here, because condition [1], below, fails.");
done:
    sb_table_free(table);
    return st;
}
