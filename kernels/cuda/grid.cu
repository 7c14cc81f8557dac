/* Grids of pixels, coarser and finer, what is the same at all pixels, and parts of arrays. */
#include "kernels/cuda/images.h"
#include "kernels/cuda/lanes.h"
#include "kernels/point/silu.h"

static __global__ void activate(size_t items, real rho, real shift, const real *z, real *out, real *slope)
{
    const size_t i = sb_item();
    if (i >= items) return;
    real derivative;
    const real value = SB_REAL_NAME(sb_point_silu)(z[i], shift, &derivative);
    out[i] = rho * value;
    if (slope) slope[i] = rho * derivative;
}

void CUDA(silu)(const sb_backend *op, size_t n, double rho, double shift, const real *z, real *out, real *slope)
{
    SB_LAUNCH(op, activate, n, (real)rho, (real)shift, z, out, slope);
}

/* Images of width `width` become half as wide and high. Rows of pixels are counted over all planes: heights are even. */
static __global__ void pool_pixels(size_t items, int ld, int width, real factor, const real *x, int keep, real *out)
{
    const size_t item = sb_item();
    if (item >= items) return;
    const sb_spot spot = sb_spot_of(item, ld);
    const unsigned half = (unsigned)width / 2, row = spot.row / half, column = spot.row % half;
    const size_t lanes = (size_t)ld, below = (size_t)width * lanes;
    const real *from = x + 2 * row * below + 2 * column * lanes + (size_t)spot.lane;
    const real sum = (from[0] + from[lanes]) + (from[below] + from[below + lanes]);
    out[item] = keep ? sb_fma(factor, sum, out[item]) : factor * sum;
}

void CUDA(pool)(const sb_backend *op, const sb_crew *c, int planes, int height, int width, double factor, const real *x, int keep,
                real *out)
{
    SB_LAUNCH(op, pool_pixels, (size_t)c->W * planes * (height / 2) * (width / 2) * c->ld, c->ld, width, (real)factor, x, keep,
              out);
}

static __global__ void spread_pixels(size_t items, int ld, int width, real factor, const real *x, int keep, real *out)
{
    const size_t item = sb_item();
    if (item >= items) return;
    const sb_spot spot = sb_spot_of(item, ld);
    const unsigned row = spot.row / (unsigned)width, column = spot.row % (unsigned)width;
    const real value = x[((size_t)(row / 2) * ((unsigned)width / 2) + column / 2) * (size_t)ld + (size_t)spot.lane];
    out[item] = keep ? sb_fma(factor, value, out[item]) : factor * value;
}

void CUDA(spread)(const sb_backend *op, const sb_crew *c, int planes, int height, int width, double factor, const real *x, int keep,
                  real *out)
{
    SB_LAUNCH(op, spread_pixels, (size_t)c->W * planes * height * width * c->ld, c->ld, width, (real)factor, x, keep, out);
}

static __global__ void add_everywhere(size_t items, int ld, int pixels, const real *e, real *out)
{
    const size_t item = sb_item();
    if (item >= items) return;
    const sb_spot spot = sb_spot_of(item, ld);
    out[item] += e[(size_t)(spot.row / (unsigned)pixels) * (size_t)ld + (size_t)spot.lane];
}

void CUDA(everywhere)(const sb_backend *op, const sb_crew *c, int channels, int pixels, const real *e, real *out)
{
    SB_LAUNCH(op, add_everywhere, (size_t)c->W * channels * pixels * c->ld, c->ld, pixels, e, out);
}

/* One block for 16 lanes of a channel. */
static __global__ void add_pixels(int ld, int pixels, const real *x, int keep, real *e)
{
    const unsigned sets = (unsigned)ld / SB_CUDA_LANES, row = blockIdx.x / sets, line = threadIdx.x / SB_CUDA_LANES;
    const size_t lane = blockIdx.x % sets * SB_CUDA_LANES + threadIdx.x % SB_CUDA_LANES;
    double sum[1] = {0};
    for (unsigned p = line; p < (unsigned)pixels; p += SB_CUDA_LINES)
        sum[0] += (double)x[((size_t)row * pixels + p) * (size_t)ld + lane];
    sb_lane_sums(sum);
    if (line > 0) return;
    real *to = e + (size_t)row * (size_t)ld + lane;
    *to = keep ? (real)sum[0] + *to : (real)sum[0];
}

void CUDA(pixel_sums)(const sb_backend *op, const sb_crew *c, int channels, int pixels, const real *x, int keep, real *e)
{
    SB_LAUNCH_BLOCKS(op, add_pixels, (size_t)c->W * channels * (c->ld / SB_CUDA_LANES), c->ld, pixels, x, keep, e);
}

static __global__ void copy_each(size_t items, size_t n, const real *from, size_t stride_from, int keep, real *to, size_t stride_to)
{
    const size_t item = sb_item(), w = item / n, i = item - w * n;
    if (item >= items) return;
    real *at = to + w * stride_to + i;
    const real value = from[w * stride_from + i];
    *at = keep ? value + *at : value;
}

void CUDA(copy_part)(const sb_backend *op, int W, size_t n, const real *from, size_t stride_from, int keep, real *to,
                     size_t stride_to)
{
    SB_LAUNCH(op, copy_each, (size_t)W * n, n, from, stride_from, keep, to, stride_to);
}
