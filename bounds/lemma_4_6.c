/* lemma_4_6.c: (1/R) sum_r E|grad F(theta_r)|^2, how far training gets.                                     (THEORY 2, Lemma 4.6)
 *   printed     has 160 w^2 L N/Gamma*: false, as w^2 L changes with the units of theta and F while the left side does not follow
 *   corrected   160 w^2 L^2 N/Gamma* and 10 N sigma2^2/Gamma*, as the proof in App. C gives them
 *   sharp       {(F0 - FR)/(eta S R) + Psi}/alpha */
#include "bounds/parts.h"

static void rounds_conditions(const sb_constants *c, sb_terms *t)
{
    sb_condition_add(t, "0 < eta", 0.0, c->eta, c->eta > 0.0);
    sb_condition_add(t, "R >= 1", 1.0, c->R, c->R >= 1.0);
}

/* Printed and corrected differ in the two factors of nu = N/Gamma*. */
static void bound_by_rate(const sb_constants *c, double pruning, double heterogeneity, sb_terms *rhs)
{
    const double nu = c->N / c->Gamma, sigma1_2 = c->sigma1 * c->sigma1, sigma2_2 = c->sigma2 * c->sigma2;
    sb_term_add(rhs, "progress", 8.0 * (c->F0 - c->FR) / (c->eta * c->S * c->R));
    sb_term_add(rhs, "variance", sigma1_2 + sigma2_2);
    sb_term_add(rhs, "pruning", 160.0 * c->w2 * pruning * nu);
    sb_term_add(rhs, "heterogeneity", heterogeneity * nu * sigma2_2);
    sb_term_add(rhs, "gradient noise", 16.0 * c->eta * c->L * nu * sigma1_2 / c->Gamma);
    sb_rate_conditions(c, rhs);
}

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    if (form == SB_FORM_PRINTED) bound_by_rate(c, c->L, 40.0, rhs);
    else if (form == SB_FORM_CORRECTED) bound_by_rate(c, c->L * c->L, 10.0, rhs);
    else {
        const sb_dynamics dynamics = sb_dynamics_at(c);
        sb_term_add(rhs, "progress", (c->F0 - c->FR) / (c->eta * c->S * c->R) / dynamics.alpha);
        sb_dynamics_add(&dynamics, 1.0 / dynamics.alpha, rhs);
        sb_descent_conditions(c, &dynamics, rhs);
    }
    rounds_conditions(c, rhs);
}

#define NEEDS SB_NEEDS(N, S, R, eta, L, w2, sigma1, sigma2, Gamma, F0, FR)

const sb_statement sb_lemma_4_6 = {
    .name = "lemma_4_6",
    .title = "Distributed learning dynamic",
    .source = "Lemma 4.6, proof in App. C",
    .lhs = SB_LHS_MEAN_SQUARED_GRADIENT,
    .needs = {[SB_FORM_PRINTED] = NEEDS, [SB_FORM_CORRECTED] = NEEDS, [SB_FORM_SHARP] = NEEDS},
    .bound = bound,
};
