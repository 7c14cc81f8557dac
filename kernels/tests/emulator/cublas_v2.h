/* cublas_v2.h: stands in for cuBLAS's header of this name: matrix products, column-major, summed by fma in the order of k. */
#ifndef SB_EMULATOR_CUBLAS_V2_H
#define SB_EMULATOR_CUBLAS_V2_H

#include <cuda_runtime.h>

typedef enum {
    CUBLAS_STATUS_SUCCESS = 0,
    CUBLAS_STATUS_NOT_INITIALIZED = 1,
    CUBLAS_STATUS_ALLOC_FAILED = 3,
    CUBLAS_STATUS_INVALID_VALUE = 7,
    CUBLAS_STATUS_EXECUTION_FAILED = 13
} cublasStatus_t;
typedef enum { CUBLAS_OP_N, CUBLAS_OP_T } cublasOperation_t;
typedef enum { CUBLAS_DEFAULT_MATH = 0, CUBLAS_PEDANTIC_MATH = 2 } cublasMath_t;
typedef struct sb_emulator_blas *cublasHandle_t;

const char    *cublasGetStatusName(cublasStatus_t status);
const char    *cublasGetStatusString(cublasStatus_t status);
cublasStatus_t cublasCreate(cublasHandle_t *handle);
cublasStatus_t cublasDestroy(cublasHandle_t handle);
cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream);
cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode);
cublasStatus_t cublasSetWorkspace(cublasHandle_t handle, void *workspace, size_t bytes);

#define SB_EMULATOR_GEMM(letter, T)                                                                                              \
    cublasStatus_t cublas##letter##gemm(cublasHandle_t handle, cublasOperation_t trans_a, cublasOperation_t trans_b, int m,      \
                                        int n, int k, const T *alpha, const T *A, int lda, const T *B, int ldb, const T *beta,   \
                                        T *C, int ldc);                                                                          \
    cublasStatus_t cublas##letter##gemmStridedBatched(                                                                           \
        cublasHandle_t handle, cublasOperation_t trans_a, cublasOperation_t trans_b, int m, int n, int k, const T *alpha,        \
        const T *A, int lda, long long stride_a, const T *B, int ldb, long long stride_b, const T *beta, T *C, int ldc,          \
        long long stride_c, int batch);
SB_EMULATOR_GEMM(S, float)
SB_EMULATOR_GEMM(D, double)

#endif
