/* The derivatives of group normalisation, and of its way back, along a direction. */
#include "kernels/cuda/norm.h"

/* The means of Rx and of xhat Rx over a group, of each of 16 lanes; 0 without Rx. */
typedef struct {
    real mean, slope;
} moments;

static __device__ inline moments moments_of(const sb_group &own, const real *Rx, const real *xhat)
{
    double sum[2] = {0, 0};
    if (!Rx) return {0, 0};
    for (unsigned e = own.line; e < own.rows; e += SB_CUDA_LINES) {
        const size_t at = own.at(e);
        sum[0] += (double)Rx[at];
        sum[1] = sb_fma((double)Rx[at], (double)xhat[at], sum[1]);
    }
    sb_lane_sums(sum);
    return {(real)(own.share * sum[0]), (real)(own.share * sum[1])};
}

static __global__ void turn(sb_groups s, const real *gain, const real *v_gain, const real *v_shift, real alpha, real beta,
                            const real *Rx, const real *xhat, const real *r, real *Rxhat, real *Rz)
{
    const sb_group own(s);
    const moments x = moments_of(own, Rx, xhat);
    const real scale = r[own.lane_of_group];
    for (unsigned e = own.line; e < own.rows; e += SB_CUDA_LINES) {
        const size_t at = own.at(e), channel = own.channel_of(e);
        const real Rxh = Rx ? sb_norm_turned(Rx[at], xhat[at], scale, x.mean, x.slope) : 0;
        Rxhat[at] = Rxh;
        Rz[at] =
            sb_fma(sb_norm_scale(alpha, gain[channel]), Rxh, sb_fma(alpha * v_gain[channel], xhat[at], beta * v_shift[channel]));
    }
}

void CUDA(norm_rforward)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *v, const real *Rx,
                         const real *xhat, const real *r, real *Rxhat, real *Rz)
{
    SB_LAUNCH_BLOCKS(op, turn, sb_group_blocks(c, m), sb_groups_of(c, m), theta + m->gain, v + m->gain, v + m->shift,
                     (real)m->alpha, (real)m->beta, Rx, xhat, r, Rxhat, Rz);
}

/* With ghat = (1 + alpha gain) dz, Rghat = (1 + alpha gain) Rdz + alpha v_gain dz and means over the group,
 *     Rdx = r (Rghat - mean(Rghat) - Rxhat mean(ghat xhat) - xhat mean(Rghat xhat + ghat Rxhat)) + (Rr/r) dx_alone,
 *     Rr/r = -r mean(xhat Rx).
 * means (W,groups,ld,2), NULL if not asked for: those of Rx and xhat Rx. */
static __global__ void rdescend(sb_groups s, const real *gain, const real *v_gain, real alpha, const real *dz, const real *Rdz,
                                const real *Rx, const real *xhat, const real *r, int keep, real *Rdx, real *means)
{
    const sb_group own(s);
    const moments x = moments_of(own, Rx, xhat);
    const real scale = r[own.lane_of_group];
    double sum[4] = {0, 0, 0, 0}; /* of ghat, ghat xhat, Rghat, Rghat xhat + ghat Rxhat */
    for (unsigned e = own.line; e < own.rows; e += SB_CUDA_LINES) {
        const size_t at = own.at(e), channel = own.channel_of(e);
        const double by = (double)sb_norm_scale(alpha, gain[channel]), Rby = (double)alpha * (double)v_gain[channel];
        const double ghat = by * (double)dz[at], Rghat = sb_fma(by, (double)Rdz[at], Rby * (double)dz[at]);
        const real Rxh = Rx ? sb_norm_turned(Rx[at], xhat[at], scale, x.mean, x.slope) : 0;
        sum[0] += ghat;
        sum[1] = sb_fma(ghat, (double)xhat[at], sum[1]);
        sum[2] += Rghat;
        sum[3] = sb_fma(Rghat, (double)xhat[at], sb_fma(ghat, (double)Rxh, sum[3]));
    }
    sb_lane_sums(sum);
    real mean[4];
    for (int i = 0; i < 4; i++) mean[i] = (real)(own.share * sum[i]);
    for (unsigned e = own.line; e < own.rows; e += SB_CUDA_LINES) {
        const size_t at = own.at(e), channel = own.channel_of(e);
        const real by = sb_norm_scale(alpha, gain[channel]), Rby = alpha * v_gain[channel];
        const real Rxh = Rx ? sb_norm_turned(Rx[at], xhat[at], scale, x.mean, x.slope) : 0;
        const real pi = sb_fma(-xhat[at], mean[1], sb_fma(by, dz[at], -mean[0]));
        const real Rghat = sb_fma(by, Rdz[at], Rby * dz[at]);
        const real Rpi = sb_fma(-xhat[at], mean[3], sb_fma(-Rxh, mean[1], Rghat - mean[2]));
        const real value = sb_fma(-scale * x.slope, pi, Rpi);
        Rdx[at] = keep ? sb_fma(scale, value, Rdx[at]) : scale * value;
    }
    if (means && own.line == 0) {
        means[2 * own.lane_of_group] = x.mean;
        means[2 * own.lane_of_group + 1] = x.slope;
    }
}

/* The gradient's derivative needs the means of Rx and xhat Rx: they pass through the queue's room, of as many workers at a time as it
 * holds. */
void CUDA(norm_rback)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *v, const real *dz,
                      const real *Rdz, const real *Rx, const real *xhat, const real *r, int keep, real *Rdx, int keep_grad,
                      real *Hv)
{
    sb_queue *q = queue_of(op);
    const size_t lanes = (size_t)m->groups * c->ld, worker = (size_t)m->channels * m->pixels * c->ld, W = (size_t)c->W;
    const bool through_room = Hv && Rx && lanes > 0;
    const size_t most = through_room ? q->room_bytes / (2 * lanes * sizeof(real)) : W;
    real *means = through_room ? (real *)q->room : NULL;
    if (W && !most) CUDA(note)(q, cudaErrorMemoryAllocation, "norm_rback");
    for (size_t w = 0; most && w < W; w += most) {
        sb_crew some = *c;
        some.W = (int)(w + most < W ? most : W - w);
        const real *Rx_w = Rx ? Rx + w * worker : NULL;
        const real *theta_w = theta + w * c->stride, *v_w = v + w * c->stride;
        SB_LAUNCH_BLOCKS(op, rdescend, sb_group_blocks(&some, m), sb_groups_of(&some, m), theta_w + m->gain, v_w + m->gain,
                         (real)m->alpha, dz + w * worker, Rdz + w * worker, Rx_w, xhat + w * worker, r + w * lanes, keep,
                         Rdx + w * worker, means);
        if (Hv)
            CUDA(norm_rgradient)
            (op, &some, m, dz + w * worker, Rdz + w * worker, Rx_w, xhat + w * worker, r + w * lanes, means, keep_grad,
             Hv + w * c->stride);
    }
}
