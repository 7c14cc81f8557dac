#include "kernels/cuda/rows.cu"
