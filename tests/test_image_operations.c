/* Operations on images other than products, on the CPU: against long double written out from the definitions, derivatives against finite
 * differences of those. Compiled in both precisions. */
#include "harness.h"

#include "kernels/backend.h"
#include "real_arrays.h"

#ifdef SB_FLOAT
#define SUITE "image_operations_float"
#else
#define SUITE "image_operations"
#endif

typedef long double exact;

enum { MOST = 600 }; /* numbers of one sample */

static const exact STEP = 1e-5L; /* of central differences: they are off by about its square */

static sb_stream stream_of(uint32_t round)
{
    return sb_stream_at(80, SB_DRAW_TEST, 0, 0, round, 0);
}

/* Sample b of x (n,ld). */
static void sample(const real *x, int n, int ld, int b, exact *to)
{
    for (int i = 0; i < n; i++) to[i] = x[i * ld + b];
}

/* ---- group normalisation of one sample ---- */

typedef struct {
    exact alpha, beta, epsilon; /* rounded as the operation has them */
    const sb_norm *m;
    exact gain[MOST], shift[MOST];
} plain_norm;

static plain_norm norm_of(const sb_norm *m, const real *theta, const real *v, exact step)
{
    plain_norm n = {.alpha = (real)m->alpha, .beta = (real)m->beta, .epsilon = m->epsilon, .m = m};
    for (int i = 0; i < m->channels; i++) {
        n.gain[i] = theta[m->gain + i] + (v ? step * v[m->gain + i] : 0);
        n.shift[i] = theta[m->shift + i] + (v ? step * v[m->shift + i] : 0);
    }
    return n;
}

static void plain_forward(const plain_norm *n, const exact *x, exact *xhat, exact *r, exact *z)
{
    const int rows = n->m->channels / n->m->groups * n->m->pixels;
    for (int g = 0; g < n->m->groups; g++) {
        exact mean = 0, variance = 0;
        for (int e = g * rows; e < (g + 1) * rows; e++) mean += x[e] / rows;
        for (int e = g * rows; e < (g + 1) * rows; e++) variance += (x[e] - mean) * (x[e] - mean) / rows;
        r[g] = 1 / sqrtl(variance + n->epsilon);
        for (int e = g * rows; e < (g + 1) * rows; e++) {
            const int i = e / n->m->pixels;
            xhat[e] = (x[e] - mean) * r[g];
            z[e] = (1 + n->alpha * n->gain[i]) * xhat[e] + n->beta * n->shift[i];
        }
    }
}

/* The derivative of the form sum dz z by x, element by element of the group: no sum is taken out of the brackets. */
static void plain_back(const plain_norm *n, const exact *x, const exact *dz, exact *dx, exact *dgain, exact *dshift)
{
    const int rows = n->m->channels / n->m->groups * n->m->pixels;
    exact xhat[MOST], r[MOST], z[MOST];
    plain_forward(n, x, xhat, r, z);
    for (int e = 0; e < n->m->groups * rows; e++) {
        const int g = e / rows;
        dx[e] = 0;
        for (int f = g * rows; f < (g + 1) * rows; f++) {
            const exact scale = 1 + n->alpha * n->gain[f / n->m->pixels];
            dx[e] += scale * dz[f] * r[g] * ((e == f) - (1 + xhat[e] * xhat[f]) / rows);
        }
    }
    for (int i = 0; i < n->m->channels; i++) {
        dgain[i] = dshift[i] = 0;
        for (int p = i * n->m->pixels; p < (i + 1) * n->m->pixels; p++) {
            dgain[i] += n->alpha * dz[p] * xhat[p];
            dshift[i] += n->beta * dz[p];
        }
    }
}

typedef struct {
    sb_crew c;
    sb_norm m;
    int n; /* numbers of a sample */
    size_t D, all;
    real *theta, *v, *x, *dz, *Rdz, *Rx, *xhat, *r, *z, *prior, *out, *other, *grad;
} norm_scene;

static norm_scene norm_set_up(sb_stream *stream, const int q[4])
{
    norm_scene t = {.c = {1, q[3], sb_lanes(q[3]), 0}, .m = {q[0], q[1], q[2], 3, 5 + (size_t)q[0], 0.765, -1.385, 1e-3}};
    t.n = q[0] * q[2];
    t.D = t.m.shift + (size_t)q[0] + 2, t.all = (size_t)t.n * (size_t)t.c.ld;
    t.theta = real_normals(stream, t.D), t.v = real_normals(stream, t.D);
    t.x = real_normals(stream, t.all), t.Rx = real_normals(stream, t.all);
    t.dz = real_lanes(stream, (size_t)t.n, t.c.B, t.c.ld), t.Rdz = real_lanes(stream, (size_t)t.n, t.c.B, t.c.ld);
    t.xhat = real_normals(stream, t.all), t.r = real_normals(stream, (size_t)(t.m.groups * t.c.ld)),
    t.z = real_normals(stream, t.all);
    t.prior = real_normals(stream, t.all + t.D), t.out = real_normals(stream, t.all), t.other = real_normals(stream, t.all);
    t.grad = real_normals(stream, t.D);
    real_poison(t.xhat, t.all), real_poison(t.r, (size_t)(t.m.groups * t.c.ld)), real_poison(t.z, t.all);
    return t;
}

static void norm_tear_down(norm_scene *t)
{
    real *const all[] = {t->theta, t->v, t->x, t->dz, t->Rdz, t->Rx, t->xhat, t->r, t->z, t->prior, t->out, t->other, t->grad};
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

/* Numbers before an output: those to be kept, or NaN. */
static void norm_prepare(norm_scene *t, int keep)
{
    memcpy(t->out, t->prior, t->all * sizeof(real));
    memcpy(t->grad, t->prior + t->all, t->D * sizeof(real));
    if (!keep) real_poison(t->out, t->all), real_poison(t->grad, t->D);
}

static const int norms[][4] = {{1, 1, 1, 3},  {4, 2, 15, 5}, {6, 6, 9, 17}, {6, 1, 4, 16},
                               {8, 4, 6, 33}, {3, 1, 0, 5},  {4, 2, 3, 0}}; /* channels, groups, pixels, B */
enum { NORMS = sizeof norms / sizeof *norms };

/* far from want for numbers that pass through r, xhat and sums of a group */
static int norm_far(const norm_scene *t, real got, exact want, exact size)
{
    return real_far(got, want, size + fabsl(want), 6 * t->n + 64);
}

static void test_norm_forward(void)
{
    const sb_backend *op = sb_backend_cpu();
    sb_stream stream = stream_of(1);
    for (int s = 0; s < NORMS; s++) {
        norm_scene t = norm_set_up(&stream, norms[s]);
        const plain_norm n = norm_of(&t.m, t.theta, NULL, 0);
        const int ld = t.c.ld;
        int wrong = 0;
        op->norm_forward(op, &t.c, &t.m, t.theta, t.x, t.xhat, t.r, t.z);
        for (int b = 0; b < t.c.B; b++) {
            exact x[MOST], xhat[MOST], r[MOST], z[MOST];
            sample(t.x, t.n, ld, b, x);
            plain_forward(&n, x, xhat, r, z);
            for (int e = 0; e < t.n; e++) {
                const exact own = r[e / (t.n / t.m.groups)];
                wrong += norm_far(&t, t.xhat[e * ld + b], xhat[e], 3 * own) || norm_far(&t, t.z[e * ld + b], z[e], 9 * own);
            }
            for (int g = 0; g < t.m.groups && t.n; g++) wrong += norm_far(&t, t.r[g * ld + b], r[g], r[g]);
        }
        for (size_t i = 0; i < t.all; i++) wrong += !isfinite(t.xhat[i]) || !isfinite(t.z[i]);
        CU_ASSERT_EQUAL(wrong, 0);
        memcpy(t.out, t.x, t.all * sizeof(real));
        op->norm_forward(op, &t.c, &t.m, t.theta, t.out, t.out, t.r, NULL); /* in place, z not asked for */
        CHECK(!real_differ(t.out, t.xhat, t.all));
        norm_tear_down(&t);
    }
}

/* Numbers far from 0 lose of their variance no more than their own rounding, in single precision not even by the sums' length. */
static void test_norm_far_from_zero(void)
{
    const sb_backend *op = sb_backend_cpu();
    const int q[] = {4, 1, 100, 7}, rounded = sizeof(real) == sizeof(double) ? q[0] * q[2] : 4;
    sb_stream stream = stream_of(2);
    norm_scene t = norm_set_up(&stream, q);
    const plain_norm n = norm_of(&t.m, t.theta, NULL, 0);
    int wrong = 0;
    for (size_t i = 0; i < t.all; i++) t.x[i] += 2385;
    op->norm_forward(op, &t.c, &t.m, t.theta, t.x, t.xhat, t.r, t.z);
    for (int b = 0; b < t.c.B; b++) {
        exact x[MOST], xhat[MOST], r[MOST], z[MOST];
        sample(t.x, t.n, t.c.ld, b, x);
        plain_forward(&n, x, xhat, r, z);
        for (int e = 0; e < t.n; e++) wrong += !(fabsl(t.xhat[e * t.c.ld + b] - xhat[e]) <= 2385 * rounded * EPSILON);
        wrong += !(fabsl(t.r[b] - r[0]) <= (rounded + 2385.0L * 2385 * rounded * EPSILON) * EPSILON);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    norm_tear_down(&t);
}

static void test_norm_back(void)
{
    const sb_backend *op = sb_backend_cpu();
    sb_stream stream = stream_of(3);
    for (int s = 0; s < NORMS; s++)
        for (int keep = 0; keep < 2; keep++) {
            norm_scene t = norm_set_up(&stream, norms[s]);
            const plain_norm n = norm_of(&t.m, t.theta, NULL, 0);
            exact gain[MOST] = {0}, shift[MOST] = {0};
            int wrong = 0;
            op->norm_forward(op, &t.c, &t.m, t.theta, t.x, t.xhat, t.r, NULL);
            norm_prepare(&t, keep);
            op->norm_back(op, &t.c, &t.m, t.theta, t.dz, t.xhat, t.r, keep, t.out, keep, t.grad);
            for (int b = 0; b < t.c.ld; b++) {
                exact x[MOST], dz[MOST], dx[MOST], dgain[MOST], dshift[MOST];
                sample(t.x, t.n, t.c.ld, b, x);
                sample(t.dz, t.n, t.c.ld, b, dz);
                plain_back(&n, x, dz, dx, dgain, dshift);
                for (int e = 0; e < t.n; e++) {
                    const size_t at = (size_t)(e * t.c.ld + b);
                    if (b < t.c.B)
                        wrong += norm_far(&t, t.out[at], dx[e] + (keep ? t.prior[at] : 0),
                                          99 * (exact)t.r[e / (t.n / t.m.groups) * t.c.ld + b]);
                    else wrong += t.out[at] != (keep ? t.prior[at] : 0);
                }
                for (int i = 0; i < t.m.channels; i++) gain[i] += dgain[i], shift[i] += dshift[i];
            }
            const real *prior = t.prior + t.all;
            for (int i = 0; i < t.m.channels; i++) {
                const exact size = 9.0L * t.m.pixels * t.c.B + 9;
                wrong += norm_far(&t, t.grad[t.m.gain + (size_t)i], gain[i] + (keep ? prior[t.m.gain + (size_t)i] : 0), size);
                wrong += norm_far(&t, t.grad[t.m.shift + (size_t)i], shift[i] + (keep ? prior[t.m.shift + (size_t)i] : 0), size);
            }
            wrong += keep && (real_differ(t.grad, prior, 3) || real_differ(t.grad + t.D - 2, prior + t.D - 2, 2));
            CU_ASSERT_EQUAL(wrong, 0);
            memcpy(t.other, t.out, t.all * sizeof(real));
            norm_prepare(&t, keep);
            op->norm_back(op, &t.c, &t.m, t.theta, t.dz, t.xhat, t.r, keep, t.out, keep, NULL);
            CHECK(!real_differ(t.other, t.out, t.all));
            norm_tear_down(&t);
        }
}

/* The derivatives of both directions along (v, Rx), and Rdz beside dz, against differences of the plain ones. */
static void test_norm_along(void)
{
    const sb_backend *op = sb_backend_cpu();
    sb_stream stream = stream_of(4);
    for (int s = 0; s < NORMS; s++)
        for (int how = 0; how < 4; how++) {
            norm_scene t = norm_set_up(&stream, norms[s]);
            const int keep = how % 2, moving = how < 2, ld = t.c.ld; /* else Rx is 0, and not given */
            const plain_norm n[2] = {norm_of(&t.m, t.theta, t.v, -STEP), norm_of(&t.m, t.theta, t.v, STEP)};
            exact Hgain[MOST] = {0}, Hshift[MOST] = {0};
            int wrong = 0;
            op->norm_forward(op, &t.c, &t.m, t.theta, t.x, t.xhat, t.r, NULL);
            real_poison(t.other, t.all);
            op->norm_rforward(op, &t.c, &t.m, t.theta, t.v, moving ? t.Rx : NULL, t.xhat, t.r, t.other, t.z);
            norm_prepare(&t, keep);
            op->norm_rback(op, &t.c, &t.m, t.theta, t.v, t.dz, t.Rdz, moving ? t.Rx : NULL, t.xhat, t.r, keep, t.out, keep, t.grad);
            for (int b = 0; b < t.c.B; b++) {
                exact x[2][MOST], dz[2][MOST], xhat[2][MOST], r[2][MOST], z[2][MOST], dx[2][MOST], dgain[2][MOST], dshift[2][MOST];
                for (int side = 0; side < 2; side++) {
                    for (int e = 0; e < t.n; e++) {
                        const size_t at = (size_t)(e * ld + b);
                        x[side][e] = t.x[at] + (moving ? (2 * side - 1) * STEP * t.Rx[at] : 0);
                        dz[side][e] = t.dz[at] + (2 * side - 1) * STEP * t.Rdz[at];
                    }
                    plain_forward(&n[side], x[side], xhat[side], r[side], z[side]);
                    plain_back(&n[side], x[side], dz[side], dx[side], dgain[side], dshift[side]);
                }
                for (int e = 0; e < t.n; e++) {
                    const size_t at = (size_t)(e * ld + b);
                    const exact own = t.r[e / (t.n / t.m.groups) * ld + b], cube = 1 + own + own * own * own;
                    const exact near = 1e-7L * cube * cube + EPSILON * 999 * (t.n + 9) * cube;
                    const exact before = keep ? t.prior[at] : 0;
                    wrong += !(fabsl(t.other[at] - (xhat[1][e] - xhat[0][e]) / (2 * STEP)) <= near);
                    wrong += !(fabsl(t.z[at] - (z[1][e] - z[0][e]) / (2 * STEP)) <= near);
                    wrong += !(fabsl(t.out[at] - before - (dx[1][e] - dx[0][e]) / (2 * STEP)) <= near);
                }
                for (int i = 0; i < t.m.channels; i++) {
                    Hgain[i] += (dgain[1][i] - dgain[0][i]) / (2 * STEP);
                    Hshift[i] += (dshift[1][i] - dshift[0][i]) / (2 * STEP);
                }
            }
            for (size_t i = 0; i < (size_t)t.m.channels; i++) {
                const real *prior = t.prior + t.all;
                const exact near = (1e-7L + EPSILON * 999 * (t.n + 9)) * (1 + t.c.B * t.m.pixels) * 30;
                wrong += !(fabsl(t.grad[t.m.gain + i] - (keep ? prior[t.m.gain + i] : 0) - Hgain[i]) <= near);
                wrong += !(fabsl(t.grad[t.m.shift + i] - (keep ? prior[t.m.shift + i] : 0) - Hshift[i]) <= near);
            }
            for (size_t i = 0; i < t.all; i++)
                wrong += i % (size_t)ld >= (size_t)t.c.B && (t.out[i] != (keep ? t.prior[i] : 0) || !isfinite(t.z[i]));
            CU_ASSERT_EQUAL(wrong, 0);
            norm_tear_down(&t);
        }
}

/* ---- softmax ---- */

static void plain_softmax(int J, const exact *x, exact *p)
{
    exact sum = 0;
    for (int j = 0; j < J; j++) sum += p[j] = expl(x[j]);
    for (int j = 0; j < J; j++) p[j] /= sum;
}

static void plain_softmax_back(int J, const exact *x, const exact *dp, exact *dx)
{
    exact p[MOST];
    plain_softmax(J, x, p);
    for (int j = 0; j < J; j++) {
        dx[j] = 0;
        for (int k = 0; k < J; k++) dx[j] += dp[k] * p[k] * ((j == k) - p[j]);
    }
}

static void test_softmax(void)
{
    const int sizes[][3] = {{1, 1, 5}, {3, 7, 17}, {5, 64, 3}, {2, 0, 4}, {2, 3, 0}};
    const sb_backend *op = sb_backend_cpu();
    sb_stream stream = stream_of(5);
    for (unsigned s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const int I = sizes[s][0], J = sizes[s][1], B = sizes[s][2], ld = sb_lanes(B);
        const sb_crew c = {1, B, ld, 0};
        const size_t n = (size_t)(I * J * ld);
        real *x = real_normals(&stream, n), *p = real_normals(&stream, n), *dp = real_normals(&stream, n),
             *dx = real_normals(&stream, n), *Rx = real_normals(&stream, n), *Rp = real_normals(&stream, n),
             *Rdp = real_normals(&stream, n), *Rdx = real_normals(&stream, n);
        int wrong = 0;
        for (size_t i = 0; i < n; i++) x[i] = x[i] * 9 + 500; /* their exponentials overflow */
        real_poison(p, n), real_poison(dx, n), real_poison(Rdx, n);
        op->softmax(op, &c, I, J, x, p);
        op->softmax_back(op, &c, I, J, p, dp, dx);
        for (int i = 0; i < I; i++)
            for (int b = 0; b < B; b++) {
                exact own[MOST], q[MOST], direction[MOST], above[MOST], below[MOST], sum = 0;
                const int at = i * J * ld + b;
                sample(x + at, J, ld, 0, own);
                sample(dp + at, J, ld, 0, above);
                sample(Rx + at, J, ld, 0, direction);
                plain_softmax(J, own, q);
                plain_softmax_back(J, own, above, below);
                for (int j = 0; j < J; j++) sum += q[j] * direction[j];
                for (int j = 0; j < J; j++) {
                    wrong += real_far(p[at + j * ld], q[j], 3 * q[j] + 1e-30L, J);
                    wrong += real_far(dx[at + j * ld], below[j], 20 * q[j] + 1e-30L, J);
                    Rp[at + j * ld] = (real)(q[j] * (direction[j] - sum));
                }
            }
        op->softmax_rback(op, &c, I, J, p, dp, Rp, Rdp, Rdx);
        for (int i = 0; i < I; i++)
            for (int b = 0; b < B; b++) {
                exact own[2][MOST], above[2][MOST], below[2][MOST];
                const int at = i * J * ld + b;
                for (int side = 0; side < 2; side++) {
                    for (int j = 0; j < J; j++) {
                        own[side][j] = x[at + j * ld] + (2 * side - 1) * STEP * Rx[at + j * ld];
                        above[side][j] = dp[at + j * ld] + (2 * side - 1) * STEP * Rdp[at + j * ld];
                    }
                    plain_softmax_back(J, own[side], above[side], below[side]);
                }
                for (int j = 0; j < J; j++)
                    wrong +=
                        !(fabsl(Rdx[at + j * ld] - (below[1][j] - below[0][j]) / (2 * STEP)) <= 1e-8L + 300 * (J + 9) * EPSILON);
            }
        op->softmax_back(op, &c, I, J, p, dp, dp); /* in place */
        wrong += real_differ(dx, dp, n);
        for (size_t i = 0; i < n; i++) wrong += !isfinite(p[i]) || !isfinite(dx[i]) || !isfinite(Rdx[i]);
        CU_ASSERT_EQUAL(wrong, 0);
        free(x), free(p), free(dp), free(dx), free(Rx), free(Rp), free(Rdp), free(Rdx);
    }
}

int main(void)
{
    static const sb_test tests[] = {
        {"norm_forward against long double", test_norm_forward}, {"norm_forward far from zero", test_norm_far_from_zero},
        {"norm_back against long double", test_norm_back},       {"norm_rforward, norm_rback against differences", test_norm_along},
        {"softmax and its derivatives", test_softmax},
    };
    return sb_test_main(SUITE, tests, sizeof tests / sizeof *tests);
}
