/* image_data.h: labelled images as the workers' data. */
#ifndef SB_DATA_IMAGE_DATA_H
#define SB_DATA_IMAGE_DATA_H

#include "data/data.h"

/* sb_images_load: the images of config.data, read or drawn. Errors as in images.h. */
sb_status sb_images_load(sb_context *ctx, const sb_config *config, sb_images *images);

/* sb_images_deal: owner (count) out: the worker that has each image; held (N) out: how many each has. Every image goes to exactly one
 * worker: iid: shuffled and dealt out in turn; else each worker has weights over the classes as it would have over components of these
 * frequencies, and the images of a class, shuffled, are divided in proportion to its column of weights, by largest remainders.
 * SB_EUSER where a worker is left without any, where explicit rows do not fit the classes, or nobody takes a class. */
sb_status sb_images_deal(sb_context *ctx, const sb_config *config, const sb_images *images, int *owner, int *held);

#endif
