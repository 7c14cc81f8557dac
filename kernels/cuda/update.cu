#include "kernels/cuda/philox.h"
#include "kernels/cuda/sum.h"
#include "kernels/point/adam.h"

/* One thread for each block of four words. */
static __global__ void mask_random(size_t items, size_t D, const uint64_t *keep, const sb_place *place, unsigned char *mask)
{
    const size_t item = sb_item(), fours = (D + 3) / 4, w = item / fours, four = item - w * fours, first = 4 * four;
    if (item >= items) return;
    uint32_t word[4];
    sb_words(place[w], four, word);
    unsigned char *to = mask + w * D + first;
    for (int j = 0; j < 4; j++)
        if (first + j < D) to[j] = word[j] < keep[w];
}

void CUDA(mask_random)(const sb_backend *op, int W, size_t D, const uint64_t *keep, const sb_place *place, unsigned char *mask)
{
    SB_LAUNCH(op, mask_random, (size_t)W * ((D + 3) / 4), D, keep, place, mask);
}

static __global__ void mask_top_k(size_t items, size_t D, const double *theta_r, const int *replica, const double *cut,
                                  const uint64_t *last, unsigned char *mask)
{
    const size_t item = sb_item(), w = item / D, i = item - w * D;
    if (item >= items) return;
    const double size = fabs(theta_r[(size_t)replica[w] * D + i]);
    mask[item] = size > cut[w] || (size == cut[w] && i <= last[w]);
}

void CUDA(mask_top_k)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica, const double *cut,
                      const uint64_t *last, unsigned char *mask)
{
    SB_LAUNCH(op, mask_top_k, (size_t)W * D, D, theta_r, replica, cut, last, mask);
}

static __global__ void prune_pieces(sb_cut cut, const double *theta_r, const int *replica, const unsigned char *mask, real *local,
                                    double *part)
{
    const sb_piece own = sb_own_piece(cut);
    const double *theta = theta_r + (size_t)replica[own.row] * cut.n;
    double sum = 0.0;
    for (size_t i = own.begin + threadIdx.x; i < own.end; i += SB_CUDA_BLOCK) {
        const size_t at = own.row * cut.n + i;
        const int kept = !mask || mask[at];
        local[at] = kept ? (real)theta[i] : 0;
        if (!kept) sum = sb_fma(theta[i], theta[i], sum);
    }
    sum = sb_block_join(sum);
    if (threadIdx.x == 0) part[blockIdx.x] = sum;
}

/* The order of pruned2's sums is sum.h's, so its last bits differ from the CPU's. */
void CUDA(prune)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica, const unsigned char *mask,
                 real *local, double *pruned2)
{
    const sb_cut cut = sb_cut_row(D);
    if (cut.pieces == 1) {
        SB_LAUNCH_BLOCKS(op, prune_pieces, W, cut, theta_r, replica, mask, local, pruned2);
        return;
    }
    double *part = (double *)queue_of(op)->room;
    const size_t most = sb_cut_rows(queue_of(op), cut);
    for (size_t first = 0; first < (size_t)W; first += most) {
        const size_t rows = (size_t)W - first < most ? (size_t)W - first : most;
        SB_LAUNCH_BLOCKS(op, prune_pieces, rows * cut.pieces, cut, theta_r, replica + first, mask ? mask + first * D : NULL,
                         local + first * D, part);
        SB_LAUNCH_BLOCKS(op, sb_add_rows<double>, rows, cut.pieces, part, 0, pruned2 + first);
    }
}

static __global__ void gather(size_t items, size_t n, size_t D, const uint32_t *index, const real *from, real *to)
{
    const size_t item = sb_item();
    if (item < items) to[item] = from[item / n * D + index[item]];
}

void CUDA(gather)(const sb_backend *op, int W, size_t n, size_t D, const uint32_t *index, const real *from, real *to)
{
    SB_LAUNCH(op, gather, (size_t)W * n, n, D, index, from, to);
}

static __global__ void scatter(size_t items, size_t n, size_t D, const uint32_t *index, const real *from, real *to)
{
    const size_t item = sb_item();
    if (item < items) to[item / n * D + index[item]] = from[item];
}

void CUDA(scatter)(const sb_backend *op, int W, size_t n, size_t D, const uint32_t *index, const real *from, real *to)
{
    SB_LAUNCH(op, scatter, (size_t)W * n, n, D, index, from, to);
}

static __global__ void sgd_masked(size_t n, real step, const real *grad, const unsigned char *mask, real *theta)
{
    const size_t i = sb_item();
    if (i < n && (!mask || mask[i])) theta[i] = sb_fma(step, grad[i], theta[i]);
}

void CUDA(sgd_masked)(const sb_backend *op, size_t n, double eta, const real *grad, const unsigned char *mask, real *theta)
{
    SB_LAUNCH(op, sgd_masked, n, (real)-eta, grad, mask, theta);
}

static __global__ void adam_masked(size_t n, sb_point_adam_step step, int first, const real *grad, const unsigned char *mask,
                                   real *m, real *s, real *theta)
{
    const size_t i = sb_item();
    if (i >= n) return;
    const real mean = sb_point_adam_mean(&step, grad[i], first ? 0 : m[i]);
    const real square = sb_point_adam_square(&step, grad[i], first ? 0 : s[i]);
    m[i] = mean;
    s[i] = square;
    if (!mask || mask[i]) theta[i] -= sb_point_adam_change(&step, mean, square);
}

void CUDA(adam_masked)(const sb_backend *op, size_t n, double eta, const sb_adam *adam, int t, const real *grad,
                       const unsigned char *mask, real *m, real *s, real *theta)
{
    SB_LAUNCH(op, adam_masked, n, sb_point_adam_at(eta, adam->b1, adam->b2, adam->epsilon, t), t == 1, grad, mask, m, s, theta);
}

enum { AHEAD = 16 }; /* workers whose values are fetched at once, for the memory's latency */

/* A coordinate's entries of one replica's row, while one thread goes through the workers. */
typedef struct {
    size_t at; /* in sum and count */
    int replica;
    real start;
    int64_t sum;
    int32_t count;
} entry;

/* Nonzero if the sum does not hold it (it then wraps). Above 2^62 units llrint might not fit. */
static __device__ inline int add_rounded(double units, int64_t *sum)
{
    if (!(fabs(units) < 0x1p62)) return 1;
    const int64_t more = (int64_t)llrint(units), before = *sum;
    *sum = (int64_t)((uint64_t)before + (uint64_t)more);
    return more < 0 ? *sum > before : *sum < before;
}

/* One thread for each coordinate: it goes through the workers in order, so no two threads meet at a sum. Only a lost change, which
 * ends a run, is counted by an atomic (of integers, whose order does not matter). */
static __global__ void accumulate(size_t D, int W, const double *theta_r, const int *replica, const real *__restrict__ local,
                                  const unsigned char *__restrict__ mask, double per_quantum, double limit, int64_t *sum,
                                  int32_t *count, uint64_t *lost)
{
    const size_t i = sb_item();
    if (i >= D) return;
    entry own = {0, -1, 0, 0, 0};
    for (int first = 0; first < W; first += AHEAD) {
        real value[AHEAD];
        unsigned kept = 0;
#pragma unroll
        for (int n = 0; n < AHEAD; n++) {
            const size_t at = (size_t)(first + n < W ? first + n : W - 1) * D + i; /* in any case a load without a branch */
            kept |= (unsigned)(first + n < W) * (mask ? mask[at] : 1) << n;
            value[n] = local[at];
        }
#pragma unroll
        for (int n = 0; n < AHEAD; n++) {
            if (!(kept >> n & 1)) continue;
            const int w = first + n;
            if (replica[w] != own.replica) {
                if (own.replica >= 0) {
                    sum[own.at] = own.sum;
                    count[own.at] = own.count;
                }
                own.replica = replica[w];
                own.at = (size_t)own.replica * D + i;
                own.start = (real)theta_r[own.at];
                own.sum = sum[own.at];
                own.count = count[own.at];
            }
            const double change = (double)value[n] - (double)own.start;
            own.count++;
            if (!(fabs(change) <= limit) || add_rounded(change * per_quantum, &own.sum))
                atomicAdd((unsigned long long *)&lost[w], 1ull);
        }
    }
    if (own.replica >= 0) {
        sum[own.at] = own.sum;
        count[own.at] = own.count;
    }
}

void CUDA(accumulate)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica, const real *local,
                      const unsigned char *mask, double quantum, double limit, int64_t *sum, int32_t *count, uint64_t *lost)
{
    op->clear(op, lost, (size_t)W * sizeof *lost);
    SB_LAUNCH(op, accumulate, D, W, theta_r, replica, local, mask, 1.0 / quantum, limit, sum, count,
              lost); /* exact: a power of two */
}

/* What aggregate returns, of some coordinates. */
typedef struct {
    uint64_t uncovered;
    int32_t least;
} tally;

static __device__ inline tally sb_joined(tally a, tally b)
{
    const tally both = {a.uncovered + b.uncovered, a.least < b.least ? a.least : b.least};
    return both;
}

static __global__ void aggregate_pieces(sb_cut cut, double quantum, const int64_t *sum, const int32_t *count, int zero_uncovered,
                                        double *theta_r, tally *part)
{
    const sb_piece piece = sb_own_piece(cut);
    tally own = {0, INT32_MAX};
    for (size_t i = piece.begin + threadIdx.x; i < piece.end; i += SB_CUDA_BLOCK) {
        const tally one = {count[i] == 0, count[i]};
        if (count[i] > 0) theta_r[i] += quantum * (double)sum[i] / count[i];
        else if (zero_uncovered) theta_r[i] = 0.0;
        own = sb_joined(own, one);
    }
    own = sb_block_join(own);
    if (threadIdx.x == 0) part[blockIdx.x] = own;
}

static __global__ void join_tallies(size_t n, const tally *part, tally *all)
{
    tally own = {0, INT32_MAX};
    for (size_t i = threadIdx.x; i < n; i += SB_CUDA_BLOCK) own = sb_joined(own, part[i]);
    own = sb_block_join(own);
    if (threadIdx.x == 0) *all = own;
}

size_t CUDA(aggregate)(const sb_backend *op, size_t D, double quantum, const int64_t *sum, const int32_t *count, int zero_uncovered,
                       double *theta_r, int32_t *least)
{
    const sb_cut cut = sb_cut_row(D);
    sb_queue *q = queue_of(op);
    tally *part = (tally *)q->room, *all = part + cut.pieces, none = {0, 0};
    SB_LAUNCH_BLOCKS(op, aggregate_pieces, cut.pieces, cut, quantum, sum, count, zero_uncovered, theta_r, part);
    SB_LAUNCH_BLOCKS(op, join_tallies, 1, cut.pieces, part, all);
    op->download(op, q->pinned, all, sizeof *all);
    const tally result = q->failed || !D ? none : *(const tally *)q->pinned;
    if (least) *least = result.least;
    return (size_t)result.uncovered;
}
