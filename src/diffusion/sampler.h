/* sampler.h: one step of the reverse process is Y' = a Y + b s_theta(Y,u_k) + c eps, eps ~ N(0,I).     (paper: eq. 10, App. B)
 *   exponential  a = e^g      b = 2(e^g - 1)   c^2 = e^2g - 1    (the paper's exponential integrator)
 *   ddpm         a = e^g      b = 2 sinh g     c^2 = e^2g - 1    (mean of the reverse kernel with the score as given)
 *   euler        a = 1 + g    b = 2 g          c^2 = 2 g                                              with g = gamma_k */
#ifndef SB_DIFFUSION_SAMPLER_H
#define SB_DIFFUSION_SAMPLER_H

#include "config/config.h"

typedef struct {
    double a, b, c;
} sb_sampler_step;

/* sb_sampler_coefficients: a, b and c of a step of length gamma > 0. */
sb_sampler_step sb_sampler_coefficients(sb_sampler_kind kind, double gamma);

#endif
