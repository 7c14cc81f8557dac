#include "data/images.h"

#include "base/memory.h"
#include "data/image_parts.h"

#include <math.h>

unsigned char sb_pixel_of(double x)
{
    const double v = (x + 1.0) * (255.0 / 2.0);
    if (!(v > 0.0)) return 0; /* also for what is no number */
    return v < 255.0 ? (unsigned char)lround(v) : 255;
}

sb_status sb_images_alloc(sb_context *ctx, sb_image_shape shape, size_t held, int most, sb_images *images)
{
    sb_status st = SB_OK;
    *images = (sb_images){.shape = shape};
    const size_t count = most > 0 && (size_t)most < held ? (size_t)most : held;
    SB_ALLOC(images->pixel, count * (size_t)sb_image_dimension(shape));
    SB_ALLOC(images->label, count);
    images->count = (int)count;
done:
    if (st != SB_OK) sb_images_free(images);
    return st;
}

void sb_images_free(sb_images *images)
{
    sb_free(images->pixel);
    sb_free(images->label);
    *images = (sb_images){0};
}
