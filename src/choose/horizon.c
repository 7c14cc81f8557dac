#include "choose/horizon.h"

#include "choose/search.h"
#include "choose/situation.h"
#include "diffusion/grid.h"

#include <math.h>

/* Beyond the T at which initialisation is this small for each dimension, U alone counts, and grows with T. */
static const double NEGLIGIBLE = 1e-20;

double sb_horizon_initialisation(const sb_horizon *horizon, double T)
{
    const sb_constants c = {.T = T, .d = horizon->d, .M2 = horizon->M2};
    return sb_initialisation_bound(&c);
}

/* Lambda = log s(delta)/s(T), s(u) = e^-2u/sigma_u^2. */
static double log_snr_gained(const sb_horizon *horizon, double T)
{
    return 2.0 * (T - horizon->delta) + log(sb_ou_variance(T) / sb_ou_variance(horizon->delta));
}

/* w_k is the same for all k, so that only w_0 counts apart from sum (e_k - w_k).                      (THEORY 2, Lemma 4.5 sharp) */
double sb_horizon_fluctuation(const sb_horizon *horizon, double T, double K)
{
    const double e = log_snr_gained(horizon, T) / K, w = -expm1(-e);
    return 0.5 * horizon->d * K * (e - w) + 0.5 * w * fmin(horizon->d, sb_snr(T) * horizon->M2);
}

typedef struct {
    const sb_horizon *horizon;
    double limit, K;
} search;

static double initialisation_above(double T, const void *data)
{
    const search *s = data;
    return sb_horizon_initialisation(s->horizon, T) - s->limit;
}

static double both(double T, const void *data)
{
    const search *s = data;
    return sb_horizon_initialisation(s->horizon, T) + sb_horizon_fluctuation(s->horizon, T, s->K);
}

sb_status sb_horizon_shortest(sb_context *ctx, const sb_horizon *horizon, double limit, double *T)
{
    sb_status st = SB_OK;
    const search s = {.horizon = horizon, .limit = limit};
    const double least = SB_SHORTEST_HORIZON * horizon->delta;
    double most = fmax(1.0, 2.0 * least);
    *T = least;
    SB_REQUIRE(limit > 0.0 && isfinite(horizon->M2), SB_EDOM, "no horizon brings initialisation down to %g nats with M2 = %g",
               limit, horizon->M2);
    while (initialisation_above(most, &s) > 0.0) most *= 2.0;
    if (initialisation_above(least, &s) > 0.0) SB_TRY(sb_search_crossing(ctx, initialisation_above, &s, least, most, T));
done:
    return st;
}

double sb_horizon_steps(const sb_horizon *horizon, double T, double limit)
{
    double few = 0.0, enough = 1.0; /* few are too few */
    while (!(sb_horizon_fluctuation(horizon, T, enough) <= limit)) {
        if (enough >= SB_LONGEST_GRID) return NAN;
        few = enough;
        enough = fmin(2.0 * enough, SB_LONGEST_GRID);
    }
    while (enough - few > 1.0) {
        const double middle = floor(0.5 * (few + enough));
        if (sb_horizon_fluctuation(horizon, T, middle) <= limit) enough = middle;
        else few = middle;
    }
    return enough;
}

sb_status sb_horizon_best(sb_context *ctx, const sb_horizon *horizon, double K, double *T)
{
    sb_status st = SB_OK;
    const search s = {.horizon = horizon, .K = K};
    double most;
    SB_TRY(sb_horizon_shortest(ctx, horizon, NEGLIGIBLE * horizon->d, &most));
    SB_TRY(sb_search_least(ctx, both, &s, SB_SHORTEST_HORIZON * horizon->delta, most, T));
done:
    return st;
}

/* Whether K steps do with the best T for them. */
static sb_status suffices(sb_context *ctx, const sb_horizon *horizon, double limit, double K, int *yes)
{
    sb_status st = SB_OK;
    const search s = {.horizon = horizon, .K = K};
    double T;
    SB_TRY(sb_horizon_best(ctx, horizon, K, &T));
    *yes = both(T, &s) <= limit;
done:
    return st;
}

sb_status sb_horizon_needed(sb_context *ctx, const sb_horizon *horizon, double limit, double *K)
{
    sb_status st = SB_OK;
    double few = 0.0, enough = 1.0;
    int yes;
    *K = NAN;
    for (;;) {
        SB_TRY(suffices(ctx, horizon, limit, enough, &yes));
        if (yes) break;
        if (enough >= SB_LONGEST_GRID) goto done;
        few = enough;
        enough = fmin(2.0 * enough, SB_LONGEST_GRID);
    }
    while (enough - few > 1.0) {
        const double middle = floor(0.5 * (few + enough));
        SB_TRY(suffices(ctx, horizon, limit, middle, &yes));
        if (yes) enough = middle;
        else few = middle;
    }
    *K = enough;
done:
    return st;
}
