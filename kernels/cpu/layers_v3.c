#include "kernels/cpu/layers.h"

#ifdef SB_CPU_LEVELS

#pragma GCC target("arch=x86-64-v3")

#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "kernels/cpu/simd_v3.h"

#include "kernels/cpu/layers_body.h"

const sb_cpu_layers sb_cpu_layers_v3 = LAYERS;

#endif
