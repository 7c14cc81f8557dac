/* SVHN: MAT-files as libmatio writes them, and all that can be wrong with them. */
#include "harness.h"

#include "data/images.h"
#include "image_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIDE = 32, PIXELS = 3 * SIDE * SIDE };

static sb_context context;
static const char *const path = "test_images_svhn.tmp.mat";

static void put(image_bytes file)
{
    put_bytes(path, file);
    free(file.bytes);
}

static int as_written(const sb_images *images, int count)
{
    int same = images->count == count && images->classes == 10 && images->shape.channels == 3 && images->shape.height == SIDE &&
               images->shape.width == SIDE;
    const unsigned char *p = images->pixel;
    for (int i = 0; same && i < count; i++) {
        same = images->label[i] == 7 * i % 10;
        for (int c = 0; c < 3; c++)
            for (int h = 0; h < SIDE; h++)
                for (int w = 0; w < SIDE; w++) same &= *p++ == image_pixel(i, c, h, w);
    }
    return same;
}

static void test_classes(void)
{
    sb_context *ctx = &context;
    sb_images images;
    for (int class = MAT_C_DOUBLE; class <= MAT_C_UINT64; class ++)
        for (int packed = 0; packed < 2; packed++) {
            put(svhn_arrays(13, (enum matio_classes) class, packed ? MAT_COMPRESSION_ZLIB : MAT_COMPRESSION_NONE));
            if (!CHECK_OK(ctx, sb_images_svhn(ctx, path, 0, &images))) continue;
            CHECK(as_written(&images, 13));
            sb_images_free(&images);
            CHECK_OK(ctx, sb_images_svhn(ctx, path, 5, &images));
            CHECK(as_written(&images, 5));
            sb_images_free(&images);
        }
}

/* Numbers stored in one type belong to an array of any class: in an uncompressed file the class is one byte of y's flags. */
static void test_stored(void)
{
    enum { Y = 192 + 3 * PIXELS, CLASS = Y + 8 + 8 };
    sb_context *ctx = &context;
    sb_images images;
    for (int stored = MAT_C_DOUBLE; stored <= MAT_C_UINT64; stored++)
        for (int class = MAT_C_DOUBLE; class <= MAT_C_UINT64; class ++) {
            image_bytes file = svhn_arrays(3, (enum matio_classes)stored, MAT_COMPRESSION_NONE);
            CHECK(file.bytes[CLASS] == stored);
            file.bytes[CLASS] = (unsigned char)class;
            put(file);
            if (!CHECK_OK(ctx, sb_images_svhn(ctx, path, 0, &images))) continue;
            CHECK(as_written(&images, 3));
            sb_images_free(&images);
        }
}

/* An array of zeros. Labels that are wanted otherwise are set by the caller. */
static matvar_t *zeros(const char *name, enum matio_classes class, enum matio_types type, int rank, const size_t *size)
{
    size_t count = 1, copy[8];
    for (int i = 0; i < rank; i++) count *= copy[i] = size[i];
    void *data = calloc(count + 1, 16);
    matvar_t *array = Mat_VarCreate(name, class, type, rank, copy, data, 0);
    free(data);
    return array;
}

static matvar_t *zero_images(const char *name, size_t N)
{
    return zeros(name, MAT_C_UINT8, MAT_T_UINT8, 4, (const size_t[]){SIDE, SIDE, 3, N});
}

static matvar_t *labels(const double *value, size_t rows, size_t columns)
{
    return Mat_VarCreate("y", MAT_C_DOUBLE, MAT_T_DOUBLE, 2, (size_t[]){rows, columns}, (void *)value, 0);
}

/* One image, whose last dimension MATLAB drops; labels as a row; 0 is as good as 10; other variables do no harm. */
static void test_shapes(void)
{
    sb_context *ctx = &context;
    sb_images images;
    const double value[3] = {0.0, 10.0, 9.0};
    put(mat_arrays(zeros("X", MAT_C_UINT8, MAT_T_UINT8, 3, (const size_t[]){SIDE, SIDE, 3}), labels(value + 2, 1, 1),
                   MAT_COMPRESSION_ZLIB));
    CHECK_OK(ctx, sb_images_svhn(ctx, path, 0, &images));
    CHECK(images.count == 1 && images.label[0] == 9);
    sb_images_free(&images);
    put(mat_arrays(zero_images("X", 3), labels(value, 1, 3), MAT_COMPRESSION_NONE));
    CHECK_OK(ctx, sb_images_svhn(ctx, path, 0, &images));
    CHECK(images.count == 3 && images.label[0] == 0 && images.label[1] == 0 && images.label[2] == 9);
    sb_images_free(&images);

    mat_t *mat = Mat_CreateVer(path, NULL, MAT_FT_MAT5);
    matvar_t *var[] = {zeros("other", MAT_C_INT16, MAT_T_INT16, 2, (const size_t[]){3, 5}), labels(value, 3, 1),
                       zeros("none", MAT_C_DOUBLE, MAT_T_DOUBLE, 2, (const size_t[]){0, 0}), zero_images("X", 3)};
    for (int i = 0; i < 4; i++) {
        Mat_VarWrite(mat, var[i], i & 1 ? MAT_COMPRESSION_ZLIB : MAT_COMPRESSION_NONE);
        Mat_VarFree(var[i]);
    }
    Mat_Close(mat);
    CHECK_OK(ctx, sb_images_svhn(ctx, path, 2, &images));
    CHECK(images.count == 2 && images.label[1] == 0);
    sb_images_free(&images);
}

static void refused(matvar_t *X, matvar_t *y, enum matio_compression compression, const char *says)
{
    sb_images images;
    put(mat_arrays(X, y, compression));
    CHECK_FAILS(&context, sb_images_svhn(&context, path, 1, &images), SB_EUSER, says);
    CHECK(!images.pixel && !images.label);
}

/* libmatio takes no gzip, which the other formats may have around them. */
static void test_gzip(void)
{
    sb_context *ctx = &context;
    sb_images images;
    put(gzipped(svhn_arrays(3, MAT_C_UINT8, MAT_COMPRESSION_ZLIB)));
    CHECK_FAILS(ctx, sb_images_svhn(ctx, path, 0, &images), SB_EUSER,
                "test_images_svhn.tmp.mat: byte 0: error: a gzip file, which a MAT-file is not; gunzip it first");
}

static void test_contents(void)
{
    const enum matio_compression none = MAT_COMPRESSION_NONE, zlib = MAT_COMPRESSION_ZLIB;
    const double good[3] = {1.0, 2.0, 10.0}, eleven[3] = {1.0, 2.0, 11.0}, negative[3] = {1.0, -1.0, 2.0},
                 half[3] = {2.385, 1.0, 2.0}, no_number[3] = {1.0, NAN, 2.0};
    char text[200];
    const size_t y_bytes = 8 + 16 + 16 + 8 + 8 + 24;
    snprintf(text, sizeof text, "%s: byte %zu: error: the file ends without a variable X", path, 128 + y_bytes);
    refused(NULL, labels(good, 3, 1), none, text);
    refused(zero_images("x", 3), labels(good, 3, 1), zlib, "without a variable X");
    refused(zero_images("X", 3), NULL, zlib, "error: the file ends without a variable y");
    refused(NULL, NULL, none, "byte 128: error: the file ends without a variable X");
    refused(zeros("X", MAT_C_DOUBLE, MAT_T_DOUBLE, 4, (const size_t[]){SIDE, SIDE, 3, 3}), labels(good, 3, 1), none,
            "byte 128: error: X is no array of uint8");
    refused(zeros("X", MAT_C_UINT8, MAT_T_UINT8, 2, (const size_t[]){SIDE, SIDE}), labels(good, 3, 1), none,
            "byte 128: error: X has 2 dimensions; images have (32,32,3,N)");
    refused(zeros("X", MAT_C_UINT8, MAT_T_UINT8, 5, (const size_t[]){SIDE, SIDE, 3, 3, 2}), labels(good, 3, 1), none,
            "has 5 dimensions");
    refused(zeros("X", MAT_C_UINT8, MAT_T_UINT8, 4, (const size_t[]){3, SIDE, SIDE, 3}), labels(good, 3, 1), zlib,
            "byte 128: error: X is (3,32,32,...); images are (32,32,3,N)");
    refused(zero_images("X", 0), labels(good, 3, 1), none, "byte 128: error: X holds no images");
    refused(zero_images("X", 4), labels(good, 3, 1), none, "y has 3 labels for the 4 images of X");
    refused(zero_images("X", 3), labels(eleven, 3, 1), zlib, "label 11 of image 2 in y is not one of 0 to 10");
    refused(zero_images("X", 3), labels(negative, 3, 1), none, "label -1 of image 1");
    refused(zero_images("X", 3), labels(half, 3, 1), none, "label 2.385 of image 0");
    refused(zero_images("X", 3), labels(no_number, 3, 1), none, "of image 1 in y");
    refused(zeros("y", MAT_C_CHAR, MAT_T_UINT8, 2, (const size_t[]){3, 1}), NULL, none,
            "byte 152: error: a variable of class 4; only");
    refused(zeros("y", MAT_C_CHAR, MAT_T_UINT8, 2, (const size_t[]){3, 1}), NULL, zlib, "byte 128: error: a variable of class 4");
    double re[3] = {1.0}, im[3] = {1.0};
    mat_complex_split_t split = {re, im};
    refused(Mat_VarCreate("y", MAT_C_DOUBLE, MAT_T_DOUBLE, 2, (size_t[]){3, 1}, &split, MAT_F_COMPLEX), NULL, none,
            "byte 152: error: a variable of class 6, complex");
    const char *field[] = {"a"};
    refused(Mat_VarCreateStruct("meta", 2, (size_t[]){1, 1}, field, 1), labels(good, 3, 1), none,
            "a variable of class 2; only arrays");
    refused(zeros("X", MAT_C_UINT8, MAT_T_UINT8, 8, (const size_t[]){1, 1, 1, 1, 1, 1, 1, 2}), labels(good, 3, 1), none,
            "X has 8 dimensions");
}

/* Single bytes of a file of 3 images with y of int16, none compressed: what each place means is counted here. */
static void test_structure(void)
{
    sb_context *ctx = &context;
    enum { TAG = 128, FLAGS = 136, DIMENSIONS = 152, NAME = 176, NUMBERS = 184 };
    static const struct {
        int at, value;
        const char *says;
    } bad[] = {
        {126, 'X', "byte 126: error: no MAT-file of version 5"},
        {125, 2, "byte 124: error: a MAT-file of version 200"},
        {TAG, 12, "byte 128: error: an element of type 12, no variable"},
        {TAG + 7, 1, "error: the file ends inside the variable of byte 128"},
        {TAG + 4, 1, "the variable has"},
        {FLAGS, 5, "byte 144: error: the variable does not begin with flags"},
        {FLAGS + 4, 16, "error: the variable does not begin with flags"},
        {FLAGS + 8, 5, "byte 152: error: a variable of class 5; only arrays of real numbers"},
        {FLAGS + 9, 8, "class 9, complex"},
        {DIMENSIONS, 6, "the variable does not say 2 to 8 dimensions"},
        {DIMENSIONS + 4, 4, "2 to 8 dimensions"},
        {DIMENSIONS + 4, 36, "2 to 8 dimensions"},
        {DIMENSIONS + 4, 15, "2 to 8 dimensions"},
        {DIMENSIONS + 2, 4, "2 to 8 dimensions"},
        {DIMENSIONS + 2, 5, "the dimensions: a tag cannot hold 5 bytes"},
        {DIMENSIONS + 7, 1, "the dimensions of 16777232 bytes; the variable has"},
        {DIMENSIONS + 11, 128, "a dimension of -2147483616"},
        {DIMENSIONS + 11, 64, "the variable has 2^32 numbers or more"},
        {NAME, 2, "the variable does not say its name"},
        {NAME + 2, 0, "the variable does not say its name"},
        {NAME + 4, '-', "the variable's name has a byte 2d"},
        {NAME + 4, 0, "the variable's name has a byte 00"},
        {NUMBERS, 8, "byte 192: error: X: numbers cannot be stored as type 8"},
        {NUMBERS, 14, "X: numbers cannot be stored as type 14"},
        {NUMBERS, 4, "X: 9216 bytes for 9216 numbers of 2"},
        {NUMBERS + 5, 35, "X: 8960 bytes for 9216 numbers of 1"},
        {NUMBERS + 2, 4, "X: 4 bytes for 9216 numbers"},
        {NUMBERS + 6, 1, "the numbers of 74752 bytes; the variable has 9216 left"},
    };
    sb_images images;
    image_bytes file = svhn_arrays(3, MAT_C_INT16, MAT_COMPRESSION_NONE);
    CHECK(memcmp(file.bytes + NAME + 4, "X\0\0\0\2\0\0\0", 8) == 0 && file.bytes[NUMBERS + 5] == 36); /* the places are right */
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const unsigned char was = file.bytes[bad[i].at];
        file.bytes[bad[i].at] = (unsigned char)bad[i].value;
        put_bytes(path, file);
        CHECK_FAILS(ctx, sb_images_svhn(ctx, path, 0, &images), SB_EUSER, bad[i].says);
        file.bytes[bad[i].at] = was;
    }
    for (size_t cut = 0; cut < file.count; cut += cut < 300 || cut > 9300 ? 1 : 211) {
        char says[128];
        if (cut == 128 || cut == NUMBERS + 8 + 3 * PIXELS) continue; /* between variables: one is missing */
        snprintf(says, sizeof says, "%s: byte %zu: error: the file ends inside", path, cut);
        put_bytes(path, (image_bytes){file.bytes, cut});
        CHECK_FAILS(ctx, sb_images_svhn(ctx, path, 0, &images), SB_EUSER, says);
    }
    free(file.bytes);
}

/* The same file with all numbers in the other order of bytes. */
static void swap(unsigned char *b, size_t bytes)
{
    for (size_t i = 0; i < bytes / 2; i++) {
        const unsigned char keep = b[i];
        b[i] = b[bytes - 1 - i];
        b[bytes - 1 - i] = keep;
    }
}

static void test_swapped(void)
{
    sb_context *ctx = &context;
    sb_images images;
    image_bytes file = svhn_arrays(3, MAT_C_INT32, MAT_COMPRESSION_NONE);
    unsigned char *b = file.bytes;
    swap(b + 124, 2);
    swap(b + 126, 2);
    for (size_t i = 128; i < 192; i += 4)
        if (i != 180) swap(b + i, 4); /* the name is no number */
    const size_t y = 192 + 3 * PIXELS, name = y + 8 + 16 + 16 + 4;
    for (size_t i = y; i < file.count; i += 4)
        if (i != name) swap(b + i, 4);
    put(file);
    if (CHECK_OK(ctx, sb_images_svhn(ctx, path, 0, &images))) {
        CHECK(as_written(&images, 3));
        sb_images_free(&images);
    }
}

/* Compressed variables: each byte of y's damaged in turn. Where nothing is noticed, it was one of the bits that fill the last byte. */
static void test_packed(void)
{
    sb_context *ctx = &context;
    sb_images images;
    image_bytes file = svhn_arrays(3, MAT_C_UINT8, MAT_COMPRESSION_ZLIB);
    unsigned X_bytes;
    int unnoticed = 0;
    memcpy(&X_bytes, file.bytes + 132, 4);
    const size_t y = 128 + 8 + X_bytes;
    CHECK(file.bytes[128] == MAT_T_COMPRESSED && file.bytes[y] == MAT_T_COMPRESSED);
    for (size_t at = y + 8; at < file.count; at++) {
        char says[64];
        snprintf(says, sizeof says, "byte %zu: error: ", y);
        file.bytes[at] ^= 32;
        put_bytes(path, file);
        const sb_status status = sb_images_svhn(ctx, path, 0, &images);
        if (status == SB_OK) {
            CHECK(as_written(&images, 3));
            sb_images_free(&images);
            unnoticed++;
        } else {
            CHECK_FAILS(ctx, status, SB_EUSER, says);
        }
        file.bytes[at] ^= 32;
    }
    CHECK(unnoticed <= 1);
    /* a stream that is cut off inside its element, and one whose element goes on, which libmatio passes over too */
    file.bytes[y + 4]--;
    put_bytes(path, (image_bytes){file.bytes, file.count - 1});
    CHECK_FAILS(ctx, sb_images_svhn(ctx, path, 0, &images), SB_EUSER, "the compressed variable is cut off");
    file.bytes[y + 4] = (unsigned char)(file.bytes[y + 4] + 5);
    image_bytes longer = {calloc(file.count + 4, 1), file.count + 4};
    memcpy(longer.bytes, file.bytes, file.count);
    put(longer);
    CHECK_OK(ctx, sb_images_svhn(ctx, path, 0, &images));
    CHECK(as_written(&images, 3));
    sb_images_free(&images);
    free(file.bytes);
    unlink(path);
}

int main(void)
{
    static const sb_test tests[] = {
        {"labels of every class, compressed or not", test_classes},
        {"numbers stored in another type than the array's", test_stored},
        {"shapes of X and y", test_shapes},
        {"gzip", test_gzip},
        {"contents that are no SVHN", test_contents},
        {"the structure of the file, byte by byte", test_structure},
        {"the other order of bytes", test_swapped},
        {"compressed variables that are damaged", test_packed},
    };
    sb_context_init(&context, 1);
    return sb_test_main("SVHN", tests, sizeof tests / sizeof *tests);
}
