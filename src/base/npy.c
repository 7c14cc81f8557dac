#include "base/npy.h"

#include "base/file.h"
#include "base/memory.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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

/* A file that is open at its data. */
typedef struct {
    FILE *file;
    size_t place;  /* of the data in the file */
    size_t header; /* where the header begins */
    char descr[4]; /* what an element is */
    size_t rows, columns;
} array_file;

static sb_status open_array(sb_context *ctx, const char *path, array_file *a)
{
    sb_status st = SB_OK;
    char *header = NULL;
    unsigned char start[12];
    size_t length, prefix;
    int read = 0;
    *a = (array_file){.file = fopen(path, "rb")};
    SB_REQUIRE(a->file, SB_EUSER, "%s: error: %s", path, strerror(errno));
    SB_REQUIRE(fread(start, 1, 10, a->file) == 10 && memcmp(start, "\x93NUMPY", 6) == 0, SB_EUSER,
               "%s:0: error: not a .npy file (it does not start with \\x93NUMPY)", path);
    SB_REQUIRE(start[6] >= 1 && start[6] <= 3, SB_EUSER, "%s:6: error: .npy version %d is unknown", path, start[6]);
    length = start[8] | (size_t)start[9] << 8;
    prefix = 10;
    if (start[6] > 1) {
        SB_REQUIRE(fread(start + 10, 1, 2, a->file) == 2, SB_EUSER, "%s:10: error: the header is cut off", path);
        length |= (size_t)start[10] << 16 | (size_t)start[11] << 24;
        prefix = 12;
    }
    SB_REQUIRE(length < MAX_HEADER, SB_EUSER, "%s:8: error: a header of %zu bytes is not believable", path, length);
    SB_CALLOC(header, length + 1);
    SB_REQUIRE(fread(header, 1, length, a->file) == length, SB_EUSER, "%s:%zu: error: the header is cut off", path, prefix);

    const char *descr = value_of(header, "'descr'"), *order = value_of(header, "'fortran_order'"),
               *shape = value_of(header, "'shape'");
    SB_REQUIRE(descr && order && shape, SB_EUSER, "%s:%zu: error: the header lacks descr, fortran_order or shape", path, prefix);
    SB_REQUIRE(strncmp(order, "False", 5) == 0, SB_EUSER, "%s:%zu: error: the array is in Fortran order; save it in C order", path,
               prefix);
    SB_REQUIRE(sscanf(shape, "(%zu ,%zu %n", &a->rows, &a->columns, &read) == 2 && shape[read] == ')', SB_EUSER,
               "%s:%zu: error: the array must have two dimensions", path, prefix);
    SB_REQUIRE(a->rows > 0 && a->columns > 0 && a->columns <= SIZE_MAX / a->rows, SB_EUSER,
               "%s:%zu: error: a shape of %zu x %zu has no elements or too many", path, prefix, a->rows, a->columns);
    snprintf(a->descr, sizeof a->descr, "%.3s", descr);
    a->header = prefix;
    a->place = prefix + length;
done:
    sb_free(header);
    return st;
}

/* A shape is believed as far as the file holds it, before memory is asked for. What is no regular file tells when it is read. */
static sb_status check_size(sb_context *ctx, const char *path, const array_file *a, size_t size)
{
    sb_status st = SB_OK;
    struct stat info;
    const size_t count = a->rows * a->columns;
    if (fstat(fileno(a->file), &info) != 0 || !S_ISREG(info.st_mode)) goto done;
    const size_t end = (size_t)info.st_size, held = end > a->place ? end - a->place : 0;
    SB_REQUIRE(count <= held / size, SB_EUSER, "%s:%zu: error: %zu bytes of data, %.0f expected", path, a->place, held,
               (double)count * (double)size);
done:
    return st;
}

/* All elements, each of `size` bytes, and nothing behind them. */
static sb_status read_elements(sb_context *ctx, const char *path, const array_file *a, size_t size, void *elements)
{
    sb_status st = SB_OK;
    const size_t count = a->rows * a->columns, got = fread(elements, 1, count * size, a->file);
    SB_REQUIRE(got == count * size, SB_EUSER, "%s:%zu: error: %zu bytes of data, %zu expected", path, a->place, got, count * size);
    SB_REQUIRE(fgetc(a->file) == EOF, SB_EUSER, "%s:%zu: error: more data than the shape %zu x %zu says", path, a->place + got,
               a->rows, a->columns);
done:
    return st;
}

static void close_array(array_file *a)
{
    if (a->file) fclose(a->file);
}

sb_status sb_npy_read_bytes(sb_context *ctx, const char *path, size_t *rows, size_t *columns, unsigned char **bytes)
{
    sb_status st = SB_OK;
    array_file a;
    *bytes = NULL;
    SB_TRY(open_array(ctx, path, &a));
    SB_REQUIRE(strcmp(a.descr, "|u1") == 0 || strcmp(a.descr, "|b1") == 0, SB_EUSER,
               "%s:%zu: error: elements must be uint8 or bool, not '%s'", path, a.header, a.descr);
    SB_TRY(check_size(ctx, path, &a, 1));
    *bytes = sb_array_alloc(a.rows * a.columns, 1, 0);
    SB_REQUIRE(*bytes, SB_ENOMEM, "%s: out of memory for %zu x %zu bytes", path, a.rows, a.columns);
    SB_TRY(read_elements(ctx, path, &a, 1, *bytes));
    *rows = a.rows;
    *columns = a.columns;
done:
    if (st != SB_OK) {
        sb_free(*bytes);
        *bytes = NULL;
    }
    close_array(&a);
    return st;
}

static char machine_order(void)
{
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '<' : '>';
}

sb_status sb_npy_read_doubles(sb_context *ctx, const char *path, size_t *rows, size_t *columns, double **x)
{
    sb_status st = SB_OK;
    array_file a;
    *x = NULL;
    SB_TRY(open_array(ctx, path, &a));
    const int single = strcmp(a.descr + 1, "f4") == 0;
    SB_REQUIRE((single || strcmp(a.descr + 1, "f8") == 0) && a.descr[0] == machine_order(), SB_EUSER,
               "%s:%zu: error: elements must be float32 or float64, not '%s'", path, a.header, a.descr);
    SB_TRY(check_size(ctx, path, &a, single ? sizeof(float) : sizeof **x));
    *x = sb_array_alloc(a.rows * a.columns, sizeof **x, 0);
    SB_REQUIRE(*x, SB_ENOMEM, "%s: out of memory for %zu x %zu numbers", path, a.rows, a.columns);
    const size_t count = a.rows * a.columns;
    char *from = (char *)*x + (single ? count * sizeof(float) : 0);
    SB_TRY(read_elements(ctx, path, &a, single ? sizeof(float) : sizeof **x, from));
    for (size_t i = 0; i < count && single; i++) { /* floats stand in the upper half and are widened from below */
        float narrow;
        memcpy(&narrow, from + i * sizeof narrow, sizeof narrow);
        (*x)[i] = (double)narrow;
    }
    *rows = a.rows;
    *columns = a.columns;
done:
    if (st != SB_OK) {
        sb_free(*x);
        *x = NULL;
    }
    close_array(&a);
    return st;
}

/* Version 1.0: the header's length is 118, so that the data begin at a multiple of 64 bytes; two sizes of 20 digits fit in it. */
sb_status sb_npy_write(sb_context *ctx, const char *path, size_t rows, size_t columns, const double *x)
{
    enum { START = 10, LENGTH = 118 };
    char header[START + LENGTH + 1] = "\x93NUMPY\1";
    header[8] = LENGTH;
    const int used = snprintf(header + START, LENGTH, "{'descr': '%cf8', 'fortran_order': False, 'shape': (%zu, %zu), }",
                              machine_order(), rows, columns);
    memset(header + START + used, ' ', (size_t)(LENGTH - used));
    header[START + LENGTH - 1] = '\n';
    const sb_file_piece pieces[] = {{header, START + LENGTH}, {x, rows * columns * sizeof *x}};
    return sb_file_replace_pieces(ctx, path, 2, pieces);
}
