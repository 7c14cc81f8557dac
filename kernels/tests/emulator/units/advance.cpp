#include "kernels/cuda/advance.cu"
