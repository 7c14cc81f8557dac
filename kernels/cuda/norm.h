/* norm.h: what group normalisation and its derivatives share. */
#ifndef SB_KERNELS_CUDA_NORM_H
#define SB_KERNELS_CUDA_NORM_H

#include "kernels/cuda/images.h"
#include "kernels/cuda/lanes.h"

/* The shape of x (W,channels,pixels,ld) and of its groups. */
typedef struct {
    int channels, groups, pixels, ld;
    size_t stride; /* of workers in theta */
} sb_groups;

static inline sb_groups sb_groups_of(const sb_crew *c, const sb_norm *m)
{
    return {m->channels, m->groups, m->pixels, c->ld, c->stride};
}

static inline size_t sb_group_blocks(const sb_crew *c, const sb_norm *m)
{
    return (size_t)c->W * m->groups * (c->ld / SB_CUDA_LANES);
}

/* The part of a thread whose block has 16 lanes of a group: row e of the group's rows, e = line, line + SB_CUDA_LINES, ... */
struct sb_group {
    unsigned line, rows, pixels;
    size_t ld, lane_of_group, first; /* in r (W,groups,ld); in x */
    size_t channel;                  /* the group's first one's place in gain and shift, over all workers */
    double share;                    /* of a row in a mean */

    __device__ inline explicit sb_group(const sb_groups &s)
    {
        const unsigned sets = (unsigned)s.ld / SB_CUDA_LANES, group = blockIdx.x / sets, channels = (unsigned)(s.channels / s.groups);
        const unsigned lane = blockIdx.x % sets * SB_CUDA_LANES + threadIdx.x % SB_CUDA_LANES, w = group / (unsigned)s.groups;
        line = threadIdx.x / SB_CUDA_LANES;
        pixels = (unsigned)s.pixels;
        rows = channels * pixels;
        ld = (size_t)s.ld;
        lane_of_group = group * ld + lane;
        first = group * (size_t)rows * ld + lane;
        channel = w * s.stride + group % (unsigned)s.groups * channels;
        share = rows ? 1.0 / rows : 0.0;
    }
    __device__ inline size_t at(unsigned e) const { return first + e * ld; }
    __device__ inline size_t channel_of(unsigned e) const { return channel + e / pixels; }
};

/* What xhat is multiplied with. */
static __device__ inline real sb_norm_scale(real alpha, real gain)
{
    return sb_fma(alpha, gain, (real)1);
}

/* The derivative of xhat: r Pi(Rx), from the means over the group of Rx and xhat Rx. */
static __device__ inline real sb_norm_turned(real Rx, real xhat, real r, real mean, real slope)
{
    return r * sb_fma(-xhat, slope, Rx - mean);
}

/* The gradient at the norm's places, from dz. With Rx: its derivative, from Rdz; means (W,groups,ld,2) of Rx and xhat Rx. */
void CUDA(norm_gradient)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *dz, const real *xhat, int keep,
                         real *grad);
void CUDA(norm_rgradient)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *dz, const real *Rdz, const real *Rx,
                          const real *xhat, const real *r, const real *means, int keep, real *Hv);

#endif
