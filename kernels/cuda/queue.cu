#include "kernels/cuda/cuda.h"

#include <stdio.h>
#include <string.h>

/* Keeps the first failure, "cudaMalloc: out of memory"; of `call` only the function's name. */
static void keep(sb_queue *q, const char *call, const char *reason)
{
    const int length = (int)strcspn(call, "(");
    if (q->failed) return;
    q->failed = 1;
    snprintf(q->message, sizeof q->message, "%.*s: %s", length < 100 ? length : 100, call, reason);
}

/* The runtime keeps the last error of a thread until it is asked for; it is asked for here, so that no other queue takes it for its
 * own. A device that failed for good answers every later call with the same error. */
void CUDA(note)(sb_queue *q, cudaError_t error, const char *call)
{
    if (error == cudaSuccess) return;
    cudaGetLastError();
    keep(q, call, cudaGetErrorString(error));
}

void CUDA(note_blas)(sb_queue *q, cublasStatus_t status, const char *call)
{
    if (status == CUBLAS_STATUS_SUCCESS) return;
    cudaGetLastError();
    keep(q, call, q->cublas.describe(status));
}

/* No memory left is the caller's to handle, not a failure of the queue. */
void *CUDA(alloc)(const sb_backend *op, size_t bytes)
{
    sb_queue *q = queue_of(op);
    void *memory = NULL;
    const cudaError_t error = cudaMalloc(&memory, bytes ? bytes : 1);
    if (error == cudaSuccess) return memory;
    if (error == cudaErrorMemoryAllocation) cudaGetLastError();
    else CUDA(note)(q, error, "cudaMalloc");
    return NULL;
}

void CUDA(release)(const sb_backend *op, void *memory)
{
    if (memory) SB_CUDA(queue_of(op), cudaFree(memory));
}

/* From ordinary memory the runtime takes its own copy before it returns, so the caller may write there again. */
void CUDA(upload)(const sb_backend *op, void *device, const void *host, size_t bytes)
{
    sb_queue *q = queue_of(op);
    if (bytes && !q->failed) SB_CUDA(q, cudaMemcpyAsync(device, host, bytes, cudaMemcpyHostToDevice, q->stream));
}

void CUDA(download)(const sb_backend *op, void *host, const void *device, size_t bytes)
{
    sb_queue *q = queue_of(op);
    if (bytes && !q->failed) SB_CUDA(q, cudaMemcpyAsync(host, device, bytes, cudaMemcpyDeviceToHost, q->stream));
    if (!q->failed) SB_CUDA(q, cudaStreamSynchronize(q->stream));
}

void CUDA(copy)(const sb_backend *op, void *to, const void *from, size_t bytes)
{
    sb_queue *q = queue_of(op);
    if (bytes && !q->failed) SB_CUDA(q, cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, q->stream));
}

void CUDA(clear)(const sb_backend *op, void *memory, size_t bytes)
{
    sb_queue *q = queue_of(op);
    if (bytes && !q->failed) SB_CUDA(q, cudaMemsetAsync(memory, 0, bytes, q->stream));
}

const char *CUDA(finish)(const sb_backend *op)
{
    sb_queue *q = queue_of(op);
    SB_CUDA(q, cudaStreamSynchronize(q->stream));
    return q->failed ? q->message : NULL;
}

/* Relaxed: other threads and queues go on with whatever they do meanwhile. */
void CUDA(record)(const sb_backend *op)
{
    sb_queue *q = queue_of(op);
    if (!q->failed) SB_CUDA(q, cudaStreamBeginCapture(q->stream, cudaStreamCaptureModeRelaxed));
}

void *CUDA(recorded)(const sb_backend *op)
{
    sb_queue *q = queue_of(op);
    const int failed = q->failed; /* a failure on the way must end the capture all the same */
    cudaGraph_t graph = NULL;
    cudaGraphExec_t recording = NULL;
    SB_CUDA(q, cudaStreamEndCapture(q->stream, &graph));
    if (!failed && !q->failed) SB_CUDA(q, cudaGraphInstantiate(&recording, graph, 0));
    if (graph) SB_CUDA(q, cudaGraphDestroy(graph));
    return recording;
}

void CUDA(replay)(const sb_backend *op, void *recording)
{
    sb_queue *q = queue_of(op);
    if (recording && !q->failed) SB_CUDA(q, cudaGraphLaunch((cudaGraphExec_t)recording, q->stream));
}

void CUDA(forget)(const sb_backend *op, void *recording)
{
    if (recording) SB_CUDA(queue_of(op), cudaGraphExecDestroy((cudaGraphExec_t)recording));
}
