#include "kernels/cuda/samples.cu"
