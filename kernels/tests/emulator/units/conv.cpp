#include "kernels/cuda/conv.cu"
