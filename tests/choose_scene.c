#include "choose_scene.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>

static void fill_with_nan(double *first, size_t bytes)
{
    for (size_t i = 0; i < bytes / sizeof *first; i++) first[i] = NAN;
}

static sb_constants constants_of(int i)
{
    sb_constants c;
    sb_constants_clear(&c);
    c.N = 10, c.S = 5, c.R = 385, c.d = 2, c.M2 = 4.4;
    c.T = i < 2 ? 1.31 : 2.385, c.K = 60, c.kappa = 0.07, c.delta = 0.0123, c.eta = i < 2 ? 1.03e-6 : 2.4e-5;
    c.L = 41.3, c.w2 = 0.0271, c.sigma1 = 0.72, c.sigma2 = 0.13, c.Gamma = 8;
    c.F0 = 9.7, c.Fn0 = 10.1, c.FR = 6.1, c.dtheta = 0.17, c.C1 = -5.2, c.mu = 0.31, c.Fstar = 5.3;
    c.D_sum = 0.21, c.B_sum = 0.015, c.U = 0.27, c.B_bound = 0.02, c.sampler_bias = i == 3 ? 0.0 : 0.01;
    return c;
}

static int holds(const sb_terms *terms)
{
    return isfinite(terms->sum) && !sb_selection_worst(terms);
}

/* Bounds and what hangs on them, from the constants. */
static void evaluate(const sb_constants *c, sb_selection *s)
{
    const sb_statement *remark = sb_statement_find("remark_4_12"), *a_priori = sb_statement_find("a_priori");
    const int of_remark = s->kind <= SB_SELECTION_CORRECTED;
    s->statement = of_remark ? sb_statement_find("theorem_4_11") : a_priori;
    s->form = s->kind == SB_SELECTION_PRINTED     ? SB_FORM_PRINTED
              : s->kind == SB_SELECTION_CORRECTED ? SB_FORM_CORRECTED
                                                  : SB_FORM_SHARP;
    s->yardstick_form = SB_FORM_PL;
    const int missing = sb_statement_evaluate(s->statement, s->form, c, &s->promise, s->missing);
    s->missing_count = missing > 0 ? missing : 0;
    if (of_remark) sb_statement_evaluate(remark, s->form, c, &s->remark, NULL);
    sb_statement_evaluate(a_priori, s->yardstick_form, c, &s->yardstick, NULL);
    s->feasible = holds(&s->promise) && (!of_remark || holds(&s->remark));
}

static void fill_selection(int which, int i, sb_selection *s)
{
    sb_constants c = constants_of(i);
    if (which == LACKING) c.dtheta = c.mu = NAN;
    if (which == OVERFLOWING) c.w2 = 1e307, c.L = 1e30, c.F0 = 1e-20;
    s->kind = (sb_selection_kind)i;
    s->at = (sb_hyperparameters){c.T,
                                 c.delta,
                                 c.K,
                                 c.kappa,
                                 c.eta,
                                 c.R,
                                 c.S,
                                 i < 2 ? SB_GRID_KAPPA : SB_GRID_LOG_SNR,
                                 i == 3 ? SB_SAMPLER_DDPM : SB_SAMPLER_EXPONENTIAL};
    snprintf(s->reason[0], sizeof s->reason[0], "T = %g: so, and \"so\", much", c.T);
    snprintf(s->reason[1], sizeof s->reason[1], "the budget of 60 steps");
    snprintf(s->reason[2], sizeof s->reason[2], "Lemma 4.6");
    s->worker = 7;
    evaluate(&c, s);
    s->certificate = (sb_certificate){c.F0, 0.8661, 1.73, 0.41, 0.29};
    s->reach = (sb_reach){c.eta * c.S * c.R, 0.0084, 2.24, 0.0123, 9.7, 9.6, 0.17};
    s->piloted = i < 2 ? 1 : 2;
    s->chain = i < 2 ? NAN : 1.31;
    if (which != OVERFLOWING) return;
    s->at.K = i == 0 ? 1.2e22 : INFINITY;
    s->at.T = INFINITY;
    s->reach = (sb_reach){INFINITY, INFINITY, INFINITY, INFINITY, INFINITY, -INFINITY, INFINITY};
    s->chain = INFINITY;
    s->certificate = (sb_certificate){INFINITY, 0.0, -INFINITY, INFINITY, NAN};
}

/* Nothing but names: every number is NaN. */
static void empty_selection(int i, sb_selection *s)
{
    *s = (sb_selection){.kind = (sb_selection_kind)i, .worker = -1, .statement = sb_statement_find("a_priori"), .form = SB_FORM_PL};
    fill_with_nan(&s->at.T, offsetof(sb_hyperparameters, grid));
    fill_with_nan(&s->certificate.F0, sizeof s->certificate);
    fill_with_nan(&s->reach.moved, sizeof s->reach);
    s->promise.sum = s->remark.sum = s->yardstick.sum = s->chain = NAN;
}

void scene_fill(int which, scene *x)
{
    const int known = which != NOTHING_KNOWN;
    *x = (scene){.situation = {.count = known ? 10 : 1, .K_budget = known ? 60 : NAN, .steps_budget = known ? 1925 : NAN}};
    if (which != LACKING) x->situation.config = &x->config;
    x->selections = (sb_selections){.target = known ? 0.2 : NAN,
                                    .K_needed = which == ORDINARY ? 312 : NAN,
                                    .score_least = which == ORDINARY      ? 2.385
                                                   : which == OVERFLOWING ? INFINITY
                                                                          : NAN};
    for (int i = 0; i < SB_SELECTION_COUNT; i++)
        if (known) fill_selection(which, i, &x->selections.selection[i]);
        else empty_selection(i, &x->selections.selection[i]);
}
