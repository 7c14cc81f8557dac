#include "data/image_parts.h"

#include <string.h>

sb_status sb_images_digits(sb_context *ctx, int most, sb_images *images)
{
    sb_status st = SB_OK;
    const sb_image_shape shape = {1, SB_DIGITS_SIDE, SB_DIGITS_SIDE};
    SB_TRY(sb_images_alloc(ctx, "digits", shape, SB_DIGITS, most, images));
    images->classes = 10;
    memcpy(images->pixel, sb_digits_pixel, (size_t)images->count * SB_DIGITS_SIDE * SB_DIGITS_SIDE);
    for (int i = 0; i < images->count; i++) images->label[i] = sb_digits_label[i];
done:
    return st;
}
