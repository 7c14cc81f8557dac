#include "kernels/cuda/conv_gradient.cu"
