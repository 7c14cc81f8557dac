/* SVHN as MAT-files: X uint8 (32,32,3,N), the first dimension fastest, y (N,1) of any class, where 10 means the digit 0. */
#include "data/image_mat.h"
#include "data/image_matio.h"
#include "data/image_parts.h"

#include <limits.h>
#include <math.h>

enum { SIDE = 32, PLANE = SIDE * SIDE, PIXELS = 3 * PLANE };

#define REQUIRE(condition, byte, format, ...)                                                                                      \
    SB_REQUIRE(condition, SB_EUSER, "%s: byte %zu: error: " format, path, (size_t)(byte), ##__VA_ARGS__)

/* MATLAB drops a last dimension of 1. */
static sb_status check_arrays(sb_context *ctx, const char *path, size_t length, const sb_mat_array *X, const sb_mat_array *y,
                              size_t *N)
{
    sb_status st = SB_OK;
    REQUIRE(X->place, length, "the file ends without a variable X");
    REQUIRE(y->place, length, "the file ends without a variable y");
    REQUIRE(X->class == MAT_C_UINT8, X->place, "X is no array of uint8");
    REQUIRE(X->rank == 4 || X->rank == 3, X->place, "X has %d dimensions; images have (32,32,3,N)", X->rank);
    REQUIRE(X->size[0] == SIDE && X->size[1] == SIDE && X->size[2] == 3, X->place, "X is (%zu,%zu,%zu,...); images are (32,32,3,N)",
            X->size[0], X->size[1], X->size[2]);
    *N = X->count / PIXELS;
    REQUIRE(*N > 0, X->place, "X holds no images");
    REQUIRE(X->count <= INT_MAX, X->place, "X holds %zu images; fewer than 2^31 bytes of them can be read", *N);
    REQUIRE(y->count == *N, y->place, "y has %zu labels for the %zu images of X", y->count, *N);
done:
    return st;
}

static double element(const matvar_t *y, size_t i)
{
    switch (y->class_type) {
    case MAT_C_DOUBLE: return ((const double *)y->data)[i];
    case MAT_C_SINGLE: return ((const float *)y->data)[i];
    case MAT_C_INT8: return ((const mat_int8_t *)y->data)[i];
    case MAT_C_UINT8: return ((const mat_uint8_t *)y->data)[i];
    case MAT_C_INT16: return ((const mat_int16_t *)y->data)[i];
    case MAT_C_UINT16: return ((const mat_uint16_t *)y->data)[i];
    case MAT_C_INT32: return ((const mat_int32_t *)y->data)[i];
    case MAT_C_UINT32: return ((const mat_uint32_t *)y->data)[i];
    case MAT_C_INT64: return (double)((const mat_int64_t *)y->data)[i];
    case MAT_C_UINT64: return (double)((const mat_uint64_t *)y->data)[i];
    default: return NAN;
    }
}

/* All labels are checked, those of the images that are kept become numbers of classes. */
static sb_status read_labels(sb_context *ctx, const char *path, const sb_matio *matio, mat_t *mat, const sb_mat_array *array,
                             sb_images *images)
{
    sb_status st = SB_OK;
    matvar_t *y = matio->read(mat, "y");
    SB_REQUIRE(y && y->data && y->nbytes / matio->size_of_class(y->class_type) == array->count, SB_EIO,
               "%s: libmatio cannot read y", path);
    for (size_t i = 0; i < array->count; i++) {
        const double label = element(y, i);
        REQUIRE(label >= 0.0 && label <= 10.0 && label == floor(label), array->place,
                "label %g of image %zu in y is not one of 0 to 10 (10 means 0)", label, i);
        if (i < (size_t)images->count) images->label[i] = (int)label % 10;
    }
done:
    matio->free(y);
    return st;
}

/* (h,w) of the file, h fastest, to rows. */
static void transpose(unsigned char *plane)
{
    for (int h = 0; h < SIDE; h++)
        for (int w = 0; w < h; w++) {
            const unsigned char v = plane[h * SIDE + w];
            plane[h * SIDE + w] = plane[w * SIDE + h];
            plane[w * SIDE + h] = v;
        }
}

static sb_status read_pixels(sb_context *ctx, const char *path, const sb_matio *matio, mat_t *mat, sb_images *images)
{
    sb_status st = SB_OK;
    matvar_t *X = matio->read_info(mat, "X");
    SB_REQUIRE(X && matio->read_linear(mat, X, images->pixel, 0, 1, images->count * PIXELS) == 0, SB_EIO,
               "%s: libmatio cannot read X", path);
    for (int i = 0; i < 3 * images->count; i++) transpose(images->pixel + (size_t)i * PLANE);
done:
    matio->free(X);
    return st;
}

sb_status sb_images_svhn(sb_context *ctx, const char *path, int most, sb_images *images)
{
    static const char *const name[] = {"X", "y"};
    sb_status st = SB_OK;
    const sb_image_shape shape = {3, SIDE, SIDE};
    sb_mat_array array[2];
    size_t length = 0, N = 0;
    sb_matio matio = {.library = NULL};
    mat_t *mat = NULL;
    *images = (sb_images){0};

    SB_TRY(sb_mat_survey(ctx, path, 2, name, array, &length));
    SB_TRY(check_arrays(ctx, path, length, &array[0], &array[1], &N));
    SB_TRY(sb_matio_load(ctx, &matio));
    mat = matio.open(path, MAT_ACC_RDONLY);
    SB_REQUIRE(mat, SB_EIO, "%s: libmatio cannot open it", path);
    SB_TRY(sb_images_alloc(ctx, path, shape, N, most, images));
    images->classes = 10;
    SB_TRY(read_labels(ctx, path, &matio, mat, &array[1], images));
    SB_TRY(read_pixels(ctx, path, &matio, mat, images));
done:
    if (mat) matio.close(mat);
    sb_matio_unload(&matio);
    if (st != SB_OK) sb_images_free(images);
    return st;
}
