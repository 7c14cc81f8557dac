#include "kernels/cuda/update.cu"
