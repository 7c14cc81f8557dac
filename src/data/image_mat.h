/* image_mat.h: the structure of a MAT-file of version 5, proved before libmatio sees the file: that library reads past its buffers where
 * sizes contradict each other. Proved are every tag, size and name, and that compressed variables inflate to what they say.
 *
 * The file: 128 bytes of header; then elements, each a tag (type, bytes) and its bytes: a matrix, or a matrix compressed by zlib.
 * A matrix: flags, dimensions, name and numbers, elements of their own, each filled up to a multiple of 8 bytes. */
#ifndef SB_DATA_IMAGE_MAT_H
#define SB_DATA_IMAGE_MAT_H

#include "base/context.h"

#include <stddef.h>

enum { SB_MAT_MAX_RANK = 8, SB_MAT_MAX_NAME = 63 };

typedef struct {
    size_t place;                  /* byte of the file at which the variable begins; 0 where there is none of this name */
    int    class;                  /* enum matio_classes: MAT_C_DOUBLE to MAT_C_UINT64 */
    int    rank;
    size_t size[SB_MAT_MAX_RANK];
    size_t count;                  /* product of the sizes */
} sb_mat_array;

/* sb_mat_survey: goes through the whole file, in constant memory, and describes the first variable of each of the n names. *length
 * becomes the file's. SB_EUSER with the place for whatever libmatio should not see, and for variables other than arrays of real numbers. */
sb_status sb_mat_survey(sb_context *ctx, const char *path, int n, const char *const *name, sb_mat_array *array, size_t *length);

#endif
