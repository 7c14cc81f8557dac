/* generated_sample.h: points that the configured sampler generates with the model.                     (paper: eq. 10) */
#ifndef SB_MEASURE_GENERATED_SAMPLE_H
#define SB_MEASURE_GENERATED_SAMPLE_H

#include "train/system.h"

/* sb_generated_sample: y (count,d) out: Y_K from Y_0 ~ N(0,I) through all K steps. Point i has draws of its own (purpose
 * SB_DRAW_GENERATE, `replica`), so it does not depend on count or threads. Parallel over points; in double.
 * SB_ERANGE when a score is not finite; SB_EINTR. */
sb_status sb_generated_sample(sb_context *ctx, const sb_system *system, const double *theta, int count, int replica, double *y);

/* sb_generated_sample_stage: the same as a stage of progress of its own, and in the precision of the training. */
sb_status sb_generated_sample_stage(sb_context *ctx, const sb_system *system, const double *theta, int count, int replica, double *y);

#endif
