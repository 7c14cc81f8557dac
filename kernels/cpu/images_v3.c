#include "kernels/cpu/images.h"

#ifdef SB_CPU_LEVELS

#pragma GCC target("arch=x86-64-v3")

#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "kernels/cpu/simd_v3.h"

#include "kernels/cpu/conv_sums.h"
#include "kernels/cpu/conv_gradient.h"
#include "kernels/cpu/lane_products.h"

const sb_cpu_images sb_cpu_images_v3 = {conv_apply, conv_back, conv_gradient, lane_products};

#endif
