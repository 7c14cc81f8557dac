/* cuda.h: what the files of this folder share: the queue, launches and checks. What the operations do stands in kernels/backend.h. */
#ifndef SB_KERNELS_CUDA_CUDA_H
#define SB_KERNELS_CUDA_CUDA_H

#include "kernels/backend.h"
#include "kernels/cuda/cublas.h"

#include <cuda_runtime.h>

/* The name of an operation in the precision of this file. */
#define CUDA(name) SB_REAL_NAME(sb_cuda_##name)

enum { SB_CUDA_BLOCK = 256 }; /* threads of a block */

/* What a backend's state points to. */
typedef struct {
    int device;
    cudaStream_t stream;
    sb_cublas cublas;    /* its functions */
    cublasHandle_t blas;
    void *workspace;     /* what cuBLAS may write to: its own, so that recordings hold and results repeat */
    int failed;          /* nonzero once a call failed: everything after it is left out */
    char message[256];   /* which call, and why */
    void *pinned;        /* room on the host for what operations return */
    void *room;          /* room on the device for partial sums */
    size_t room_bytes;
} sb_queue;

/* queue_of: also makes the queue's device the calling thread's: the thread may be another one than before. */
static inline sb_queue *queue_of(const sb_backend *op)
{
    sb_queue *q = (sb_queue *)op->state;
    cudaSetDevice(q->device);
    return q;
}

#ifdef __cplusplus
extern "C" {
#endif

/* note: records the first call that failed. cublas codes have their own. */
void CUDA(note)(sb_queue *q, cudaError_t error, const char *call);
void CUDA(note_blas)(sb_queue *q, cublasStatus_t status, const char *call);
#define SB_CUDA(q, call) CUDA(note)((q), (call), #call)
#define SB_CUBLAS(q, call) CUDA(note_blas)((q), (call), #call)

/* SB_LAUNCH: `items` threads, each for itself; the kernel finds its own number with sb_item() and leaves if it is not below items,
 * which is its first argument.
 * SB_LAUNCH_BLOCKS: `blocks` blocks of SB_CUDA_BLOCK threads that may use __shared__ memory and __syncthreads.
 * Nothing is launched for 0 items, nor after a failure. An emulator of the runtime brings its own way to launch. */
#ifndef SB_CUDA_START
#define SB_CUDA_START(q, kernel, blocks, cooperative, ...) kernel<<<(blocks), SB_CUDA_BLOCK, 0, (q)->stream>>>(__VA_ARGS__)
#endif
#define SB_LAUNCH(op, kernel, items, ...)                                                                      \
    do {                                                                                                       \
        sb_queue *q_ = queue_of(op);                                                                           \
        const size_t items_ = (items), blocks_ = (items_ + SB_CUDA_BLOCK - 1) / SB_CUDA_BLOCK;                 \
        if (items_ && !q_->failed) {                                                                           \
            SB_CUDA_START(q_, kernel, (unsigned)blocks_, 0, items_, __VA_ARGS__);                              \
            CUDA(note)(q_, cudaPeekAtLastError(), #kernel);                                                    \
        }                                                                                                      \
    } while (0)
#define SB_LAUNCH_BLOCKS(op, kernel, blocks, ...)                                                              \
    do {                                                                                                       \
        sb_queue *q_ = queue_of(op);                                                                           \
        const size_t blocks_ = (blocks);                                                                       \
        if (blocks_ && !q_->failed) {                                                                          \
            SB_CUDA_START(q_, kernel, (unsigned)blocks_, 1, __VA_ARGS__);                                      \
            CUDA(note)(q_, cudaPeekAtLastError(), #kernel);                                                    \
        }                                                                                                      \
    } while (0)

static __device__ inline size_t sb_item(void)
{
    return (size_t)blockIdx.x * blockDim.x + threadIdx.x;
}

/* network.cu */
void CUDA(embed)(const sb_backend *op, const sb_crew *c, int d, int E, const int *k, const real *in, const real *emb, const real *y,
                 real *x);
void CUDA(layer_forward)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *h, double rho,
                         double shift, const real *residual, real *z, real *out, real *slope);
void CUDA(layer_apply)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *h, int keep, real *out);
void CUDA(layer_back)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *dz, const real *above,
                      real *g, const real *slope, real *below);
void CUDA(layer_gradient)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *dz, const real *h, int keep, int bias,
                          real *grad);
void CUDA(emit)(const sb_backend *op, const sb_crew *c, int d, const int *k, const real *factor, const real *e, const real *base,
                const real *y, real *s);
void CUDA(absorb)(const sb_backend *op, const sb_crew *c, int d, const int *k, const real *factor, const real *ds, real *e);
void CUDA(silu_curvature)(const sb_backend *op, size_t n, double rho, const real *z, real *out);

/* queue.cu */
void       *CUDA(alloc)(const sb_backend *op, size_t bytes);
void        CUDA(release)(const sb_backend *op, void *memory);
void        CUDA(upload)(const sb_backend *op, void *device, const void *host, size_t bytes);
void        CUDA(download)(const sb_backend *op, void *host, const void *device, size_t bytes);
void        CUDA(copy)(const sb_backend *op, void *to, const void *from, size_t bytes);
void        CUDA(clear)(const sb_backend *op, void *memory, size_t bytes);
const char *CUDA(finish)(const sb_backend *op);
void        CUDA(record)(const sb_backend *op);
void       *CUDA(recorded)(const sb_backend *op);
void        CUDA(replay)(const sb_backend *op, void *recording);
void        CUDA(forget)(const sb_backend *op, void *recording);

/* gemm.cu */
void CUDA(gemm)(const sb_backend *op, int trans_a, int trans_b, int m, int n, int k, double alpha, const real *A, int lda, const real *B,
                int ldb, double beta, real *C, int ldc);
void CUDA(gemm_batch)(const sb_backend *op, int W, int trans_a, int trans_b, int m, int n, int k, double alpha, const real *A, int lda,
                      size_t stride_a, const real *B, int ldb, size_t stride_b, double beta, real *C, int ldc, size_t stride_c);

/* vector.cu */
void   CUDA(multiply)(const sb_backend *op, size_t n, const real *x, const real *y, real *out);
void   CUDA(multiply_add)(const sb_backend *op, size_t n, const real *x, const real *y, real *out);
void   CUDA(axpy)(const sb_backend *op, size_t n, double a, const real *x, real *y);
double CUDA(dot)(const sb_backend *op, size_t n, const real *x, const real *y);
void   CUDA(cosine)(const sb_backend *op, int m, int n, double scale, const real *Z, real *out, int ldo);

/* rows.cu */
void CUDA(rows_gather)(const sb_backend *op, int m, int n, const real *table, const int *k, real *out, int ldo);
void CUDA(rows_combine)(const sb_backend *op, int m, int n, const int *k, const real *c, const real *X, const real *a, const real *Y,
                        real *out);
void CUDA(rows_affine)(const sb_backend *op, const sb_crew *c, int d, int diagonal, const real *theta, const int *k, const real *y,
                       real *s);
void CUDA(rows_affine_gradient)(const sb_backend *op, const sb_crew *c, int d, int diagonal, size_t D, const int *k, const real *y,
                                const real *ds, int keep, real *grad);

/* advance.cu */
void CUDA(advance)(const sb_backend *op, int m, int d, double a, double b, double c, const sb_place *place, uint64_t first,
                   const real *s, real *y);

/* samples.cu */
void CUDA(draw)(const sb_backend *op, const sb_crew *c, const sb_source *source, const int *law, const sb_place *place, uint64_t skip,
                const sb_draw *how, real *y, real *target, real *weight, int *k);
void CUDA(residual)(const sb_backend *op, int m, int d, const real *s, const real *target, const real *weight, real *ds, real *squared);
void CUDA(weighted_sums)(const sb_backend *op, int W, int B, const real *weight, const real *squared, double *sum);

/* update.cu */
void   CUDA(mask_random)(const sb_backend *op, int W, size_t D, const uint64_t *keep, const sb_place *place, unsigned char *mask);
void   CUDA(mask_top_k)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica, const double *cut,
                        const uint64_t *last, unsigned char *mask);
void   CUDA(prune)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica, const unsigned char *mask,
                   real *local, double *pruned2);
void   CUDA(gather)(const sb_backend *op, int W, size_t n, size_t D, const uint32_t *index, const real *from, real *to);
void   CUDA(scatter)(const sb_backend *op, int W, size_t n, size_t D, const uint32_t *index, const real *from, real *to);
void   CUDA(sgd_masked)(const sb_backend *op, size_t n, double eta, const real *grad, const unsigned char *mask, real *theta);
void   CUDA(adam_masked)(const sb_backend *op, size_t n, double eta, const sb_adam *adam, int t, const real *grad,
                         const unsigned char *mask, real *m, real *s, real *theta);
void   CUDA(accumulate)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica, const real *local,
                        const unsigned char *mask, double quantum, double limit, int64_t *sum, int32_t *count, uint64_t *lost);
size_t CUDA(aggregate)(const sb_backend *op, size_t D, double quantum, const int64_t *sum, const int32_t *count, int zero_uncovered,
                       double *theta_r, int32_t *least);

#ifdef __cplusplus
}
#endif

#endif
