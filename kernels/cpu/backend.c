#include "kernels/blas.h"
#include "kernels/cpu/cpu.h"

#include <cblas.h>
#include <stdlib.h>
#include <string.h>

#ifdef SB_FLOAT
#define cblas_gemm cblas_sgemm
#else
#define cblas_gemm cblas_dgemm
#endif

static void *cpu_alloc(const sb_backend *op, size_t bytes)
{
    (void)op;
    return bytes <= SIZE_MAX - 64 ? aligned_alloc(64, (bytes + 63) / 64 * 64 + 64) : NULL;
}

static void cpu_release(const sb_backend *op, void *memory)
{
    (void)op;
    free(memory);
}

static void move(const sb_backend *op, void *to, const void *from, size_t bytes)
{
    (void)op;
    if (bytes) memcpy(to, from, bytes);
}

static void clear(const sb_backend *op, void *memory, size_t bytes)
{
    (void)op;
    if (bytes) memset(memory, 0, bytes);
}

static const char *finish(const sb_backend *op)
{
    (void)op;
    return NULL; /* everything is done when it is asked for */
}

static void gemm(const sb_backend *op, int trans_a, int trans_b, int m, int n, int k, double alpha, const real *A, int lda,
                 const real *B, int ldb, double beta, real *C, int ldc)
{
    (void)op;
    if (m == 0 || n == 0) return;
    cblas_gemm(CblasRowMajor, trans_a ? CblasTrans : CblasNoTrans, trans_b ? CblasTrans : CblasNoTrans, m, n, k, (real)alpha, A,
               lda, B, ldb, (real)beta, C, ldc);
}

static void gemm_batch(const sb_backend *op, int W, int trans_a, int trans_b, int m, int n, int k, double alpha, const real *A,
                       int lda, size_t stride_a, const real *B, int ldb, size_t stride_b, double beta, real *C, int ldc,
                       size_t stride_c)
{
    for (int w = 0; w < W; w++, A += stride_a, B += stride_b, C += stride_c)
        gemm(op, trans_a, trans_b, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc);
}

const sb_backend *sb_backend_cpu(void)
{
    static const sb_backend table = {
        .name = "cpu",
        .device = "",
        .tile = 64,
        .alloc = cpu_alloc,
        .release = cpu_release,
        .upload = move,
        .download = move,
        .copy = move,
        .clear = clear,
        .finish = finish,
        .gemm = gemm,
        .gemm_batch = gemm_batch,
        .embed = CPU(embed),
        .layer_forward = CPU(layer_forward),
        .layer_apply = CPU(layer_apply),
        .layer_back = CPU(layer_back),
        .layer_gradient = CPU(layer_gradient),
        .emit = CPU(emit),
        .absorb = CPU(absorb),
        .silu_curvature = CPU(silu_curvature),
        .conv_apply = CPU(conv_apply),
        .conv_back = CPU(conv_back),
        .conv_gradient = CPU(conv_gradient),
        .norm_forward = CPU(norm_forward),
        .norm_back = CPU(norm_back),
        .norm_rforward = CPU(norm_rforward),
        .norm_rback = CPU(norm_rback),
        .silu = CPU(silu),
        .pool = CPU(pool),
        .spread = CPU(spread),
        .everywhere = CPU(everywhere),
        .pixel_sums = CPU(pixel_sums),
        .copy_part = CPU(copy_part),
        .lane_products = CPU(lane_products),
        .softmax = CPU(softmax),
        .softmax_back = CPU(softmax_back),
        .softmax_rback = CPU(softmax_rback),
        .multiply = CPU(multiply),
        .multiply_add = CPU(multiply_add),
        .axpy = CPU(axpy),
        .dot = CPU(dot),
        .cosine = CPU(cosine),
        .rows_gather = CPU(rows_gather),
        .rows_combine = CPU(rows_combine),
        .rows_affine = CPU(rows_affine),
        .rows_affine_gradient = CPU(rows_affine_gradient),
        .draw = CPU(draw),
        .advance = CPU(advance),
        .residual = CPU(residual),
        .weighted_sums = CPU(weighted_sums),
        .mask_random = CPU(mask_random),
        .mask_top_k = CPU(mask_top_k),
        .prune = CPU(prune),
        .gather = CPU(gather),
        .scatter = CPU(scatter),
        .sgd_masked = CPU(sgd_masked),
        .adam_masked = CPU(adam_masked),
        .accumulate = CPU(accumulate),
        .aggregate = CPU(aggregate),
    };
    sb_blas_single_thread();
    return &table;
}
