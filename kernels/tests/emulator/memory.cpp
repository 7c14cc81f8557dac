/* memory.cpp: memory of the device and of the host, and copies between them. */
#include "kernels/tests/emulator/state.h"

#include <cstdlib>

static bool within(const std::map<uintptr_t, size_t> &all, const void *p, size_t bytes)
{
    const uintptr_t at = (uintptr_t)p;
    auto next = all.upper_bound(at);
    if (next == all.begin()) return false;
    --next;
    return bytes <= next->second && at - next->first <= next->second - bytes;
}

/* Whether any of these bytes lie in one of the allocations. */
static bool touches(const std::map<uintptr_t, size_t> &all, const void *p, size_t bytes)
{
    const uintptr_t at = (uintptr_t)p;
    const auto next = all.lower_bound(at + bytes);
    if (next == all.begin()) return false;
    const auto before = std::prev(next);
    return before->first + before->second > at;
}

bool sb_in_device(const void *p, size_t bytes)
{
    return within(sb_state().device, p, bytes);
}

static cudaError_t take(std::map<uintptr_t, size_t> &where, void **memory, size_t bytes)
{
    sb_entry entry;
    *memory = nullptr;
    cudaError_t error = sb_error(sb_unsafe_in_capture());
    if (error || bytes == 0) return error;
    const size_t used = sb_state().device_bytes, left = sb_state().memory > used ? sb_state().memory - used : 0;
    if ((&where == &sb_state().device && bytes > left) || posix_memalign(memory, 256, bytes)) {
        *memory = nullptr;
        return sb_error(cudaErrorMemoryAllocation);
    }
    memset(*memory, 0xFF, bytes);
    where[(uintptr_t)*memory] = bytes;
    if (&where == &sb_state().device) sb_state().device_bytes += bytes;
    return cudaSuccess;
}

/* Freeing waits for the device. */
static cudaError_t give_back(std::map<uintptr_t, size_t> &where, void *memory)
{
    sb_entry entry;
    cudaError_t error = sb_unsafe_in_capture();
    if (error || !memory) return sb_error(error);
    const auto at = where.find((uintptr_t)memory);
    if (at == where.end()) return sb_error(cudaErrorInvalidValue);
    for (auto *stream : sb_state().streams) sb_drain(stream);
    sb_drain(&sb_state().ordinary);
    if (&where == &sb_state().device) sb_state().device_bytes -= at->second;
    where.erase(at);
    free(memory);
    return sb_error(cudaSuccess);
}

cudaError_t cudaMalloc(void **device, size_t bytes)
{
    return take(sb_state().device, device, bytes);
}

cudaError_t cudaFree(void *device)
{
    return give_back(sb_state().device, device);
}

cudaError_t cudaHostAlloc(void **host, size_t bytes, unsigned flags)
{
    (void)flags;
    return take(sb_state().pinned, host, bytes);
}

cudaError_t cudaMallocHost(void **host, size_t bytes)
{
    return take(sb_state().pinned, host, bytes);
}

cudaError_t cudaFreeHost(void *host)
{
    return give_back(sb_state().pinned, host);
}

cudaError_t cudaMemGetInfo(size_t *available, size_t *total)
{
    sb_entry entry;
    *total = sb_state().memory;
    *available = *total > sb_state().device_bytes ? *total - sb_state().device_bytes : 0;
    return sb_error(cudaSuccess);
}

/* Each end must lie where `kind` says. */
static bool ends_agree(const void *to, const void *from, size_t bytes, cudaMemcpyKind kind)
{
    const bool to_device = sb_in_device(to, bytes), from_device = sb_in_device(from, bytes);
    if (!to_device && touches(sb_state().device, to, bytes)) return false;
    if (!from_device && touches(sb_state().device, from, bytes)) return false;
    switch (kind) {
    case cudaMemcpyHostToHost: return !to_device && !from_device;
    case cudaMemcpyHostToDevice: return to_device && !from_device;
    case cudaMemcpyDeviceToHost: return !to_device && from_device;
    case cudaMemcpyDeviceToDevice: return to_device && from_device;
    case cudaMemcpyDefault: return true;
    }
    return false;
}

static bool overlap(const void *a, const void *b, size_t bytes)
{
    const uintptr_t x = (uintptr_t)a, y = (uintptr_t)b;
    return x < y + bytes && y < x + bytes;
}

/* Memory of the host that is not pinned is read at once and written before the call returns, and cannot be captured: a replay would
 * find something else there. */
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream)
{
    sb_entry entry;
    if (bytes == 0) return sb_error(cudaSuccess);
    if (!ends_agree(to, from, bytes, kind)) return sb_error(cudaErrorInvalidValue);
    if (overlap(to, from, bytes)) return sb_error(cudaErrorInvalidValue);
    const bool from_pageable = !sb_in_device(from, bytes) && !within(sb_state().pinned, from, bytes);
    const bool to_pageable = !sb_in_device(to, bytes) && !within(sb_state().pinned, to, bytes);
    sb_emulator_stream *s = stream ? stream : &sb_state().ordinary;
    if ((from_pageable || to_pageable) && s->capture) {
        s->capture = cudaStreamCaptureStatusInvalidated;
        return sb_error(cudaErrorStreamCaptureUnsupported);
    }
    if (from_pageable) {
        const std::string kept((const char *)from, bytes);
        return sb_enqueue(s, [to, kept] { memcpy(to, kept.data(), kept.size()); });
    }
    const cudaError_t error = sb_enqueue(s, [to, from, bytes] { memcpy(to, from, bytes); });
    if (to_pageable) sb_drain(s);
    return sb_error(error);
}

cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes, cudaMemcpyKind kind)
{
    sb_entry entry;
    cudaError_t error = sb_unsafe_in_capture();
    if (error) return sb_error(error);
    error = cudaMemcpyAsync(to, from, bytes, kind, nullptr);
    sb_drain(&sb_state().ordinary);
    return sb_error(error);
}

cudaError_t cudaMemsetAsync(void *device, int byte, size_t bytes, cudaStream_t stream)
{
    sb_entry entry;
    if (bytes == 0) return sb_error(cudaSuccess);
    if (!sb_in_device(device, bytes)) return sb_error(cudaErrorInvalidValue);
    return sb_enqueue(stream, [device, byte, bytes] { memset(device, byte, bytes); });
}

cudaError_t cudaMemset(void *device, int byte, size_t bytes)
{
    sb_entry entry;
    const cudaError_t error = sb_unsafe_in_capture();
    return error ? sb_error(error) : cudaMemsetAsync(device, byte, bytes, nullptr);
}
