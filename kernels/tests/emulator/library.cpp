/* library.cpp: cuBLAS as kernels/cuda/cublas.h wants it, from blas.cpp instead of a shared library. In both precisions. */
#include "kernels/cuda/cublas.h"

#define TAKE(member, function) table->member = function;

int SB_REAL_NAME(sb_cuda_cublas)(sb_cublas *table, char *why, size_t size)
{
    (void)why, (void)size;
    SB_CUBLAS_FUNCTIONS(TAKE)
    return 1;
}
