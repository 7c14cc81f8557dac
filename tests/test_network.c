/* The network's operations on the CPU against plain loops (plain_network.c), bit by bit, on each level of instruction sets that this
 * machine has: odd sizes, poisoned outputs, numbers in the lanes of no sample. The loops themselves against long double. Compiled in
 * both precisions. */
#include "harness.h"
#include "real_arrays.h"

#include "kernels/cpu/layers.h"
#include "plain_network.h"

#include <stdlib.h>
#include <string.h>

#ifdef SB_FLOAT
#define SUITE "network_float"
#else
#define SUITE "network"
#endif

enum { LEVELS = 3 };

/* Levels that this machine has, the rest NULL. */
static void find_levels(const sb_cpu_layers *level[LEVELS])
{
    int n = 0;
    memset(level, 0, LEVELS * sizeof *level);
    level[n++] = &sb_cpu_layers_plain;
#ifdef SB_CPU_LEVELS
    if (__builtin_cpu_supports("x86-64-v3")) level[n++] = &sb_cpu_layers_v3;
    if (__builtin_cpu_supports("x86-64-v4")) level[n++] = &sb_cpu_layers_v4;
#endif
}

static sb_stream stream_of(uint32_t round)
{
    return sb_stream_at(78, SB_DRAW_TEST, 0, 0, round, 0);
}

/* One layer and all that it works on: got and want are each as large as any output. */
typedef struct {
    sb_crew c;
    sb_layer m;
    size_t D, inner, outer; /* numbers in theta, in (in,ld), in (out,ld) */
    real *theta, *h, *dz, *extra, *slope, *got[3], *want[3];
} stage;

static void set_up(stage *t, sb_stream *stream, int in, int out, int B)
{
    const int ld = sb_lanes(B);
    *t = (stage){.c = {1, B, ld, 0}, .m = {in, out, 3, 3 + (size_t)in * out, 0.385, 0.765}};
    t->D = t->m.b + (size_t)out + 2;
    t->inner = (size_t)in * ld, t->outer = (size_t)out * ld;
    const size_t largest = t->D + t->inner + t->outer;
    t->theta = real_normals(stream, t->D);
    t->h = real_normals(stream, t->inner);
    t->dz = real_normals(stream, t->outer);
    t->extra = real_normals(stream, largest);
    t->slope = real_normals(stream, t->inner);
    for (int i = 0; i < 3; i++) t->got[i] = real_normals(stream, largest), t->want[i] = real_normals(stream, largest);
}

static void tear_down(stage *t)
{
    real *const all[] = {t->theta, t->h, t->dz, t->extra, t->slope};
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
    for (int i = 0; i < 3; i++) free(t->got[i]), free(t->want[i]);
}

/* Outputs are NaN before or, where `prior`, numbers. */
static void prepare(const stage *t, real *const out[3], int prior, size_t n)
{
    for (int i = 0; i < 3; i++) {
        if (prior) memcpy(out[i], t->extra, n * sizeof(real));
        else real_poison(out[i], n);
    }
}

static int compare(const stage *t, size_t n)
{
    int wrong = 0;
    for (int i = 0; i < 3; i++) wrong += real_differ(t->got[i], t->want[i], n);
    return wrong;
}

/* ---- layers: each returns how many outputs of the levels are wrong ---- */

static int check_forward(stage *t, const sb_cpu_layers *const level[LEVELS])
{
    const double rho = 1.385, shift = 0.2066;
    real *const *got = t->got, *const *want = t->want;
    int wrong = 0;
    for (int with = 0; with < 8; with += 1 + with % 3) { /* 0, 1, 3, 4, 6, 7 */
        const real *residual = with & 1 ? t->extra : NULL;
        const int z = with & 2, slope = with & 4;
        prepare(t, want, 0, t->outer);
        plain_layer_forward(&t->c, &t->m, t->theta, t->h, rho, shift, residual, z ? want[0] : NULL, want[1],
                            slope ? want[2] : NULL);
        for (int l = 0; l < LEVELS && level[l]; l++) {
            prepare(t, got, 0, t->outer);
            level[l]->forward(&t->c, &t->m, t->theta, t->h, rho, shift, residual, z ? got[0] : NULL, got[1], slope ? got[2] : NULL);
            wrong += compare(t, t->outer);
        }
    }
    prepare(t, want, 1, t->outer);
    plain_layer_forward(&t->c, &t->m, t->theta, t->h, rho, shift, t->extra, NULL, want[1], NULL);
    for (int l = 0; l < LEVELS && level[l]; l++) {
        prepare(t, got, 1, t->outer); /* in place of the residual */
        level[l]->forward(&t->c, &t->m, t->theta, t->h, rho, shift, got[1], NULL, got[1], NULL);
        wrong += compare(t, t->outer);
    }
    return wrong;
}

static int check_apply(stage *t, const sb_cpu_layers *const level[LEVELS])
{
    int wrong = 0;
    for (int keep = 0; keep < 2; keep++) {
        prepare(t, t->want, keep, t->outer);
        plain_layer_apply(&t->c, &t->m, t->theta, t->h, keep, t->want[1]);
        for (int l = 0; l < LEVELS && level[l]; l++) {
            prepare(t, t->got, keep, t->outer);
            level[l]->apply(&t->c, &t->m, t->theta, t->h, keep, t->got[1]);
            wrong += compare(t, t->outer);
        }
    }
    return wrong;
}

static int check_back(stage *t, const sb_cpu_layers *const level[LEVELS])
{
    real *const *got = t->got, *const *want = t->want;
    int wrong = 0;
    for (int with = 0; with < 4; with++) {
        const real *above = with & 1 ? t->extra : NULL, *slope = with & 2 ? t->slope : NULL;
        prepare(t, want, 0, t->inner);
        plain_layer_back(&t->c, &t->m, t->theta, t->dz, above, want[0], slope, slope ? want[1] : NULL);
        for (int l = 0; l < LEVELS && level[l]; l++) {
            prepare(t, got, 0, t->inner);
            level[l]->back(&t->c, &t->m, t->theta, t->dz, above, got[0], slope, slope ? got[1] : NULL);
            wrong += compare(t, t->inner);
        }
    }
    prepare(t, want, 1, t->inner);
    plain_layer_back(&t->c, &t->m, t->theta, t->dz, t->extra, want[0], t->slope, want[1]);
    for (int l = 0; l < LEVELS && level[l]; l++) {
        prepare(t, got, 1, t->inner); /* in place of `above` */
        level[l]->back(&t->c, &t->m, t->theta, t->dz, got[0], got[0], t->slope, got[1]);
        wrong += compare(t, t->inner);
    }
    return wrong;
}

static int check_gradient(stage *t, const sb_cpu_layers *const level[LEVELS])
{
    int wrong = 0;
    for (int with = 0; with < 4; with++) {
        const int keep = with & 1, bias = with >> 1;
        prepare(t, t->want, keep, t->D);
        plain_layer_gradient(&t->c, &t->m, t->dz, t->h, keep, bias, t->want[0]);
        for (int l = 0; l < LEVELS && level[l]; l++) {
            prepare(t, t->got, keep, t->D);
            level[l]->gradient(&t->c, &t->m, t->dz, t->h, keep, bias, t->got[0]);
            wrong += compare(t, t->D);
        }
    }
    return wrong;
}

static void check_layer(sb_stream *stream, int in, int out, int B)
{
    const sb_cpu_layers *level[LEVELS];
    stage t;
    set_up(&t, stream, in, out, B);
    find_levels(level);
    CHECK(check_forward(&t, level) == 0);
    CHECK(check_apply(&t, level) == 0);
    CHECK(check_back(&t, level) == 0);
    CHECK(check_gradient(&t, level) == 0);
    tear_down(&t);
}

/* Of the large ones every fourth. */
static void test_layers(void)
{
    const int width[] = {1, 2, 3, 5, 31, 33, 64, 65}, batch[] = {0, 1, 7, 15, 16, 17, 63, 64, 65, 130};
    sb_stream stream = stream_of(1);
    for (unsigned i = 0; i < sizeof width / sizeof *width; i++)
        for (unsigned o = 0; o < sizeof width / sizeof *width; o++) {
            const int B = batch[(3 * i + o) % (sizeof batch / sizeof *batch)];
            if (width[i] * width[o] * B < 1 << 16 || (i + o) % 4 == 0) check_layer(&stream, width[i], width[o], B);
        }
}

/* Sums that are too long for one piece. */
static void test_long_sums(void)
{
    const int size[][3] = {{270, 13, 9}, {13, 523, 18}, {9, 17, 530}, {5, 75, 300}, {0, 3, 5}, {3, 0, 5}};
    sb_stream stream = stream_of(2);
    for (unsigned i = 0; i < sizeof size / sizeof *size; i++) check_layer(&stream, size[i][0], size[i][1], size[i][2]);
}

/* The lanes of no sample reach no result, and stay finite. */
static void test_lanes(void)
{
    const sb_backend *op = sb_backend_cpu();
    const int B = 21;
    sb_stream stream = stream_of(3);
    stage t;
    int wrong = 0;
    set_up(&t, &stream, 37, 43, B);
    const size_t ld = (size_t)t.c.ld;
    for (int round = 0; round < 2; round++) {
        real *const *to = round ? t.got : t.want;
        for (int i = 0; round && i < t.m.in; i++)
            for (size_t b = (size_t)B; b < ld; b++) t.h[i * ld + b] = (real)-2.385;
        for (int i = 0; round && i < t.m.out; i++)
            for (size_t b = (size_t)B; b < ld; b++) t.dz[i * ld + b] = (real)2.385;
        op->layer_forward(op, &t.c, &t.m, t.theta, t.h, 1.385, 0.2, NULL, NULL, to[0], NULL);
        op->layer_back(op, &t.c, &t.m, t.theta, t.dz, NULL, to[1], t.slope, to[1] + t.inner);
        op->layer_gradient(op, &t.c, &t.m, t.dz, t.h, 0, 1, to[2]);
    }
    for (size_t i = 0; i < t.outer; i++) wrong += i % ld < (size_t)B ? t.got[0][i] != t.want[0][i] : !isfinite(t.got[0][i]);
    for (size_t i = 0; i < 2 * t.inner; i++) wrong += i % ld < (size_t)B ? t.got[1][i] != t.want[1][i] : !isfinite(t.got[1][i]);
    wrong += real_differ(t.got[2] + t.m.W, t.want[2] + t.m.W, t.m.b - t.m.W + (size_t)t.m.out);
    CHECK(wrong == 0);
    tear_down(&t);
}

static void test_accuracy(void)
{
    const sb_backend *op = sb_backend_cpu();
    const long double rho = 1.385L, shift = 0.2L;
    sb_stream stream = stream_of(4);
    stage t;
    int wrong = 0;
    set_up(&t, &stream, 67, 71, 45);
    const int in = t.m.in, out = t.m.out, B = t.c.B, ld = t.c.ld;
    const real *W = t.theta + t.m.W;
    op->layer_forward(op, &t.c, &t.m, t.theta, t.h, 1.385, 0.2, t.extra, t.got[0], t.got[1], t.got[2]);
    op->layer_back(op, &t.c, &t.m, t.theta, t.dz, t.extra, t.want[0], NULL, NULL);
    op->layer_gradient(op, &t.c, &t.m, t.dz, t.h, 0, 1, t.want[1]);
    for (int o = 0; o < out; o++)
        for (int b = 0; b < B; b++) {
            const int at = o * ld + b;
            long double sum = 0.0L, size = 1.0L;
            for (int i = 0; i < in; i++) {
                const long double term = (long double)W[o * in + i] * t.h[i * ld + b];
                sum += term, size += fabsl(term);
            }
            const long double a = (real)t.m.alpha * sum + (long double)(real)t.m.beta * t.theta[t.m.b + o];
            const long double s = 1.0L / (1.0L + expl(-a));
            wrong += real_far(t.got[0][at], a, size, in) || real_far(t.got[2][at], rho * (s + a * s * (1.0L - s)), 2.0L * size, in);
            wrong += real_far(t.got[1][at], t.extra[at] + rho * (a * s - shift), 4.0L * size, in);
        }
    for (int i = 0; i < in; i++)
        for (int b = 0; b < B; b++) {
            long double sum = 0.0L, size = 1.0L;
            for (int o = 0; o < out; o++) {
                const long double term = (long double)W[o * in + i] * t.dz[o * ld + b];
                sum += term, size += fabsl(term);
            }
            wrong += real_far(t.want[0][i * ld + b], (real)t.m.alpha * sum + t.extra[i * ld + b], size, out);
        }
    for (int o = 0; o < out; o++)
        for (int i = 0; i <= in; i++) {
            long double sum = 0.0L, size = 1.0L;
            for (int b = 0; b < B; b++) {
                const long double term = (long double)t.dz[o * ld + b] * (i < in ? t.h[i * ld + b] : (real)1);
                sum += term, size += fabsl(term);
            }
            if (i < in) wrong += real_far(t.want[1][t.m.W + (size_t)(o * in + i)], (real)t.m.alpha * sum, size, B);
            else wrong += real_far(t.want[1][t.m.b + (size_t)o], (real)t.m.beta * sum, size, B);
        }
    CHECK(wrong == 0);
    tear_down(&t);
}

/* ---- what enters and what leaves ---- */

static void test_ends(void)
{
    const sb_backend *op = sb_backend_cpu();
    const int dimension[] = {1, 2, 3, 17, 33}, embedding[] = {0, 1, 6, 19}, batch[] = {0, 1, 7, 16, 33, 65}, K = 11;
    sb_stream stream = stream_of(5);
    real *in = real_normals(&stream, 11), *base = real_normals(&stream, 11), *emb = real_normals(&stream, 11 * 19);
    for (int at = 0; at < 5 * 4 * 6; at++) {
        const int d = dimension[at % 5], E = embedding[at / 5 % 4], B = batch[at / 20], ld = sb_lanes(B);
        const sb_crew c = {1, B, ld, 0};
        const size_t rows = (size_t)B * d, lanes = (size_t)(d + E) * ld;
        real *y = real_normals(&stream, rows), *e = real_normals(&stream, (size_t)d * ld),
             *got = real_normals(&stream, lanes + rows + 1), *want = real_normals(&stream, lanes + rows + 1);
        int k[65], wrong = 0;
        for (int b = 0; b < B; b++) k[b] = (7 * b + 3) % K;
        real_poison(got, lanes + 1), real_poison(want, lanes + 1);
        op->embed(op, &c, d, E, k, in, emb, y, got);
        plain_embed(&c, d, E, k, in, emb, y, want);
        wrong += real_differ(got, want, lanes + 1);
        for (int with = 0; with < 2; with++) {
            real_poison(got, rows + 1), real_poison(want, rows + 1);
            op->emit(op, &c, d, k, in, e, base, with ? y : NULL, got);
            plain_emit(&c, d, k, in, e, base, with ? y : NULL, want);
            wrong += real_differ(got, want, rows + 1);
        }
        real_poison(got, (size_t)d * ld + 1), real_poison(want, (size_t)d * ld + 1);
        op->absorb(op, &c, d, k, in, y, got);
        plain_absorb(&c, d, k, in, y, want);
        wrong += real_differ(got, want, (size_t)d * ld + 1);
        CHECK(wrong == 0);
        free(y), free(e), free(got), free(want);
    }
    free(in), free(base), free(emb);
}

static void test_curvature(void)
{
    const sb_backend *op = sb_backend_cpu();
    sb_stream stream = stream_of(6);
    for (size_t n = 0; n < 200; n += 1 + n / 3) {
        real *z = real_normals(&stream, n), *got = real_normals(&stream, n + 1), *want = real_normals(&stream, n + 1);
        int wrong = 0;
        real_poison(got, n + 1), real_poison(want, n + 1);
        op->silu_curvature(op, n, 1.385, z, got);
        plain_silu_curvature(n, 1.385, z, want);
        wrong += real_differ(got, want, n + 1);
        for (size_t i = 0; i < n; i++) {
            const long double s = 1.0L / (1.0L + expl(-(long double)z[i]));
            wrong += real_far(got[i], 1.385L * s * (1.0L - s) * (2.0L + z[i] * (1.0L - 2.0L * s)), 1.0L, 0);
        }
        CHECK(wrong == 0);
        free(z), free(got), free(want);
    }
}

int main(void)
{
    static const sb_test tests[] = {
        {"layers give the bits of plain loops on every level", test_layers},
        {"long sums", test_long_sums},
        {"the lanes of no sample reach no result", test_lanes},
        {"layers against long double", test_accuracy},
        {"embed, emit, absorb", test_ends},
        {"silu_curvature", test_curvature},
    };
    return sb_test_main(SUITE, tests, sizeof tests / sizeof *tests);
}
