#include "data/images.h"

#include "base/memory.h"
#include "data/components.h"
#include "data/image_parts.h"

#include <math.h>

unsigned char sb_pixel_of(double x)
{
    const double v = (x + 1.0) * (255.0 / 2.0);
    if (!(v > 0.0)) return 0; /* also for what is no number */
    return v < 255.0 ? (unsigned char)lround(v) : 255;
}

sb_status sb_drawn_side_check(sb_context *ctx, int side)
{
    sb_status st = SB_OK;
    SB_REQUIRE(side >= SB_MIN_DRAWN_SIDE && side <= SB_MAX_DRAWN_SIDE, SB_EUSER,
               "'data.images.side' must lie between %d and %d, not at %d", SB_MIN_DRAWN_SIDE, SB_MAX_DRAWN_SIDE, side);
done:
    return st;
}

sb_status sb_images_alloc(sb_context *ctx, const char *source, sb_image_shape shape, size_t held, int most, sb_images *images)
{
    sb_status st = SB_OK;
    *images = (sb_images){.shape = shape};
    const size_t count = most > 0 && (size_t)most < held ? (size_t)most : held, d = (size_t)sb_image_dimension(shape);
    SB_REQUIRE(count <= (size_t)SB_MAX_DATA_NUMBERS / d, SB_EUSER,
               "%s: error: %zu images of %zu number%s each need more memory than is sensible (2^28 numbers); take fewer with "
               "'data.images.count'",
               source, count, d, d == 1 ? "" : "s");
    SB_ALLOC(images->pixel, count * d);
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
