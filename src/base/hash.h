/* hash.h: 64-bit FNV-1a, for telling files and configurations apart (not against an adversary). */
#ifndef SB_BASE_HASH_H
#define SB_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define SB_HASH_START UINT64_C(0xcbf29ce484222325)

/* sb_hash: continues `hash` (SB_HASH_START to begin) over `bytes`. */
uint64_t sb_hash(uint64_t hash, const void *data, size_t bytes);

#endif
