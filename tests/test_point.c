/* Accuracy of the formulas of one element, against long double. */
#include "harness.h"

#include "base/random.h"
#include "kernels/point/cosine.h"
#include "kernels/point/silu.h"

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

static double ulp_error(double got, long double want)
{
    const double near = (double)want;
    return (double)(fabsl(got - want) / (nextafter(fabs(near), INFINITY) - fabs(near)));
}

static void test_exp(void)
{
    double worst = 0.0;
    sb_stream stream = stream_of(1);
    if (!long_double_is_wider()) return;
    for (int i = 0; i < 500000; i++) {
        double v[2];
        sb_stream_uniforms(&stream, 2, v);
        const double wide = -708.0 + 1417.0 * v[0], narrow = 2.385 * (2.0 * v[1] - 1.0);
        worst = fmax(worst, fmax(ulp_error(sb_point_exp(wide), expl(wide)), ulp_error(sb_point_exp(narrow), expl(narrow))));
    }
    CHECK(worst < 1.0);
    CHECK(worst > 0.4); /* no function rounds better than this: the measure itself works */
}

static void test_exp_ends(void)
{
    CHECK(sb_point_exp(0.0) == 1.0);
    CHECK(sb_point_exp(-708.5) == 0.0 && sb_point_exp(-INFINITY) == 0.0 && sb_point_exp(-1e300) == 0.0);
    CHECK(sb_point_exp(709.5) == INFINITY && sb_point_exp(INFINITY) == INFINITY);
    CHECK(isnan(sb_point_exp(NAN)));
}

static void test_cosine(void)
{
    double worst = 0.0;
    sb_stream stream = stream_of(2);
    for (int i = 0; i < 300000; i++) {
        const double u = 2.0 * sb_stream_uniform(&stream) - 1.0, x = u * (i % 2 ? 1e6 : 4.0);
        worst = fmax(worst, (double)fabsl(sb_point_cosine(x) - cosl(x)));
    }
    CHECK(worst < 4e-16);
    CHECK(sb_point_cosine(0.0) == 1.0);
    CHECK(isnan(sb_point_cosine(NAN)) && isnan(sb_point_cosine(INFINITY)));
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
        const double z = 20.0 * (2.0 * sb_stream_uniform(&stream) - 1.0);
        double slope, value = sb_point_silu(z, 0.0, &slope);
        worst[0] = fmax(worst[0], (double)(fabsl(value - silu_0(z)) / fabsl(silu_0(z))));
        worst[1] = fmax(worst[1], (double)fabsl(slope - silu_1(z)));
        worst[2] = fmax(worst[2], (double)fabsl(sb_point_silu_curvature(z) - silu_2(z)));
    }
    CHECK(worst[0] < 6e-16); /* relative */
    CHECK(worst[1] < 4e-16 && worst[2] < 4e-16);
}

static void test_silu_ends(void)
{
    double slope;
    CHECK(sb_point_silu(0.0, 0.0, &slope) == 0.0 && slope == 0.5 && sb_point_silu_curvature(0.0) == 0.5);
    CHECK_CLOSE(sb_point_silu(2.385, 0.71, &slope), (double)silu_0(2.385) - 0.71, 1e-15);
    CHECK(sb_point_silu(1e4, 0.0, &slope) == 1e4 && slope == 1.0 && sb_point_silu_curvature(1e4) == 0.0);
    CHECK(sb_point_silu(-1e4, 0.0, &slope) == 0.0 && slope == 0.0 && sb_point_silu_curvature(-1e4) == 0.0);
    CHECK(isnan(sb_point_silu(NAN, 0.0, &slope)) && isnan(slope) && isnan(sb_point_silu_curvature(NAN)));
}

int main(void)
{
    static const sb_test tests[] = {
        {"exp within 1 ulp on a million points", test_exp},
        {"exp at its ends", test_exp_ends},
        {"cosine within 4e-16", test_cosine},
        {"silu and its derivatives, by tanh", test_silu},
        {"silu at its ends", test_silu_ends},
    };
    return sb_test_main("point", tests, sizeof tests / sizeof *tests);
}
