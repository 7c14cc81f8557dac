/* normal.h: uniforms and standard normals from the words of a Philox block, by Box and Muller's transform
 *     (z_0, z_1) = sqrt(-2 log u) (cos 2 pi v, sin 2 pi v).
 * Neither u, 1 - u nor the distance of v from a quarter turn loses bits, so both ends of the radius and all zeros of the waves are
 * as accurate relative to themselves as the rest. No tables and no branches; square root and division are IEEE's.
 *
 * In double, words (0,1) and (2,3) give u and v, 52 bits each; |z| < 8.58. In single precision, words 1 and 3 alone give them,
 * 32 bits each, hence nearly the same normals; |z| < 6.77. A normal is never 0. */
#ifndef SB_KERNELS_POINT_NORMAL_H
#define SB_KERNELS_POINT_NORMAL_H

#include "kernels/point/point.h"

/* (m + 1/2) 2^-52 with m the top 52 bits, exact in double: symmetric about 1/2, never 0 or 1. */
SB_POINT double sb_point_uniform(uint32_t lo, uint32_t hi)
{
    const uint64_t m = ((uint64_t)hi << 32 | lo) >> 12;
    return sb_point_from_bits(m | sb_point_bits(1.0)) - 0x1.fffffffffffffp-1; /* 1 + m 2^-52, less 1 - 2^-53 */
}

/* sqrt(-2 log u) for u in (0,1). u = 2^k (1 + t), 1 + t in [sqrt(1/2), sqrt 2);  log(1+t) = 2 artanh s with s = t/(2+t), written as
 * t - (h - s (h + s^2 p(s^2))) for h = t^2/2 since t is exact; p the minimax polynomial of degree 7 (relative error 9e-21). */
SB_POINT double sb_point_radius(double u)
{
    const double log_2 = 0x1.62e42fefa39efp-1, log_2_rest = 0x1.abc9e3b39803fp-56;
    const uint64_t one = sb_point_bits(1.0), bits = sb_point_bits(u);
    const uint64_t exponent = (bits + (one - sb_point_bits(0x1.6a09e667f3bcdp-1))) >> 52; /* k + 1023 */
    const double k = sb_point_from_bits(exponent | sb_point_bits(0x1p52)) - (0x1p52 + 1023.0);
    const double t = sb_point_from_bits(bits + one - (exponent << 52)) - 1.0;
    const double s = t / (2.0 + t), s2 = s * s, h = 0.5 * t * t;

    double p = 0x1.0f0dc8c8ca6c5p-3;
    p = fma(p, s2, 0x1.0f67452b471d4p-3);
    p = fma(p, s2, 0x1.3b202477ca1fbp-3);
    p = fma(p, s2, 0x1.745ce1c8ed9fdp-3);
    p = fma(p, s2, 0x1.c71c724b669d9p-3);
    p = fma(p, s2, 0x1.24924924397fap-2);
    p = fma(p, s2, 0x1.9999999999d11p-2);
    p = fma(p, s2, 0x1.5555555555555p-1);
    const double rest = fma(0.5 * t, t, -fma(s, fma(s2, p, h), k * log_2_rest));
    return sqrt(-2.0 * fma(k, log_2, t - rest));
}

/* The same for u = (word + 1/2) 2^-32. Below 1/2, u = 2^k (1 + t) with 1 + t in [1/2, 1); above, t = u - 1 itself: log(1+t) =
 * t + t^2 p(t) on [-1/2, 0], p the minimax polynomial of degree 8 (relative error 4e-9), and no sum cancels. */
SB_POINT float sb_point_radius_float(uint32_t word)
{
    const float log_2 = 0x1.62e43p-1f;
    const int above = word >> 31 != 0;
    const float x = fmaf((float)(int32_t)(above ? ~word : word), 0x1p-32f, 0x1p-33f); /* u or 1 - u, at most 1/2 */
    const uint32_t bits = sb_point_bits_float(x);
    const float fraction = sb_point_from_bits_float((bits & 0x7fffffu) | sb_point_bits_float(0.5f));
    const float t = above ? -x : fraction - 1.0f, k = above ? 0.0f : (float)((int32_t)(bits >> 23) - 126);

    float p = -0x1.be5294p+0f;
    p = fmaf(p, t, -0x1.3cfcbp+1f);
    p = fmaf(p, t, -0x1.f88f7ap+0f);
    p = fmaf(p, t, -0x1.2f3e36p-1f);
    p = fmaf(p, t, -0x1.5c3af6p-2f);
    p = fmaf(p, t, 0x1.6830e6p-3f);
    p = fmaf(p, t, -0x1.01e9dap-2f);
    p = fmaf(p, t, 0x1.5542f6p-2f);
    p = fmaf(p, t, -0x1.00001ep-1f);
    return sqrtf(-2.0f * fmaf(k, log_2, fmaf(t * t, p, t)));
}

/* cos and sin of 2 pi (n/4 + r), |r| <= 1/8, from those of 2 pi r: with x = r^2, 1 + x c(x) and r (2 pi + x s(x)), minimax polynomials
 * of degree 6 and 5 (errors 3e-19 and 4e-18), in single precision of degree 3 and 2 (4e-10, 4e-9). The first goes to `wave` and the
 * second to `other`; odd quarters exchange them. */
SB_POINT void sb_point_turn(double v, double wave[2])
{
    const double rounded = fma(4.0, v, SB_POINT_ROUNDER), n = rounded - SB_POINT_ROUNDER;
    const double r = fma(-0.25, n, v), x = r * r; /* r is exact */
    const uint64_t quarter = sb_point_bits(rounded);

    double c = -0x1.afee49552c101p+0;
    c = fma(c, x, 0x1.f9c3d3c99479cp+2);
    c = fma(c, x, -0x1.a6d1e138cddd0p+4);
    c = fma(c, x, 0x1.e1f506749a428p+5);
    c = fma(c, x, -0x1.55d3c7e3bf5abp+6);
    c = fma(c, x, 0x1.03c1f081b5a4fp+6);
    c = fma(c, x, -0x1.3bd3cc9be45dep+4);
    double s = 0x1.e3fbdf83a76ffp+1;
    s = fma(s, x, -0x1.e3008fa5cc55fp+3);
    s = fma(s, x, 0x1.5078300342debp+5);
    s = fma(s, x, -0x1.32d2cce31beecp+6);
    s = fma(s, x, 0x1.466bc67758c4cp+6);
    s = fma(s, x, -0x1.4abbce625be46p+5);
    const double cosine = fma(x, c, 1.0), sine = r * fma(x, s, 0x1.921fb54442d18p+2);
    const double first = quarter & 1 ? sine : cosine, second = quarter & 1 ? cosine : sine;
    wave[0] = sb_point_from_bits(sb_point_bits(first) ^ (quarter + 1) >> 1 << 63);
    wave[1] = sb_point_from_bits(sb_point_bits(second) ^ quarter >> 1 << 63);
}

SB_POINT void sb_point_turn_float(uint32_t word, float wave[2])
{
    const uint32_t quarter = (word + 0x20000000u) >> 30;
    const int32_t rest = (int32_t)(word - (quarter << 30)); /* [-2^29, 2^29) */
    const float r = (float)(2 * rest + 1) * 0x1p-33f, x = r * r;

    float c = 0x1.d47d46p+5f;
    c = fmaf(c, x, -0x1.55b146p+6f);
    c = fmaf(c, x, 0x1.03c1aep+6f);
    c = fmaf(c, x, -0x1.3bd3ccp+4f);
    float s = -0x1.2db5cep+6f;
    s = fmaf(s, x, 0x1.465facp+6f);
    s = fmaf(s, x, -0x1.4abbbep+5f);
    const float cosine = fmaf(x, c, 1.0f), sine = r * fmaf(x, s, 0x1.921fb6p+2f);
    const float first = quarter & 1 ? sine : cosine, second = quarter & 1 ? cosine : sine;
    wave[0] = sb_point_from_bits_float(sb_point_bits_float(first) ^ (quarter + 1) >> 1 << 31);
    wave[1] = sb_point_from_bits_float(sb_point_bits_float(second) ^ quarter >> 1 << 31);
}

/* Two normals from one block. */
SB_POINT void sb_point_normals(const uint32_t word[4], double z[2])
{
    const double radius = sb_point_radius(sb_point_uniform(word[0], word[1]));
    sb_point_turn(sb_point_uniform(word[2], word[3]), z);
    z[0] *= radius;
    z[1] *= radius;
}

SB_POINT void sb_point_normals_float(const uint32_t word[4], float z[2])
{
    const float radius = sb_point_radius_float(word[1]);
    sb_point_turn_float(word[3], z);
    z[0] *= radius;
    z[1] *= radius;
}

#endif
