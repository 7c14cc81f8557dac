/* sweep_case.h: sweeps by hand: a plan from a few texts, and runs whose measured constants are chosen numbers. */
#ifndef SB_TESTS_SWEEP_CASE_H
#define SB_TESTS_SWEEP_CASE_H

#include "sweep/findings.h"

enum { SB_CASE_AXES = 3, SB_CASE_VALUES = 8, SB_CASE_SHOW = 4, SB_CASE_RUNS = 64, SB_CASE_WORKERS = 2 };

/* Points into itself: do not copy. */
typedef struct {
    sb_sweep_plan      plan;
    sb_sweep_axis      axis[SB_CASE_AXES];
    char              *value[SB_CASE_AXES][SB_CASE_VALUES];
    char              *show[SB_CASE_SHOW];
    sb_measured        run[SB_CASE_RUNS];
    sb_measured_worker worker[SB_CASE_RUNS][SB_CASE_WORKERS];
    const sb_measured *measured[SB_CASE_RUNS];
} sb_sweep_case;

/* sb_sweep_case_begin: an empty plan. sb_sweep_case_vary: one more axis; values: a list of texts that ends with NULL.
 * sb_sweep_case_show: one more shown column. sb_sweep_case_fill: run_count, and for every run the same constants, of two workers, of which
 * the second has the larger KL; a test then writes what it varies. All of them finished. The texts must outlive the case. */
void sb_sweep_case_begin(sb_sweep_case *s, const char *against, int paired);
void sb_sweep_case_vary(sb_sweep_case *s, const char *key, const char *const *values);
void sb_sweep_case_show(sb_sweep_case *s, const char *name);
void sb_sweep_case_fill(sb_sweep_case *s);

#endif
