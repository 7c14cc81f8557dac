/* sum.h: sums in an order that depends on their length alone, not on the device, nor on how many are formed at once.
 *
 * A row of n elements is cut into pieces; one block adds one piece. Thread t adds the piece's elements t, t + SB_CUDA_BLOCK, ... in
 * order, and a tree joins the threads. The sums of a row's pieces are added in the same way. */
#ifndef SB_KERNELS_CUDA_SUM_H
#define SB_KERNELS_CUDA_SUM_H

#include "kernels/cuda/cuda.h"

enum { SB_CUDA_PIECE = 16 * SB_CUDA_BLOCK, SB_CUDA_MOST_PIECES = 1 << 15 };

typedef struct {
    size_t n, length, pieces; /* of the row; of a piece (the last may be shorter); how many: at least 1, at most SB_CUDA_MOST_PIECES */
} sb_cut;

static inline sb_cut sb_cut_row(size_t n)
{
    sb_cut cut = {n, SB_CUDA_PIECE, 1};
    while (cut.length * SB_CUDA_MOST_PIECES < n) cut.length *= 2;
    if (n) cut.pieces = (n + cut.length - 1) / cut.length;
    return cut;
}

/* How many rows' sums of pieces the queue's room holds. */
static inline size_t sb_cut_rows(const sb_queue *q, sb_cut cut)
{
    return q->room_bytes / (cut.pieces * sizeof(double));
}

/* What one block of a kernel over (rows * pieces) blocks adds: elements begin..end-1 of row `row`. */
typedef struct {
    size_t row, begin, end;
} sb_piece;

static __device__ inline sb_piece sb_own_piece(sb_cut cut)
{
    const size_t row = blockIdx.x / (unsigned)cut.pieces, begin = (blockIdx.x - row * cut.pieces) * cut.length;
    const sb_piece piece = {row, begin, begin + cut.length < cut.n ? begin + cut.length : cut.n};
    return piece;
}

template <class T> static __device__ inline T sb_joined(T a, T b)
{
    return a + b;
}

/* What the threads of a block hold, joined by sb_joined along a tree; thread 0 gets the whole. Once in a kernel. */
template <class T> static __device__ inline T sb_block_join(T own)
{
    __shared__ T part[SB_CUDA_BLOCK];
    part[threadIdx.x] = own;
    __syncthreads();
    for (unsigned width = SB_CUDA_BLOCK / 2; width > 0; width /= 2) {
        if (threadIdx.x < width) part[threadIdx.x] = sb_joined(part[threadIdx.x], part[threadIdx.x + width]);
        __syncthreads();
    }
    return part[0];
}

/* out (rows) = [out +] sums of part (rows,n): one block a row. */
template <class T> static __global__ void sb_add_rows(size_t n, const T *part, int keep, T *out)
{
    T sum = 0;
    for (size_t i = threadIdx.x; i < n; i += SB_CUDA_BLOCK) sum += part[blockIdx.x * n + i];
    sum = sb_block_join(sum);
    if (threadIdx.x == 0) out[blockIdx.x] = keep ? out[blockIdx.x] + sum : sum;
}

#endif
