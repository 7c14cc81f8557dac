/* plan_case.h: plans of sweeps from a file of the test's own. */
#ifndef SB_TESTS_PLAN_CASE_H
#define SB_TESTS_PLAN_CASE_H

#include "sweep/plan.h"

#define PLAN_CASE_CONFIG "data: {kind: gaussian-mixture, dimension: 2, preset: ring}\ndiffusion: {K: 5}\n"
enum { PLAN_CASE_LINES = 2 };

/* plan_case_begin: makes the file, of the name plan_case_path(); zero if it cannot. plan_case_end: removes it. */
int plan_case_begin(void);
void plan_case_end(void);
const char *plan_case_path(void);

/* plan_case_put: these bytes become the file. */
void plan_case_put(const char *text, size_t length);

/* plan_case_of: the plan of a file with PLAN_CASE_CONFIG and `section` behind it; the test fails if it is refused. */
sb_sweep_plan plan_case_of(sb_context *ctx, const char *section);

/* plan_case_refuse: the test fails unless that file is refused with the message, at this place of `section`, and leaves an empty plan. */
void plan_case_refuse(const char *section, int line, int column, const char *message);

/* plan_case_is: nonzero if the text is the wanted one; prints both otherwise. */
int plan_case_is(const char *text, const char *want);

/* plan_case_compare: the test fails unless `st` is a mistake of the user whose message begins with `want`; `text` says what was tried. */
void plan_case_compare(sb_context *ctx, sb_status st, const char *text, const char *want);

#endif
