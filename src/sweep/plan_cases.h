/* plan_cases.h: keys that are set together: the named cases of a sweep and its quick version; and what the readers of a plan share. For
 * src/sweep alone. */
#ifndef SB_SWEEP_PLAN_CASES_H
#define SB_SWEEP_PLAN_CASES_H

#include "config/document.h"
#include "config/parameters.h"
#include "sweep/plan.h"

/* The parts `cases` and `quick` of a section `sweep`: SB_EUSER with the place for unknown keys, wrong values, no case, a case or a key
 * twice, and a name that is nothing or longer than SB_LONGEST_CASE bytes. */
enum { SB_LONGEST_CASE = 40 };
sb_status sb_plan_cases(sb_context *ctx, const sb_document *document, const sb_node *node, sb_sweep_plan *plan);
sb_status sb_plan_quick_settings(sb_context *ctx, const sb_document *document, const sb_node *node, sb_sweep_plan *plan);

/* sb_plan_disjoint: once the whole section is read: SB_EUSER where a key of a case varies, too, or one that it excludes; the same of the
 * quick version, whose keys no case sets either. */
sb_status sb_plan_disjoint(sb_context *ctx, const sb_document *document, const sb_node *section, const sb_sweep_plan *plan);

/* sb_plan_clash: nonzero if two keys are the same, or exclude each other: of the two one would be set in vain.
 * sb_plan_setter: the name of a case that clashes with `key`; NULL: none does. */
int sb_plan_clash(const char *key, const char *other);
const char *sb_plan_setter(const sb_sweep_plan *plan, const char *key);

/* sb_plan_parameter: the parameter that a key node names; `advice` is for somebody who gave a section. sb_plan_value: SB_EUSER where a
 * value is wrong by itself. sb_plan_extend: the plan with room for `more` axes. */
sb_status sb_plan_parameter(sb_context *ctx, const sb_document *document, const sb_node *key, const char *advice,
                            const sb_parameter **parameter);
sb_status sb_plan_value(sb_context *ctx, const sb_parameter *parameter, const sb_document *document, const sb_node *node);
sb_status sb_plan_extend(sb_context *ctx, sb_sweep_plan *plan, int more);

#endif
