/* Compiled in both precisions. */
#include "train/device.h"

#include <stdio.h>
#include <string.h>

int sb_device_is_gpu(const sb_system *system)
{
    return strcmp(system->config->device, "cuda") == 0 && sb_model_parameters(system->model) > 0;
}

sb_status sb_device_open(sb_context *ctx, const sb_system *system, const sb_backend **op)
{
    sb_status st = SB_OK;
    char why[256] = "";
    *op = sb_device_is_gpu(system) ? sb_backend_cuda(0, why, sizeof why) : sb_backend_cpu();
    SB_REQUIRE(*op, SB_EUSER, "device: error: no GPU to work on: %s", why);
done:
    return st;
}

sb_status sb_device_check(sb_context *ctx, const sb_system *system, char *name, size_t size)
{
    sb_status st = SB_OK;
    const sb_backend *op = NULL;
    SB_TRY(sb_device_open(ctx, system, &op));
    snprintf(name, size, "%s", op->device);
done:
    sb_backend_close(op);
    return st;
}
