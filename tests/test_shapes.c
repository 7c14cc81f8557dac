/* Synthetic images: places of the draws, coverage of the areas, periods of the gratings, colours, refusals. */
#include "harness.h"

#include "base/memory.h"
#include "data/images.h"

#include <string.h>

static sb_images make(uint64_t seed, int count, int side, int channels)
{
    sb_context ctx;
    sb_images images;
    sb_context_init(&ctx, 1);
    CHECK_OK(&ctx, sb_images_shapes(&ctx, seed, count, side, channels, &images));
    return images;
}

static const unsigned char *image(const sb_images *images, int i)
{
    return images->pixel + (size_t)i * (size_t)sb_image_dimension(images->shape);
}

static void shapes_and_labels(void)
{
    for (int channels = 1; channels <= 3; channels += 2)
        for (int side = 4; side <= 33; side += side < 8 ? 1 : 25) {
            sb_images images = make(3, 31, side, channels);
            CHECK(images.count == 31 && images.classes == 3);
            CHECK(images.shape.height == side && images.shape.width == side && images.shape.channels == channels);
            for (int i = 0; i < 31; i++) {
                const unsigned char *p = image(&images, i);
                int least = 255, most = 0;
                CHECK(images.label[i] == i % 3);
                for (int k = 0; k < side * side; k++) {
                    least = p[k] < least ? p[k] : least;
                    most = p[k] > most ? p[k] : most;
                }
                CHECK(channels > 1 || most - least > 30); /* something is to be seen */
            }
            sb_images_free(&images);
        }
}

/* An image depends on the seed and its number, not on how many there are. */
static void places(void)
{
    sb_images few = make(7, 4, 13, 3), many = make(7, 40, 13, 3), other = make(8, 40, 13, 3);
    const size_t d = 13 * 13 * 3;
    CHECK(memcmp(few.pixel, many.pixel, 4 * d) == 0);
    for (int i = 0; i < 37; i++) {
        CHECK(memcmp(image(&many, i), image(&other, i), d) != 0);
        CHECK(memcmp(image(&many, i), image(&many, i + 3), d) != 0);
    }
    sb_images_free(&few);
    sb_images_free(&many);
    sb_images_free(&other);
}

/* Ground and figure of a grey disc or bar are the levels of the corner and of most of the inside; what is between them covers an area:
 * for a disc, pi times the square of half its width; edges are shades, not steps. */
static void discs_have_their_area(void)
{
    enum { SIDE = 64 };
    sb_images images = make(11, 300, SIDE, 1);
    double worst = 0.0;
    for (int i = 0; i < 300; i += 3) {
        const unsigned char *p = image(&images, i);
        int low = 255, high = 0, histogram[256] = {0}, shades = 0;
        for (int k = 0; k < SIDE * SIDE; k++) histogram[p[k]]++;
        for (int v = 0; v < 256; v++)
            if (histogram[v]) low = v < low ? v : low, high = v;
        for (int v = low + 1; v < high; v++) shades += histogram[v];
        CHECK(shades > 20);
        const int ground = histogram[low] > histogram[high] ? low : high, figure = low + high - ground;
        double area = 0.0, x = 0.0, y = 0.0, inertia = 0.0;
        if (histogram[figure] > SIDE * SIDE / 3) continue; /* a disc so large that which is which is not clear */
        for (int k = 0; k < SIDE * SIDE; k++) {
            const double cover = (double)(p[k] - ground) / (figure - ground);
            area += cover, x += cover * (k % SIDE), y += cover * (k / SIDE);
        }
        x /= area, y /= area;
        for (int k = 0; k < SIDE * SIDE; k++)
            inertia += (double)(p[k] - ground) / (figure - ground) *
                       ((k % SIDE - x) * (k % SIDE - x) + (k / SIDE - y) * (k / SIDE - y) + 1.0 / 6.0);
        worst = fmax(worst, fabs(inertia / (area * area / (2.0 * M_PI)) - 1.0)); /* a disc's, and no other figure's */
        const double radius = sqrt(area / M_PI);
        CHECK(radius > 0.155 * SIDE && radius < 0.385 * SIDE);
        CHECK(x > radius - 1.0 && x < SIDE - radius && y > radius - 1.0 && y < SIDE - radius);
    }
    CHECK(worst < 1e-2); /* grey levels are whole numbers */
    sb_images_free(&images);
}

/* A bar's second moments are those of a rectangle: their roots times sqrt(12) are its sides, whose product is the area. */
static void bars_are_rectangles(void)
{
    enum { SIDE = 64 };
    sb_images images = make(12, 300, SIDE, 1);
    int seen = 0;
    for (int i = 1; i < 300; i += 3) {
        const unsigned char *p = image(&images, i);
        int low = 255, high = 0, histogram[256] = {0};
        for (int k = 0; k < SIDE * SIDE; k++) histogram[p[k]]++;
        for (int v = 0; v < 256; v++)
            if (histogram[v]) low = v < low ? v : low, high = v;
        const int ground = histogram[low] > histogram[high] ? low : high, figure = low + high - ground;
        double area = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0, yy = 0.0;
        int cut = 0;
        for (int k = 0; k < SIDE * SIDE; k++) {
            const double cover = (double)(p[k] - ground) / (figure - ground), a = k % SIDE, b = k / SIDE;
            area += cover, x += cover * a, y += cover * b, xx += cover * a * a, xy += cover * a * b, yy += cover * b * b;
            cut |= cover > 0.0 && (k % SIDE % (SIDE - 1) == 0 || k / SIDE % (SIDE - 1) == 0);
        }
        if (cut) continue;
        xx = xx / area - x * x / area / area, yy = yy / area - y * y / area / area, xy = xy / area - x * y / area / area;
        const double half = 0.5 * (xx + yy), off = hypot(0.5 * (xx - yy), xy);
        CHECK_CLOSE(12.0 * sqrt((half + off) * (half - off)), area, 0.02);
        CHECK(sqrt((half + off) / (half - off)) > 2.0);
        seen++;
    }
    CHECK(seen > 30);
    sb_images_free(&images);
}

/* Along a row a grating is a + b cos(wx + phase): p(x-1) + p(x+1) - 2a = 2 cos w (p(x) - a), so that the middle level and cos w, found
 * by least squares over all rows and columns, leave no more than rounding to whole numbers. */
static void gratings_are_waves(void)
{
    enum { SIDE = 24 };
    sb_images images = make(13, 120, SIDE, 1);
    for (int i = 2; i < 120; i += 3) {
        const unsigned char *p = image(&images, i);
        double n = 0.0, sx = 0.0, sy = 0.0, xx = 0.0, xy = 0.0, worst = 0.0;
        for (int pass = 0; pass < 2; pass++) {
            const double slope = pass ? (n * xy - sx * sy) / (n * xx - sx * sx) : 0.0, level = (sy - slope * sx) / fmax(n, 1.0);
            for (int row = 0; row < SIDE; row++)
                for (int column = 1; column + 1 < SIDE; column++) {
                    const unsigned char *at = p + row * SIDE + column;
                    const double a = at[0], b = at[-1] + at[1];
                    if (pass) worst = fmax(worst, fabs(b - level - slope * a));
                    else n += 1.0, sx += a, sy += b, xx += a * a, xy += a * b;
                }
        }
        CHECK(worst < 2.5); /* three roundings, one of them up to doubled */
    }
    sb_images_free(&images);
}

static void refusals(void)
{
    sb_context ctx;
    sb_images images;
    sb_context_init(&ctx, 1);
    CHECK_FAILS(&ctx, sb_images_shapes(&ctx, 1, 0, 8, 1, &images), SB_EUSER, "at least one image");
    CHECK_FAILS(&ctx, sb_images_shapes(&ctx, 1, 5, 3, 1, &images), SB_EUSER,
                "'data.images.side' must lie between 4 and 256, not at 3");
    CHECK_FAILS(&ctx, sb_images_shapes(&ctx, 1, 5, 257, 1, &images), SB_EUSER, "not at 257");
    CHECK_FAILS(&ctx, sb_images_shapes(&ctx, 1, 5, 8, 2, &images), SB_EUSER, "1 or 3 channels, not 2");
    CHECK_FAILS(&ctx, sb_images_shapes(&ctx, 1, 1366, 256, 3, &images), SB_EUSER, "1366 images of 196608 numbers each");
    CHECK(images.pixel == NULL && images.label == NULL);
}

int main(void)
{
    static const sb_test tests[] = {
        {"shapes and labels", shapes_and_labels}, {"an image is a function of its place", places},
        {"discs", discs_have_their_area},         {"bars", bars_are_rectangles},
        {"gratings", gratings_are_waves},         {"refusals", refusals},
    };
    return sb_test_main("shapes", tests, sizeof tests / sizeof *tests);
}
