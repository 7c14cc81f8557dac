/* The host's samples (src/model, src/data) and the backend's draw in double: the same bits, and so the same training. */
#include "harness.h"

#include "base/memory.h"
#include "base/random.h"
#include "kernels/backend.h"
#include "model/loss.h"

#include <string.h>

enum { J = 4, K = 6, B = 75, LARGEST = 17 };

/* A mixture of one kind of covariance and a grid, with what the backend's draw asks of them. */
typedef struct {
    sb_components components;
    sb_mixture q;
    double weight[J], cumulative[J], time[K], u[K + 1], gamma[K], sigma2[K + 1], shrink[K], sigma[K];
    double deviation[J * LARGEST];
    sb_grid grid;
    sb_source source;
    int last;
} scene;

static void scene_open(sb_context *ctx, scene *s, int d, sb_covariance_kind kind, int rank)
{
    const double weight[J] = {0.3, 0.0, 0.4615, 0.2385};
    sb_stream stream = sb_stream_at(31, SB_DRAW_TEST, 0, 0, (uint32_t)d, (uint32_t)kind);
    double sum = 0.0, C[LARGEST * LARGEST], L[LARGEST * LARGEST];
    if (kind == SB_COVARIANCE_LOW_RANK) CHECK_OK(ctx, sb_components_alloc_low_rank(ctx, d, J, rank, &s->components));
    else CHECK_OK(ctx, sb_components_alloc(ctx, d, J, kind, &s->components));
    sb_stream_normals(&stream, (size_t)J * (size_t)d, s->components.mean);
    for (int j = 0; j < J; j++) {
        s->weight[j] = weight[j];
        s->cumulative[j] = sum += weight[j];
        if (kind == SB_COVARIANCE_FULL) {
            sb_stream_normals(&stream, (size_t)d * (size_t)d, L);
            for (int a = 0; a < d; a++)
                for (int b = 0; b < d; b++) {
                    C[a * d + b] = 0.0;
                    for (int e = 0; e < d; e++) C[a * d + b] += L[a * d + e] * L[b * d + e] / d;
                }
            CHECK_OK(ctx, sb_components_set_full(ctx, &s->components, j, C));
        } else if (kind == SB_COVARIANCE_LOW_RANK) {
            sb_stream_normals(&stream, (size_t)d * (size_t)rank, L);
            CHECK_OK(ctx, sb_components_set_low_rank(ctx, &s->components, j, 0.0385 * (j + 1), L));
        } else {
            const int n = kind == SB_COVARIANCE_DIAGONAL ? d : 1;
            for (int a = 0; a < n; a++) s->components.lambda[j * n + a] = 0.0385 + sb_stream_uniform(&stream);
        }
        for (int a = 0; a < d; a++) s->deviation[j * d + a] = sqrt(sb_components_variance(&s->components, j, a));
    }
    s->last = J - 1;
    s->q = (sb_mixture){.components = &s->components, .weight = s->weight};
    s->grid = (sb_grid){.K = K, .T = 2.0, .delta = 0.05, .u = s->u, .gamma = s->gamma, .sigma2 = s->sigma2};
    for (int k = 0; k <= K; k++) s->u[k] = 2.0 - 1.95 * k / K, s->sigma2[k] = -expm1(-2.0 * s->u[k]);
    for (int k = 0; k < K; k++) s->gamma[k] = s->u[k] - s->u[k + 1], s->shrink[k] = exp(-s->u[k]), s->sigma[k] = sqrt(s->sigma2[k]);
    sb_time_law(&s->grid, s->time);
    s->source = (sb_source){.d = d,
                            .J = J,
                            .K = K,
                            .mean = s->components.mean,
                            .deviation = s->deviation,
                            .rank = s->components.rank,
                            .Q = s->components.Q,
                            .cumulative = s->cumulative,
                            .last = &s->last,
                            .time = s->time,
                            .gamma = s->gamma,
                            .shrink = s->shrink,
                            .sigma = s->sigma};
}

static void check_same(int d, sb_covariance_kind kind, int rank)
{
    const sb_backend *op = sb_backend_cpu();
    const sb_stream stream = sb_stream_at(5, SB_DRAW_TRAIN, 1, 2, 3, 4);
    const sb_place place = {stream.seed, stream.subsequence, stream.block};
    const sb_crew crew = {1, B, sb_lanes(B), 0};
    const int law = 0;
    double y[B * LARGEST], target[B * LARGEST], weight[B];
    int k[B];
    scene s;
    sb_noised host;
    sb_context ctx;
    sb_context_init(&ctx, 1);
    scene_open(&ctx, &s, d, kind, rank);
    CHECK_OK(&ctx, sb_noised_alloc(&ctx, B, d, &host));
    for (int times = SB_TIMES_RANDOM; times <= SB_TIMES_FIXED; times++)
        for (int with_sums = 0; with_sums < 2; with_sums++) { /* the host looks a component up in two ways */
            const sb_draw how = {(sb_times)times, times == SB_TIMES_RANDOM ? 0 : 13, 200, 4};
            s.q.cumulative = with_sums ? s.cumulative : NULL;
            if (times == SB_TIMES_RANDOM) sb_noised_draw(&s.q, &s.grid, s.time, stream, B, &host);
            else if (times == SB_TIMES_STRATIFIED) sb_noised_stratified(&s.q, &s.grid, stream, 13, B, 200, &host);
            else sb_noised_at(&s.q, &s.grid, stream, 4, 13, B, &host);
            op->draw(op, &crew, &s.source, &law, &place, 0, &how, y, target, weight, k);
            CHECK(memcmp(y, host.y, sizeof *y * B * (size_t)d) == 0);
            CHECK(memcmp(target, host.target, sizeof *y * B * (size_t)d) == 0);
            CHECK(memcmp(weight, host.weight, sizeof weight) == 0);
            CHECK(memcmp(k, host.k, sizeof k) == 0);
        }
    sb_noised_free(&host);
    sb_components_free(&s.components);
}

static void test_same_bits(void)
{
    const int dimension[] = {1, 2, 3, 8, LARGEST};
    for (int i = 0; i < 5; i++) {
        check_same(dimension[i], SB_COVARIANCE_ISOTROPIC, 0);
        check_same(dimension[i], SB_COVARIANCE_DIAGONAL, 0);
        check_same(dimension[i], SB_COVARIANCE_FULL, dimension[i]);
        for (int rank = 0; rank < dimension[i]; rank++) check_same(dimension[i], SB_COVARIANCE_LOW_RANK, rank);
    }
}

int main(void)
{
    static const sb_test tests[] = {{"all times, all kinds of covariance", test_same_bits}};
    return sb_test_main("host samples", tests, sizeof tests / sizeof *tests);
}
