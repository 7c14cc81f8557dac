/* Grids of pixels on the CPU, by the formulas and as adjoints of each other; SiLU by itself. Compiled in both precisions. */
#include "harness.h"

#include "kernels/backend.h"
#include "real_arrays.h"

#ifdef SB_FLOAT
#define SUITE "pixels_float"
#else
#define SUITE "pixels"
#endif

static const real FACTOR = (real)0.2385;

static sb_stream stream_of(uint32_t round)
{
    return sb_stream_at(81, SB_DRAW_TEST, 0, 0, round, 0);
}

/* n normals, twice the same where they are kept; else the second is poisoned. */
static void prior_and_out(sb_stream *stream, size_t n, int keep, real **prior, real **out)
{
    *prior = real_normals(stream, n);
    *out = real_normals(stream, n);
    memcpy(*out, *prior, n * sizeof(real));
    if (!keep) real_poison(*out, n);
}

static const int grids[][4] = {
    {1, 2, 2, 1}, {3, 6, 4, 17}, {5, 2, 10, 16}, {0, 4, 4, 3}, {2, 4, 2, 0}}; /* planes, height, width, B */
enum { GRIDS = sizeof grids / sizeof *grids };

static void test_pool_and_spread(void)
{
    const sb_backend *op = sb_backend_cpu();
    sb_stream stream = stream_of(1);
    for (int s = 0; s < GRIDS; s++)
        for (int keep = 0; keep < 2; keep++) {
            const int planes = grids[s][0], H = grids[s][1], V = grids[s][2], ld = sb_lanes(grids[s][3]);
            const sb_crew c = {1, grids[s][3], ld, 0};
            const size_t large = (size_t)(planes * H * V * ld), small = large / 4;
            real *x = real_normals(&stream, large), *e = real_normals(&stream, small), *prior, *pooled, *before, *spread;
            long double of_pool = 0, of_spread = 0, size = 1e-30L;
            int wrong = 0;
            prior_and_out(&stream, small, keep, &prior, &pooled);
            prior_and_out(&stream, large, keep, &before, &spread);
            op->pool(op, &c, planes, H, V, FACTOR, x, keep, pooled);
            op->spread(op, &c, planes, H, V, FACTOR, e, keep, spread);
            for (size_t at = 0; at < large; at++) {
                const size_t b = at % (size_t)ld, u = at / (size_t)ld % (size_t)V, v = at / (size_t)(V * ld) % (size_t)H,
                             p = at / (size_t)(H * V * ld);
                const size_t coarse = ((p * (size_t)(H / 2) + v / 2) * (size_t)(V / 2) + u / 2) * (size_t)ld + b,
                             right = (size_t)ld, below = (size_t)(V * ld);
                const long double want = (long double)FACTOR * e[coarse] + (keep ? before[at] : 0);
                wrong += real_far(spread[at], want, 9, 0);
                of_spread += (long double)x[at] * (spread[at] - (keep ? before[at] : 0));
                size += fabsl((long double)x[at] * spread[at]) + (long double)keep;
                if (u % 2 || v % 2) continue;
                const long double sum = (long double)x[at] + x[at + right] + x[at + below] + x[at + below + right];
                wrong += real_far(pooled[coarse], FACTOR * sum + (keep ? prior[coarse] : 0), 9, 4);
                of_pool += (long double)e[coarse] * (pooled[coarse] - (keep ? prior[coarse] : 0));
            }
            CU_ASSERT_EQUAL(wrong, 0);
            CHECK(!real_far((real)0, of_pool - of_spread, 9 * size, 9));
            free(x), free(e), free(prior), free(pooled), free(before), free(spread);
        }
}

static void test_everywhere_and_sums(void)
{
    const sb_backend *op = sb_backend_cpu();
    sb_stream stream = stream_of(2);
    for (int s = 0; s < GRIDS; s++)
        for (int keep = 0; keep < 2; keep++) {
            const int channels = grids[s][0], P = grids[s][1] * grids[s][2] - 1, ld = sb_lanes(grids[s][3]);
            const sb_crew c = {1, grids[s][3], ld, 0};
            const size_t n = (size_t)(channels * ld), large = n * (size_t)P;
            real *x = real_normals(&stream, large), *e = real_normals(&stream, n), *prior, *sums, *before, *out;
            int wrong = 0;
            prior_and_out(&stream, n, keep, &prior, &sums);
            prior_and_out(&stream, large, 1, &before, &out);
            op->pixel_sums(op, &c, channels, P, x, keep, sums);
            op->everywhere(op, &c, channels, P, e, out);
            for (size_t i = 0; i < (size_t)channels; i++)
                for (size_t b = 0; b < (size_t)ld; b++) {
                    long double sum = keep ? prior[i * (size_t)ld + b] : 0;
                    for (size_t p = 0; p < (size_t)P; p++) {
                        const size_t at = (i * (size_t)P + p) * (size_t)ld + b;
                        sum += x[at];
                        wrong += out[at] != before[at] + e[i * (size_t)ld + b];
                    }
                    wrong += real_far(sums[i * (size_t)ld + b], sum, 3 * P + 3, P);
                }
            CU_ASSERT_EQUAL(wrong, 0);
            free(x), free(e), free(prior), free(sums), free(before), free(out);
        }
}

/* What is not named stays. */
static void test_copy_part(void)
{
    const size_t sizes[][4] = {{1, 1, 1, 1}, {3, 37, 50, 41}, {2, 500, 500, 777},
                               {0, 3, 5, 5}, {2, 0, 5, 5},    {4, 3, 0, 3}}; /* W, n, strides */
    const sb_backend *op = sb_backend_cpu();
    sb_stream stream = stream_of(3);
    for (unsigned s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int keep = 0; keep < 2; keep++) {
            const size_t W = sizes[s][0], n = sizes[s][1], apart = sizes[s][2], to_apart = sizes[s][3];
            real *from = real_normals(&stream, W * apart + n), *prior = real_normals(&stream, W * to_apart),
                 *to = real_normals(&stream, W * to_apart);
            int wrong = 0;
            memcpy(to, prior, W * to_apart * sizeof *to);
            for (size_t w = 0; w < W && !keep; w++) real_poison(to + w * to_apart, n);
            op->copy_part(op, (int)W, n, from, apart, keep, to, to_apart);
            for (size_t i = 0; i < W * to_apart; i++) {
                const size_t w = i / to_apart, k = i % to_apart;
                const real old = prior[i], put = k < n ? from[w * apart + k] + (keep ? old : 0) : old;
                wrong += to[i] != put;
            }
            CU_ASSERT_EQUAL(wrong, 0);
            free(from), free(prior), free(to);
        }
}

static void test_silu(void)
{
    const sb_backend *op = sb_backend_cpu();
    const long double rho = (real)1.385, shift = (real)0.2066;
    sb_stream stream = stream_of(4);
    for (size_t n = 0; n < 200; n += 1 + n / 3) {
        real *z = real_normals(&stream, n), *out = real_normals(&stream, n), *slope = real_normals(&stream, n),
             *other = real_normals(&stream, n);
        int wrong = 0;
        for (size_t i = 0; i < n; i++) z[i] *= 7;
        real_poison(out, n), real_poison(slope, n), real_poison(other, n);
        op->silu(op, n, 1.385, 0.2066, z, out, slope);
        op->silu(op, n, 1.385, 0.2066, z, other, NULL);
        wrong += real_differ(out, other, n);
        for (size_t i = 0; i < n; i++) {
            const long double x = z[i], s = 1 / (1 + expl(-x));
            wrong += real_far(out[i], rho * (x * s - shift), fabsl(rho * x * s) + 1, 0);
            wrong += real_far(slope[i], rho * (s + x * s * (1 - s)), 2, 0);
        }
        memcpy(other, z, n * sizeof *z);
        op->silu(op, n, 1.385, 0.2066, other, other, z); /* out in place, slope elsewhere */
        wrong += real_differ(out, other, n) || real_differ(slope, z, n);
        CU_ASSERT_EQUAL(wrong, 0);
        free(z), free(out), free(slope), free(other);
    }
}

/* slope in place of z, out elsewhere */
static void test_silu_slope_in_place(void)
{
    enum { N = 100 };
    const sb_backend *op = sb_backend_cpu();
    sb_stream stream = stream_of(5);
    real *z = real_normals(&stream, N), *out = real_normals(&stream, N), *slope = real_normals(&stream, N),
         *other = real_normals(&stream, N);
    op->silu(op, N, 1.385, 0.2066, z, out, slope);
    op->silu(op, N, 1.385, 0.2066, z, other, z);
    CHECK(!real_differ(out, other, N) && !real_differ(slope, z, N));
    free(z), free(out), free(slope), free(other);
}

int main(void)
{
    static const sb_test tests[] = {
        {"pool and spread", test_pool_and_spread},
        {"everywhere and pixel_sums", test_everywhere_and_sums},
        {"copy_part", test_copy_part},
        {"silu", test_silu},
        {"silu, its slope in place", test_silu_slope_in_place},
    };
    return sb_test_main(SUITE, tests, sizeof tests / sizeof *tests);
}
