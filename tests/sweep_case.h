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

/* sb_sweep_case_rounds: a filled case of one axis, train.rounds over SB_CASE_ROUNDS, with R of every run as it says. */
extern const char *const SB_CASE_ROUNDS[], *const SB_CASE_LEVELS[];
void sb_sweep_case_rounds(sb_sweep_case *s);

/* sb_sweep_case_find: the findings; 0 if there are none, which fails the test. sb_sweep_case_column: index of a column,
 * sb_sweep_case_slope: a slope; the test fails where there is none. */
int sb_sweep_case_find(const sb_sweep_case *s, sb_sweep_findings *f);
int sb_sweep_case_column(const sb_sweep_findings *f, const char *name);
const sb_sweep_slope *sb_sweep_case_slope(const sb_sweep_findings *f, const char *name, const char *along, const char *where);

#endif
