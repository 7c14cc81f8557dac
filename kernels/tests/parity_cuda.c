/* parity_cuda.c: parity of the CPU and a GPU. Skipped where there is none. */
#include "kernels/tests/parity.h"

int main(void)
{
    return parity_main(sb_backend_cuda, NULL);
}
