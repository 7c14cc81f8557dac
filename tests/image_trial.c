#include "image_trial.h"

#include "data/images.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A file without a name, kept in memory; `path` opens it. */
static int open_bytes(image_bytes file, char path[64])
{
    const int fd = memfd_create("images", MFD_CLOEXEC);
    size_t done = 0;
    while (fd >= 0 && done < file.count) {
        const ssize_t n = write(fd, file.bytes + done, file.count - done);
        if (n < 0) break;
        done += (size_t)n;
    }
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

static const char *wrong_images(const sb_images *images, int most)
{
    const sb_image_shape *s = &images->shape;
    long sum = 0;
    if (images->count < 1 || (most > 0 && images->count > most)) return "the number of images";
    if (s->channels < 1 || s->height < 1 || s->width < 1) return "the shape";
    if (images->classes < 1 || images->classes > SB_MAX_CLASSES) return "the number of classes";
    for (int i = 0; i < images->count; i++)
        if (images->label[i] < 0 || images->label[i] >= images->classes) return "a label";
    for (size_t i = 0; i < (size_t)images->count * (size_t)sb_image_dimension(*s); i++) sum += images->pixel[i];
    return sum < 0 ? "the pixels" : NULL; /* reading them all is what matters: under a sanitizer, under valgrind */
}

const char *image_trial(trial_format format, image_bytes file, image_bytes labels, int *read)
{
    sb_context context, *ctx = &context;
    sb_images images = {.count = 1};
    char path[64], path_labels[64];
    const char *wrong = NULL;
    sb_status st = SB_EIO;
    const int most = (int)(file.count % 3), fd = open_bytes(file, path), fd_labels = open_bytes(labels, path_labels);
    sb_context_init(ctx, 1);
    switch (format) {
    case TRIAL_IDX: st = sb_images_idx(ctx, path, path_labels, most, &images); break;
    case TRIAL_CIFAR10: st = sb_images_cifar10(ctx, path, most, &images); break;
    case TRIAL_CIFAR100: st = sb_images_cifar100(ctx, path, most, &images); break;
    default: st = sb_images_svhn(ctx, path, most, &images);
    }
    *read = st == SB_OK;
    if (st == SB_OK) {
        wrong = wrong_images(&images, most);
        sb_images_free(&images);
    } else if (st != SB_EUSER) wrong = "the status";
    else if (images.pixel || images.label || images.count) wrong = "images after a failure";
    else if (!strstr(ctx->error.message, ": error: ") || (strncmp(ctx->error.message, path, strlen(path)) != 0 &&
                                                          strncmp(ctx->error.message, path_labels, strlen(path_labels)) != 0))
        wrong = "the message";
    close(fd);
    close(fd_labels);
    return wrong;
}
