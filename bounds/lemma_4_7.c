/* lemma_4_7.c: F_n(theta_R), one worker's loss after training.                                              (THEORY 2, Lemma 4.7)
 *   printed     has 20 eta S R w^2 L N/Gamma*: false for the reason that makes Lemma 4.6 false
 *   corrected   L^2 for L there, and 5/4 for 5 in the term of sigma2
 *   sharp       eta S R Psi for all training terms
 *   pl          where |grad F|^2 >= 2 mu (F - F*): the only form that can fall with R */
#include "bounds/parts.h"

#include <math.h>

void sb_local_gap_add(const sb_constants *c, double factor, sb_terms *t)
{
    sb_term_add(t, "initial gap", factor * fabs(c->Fn0 - c->F0));
    sb_term_add(t, "heterogeneity drift", factor * c->sigma2 * c->dtheta);
}

/* Printed and corrected differ in the two factors of nu = N/Gamma*. */
static void add_training(const sb_constants *c, double pruning, double heterogeneity, sb_terms *rhs)
{
    const double nu = c->N / c->Gamma, sigma1_2 = c->sigma1 * c->sigma1, sigma2_2 = c->sigma2 * c->sigma2;
    const double distance = c->eta * c->S * c->R;
    sb_term_add(rhs, "initial loss", c->F0);
    sb_term_add(rhs, "pruning", 20.0 * distance * c->w2 * pruning * nu);
    sb_term_add(rhs, "heterogeneity", heterogeneity * distance * nu * sigma2_2);
    sb_term_add(rhs, "gradient noise", 2.0 * c->eta * distance * c->L * nu * sigma1_2 / c->Gamma);
    sb_term_add(rhs, "variance", distance * (sigma1_2 + sigma2_2) / 8.0);
    sb_rate_conditions(c, rhs);
}

static void add_sharp_training(const sb_constants *c, sb_terms *rhs)
{
    const sb_dynamics dynamics = sb_dynamics_at(c);
    sb_term_add(rhs, "initial loss", c->F0);
    sb_dynamics_add(&dynamics, c->eta * c->S * c->R, rhs);
    sb_descent_conditions(c, &dynamics, rhs);
}

static double contraction(const sb_constants *c, const sb_dynamics *dynamics)
{
    return 2.0 * c->mu * c->eta * c->S * dynamics->alpha;
}

double sb_contraction(const sb_constants *c)
{
    const sb_dynamics dynamics = sb_dynamics_at(c);
    return contraction(c, &dynamics);
}

/* R rounds of the recursion leave (1-q)^R of the start and add {1 - (1-q)^R}/q times eta S Psi: never more than the sharp form's R. */
void sb_contraction_add(const sb_constants *c, double factor, sb_terms *t)
{
    const sb_dynamics dynamics = sb_dynamics_at(c);
    const double q = contraction(c, &dynamics), left = pow(1.0 - q, c->R), gone = q < 1.0 ? -expm1(c->R * log1p(-q)) : 1.0 - left;
    const double rounds = q != 0.0 ? gone / q : c->R;
    sb_term_add(t, "smallest loss", factor * c->Fstar);
    sb_term_add(t, "initial loss", factor * left * (c->F0 - c->Fstar));
    sb_dynamics_add(&dynamics, factor * c->eta * c->S * rounds, t);
}

void sb_contraction_conditions(const sb_constants *c, sb_terms *t)
{
    const sb_dynamics dynamics = sb_dynamics_at(c);
    const double q = contraction(c, &dynamics);
    sb_descent_conditions(c, &dynamics, t);
    sb_condition_add(t, "mu > 0", 0.0, c->mu, c->mu > 0.0);
    sb_condition_add(t, "2 mu eta S alpha <= 1", 1.0, q, q <= 1.0);
}

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    sb_local_gap_add(c, 1.0, rhs);
    switch (form) {
    case SB_FORM_PRINTED: add_training(c, c->L, 5.0, rhs); break;
    case SB_FORM_CORRECTED: add_training(c, c->L * c->L, 1.25, rhs); break;
    case SB_FORM_SHARP: add_sharp_training(c, rhs); break;
    default: sb_contraction_add(c, 1.0, rhs); sb_contraction_conditions(c, rhs);
    }
    sb_condition_add(rhs, "0 < eta", 0.0, c->eta, c->eta > 0.0);
}

#define NEEDS SB_NEEDS(N, S, R, eta, L, w2, sigma1, sigma2, Gamma, F0, Fn0, dtheta)

const sb_statement sb_lemma_4_7 = {
    .name = "lemma_4_7",
    .title = "Local loss bound",
    .source = "Lemma 4.7, Section 4",
    .lhs = SB_LHS_LOCAL_LOSS,
    .per_worker = 1,
    .needs = {[SB_FORM_PRINTED] = NEEDS,
              [SB_FORM_CORRECTED] = NEEDS,
              [SB_FORM_SHARP] = NEEDS,
              [SB_FORM_PL] = NEEDS | SB_NEEDS(mu, Fstar)},
    .bound = bound,
};
