/* inspection.h: the exact quantities of some laws on one time grid, with what Lemma 4.5 says of them. */
#ifndef SB_REPORT_INSPECTION_H
#define SB_REPORT_INSPECTION_H

#include "bounds/bounds.h"
#include "data/images.h"
#include "measure/exact.h"

typedef struct {
    int n; /* worker; -1 for the pooled mixture */
    sb_exact exact;
    sb_terms printed, corrected; /* right sides of Lemma 4.5 */
    sb_number residual;          /* what heterogeneity leaves to this worker, in [0, log N]; 0 for the pooled mixture */
    int images;                  /* how many images it holds; 0 where it is no set of images */
    const double *share;         /* (classes) of each class; NULL without labels */
} sb_inspected_law;

typedef struct {
    const sb_config *config;
    const sb_grid *grid;
    int identical;         /* nonzero: one worker's law is everybody's, and the pooled one */
    sb_image_shape image;  /* of the data; {0} where they are no images */
    int classes;           /* of their labels */
    int count;             /* workers looked at */
    sb_inspected_law *law; /* (count+1) those workers, then the pooled mixture */
} sb_inspection;

#endif
