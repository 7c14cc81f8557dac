/* point.h: formulas of one element, compiled for the CPU and for CUDA from the same text. Every a*b+c in them is an explicit fma,
 * so no compiler has anything left to contract and all targets give the same bits. */
#ifndef SB_KERNELS_POINT_H
#define SB_KERNELS_POINT_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __CUDACC__
#define SB_POINT static __host__ __device__ inline
#else
#define SB_POINT static inline __attribute__((always_inline)) /* also into clones for newer instruction sets */
#endif

/* a*b + c, rounded once, in the precision of its arguments. */
#ifdef __cplusplus
SB_POINT float  sb_fma(float a, float b, float c) { return fmaf(a, b, c); }
SB_POINT double sb_fma(double a, double b, double c) { return fma(a, b, c); }
#else
#define sb_fma(a, b, c) _Generic((a), float : fmaf, default : fma)(a, b, c)
#endif

SB_POINT uint64_t sb_point_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

SB_POINT double sb_point_from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

SB_POINT uint32_t sb_point_bits_float(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

SB_POINT float sb_point_from_bits_float(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Adding this to |x| < 2^51 (2^22) rounds x to an integer, which then also stands in the low bits of the sum. */
#define SB_POINT_ROUNDER 0x1.8p52
#define SB_POINT_ROUNDER_FLOAT 0x1.8p23f

#endif
