/* theorem_4_11.c: KL(q_delta||p_{t_K}), the generation error.                                              (THEORY 2, Theorem 4.11)
 *   printed     one constant hidden in front of eleven terms
 *   corrected   Lemmas 4.5 exact, 4.7 sharp, 4.8, 4.9 and 4.10 corrected, put together with their constants
 *   sharp       the chain identity: no training terms, for it sees the trained score itself
 *   pl          as corrected, with Lemma 4.7's bound under |grad F|^2 >= 2 mu (F - F*)
 * In the first two every term that depends on R grows with it: the bound never rewards training. In `pl` the loss falls as R grows;
 * only |theta_R - theta_0| may still grow. */
#include "bounds/parts.h"

#include <math.h>

static void add_printed(const sb_constants *c, sb_terms *rhs)
{
    const double nu = c->N / c->Gamma, sigma1_2 = c->sigma1 * c->sigma1, sigma2_2 = c->sigma2 * c->sigma2;
    const double distance = c->eta * c->S * c->R;
    sb_local_gap_add(c, 1.0, rhs);
    sb_term_add(rhs, "initial loss", c->F0);
    sb_term_add(rhs, "irreducible loss", c->C1);
    sb_term_add(rhs, "pruning", distance * c->w2 * c->L * nu);
    sb_term_add(rhs, "variance", distance * nu * (sigma1_2 + sigma2_2));
    sb_term_add(rhs, "gradient noise", c->eta * distance * c->L * nu * sigma1_2 / c->Gamma);
    sb_term_add(rhs, "discretisation steps", c->kappa * c->kappa * c->d * c->K);
    sb_term_add(rhs, "discretisation data", c->kappa * c->M2);
    sb_term_add(rhs, "discretisation horizon", c->kappa * c->d * c->T);
    sb_term_add(rhs, "initialisation", (c->d + c->M2) * exp(-2.0 * c->T));
}

/* What no training changes: Lemmas 4.5, 4.8 and 4.10. */
static void add_generation(const sb_constants *c, sb_terms *rhs)
{
    sb_term_add(rhs, "irreducible loss", 2.0 * c->C1);
    sb_term_add(rhs, "score fluctuation", 2.0 * c->D_sum);
    sb_term_add(rhs, "score decay", 2.0 * c->B_sum);
    sb_term_add(rhs, "initialisation", sb_initialisation_bound(c));
}

void sb_generation_corrected_add(const sb_constants *c, sb_terms *rhs)
{
    const sb_dynamics dynamics = sb_dynamics_at(c);
    sb_local_gap_add(c, 2.0, rhs);
    sb_term_add(rhs, "initial loss", 2.0 * c->F0);
    sb_dynamics_add(&dynamics, 2.0 * c->eta * c->S * c->R, rhs);
    add_generation(c, rhs);
}

static void add_contracting(const sb_constants *c, sb_terms *rhs)
{
    sb_local_gap_add(c, 2.0, rhs);
    sb_contraction_add(c, 2.0, rhs);
    add_generation(c, rhs);
    sb_contraction_conditions(c, rhs);
    sb_condition_add(rhs, "0 < eta", 0.0, c->eta, c->eta > 0.0);
}

void sb_theorem_conditions(const sb_constants *c, sb_terms *t)
{
    sb_rate_conditions(c, t);
    sb_condition_add(t, "0 < eta", 0.0, c->eta, c->eta > 0.0);
    sb_condition_add(t, "T >= 1", 1.0, c->T, c->T >= 1.0);
}

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    switch (form) {
    case SB_FORM_PRINTED:
        add_printed(c, rhs);
        sb_theorem_conditions(c, rhs);
        break;
    case SB_FORM_CORRECTED:
        sb_generation_corrected_add(c, rhs);
        sb_theorem_conditions(c, rhs);
        break;
    case SB_FORM_SHARP:
        sb_term_add(rhs, "initialisation", c->kl_init);
        sb_term_add(rhs, "score fluctuation", c->D_sum);
        sb_term_add(rhs, "score error", c->chain_score);
        break;
    default: add_contracting(c, rhs);
    }
}

#define TRAINING SB_NEEDS(N, S, R, d, T, eta, L, w2, sigma1, sigma2, Gamma, F0, Fn0, dtheta, M2, C1)

const sb_statement sb_theorem_4_11 = {
    .name = "theorem_4_11",
    .title = "Generation error bound",
    .source = "Theorem 4.11, Section 4",
    .lhs = SB_LHS_KL,
    .per_worker = 1,
    .generation = 1,
    .any_sampler = {[SB_FORM_SHARP] = 1},
    .hidden = {[SB_FORM_PRINTED] = "an absolute constant in front of all terms"},
    .needs = {[SB_FORM_PRINTED] = TRAINING | SB_NEEDS(K, kappa),
              [SB_FORM_CORRECTED] = TRAINING | SB_NEEDS(D_sum, B_sum),
              [SB_FORM_SHARP] = SB_NEEDS(D_sum, chain_score, kl_init),
              [SB_FORM_PL] = TRAINING | SB_NEEDS(D_sum, B_sum, mu, Fstar)},
    .bound = bound,
};
