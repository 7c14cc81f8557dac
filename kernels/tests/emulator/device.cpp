/* device.cpp: errors, devices, and how the emulator is set. */
#include "kernels/tests/emulator/emulator.h"
#include "kernels/tests/emulator/state.h"

#include <cstdio>

static thread_local cudaError_t last_error = cudaSuccess;
static thread_local int current_device = 0;

sb_emulator_state &sb_state(void)
{
    static sb_emulator_state state;
    return state;
}

int sb_current_device(void)
{
    return current_device;
}

cudaError_t sb_error(cudaError_t error)
{
    if (sb_state().broken) error = sb_state().broken;
    if (error) last_error = error;
    return error;
}

void sb_break(cudaError_t error, const std::string &why)
{
    if (sb_state().broken) return;
    fprintf(stderr, "emulated device: %s\n", why.c_str());
    sb_state().broken = error;
}

void sb_emulator_backward(int backward)
{
    sb_entry entry;
    sb_state().backward = backward != 0;
}

void sb_emulator_late(int late)
{
    sb_entry entry;
    sb_state().late = late != 0;
}

void sb_emulator_devices(int count)
{
    sb_entry entry;
    sb_state().devices = count;
}

void sb_emulator_memory(size_t bytes)
{
    sb_entry entry;
    sb_state().memory = bytes;
}

size_t sb_emulator_allocated(void)
{
    sb_entry entry;
    size_t bytes = 0;
    for (const auto &one : sb_state().device) bytes += one.second;
    for (const auto &one : sb_state().pinned) bytes += one.second;
    return bytes;
}

static const struct {
    cudaError_t code;
    const char *name, *text;
} errors[] = {
    {cudaSuccess, "cudaSuccess", "no error"},
    {cudaErrorInvalidValue, "cudaErrorInvalidValue", "invalid argument"},
    {cudaErrorMemoryAllocation, "cudaErrorMemoryAllocation", "out of memory"},
    {cudaErrorInvalidConfiguration, "cudaErrorInvalidConfiguration", "invalid configuration argument"},
    {cudaErrorInsufficientDriver, "cudaErrorInsufficientDriver", "CUDA driver version is insufficient for CUDA runtime version"},
    {cudaErrorNoDevice, "cudaErrorNoDevice", "no CUDA-capable device is detected"},
    {cudaErrorInvalidDevice, "cudaErrorInvalidDevice", "invalid device ordinal"},
    {cudaErrorInvalidResourceHandle, "cudaErrorInvalidResourceHandle", "invalid resource handle"},
    {cudaErrorNotReady, "cudaErrorNotReady", "device not ready"},
    {cudaErrorIllegalAddress, "cudaErrorIllegalAddress", "an illegal memory access was encountered"},
    {cudaErrorLaunchFailure, "cudaErrorLaunchFailure", "unspecified launch failure"},
    {cudaErrorStreamCaptureUnsupported, "cudaErrorStreamCaptureUnsupported", "operation not permitted when stream is capturing"},
    {cudaErrorStreamCaptureInvalidated, "cudaErrorStreamCaptureInvalidated",
     "operation failed due to a previous error during capture"},
};

const char *cudaGetErrorName(cudaError_t error)
{
    for (const auto &row : errors)
        if (row.code == error) return row.name;
    return "unrecognized error code";
}

const char *cudaGetErrorString(cudaError_t error)
{
    for (const auto &row : errors)
        if (row.code == error) return row.text;
    return "unrecognized error code";
}

cudaError_t cudaPeekAtLastError(void)
{
    sb_entry entry;
    return sb_state().broken ? sb_state().broken : last_error;
}

cudaError_t cudaGetLastError(void)
{
    const cudaError_t error = cudaPeekAtLastError();
    last_error = cudaSuccess;
    return error;
}

cudaError_t cudaGetDeviceCount(int *count)
{
    sb_entry entry;
    *count = sb_state().devices;
    return sb_error(*count ? cudaSuccess : cudaErrorNoDevice);
}

static cudaError_t check_device(int device)
{
    if (sb_state().devices == 0) return cudaErrorNoDevice;
    return device >= 0 && device < sb_state().devices ? cudaSuccess : cudaErrorInvalidDevice;
}

cudaError_t cudaSetDevice(int device)
{
    sb_entry entry;
    const cudaError_t error = check_device(device);
    if (!error) current_device = device;
    return sb_error(error);
}

cudaError_t cudaGetDevice(int *device)
{
    sb_entry entry;
    *device = current_device;
    return sb_error(check_device(current_device));
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int device)
{
    sb_entry entry;
    if (check_device(device)) return sb_error(check_device(device));
    *properties = {"emulated device", sb_state().memory, 48 << 10, 9, 0, 4, 32, 1024, 1 << 20};
    return sb_error(cudaSuccess);
}

cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int device)
{
    cudaDeviceProp p;
    const cudaError_t error = cudaGetDeviceProperties(&p, device);
    if (error) return error;
    switch (attribute) {
    case cudaDevAttrMultiProcessorCount: *value = p.multiProcessorCount; break;
    case cudaDevAttrComputeCapabilityMajor: *value = p.major; break;
    case cudaDevAttrComputeCapabilityMinor: *value = p.minor; break;
    }
    return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int *version)
{
    sb_entry entry;
    *version = sb_state().devices ? 13000 : 0;
    return sb_error(cudaSuccess);
}

cudaError_t cudaRuntimeGetVersion(int *version)
{
    *version = 13000;
    return cudaSuccess;
}

cudaError_t cudaDeviceReset(void)
{
    sb_entry entry;
    sb_state().broken = last_error = cudaSuccess;
    for (auto *stream : sb_state().streams) stream->pending.clear();
    sb_state().ordinary.pending.clear();
    return cudaSuccess;
}
