#include "cli/cli.h"
#include "cli/job.h"
#include "cli/set.h"
#include "report/report.h"

const sb_syntax sb_syntax_bound = {
    .usage = "[RUN]",
    .doc = "Evaluates the right side of every statement, in each of its forms: as printed in the paper, as its proof "
           "gives it (corrected), as sharply as can be proved (sharp), under the Polyak-Lojasiewicz inequality (pl), "
           "as an equality (exact).\n\n"
           "With RUN, on the constants measured there, and writes RUN/ledger.json and RUN/ledger.csv. With --set, on "
           "the constants given: a calculator, no run needed; statements whose constants are missing say which.\v"
           "Examples:\n"
           "  scorebound bound --set N=10,S=5,R=100,eta=1e-4,L=3.2,w2=0.4,Gamma=6 \\\n"
           "                   --set sigma1=0.5,sigma2=0.1,F0=5,FR=1\n"
           "  scorebound bound runs/default-0a1b2c3d --format json\n\n"
           "sigma1 and sigma2 are given as they are, w2 is w squared. All names: scorebound list.",
    .options = {SB_ROW_FORMAT,
                SB_ROW_STRICT,
                {"set", SB_OPTION_SET, "NAME=VALUE,...", 0, "Use these constants instead of a run's; may be repeated", 0},
                {0}},
};

static sb_status calculate(sb_context *ctx, const sb_options *options, const sb_output *out)
{
    sb_status st = SB_OK;
    sb_ledger ledger = {0};
    sb_constants constants;
    sb_constants_clear(&constants);
    for (size_t i = 0; i < options->set_count; i++) SB_TRY(sb_set_parse(ctx, options->set[i], &constants));
    SB_TRY(sb_ledger_from_constants(ctx, &constants, &ledger));
    SB_TRY(sb_report_calculator(ctx, out, &constants, &ledger));
done:
    sb_ledger_free(&ledger);
    return st;
}

static sb_status evaluate(sb_context *ctx, const char *path, const sb_output *out, int *violations)
{
    sb_status st = SB_OK;
    sb_job job;
    SB_TRY(sb_job_open(ctx, path, 1, &job));
    SB_TRY(sb_job_recall(ctx, &job));
    SB_TRY(sb_job_bound(ctx, &job, 1));
    const sb_run_view view = {job.dir.path, &job.config, &job.measured, &job.ledger, &job.waterfall, 0, NULL};
    SB_TRY(sb_report_bounds(ctx, out, &view));
    *violations = sb_ledger_violations(&job.ledger);
done:
    sb_job_free(&job);
    return st;
}

int sb_cli_bound(sb_context *ctx, int argc, char **argv)
{
    sb_status st = SB_OK;
    sb_options options;
    int violations = 0;
    SB_TRY(sb_options_parse(ctx, &sb_syntax_bound, argc, argv, &options));
    SB_REQUIRE((options.operand != NULL) != (options.set_count > 0), SB_EUSER,
               "%s: error: give a run directory or --set NAME=VALUE,..., one of the two", argv[0]);
    const sb_output out = sb_output_stdout(options.format);
    SB_TRY(options.operand ? evaluate(ctx, options.operand, &out, &violations) : calculate(ctx, &options, &out));
done:;
    const int code = sb_cli_finish(ctx, st, NULL);
    const int told = options.strict && violations > 0 && code == SB_EXIT_DONE;
    sb_options_free(&options);
    return told ? SB_EXIT_VIOLATED : code;
}
