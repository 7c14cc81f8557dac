/* What a good configuration becomes: defaults, overrides and their precedence, dump and reference. */
#include "config/config.h"
#include "config/parameters.h"
#include "harness.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char minimal[] = "data: {kind: gaussian-mixture, dimension: 2, preset: ring}\ndiffusion: {K: 5}\n";
static const char mixed[] =
    "seed: 18446744073709551615\n"
    "data:\n"
    "  kind: gaussian-mixture\n"
    "  workers: 2\n"
    "  components:\n"
    "    - {weight: 0.2, mean: [0.1, -2.385], covariance: 0.07}\n"
    "    - weight: 0.3\n"
    "      mean: [1e-300, -0.0]\n"
    "      covariance: [0.1, 3.3333333333333335]\n"
    "    - {weight: 0.5, mean: [.5, +7.], covariance: [[2, 0.30000000000000004], [0.3, 1]]}\n"
    "  partition:\n"
    "    kind: explicit\n"
    "    weights:\n"
    "      - [0.1, 0.2, 0.7]\n"
    "      - [0.33333333333333, 0.33333333333333, 0.33333333333334]\n"
    "diffusion: {grid: kappa, kappa: 0.0123456789012345678, sampler: euler, T: 2.385, delta: 1e-3}\n"
    "train: {learning_rate: 1.7e-4, rounds: 7}\n"
    "pruning: {kind: file, file: \"a \\\"b\\\" \\\\c\\n\\x07\\xe9\\u2028 \\U0001FFFE #: x.npy\", uncovered: abort}\n"
    "measure: {kl: [closed], confidence: 0.99}\n";

static sb_context context(void)
{
    sb_context ctx;
    sb_context_init(&ctx, 1);
    return ctx;
}

static int parse(sb_context *ctx, const char *text, size_t count, const sb_override *overrides, sb_config *config)
{
    return CHECK_OK(ctx, sb_config_parse(ctx, "t.yaml", text, strlen(text), count, overrides, config));
}

static int same_bits(const void *a, const void *b, size_t count)
{
    return (!a && !b) || (a && b && memcmp(a, b, count * sizeof(double)) == 0);
}

static int same_text(const char *a, const char *b)
{
    return (!a && !b) || (a && b && strcmp(a, b) == 0);
}

#define SAME(member) (memcmp(&a->member, &b->member, sizeof a->member) == 0)

/* Every field, bit by bit. */
static void check_equal(const sb_config *a, const sb_config *b)
{
    const size_t d = (size_t)a->data.dimension, J = (size_t)sb_config_component_count(a), N = (size_t)a->data.workers;
    CHECK(SAME(seed) && SAME(data.kind) && SAME(data.dimension) && SAME(data.workers) && SAME(data.preset) && SAME(data.modes));
    CHECK(SAME(data.radius) && SAME(data.deviation) && SAME(data.ratio) && SAME(data.component_count));
    CHECK(SAME(data.partition) && SAME(data.alpha) && SAME(data.samples) && same_bits(a->data.weights, b->data.weights, N * J));
    CHECK(SAME(data.format) && same_text(a->data.path, b->data.path) && same_text(a->data.labels, b->data.labels));
    CHECK(SAME(data.count) && SAME(data.side) && SAME(data.channels) && SAME(data.columns));
    CHECK(SAME(data.templates) && SAME(data.rank) && SAME(data.glyph_deviation));
    for (int j = 0; j < a->data.component_count && j < b->data.component_count; j++) {
        const sb_component *p = &a->data.components[j], *q = &b->data.components[j];
        const size_t numbers = p->kind == SB_COVARIANCE_FULL ? d * d : p->kind == SB_COVARIANCE_DIAGONAL ? d : 1;
        CHECK(p->kind == q->kind && same_bits(&p->weight, &q->weight, 1) && same_bits(p->mean, q->mean, d));
        CHECK(same_bits(p->covariance, q->covariance, numbers));
    }
    CHECK(SAME(diffusion.T) && SAME(diffusion.delta) && SAME(diffusion.grid) && SAME(diffusion.K) && SAME(diffusion.kappa));
    CHECK(SAME(diffusion.sampler) && SAME(model.kind) && SAME(model.width) && SAME(model.depth) && SAME(model.features));
    CHECK(SAME(model.bandwidth) && SAME(model.form) && SAME(model.init_scale) && SAME(model.unit));
    CHECK(SAME(train.rounds) && SAME(train.local_steps) && SAME(train.batch) && SAME(train.rule) && SAME(train.learning_rate));
    CHECK(SAME(pruning.kind) && SAME(pruning.level) && SAME(pruning.keep_count) && SAME(pruning.uncovered));
    CHECK(same_bits(a->pruning.keep, b->pruning.keep, (size_t)a->pruning.keep_count) &&
          same_text(a->pruning.file, b->pruning.file));
    CHECK(SAME(measure.every) && SAME(measure.replicas) && SAME(measure.workers) && SAME(measure.confidence) &&
          SAME(measure.samples));
    CHECK(SAME(measure.chain_samples) && SAME(measure.hessian_iterations) && SAME(measure.kl) && same_text(a->device, b->device));
}

static void test_defaults_of_the_table(void)
{
    sb_context ctx = context();
    sb_config c;
    if (!parse(&ctx, minimal, 0, NULL, &c)) return;
    CHECK(c.seed == 1 && c.data.workers == 1 && c.data.partition == SB_PARTITION_IID && c.data.samples == 0);
    CHECK(c.data.preset == SB_PRESET_RING && c.data.modes == 8 && c.data.radius == 1.3 && c.data.deviation == 0.3);
    CHECK(c.data.components == NULL && c.data.component_count == 0 && c.data.weights == NULL);
    CHECK(c.diffusion.T == 3.0 && c.diffusion.delta == 0.01 && c.diffusion.grid == SB_GRID_LOG_SNR && c.diffusion.K == 5);
    CHECK(c.diffusion.kappa == 0.0 && c.diffusion.sampler == SB_SAMPLER_EXPONENTIAL && c.model.kind == SB_MODEL_MLP);
    CHECK(c.model.width == 64 && c.model.depth == 2 && c.train.rule == SB_RATE_LEMMA_4_6 && c.train.learning_rate == 0.0);
    CHECK(c.model.unit == 1.0);
    CHECK(c.pruning.kind == SB_PRUNING_NONE && c.pruning.keep_count == 0 && c.pruning.keep == NULL && c.pruning.file == NULL);
    CHECK(c.measure.kl == (SB_KL_CLOSED | SB_KL_GRID | SB_KL_CHAIN) && c.measure.confidence == 0.95 &&
          strcmp(c.device, "cpu") == 0);
    sb_config_free(&c);
    CHECK(c.device == NULL && c.data.dimension == 0);
    sb_config_free(&c);
}

static void test_default_run(void)
{
    sb_context ctx = context();
    sb_config c;
    if (!CHECK_OK(&ctx, sb_config_load(&ctx, NULL, 0, NULL, &c))) return;
    CHECK(c.data.workers == 10 && c.data.partition == SB_PARTITION_DIRICHLET && c.data.dimension == 2 &&
          c.data.preset == SB_PRESET_RING);
    CHECK(c.pruning.kind == SB_PRUNING_RANDOM && c.pruning.level == SB_LEVEL_L && c.model.kind == SB_MODEL_MLP);
    CHECK(sb_config_component_count(&c) == 8);
    CHECK(strstr(sb_config_default_yaml(), "# ") != NULL && strstr(sb_config_default_yaml(), "device: cpu\n") != NULL);
    sb_config_free(&c);
}

static void test_mixed_values(void)
{
    sb_context ctx = context();
    sb_config c;
    if (!parse(&ctx, mixed, 0, NULL, &c)) return;
    CHECK(c.seed == UINT64_MAX && c.data.dimension == 2 && c.data.component_count == 3 && sb_config_component_count(&c) == 3);
    const sb_component *p = c.data.components;
    CHECK(p[0].kind == SB_COVARIANCE_ISOTROPIC && p[1].kind == SB_COVARIANCE_DIAGONAL && p[2].kind == SB_COVARIANCE_FULL);
    CHECK(p[0].mean[1] == -2.385 && p[1].mean[0] == 1e-300 && signbit(p[1].mean[1]) && p[2].mean[0] == 0.5 && p[2].mean[1] == 7.0);
    CHECK(p[0].covariance[0] == 0.07 && p[1].covariance[1] == 3.3333333333333335 && p[2].covariance[0] == 2.0);
    CHECK(p[2].covariance[1] == p[2].covariance[2]); /* rounding in the last digit is removed */
    CHECK_CLOSE(p[2].covariance[1], 0.3, 1e-15);
    CHECK_CLOSE(p[0].weight + p[1].weight + p[2].weight, 1.0, 1e-15);
    CHECK(c.data.weights[2] == 0.7 && c.diffusion.kappa == 0.0123456789012345678 && c.diffusion.K == 0);
    CHECK(c.train.rule == SB_RATE_GIVEN && c.train.learning_rate == 1.7e-4 && c.measure.kl == SB_KL_CLOSED);
    CHECK(strcmp(c.pruning.file, "a \"b\" \\c\n\x07\xc3\xa9\xe2\x80\xa8 \xf0\x9f\xbf\xbe #: x.npy") == 0);
    sb_config_free(&c);
}

static void test_one_dimension(void)
{
    sb_context ctx = context();
    sb_config c;
    if (!parse(&ctx,
               "data: {kind: gaussian-mixture, components: [{weight: 1, mean: 0.7, covariance: [[2.385]]}]}\ndiffusion: {K: 5}", 0,
               NULL, &c))
        return;
    CHECK(c.data.dimension == 1 && c.data.components[0].mean[0] == 0.7 && c.data.components[0].kind == SB_COVARIANCE_FULL);
    CHECK(c.data.components[0].covariance[0] == 2.385);
    sb_config_free(&c);
}

static void round_trip(const char *text, size_t count, const sb_override *overrides)
{
    sb_context ctx = context();
    sb_config first, second;
    char *yaml, *again;
    if (!parse(&ctx, text, count, overrides, &first)) return;
    CHECK_OK(&ctx, sb_config_dump(&ctx, &first, &yaml));
    if (parse(&ctx, yaml, 0, NULL, &second)) {
        check_equal(&first, &second);
        CHECK_OK(&ctx, sb_config_dump(&ctx, &second, &again));
        CHECK(strcmp(yaml, again) == 0);
        free(again);
        sb_config_free(&second);
    }
    free(yaml);
    sb_config_free(&first);
}

static void test_round_trip(void)
{
    const sb_override keep[] = {{"pruning.kind", "width"}, {"pruning.keep", "0.7300000000000001"}};
    const sb_override keeps[] = {{"pruning.keep", "[0.1, 0.25, 1, .3, .4, .5, .6, .7, .8, 0.99999999999999989]"}};
    const sb_override none[] = {{"measure.kl", "[]"}, {"data.dimension", "5"}, {"seed", "0"}, {"train.rounds", "0"}};
    const sb_override preset[] = {{"data.preset", "two-scale"}, {"data.ratio", "0.037"}, {"diffusion.grid", "kappa"}};
    round_trip(minimal, 0, NULL);
    round_trip(mixed, 0, NULL);
    round_trip(sb_config_default_yaml(), 0, NULL);
    round_trip(sb_config_default_yaml(), 2, keep);
    round_trip(sb_config_default_yaml(), 1, keeps);
    round_trip(sb_config_default_yaml(), 4, none);
    round_trip(sb_config_default_yaml(), 3, preset);
}

/* Images take the place of the default run's mixture, whose keys are then not looked at, nor written. */
static void test_images(void)
{
    sb_context ctx = context();
    sb_config c;
    char *yaml = NULL;
    const sb_override digits[] = {{"data.kind", "images"}};
    const sb_override idx[] = {{"data.kind", "images"},
                               {"data.images.format", "idx"},
                               {"data.images.path", "a \"b\".gz"},
                               {"data.images.labels", "l"},
                               {"data.images.count", "600"},
                               {"data.workers", "2"},
                               {"data.partition.kind", "explicit"},
                               {"data.partition.weights", "[[0, 0.5, 0.5], [1, 0, 0]]"}};
    const sb_override shapes[] = {{"data.kind", "shapes"}, {"data.images.side", "12"}, {"data.images.channels", "3"}};
    const sb_override glyphs[] = {{"data.kind", "glyphs"},
                                  {"data.glyphs.templates", "7"},
                                  {"data.glyphs.deviation", "0.2385"},
                                  {"data.glyphs.rank", "0"},
                                  {"data.samples", "100"}};
    const sb_override back[] = {{"data.images.format", "digits"}, {"data.partition.kind", "iid"}};
    const sb_override away[] = {{"data.kind", "shapes"}, {"data.partition.kind", "iid"}};
    if (parse(&ctx, sb_config_default_yaml(), 1, digits, &c)) {
        CHECK(c.data.kind == SB_DATA_IMAGES && c.data.format == SB_IMAGES_DIGITS && !c.data.path && c.data.count == 0);
        CHECK(c.data.dimension == 0 && c.data.preset == SB_PRESET_NONE && sb_config_component_count(&c) == 10);
        CHECK(c.measure.kl == (SB_KL_CLOSED | SB_KL_CHAIN | SB_KL_IMPORTANCE | SB_KL_DV));
    }
    sb_config_free(&c);
    if (parse(&ctx, sb_config_default_yaml(), 8, idx, &c)) {
        CHECK(c.data.columns == 3 && sb_config_component_count(&c) == 0 && c.data.weights[3] == 1.0 && c.data.count == 600);
        CHECK_OK(&ctx, sb_config_dump(&ctx, &c, &yaml));
    }
    sb_config_free(&c);
    CHECK(yaml && !strstr(yaml, "dimension") && !strstr(yaml, "side") && !strstr(yaml, "glyphs"));
    if (parse(&ctx, yaml, 2, back, &c))
        CHECK(c.data.format == SB_IMAGES_DIGITS && !c.data.path && !c.data.labels && !c.data.weights);
    sb_config_free(&c);
    if (parse(&ctx, yaml, 2, away, &c)) CHECK(c.data.kind == SB_DATA_SHAPES && !c.data.path && c.data.count == 600);
    sb_config_free(&c);
    free(yaml);
    if (parse(&ctx, sb_config_default_yaml(), 3, shapes, &c))
        CHECK(c.data.count == 1500 && c.data.side == 12 && c.data.channels == 3 && sb_config_component_count(&c) == 3);
    sb_config_free(&c);
    if (parse(&ctx, sb_config_default_yaml(), 5, glyphs, &c)) {
        CHECK(c.data.templates == 7 && c.data.rank == 0 && c.data.glyph_deviation == 0.2385 && c.data.samples == 100);
        CHECK(c.data.side == 8 && c.data.channels == 1 && sb_config_component_count(&c) == 7);
    }
    sb_config_free(&c);
    round_trip(sb_config_default_yaml(), 1, digits);
    round_trip(sb_config_default_yaml(), 8, idx);
    round_trip(sb_config_default_yaml(), 3, shapes);
    round_trip(sb_config_default_yaml(), 5, glyphs);
}

/* Long rows break over several lines, and come back. */
static void test_round_trip_wide(void)
{
    enum { D = 37 };
    static char text[1 << 16];
    int used = snprintf(text, sizeof text, "diffusion: {K: 5}\ndata: {kind: gaussian-mixture, components: [{weight: 1, mean: [");
    for (int i = 0; i < D; i++) used += snprintf(text + used, sizeof text - (size_t)used, "%.17g, ", sin(i + 0.385));
    used += snprintf(text + used, sizeof text - (size_t)used, "], covariance: [");
    for (int i = 0; i < D; i++) {
        used += snprintf(text + used, sizeof text - (size_t)used, "[");
        for (int j = 0; j < D; j++)
            used += snprintf(text + used, sizeof text - (size_t)used, "%.17g, ", i == j ? 2.385 : exp(-0.1 * (i + j)) / D);
        used += snprintf(text + used, sizeof text - (size_t)used, "],\n ");
    }
    snprintf(text + used, sizeof text - (size_t)used, "]}]}\n");
    round_trip(text, 0, NULL);
}

static void test_overrides(void)
{
    sb_context ctx = context();
    sb_config c;
    const sb_override several[] = {{"train.rounds", "100"},
                                   {"data.workers", "2"},
                                   {"train.rounds", "33"},
                                   {"data.partition.kind", "explicit"},
                                   {"data.partition.weights", "[[1,0,0,0,0,0,0,0], [0,0.25,0.75,0,0,0,0,0]]"}};
    if (!CHECK_OK(&ctx, sb_config_load(&ctx, NULL, 5, several, &c))) return;
    CHECK(c.train.rounds == 33 && c.data.workers == 2 && c.data.weights[10] == 0.75);
    sb_config_free(&c);
}

/* What an override makes contradictory gives way, in both directions. */
static void test_overrides_replace(void)
{
    sb_context ctx = context();
    sb_config c;
    const sb_override K[] = {{"diffusion.K", "9"}}, uniform[] = {{"diffusion.grid", "uniform"}, {"diffusion.K", "4"}};
    const sb_override kappa[] = {{"diffusion.grid", "kappa"}, {"diffusion.kappa", "0.2"}};
    const sb_override both[] = {{"diffusion.kappa", "0.2"}, {"diffusion.K", "7"}};
    const sb_override ring[] = {{"data.preset", "ring"},
                                {"data.modes", "2"},
                                {"data.partition.kind", "iid"},
                                {"pruning.kind", "none"},
                                {"data.dimension", "2"}};
    const sb_override one[] = {{"data.components", "[{weight: 1, mean: [0, 1], covariance: 2}]"}};
    const sb_override level[] = {{"pruning.keep", "[0.5]"}, {"pruning.level", "S"}}, keep[] = {{"pruning.keep", "0.5"}};
    if (parse(&ctx, mixed, 1, K, &c)) CHECK(c.diffusion.K == 9 && c.diffusion.kappa == 0.0 && c.diffusion.grid == SB_GRID_KAPPA);
    sb_config_free(&c);
    if (parse(&ctx, mixed, 2, uniform, &c))
        CHECK(c.diffusion.K == 4 && c.diffusion.kappa == 0.0 && c.diffusion.grid == SB_GRID_UNIFORM);
    sb_config_free(&c);
    if (parse(&ctx, minimal, 2, kappa, &c)) CHECK(c.diffusion.K == 0 && c.diffusion.kappa == 0.2);
    sb_config_free(&c);
    if (parse(&ctx, mixed, 2, both, &c)) CHECK(c.diffusion.K == 7 && c.diffusion.kappa == 0.0);
    sb_config_free(&c);
    if (parse(&ctx, mixed, 5, ring, &c)) {
        CHECK(c.data.preset == SB_PRESET_RING && c.data.component_count == 0 && c.data.components == NULL &&
              c.data.weights == NULL);
        CHECK(c.pruning.file == NULL && c.data.dimension == 2);
    }
    sb_config_free(&c);
    if (parse(&ctx, sb_config_default_yaml(), 1, one, &c)) CHECK(c.data.preset == SB_PRESET_NONE && c.data.component_count == 1);
    sb_config_free(&c);
    if (parse(&ctx, minimal, 2, level, &c)) CHECK(c.pruning.keep_count == 0 && c.pruning.level == SB_LEVEL_S);
    sb_config_free(&c);
    if (parse(&ctx, sb_config_default_yaml(), 1, keep, &c)) CHECK(c.pruning.keep_count == 1 && c.pruning.keep[0] == 0.5);
    sb_config_free(&c);
}

static void test_kl_default_by_dimension(void)
{
    sb_context ctx = context();
    sb_config c;
    const sb_override d3[] = {{"data.dimension", "3"}}, d1[] = {{"data.dimension", "1"}};
    if (parse(&ctx, minimal, 1, d3, &c)) CHECK(c.measure.kl == (SB_KL_CLOSED | SB_KL_CHAIN | SB_KL_IMPORTANCE | SB_KL_DV));
    sb_config_free(&c);
    if (parse(&ctx, minimal, 1, d1, &c)) CHECK(c.measure.kl == (SB_KL_CLOSED | SB_KL_CHAIN | SB_KL_GRID));
    sb_config_free(&c);
}

static void test_text_forms(void)
{
    sb_context ctx = context();
    sb_config c;
    if (parse(
            &ctx,
            "\xef\xbb\xbf# mark\r\ndata:\r\n  kind: 'gaussian-mixture'\r\n  preset: ring\r\n  dimension: 2\r\ndiffusion:\r\n  K: 6",
            0, NULL, &c))
        CHECK(c.diffusion.K == 6);
    sb_config_free(&c);
    if (parse(&ctx,
              "{\"data\": {\"kind\": \"gaussian-mixture\", \"preset\": \"ring\", \"dimension\": 2},\n \"diffusion\": {\"K\": 6}}",
              0, NULL, &c))
        CHECK(c.diffusion.K == 6);
    sb_config_free(&c);
    if (parse(&ctx,
              "---\ntrain:\nmodel: ~\ndata: {kind: gaussian-mixture, preset: ring, dimension: 2}\ndiffusion: {\n  K: 6\n}\n...\n",
              0, NULL, &c))
        CHECK(c.diffusion.K == 6);
    sb_config_free(&c);
}

static void test_component_count(void)
{
    sb_context ctx = context();
    sb_config c;
    const sb_override grid[] = {{"data.preset", "grid"}, {"data.dimension", "4"}, {"data.modes", "16"}};
    const sb_override product[] = {{"data.preset", "product"}, {"data.dimension", "3"}, {"data.modes", "5"}};
    if (parse(&ctx, minimal, 3, grid, &c)) CHECK(sb_config_component_count(&c) == 65536);
    sb_config_free(&c);
    if (parse(&ctx, minimal, 3, product, &c)) CHECK(sb_config_component_count(&c) == 125);
    sb_config_free(&c);
}

static void test_choice_names(void)
{
    CHECK(strcmp(sb_config_choice_name("diffusion.grid", SB_GRID_LOG_SNR), "log-snr") == 0);
    CHECK(strcmp(sb_config_choice_name("data.preset", SB_PRESET_TWO_SCALE), "two-scale") == 0);
    CHECK(strcmp(sb_config_choice_name("train.learning_rate", SB_RATE_REMARK_4_12), "remark-4.12") == 0);
    CHECK(strcmp(sb_config_choice_name("measure.kl", SB_KL_CHAIN), "chain") == 0);
    CHECK(sb_config_choice_name("train.learning_rate", SB_RATE_GIVEN) == NULL);
    CHECK(sb_config_choice_name("data.preset", SB_PRESET_NONE) == NULL);
    CHECK(sb_config_choice_name("diffusion.grid", 17) == NULL);
    CHECK(sb_config_choice_name("diffusion.T", 0) == NULL);
    CHECK(sb_config_choice_name("no.such.key", 0) == NULL);
}

static void test_reference(void)
{
    sb_context ctx = context();
    char *text, quoted[80];
    if (!CHECK_OK(&ctx, sb_config_reference(&ctx, &text))) return;
    for (size_t i = 0; i < sb_parameter_count; i++) {
        const sb_parameter *p = &sb_parameters[i];
        snprintf(quoted, sizeof quoted, "\n| `%s` |", p->key);
        const char *row = strstr(text, quoted);
        CHECK(row != NULL && strstr(row + 1, quoted) == NULL);
        if (!row) continue;
        const size_t length = strcspn(row + 1, "\n");
        int cells = 0;
        for (size_t at = 1; at <= length; at++) cells += row[at] == '|' && row[at - 1] != '\\';
        CHECK(cells == 5);
        CHECK(p->meaning[strlen(p->meaning) - 1] == '.');
        for (const sb_choice *c = p->choices; c && c->name; c++) {
            snprintf(quoted, sizeof quoted, "`%s`", c->name);
            const char *named = strstr(row, quoted);
            CHECK(named != NULL && named < row + 1 + length && c->meaning != NULL);
        }
    }
    free(text);
}

/* Keys of a section stand together, and keys that others refer to come first: parser, dump and reference rely on it. */
static void test_table_is_ordered(void)
{
    for (size_t i = 0; i < sb_parameter_count; i++) {
        const sb_parameter *p = &sb_parameters[i];
        CHECK(sb_parameter_find(p->key, strlen(p->key)) == p && strlen(p->key) < 60);
        if (p->with) CHECK(sb_parameter_find(p->with, strlen(p->with)) < p && p->when != 0);
        if (p->unless) CHECK(sb_parameter_find(p->unless, strlen(p->unless)) != NULL);
        if (p->excludes) {
            const sb_parameter *other = sb_parameter_find(p->excludes, strlen(p->excludes));
            CHECK(other != NULL && strcmp(other->excludes, p->key) == 0);
        }
        CHECK(!p->required || !p->fallback);
        for (size_t k = i + 2; k < sb_parameter_count; k++) {
            const size_t section = strcspn(p->key, ".") + 1;
            if (strncmp(sb_parameters[k].key, p->key, section) == 0) CHECK(strncmp(sb_parameters[k - 1].key, p->key, section) == 0);
        }
    }
}

/* A user's language with a decimal comma changes neither what is read nor what is written. */
static void test_locale(void)
{
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE.utf8", "fr_FR.utf8", "nl_NL.UTF-8"};
    size_t i = 0;
    while (i < sizeof names / sizeof *names && !setlocale(LC_NUMERIC, names[i])) i++;
    if (i == sizeof names / sizeof *names) {
        sb_test_skip("no locale with a decimal comma");
        return;
    }
    round_trip(mixed, 0, NULL);
    CHECK(strcmp(localeconv()->decimal_point, ",") == 0);
    setlocale(LC_NUMERIC, "C");
}

static const sb_test tests[] = {{"defaults of the table", test_defaults_of_the_table},
                                {"default run", test_default_run},
                                {"mixed values", test_mixed_values},
                                {"one dimension", test_one_dimension},
                                {"round trip", test_round_trip},
                                {"images", test_images},
                                {"round trip of wide rows", test_round_trip_wide},
                                {"overrides and their order", test_overrides},
                                {"overrides replace alternatives", test_overrides_replace},
                                {"KL routes by dimension", test_kl_default_by_dimension},
                                {"forms of the text", test_text_forms},
                                {"number of components", test_component_count},
                                {"choice names", test_choice_names},
                                {"reference", test_reference},
                                {"order of the table", test_table_is_ordered},
                                {"locale", test_locale}};

int main(void)
{
    return sb_test_main("config", tests, sizeof tests / sizeof *tests);
}
