/* ledger.h: every statement, in every form, evaluated on measured (or given) constants: left side, right side term by term, ratio,
 * conditions, verdict. This is where bounds/ meets measurements; report/ only prints it. */
#ifndef SB_LEDGER_LEDGER_H
#define SB_LEDGER_LEDGER_H

#include "bounds/bounds.h"
#include "measure/measured.h"

/* One statement in one form. Per-worker statements stand for the worker with the largest ratio lhs/rhs; `instances` has all. */
typedef struct {
    int        worker;              /* n; -1 for a statement about the whole system */
    sb_number  lhs, rhs;            /* lhs.value NaN: no left side (calculator); rhs.value NaN: constants missing */
    sb_terms   terms;
    sb_verdict verdict;
} sb_ledger_instance;

typedef struct {
    const sb_statement       *statement;
    sb_form                   form;
    sb_ledger_instance        worst;
    int                       instance_count;
    sb_ledger_instance       *instances;   /* (instance_count) */
    int                       missing_count;
    const sb_constant_info  **missing;     /* (missing_count) constants without which there is no right side */
    double                    vacuous_at;  /* sb_statement_useless of the worst instance; NaN where the verdict cannot be vacuous */
} sb_ledger_row;

typedef struct {
    int            row_count;
    sb_ledger_row *row;
} sb_ledger;

/* sb_ledger_from_run: all statements and forms on a run's measured constants. The right side's interval follows from the intervals
 * of the constants by first-order propagation (differences over each half-width, added in quadrature). `holds` needs intervals at the
 * run's confidence; `violated` needs them at a confidence raised for the number of comparisons (Bonferroni), so that a ledger whose
 * statements are all true shows no violation with the run's confidence; in between a verdict is `inconclusive`. Maxima met on the
 * path (lower estimates of L, sigma1, sigma2) enter as they are: where the right side's status says so, a violation is one for the
 * constants that were met, not for their suprema. */
sb_status sb_ledger_from_run(sb_context *ctx, const sb_measured *measured, sb_ledger *ledger);

/* sb_ledger_from_constants: the calculator: right sides only; missing constants are listed row by row. */
sb_status sb_ledger_from_constants(sb_context *ctx, const sb_constants *constants, sb_ledger *ledger);

/* sb_ledger_free: releases the rows and empties the ledger. */
void sb_ledger_free(sb_ledger *ledger);

/* sb_ledger_violations: number of rows whose verdict is `violated` (for --strict). */
int sb_ledger_violations(const sb_ledger *ledger);

#endif
