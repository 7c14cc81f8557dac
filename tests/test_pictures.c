/* What a report shows of a trained run: densities against the laws and the sampler's own, coverage against masks counted here, images, and
 * the file that holds them. */
#include "harness.h"

#include "fixture.h"

#include "base/file.h"
#include "base/memory.h"
#include "measure/generated_sample.h"
#include "measure/kl_grid.h"
#include "measure/pictures.h"
#include "train/masks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static sb_context context;
static const char path[] = "test_pictures.tmp.json";

/* A system and a training with theta_r of a few rounds, and its pictures. */
typedef struct {
    sb_fixture fixture;
    sb_system system;
    sb_training training;
    sb_pictures pictures;
} scene;

static int scene_open(scene *s, int d, int N, sb_pruning_kind kind, const double *keep)
{
    sb_context *ctx = &context;
    sb_fixture_fill(&s->fixture, d, N, SB_MODEL_MLP, SB_GRID_LOG_SNR);
    if (keep) sb_fixture_prune(&s->fixture, kind, N, keep);
    s->pictures = (sb_pictures){.identity = 0};
    return CHECK_OK(ctx, sb_system_create(ctx, &s->fixture.config, &s->system)) &&
           CHECK_OK(ctx, sb_training_create(ctx, &s->system, 2, 0.02, &s->training)) &&
           CHECK_OK(ctx, sb_training_run(ctx, &s->system, &s->training, s->training.rounds, NULL, NULL)) &&
           CHECK_OK(ctx, sb_pictures_take(ctx, &s->system, &s->training, &s->pictures));
}

static void scene_close(scene *s)
{
    sb_pictures_free(&s->pictures);
    sb_training_free(&s->training);
    sb_system_free(&s->system);
}

static double mass(const sb_density_pictures *p, const double *density)
{
    double sum = 0.0;
    for (int i = 0; i < p->n[0] * p->n[1]; i++) sum += density[i];
    return sum * p->step[0] * (p->d == 2 ? p->step[1] : 1.0);
}

/* The law itself, at a point of the grid. */
static double law_at(const scene *s, const double *y)
{
    const sb_mixture pooled = sb_data_pooled(&s->system.data);
    sb_marginal *law;
    double log_density = NAN, *work;
    if (!CHECK_OK(&context, sb_marginal_create(&context, &pooled, s->system.grid.delta, &law))) return NAN;
    work = calloc(sb_marginal_work(law), sizeof *work);
    sb_marginal_eval(law, 1, y, &log_density, NULL, work);
    free(work);
    sb_marginal_free(law);
    return exp(log_density);
}

/* What the finer density has around the same point: bilinear between the coarse one's points, so only near. */
static double generated_near(const sb_grid_density *g, const double *y)
{
    const int i = (int)lrint((y[0] - g->origin[0]) / g->step[0]),
              k = g->d == 2 ? (int)lrint((y[1] - g->origin[1]) / g->step[1]) : 0;
    return g->density[(size_t)i * (size_t)g->n[1] + (size_t)k];
}

static void densities_are(int d)
{
    static const double keep[] = {1.0, 0.8, 0.4};
    scene s;
    sb_grid_density fine = {0};
    if (!scene_open(&s, d, 3, SB_PRUNING_RANDOM, keep)) return;
    const sb_density_pictures *p = &s.pictures.density;
    CHECK(p->d == d && p->data && p->learned && p->pruned && s.pictures.pruned_model.worker == 2);
    CHECK_CLOSE(mass(p, p->data), 1.0, 2e-3); /* the window cuts tails at 3.5 deviations */
    CHECK(mass(p, p->learned) > 0.05 && mass(p, p->learned) < 1.001 && mass(p, p->pruned) > 0.01 && mass(p, p->pruned) < 1.001);
    CHECK_OK(&context, sb_generated_density(&context, &s.system, s.training.theta, 2.0, &fine));
    double most = 0.0, worst = 0.0;
    for (int i = 0; i < p->n[0]; i += 7)
        for (int k = 0; k < p->n[1]; k += 7) {
            const double y[2] = {p->origin[0] + i * p->step[0], p->origin[1] + k * p->step[1]};
            const size_t at = (size_t)i * (size_t)p->n[1] + (size_t)k;
            CHECK_CLOSE(p->data[at], law_at(&s, y), 1e-12);
            most = fmax(most, p->learned[at]);
            worst = fmax(worst, fabs(p->learned[at] - generated_near(&fine, y)));
        }
    if (worst > 0.05 * most) printf("# off by %g of %g\n", worst, most);
    CHECK(most > 0.0 && worst < 0.05 * most);
    sb_grid_density_free(&fine);
    scene_close(&s);
}

static void test_densities(void)
{
    densities_are(1);
    densities_are(2);
}

/* Masks counted by hand over the rounds that are looked at. */
static void test_coverage(void)
{
    static const double keep[] = {1.0, 0.8, 0.4, 0.6};
    sb_context *ctx = &context;
    scene s;
    sb_masks masks;
    sb_mask_round round;
    if (!scene_open(&s, 1, 4, SB_PRUNING_TOP_K, keep)) return;
    const sb_coverage *c = &s.pictures.coverage;
    const int seen = s.training.snapshots < SB_PICTURE_ROUNDS ? s.training.snapshots : SB_PICTURE_ROUNDS;
    const size_t D = s.training.D;
    double share[5] = {0}, total = 0.0;
    unsigned char *mask = calloc(D + 1, 1), *lane = calloc(64, 1);
    CHECK(c->N == 4 && c->rounds == seen && s.training.snapshots <= SB_PICTURE_ROUNDS);
    CHECK_OK(ctx, sb_masks_create(ctx, &s.fixture.config, s.system.model, &masks));
    CHECK_OK(ctx, sb_mask_round_create(ctx, &masks, &round));
    for (int r = 0; r < seen; r++) {
        const double *theta = s.training.snapshot + (size_t)r * D;
        sb_mask_round_prepare(&masks, theta, &round);
        for (size_t i = 0; i < D; i++) {
            int by = 0;
            for (int n = 0; n < 4; n++) {
                sb_mask_fill(&masks, &round, 0, s.training.snapshot_round[r], n, theta, mask, lane);
                by += mask[i];
            }
            share[by] += 1.0 / ((double)D * seen);
        }
    }
    for (int k = 0; k <= 4; k++) {
        CHECK_NEAR(c->share[k], share[k], 1e-12);
        total += c->share[k];
    }
    CHECK_CLOSE(total, 1.0, 1e-12);
    CHECK(s.pictures.pruned_model.worker == 2 && fabs(s.pictures.pruned_model.kept - 0.4) <= 1.0 / (double)D);
    free(mask);
    free(lane);
    sb_mask_round_free(&round);
    sb_masks_free(&masks);
    scene_close(&s);
}

/* Where no rates are given, whoever keeps least is found by counting: of a split in four, the first worker without one of the D mod 4
 * coordinates that are left over. */
static void test_least_worker(void)
{
    static const double keep[] = {1.0, 1.0, 1.0, 1.0};
    scene s;
    if (!scene_open(&s, 1, 4, SB_PRUNING_SPLIT, keep)) return;
    const size_t D = s.training.D;
    CHECK(D % 4 != 0); /* else all keep the same, and the test shows nothing */
    CHECK(s.pictures.pruned_model.worker == (int)(D % 4));
    CHECK_CLOSE(s.pictures.pruned_model.kept, (double)(D / 4) / (double)D, 1e-15);
    scene_close(&s);
}

static void test_nothing_pruned(void)
{
    scene s;
    if (!scene_open(&s, 2, 1, SB_PRUNING_NONE, NULL)) return;
    CHECK(s.pictures.pruned_model.worker == -1 && s.pictures.pruned_model.kept == 1.0 && !s.pictures.density.pruned);
    CHECK(s.pictures.coverage.N == 1);
    CHECK_CLOSE(s.pictures.coverage.share[1], 1.0, 1e-15);
    CHECK(s.pictures.sheet.rows == 0 && !s.pictures.sheet.image);
    scene_close(&s);
}

/* A score that is not finite leaves its picture out, and nothing else. */
static void test_divergence(void)
{
    scene s;
    if (!scene_open(&s, 1, 2, SB_PRUNING_NONE, NULL)) return;
    sb_pictures_free(&s.pictures);
    for (size_t i = 0; i < s.training.D; i++) s.training.theta[i] = 1e200;
    CHECK_OK(&context, sb_pictures_take(&context, &s.system, &s.training, &s.pictures));
    CHECK(s.pictures.density.data && !s.pictures.density.learned);
    scene_close(&s);
}

#define WITH_DENSITY                                                                                                               \
    "{\"identity\":\"12\",\"pruned_worker\":-1,\"kept\":1.0,\"coverage\":{\"N\":0,\"rounds\":0},"                                  \
    "\"sheet\":{\"rows\":0,\"columns\":0},\"density\":{\"d\":1,\"n\":[2,1],"

static int near_digits(int count, const double *a, const double *b)
{
    for (int i = 0; i < count; i++)
        if (fabs(a[i] - b[i]) > 1e-5 * fabs(a[i])) return 0;
    return 1;
}

static void test_file(void)
{
    static const double keep[] = {0.5, 1.0};
    sb_context *ctx = &context;
    scene s;
    sb_pictures back;
    if (!scene_open(&s, 2, 2, SB_PRUNING_RANDOM, keep)) return;
    s.pictures.identity = 0x0123456789abcdefull;
    CHECK_OK(ctx, sb_pictures_write(ctx, &s.pictures, path));
    if (CHECK_OK(ctx, sb_pictures_read(ctx, path, &back))) {
        const sb_density_pictures *p = &s.pictures.density, *q = &back.density;
        const int points = p->n[0] * p->n[1];
        CHECK(back.identity == s.pictures.identity && back.pruned_model.worker == 0);
        CHECK(q->d == 2 && q->n[0] == p->n[0] && q->n[1] == p->n[1]);
        for (int i = 0; i < 2; i++) CHECK(p->origin[i] == q->origin[i] && p->step[i] == q->step[i]);
        CHECK(near_digits(points, p->data, q->data) && near_digits(points, p->learned, q->learned) &&
              near_digits(points, p->pruned, q->pruned));
        CHECK(back.coverage.N == 2 && near_digits(3, s.pictures.coverage.share, back.coverage.share));
        sb_pictures_free(&back);
    }
    scene_close(&s);
    static const struct {
        const char *text, *says;
    } wrong[] = {
        {"{", ":1:1: error: "},
        {"{}", "'identity' is missing"},
        {"{\"identity\":\"12\"}", "'pruned_worker' is missing"},
        {"{\"identity\":\"12\",\"pruned_worker\":-1}", "'kept' is missing"},
        {"{\"identity\":\"12\",\"pruned_worker\":-1,\"kept\":1.0}", "'N' is missing"},
        {"{\"identity\":\"12\",\"pruned_worker\":-1,\"kept\":1.0,\"coverage\":{\"N\":2,\"rounds\":1,\"share\":[1]}}",
         "'share' is no list of 3"},
        {"{\"identity\":\"12\",\"pruned_worker\":-1,\"kept\":1.0,\"coverage\":{\"N\":2,\"rounds\":1}}", "'share' is missing"},
        {"{\"identity\":\"12\",\"pruned_worker\":-1,\"kept\":1.0,\"coverage\":{\"N\":0,\"rounds\":0}}", "'rows' is missing"},
        {"{\"identity\":\"12\",\"pruned_worker\":-1,\"kept\":1.0,\"coverage\":{\"N\":0,\"rounds\":0},\"sheet\":{\"rows\":0,"
         "\"columns\":0},"
         "\"density\":{\"d\":3}}",
         "'d' is missing or no whole number from 1 to 2"},
        {"{\"identity\":\"12\",\"pruned_worker\":-1,\"kept\":1.0,\"coverage\":{\"N\":0,\"rounds\":0},\"sheet\":{\"rows\":0,"
         "\"columns\":0},"
         "\"density\":{\"d\":2,\"n\":[100000,100000]}}",
         "'n' is no size of a grid"},
        {"{\"identity\":\"12\",\"pruned_worker\":-1,\"kept\":1.0,\"coverage\":{\"N\":0,\"rounds\":0},\"sheet\":{\"rows\":0,"
         "\"columns\":0},"
         "\"density\":{\"d\":1,\"n\":[2,1],\"origin\":[\"0\",\"0\"],\"step\":[\"1\",\"1\"],\"data\":[1,null]}}",
         "'data' is no list of 2 numbers"},
        {"{\"identity\":\"12\",\"pruned_worker\":-1,\"kept\":1.0,\"coverage\":{\"N\":0,\"rounds\":0},\"sheet\":{\"rows\":0,"
         "\"columns\":0},"
         "\"density\":{\"d\":1,\"n\":[2,1],\"origin\":[\"0\",\"0\"],\"step\":[\"0\",\"1\"],\"data\":[1,1]}}",
         "no density on a grid"},
        {WITH_DENSITY "\"origin\":[\"1e300\",\"0\"],\"step\":[\"1\",\"1\"],\"data\":[1,1]}}",
         "'origin' is no pair of numbers below 1e15"},
        {WITH_DENSITY "\"origin\":[0,0],\"step\":[\"1\",\"1\"],\"data\":[1,1]}}", "'origin' is no pair"},
        {WITH_DENSITY "\"origin\":[\"1e9\",\"0\"],\"step\":[\"1e-6\",\"1\"],\"data\":[1,1]}}", "no density on a grid"},
        {WITH_DENSITY "\"origin\":[\"0\",\"0\"],\"step\":[\"1\",\"1\"],\"data\":[1,-1]}}", "'data' has a density below 0"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_OK(ctx, sb_file_replace(ctx, path, wrong[i].text, strlen(wrong[i].text)));
        CHECK_FAILS(ctx, sb_pictures_read(ctx, path, &back), SB_EUSER, wrong[i].says);
    }
    unlink(path);
}

static void test_images(void)
{
    static const double keep[] = {0.7};
    sb_context *ctx = &context;
    scene s;
    sb_fixture_fill(&s.fixture, 2, 1, SB_MODEL_MLP, SB_GRID_LOG_SNR);
    s.fixture.config.data.kind = SB_DATA_SHAPES;
    s.fixture.config.data.side = 6;
    s.fixture.config.data.channels = 1;
    s.fixture.config.data.count = 30;
    s.fixture.config.data.partition = SB_PARTITION_IID;
    sb_fixture_prune(&s.fixture, SB_PRUNING_RANDOM, 1, keep);
    if (!CHECK_OK(ctx, sb_system_create(ctx, &s.fixture.config, &s.system)) ||
        !CHECK_OK(ctx, sb_training_create(ctx, &s.system, 1, 0.01, &s.training)) ||
        !CHECK_OK(ctx, sb_training_run(ctx, &s.system, &s.training, 2, NULL, NULL)) ||
        !CHECK_OK(ctx, sb_pictures_take(ctx, &s.system, &s.training, &s.pictures)))
        return;
    const sb_image_sheet *sheet = &s.pictures.sheet;
    const size_t d = (size_t)s.system.data.d, row = SB_PICTURE_IMAGES * d;
    double *y = calloc(row, sizeof *y);
    CHECK(sheet->rows == 3 && sheet->columns == SB_PICTURE_IMAGES && sheet->shape.width == 6 && s.pictures.density.d == 0);
    CHECK_OK(ctx, sb_generated_sample(ctx, &s.system, s.training.theta, SB_PICTURE_IMAGES, 0, y));
    CHECK(memcmp(y, sheet->image + row, row * sizeof *y) == 0);
    for (int i = 0; i < SB_PICTURE_IMAGES; i++) { /* each of the first row is one of the data */
        int found = 0;
        for (int j = 0; j < s.system.data.components.J && !found; j++)
            found = memcmp(s.system.data.components.mean + (size_t)j * d, sheet->image + (size_t)i * d, d * sizeof *y) == 0;
        CHECK(found);
    }
    CHECK(memcmp(sheet->image + row, sheet->image + 2 * row, row * sizeof *y) != 0);
    free(y);
    scene_close(&s);
}

static const sb_test tests[] = {
    {"densities", test_densities},
    {"coverage", test_coverage},
    {"who keeps least", test_least_worker},
    {"nothing pruned", test_nothing_pruned},
    {"a score that diverges", test_divergence},
    {"the file", test_file},
    {"images", test_images},
};

int main(void)
{
    sb_context_init(&context, 2);
    return sb_test_main("pictures", tests, sizeof tests / sizeof *tests);
}
