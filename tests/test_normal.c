/* Normals from words, in the precision of `real`: against long double, at extreme words, their symmetries, moments and tails. */
#include "harness.h"

#include "kernels/point/normal.h"
#include "kernels/point/words.h"
#include "kernels/real.h"

#include <float.h>

enum { SINGLE = sizeof(real) == sizeof(float) };

static void normals(const uint32_t word[4], real z[2])
{
    SB_REAL_NAME(sb_point_normals)(word, z);
}

/* The numerator of u = (2m+1)/2^(n+1), of which double takes n = 52 bits and single precision n = 32. */
static long double odd_part(uint32_t lo, uint32_t hi)
{
    const uint64_t both = (uint64_t)hi << 32 | lo;
    return SINGLE ? 2.0L * hi + 1.0L : 2.0L * (long double)(both >> 12) + 1.0L;
}

/* The same by libm; log1p where u is near 1, and cos and sin of an angle that is reduced before pi comes in. */
static void by_libm(const uint32_t word[4], long double z[2])
{
    const long double scale = SINGLE ? 0x1p-33L : 0x1p-53L, u = odd_part(word[0], word[1]) * scale;
    const long double v = odd_part(word[2], word[3]) * scale, rest = v - floorl(4 * v + 0.5L) / 4;
    const long double radius = sqrtl(-2 * (u < 0.5L ? logl(u) : log1pl(-(1 - u)))), angle = 2 * acosl(-1.0L) * rest;
    const long double c = cosl(angle), s = sinl(angle);
    const int quarter = (int)floorl(4 * v + 0.5L) % 4;
    z[0] = radius * (quarter == 0 ? c : quarter == 1 ? -s : quarter == 2 ? -c : s);
    z[1] = radius * (quarter == 0 ? s : quarter == 1 ? c : quarter == 2 ? -s : -c);
}

/* The larger relative error of the two. */
static double error_at(const uint32_t word[4])
{
    real z[2];
    long double want[2];
    normals(word, z);
    by_libm(word, want);
    return (double)fmaxl(fabsl((z[0] - want[0]) / want[0]), fabsl((z[1] - want[1]) / want[1]));
}

static const double tolerance = SINGLE ? 3.5e-7 : 7e-16; /* of each normal's own size */

static int long_double_is_wider(void)
{
    volatile long double one = 1.0L;
    const int wider = one + 0x1p-60L != one;
    if (!wider) sb_test_skip("long double is not wider than double here"); /* under valgrind */
    return wider;
}

static void test_accuracy(void)
{
    double worst = 0.0;
    if (!long_double_is_wider()) return;
    for (uint64_t i = 0; i < 300000; i++) {
        uint32_t word[4];
        sb_point_philox(2385, 1, i, word);
        worst = fmax(worst, error_at(word));
    }
    CHECK(worst < tolerance);
    CHECK(worst > tolerance / 10);
}

/* Words whose upper bits are all 0 or all 1, down to the last, in both places: radius near its ends, angle near the octants' borders
 * and the zeros of the waves. Nothing is lost there, and nothing is 0. */
static void test_extremes(void)
{
    double worst = 0.0;
    int zeros = 0;
    if (!long_double_is_wider()) return;
    for (int first = 0; first <= 64; first++)
        for (int second = 0; second <= 61; second++)
            for (unsigned turn = 0; turn < 32; turn++) {
                const uint64_t ones = ~UINT64_C(0), below = first ? ones >> (64 - first) : 0;
                const uint64_t radius = turn & 1 ? below : ~below;
                const uint64_t angle =
                    ((uint64_t)(turn >> 2) << 61) + (turn & 2 ? (ones >> 3) >> second : -((ones >> 3) >> second));
                const uint32_t word[4] = {(uint32_t)radius, (uint32_t)(radius >> 32), (uint32_t)angle, (uint32_t)(angle >> 32)};
                real z[2];
                normals(word, z);
                zeros += z[0] == 0 || z[1] == 0;
                worst = fmax(worst, error_at(word));
            }
    CHECK(worst < tolerance);
    CHECK(zeros == 0);

    const uint32_t none[4] = {0, 0, 0, 0}, all[4] = {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
    real z[2];
    normals(none, z);
    CHECK_CLOSE((double)z[0], SINGLE ? 6.763711 : 8.571674348652905, SINGLE ? 1e-6 : 1e-14); /* sqrt(66 log 2), sqrt(106 log 2) */
    normals(all, z);
    CHECK_CLOSE((double)z[0], SINGLE ? 0x1p-16 : 0x1p-26, SINGLE ? 3e-7 : 1e-15); /* sqrt(2*2^-33), sqrt(2*2^-53) */
}

/* Every radius in single precision among a few million words: falling in the word, and over the seam at 1/2. In double the like. */
static void test_radius_falls(void)
{
    int rises = 0;
    for (uint64_t i = 0; i + 1 < 1 << 20; i++) {
        const uint32_t word = (uint32_t)(i << 12), after = word + (1 << 12);
#ifdef SB_FLOAT
        rises += !(sb_point_radius_float(word) >= sb_point_radius_float(after));
#else
        rises += !(sb_point_radius(sb_point_uniform(7, word)) > sb_point_radius(sb_point_uniform(7, after)));
#endif
    }
    CHECK(rises == 0);
}

/* v to 1 - v and to 1/2 - v, exactly: conjugates have the same bits. */
static void test_symmetries(void)
{
    int differ = 0;
    for (uint64_t i = 0; i < 100000; i++) {
        uint32_t word[4];
        real z[2], conjugate[2], opposite[2];
        sb_point_philox(99, 5, i, word);
        normals(word, z);
        const uint64_t v = (uint64_t)word[3] << 32 | word[2], back = ~v, half = back + (UINT64_C(1) << 63);
        const uint32_t to_back[4] = {word[0], word[1], (uint32_t)back, (uint32_t)(back >> 32)};
        const uint32_t to_half[4] = {word[0], word[1], (uint32_t)half, (uint32_t)(half >> 32)};
        normals(to_back, conjugate);
        normals(to_half, opposite);
        differ += conjugate[0] != z[0] || conjugate[1] != -z[1] || opposite[0] != -z[0] || opposite[1] != z[1];
    }
    CHECK(differ == 0);
}

/* The uniform is (m + 1/2) 2^-52 as it is written. */
static void test_uniform(void)
{
    int differ = 0;
    for (uint64_t i = 0; i < 100000; i++) {
        uint32_t word[4];
        sb_point_philox(3, 8, i, word);
        const uint64_t m = ((uint64_t)word[1] << 32 | word[0]) >> 12;
        differ += sb_point_uniform(word[0], word[1]) != ((double)m + 0.5) * 0x1p-52;
    }
    CHECK(differ == 0);
    CHECK(sb_point_uniform(0, 0) == 0x1p-53 && sb_point_uniform(UINT32_MAX, UINT32_MAX) == 1.0 - 0x1p-53);
}

/* On a regular grid of words sums are integrals by the midpoint rule: E r^2 = 2, E r^4 = 8, E r^6 = 48, and over angles the means of
 * cos^2 and sin^2 are 1/2 and that of cos sin is 0. */
static void test_moments_on_a_grid(void)
{
    enum { N = 1 << 18 };
    double m[4] = {0}, cc = 0.0, cs = 0.0;
    for (uint32_t i = 0; i < N; i++) {
        const uint32_t middle = i * (uint32_t)((UINT64_C(1) << 32) / N) + (uint32_t)((UINT64_C(1) << 31) / N);
        const uint32_t word[4] = {0, middle, 0, 0}, turned[4] = {0, 0x5eed5eed, 0, middle};
        real z[2];
        normals(word, z);
        const double r2 = (double)z[0] * z[0] + (double)z[1] * z[1];
        m[1] += r2 / N, m[2] += r2 * r2 / N, m[3] += r2 * r2 * r2 / N;
        normals(turned, z);
        cc += (double)z[0] * z[0] - (double)z[1] * z[1];
        cs += (double)z[0] * z[1];
    }
    CHECK_NEAR(m[1], 2.0, 1e-5); /* the ends of the grid have log N steps: errors like log(N)^k/N */
    CHECK_NEAR(m[2], 8.0, 2e-4);
    CHECK_NEAR(m[3], 48.0, 1e-3);
    CHECK(fabs(cc / N) < 1e-6 && fabs(cs / N) < 1e-6);
}

/* Shares beyond t of a million draws against erfc, out to 4.5; and the mean of a product of neighbours. */
static void test_tails(void)
{
    enum { BLOCKS = 1 << 19 };
    const double t[] = {0.0385, 0.6745, 1.0, 2.385, 3.5, 4.5};
    double beyond[6] = {0}, product = 0.0;
    for (uint64_t i = 0; i < BLOCKS; i++) {
        uint32_t word[4];
        real z[2];
        sb_point_philox(4, 44, i, word);
        normals(word, z);
        for (int k = 0; k < 6; k++) beyond[k] += (fabs((double)z[0]) > t[k]) + (fabs((double)z[1]) > t[k]);
        product += (double)z[0] * z[1];
    }
    for (int k = 0; k < 6; k++) {
        const double share = erfc(t[k] / sqrt(2.0)), n = 2.0 * BLOCKS;
        CHECK(fabs(beyond[k] - n * share) < 5.0 * sqrt(n * share * (1.0 - share)) + 1.0);
    }
    CHECK(fabs(product / BLOCKS) < 5.0 / sqrt(BLOCKS));
}

int main(void)
{
    static const sb_test tests[] = {
        {"each normal's relative error", test_accuracy}, {"words at the ends, all octants", test_extremes},
        {"the radius falls", test_radius_falls},         {"symmetries are exact", test_symmetries},
        {"the uniform is as written", test_uniform},     {"moments on a grid of words", test_moments_on_a_grid},
        {"tails and independence", test_tails},
    };
    return sb_test_main(SINGLE ? "normal in single precision" : "normal", tests, sizeof tests / sizeof *tests);
}
