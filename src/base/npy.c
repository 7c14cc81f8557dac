#include "base/npy.h"

#include "base/file.h"
#include "base/memory.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MAX_HEADER = 65536 };

/* The header is a Python dictionary literal, {'descr': '|u1', 'fortran_order': False, 'shape': (3, 4), }. */
static const char *value_of(const char *header, const char *key)
{
    const char *p = strstr(header, key);
    if (!p) return NULL;
    p += strlen(key);
    p += strspn(p, "'\": ");
    return p;
}

sb_status sb_npy_read_bytes(sb_context *ctx, const char *path, size_t *rows, size_t *columns, unsigned char **bytes)
{
    sb_status st = SB_OK;
    char *header = NULL;
    unsigned char start[12];
    size_t length, prefix;
    *bytes = NULL;
    FILE *file = fopen(path, "rb");
    SB_REQUIRE(file, SB_EUSER, "%s: error: %s", path, strerror(errno));
    SB_REQUIRE(fread(start, 1, 10, file) == 10 && memcmp(start, "\x93NUMPY", 6) == 0, SB_EUSER,
               "%s:0: error: not a .npy file (it does not start with \\x93NUMPY)", path);
    SB_REQUIRE(start[6] >= 1 && start[6] <= 3, SB_EUSER, "%s:6: error: .npy version %d is unknown", path, start[6]);
    length = start[8] | (size_t)start[9] << 8;
    prefix = 10;
    if (start[6] > 1) {
        SB_REQUIRE(fread(start + 10, 1, 2, file) == 2, SB_EUSER, "%s:10: error: the header is cut off", path);
        length |= (size_t)start[10] << 16 | (size_t)start[11] << 24;
        prefix = 12;
    }
    SB_REQUIRE(length < MAX_HEADER, SB_EUSER, "%s:8: error: a header of %zu bytes is not believable", path, length);
    SB_CALLOC(header, length + 1);
    SB_REQUIRE(fread(header, 1, length, file) == length, SB_EUSER, "%s:%zu: error: the header is cut off", path, prefix);

    const char *descr = value_of(header, "'descr'"), *order = value_of(header, "'fortran_order'"),
               *shape = value_of(header, "'shape'");
    SB_REQUIRE(descr && order && shape, SB_EUSER, "%s:%zu: error: the header lacks descr, fortran_order or shape", path, prefix);
    SB_REQUIRE(strncmp(descr, "|u1", 3) == 0 || strncmp(descr, "|b1", 3) == 0, SB_EUSER,
               "%s:%zu: error: elements must be uint8 or bool, not '%.8s'", path, prefix, descr);
    SB_REQUIRE(strncmp(order, "False", 5) == 0, SB_EUSER, "%s:%zu: error: the array is in Fortran order; save it in C order", path,
               prefix);
    SB_REQUIRE(sscanf(shape, "(%zu, %zu)", rows, columns) == 2, SB_EUSER, "%s:%zu: error: the array must have two dimensions", path,
               prefix);
    SB_REQUIRE(*rows > 0 && *columns > 0 && *columns <= SIZE_MAX / *rows, SB_EUSER,
               "%s:%zu: error: a shape of %zu x %zu has no elements or too many", path, prefix, *rows, *columns);
    *bytes = sb_array_alloc(*rows * *columns, 1, 0);
    SB_REQUIRE(*bytes, SB_ENOMEM, "%s: out of memory for %zu x %zu bytes", path, *rows, *columns);
    const size_t got = fread(*bytes, 1, *rows * *columns, file);
    SB_REQUIRE(got == *rows * *columns, SB_EUSER, "%s:%zu: error: %zu bytes of data, %zu expected", path, prefix + length, got,
               *rows * *columns);
    SB_REQUIRE(fgetc(file) == EOF, SB_EUSER, "%s:%zu: error: more data than the shape %zu x %zu says", path, prefix + length + got,
               *rows, *columns);
done:
    if (st != SB_OK) {
        sb_free(*bytes);
        *bytes = NULL;
    }
    if (file) fclose(file);
    sb_free(header);
    return st;
}

/* Version 1.0: the header's length is 118, so that the data begin at a multiple of 64 bytes; two sizes of 20 digits fit in it. */
sb_status sb_npy_write(sb_context *ctx, const char *path, size_t rows, size_t columns, const double *x)
{
    enum { START = 10, LENGTH = 118 };
    const char order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '<' : '>';
    char header[START + LENGTH + 1] = "\x93NUMPY\1";
    header[8] = LENGTH;
    const int used =
        snprintf(header + START, LENGTH, "{'descr': '%cf8', 'fortran_order': False, 'shape': (%zu, %zu), }", order, rows, columns);
    memset(header + START + used, ' ', (size_t)(LENGTH - used));
    header[START + LENGTH - 1] = '\n';
    const sb_file_piece pieces[] = {{header, START + LENGTH}, {x, rows * columns * sizeof *x}};
    return sb_file_replace_pieces(ctx, path, 2, pieces);
}
