#include "choose/pilot.h"

#include "measure/initial_loss.h"

#include <math.h>

sb_status sb_pilot_run(sb_context *ctx, const sb_system *system, double eta, int rounds, sb_pilot *pilot)
{
    sb_status st = SB_OK;
    *pilot = (sb_pilot){0};
    SB_TRY(sb_training_create(ctx, system, 1, eta, &pilot->training));
    SB_TRY(sb_training_run(ctx, system, &pilot->training, rounds, NULL, NULL));
    SB_TRY(sb_survey_open(ctx, system, &pilot->training, &pilot->measured, &pilot->survey));
    SB_TRY(sb_survey_counts(ctx, &pilot->survey));
    SB_TRY(sb_survey_curvature(ctx, &pilot->survey));
done:
    if (st != SB_OK) sb_pilot_free(pilot);
    return st;
}

sb_status sb_pilot_complete(sb_context *ctx, sb_pilot *pilot)
{
    sb_status st = SB_OK;
    SB_TRY(sb_survey_laws(ctx, &pilot->survey));
    SB_TRY(sb_survey_chains(ctx, &pilot->survey));
    SB_TRY(sb_survey_gradients(ctx, &pilot->survey));
done:
    return st;
}

void sb_pilot_free(sb_pilot *pilot)
{
    sb_survey_close(&pilot->survey);
    sb_training_free(&pilot->training);
    sb_measured_free(&pilot->measured);
}

double sb_pilot_proposal(double limit)
{
    return 0.92 * limit;
}

int sb_pilot_accepts(double eta, double limit)
{
    return eta <= 0.97 * limit;
}

sb_status sb_pilot_movement(sb_context *ctx, const sb_system *system, double eta, double *F0, double *FR, double *dtheta)
{
    sb_status st = SB_OK;
    const sb_config *config = system->config;
    const sb_mixture pooled = sb_data_pooled(&system->data);
    sb_training training = {0};
    sb_number before, after;
    double square = 0.0;
    SB_TRY(sb_training_create(ctx, system, 1, eta, &training));
    SB_TRY(sb_training_run(ctx, system, &training, config->train.rounds, NULL, NULL));
    SB_TRY(sb_loss_at(ctx, system, &pooled, training.theta0, config->measure.chain_samples, &before));
    SB_TRY(sb_loss_at(ctx, system, &pooled, training.theta, config->measure.chain_samples, &after));
    for (size_t i = 0; i < training.D; i++) {
        const double step = training.theta[i] - training.theta0[i];
        square += step * step;
    }
    *F0 = before.value, *FR = after.value, *dtheta = sqrt(square);
done:
    sb_training_free(&training);
    return st;
}
