/* words.h: many blocks of Philox at once, on the CPU: word (blocks,4) = sb_point_philox of block, block + 1, ...
 *
 * A vector holds one of the four words of several blocks, each in the low half of 64 bits; what is left in the high halves by the
 * products does no harm, since the products read low halves only. Compilers do not find this form by themselves, so it is written
 * with the one instruction that they miss, for each level of the x86-64 instruction sets (compare clones.h). */
#ifndef SB_KERNELS_POINT_WORDS_H
#define SB_KERNELS_POINT_WORDS_H

#include "kernels/point/philox.h"

#include <stddef.h>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#include <immintrin.h>

typedef uint64_t sb_words_v4 __attribute__((vector_size(64), aligned(4), may_alias));
typedef uint64_t sb_words_v3 __attribute__((vector_size(32), aligned(4), may_alias));
typedef uint64_t sb_words_v1 __attribute__((vector_size(16), aligned(4), may_alias));

/* Writes whole vectors of blocks, as many as there are, and returns their number. FIRST and LAST interleave two vectors. */
#define SB_POINT_WORDS(level, isa, MULTIPLY, NUMBERS, FIRST, LAST)                                                                   \
    __attribute__((target(isa))) static inline size_t sb_point_words_##level(uint64_t seed, uint64_t subsequence, uint64_t block,    \
                                                                             size_t blocks, uint32_t *word)                         \
    {                                                                                                                                \
        typedef sb_words_##level wide;                                                                                               \
        const size_t lanes = sizeof(wide) / sizeof(uint64_t), whole = blocks - blocks % lanes;                                       \
        const wide first = NUMBERS, zero = first - first, low = zero + 0xffffffffu;                                                  \
        const wide m0 = zero + SB_PHILOX_M0, m1 = zero + SB_PHILOX_M1;                                                               \
        for (size_t i = 0; i < whole; i += lanes, word += 4 * lanes) {                                                               \
            const wide number = first + (block + i);                                                                                 \
            wide c0 = number, c1 = number >> 32, c2 = zero + subsequence, c3 = zero + (subsequence >> 32);                           \
            uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);                                                           \
            for (int round = 0; round < SB_PHILOX_ROUNDS; round++) {                                                                 \
                const wide a = (wide)MULTIPLY(m0, c0), b = (wide)MULTIPLY(m1, c2);                                                   \
                c0 = b >> 32 ^ c1 ^ key0;                                                                                            \
                c2 = a >> 32 ^ c3 ^ key1;                                                                                            \
                c1 = b;                                                                                                              \
                c3 = a;                                                                                                              \
                key0 += SB_PHILOX_KEY0;                                                                                              \
                key1 += SB_PHILOX_KEY1;                                                                                              \
            }                                                                                                                        \
            const wide front = (c0 & low) | c1 << 32, back = (c2 & low) | c3 << 32;                                                  \
            *(wide *)word = __builtin_shuffle(front, back, (wide)FIRST);                                                             \
            *(wide *)(word + 2 * lanes) = __builtin_shuffle(front, back, (wide)LAST);                                                \
        }                                                                                                                            \
        return whole;                                                                                                                \
    }

#define SB_MULTIPLY_V4(a, b) _mm512_mul_epu32((__m512i)(a), (__m512i)(b))
#define SB_MULTIPLY_V3(a, b) _mm256_mul_epu32((__m256i)(a), (__m256i)(b))
#define SB_MULTIPLY_V1(a, b) _mm_mul_epu32((__m128i)(a), (__m128i)(b))
#define SB_LIST(...) {__VA_ARGS__}

SB_POINT_WORDS(v4, "avx512f", SB_MULTIPLY_V4, SB_LIST(0, 1, 2, 3, 4, 5, 6, 7), SB_LIST(0, 8, 1, 9, 2, 10, 3, 11),
               SB_LIST(4, 12, 5, 13, 6, 14, 7, 15))
SB_POINT_WORDS(v3, "avx2", SB_MULTIPLY_V3, SB_LIST(0, 1, 2, 3), SB_LIST(0, 4, 1, 5), SB_LIST(2, 6, 3, 7))
SB_POINT_WORDS(v1, "sse2", SB_MULTIPLY_V1, SB_LIST(0, 1), SB_LIST(0, 2), SB_LIST(1, 3))

static inline size_t sb_point_words_whole(uint64_t seed, uint64_t subsequence, uint64_t block, size_t blocks, uint32_t *word)
{
    return __builtin_cpu_supports("avx512f") ? sb_point_words_v4(seed, subsequence, block, blocks, word)
           : __builtin_cpu_supports("avx2")  ? sb_point_words_v3(seed, subsequence, block, blocks, word)
                                             : sb_point_words_v1(seed, subsequence, block, blocks, word);
}
#else
static inline size_t sb_point_words_whole(uint64_t seed, uint64_t subsequence, uint64_t block, size_t blocks, uint32_t *word)
{
    (void)seed, (void)subsequence, (void)block, (void)blocks, (void)word;
    return 0;
}
#endif

static inline void sb_point_words(uint64_t seed, uint64_t subsequence, uint64_t block, size_t blocks, uint32_t *word)
{
    for (size_t i = sb_point_words_whole(seed, subsequence, block, blocks, word); i < blocks; i++)
        sb_point_philox(seed, subsequence, block + i, word + 4 * i);
}

#endif
