#include "kernels/cpu/layers.h"

#ifdef SB_CPU_LEVELS

#include <immintrin.h>
#include <math.h>
#include <string.h>

#pragma GCC target("arch=x86-64-v3")

#include "kernels/cpu/simd_v3.h"

#include "kernels/cpu/layers_body.h"

const sb_cpu_layers sb_cpu_layers_v3 = LAYERS;

#endif
