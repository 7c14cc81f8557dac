/* columns.h: the columns of a sweep, under the names of sweep.csv: what there is of each run. */
#ifndef SB_SWEEP_COLUMNS_H
#define SB_SWEEP_COLUMNS_H

#include "sweep/findings.h"

/* sb_sweep_columns_begin: all columns of findings.h, everything unknown, for plan->run_count runs. sb_sweep_columns_fill: what run `run` was
 * measured to be; evaluates its ledger. sb_sweep_columns_free: the columns and their names. */
sb_status sb_sweep_columns_begin(sb_context *ctx, sb_sweep_findings *findings);
sb_status sb_sweep_columns_fill(sb_context *ctx, int run, const sb_measured *measured, sb_sweep_findings *findings);
void      sb_sweep_columns_free(sb_sweep_findings *findings);

/* sb_sweep_column_find: index by name, -1 if there is none. sb_sweep_column_known: nonzero if it has a value in some run;
 * sb_sweep_column_varies: if its values differ by more than rounding. sb_sweep_finished: nonzero if run `run` is. sb_sweep_constants: the
 * constants of run `run`, NaN where unknown. */
int  sb_sweep_column_find(const sb_sweep_findings *findings, const char *name);
int  sb_sweep_column_known(const sb_sweep_findings *findings, int c);
int  sb_sweep_column_varies(const sb_sweep_findings *findings, int c);
int  sb_sweep_finished(const sb_sweep_findings *findings, int run);
void sb_sweep_constants(const sb_sweep_findings *findings, int run, sb_constants *c);

#endif
