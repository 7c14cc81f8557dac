/* curand_words.h: the words of cuRAND's own Philox, computed on the host. */
#ifndef SB_TESTS_CURAND_WORDS_H
#define SB_TESTS_CURAND_WORDS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C"
#endif
/* curand_words: block `block` of curand_init(seed, subsequence, 0, ...). Returns 0 where the program is built without CUDA. */
int curand_words(uint64_t seed, uint64_t subsequence, uint64_t block, uint32_t word[4]);

#endif
