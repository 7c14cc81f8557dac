/* generate.h: points through all steps of the sampler, in the precision of the file that includes this. Only for this room. */
#ifndef SB_MEASURE_GENERATE_H
#define SB_MEASURE_GENERATE_H

#include "train/precision.h"

#include "train/system.h"

/* sb_generate: y (count,d) on the host out; see generated_sample.h. shown: nonzero if each point moves the present stage of progress
 * by one. */
#ifdef SB_FLOAT
#define sb_generate SB_REAL_NAME(sb_generate)
#endif
sb_status sb_generate(sb_context *ctx, const sb_system *system, const double *theta, int count, int replica, int shown, double *y);
#ifndef SB_FLOAT
sb_status sb_generate_float(sb_context *ctx, const sb_system *system, const double *theta, int count, int replica, int shown,
                            double *y);
#endif

#endif
