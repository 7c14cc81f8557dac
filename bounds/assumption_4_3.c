/* assumption_4_3.c: E|grad f_n - grad F_n|^2 <= sigma1^2 and |grad F_n - grad F|^2 <= sigma2^2. Holds on a run with the sigmas met
 * there, provided they are finite. Both are one left side, so the sum stands for the larger of the two. */
#include "bounds/parts.h"

#include <math.h>

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    (void)form;
    sb_term_add(rhs, "gradient noise", c->sigma1);
    sb_term_add(rhs, "heterogeneity", c->sigma2);
    rhs->sum = fmax(c->sigma1, c->sigma2);
}

const sb_statement sb_assumption_4_3 = {
    .name = "assumption_4_3",
    .title = "Bounded variance",
    .source = "Assumption 4.3, Section 4",
    .kind = {[SB_FORM_PRINTED] = SB_CONDITION},
    .lhs = SB_LHS_SIGMA,
    .needs = {[SB_FORM_PRINTED] = SB_NEEDS(sigma1, sigma2)},
    .bound = bound,
};
