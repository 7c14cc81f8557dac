/* quality.h: how good generated images are, judged by a classifier that is trained on the labelled data (classifier.h).
 *
 * Both numbers have the formulas of FID and of the Inception Score, and neither has their values: the features and probabilities are those
 * of the package's own classifier, so they compare runs on the same data with each other, and with nothing else.
 *   Frechet feature distance   of generated points to the data (frechet.h)
 *   classifier score           exp(mean over generated points of KL(p(class|y) || p(class))), p(class) their mean: from 1
 *                              to the number of classes that have images */
#ifndef SB_MEASURE_QUALITY_H
#define SB_MEASURE_QUALITY_H

#include "measure/classifier.h"
#include "measure/frechet.h"

typedef struct {
    sb_frechet frechet;     /* generated is 0 where quality was not measured */
    sb_number  score;       /* the formula, its expectation on so many points, with the jackknife's interval */
    sb_number  data_score;  /* the same of the data */
    sb_number  accuracy;    /* of the classifier, on points that it was not trained on */
    int        classes;
    sb_number *share;       /* (classes) of generated points, by what the classifier says */
    double    *data_share;  /* (classes) of the data, by their labels */
    sb_frechet given;       /* from features that the user gave; generated is 0 without */
} sb_quality;

/* What generated points are held against: the classifier, and what it makes of the data. Empty: {0}. */
typedef struct {
    sb_classifier  classifier;
    sb_feature_law law;        /* of the data's features, by their weights */
    int            count;      /* points of the data */
    double         score;      /* of the data, by their weights */
    double        *share;      /* (classes) */
} sb_quality_reference;

/* sb_quality_reference_create: trains the classifier. SB_EUSER where the data have no labels, SB_EDIM where there are too few points. */
sb_status sb_quality_reference_create(sb_context *ctx, const sb_data *data, uint64_t seed, double confidence,
                                      sb_quality_reference *reference);
void      sb_quality_reference_free(sb_quality_reference *reference);

/* sb_quality_measure: of n generated points y (n,d). Leaves `given` alone and replaces the rest. SB_EDIM if n is below SB_QUALITY_LEAST; SB_ERANGE
 * where features reach SB_LARGEST_FEATURE: products of two covariances, which are of fourth order, would overflow. Free with
 * sb_quality_free; sb_quality_free(&empty) is harmless. */
enum { SB_QUALITY_LEAST = 64 };
#define SB_LARGEST_FEATURE 1e70
sb_status sb_quality_measure(sb_context *ctx, const sb_quality_reference *reference, int n, const double *y, double confidence,
                             sb_quality *result);
void      sb_quality_free(sb_quality *quality);

/* sb_classifier_score: the formula for probabilities p (n,classes), with the jackknife's interval of what it is on average on n points:
 * less than on infinitely many. n >= 2 SB_JACKKNIFE_GROUPS.   sb_classifier_score_weighted: its value alone, for weights (n) that sum to 1. */
sb_number sb_classifier_score(int n, int classes, const double *p, double confidence);
double    sb_classifier_score_weighted(int n, int classes, const double *p, const double *weight);

/* sb_quality_features: result->given from features (rows,F) of generated and of reference points in two .npy files of float32 or float64.
 * SB_EUSER with file and place for what is no such file, has another number of columns, too few rows or a feature that is not finite. */
enum { SB_MAX_FEATURES = 1 << 14 };
sb_status sb_quality_features(sb_context *ctx, const char *generated, const char *reference, double confidence, sb_quality *result);

#endif
