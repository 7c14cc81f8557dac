/* point.h: formulas of one element, compiled for the CPU and for CUDA from the same text. Every a*b+c in them is an explicit fma,
 * so no compiler has anything left to contract and all targets give the same bits. */
#ifndef SB_KERNELS_POINT_H
#define SB_KERNELS_POINT_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef __CUDACC__
#define SB_POINT static __host__ __device__ inline
#else
#define SB_POINT static inline __attribute__((always_inline)) /* also into clones for newer instruction sets */
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

/* Adding this to |x| < 2^51 rounds x to an integer, which then also stands in the low bits of the sum. */
#define SB_POINT_ROUNDER 0x1.8p52

#endif
