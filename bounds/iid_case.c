/* iid_case.c: the last paragraph of Remark 4.12: all workers hold the same law, so F_n = F, and sigma2 and the local gap vanish.
 *   printed     F0 + C1, constant hidden, under the remark's choice of hyperparameters
 *   corrected   Theorem 4.11 corrected at sigma2 = 0, F_n = F, for any hyperparameters that the theorem allows */
#include "bounds/parts.h"

#include <math.h>

/* Equal laws give equal losses and gradients up to rounding; 1e-9 of their own size is more than that. |grad F(theta_0)| is at most
 * sqrt(2 L F(theta_0)) for a loss that is nowhere negative. */
void sb_same_gradients_condition(const sb_constants *c, sb_terms *t)
{
    const double gradient = 1e-9 * (c->sigma1 + sqrt(2.0 * c->L * fmax(c->F0, 0.0)));
    sb_condition_add(t, "sigma2 = 0", gradient, c->sigma2, c->sigma2 <= gradient);
}

static void identical_conditions(const sb_constants *c, sb_terms *t)
{
    const double loss = 1e-9 * fmax(fabs(c->F0), fabs(c->Fn0)), gap = fabs(c->Fn0 - c->F0);
    sb_same_gradients_condition(c, t);
    sb_condition_add(t, "Fn0 = F0", loss, gap, gap <= loss);
}

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    if (form == SB_FORM_PRINTED) {
        sb_term_add(rhs, "initial loss", c->F0);
        sb_term_add(rhs, "irreducible loss", c->C1);
        sb_remark_conditions(c, form, rhs);
    } else {
        sb_constants identical = *c;
        identical.sigma2 = identical.dtheta = 0.0;
        identical.Fn0 = c->F0;
        sb_generation_corrected_add(&identical, rhs);
        sb_theorem_conditions(c, rhs);
    }
    identical_conditions(c, rhs);
}

const sb_statement sb_iid_case = {
    .name = "iid_case",
    .title = "Workers with the same law",
    .source = "Remark 4.12 iid, last paragraph",
    .lhs = SB_LHS_KL,
    .per_worker = 1,
    .generation = 1,
    .hidden = {[SB_FORM_PRINTED] = "an absolute constant in front of both terms"},
    .needs = {[SB_FORM_PRINTED] = SB_NEEDS(N, S, R, d, T, K, kappa, delta, eta, L, w2, sigma1, sigma2, Gamma, F0, Fn0, M2, C1),
              [SB_FORM_CORRECTED] = SB_NEEDS(N, S, R, d, T, eta, L, w2, sigma1, sigma2, Gamma, F0, Fn0, M2, C1, D_sum, B_sum)},
    .bound = bound,
};
