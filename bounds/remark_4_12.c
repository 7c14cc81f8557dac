/* remark_4_12.c: the choice of T, K, kappa and eta after which training alone is said to decide.            (THEORY 2, Remark 4.12)
 *   printed     |F_n0 - F0| + sigma2 |theta_R - theta_0| + F0 + C1, constant hidden
 *   corrected   2 {the same} + 17 F0, with L^2 for L in the limit on eta from pruning
 * No hidden constant makes the printed form true: discretisation and the rest are only of the order of F0, and F0 + C1 may vanish
 * (a perfect initial score) while F0 does not.
 *
 * Where the 17 comes from, under the conditions below (so kappa <= e^-2, x = eta S L <= 1/sqrt(640)):
 *     initialisation   (M2/2 + 0.04 d) e^-2T                                 <= 0.5 F0
 *     discretisation   2 {(4.02 + 0.39 kappa) kappa^2 d K + 0.19 kappa M2}   <= 8.15 F0
 *     training         2 eta S R Psi                                         <= 2 (1.083 + 1.083 + 2) F0 <= 8.34 F0 */
#include "bounds/parts.h"

#include <math.h>

static const double ABSORBED = 17.0;

/* Nothing to divide by: no limit. */
static double quotient(double a, double b)
{
    return b > 0.0 ? a / b : INFINITY;
}

static void add_rate_limit(sb_terms *t, const char *name, double limit, double eta)
{
    sb_condition_add(t, name, limit, eta, eta <= limit);
}

/* `eta` begins the names of those conditions that limit it from above, and of no others: src/choose reads them. */
void sb_remark_conditions(const sb_constants *c, sb_form form, sb_terms *t)
{
    const int printed = form == SB_FORM_PRINTED;
    const double moments = c->d + c->M2, span = c->T + log(1.0 / c->delta), stop = log(1.0 / c->delta);
    const double SRN = c->S * c->R * c->N, sigma1_2 = c->sigma1 * c->sigma1, sigma2_2 = c->sigma2 * c->sigma2;
    const double longest = 0.5 * log(moments / c->F0), most = moments * exp(-2.0), steps = moments * span * span / c->F0;
    sb_theorem_conditions(c, t);
    sb_condition_add(t, "delta < 1", 1.0, c->delta, c->delta < 1.0);
    sb_condition_add(t, "K >= log(1/delta)", stop, c->K, c->K >= stop);
    sb_condition_add(t, "T >= (1/2) log((d+M2)/F0)", longest, c->T, c->T >= longest);
    sb_condition_add(t, "F0 <= (d+M2) e^-2", most, c->F0, c->F0 <= most);
    sb_condition_add(t, "kappa <= (T+log(1/delta))/K", span / c->K, c->kappa, c->kappa <= span / c->K);
    sb_condition_add(t, "K >= (d+M2)(T+log(1/delta))^2/F0", steps, c->K, c->K >= steps);
    add_rate_limit(t, "eta <= F0 Gamma/(S R N (sigma1^2+sigma2^2))", quotient(c->F0 * c->Gamma, SRN * (sigma1_2 + sigma2_2)),
                   c->eta);
    add_rate_limit(t, printed ? "eta <= F0 Gamma/(S R N w^2 L)" : "eta <= F0 Gamma/(S R N w^2 L^2)",
                   quotient(c->F0 * c->Gamma, SRN * c->w2 * (printed ? c->L : c->L * c->L)), c->eta);
    add_rate_limit(t, "eta <= sqrt(F0 Gamma^2/(S R N L sigma1^2))",
                   sqrt(quotient(c->F0 * c->Gamma * c->Gamma, SRN * c->L * sigma1_2)), c->eta);
}

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    const double factor = form == SB_FORM_PRINTED ? 1.0 : 2.0;
    sb_local_gap_add(c, factor, rhs);
    sb_term_add(rhs, "initial loss", factor * c->F0);
    sb_term_add(rhs, "irreducible loss", factor * c->C1);
    if (form == SB_FORM_CORRECTED) sb_term_add(rhs, "absorbed errors", ABSORBED * c->F0);
    sb_remark_conditions(c, form, rhs);
}

#define NEEDS SB_NEEDS(N, S, R, d, T, K, kappa, delta, eta, L, w2, sigma1, sigma2, Gamma, F0, Fn0, dtheta, M2, C1)

const sb_statement sb_remark_4_12 = {
    .name = "remark_4_12",
    .title = "Hyperparameter selection",
    .source = "Remark 4.12, Section 4",
    .lhs = SB_LHS_KL,
    .per_worker = 1,
    .generation = 1,
    .hidden = {[SB_FORM_PRINTED] = "an absolute constant in front of all terms"},
    .needs = {[SB_FORM_PRINTED] = NEEDS, [SB_FORM_CORRECTED] = NEEDS},
    .bound = bound,
};
