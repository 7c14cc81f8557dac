#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *sb_array_alloc(size_t count, size_t size, int zero)
{
    const size_t align = 64;
    if (size && count > ((size_t)PTRDIFF_MAX - align) / size) return NULL; /* no object may be larger */
    size_t bytes = (count * size + align - 1) / align * align;
    if (bytes == 0) bytes = align;
    void *array = aligned_alloc(align, bytes);
    if (!array) return NULL;
    if (zero) memset(array, 0, bytes);
#ifdef SB_DEBUG
    else memset(array, 0xff, bytes); /* every double and float is then a NaN, every int -1 */
#endif
    return array;
}

void sb_free(void *array)
{
    free(array);
}
