/* lipschitz_score.c: KL(q_delta||p_{t_K}) for data whose true scores are L-Lipschitz at all times from delta to T, every constant
 * explicit. The chain identity (theorem_4_11.c, sharp) with
 *     D_k <= d L^2 gamma_k^2          E|grad log q_{T-t}(Y_t) - e^-(t-t_k) S_k|^2 is what Ito's isometry makes of the Hessian
 *     E|S_k|^2 <= d L                 E|grad log q|^2 = -E tr Hess log q
 *     w_k <= gamma_k                  the chain's weight of the score error
 * For sampler ddpm the score part is at most L_n. For the exponential sampler it is sum w_k E|s_k - b_k S_k|^2, and by Minkowski's
 * inequality at most (sqrt(L_n) + sqrt(d L A))^2, A = sum w_k (1 - b_k)^2 = `sampler_bias`. Euler's noise has another variance: A, and
 * so this bound, is unknown there.
 * L_score is measured at the grid's times; between them it may be larger. */
#include "bounds/parts.h"

#include <math.h>

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    (void)form;
    const double bias = c->d * c->L_score * c->sampler_bias;
    sb_term_add(rhs, "initialisation", c->kl_init);
    sb_term_add(rhs, "discretisation", c->d * c->L_score * c->L_score * c->step2);
    sb_term_add(rhs, "score error", c->score_loss);
    sb_term_add(rhs, "sampler", bias + 2.0 * sqrt(bias * c->score_loss));
}

const sb_statement sb_lipschitz_score = {
    .name = "lipschitz_score",
    .title = "All constants explicit",
    .source = "Lipschitz score, doc/theory.md section 12",
    .lhs = SB_LHS_KL,
    .per_worker = 1,
    .generation = 1,
    .needs = {[SB_FORM_SHARP] = SB_NEEDS(d, L_score, step2, sampler_bias, score_loss, kl_init)},
    .bound = bound,
};
