/* cblas.h: what kernels/cpu asks of OpenBLAS, for machines on which this folder is built without one (make BLAS=none). Plain loops:
 * right, and slow; the layers on the CPU do not use them, nor does a GPU. */
#ifndef SB_KERNELS_PLAIN_CBLAS_H
#define SB_KERNELS_PLAIN_CBLAS_H

enum CBLAS_ORDER { CblasRowMajor = 101 };
enum CBLAS_TRANSPOSE { CblasNoTrans = 111, CblasTrans = 112 };

void cblas_sgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE trans_a, enum CBLAS_TRANSPOSE trans_b, int m, int n, int k, float alpha,
                 const float *A, int lda, const float *B, int ldb, float beta, float *C, int ldc);
void cblas_dgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE trans_a, enum CBLAS_TRANSPOSE trans_b, int m, int n, int k,
                 double alpha, const double *A, int lda, const double *B, int ldb, double beta, double *C, int ldc);

char *openblas_get_corename(void);
void  openblas_set_num_threads(int threads);

#endif
