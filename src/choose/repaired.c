/* repaired.c: the repaired choice. Half of the target goes to the score, a quarter each to initialisation and to U. */
#include "choose/explicit.h"

#include "base/memory.h"
#include "choose/rate.h"

#include <math.h>

static sb_status choose_horizon(sb_context *ctx, const sb_horizon *horizon, double share, sb_selection *selection)
{
    sb_status st = SB_OK;
    double *T = &selection->at.T;
    SB_TRY(sb_horizon_shortest(ctx, horizon, share, T));
    const double cost = sb_horizon_initialisation(horizon, *T);
    if (*T > SB_SHORTEST_HORIZON * horizon->delta)
        sb_explicit_say(
            selection, 0,
            "T = %.4g is the smallest with initialisation %.4g <= %.4g, a quarter of the target (Lemma 4.10, d = %g, M2 = %.4g)",
            *T, cost, share, horizon->d, horizon->M2);
    else
        sb_explicit_say(
            selection, 0,
            "T = %.4g = %g delta, the shortest looked at: initialisation is %.4g there, a quarter of the target is %.4g", *T,
            SB_SHORTEST_HORIZON, cost, share);
done:
    return st;
}

static void choose_steps(const sb_horizon *horizon, double budget, double share, sb_selection *selection)
{
    const double wanted = sb_horizon_steps(horizon, selection->at.T, share), most = fmin(budget, SB_LONGEST_GRID);
    const double K = fmin(wanted, most), U = sb_horizon_fluctuation(horizon, selection->at.T, K);
    selection->at.K = K;
    if (wanted <= most)
        sb_explicit_say(selection, 1,
                        "K = %.8g is the smallest with U = %.4g <= %.4g, a quarter of the target, on the log-snr grid", K, U,
                        share);
    else if (wanted <= SB_LONGEST_GRID)
        sb_explicit_say(selection, 1,
                        "budget of %.8g evaluations: U = %.4g; U <= %.4g, a quarter of the target, would take K = %.8g", K, U,
                        share, wanted);
    else
        sb_explicit_say(selection, 1, "%s of %.8g evaluations: U = %.4g; U <= %.4g, a quarter of the target, would take K > %.8g",
                        budget <= SB_LONGEST_GRID ? "budget" : "longest grid", K, U, share, SB_LONGEST_GRID);
}

/* Without mu nothing falls with training at a known rate: as fast as Lemma 4.6 admits. With mu: until `nats` are left of F0 - F*, or
 * half of it where that is less. */
static double share_to_leave(const sb_constants *c, double nats)
{
    return nats < 0.5 * (c->F0 - c->Fstar) ? nats / (c->F0 - c->Fstar) : 0.5;
}

static sb_status propose(sb_context *ctx, const sb_constants *c, double most, const void *data, double *eta)
{
    sb_status st = SB_OK;
    *eta = most;
    if (sb_rate_contracts(c)) SB_TRY(sb_rate_reaching(ctx, c, share_to_leave(c, *(const double *)data), eta));
done:
    return st;
}

static void explain_rate(const sb_constants *c, double nats, sb_selection *selection)
{
    const double share = sb_rate_contracts(c) ? share_to_leave(c, nats) : NAN, left = sb_rate_left(c), above = c->F0 - c->Fstar;
    if (!sb_rate_contracts(c))
        sb_explicit_say(
            selection, 2,
            "Lemma 4.6: eta = %.4g within its limit %.4g at L = %.4g, S = %g, N/Gamma* = %.4g; without mu no rate is known", c->eta,
            sb_rate_limit(c), c->L, c->S, c->N / c->Gamma);
    else if (left <= share * (1.0 + 1e-6))
        sb_explicit_say(
            selection, 2,
            "eta = %.4g is the smallest with which %g rounds of S = %g leave %.4g of F0 - F* = %.4g (mu = %.4g, L = %.4g)", c->eta,
            c->R, c->S, left * above, above, c->mu, c->L);
    else
        sb_explicit_say(selection, 2,
                        "R*S = %.8g steps are too few: eta = %.4g contracts fastest and leaves %.4g of F0 - F* = %.4g; %.4g would "
                        "take R*S = %.8g",
                        c->R * c->S, c->eta, left * above, above, share * above, sb_rate_steps(c, share));
}

sb_status sb_choose_repaired(sb_context *ctx, const sb_situation *situation, double target, sb_selection *selection)
{
    sb_status st = SB_OK;
    const sb_horizon horizon = sb_explicit_horizon(situation);
    const double share = 0.25 * target;
    sb_constants *c = NULL;
    *selection = sb_explicit_begin(situation, SB_SELECTION_REPAIRED);
    SB_REQUIRE(target > 0.0 && isfinite(target), SB_EDOM, "the target must be a positive number of nats, not %g", target);
    SB_ALLOC(c, situation->count);
    SB_TRY(choose_horizon(ctx, &horizon, share, selection));
    choose_steps(&horizon, situation->K_budget, share, selection);
    SB_TRY(sb_rate_settle(ctx, situation, propose, &share, &selection->at, c));
    explain_rate(sb_rate_tightest(situation->count, c), share, selection);
    sb_explicit_conclude(situation, c, selection);
done:
    sb_free(c);
    return st;
}
