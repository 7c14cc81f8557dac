/* lemma_4_8.c: sum_k gamma_k E|s_k - S_k|^2 against the denoising loss that training sees.                  (THEORY 2, Lemma 4.8)
 * Printed as an upper bound; it is an equality. C_1 <= 0 is minus the loss that even the true score leaves. */
#include "bounds/parts.h"

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    (void)form;
    sb_term_add(rhs, "denoising loss", c->FnR);
    sb_term_add(rhs, "irreducible loss", c->C1);
}

const sb_statement sb_lemma_4_8 = {
    .name = "lemma_4_8",
    .title = "Equivalent denoising score matching",
    .source = "Lemma 4.8, Section 4",
    .kind = {[SB_FORM_PRINTED] = SB_UPPER, [SB_FORM_EXACT] = SB_EQUALITY},
    .lhs = SB_LHS_SCORE_LOSS,
    .per_worker = 1,
    .needs = {[SB_FORM_PRINTED] = SB_NEEDS(FnR, C1), [SB_FORM_EXACT] = SB_NEEDS(FnR, C1)},
    .bound = bound,
};
