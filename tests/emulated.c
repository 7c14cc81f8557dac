#include "emulated.h"

#include "harness.h"

#include "kernels/backend.h"
#include "kernels/tests/emulator/emulator.h"

/* The float half's names, for a file that is compiled once. */
extern const struct sb_backend_float *sb_backend_cuda_float(int device, char *why, size_t size);
extern void sb_backend_close_float(const struct sb_backend_float *op);

size_t emulated_queue(void)
{
    char why[256] = "";
    const size_t before = sb_emulator_allocated();
    const sb_backend *op = sb_backend_cuda(0, why, sizeof why);
    const size_t bytes = sb_emulator_allocated() - before;
    CHECK(op != NULL && bytes > 0);
    sb_backend_close(op);
    const struct sb_backend_float *single = sb_backend_cuda_float(0, why, sizeof why);
    CHECK(single != NULL && sb_emulator_allocated() - before == bytes);
    sb_backend_close_float(single);
    CHECK(sb_emulator_allocated() == before);
    return bytes;
}
