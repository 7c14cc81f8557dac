#include "choose/certificate.h"

#include "choose/root.h"

#include <math.h>

static const double LARGEST_DELTA = 1.0 - 1e-6; /* there is hardly any way left from T = 1, and so hardly any loss */
static const double WIDTH = 1e-9;
static const double MOST_STEPS = 1000.0; /* of a grid on which C_1 is integrated */

typedef sb_status (*loss_function)(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, double *loss);

/* The loss at T = 1 as a function of log delta, less what it may be at most. */
typedef struct {
    const sb_situation *situation;
    sb_hyperparameters at;
    loss_function loss;
    double moments, most;
} excess;

static sb_status excess_at(sb_context *ctx, void *state, double log_delta, double *f)
{
    sb_status st = SB_OK;
    excess *e = state;
    e->at.delta = exp(log_delta);
    e->at.K = sb_fixed_point_steps(e->moments, e->at.T, e->at.delta, e->most);
    SB_TRY(e->loss(ctx, e->situation, &e->at, f));
    *f -= e->most;
done:
    return st;
}

static sb_status irreducible(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, double *loss)
{
    sb_hyperparameters near = *at;
    near.K = fmin(at->K, MOST_STEPS);
    return sb_situation_irreducible_loss(ctx, situation, &near, loss);
}

/* NaN where the loss is too large even where hardly any way is left. */
static sb_status smallest_delta(sb_context *ctx, excess *e, double delta, double *found)
{
    sb_status st = SB_OK;
    double f, x, upper;
    *found = delta;
    SB_TRY(excess_at(ctx, e, log(delta), &f));
    if (f <= 0.0) goto done;
    *found = NAN;
    SB_TRY(excess_at(ctx, e, log(LARGEST_DELTA), &f));
    if (f > 0.0) goto done;
    SB_TRY(sb_root_find(ctx, excess_at, e, log(delta), log(LARGEST_DELTA), 0.0, WIDTH, &x, &upper));
    *found = exp(upper);
done:
    return st;
}

sb_status sb_certificate_issue(sb_context *ctx, const sb_situation *situation, const sb_fixed_point *found,
                               sb_certificate *certificate)
{
    sb_status st = SB_OK;
    const double moments = situation->base[0].d + situation->M2_largest, delta = found->at.delta;
    excess e = {situation, found->at, sb_fixed_point_loss, moments, moments * exp(-2.0)};
    *certificate = (sb_certificate){found->F0, e.most, NAN, NAN, NAN};
    if (!situation->config || !found->exists || delta >= LARGEST_DELTA) goto done;
    e.at.T = fmax(1.0, found->at.T);
    SB_TRY(irreducible(ctx, situation, &e.at, &certificate->F0_least));
    e.at.T = 1.0;
    SB_TRY(smallest_delta(ctx, &e, delta, &certificate->delta_model));
    e.loss = irreducible;
    SB_TRY(smallest_delta(ctx, &e, delta, &certificate->delta_perfect));
done:
    return st;
}
