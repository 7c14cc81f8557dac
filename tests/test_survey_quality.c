/* test_survey_quality.c: the quality of a run's own samples, one number over the replicas, through measured.json and the reports. */
#include "fixture.h"
#include "harness.h"

#include "base/memory.h"
#include "measure/jackknife.h"
#include "measure/generated_sample.h"
#include "measure/survey.h"
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static sb_context ctx;

/* Components of the plane, called images of 1 x 2 pixels of the first and the last of three classes. */
static int open_run(sb_fixture *f, sb_system *system, sb_training *training)
{
    sb_fixture_fill(f, 2, 3, SB_MODEL_AFFINE, SB_GRID_LOG_SNR);
    f->config.measure.quality_samples = 300;
    if (!CHECK_OK(&ctx, sb_system_create(&ctx, &f->config, system)) ||
        !CHECK_OK(&ctx, sb_training_create(&ctx, system, 2, 0.02, training)) ||
        !CHECK_OK(&ctx, sb_training_run(&ctx, system, training, 6, NULL, NULL)))
        return 0;
    system->data.image = (sb_image_shape){1, 1, 2};
    system->data.classes = 3;
    system->data.label = sb_array_alloc(SB_FIXTURE_COMPONENTS, sizeof(int), 1);
    system->data.label[1] = 2;
    return 1;
}

static void close_run(sb_system *system, sb_training *training, sb_measured *measured)
{
    sb_measured_free(measured);
    sb_training_free(training);
    sb_system_free(system);
}

static char *printed(const sb_run_view *view, sb_format format)
{
    char *text = NULL;
    size_t length;
    const sb_output out = {open_memstream(&text, &length), format, 0, 100, 0};
    CHECK_OK(&ctx, sb_report_measured(&ctx, &out, view));
    fclose(out.stream);
    return text;
}

static int has(const char *text, const char *part)
{
    if (!strstr(text, part)) printf("# not there: %s\n", part);
    return strstr(text, part) != NULL;
}

static void check_reports(const sb_config *config, const sb_measured *measured)
{
    const sb_run_view view = {.path = "runs/x", .config = config, .measured = measured};
    char *table = printed(&view, SB_FORMAT_TABLE), *json = printed(&view, SB_FORMAT_JSON), *csv = printed(&view, SB_FORMAT_CSV);
    CHECK(has(table, "QUALITY OF SAMPLES") && has(table, "of 300 images to 8192 of the data") &&
          has(table, "1 to 2, that of the data is") && has(table, "They are neither"));
    CHECK(has(json, "\"frechet_feature_distance_limit\"") && has(json, "\"classifier_accuracy\"") &&
          has(json, "\"generated\": 300"));
    CHECK(has(csv, "\ngenerated,frechet_feature_distance,") && has(csv, "\ndata,share_of_class_2,") &&
          has(csv, "\ngenerated,classifier_score,"));
    free(table);
    free(json);
    free(csv);
}

static void test_run(void)
{
    static const char *const file = "test_survey_quality.tmp.json";
    sb_fixture f;
    sb_system system = {0};
    sb_training training = {0};
    sb_measured measured = {0}, back = {0};
    sb_quality_reference reference = {0};
    sb_quality one[2] = {{.classes = 0}, {.classes = 0}};
    double *y = sb_array_alloc(300 * 2, sizeof *y, 0);
    if (!open_run(&f, &system, &training) || !CHECK_OK(&ctx, sb_measure(&ctx, &system, &training, &measured))) return;
    const sb_quality *q = &measured.quality;
    CHECK_OK(&ctx, sb_quality_reference_create(&ctx, &system.data, f.config.seed, f.config.measure.confidence, &reference));
    for (int p = 0; p < 2; p++) {
        CHECK_OK(&ctx, sb_generated_sample(&ctx, &system, training.theta + (size_t)p * training.D, 300, p, y));
        CHECK_OK(&ctx, sb_quality_measure(&ctx, &reference, 300, y, f.config.measure.confidence, &one[p]));
    }
    CHECK(q->frechet.generated == 300 && q->classes == 3 && q->frechet.features == 64);
    CHECK_CLOSE(q->frechet.limit.value, 0.5 * (one[0].frechet.limit.value + one[1].frechet.limit.value), 1e-12);
    CHECK_CLOSE(q->frechet.at_n.value, 0.5 * (one[0].frechet.at_n.value + one[1].frechet.at_n.value), 1e-12);
    CHECK_CLOSE(q->score.value, 0.5 * (one[0].score.value + one[1].score.value), 1e-12);
    CHECK_CLOSE(q->share[0].value, 0.5 * (one[0].share[0].value + one[1].share[0].value), 1e-12);
    CHECK(q->share[0].lo >= 0.0 && q->share[0].hi <= 1.0 && q->frechet.at_n.lo >= 0.0 && q->score.lo >= 1.0 && q->score.hi <= 2.0);
    CHECK_OK(&ctx, sb_measured_write(&ctx, &measured, file));
    if (CHECK_OK(&ctx, sb_measured_read(&ctx, file, &back)))
        CHECK(back.quality.frechet.limit.value == q->frechet.limit.value && back.quality.share[2].hi == q->share[2].hi);
    unlink(file);
    check_reports(&f.config, &measured);
    for (int p = 0; p < 2; p++) sb_quality_free(&one[p]);
    sb_quality_reference_free(&reference);
    sb_measured_free(&back);
    close_run(&system, &training, &measured);
    sb_free(y);
}

/* Parameters that lead to no finite points, or to such that their features' squares would overflow: all else is measured, and there is no
 * quality. */
static void test_divergence(void)
{
    static const double far[] = {1e200, 1e25};
    sb_fixture f;
    sb_system system = {0};
    sb_training training = {0};
    sb_measured measured = {0};
    sb_survey survey = {0};
    if (!open_run(&f, &system, &training)) return;
    if (CHECK_OK(&ctx, sb_survey_open(&ctx, &system, &training, &measured, &survey)))
        for (int e = 0; e < 2; e++) {
            for (size_t i = 0; i < 2 * training.D; i++) training.theta[i] = far[e];
            CHECK_OK(&ctx, sb_survey_quality(&ctx, &survey));
            CHECK(measured.quality.frechet.generated == 0 && ctx.error.status == SB_OK);
        }
    sb_survey_close(&survey);
    close_run(&system, &training, &measured);
}

int main(void)
{
    static const sb_test tests[] = {{"the quality of a run", test_run}, {"samples that are not finite", test_divergence}};
    sb_context_init(&ctx, 1);
    return sb_test_main("survey_quality", tests, sizeof tests / sizeof *tests);
}
