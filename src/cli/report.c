#include "cli/cli.h"
#include "cli/job.h"
#include "report/report.h"

static const sb_syntax syntax = {
    .usage = "RUN",
    .doc = "Prints the ledger of a measured run again, in any format, without training or measuring. RUN is its "
           "directory, in which the slack waterfall is drawn again, too.\v"
           "Example:\n"
           "  scorebound report runs/default-0a1b2c3d --format csv > ledger.csv",
    .options = {SB_ROW_FORMAT, SB_ROW_STRICT, SB_ROW_PLOT, {0}},
};

int sb_cli_report(sb_context *ctx, int argc, char **argv)
{
    sb_status st = SB_OK;
    sb_options options;
    sb_job job = {.dir = {.lock = -1}};
    int violated = 0;
    SB_TRY(sb_options_parse(ctx, &syntax, argc, argv, &options));
    SB_REQUIRE(options.operand, SB_EUSER, "%s: error: which run? usage: %s RUN", argv[0], argv[0]);
    SB_TRY(sb_job_open(ctx, options.operand, 0, &job));
    SB_TRY(sb_job_recall(ctx, &job));
    SB_TRY(sb_job_bound(ctx, &job, 0));

    const sb_output out = sb_output_stdout(options.format);
    const sb_run_view view = {job.dir.path, &job.config, &job.measured, &job.ledger, &job.waterfall, options.plot, job.dir.page};
    SB_TRY(sb_report_run(ctx, &out, &view));
    SB_TRY(sb_job_draw(ctx, &job));
    SB_TRY(sb_job_page(ctx, &job, &view));
    violated = options.strict && sb_ledger_violations(&job.ledger) > 0;
done:;
    const int code = sb_cli_finish(ctx, st, NULL);
    sb_job_free(&job);
    sb_options_free(&options);
    return violated ? SB_EXIT_VIOLATED : code;
}
