/* test_emulator.cpp: the emulator's own test, with small kernels: what works on a GPU works here, what a GPU refuses is refused. */
#include "kernels/tests/emulator/emulator.h"
#include "kernels/tests/tap.h"

#include <cublas_v2.h>
#include <stdlib.h>

enum { SB_CUDA_BLOCK = 256 };
typedef struct {
    cudaStream_t stream;
} queue;

static __global__ void twice(size_t n, const double *x, double *y)
{
    const size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = 2 * x[i];
}

/* A tree over shared memory: wrong whenever a barrier is not one. */
template <int SCALE> static __global__ void block_sums(size_t n, const double *x, double *sum)
{
    __shared__ double part[SB_CUDA_BLOCK];
    const size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
    part[threadIdx.x] = i < n ? SCALE * x[i] : 0;
    for (unsigned half = SB_CUDA_BLOCK / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) part[threadIdx.x] += part[threadIdx.x + half];
    }
    if (threadIdx.x == 0) sum[blockIdx.x] = part[0];
}

/* Reads its neighbour's element without a barrier. */
static __global__ void racing(double *y)
{
    __shared__ double part[SB_CUDA_BLOCK];
    part[threadIdx.x] = threadIdx.x;
    y[threadIdx.x] = part[(threadIdx.x + 1) % SB_CUDA_BLOCK];
}

static __global__ void adding_up(size_t n, double *y)
{
    if (threadIdx.x < n) y[0] = 0.7 * y[0] + threadIdx.x;
}

static __global__ void split_barrier(double *y)
{
    if (threadIdx.x < 100) __syncthreads();
    y[threadIdx.x] = 1;
}

static __global__ void two_barriers(double *y)
{
    if (threadIdx.x < 100) {
        __syncthreads();
        y[threadIdx.x] = 1;
    } else {
        __syncthreads();
        y[threadIdx.x] = 2;
    }
}

static __global__ void shared_garbage(double *y)
{
    __shared__ double stale[1];
    if (threadIdx.x == 0) {
        y[blockIdx.x] = stale[0];
        stale[0] = 2.385;
    }
}

static double *filled(const double *host, size_t n)
{
    double *device = nullptr;
    TAP_CHECK(cudaMalloc(&device, n * sizeof *device) == cudaSuccess);
    if (host) TAP_CHECK(cudaMemcpy(device, host, n * sizeof *device, cudaMemcpyHostToDevice) == cudaSuccess);
    return device;
}

static void test_memory(void)
{
    double host[3] = {2.385, -1.25, 7}, back[3];
    double *device = filled(NULL, 3);
    TAP_CHECK(cudaMemcpy(back, device, sizeof back, cudaMemcpyDeviceToHost) == cudaSuccess);
    TAP_CHECK(back[0] != back[0] && back[2] != back[2]); /* fresh memory is garbage */
    TAP_CHECK(cudaMemcpy(host, back, sizeof back, cudaMemcpyHostToDevice) == cudaErrorInvalidValue);
    TAP_CHECK(cudaPeekAtLastError() == cudaErrorInvalidValue && cudaGetLastError() == cudaErrorInvalidValue);
    TAP_CHECK(cudaGetLastError() == cudaSuccess);
    TAP_CHECK(cudaMemcpy(device, host, 4 * sizeof *host, cudaMemcpyHostToDevice) == cudaErrorInvalidValue); /* too long */
    TAP_CHECK(cudaMemcpy(back, host, sizeof back, cudaMemcpyDeviceToHost) == cudaErrorInvalidValue);
    TAP_CHECK(cudaMemset(host, 0, sizeof host) == cudaErrorInvalidValue);
    TAP_CHECK(cudaMemset(device + 1, 0, sizeof host) == cudaErrorInvalidValue);
    TAP_CHECK(cudaFree(host) == cudaErrorInvalidValue);
    TAP_CHECK(cudaFree(device) == cudaSuccess && cudaFree(device) == cudaErrorInvalidValue && cudaFree(NULL) == cudaSuccess);
    cudaGetLastError();
    void *much;
    TAP_CHECK(cudaMalloc(&much, (size_t)1 << 60) == cudaErrorMemoryAllocation && much == NULL);
    TAP_CHECK(cudaGetLastError() == cudaErrorMemoryAllocation && cudaGetLastError() == cudaSuccess);
    TAP_CHECK(sb_emulator_allocated() == 0);
}

static void test_launches(void)
{
    enum { N = 1000, BLOCKS = 4 };
    double x[N], y[N], sum[BLOCKS];
    for (int i = 0; i < N; i++) x[i] = 0.385 * i - 100;
    queue q;
    TAP_CHECK(cudaStreamCreateWithFlags(&q.stream, cudaStreamNonBlocking) == cudaSuccess);
    double *dx = filled(x, N), *dy = filled(NULL, N);
    for (int backward = 0; backward < 2; backward++) {
        sb_emulator_backward(backward);
        SB_CUDA_START(&q, twice, BLOCKS, 0, N, dx, dy);
        TAP_CHECK(cudaMemcpyAsync(y, dy, sizeof y, cudaMemcpyDeviceToHost, q.stream) == cudaSuccess);
        int right = 1;
        for (int i = 0; i < N; i++) right = right && y[i] == 2 * x[i];
        TAP_CHECK(right);
        SB_CUDA_START(&q, block_sums<3>, BLOCKS, 1, N, dx, dy);
        TAP_CHECK(cudaMemcpyAsync(sum, dy, sizeof sum, cudaMemcpyDeviceToHost, q.stream) == cudaSuccess);
        for (int b = 0; b < BLOCKS; b++) {
            double direct = 0;
            for (int i = b * SB_CUDA_BLOCK; i < (b + 1) * SB_CUDA_BLOCK && i < N; i++) direct += 3 * x[i];
            TAP_CHECK(fabs(sum[b] - direct) < 1e-9);
        }
        SB_CUDA_START(&q, shared_garbage, BLOCKS, 1, dy);
        TAP_CHECK(cudaMemcpyAsync(sum, dy, sizeof sum, cudaMemcpyDeviceToHost, q.stream) == cudaSuccess);
        for (int b = 0; b < BLOCKS; b++) TAP_CHECK(sum[b] != sum[b]);
    }
    TAP_CHECK(cudaPeekAtLastError() == cudaSuccess);
    SB_CUDA_START(&q, twice, 0, 0, N, dx, dy);
    TAP_CHECK(cudaGetLastError() == cudaErrorInvalidConfiguration);
    SB_CUDA_START(&q, twice, (size_t)1 << 31, 0, N, dx, dy);
    TAP_CHECK(cudaGetLastError() == cudaErrorInvalidConfiguration && cudaGetLastError() == cudaSuccess);
    cudaFree(dx);
    cudaFree(dy);
    cudaStreamDestroy(q.stream);
    sb_emulator_backward(0);
}

/* Kernels whose threads depend on each other give themselves away: other bits in the other order. */
static void test_races(void)
{
    double first[2][2];
    queue q;
    cudaStreamCreate(&q.stream);
    double *dy = filled(NULL, SB_CUDA_BLOCK);
    for (int backward = 0; backward < 2; backward++) {
        sb_emulator_backward(backward);
        SB_CUDA_START(&q, racing, 1, 1, dy);
        cudaMemcpyAsync(&first[backward][0], dy, sizeof(double), cudaMemcpyDeviceToHost, q.stream);
        cudaMemsetAsync(dy, 0, sizeof(double), q.stream);
        SB_CUDA_START(&q, adding_up, 1, 0, 3, dy);
        cudaMemcpyAsync(&first[backward][1], dy, sizeof(double), cudaMemcpyDeviceToHost, q.stream);
    }
    TAP_CHECK(memcmp(&first[0][0], &first[1][0], sizeof(double)));
    TAP_CHECK(memcmp(&first[0][1], &first[1][1], sizeof(double)));
    sb_emulator_backward(0);
    cudaFree(dy);
    cudaStreamDestroy(q.stream);
}

/* Work is late: pinned memory shows nothing before somebody waits, and is read when the work runs; other memory is read at once. */
static void test_lateness(void)
{
    enum { N = 3 };
    double x[N] = {1, 2, 3};
    double *pinned, *dx = filled(NULL, N), *dy = filled(NULL, N);
    queue q;
    cudaStreamCreateWithFlags(&q.stream, cudaStreamNonBlocking);
    TAP_CHECK(cudaMallocHost(&pinned, sizeof x) == cudaSuccess);
    cudaMemcpyAsync(dx, x, sizeof x, cudaMemcpyHostToDevice, q.stream);
    x[0] = 10;
    SB_CUDA_START(&q, twice, 1, 0, N, dx, dy);
    cudaMemcpyAsync(pinned, dy, sizeof x, cudaMemcpyDeviceToHost, q.stream);
    TAP_CHECK(pinned[0] != pinned[0] && cudaStreamQuery(q.stream) == cudaErrorNotReady);
    TAP_CHECK(cudaStreamSynchronize(q.stream) == cudaSuccess && pinned[0] == 2 && pinned[2] == 6);
    pinned[0] = 5;
    cudaMemcpyAsync(dx, pinned, sizeof x, cudaMemcpyHostToDevice, q.stream);
    pinned[0] = 50;
    cudaMemcpyAsync(x, dx, sizeof x, cudaMemcpyDeviceToHost, q.stream);
    TAP_CHECK(x[0] == 50);
    sb_emulator_late(0);
    SB_CUDA_START(&q, twice, 1, 0, N, dx, dy);
    TAP_CHECK(cudaStreamQuery(q.stream) == cudaSuccess);
    sb_emulator_late(1);
    cudaFree(dx);
    cudaFree(dy);
    cudaFreeHost(pinned);
    cudaStreamDestroy(q.stream);
    TAP_CHECK(sb_emulator_allocated() == 0);
}

static void test_graphs(void)
{
    double x[2] = {2.385, 1}, y[2];
    double *dx = filled(x, 2), *dy = filled(NULL, 2), *more;
    queue q;
    cudaGraph_t graph;
    cudaGraphExec_t exec;
    cudaStreamCaptureStatus status;
    cudaStreamCreateWithFlags(&q.stream, cudaStreamNonBlocking);
    cudaMemsetAsync(dy, 0, sizeof y, q.stream);
    TAP_CHECK(cudaStreamBeginCapture(q.stream, cudaStreamCaptureModeRelaxed) == cudaSuccess);
    TAP_CHECK(cudaStreamIsCapturing(q.stream, &status) == cudaSuccess && status == cudaStreamCaptureStatusActive);
    SB_CUDA_START(&q, twice, 1, 0, 2, dx, dy);
    cudaMemcpyAsync(dx, dy, sizeof y, cudaMemcpyDeviceToDevice, q.stream);
    TAP_CHECK(cudaMalloc(&more, 8) == cudaSuccess && cudaFree(more) == cudaSuccess);
    TAP_CHECK(cudaStreamEndCapture(q.stream, &graph) == cudaSuccess && cudaGraphInstantiate(&exec, graph, 0) == cudaSuccess);
    TAP_CHECK(cudaGraphDestroy(graph) == cudaSuccess);
    cudaMemcpyAsync(y, dy, sizeof y, cudaMemcpyDeviceToHost, q.stream);
    TAP_CHECK(y[0] == 0); /* captured, not run */
    for (int i = 0; i < 3; i++) TAP_CHECK(cudaGraphLaunch(exec, q.stream) == cudaSuccess);
    cudaMemcpyAsync(y, dx, sizeof y, cudaMemcpyDeviceToHost, q.stream);
    TAP_CHECK(y[0] == 8 * 2.385 && y[1] == 8);
    TAP_CHECK(cudaGraphExecDestroy(exec) == cudaSuccess);

    /* What may not be captured spoils the capture. */
    for (int how = 0; how < 3; how++) {
        cudaStreamBeginCapture(q.stream, how == 2 ? cudaStreamCaptureModeGlobal : cudaStreamCaptureModeRelaxed);
        const cudaError_t error = how == 0   ? cudaStreamSynchronize(q.stream)
                                  : how == 1 ? cudaMemcpyAsync(y, dx, sizeof y, cudaMemcpyDeviceToHost, q.stream)
                                             : cudaMalloc(&more, 8);
        TAP_CHECK(error == cudaErrorStreamCaptureUnsupported);
        TAP_CHECK(cudaMemsetAsync(dx, 0, 8, q.stream) == cudaErrorStreamCaptureInvalidated);
        TAP_CHECK(cudaStreamEndCapture(q.stream, &graph) == cudaErrorStreamCaptureInvalidated && graph == NULL);
        TAP_CHECK(cudaGetLastError() == cudaErrorStreamCaptureInvalidated && cudaStreamSynchronize(q.stream) == cudaSuccess);
    }
    cudaFree(dx);
    cudaFree(dy);
    cudaStreamDestroy(q.stream);
}

/* A broken kernel breaks everything after it, until the device is reset. */
static void test_broken_kernels(void)
{
    for (int how = 0; how < 3; how++) {
        queue q;
        double *dy = filled(NULL, SB_CUDA_BLOCK);
        cudaStreamCreate(&q.stream);
        printf("# the next line of the emulated device is meant\n");
        fflush(stdout);
        if (how == 0) SB_CUDA_START(&q, split_barrier, 1, 1, dy);
        else if (how == 1) SB_CUDA_START(&q, two_barriers, 1, 1, dy);
        else SB_CUDA_START(&q, two_barriers, 1, 0, dy);
        TAP_CHECK(cudaPeekAtLastError() == cudaSuccess); /* not known yet */
        TAP_CHECK(cudaStreamSynchronize(q.stream) == cudaErrorLaunchFailure);
        TAP_CHECK(cudaGetLastError() == cudaErrorLaunchFailure && cudaGetLastError() == cudaErrorLaunchFailure);
        void *more;
        TAP_CHECK(cudaMalloc(&more, 8) == cudaErrorLaunchFailure);
        cudaDeviceReset();
        TAP_CHECK(cudaGetLastError() == cudaSuccess && cudaFree(dy) == cudaSuccess && cudaStreamDestroy(q.stream) == cudaSuccess);
    }
}

static void test_devices(void)
{
    int count;
    queue q;
    double *dy = filled(NULL, SB_CUDA_BLOCK);
    sb_emulator_devices(0);
    TAP_CHECK(cudaGetDeviceCount(&count) == cudaErrorNoDevice && count == 0);
    sb_emulator_devices(2);
    TAP_CHECK(cudaSetDevice(2) == cudaErrorInvalidDevice && cudaSetDevice(1) == cudaSuccess);
    TAP_CHECK(cudaStreamCreate(&q.stream) == cudaSuccess && cudaSetDevice(0) == cudaSuccess);
    cudaGetLastError();
    SB_CUDA_START(&q, racing, 1, 1, dy); /* the stream is the other device's */
    TAP_CHECK(cudaGetLastError() == cudaErrorInvalidResourceHandle);
    cudaStreamDestroy(q.stream);
    sb_emulator_devices(1);
    cudaFree(dy);
}

/* All transposes against sums written out, with leading dimensions that are larger than needed. */
static void test_products(void)
{
    enum { M = 3, N = 5, K = 4, LD = 7, ROOM = LD * LD };
    double a[2 * ROOM], b[2 * ROOM], c[2 * ROOM], got[2 * ROOM];
    for (int i = 0; i < 2 * ROOM; i++) {
        a[i] = (i * 37 % 11) - 5.25;
        b[i] = (i * 53 % 13) - 6.5;
        c[i] = i % 3 + 0.125;
    }
    cublasHandle_t blas;
    TAP_CHECK(cublasCreate(&blas) == CUBLAS_STATUS_SUCCESS);
    double *da = filled(a, 2 * ROOM), *db = filled(b, 2 * ROOM);
    for (int ta = 0; ta < 2; ta++)
        for (int tb = 0; tb < 2; tb++) {
            const double alpha = 2.385, beta = -0.5;
            double *dc = filled(c, 2 * ROOM);
            TAP_CHECK(cublasDgemmStridedBatched(blas, ta ? CUBLAS_OP_T : CUBLAS_OP_N, tb ? CUBLAS_OP_T : CUBLAS_OP_N, M, N, K,
                                                &alpha, da, LD, ROOM, db, LD, ROOM, &beta, dc, LD, ROOM,
                                                2) == CUBLAS_STATUS_SUCCESS);
            TAP_CHECK(cudaMemcpy(got, dc, sizeof got, cudaMemcpyDeviceToHost) == cudaSuccess);
            int right = 1;
            for (int w = 0; w < 2; w++)
                for (int j = 0; j < LD; j++)
                    for (int i = 0; i < LD; i++) {
                        double want = c[w * ROOM + i + j * LD];
                        if (i < M && j < N) {
                            double sum = 0;
                            for (int l = 0; l < K; l++)
                                sum += a[w * ROOM + (ta ? l + i * LD : i + l * LD)] * b[w * ROOM + (tb ? j + l * LD : l + j * LD)];
                            want = alpha * sum + beta * want;
                        }
                        right = right && fabs(got[w * ROOM + i + j * LD] - want) < 1e-12;
                    }
            TAP_CHECK(right);
            cudaFree(dc);
        }
    const double one = 1, zero = 0;
    TAP_CHECK(cublasDgemm(blas, CUBLAS_OP_N, CUBLAS_OP_N, M, N, K, &one, da, M - 1, db, LD, &zero, da, LD) ==
              CUBLAS_STATUS_INVALID_VALUE);
    TAP_CHECK(cublasDgemm(blas, CUBLAS_OP_N, CUBLAS_OP_N, M, N, K, &one, da, LD, b, LD, &zero, db, LD) == CUBLAS_STATUS_SUCCESS);
    printf("# the next line of the emulated device is meant\n");
    fflush(stdout);
    TAP_CHECK(cudaDeviceSynchronize() == cudaErrorIllegalAddress); /* b is the host's */
    cudaDeviceReset();
    cublasDestroy(blas);
    cudaFree(da);
    cudaFree(db);
    TAP_CHECK(sb_emulator_allocated() == 0);
}

int main(void)
{
    static const tap_test tests[] = {
        {"memory is the device's or the host's, and garbage when fresh", test_memory},
        {"kernels run, with barriers, in both orders", test_launches},
        {"races show as a difference between the orders", test_races},
        {"work is late", test_lateness},
        {"graphs are captured and replayed", test_graphs},
        {"a broken kernel breaks what follows", test_broken_kernels},
        {"devices", test_devices},
        {"matrix products", test_products},
    };
    return tap_main(tests, sizeof tests / sizeof *tests);
}
