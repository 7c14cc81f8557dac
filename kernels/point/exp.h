/* exp.h: e^x within 1 ulp on [-708, 709], in single precision on [-87, 88]; 0 below, infinity above, NaN stays NaN. No tables and
 * no branches, so loops vectorise.
 *
 * x = n log 2 + r, |r| <= (log 2)/2;  e^r = 1 + r + r^2 q(r), q the minimax polynomial of degree 10 (relative error 6e-20), in
 * single precision of degree 4 (4e-9). */
#ifndef SB_KERNELS_POINT_EXP_H
#define SB_KERNELS_POINT_EXP_H

#include "kernels/point/point.h"

/* e^x on [-709, 709]; exactly 0 at -709 and down to where 2^n, n the nearest whole number to x/log 2, is no normal number. */
SB_POINT double sb_point_exp_within(double x)
{
    const double log2_e = 0x1.71547652b82fep+0;
    const double log_2_high = 0x1.62e42fefa3800p-1, log_2_low = 0x1.ef35793c76730p-45; /* n log_2_high is exact */
    const double rounded = fma(x, log2_e, SB_POINT_ROUNDER), n = rounded - SB_POINT_ROUNDER;
    const double r = fma(-n, log_2_low, fma(-n, log_2_high, x));

    double q = 0x1.1e3d378ca79a8p-29;
    q = fma(q, r, 0x1.af6bda6b5b5eap-26);
    q = fma(q, r, 0x1.27e5b4325c99dp-22);
    q = fma(q, r, 0x1.71ddf02862e66p-19);
    q = fma(q, r, 0x1.a01a0136a02e3p-16);
    q = fma(q, r, 0x1.a01a01b37b3f8p-13);
    q = fma(q, r, 0x1.6c16c16c30437p-10);
    q = fma(q, r, 0x1.111111110ec65p-7);
    q = fma(q, r, 0x1.5555555555503p-5);
    q = fma(q, r, 0x1.555555555555bp-3);
    q = fma(q, r, 0.5);
    const double power = sb_point_from_bits((sb_point_bits(rounded) << 52) + sb_point_bits(1.0)); /* 2^n */
    return power * (1.0 + fma(r * r, q, r));
}

SB_POINT double sb_point_exp(double x)
{
    const double value = sb_point_exp_within(x);
    return x < -708.0 ? 0.0 : x > 709.0 ? INFINITY : value;
}

/* e^x for x <= 0, with less ado: 0 below -708.8 (in single precision -87.7). */
SB_POINT double sb_point_exp_falling(double x)
{
    return sb_point_exp_within(x < -709.0 ? -709.0 : x);
}

SB_POINT float sb_point_exp_within_float(float x) /* on [-88, 88] */
{
    const float log2_e = 0x1.715476p+0f;
    const float log_2_high = 0x1.62e4p-1f, log_2_low = 0x1.7f7d1cp-20f; /* n log_2_high is exact */
    const float rounded = fmaf(x, log2_e, SB_POINT_ROUNDER_FLOAT), n = rounded - SB_POINT_ROUNDER_FLOAT;
    const float high = fmaf(-n, log_2_high, x), low = -n * log_2_low, r = fmaf(-n, log_2_low, high);

    float q = 0x1.6ff338p-10f;
    q = fmaf(q, r, 0x1.12593cp-7f);
    q = fmaf(q, r, 0x1.5552fap-5f);
    q = fmaf(q, r, 0x1.555464p-3f);
    q = fmaf(q, r, 0.5f);
    const float power = sb_point_from_bits_float((sb_point_bits_float(rounded) << 23) + sb_point_bits_float(1.0f)); /* 2^n */
    return power * (1.0f + (high + fmaf(r * r, q, low))); /* not the rounded r: it would cost a quarter ulp */
}

SB_POINT float sb_point_exp_float(float x)
{
    const float value = sb_point_exp_within_float(x);
    return x < -87.0f ? 0.0f : x > 88.0f ? INFINITY : value;
}

SB_POINT float sb_point_exp_falling_float(float x)
{
    return sb_point_exp_within_float(x < -88.0f ? -88.0f : x);
}

#endif
