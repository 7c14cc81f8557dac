#include "kernels/cuda/norm_curvature.cu"
