/* parity_emulated.c: parity of the CPU and the CUDA half on the emulator, with threads in both orders and work late and at once. */
#include "kernels/tests/emulator/emulator.h"
#include "kernels/tests/parity.h"

static void other_order(void)
{
    static int backward = 0;
    backward = !backward;
    sb_emulator_backward(backward);
    sb_emulator_late(!backward);
}

int main(void)
{
    const int failed = parity_main(sb_backend_cuda, other_order);
    return failed || sb_emulator_allocated() != 0;
}
