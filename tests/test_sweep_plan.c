/* What a file says of a sweep, every mistake in it with its place, and what other commands see of it. */
#include "config/config.h"
#include "harness.h"
#include "plan_case.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void test_whole_plan(void)
{
    sb_context ctx;
    sb_sweep_plan plan = plan_case_of(&ctx, "sweep:\n"
                                            "  title: Does the bound fall with R?\n"
                                            "  vary: {pruning.level: [S, L], train.rounds: [10, 200, 1000]}\n"
                                            "  paired: false\n"
                                            "  against: Gamma\n"
                                            "  show: [kl, theorem_4_11.printed, \"theorem_4_11.sharp\"]\n");
    CHECK(plan_case_is(plan.title, "Does the bound fall with R?"));
    CHECK(!plan.paired && plan.axis_count == 2 && plan.show_count == 3 && plan.run_count == 0);
    if (plan.axis_count != 2 || plan.show_count != 3) return;
    CHECK(plan_case_is(plan.against, "Gamma") && plan_case_is(plan.show[0], "kl") &&
          plan_case_is(plan.show[2], "theorem_4_11.sharp"));
    CHECK(plan_case_is(plan.axis[0].key, "pruning.level") && plan.axis[0].count == 2 && plan_case_is(plan.axis[0].value[1], "L"));
    CHECK(plan_case_is(plan.axis[1].key, "train.rounds") && plan.axis[1].count == 3 && plan_case_is(plan.axis[1].value[1], "200"));
    CHECK_OK(&ctx, sb_sweep_plan_check(&ctx, &plan));
    CHECK(plan.run_count == 6 && plan_case_is(plan.against, "Gamma"));
    static const char *const want[6][2] = {{"S", "10"}, {"S", "200"}, {"S", "1000"}, {"L", "10"}, {"L", "200"}, {"L", "1000"}};
    for (int run = 0; run < 6; run++)
        for (int a = 0; a < 2; a++) CHECK(plan_case_is(sb_sweep_value(&plan, run, a), want[run][a]));
    sb_sweep_plan_free(&plan);
    CHECK(plan.axis_count == 0 && plan.axis == NULL);
    sb_sweep_plan_free(&plan);
}

static void test_nothing_said(void)
{
    static const char *const sections[] = {"", "sweep:\n", "sweep: {}\n", "sweep:\n  vary:\n", "sweep: {vary: {}}\n", "sweep: ~\n"};
    sb_context ctx;
    sb_sweep_plan plan;
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        plan = plan_case_of(&ctx, sections[i]);
        CHECK(plan.axis_count == 0 && plan.show_count == 0 && !plan.paired && !plan.title && !plan.against);
        CHECK_FAILS(&ctx, sb_sweep_plan_check(&ctx, &plan), SB_EUSER, "nothing varies; give --vary KEY=A,B,C");
        sb_sweep_plan_free(&plan);
    }
    CHECK_OK(&ctx, sb_sweep_plan_read(&ctx, NULL, &plan));
    CHECK(plan.axis_count == 0 && plan.axis == NULL);
    sb_sweep_plan_free(&plan);
    plan_case_put("\xef\xbb\xbf" PLAN_CASE_CONFIG "sweep: {title: x}\n", strlen(PLAN_CASE_CONFIG) + 21);
    CHECK_OK(&ctx, sb_sweep_plan_read(&ctx, plan_case_path(), &plan));
    CHECK(plan_case_is(plan.title, "x"));
    sb_sweep_plan_free(&plan);
}

static void test_mistakes_of_the_section(void)
{
    plan_case_refuse("sweep: 5\n", 1, 8, "'sweep' is a section with keys of its own, not '5'");
    plan_case_refuse("sweep: [a]\n", 1, 8, "'sweep' is a section with keys of its own, not a list");
    plan_case_refuse("sweep: {}\nsweep: {}\n", 2, 1, "duplicate key 'sweep', given first on line 3");
    plan_case_refuse("sweep: {pared: true}\n", 1, 9,
                     "unknown key 'sweep.pared', did you mean 'paired'?\nsweep: {pared: true}\n        ^");
    plan_case_refuse("sweep:\n  values: {}\n", 2, 3, "unknown key 'sweep.values'\n");
    plan_case_refuse("sweep: {train.rounds: [1]}\n", 1, 9,
                     "unknown key 'sweep.train.rounds'; keys that vary stand in 'sweep.vary'");
    plan_case_refuse("sweep: {title: a, title: b}\n", 1, 19, "duplicate key 'sweep.title', given first on line 3");
    plan_case_refuse("sweep: {title: [a]}\n", 1, 16, "'sweep.title' must be a text, not a list");
    plan_case_refuse("sweep: {title: }\n", 1, 9, "'sweep.title' must be a text, not nothing");
    plan_case_refuse("sweep: {against: {}}\n", 1, 18, "'sweep.against' must be a text, not a mapping");
    plan_case_refuse("sweep: {show: kl}\n", 1, 15, "'sweep.show' is a list of names, such as [kl], not 'kl'");
    plan_case_refuse("sweep: {show: [kl, [N]]}\n", 1, 20, "'sweep.show' must be a text, not a list");
    plan_case_refuse("sweep: {title: a, show: [kl, ~]}\n", 1, 30, "'sweep.show' must be a text, not nothing");
    plan_case_refuse("sweep: {paired: yes}\n", 1, 17, "'sweep.paired' must be true or false, not 'yes'");
    plan_case_refuse("sweep: {paired: \"true\"}\n", 1, 17, "'sweep.paired' must be true or false, not the text \"true\"");
    plan_case_refuse("sweep: {paired: [true]}\n", 1, 17, "'sweep.paired' must be true or false, not a list");
}

static void test_mistakes_of_vary(void)
{
    plan_case_refuse("sweep: {vary: [seed]}\n", 1, 15, "'sweep.vary' has keys, each with a list of values, this is a list");
    plan_case_refuse("sweep:\n  vary:\n    train.ronds: [1]\n", 3, 5,
                     "unknown key 'train.ronds', did you mean 'train.rounds'?\n    train.ronds: [1]\n    ^");
    plan_case_refuse("sweep: {vary: {rounds: [1]}}\n", 1, 16, "unknown key 'rounds', did you mean 'train.rounds'?");
    plan_case_refuse("sweep: {vary: {xyzzy: [1]}}\n", 1, 16, "unknown key 'xyzzy'\n");
    plan_case_refuse("sweep: {vary: {swep: [1]}}\n", 1, 16, "unknown key 'swep'\n"); /* the section's name is no key */
    plan_case_refuse("sweep: {vary: {train: {rounds: [1]}}}\n", 1, 16,
                     "'train' is a section; write the key that varies in full, as 'train.rounds: [10, 100]'");
    plan_case_refuse("sweep: {vary: {seed: [1], seed: [2]}}\n", 1, 27, "duplicate key 'seed', given first on line 3");
    plan_case_refuse("sweep: {vary: {seed: 1}}\n", 1, 22, "'seed' varies over a list of values, not '1'");
    plan_case_refuse("sweep: {vary: {train.rounds: {a: 1}}}\n", 1, 30,
                     "'train.rounds' varies over a list of values, not a mapping");
    plan_case_refuse("sweep: {vary: {seed: }}\n", 1, 16, "'seed' varies over a list of values, not nothing");
    plan_case_refuse("sweep: {vary: {seed: []}}\n", 1, 22, "'seed' varies over an empty list");
    plan_case_refuse("sweep: {vary: {seed: [1, ~, 3]}}\n", 1, 26, "value 2 of 'seed' is missing");
    plan_case_refuse("sweep: {title: t, show: [kl], vary: {seed: [1], train.rounds: [1, abc]}}\n", 1, 67,
                     "'train.rounds' must be an integer between 0 and 16777216, not 'abc'");
    plan_case_refuse("sweep: {vary: {diffusion.grid: [kapa]}}\n", 1, 33,
                     "unknown value 'kapa' of 'diffusion.grid', did you mean 'kappa'?");
    plan_case_refuse("sweep: {vary: {measure.kl: [[grid], [grid, grid]]}}\n", 1, 44, "'measure.kl' names 'grid' twice");
    plan_case_refuse("sweep: {vary: {seed: [1}}\n", 1, 24, "");
    plan_case_refuse("sweep: {vary: {pruning.file: [\"\\ud800\"]}}\n", 1, 32, "double-quoted scalar has invalid UTF8 escape");
}

/* What is wrong elsewhere in the file is told as by any other command. */
static void test_mistakes_elsewhere(void)
{
    sb_context ctx;
    sb_sweep_plan plan;
    plan_case_refuse("swep: {}\n", 1, 1, "unknown key 'swep', did you mean 'sweep'?");
    plan_case_refuse("swee: {}\nsweep: {vary: {seed: [1]}}\n", 1, 1, "unknown key 'swee', did you mean 'sweep'?");
    plan_case_refuse("train: 7\n", 1, 8, "'train' is a section with keys of its own, not '7'");
    plan_case_refuse("train: {sweep: {}}\n", 1, 9, "unknown key 'train.sweep'");
    plan_case_refuse("sweep: {title: &a x}\n", 1, 19, "anchors, aliases and tags are not used here");
    sb_context_init(&ctx, 1);
    plan_case_compare(&ctx, sb_sweep_plan_read(&ctx, "/no/such/file.yaml", &plan), "",
                      "/no/such/file.yaml:1:1: error: cannot open the file");
    plan_case_put("", 0);
    sb_context_init(&ctx, 1);
    CHECK_FAILS(&ctx, sb_sweep_plan_read(&ctx, plan_case_path(), &plan), SB_EUSER, ":1:1: error: no configuration");
}

/* The loader overlooks the section, with places of the rest unmoved; nothing of it is in the copy that a run keeps. */
static void test_overlooked(void)
{
    static const char text[] = PLAN_CASE_CONFIG "sweep: {vary: {train.rounds: [1, 2]}, title: Rounds}\ntrain: {rounds: 7}\n";
    sb_context ctx;
    sb_config config;
    char *with = NULL, *without = NULL, *reference = NULL;
    sb_context_init(&ctx, 1);
    CHECK_OK(&ctx, sb_config_parse(&ctx, "t", text, strlen(text), 0, NULL, &config));
    CHECK(config.train.rounds == 7);
    CHECK_OK(&ctx, sb_config_dump(&ctx, &config, &with));
    sb_config_free(&config);
    static const char plain[] = PLAN_CASE_CONFIG "train: {rounds: 7}\n";
    CHECK_OK(&ctx, sb_config_parse(&ctx, "t", plain, strlen(plain), 0, NULL, &config));
    CHECK_OK(&ctx, sb_config_dump(&ctx, &config, &without));
    sb_config_free(&config);
    CHECK(with && without && strcmp(with, without) == 0 && strstr(with, "sweep") == NULL);
    free(with);
    free(without);

    static const char wrong[] = PLAN_CASE_CONFIG "sweep: 7\n", later[] = PLAN_CASE_CONFIG "sweep: {}\ntrain: {ronds: 1}\n";
    CHECK_FAILS(&ctx, sb_config_parse(&ctx, "t", wrong, strlen(wrong), 0, NULL, &config), SB_EUSER,
                "t:3:8: error: 'sweep' is a section with keys of its own, not '7'");
    CHECK_FAILS(&ctx, sb_config_parse(&ctx, "t", later, strlen(later), 0, NULL, &config), SB_EUSER,
                "t:4:9: error: unknown key 'train.ronds', did you mean 'rounds'?");
    const sb_override overrides[] = {{"sweep", "{}"}, {"sweep.title", "x"}, {"sweep.vary", "{seed: [1]}"}};
    CHECK_FAILS(&ctx, sb_config_load(&ctx, NULL, 1, overrides, &config), SB_EUSER, "--sweep={}: error: unknown key 'sweep'");
    CHECK_FAILS(&ctx, sb_config_load(&ctx, NULL, 1, overrides + 1, &config), SB_EUSER,
                "--sweep.title=x: error: unknown key 'sweep.title'");
    CHECK_FAILS(&ctx, sb_config_load(&ctx, NULL, 1, overrides + 2, &config), SB_EUSER, "error: unknown key 'sweep.vary'");

    CHECK_OK(&ctx, sb_config_reference(&ctx, &reference));
    CHECK(reference && strstr(reference, "\n## sweep\n") != NULL);
    static const char *const keys[] = {"vary", "cases", "quick", "beside", "paired", "against", "show", "title"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char quoted[40];
        snprintf(quoted, sizeof quoted, "\n| `sweep.%s` |", keys[i]);
        CHECK(strstr(reference, quoted) != NULL);
    }
    free(reference);
}

/* The sweeps that are shipped: every one can be read, and each of its runs has a configuration. */
static void check_shipped(const char *file)
{
    sb_context ctx;
    sb_sweep_plan plan;
    sb_context_init(&ctx, 1);
    if (!CHECK_OK(&ctx, sb_sweep_plan_read(&ctx, file, &plan))) return;
    CHECK_OK(&ctx, sb_sweep_plan_check(&ctx, &plan));
    CHECK(plan.title != NULL && plan.show_count > 0 && plan.run_count >= 3 && plan.run_count <= 20);
    for (plan.is_quick = 0; plan.is_quick < 2; plan.is_quick++)
        for (int run = 0; run < plan.run_count; run++) {
            sb_config config;
            CHECK_OK(&ctx, sb_sweep_config(&ctx, &plan, run, file, 0, NULL, &config));
            sb_config_free(&config);
        }
    CHECK(!plan.beside || access(plan.beside, R_OK) == 0);
    sb_sweep_plan_free(&plan);
}

static void test_shipped(void)
{
    static const char *const folder[] = {"sweeps", "experiments"};
    const char *sources = getenv("srcdir");
    for (int f = 0; f < 2; f++) {
        char pattern[1000];
        glob_t found;
        snprintf(pattern, sizeof pattern, "%s/data/%s/*.yaml", sources ? sources : ".", folder[f]);
        if (glob(pattern, 0, NULL, &found) != 0) {
            CU_FAIL("no sweeps where srcdir says");
            return;
        }
        for (size_t i = 0; i < found.gl_pathc; i++) check_shipped(found.gl_pathv[i]);
        globfree(&found);
    }
}

static const sb_test tests[] = {{"a whole plan", test_whole_plan},
                                {"nothing said", test_nothing_said},
                                {"mistakes of the section", test_mistakes_of_the_section},
                                {"mistakes of vary", test_mistakes_of_vary},
                                {"mistakes elsewhere", test_mistakes_elsewhere},
                                {"the loader overlooks it", test_overlooked},
                                {"shipped sweeps", test_shipped}};

int main(void)
{
    if (!plan_case_begin()) return 99;
    const int failed = sb_test_main("sweep plans", tests, sizeof tests / sizeof *tests);
    plan_case_end();
    return failed;
}
