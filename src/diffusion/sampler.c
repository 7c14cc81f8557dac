#include "diffusion/sampler.h"

#include <math.h>

sb_sampler_step sb_sampler_coefficients(sb_sampler_kind kind, double gamma)
{
    const double c = sqrt(expm1(2.0 * gamma));
    switch (kind) {
    case SB_SAMPLER_DDPM: return (sb_sampler_step){exp(gamma), 2.0 * sinh(gamma), c};
    case SB_SAMPLER_EULER: return (sb_sampler_step){1.0 + gamma, 2.0 * gamma, sqrt(2.0 * gamma)};
    default: return (sb_sampler_step){exp(gamma), 2.0 * expm1(gamma), c};
    }
}
