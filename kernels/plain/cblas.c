#include "kernels/plain/cblas.h"

#include <stddef.h>

#define DEFINE_GEMM(name, T)                                                                                                       \
    void name(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE trans_a, enum CBLAS_TRANSPOSE trans_b, int m, int n, int k, T alpha,    \
              const T *A, int lda, const T *B, int ldb, T beta, T *C, int ldc)                                                     \
    {                                                                                                                              \
        const size_t row_a = trans_a == CblasTrans ? 1 : (size_t)lda, step_a = trans_a == CblasTrans ? (size_t)lda : 1;            \
        const size_t row_b = trans_b == CblasTrans ? 1 : (size_t)ldb, step_b = trans_b == CblasTrans ? (size_t)ldb : 1;            \
        (void)order;                                                                                                               \
        for (size_t i = 0; i < (size_t)m; i++) {                                                                                   \
            T *c = C + i * (size_t)ldc;                                                                                            \
            for (size_t j = 0; j < (size_t)n; j++) c[j] = beta == 0 ? 0 : beta * c[j];                                             \
            for (size_t l = 0; l < (size_t)k; l++) {                                                                               \
                const T a = alpha * A[i * row_a + l * step_a];                                                                     \
                for (size_t j = 0; j < (size_t)n; j++) c[j] += a * B[l * row_b + j * step_b];                                      \
            }                                                                                                                      \
        }                                                                                                                          \
    }
DEFINE_GEMM(cblas_sgemm, float)
DEFINE_GEMM(cblas_dgemm, double)

char *openblas_get_corename(void)
{
    static char name[] = "plain";
    return name;
}

void openblas_set_num_threads(int threads)
{
    (void)threads; /* one, always */
}
