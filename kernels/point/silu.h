/* silu.h: silu(z) = z s with s = 1/(1+e^-z), and its first two derivatives. With e = e^-|z| in (0,1] and q = 1/(1+e) nothing
 * overflows and nothing cancels:  s = q or e q by the sign of z,  s(1-s) = e q^2,  z(1-2s) = -|z|(1-e) q.
 *
 * Errors (in single precision): of silu 6e-16 (3e-7) of its size; of the derivatives 4e-16 (2.5e-7), of the first also
 * 5e-16 (4e-7) of s(1+|z|), which both its tails are of the size of. Below -709 (-88) all three are 0. */
#ifndef SB_KERNELS_POINT_SILU_H
#define SB_KERNELS_POINT_SILU_H

#include "kernels/point/exp.h"

/* silu(z) - shift;  *slope = silu'(z) = s + z s(1-s). */
SB_POINT double sb_point_silu(double z, double shift, double *slope)
{
    const double e = sb_point_exp_falling(-fabs(z)), q = 1.0 / (1.0 + e), eq = e * q;
    const double s = z >= 0.0 ? q : eq;
    *slope = fma(z, eq * q, s);
    return fma(z, s, -shift);
}

/* silu''(z) = s(1-s)(2 + z(1-2s)) */
SB_POINT double sb_point_silu_curvature(double z)
{
    const double a = fabs(z), e = sb_point_exp_falling(-a), q = 1.0 / (1.0 + e);
    return e * q * q * fma(-a, (1.0 - e) * q, 2.0);
}

SB_POINT float sb_point_silu_float(float z, float shift, float *slope)
{
    const float e = sb_point_exp_falling_float(-fabsf(z)), q = 1.0f / (1.0f + e), eq = e * q;
    const float s = z >= 0.0f ? q : eq;
    *slope = fmaf(z, eq * q, s);
    return fmaf(z, s, -shift);
}

SB_POINT float sb_point_silu_curvature_float(float z)
{
    const float a = fabsf(z), e = sb_point_exp_falling_float(-a), q = 1.0f / (1.0f + e);
    return e * q * q * fmaf(-a, (1.0f - e) * q, 2.0f);
}

#endif
