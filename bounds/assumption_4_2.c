/* assumption_4_2.c: |theta_r - theta_r*m|^2 <= w^2.
 *   printed     w^2 < 1, which no proof uses and which changes with the scale of theta
 *   corrected   w^2 is finite */
#include "bounds/parts.h"

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    if (form == SB_FORM_PRINTED) sb_term_add(rhs, "limit", 1.0);
    else sb_term_add(rhs, "pruning", c->w2);
}

const sb_statement sb_assumption_4_2 = {
    .name = "assumption_4_2",
    .title = "Pruning-induced error",
    .source = "Assumption 4.2, Section 4",
    .kind = {[SB_FORM_PRINTED] = SB_CONDITION, [SB_FORM_CORRECTED] = SB_CONDITION},
    .lhs = SB_LHS_W2,
    .limited = {[SB_FORM_PRINTED] = 1},
    .needs = {[SB_FORM_PRINTED] = SB_NEEDS(nothing), [SB_FORM_CORRECTED] = SB_NEEDS(w2)},
    .bound = bound,
};
