/* remark.c: the choice of Remark 4.12, printed or corrected.                                              (bounds/remark_4_12.c) */
#include "base/memory.h"
#include "choose/certificate.h"
#include "choose/pilot.h"
#include "choose/situation_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The remark and its conditions at c. The conditions need fewer constants than the terms, which are NaN where some are missing. One
 * grid serves all workers, so M2 is that of the largest. */
static sb_terms remark_at(const sb_selection *selection, const sb_situation *situation, const sb_constants *c)
{
    sb_terms rhs = {0};
    sb_constants shared = *c;
    shared.M2 = situation->M2_largest;
    sb_statement_find("remark_4_12")
        ->bound(selection->kind == SB_SELECTION_PRINTED ? SB_FORM_PRINTED : SB_FORM_CORRECTED, &shared, &rhs);
    return rhs;
}

/* The smallest limit on eta, and what it is called. */
static double rate_limit(const sb_terms *remark, const char **name)
{
    double limit = INFINITY;
    for (int i = 0; i < remark->condition_count; i++) {
        const sb_condition *condition = &remark->condition[i];
        if (strncmp(condition->name, "eta", 3) != 0 || !(condition->limit < limit)) continue;
        limit = condition->limit;
        *name = condition->name;
    }
    return limit;
}

static int first_failure(const sb_terms *rhs)
{
    int i = 0;
    while (i < rhs->condition_count && rhs->condition[i].holds) i++;
    return i;
}

/* Whether a fails before b does, or, where they fail alike, promises less. */
static int is_worse(const sb_terms *a, const sb_terms *b)
{
    const int of_a = first_failure(a), of_b = first_failure(b);
    return of_a != of_b ? of_a < of_b : a->sum > b->sum;
}

/* eta into selection->at and into c (count). */
static void choose_rate(const sb_situation *situation, sb_constants *c, sb_selection *selection)
{
    const char *name = "", *smallest = "";
    double eta = INFINITY;
    for (int i = 0; i < situation->count; i++) {
        const sb_terms remark = remark_at(selection, situation, &c[i]);
        const double limit = rate_limit(&remark, &name);
        if (limit < eta) eta = limit, smallest = name;
    }
    selection->at.eta = eta;
    for (int i = 0; i < situation->count; i++) c[i].eta = eta;
    snprintf(selection->reason[2], sizeof selection->reason[2], "%s = %.4g: %s binds", smallest, eta,
             strstr(smallest, "F0") ? "the remark's own limit" : "Lemma 4.6's limit, which the remark presupposes,");
}

static void explain(const sb_fixed_point *found, double moments, sb_selection *selection)
{
    const size_t size = sizeof selection->reason[0];
    const double T = found->at.T, K = found->at.K, span = T + log(1.0 / found->at.delta);
    const int used = snprintf(selection->reason[0], size, "(1/2) log((d+M2)/F0) with d+M2 = %.4g and F0 = %.4g at this T and K",
                              moments, found->F0);
    if (!(T > found->at.delta))
        snprintf(selection->reason[0] + used, size - (size_t)used, ": not above delta = %g, so there is no grid", found->at.delta);
    else if (T < 1.0)
        snprintf(selection->reason[0] + used, size - (size_t)used, ": below 1, which needs F0 <= (d+M2) e^-2 = %.4g",
                 moments * exp(-2.0));
    if (isnan(K)) snprintf(selection->reason[1], size, "no grid, no number of steps");
    else if (!found->exists)
        snprintf(selection->reason[1], size,
                 "(d+M2)(T+log(1/delta))^2/F0 = %.4g: longer than any grid that is looked at (%g steps)", K, SB_LONGEST_GRID);
    else
        snprintf(selection->reason[1], size, "smallest whole number >= (d+M2)(T+log(1/delta))^2/F0 = %.6g",
                 moments * span * span / found->F0);
}

/* Constants at the fixed point. Where there is no such grid: base, without what only a grid gives. */
static sb_status constants_at(sb_context *ctx, const sb_situation *situation, const sb_fixed_point *found, sb_constants *c)
{
    sb_status st = SB_OK;
    if (found->exists) {
        SB_TRY(sb_situation_laws(ctx, situation, &found->at, c));
        goto done;
    }
    for (int i = 0; i < situation->count; i++) {
        c[i] = situation->base[i];
        c[i].T = found->at.T;
        c[i].K = found->at.K;
        c[i].kappa = found->at.kappa;
        c[i].F0 = found->F0;
        c[i].eta = c[i].U = c[i].B_bound = c[i].D_sum = c[i].B_sum = NAN;
        if (situation->config) c[i].C1 = NAN;
    }
done:
    return st;
}

/* How far one training on the configuration's own grid gets at the eta that the remark gives there. */
static sb_status movement(sb_context *ctx, const sb_situation *situation, const sb_selection *selection, sb_reach *reach)
{
    sb_status st = SB_OK;
    const char *name;
    sb_system system = {0};
    double eta = INFINITY;
    for (int i = 0; i < situation->count; i++) {
        const sb_terms remark = remark_at(selection, situation, &situation->base[i]);
        eta = fmin(eta, rate_limit(&remark, &name));
    }
    SB_TRY(sb_system_create(ctx, situation->config, &system));
    SB_TRY(sb_pilot_movement(ctx, &system, eta, &reach->F0, &reach->FR, &reach->dtheta));
done:
    sb_system_free(&system);
    return st;
}

static sb_hyperparameters given(const sb_situation *situation)
{
    const sb_constants *base = situation->base;
    return (sb_hyperparameters){.T = NAN,
                                .delta = base->delta,
                                .K = NAN,
                                .kappa = NAN,
                                .eta = NAN,
                                .R = base->R,
                                .S = base->S,
                                .grid = SB_GRID_KAPPA,
                                .sampler = SB_SAMPLER_EXPONENTIAL}; /* the paper's */
}

sb_status sb_choose_remark(sb_context *ctx, const sb_situation *situation, sb_selection_kind kind, sb_selection *selection)
{
    sb_status st = SB_OK;
    const sb_hyperparameters start = given(situation);
    sb_fixed_point found;
    sb_constants *c = NULL; /* (count) */
    *selection = (sb_selection){.kind = kind, .chain = NAN, .piloted = situation->config != NULL};
    SB_REQUIRE(sb_selection_is_remark(kind), SB_EINVAL, "selection %d is not the remark's", (int)kind);
    SB_ALLOC(c, situation->count);
    SB_TRY(sb_fixed_point_find(ctx, situation, &start, &found));
    SB_TRY(constants_at(ctx, situation, &found, c));
    selection->at = found.at;
    if (found.exists) selection->at.kappa = c[0].kappa;
    if (isnan(found.at.K)) snprintf(selection->reason[2], sizeof selection->reason[2], "no grid, no learning rate");
    else choose_rate(situation, c, selection);
    explain(&found, situation->base[0].d + situation->M2_largest, selection);

    selection->remark = remark_at(selection, situation, &c[0]);
    for (int i = 1; i < situation->count; i++) {
        const sb_terms remark = remark_at(selection, situation, &c[i]);
        if (is_worse(&remark, &selection->remark)) selection->remark = remark;
    }
    sb_selection_evaluate(situation, c, selection);
    selection->feasible &= found.exists;

    SB_TRY(sb_certificate_issue(ctx, situation, &found, &selection->certificate));
    if (situation->config) SB_TRY(movement(ctx, situation, selection, &selection->reach));
done:
    sb_free(c);
    return st;
}
