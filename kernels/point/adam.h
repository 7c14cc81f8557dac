/* adam.h: one step of Adam (Kingma, Ba 2015) for one parameter. */
#ifndef SB_KERNELS_POINT_ADAM_H
#define SB_KERNELS_POINT_ADAM_H

#include "kernels/point/point.h"
#include "kernels/real.h"

/* What step t multiplies with; each formed in double and rounded once. */
typedef struct {
    real b1, rest1;  /* 1 - b1 */
    real b2, rest2;  /* 1 - b2 */
    real rate;       /* eta/(1 - b1^t) */
    real unbiased;   /* 1/(1 - b2^t) */
    real epsilon;
} sb_point_adam_step;

/* b^t by squaring: the same bits everywhere, which no pow promises. */
SB_POINT double sb_point_power(double b, int t)
{
    double power = 1.0;
    for (; t > 0; t /= 2, b *= b)
        if (t % 2) power *= b;
    return power;
}

SB_POINT sb_point_adam_step sb_point_adam_at(double eta, double b1, double b2, double epsilon, int t)
{
    sb_point_adam_step s;
    s.b1 = (real)b1, s.rest1 = (real)(1.0 - b1);
    s.b2 = (real)b2, s.rest2 = (real)(1.0 - b2);
    s.rate = (real)(eta / (1.0 - sb_point_power(b1, t)));
    s.unbiased = (real)(1.0 / (1.0 - sb_point_power(b2, t)));
    s.epsilon = (real)epsilon;
    return s;
}

/* The moments after a gradient g; before the first step they are 0. */
SB_POINT real sb_point_adam_mean(const sb_point_adam_step *a, real g, real m)
{
    return sb_fma(a->b1, m, a->rest1 * g);
}

SB_POINT real sb_point_adam_square(const sb_point_adam_step *a, real g, real s)
{
    return sb_fma(a->b2, s, a->rest2 * g * g);
}

/* What is taken from the parameter, from the moments after the gradient. */
SB_POINT real sb_point_adam_change(const sb_point_adam_step *a, real m, real s)
{
#ifdef SB_FLOAT
    const real root = sqrtf(s * a->unbiased);
#else
    const real root = sqrt(s * a->unbiased);
#endif
    return a->rate * m / (root + a->epsilon);
}

#endif
