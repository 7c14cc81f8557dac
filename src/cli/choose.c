#include "base/file.h"
#include "choose/selection.h"
#include "cli/cli.h"
#include "cli/job.h"
#include "cli/set.h"
#include "config/suggest.h"
#include "report/choose.h"
#include "version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const sb_syntax sb_syntax_choose = {
    .usage = "[CONFIG]\n--set NAME=VALUE,...",
    .doc = "Chooses T, K, kappa, eta, the time grid and the sampler in four ways, each with the bound of the generation error it "
           "leads to, term by term, and what binds it: printed (Remark 4.12 as it stands), corrected (with the factor its "
           "own proof gives), repaired (T, K and eta each from the inequality that limits it), optimised (the smallest bound "
           "within the budgets). Where the remark's choice does not exist, a certificate says which condition fails, and by "
           "how much.\n\n"
           "CONFIG is a YAML file or a run directory; without it the default run is looked at. Constants come from short pilot "
           "trainings; budgets are its diffusion.K and train.rounds times train.local_steps. With --set, constants and the "
           "budgets K, R and S are those given, and nothing is trained.\v"
           "Examples:\n"
           "  scorebound choose\n"
           "  scorebound choose my.yaml --target 0.5 --diffusion.K=200\n"
           "  scorebound choose my.yaml --apply chosen.yaml; scorebound check chosen.yaml\n"
           "  scorebound choose --set N=10,S=5,R=1000,K=200,d=2,delta=0.01,M2=4.4 \\\n"
           "                    --set L=3.2,w2=0.4,sigma1=0.5,sigma2=0.1,Gamma=8,F0=5\n\n"
           "All names of --set: scorebound list. How to read the answer: doc/choosing.md.",
    .options = {SB_ROW_FORMAT,
                SB_ROW_THREADS,
                {"set", SB_OPTION_SET, "NAME=VALUE,...", 0, "Use these constants instead of a configuration's; may be repeated", 0},
                {"target", SB_OPTION_TARGET, "NATS", 0, "Aim at this bound of KL (default: a tenth of a nat for each dimension)",
                 0},
                {"apply", SB_OPTION_APPLY, "FILE", 0, "Write the configuration with a choice in it to FILE", 0},
                {"choice", SB_OPTION_CHOICE, "NAME", 0,
                 "Apply this one: printed, corrected, repaired or optimised (default: the one recommended)", 0},
                SB_ROW_OVERRIDE,
                {0}},
    .overrides = 1,
};

static sb_status find_choice(sb_context *ctx, const char *name, sb_selection_kind *kind)
{
    sb_suggestion near = sb_suggest(name);
    for (int i = 0; i < SB_SELECTION_COUNT; i++) {
        const char *known = sb_selection_name((sb_selection_kind)i);
        sb_suggest_offer(&near, known, strlen(known));
        if (strcmp(name, known) != 0) continue;
        *kind = (sb_selection_kind)i;
        return SB_OK;
    }
    if (near.best)
        return sb_fail(ctx, SB_EUSER, __func__, __LINE__, "--choice=%s: error: no such choice, did you mean '%.*s'?", name,
                       near.length, near.best);
    return sb_fail(ctx, SB_EUSER, __func__, __LINE__,
                   "--choice=%s: error: no such choice; they are printed, corrected, repaired and optimised", name);
}

/* What contradicts itself is told before anything is computed. */
static sb_status check_options(sb_context *ctx, const char *name, const sb_options *options, sb_selection_kind *kind)
{
    sb_status st = SB_OK;
    const int by_hand = options->set_count > 0;
    SB_REQUIRE(!by_hand || (!options->operand && options->override_count == 0), SB_EUSER,
               "%s: error: give a configuration or --set NAME=VALUE,..., one of the two", name);
    SB_REQUIRE(!by_hand || !options->apply, SB_EUSER,
               "--apply: error: writes a configuration with a choice in it, and --set gives none to put it in");
    SB_REQUIRE(!options->choice || options->apply, SB_EUSER,
               "--choice: error: says what --apply writes; give --apply FILE as well");
    if (options->choice) SB_TRY(find_choice(ctx, options->choice, kind));
    if (options->apply) SB_TRY(sb_cli_check_file(ctx, "--apply", options->apply));
done:
    return st;
}

/* `config` is filled unless constants are given by hand; the situation looks at it. */
static sb_status find_situation(sb_context *ctx, const sb_options *options, sb_config *config, sb_situation *situation)
{
    sb_status st = SB_OK;
    sb_constants constants;
    if (options->set_count > 0) {
        sb_constants_clear(&constants);
        for (size_t i = 0; i < options->set_count; i++) SB_TRY(sb_set_parse(ctx, options->set[i], &constants));
        SB_TRY(sb_situation_by_hand(ctx, &constants, situation));
    } else {
        SB_TRY(sb_job_config(ctx, options, config));
        SB_TRY(sb_situation_of_config(ctx, config, situation));
    }
done:
    return st;
}

static sb_status apply(sb_context *ctx, const sb_situation *situation, const sb_selection *selection, const char *path)
{
    sb_status st = SB_OK;
    const char *name = sb_selection_name(selection->kind);
    sb_config config = {0};
    sb_list why = {0};
    char *yaml = NULL, *text = NULL;
    sb_selection_obstacles(selection, &why);
    SB_REQUIRE(selection->feasible, SB_EUSER, "--apply: error: the %s choice is not feasible, so %s is not written: %s", name, path,
               why.text);
    SB_TRY(sb_situation_config(ctx, situation, &selection->at, &config));
    SB_TRY(sb_config_dump(ctx, &config, &yaml));
    if (asprintf(&text, "# The %s choice of scorebound choose (version %s).\n%s", name, sb_version(), yaml) < 0) text = NULL;
    SB_REQUIRE(text, SB_ENOMEM, "out of memory for the configuration");
    SB_TRY(sb_file_replace(ctx, path, text, strlen(text)));
    fprintf(stderr, "scorebound: wrote the %s choice to %s; to try it: scorebound check %s\n", name, path, path);
done:
    free(text);
    free(yaml);
    sb_config_free(&config);
    return st;
}

/* The choice of that kind; where none was named the recommended one, or, where nothing is, the last, which can say why not. */
static const sb_selection *named(const sb_situation *situation, const sb_selections *selections, sb_selection_kind kind)
{
    if (kind < SB_SELECTION_COUNT) return &selections->selection[kind];
    const sb_selection *best = sb_selection_recommended(situation, selections);
    return best ? best : &selections->selection[SB_SELECTION_OPTIMISED];
}

int sb_cli_choose(sb_context *ctx, int argc, char **argv)
{
    sb_status st = SB_OK;
    sb_options options;
    sb_selection_kind kind = SB_SELECTION_COUNT; /* none was named */
    sb_config config = {0};
    sb_situation situation = {0};
    sb_selections selections;
    SB_TRY(sb_options_parse(ctx, &sb_syntax_choose, argc, argv, &options));
    SB_TRY(check_options(ctx, argv[0], &options, &kind));
    SB_TRY(find_situation(ctx, &options, &config, &situation));
    SB_TRY(sb_choose(ctx, &situation, options.target, &selections));
    const sb_output out = sb_output_stdout(options.format);
    SB_TRY(sb_report_selections(ctx, &out, &situation, &selections));
    fflush(out.stream); /* before what is said on stderr */
    if (options.apply) SB_TRY(apply(ctx, &situation, named(&situation, &selections, kind), options.apply));
done:
    sb_situation_free(&situation);
    sb_config_free(&config);
    sb_options_free(&options);
    return sb_cli_finish(ctx, st, NULL);
}
