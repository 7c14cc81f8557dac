#include "kernels/cuda/cuda.h"

/* Row-major C = op(A) op(B) is, read by columns as cuBLAS does, C' = op(B)' op(A)': the operands change places, nothing moves. */
static cublasOperation_t operation(int transposed)
{
    return transposed ? CUBLAS_OP_T : CUBLAS_OP_N;
}

static int at_least_1(int ld)
{
    return ld > 0 ? ld : 1;
}

/* C (m,n) = beta C, of W matrices: what a product over k = 0 leaves. Not read where beta is 0. */
static __global__ void scale(size_t items, int m, int n, real beta, real *C, int ldc, size_t stride)
{
    const size_t item = sb_item();
    if (item >= items) return;
    const size_t row = item / (size_t)n, column = item % (size_t)n;
    real *c = C + row / (size_t)m * stride + row % (size_t)m * (size_t)ldc + column;
    *c = beta == 0 ? 0 : beta * *c;
}

void CUDA(gemm)(const sb_backend *op, int trans_a, int trans_b, int m, int n, int k, double alpha, const real *A, int lda,
                const real *B, int ldb, double beta, real *C, int ldc)
{
    op->gemm_batch(op, 1, trans_a, trans_b, m, n, k, alpha, A, lda, 0, B, ldb, 0, beta, C, ldc, 0);
}

void CUDA(gemm_batch)(const sb_backend *op, int W, int trans_a, int trans_b, int m, int n, int k, double alpha, const real *A,
                      int lda, size_t stride_a, const real *B, int ldb, size_t stride_b, double beta, real *C, int ldc,
                      size_t stride_c)
{
    sb_queue *q = queue_of(op);
    const real a = (real)alpha, b = (real)beta;
    const cublasOperation_t op_a = operation(trans_a), op_b = operation(trans_b);
    if (W <= 0 || m <= 0 || n <= 0 || q->failed) return;
    lda = at_least_1(lda), ldb = at_least_1(ldb);
    if (k <= 0) SB_LAUNCH(op, scale, (size_t)W * m * n, m, n, b, C, ldc, stride_c);
    else if (W == 1) SB_CUBLAS(q, q->cublas.gemm(q->blas, op_b, op_a, n, m, k, &a, B, ldb, A, lda, &b, C, ldc));
    else
        SB_CUBLAS(q, q->cublas.gemm_batch(q->blas, op_b, op_a, n, m, k, &a, B, ldb, (long long)stride_b, A, lda,
                                          (long long)stride_a, &b, C, ldc, (long long)stride_c, W));
}
