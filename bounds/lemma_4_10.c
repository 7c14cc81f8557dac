/* lemma_4_10.c: KL(q_delta||p_{t_K}) against the path divergence and what starting from N(0,I) costs.       (THEORY 2, Lemma 4.10)
 *   printed     (d + M2) e^-2T, constant hidden; no constant serves as T -> 0, so it needs the theorem's T >= 1, which it omits
 *   corrected   the average over X_0 of KL(q(X_T|X_0)||N(0,I)), by convexity
 *   sharp       KL(q_T||N(0,I)) itself */
#include "bounds/parts.h"

#include <math.h>

/* -log(1-x) - x for 0 <= x <= 1; as its series where the logarithm would cancel. */
static double log_excess(double x)
{
    if (x > 0.05) return -log1p(-x) - x;
    double sum = 0.0;
    for (int k = 14; k >= 2; k--) sum = x * (sum + 1.0 / k);
    return x * sum;
}

double sb_initialisation_bound(const sb_constants *c)
{
    const double decay = exp(-2.0 * c->T);
    return 0.5 * (decay * c->M2 + c->d * log_excess(decay));
}

static void bound(sb_form form, const sb_constants *c, sb_terms *rhs)
{
    sb_term_add(rhs, "path", c->path_kl);
    switch (form) {
    case SB_FORM_PRINTED: sb_term_add(rhs, "initialisation", (c->d + c->M2) * exp(-2.0 * c->T)); break;
    case SB_FORM_CORRECTED: sb_term_add(rhs, "initialisation", sb_initialisation_bound(c)); break;
    default: sb_term_add(rhs, "initialisation", c->kl_init);
    }
}

const sb_statement sb_lemma_4_10 = {
    .name = "lemma_4_10",
    .title = "Influence of early stopping",
    .source = "Lemma 4.10, Section 4",
    .lhs = SB_LHS_KL,
    .per_worker = 1,
    .generation = 1,
    .hidden = {[SB_FORM_PRINTED] = "an absolute constant in front of both terms"},
    .needs = {[SB_FORM_PRINTED] = SB_NEEDS(d, T, M2, path_kl),
              [SB_FORM_CORRECTED] = SB_NEEDS(d, T, M2, path_kl),
              [SB_FORM_SHARP] = SB_NEEDS(path_kl, kl_init)},
    .bound = bound,
};
