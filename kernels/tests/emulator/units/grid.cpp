#include "kernels/cuda/grid.cu"
