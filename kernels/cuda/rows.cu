#include "kernels/cuda/cuda.h"
#include "kernels/point/point.h"

static __global__ void gather_rows(size_t items, int n, const real *table, const int *k, real *out, int ldo)
{
    const size_t item = sb_item(), row = item / (unsigned)n, column = item - row * n;
    if (item < items) out[row * ldo + column] = table[(k ? (size_t)k[row] : row) * n + column];
}

void CUDA(rows_gather)(const sb_backend *op, int m, int n, const real *table, const int *k, real *out, int ldo)
{
    SB_LAUNCH(op, gather_rows, (size_t)m * n, n, table, k, out, ldo);
}

static __global__ void combine_rows(size_t items, int n, const int *k, const real *c, const real *X, const real *a, const real *Y,
                                    real *out)
{
    const size_t item = sb_item();
    if (item >= items) return;
    const int time = k[item / (unsigned)n];
    const real term = c[time] * X[item];
    out[item] = Y ? sb_fma(a[time], Y[item], term) : term;
}

void CUDA(rows_combine)(const sb_backend *op, int m, int n, const int *k, const real *c, const real *X, const real *a,
                        const real *Y, real *out)
{
    SB_LAUNCH(op, combine_rows, (size_t)m * n, n, k, c, X, a, Y, out);
}

/* Parameters of one time: A_k, then b_k. */
static __host__ __device__ inline size_t block_size(int d, int diagonal)
{
    return diagonal ? 2 * (size_t)d : (size_t)d * d + d;
}

/* One thread for each (worker, sample, coordinate r). */
static __global__ void affine_rows(size_t items, sb_crew c, int d, int diagonal, const real *theta, const int *k, const real *y,
                                   real *s)
{
    const size_t item = sb_item(), row = item / (unsigned)d, r = item - row * d;
    if (item >= items) return;
    const size_t size = block_size(d, diagonal);
    const real *A = theta + row / (unsigned)c.B * c.stride + (size_t)k[row] * size;
    real sum = A[size - d + r];
    if (diagonal) sum = sb_fma(A[r], y[item], sum);
    else
        for (int j = 0; j < d; j++) sum = sb_fma(A[r * d + j], y[row * d + j], sum);
    s[item] = sum;
}

void CUDA(rows_affine)(const sb_backend *op, const sb_crew *c, int d, int diagonal, const real *theta, const int *k, const real *y,
                       real *s)
{
    SB_LAUNCH(op, affine_rows, (size_t)c->W * c->B * d, *c, d, diagonal, theta, k, y, s);
}

/* One thread for each (worker, parameter): it goes through the worker's samples in order and adds those of its own time. */
static __global__ void affine_rows_gradient(size_t items, int B, int d, int diagonal, size_t D, const int *k, const real *y,
                                            const real *ds, int keep, real *grad)
{
    const size_t item = sb_item(), w = item / D, i = item - w * D;
    if (item >= items) return;
    const size_t size = block_size(d, diagonal), time = i / size, place = i - time * size;
    const int is_bias = place >= size - d;
    const size_t row = is_bias ? place - (size - d) : diagonal ? place : place / (unsigned)d;
    const size_t column = diagonal ? row : place % (unsigned)d;
    real sum = keep ? grad[item] : 0;
    for (size_t b = w * B; b < (w + 1) * B; b++)
        if ((size_t)k[b] == time) sum = is_bias ? sum + ds[b * d + row] : sb_fma(ds[b * d + row], y[b * d + column], sum);
    grad[item] = sum;
}

void CUDA(rows_affine_gradient)(const sb_backend *op, const sb_crew *c, int d, int diagonal, size_t D, const int *k, const real *y,
                                const real *ds, int keep, real *grad)
{
    SB_LAUNCH(op, affine_rows_gradient, (size_t)c->W * D, c->B, d, diagonal, D, k, y, ds, keep, grad);
}
