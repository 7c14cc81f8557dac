/* philox.h: one block of Philox4x32-10 (Salmon et al., SC 2011): the words that cuRAND gives for (seed, subsequence, 4*block). */
#ifndef SB_KERNELS_POINT_PHILOX_H
#define SB_KERNELS_POINT_PHILOX_H

#include "kernels/point/point.h"

#define SB_PHILOX_M0 0xD2511F53u
#define SB_PHILOX_M1 0xCD9E8D57u
#define SB_PHILOX_KEY0 0x9E3779B9u
#define SB_PHILOX_KEY1 0xBB67AE85u
#define SB_PHILOX_ROUNDS 10

SB_POINT void sb_point_philox(uint64_t seed, uint64_t subsequence, uint64_t block, uint32_t word[4])
{
    uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
    uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32), c2 = (uint32_t)subsequence, c3 = (uint32_t)(subsequence >> 32);
    for (int round = 0; round < SB_PHILOX_ROUNDS; round++) {
        const uint64_t a = (uint64_t)SB_PHILOX_M0 * c0, b = (uint64_t)SB_PHILOX_M1 * c2;
        c0 = (uint32_t)(b >> 32) ^ c1 ^ key0;
        c2 = (uint32_t)(a >> 32) ^ c3 ^ key1;
        c1 = (uint32_t)b;
        c3 = (uint32_t)a;
        key0 += SB_PHILOX_KEY0;
        key1 += SB_PHILOX_KEY1;
    }
    word[0] = c0;
    word[1] = c1;
    word[2] = c2;
    word[3] = c3;
}

#endif
