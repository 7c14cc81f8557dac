/* optimised.c: K from the budget, the T at which initialisation and U together are least, then the eta at which the a priori bound is least
 * for that T and K. Not its least value over T and eta together: F0 + C1, which eta does not change, depends on T, too.
 *
 * Without mu no bound of KL is known that falls with training: the sharp a priori bound is least as eta -> 0, where nothing is learned. Then
 * eta stays that of the repaired choice, and it is only told where Lemma 4.6's right side, how far training gets, would be least. */
#include "choose/explicit.h"

#include "base/memory.h"
#include "choose/rate.h"
#include "choose/search.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* eta is looked for down to where a whole training contracts by no more than this, or down to this share of the largest. */
static const double NO_PROGRESS = 1e-14, SMALLEST = 1e-14;

/* What eta does not change does not move the minimiser: where it is unknown, it counts as 0. */
static sb_constants for_comparison(const sb_constants *c)
{
    sb_constants known = *c;
    if (isnan(known.Fn0)) known.Fn0 = known.F0;
    if (isnan(known.C1)) known.C1 = 0.0;
    known.FR = isnan(known.Fstar) ? 0.0 : known.Fstar; /* the most that F can fall */
    return known;
}

typedef struct {
    const sb_statement *statement;
    sb_form form;
    sb_constants c; /* all that the form needs */
} objective;

/* The right side at this eta; infinite where one of its conditions fails. */
static double right_side(double eta, const void *data)
{
    const objective *o = data;
    sb_constants c = o->c;
    sb_terms rhs = {0};
    c.eta = eta;
    o->statement->bound(o->form, &c, &rhs);
    for (int i = 0; i < rhs.condition_count; i++)
        if (!rhs.condition[i].holds) return INFINITY;
    return rhs.sum;
}

/* data: the eta of the repaired choice; with mu it is one of those compared, without it is the choice. */
static sb_status propose(sb_context *ctx, const sb_constants *c, double most, const void *data, double *eta)
{
    sb_status st = SB_OK;
    const double repaired = *(const double *)data;
    *eta = fmin(most, repaired);
    if (!sb_rate_contracts(c)) return SB_OK;
    const objective o = {sb_statement_find("a_priori"), SB_FORM_PL, for_comparison(c)};
    SB_TRY(sb_search_least(ctx, right_side, &o, fmin(most, NO_PROGRESS / (c->mu * c->S * c->R)), most, eta));
    if (repaired <= most && right_side(repaired, &o) <= right_side(*eta, &o)) *eta = repaired;
done:
    return st;
}

/* Where Lemma 4.6 sharp is least below `most`. */
static sb_status stationary(sb_context *ctx, const sb_constants *c, double most, double *eta)
{
    const objective o = {sb_statement_find("lemma_4_6"), SB_FORM_SHARP, for_comparison(c)};
    return sb_search_least(ctx, right_side, &o, SMALLEST * most, most, eta);
}

/* The promise if every local step were followed by communication, with as many steps in all: eta anew where the bound decides it. */
static sb_status every_step_communicated(sb_context *ctx, const sb_situation *situation, const sb_constants *c,
                                         const sb_selection *selection, double *bound)
{
    sb_status st = SB_OK;
    sb_selection other = *selection;
    sb_constants *changed = NULL;
    double eta = selection->at.eta, most;
    SB_ALLOC(changed, situation->count);
    for (int i = 0; i < situation->count; i++) {
        changed[i] = c[i];
        changed[i].R = c[i].R * c[i].S;
        changed[i].S = 1.0;
    }
    const sb_constants *tightest = sb_rate_tightest(situation->count, changed);
    SB_TRY(sb_rate_largest(ctx, tightest, &most));
    if (sb_rate_contracts(tightest)) SB_TRY(propose(ctx, tightest, most, &selection->at.eta, &eta));
    for (int i = 0; i < situation->count; i++) changed[i].eta = eta;
    sb_selection_evaluate(situation, changed, &other);
    *bound = other.feasible ? other.promise.sum : NAN;
done:
    sb_free(changed);
    return st;
}

static sb_status explain(sb_context *ctx, const sb_situation *situation, const sb_horizon *horizon, const sb_constants *c,
                         const sb_selection *repaired, sb_selection *selection)
{
    sb_status st = SB_OK;
    const double T = selection->at.T, K = selection->at.K;
    sb_explicit_say(
        selection, 0,
        "initialisation + U is least at T = %.4g with K = %.8g: %.4g + %.4g (repaired, T = %.4g, K = %.8g: %.4g + %.4g)", T, K,
        sb_horizon_initialisation(horizon, T), sb_horizon_fluctuation(horizon, T, K), repaired->at.T, repaired->at.K,
        sb_horizon_initialisation(horizon, repaired->at.T), sb_horizon_fluctuation(horizon, repaired->at.T, repaired->at.K));
    if (situation->K_budget <= SB_LONGEST_GRID) sb_explicit_say(selection, 1, "K = %.8g: all of the budget of evaluations", K);
    else if (isnan(situation->K_budget)) sb_explicit_say(selection, 1, "no budget: K = %.8g as repaired", K);
    else sb_explicit_say(selection, 1, "K = %.8g, the longest grid looked at; the budget is %.8g", K, situation->K_budget);
    if (sb_rate_contracts(c) && c->R * sb_contraction(c) <= 2.0 * NO_PROGRESS)
        sb_explicit_say(selection, 2, "eta = %.4g: training raises the a priori bound; the smaller eta the better",
                        selection->at.eta);
    else if (sb_rate_contracts(c))
        sb_explicit_say(selection, 2, "eta = %.4g: the a priori bound is least after R = %g rounds; %.4g of F0 - F* = %.4g is left",
                        selection->at.eta, selection->at.R, sb_rate_left(c) * (c->F0 - c->Fstar), c->F0 - c->Fstar);
    else {
        double eta;
        SB_TRY(stationary(ctx, c, selection->at.eta, &eta));
        sb_explicit_say(
            selection, 2,
            "eta = %.4g as repaired: without mu no known bound of KL falls with training, so that it would be least without "
            "any; Lemma 4.6's is least at eta = %.4g",
            selection->at.eta, eta);
    }
done:
    return st;
}

/* Said where it would save more than one per cent. */
static void add_communication(double bound, sb_selection *selection)
{
    char *reason = selection->reason[2];
    const size_t used = strlen(reason);
    if (selection->at.S > 1.0 && bound < 0.99 * selection->promise.sum)
        snprintf(reason + used, sizeof selection->reason[2] - used,
                 "; with S = 1, R = %.8g rounds of communication, the bound would be %.4g", selection->at.R * selection->at.S,
                 bound);
}

/* The constants move with the choice: what was to be better may turn out worse. */
static void keep_repaired(const sb_selection *repaired, sb_selection *selection)
{
    const double found = selection->promise.sum;
    *selection = *repaired;
    selection->kind = SB_SELECTION_OPTIMISED;
    sb_explicit_say(selection, 2,
                    "repaired choice kept, eta = %.4g: its bound is %.6g; the minimiser's, at the constants met with it, %.6g",
                    repaired->at.eta, repaired->promise.sum, found);
}

sb_status sb_choose_optimised(sb_context *ctx, const sb_situation *situation, const sb_selection *repaired, sb_selection *selection)
{
    sb_status st = SB_OK;
    const sb_horizon horizon = sb_explicit_horizon(situation);
    const double budget = isnan(situation->K_budget) ? repaired->at.K : situation->K_budget;
    sb_constants *c = NULL;
    double bound;
    *selection = sb_explicit_begin(situation, SB_SELECTION_OPTIMISED);
    SB_ALLOC(c, situation->count);
    selection->at.K = fmin(budget, SB_LONGEST_GRID);
    SB_TRY(sb_horizon_best(ctx, &horizon, selection->at.K, &selection->at.T));
    SB_TRY(sb_rate_settle(ctx, situation, propose, &repaired->at.eta, &selection->at, c));
    sb_explicit_conclude(situation, c, selection);
    if (repaired->feasible && !(selection->feasible && selection->promise.sum <= repaired->promise.sum)) {
        keep_repaired(repaired, selection);
        goto done;
    }
    SB_TRY(explain(ctx, situation, &horizon, c, repaired, selection));
    SB_TRY(every_step_communicated(ctx, situation, c, selection, &bound));
    add_communication(bound, selection);
done:
    sb_free(c);
    return st;
}
