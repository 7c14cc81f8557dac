/* parts.h: what the statement files share among themselves; nobody else includes it. */
#ifndef SB_BOUNDS_PARTS_H
#define SB_BOUNDS_PARTS_H

#include "bounds/bounds.h"

/* SB_NEEDS(d, T, K): a set of up to 24 constants; a 25th does not compile. SB_NEEDS(nothing): none is needed. */
#define SB_NEEDS(...) \
    SB_NEEDS_24(__VA_ARGS__, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, \
                nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, )
#define SB_NEEDS_24(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, last, ...) \
    (SB_NEEDS_8(a, b, c, d, e, f, g, h) | SB_NEEDS_8(i, j, k, l, m, n, o, p) | SB_NEEDS_8(q, r, s, t, u, v, w, x) | SB_LAST_##last)
#define SB_NEEDS_8(a, b, c, d, e, f, g, h) \
    (SB_NEED(a) | SB_NEED(b) | SB_NEED(c) | SB_NEED(d) | SB_NEED(e) | SB_NEED(f) | SB_NEED(g) | SB_NEED(h))
#define SB_LAST_nothing SB_NEED(nothing)

extern const sb_statement sb_assumption_4_1, sb_assumption_4_2, sb_assumption_4_3, sb_assumption_4_4;
extern const sb_statement sb_lemma_4_5, sb_lemma_4_6, sb_lemma_4_7, sb_lemma_4_8, sb_lemma_4_9, sb_lemma_4_10;
extern const sb_statement sb_theorem_4_11, sb_iid_case, sb_remark_4_12, sb_heterogeneity, sb_a_priori;
extern const sb_statement sb_benton_2024, sb_chen_lee_lu_2023, sb_chen_chewi_2023, sb_conforti_2023, sb_lipschitz_score, sb_zhou_2024;

/* The sharp form of Lemma 4.6, before the division by alpha: one round loses at least eta S (alpha |grad F|^2 - Psi), where Psi is
 * the sum of its four parts.                                                                               (THEORY 2, Lemma 4.6)
 * With nu = N/Gamma* and x = eta S L:
 *     spread = 2 eta^2 L^2 S(S-1), how far S local steps feed back on themselves; must be < 1
 *     p      = nu (1+2x)/(1 - spread)
 *     Q      = (2/3) p eta^2 L^2 (S-1)(2S-1)
 *     alpha  = 1/2 - 2x - Q; must be > 0 */
typedef struct {
    double spread, alpha;
    double pruning;        /* p L^2 w^2 */
    double heterogeneity;  /* {Q + nu (1+2x) min(1, (N-Gamma*)/Gamma*)} sigma2^2: where nobody prunes, the workers' deviations cancel */
    double local_noise;    /* 2 p eta^2 L^2 (S-1) sigma1^2 */
    double gradient_noise; /* 2 eta L N sigma1^2/Gamma*^2 */
} sb_dynamics;

/* dynamics.c
 * sb_dynamics_at: the above at c.  sb_dynamics_add: Psi's four parts, times `factor`, as terms.
 * sb_coverage_conditions: 1 <= Gamma* <= N.
 * sb_rate_conditions: the paper's eta <= min{sqrt(Gamma/(640 S^2 L^2 N)), 1} and Gamma* >= 1.
 * sb_descent_conditions: what the sharp form needs in their place. */
sb_dynamics sb_dynamics_at(const sb_constants *c);
void sb_dynamics_add(const sb_dynamics *dynamics, double factor, sb_terms *t);
void sb_coverage_conditions(const sb_constants *c, sb_terms *t);
void sb_rate_conditions(const sb_constants *c, sb_terms *t);
void sb_descent_conditions(const sb_constants *c, const sb_dynamics *dynamics, sb_terms *t);

/* lemma_4_7.c: |F_n(theta_0) - F(theta_0)| + sigma2 |theta_R - theta_0|, times `factor`: from F to F_n.
 * sb_contraction_add: the bound of E F(theta_R) under |grad F|^2 >= 2 mu (F - F*), times `factor`; sb_contraction_conditions. */
void sb_local_gap_add(const sb_constants *c, double factor, sb_terms *t);
void sb_contraction_add(const sb_constants *c, double factor, sb_terms *t);
void sb_contraction_conditions(const sb_constants *c, sb_terms *t);

/* theorem_4_11.c: the corrected right side, without conditions; the conditions of the theorem. */
void sb_generation_corrected_add(const sb_constants *c, sb_terms *t);
void sb_theorem_conditions(const sb_constants *c, sb_terms *t);

/* iid_case.c: "sigma2 = 0": all workers have the same gradients, up to rounding. */
void sb_same_gradients_condition(const sb_constants *c, sb_terms *t);

/* remark_4_12.c: the remark's conditions and the theorem's; `form` printed or corrected. */
void sb_remark_conditions(const sb_constants *c, sb_form form, sb_terms *t);

#endif
