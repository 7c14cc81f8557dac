/* lemma_4_5.c: sum_k int E|A1 - A2|^2 dt, what the time grid costs; A1 = grad log q_{T-t}(Y_t), A2 = S_k.    (THEORY 2, Lemma 4.5)
 *   printed     kappa^2 d K + kappa M2 + kappa d T, constant hidden
 *   corrected   (4.02 + 0.39 kappa) kappa^2 d K + 0.19 kappa M2 on any grid, T >= 1
 *   sharp       U + B_bound, from the grid alone
 *   exact       D_sum + B_sum
 *
 * Where the constants of `corrected` come from: on a step from b to a < b let rho = s(a)/s(b), e = log rho, w = 1 - 1/rho. Then
 *     D_k = (d/2)(e - w) - (1/2) int V ds + (1/2) w s(b) V(b),   w <= e <= c kappa,   e - w <= e^2/2,   c = 2/(1 - e^-2) < 2.3131
 * (the integrand 2/(1-e^-2u) of e falls with u, and 2a/(1-e^-2a) <= c for a <= 1). As sV has derivative V + sV' and V' <= 0,
 *     sum D_k <= (c^2/4 + c^2/2) kappa^2 d K + (c/2) kappa s(T) M2,   s(T) <= s(1) = 0.1566,
 * which is 4.0129 and 0.1811; beta(g) <= g^3/3 and J(b) <= d/sigma_b^2 give sum B_k <= kappa^3 d K/(3(1-e^-2)), 0.3856. No upper
 * limit on kappa is used. */
#include "bounds/parts.h"

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    switch (form) {
    case SB_FORM_PRINTED:
        sb_term_add(rhs, "discretisation steps", c->kappa * c->kappa * c->d * c->K);
        sb_term_add(rhs, "discretisation data", c->kappa * c->M2);
        sb_term_add(rhs, "discretisation horizon", c->kappa * c->d * c->T);
        break;
    case SB_FORM_CORRECTED:
        sb_term_add(rhs, "discretisation steps", (4.02 + 0.39 * c->kappa) * c->kappa * c->kappa * c->d * c->K);
        sb_term_add(rhs, "discretisation data", 0.19 * c->kappa * c->M2);
        sb_condition_add(rhs, "T >= 1", 1.0, c->T, c->T >= 1.0);
        break;
    case SB_FORM_SHARP:
        sb_term_add(rhs, "score fluctuation", c->U);
        sb_term_add(rhs, "score decay", c->B_bound);
        break;
    default: sb_term_add(rhs, "score fluctuation", c->D_sum); sb_term_add(rhs, "score decay", c->B_sum);
    }
}

const sb_statement sb_lemma_4_5 = {
    .name = "lemma_4_5",
    .title = "Time discretisation error",
    .source = "Lemma 4.5, from Benton et al. 2024, Section 3.1",
    .kind = {[SB_FORM_EXACT] = SB_EQUALITY},
    .lhs = SB_LHS_DISCRETISATION,
    .per_worker = 1,
    .hidden = {[SB_FORM_PRINTED] = "an absolute constant in front of all three terms"},
    .needs = {[SB_FORM_PRINTED] = SB_NEEDS(d, T, K, kappa, M2),
              [SB_FORM_CORRECTED] = SB_NEEDS(d, T, K, kappa, M2),
              [SB_FORM_SHARP] = SB_NEEDS(U, B_bound),
              [SB_FORM_EXACT] = SB_NEEDS(D_sum, B_sum)},
    .bound = bound,
};
