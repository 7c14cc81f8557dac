/* Masks and the steps of training: integers and single elements, so to the bit; only the size of what was pruned is a sum. */
#include "kernels/tests/parity.h"

#include <math.h>

static const size_t shapes[][2] = {{1, 1}, {1, 257}, {2, 37}, {7, 1001}, {3, 5000}, {2, 0}, {0, 5}}; /* W, D */
enum { SHAPES = sizeof shapes / sizeof *shapes, ROWS = 3 };

static void random_masks(parity *p)
{
    static const uint64_t rates[] = {0, (uint64_t)1 << 31, (uint64_t)1 << 32, 1234567890, 0xFFFFFFFFu};
    for (int s = 0; s < SHAPES; s++) {
        const size_t W = shapes[s][0], D = shapes[s][1];
        words keep;
        places place;
        bytes mask;
        PARITY_FILL(p, keep, W, rates[i % 5]);
        PARITY_FILL(p, place, W, ((sb_place){parity_bits(p), parity_bits(p), i % 2 ? UINT64_MAX - 2 : parity_bits(p)}));
        PARITY_BLANK(p, mask, W * D);
        p->cpu->mask_random(p->cpu, (int)W, D, keep.c, place.c, mask.c);
        p->gpu->mask_random(p->gpu, (int)W, D, keep.g, place.g, mask.g);
        PARITY_SAME(p, mask);
        parity_release(p);
    }
}

/* Few different sizes, so that many equal the cut. */
static void top_k_masks(parity *p)
{
    for (int s = 0; s < SHAPES; s++) {
        const size_t W = shapes[s][0], D = shapes[s][1];
        doubles theta, cut;
        ints replica;
        words last;
        bytes mask;
        PARITY_FILL(p, theta, ROWS * D, ((double)(parity_bits(p) % 7) - 3) * 0.385);
        PARITY_FILL(p, cut, W, (double)(i % 4) * 0.385);
        PARITY_FILL(p, replica, W, (int)(parity_bits(p) % ROWS));
        PARITY_FILL(p, last, W, i % 3 == 2 ? UINT64_MAX : parity_bits(p) % (D + 1));
        PARITY_BLANK(p, mask, W * D);
        p->cpu->mask_top_k(p->cpu, (int)W, D, theta.c, replica.c, cut.c, last.c, mask.c);
        p->gpu->mask_top_k(p->gpu, (int)W, D, theta.g, replica.g, cut.g, last.g, mask.g);
        PARITY_SAME(p, mask);
        parity_release(p);
    }
}

static void pruned(parity *p)
{
    for (int s = 0; s < SHAPES; s++)
        for (int with_mask = 0; with_mask < 2; with_mask++) {
            const size_t W = shapes[s][0], D = shapes[s][1];
            doubles theta, pruned2;
            ints replica;
            bytes mask;
            reals local;
            PARITY_FILL(p, theta, ROWS * D, parity_between(p, -2, 2));
            PARITY_FILL(p, replica, W, (int)(parity_bits(p) % ROWS));
            PARITY_FILL(p, mask, W * D, (unsigned char)(parity_bits(p) % 2));
            PARITY_BLANK(p, local, W * D);
            PARITY_BLANK(p, pruned2, W);
            p->cpu->prune(p->cpu, (int)W, D, theta.c, replica.c, with_mask ? mask.c : NULL, local.c, pruned2.c);
            p->gpu->prune(p->gpu, (int)W, D, theta.g, replica.g, with_mask ? mask.g : NULL, local.g, pruned2.g);
            PARITY_SAME(p, local);
            double *bound = parity_host(p, W * sizeof *bound);
            for (size_t w = 0; w < W; w++) bound[w] = parity_sums_double((double)D, pruned2.c[w]);
            PARITY_NEAR_DOUBLES(p, pruned2, bound);
            parity_release(p);
        }
}

/* Every worker its own third of the coordinates, from the last to the first. */
static void gathered(parity *p)
{
    for (int s = 0; s < SHAPES; s++) {
        const size_t W = shapes[s][0], D = shapes[s][1], n = (D + 2) / 3;
        indices index;
        reals from, to;
        PARITY_FILL(p, index, W * n, (uint32_t)(D - 1 - 3 * (i % n)));
        PARITY_REALS(p, from, W * D);
        PARITY_BLANK(p, to, W * n);
        p->cpu->gather(p->cpu, (int)W, n, D, index.c, from.c, to.c);
        p->gpu->gather(p->gpu, (int)W, n, D, index.g, from.g, to.g);
        PARITY_SAME(p, to);
        p->cpu->multiply(p->cpu, W * n, to.c, to.c, to.c);
        p->gpu->multiply(p->gpu, W * n, to.g, to.g, to.g);
        p->cpu->scatter(p->cpu, (int)W, n, D, index.c, to.c, from.c);
        p->gpu->scatter(p->gpu, (int)W, n, D, index.g, to.g, from.g);
        PARITY_SAME(p, from);
        parity_release(p);
    }
}

/* What is masked stays, even where the gradient is none. */
static void descended(parity *p)
{
    for (int s = 0; s < SHAPES; s++)
        for (int with_mask = 0; with_mask < 2; with_mask++) {
            const size_t n = shapes[s][0] * shapes[s][1];
            bytes mask;
            reals grad, theta;
            PARITY_FILL(p, mask, n, (unsigned char)(parity_bits(p) % 2));
            PARITY_FILL(p, grad, n, with_mask && !mask.c[i] ? (real)NAN : (real)parity_between(p, -2, 2));
            PARITY_REALS(p, theta, n);
            p->cpu->sgd_masked(p->cpu, n, 0.02385, grad.c, with_mask ? mask.c : NULL, theta.c);
            p->gpu->sgd_masked(p->gpu, n, 0.02385, grad.g, with_mask ? mask.g : NULL, theta.g);
            PARITY_SAME(p, theta);
            parity_release(p);
        }
}

/* Some steps, then one whose masked gradients are none. */
static void adapted(parity *p)
{
    const sb_adam adam = {0.9, 0.999, 1e-8};
    for (int s = 0; s < SHAPES; s++)
        for (int with_mask = 0; with_mask < 2; with_mask++) {
            const size_t n = shapes[s][0] * shapes[s][1];
            bytes mask;
            reals grad, last, m, v, theta;
            PARITY_FILL(p, mask, n, (unsigned char)(parity_bits(p) % 2));
            PARITY_REALS(p, grad, n);
            PARITY_FILL(p, last, n, with_mask && !mask.c[i] ? (real)NAN : (real)parity_between(p, -2, 2));
            PARITY_BLANK(p, m, n);
            PARITY_BLANK(p, v, n);
            PARITY_REALS(p, theta, n);
            for (int t = 1; t <= 4; t++) {
                p->cpu->adam_masked(p->cpu, n, 0.02385, &adam, t, t == 4 ? last.c : grad.c, with_mask ? mask.c : NULL, m.c, v.c,
                                    theta.c);
                p->gpu->adam_masked(p->gpu, n, 0.02385, &adam, t, t == 4 ? last.g : grad.g, with_mask ? mask.g : NULL, m.g, v.g,
                                    theta.g);
                if (t == 4) continue;
                PARITY_SAME(p, m);
                PARITY_SAME(p, v);
            }
            PARITY_SAME(p, theta);
            parity_release(p);
        }
}

/* Workers of one replica follow each other or not. With `wild`, some changes are too large, infinite or no numbers; sums are then not
 * compared, for they are not to be used. Aggregation goes on from what was accumulated, one row without any cover among them. */
static void accumulate_once(parity *p, size_t W, size_t D, int with_mask, int wild, int zero_uncovered)
{
    const double quantum = 0x1p-40, limit = 1e3;
    doubles theta;
    ints replica, count;
    reals local;
    bytes mask;
    sums sum;
    words lost;
    PARITY_FILL(p, theta, ROWS * D, parity_between(p, -2, 2));
    PARITY_FILL(p, replica, W, (int)(i * (wild ? 2 : 1) % (ROWS - 1)));
    PARITY_FILL(p, local, W * D, (real)parity_between(p, -2, 2));
    PARITY_FILL(p, mask, W * D, (unsigned char)(parity_bits(p) % 3 == 0));
    PARITY_FILL(p, sum, ROWS * D, (int64_t)parity_bits(p) >> 20);
    PARITY_FILL(p, count, ROWS * D, (int)(parity_bits(p) % 2));
    PARITY_BLANK(p, lost, W);
    if (wild) {
        static const double odd[] = {1e3, 1002.5, -1e4, INFINITY, NAN, 0};
        for (size_t i = 0; i < W * D; i++)
            if (parity_bits(p) % 5 == 0) local.c[i] = (real)odd[parity_bits(p) % 6];
        p->gpu->upload(p->gpu, local.g, local.c, W * D * sizeof *local.c);
    }
    p->cpu->accumulate(p->cpu, (int)W, D, theta.c, replica.c, local.c, with_mask ? mask.c : NULL, quantum, limit, sum.c, count.c,
                       lost.c);
    p->gpu->accumulate(p->gpu, (int)W, D, theta.g, replica.g, local.g, with_mask ? mask.g : NULL, quantum, limit, sum.g, count.g,
                       lost.g);
    PARITY_SAME(p, lost);
    PARITY_SAME(p, count);
    if (!wild) PARITY_SAME(p, sum);
    for (size_t r = 0; r < ROWS && !wild; r++) {
        int32_t least[2] = {-7, -7};
        const size_t c = p->cpu->aggregate(p->cpu, D, quantum, sum.c + r * D, count.c + r * D, zero_uncovered, theta.c + r * D,
                                           r ? &least[0] : NULL);
        const size_t g = p->gpu->aggregate(p->gpu, D, quantum, sum.g + r * D, count.g + r * D, zero_uncovered, theta.g + r * D,
                                           r ? &least[1] : NULL);
        PARITY_NUMBER(p, (double)c, (double)g, 0);
        PARITY_NUMBER(p, least[0], least[1], 0);
    }
    PARITY_SAME(p, theta);
    parity_release(p);
}

static void accumulated(parity *p)
{
    for (int s = 0; s < SHAPES; s++)
        for (int how = 0; how < 8; how++) accumulate_once(p, shapes[s][0], shapes[s][1], how & 1, how & 2, how >> 2);
    accumulate_once(p, 19, 5, 0, 0, 1); /* more workers than are fetched at a time */
}

const parity_case SB_REAL_NAME(parity_updates)[7] = {
    {"mask_random", random_masks}, {"mask_top_k", top_k_masks}, {"prune", pruned},
    {"gather, scatter", gathered}, {"sgd_masked", descended},   {"accumulate, aggregate", accumulated},
    {"adam_masked", adapted}};
