#include "kernels/cpu/images.h"

#include "kernels/cpu/simd_plain.h"

#include "kernels/cpu/conv_sums.h"
#include "kernels/cpu/conv_gradient.h"
#include "kernels/cpu/lane_products.h"

const sb_cpu_images sb_cpu_images_plain = {conv_apply, conv_back, conv_gradient, lane_products};
