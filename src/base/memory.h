/* memory.h: aligned arrays. One allocation per group of arrays, none inside loops; sb_free(NULL) is harmless. */
#ifndef SB_BASE_MEMORY_H
#define SB_BASE_MEMORY_H

#include "base/context.h"

#include <stddef.h>

/* sb_array_alloc: `count` elements of `size` bytes, 64-byte aligned, or NULL when memory is short or the product overflows.
 * With `zero` the bytes are 0; without, debug builds (-DSB_DEBUG) fill them with NaN so that reading before writing shows. */
void *sb_array_alloc(size_t count, size_t size, int zero);

/* sb_free: releases what sb_array_alloc returned. */
void sb_free(void *array);

/* SB_ALLOC(p, n): p = n uninitialised elements of its type; SB_CALLOC: zeroed. On failure goes to `done` with SB_ENOMEM. */
#define SB_ALLOC(p, n)  SB_ALLOC_IMPL(p, n, 0)
#define SB_CALLOC(p, n) SB_ALLOC_IMPL(p, n, 1)
#define SB_ALLOC_IMPL(p, n, zero)                                                                           \
    do {                                                                                                    \
        (p) = sb_array_alloc((size_t)(n), sizeof *(p), (zero));                                             \
        if (!(p)) SB_FAIL(SB_ENOMEM, "out of memory: %zu x %zu bytes for " #p, (size_t)(n), sizeof *(p));   \
    } while (0)

#endif
