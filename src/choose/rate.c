#include "choose/rate.h"

#include "choose/pilot.h"
#include "choose/search.h"

#include <math.h>

int sb_rate_contracts(const sb_constants *c)
{
    return c->mu > 0.0 && !isnan(c->Fstar);
}

const sb_constants *sb_rate_tightest(int count, const sb_constants *c)
{
    const sb_constants *tightest = c;
    for (int i = 1; i < count; i++)
        if (sb_rate_limit(&c[i]) < sb_rate_limit(tightest)) tightest = &c[i];
    return tightest;
}

static double alpha_at(double eta, const void *data)
{
    sb_constants c = *(const sb_constants *)data;
    double alpha;
    c.eta = eta;
    sb_psi(&c, &alpha);
    return alpha;
}

/* eta alpha: the progress of a step, to be as large as possible. */
static double lost_progress(double eta, const void *data)
{
    return -eta * alpha_at(eta, data);
}

/* With x = eta S L: alpha <= 1/2 - 2x < 0 from x = 1/4 on; alpha > 0 as long as 2x and Q <= 1.01 (4/3) nu x^2 are small. */
static sb_status bracket(sb_context *ctx, const sb_constants *c, double *lo, double *hi)
{
    sb_status st = SB_OK;
    const double unit = 1.0 / (c->S * c->L), nu = fmax(c->N / c->Gamma, 1.0);
    *lo = 1e-3 * unit / sqrt(nu);
    *hi = 0.26 * unit;
    SB_REQUIRE(*lo > 0.0 && isfinite(*hi), SB_ECONV, "no learning rate can be found at L = %g, S = %g, Gamma* = %g, N = %g", c->L,
               c->S, c->Gamma, c->N);
done:
    return st;
}

sb_status sb_rate_largest(sb_context *ctx, const sb_constants *c, double *eta)
{
    sb_status st = SB_OK;
    *eta = sb_rate_limit(c);
    if (sb_rate_contracts(c)) {
        double lo, hi;
        SB_TRY(bracket(ctx, c, &lo, &hi));
        SB_TRY(sb_search_crossing(ctx, alpha_at, c, lo, hi, eta));
    }
    SB_REQUIRE(*eta > 0.0 && isfinite(*eta), SB_ECONV, "no learning rate is admissible at L = %g, S = %g, Gamma* = %g: limit %g",
               c->L, c->S, c->Gamma, *eta);
done:
    return st;
}

double sb_rate_left(const sb_constants *c)
{
    return exp(c->R * log1p(-sb_contraction(c)));
}

double sb_rate_steps(const sb_constants *c, double share)
{
    const double rounds = log(share) / log1p(-sb_contraction(c));
    return rounds > 0.0 ? c->S * ceil(rounds * (1.0 - 1e-12)) : INFINITY;
}

/* The eta that contracts fastest. */
static sb_status fastest(sb_context *ctx, const sb_constants *c, double *eta)
{
    sb_status st = SB_OK;
    double lo, hi;
    SB_TRY(bracket(ctx, c, &lo, &hi));
    SB_TRY(sb_search_least(ctx, lost_progress, c, lo, hi, eta));
done:
    return st;
}

typedef struct {
    const sb_constants *c;
    double share;
} goal;

static double excess(double eta, const void *data)
{
    const goal *g = data;
    sb_constants c = *g->c;
    c.eta = eta;
    return c.R * log1p(-sb_contraction(&c)) - log(g->share);
}

sb_status sb_rate_reaching(sb_context *ctx, const sb_constants *c, double share, double *eta)
{
    sb_status st = SB_OK;
    const goal g = {c, share};
    SB_TRY(fastest(ctx, c, eta));
    if (excess(*eta, &g) <= 0.0) {
        /* alpha <= 1/2, so at `least` no more than q = log(1/share)/(2R) is gone in a round, and log(1-q) >= -2q */
        const double most = *eta, least = 0.5 * log(1.0 / share) / (c->R * c->mu * c->S);
        SB_TRY(sb_search_crossing(ctx, excess, &g, least, most, eta));
    }
done:
    return st;
}

static sb_status pilot(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, sb_constants *c)
{
    sb_status st = SB_OK;
    SB_TRY(sb_situation_pilot(ctx, situation, at, c));
    for (int i = 0; i < situation->count; i++)
        SB_REQUIRE(c[i].Gamma >= 1.0, SB_EUSER,
                   "pruning: error: no learning rate can be chosen, for in a pilot run some parameter was kept by no worker; raise "
                   "pruning.keep");
done:
    return st;
}

sb_status sb_rate_settle(sb_context *ctx, const sb_situation *situation, sb_rate_proposal rule, const void *data,
                         sb_hyperparameters *at, sb_constants *c)
{
    sb_status st = SB_OK;
    const int pilots = situation->config ? SB_MOST_PILOTS : 0;
    const sb_constants *tightest;
    double most;
    SB_TRY(sb_situation_laws(ctx, situation, at, c));
    tightest = sb_rate_tightest(situation->count, c);
    SB_TRY(sb_rate_largest(ctx, tightest, &most));
    for (int tried = 0; tried < pilots; tried++) {
        SB_TRY(rule(ctx, tightest, sb_pilot_proposal(most), data, &at->eta));
        SB_TRY(pilot(ctx, situation, at, c));
        tightest = sb_rate_tightest(situation->count, c);
        SB_TRY(sb_rate_largest(ctx, tightest, &most));
        if (sb_pilot_accepts(at->eta, most)) goto done;
    }
    SB_REQUIRE(pilots == 0, SB_ECONV,
               "no learning rate met its own limit in %d pilot runs (the last: eta = %g, limit %g at L = %g)", SB_MOST_PILOTS,
               at->eta, most, tightest->L);
    SB_TRY(rule(ctx, tightest, most, data, &at->eta));
    for (int i = 0; i < situation->count; i++) c[i].eta = at->eta;
done:
    return st;
}
