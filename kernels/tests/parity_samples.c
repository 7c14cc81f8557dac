/* Samples: their words, times and normals to the bit. */
#include "kernels/tests/parity.h"

#include <math.h>

enum { LAWS = 3 };

/* The arrays of a source; which of the two sides is asked for. */
typedef struct {
    reals mean, deviation, Q, shrink, sigma;
    doubles cumulative, time, gamma;
    ints last;
} arrays;

static sb_source source_of(const arrays *a, int d, int J, int K, int rank, int here)
{
    const sb_source s = {d,
                         J,
                         K,
                         here ? a->mean.g : a->mean.c,
                         here ? a->deviation.g : a->deviation.c,
                         rank,
                         !rank  ? NULL
                         : here ? a->Q.g
                                : a->Q.c,
                         here ? a->cumulative.g : a->cumulative.c,
                         here ? a->last.g : a->last.c,
                         here ? a->time.g : a->time.c,
                         here ? a->gamma.g : a->gamma.c,
                         here ? a->shrink.g : a->shrink.c,
                         here ? a->sigma.g : a->sigma.c};
    return s;
}

static arrays source_arrays(parity *p, int d, int J, int K)
{
    arrays a;
    PARITY_REALS(p, a.mean, (size_t)J * d);
    PARITY_FILL(p, a.deviation, (size_t)J * d, (real)parity_between(p, 0.1, 1.7));
    PARITY_REALS(p, a.Q, (size_t)J * d * d);
    PARITY_FILL(p, a.cumulative, (size_t)LAWS * J, ((double)(i % J) + 1) / J); /* every law: equal weights */
    PARITY_FILL(p, a.last, LAWS, J - 1);
    PARITY_FILL(p, a.time, (size_t)K, pow(((double)i + 1) / K, 0.7));
    PARITY_FILL(p, a.gamma, (size_t)K, parity_between(p, 0.01, 0.3));
    PARITY_FILL(p, a.shrink, (size_t)K, (real)parity_between(p, 0.1, 1));
    PARITY_FILL(p, a.sigma, (size_t)K, (real)parity_between(p, 0.1, 1));
    return a;
}

static void draw_once(parity *p, int d, int J, int K, int W, int B, int rank, sb_times times)
{
    const arrays a = source_arrays(p, d, J, K);
    const sb_source cpu = source_of(&a, d, J, K, rank, 0), gpu = source_of(&a, d, J, K, rank, 1);
    const sb_crew c = {W, B, sb_lanes(B), 0}, one = {1, B, c.ld, 0};
    const sb_draw how = {times, 3, B + 11, K - 1};
    const uint64_t skip = parity_bits(p) >> 8;
    ints law, k;
    places place;
    reals y, target, weight;
    PARITY_FILL(p, law, (size_t)W, (int)(parity_bits(p) % LAWS));
    PARITY_FILL(p, place, (size_t)W, ((sb_place){parity_bits(p), parity_bits(p), i % 2 ? 0xFFFFFFF0u : parity_bits(p)}));
    PARITY_BLANK(p, y, (size_t)W * B * d);
    PARITY_BLANK(p, target, (size_t)W * B * d);
    PARITY_BLANK(p, weight, (size_t)W * B);
    PARITY_BLANK(p, k, (size_t)W * B);
    p->gpu->draw(p->gpu, &c, &gpu, law.g, place.g, skip, &how, y.g, target.g, weight.g, k.g);
    for (size_t w = 0; w < (size_t)W; w++)
        p->cpu->draw(p->cpu, &one, &cpu, law.c + w, place.c + w, skip, &how, y.c + w * B * d, target.c + w * B * d,
                     weight.c + w * B, k.c + w * B);
    PARITY_SAME(p, k);
    PARITY_SAME(p, weight);
    PARITY_SAME(p, target);
    /* The sum over all eigenvectors may be in another order; normals are below 8.7. */
    double *bound = parity_host(p, y.n * sizeof *bound);
    for (size_t i = 0; i < y.n; i++) bound[i] = rank == d ? parity_sums(d, 2 + 2 * 1.7 * 8.7 * d + 8.7) : 0;
    PARITY_NEAR(p, y, bound);
    parity_release(p);
}

static void draws(parity *p)
{
    for (int d = 1; d < 6; d += d < 2 ? 1 : 3)
        for (int J = 1; J < 8; J += 6)
            for (int rank = 0; rank <= d; rank += rank + 2 < d ? 2 : 1)
                for (int times = SB_TIMES_RANDOM; times <= SB_TIMES_FIXED; times++) {
                    draw_once(p, d, J, 9, 1, 1, rank, (sb_times)times);
                    draw_once(p, d, J, 9, 2, 37, rank, (sb_times)times);
                    draw_once(p, d, J, 40, 7, 5, rank, (sb_times)times); /* more times than samples */
                    draw_once(p, d, J, 1, 2, 0, rank, (sb_times)times);
                    draw_once(p, d, J, 1, 0, 3, rank, (sb_times)times);
                }
    draw_once(p, 1031, 3, 5, 2, 3, 7, SB_TIMES_RANDOM); /* more than the CPU draws at once */
}

static void residuals(parity *p)
{
    static const int shapes[][2] = {{0, 2}, {3, 0}, {1, 1}, {37, 5}, {300, 2}};
    for (int s = 0; s < 5; s++)
        for (int how = 0; how < 4; how++) {
            const int m = shapes[s][0], d = shapes[s][1], bare = how & 1, skipped = how & 2;
            reals state, target, weight, ds, squared;
            PARITY_REALS(p, state, (size_t)m * d);
            PARITY_REALS(p, target, (size_t)m * d);
            PARITY_REALS(p, weight, (size_t)m);
            PARITY_BLANK(p, ds, (size_t)m * d);
            PARITY_BLANK(p, squared, (size_t)m);
            p->cpu->residual(p->cpu, m, d, state.c, bare ? NULL : target.c, weight.c, ds.c, skipped ? NULL : squared.c);
            p->gpu->residual(p->gpu, m, d, state.g, bare ? NULL : target.g, weight.g, ds.g, skipped ? NULL : squared.g);
            PARITY_SAME(p, ds);
            if (skipped) PARITY_SAME(p, squared);
            double *bound = parity_host(p, squared.n * sizeof *bound);
            for (size_t i = 0; i < squared.n; i++) bound[i] = parity_sums(d, (double)squared.c[i]);
            if (!skipped) PARITY_NEAR(p, squared, bound);
            parity_release(p);
        }
}

static void weighted(parity *p)
{
    static const int shapes[][2] = {{0, 3}, {2, 0}, {1, 1}, {7, 37}, {2, 300}, {3, 5000}};
    for (int s = 0; s < 6; s++) {
        const int W = shapes[s][0], B = shapes[s][1];
        reals weight, squared;
        doubles sum;
        PARITY_REALS(p, weight, (size_t)W * B);
        PARITY_REALS(p, squared, (size_t)W * B);
        PARITY_FILL(p, sum, (size_t)W, parity_between(p, -2, 2));
        double *bound = parity_host(p, sum.n * sizeof *bound);
        for (size_t w = 0; w < sum.n; w++) {
            bound[w] = fabs(sum.c[w]);
            for (size_t b = 0; b < (size_t)B; b++) bound[w] += fabs((double)weight.c[w * B + b] * (double)squared.c[w * B + b]);
            bound[w] = parity_sums_double(B + 1, bound[w]);
        }
        p->cpu->weighted_sums(p->cpu, W, B, weight.c, squared.c, sum.c);
        p->gpu->weighted_sums(p->gpu, W, B, weight.g, squared.g, sum.g);
        PARITY_NEAR_DOUBLES(p, sum, bound);
        parity_release(p);
    }
}

static void advances(parity *p)
{
    static const int shapes[][2] = {{0, 2}, {1, 1}, {37, 5}, {300, 2}, {3, 1030}};
    for (int s = 0; s < 5; s++)
        for (int bare = 0; bare < 2; bare++) {
            const int m = shapes[s][0], d = shapes[s][1];
            const sb_place place = {parity_bits(p), parity_bits(p), s % 2 ? 0xFFFFFFF0u : parity_bits(p)};
            const uint64_t first = parity_bits(p) >> 40;
            reals score, y;
            PARITY_REALS(p, score, (size_t)m * d);
            PARITY_REALS(p, y, (size_t)m * d);
            p->cpu->advance(p->cpu, m, d, 1.0715, 0.1385, 0.615, &place, first, bare ? NULL : score.c, y.c);
            p->gpu->advance(p->gpu, m, d, 1.0715, 0.1385, 0.615, &place, first, bare ? NULL : score.g, y.g);
            PARITY_SAME(p, y);
            parity_release(p);
        }
}

const parity_case SB_REAL_NAME(parity_samples)[4] = {
    {"draw", draws}, {"advance", advances}, {"residual", residuals}, {"weighted_sums", weighted}};
