/* normal.h: uniforms and standard normals from the words of a Philox block. */
#ifndef SB_KERNELS_POINT_NORMAL_H
#define SB_KERNELS_POINT_NORMAL_H

#include "kernels/point/point.h"

/* (m + 1/2) 2^-52 with m the top 52 bits, exact in double: symmetric about 1/2, never 0 or 1. */
SB_POINT double sb_point_uniform(uint32_t lo, uint32_t hi)
{
    const uint64_t m = ((uint64_t)hi << 32 | lo) >> 12;
    return ((double)m + 0.5) * 0x1p-52;
}

/* Two normals from one block, by Box and Muller's transform; |z| < 8.7. */
SB_POINT void sb_point_normals(const uint32_t word[4], double z[2])
{
    const double r = sqrt(-2.0 * log(sb_point_uniform(word[0], word[1])));
    const double angle = 6.283185307179586476925 * sb_point_uniform(word[2], word[3]);
    z[0] = r * cos(angle);
    z[1] = r * sin(angle);
}

SB_POINT void sb_point_normals_float(const uint32_t word[4], float z[2])
{
    double both[2];
    sb_point_normals(word, both);
    z[0] = (float)both[0];
    z[1] = (float)both[1];
}

#endif
