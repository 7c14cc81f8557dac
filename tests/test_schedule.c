/* Which rounds are measured: their stretches, their law, and that the snapshots are theta_r of these rounds. */
#include "harness.h"

#include "fixture.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static sb_context context;

/* theta_r of every round, (R+1,P,D) by way of the reports. */
static sb_status keep_path(sb_context *ctx, void *user, const sb_training *training, const sb_round_report *report)
{
    const size_t size = (size_t)training->replicas * training->D;
    (void)ctx;
    memcpy((double *)user + (size_t)(report->round + 1) * size, training->theta, size * sizeof(double));
    return SB_OK;
}

/* The stretches by their definition: lengths 1, 1, 2, 4, ... up to `every`, the last one cut at R. Returns their number. */
static int stretches(int R, int every, int most, int first[], int length[])
{
    int count = 0;
    for (int begin = 0, size = 1; begin < R && count < most; count++) {
        first[count] = begin;
        length[count] = begin + size < R ? size : R - begin;
        begin += size;
        if (count > 0) size = size * 2 < every ? size * 2 : every;
    }
    return count;
}

static void test_stretches(void)
{
    enum { MOST = 300 };
    sb_fixture fixture;
    int first[MOST], length[MOST], begin, size;
    sb_fixture_fill(&fixture, 1, 1, SB_MODEL_EXACT, SB_GRID_KAPPA);
    for (int R = 0; R < MOST; R += 1 + R / 20)
        for (int every = 1; every < 130; every += 1 + every / 5) {
            int wrong = 0, at = 0;
            fixture.config.train.rounds = R;
            fixture.config.measure.every = every;
            const int count = stretches(R, every, MOST, first, length);
            for (int i = 0; i < count; at += size, i++) {
                sb_training_stretch(&fixture.config, i, &begin, &size);
                wrong += begin != first[i] || size != length[i] || begin != at || size < 1 || size > every;
            }
            CHECK(wrong == 0 && at == R);
            for (int i = count; i < count + 40; i += 13) {
                sb_training_stretch(&fixture.config, i, &begin, &size);
                CHECK(size == 0);
            }
        }
    fixture.config.train.rounds = 1 << 24;
    fixture.config.measure.every = 1;
    for (int i = 1; i <= 1000; i++) { /* far along, but as quick as at the start */
        sb_training_stretch(&fixture.config, (1 << 24) - i, &begin, &size);
        CHECK(begin == (1 << 24) - i && size == 1);
    }
    fixture.config.measure.every = 1 << 24;
    sb_training_stretch(&fixture.config, 24, &begin, &size);
    CHECK(begin == 1 << 23 && size == 1 << 23);
    sb_training_stretch(&fixture.config, INT_MAX, &begin, &size);
    CHECK(size == 0);
}

static void test_snapshots(void)
{
    enum { MOST = 20 };
    static const double keep = 0.7;
    static const int lengths[][2] = {{6, 2}, {13, 3}, {5, 1}, {9, 100}, {1, 1}, {2, 1}};
    sb_context *ctx = &context;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        const int R = lengths[i][0], every = lengths[i][1];
        int first[MOST], length[MOST];
        sb_fixture fixture;
        sb_system system;
        sb_training training;
        sb_fixture_fill(&fixture, 2, 3, SB_MODEL_MLP, SB_GRID_LOG_SNR);
        sb_fixture_prune(&fixture, SB_PRUNING_RANDOM, 1, &keep);
        fixture.config.train.rounds = R;
        fixture.config.measure.every = every;
        if (!CHECK_OK(ctx, sb_system_create(ctx, &fixture.config, &system))) return;
        if (!CHECK_OK(ctx, sb_training_create(ctx, &system, 2, 0.01, &training))) return;
        const sb_training *t = &training;
        const size_t D = t->D, P = (size_t)t->replicas;
        double *path = malloc((size_t)(R + 1) * P * D * sizeof *path);
        memcpy(path, t->theta, P * D * sizeof *path);
        CHECK_OK(ctx, sb_training_run(ctx, &system, &training, R, keep_path, path));
        CHECK(t->snapshots == stretches(R, every, MOST, first, length));
        for (size_t p = 0; p < P; p++)
            for (int s = 0; s < t->snapshots; s++) {
                const size_t at = p * (size_t)t->snapshots + (size_t)s;
                const int r = t->snapshot_round[at];
                CHECK(r >= first[s] && r < first[s] + length[s]);
                CHECK(memcmp(t->snapshot + at * D, path + ((size_t)r * P + p) * D, D * sizeof *path) == 0);
            }
        free(path);
        sb_training_free(&training);
        sb_system_free(&system);
    }
}

/* The law of the measured rounds: uniform in each stretch, independent of each other and of the replica. */
static void test_schedule(void)
{
    enum { R = 11, EVERY = 4, STRETCHES = 5, SEEDS = 3000 }; /* stretches of 1, 1, 2, 4 and 3 */
    sb_context *ctx = &context;
    sb_fixture fixture;
    sb_system system;
    int first[STRETCHES], length[STRETCHES];
    double often[2][STRETCHES][EVERY] = {{{0}}}, together[EVERY][EVERY] = {{0}}, replicas[EVERY][EVERY] = {{0}};
    sb_fixture_fill(&fixture, 1, 1, SB_MODEL_EXACT, SB_GRID_KAPPA);
    fixture.config.train.rounds = R;
    fixture.config.measure.every = EVERY;
    CHECK(stretches(R, EVERY, STRETCHES, first, length) == STRETCHES && first[4] == 8 && length[4] == 3);
    if (!CHECK_OK(ctx, sb_system_create(ctx, &fixture.config, &system))) return;
    for (int seed = 0; seed < SEEDS; seed++) {
        sb_training t;
        fixture.config.seed = (uint64_t)seed << 20;
        if (!CHECK_OK(ctx, sb_training_create(ctx, &system, 2, 0.1, &t))) break;
        const int *drawn = t.snapshot_round, *other = drawn + STRETCHES;
        for (int s = 0; s < STRETCHES; s++) {
            often[0][s][drawn[s] - first[s]]++;
            often[1][s][other[s] - first[s]]++;
        }
        together[drawn[3] - first[3]][drawn[4] - first[4]]++;
        replicas[drawn[3] - first[3]][other[3] - first[3]]++;
        sb_training_free(&t);
    }
    for (int s = 0; s < STRETCHES; s++)
        for (int p = 0; p < 2; p++) {
            double chi2 = 0.0;
            for (int i = 0; i < length[s]; i++) chi2 += pow(often[p][s][i] * length[s] / SEEDS - 1.0, 2.0) * SEEDS / length[s];
            CHECK(chi2 < 21.0); /* at most 3 degrees of freedom: exceeded once in 10^4 */
        }
    double chi2 = 0.0, chi2_replicas = 0.0;
    for (int i = 0; i < EVERY; i++) {
        for (int j = 0; j < 3; j++) chi2 += pow(together[i][j] * 12.0 / SEEDS - 1.0, 2.0) * SEEDS / 12.0;
        for (int j = 0; j < EVERY; j++) chi2_replicas += pow(replicas[i][j] * 16.0 / SEEDS - 1.0, 2.0) * SEEDS / 16.0;
    }
    CHECK(chi2 < 38.0 && chi2_replicas < 44.0); /* 11 and 15 degrees of freedom */
    sb_system_free(&system);
}

int main(void)
{
    static const sb_test tests[] = {
        {"stretches of rounds", test_stretches},
        {"snapshots are theta_r of the drawn rounds", test_snapshots},
        {"measured rounds are uniform in each stretch", test_schedule},
    };
    sb_context_init(&context, 2);
    return sb_test_main("schedule", tests, sizeof tests / sizeof *tests);
}
