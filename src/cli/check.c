#include "cli/cli.h"
#include "cli/job.h"
#include "measure/ladder.h"
#include "report/report.h"

const sb_syntax sb_syntax_check = {
    .usage = "[CONFIG]",
    .doc = "Trains a distributed, pruned diffusion model, measures every constant and every left side of the paper's "
           "statements, and prints the ledger: which statements hold, which are violated, which say nothing; then the slack "
           "waterfall: how many nats each inequality gives away on the way from the measured KL to Theorem 4.11 as printed, "
           "also drawn as waterfall.svg and waterfall.png in the run directory. All of it, with formulas, curves and pictures, is "
           "one page there, report.html.\n\n"
           "CONFIG is a YAML file, or a run directory, whose configuration is then run again; without it a small "
           "default run is used, which takes a minute or two.\v"
           "Examples:\n"
           "  scorebound check\n"
           "  scorebound check my.yaml --train.rounds=200 --seed=7\n"
           "  scorebound check my.yaml --format json > ledger.json\n\n"
           "Exit status: 0 done, 1 failed or interrupted, 2 a mistake in the configuration or on the command line, 3 "
           "with --strict if a statement is violated.",
    .options = {SB_ROW_FORMAT, SB_ROW_THREADS, SB_ROW_OUTPUT, SB_ROW_STRICT, SB_ROW_PLOT, SB_ROW_OVERRIDE, {0}},
    .overrides = 1,
};

int sb_cli_check(sb_context *ctx, int argc, char **argv)
{
    sb_status st = SB_OK;
    sb_options options;
    sb_job job = {.dir = {.lock = -1}};
    int violated = 0;
    SB_TRY(sb_options_parse(ctx, &sb_syntax_check, argc, argv, &options));
    SB_TRY(sb_job_begin(ctx, &options, &job));
    SB_TRY(sb_job_train(ctx, &job, 0));
    SB_TRY(sb_job_measure(ctx, &job));
    SB_TRY(sb_job_bound(ctx, &job, 1));

    const sb_output out = sb_output_stdout(options.format);
    const sb_run_view view = {job.dir.path, &job.config, &job.measured, &job.ledger, &job.waterfall, options.plot, job.dir.page};
    SB_TRY(sb_report_run(ctx, &out, &view));
    SB_TRY(sb_job_draw(ctx, &job));
    SB_TRY(sb_job_page(ctx, &job, &view));
    SB_TRY(sb_ladder_check(ctx, &job.measured));
    violated = options.strict && sb_ledger_violations(&job.ledger) > 0;
done:;
    const int code = sb_cli_finish(ctx, st, job.advice);
    sb_job_free(&job);
    sb_options_free(&options);
    return violated ? SB_EXIT_VIOLATED : code;
}
