/* cublas.h: the functions of cuBLAS that are used. They are looked up when a queue is opened, not when the program is loaded: cuBLAS
 * weighs several hundred MB and comes with a GPU's toolkit, and a program that names it among its libraries does not even start where
 * it is missing. This way one binary serves machines with and without a GPU. (The CUDA runtime is small and linked in; it looks up
 * the driver the same way.) */
#ifndef SB_KERNELS_CUDA_CUBLAS_H
#define SB_KERNELS_CUDA_CUBLAS_H

#include "kernels/real.h"

#include <cublas_v2.h>
#include <stddef.h>

/* The name of a product's function in the precision of this file, and the functions: what they are called here and in cuBLAS. */
#ifdef SB_FLOAT
#define SB_CUBLAS_NAME(name) cublasS##name
#else
#define SB_CUBLAS_NAME(name) cublasD##name
#endif
#define SB_CUBLAS_FUNCTIONS(X)           \
    X(create, cublasCreate)              \
    X(destroy, cublasDestroy)            \
    X(set_stream, cublasSetStream)       \
    X(set_workspace, cublasSetWorkspace) \
    X(set_math_mode, cublasSetMathMode)  \
    X(describe, cublasGetStatusString)   \
    X(gemm, SB_CUBLAS_NAME(gemm))        \
    X(gemm_batch, SB_CUBLAS_NAME(gemmStridedBatched))

#define SB_CUBLAS_MEMBER(name, function) decltype(&function) name;
typedef struct {
    SB_CUBLAS_FUNCTIONS(SB_CUBLAS_MEMBER)
} sb_cublas;
#undef SB_CUBLAS_MEMBER

#ifdef __cplusplus
extern "C" {
#endif

/* sb_cuda_cublas: fills the table. Nonzero if all were found, else the reason stands in why (size bytes). */
int SB_REAL_NAME(sb_cuda_cublas)(sb_cublas *table, char *why, size_t size);

#ifdef __cplusplus
}
#endif

#endif
