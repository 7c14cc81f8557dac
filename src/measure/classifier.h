/* classifier.h: a small convolutional network that tells the classes of labelled images apart. What leaves its last hidden layer are the features, and
 * what it says of the classes the probabilities, that generated images are judged by (quality.h). It is trained anew where it is needed,
 * in seconds, and is a function of the points and the seed alone: the same bits on any number of threads. */
#ifndef SB_MEASURE_CLASSIFIER_H
#define SB_MEASURE_CLASSIFIER_H

#include "base/number.h"
#include "measure/labelled.h"

typedef struct {
    sb_image_shape shape;
    int       d, classes, features;
    double    centre, scale; /* it sees scale (x - centre) */
    double   *theta;         /* (D) */
    sb_number accuracy;      /* share of points told apart rightly, among those that it was not trained on; Clopper-Pearson interval */
} sb_classifier;

/* sb_classifier_train: on four of five points, drawn at random; on the others it is judged. SB_EDIM for fewer than 10 points or 2
 * classes with points, and where points are no images; SB_EINTR. Free with sb_classifier_free; on failure it is empty. */
sb_status sb_classifier_train(sb_context *ctx, const sb_labelled *points, uint64_t seed, double confidence, sb_classifier *classifier);
void      sb_classifier_free(sb_classifier *classifier);

/* sb_classifier_apply: features (n,features) out, probability (n,classes) out: p(class | y) of y (n,d). Parallel over points. SB_EINTR. */
sb_status sb_classifier_apply(sb_context *ctx, const sb_classifier *classifier, int n, const double *y, double *features,
                              double *probability);

/* sb_likeliest: the class of largest probability (classes), the first of several. */
int sb_likeliest(int classes, const double *probability);

/* sb_number_share: hits of n, with the Clopper-Pearson interval. */
sb_number sb_number_share(int hits, int n, double confidence);

#endif
