/* conforti_2023.c: Conforti, Durmus, Gentiloni Silveri, KL Convergence Guarantees for Score Diffusion Models under Minimal Data
 * Assumptions (first: Score Diffusion Models without Early Stopping: Finite Fisher Information is All You Need), arXiv 2308.12240:
 *     KL(q||p_T) <~ e^-2T KL(q||N(0,I)) + T eps^2 + h I(q|N(0,I))
 * for one worker and steps of length h <= 1, under
 *     I = E|grad log q + X|^2 finite                          `fisher`
 *     E|s_k - S_k|^2 <= eps^2 for all k                       T eps^2 is L_n(theta_R), which is no more
 * They do not stop early: their q is q_delta here, their T is T - delta.
 *
 *   printed     Their sampler holds grad log(q_u/N(0,I)) fixed within a step; those of this program hold grad log q_u. What that costs
 *               is of the order of h d T, so the printed form is theirs here only where h I is no less: a condition that is not in
 *               the paper. Without it no constant serves: for N(0,I) and the true score the printed right side is 0.
 *   corrected   For the samplers exponential and ddpm, with all constants, no further condition:
 *               e^-2(T-delta) KL + 2 L_n + 2 h {I + KL + d (T-delta) + (3/2) max(d - M2, 0)}           (doc/theory.md section 12) */
#include "bounds/parts.h"

#include <math.h>

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    const double span = c->T - c->delta, frozen = c->d * (span + 1.0);
    sb_term_add(rhs, "initialisation", exp(-2.0 * span) * c->kl_prior);
    if (form == SB_FORM_PRINTED) {
        sb_term_add(rhs, "score error", c->score_loss);
        sb_term_add(rhs, "discretisation", c->h * c->fisher);
        sb_condition_add(rhs, "h <= 1", 1.0, c->h, c->h <= 1.0);
        sb_condition_add(rhs, "d (T-delta+1) <= fisher (for another sampler)", c->fisher, frozen, frozen <= c->fisher);
    } else {
        sb_term_add(rhs, "score error", 2.0 * c->score_loss);
        sb_term_add(rhs, "discretisation data", 2.0 * c->h * (c->fisher + c->kl_prior));
        sb_term_add(rhs, "discretisation horizon", 2.0 * c->h * (c->d * span + 1.5 * fmax(c->d - c->M2, 0.0)));
    }
    sb_condition_add(rhs, "delta < T", c->T, c->delta, c->delta < c->T);
}

const sb_statement sb_conforti_2023 = {
    .name = "conforti_2023",
    .title = "Fisher information",
    .source = "Conforti et al. 2023, main theorem at fixed step size",
    .lhs = SB_LHS_KL,
    .per_worker = 1,
    .generation = 1,
    .hidden = {[SB_FORM_PRINTED] = "an absolute constant in front of all terms"},
    .needs = {[SB_FORM_PRINTED] = SB_NEEDS(d, T, delta, score_loss, kl_prior, fisher, h),
              [SB_FORM_CORRECTED] = SB_NEEDS(d, T, delta, M2, score_loss, kl_prior, fisher, h)},
    .bound = bound,
};
