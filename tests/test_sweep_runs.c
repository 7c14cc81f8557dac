/* From a plan to its runs: values of the command line, what relates the parts of a plan, and the configuration of each run. */
#include "config/config.h"
#include "harness.h"
#include "plan_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Values of every shape arrive in the configuration of the run. */
static void test_configurations(void)
{
    sb_context ctx;
    sb_config config;
    sb_sweep_plan plan = plan_case_of(&ctx, "train: {rounds: 3}\nsweep:\n  paired: true\n  vary:\n"
                                            "    data.components:\n"
                                            "      - - {weight: 0.25, mean: [1, 2], covariance: 0.5}\n"
                                            "        - {weight: 0.75, mean: [0, -1], covariance: [[2, 0.5], [0.5, 1]]}\n"
                                            "      - [{weight: 1, mean: [0, 0, 0], covariance: 1}]\n"
                                            "    data.dimension: [2, 3]\n"
                                            "    diffusion.grid: [log-snr, \"kappa\"]\n"
                                            "    train.learning_rate: [1e-3, lemma-4.6]\n"
                                            "    measure.kl: [[closed, chain], [dv]]\n"
                                            "    pruning.kind: [file, random]\n"
                                            "    pruning.file: ['a, \"b\" [c].npy', x.npy]\n");
    const sb_override overrides[] = {{"train.rounds", "11"}, {"train.learning_rate", "0.5"}};
    CHECK_OK(&ctx, sb_sweep_plan_check(&ctx, &plan));
    CHECK(plan.paired && plan.run_count == 2 && plan_case_is(plan.against, "data.dimension"));
    if (CHECK_OK(&ctx, sb_sweep_config(&ctx, &plan, 0, plan_case_path(), 2, overrides, &config))) {
        CHECK(config.data.component_count == 2 && config.data.components[1].covariance[1] == 0.5);
        CHECK(config.diffusion.grid == SB_GRID_LOG_SNR && config.train.learning_rate == 1e-3 && config.train.rounds == 11);
        CHECK(config.measure.kl == (SB_KL_CLOSED | SB_KL_CHAIN) && plan_case_is(config.pruning.file, "a, \"b\" [c].npy"));
        sb_config_free(&config);
    }
    CHECK_FAILS(&ctx, sb_sweep_config(&ctx, &plan, 1, plan_case_path(), 2, overrides, &config), SB_EUSER,
                "--pruning.file=x.npy: error: 'pruning.file' is only for 'pruning.kind: file'");
    CHECK_FAILS(&ctx, sb_sweep_config(&ctx, &plan, 2, plan_case_path(), 0, NULL, &config), SB_EINVAL, "there is no run 2 of 2");
    CHECK_FAILS(&ctx, sb_sweep_config(&ctx, &plan, -1, plan_case_path(), 0, NULL, &config), SB_EINVAL, "there is no run -1 of 2");
    sb_sweep_plan_free(&plan);

    /* A value that is wrong only together with others, from the file; one that is wrong by itself, from the command line. */
    plan = plan_case_of(&ctx, "sweep: {vary: {diffusion.delta: [0.01, 2.385], diffusion.T: [3, 2]}}\n");
    CHECK_OK(&ctx, sb_sweep_plan_check(&ctx, &plan));
    CHECK_OK(&ctx, sb_sweep_config(&ctx, &plan, 2, plan_case_path(), 0, NULL, &config));
    CHECK(config.diffusion.delta == 2.385 && config.diffusion.T == 3.0);
    sb_config_free(&config);
    CHECK_FAILS(&ctx, sb_sweep_config(&ctx, &plan, 3, plan_case_path(), 0, NULL, &config), SB_EUSER, "--diffusion.T=2: error: ");
    sb_sweep_plan_free(&plan);
    CHECK_OK(&ctx, sb_sweep_plan_vary(&ctx, &plan, "train.rounds=1,abc"));
    CHECK_OK(&ctx, sb_sweep_plan_check(&ctx, &plan));
    sb_context_init(&ctx, 1);
    plan_case_compare(&ctx, sb_sweep_config(&ctx, &plan, 1, NULL, 0, NULL, &config), "",
                      "--train.rounds=abc: error: 'train.rounds' must be an integer");
    sb_context_init(&ctx, 1);
    CHECK_OK(&ctx, sb_sweep_config(&ctx, &plan, 0, NULL, 0, NULL, &config)); /* of the default run */
    CHECK(config.train.rounds == 1 && config.data.workers == 10);
    sb_config_free(&config);
    sb_sweep_plan_free(&plan);
}

static void test_command_line(void)
{
    sb_context ctx;
    sb_sweep_plan plan = plan_case_of(&ctx, "sweep: {vary: {train.rounds: [1, 2], seed: [1, 2]}}\n");
    CHECK_OK(&ctx, sb_sweep_plan_vary(&ctx, &plan, "train.rounds=10 ,\t20, 30"));
    CHECK(plan.axis_count == 2 && plan.axis[0].count == 3 && plan_case_is(plan.axis[0].value[1], "20") &&
          plan_case_is(plan.axis[0].value[2], "30"));
    CHECK_OK(&ctx, sb_sweep_plan_vary(&ctx, &plan, "data.components=[{weight: 1, mean: [0, 0], covariance: 1}],[ {weight: 1} ]"));
    CHECK(plan.axis_count == 3 && plan.axis[2].count == 2 && plan_case_is(plan.axis[2].value[1], "[ {weight: 1} ]"));
    CHECK(plan_case_is(plan.axis[2].value[0], "[{weight: 1, mean: [0, 0], covariance: 1}]"));
    CHECK_OK(&ctx, sb_sweep_plan_vary(&ctx, &plan, "pruning.file='a, ''b',\"c\\\",d\",it's,['x]','y}'],{a: ']'}, e=f"));
    const sb_sweep_axis *axis = &plan.axis[3];
    CHECK(axis->count == 6 && plan_case_is(axis->value[0], "'a, ''b'") && plan_case_is(axis->value[1], "\"c\\\",d\"") &&
          plan_case_is(axis->value[2], "it's"));
    CHECK(plan_case_is(axis->value[3], "['x]','y}']") && plan_case_is(axis->value[4], "{a: ']'}") &&
          plan_case_is(axis->value[5], "e=f"));
    CHECK(plan_case_is(plan.axis[1].key, "seed") && plan_case_is(plan.axis[1].value[0], "1"));

    static const struct {
        const char *text, *message;
    } cases[] = {
        {"train.rounds=5", "--vary train.rounds=5: error: 'train.rounds' varies already; give all its values at once"},
        {"train.ronds=5", "--vary train.ronds=5: error: unknown key 'train.ronds', did you mean 'train.rounds'?"},
        {"sweep.title=5", "--vary sweep.title=5: error: unknown key 'sweep.title'"},
        {"train=5", "--vary train=5: error: 'train' is a section; vary one of its keys"},
        {"train.batch=", "--vary train.batch=: error: 'train.batch' has no value"},
        {"train.batch= \t", "--vary train.batch=  : error: 'train.batch' has no value"},
        {"train.batch", "--vary train.batch: error: a key and its values are needed, as in --vary train.rounds=10,100"},
        {"=1,2", "--vary =1,2: error: a key and its values are needed"},
        {"", "--vary : error: a key and its values are needed"},
        {"train.batch=,1", "--vary train.batch=,1: error: value 1 is empty"},
        {"train.batch=1,,2", "--vary train.batch=1,,2: error: value 2 is empty"},
        {"train.batch=1,2, ", "--vary train.batch=1,2, : error: value 3 is empty"},
        {"train.batch=1,~", "--vary train.batch=1,~: error: value 2 is missing"},
        {"train.batch=1,#", "--vary train.batch=1,#: error: value 2 is missing"},
        {"train.batch=1,[2,3", "--vary train.batch=1,[2,3: error: value 2 has a bracket or a quote without its other half"},
        {"train.batch=1],2", "--vary train.batch=1],2: error: value 1 has a bracket or a quote without its other half"},
        {"train.batch='1,2", "--vary train.batch='1,2: error: value 1 has a bracket or a quote without its other half"},
        {"train.batch=[1},2", "--vary train.batch=[1},2: error: "},
        {"train.batch=&a 1,2", "--vary train.batch=&a 1,2: error: anchors, aliases and tags are not used here"},
        {"train.batch=\xff", "--vary train.batch=?: error: not UTF-8 text: byte 0xff"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_context_init(&ctx, 1);
        plan_case_compare(&ctx, sb_sweep_plan_vary(&ctx, &plan, cases[i].text), cases[i].text, cases[i].message);
        CHECK(plan.axis_count == 4 && plan.axis[0].count == 3);
    }
    sb_sweep_plan_free(&plan);
}

/* A plan from the command line alone: up to four texts of --vary. */
static sb_sweep_plan varied(sb_context *ctx, int paired, const char *const texts[4])
{
    sb_sweep_plan plan = {.paired = paired};
    sb_context_init(ctx, 1);
    for (int i = 0; i < 4 && texts[i]; i++) CHECK_OK(ctx, sb_sweep_plan_vary(ctx, &plan, texts[i]));
    return plan;
}

static void test_check(void)
{
    static const struct {
        int paired;
        const char *texts[4];
        int runs; /* 0: refused with the message; else what stands on the x axis */
        const char *against;
    } cases[] = {
        {0, {"train.rounds=10,20", "seed=1,2,3"}, 6, "train.rounds"},
        {1, {"train.rounds=10,20", "seed=1,2"}, 2, "train.rounds"},
        {0, {"diffusion.grid=kappa,log-snr", "seed=7", "train.batch=1,2.0"}, 4, "train.batch"},
        {0, {"diffusion.grid=kappa,log-snr", "seed=7"}, 2, "diffusion.grid"},
        {0, {"seed=7"}, 1, "seed"},
        {0, {"train.learning_rate=1e-3,lemma-4.6", "diffusion.T=2,3"}, 4, "diffusion.T"},
        {0, {"pruning.file='5',6", "seed=1,2"}, 4, "pruning.file"}, /* a seed is a label */
        {0, {"seed=1,2", "train.rounds=10,20"}, 4, "train.rounds"},
        {1, {"seed=1,1,1", "diffusion.T=2,2,3"}, 3, "diffusion.T"},
        {0, {"pruning.keep=[1],[2]", "measure.kl=[grid],[dv]"}, 4, "pruning.keep"},
        {0, {"seed=18446744073709551615,18446744073709551614"}, 2, "seed"},
        {1, {"seed=1,2,3", "train.rounds=10,20"}, 0, "paired keys need equally many values: 'seed' has 3, 'train.rounds' has 2"},
        {0, {"seed=1,2,1"}, 0, "'seed' has the value 1 twice"},
        {0, {"train.rounds=5", "diffusion.T=2,3,2.0"}, 0, "'diffusion.T' has the value 2.0 twice, once as 2"},
        {0, {"diffusion.T=10,1e1"}, 0, "'diffusion.T' has the value 1e1 twice, once as 10"},
        {0, {"diffusion.grid=kappa,uniform,kappa"}, 0, "'diffusion.grid' has the value kappa twice"},
        {0, {"diffusion.K=1,2", "diffusion.kappa=0.1,0.2"}, 0, "'diffusion.K' and 'diffusion.kappa' exclude each other; vary one"},
        {1, {"pruning.keep=1,0.5", "pruning.level=S,L"}, 0, "'pruning.keep' and 'pruning.level' exclude each other; vary one"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_context ctx;
        sb_sweep_plan plan = varied(&ctx, cases[i].paired, cases[i].texts);
        const sb_status st = sb_sweep_plan_check(&ctx, &plan);
        if (cases[i].runs == 0) {
            plan_case_compare(&ctx, st, cases[i].texts[0], cases[i].against);
            CHECK(plan.run_count == 0 && plan.against == NULL);
        } else {
            CHECK_OK(&ctx, st);
            CHECK(plan.run_count == cases[i].runs && plan_case_is(plan.against, cases[i].against));
            CHECK_OK(&ctx, sb_sweep_plan_check(&ctx, &plan)); /* again changes nothing */
            CHECK(plan.run_count == cases[i].runs);
        }
        sb_sweep_plan_free(&plan);
    }
}

/* An override of what varies would be in vain. */
static void test_overrides(void)
{
    static const struct {
        sb_override override;
        const char *message; /* NULL: accepted */
    } cases[] = {{{"train.batch", "7"}, NULL},
                 {{"train.local_steps", "7"}, NULL},
                 {{"train.rounds", "7"}, "--train.rounds=7: error: this key is varied by --vary, too"},
                 {{"seed", "3"}, "--seed=3: error: this key is varied by the file's section 'sweep', too"},
                 {{"diffusion.kappa", "0.1"},
                  "--diffusion.kappa=0.1: error: this key and 'diffusion.K', which is varied by --vary, exclude each other"}};
    sb_context ctx;
    sb_sweep_plan plan = plan_case_of(&ctx, "sweep: {vary: {seed: [1, 2]}}\n");
    CHECK_OK(&ctx, sb_sweep_plan_vary(&ctx, &plan, "train.rounds=2,3"));
    CHECK_OK(&ctx, sb_sweep_plan_vary(&ctx, &plan, "diffusion.K=20,40"));
    CHECK_OK(&ctx, sb_sweep_plan_overrides(&ctx, &plan, 0, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const sb_override overrides[] = {{"train.batch", "5"}, cases[i].override};
        sb_context_init(&ctx, 1);
        const sb_status st = sb_sweep_plan_overrides(&ctx, &plan, 2, overrides);
        if (cases[i].message) plan_case_compare(&ctx, st, cases[i].override.key, cases[i].message);
        else CHECK_OK(&ctx, st);
    }
    sb_sweep_plan_free(&plan);
}

/* At most 10000 runs, also where the product of four counts has no int. */
static void test_most_runs(void)
{
    enum { MOST = 10001, KEYS = 4 };
    static const struct {
        int paired, counts[KEYS], runs;
    } cases[] = {{0, {100, 100, 1, 1}, 10000},
                 {0, {10, 10, 10, 10}, 10000},
                 {0, {100, 101, 1, 1}, 0},
                 {0, {73, 137, 1, 1}, 0},
                 {0, {9000, 9000, 9000, 9000}, 0},
                 {0, {10000, 1, 1, 1}, 10000},
                 {0, {1, 1, 1, 10001}, 0},
                 {1, {10000, 10000, 10000, 10000}, 10000},
                 {1, {10001, 10001, 10001, 10001}, 0}};
    static char names[KEYS][16] = {"seed", "train.rounds", "train.batch", "measure.every"}, texts[MOST][12];
    static char *values[MOST];
    for (int i = 0; i < MOST; i++) {
        snprintf(texts[i], sizeof texts[i], "%d", i + 1);
        values[i] = texts[i];
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_context ctx;
        sb_sweep_axis axes[KEYS];
        for (int k = 0; k < KEYS; k++) axes[k] = (sb_sweep_axis){.key = names[k], .count = cases[i].counts[k], .value = values};
        sb_sweep_plan plan = {.paired = cases[i].paired, .axis_count = KEYS, .axis = axes};
        sb_context_init(&ctx, 1);
        const sb_status st = sb_sweep_plan_check(&ctx, &plan);
        if (cases[i].runs == 0) plan_case_compare(&ctx, st, "", "a sweep has at most 10000 runs; here are more");
        else CHECK_OK(&ctx, st);
        CHECK(plan.run_count == cases[i].runs);
        if (i == 1) {
            CHECK(plan_case_is(sb_sweep_value(&plan, 1234, 0), "2") && plan_case_is(sb_sweep_value(&plan, 1234, 3), "5"));
            CHECK(plan_case_is(sb_sweep_value(&plan, 9999, 0), "10") && plan_case_is(sb_sweep_value(&plan, 10, 2), "2"));
        }
        if (i == 7) CHECK(plan_case_is(sb_sweep_value(&plan, 4321, 2), "4322"));
        free(plan.against);
    }
}

static const sb_test tests[] = {{"configurations of runs", test_configurations},
                                {"the command line", test_command_line},
                                {"what relates the parts", test_check},
                                {"overrides of what varies", test_overrides},
                                {"most runs", test_most_runs}};

int main(void)
{
    if (!plan_case_begin()) return 99;
    const int failed = sb_test_main("runs of a sweep", tests, sizeof tests / sizeof *tests);
    plan_case_end();
    return failed;
}
