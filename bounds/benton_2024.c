/* benton_2024.c: Benton, De Bortoli, Doucet, Deligiannidis, Nearly d-Linear Convergence Bounds for Diffusion Models via Stochastic
 * Localization, ICLR 2024, arXiv 2308.03686, Theorem 1:
 *     KL(q_delta||p_{t_K}) <~ eps^2 + kappa^2 d K + kappa d T + d e^-2T
 * for one worker and the exponential sampler, under
 *     sum gamma_k E|s_k - S_k|^2 <= eps^2          here eps^2 is that sum itself, L_n(theta_R)
 *     finite second moments, Cov(X_0) = I          `cov_gap`, to within NORMALISED
 *     T >= 1, gamma_k <= kappa min{1, T - t_{k+1}} kappa is the smallest that fits the grid
 * Cov(X_0) = I is read as "centred, with covariance I": no constant serves for other means. For N(m, I) and the true score the left
 * side tends to e^-4T |m|^2/2 as kappa -> 0, and no term on the right sees m. */
#include "bounds/parts.h"

#include <math.h>

/* Data that somebody has normalised are so to rounding or to the error of a sample covariance; 5 per cent changes no term by more. */
static const double NORMALISED = 0.05;

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    (void)form;
    const double centred = (1.0 + NORMALISED) * c->d;
    sb_term_add(rhs, "score error", c->score_loss);
    sb_term_add(rhs, "discretisation steps", c->kappa * c->kappa * c->d * c->K);
    sb_term_add(rhs, "discretisation horizon", c->kappa * c->d * c->T);
    sb_term_add(rhs, "initialisation", c->d * exp(-2.0 * c->T));
    sb_condition_add(rhs, "cov_gap <= 0.05 (Cov X_0 = I)", NORMALISED, c->cov_gap, c->cov_gap <= NORMALISED);
    sb_condition_add(rhs, "M2 <= 1.05 d (E X_0 = 0)", centred, c->M2, c->M2 <= centred);
    sb_condition_add(rhs, "T >= 1", 1.0, c->T, c->T >= 1.0);
}

const sb_statement sb_benton_2024 = {
    .name = "benton_2024",
    .title = "Linear in d",
    .source = "Benton et al. 2024, Theorem 1",
    .lhs = SB_LHS_KL,
    .per_worker = 1,
    .generation = 1,
    .hidden = {[SB_FORM_PRINTED] = "an absolute constant in front of all terms"},
    .needs = {[SB_FORM_PRINTED] = SB_NEEDS(d, T, K, kappa, M2, score_loss, cov_gap)},
    .bound = bound,
};
