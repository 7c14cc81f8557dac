#include "data/image_data.h"

#include "base/memory.h"
#include "data/components.h"

#include <math.h>
#include <stdlib.h>

/* Streams of SB_DRAW_IMAGES, told apart by their round. */
enum { SHUFFLE_CLASS, SHUFFLE_ALL, STRAY_CLASS };

static void shuffle(sb_stream stream, int n, int *x)
{
    for (int i = n - 1; i > 0; i--) {
        const int j = (int)((i + 1) * sb_stream_uniform(&stream)), moved = x[i];
        x[i] = x[j];
        x[j] = moved;
    }
}

/* The images in the order of their classes: those of class c are image[start[c]..start[c+1]). */
typedef struct {
    int *image; /* (count) */
    int *start; /* (classes+1) */
} class_lists;

static sb_status lists_create(sb_context *ctx, const sb_images *images, class_lists *lists)
{
    sb_status st = SB_OK;
    SB_ALLOC(lists->image, images->count);
    SB_CALLOC(lists->start, images->classes + 2); /* at first one place further, so that filling moves it back */
    for (int i = 0; i < images->count; i++) lists->start[images->label[i] + 2]++;
    for (int c = 2; c <= images->classes + 1; c++) lists->start[c] += lists->start[c - 1];
    for (int i = 0; i < images->count; i++) lists->image[lists->start[images->label[i] + 1]++] = i;
done:
    return st;
}

static int class_size(const class_lists *lists, int c)
{
    return lists->start[c + 1] - lists->start[c];
}

/* What is left of a worker's share once whole images are given out. */
typedef struct {
    int n;
    double rest;
} remainder_of;

static int larger_first(const void *x, const void *y)
{
    const remainder_of *a = x, *b = y;
    if (a->rest != b->rest) return a->rest > b->rest ? -1 : 1;
    return a->n - b->n;
}

/* share (N) out: whole numbers that sum to count, in proportion to the weights, by largest remainders. weight: one column of rows that
 * are `stride` apart, of sum total > 0.    order (N) scratch. */
static void apportion(int N, const double *weight, size_t stride, double total, int count, remainder_of *order, int *share)
{
    int left = count;
    for (int n = 0; n < N; n++) {
        const double quota = count * (weight[(size_t)n * stride] / total);
        share[n] = (int)fmin(floor(quota), left);
        order[n] = (remainder_of){n, quota - share[n]};
        left -= share[n];
    }
    qsort(order, (size_t)N, sizeof *order, larger_first);
    for (int i = 0; left > 0; i = (i + 1) % N, left--) share[order[i].n]++;
}

/* Gives out the images of one class. A class that all weights have lost to underflow goes to one worker, which is drawn. */
static void deal_class(uint64_t seed, int c, int N, const double *weight, size_t stride, const class_lists *lists,
                       remainder_of *order, int *share, int *owner)
{
    const int size = class_size(lists, c);
    int *image = lists->image + lists->start[c];
    double total = 0.0;
    shuffle(sb_stream_at(seed, SB_DRAW_IMAGES, 0, (uint32_t)c, SHUFFLE_CLASS, 0), size, image);
    for (int n = 0; n < N; n++) total += weight[(size_t)n * stride];
    if (total > 0.0) {
        apportion(N, weight, stride, total, size, order, share);
    } else {
        sb_stream stray = sb_stream_at(seed, SB_DRAW_IMAGES, 0, (uint32_t)c, STRAY_CLASS, 0);
        for (int n = 0; n < N; n++) share[n] = 0;
        share[(int)(N * sb_stream_uniform(&stray))] = size;
    }
    for (int n = 0; n < N; n++)
        for (int i = 0; i < share[n]; i++) owner[*image++] = n;
}

/* The classes that a partition deals with: those that have images; of an explicit one all, as its rows have weights for all. */
static int classes_dealt(const sb_config *config, const sb_images *images, const class_lists *lists, int *class)
{
    int count = 0;
    for (int c = 0; c < images->classes; c++)
        if (class_size(lists, c) > 0 || config->data.partition == SB_PARTITION_EXPLICIT) class[count++] = c;
    return count;
}

/* By class: each worker has weights over the classes as it would have over components, each class is divided in proportion to them. */
static sb_status deal_classes(sb_context *ctx, const sb_config *config, const sb_images *images, int *owner)
{
    sb_status st = SB_OK;
    const int N = config->data.workers, explicitly = config->data.partition == SB_PARTITION_EXPLICIT;
    class_lists lists = {0};
    remainder_of *order = NULL;
    int *class = NULL, *share = NULL;
    double *p = NULL, *rows = NULL;
    SB_TRY(lists_create(ctx, images, &lists));
    SB_ALLOC(class, images->classes);
    const int C = classes_dealt(config, images, &lists, class);
    SB_REQUIRE(!explicitly || config->data.columns == images->classes, SB_EUSER,
               "the rows of 'data.partition.weights' have %d numbers, but the images have %d classes", config->data.columns,
               images->classes);
    SB_ALLOC(p, C);
    SB_ALLOC(rows, (size_t)N * (size_t)C);
    SB_ALLOC(order, N);
    SB_ALLOC(share, N);
    for (int c = 0; c < C; c++) p[c] = (double)class_size(&lists, class[c]) / images->count;
    SB_TRY(sb_partition_rows(ctx, config, C, p, rows));
    for (int c = 0; c < C; c++) {
        double total = 0.0;
        for (int n = 0; n < N; n++) total += rows[(size_t)n * (size_t)C + (size_t)c];
        SB_REQUIRE(total > 0.0 || !explicitly || class_size(&lists, class[c]) == 0, SB_EUSER,
                   "no worker takes the %d images of class %d: give one of them a weight for it in 'data.partition.weights'",
                   class_size(&lists, class[c]), class[c]);
        deal_class(config->seed, class[c], N, rows + c, (size_t)C, &lists, order, share, owner);
    }
done:
    sb_free(lists.image);
    sb_free(lists.start);
    sb_free(order);
    sb_free(class);
    sb_free(share);
    sb_free(p);
    sb_free(rows);
    return st;
}

static sb_status deal_evenly(sb_context *ctx, const sb_config *config, int count, int *owner)
{
    sb_status st = SB_OK;
    int *image = NULL;
    SB_ALLOC(image, count);
    for (int i = 0; i < count; i++) image[i] = i;
    shuffle(sb_stream_at(config->seed, SB_DRAW_IMAGES, 0, 0, SHUFFLE_ALL, 0), count, image);
    for (int i = 0; i < count; i++) owner[image[i]] = i % config->data.workers;
done:
    sb_free(image);
    return st;
}

static const char *advice(sb_partition_kind partition)
{
    switch (partition) {
    case SB_PARTITION_DIRICHLET: return "take a larger 'data.partition.alpha', fewer workers, more images or another seed";
    case SB_PARTITION_EXPLICIT: return "give it more weight on a class that has images in 'data.partition.weights'";
    default: return "take fewer workers or more images";
    }
}

sb_status sb_images_deal(sb_context *ctx, const sb_config *config, const sb_images *images, int *owner, int *held)
{
    sb_status st = SB_OK;
    const int N = config->data.workers;
    if (config->data.partition == SB_PARTITION_IID) SB_TRY(deal_evenly(ctx, config, images->count, owner));
    else SB_TRY(deal_classes(ctx, config, images, owner));
    for (int n = 0; n < N; n++) held[n] = 0;
    for (int i = 0; i < images->count; i++) held[owner[i]]++;
    for (int n = 0; n < N; n++)
        SB_REQUIRE(held[n] > 0, SB_EUSER, "worker %d of 0 to %d has none of the %d images: %s", n, N - 1, images->count,
                   advice(config->data.partition));
done:
    return st;
}
