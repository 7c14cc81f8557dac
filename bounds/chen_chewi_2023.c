/* chen_chewi_2023.c: Chen, Chewi, Li, Li, Salim, Zhang, Sampling is as Easy as Learning the Score: Theory for Diffusion Models with
 * Minimal Data Assumptions, ICLR 2023, arXiv 2209.11215, Theorem 2:
 *     TV(q, p_T) <~ sqrt(KL(q||N(0,I))) e^-T + (L sqrt(d h) + L m2 h) sqrt(T) + eps sqrt(T)
 * for one worker, the exponential sampler and steps of length h, under
 *     grad log q_t is L-Lipschitz for all t >= 0, L >= 1      L = max{L_score, 1}
 *     E|X|^(2+eta) finite for some eta > 0, m2^2 = E|X|^2     mixtures of Gaussians have all moments
 *     E|s_k - S_k|^2 <= eps^2 for all k                       eps sqrt(T) is sqrt(L_n(theta_R)), which is no more
 *     h <~ 1/L                                                h is the longest step
 * They do not stop early: their q is the law q_delta here, their T is T - delta. */
#include "bounds/parts.h"

#include <math.h>

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    (void)form;
    const double L = fmax(c->L_score, 1.0), span = c->T - c->delta, decay = exp(-2.0 * c->delta);
    const double m2 = sqrt(decay * c->M2 + (1.0 - decay) * c->d); /* of q_delta */
    sb_term_add(rhs, "initialisation", sqrt(c->kl_prior) * exp(-span));
    sb_term_add(rhs, "discretisation noise", L * sqrt(c->d * c->h * span));
    sb_term_add(rhs, "discretisation drift", L * m2 * c->h * sqrt(span));
    sb_term_add(rhs, "score error", sqrt(c->score_loss));
    sb_condition_add(rhs, "h <= 1/L_score", 1.0 / L, c->h, c->h <= 1.0 / L);
    sb_condition_add(rhs, "delta < T", c->T, c->delta, c->delta < c->T);
}

const sb_statement sb_chen_chewi_2023 = {
    .name = "chen_chewi_2023",
    .title = "Total variation",
    .source = "Chen-Chewi et al. 2023, Theorem 2",
    .lhs = SB_LHS_TV,
    .per_worker = 1,
    .generation = 1,
    .hidden = {[SB_FORM_PRINTED] = "an absolute constant in front of all terms, and one in h <= 1/L_score"},
    .needs = {[SB_FORM_PRINTED] = SB_NEEDS(d, T, delta, M2, score_loss, kl_prior, L_score, h)},
    .bound = bound,
};
