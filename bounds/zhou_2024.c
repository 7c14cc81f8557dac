/* zhou_2024.c: Zhou, Lan, Venkataramani, Ding, Every Parameter Matters: Ensuring the Convergence of Federated Learning with Dynamic
 * Heterogeneous Models Reduction, NeurIPS 36, arXiv 2310.08670, Theorem 1, on the training (7), (8) itself:
 *     (1/R) sum_r E|grad F(theta_r)|^2 <= G_0/sqrt(S R) + V_0/R + (I_0/Gamma*) (1/R) sum_r E|theta_r|^2
 *     G_0 = 4 F(theta_0) + 6 L N sigma^2/Gamma*^2,   V_0 = 3 L^2 N G^2/Gamma*,   I_0 = 3 L^2 delta_p^2 N
 * under
 *     gradients of every F_n L-Lipschitz
 *     |theta_r - theta_r m|^2 <= delta_p^2 |theta_r|^2, delta_p^2 < 1      `prune2`
 *     E|grad f_n|^2 <= G^2 (their G is our G^2)                            a bound on the whole gradient, which nothing ensures
 *     all workers the same law (their second theorem asks instead that, in every coordinate, the workers that keep it be unbiased)
 *     eta = 1/sqrt(S R) <= 1/(6 L S)
 *
 *   printed     the above. The units of eta are hidden in it: V_0/R should carry (eta S)^2.
 *   corrected   for any eta <= 1/(8 L S) and any laws, by the same steps with every constant kept          (doc/theory.md section 12):
 *               4 F0/(eta S R) + 4 eta L N sigma1^2/Gamma*^2 + 3 nu (a + sigma2)^2,   nu = N/Gamma*,
 *               a^2 = L^2 {delta_p^2 (1/R) sum_r E|theta_r|^2 + eta^2 G^2 (S-1)(2S-1)/6}
 * The pruning term is proportional to |theta|^2: it knows the size of the parameters, not what pruning took away. */
#include "bounds/parts.h"

#include <math.h>

/* eta as a person writes it, 0.0316 for 1/sqrt(1000). */
static const double ROUNDED = 0.01;

static void add_printed(const sb_constants *c, double nu, sb_terms *rhs)
{
    const double root = sqrt(c->S * c->R), rate = 1.0 / root, steepest = 1.0 / (6.0 * c->L * c->S);
    sb_term_add(rhs, "progress", 4.0 * c->F0 / root);
    sb_term_add(rhs, "gradient noise", 6.0 * c->L * nu * c->sigma1 * c->sigma1 / (c->Gamma * root));
    sb_term_add(rhs, "local drift", 3.0 * c->L * c->L * nu * c->G * c->G / c->R);
    sb_term_add(rhs, "pruning", 3.0 * c->L * c->L * nu * c->prune2 * c->theta2);
    sb_same_gradients_condition(c, rhs);
    sb_condition_add(rhs, "eta = 1/sqrt(S R)", rate, c->eta, fabs(c->eta - rate) <= ROUNDED * rate);
    sb_condition_add(rhs, "eta <= 1/(6 L S)", steepest, c->eta, c->eta <= steepest);
    sb_condition_add(rhs, "delta_p^2 < 1", 1.0, c->prune2, c->prune2 < 1.0);
}

static void add_corrected(const sb_constants *c, double nu, sb_terms *rhs)
{
    const double S = c->S, steepest = 1.0 / (8.0 * c->L * S);
    const double pruned = c->L * c->L * c->prune2 * c->theta2;
    const double drift = c->L * c->L * c->eta * c->eta * c->G * c->G * (S - 1.0) * (2.0 * S - 1.0) / 6.0;
    sb_term_add(rhs, "progress", 4.0 * c->F0 / (c->eta * S * c->R));
    sb_term_add(rhs, "gradient noise", 4.0 * c->eta * c->L * nu * c->sigma1 * c->sigma1 / c->Gamma);
    sb_term_add(rhs, "local drift", 3.0 * nu * drift);
    sb_term_add(rhs, "pruning", 3.0 * nu * pruned);
    sb_term_add(rhs, "heterogeneity", 3.0 * nu * c->sigma2 * (c->sigma2 + 2.0 * sqrt(pruned + drift)));
    sb_condition_add(rhs, "eta <= 1/(8 L S)", steepest, c->eta, c->eta <= steepest);
    sb_condition_add(rhs, "0 < eta", 0.0, c->eta, c->eta > 0.0);
}

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    const double nu = c->N / c->Gamma;
    if (form == SB_FORM_PRINTED) add_printed(c, nu, rhs);
    else add_corrected(c, nu, rhs);
    sb_coverage_conditions(c, rhs);
    sb_condition_add(rhs, "R >= 1", 1.0, c->R, c->R >= 1.0);
}

#define NEEDS SB_NEEDS(N, S, R, eta, L, sigma1, sigma2, Gamma, F0, theta2, prune2, G)

const sb_statement sb_zhou_2024 = {
    .name = "zhou_2024",
    .title = "Federated pruning",
    .source = "Zhou et al. 2024, Theorem 1",
    .lhs = SB_LHS_MEAN_SQUARED_GRADIENT,
    .needs = {[SB_FORM_PRINTED] = NEEDS, [SB_FORM_CORRECTED] = NEEDS},
    .bound = bound,
};
