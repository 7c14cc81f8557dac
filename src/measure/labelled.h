/* labelled.h: labelled points of the pooled law: the data themselves where they are finitely many, or else draws. */
#ifndef SB_MEASURE_LABELLED_H
#define SB_MEASURE_LABELLED_H

#include "data/data.h"

typedef struct {
    int            count, d, classes;
    sb_image_shape shape;
    double        *x;      /* (count,d) */
    double        *weight; /* (count) under the pooled law, > 0, sum 1 */
    int           *label;  /* (count) */
    double        *share;  /* (classes) of the pooled law, exact */
} sb_labelled;

/* sb_labelled_create: all components that have weight, if all have zero variance; else SB_LABELLED_DRAWS points. SB_EUSER where the data
 * have no labels. Free with sb_labelled_free; on failure it is empty. */
enum { SB_LABELLED_DRAWS = 8192 };
sb_status sb_labelled_create(sb_context *ctx, const sb_data *data, uint64_t seed, sb_labelled *points);
void      sb_labelled_free(sb_labelled *points);

/* sb_data_sheet: y (rows,columns,d) out: in row n draws of worker n's law, rows <= N. */
sb_status sb_data_sheet(sb_context *ctx, const sb_data *data, uint64_t seed, int rows, int columns, double *y);

#endif
