#include "kernels/cuda/network.cu"
