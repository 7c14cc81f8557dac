// cuRAND's header as a C++ compiler takes it: its functions are for the host then.
#include "curand_words.h"

#include <vector_types.h>
#define QUALIFIERS static inline
#include <curand_philox4x32_x.h>

int curand_words(uint64_t seed, uint64_t subsequence, uint64_t block, uint32_t word[4])
{
    curandStatePhilox4_32_10 state = {};
    state.key = {static_cast<unsigned>(seed), static_cast<unsigned>(seed >> 32)};
    Philox_State_Incr_hi(&state, subsequence); // as curand_init does
    Philox_State_Incr(&state, block);
    const uint4 four = curand_Philox4x32_10(state.ctr, state.key);
    word[0] = four.x;
    word[1] = four.y;
    word[2] = four.z;
    word[3] = four.w;
    return 1;
}
