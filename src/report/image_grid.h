/* image_grid.h: images side by side as one PNG file. */
#ifndef SB_REPORT_IMAGE_GRID_H
#define SB_REPORT_IMAGE_GRID_H

#include "base/context.h"
#include "data/images.h"

/* sb_image_grid_write: `path` holds a sheet of the points y (count,d), d = sb_image_dimension(shape), `columns` to a line, afterwards, whole
 * or not at all: grey for one channel, colour for three, each pixel magnified alike so that the sheet is at most SB_SHEET_PIXELS wide and
 * high where that is possible, with lines of half an image's pixel around the images. Values are cut to [-1,1]; what is not finite
 * becomes black. *width, *height: of the sheet (NULL to skip). SB_EUSER for other channels, no image, or a sheet of more than
 * SB_MAX_SHEET pixels on a side; SB_EIO as sb_file_replace. */
enum { SB_SHEET_PIXELS = 1000, SB_MAX_SHEET = 16384 };
sb_status sb_image_grid_write(sb_context *ctx, const char *path, sb_image_shape shape, int columns, int count, const double *y, int *width,
                              int *height);

/* sb_image_grid_columns: how many to a line make `count` images of this shape a sheet that is about square. */
int sb_image_grid_columns(sb_image_shape shape, int count);

/* sb_image_grid_most: how many images that are so many pixels wide, or high, a sheet has room for side by side, or one above the other. */
int sb_image_grid_most(int pixels);

/* sb_is_png: nonzero if the name of a file ends in .png. */
int sb_is_png(const char *path);

#endif
