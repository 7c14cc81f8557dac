/* image_parts.h: what the readers of images share. */
#ifndef SB_DATA_IMAGE_PARTS_H
#define SB_DATA_IMAGE_PARTS_H

#include "data/images.h"

#include <stddef.h>

enum { SB_MAX_SIDE = 4096 };

/* sb_images_alloc: room for the first `most` of `held` images (0: all) of `source`, so that *images can be freed; classes stay 0.
 * SB_EUSER where they are more numbers than data may have. */
sb_status sb_images_alloc(sb_context *ctx, const char *source, sb_image_shape shape, size_t held, int most, sb_images *images);

/* sb_drawn_side_check: SB_EUSER unless images of this side can be drawn. */
sb_status sb_drawn_side_check(sb_context *ctx, int side);

/* The digits' file after its header (made from data/digits by the build). */
enum { SB_DIGITS = 1437, SB_DIGITS_SIDE = 8 };
extern const unsigned char sb_digits_pixel[SB_DIGITS * SB_DIGITS_SIDE * SB_DIGITS_SIDE];
extern const unsigned char sb_digits_label[SB_DIGITS];

#endif
