#include "kernels/cuda/images.h"

#include <stdio.h>
#include <stdlib.h>

/* What the program contains: code for 8.0 and 9.0, which the 8.x run too, and PTX that newer GPUs translate for themselves. */
enum { LEAST_MAJOR = 8, LEAST_MINOR = 0 };

/* Room for partial sums, and what cuBLAS asks for on GPUs of 9.0 (others need less). */
static const size_t room_bytes = (size_t)16 << 20, workspace_bytes = (size_t)32 << 20, pinned_bytes = 4096;

typedef struct {
    sb_backend table;
    sb_queue queue;
    cudaDeviceProp gpu;
} backend;

static const sb_backend operations = {
    .name = "cuda",
    .device = "",
    .tile = 0,
    .state = NULL,
    .alloc = CUDA(alloc),
    .release = CUDA(release),
    .upload = CUDA(upload),
    .download = CUDA(download),
    .copy = CUDA(copy),
    .clear = CUDA(clear),
    .finish = CUDA(finish),
    .record = CUDA(record),
    .recorded = CUDA(recorded),
    .replay = CUDA(replay),
    .forget = CUDA(forget),
    .gemm = CUDA(gemm),
    .gemm_batch = CUDA(gemm_batch),
    .embed = CUDA(embed),
    .layer_forward = CUDA(layer_forward),
    .layer_apply = CUDA(layer_apply),
    .layer_back = CUDA(layer_back),
    .layer_gradient = CUDA(layer_gradient),
    .emit = CUDA(emit),
    .absorb = CUDA(absorb),
    .silu_curvature = CUDA(silu_curvature),
    .conv_apply = CUDA(conv_apply),
    .conv_back = CUDA(conv_back),
    .conv_gradient = CUDA(conv_gradient),
    .norm_forward = CUDA(norm_forward),
    .norm_back = CUDA(norm_back),
    .norm_rforward = CUDA(norm_rforward),
    .norm_rback = CUDA(norm_rback),
    .silu = CUDA(silu),
    .pool = CUDA(pool),
    .spread = CUDA(spread),
    .everywhere = CUDA(everywhere),
    .pixel_sums = CUDA(pixel_sums),
    .copy_part = CUDA(copy_part),
    .lane_products = CUDA(lane_products),
    .softmax = CUDA(softmax),
    .softmax_back = CUDA(softmax_back),
    .softmax_rback = CUDA(softmax_rback),
    .multiply = CUDA(multiply),
    .multiply_add = CUDA(multiply_add),
    .axpy = CUDA(axpy),
    .dot = CUDA(dot),
    .cosine = CUDA(cosine),
    .rows_gather = CUDA(rows_gather),
    .rows_combine = CUDA(rows_combine),
    .rows_affine = CUDA(rows_affine),
    .rows_affine_gradient = CUDA(rows_affine_gradient),
    .draw = CUDA(draw),
    .advance = CUDA(advance),
    .residual = CUDA(residual),
    .weighted_sums = CUDA(weighted_sums),
    .mask_random = CUDA(mask_random),
    .mask_top_k = CUDA(mask_top_k),
    .prune = CUDA(prune),
    .gather = CUDA(gather),
    .scatter = CUDA(scatter),
    .sgd_masked = CUDA(sgd_masked),
    .adam_masked = CUDA(adam_masked),
    .accumulate = CUDA(accumulate),
    .aggregate = CUDA(aggregate),
};

/* Nonzero if GPU `device` is there and can run this program; else the reason stands in why. */
static int usable(int device, char *why, size_t size)
{
    int driver = 0, runtime = 0, count = 0, major = 0, minor = 0;
    cudaError_t error = cudaDriverGetVersion(&driver);
    if (error == cudaSuccess) error = cudaRuntimeGetVersion(&runtime);
    if (error == cudaSuccess && driver == 0) {
        snprintf(why, size, "no CUDA device: no NVIDIA driver is installed");
        return 0;
    }
    if (error == cudaSuccess) error = cudaGetDeviceCount(&count);
    if (error == cudaErrorInsufficientDriver) {
        cudaGetLastError();
        snprintf(why, size, "the NVIDIA driver is too old: it is made for CUDA %d.%d, this program for %d.%d", driver / 1000,
                 driver % 1000 / 10, runtime / 1000, runtime % 1000 / 10);
        return 0;
    }
    if (error == cudaErrorNoDevice || (error == cudaSuccess && count == 0)) {
        cudaGetLastError();
        snprintf(why, size, "no CUDA device");
        return 0;
    }
    if (error == cudaSuccess && (device < 0 || device >= count)) {
        snprintf(why, size, "no CUDA device of number %d: this machine has %d, counted from 0", device, count);
        return 0;
    }
    if (error == cudaSuccess) error = cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device);
    if (error == cudaSuccess) error = cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, device);
    if (error != cudaSuccess) {
        cudaGetLastError();
        snprintf(why, size, "CUDA does not start: %s", cudaGetErrorString(error));
        return 0;
    }
    if (major < LEAST_MAJOR || (major == LEAST_MAJOR && minor < LEAST_MINOR)) {
        snprintf(why, size, "the GPU has compute capability %d.%d, %d.%d is needed", major, minor, LEAST_MAJOR, LEAST_MINOR);
        return 0;
    }
    return 1;
}

/* What a queue consists of; a failure stands in q->message.
 * cuBLAS's default mode computes float products in float: the shorter formats of the tensor cores are used on request only. */
static void set_up(sb_queue *q, cudaDeviceProp *gpu)
{
    SB_CUDA(q, cudaSetDevice(q->device));
    if (!q->failed) SB_CUDA(q, cudaGetDeviceProperties(gpu, q->device));
    if (!q->failed) SB_CUDA(q, cudaStreamCreateWithFlags(&q->stream, cudaStreamNonBlocking));
    if (!q->failed) SB_CUDA(q, cudaMallocHost(&q->pinned, pinned_bytes));
    if (!q->failed) SB_CUDA(q, cudaMalloc(&q->room, room_bytes));
    if (!q->failed) SB_CUDA(q, cudaMalloc(&q->workspace, workspace_bytes));
    if (!q->failed) SB_CUBLAS(q, q->cublas.create(&q->blas));
    if (!q->failed) SB_CUBLAS(q, q->cublas.set_stream(q->blas, q->stream));
    if (!q->failed) SB_CUBLAS(q, q->cublas.set_workspace(q->blas, q->workspace, workspace_bytes));
    if (!q->failed) SB_CUBLAS(q, q->cublas.set_math_mode(q->blas, CUBLAS_DEFAULT_MATH));
    q->room_bytes = room_bytes;
}

const sb_backend *sb_backend_cuda(int device, char *why, size_t size)
{
    backend *b;
    sb_cublas cublas;
    if (!usable(device, why, size) || !SB_REAL_NAME(sb_cuda_cublas)(&cublas, why, size)) return NULL;
    b = (backend *)calloc(1, sizeof *b);
    if (!b) {
        snprintf(why, size, "no memory left");
        return NULL;
    }
    b->table = operations;
    b->table.state = &b->queue;
    b->table.device = b->gpu.name;
    b->queue.device = device;
    b->queue.cublas = cublas;
    set_up(&b->queue, &b->gpu);
    if (!b->queue.failed) return &b->table;
    snprintf(why, size, "%s", b->queue.message);
    sb_backend_close(&b->table);
    return NULL;
}

void sb_backend_close(const sb_backend *op)
{
    if (!op || sb_backend_is_host(op)) return;
    backend *b = (backend *)op;
    sb_queue *q = queue_of(op);
    if (q->stream) cudaStreamSynchronize(q->stream);
    if (q->blas) q->cublas.destroy(q->blas);
    cudaFree(q->workspace);
    cudaFree(q->room);
    cudaFreeHost(q->pinned);
    if (q->stream) cudaStreamDestroy(q->stream);
    cudaGetLastError();
    free(b);
}
