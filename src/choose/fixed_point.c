#include "choose/fixed_point.h"

#include "choose/root.h"

#include <math.h>

enum { LONGEST_LOOK = 100000, FIRST_STEPS = 100, MOST_STEPS = 200 };

static const double SMALL = 1e-14;       /* of the equation for T, whose slope is at least 1 */
static const double MOST_COUNTED = 1e15; /* steps: beyond, a double does not tell one from the next */
static const double NOTHING = 1e-9;      /* of delta: where T would have to be nearer to delta, there is none */

double sb_fixed_point_steps(double moments, double T, double delta, double F0)
{
    const double span = T + log(1.0 / delta);
    return ceil(moments * span * span / F0);
}

sb_status sb_fixed_point_loss(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, double *F0)
{
    sb_hyperparameters near = *at;
    near.grid = SB_GRID_KAPPA;
    near.K = fmin(at->K, LONGEST_LOOK);
    return sb_situation_initial_loss(ctx, situation, &near, F0);
}

/* The equation for T at a given number of steps. */
typedef struct {
    const sb_situation *situation;
    sb_hyperparameters at; /* T: where it was looked at last */
    double moments, F0;    /* F0 there */
} equation;

static double wanted(const equation *e)
{
    return 0.5 * log(e->moments / e->F0);
}

static sb_status residual(sb_context *ctx, void *state, double T, double *f)
{
    equation *e = state;
    e->at.T = T;
    const sb_status st = sb_fixed_point_loss(ctx, e->situation, &e->at, &e->F0);
    *f = T - wanted(e);
    return st;
}

/* low < T < high from one guess: as the wanted T falls with T, the guess and what is wanted there lie on either side of the root.
 * *low = delta if there is none. */
static sb_status bracket(sb_context *ctx, equation *e, double guess, double *low, double *high)
{
    sb_status st = SB_OK;
    const double delta = e->at.delta;
    double f;
    *low = *high = guess;
    SB_TRY(residual(ctx, e, guess, &f));
    if (f < 0.0) {
        *high = wanted(e) * (1.0 + 1e-9);
        goto done;
    }
    *low = wanted(e);
    if (*low > delta * (1.0 + NOTHING)) *low -= 1e-9 * (*low - delta);
    else *low = delta + 0.25 * (guess - delta);
    for (;;) {
        SB_TRY(residual(ctx, e, *low, &f));
        if (f < 0.0) break;
        *high = *low;
        *low = delta + 0.25 * (*low - delta);
        if (*low <= delta * (1.0 + NOTHING)) {
            *low = delta;
            break;
        }
    }
done:
    return st;
}

/* T at e->at.K into e->at.T, F0 there into e->F0; delta if no T > delta will do. */
static sb_status solve(sb_context *ctx, equation *e, double guess)
{
    sb_status st = SB_OK;
    double low, high, T, f;
    if (!e->situation->config) { /* F0 is what it is */
        e->F0 = e->situation->base[0].F0;
        e->at.T = wanted(e);
        goto done;
    }
    SB_TRY(bracket(ctx, e, guess, &low, &high));
    e->at.T = low;
    if (low <= e->at.delta) goto done;
    SB_TRY(sb_root_find(ctx, residual, e, low, high, SMALL, SMALL, &T, NULL));
    SB_TRY(residual(ctx, e, T, &f));
    for (int i = 0; i < 3 && f < 0.0; i++) SB_TRY(residual(ctx, e, wanted(e), &f)); /* T is not to be below what is wanted at T */
done:
    return st;
}

static int has_grid(const equation *e)
{
    return isfinite(e->at.T) && e->at.T > e->at.delta;
}

sb_status sb_fixed_point_find(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, sb_fixed_point *found)
{
    sb_status st = SB_OK;
    equation e = {.situation = situation, .at = *at, .moments = situation->base[0].d + situation->M2_largest};
    double guess = fmax(1.0, 2.0 * at->delta), low = 0.0, K = FIRST_STEPS; /* low: too few steps */
    e.at.grid = SB_GRID_KAPPA;
    *found = (sb_fixed_point){.at = e.at};
    found->at.K = INFINITY; /* the smallest number of steps known to do */
    for (int step = 0; found->at.K - low > 1.0; step++) {
        SB_REQUIRE(step < MOST_STEPS, SB_ECONV, "no number of steps found for Remark 4.12: between %g and %g", low, found->at.K);
        e.at.K = K;
        SB_TRY(solve(ctx, &e, guess));
        const double needed = has_grid(&e) ? sb_fixed_point_steps(e.moments, e.at.T, e.at.delta, e.F0) : NAN;
        if (!(needed < MOST_COUNTED)) {
            *found = (sb_fixed_point){.at = e.at, .F0 = e.F0};
            found->at.K = needed;
            found->at.kappa = NAN;
            goto done;
        }
        guess = e.at.T;
        if (needed > K) { /* as less is needed where K is larger, `needed` will do */
            low = K, K = fmin(needed, floor(0.5 * (low + found->at.K)));
            continue;
        }
        *found = (sb_fixed_point){.at = e.at, .F0 = e.F0, .exists = K <= SB_LONGEST_GRID};
        low = fmax(low, needed - 1.0);
        K = low + 1.0 == needed ? needed : floor(0.5 * (low + K));
    }
    found->at.kappa = (found->at.T + log(1.0 / found->at.delta)) / found->at.K;
done:
    return st;
}
