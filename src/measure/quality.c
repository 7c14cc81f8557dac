#include "measure/quality.h"

#include "base/memory.h"
#include "measure/jackknife.h"

#include <math.h>
#include <string.h>

_Static_assert(SB_QUALITY_LEAST >= 2 * SB_JACKKNIFE_GROUPS, "what the jackknife needs");

void sb_quality_reference_free(sb_quality_reference *reference)
{
    sb_classifier_free(&reference->classifier);
    sb_feature_law_free(&reference->law);
    sb_free(reference->share);
    *reference = (sb_quality_reference){0};
}

sb_status sb_quality_reference_create(sb_context *ctx, const sb_data *data, uint64_t seed, double confidence,
                                      sb_quality_reference *reference)
{
    sb_status st = SB_OK;
    sb_labelled points = {0};
    double *features = NULL, *p = NULL;
    *reference = (sb_quality_reference){0};
    SB_TRY(sb_labelled_create(ctx, data, seed, &points));
    SB_TRY(sb_classifier_train(ctx, &points, seed, confidence, &reference->classifier));
    const int F = reference->classifier.features;
    SB_ALLOC(features, (size_t)points.count * (size_t)F);
    SB_ALLOC(p, (size_t)points.count * (size_t)points.classes);
    SB_TRY(sb_classifier_apply(ctx, &reference->classifier, points.count, points.x, features, p));
    SB_TRY(sb_feature_law_fit(ctx, points.count, F, features, points.weight, &reference->law));
    reference->count = points.count;
    reference->score = sb_classifier_score_weighted(points.count, points.classes, p, points.weight);
    reference->share = points.share;
    points.share = NULL;
done:
    sb_labelled_free(&points);
    sb_free(features);
    sb_free(p);
    if (st != SB_OK) sb_quality_reference_free(reference);
    return st;
}

void sb_quality_free(sb_quality *quality)
{
    sb_free(quality->share);
    sb_free(quality->data_share);
    *quality = (sb_quality){.classes = 0};
}

static sb_status shares(sb_context *ctx, int n, int classes, const double *p, double confidence, sb_number *share)
{
    sb_status st = SB_OK;
    int *hits = NULL;
    SB_CALLOC(hits, classes);
    for (size_t i = 0; i < (size_t)n; i++) hits[sb_likeliest(classes, p + i * (size_t)classes)]++;
    for (int c = 0; c < classes; c++) share[c] = sb_number_share(hits[c], n, confidence);
done:
    sb_free(hits);
    return st;
}

sb_status sb_quality_measure(sb_context *ctx, const sb_quality_reference *reference, int n, const double *y, double confidence,
                             sb_quality *result)
{
    sb_status st = SB_OK;
    const sb_classifier *classifier = &reference->classifier;
    const int classes = classifier->classes;
    sb_quality q = {.classes = classes, .given = result->given, .accuracy = classifier->accuracy};
    double *features = NULL, *p = NULL;
    SB_REQUIRE(n >= SB_QUALITY_LEAST, SB_EDIM, "%d generated points are too few to judge; it takes %d", n, SB_QUALITY_LEAST);
    SB_ALLOC(features, (size_t)n * (size_t)classifier->features);
    SB_ALLOC(p, (size_t)n * (size_t)classes);
    SB_ALLOC(q.share, classes);
    SB_ALLOC(q.data_share, classes);
    SB_TRY(sb_classifier_apply(ctx, classifier, n, y, features, p));
    for (size_t i = 0; i < (size_t)n * (size_t)classifier->features; i++)
        SB_REQUIRE(fabs(features[i]) < SB_LARGEST_FEATURE, SB_ERANGE, "generated point %zu lies too far out to be judged",
                   i / (size_t)classifier->features);
    SB_TRY(sb_frechet_measure(ctx, &reference->law, n, features, confidence, &q.frechet));
    SB_TRY(shares(ctx, n, classes, p, confidence, q.share));
    q.frechet.reference = reference->count;
    q.score = sb_number_within(sb_classifier_score(n, classes, p, confidence), 1.0, sb_classes_held(classes, reference->share));
    q.data_score = sb_number_exact(reference->score);
    memcpy(q.data_share, reference->share, (size_t)classes * sizeof *q.data_share);
    sb_quality_free(result);
    *result = q;
done:
    if (st != SB_OK) sb_quality_free(&q);
    sb_free(features);
    sb_free(p);
    return st;
}
