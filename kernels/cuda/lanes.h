/* lanes.h: feature arrays (W,.,ld), whose lanes come in 16s, and sums of many features that leave the lanes apart. */
#ifndef SB_KERNELS_CUDA_LANES_H
#define SB_KERNELS_CUDA_LANES_H

#include "kernels/cuda/cuda.h"
#include "kernels/point/point.h"

enum { SB_CUDA_LANES = 16, SB_CUDA_LINES = SB_CUDA_BLOCK / SB_CUDA_LANES };

/* An element's feature, counted over all workers, and lane. Counted in 16s, places fit 32 bits, whose divisions are several times
 * faster than those of 64. */
typedef struct {
    unsigned row;
    int lane;
} sb_spot;

static __device__ inline sb_spot sb_spot_of(size_t item, int ld)
{
    const unsigned row = (unsigned)(item / SB_CUDA_LANES) / ((unsigned)ld / SB_CUDA_LANES);
    return {row, (int)(item - (size_t)row * (size_t)ld)};
}

/* A block that adds over features has 16 lanes and 16 lines of threads; line l takes features l, l + 16, ... in order. Their room is
 * not in a template: all kernels of a file have the same memory. */
enum { SB_CUDA_MOST_SUMS = 4 };

static __device__ inline double (*sb_lane_room(void))[SB_CUDA_LINES][SB_CUDA_LANES]
{
    __shared__ double part[SB_CUDA_MOST_SUMS][SB_CUDA_LINES][SB_CUDA_LANES];
    return part;
}

/* Each own[n] becomes the sum over a lane's lines, in order, in all of them. */
template <int N> static __device__ inline void sb_lane_sums(double (&own)[N])
{
    static_assert(N <= SB_CUDA_MOST_SUMS, "room");
    double(*part)[SB_CUDA_LINES][SB_CUDA_LANES] = sb_lane_room();
    const unsigned lane = threadIdx.x % SB_CUDA_LANES, line = threadIdx.x / SB_CUDA_LANES;
    for (int n = 0; n < N; n++) part[n][line][lane] = own[n];
    __syncthreads();
    for (int n = 0; n < N; n++) {
        own[n] = part[n][0][lane];
        for (int l = 1; l < SB_CUDA_LINES; l++) own[n] += part[n][l][lane];
    }
    __syncthreads(); /* for the next one */
}

#endif
