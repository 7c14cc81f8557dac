/* cosine.h: cos x with absolute error below 4e-16 for |x| <= 10^6, in single precision below COSERR; NaN for infinite x. No tables
 * and no branches.
 *
 * x = n pi + r, |r| <= pi/2;  cos r = 1 + r^2 q(r^2), q the minimax polynomial of degree 8 (error 7e-21), in single precision of
 * degree 4 (6e-10, |r| up to 1.6: n is rounded from a rounded quotient). */
#ifndef SB_KERNELS_POINT_COSINE_H
#define SB_KERNELS_POINT_COSINE_H

#include "kernels/point/point.h"

SB_POINT double sb_point_cosine(double x)
{
    const double one_over_pi = 0x1.45f306dc9c883p-2;
    const double pi_1 = 0x1.921fb54400000p+1, pi_2 = 0x1.0b4611a000000p-33, pi_3 = 0x1.898cc51701b84p-63; /* pi in three pieces */
    const double rounded = fma(x, one_over_pi, SB_POINT_ROUNDER), n = rounded - SB_POINT_ROUNDER;
    const double r = fma(-n, pi_3, fma(-n, pi_2, fma(-n, pi_1, x))), r2 = r * r;

    double q = -0x1.5cb5d5b57e862p-53;
    q = fma(q, r2, 0x1.ae4400b6fa8d3p-45);
    q = fma(q, r2, -0x1.9396a0af7c8b3p-37);
    q = fma(q, r2, 0x1.1eed8dd9d576cp-29);
    q = fma(q, r2, -0x1.27e4fb7517f73p-22);
    q = fma(q, r2, 0x1.a01a01a013b5dp-16);
    q = fma(q, r2, -0x1.6c16c16c16b84p-10);
    q = fma(q, r2, 0x1.5555555555555p-5);
    q = fma(q, r2, -0.5);
    const double value = fma(r2, q, 1.0);
    return sb_point_from_bits(sb_point_bits(value) ^ sb_point_bits(rounded) << 63); /* (-1)^n */
}

SB_POINT float sb_point_cosine_float(float x)
{
    const float one_over_pi = 0x1.45f306p-2f;
    const float pi_1 = 0x1.921fb6p+1f, pi_2 = -0x1.777a5cp-24f; /* pi in two pieces; x - n pi_1 is a multiple of 2^-23 below 2: exact */
    const float rounded = fmaf(x, one_over_pi, SB_POINT_ROUNDER_FLOAT), n = rounded - SB_POINT_ROUNDER_FLOAT;
    const float r = fmaf(-n, pi_2, fmaf(-n, pi_1, x)), r2 = r * r;

    float q = -0x1.1866dcp-22f;
    q = fmaf(q, r2, 0x1.9f7ea6p-16f);
    q = fmaf(q, r2, -0x1.6c1436p-10f);
    q = fmaf(q, r2, 0x1.55554ep-5f);
    q = fmaf(q, r2, -0.5f);
    const float value = fmaf(r2, q, 1.0f);
    return sb_point_from_bits_float(sb_point_bits_float(value) ^ sb_point_bits_float(rounded) << 31); /* (-1)^n */
}

#endif
