/* chen_lee_lu_2023.c: Chen, Lee, Lu, Improved Analysis of Score-based Generative Modeling: User-Friendly Bounds under Minimal
 * Smoothness Assumptions, ICML 2023, arXiv 2211.01916, the theorem with early stopping:
 *     KL(q_delta||p_{t_K}) <~ (M2 + d) e^-2T + T eps_0^2 + d^2 (T + log(1/delta))^2/K
 * for one worker and the exponential sampler, under
 *     (1/T) sum gamma_k E|s_k - S_k|^2 <= eps_0^2  here T eps_0^2 is that sum itself, L_n(theta_R)
 *     finite second moment M2
 *     T >= 1, delta < 1, K >= log(1/delta), and K steps that shrink with the remaining time: gamma_k of the order of
 *     min{1, T - t_{k+1}} (T + log(1/delta))/K
 * Their forward process is dX = -X/2 dt + dB; time is halved here, e^-T becomes e^-2T. Their other theorem, d T^2 L^2/K for scores
 * L-Lipschitz at all times, is offered with its constants in lipschitz_score.c. */
#include "bounds/parts.h"

#include <math.h>

/* The kappa grid has (T-1)/kappa + log(1/delta)/log(1+kappa) steps and one that is cut short: for kappa <= 1 its kappa exceeds
 * (T + log(1/delta))/K by a factor 1.5 at most where K is not small. */
static const double SHAPE = 2.0;

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    (void)form;
    const double stop = log(1.0 / c->delta), span = c->T + stop, longest = SHAPE * span / c->K;
    sb_term_add(rhs, "initialisation", (c->M2 + c->d) * exp(-2.0 * c->T));
    sb_term_add(rhs, "score error", c->score_loss);
    sb_term_add(rhs, "discretisation", c->d * c->d * span * span / c->K);
    sb_condition_add(rhs, "T >= 1", 1.0, c->T, c->T >= 1.0);
    sb_condition_add(rhs, "delta < 1", 1.0, c->delta, c->delta < 1.0);
    sb_condition_add(rhs, "K >= log(1/delta)", stop, c->K, c->K >= stop);
    sb_condition_add(rhs, "kappa <= 2 (T+log(1/delta))/K", longest, c->kappa, c->kappa <= longest);
}

const sb_statement sb_chen_lee_lu_2023 = {
    .name = "chen_lee_lu_2023",
    .title = "Early stopping",
    .source = "Chen-Lee-Lu 2023, Theorem 2.2",
    .lhs = SB_LHS_KL,
    .per_worker = 1,
    .generation = 1,
    .hidden = {[SB_FORM_PRINTED] = "an absolute constant in front of all terms"},
    .needs = {[SB_FORM_PRINTED] = SB_NEEDS(d, T, K, kappa, delta, M2, score_loss)},
    .bound = bound,
};
