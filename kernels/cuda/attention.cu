/* Attention: products of each sample's own matrices, and softmax with its derivatives. Threads next to each other are lanes. */
#include "kernels/cuda/images.h"
#include "kernels/cuda/lanes.h"
#include "kernels/point/exp.h"

enum { SIDE = 4 }; /* a thread forms a square of this side */

/* From one row and one term to the next, in a or b; in elements of one lane. */
typedef struct {
    size_t line, term, worker;
} steps;

/* Items (W,I/SIDE,J/SIDE,ld), rounded up. At the border a thread reads its last row again, and leaves it. */
static __global__ void multiply_lanes(size_t items, int ld, int I, int J, int K, real alpha, const real *a, steps in_a,
                                      const real *b, steps in_b, int keep, real *out)
{
    const size_t item = sb_item();
    if (item >= items) return;
    const sb_spot spot = sb_spot_of(item, ld);
    const unsigned down = (unsigned)(I + SIDE - 1) / SIDE, across = (unsigned)(J + SIDE - 1) / SIDE, w = spot.row / across / down;
    const int i0 = (int)(spot.row / across % down) * SIDE, j0 = (int)(spot.row % across) * SIDE;
    real sum[SIDE][SIDE] = {{0}};
    a += w * in_a.worker + (size_t)spot.lane;
    b += w * in_b.worker + (size_t)spot.lane;
    for (int k = 0; k < K; k++, a += in_a.term, b += in_b.term) {
        real left[SIDE], right[SIDE];
#pragma unroll
        for (int n = 0; n < SIDE; n++) {
            left[n] = a[(size_t)min(i0 + n, I - 1) * in_a.line];
            right[n] = b[(size_t)min(j0 + n, J - 1) * in_b.line];
        }
#pragma unroll
        for (int i = 0; i < SIDE; i++)
#pragma unroll
            for (int j = 0; j < SIDE; j++) sum[i][j] = sb_fma(left[i], right[j], sum[i][j]);
    }
#pragma unroll
    for (int i = 0; i < SIDE; i++)
#pragma unroll
        for (int j = 0; j < SIDE; j++) {
            if (i0 + i >= I || j0 + j >= J) continue;
            real *to = out + (((size_t)w * I + i0 + i) * J + j0 + j) * (size_t)ld + (size_t)spot.lane;
            *to = keep ? sb_fma(alpha, sum[i][j], *to) : alpha * sum[i][j];
        }
}

void CUDA(lane_products)(const sb_backend *op, const sb_crew *c, int I, int J, int K, int trans_a, int trans_b, double alpha,
                         const real *a, const real *b, int keep, real *out)
{
    const size_t ld = (size_t)c->ld, down = (size_t)(I + SIDE - 1) / SIDE, across = (size_t)(J + SIDE - 1) / SIDE;
    const steps in_a = {trans_a ? ld : K * ld, trans_a ? I * ld : ld, (size_t)I * K * ld};
    const steps in_b = {trans_b ? K * ld : ld, trans_b ? ld : J * ld, (size_t)J * K * ld};
    SB_LAUNCH(op, multiply_lanes, c->W * down * across * ld, c->ld, I, J, K, (real)alpha, a, in_a, b, in_b, keep, out);
}

/* Of softmax and its derivatives one thread has a row of one lane: J elements, ld apart, the first one at `at`. */
static __device__ inline size_t row_of(size_t item, int J, int ld)
{
    const sb_spot spot = sb_spot_of(item, ld);
    return (size_t)spot.row * J * (size_t)ld + (size_t)spot.lane;
}

static __global__ void softmax_rows(size_t items, int J, int ld, const real *x, real *p)
{
    const size_t item = sb_item();
    if (item >= items || J == 0) return;
    const size_t first = row_of(item, J, ld), end = first + J * (size_t)ld;
    real most = x[first], sum = 0;
    for (size_t at = first; at < end; at += (size_t)ld) most = x[at] > most ? x[at] : most;
    for (size_t at = first; at < end; at += (size_t)ld) {
        const real e = SB_REAL_NAME(sb_point_exp_falling)(x[at] - most);
        p[at] = e;
        sum += e;
    }
    for (size_t at = first; at < end; at += (size_t)ld) p[at] /= sum;
}

void CUDA(softmax)(const sb_backend *op, const sb_crew *c, int I, int J, const real *x, real *p)
{
    SB_LAUNCH(op, softmax_rows, (size_t)c->W * I * c->ld, J, c->ld, x, p);
}

static __global__ void softmax_rows_back(size_t items, int J, int ld, const real *p, const real *dp, real *dx)
{
    const size_t item = sb_item();
    if (item >= items) return;
    const size_t first = row_of(item, J, ld), end = first + J * (size_t)ld;
    real sum = 0;
    for (size_t at = first; at < end; at += (size_t)ld) sum = sb_fma(p[at], dp[at], sum);
    for (size_t at = first; at < end; at += (size_t)ld) dx[at] = p[at] * (dp[at] - sum);
}

void CUDA(softmax_back)(const sb_backend *op, const sb_crew *c, int I, int J, const real *p, const real *dp, real *dx)
{
    SB_LAUNCH(op, softmax_rows_back, (size_t)c->W * I * c->ld, J, c->ld, p, dp, dx);
}

static __global__ void softmax_rows_rback(size_t items, int J, int ld, const real *p, const real *dp, const real *Rp,
                                          const real *Rdp, real *Rdx)
{
    const size_t item = sb_item();
    if (item >= items) return;
    const size_t first = row_of(item, J, ld), end = first + J * (size_t)ld;
    real sum = 0, Rsum = 0;
    for (size_t at = first; at < end; at += (size_t)ld) {
        sum = sb_fma(p[at], dp[at], sum);
        Rsum = sb_fma(p[at], Rdp[at], sb_fma(Rp[at], dp[at], Rsum));
    }
    for (size_t at = first; at < end; at += (size_t)ld) Rdx[at] = sb_fma(p[at], Rdp[at] - Rsum, Rp[at] * (dp[at] - sum));
}

void CUDA(softmax_rback)(const sb_backend *op, const sb_crew *c, int I, int J, const real *p, const real *dp, const real *Rp,
                         const real *Rdp, real *Rdx)
{
    SB_LAUNCH(op, softmax_rows_rback, (size_t)c->W * I * c->ld, J, c->ld, p, dp, Rp, Rdp, Rdx);
}
