#include "measure/survey.h"

#include "base/memory.h"
#include "measure/grid_steps.h"

#include <math.h>

enum { BATCH = 256 }; /* samples evaluated at once, unless a minibatch of training is larger */

sb_mixture sb_survey_law(const sb_survey *survey, int i)
{
    return i < survey->panel.count ? sb_data_worker(&survey->system->data, survey->panel.n[i])
                                   : sb_data_pooled(&survey->system->data);
}

sb_measured_worker *sb_survey_entry(const sb_survey *survey, int i)
{
    return i < survey->panel.count ? &survey->out->worker[i] : &survey->out->pooled;
}

sb_number sb_over_replicas(const sb_number *values, int replicas, double confidence)
{
    if (replicas == 1) return values[0];
    double mean = 0.0, m2 = 0.0, inner = 0.0, below = 0.0, above = 0.0;
    for (int p = 0; p < replicas; p++) {
        const sb_number *x = &values[p];
        const double delta = x->value - mean, half = 0.5 * (x->hi - x->lo);
        mean += delta / (p + 1);
        m2 += delta * (x->value - mean);
        if (x->status == SB_SAMPLED || x->status == SB_LOWER_ESTIMATE) inner += half * half;
        else below += (x->value - x->lo) / replicas, above += (x->hi - x->value) / replicas;
    }
    sb_number number = sb_number_sampled(mean, m2 / (replicas - 1), (size_t)replicas, confidence);
    inner = sqrt(inner) / replicas; /* half-width that each replica's own sampling leaves on the mean */
    number.lo = fmin(number.lo, mean - inner) - below;
    number.hi = fmax(number.hi, mean + inner) + above;
    return number;
}

sb_status sb_survey_open(sb_context *ctx, const sb_system *system, const sb_training *training, sb_measured *measured,
                         sb_survey *survey)
{
    sb_status st = SB_OK;
    const sb_config *config = system->config;
    const sb_grid *grid = &system->grid;
    const sb_grid_steps steps = sb_grid_steps_of(grid, config->diffusion.sampler);
    *survey = (sb_survey){.system = system, .training = training, .out = measured};
    *measured = (sb_measured){.N = system->data.N,
                              .S = config->train.local_steps,
                              .R = training->done,
                              .D = (double)training->D,
                              .d = system->data.d,
                              .T = grid->T,
                              .K = grid->K,
                              .kappa = grid->kappa,
                              .delta = grid->delta,
                              .eta = training->eta,
                              .replicas = training->replicas,
                              .h = steps.h,
                              .step2 = steps.step2,
                              .sampler_bias = sb_number_unknown(),
                              .confidence = config->measure.confidence,
                              .adam = config->train.optimiser == SB_OPTIMISER_ADAM,
                              .mu = sb_number_unknown(),
                              .Fstar = sb_number_unknown(),
                              .theta2 = sb_number_unknown(),
                              .prune2 = sb_number_unknown(),
                              .G = sb_number_unknown()};
    if (!isnan(steps.sampler_bias)) measured->sampler_bias = sb_number_exact(steps.sampler_bias);
    SB_TRY(sb_panel_create(ctx, system, &survey->panel));
    SB_TRY(sb_scratch_create(ctx, system, config->train.batch > BATCH ? config->train.batch : BATCH, &survey->scratch));
    measured->identical = survey->panel.identical;
    measured->worker_count = survey->panel.count;
    SB_CALLOC(measured->worker, survey->panel.count);
done:
    return st;
}

void sb_survey_close(sb_survey *survey)
{
    for (int i = 0; survey->exact && i <= survey->panel.count; i++) sb_exact_free(&survey->exact[i]);
    sb_free(survey->exact);
    sb_scratch_free(&survey->scratch);
    sb_panel_free(&survey->panel);
    *survey = (sb_survey){0};
}

/* What training itself counted, how far it moved and how large its parameters were. */
sb_status sb_survey_counts(sb_context *ctx, sb_survey *v)
{
    sb_status st = SB_OK;
    const sb_training *t = v->training;
    sb_measured *out = v->out;
    const int P = t->replicas;
    double w2 = 0.0, prune2 = 0.0, uncovered = 0.0, *moved = NULL, *size2;
    int32_t least = v->system->data.N;
    SB_ALLOC(moved, 2 * (size_t)P);
    size2 = moved + P;
    for (int p = 0; p < P; p++) {
        double square = 0.0;
        for (size_t i = 0; i < t->D; i++) {
            const double step = t->theta[(size_t)p * t->D + i] - t->theta0[i];
            square += step * step;
        }
        moved[p] = sqrt(square);
        size2[p] = t->theta2[p] / t->done;
        w2 = fmax(w2, t->w2[p]);
        prune2 = fmax(prune2, t->prune2[p]);
        least = t->least[p] < least ? t->least[p] : least;
        uncovered += t->uncovered[p];
    }
    out->w2 = sb_number_exact(w2);
    out->Gamma = sb_number_exact(least);
    out->uncovered = sb_number_exact(uncovered);
    out->prune2 = sb_number_exact(prune2);
    out->dtheta = P == 1 ? sb_number_exact(moved[0]) : sb_number_from_values(moved, (size_t)P, out->confidence);
    if (t->done > 0) out->theta2 = P == 1 ? sb_number_exact(size2[0]) : sb_number_from_values(size2, (size_t)P, out->confidence);
done:
    sb_free(moved);
    return st;
}
