#include "kernels/cuda/backend.cu"
