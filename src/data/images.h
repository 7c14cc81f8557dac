/* images.h: labelled sets of 8-bit images, read from the files in which they are published, or made here.
 *
 *   digits      real handwritten digits, 8x8, part of the program (data/digits/README)
 *   idx         MNIST and Fashion-MNIST: images and labels in two files, gzip allowed
 *   cifar-10    a file of records, or the folder that holds data_batch_1.bin ... data_batch_5.bin
 *   cifar-100   train.bin, or its folder (fine labels)
 *   svhn        train_32x32.mat
 *   shapes      anti-aliased discs, bars and gratings, drawn by src/data/shapes.c
 *
 * As data, pixel v of 0..255 is the number 2 v/255 - 1, and back rounded to the nearest and cut to 0..255. */
#ifndef SB_DATA_IMAGES_H
#define SB_DATA_IMAGES_H

#include "base/context.h"

#include <stdint.h>

enum { SB_MAX_CLASSES = 1000 };

/* What an image is: a point of dimension channels*height*width, channel by channel, row by row. {0} where data are no images. */
typedef struct {
    int channels, height, width;
} sb_image_shape;

typedef struct {
    sb_image_shape shape;
    int            count, classes;
    unsigned char *pixel;       /* (count,channels,height,width) */
    int           *label;       /* (count) in [0,classes) */
} sb_images;

/* sb_image_dimension: of such an image as a point; 0 for {0}. */
static inline int sb_image_dimension(sb_image_shape shape)
{
    return shape.channels * shape.height * shape.width;
}

/* sb_pixel_value: a pixel as a number in [-1,1]. sb_pixel_of: the nearest pixel to a number. */
static inline double sb_pixel_value(unsigned char v)
{
    return 2.0 * v / 255.0 - 1.0;
}
unsigned char sb_pixel_of(double x);

/* Readers: at most `most` images, the first ones (0: all). SB_EUSER with file and offset (`FILE: byte 16: error: ...`) for what is
 * missing, truncated, oversized, of a wrong magic number, type or label; nothing is then left allocated. Sizes are believed only as far
 * as the file holds them; it is checked to its end whatever `most` is, and all of IDX's labels decide on the number of classes. Offsets
 * in a compressed file are those of its contents; in SVHN's compressed variables they are where the variable begins. */
sb_status sb_images_digits(sb_context *ctx, int most, sb_images *images);
sb_status sb_images_idx(sb_context *ctx, const char *path, const char *labels, int most, sb_images *images);
sb_status sb_images_cifar10(sb_context *ctx, const char *path, int most, sb_images *images);
sb_status sb_images_cifar100(sb_context *ctx, const char *path, int most, sb_images *images);
sb_status sb_images_svhn(sb_context *ctx, const char *path, int most, sb_images *images);

/* sb_images_shapes: `count` drawings of side x side pixels in 1 or 3 channels; label i mod 3: disc, bar, grating. Each is a function of
 * (seed, its number) alone. */
sb_status sb_images_shapes(sb_context *ctx, uint64_t seed, int count, int side, int channels, sb_images *images);

/* sb_images_free: releases the arrays and empties the set. */
void sb_images_free(sb_images *images);

#endif
