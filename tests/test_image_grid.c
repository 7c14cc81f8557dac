/* test_image_grid.c: sheets of images, read back by libpng pixel by pixel. */
#include "harness.h"

#include "report/image_grid.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static sb_context ctx;
static char folder[] = "/tmp/scorebound-sheet-XXXXXX", path[64];

/* A sheet that was read back; free(pixel). */
typedef struct {
    int width, height, colour;
    unsigned char *pixel;
} picture;

static picture load(void)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    picture p = {0};
    if (!png_image_begin_read_from_file(&image, path)) return p;
    p = (picture){(int)image.width, (int)image.height, (image.format & PNG_FORMAT_FLAG_COLOR) != 0, NULL};
    image.format = PNG_FORMAT_RGB;
    p.pixel = malloc(PNG_IMAGE_SIZE(image));
    CHECK(png_image_finish_read(&image, NULL, p.pixel, 0, NULL));
    return p;
}

static int is(const picture *p, int row, int column, int red, int green, int blue)
{
    const unsigned char *at = p->pixel + 3 * (row * p->width + column);
    const int same = at[0] == red && at[1] == green && at[2] == blue;
    if (!same) printf("# at %d, %d: %d %d %d, not %d %d %d\n", row, column, at[0], at[1], at[2], red, green, blue);
    return same;
}

/* Five images of 2x3 pixels, three to a line: magnified 91 times with lines of 45, as 3*(3*91+45)+45 = 999 <= 1000 < 3*(3*92+46)+46. */
static void test_grey(void)
{
    double y[5 * 6];
    int width = 0, height = 0;
    for (int i = 0; i < 30; i++) y[i] = -0.9 + 0.06 * i;
    y[0] = -7.0, y[1] = 1e300, y[2] = NAN, y[3] = 1.0, y[4] = -1.0;
    if (!CHECK_OK(&ctx, sb_image_grid_write(&ctx, path, (sb_image_shape){1, 2, 3}, 3, 5, y, &width, &height))) return;
    picture p = load();
    CHECK(width == 999 && height == 499 && p.width == width && p.height == height && !p.colour);
    if (!p.pixel) return;
    CHECK(is(&p, 0, 0, 96, 96, 96) && is(&p, 44, 500, 96, 96, 96) && is(&p, 498, 998, 96, 96, 96));
    CHECK(is(&p, 45, 45, 0, 0, 0) && is(&p, 135, 135, 0, 0, 0));              /* cut */
    CHECK(is(&p, 45, 136, 255, 255, 255) && is(&p, 135, 226, 255, 255, 255)); /* cut */
    CHECK(is(&p, 50, 250, 0, 0, 0));                                          /* not finite */
    CHECK(is(&p, 136, 45, 255, 255, 255) && is(&p, 226, 136, 0, 0, 0));
    CHECK(is(&p, 50, 318, 96, 96, 96) && is(&p, 50, 362, 96, 96, 96) && is(&p, 227, 50, 96, 96, 96));
    const int next = (int)lrint(127.5 * (y[6] + 1.0)), last = (int)lrint(127.5 * (y[29] + 1.0));
    CHECK(is(&p, 45, 363, next, next, next));
    CHECK(is(&p, 453, 635, last, last, last));
    CHECK(is(&p, 300, 800, 96, 96, 96)); /* no sixth image */
    free(p.pixel);
}

static void test_colour(void)
{
    const double y[12] = {-1, 1, 0, -0.5, 1, -1, 0.5, 0, -0.2, -1, 1, 1}; /* 2x2 red, green, blue */
    if (!CHECK_OK(&ctx, sb_image_grid_write(&ctx, path, (sb_image_shape){3, 2, 2}, 1, 1, y, NULL, NULL))) return;
    picture p = load();
    CHECK(p.colour && p.width == 998 && p.height == p.width);
    if (!p.pixel) return;
    CHECK(is(&p, 170, 170, 0, 255, 102) && is(&p, 170, 800, 255, 0, 0));
    CHECK(is(&p, 800, 170, 128, 191, 255) && is(&p, 800, 800, 64, 128, 255));
    CHECK(is(&p, 100, 500, 96, 96, 96));
    free(p.pixel);
}

/* Many or large images are not made smaller. */
static void test_large(void)
{
    const int count = 40 * 40, d = 32 * 32;
    double *y = calloc((size_t)(count * d), sizeof *y);
    int width, height;
    if (CHECK_OK(&ctx, sb_image_grid_write(&ctx, path, (sb_image_shape){1, 32, 32}, 40, count, y, &width, &height)))
        CHECK(width == 40 * 33 + 1 && height == width);
    free(y);
}

/* The most that fit in a sheet, and one more. */
static void test_most(void)
{
    static const int sides[] = {1, 2, 1364, 1400, 4096, 16382};
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        const int side = sides[i], most = sb_image_grid_most(side);
        double *y = calloc((size_t)(most + 1) * (size_t)side, sizeof *y);
        int width = 0, height = 0;
        if (CHECK_OK(&ctx, sb_image_grid_write(&ctx, path, (sb_image_shape){1, 1, side}, most, most, y, &width, NULL)))
            CHECK(width == most * (side + 1) + 1 && width <= SB_MAX_SHEET);
        if (CHECK_OK(&ctx, sb_image_grid_write(&ctx, path, (sb_image_shape){1, side, 1}, 1, most, y, NULL, &height)))
            CHECK(height == width);
        CHECK_FAILS(&ctx, sb_image_grid_write(&ctx, path, (sb_image_shape){1, 1, side}, most + 1, most + 1, y, NULL, NULL),
                    SB_EUSER, "16384 on a side is the most");
        free(y);
    }
    CHECK(sb_image_grid_most(16383) == 0);
}

static void test_columns(void)
{
    CHECK(sb_image_grid_columns((sb_image_shape){1, 8, 8}, 64) == 8);
    CHECK(sb_image_grid_columns((sb_image_shape){1, 8, 8}, 65) == 9);
    CHECK(sb_image_grid_columns((sb_image_shape){3, 8, 16}, 32) == 4);
    CHECK(sb_image_grid_columns((sb_image_shape){1, 8, 8}, 1) == 1);
    CHECK(sb_image_grid_columns((sb_image_shape){1, 64, 1}, 2) == 2);
    CHECK(sb_is_png("a.png") && sb_is_png("dir.d/A.PNG") && !sb_is_png(".png") && !sb_is_png("png") && !sb_is_png("a.png.npy"));
}

static void test_errors(void)
{
    const double y[4] = {0.0};
    CHECK_FAILS(&ctx, sb_image_grid_write(&ctx, path, (sb_image_shape){2, 1, 2}, 1, 1, y, NULL, NULL), SB_EUSER,
                "2 channels of 1 x 2");
    CHECK_FAILS(&ctx, sb_image_grid_write(&ctx, path, (sb_image_shape){0, 0, 0}, 1, 1, y, NULL, NULL), SB_EUSER, "are no picture");
    CHECK_FAILS(&ctx, sb_image_grid_write(&ctx, path, (sb_image_shape){1, 2, 2}, 1, 0, y, NULL, NULL), SB_EUSER,
                "no images to show");
    CHECK_FAILS(&ctx, sb_image_grid_write(&ctx, path, (sb_image_shape){1, 2, 2}, 6000, 6000, y, NULL, NULL), SB_EUSER,
                "a sheet of 4 x 18001 pixels, and 16384 on a side is the most");
    CHECK_FAILS(&ctx, sb_image_grid_write(&ctx, "/nowhere/at/all.png", (sb_image_shape){1, 2, 2}, 1, 1, y, NULL, NULL), SB_EIO,
                "/nowhere/at/all.png");
}

int main(void)
{
    static const sb_test tests[] = {
        {"grey sheets", test_grey},          {"colour", test_colour}, {"many images", test_large}, {"as many as fit", test_most},
        {"columns and names", test_columns}, {"errors", test_errors},
    };
    sb_context_init(&ctx, 1);
    if (!mkdtemp(folder)) return 1;
    snprintf(path, sizeof path, "%s/sheet.png", folder);
    const int failed = sb_test_main("image_grid", tests, sizeof tests / sizeof *tests);
    unlink(path);
    rmdir(folder);
    return failed;
}
