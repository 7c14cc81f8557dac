/* parity_images.h: what the cases of the operations on images share. Inputs lie in [-2,2); bounds follow from that, and are the same for
 * all elements of an array. */
#ifndef SB_KERNELS_TESTS_PARITY_IMAGES_H
#define SB_KERNELS_TESTS_PARITY_IMAGES_H

#include "kernels/tests/parity.h"

enum { IMAGE_CREWS = 6 };

static inline sb_crew image_crew(int s, size_t stride)
{
    static const int crews[IMAGE_CREWS][2] = {{1, 1}, {1, 37}, {2, 16}, {3, 5}, {2, 0}, {0, 5}}; /* W, B */
    const sb_crew c = {crews[s][0], crews[s][1], sb_lanes(crews[s][1]), stride};
    return c;
}

static inline sb_crew image_alone(const sb_crew *c)
{
    const sb_crew one = {1, c->B, c->ld, c->stride};
    return one;
}

/* A bound for each of n elements. */
static inline double *image_bound(parity *p, size_t n, double terms, double size)
{
    double *bound = parity_host(p, n * sizeof *bound);
    for (size_t i = 0; i < n; i++) bound[i] = parity_sums(terms, size);
    return bound;
}

/* IMAGE_BACK: rows of a derivative that goes back, 0 past the samples.   IMAGE_OUT: what is added to, or garbage. */
#define IMAGE_BACK(p, twin, rows, c) \
    PARITY_FILL(p, twin, (rows) * (size_t)(c).ld, i % (size_t)(c).ld < (size_t)(c).B ? (real)parity_between((p), -2, 2) : 0)
#define IMAGE_OUT(p, twin, count, keep)             \
    do {                                            \
        if (keep) PARITY_REALS(p, twin, count);     \
        else PARITY_BLANK(p, twin, count);          \
    } while (0)

#endif
