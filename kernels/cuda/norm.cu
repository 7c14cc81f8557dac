/* Group normalisation. One block for 16 lanes of a group: it forms each lane's sums, in double, for the variance is that about the
 * mean. The parameters' gradients are sums over lanes too: one block for each channel. */
#include "kernels/cuda/norm.h"
#include "kernels/cuda/sum.h"

static __global__ void standardise(sb_groups s, double epsilon, const real *gain, const real *shift, real alpha, real beta,
                                   const real *x, real *xhat, real *r, real *z)
{
    const sb_group own(s);
    double sum[1] = {0}, square[1] = {0};
    for (unsigned e = own.line; e < own.rows; e += SB_CUDA_LINES) sum[0] += (double)x[own.at(e)];
    sb_lane_sums(sum);
    const real mean = (real)(own.share * sum[0]);
    for (unsigned e = own.line; e < own.rows; e += SB_CUDA_LINES) {
        const double apart = (double)x[own.at(e)] - (double)mean;
        square[0] = sb_fma(apart, apart, square[0]);
    }
    sb_lane_sums(square);
    const real scale = (real)(1.0 / sqrt(sb_fma(own.share, square[0], epsilon)));
    if (own.line == 0) r[own.lane_of_group] = scale;
    for (unsigned e = own.line; e < own.rows; e += SB_CUDA_LINES) {
        const size_t at = own.at(e), channel = own.channel_of(e);
        const real value = (x[at] - mean) * scale;
        xhat[at] = value;
        if (z) z[at] = sb_fma(sb_norm_scale(alpha, gain[channel]), value, beta * shift[channel]);
    }
}

void CUDA(norm_forward)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *x, real *xhat,
                        real *r, real *z)
{
    SB_LAUNCH_BLOCKS(op, standardise, sb_group_blocks(c, m), sb_groups_of(c, m), m->epsilon, theta + m->gain, theta + m->shift,
                     (real)m->alpha, (real)m->beta, x, xhat, r, z);
}

static __global__ void descend(sb_groups s, const real *gain, real alpha, const real *dz, const real *xhat, const real *r, int keep,
                               real *dx)
{
    const sb_group own(s);
    double sum[2] = {0, 0}; /* of ghat, of ghat xhat */
    for (unsigned e = own.line; e < own.rows; e += SB_CUDA_LINES) {
        const size_t at = own.at(e);
        const double ghat = (double)sb_norm_scale(alpha, gain[own.channel_of(e)]) * (double)dz[at];
        sum[0] += ghat;
        sum[1] = sb_fma(ghat, (double)xhat[at], sum[1]);
    }
    sb_lane_sums(sum);
    const real mean = (real)(own.share * sum[0]), slope = (real)(own.share * sum[1]), scale = r[own.lane_of_group];
    for (unsigned e = own.line; e < own.rows; e += SB_CUDA_LINES) {
        const size_t at = own.at(e);
        const real pi = sb_fma(-xhat[at], slope, sb_fma(sb_norm_scale(alpha, gain[own.channel_of(e)]), dz[at], -mean));
        dx[at] = keep ? sb_fma(scale, pi, dx[at]) : scale * pi;
    }
}

void CUDA(norm_back)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *dz, const real *xhat,
                     const real *r, int keep, real *dx, int keep_grad, real *grad)
{
    SB_LAUNCH_BLOCKS(op, descend, sb_group_blocks(c, m), sb_groups_of(c, m), theta + m->gain, (real)m->alpha, dz, xhat, r, keep,
                     dx);
    if (grad) CUDA(norm_gradient)(op, c, m, dz, xhat, keep_grad, grad);
}

/* A channel's part in the gradient, before alpha and beta. */
typedef struct {
    double gain, shift;
} share;

static __device__ inline share sb_joined(share a, share b)
{
    return {a.gain + b.gain, a.shift + b.shift};
}

/* Past the samples dz and Rdz are 0. Of dz and xhat at an element come dz xhat and dz; of their derivatives Rdz and Rxhat come Rdz xhat + dz Rxhat and Rdz. */
static __global__ void gradient(sb_groups s, const real *dz, const real *Rdz, const real *Rx, const real *xhat, const real *r,
                                const real *means, real alpha, real beta, int keep, real *gain, real *shift)
{
    const unsigned w = blockIdx.x / (unsigned)s.channels, channel = blockIdx.x % (unsigned)s.channels;
    const unsigned group = w * (unsigned)s.groups + channel / (unsigned)(s.channels / s.groups),
                   sets = (unsigned)s.ld / SB_CUDA_LANES;
    const size_t plane = (size_t)s.pixels * s.ld;
    const real *from = Rdz ? Rdz : dz;
    share own = {0, 0};
    for (size_t e = threadIdx.x; e < plane; e += SB_CUDA_BLOCK) {
        const size_t at = blockIdx.x * plane + e;
        own.gain = sb_fma((double)from[at], (double)xhat[at], own.gain);
        own.shift += (double)from[at];
        if (!Rx) continue;
        const unsigned lane = (unsigned)(e / SB_CUDA_LANES) % sets * SB_CUDA_LANES + (unsigned)(e % SB_CUDA_LANES);
        const size_t of = (size_t)group * s.ld + lane;
        const real Rxhat = sb_norm_turned(Rx[at], xhat[at], r[of], means[2 * of], means[2 * of + 1]);
        own.gain = sb_fma((double)dz[at], (double)Rxhat, own.gain);
    }
    own = sb_block_join(own);
    if (threadIdx.x > 0) return;
    real *to_gain = gain + w * s.stride + channel, *to_shift = shift + w * s.stride + channel;
    *to_gain = sb_fma(alpha, (real)own.gain, keep ? *to_gain : 0);
    *to_shift = sb_fma(beta, (real)own.shift, keep ? *to_shift : 0);
}

void CUDA(norm_gradient)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *dz, const real *xhat, int keep,
                         real *grad)
{
    CUDA(norm_rgradient)(op, c, m, dz, NULL, NULL, xhat, NULL, NULL, keep, grad);
}

void CUDA(norm_rgradient)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *dz, const real *Rdz, const real *Rx,
                          const real *xhat, const real *r, const real *means, int keep, real *Hv)
{
    SB_LAUNCH_BLOCKS(op, gradient, (size_t)c->W * m->channels, sb_groups_of(c, m), dz, Rdz, Rx, xhat, r, means, (real)m->alpha,
                     (real)m->beta, keep, Hv + m->gain, Hv + m->shift);
}
