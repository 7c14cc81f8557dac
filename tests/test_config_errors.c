/* Every mistake that a configuration can hold, each with its place. */
#include "config/check.h"
#include "config/config.h"
#include "config/parameters.h"
#include "harness.h"

#include <stdio.h>
#include <string.h>

static void expect(const char *text, size_t count, const sb_override *overrides, const char *start, const char *part)
{
    sb_context ctx;
    sb_config config;
    char note[1400];
    sb_context_init(&ctx, 1);
    const sb_status st = sb_config_parse(&ctx, "t.yaml", text, strlen(text), count, overrides, &config);
    const char *message = ctx.error.message;
    const int ok = st == SB_EUSER && strncmp(message, start, strlen(start)) == 0 && strstr(message, part) != NULL;
    snprintf(note, sizeof note, "want \"%s...%s\", got %s \"%s\"", start, part, sb_status_name(st), message);
    CU_assertImplementation(ok, (unsigned)__LINE__, note, __FILE__, "", CU_FALSE);
    CHECK(config.device == NULL && config.data.components == NULL && config.data.dimension == 0);
    sb_config_free(&config);
}

typedef struct {
    const char *text;
    int line, column;
    const char *part;
} file_case;

static void check_files(const file_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char start[64];
        snprintf(start, sizeof start, "t.yaml:%d:%d: error: ", cases[i].line, cases[i].column);
        expect(cases[i].text, 0, NULL, start, cases[i].part);
    }
}

#define CHECK_FILES(cases) check_files(cases, sizeof cases / sizeof *cases)
#define DATA "data: {kind: gaussian-mixture, dimension: 2, preset: ring}\n"
#define DIFFUSION "diffusion: {K: 5}\n"
#define GOOD DATA DIFFUSION
#define COMPONENT(...) "diffusion: {K: 5}\ndata:\n  kind: gaussian-mixture\n  components:\n    - " __VA_ARGS__ "\n"

static void test_keys(void)
{
    static const file_case cases[] = {
        {DATA "diffusion: {kapa: 1}\n", 2, 13,
         "unknown key 'diffusion.kapa', did you mean 'kappa'?\ndiffusion: {kapa: 1}\n            ^"},
        {GOOD "difusion: {}\n", 3, 1, "unknown key 'difusion', did you mean 'diffusion'?"},
        {GOOD "model:\n  Kind: mlp\n", 4, 3, "unknown key 'model.Kind', did you mean 'kind'?"},
        {GOOD "model:\n  init-scale: 1\n", 4, 3, "did you mean 'init_scale'?"},
        {GOOD "model: {batch: 1}\n", 3, 9, "unknown key 'model.batch', did you mean 'train.batch'?"},
        {GOOD "K: 1\n", 3, 1, "unknown key 'K', did you mean 'diffusion.K'?"},
        {GOOD "elephant: 1\n", 3, 1, "unknown key 'elephant'\n"},
        {GOOD "\xc3\xa9t\xc3\xa9: 1\n", 3, 1, "unknown key '\xc3\xa9t\xc3\xa9'\n"},
        {GOOD "train.rounds: 5\n", 3, 1, "unknown key 'train.rounds', did you mean 'train.rounds'?"},
        {GOOD "a-key-that-is-much-longer-than-any-path-of-the-table-and-then-some: 1\n", 3, 1,
         "unknown key 'a-key-that-is-much-longer"},
        {GOOD "<<: {seed: 1}\n", 3, 1, "unknown key '<<'"},
        {GOOD ": 1\n", 2, 12, "unknown key ''"},
        {GOOD "seed: 1\nmodel: {}\nseed: 2\n", 5, 1, "duplicate key 'seed', given first on line 3"},
        {GOOD "train: {batch: 5, rounds: 6, batch: 5}\n", 3, 30, "duplicate key 'train.batch', given first on line 3"},
        {GOOD "train: {batch: 5}\ntrain: {rounds: 5}\n", 4, 1, "duplicate key 'train'"},
        {GOOD "train: 5\n", 3, 8, "'train' is a section with keys of its own, not '5'"},
        {GOOD "train: [rounds]\n", 3, 8, "'train' is a section with keys of its own, not a list"},
        {GOOD "? [a, b]\n: 1\n", 3, 3, "a key must be a word"},
        {GOOD "seed:\n", 3, 1, "'seed' must be an integer between 0 and 18446744073709551615, not nothing"},
        {"- 1\n", 1, 1, "a configuration has keys like 'seed: 1', this is a list"},
        {"elephant\n", 1, 1, "this is 'elephant'"},
        {"\"seed: 1\"", 1, 1, "this is the text \"seed: 1\""},
        {"", 1, 1, "no configuration: the text is empty or has only comments"},
        {"# only\n\n  # comments\n", 1, 1, "no configuration: the text is empty or has only comments"},
        {"~\n", 1, 1, "no configuration"},
    };
    CHECK_FILES(cases);
}

static void test_missing(void)
{
    static const file_case cases[] = {
        {"seed: 1\n", 1, 1, "'data.kind' is missing"},
        {"seed: 1\n" DIFFUSION "data: {dimension: 2, preset: ring}\n", 3, 1, "'data.kind' is missing\ndata: {dimension"},
        {"seed: 1\ndata:\n  kind: gaussian-mixture\n  dimension: 2\n", 3, 9, "'data.components' or 'data.preset' is missing"},
        {"seed: 1\ndata:\n  kind: gaussian-mixture\n  preset: ring\n", 3, 9, "'data.dimension' or 'data.components' is missing"},
        {DATA, 1, 1, "'diffusion.K' or 'diffusion.kappa' is missing"},
        {DATA "diffusion: {grid: kappa}\n", 2, 1, "'diffusion.K' or 'diffusion.kappa' is missing"},
        {GOOD "pruning:\n  kind: file\n", 4, 9, "'pruning.file' is missing"},
        {"data: {kind: gaussian-mixture, dimension: 2, preset: ring, partition: {kind: explicit}}\n" DIFFUSION, 1, 78,
         "'data.partition.weights' is missing"},
    };
    CHECK_FILES(cases);
}

static void test_values(void)
{
    static const file_case cases[] = {
        {GOOD "train:\n  rounds: many\n", 4, 11,
         "'train.rounds' must be an integer between 0 and 16777216, not 'many'\n  rounds: many\n          ^"},
        {GOOD "train: {rounds: 1.5}\n", 3, 17, "'train.rounds' must be an integer"},
        {GOOD "train: {rounds: \"5\"}\n", 3, 17, "not the text \"5\""},
        {GOOD "train: {rounds: 0x10}\n", 3, 17, "not '0x10'"},
        {GOOD "train: {rounds: +}\n", 3, 17, "not '+'"},
        {GOOD "train: {rounds: [5]}\n", 3, 17, "not a list"},
        {GOOD "train: {rounds: {a: 5}}\n", 3, 17, "not a mapping"},
        {GOOD "train: {rounds: 99999999999999999999}\n", 3, 17, "not '99999999999999999999'"},
        {GOOD "train: {rounds: 4294967297}\n", 3, 17, "not '4294967297'"},
        {GOOD "seed: 18446744073709551616\n", 3, 7, "'seed' must be an integer between 0 and 18446744073709551615"},
        {GOOD "seed: -1\n", 3, 7, "not '-1'"},
        {GOOD "measure: {confidence: 1e400}\n", 3, 23, "'measure.confidence' must be a number > 0.5 and < 1, not '1e400'"},
        {GOOD "measure: {confidence: .nan}\n", 3, 23, "not '.nan'"},
        {GOOD "measure: {confidence: nan}\n", 3, 23, "not 'nan'"},
        {GOOD "measure: {confidence: 0x1p-1}\n", 3, 23, "not '0x1p-1'"},
        {GOOD "measure: {confidence: .}\n", 3, 23, "not '.'"},
        {GOOD "measure: {confidence: 0.9e}\n", 3, 23, "not '0.9e'"},
        {GOOD "measure: {confidence: 0,9}\n", 3, 25, "unknown key 'measure.9'"},
        {GOOD "measure: {confidence: '0.9'}\n", 3, 23, "not the text \"0.9\""},
        {GOOD "model: {bandwidth: 1e-400}\n", 3, 20, "'model.bandwidth' must be a number > 0, not '1e-400'"},
        {GOOD "model: {bandwidth: .inf}\n", 3, 20, "not '.inf'"},
        {GOOD "model: {kind: mpl}\n", 3, 15,
         "unknown value 'mpl' of 'model.kind', did you mean 'mlp'? Possible are exact, affine, fourier, mlp"},
        {GOOD "model: {kind: 3}\n", 3, 15, "unknown value '3' of 'model.kind'; possible are exact"},
        {GOOD "model: {kind: }\n", 3, 9, "'model.kind' must be one of exact, affine, fourier, mlp, unet, not nothing"},
        {GOOD "model: {kind: [mlp]}\n", 3, 15, "not a list"},
        {GOOD "pruning: {level: l}\n", 3, 18, "did you mean 'L'?"},
        {GOOD "train: {learning_rate: lemma-4.7}\n", 3, 24,
         "did you mean 'lemma-4.6'? Possible are a number, lemma-4.6, remark-4.12"},
        {GOOD "train: {learning_rate: 0}\n", 3, 24, "'train.learning_rate' must be a number > 0, not '0'"},
        {GOOD "train: {learning_rate: [1]}\n", 3, 24, "'train.learning_rate' must be one of a number, lemma-4.6"},
        {GOOD "train: {learning_rate: remark-4.12, optimiser: adam}\n", 3, 48,
         "Adam needs 'train.learning_rate' as a number: the rule remark-4.12 is for plain steps"},
        {GOOD "train: {optimiser: adam}\n", 3, 20, "Adam needs 'train.learning_rate' as a number: the rule lemma-4.6"},
        {GOOD "train: {optimiser: adams, learning_rate: 1}\n", 3, 20, "did you mean 'adam'? Possible are sgd, adam"},
        {GOOD "measure: {kl: [chain, closd]}\n", 3, 23, "unknown value 'closd' of 'measure.kl', did you mean 'closed'?"},
        {GOOD "measure: {kl: [chain, chain]}\n", 3, 23, "'measure.kl' names 'chain' twice"},
        {GOOD "measure: {kl: [[chain]]}\n", 3, 16, "not a list"},
        {GOOD "device: tpu\n", 3, 9, "'device' is 'tpu'; this build has: cpu, cuda"},
        {GOOD "device: [cpu]\n", 3, 9, "'device' is a list"},
        {GOOD "pruning: {kind: file, file: [a]}\n", 3, 29, "'pruning.file' must be a text, not a list"},
        {GOOD "pruning: {kind: file, file: ''}\n", 3, 29, "'pruning.file' must be a text"},
        {GOOD "pruning: {kind: file, file: \"a\\0b\"}\n", 3, 29, "a character that is not text: U+0000"},
        {GOOD "pruning: {kind: random, keep: []}\n", 3, 31, "'pruning.keep' must not be an empty list"},
        {GOOD "pruning: {kind: random, keep: [0.5, 0]}\n", 3, 37, "'pruning.keep' must be a number > 0 and <= 1, not '0'"},
        {GOOD "pruning: {kind: random, keep: 1.01}\n", 3, 31, "not '1.01'"},
    };
    CHECK_FILES(cases);
}

static void test_relations(void)
{
    static const file_case cases[] = {
        {DATA "diffusion: {K: 5, T: 0.01, delta: 0.5}\n", 2, 35,
         "'diffusion.delta' must be smaller than 'diffusion.T', but 0.5 >= 0.01"},
        {DATA "diffusion: {K: 5, T: 0.01}\n", 2, 22, "but 0.01 >= 0.01"},
        {DATA "diffusion: {grid: kappa, K: 5, kappa: 0.1}\n", 2, 39, "'diffusion.kappa' and 'diffusion.K' exclude each other"},
        {DATA "diffusion: {grid: uniform, kappa: 0.1}\n", 2, 28,
         "'diffusion.kappa' is only for 'diffusion.grid: kappa', which is uniform here"},
        {DATA "diffusion:\n  kappa: 0.1\n", 3, 3, "which is log-snr here"},
        {GOOD "pruning: {keep: 0.5, level: S}\n", 3, 29, "'pruning.level' and 'pruning.keep' exclude each other"},
        {GOOD "pruning: {kind: random, file: x.npy}\n", 3, 25,
         "'pruning.file' is only for 'pruning.kind: file', which is random here"},
        {GOOD "pruning: {file: x.npy}\n", 3, 11, "which is none here"},
        {GOOD "pruning: {kind: random, keep: [0.5, 0.6]}\n", 3, 31, "'pruning.keep' has 2 numbers for 1 workers"},
        {GOOD "model: {kind: affine}\npruning: {kind: width}\n", 4, 17,
         "pruning by width needs the model mlp or fourier, not affine"},
        {GOOD "model: {kind: exact}\npruning: {kind: width}\n", 4, 17, "not exact"},
        {"data: {kind: gaussian-mixture, dimension: 3, preset: ring}\n" DIFFUSION "measure: {kl: [chain, grid]}\n", 3, 15,
         "the KL route 'grid' needs dimension 1 or 2, not 3"},
        {"data: {kind: gaussian-mixture, dimension: 2, preset: ring, partition: {weights: [[1]]}}\n" DIFFUSION, 1, 72,
         "'data.partition.weights' is only for 'data.partition.kind: explicit', which is iid here"},
        {"data: {kind: gaussian-mixture, dimension: 17, preset: grid, modes: 2}\n" DIFFUSION, 1, 68,
         "2 modes on each of 17 axes are more than 65536"},
        {"data: {kind: gaussian-mixture, dimension: 65536, preset: product}\n" DIFFUSION, 1, 43, "8 modes on each of 65536 axes"},
        {"data: {kind: gaussian-mixture, dimension: 65536, preset: random, modes: 65536}\n" DIFFUSION, 1, 73,
         "65536 components in dimension 65536 take more than 8 GiB"},
        {"data: {kind: gaussian-mixture, dimension: 2, preset: ring, workers: 1000000, modes: 300, partition: {kind: "
         "dirichlet}}\n" DIFFUSION,
         1, 108, "1000000 workers with a weight for each of 300 components are more than 2^28 numbers"},
        {"data: {kind: gaussian-mixture, dimension: 2, preset: ring, workers: 1000, samples: 1000}\n" DIFFUSION, 1, 84,
         "1000 workers with 1000 samples each in dimension 2 are more than 2^28 numbers"},
        {"data: {kind: gaussian-mixture, dimension: 2, preset: ring, components: []}\n" DIFFUSION, 1, 72, "exclude each other"},
    };
    CHECK_FILES(cases);
    CHECK(sb_components_fit(65536, 2, SB_COVARIANCE_FULL) && !sb_components_fit(1 << 10, 1 << 10, SB_COVARIANCE_FULL));
    CHECK(sb_components_fit((1 << 10) - 1, 1 << 10, SB_COVARIANCE_FULL) &&
          !sb_components_fit(65536, 1 << 14, SB_COVARIANCE_ISOTROPIC));
}

static void test_components(void)
{
    static const file_case cases[] = {
        {"diffusion: {K: 5}\ndata: {kind: gaussian-mixture, components: []}\n", 2, 44,
         "'data.components' must be a list of components, not an empty list"},
        {"diffusion: {K: 5}\ndata: {kind: gaussian-mixture, components: 3}\n", 2, 44, "not '3'"},
        {COMPONENT("5"), 5, 7, "component 1 must be a mapping with weight, mean and covariance, not '5'"},
        {COMPONENT("{wieght: 1, mean: [0], covariance: 1}"), 5, 8, "unknown key 'wieght' of component 1, did you mean 'weight'?"},
        {COMPONENT("{weight: 1, mean: [0], covariance: 1, colour: red}"), 5, 45, "unknown key 'colour' of component 1\n"},
        {COMPONENT("{weight: 1, mean: [0], mean: [0], covariance: 1}"), 5, 30, "duplicate key 'mean' of component 1"},
        {COMPONENT("{weight: 1, mean: [-2e100], covariance: 1}"), 5, 25, "the mean of component 1 has an entry beyond 1e+100"},
        {COMPONENT("{weight: 1, mean: [0], covariance: 2e200}"), 5, 42,
         "the covariance of component 1 has a variance beyond 1e+200"},
        {COMPONENT("{weight: 1, mean: [0]}"), 5, 7, "component 1 has no 'covariance'"},
        {COMPONENT("{weight: 1, covariance: 1}"), 5, 7, "component 1 has no 'mean'"},
        {COMPONENT("{mean: [0], covariance: 1}"), 5, 7, "component 1 has no 'weight'"},
        {COMPONENT("{weight: 1, mean: [], covariance: 1}"), 5, 25,
         "the mean of component 1 has 0 numbers; a dimension is between 1 and 65536"},
        {COMPONENT("{weight: 0, mean: [0], covariance: 1}"), 5, 16, "the weight of component 1 must be > 0, not 0"},
        {COMPONENT("{weight: heavy, mean: [0], covariance: 1}"), 5, 16, "the weight of component 1 must be a number, not 'heavy'"},
        {COMPONENT("{weight: 0.5, mean: [0], covariance: 1}\n    - {weight: 0.6, mean: [0], covariance: 1}"), 5, 5,
         "the weights of the components sum to 1.1, not to 1"},
        {COMPONENT("{weight: 1.00000001, mean: [0], covariance: 1}"), 5, 5, "sum to 1.00000001, not to 1"},
        {COMPONENT("{weight: 0.5, mean: [0, 1], covariance: 1}\n    - {weight: 0.5, mean: [0], covariance: 1}"), 6, 27,
         "the mean of component 2 has 1 number, but the dimension is 2"},
        {"diffusion: {K: 5}\ndata: {kind: gaussian-mixture, dimension: 3, components: [{weight: 1, mean: [0, 1], covariance: "
         "1}]}\n",
         2, 77, "the mean of component 1 has 2 numbers, but the dimension is 3"},
        {COMPONENT("{weight: 1, mean: [0, far], covariance: 1}"), 5, 29, "the mean of component 1 must be a number, not 'far'"},
        {COMPONENT("{weight: 1, mean: {x: 1}, covariance: 1}"), 5, 25, "the mean of component 1 must be a number, not a mapping"},
        {COMPONENT("{weight: 1, mean: [0, 1e999], covariance: 1}"), 5, 29, "not '1e999'"},
        {COMPONENT("{weight: 1, mean: [0, 1], covariance: 0}"), 5, 45,
         "the covariance of component 1 must have variances > 0, not 0"},
        {COMPONENT("{weight: 1, mean: [0, 1], covariance: [1, -1]}"), 5, 49, "must have variances > 0, not -1"},
        {COMPONENT("{weight: 1, mean: [0, 1], covariance: [1, 1, 1]}"), 5, 45,
         "the covariance of component 1 has 3 numbers, but the dimension is 2"},
        {COMPONENT("{weight: 1, mean: [0, 1], covariance: []}"), 5, 45, "has 0 numbers"},
        {COMPONENT("{weight: 1, mean: [0, 1], covariance: {a: 1}}"), 5, 45, "must be a number, not a mapping"},
        {COMPONENT("{weight: 1, mean: [0, 1], covariance: [[1, 0]]}"), 5, 45,
         "the covariance of component 1 has 1 row, but the dimension is 2"},
        {COMPONENT("{weight: 1, mean: [0, 1], covariance: [[1, 0], [0, 1], [0, 0]]}"), 5, 45, "has 3 rows"},
        {COMPONENT("{weight: 1, mean: [0, 1], covariance: [[1, 0], [0]]}"), 5, 54,
         "row 2 of the covariance of component 1 has 1 number,"},
        {COMPONENT("{weight: 1, mean: [0, 1], covariance: [[1, 0], 1]}"), 5, 54,
         "row 2 of the covariance of component 1 has 1 number,"},
        {COMPONENT("{weight: 1, mean: [0, 1], covariance: [[1, a], [0, 1]]}"), 5, 50,
         "row 1 of the covariance of component 1 must be a number, not 'a'"},
        {COMPONENT("{weight: 1, mean: [0, 1], covariance: [[1, 0.5], [0.50000001, 1]]}"), 5, 57,
         "the covariance of component 1 is not symmetric: entry (2,1) is 0.50000001, entry (1,2) is 0.5"},
        {COMPONENT("{weight: 1, mean: [0, 1], covariance: [[1, 2], [2, 1]]}"), 5, 45,
         "the covariance of component 1 is not positive definite: its smallest eigenvalue is -1"},
        {COMPONENT("{weight: 1, mean: [0, 1], covariance: [[0, 0], [0, 1]]}"), 5, 45, "its smallest eigenvalue is 0"},
        {COMPONENT("{weight: 1, mean: [0, 1], covariance: [[-1, 0], [0, 1]]}"), 5, 45, "its smallest eigenvalue is -1"},
    };
    CHECK_FILES(cases);
}

#define EXPLICIT(rows)                                                                                                             \
    "diffusion: {K: 5}\ndata: {kind: gaussian-mixture, dimension: 1, preset: ring, modes: 2, workers: 2, partition: {kind: "       \
    "explicit,\n  weights: " rows "}}\n"

static void test_partition_weights(void)
{
    static const file_case cases[] = {
        {EXPLICIT("1"), 3, 12, "'data.partition.weights' must be a list of 2 rows, one for each worker"},
        {EXPLICIT("[[1, 0]]"), 3, 12, "must be a list of 2 rows"},
        {EXPLICIT("[[1, 0], [1, 0], [1, 0]]"), 3, 12, "must be a list of 2 rows"},
        {EXPLICIT("[[1, 0], [1]]"), 3, 21, "row 2 of the weights must be a list of 2 numbers, one for each component"},
        {EXPLICIT("[[1, 0], 1]"), 3, 21, "row 2 of the weights must be a list of 2 numbers"},
        {EXPLICIT("[[1, 0], [0.5, x]]"), 3, 27, "row 2 of the weights must be a number, not 'x'"},
        {EXPLICIT("[[1.5, -0.5], [1, 0]]"), 3, 19, "row 1 of the weights must not be negative: -0.5"},
        {EXPLICIT("[[1, 0], [0.5, 0.4]]"), 3, 21, "row 2 of the weights sums to 0.9, not to 1"},
        {EXPLICIT("[[1, 0], [0, 0]]"), 3, 21, "sums to 0, not to 1"},
    };
    CHECK_FILES(cases);
}

#define IMAGES(more) DIFFUSION "data: {kind: images" more "}\n"
#define DRAWN(kind, more) DIFFUSION "data: {kind: " kind more "}\n"

static void test_images(void)
{
    static const file_case cases[] = {
        {DRAWN("imagse", ""), 2, 14, "unknown value 'imagse' of 'data.kind', did you mean 'images'?"},
        {IMAGES(", dimension: 64"), 2, 22, "'data.dimension' is only for 'data.kind: gaussian-mixture', which is images here"},
        {IMAGES(", preset: ring"), 2, 22, "'data.preset' is only for 'data.kind: gaussian-mixture', which is images here"},
        {IMAGES(", components: []"), 2, 22, "'data.components' is only for 'data.kind: gaussian-mixture'"},
        {IMAGES(", images: {format: cifar10}"), 2, 39, "unknown value 'cifar10' of 'data.images.format', did you mean 'cifar-10'?"},
        {IMAGES(", images: {format: idx}"), 2, 39, "'data.images.path' is missing"},
        {IMAGES(", images: {format: idx, path: x}"), 2, 39, "'data.images.labels' is missing"},
        {IMAGES(", images: {format: svhn, path: x, labels: y}"), 2, 54,
         "'data.images.labels' is only for 'data.images.format: idx', which is svhn here"},
        {IMAGES(", images: {path: x}"), 2, 31, "'data.images.path' is only for 'data.images.format: idx', which is digits here"},
        {IMAGES(", images: {pth: x}"), 2, 31, "unknown key 'data.images.pth', did you mean 'path'?"},
        {IMAGES(", images: {side: 8}"), 2, 31, "'data.images.side' is only for 'data.kind: shapes', which is images here"},
        {IMAGES(", images: {count: -1}"), 2, 38, "'data.images.count' must be an integer between 0 and"},
        {IMAGES(", samples: 10"), 2, 31, "'data.samples' is for laws to draw from; images are data already"},
        {IMAGES(", glyphs: {rank: 1}"), 2, 31, "'data.glyphs.rank' is only for 'data.kind: glyphs', which is images here"},
        {DRAWN("shapes", ", samples: 10"), 2, 31, "shapes are data already"},
        {DRAWN("shapes", ", images: {format: digits}"), 2, 31, "'data.images.format' is only for 'data.kind: images'"},
        {DRAWN("shapes", ", images: {channels: 2}"), 2, 41, "unknown value '2' of 'data.images.channels'; possible are 1, 3"},
        {DRAWN("shapes", ", images: {side: 3}"), 2, 37, "'data.images.side' must be an integer between 4 and 256"},
        {DRAWN("glyphs", ", images: {side: 257}"), 2, 37, "'data.images.side' must be an integer between 4 and 256"},
        {DRAWN("shapes", ", images: {side: 200, channels: 3}"), 2, 52,
         "images of 200 x 200 pixels in 3 channels are points of dimension 120000; at most 65536 is possible"},
        {DRAWN("shapes", ", images: {count: 100000, side: 64}"), 2, 52, "100000 images in dimension 4096 are more than 2^28"},
        {DRAWN("glyphs", ", images: {count: 10}"), 2, 31, "'data.images.count' is only for 'data.kind: images'"},
        {DRAWN("glyphs", ", images: {side: 4}, glyphs: {rank: 16}"), 2, 56, "must be smaller than the dimension of the images"},
        {DRAWN("glyphs", ", images: {side: 256}, glyphs: {templates: 50, rank: 100}"), 2, 63,
         "50 templates of dimension 65536 with 100 directions each are more than 2^28 numbers"},
        {GOOD "measure: {}\n"
              "data: {}\n",
         4, 1, "duplicate key 'data'"},
        {IMAGES("") "measure: {kl: [chain, grid]}\n", 3, 15, "the KL route 'grid' needs dimension 1 or 2, and images have more"},
        {DRAWN("shapes", ", workers: 1, partition: {kind: explicit, weights: [[0.5, 0.5]]}"), 2, 72,
         "row 1 of the weights must be a list of 3 numbers, one for each class"},
        {IMAGES(", workers: 2, images: {format: idx, path: x, labels: y}, partition: {kind: explicit, weights: [[1, 0], [1]]}"), 2,
         123, "row 2 of the weights must be a list of 2 numbers, one for each class"},
    };
    CHECK_FILES(cases);
}

static void test_yaml(void)
{
    static const file_case cases[] = {
        {"data: [1, 2\n", 2, 1, "flow sequence without a closing bracket"},
        {GOOD "seed: \"abc\n", 3, 8, "error: "},
        {GOOD "seed: 1\n bad: 2\n", 3, 7, "error: "},
        {GOOD "seed: 1: 2\n", 3, 8, "error: "},
        {GOOD "seed: |\n  1\n", 4, 1, "block text (| or >) is not used here"},
        {GOOD "seed: >\n  1", 4, 1, "block text (| or >) is not used here"},
        {GOOD "seed: @\n", 3, 7, "error: "},
        {GOOD "seed: &x 1\n", 3, 10, "anchors, aliases and tags are not used here"},
        {GOOD "seed: *x\n", 3, 7, "anchors, aliases and tags are not used here"},
        {GOOD "seed: !!int 1\n", 3, 13, "anchors, aliases and tags are not used here"},
        {GOOD "model: &m {width: 5}\n", 3, 11, "anchors, aliases and tags are not used here"},
        {"&a\n" GOOD, 1, 1, "anchors, aliases and tags are not used here"},
        {"%YAML 1.2\n---\n" GOOD, 1, 1, "directives are not used here"},
        {GOOD "---\nseed: 2\n", 3, 1, "a second document; only one is read"},
        {GOOD "...\nseed: 2\n", 4, 1, "a second document; only one is read"},
        {"seed: \x01\n", 1, 7, "a character that is not text: U+0001\nseed: ?\n      ^"},
        {"a: \xc3\xa9\xff\n", 1, 5, "not UTF-8 text: byte 0xff"},
        {"a: \xef\xbb\xbf\n", 1, 4, "a character that is not text: U+FEFF"},
        {"a: \xc2\x85\n", 1, 4, "a character that is not text: U+0085"},
        {"a:\r\n  \x7f\r\n", 2, 3, "a character that is not text: U+007F"},
        {"a:\r  \x7f\r", 2, 3, "a character that is not text: U+007F"},
    };
    CHECK_FILES(cases);
}

/* A long line is shown around the place; a tab counts as one column. */
static void test_excerpts(void)
{
    char text[512], wide[300];
    memset(wide, ' ', sizeof wide);
    wide[sizeof wide - 1] = '\0';
    snprintf(text, sizeof text, GOOD "train: {rounds: %sx, batch: 5}\n", wide);
    expect(text, 0, NULL, "t.yaml:3:316: error: ", "\n...");
    expect(text, 0, NULL, "t.yaml:3:316: error: ", "x, batch: 5}\n                                           ^");
    expect(GOOD "train:\t{rounds: x}\n", 0, NULL, "t.yaml:3:17: error: ", "\ntrain: {rounds: x}\n                ^");
    expect(GOOD "pruning: {\"\xc3\xa9\": 5}\n", 0, NULL, "t.yaml:3:11: error: ", "\npruning: {\"\xc3\xa9\": 5}\n          ^");
}

static void test_overrides(void)
{
    static const struct {
        const char *key, *value, *start, *part;
    } cases[] = {
        {"diffusion.T", "abc", "--diffusion.T=abc: error: ", "'diffusion.T' must be a number > 0 and <= 100, not 'abc'"},
        {"diffusion.kapa", "1", "--diffusion.kapa=1: error: ", "unknown key 'diffusion.kapa', did you mean 'diffusion.kappa'?"},
        {"difusion.T", "1", "--difusion.T=1: error: ", "did you mean 'diffusion.T'?"},
        {"T", "1", "--T=1: error: ", "unknown key 'T', did you mean 'diffusion.T'?"},
        {"", "1", "--=1: error: ", "unknown key ''"},
        {"zzz.yyy", "1", "--zzz.yyy=1: error: ", "unknown key 'zzz.yyy'"},
        {"diffusion", "{K: 5}", "--diffusion={K: 5}: error: ", "'diffusion' is a section; give one of its keys"},
        {"seed", "", "--seed=: error: ", "'seed' has no value"},
        {"seed", "# 5", "--seed=# 5: error: ", "'seed' has no value"},
        {"seed", "~", "--seed=~: error: ", "not nothing"},
        {"seed", "[", "--seed=[: error: ", "without a closing bracket"},
        {"seed", "1\n---\n2", "--seed=1?---?2: error: ", "a second document"},
        {"seed", "\xff", "--seed=?: error: ", "not UTF-8 text"},
        {"diffusion.delta", "3", "--diffusion.delta=3: error: ", "must be smaller than 'diffusion.T'"},
        {"diffusion.T", "0.001", "--diffusion.T=0.001: error: ", "must be smaller than 'diffusion.T'"},
        {"pruning.file", "x.npy", "--pruning.file=x.npy: error: ", "'pruning.file' is only for 'pruning.kind: file'"},
        {"pruning.kind", "file", "--pruning.kind=file: error: ", "'pruning.file' is missing"},
        {"pruning.file", "x", "--pruning.file=x: error: ", "is only for 'pruning.kind: file'"},
        {"pruning.keep", "[0.5, 0.5]", "--pruning.keep=[0.5, 0.5]: error: ", "2 numbers for 10 workers"},
        {"data.partition.kind", "explicit", "--data.partition.kind=explicit: error: ", "'data.partition.weights' is missing"},
        {"data.components", "[{weight: 1, mean: [1, 2, 3], covariance: 1}]", "--data.components=[",
         "has 3 numbers, but the dimension is 2"},
        {"device", "tpu", "--device=tpu: error: ", "this build has: cpu, cuda"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const sb_override one = {cases[i].key, cases[i].value};
        expect(sb_config_default_yaml(), 1, &one, cases[i].start, cases[i].part);
    }
    const sb_override grid = {"diffusion.grid", "uniform"}, width[] = {{"pruning.kind", "width"}, {"model.kind", "affine"}};
    expect(DATA "diffusion: {grid: kappa, kappa: 0.1}\n", 1, &grid,
           "t.yaml:2:1: error: ", "'diffusion.K' or 'diffusion.kappa' is missing");
    expect(GOOD, 2, width, "--model.kind=affine: error: ", "pruning by width needs the model mlp or fourier, not affine");
}

/* The whole table: the ends of every range, and what has the wrong form. */
static void try_value(const sb_parameter *p, const char *value, int good)
{
    char start[160];
    sb_override override[3] = {{p->key, value}, {"diffusion.grid", "kappa"}};
    size_t count = 2;
    if (p->with && strcmp(p->with, "data.kind") == 0 && !(p->when & SB_WHEN(SB_DATA_GAUSSIAN_MIXTURE))) {
        int kind = 0;
        while (!(p->when >> kind & 1u)) kind++;
        override[count++] = (sb_override){"data.kind", sb_config_choice_name("data.kind", kind)};
    }
    snprintf(start, sizeof start, "--%s=%s: error: '%s' must be ", p->key, value, p->key);
    if (!good) {
        expect(sb_config_default_yaml(), count, override, start, value);
        return;
    }
    sb_context ctx;
    sb_config config;
    sb_context_init(&ctx, 1);
    const sb_status st =
        sb_config_parse(&ctx, "t.yaml", sb_config_default_yaml(), strlen(sb_config_default_yaml()), count, override, &config);
    CHECK(st == SB_OK || strstr(ctx.error.message, "' must be a") == NULL); /* in range, though other keys may object */
    sb_config_free(&config);
}

static void test_ranges(void)
{
    char value[40];
    for (const sb_parameter *p = sb_parameters; p < sb_parameters + sb_parameter_count; p++) {
        const int integer = p->type == &sb_type_integer;
        if (!integer && p->type != &sb_type_real) continue;
        const double out_low = integer ? p->min - 1.0 : nextafter(p->min, -INFINITY),
                     out_high = integer ? p->max + 1.0 : nextafter(p->max, INFINITY);
        snprintf(value, sizeof value, "%.17g", p->min);
        try_value(p, value, !(p->open & SB_OPEN_MIN));
        snprintf(value, sizeof value, "%.17g", out_low);
        try_value(p, value, 0);
        snprintf(value, sizeof value, "%.17g", nextafter(p->min, 1.0));
        if (!integer && p->min != 0.0) try_value(p, value, 1);
        if (isfinite(p->max)) {
            snprintf(value, sizeof value, "%.17g", p->max);
            try_value(p, value, !(p->open & SB_OPEN_MAX));
            snprintf(value, sizeof value, "%.17g", out_high);
            try_value(p, value, 0);
        }
        try_value(p, ".inf", 0);
        try_value(p, "99999999999999999999999999999999999999999999999", !integer && isinf(p->max));
    }
}

static const sb_test tests[] = {{"keys", test_keys},
                                {"missing keys", test_missing},
                                {"values", test_values},
                                {"relations between keys", test_relations},
                                {"components", test_components},
                                {"partition weights", test_partition_weights},
                                {"images", test_images},
                                {"YAML", test_yaml},
                                {"excerpts", test_excerpts},
                                {"overrides", test_overrides},
                                {"ranges", test_ranges}};

int main(void)
{
    return sb_test_main("config errors", tests, sizeof tests / sizeof *tests);
}
