/* Rows that depend on a sample's time index. */
#include "kernels/tests/parity.h"

#include <math.h>

enum { TIMES = 5 };

static void gathered(parity *p)
{
    static const int shapes[][3] = {{0, 2, 2}, {3, 0, 1}, {5, 1, 1}, {5, 7, 9}, {300, 3, 3}}; /* m, n, ldo */
    for (int s = 0; s < 5; s++)
        for (int all = 0; all < 2; all++) {
            const int m = shapes[s][0], n = shapes[s][1], ldo = shapes[s][2];
            ints k;
            reals table, out;
            PARITY_FILL(p, k, (size_t)m, (int)(parity_bits(p) % TIMES));
            PARITY_REALS(p, table, (size_t)(all ? m : TIMES) * n);
            PARITY_BLANK(p, out, (size_t)m * ldo);
            p->cpu->rows_gather(p->cpu, m, n, table.c, all ? NULL : k.c, out.c, ldo);
            p->gpu->rows_gather(p->gpu, m, n, table.g, all ? NULL : k.g, out.g, ldo);
            PARITY_SAME(p, out);
            parity_release(p);
        }
}

static void combined(parity *p)
{
    static const int shapes[][2] = {{0, 2}, {3, 0}, {1, 1}, {37, 7}, {300, 2}};
    for (int s = 0; s < 5; s++) {
        const int m = shapes[s][0], n = shapes[s][1];
        const size_t size = (size_t)m * n;
        ints k;
        reals c, a, X, Y, out;
        PARITY_FILL(p, k, (size_t)m, (int)(parity_bits(p) % TIMES));
        PARITY_REALS(p, c, TIMES);
        PARITY_REALS(p, a, TIMES);
        PARITY_REALS(p, X, size);
        PARITY_REALS(p, Y, size);
        PARITY_BLANK(p, out, size);
        p->cpu->rows_combine(p->cpu, m, n, k.c, c.c, X.c, NULL, NULL, out.c);
        p->gpu->rows_combine(p->gpu, m, n, k.g, c.g, X.g, NULL, NULL, out.g);
        PARITY_SAME(p, out);
        p->cpu->rows_combine(p->cpu, m, n, k.c, c.c, X.c, a.c, Y.c, X.c); /* in place */
        p->gpu->rows_combine(p->gpu, m, n, k.g, c.g, X.g, a.g, Y.g, X.g);
        PARITY_SAME(p, X);
        parity_release(p);
    }
}

static const int crews[][2] = {{1, 1}, {2, 37}, {7, 6}, {1, 0}, {0, 3}}; /* W, B */
enum { CREWS = sizeof crews / sizeof *crews };

static void affine(parity *p)
{
    for (int s = 0; s < CREWS; s++)
        for (int d = 1; d < 6; d += 2)
            for (int how = 0; how < 4; how++) {
                const int diagonal = how & 1, W = crews[s][0], B = crews[s][1];
                const size_t D = (size_t)TIMES * (diagonal ? 2 * d : d * d + d), samples = (size_t)W * B;
                const sb_crew c = {W, B, sb_lanes(B), how & 2 ? 0 : D + 3}, one = {1, B, c.ld, c.stride};
                ints k;
                reals theta, y, out;
                PARITY_FILL(p, k, samples, (int)(parity_bits(p) % TIMES));
                PARITY_REALS(p, theta, c.stride ? (size_t)W * c.stride : D);
                PARITY_REALS(p, y, samples * d);
                PARITY_BLANK(p, out, samples * d);
                p->gpu->rows_affine(p->gpu, &c, d, diagonal, theta.g, k.g, y.g, out.g);
                for (size_t w = 0; w < (size_t)W; w++)
                    p->cpu->rows_affine(p->cpu, &one, d, diagonal, theta.c + w * c.stride, k.c + w * B, y.c + w * B * d,
                                        out.c + w * B * d);
                double *bound = parity_host(p, out.n * sizeof *bound);
                for (size_t i = 0; i < out.n; i++) bound[i] = parity_sums(d + 1, 2 + 4 * d); /* entries are below 2 */
                PARITY_NEAR(p, out, bound);
                parity_release(p);
            }
}

/* keep 0 must clear the blocks of times that no sample has. */
static void affine_gradient(parity *p)
{
    for (int s = 0; s < CREWS; s++)
        for (int d = 1; d < 6; d += 2)
            for (int how = 0; how < 4; how++) {
                const int diagonal = how & 1, keep = how >> 1, W = crews[s][0], B = crews[s][1];
                const size_t D = (size_t)TIMES * (diagonal ? 2 * d : d * d + d), samples = (size_t)W * B;
                const sb_crew c = {W, B, sb_lanes(B), D}, one = {1, B, c.ld, D};
                ints k;
                reals y, ds, grad;
                PARITY_FILL(p, k, samples, (int)(parity_bits(p) % (TIMES - 1)));
                PARITY_REALS(p, y, samples * d);
                PARITY_REALS(p, ds, samples * d);
                if (keep) PARITY_REALS(p, grad, (size_t)W * D);
                else PARITY_BLANK(p, grad, (size_t)W * D);
                p->gpu->rows_affine_gradient(p->gpu, &c, d, diagonal, D, k.g, y.g, ds.g, keep, grad.g);
                for (size_t w = 0; w < (size_t)W; w++)
                    p->cpu->rows_affine_gradient(p->cpu, &one, d, diagonal, D, k.c + w * B, y.c + w * B * d, ds.c + w * B * d, keep,
                                                 grad.c + w * D);
                double *bound = parity_host(p, grad.n * sizeof *bound);
                for (size_t i = 0; i < grad.n; i++) bound[i] = parity_sums(B + 1, 2 + 4 * B);
                PARITY_NEAR(p, grad, bound);
                parity_release(p);
            }
}

const parity_case SB_REAL_NAME(parity_rows)[4] = {
    {"rows_gather", gathered}, {"rows_combine", combined}, {"rows_affine", affine}, {"rows_affine_gradient", affine_gradient}};
