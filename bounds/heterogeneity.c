/* heterogeneity.c: what collaboration cannot learn: KL(q_{n,delta}||qbar_delta) - KL(q_{n,T}||qbar_T).           (THEORY 2, Heterogeneity)
 * The workers' average loss is the loss of the pooled law qbar, and its minimiser is the pooled score. The score loss that worker n
 * keeps, however long one trains, is in continuous time the left side. As qbar >= q_n/N it is at most log N. */
#include "bounds/parts.h"

#include <math.h>

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    (void)form;
    sb_term_add(rhs, "share of the mixture", log(c->N));
}

const sb_statement sb_heterogeneity = {
    .name = "heterogeneity",
    .title = "Residual of one worker",
    .source = "Heterogeneity, doc/theory.md section 11",
    .lhs = SB_LHS_RESIDUAL,
    .per_worker = 1,
    .needs = {[SB_FORM_SHARP] = SB_NEEDS(N)},
    .bound = bound,
};
