/* grid_steps.h: what the bounds ask of a grid's steps and of the sampler that takes them.                 (bounds/lipschitz_score.c) */
#ifndef SB_MEASURE_GRID_STEPS_H
#define SB_MEASURE_GRID_STEPS_H

#include "diffusion/grid.h"

typedef struct {
    double h;              /* longest step */
    double step2;          /* sum_k gamma_k^2 */
    double sampler_bias;   /* sum_k w_k (1 - b_k)^2; 0 for ddpm; NaN for euler, whose noise level costs something else */
} sb_grid_steps;

sb_grid_steps sb_grid_steps_of(const sb_grid *grid, sb_sampler_kind sampler);

#endif
