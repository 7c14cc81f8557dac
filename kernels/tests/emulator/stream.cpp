/* stream.cpp: streams, what waits in them, capture and graphs, events. */
#include "kernels/tests/emulator/state.h"

#include <chrono>

enum { MOST_PENDING = 4096 };

static sb_emulator_stream *find(cudaStream_t stream)
{
    if (!stream || stream == &sb_state().ordinary) return &sb_state().ordinary;
    return sb_state().streams.count(stream) ? stream : nullptr;
}

/* The default stream and those that wait for it run in the order of the calls: each waits for what the other has. */
static void drain_in_order(sb_emulator_stream *stream)
{
    if (stream == &sb_state().ordinary) {
        for (auto *other : sb_state().streams)
            if (other->waits_for_default) sb_drain(other);
    } else if (stream->waits_for_default) sb_drain(&sb_state().ordinary);
}

void sb_drain(sb_emulator_stream *stream)
{
    while (!stream->pending.empty()) {
        const sb_work work = std::move(stream->pending.front());
        stream->pending.pop_front();
        if (!sb_state().broken) work();
    }
}

cudaError_t sb_enqueue(cudaStream_t stream, sb_work work)
{
    sb_emulator_stream *s = find(stream);
    if (!s) return sb_error(cudaErrorInvalidResourceHandle);
    if (s->capture == cudaStreamCaptureStatusInvalidated) return sb_error(cudaErrorStreamCaptureInvalidated);
    if (s->capture) {
        s->graph->work.push_back(std::move(work));
        return sb_error(cudaSuccess);
    }
    if (!sb_state().broken) {
        drain_in_order(s);
        s->pending.push_back(std::move(work));
        if (!sb_state().late || s->pending.size() > MOST_PENDING) sb_drain(s);
    }
    return sb_error(cudaSuccess);
}

cudaError_t sb_unsafe_in_capture(void)
{
    cudaError_t error = cudaSuccess;
    for (auto *stream : sb_state().streams) {
        const bool own = stream->captured_by == std::this_thread::get_id();
        if (!stream->capture || stream->mode == cudaStreamCaptureModeRelaxed) continue;
        if (stream->mode == cudaStreamCaptureModeThreadLocal && !own) continue;
        stream->capture = cudaStreamCaptureStatusInvalidated;
        error = cudaErrorStreamCaptureUnsupported;
    }
    return error;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned flags)
{
    sb_entry entry;
    int device;
    if (cudaGetDevice(&device)) return cudaPeekAtLastError();
    *stream = new sb_emulator_stream;
    (*stream)->device = device;
    (*stream)->waits_for_default = !(flags & cudaStreamNonBlocking);
    sb_state().streams.insert(*stream);
    return sb_error(cudaSuccess);
}

cudaError_t cudaStreamCreate(cudaStream_t *stream)
{
    return cudaStreamCreateWithFlags(stream, cudaStreamDefault);
}

cudaError_t cudaStreamDestroy(cudaStream_t stream)
{
    sb_entry entry;
    if (!sb_state().streams.count(stream)) return sb_error(cudaErrorInvalidResourceHandle);
    sb_drain(stream);
    sb_state().streams.erase(stream);
    delete stream->graph;
    delete stream;
    return sb_error(cudaSuccess);
}

/* Waiting for a stream that is capturing is refused and spoils the capture. */
static cudaError_t refuse_capturing(sb_emulator_stream *stream)
{
    if (!stream->capture) return cudaSuccess;
    stream->capture = cudaStreamCaptureStatusInvalidated;
    return cudaErrorStreamCaptureUnsupported;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream)
{
    sb_entry entry;
    sb_emulator_stream *s = find(stream);
    if (!s) return sb_error(cudaErrorInvalidResourceHandle);
    if (cudaError_t error = refuse_capturing(s)) return sb_error(error);
    sb_drain(s);
    return sb_error(cudaSuccess);
}

cudaError_t cudaStreamQuery(cudaStream_t stream)
{
    sb_entry entry;
    sb_emulator_stream *s = find(stream);
    if (!s) return sb_error(cudaErrorInvalidResourceHandle);
    if (cudaError_t error = refuse_capturing(s)) return sb_error(error);
    return s->pending.empty() ? sb_error(cudaSuccess) : cudaErrorNotReady;
}

cudaError_t cudaDeviceSynchronize(void)
{
    sb_entry entry;
    cudaError_t error = cudaSuccess;
    for (auto *stream : sb_state().streams)
        if (stream->device == sb_current_device() && !error) error = refuse_capturing(stream);
    if (error) return sb_error(error);
    for (auto *stream : sb_state().streams)
        if (stream->device == sb_current_device()) sb_drain(stream);
    sb_drain(&sb_state().ordinary);
    return sb_error(cudaSuccess);
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode)
{
    sb_entry entry;
    sb_emulator_stream *s = find(stream);
    if (!s) return sb_error(cudaErrorInvalidResourceHandle);
    if (s == &sb_state().ordinary) return sb_error(cudaErrorStreamCaptureUnsupported);
    if (s->capture) return sb_error(cudaErrorInvalidValue);
    s->capture = cudaStreamCaptureStatusActive;
    s->mode = mode;
    s->captured_by = std::this_thread::get_id();
    s->graph = new sb_emulator_graph;
    return sb_error(cudaSuccess);
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t *graph)
{
    sb_entry entry;
    sb_emulator_stream *s = find(stream);
    *graph = nullptr;
    if (!s || !s->capture) return sb_error(cudaErrorInvalidValue);
    const bool spoilt = s->capture == cudaStreamCaptureStatusInvalidated;
    if (spoilt) delete s->graph;
    else *graph = s->graph;
    s->graph = nullptr;
    s->capture = cudaStreamCaptureStatusNone;
    return sb_error(spoilt ? cudaErrorStreamCaptureInvalidated : cudaSuccess);
}

cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus *status)
{
    sb_entry entry;
    sb_emulator_stream *s = find(stream);
    if (!s) return sb_error(cudaErrorInvalidResourceHandle);
    *status = s->capture;
    return sb_error(cudaSuccess);
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t *exec, cudaGraph_t graph, unsigned long long flags)
{
    sb_entry entry;
    (void)flags;
    *exec = nullptr;
    if (!graph) return sb_error(cudaErrorInvalidValue);
    *exec = new sb_emulator_graph(*graph);
    return sb_error(cudaSuccess);
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream)
{
    sb_entry entry;
    if (!exec) return sb_error(cudaErrorInvalidValue);
    const std::vector<sb_work> work = exec->work;
    return sb_enqueue(stream, [work] {
        for (const sb_work &one : work)
            if (!sb_state().broken) one();
    });
}

static cudaError_t destroy(sb_emulator_graph *graph)
{
    sb_entry entry;
    if (!graph) return sb_error(cudaErrorInvalidValue);
    delete graph;
    return sb_error(cudaSuccess);
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec)
{
    return destroy(exec);
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph)
{
    return destroy(graph);
}

struct sb_emulator_event {
    sb_emulator_stream *stream = nullptr;
    std::chrono::steady_clock::time_point when;
};

cudaError_t cudaEventCreate(cudaEvent_t *event)
{
    *event = new sb_emulator_event;
    return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event)
{
    sb_entry entry;
    if (event->stream) sb_drain(event->stream);
    delete event;
    return sb_error(cudaSuccess);
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream)
{
    sb_entry entry;
    event->stream = find(stream);
    return sb_enqueue(stream, [event] { event->when = std::chrono::steady_clock::now(); });
}

cudaError_t cudaEventSynchronize(cudaEvent_t event)
{
    sb_entry entry;
    return event->stream ? cudaStreamSynchronize(event->stream) : sb_error(cudaSuccess);
}

cudaError_t cudaEventElapsedTime(float *ms, cudaEvent_t start, cudaEvent_t end)
{
    sb_entry entry;
    *ms = std::chrono::duration<float, std::milli>(end->when - start->when).count();
    return sb_error(cudaSuccess);
}
