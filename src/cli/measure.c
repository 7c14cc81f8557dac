#include "cli/cli.h"
#include "cli/job.h"
#include "measure/ladder.h"
#include "report/report.h"

#include <stdio.h>

const sb_syntax sb_syntax_measure = {
    .usage = "RUN",
    .doc = "Measures a trained run: the constants of the assumptions (L, w, sigma1, sigma2, Gamma*), losses, "
           "entropies, and the divergence between the data and what the sampler generates. RUN is the directory that "
           "train made.\v"
           "Writes RUN/measured.json; scorebound report RUN then prints the ledger.\n\n"
           "Features of images that a network of your own has computed can be compared, too: two arrays of NumPy, a row for each "
           "image, of float32 or float64. The Frechet distance between them is added to the measurements, which are taken first "
           "where they are not there.\n\n"
           "Examples:\n"
           "  scorebound measure runs/mine\n"
           "  scorebound sample runs/mine -n 10000 -o generated.npy\n"
           "  scorebound measure runs/mine --features=generated-features.npy,other.npy",
    .options = {{"features", SB_OPTION_FEATURES, "GENERATED,REFERENCE", 0,
                 "Add the Frechet distance between features of generated and of reference images, from two .npy files", 0},
                SB_ROW_FORMAT,
                SB_ROW_THREADS,
                {0}},
};

static sb_status measure(sb_context *ctx, sb_job *job)
{
    sb_status st = SB_OK;
    SB_TRY(sb_job_restore(ctx, job));
    if (job->training.done < job->training.rounds)
        fprintf(stderr, "scorebound: note: this training stands at round %d of %d, and is measured as it is\n", job->training.done,
                job->training.rounds);
    SB_TRY(sb_job_measure(ctx, job));
done:
    return st;
}

int sb_cli_measure(sb_context *ctx, int argc, char **argv)
{
    sb_status st = SB_OK;
    sb_options options;
    sb_job job = {.dir = {.lock = -1}};
    SB_TRY(sb_options_parse(ctx, &sb_syntax_measure, argc, argv, &options));
    SB_REQUIRE(options.operand, SB_EUSER, "%s: error: which run? usage: %s RUN", argv[0], argv[0]);
    SB_TRY(sb_job_open(ctx, options.operand, 1, &job));
    if (options.features) SB_TRY(sb_job_features(ctx, &job, options.features));
    else SB_TRY(measure(ctx, &job));

    const sb_output out = sb_output_stdout(options.format);
    const sb_run_view view = {.path = job.dir.path, .config = &job.config, .measured = &job.measured};
    SB_TRY(sb_report_measured(ctx, &out, &view));
    SB_TRY(sb_ladder_check(ctx, &job.measured));
done:;
    const int code = sb_cli_finish(ctx, st, job.advice);
    sb_job_free(&job);
    sb_options_free(&options);
    return code;
}
