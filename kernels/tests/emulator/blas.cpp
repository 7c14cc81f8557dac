/* blas.cpp: the matrix products of cuBLAS. */
#include "kernels/tests/emulator/state.h"

struct sb_emulator_blas {
    cudaStream_t stream = nullptr;
};

static const struct {
    cublasStatus_t code;
    const char *name, *text;
} statuses[] = {
    {CUBLAS_STATUS_SUCCESS, "CUBLAS_STATUS_SUCCESS", "success"},
    {CUBLAS_STATUS_NOT_INITIALIZED, "CUBLAS_STATUS_NOT_INITIALIZED", "the library was not initialized"},
    {CUBLAS_STATUS_ALLOC_FAILED, "CUBLAS_STATUS_ALLOC_FAILED", "the resource allocation failed"},
    {CUBLAS_STATUS_INVALID_VALUE, "CUBLAS_STATUS_INVALID_VALUE", "an unsupported value or parameter was passed to the function"},
    {CUBLAS_STATUS_EXECUTION_FAILED, "CUBLAS_STATUS_EXECUTION_FAILED", "the GPU program failed to execute"},
};

const char *cublasGetStatusName(cublasStatus_t status)
{
    for (const auto &row : statuses)
        if (row.code == status) return row.name;
    return "unknown status";
}

const char *cublasGetStatusString(cublasStatus_t status)
{
    for (const auto &row : statuses)
        if (row.code == status) return row.text;
    return "unknown status";
}

cublasStatus_t cublasCreate(cublasHandle_t *handle)
{
    int device;
    *handle = nullptr;
    if (cudaGetDevice(&device)) return CUBLAS_STATUS_NOT_INITIALIZED;
    *handle = new sb_emulator_blas;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy(cublasHandle_t handle)
{
    delete handle;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream)
{
    if (!handle) return CUBLAS_STATUS_NOT_INITIALIZED;
    handle->stream = stream;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode)
{
    (void)mode;
    return handle ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_NOT_INITIALIZED;
}

cublasStatus_t cublasSetWorkspace(cublasHandle_t handle, void *workspace, size_t bytes)
{
    sb_entry entry;
    if (!handle) return CUBLAS_STATUS_NOT_INITIALIZED;
    return !bytes || sb_in_device(workspace, bytes) ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}

/* One matrix as cuBLAS sees it: element (row, column) of op(M), op(M) being (rows,columns), column-major. */
template <class T> struct Matrix {
    T *data;
    int ld;
    bool transposed;
    T &at(int row, int column) const
    {
        return transposed ? data[column + (size_t)row * ld] : data[row + (size_t)column * ld];
    }
    /* what M stores: no column may be shorter than ld, and all of it lies on the device */
    bool fits(int rows, int columns) const
    {
        return ld >= std::max(1, transposed ? columns : rows);
    }
    bool on_device(int rows, int columns) const
    {
        if (rows == 0 || columns == 0) return true;
        return sb_in_device(data, ((size_t)((transposed ? rows : columns) - 1) * ld + (transposed ? columns : rows)) * sizeof(T));
    }
};

template <class T>
static void multiply(int m, int n, int k, T alpha, const Matrix<const T> &A, const Matrix<const T> &B, T beta, const Matrix<T> &C)
{
    const bool used = alpha != 0;
    if ((used && (!A.on_device(m, k) || !B.on_device(k, n))) || !C.on_device(m, n)) {
        sb_break(cudaErrorIllegalAddress, "a matrix of gemm is not on the device");
        return;
    }
    for (int j = 0; j < n; j++)
        for (int i = 0; i < m; i++) {
            T sum = 0;
            for (int l = 0; l < k && used; l++) sum = std::fma(A.at(i, l), B.at(l, j), sum);
            C.at(i, j) = beta != 0 ? std::fma(beta, C.at(i, j), alpha * sum) : alpha * sum;
        }
}

template <class T>
static cublasStatus_t gemm(cublasHandle_t handle, cublasOperation_t trans_a, cublasOperation_t trans_b, int m, int n, int k,
                           const T *alpha, const T *A, int lda, long long stride_a, const T *B, int ldb, long long stride_b,
                           const T *beta, T *C, int ldc, long long stride_c, int batch)
{
    sb_entry entry;
    const T a = *alpha, b = *beta;
    const bool ta = trans_a == CUBLAS_OP_T, tb = trans_b == CUBLAS_OP_T;
    if (!handle) return CUBLAS_STATUS_NOT_INITIALIZED;
    if (m < 0 || n < 0 || k < 0 || batch < 0) return CUBLAS_STATUS_INVALID_VALUE;
    if (!Matrix<const T>{A, lda, ta}.fits(m, k) || !Matrix<const T>{B, ldb, tb}.fits(k, n) || !Matrix<T>{C, ldc, false}.fits(m, n))
        return CUBLAS_STATUS_INVALID_VALUE;
    if (m == 0 || n == 0 || batch == 0) return CUBLAS_STATUS_SUCCESS;
    const cudaError_t error = sb_enqueue(handle->stream, [=] {
        for (int w = 0; w < batch && !sb_state().broken; w++)
            multiply<T>(m, n, k, a, {A + w * stride_a, lda, ta}, {B + w * stride_b, ldb, tb}, b, {C + w * stride_c, ldc, false});
    });
    return error ? CUBLAS_STATUS_EXECUTION_FAILED : CUBLAS_STATUS_SUCCESS;
}

#define DEFINE(letter, T)                                                                                                          \
    cublasStatus_t cublas##letter##gemm(cublasHandle_t handle, cublasOperation_t trans_a, cublasOperation_t trans_b, int m, int n, \
                                        int k, const T *alpha, const T *A, int lda, const T *B, int ldb, const T *beta, T *C,      \
                                        int ldc)                                                                                   \
    {                                                                                                                              \
        return gemm<T>(handle, trans_a, trans_b, m, n, k, alpha, A, lda, 0, B, ldb, 0, beta, C, ldc, 0, 1);                        \
    }                                                                                                                              \
    cublasStatus_t cublas##letter##gemmStridedBatched(cublasHandle_t handle, cublasOperation_t trans_a, cublasOperation_t trans_b, \
                                                      int m, int n, int k, const T *alpha, const T *A, int lda,                    \
                                                      long long stride_a, const T *B, int ldb, long long stride_b, const T *beta,  \
                                                      T *C, int ldc, long long stride_c, int batch)                                \
    {                                                                                                                              \
        return gemm<T>(handle, trans_a, trans_b, m, n, k, alpha, A, lda, stride_a, B, ldb, stride_b, beta, C, ldc, stride_c,       \
                       batch);                                                                                                     \
    }
DEFINE(S, float)
DEFINE(D, double)
