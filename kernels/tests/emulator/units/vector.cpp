#include "kernels/cuda/vector.cu"
