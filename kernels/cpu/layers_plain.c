#include "kernels/cpu/layers.h"

#include "kernels/cpu/simd_plain.h"

#include "kernels/cpu/layers_body.h"

const sb_cpu_layers sb_cpu_layers_plain = LAYERS;
