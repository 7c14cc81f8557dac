#include "cli/cli.h"
#include "cli/job.h"
#include "report/report.h"

const sb_syntax sb_syntax_train = {
    .usage = "[CONFIG]",
    .doc = "Trains only: R rounds in which each worker prunes the model, takes S local steps on its own data, and a "
           "server averages what each parameter's workers found. Keeps a checkpoint, so that an interrupted training "
           "can go on with --resume and ends with the same bits.\n\n"
           "CONFIG is a YAML file or a run directory (whose training is begun anew); without it a small default run is "
           "used.\v"
           "Examples:\n"
           "  scorebound train my.yaml --output runs/mine\n"
           "  scorebound train --resume runs/mine\n"
           "  scorebound measure runs/mine",
    .options = {SB_ROW_FORMAT,
                SB_ROW_THREADS,
                SB_ROW_OUTPUT,
                {"resume", SB_OPTION_RESUME, "RUN", 0, "Go on with the training in the directory RUN", 0},
                SB_ROW_OVERRIDE,
                {0}},
    .overrides = 1,
};

static sb_status resume(sb_context *ctx, const sb_options *options, sb_job *job)
{
    sb_status st = SB_OK;
    SB_REQUIRE(!options->operand && !options->output, SB_EUSER,
               "--resume=%s: error: a run that is resumed has its configuration and its directory; give no others",
               options->resume);
    SB_REQUIRE(options->override_count == 0, SB_EUSER, "--%s=%s: error: a run that is resumed keeps its configuration",
               options->override[0].key, options->override[0].value);
    SB_TRY(sb_job_open(ctx, options->resume, 1, job));
    SB_TRY(sb_job_train(ctx, job, 1));
done:
    return st;
}

int sb_cli_train(sb_context *ctx, int argc, char **argv)
{
    sb_status st = SB_OK;
    sb_options options;
    sb_job job = {.dir = {.lock = -1}};
    SB_TRY(sb_options_parse(ctx, &sb_syntax_train, argc, argv, &options));
    if (options.resume) {
        SB_TRY(resume(ctx, &options, &job));
    } else {
        SB_TRY(sb_job_begin(ctx, &options, &job));
        SB_TRY(sb_job_train(ctx, &job, 0));
    }
    const sb_output out = sb_output_stdout(options.format);
    SB_TRY(sb_report_training(ctx, &out, job.dir.path, &job.config, &job.training));
done:;
    const int code = sb_cli_finish(ctx, st, job.advice);
    sb_job_free(&job);
    sb_options_free(&options);
    return code;
}
