/* Convolutions and the products of each sample's matrices on the CPU: against plain loops (plain_images.c), bit by bit, on each level of
 * instruction sets that this machine has; against long double; as one trilinear form; sample by sample. Compiled in both precisions. */
#include "harness.h"

#include "kernels/cpu/images.h"
#include "plain_images.h"
#include "real_arrays.h"

#ifdef SB_FLOAT
#define SUITE "convolution_float"
#else
#define SUITE "convolution"
#endif

enum { LEVELS = 3 };

/* Levels that this machine has, the rest NULL. */
static void find_levels(const sb_cpu_images *level[LEVELS])
{
    int n = 0;
    memset(level, 0, LEVELS * sizeof *level);
    level[n++] = &sb_cpu_images_plain;
#ifdef SB_CPU_LEVELS
    if (__builtin_cpu_supports("x86-64-v3")) level[n++] = &sb_cpu_images_v3;
    if (__builtin_cpu_supports("x86-64-v4")) level[n++] = &sb_cpu_images_v4;
#endif
}

static sb_stream stream_of(uint32_t round)
{
    return sb_stream_at(79, SB_DRAW_TEST, 0, 0, round, 0);
}

/* One convolution and all that it works on; got and want are each as large as any output. */
typedef struct {
    sb_crew c;
    sb_conv m;
    size_t D, inner, outer; /* numbers in theta, in (in,P,ld), in (out,P,ld) */
    real *theta, *h, *dz, *prior, *got, *want;
} scene;

static void set_up(scene *t, sb_stream *stream, int in, int out, int height, int width, int kernel, int B)
{
    const size_t weights = (size_t)(in * out * kernel * kernel), pixels = (size_t)(height * width);
    *t = (scene){.c = {1, B, sb_lanes(B), 0}, .m = {in, out, height, width, kernel, 3, 5 + weights, 0.385, -1.765}};
    t->D = t->m.b + (size_t)out + 2;
    t->inner = (size_t)in * pixels * (size_t)t->c.ld, t->outer = (size_t)out * pixels * (size_t)t->c.ld;
    const size_t largest = t->D + t->inner + t->outer;
    t->theta = real_normals(stream, t->D);
    t->h = real_normals(stream, t->inner);
    t->dz = real_lanes(stream, (size_t)out * pixels, B, t->c.ld);
    t->prior = real_normals(stream, largest);
    t->got = real_normals(stream, largest);
    t->want = real_normals(stream, largest);
}

static void tear_down(scene *t)
{
    real *const all[] = {t->theta, t->h, t->dz, t->prior, t->got, t->want};
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

/* Outputs are NaN before or, where they are kept, numbers. */
static void prepare(const scene *t, real *out, int keep, size_t n)
{
    if (keep) memcpy(out, t->prior, n * sizeof *out);
    else real_poison(out, n);
}

/* How many outputs of the levels are not those of the plain loops. */
static int check_bits(scene *t)
{
    const sb_cpu_images *level[LEVELS];
    int wrong = 0;
    find_levels(level);
    for (int keep = 0; keep < 2; keep++)
        for (int what = 0; what < 4; what++) { /* apply, back, gradient without and with bias */
            const size_t n = what == 0 ? t->outer : what == 1 ? t->inner : t->D;
            prepare(t, t->want, keep, n);
            if (what == 0) plain_conv_apply(&t->c, &t->m, t->theta, t->h, keep, t->want);
            else if (what == 1) plain_conv_back(&t->c, &t->m, t->theta, t->dz, keep, t->want);
            else plain_conv_gradient(&t->c, &t->m, t->dz, t->h, keep, what == 3, t->want);
            for (int l = 0; l < LEVELS && level[l]; l++) {
                prepare(t, t->got, keep, n);
                if (what == 0) level[l]->apply(&t->c, &t->m, t->theta, t->h, keep, t->got);
                else if (what == 1) level[l]->back(&t->c, &t->m, t->theta, t->dz, keep, t->got);
                else level[l]->gradient(&t->c, &t->m, t->dz, t->h, keep, what == 3, t->got);
                wrong += real_differ(t->got, t->want, n);
            }
        }
    return wrong;
}

/* Rows of every remainder, more channels than are brought together, images narrower and wider than a patch, lanes of one vector and of
 * several, images longer than a piece of a gradient. */
static const int shapes[][6] = {{1, 1, 1, 1, 3, 5},    {2, 3, 5, 3, 3, 37},  {3, 20, 3, 4, 3, 16}, {17, 9, 4, 4, 3, 48},
                                {35, 13, 6, 9, 3, 5},  {4, 70, 5, 5, 3, 17}, {1, 2, 1, 7, 3, 16},  {5, 9, 7, 1, 3, 33},
                                {2, 2, 70, 2, 3, 64},  {3, 3, 3, 70, 3, 64}, {1, 1, 1, 1, 1, 1},   {150, 5, 2, 5, 1, 40},
                                {3, 300, 2, 2, 1, 16}, {7, 11, 5, 1, 1, 65}, {2, 3, 4, 4, 3, 0},   {2, 3, 0, 4, 3, 5},
                                {0, 3, 2, 2, 3, 5},    {3, 0, 2, 2, 1, 5},   {33, 5, 2, 2, 3, 31}, {4, 15, 8, 8, 3, 16}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static void test_bits(void)
{
    sb_stream stream = stream_of(1);
    for (int s = 0; s < SHAPES; s++) {
        const int *q = shapes[s];
        scene t;
        set_up(&t, &stream, q[0], q[1], q[2], q[3], q[4], q[5]);
        CU_ASSERT_EQUAL(check_bits(&t), 0);
        tear_down(&t);
    }
}

/* Every pixel of the input gives its share to the pixels around it: sums, and their sizes after them. */
static void scatter(const scene *t, long double *sum)
{
    const sb_conv *m = &t->m;
    const int reach = m->kernel / 2, ld = t->c.ld;
    for (int i = 0; i < m->in; i++)
        for (int y = 0; y < m->height; y++)
            for (int x = 0; x < m->width; x++)
                for (int dy = -reach; dy <= reach; dy++)
                    for (int dx = -reach; dx <= reach; dx++) {
                        const int to_y = y - dy, to_x = x - dx;
                        if (to_y < 0 || to_x < 0 || to_y >= m->height || to_x >= m->width) continue;
                        for (int o = 0; o < m->out; o++)
                            for (int b = 0; b < ld; b++) {
                                const size_t to = (size_t)(((o * m->height + to_y) * m->width + to_x) * ld + b);
                                const size_t w =
                                    m->W + (size_t)(((o * m->in + i) * m->kernel + dy + reach) * m->kernel + dx + reach);
                                const long double term =
                                    (long double)t->theta[w] * t->h[((i * m->height + y) * m->width + x) * ld + b];
                                sum[to] += term;
                                sum[t->outer + to] += fabsl(term);
                            }
                    }
}

static void test_accuracy(void)
{
    const sb_backend *op = sb_backend_cpu();
    const int some[] = {1, 3, 4, 6, 11};
    sb_stream stream = stream_of(2);
    for (unsigned s = 0; s < sizeof some / sizeof *some; s++) {
        const int *q = shapes[some[s]];
        scene t;
        int wrong = 0;
        set_up(&t, &stream, q[0], q[1], q[2], q[3], q[4], q[5]);
        long double *sum = calloc(2 * t.outer, sizeof *sum);
        scatter(&t, sum);
        op->conv_apply(op, &t.c, &t.m, t.theta, t.h, 0, t.got);
        for (size_t i = 0; i < t.outer; i++) {
            const long double bias = (long double)(real)t.m.beta * t.theta[t.m.b + i / (t.outer / (size_t)t.m.out)];
            wrong += real_far(t.got[i], (real)t.m.alpha * sum[i] + bias, sum[t.outer + i] + fabsl(bias), q[0] * 9);
        }
        CU_ASSERT_EQUAL(wrong, 0);
        free(sum);
        tear_down(&t);
    }
}

/* <conv h, dz> as a form of weights, h and dz: alpha Wt.G/alpha = h.back(dz); and of the bias. The lanes of no sample do not count. */
static void test_one_form(void)
{
    const sb_backend *op = sb_backend_cpu();
    sb_stream stream = stream_of(3);
    for (int s = 0; s < SHAPES; s++) {
        const int *q = shapes[s];
        scene t;
        set_up(&t, &stream, q[0], q[1], q[2], q[3], q[4], q[5]);
        const size_t weights = t.m.b - t.m.W - 2;
        real *grad = real_normals(&stream, t.D), *g = real_normals(&stream, t.inner), *out = real_normals(&stream, t.outer);
        long double size = 1e-30L;
        op->conv_apply(op, &t.c, &t.m, t.theta, t.h, 0, out);
        op->conv_back(op, &t.c, &t.m, t.theta, t.dz, 0, g);
        op->conv_gradient(op, &t.c, &t.m, t.dz, t.h, 0, 1, grad);
        const long double whole = real_dot(out, t.dz, t.outer, &size), of_h = real_dot(g, t.h, t.inner, &size);
        const long double of_W = real_dot(grad + t.m.W, t.theta + t.m.W, weights, &size);
        const long double of_b = real_dot(grad + t.m.b, t.theta + t.m.b, (size_t)t.m.out, &size);
        const int terms = 9 * (q[0] + q[1]) + (int)(t.outer / 16);
        CHECK(!real_far((real)0, whole - of_h - of_b, size, terms));
        CHECK(!real_far((real)0, of_h - of_W, size, terms));
        CHECK(of_h == 0 || fabsl(of_h) > 1e-3L * sqrtl(size));
        for (size_t i = 0; i < t.inner; i++) CHECK(i % (size_t)t.c.ld < (size_t)t.c.B || g[i] == 0);
        free(grad), free(g), free(out);
        tear_down(&t);
    }
}

/* A sample's numbers are the same in whatever batch it is, and beside whatever stands in the lanes of no sample; a gradient is the sum
 * of those of the samples. */
static void test_samples_alone(void)
{
    const sb_backend *op = sb_backend_cpu();
    const int B = 37, part = 21, first = 9;
    sb_stream stream = stream_of(4);
    scene whole, cut;
    int wrong = 0;
    set_up(&whole, &stream, 5, 11, 6, 5, 3, B);
    set_up(&cut, &stream, 5, 11, 6, 5, 3, part);
    const size_t ld = (size_t)whole.c.ld, own = (size_t)cut.c.ld, rows = whole.inner / ld, outs = whole.outer / ld;
    for (size_t r = 0; r < rows; r++)
        for (size_t b = 0; b < own; b++) cut.h[r * own + b] = b < part ? whole.h[r * ld + first + b] : (real)-2.385;
    for (size_t r = 0; r < outs; r++)
        for (size_t b = 0; b < part; b++) cut.dz[r * own + b] = whole.dz[r * ld + first + b];
    op->conv_apply(op, &whole.c, &whole.m, whole.theta, whole.h, 0, whole.want);
    op->conv_apply(op, &cut.c, &cut.m, whole.theta, cut.h, 0, cut.want);
    op->conv_back(op, &whole.c, &whole.m, whole.theta, whole.dz, 0, whole.got);
    op->conv_back(op, &cut.c, &cut.m, whole.theta, cut.dz, 0, cut.got);
    for (size_t b = 0; b < part; b++) {
        for (size_t r = 0; r < outs; r++) wrong += whole.want[r * ld + first + b] != cut.want[r * own + b];
        for (size_t r = 0; r < rows; r++) wrong += whole.got[r * ld + first + b] != cut.got[r * own + b];
    }
    for (size_t i = 0; i < cut.outer; i++) wrong += !isfinite(cut.want[i]);
    CU_ASSERT_EQUAL(wrong, 0);
    tear_down(&whole), tear_down(&cut);
}

static void test_lane_products(void)
{
    const int sizes[][4] = {{1, 1, 1, 5}, {5, 3, 7, 16}, {9, 17, 2, 40}, {16, 16, 4, 17}, {2, 3, 0, 4}, {0, 3, 2, 4}, {4, 6, 8, 0}};
    const sb_cpu_images *level[LEVELS];
    sb_stream stream = stream_of(5);
    find_levels(level);
    for (unsigned s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int how = 0; how < 8; how++) {
            const int I = sizes[s][0], J = sizes[s][1], K = sizes[s][2], keep = how & 1, trans_a = how & 2, trans_b = how & 4;
            const sb_crew c = {1, sizes[s][3], sb_lanes(sizes[s][3]), 0};
            const size_t ld = (size_t)c.ld, n = (size_t)(I * J) * ld;
            real *a = real_normals(&stream, (size_t)(I * K) * ld), *b = real_normals(&stream, (size_t)(K * J) * ld),
                 *prior = real_normals(&stream, n), *got = real_normals(&stream, n), *want = real_normals(&stream, n);
            if (keep) memcpy(want, prior, n * sizeof *want);
            else real_poison(want, n);
            plain_lane_products(&c, I, J, K, trans_a, trans_b, 0.385, a, b, keep, want);
            for (int l = 0; l < LEVELS && level[l]; l++) {
                if (keep) memcpy(got, prior, n * sizeof *got);
                else real_poison(got, n);
                level[l]->products(&c, I, J, K, trans_a, trans_b, 0.385, a, b, keep, got);
                CHECK(!real_differ(got, want, n));
            }
            free(a), free(b), free(prior), free(got), free(want);
        }
}

int main(void)
{
    static const sb_test tests[] = {
        {"convolutions give the bits of plain loops on every level", test_bits},
        {"convolutions against long double", test_accuracy},
        {"convolution, adjoint and gradient are one trilinear form", test_one_form},
        {"a sample's numbers depend on that sample alone", test_samples_alone},
        {"products of lanes give the bits of plain loops on every level", test_lane_products},
    };
    return sb_test_main(SUITE, tests, sizeof tests / sizeof *tests);
}
