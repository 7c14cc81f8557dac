#include "kernels/cuda/queue.cu"
