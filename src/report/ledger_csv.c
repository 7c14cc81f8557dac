#include "report/parts.h"

#include <stdio.h>

/* Lists stand in one field: "progress=1.5;noise=0.2". */
static void instance_line(sb_csv *csv, const char *run, const sb_ledger_row *row, const sb_ledger_instance *instance, int worst)
{
    const sb_statement *statement = row->statement;
    const sb_terms *terms = &instance->terms;
    sb_list added = {0}, failed = {0}, needs = {0};
    for (int i = 0; i < terms->term_count; i++) sb_list_add(&added, ";", "%s=%.17g", terms->term[i].name, terms->term[i].value);
    for (int i = 0; i < terms->condition_count; i++)
        if (!terms->condition[i].holds) sb_list_add(&failed, ";", "%s", terms->condition[i].name);
    for (int i = 0; i < row->missing_count; i++) sb_list_add(&needs, ";", "%s", row->missing[i]->name);

    if (run) sb_csv_text(csv, run);
    sb_csv_text(csv, statement->name);
    sb_csv_text(csv, sb_form_name(row->form));
    if (instance->worker < 0) sb_csv_text(csv, NULL);
    else sb_csv_integer(csv, instance->worker);
    sb_csv_integer(csv, worst);
    sb_csv_number(csv, instance->lhs);
    sb_csv_number(csv, instance->rhs);
    sb_csv_double(csv, sb_instance_ratio(instance));
    sb_csv_text(csv, sb_verdict_name(instance->verdict));
    sb_csv_text(csv, added.text);
    sb_csv_text(csv, failed.text);
    sb_csv_text(csv, needs.text);
    sb_csv_text(csv, statement->hidden[row->form]);
    sb_csv_end(csv);
}

#define FIELDS \
    "statement form worker worst lhs lhs_lo lhs_hi lhs_status rhs rhs_lo rhs_hi rhs_status ratio verdict terms failed_conditions needs " \
    "hidden_constant"

static void lines(sb_csv *csv, const char *run, const sb_ledger *ledger)
{
    for (int i = 0; i < ledger->row_count; i++) {
        const sb_ledger_row *row = &ledger->row[i];
        if (row->instance_count == 0) instance_line(csv, run, row, &row->worst, 1);
        for (int k = 0; k < row->instance_count; k++)
            instance_line(csv, run, row, &row->instances[k], row->instances[k].worker == row->worst.worker);
    }
}

void sb_ledger_csv(FILE *stream, const sb_ledger *ledger)
{
    sb_csv csv = {stream, 0};
    sb_csv_header(&csv, FIELDS);
    lines(&csv, NULL, ledger);
}

void sb_ledgers_csv(FILE *stream, int count, const sb_run_view *run)
{
    sb_csv csv = {stream, 0};
    sb_csv_header(&csv, "run " FIELDS);
    for (int i = 0; i < count; i++) lines(&csv, run[i].path, run[i].ledger);
}
