#include "measure/survey.h"

#include "base/memory.h"
#include "base/progress.h"
#include "measure/generated_sample.h"
#include "measure/jackknife.h"

#include <math.h>

/* One number of every replica's quality, made one; at: where it stands in sb_quality. */
static sb_number over(const sb_quality *of, int replicas, size_t at, sb_number *values, double confidence)
{
    for (int p = 0; p < replicas; p++) values[p] = *(const sb_number *)(const void *)((const char *)&of[p] + at);
    return sb_over_replicas(values, replicas, confidence);
}

/* The qualities of all replicas in the place of the first one's. values (replicas) scratch. */
static void join(sb_quality *of, int replicas, sb_number *values, double confidence)
{
    static const size_t numbers[] = {offsetof(sb_quality, frechet.at_n), offsetof(sb_quality, frechet.limit),
                                     offsetof(sb_quality, score)};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        *(sb_number *)(void *)((char *)of + numbers[i]) = over(of, replicas, numbers[i], values, confidence);
    of->frechet.at_n = sb_number_within(of->frechet.at_n, 0.0, INFINITY);
    if (!isnan(of->frechet.limit.value)) of->frechet.limit = sb_number_within(of->frechet.limit, 0.0, INFINITY);
    of->score = sb_number_within(of->score, 1.0, sb_classes_held(of->classes, of->data_share));
    for (int c = 0; c < of->classes; c++) {
        for (int p = 0; p < replicas; p++) values[p] = of[p].share[c];
        of->share[c] = sb_number_within(sb_over_replicas(values, replicas, confidence), 0.0, 1.0);
    }
}

sb_status sb_survey_quality(sb_context *ctx, sb_survey *v)
{
    sb_status st = SB_OK;
    const sb_system *system = v->system;
    const sb_training *t = v->training;
    const int n = system->config->measure.quality_samples, P = t->replicas;
    const double confidence = v->out->confidence;
    sb_quality_reference reference = {0};
    sb_quality *of = NULL;
    sb_number *values = NULL;
    double *y = NULL;
    if (n == 0) return SB_OK;
    SB_TRY(sb_quality_reference_create(ctx, &system->data, system->config->seed, confidence, &reference));
    SB_CALLOC(of, P);
    SB_ALLOC(values, P);
    SB_ALLOC(y, (size_t)n * (size_t)system->data.d);
    for (int p = 0; p < P; p++) {
        st = sb_generated_sample_stage(ctx, system, t->theta + (size_t)p * t->D, n, p, y);
        if (st == SB_OK) st = sb_quality_measure(ctx, &reference, n, y, confidence, &of[p]);
        if (st == SB_ERANGE) { /* a model that leads nowhere has no images to judge; what else was measured stays */
            sb_forgive(ctx);
            st = SB_OK;
            goto done;
        }
        SB_TRY(st);
    }
    join(of, P, values, confidence);
    v->out->quality = of[0];
    of[0] = (sb_quality){.classes = 0};
done:
    for (int p = 0; of && p < P; p++) sb_quality_free(&of[p]);
    sb_free(of);
    sb_free(values);
    sb_free(y);
    sb_quality_reference_free(&reference);
    return st;
}
