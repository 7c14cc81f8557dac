/* Accuracy of the formulas of one element, in the precision of `real`, against long double. */
#include "harness.h"

#include "base/random.h"
#include "kernels/point/cosine.h"
#include "kernels/point/silu.h"
#include "kernels/real.h"

enum { SINGLE = sizeof(real) == sizeof(float) };

#define EXP SB_REAL_NAME(sb_point_exp)
#define COSINE SB_REAL_NAME(sb_point_cosine)
#define SILU SB_REAL_NAME(sb_point_silu)
#define CURVATURE SB_REAL_NAME(sb_point_silu_curvature)

static const double lowest = SINGLE ? -87.0 : -708.0, highest = SINGLE ? 88.0 : 709.0; /* where exp is neither 0 nor infinite */

static sb_stream stream_of(uint32_t round)
{
    return sb_stream_at(77, SB_DRAW_TEST, 0, 0, round, 0);
}

/* False under valgrind, which computes long double in 64 bits: then there is nothing to measure against. */
static int long_double_is_wider(void)
{
    volatile long double one = 1.0L;
    const int wider = one + 0x1p-60L != one;
    if (!wider) sb_test_skip("long double is not wider than double here");
    return wider;
}

static real next(real x)
{
    return SINGLE ? (real)nextafterf((float)x, INFINITY) : (real)nextafter((double)x, INFINITY);
}

static double ulp_error(real got, long double want)
{
    const real near = (real)fabsl(want);
    return (double)(fabsl(got - want) / (next(near) - near));
}

static void test_exp(void)
{
    double worst = 0.0;
    sb_stream stream = stream_of(1);
    if (!long_double_is_wider()) return;
    for (int i = 0; i < 400000; i++) {
        double v[2];
        sb_stream_uniforms(&stream, 2, v);
        const real wide = (real)(lowest + (highest - lowest) * v[0]), narrow = (real)(2.385 * (2.0 * v[1] - 1.0));
        worst = fmax(worst, fmax(ulp_error(EXP(wide), expl(wide)), ulp_error(EXP(narrow), expl(narrow))));
    }
    CHECK(worst < 1.0);
    CHECK(worst > 0.4); /* no function rounds better than this: the measure itself works */
}

/* Neighbours in rows of a thousand, among them all places where the power of two changes, x = (n + 1/2) log 2: never down by more than
 * the last bit, and over eight neighbours not at all. */
static void test_exp_rises(void)
{
    int down = 0, fall = 0;
    for (int n = SINGLE ? -125 : -1021; n < (SINGLE ? 126 : 1022); n++) {
        real x = (real)((n + 0.5) * log(2.0)), before[8];
        for (int i = 0; i < 500; i++) x = SINGLE ? (real)nextafterf((float)x, -INFINITY) : (real)nextafter((double)x, -INFINITY);
        for (int i = 0; i < 1000; i++, x = next(x)) {
            const real e = EXP(x);
            if (i > 0) down += e < before[(i - 1) % 8] && next(e) < before[(i - 1) % 8];
            if (i >= 8) fall += e < before[i % 8];
            before[i % 8] = e;
        }
    }
    CHECK(down == 0 && fall == 0);
}

static void test_exp_ends(void)
{
    CHECK(EXP(0) == 1);
    CHECK(EXP((real)(lowest - 0.5)) == 0 && EXP(-INFINITY) == 0 && EXP((real)-1e30) == 0);
    CHECK(EXP((real)(highest + 0.5)) == INFINITY && EXP(INFINITY) == INFINITY && EXP((real)1e30) == INFINITY);
    CHECK(EXP((real)lowest) > 0 && isfinite(EXP((real)highest)));
    CHECK(isnan(EXP(NAN)));
}

static void test_cosine(void)
{
    double worst = 0.0, odd = 0.0;
    sb_stream stream = stream_of(2);
    for (int i = 0; i < 300000; i++) {
        const double u = 2.0 * sb_stream_uniform(&stream) - 1.0;
        const real x = (real)(u * (i % 2 ? 1e6 : 4.0));
        worst = fmax(worst, (double)fabsl(COSINE(x) - cosl(x)));
        odd += COSINE(x) != COSINE(-x);
    }
    CHECK(worst < (SINGLE ? 1.5e-7 : 4e-16));
    CHECK(odd == 0);
    CHECK(COSINE(0) == 1);
    CHECK(isnan(COSINE(NAN)) && isnan(COSINE(INFINITY)) && isnan(COSINE(-INFINITY)));
}

/* silu by another formula: z (1 + tanh(z/2))/2, and its derivatives by t = tanh(z/2). */
static long double silu_0(long double z)
{
    return z / (1.0L + expl(-z));
}

static long double silu_1(long double z)
{
    const long double t = tanhl(z / 2);
    return (1 + t) / 2 + z * (1 - t * t) / 4;
}

static long double silu_2(long double z)
{
    const long double t = tanhl(z / 2);
    return (1 - t * t) / 2 - z * t * (1 - t * t) / 4;
}

static void test_silu(void)
{
    double worst[3] = {0};
    sb_stream stream = stream_of(3);
    if (!long_double_is_wider()) return;
    for (int i = 0; i < 200000; i++) {
        const real z = (real)(20.0 * (2.0 * sb_stream_uniform(&stream) - 1.0));
        real slope, value = SILU(z, 0, &slope);
        worst[0] = fmax(worst[0], (double)(fabsl(value - silu_0(z)) / fabsl(silu_0(z))));
        worst[1] = fmax(worst[1], (double)fabsl(slope - silu_1(z)));
        worst[2] = fmax(worst[2], (double)fabsl(CURVATURE(z) - silu_2(z)));
    }
    CHECK(worst[0] < (SINGLE ? 3e-7 : 6e-16)); /* relative */
    CHECK(worst[1] < (SINGLE ? 2.5e-7 : 4e-16) && worst[2] < (SINGLE ? 2.5e-7 : 4e-16));
}

/* Far out on the left, where silu' = s (1 + z (1 - s)) with 1 - s = 1/(1 + e^z): tanh would cancel. */
static void test_silu_tails(void)
{
    double worst = 0.0, mirrored = 0.0;
    if (!long_double_is_wider()) return;
    for (real z = (real)(lowest + 0.01); z < 0; z += (real)0.0239) {
        real left, right;
        const long double s = expl(z) / (1.0L + expl(z)), want = s * (1.0L + z / (1.0L + expl(z)));
        SILU(z, 0, &left);
        SILU(-z, 0, &right);
        worst = fmax(worst, (double)(fabsl(left - want) / (s * (1.0L - z))));
        mirrored = fmax(mirrored, fabs((double)left + (double)right - 1.0)); /* silu'(z) + silu'(-z) = 1 */
    }
    CHECK(worst < (SINGLE ? 4e-7 : 5e-16));
    CHECK(mirrored < (SINGLE ? 4e-7 : 6e-16));
}

static void test_silu_ends(void)
{
    real slope;
    CHECK(SILU(0, 0, &slope) == 0 && slope == (real)0.5 && CURVATURE(0) == (real)0.5);
    CHECK_CLOSE((double)SILU((real)2.385, (real)0.71, &slope), (double)(silu_0((real)2.385) - (real)0.71), SINGLE ? 2e-7 : 1e-15);
    CHECK(SILU((real)1e4, 0, &slope) == (real)1e4 && slope == 1 && CURVATURE((real)1e4) == 0);
    CHECK(SILU((real)-1e4, 0, &slope) == 0 && slope == 0 && CURVATURE((real)-1e4) == 0);
    CHECK(isnan(SILU(NAN, 0, &slope)) && isnan(slope) && isnan(CURVATURE(NAN)));
}

int main(void)
{
    static const sb_test tests[] = {
        {"exp within 1 ulp on 800,000 points", test_exp},
        {"exp does not fall", test_exp_rises},
        {"exp at its ends", test_exp_ends},
        {"cosine's absolute error, and that it is even", test_cosine},
        {"silu and its derivatives, by tanh", test_silu},
        {"the slope of silu in its tails", test_silu_tails},
        {"silu at its ends", test_silu_ends},
    };
    return sb_test_main(SINGLE ? "point in single precision" : "point", tests, sizeof tests / sizeof *tests);
}
