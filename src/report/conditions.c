#include "report/parts.h"

#include <string.h>

/* Statements share conditions, and workers have their own numbers in them: one that goes the same way is shown once. */
static int same_condition(const sb_condition *a, const sb_condition *b)
{
    return a->holds == b->holds && strcmp(a->name, b->name) == 0;
}

/* 1, 2, ...; 0 where it is not among them. */
static int failure_number(const sb_failures *failures, const sb_condition *condition)
{
    for (int i = 0; i < failures->count; i++)
        if (same_condition(failures->condition[i], condition)) return i + 1;
    return 0;
}

void sb_failures_add(sb_failures *failures, const sb_terms *terms)
{
    for (int k = 0; k < terms->condition_count && failures->count < SB_MAX_FAILURES; k++)
        if (!terms->condition[k].holds && !failure_number(failures, &terms->condition[k]))
            failures->condition[failures->count++] = &terms->condition[k];
}

sb_failures sb_failures_of(const sb_ledger *ledger)
{
    sb_failures failures = {0};
    for (int i = 0; i < ledger->row_count; i++) sb_failures_add(&failures, &ledger->row[i].worst.terms);
    return failures;
}

void sb_failures_marks(const sb_failures *failures, const sb_terms *terms, const char *before, sb_list *out)
{
    char failed[SB_MAX_FAILURES + 2] = {0}; /* by number; the last one is never set and ends a range */
    sb_list numbers = {0};
    for (int k = 0; k < terms->condition_count; k++)
        if (!terms->condition[k].holds) failed[failure_number(failures, &terms->condition[k])] = 1;
    for (int first = 1, last; first <= failures->count; first = last + 1) {
        for (last = first; failed[first] && failed[last + 1]; last++) continue;
        if (!failed[first]) continue;
        if (last > first + 1) sb_list_add(&numbers, ",", "%d-%d", first, last);
        else if (last > first) sb_list_add(&numbers, ",", "%d,%d", first, last);
        else sb_list_add(&numbers, ",", "%d", first);
    }
    if (numbers.used > 0) sb_list_add(out, before, "[%s]", numbers.text);
}

static int seen_before(const sb_ledger *ledger, int row, int index)
{
    const sb_condition *condition = &ledger->row[row].worst.terms.condition[index];
    for (int i = 0; i <= row; i++) {
        const sb_terms *terms = &ledger->row[i].worst.terms;
        for (int k = 0; k < (i < row ? terms->condition_count : index); k++)
            if (same_condition(&terms->condition[k], condition)) return 1;
    }
    return 0;
}

sb_status sb_conditions_table(sb_context *ctx, const sb_output *out, const sb_ledger *ledger)
{
    static const sb_column columns[] = {{"", 1, 0},      {"CONDITION", 0, 1}, {"VALUE", 1, 0},
                                        {"LIMIT", 1, 0}, {"", 0, 0},          {"FIRST NEEDED BY", 0, 0}};
    sb_status st = SB_OK;
    sb_table *table = NULL;
    const sb_failures failures = sb_failures_of(ledger);
    int lines = 0;
    SB_TRY(sb_table_create(ctx, out, 6, columns, &table));
    for (int i = 0; i < ledger->row_count; i++) {
        const sb_terms *terms = &ledger->row[i].worst.terms;
        for (int k = 0; k < terms->condition_count; k++) {
            const sb_condition *condition = &terms->condition[k];
            char mark[16] = "";
            if (seen_before(ledger, i, k)) continue;
            if (!condition->holds) snprintf(mark, sizeof mark, "[%d]", failure_number(&failures, condition));
            sb_table_row(table);
            sb_table_cell(table, mark, "red");
            sb_table_cell(table, condition->name, NULL);
            sb_table_cell(table, sb_text_double(condition->value, 4).s, NULL);
            sb_table_cell(table, sb_text_double(condition->limit, 4).s, NULL);
            sb_table_cell(table, condition->holds ? "holds" : "fails", condition->holds ? "green" : "red");
            sb_table_cell(table, sb_text_label(ledger->row[i].statement).s, NULL);
            lines++;
        }
    }
    if (lines > 0) {
        sb_output_title(out, "CONDITIONS");
        SB_TRY(sb_table_print(ctx, table));
    }
done:
    sb_table_free(table);
    return st;
}
