/* data.h: what the N workers hold: shared components, one row of weights each, and the pooled mixture.
 * With finite data (config data.samples) the components become the drawn points, of zero variance, and q_n is the empirical law,
 * so that every formula of the theory applies to it unchanged. */
#ifndef SB_DATA_DATA_H
#define SB_DATA_DATA_H

#include "data/images.h"
#include "data/mixture.h"

typedef struct {
    int           N, d;
    sb_components components;
    double       *weight;        /* (distinct,J): the distinct rows */
    int           distinct;      /* number of distinct worker laws: 1 for iid, else N */
    double       *pooled;        /* (J) mean over workers */
    double       *cumulative;    /* (distinct+1,J) running sums of the rows and of pooled */
    sb_components population;    /* with finite data: the law the points were drawn from; d = 0 otherwise */
    double       *population_weight;   /* (population_distinct, J of population) or NULL */
    int           population_distinct; /* distinct before the points were drawn, 0 without finite data */
    sb_image_shape image;        /* of a point, where the data are images, shapes or glyphs; {0} otherwise */
    int           classes;       /* of the labels, 0 without */
    int          *label;         /* (J) class of component j; NULL without */
} sb_data;

/* sb_data_create: components, partition and, if asked for, finite data sets, as a function of the config (and its seed) alone.
 * SB_EUSER for settings that make no sense or need more than 2^28 numbers, and for measure.quality_samples where labelled data have fewer
 * than SB_LEAST_CLASSES classes with images or fewer than SB_LEAST_LABELLED images; on failure *data is empty. */
enum { SB_LEAST_CLASSES = 2, SB_LEAST_LABELLED = 10 };
sb_status sb_data_create(sb_context *ctx, const sb_config *config, sb_data *data);
void      sb_data_free(sb_data *data);

/* sb_data_of_images: the images, partitioned by class: each a component of zero variance, q_n the empirical law of worker n's. Of the
 * config only seed, workers and partition count. SB_EUSER where a worker is left without images; on failure *data is empty. */
sb_status sb_data_of_images(sb_context *ctx, const sb_config *config, const sb_images *images, sb_data *data);

/* Views. Worker n in [0,N). */
sb_mixture sb_data_worker(const sb_data *data, int n);
sb_mixture sb_data_pooled(const sb_data *data);

/* sb_data_class_shares: share (classes) out: probability of each class under the law of worker n, or of the pooled one for n = -1, of
 * data with labels. Returns how many images the law holds; 0 where its components are no single points. */
int sb_data_class_shares(const sb_data *data, int n, double *share);

/* sb_classes_held: how many of them have a share (classes) above 0. */
int sb_classes_held(int classes, const double *share);

#endif
