/* exact_times.h: private to the exact layer: overlaps at all grid times, in parallel, by whichever route applies. */
#ifndef SB_MEASURE_EXACT_TIMES_H
#define SB_MEASURE_EXACT_TIMES_H

#include "measure/exact_parts.h"

typedef struct {
    const sb_mixture *q;
    const sb_grid *grid;
    int samples, index;
    double confidence;
    double budget; /* of each cubature */
    uint64_t seed;
} sb_times_request;

/* The overlap integrals at u_k; exact for a single Gaussian. */
typedef struct {
    int sampled;          /* nonzero: by Monte Carlo */
    sb_number *entropy;   /* (K+1) */
    sb_number *score;     /* (K+1) */
    sb_number *curvature; /* (K+1) unset where sampled */
    sb_number *D;         /* (K)   set only where sampled: the whole D_k */
    sb_number kl_init;    /*       set only where sampled: KL(q_T||N(0,I)) */
} sb_times;

/* sb_times_compute: SB_EINVAL where Monte Carlo is needed and fewer than 64 samples are asked for. */
sb_status sb_times_compute(sb_context *ctx, const sb_times_request *request, sb_times *times);
void sb_times_free(sb_times *times);

#endif
