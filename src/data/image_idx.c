/* The IDX format of MNIST and Fashion-MNIST: 00 00, type (08: unsigned bytes), number of dimensions; each as a 32-bit number, the highest
 * byte first; the bytes, last dimension fastest. */
#include "data/image_file.h"
#include "data/image_parts.h"

enum { BLOCK = 1 << 16 };

static sb_status read_header(sb_context *ctx, sb_image_file *file, const char *what, int rank, size_t *size)
{
    sb_status st = SB_OK;
    unsigned char b[4];
    SB_TRY(sb_image_file_read(ctx, file, "the header", 4, b));
    SB_IMAGE_REQUIRE(b[0] == 0 && b[1] == 0 && b[2] == 8 && b[3] == rank, file, 0,
                     "the file begins with %02x %02x %02x %02x; IDX %s begin with 00 00 08 %02x", b[0], b[1], b[2], b[3], what,
                     rank);
    for (int i = 0; i < rank; i++) {
        SB_TRY(sb_image_file_read(ctx, file, "the header", 4, b));
        size[i] = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
    }
    SB_IMAGE_REQUIRE(size[0] > 0, file, 4, "the header says that there are no %s", what);
done:
    return st;
}

static sb_status check_length(sb_context *ctx, const sb_image_file *file, const char *what, size_t count, size_t each)
{
    sb_status st = SB_OK;
    const size_t held = file->length - file->at;
    SB_IMAGE_REQUIRE(held / each >= count, file, file->length, "the file ends after %zu of the %zu %s of its header", held / each,
                     count, what);
    SB_IMAGE_REQUIRE(held == count * each, file, file->at + count * each, "the file goes on after the %zu %s of its header", count,
                     what);
done:
    return st;
}

/* All labels of the file decide on the number of classes, however many images are taken. */
static sb_status read_labels(sb_context *ctx, sb_image_file *file, size_t count, sb_images *images)
{
    sb_status st = SB_OK;
    unsigned char block[BLOCK];
    for (size_t at = 0; at < count; at += BLOCK) {
        const size_t piece = count - at < BLOCK ? count - at : BLOCK;
        SB_TRY(sb_image_file_read(ctx, file, "the labels", piece, block));
        for (size_t i = 0; i < piece; i++) {
            if (block[i] >= images->classes) images->classes = block[i] + 1;
            if (at + i < (size_t)images->count) images->label[at + i] = block[i];
        }
    }
done:
    return st;
}

sb_status sb_images_idx(sb_context *ctx, const char *path, const char *labels, int most, sb_images *images)
{
    sb_status st = SB_OK;
    sb_image_file of_images = {0}, of_labels = {0};
    size_t size[3], labelled;
    *images = (sb_images){0};

    SB_TRY(sb_image_file_open(ctx, path, &of_images));
    SB_TRY(read_header(ctx, &of_images, "images", 3, size));
    SB_IMAGE_REQUIRE(size[1] >= 1 && size[1] <= SB_MAX_SIDE && size[2] >= 1 && size[2] <= SB_MAX_SIDE, &of_images, 8,
                     "images of %zu x %zu pixels; sides of 1 to %d can be read", size[1], size[2], SB_MAX_SIDE);
    SB_TRY(check_length(ctx, &of_images, "images", size[0], size[1] * size[2]));
    SB_TRY(sb_image_file_open(ctx, labels, &of_labels));
    SB_TRY(read_header(ctx, &of_labels, "labels", 1, &labelled));
    SB_IMAGE_REQUIRE(labelled == size[0], &of_labels, 4, "%zu labels for the %zu images of %s", labelled, size[0], path);
    SB_TRY(check_length(ctx, &of_labels, "labels", labelled, 1));

    const sb_image_shape shape = {1, (int)size[1], (int)size[2]};
    SB_TRY(sb_images_alloc(ctx, path, shape, size[0], most, images));
    SB_TRY(sb_image_file_read(ctx, &of_images, "the images", (size_t)images->count * size[1] * size[2], images->pixel));
    SB_TRY(read_labels(ctx, &of_labels, labelled, images));
done:
    sb_image_file_close(&of_images);
    sb_image_file_close(&of_labels);
    if (st != SB_OK) sb_images_free(images);
    return st;
}
