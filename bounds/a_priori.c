/* a_priori.c: KL(q_delta||p_{t_K}) from what is known before training, every constant explicit: what src/choose minimises.
 * The chain identity (theorem_4_11.c, sharp) with
 *     KL(q_T||N(0,I)) by Lemma 4.10 corrected, sum D_k <= U (Lemma 4.5 sharp), both from d, M2 and the grid alone
 *     score loss = F_n(theta_R) + C_1 (Lemma 4.8), F_n(theta_R) by Lemma 4.7
 *   sharp   Lemma 4.7 sharp; |theta_R - theta_0| must be known
 *   pl      Lemma 4.7 pl; under |grad F|^2 >= 2 mu (F - F*) the distance to the minimisers is at most sqrt(2 (F - F*)/mu), so
 *           |theta_R - theta_0| <= sqrt(2/mu) {sqrt(F0 - F*) + sqrt(F_R - F*)} for models linear in theta: along directions in which F is
 *           flat every F_n is flat, too, and movement there does not count. Where |theta_R - theta_0| is known and smaller, it stands
 *           there; so this form is never above the sharp one
 * For sampler ddpm the score part enters as it is. For the exponential sampler it is sum w_k E|s_k - b_k S_k|^2, by Minkowski's inequality
 * at most (sqrt(L_n) + sqrt(A))^2, A = sum w_k (1 - b_k)^2 E|S_k|^2 <= (3/4) sum beta(gamma_k) d/sigma_k^2, for w (1 - b)^2 = (1/2)
 * tanh(g/2) (1 - e^-g)^2 <= (3/4) beta(g). Euler's noise has another variance: nothing is known there. */
#include "bounds/parts.h"

#include <math.h>

/* sigma2 |theta_R - theta_0|, with F(theta_R) <= after; a smaller distance that is known counts (fmin overlooks NaN). */
static double drift(const sb_constants *c, double after)
{
    const double roots = sqrt(fmax(c->F0 - c->Fstar, 0.0)) + sqrt(fmax(after - c->Fstar, 0.0));
    const double distance = fmin(c->dtheta, sqrt(2.0 / c->mu) * roots);
    return c->sigma2 > 0.0 ? c->sigma2 * distance : 0.0;
}

double sb_score_least(const sb_constants *c)
{
    sb_constants slow = *c;
    slow.eta = 0.0;
    double alpha;
    const double psi = sb_psi(&slow, &alpha), after = fmin(c->F0, c->Fstar + psi / (2.0 * c->mu * alpha));
    return fabs(c->Fn0 - c->F0) + drift(c, after) + after + c->C1;
}

/* The contraction first: what stands in the sum then is a bound of F_R. */
static void add_contracting_score(const sb_constants *c, sb_terms *rhs)
{
    sb_contraction_add(c, 1.0, rhs);
    const double after = rhs->sum;
    sb_term_add(rhs, "initial gap", fabs(c->Fn0 - c->F0));
    sb_term_add(rhs, "heterogeneity drift", drift(c, after));
    sb_contraction_conditions(c, rhs);
}

static void add_descending_score(const sb_constants *c, sb_terms *rhs)
{
    const sb_dynamics dynamics = sb_dynamics_at(c);
    sb_local_gap_add(c, 1.0, rhs);
    sb_term_add(rhs, "initial loss", c->F0);
    sb_dynamics_add(&dynamics, c->eta * c->S * c->R, rhs);
    sb_descent_conditions(c, &dynamics, rhs);
}

/* The score part first: what stands in the sum then is a bound of L_n. */
static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    if (form == SB_FORM_PL) add_contracting_score(c, rhs);
    else add_descending_score(c, rhs);
    sb_term_add(rhs, "irreducible loss", c->C1);
    const double score = fmax(rhs->sum, 0.0), bias = c->sampler_bias > 0.0 ? 0.75 * c->B_bound : 0.0;
    sb_term_add(rhs, "sampler", bias > 0.0 ? bias + 2.0 * sqrt(bias * score) : 0.0);
    sb_term_add(rhs, "initialisation", sb_initialisation_bound(c));
    sb_term_add(rhs, "score fluctuation", c->U);
    sb_condition_add(rhs, "0 < eta", 0.0, c->eta, c->eta > 0.0);
}

#define NEEDS SB_NEEDS(N, S, R, d, T, eta, L, w2, sigma1, sigma2, Gamma, F0, Fn0, M2, C1, U, B_bound, sampler_bias)

const sb_statement sb_a_priori = {
    .name = "a_priori",
    .title = "Known before training",
    .source = "A priori bound, doc/theory.md section 13",
    .lhs = SB_LHS_KL,
    .per_worker = 1,
    .generation = 1,
    .needs = {[SB_FORM_SHARP] = NEEDS | SB_NEEDS(dtheta), [SB_FORM_PL] = NEEDS | SB_NEEDS(mu, Fstar)},
    .bound = bound,
};
