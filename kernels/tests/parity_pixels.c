/* Grids of pixels, SiLU alone, products of each sample's matrices and softmax. */
#include "kernels/tests/parity_images.h"

#include <math.h>

static void gated(parity *p)
{
    for (int place = 0; place < 4; place++) /* of the outputs: their own, without slope, out in place of z, slope in place of z */
        for (size_t n = 0; n < 1100; n += 1 + 3 * n) {
            reals z, out, slope;
            PARITY_FILL(p, z, n, (real)parity_between(p, -40, 40));
            PARITY_BLANK(p, out, n);
            PARITY_BLANK(p, slope, n);
            if (place == 2) out = z;
            if (place == 3) slope = z;
            p->cpu->silu(p->cpu, n, 0.385, -0.278, z.c, out.c, place == 1 ? NULL : slope.c);
            p->gpu->silu(p->gpu, n, 0.385, -0.278, z.g, out.g, place == 1 ? NULL : slope.g);
            PARITY_SAME(p, out);
            PARITY_SAME(p, slope);
            parity_release(p);
        }
}

static const int grids[][3] = {{1, 2, 2}, {3, 6, 4}, {5, 2, 10}, {0, 4, 4}}; /* planes, height, width */

static void resized_once(parity *p, const sb_crew *c, const int *grid, int keep)
{
    const sb_crew one = image_alone(c);
    const size_t large = (size_t)grid[0] * grid[1] * grid[2] * c->ld, small = large / 4;
    reals x, pooled, e, spread;
    PARITY_REALS(p, x, c->W * large);
    PARITY_REALS(p, e, c->W * small);
    IMAGE_OUT(p, pooled, c->W * small, keep);
    IMAGE_OUT(p, spread, c->W * large, keep);
    p->gpu->pool(p->gpu, c, grid[0], grid[1], grid[2], 0.385, x.g, keep, pooled.g);
    p->gpu->spread(p->gpu, c, grid[0], grid[1], grid[2], 0.385, e.g, keep, spread.g);
    for (int w = 0; w < c->W; w++) {
        p->cpu->pool(p->cpu, &one, grid[0], grid[1], grid[2], 0.385, x.c + w * large, keep, pooled.c + w * small);
        p->cpu->spread(p->cpu, &one, grid[0], grid[1], grid[2], 0.385, e.c + w * small, keep, spread.c + w * large);
    }
    PARITY_LANES(p, pooled, c->B, c->ld, image_bound(p, pooled.n, 5, 6));
    PARITY_LANES(p, spread, c->B, c->ld, image_bound(p, spread.n, 1, 3));
    parity_release(p);
}

static void everywhere_once(parity *p, const sb_crew *c, const int *grid, int keep)
{
    const sb_crew one = image_alone(c);
    const int pixels = grid[1] * grid[2];
    const size_t n = (size_t)grid[0] * c->ld, large = n * pixels;
    reals x, e, totals;
    PARITY_REALS(p, x, c->W * large);
    PARITY_REALS(p, e, c->W * n);
    IMAGE_OUT(p, totals, c->W * n, keep);
    p->gpu->pixel_sums(p->gpu, c, grid[0], pixels, x.g, keep, totals.g);
    for (int w = 0; w < c->W; w++) p->cpu->pixel_sums(p->cpu, &one, grid[0], pixels, x.c + w * large, keep, totals.c + w * n);
    PARITY_LANES(p, totals, c->B, c->ld, image_bound(p, totals.n, pixels + 1, 2 * pixels + 2));
    p->gpu->everywhere(p->gpu, c, grid[0], pixels, e.g, x.g);
    for (int w = 0; w < c->W; w++) p->cpu->everywhere(p->cpu, &one, grid[0], pixels, e.c + w * n, x.c + w * large);
    PARITY_LANES(p, x, c->B, c->ld, NULL);
    parity_release(p);
}

static void resized(parity *p)
{
    for (int s = 0; s < IMAGE_CREWS; s++)
        for (unsigned t = 0; t < sizeof grids / sizeof *grids; t++)
            for (int keep = 0; keep < 2; keep++) {
                const sb_crew c = image_crew(s, 0);
                resized_once(p, &c, grids[t], keep);
                everywhere_once(p, &c, grids[t], keep);
            }
}

static void parts(parity *p)
{
    static const size_t sizes[][4] = {
        {1, 1, 1, 1}, {3, 37, 50, 37}, {2, 500, 500, 777}, {0, 3, 5, 5}, {2, 0, 5, 5}}; /* W, n, strides */
    for (unsigned t = 0; t < sizeof sizes / sizeof *sizes; t++)
        for (int keep = 0; keep < 2; keep++) {
            const size_t *s = sizes[t];
            reals from, to;
            PARITY_REALS(p, from, s[0] * s[2]);
            IMAGE_OUT(p, to, s[0] * s[3], keep);
            p->cpu->copy_part(p->cpu, (int)s[0], s[1], from.c, s[2], keep, to.c, s[3]);
            p->gpu->copy_part(p->gpu, (int)s[0], s[1], from.g, s[2], keep, to.g, s[3]);
            PARITY_SAME(p, to);
            parity_release(p);
        }
}

static const int matrices[][3] = {{1, 1, 1}, {5, 3, 7}, {9, 17, 2}, {16, 16, 4}, {2, 3, 0}, {0, 3, 2}}; /* I, J, K */
enum { MATRICES = sizeof matrices / sizeof *matrices };

static void multiplied(parity *p)
{
    for (int s = 0; s < IMAGE_CREWS; s++)
        for (int t = 0; t < MATRICES; t++)
            for (int how = 0; how < 8; how++) {
                const sb_crew c = image_crew(s, 0), one = image_alone(&c);
                const int I = matrices[t][0], J = matrices[t][1], K = matrices[t][2], keep = how & 1, trans_a = how & 2,
                          trans_b = how & 4;
                const size_t ld = (size_t)c.ld, left = (size_t)I * K * ld, right = (size_t)K * J * ld, n = (size_t)I * J * ld;
                reals a, b, out;
                PARITY_REALS(p, a, c.W * left);
                PARITY_REALS(p, b, c.W * right);
                IMAGE_OUT(p, out, c.W * n, keep);
                p->gpu->lane_products(p->gpu, &c, I, J, K, trans_a, trans_b, 0.385, a.g, b.g, keep, out.g);
                for (int w = 0; w < c.W; w++)
                    p->cpu->lane_products(p->cpu, &one, I, J, K, trans_a, trans_b, 0.385, a.c + w * left, b.c + w * right, keep,
                                          out.c + w * n);
                PARITY_LANES(p, out, c.B, c.ld, image_bound(p, out.n, K + 1, 2 * K + 2));
                parity_release(p);
            }
}

/* The derivatives at any p and Rp. */
static void weighed(parity *p)
{
    for (int s = 0; s < IMAGE_CREWS; s++)
        for (int t = 0; t < MATRICES; t++)
            for (int in_place = 0; in_place < 2; in_place++) {
                const sb_crew c = image_crew(s, 0), one = image_alone(&c);
                const int I = matrices[t][0], J = matrices[t][1];
                const size_t n = (size_t)I * J * c.ld;
                reals x, q, dp, Rq, Rdp, back, Rback;
                PARITY_FILL(p, x, c.W * n, (real)parity_between(p, -30, 30));
                PARITY_BLANK(p, q, c.W * n);
                PARITY_REALS(p, dp, c.W * n);
                PARITY_REALS(p, Rq, c.W * n);
                PARITY_REALS(p, Rdp, c.W * n);
                PARITY_BLANK(p, back, c.W * n);
                PARITY_BLANK(p, Rback, c.W * n);
                p->gpu->softmax(p->gpu, &c, I, J, x.g, q.g);
                for (int w = 0; w < c.W; w++) p->cpu->softmax(p->cpu, &one, I, J, x.c + w * n, q.c + w * n);
                PARITY_LANES(p, q, c.B, c.ld, image_bound(p, q.n, J + 8, 1));
                p->gpu->softmax_rback(p->gpu, &c, I, J, x.g, dp.g, Rq.g, Rdp.g, Rback.g); /* 30 in place of p */
                for (int w = 0; w < c.W; w++)
                    p->cpu->softmax_rback(p->cpu, &one, I, J, x.c + w * n, dp.c + w * n, Rq.c + w * n, Rdp.c + w * n,
                                          Rback.c + w * n);
                PARITY_LANES(p, Rback, c.B, c.ld, image_bound(p, Rback.n, J + 4, 2e3 * (J + 1)));
                if (in_place) back = dp;
                p->gpu->softmax_back(p->gpu, &c, I, J, Rq.g, dp.g, back.g);
                for (int w = 0; w < c.W; w++) p->cpu->softmax_back(p->cpu, &one, I, J, Rq.c + w * n, dp.c + w * n, back.c + w * n);
                PARITY_LANES(p, back, c.B, c.ld, image_bound(p, back.n, J + 4, 8 * (J + 1)));
                parity_release(p);
            }
}

const parity_case SB_REAL_NAME(parity_pixels)[5] = {{"silu", gated},
                                                    {"pool, spread, everywhere, pixel_sums", resized},
                                                    {"copy_part", parts},
                                                    {"lane_products", multiplied},
                                                    {"softmax, softmax_back, softmax_rback", weighed}};
