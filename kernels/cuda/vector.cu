#include "kernels/cuda/sum.h"
#include "kernels/point/cosine.h"

static __global__ void multiply(size_t n, const real *x, const real *y, real *out)
{
    const size_t i = sb_item();
    if (i < n) out[i] = x[i] * y[i];
}

void CUDA(multiply)(const sb_backend *op, size_t n, const real *x, const real *y, real *out)
{
    SB_LAUNCH(op, multiply, n, x, y, out);
}

static __global__ void multiply_add(size_t n, const real *x, const real *y, real *out)
{
    const size_t i = sb_item();
    if (i < n) out[i] = sb_fma(x[i], y[i], out[i]);
}

void CUDA(multiply_add)(const sb_backend *op, size_t n, const real *x, const real *y, real *out)
{
    SB_LAUNCH(op, multiply_add, n, x, y, out);
}

static __global__ void axpy(size_t n, real a, const real *x, real *y)
{
    const size_t i = sb_item();
    if (i < n) y[i] = sb_fma(a, x[i], y[i]);
}

void CUDA(axpy)(const sb_backend *op, size_t n, double a, const real *x, real *y)
{
    SB_LAUNCH(op, axpy, n, (real)a, x, y);
}

static __global__ void dot_pieces(sb_cut cut, const real *x, const real *y, double *part)
{
    const sb_piece own = sb_own_piece(cut);
    double sum = 0.0;
    for (size_t i = own.begin + threadIdx.x; i < own.end; i += SB_CUDA_BLOCK) sum = sb_fma((double)x[i], (double)y[i], sum);
    sum = sb_block_join(sum);
    if (threadIdx.x == 0) part[blockIdx.x] = sum;
}

/* The order is sum.h's, so the last bits differ from the CPU's. After a failure: NaN. */
double CUDA(dot)(const sb_backend *op, size_t n, const real *x, const real *y)
{
    const sb_cut cut = sb_cut_row(n);
    sb_queue *q = queue_of(op);
    double *part = (double *)q->room, *sum = part;
    SB_LAUNCH_BLOCKS(op, dot_pieces, cut.pieces, cut, x, y, part);
    if (cut.pieces > 1) {
        sum = part + cut.pieces;
        SB_LAUNCH_BLOCKS(op, sb_add_rows<double>, 1, cut.pieces, part, 0, sum);
    }
    op->download(op, q->pinned, sum, sizeof *sum);
    return q->failed ? NAN : *(const double *)q->pinned;
}

static __global__ void cosine(size_t items, int n, real scale, const real *Z, real *out, int ldo)
{
    const size_t item = sb_item(), row = item / (unsigned)n;
    if (item < items) out[row * ldo + (item - row * n)] = scale * SB_REAL_NAME(sb_point_cosine)(Z[item]);
}

void CUDA(cosine)(const sb_backend *op, int m, int n, double scale, const real *Z, real *out, int ldo)
{
    SB_LAUNCH(op, cosine, (size_t)m * n, n, (real)scale, Z, out, ldo);
}
