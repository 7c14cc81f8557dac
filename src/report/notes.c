#include "report/parts.h"

#include <string.h>

/* Two forms of a statement are told in one line when `same` says so. */
typedef int (*sb_row_relation)(const sb_ledger_row *a, const sb_ledger_row *b);

static int same_verdict(const sb_ledger_row *a, const sb_ledger_row *b)
{
    return a->worst.verdict == b->worst.verdict;
}

static int lacks_alike(const sb_ledger_row *a, const sb_ledger_row *b)
{
    if (a->missing_count != b->missing_count) return 0;
    for (int i = 0; i < a->missing_count; i++)
        if (a->missing[i] != b->missing[i]) return 0;
    return 1;
}

/* group: writes "Lemma 4.6 printed, sharp" for row i and the later forms of its statement that are alike. Returns 0 where an
 * earlier form has already spoken for row i. */
static int group(const sb_ledger *ledger, int i, sb_row_relation alike, sb_list *out)
{
    const sb_ledger_row *row = &ledger->row[i];
    for (int k = i - 1; k >= 0 && ledger->row[k].statement == row->statement; k--)
        if (alike(&ledger->row[k], row)) return 0;
    sb_list_add(out, "; ", "%s %s", sb_text_label(row->statement).s, sb_form_name(row->form));
    for (int k = i + 1; k < ledger->row_count && ledger->row[k].statement == row->statement; k++)
        if (alike(row, &ledger->row[k])) sb_list_add(out, ", ", "%s", sb_form_name(ledger->row[k].form));
    return 1;
}

int sb_ledger_count(const sb_ledger *ledger, sb_verdict verdict)
{
    int count = 0;
    for (int i = 0; i < ledger->row_count; i++) count += ledger->row[i].worst.verdict == verdict;
    return count;
}

void sb_ledger_names(const sb_ledger *ledger, sb_verdict verdict, sb_list *out)
{
    for (int i = 0; i < ledger->row_count; i++)
        if (ledger->row[i].worst.verdict == verdict) group(ledger, i, same_verdict, out);
}

static int lacks_any(const sb_ledger *ledger)
{
    for (int i = 0; i < ledger->row_count; i++)
        if (ledger->row[i].missing_count > 0) return 1;
    return 0;
}

void sb_ledger_lacking(const sb_output *out, const sb_ledger *ledger)
{
    if (!lacks_any(ledger)) return;
    sb_output_title(out, "LACKING");
    for (int i = 0; i < ledger->row_count; i++) {
        const sb_ledger_row *row = &ledger->row[i];
        sb_list name = {0}, constants = {0};
        if (row->missing_count == 0 || !group(ledger, i, lacks_alike, &name)) continue;
        for (int k = 0; k < row->missing_count; k++) sb_list_add(&constants, ", ", "%s", row->missing[k]->name);
        sb_output_paragraph(out, 2, "", "%s: no right side without %s.", name.text, constants.text);
    }
}
