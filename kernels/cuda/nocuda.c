/* Stands in for this folder in programs that were built without CUDA. */
#include "kernels/backend.h"

#include <stdio.h>

const sb_backend *sb_backend_cuda(int device, char *why, size_t size)
{
    (void)device;
    snprintf(why, size, "this program was built without CUDA");
    return NULL;
}

void sb_backend_close(const sb_backend *op)
{
    (void)op; /* the CPU's table, which stays */
}
