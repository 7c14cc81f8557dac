/* The binary format of CIFAR: records of labels (a byte each) and 3 x 32 x 32 pixels, red, green, blue, row by row. No header. */
#include "data/image_file.h"
#include "data/image_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SIDE = 32, PIXELS = 3 * SIDE * SIDE, MAX_FILES = 5, MAX_LABELS = 2 };

typedef struct {
    int labels;              /* of a record; the last one counts */
    int classes[MAX_LABELS]; /* each label is below */
    int files;               /* of a folder */
    const char *file[MAX_FILES];
} layout;

static const layout cifar10 = {
    1, {10}, 5, {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"}};
static const layout cifar100 = {2, {20, 100}, 1, {"train.bin"}};

/* What is open afterwards, also after a failure, is closed by the caller. */
static sb_status open_files(sb_context *ctx, const char *path, const layout *l, int *files, char **name, sb_image_file *file)
{
    sb_status st = SB_OK;
    struct stat info;
    const int folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    *files = folder ? l->files : 1;
    for (int i = 0; i < *files; i++) {
        if (asprintf(&name[i], "%s%s%s", path, folder ? "/" : "", folder ? l->file[i] : "") < 0) {
            name[i] = NULL;
            SB_FAIL(SB_ENOMEM, "out of memory for the name of %s", path);
        }
        SB_TRY(sb_image_file_open(ctx, name[i], &file[i]));
    }
done:
    return st;
}

static sb_status count_records(sb_context *ctx, const layout *l, const sb_image_file *file, size_t *count)
{
    sb_status st = SB_OK;
    const size_t record = (size_t)l->labels + PIXELS;
    *count = file->length / record;
    SB_IMAGE_REQUIRE(file->length > 0, file, 0, "the file is empty");
    SB_IMAGE_REQUIRE(*count * record == file->length, file, *count * record,
                     "the file ends inside image %zu: records have %zu bytes, this one has %zu", *count, record,
                     file->length - *count * record);
done:
    return st;
}

/* All records are checked; they become the images from `at` on, as far as there is room. */
static sb_status read_records(sb_context *ctx, const layout *l, sb_image_file *file, size_t count, size_t at, sb_images *images)
{
    sb_status st = SB_OK;
    unsigned char record[MAX_LABELS + PIXELS];
    for (size_t i = 0; i < count; i++) {
        const size_t start = file->at;
        SB_TRY(sb_image_file_read(ctx, file, "an image", (size_t)l->labels + PIXELS, record));
        for (int j = 0; j < l->labels; j++)
            SB_IMAGE_REQUIRE(record[j] < l->classes[j], file, start + (size_t)j, "label %d of image %zu is not in 0 to %d",
                             record[j], i, l->classes[j] - 1);
        if (at + i >= (size_t)images->count) continue;
        images->label[at + i] = record[l->labels - 1];
        memcpy(images->pixel + (at + i) * PIXELS, record + l->labels, PIXELS);
    }
done:
    return st;
}

static sb_status read_images(sb_context *ctx, const char *path, const layout *l, int most, sb_images *images)
{
    sb_status st = SB_OK;
    const sb_image_shape shape = {3, SIDE, SIDE};
    sb_image_file file[MAX_FILES] = {{0}};
    char *name[MAX_FILES] = {NULL};
    size_t count[MAX_FILES], all = 0, at = 0;
    int files = 0;
    *images = (sb_images){0};

    SB_TRY(open_files(ctx, path, l, &files, name, file));
    for (int i = 0; i < files; i++) {
        SB_TRY(count_records(ctx, l, &file[i], &count[i]));
        all += count[i];
    }
    SB_TRY(sb_images_alloc(ctx, path, shape, all, most, images));
    images->classes = l->classes[l->labels - 1];
    for (int i = 0; i < files; i++) {
        SB_TRY(read_records(ctx, l, &file[i], count[i], at, images));
        at += count[i];
    }
done:
    for (int i = 0; i < files; i++) {
        sb_image_file_close(&file[i]);
        free(name[i]);
    }
    if (st != SB_OK) sb_images_free(images);
    return st;
}

sb_status sb_images_cifar10(sb_context *ctx, const char *path, int most, sb_images *images)
{
    return read_images(ctx, path, &cifar10, most, images);
}

sb_status sb_images_cifar100(sb_context *ctx, const char *path, int most, sb_images *images)
{
    return read_images(ctx, path, &cifar100, most, images);
}
