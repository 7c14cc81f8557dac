/* image_files.h: small image files of every format for tests, as bytes to look at, to damage and to write. */
#ifndef SB_TESTS_IMAGE_FILES_H
#define SB_TESTS_IMAGE_FILES_H

#include <matio.h>
#include <stddef.h>

typedef struct {
    unsigned char *bytes;   /* freed by free() */
    size_t         count;
} image_bytes;

/* The value of pixel (channel,row,column) of image i: neighbours in each direction differ. */
unsigned char image_pixel(int i, int channel, int row, int column);

/* IDX with `rank` 1 or 3 sizes; labels are 7 i mod 10. */
image_bytes idx_images(int count, int height, int width);
image_bytes idx_labels(int count);

/* `labels` 1 (CIFAR-10: 7 i mod 10) or 2 (CIFAR-100: 3 i mod 20, 17 i mod 100). */
image_bytes cifar_records(int count, int labels);

/* SVHN as libmatio writes it: y of any class, 7 i mod 10 with 10 in place of 0. */
image_bytes svhn_arrays(int count, enum matio_classes y, enum matio_compression compression);

/* The same of any X and y (either may be NULL: left out; both are freed). */
image_bytes mat_arrays(matvar_t *X, matvar_t *y, enum matio_compression compression);

image_bytes gzipped(image_bytes plain);   /* frees `plain` */
image_bytes file_bytes(const char *path);
void        put_bytes(const char *path, image_bytes file);

#endif
