#include "image_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { SIDE = 32, PIXELS = 3 * SIDE * SIDE };

unsigned char image_pixel(int i, int channel, int row, int column)
{
    return (unsigned char)(37 * i + 101 * channel + 11 * row + 3 * column + 5);
}

static image_bytes room(size_t count)
{
    return (image_bytes){calloc(count, 1), count};
}

static void put_size(unsigned char *b, int size)
{
    for (int j = 0; j < 4; j++) b[j] = (unsigned char)((unsigned)size >> (24 - 8 * j));
}

image_bytes idx_images(int count, int height, int width)
{
    image_bytes file = room(16 + (size_t)count * (size_t)height * (size_t)width);
    unsigned char *b = file.bytes;
    b[2] = 8;
    b[3] = 3;
    put_size(b + 4, count);
    put_size(b + 8, height);
    put_size(b + 12, width);
    b += 16;
    for (int i = 0; i < count; i++)
        for (int h = 0; h < height; h++)
            for (int w = 0; w < width; w++) *b++ = image_pixel(i, 0, h, w);
    return file;
}

image_bytes idx_labels(int count)
{
    image_bytes file = room(8 + (size_t)count);
    file.bytes[2] = 8;
    file.bytes[3] = 1;
    put_size(file.bytes + 4, count);
    for (int i = 0; i < count; i++) file.bytes[8 + i] = (unsigned char)(7 * i % 10);
    return file;
}

image_bytes cifar_records(int count, int labels)
{
    image_bytes file = room((size_t)count * (size_t)(labels + PIXELS));
    unsigned char *b = file.bytes;
    for (int i = 0; i < count; i++) {
        if (labels == 2) *b++ = (unsigned char)(3 * i % 20);
        *b++ = (unsigned char)(labels == 2 ? 17 * i % 100 : 7 * i % 10);
        for (int c = 0; c < 3; c++)
            for (int h = 0; h < SIDE; h++)
                for (int w = 0; w < SIDE; w++) *b++ = image_pixel(i, c, h, w);
    }
    return file;
}

image_bytes mat_arrays(matvar_t *X, matvar_t *y, enum matio_compression compression)
{
    char path[64];
    snprintf(path, sizeof path, "image_files.%ld.mat", (long)getpid());
    mat_t *mat = Mat_CreateVer(path, "images for a test", MAT_FT_MAT5);
    if (X) Mat_VarWrite(mat, X, compression);
    if (y) Mat_VarWrite(mat, y, compression);
    Mat_Close(mat);
    Mat_VarFree(X);
    Mat_VarFree(y);
    const image_bytes file = file_bytes(path);
    unlink(path);
    return file;
}

/* Element i of an array of this class becomes `value`. */
static void put_number(void *data, enum matio_classes class, size_t i, int value)
{
    switch (class) {
    case MAT_C_DOUBLE: ((double *)data)[i] = value; break;
    case MAT_C_SINGLE: ((float *)data)[i] = (float)value; break;
    case MAT_C_INT8:
    case MAT_C_UINT8: ((mat_uint8_t *)data)[i] = (mat_uint8_t)value; break;
    case MAT_C_INT16:
    case MAT_C_UINT16: ((mat_uint16_t *)data)[i] = (mat_uint16_t)value; break;
    case MAT_C_INT32:
    case MAT_C_UINT32: ((mat_uint32_t *)data)[i] = (mat_uint32_t)value; break;
    default: ((mat_uint64_t *)data)[i] = (mat_uint64_t)value;
    }
}

/* libmatio's types and classes have the same order, with gaps in the types. */
static enum matio_types type_of(enum matio_classes class)
{
    static const enum matio_types type[] = {MAT_T_DOUBLE, MAT_T_SINGLE, MAT_T_INT8,   MAT_T_UINT8, MAT_T_INT16,
                                            MAT_T_UINT16, MAT_T_INT32,  MAT_T_UINT32, MAT_T_INT64, MAT_T_UINT64};
    return type[class - MAT_C_DOUBLE];
}

image_bytes svhn_arrays(int count, enum matio_classes class, enum matio_compression compression)
{
    const size_t N = (size_t)count;
    unsigned char *x = calloc(N, PIXELS);
    void *labels = calloc(N, 8);
    size_t shape_x[4] = {SIDE, SIDE, 3, N}, shape_y[2] = {N, 1};
    for (int i = 0; i < count; i++) {
        for (int c = 0; c < 3; c++)
            for (int h = 0; h < SIDE; h++)
                for (int w = 0; w < SIDE; w++) x[h + SIDE * (w + SIDE * (c + 3 * i))] = image_pixel(i, c, h, w);
        put_number(labels, class, (size_t)i, 7 * i % 10 ? 7 * i % 10 : 10);
    }
    matvar_t *X = Mat_VarCreate("X", MAT_C_UINT8, MAT_T_UINT8, 4, shape_x, x, 0);
    matvar_t *y = Mat_VarCreate("y", class, type_of(class), 2, shape_y, labels, 0);
    free(x);
    free(labels);
    return mat_arrays(X, y, compression);
}

image_bytes gzipped(image_bytes plain)
{
    z_stream z = {0};
    deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
    image_bytes packed = room(deflateBound(&z, plain.count) + 32);
    z.next_in = plain.bytes;
    z.avail_in = (unsigned)plain.count;
    z.next_out = packed.bytes;
    z.avail_out = (unsigned)packed.count;
    deflate(&z, Z_FINISH);
    packed.count = z.total_out;
    deflateEnd(&z);
    free(plain.bytes);
    return packed;
}

image_bytes file_bytes(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) return (image_bytes){0};
    fseek(f, 0, SEEK_END);
    image_bytes file = room((size_t)ftell(f));
    rewind(f);
    file.count = fread(file.bytes, 1, file.count, f);
    fclose(f);
    return file;
}

void put_bytes(const char *path, image_bytes file)
{
    FILE *f = fopen(path, "wb");
    if (file.count > 0) fwrite(file.bytes, 1, file.count, f);
    fclose(f);
}
