/* tile.h: products of matrices of which one block of threads forms one tile, a sum over terms. Both factors pass through shared
 * memory, TILE_DEPTH terms at a time; while these are multiplied, the next ones are fetched. Each element is one chain of fma in the
 * order of its terms.
 *
 * A factor has lines, the tile's rows or columns, and says where its elements are: start(term) is told where the next TILE_DEPTH
 * terms begin, at(i,term) gives what fetch i of this thread takes, 0 outside of the matrix. Fetches: a Way that the factor names. */
#ifndef SB_KERNELS_CUDA_TILE_H
#define SB_KERNELS_CUDA_TILE_H

#include "kernels/cuda/cuda.h"
#include "kernels/point/point.h"

/* The threads stand in a square, each with ROWS rows and COLUMNS columns of the tile. Columns come in fours. */
enum { TILE_SIDE = 16, TILE_DEPTH = 8, TILE_MOST = 8 * TILE_SIDE };

/* Lines are longer by 4: threads that store successive terms meet different banks, and fours stay aligned. */
struct alignas(16) sb_tiles {
    real left[TILE_DEPTH][TILE_MOST + 4];  /* (term,row) */
    real right[TILE_DEPTH][TILE_MOST + 4]; /* (term,column) */
};

/* Of a product's kernel: two blocks run on a multiprocessor at a time if registers allow; in double they do not. */
#define TILE_KERNEL static __global__ void __launch_bounds__(SB_CUDA_BLOCK, sizeof(real) == sizeof(float) ? 2 : 1)

/* Not in a template: all kernels of a file have the same memory. */
static __device__ inline sb_tiles *sb_shared_tiles(void)
{
    __shared__ sb_tiles tiles[2];
    return tiles;
}

/* Neighbouring threads fetch successive terms of one line. */
template <int LINES> struct sb_along {
    static constexpr int MOST = LINES, AT_ONCE = (int)SB_CUDA_BLOCK / (int)TILE_DEPTH, COUNT = (LINES + AT_ONCE - 1) / AT_ONCE;
    static __device__ inline int line(int i) { return (int)threadIdx.x / TILE_DEPTH + AT_ONCE * i; }
    static __device__ inline int term(int) { return (int)threadIdx.x % TILE_DEPTH; }
};

/* Neighbouring threads fetch one term of successive lines: a thread's line is always the same. */
template <int LINES> struct sb_across {
    static constexpr int MOST = LINES, AT_ONCE = SB_CUDA_BLOCK / LINES, COUNT = TILE_DEPTH / AT_ONCE;
    static __device__ inline int line(int) { return (int)threadIdx.x % LINES; }
    static __device__ inline int term(int i) { return (int)threadIdx.x / LINES + AT_ONCE * i; }
};

template <class Factor> static __device__ inline void sb_fetch(Factor &from, unsigned first, real (&value)[Factor::Way::COUNT])
{
    from.start(first);
#pragma unroll
    for (int i = 0; i < Factor::Way::COUNT; i++) value[i] = from.at(i, first + (unsigned)Factor::Way::term(i));
}

template <class Way> static __device__ inline void sb_put(const real (&value)[Way::COUNT], real (*to)[TILE_MOST + 4])
{
#pragma unroll
    for (int i = 0; i < Way::COUNT; i++)
        if (Way::line(i) < Way::MOST) to[Way::term(i)][Way::line(i)] = value[i];
}

/* Where row i and column j of this thread lie in the tile. */
template <int ROWS> static __device__ inline int sb_tile_row(int i)
{
    return (int)threadIdx.x / TILE_SIDE * ROWS + i;
}

static __device__ inline int sb_tile_column(int j)
{
    return j / 4 * (4 * TILE_SIDE) + (int)threadIdx.x % TILE_SIDE * 4 + j % 4;
}

template <int ROWS, int COLUMNS> static __device__ inline void sb_multiply(const sb_tiles *tiles, real (&sum)[ROWS][COLUMNS])
{
#pragma unroll
    for (int k = 0; k < TILE_DEPTH; k++) {
        real left[ROWS], right[COLUMNS];
#pragma unroll
        for (int i = 0; i < ROWS; i++) left[i] = tiles->left[k][sb_tile_row<ROWS>(i)];
#pragma unroll
        for (int j = 0; j < COLUMNS; j++) right[j] = tiles->right[k][sb_tile_column(j)];
#pragma unroll
        for (int i = 0; i < ROWS; i++)
#pragma unroll
            for (int j = 0; j < COLUMNS; j++) sum[i][j] = sb_fma(left[i], right[j], sum[i][j]);
    }
}

/* sum = the products' terms begin..end-1. Two tiles take turns: a thread that stores into one has seen all threads done with it. */
template <int ROWS, int COLUMNS, class Left, class Right>
static __device__ inline void sb_tile_product(unsigned begin, unsigned end, Left &left, Right &right, real (&sum)[ROWS][COLUMNS])
{
    real l[Left::Way::COUNT], r[Right::Way::COUNT];
#pragma unroll
    for (int i = 0; i < ROWS; i++)
#pragma unroll
        for (int j = 0; j < COLUMNS; j++) sum[i][j] = 0;
    if (begin >= end) return;
    sb_fetch(left, begin, l);
    sb_fetch(right, begin, r);
    for (unsigned k = begin, turn = 0; k < end; k += TILE_DEPTH, turn ^= 1) {
        sb_tiles *tiles = sb_shared_tiles() + turn;
        sb_put<typename Left::Way>(l, tiles->left);
        sb_put<typename Right::Way>(r, tiles->right);
        __syncthreads();
        if (k + TILE_DEPTH < end) {
            sb_fetch(left, k + TILE_DEPTH, l);
            sb_fetch(right, k + TILE_DEPTH, r);
        }
        sb_multiply(tiles, sum);
    }
}

#endif
