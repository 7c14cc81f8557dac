/* philox.h: random words on the device, from cuRAND's own Philox. The same words as kernels/point/philox.h. */
#ifndef SB_KERNELS_CUDA_PHILOX_H
#define SB_KERNELS_CUDA_PHILOX_H

#include "kernels/backend.h"

#include <cuda_runtime.h>
#include <curand_philox4x32_x.h>

/* The four words of the block `block` blocks after a place. */
static __device__ inline void sb_words(sb_place place, uint64_t block, uint32_t word[4])
{
    const uint64_t at = place.block + block;
    const uint4 counter = make_uint4((uint32_t)at, (uint32_t)(at >> 32), (uint32_t)place.subsequence, (uint32_t)(place.subsequence >> 32));
    const uint4 four = curand_Philox4x32_10(counter, make_uint2((uint32_t)place.seed, (uint32_t)(place.seed >> 32)));
    word[0] = four.x;
    word[1] = four.y;
    word[2] = four.z;
    word[3] = four.w;
}

#endif
