/* lemma_4_9.c: KL(Q||P^{q_T}) = sum_k int E|A1 - A3|^2 dt (Girsanov), split at A2 = S_k.                    (THEORY 2, Lemma 4.9)
 *   printed     discretisation + score loss, constant hidden
 *   corrected   twice that: |x+y|^2 <= 2|x|^2 + 2|y|^2 */
#include "bounds/parts.h"

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    const double factor = form == SB_FORM_PRINTED ? 1.0 : 2.0;
    sb_term_add(rhs, "score fluctuation", factor * c->D_sum);
    sb_term_add(rhs, "score decay", factor * c->B_sum);
    sb_term_add(rhs, "score loss", factor * c->score_loss);
}

const sb_statement sb_lemma_4_9 = {
    .name = "lemma_4_9",
    .title = "Distance between path measures",
    .source = "Lemma 4.9, Section 4",
    .lhs = SB_LHS_PATH_KL,
    .per_worker = 1,
    .hidden = {[SB_FORM_PRINTED] = "an absolute constant in front of both sums (it is 2)"},
    .needs = {[SB_FORM_PRINTED] = SB_NEEDS(D_sum, B_sum, score_loss), [SB_FORM_CORRECTED] = SB_NEEDS(D_sum, B_sum, score_loss)},
    .bound = bound,
};
