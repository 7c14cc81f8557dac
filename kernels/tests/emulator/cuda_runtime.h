/* cuda_runtime.h: stands in for CUDA's header of this name so that kernels/cuda compiles with a C++ compiler and runs on the CPU
 * (emulator.h says what is checked). It holds what kernels/cuda uses and no more. Functions that hold __shared__ arrays are static:
 * the arrays of templates and inline functions with external linkage cannot lie in one section with the others. */
#ifndef SB_EMULATOR_CUDA_RUNTIME_H
#define SB_EMULATOR_CUDA_RUNTIME_H

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <tuple>

#define __global__
#define __device__
#define __host__
#define __constant__ static
#define __shared__ static __attribute__((section("sb_shared")))
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)

struct uint2 { unsigned x, y; };
struct uint3 { unsigned x, y, z; };
struct uint4 { unsigned x, y, z, w; };
struct alignas(8) float2 { float x, y; };
struct alignas(16) float4 { float x, y, z, w; };
struct alignas(16) double2 { double x, y; };
static inline uint2   make_uint2(unsigned x, unsigned y) { return {x, y}; }
static inline uint4   make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }
static inline float2  make_float2(float x, float y) { return {x, y}; }
static inline float4  make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
static inline double2 make_double2(double x, double y) { return {x, y}; }
struct dim3 {
    unsigned x, y, z;
    constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
};

/* Where the running thread is, and its barrier. */
extern uint3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;
void sb_emulator_barrier(const char *file, int line);
#define __syncthreads() sb_emulator_barrier(__FILE__, __LINE__)

/* Intrinsics; threads run one at a time, so atomics need nothing. */
using std::max;
using std::min;
template <class T> static inline T __ldg(const T *p) { return *p; }
static inline float     __fmaf_rn(float a, float b, float c) { return fmaf(a, b, c); }
static inline double    __fma_rn(double a, double b, double c) { return fma(a, b, c); }
static inline long long __double2ll_rn(double x) { return llrint(x); }
static inline unsigned  __umulhi(unsigned a, unsigned b) { return (unsigned)((unsigned long long)a * b >> 32); }
template <class T, class U> static inline T sb_emulator_exchange(T *p, U to) { const T was = *p; *p = (T)to; return was; }
template <class T, class U> static inline T atomicAdd(T *p, U v) { return sb_emulator_exchange(p, *p + (T)v); }
template <class T, class U> static inline T atomicOr(T *p, U v) { return sb_emulator_exchange(p, *p | (T)v); }
template <class T, class U> static inline T atomicMin(T *p, U v) { return sb_emulator_exchange(p, min(*p, (T)v)); }
template <class T, class U> static inline T atomicMax(T *p, U v) { return sb_emulator_exchange(p, max(*p, (T)v)); }
template <class T, class U> static inline T atomicExch(T *p, U v) { return sb_emulator_exchange(p, v); }
template <class T, class U, class V> static inline T atomicCAS(T *p, U is, V to)
{
    return sb_emulator_exchange(p, *p == (T)is ? (T)to : *p);
}

/* The host's side, with CUDA's numbers. */
typedef enum cudaError {
    cudaSuccess = 0,
    cudaErrorInvalidValue = 1,
    cudaErrorMemoryAllocation = 2,
    cudaErrorInvalidConfiguration = 9,
    cudaErrorInsufficientDriver = 35,
    cudaErrorNoDevice = 100,
    cudaErrorInvalidDevice = 101,
    cudaErrorInvalidResourceHandle = 400,
    cudaErrorNotReady = 600,
    cudaErrorIllegalAddress = 700,
    cudaErrorLaunchFailure = 719,
    cudaErrorStreamCaptureUnsupported = 900,
    cudaErrorStreamCaptureInvalidated = 901
} cudaError_t;
const char *cudaGetErrorName(cudaError_t error);
const char *cudaGetErrorString(cudaError_t error);
cudaError_t cudaPeekAtLastError(void);
cudaError_t cudaGetLastError(void);

struct cudaDeviceProp {
    char   name[256];
    size_t totalGlobalMem, sharedMemPerBlock;
    int    major, minor, multiProcessorCount, warpSize, maxThreadsPerBlock, l2CacheSize;
};
enum cudaDeviceAttr {
    cudaDevAttrMultiProcessorCount = 16,
    cudaDevAttrComputeCapabilityMajor = 75,
    cudaDevAttrComputeCapabilityMinor = 76
};
cudaError_t cudaGetDeviceCount(int *count);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaGetDevice(int *device);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int device);
cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int device);
cudaError_t cudaDriverGetVersion(int *version);
cudaError_t cudaRuntimeGetVersion(int *version);
cudaError_t cudaDeviceSynchronize(void);
cudaError_t cudaDeviceReset(void);

typedef struct sb_emulator_stream *cudaStream_t;
typedef struct sb_emulator_event *cudaEvent_t;
typedef struct sb_emulator_graph *cudaGraph_t;
typedef struct sb_emulator_graph *cudaGraphExec_t;
typedef enum cudaMemcpyKind {
    cudaMemcpyHostToHost,
    cudaMemcpyHostToDevice,
    cudaMemcpyDeviceToHost,
    cudaMemcpyDeviceToDevice,
    cudaMemcpyDefault
} cudaMemcpyKind;
enum { cudaHostAllocDefault = 0 };
cudaError_t cudaMalloc(void **device, size_t bytes);
cudaError_t cudaFree(void *device);
cudaError_t cudaHostAlloc(void **host, size_t bytes, unsigned flags);
cudaError_t cudaMallocHost(void **host, size_t bytes);
cudaError_t cudaFreeHost(void *host);
cudaError_t cudaMemGetInfo(size_t *available, size_t *total);
cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes, cudaMemcpyKind kind);
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream);
cudaError_t cudaMemset(void *device, int byte, size_t bytes);
cudaError_t cudaMemsetAsync(void *device, int byte, size_t bytes, cudaStream_t stream);
template <class T> static inline cudaError_t cudaMalloc(T **device, size_t bytes) { return cudaMalloc((void **)device, bytes); }
template <class T> static inline cudaError_t cudaMallocHost(T **host, size_t bytes) { return cudaMallocHost((void **)host, bytes); }
template <class T> static inline cudaError_t cudaHostAlloc(T **host, size_t bytes, unsigned flags)
{
    return cudaHostAlloc((void **)host, bytes, flags);
}

enum { cudaStreamDefault = 0, cudaStreamNonBlocking = 1 };
typedef enum cudaStreamCaptureMode {
    cudaStreamCaptureModeGlobal,
    cudaStreamCaptureModeThreadLocal,
    cudaStreamCaptureModeRelaxed
} cudaStreamCaptureMode;
typedef enum cudaStreamCaptureStatus {
    cudaStreamCaptureStatusNone,
    cudaStreamCaptureStatusActive,
    cudaStreamCaptureStatusInvalidated
} cudaStreamCaptureStatus;
cudaError_t cudaStreamCreate(cudaStream_t *stream);
cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaStreamQuery(cudaStream_t stream);
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode);
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t *graph);
cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus *status);
cudaError_t cudaGraphInstantiate(cudaGraphExec_t *exec, cudaGraph_t graph, unsigned long long flags = 0);
cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream);
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec);
cudaError_t cudaGraphDestroy(cudaGraph_t graph);
cudaError_t cudaEventCreate(cudaEvent_t *event);
cudaError_t cudaEventDestroy(cudaEvent_t event);
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream);
cudaError_t cudaEventSynchronize(cudaEvent_t event);
cudaError_t cudaEventElapsedTime(float *ms, cudaEvent_t start, cudaEvent_t end);

/* What SB_LAUNCH of kernels/cuda/cuda.h is made of: kernel<<<blocks, threads, 0, stream>>>(arguments). */
void sb_emulator_launch(cudaStream_t stream, const char *name, size_t blocks, unsigned threads, bool cooperative,
                        std::function<void()> thread);
template <class... P> struct sb_emulator_launcher {
    cudaStream_t stream;
    void (*kernel)(P...);
    const char *name;
    size_t blocks;
    unsigned threads;
    bool cooperative;
    void operator()(P... argument) const
    {
        const auto run = kernel;
        const std::tuple<P...> all(argument...); /* taken now, as a launch takes them */
        sb_emulator_launch(stream, name, blocks, threads, cooperative, [run, all] { std::apply(run, all); });
    }
};
template <class... P>
static inline sb_emulator_launcher<P...> sb_emulator_launcher_of(cudaStream_t stream, void (*kernel)(P...), const char *name,
                                                                 size_t blocks, unsigned threads, bool cooperative)
{
    return {stream, kernel, name, blocks, threads, cooperative};
}
#define SB_CUDA_START(q, kernel, blocks, cooperative, ...) \
    sb_emulator_launcher_of((q)->stream, kernel, #kernel, (blocks), SB_CUDA_BLOCK, (cooperative))(__VA_ARGS__)

#endif
