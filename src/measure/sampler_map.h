/* sampler_map.h: the deterministic part of one reverse step, m_k(y) = a_k y + b_k s_theta(y,u_k), on batches of points.   (paper: eq. 10) */
#ifndef SB_MEASURE_SAMPLER_MAP_H
#define SB_MEASURE_SAMPLER_MAP_H

#include "diffusion/sampler.h"
#include "measure/scores.h"

/* Not shared between threads. Borrows system and theta. Empty: {0}. */
typedef struct {
    const sb_system *system;
    sb_scores scores;
    int *k; /* (B_max) */
} sb_sampler_map;

sb_status sb_sampler_map_create(sb_context *ctx, const sb_system *system, const double *theta, int B_max, sb_sampler_map *map);
void sb_sampler_map_free(sb_sampler_map *map);

/* sb_sampler_map_step: a_k, b_k, c_k. */
sb_sampler_step sb_sampler_map_step(const sb_system *system, int k);

/* sb_sampler_map_eval: image (B,d) out = m_k(y) for y (B,d), B <= B_max. Entries may be infinite or NaN where the score is. */
sb_status sb_sampler_map_eval(sb_context *ctx, sb_sampler_map *map, int k, int B, const double *y, double *image);

#endif
