/* source.h: data and time grid where a backend can draw samples from them (kernels/backend.h: draw). In both precisions. */
#ifndef SB_TRAIN_SOURCE_H
#define SB_TRAIN_SOURCE_H

#include "train/precision.h"

#include "data/data.h"
#include "diffusion/grid.h"
#include "kernels/backend.h"

/* sb_source_create: the laws are those of the workers, in their order, and last the pooled one; see sb_source_law. Arrays on the
 * backend; release them with sb_source_free. */
sb_status sb_source_create(sb_context *ctx, const sb_backend *op, const sb_data *data, const sb_grid *grid, sb_source *source);
void sb_source_free(const sb_backend *op, sb_source *source);

/* sb_source_law: the number of worker n's law, or of the pooled one for n = N. */
static inline int sb_source_law(const sb_data *data, int n)
{
    return n == data->N ? data->distinct : data->distinct == 1 ? 0 : n;
}

#endif
