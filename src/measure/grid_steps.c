#include "measure/grid_steps.h"

#include <math.h>

sb_grid_steps sb_grid_steps_of(const sb_grid *grid, sb_sampler_kind sampler)
{
    sb_grid_steps steps = {0};
    double bias = 0.0;
    for (int k = 0; k < grid->K; k++) {
        const double g = grid->gamma[k], shrink = -0.5 * expm1(-g); /* 1 - b_k */
        steps.h = fmax(steps.h, g);
        steps.step2 += g * g;
        bias += 2.0 * tanh(0.5 * g) * shrink * shrink;
    }
    switch (sampler) {
    case SB_SAMPLER_EXPONENTIAL: steps.sampler_bias = bias; break;
    case SB_SAMPLER_DDPM: steps.sampler_bias = 0.0; break;
    case SB_SAMPLER_EULER: steps.sampler_bias = NAN; break;
    }
    return steps;
}
