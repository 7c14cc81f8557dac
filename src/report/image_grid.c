#include "report/image_grid.h"

#include "base/file.h"
#include "base/memory.h"

#include <math.h>
#include <png.h>
#include <string.h>
#include <strings.h>

enum { LINE = 96 }; /* grey of the lines between images: neither of their usual backgrounds */

typedef struct {
    sb_image_shape shape;
    int columns, rows, magnify, line; /* line: width of the lines between images */
    size_t width, height, channels;   /* of the sheet */
    unsigned char *pixel;             /* (height,width,channels) */
} sheet;

int sb_is_png(const char *path)
{
    const size_t length = strlen(path);
    return length > 4 && strcasecmp(path + length - 4, ".png") == 0;
}

int sb_image_grid_columns(sb_image_shape shape, int count)
{
    const int columns = (int)ceil(sqrt((double)count * shape.height / shape.width) - 1e-9);
    return columns < 1 ? 1 : columns < count ? columns : count;
}

int sb_image_grid_most(int pixels)
{
    return (SB_MAX_SHEET - 1) / (pixels + 1);
}

/* Half a pixel of the images: without it, digits that fill their images grow together. */
static int line_of(int magnify)
{
    return magnify > 3 ? magnify / 2 : 1;
}

/* Width or height of a sheet of `count` images of so many pixels. */
static double extent(int count, double pixels, int magnify)
{
    return count * (pixels * magnify + line_of(magnify)) + line_of(magnify);
}

/* Sizes of everything; the largest whole magnification with which the sheet is not too large, at least 1. */
static sb_status lay_out(sb_context *ctx, const char *path, int columns, int count, sheet *s)
{
    sb_status st = SB_OK;
    const double w = s->shape.width, h = s->shape.height;
    SB_REQUIRE((s->shape.channels == 1 || s->shape.channels == 3) && w > 0 && h > 0, SB_EUSER,
               "%s: error: points with %d channels of %d x %d pixels are no picture", path, s->shape.channels, s->shape.height,
               s->shape.width);
    SB_REQUIRE(columns > 0 && count > 0, SB_EUSER, "%s: error: no images to show", path);
    s->columns = columns;
    s->rows = (count - 1) / columns + 1;
    s->channels = (size_t)s->shape.channels;
    for (s->magnify = SB_SHEET_PIXELS; s->magnify > 1; s->magnify--)
        if (extent(s->columns, w, s->magnify) <= SB_SHEET_PIXELS && extent(s->rows, h, s->magnify) <= SB_SHEET_PIXELS) break;
    s->line = line_of(s->magnify);
    const double width = extent(s->columns, w, s->magnify), height = extent(s->rows, h, s->magnify);
    SB_REQUIRE(width <= SB_MAX_SHEET && height <= SB_MAX_SHEET, SB_EUSER,
               "%s: error: %d images of %d x %d pixels make a sheet of %.0f x %.0f pixels, and %d on a side is the most", path,
               count, s->shape.height, s->shape.width, height, width, SB_MAX_SHEET);
    s->width = (size_t)width;
    s->height = (size_t)height;
done:
    return st;
}

/* Image i of the sheet from a point (channels,height,width). */
static void put_image(const sheet *s, int i, const double *y)
{
    const size_t m = (size_t)s->magnify, h = (size_t)s->shape.height, w = (size_t)s->shape.width;
    const size_t line = (size_t)s->line, row = (size_t)(i / s->columns), column = (size_t)(i % s->columns);
    const size_t top = row * (h * m + line) + line, left = column * (w * m + line) + line;
    for (size_t r = 0; r < h * m; r++)
        for (size_t c = 0; c < w * m; c++)
            for (size_t k = 0; k < s->channels; k++)
                s->pixel[((top + r) * s->width + left + c) * s->channels + k] = sb_pixel_of(y[(k * h + r / m) * w + c / m]);
}

static sb_status encode(sb_context *ctx, const char *path, const sheet *s)
{
    sb_status st = SB_OK;
    png_image image = {.version = PNG_IMAGE_VERSION, .width = (png_uint_32)s->width, .height = (png_uint_32)s->height};
    image.format = s->channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    unsigned char *file = NULL;
    SB_ALLOC(file, size);
    SB_REQUIRE(png_image_write_to_memory(&image, file, &size, 0, s->pixel, 0, NULL), SB_EIO, "%s: error: libpng: %s", path,
               image.message);
    SB_TRY(sb_file_replace(ctx, path, file, size));
done:
    png_image_free(&image);
    sb_free(file);
    return st;
}

sb_status sb_image_grid_write(sb_context *ctx, const char *path, sb_image_shape shape, int columns, int count, const double *y,
                              int *width, int *height)
{
    sb_status st = SB_OK;
    sheet s = {.shape = shape};
    SB_TRY(lay_out(ctx, path, columns, count, &s));
    SB_ALLOC(s.pixel, s.width * s.height * s.channels);
    memset(s.pixel, LINE, s.width * s.height * s.channels);
    for (int i = 0; i < count; i++) put_image(&s, i, y + (size_t)i * (size_t)sb_image_dimension(shape));
    SB_TRY(encode(ctx, path, &s));
    if (width) *width = (int)s.width;
    if (height) *height = (int)s.height;
done:
    sb_free(s.pixel);
    return st;
}
