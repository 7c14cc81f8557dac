/* assumption_4_4.c: the data of every worker has a finite second moment M2. */
#include "bounds/parts.h"

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    (void)form;
    sb_term_add(rhs, "second moment", c->M2);
}

const sb_statement sb_assumption_4_4 = {
    .name = "assumption_4_4",
    .title = "Data distribution",
    .source = "Assumption 4.4, Section 4",
    .kind = {[SB_FORM_PRINTED] = SB_CONDITION},
    .lhs = SB_LHS_M2,
    .per_worker = 1,
    .needs = {[SB_FORM_PRINTED] = SB_NEEDS(M2)},
    .bound = bound,
};
