/* Sweeps of named cases, and their quick versions: what the plan holds, the runs' configurations, every mistake with its place. */
#include "config/config.h"
#include "harness.h"
#include "plan_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char three[] = "pruning: {kind: random, keep: 0.9}\n"
                            "train: {rounds: 300, learning_rate: 0.01}\n"
                            "sweep:\n"
                            "  vary: {seed: [5, 6]}\n"
                            "  quick: {train.rounds: 7, measure.every: 2}\n"
                            "  cases:\n"
                            "    F: {pruning.kind: none}\n"
                            "    base:\n"
                            "    'T, S': {pruning.kind: top-k, pruning.level: S, measure.kl: [chain, dv]}\n";

/* The cases are the first axis, whatever comes first in the file: run 2 i + j is case i with seed j. */
static void test_runs(void)
{
    static const char *const name[] = {"F", "base", "T, S"};
    sb_context ctx;
    sb_sweep_plan plan = plan_case_of(&ctx, three);
    CHECK_OK(&ctx, sb_sweep_plan_check(&ctx, &plan));
    CHECK(plan.run_count == 6 && plan.axis_count == 2 && plan_case_is(plan.axis[0].key, "case") &&
          plan_case_is(plan.axis[1].key, "seed") && plan_case_is(plan.against, "case"));
    for (int run = 0; run < plan.run_count; run++) {
        sb_config config;
        CHECK(plan_case_is(sb_sweep_value(&plan, run, 0), name[run / 2]));
        if (!CHECK_OK(&ctx, sb_sweep_config(&ctx, &plan, run, plan_case_path(), 0, NULL, &config))) continue;
        CHECK(config.seed == (uint64_t)(5 + run % 2) && config.train.rounds == 300 && config.measure.every == 100);
        CHECK(config.pruning.kind == (run < 2 ? SB_PRUNING_NONE : run < 4 ? SB_PRUNING_RANDOM : SB_PRUNING_TOP_K));
        CHECK((run < 4) == (config.pruning.keep_count == 1)); /* a level replaces it */
        CHECK(run < 4 || (config.pruning.level == SB_LEVEL_S && config.measure.kl == (SB_KL_CHAIN | SB_KL_DV)));
        sb_config_free(&config);
    }
    sb_sweep_plan_free(&plan);
}

/* The file, then its quick version, then the command line, then the case. */
static void test_quick(void)
{
    const sb_override given = {"train.rounds", "11"};
    sb_context ctx;
    sb_config config;
    sb_sweep_plan plan = plan_case_of(&ctx, three);
    CHECK_OK(&ctx, sb_sweep_plan_quick(&ctx, &plan));
    CHECK_OK(&ctx, sb_sweep_plan_check(&ctx, &plan));
    if (CHECK_OK(&ctx, sb_sweep_config(&ctx, &plan, 4, plan_case_path(), 0, NULL, &config))) {
        CHECK(config.train.rounds == 7 && config.measure.every == 2 && config.pruning.level == SB_LEVEL_S);
        sb_config_free(&config);
    }
    CHECK_OK(&ctx, sb_sweep_plan_overrides(&ctx, &plan, 1, &given));
    if (CHECK_OK(&ctx, sb_sweep_config(&ctx, &plan, 4, plan_case_path(), 1, &given, &config))) {
        CHECK(config.train.rounds == 11 && config.measure.every == 2);
        sb_config_free(&config);
    }
    sb_sweep_plan_free(&plan);
    plan = plan_case_of(&ctx, "sweep: {vary: {seed: [1, 2]}, quick: {}}\n");
    CHECK_FAILS(&ctx, sb_sweep_plan_quick(&ctx, &plan), SB_EUSER, "--quick: error: this sweep has no quick version");
    sb_sweep_plan_free(&plan);
}

static void test_paired(void)
{
    sb_context ctx;
    sb_sweep_plan plan =
        plan_case_of(&ctx, "sweep: {paired: true, cases: {a: {train.rounds: 3}, b: {train.rounds: 4}}, vary: {seed: [8, 9]}}\n");
    CHECK_OK(&ctx, sb_sweep_plan_check(&ctx, &plan));
    CHECK(plan.run_count == 2 && plan_case_is(sb_sweep_value(&plan, 1, 0), "b") && plan_case_is(sb_sweep_value(&plan, 1, 1), "9"));
    CHECK_OK(&ctx, sb_sweep_plan_vary(&ctx, &plan, "seed=1,2,3"));
    CHECK_FAILS(&ctx, sb_sweep_plan_check(&ctx, &plan), SB_EUSER,
                "paired keys need equally many values: 'case' has 2, 'seed' has 3");
    sb_sweep_plan_free(&plan);
}

static void test_mistakes(void)
{
    plan_case_refuse("sweep: {cases: [a]}\n", 1, 16,
                     "'sweep.cases' has names, each with keys of the configuration, this is a list");
    plan_case_refuse("sweep: {cases: {}}\n", 1, 16, "'sweep.cases' has no case");
    plan_case_refuse("sweep:\n  cases:\n    F: {seed: 1}\n    F: {seed: 2}\n", 4, 5, "duplicate case 'F', given first on line 5");
    plan_case_refuse("sweep: {cases: {'': {seed: 1}}}\n", 1, 17, "a case needs a name");
    plan_case_refuse("sweep: {cases: {a23456789012345678901234567890123456789012: {seed: 1}}}\n", 1, 17,
                     "the name of the case 'a234567890123456789012345678901234567890...' is longer than 40 bytes");
    plan_case_refuse("sweep: {cases: {F: 7}}\n", 1, 20, "the case 'F' has keys of the configuration, this is '7'");
    plan_case_refuse("sweep: {cases: {F: {pruning: {kind: none}}}}\n", 1, 21,
                     "'pruning' is a section; write the key in full, as 'train.rounds: 10'");
    plan_case_refuse("sweep: {cases: {F: {pruning.knd: none}}}\n", 1, 21,
                     "unknown key 'pruning.knd', did you mean 'pruning.kind'?");
    plan_case_refuse("sweep: {cases: {F: {pruning.kind: non}}}\n", 1, 35,
                     "unknown value 'non' of 'pruning.kind', did you mean 'none'?");
    plan_case_refuse("sweep: {cases: {F: {seed: 1, seed: 2}}}\n", 1, 30, "duplicate key 'seed', given first on line 3");
    plan_case_refuse("sweep: {cases: {F: {seed: }}}\n", 1, 21, "'seed' has no value");
    plan_case_refuse("sweep: {cases: {F: {seed: 1}}, vary: {seed: [1, 2]}}\n", 1, 21, "'seed' is varied by 'sweep.vary', too");
    plan_case_refuse("sweep: {vary: {pruning.keep: [0.5, 1]}, cases: {F: {pruning.level: S}}}\n", 1, 53,
                     "'pruning.level' and 'pruning.keep', which varies, exclude each other");
    plan_case_refuse("sweep: {quick: 3}\n", 1, 16, "'sweep.quick' has keys of the configuration, this is '3'");
    plan_case_refuse("sweep: {quick: {train.rounds: many}}\n", 1, 31, "'train.rounds' must be an integer");
    plan_case_refuse("sweep: {quick: {seed: 1}, vary: {seed: [1, 2]}}\n", 1, 17, "'seed' is varied by 'sweep.vary', too");
    plan_case_refuse("sweep: {quick: {seed: 1}, cases: {F: {seed: 2}}}\n", 1, 17, "'seed' is set by the case 'F', too");
    plan_case_refuse("sweep: {case: {}}\n", 1, 9, "unknown key 'sweep.case', did you mean 'cases'?");
}

/* What the command line adds must not be in vain. */
static void test_command_line(void)
{
    static const sb_override in_vain[] = {{"pruning.kind", "none"}, {"pruning.keep", "0.5"}};
    sb_context ctx;
    sb_sweep_plan plan = plan_case_of(&ctx, three);
    CHECK_FAILS(&ctx, sb_sweep_plan_vary(&ctx, &plan, "pruning.kind=none,random"), SB_EUSER,
                "--vary pruning.kind=none,random: error: 'pruning.kind' is set by the case 'F' of the file's section 'sweep'");
    CHECK_FAILS(&ctx, sb_sweep_plan_vary(&ctx, &plan, "pruning.keep=0.5,1"), SB_EUSER, "is set by the case 'T, S'");
    CHECK_FAILS(&ctx, sb_sweep_plan_vary(&ctx, &plan, "case=F"), SB_EUSER, "unknown key 'case'");
    for (int i = 0; i < 2; i++)
        CHECK_FAILS(
            &ctx, sb_sweep_plan_overrides(&ctx, &plan, 1, &in_vain[i]), SB_EUSER,
            i ? "--pruning.keep=0.5: error: the case 'T, S' of the file's section 'sweep' sets this key, or one that excludes it"
              : "--pruning.kind=none: error: the case 'F' of the file's section 'sweep' sets this key");
    CHECK_OK(&ctx, sb_sweep_plan_vary(&ctx, &plan, "train.rounds=5,6,7"));
    CHECK_OK(&ctx, sb_sweep_plan_check(&ctx, &plan));
    CHECK(plan.run_count == 18 && plan_case_is(plan.against, "train.rounds"));
    sb_sweep_plan_free(&plan);
}

static const sb_test tests[] = {{"the runs of cases and seeds", test_runs},
                                {"the quick version", test_quick},
                                {"paired", test_paired},
                                {"mistakes", test_mistakes},
                                {"the command line", test_command_line}};

int main(void)
{
    if (!plan_case_begin()) return 99;
    const int failed = sb_test_main("cases of sweeps", tests, sizeof tests / sizeof *tests);
    plan_case_end();
    return failed;
}
