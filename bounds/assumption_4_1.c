/* assumption_4_1.c: the gradient of every F_n is L-Lipschitz. An assumption that can only be measured: it holds on a run with the L
 * met there, provided it is finite. The proofs need it between visited iterates only. */
#include "bounds/parts.h"

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    (void)form;
    sb_term_add(rhs, "curvature", c->L);
}

const sb_statement sb_assumption_4_1 = {
    .name = "assumption_4_1",
    .title = "Lipschitzian gradient",
    .source = "Assumption 4.1, Section 4",
    .kind = {[SB_FORM_PRINTED] = SB_CONDITION},
    .lhs = SB_LHS_L,
    .needs = {[SB_FORM_PRINTED] = SB_NEEDS(L)},
    .bound = bound,
};
