/* by_hand.c: a situation of which constants were given: all that are needed, none that is to be chosen, no two at odds. */
#include "choose/situation.h"

#include "base/memory.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>

enum { LONGEST_LIST = 900 };

static const double LARGEST = 1e120;   /* of a constant; 1 over it is the smallest */
static const double ROUNDING = 1e-12; /* of C1: what a sum that is 0 may come to */

static const char *const NEEDED[] = {"N", "S", "R", "d", "delta", "L", "w2", "sigma1", "sigma2", "Gamma", "F0", "M2"};
static const char *const CHOSEN[] = {"T", "kappa", "eta"};

/* Those names of a list whose constants are given (or are not), "A (meaning), B (meaning) and C (meaning)", in text (LONGEST_LIST). */
static int list_names(const sb_constants *c, const char *const *names, int count, int given, char *text)
{
    const sb_constant_info *found[sizeof NEEDED / sizeof *NEEDED];
    int listed = 0;
    size_t used = 0;
    for (int i = 0; i < count; i++) {
        const sb_constant_info *row = sb_constant_find(names[i]);
        if (isnan(sb_constant_get(c, row)) != given) found[listed++] = row;
    }
    text[0] = '\0';
    for (int i = 0; i < listed && used < LONGEST_LIST; i++)
        used += (size_t)snprintf(text + used, LONGEST_LIST - used, "%s%s (%s)",
                                 i == 0            ? ""
                                 : i == listed - 1 ? " and "
                                                   : ", ",
                                 found[i]->name, found[i]->meaning);
    return listed;
}

static sb_status check_names(sb_context *ctx, const sb_constants *c)
{
    sb_status st = SB_OK;
    char text[LONGEST_LIST];
    const int chosen = list_names(c, CHOSEN, sizeof CHOSEN / sizeof *CHOSEN, 1, text);
    SB_REQUIRE(!chosen, SB_EUSER, "--set: error: choose finds %s; leave %s out", text, chosen == 1 ? "it" : "them");
    SB_REQUIRE(!list_names(c, NEEDED, sizeof NEEDED / sizeof *NEEDED, 0, text), SB_EUSER, "--set: error: choose needs %s, too",
               text);
    SB_REQUIRE(isnan(c->mu) == isnan(c->Fstar), SB_EUSER, "--set: error: %s = %g is given without %s: they belong together",
               isnan(c->mu) ? "Fstar" : "mu", isnan(c->mu) ? c->Fstar : c->mu, isnan(c->mu) ? "mu" : "Fstar");
done:
    return st;
}

/* What F_n + C1 of the worker is at most at the minimiser of F nearest to theta_0, which is within sqrt(2 (F0 - F*)/mu): a mean square, so not
 * negative (Lemma 4.8; theory.md, sections 5 and 13). The score part of the a priori bound is never below it. NaN where mu is unknown. */
static double score_at_best(const sb_constants *c)
{
    const double drift = c->sigma2 > 0.0 ? c->sigma2 * sqrt(2.0 / c->mu) * sqrt(c->F0 - c->Fstar) : 0.0;
    return fabs(c->Fn0 - c->F0) + drift + c->Fstar + c->C1;
}

/* Products of a few constants stay within the range of double. */
static sb_status check_sizes(sb_context *ctx, const sb_constants *c)
{
    sb_status st = SB_OK;
    for (unsigned i = 0; i < sb_constant_count; i++) {
        const double x = fabs(sb_constant_get(c, &sb_constant_table[i]));
        SB_REQUIRE(!(x > LARGEST) && !(x > 0.0 && x < 1.0 / LARGEST), SB_EUSER,
                   "--set: error: %s = %g: choose looks at sizes from %g to %g, and at 0", sb_constant_table[i].name,
                   sb_constant_get(c, &sb_constant_table[i]), 1.0 / LARGEST, LARGEST);
    }
done:
    return st;
}

/* NaN, a constant that was not given, contradicts nothing. */
static sb_status check_values(sb_context *ctx, const sb_constants *c)
{
    sb_status st = SB_OK;
    SB_REQUIRE(c->delta > 0.0, SB_EUSER, "--set: error: delta = %g: the grid must end at some delta > 0", c->delta);
    SB_REQUIRE(c->R >= 1.0, SB_EUSER, "--set: error: R = %g: choose needs at least one round of training", c->R);
    SB_REQUIRE(c->Gamma >= 1.0, SB_EUSER, "--set: error: Gamma = %g: some parameter would be trained by no worker", c->Gamma);
    SB_REQUIRE(c->d <= INT_MAX, SB_EUSER, "--set: error: d = %g: dimensions up to %d are looked at", c->d, INT_MAX);
    SB_REQUIRE(!(c->Gamma > c->N), SB_EUSER,
               "--set: error: Gamma = %g contradicts N = %g: no parameter is kept by more workers than there are", c->Gamma, c->N);
    SB_REQUIRE(!(c->Fstar > c->F0), SB_EUSER,
               "--set: error: Fstar = %g contradicts F0 = %g: the smallest loss cannot be above the initial one", c->Fstar, c->F0);
    SB_REQUIRE(!(c->mu > c->L), SB_EUSER, "--set: error: mu = %g contradicts L = %g: no curvature is above the largest", c->mu,
               c->L);
    SB_REQUIRE(!(c->Fn0 + c->C1 < 0.0), SB_EUSER,
               "--set: error: Fn0 = %g contradicts C1 = %g: their sum is a mean square, not negative (Lemma 4.8)", c->Fn0, c->C1);
    SB_REQUIRE(
        !(c->mu > 0.0 && score_at_best(c) < ROUNDING * c->C1), SB_EUSER,
        "--set: error: Fstar = %g contradicts C1 = %g: where F is least, this worker's loss and C1 add up to a mean square, but "
        "they come to %g at most",
        c->Fstar, c->C1, score_at_best(c));
done:
    return st;
}

sb_status sb_situation_by_hand(sb_context *ctx, const sb_constants *given, sb_situation *situation)
{
    sb_status st = SB_OK;
    *situation = (sb_situation){.count = 1, .K_budget = given->K, .steps_budget = given->R * given->S, .M2_largest = given->M2};
    SB_TRY(check_names(ctx, given));
    SB_TRY(check_sizes(ctx, given));
    SB_TRY(check_values(ctx, given));
    SB_ALLOC(situation->n, 1);
    SB_ALLOC(situation->base, 1);
    situation->n[0] = -1;
    situation->base[0] = *given;
done:
    if (st != SB_OK) sb_situation_free(situation);
    return st;
}
