#include "data/image_data.h"

#include "base/memory.h"
#include "data/components.h"

#include <string.h>

sb_status sb_images_load(sb_context *ctx, const sb_config *config, sb_images *images)
{
    const char *path = config->data.path;
    const int most = config->data.count;
    if (config->data.kind == SB_DATA_SHAPES)
        return sb_images_shapes(ctx, config->seed, most, config->data.side, config->data.channels, images);
    switch (config->data.format) {
    case SB_IMAGES_IDX: return sb_images_idx(ctx, path, config->data.labels, most, images);
    case SB_IMAGES_CIFAR_10: return sb_images_cifar10(ctx, path, most, images);
    case SB_IMAGES_CIFAR_100: return sb_images_cifar100(ctx, path, most, images);
    case SB_IMAGES_SVHN: return sb_images_svhn(ctx, path, most, images);
    default: return sb_images_digits(ctx, most, images);
    }
}

/* Each image a component of zero variance at its pixels' values. */
static sb_status place_images(sb_context *ctx, const sb_images *images, sb_data *data)
{
    sb_status st = SB_OK;
    const size_t J = (size_t)images->count, numbers = J * (size_t)data->d;
    double value[256];
    SB_TRY(sb_components_alloc(ctx, data->d, images->count, SB_COVARIANCE_ISOTROPIC, &data->components));
    SB_ALLOC(data->label, J);
    for (int v = 0; v < 256; v++) value[v] = sb_pixel_value((unsigned char)v);
    for (size_t i = 0; i < numbers; i++) data->components.mean[i] = value[images->pixel[i]];
    memset(data->components.lambda, 0, J * sizeof(double));
    memcpy(data->label, images->label, J * sizeof *data->label);
done:
    return st;
}

sb_status sb_data_of_images(sb_context *ctx, const sb_config *config, const sb_images *images, sb_data *data)
{
    sb_status st = SB_OK;
    const int N = config->data.workers, count = images->count;
    int *owner = NULL, *held = NULL;
    *data = (sb_data){
        .N = N, .d = sb_image_dimension(images->shape), .distinct = N, .image = images->shape, .classes = images->classes};
    SB_REQUIRE(N >= 1 && N < SB_MAX_WORKERS, SB_EUSER, "data.workers must lie between 1 and %d, not at %d", SB_MAX_WORKERS - 1, N);
    SB_REQUIRE(count >= 1, SB_EUSER, "there are no images");
    SB_REQUIRE(N <= count, SB_EUSER, "%d workers cannot share %d image%s: take fewer workers or more images", N, count,
               count == 1 ? "" : "s");
    SB_REQUIRE((double)N * count <= SB_MAX_DATA_NUMBERS, SB_EUSER,
               "%d workers with a weight for each of %d images need more memory than is sensible (2^28 numbers)", N, count);
    SB_TRY(place_images(ctx, images, data));
    SB_ALLOC(owner, count);
    SB_ALLOC(held, N);
    SB_TRY(sb_images_deal(ctx, config, images, owner, held));
    SB_CALLOC(data->weight, (size_t)N * (size_t)count);
    for (int i = 0; i < count; i++) data->weight[(size_t)owner[i] * (size_t)count + (size_t)i] = 1.0 / held[owner[i]];
    SB_TRY(sb_data_pool(ctx, data));
done:
    sb_free(owner);
    sb_free(held);
    if (st != SB_OK) sb_data_free(data);
    return st;
}
