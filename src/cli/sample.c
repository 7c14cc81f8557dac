#include "base/memory.h"
#include "base/npy.h"
#include "cli/cli.h"
#include "cli/job.h"
#include "measure/generated_sample.h"
#include "report/image_grid.h"
#include "report/report.h"
#include "train/device.h"

#include <stdio.h>
#include <time.h>

enum { DEFAULT_COUNT = 10000, DEFAULT_IMAGES = 64 };

const sb_syntax sb_syntax_sample = {
    .usage = "RUN",
    .doc = "Generates points with a trained model, by the sampler, on the time grid and in the precision of its run, and writes "
           "them to FILE: float64 numbers, a point in each row, in NumPy's format .npy; or, if the data are images and FILE ends "
           "in .png, as a sheet of images. RUN is the directory that train made.\v"
           "The first points are the same however many there are.\n\n"
           "Examples:\n"
           "  scorebound sample runs/mine -n 50000 -o points.npy\n"
           "  scorebound sample runs/digits -n 64 -o digits.png",
    .options = {{"count", SB_OPTION_COUNT, "COUNT", 0, "Generate this many points (default: 10000, of images for a sheet 64)", 0},
                {"output", SB_OPTION_OUTPUT, "FILE", 0, "Write them to FILE", 0},
                {"replica", SB_OPTION_REPLICA, "P", 0, "With the parameters and draws of replica P (default: 0)", 0},
                {"device", SB_OPTION_DEVICE, "DEVICE", 0, "On cpu or cuda (default: as in the run's configuration)", 0},
                SB_ROW_FORMAT,
                SB_ROW_THREADS,
                {0}},
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The run with its training, on the device that was asked for. */
static sb_status open_run(sb_context *ctx, const sb_options *options, sb_job *job)
{
    sb_status st = SB_OK;
    SB_TRY(sb_job_open(ctx, options->operand, 0, job));
    SB_TRY(sb_job_move(ctx, options->device, job));
    SB_TRY(sb_job_restore(ctx, job));
    const sb_training *training = &job->training;
    SB_REQUIRE(options->replica < training->replicas, SB_EUSER, "--replica=%d: error: the last replica of this run is %d",
               options->replica, training->replicas - 1);
    if (training->done < training->rounds)
        fprintf(stderr, "scorebound: note: this training stands at round %d of %d, and its model is taken as it is\n",
                training->done, training->rounds);
done:
    return st;
}

static sb_status sample(sb_context *ctx, const sb_job *job, const char *path, sb_sample_view *view)
{
    sb_status st = SB_OK;
    const double *theta = job->training.theta + (size_t)view->replica * job->training.D;
    const size_t rows = (size_t)view->count, d = (size_t)job->system.data.d;
    double *y = NULL;
    const double begun = now();
    SB_ALLOC(y, rows * d);
    SB_TRY(sb_generated_sample_stage(ctx, &job->system, theta, view->count, view->replica, y));
    view->seconds = now() - begun;
    if (sb_is_png(path)) {
        const sb_image_shape shape = job->system.data.image;
        SB_TRY(sb_image_grid_write(ctx, path, shape, sb_image_grid_columns(shape, view->count), view->count, y, &view->width,
                                   &view->height));
    } else {
        SB_TRY(sb_npy_write(ctx, path, rows, d, y));
    }
done:
    sb_free(y);
    return st;
}

int sb_cli_sample(sb_context *ctx, int argc, char **argv)
{
    sb_status st = SB_OK;
    sb_options options;
    sb_job job = {.dir = {.lock = -1}};
    SB_TRY(sb_options_parse(ctx, &sb_syntax_sample, argc, argv, &options));
    SB_REQUIRE(options.operand, SB_EUSER, "%s: error: which run? usage: %s RUN -n COUNT -o FILE", argv[0], argv[0]);
    SB_REQUIRE(options.output, SB_EUSER, "%s: error: into which file? usage: %s RUN -n COUNT -o FILE", argv[0], argv[0]);
    SB_TRY(sb_cli_check_file(ctx, "--output", options.output));
    SB_TRY(open_run(ctx, &options, &job));
    const int picture = sb_is_png(options.output);
    SB_REQUIRE(!picture || sb_image_dimension(job.system.data.image) > 0, SB_EUSER,
               "--output=%s: error: the data of this run are no images; name a file .npy for the points as numbers",
               options.output);

    const sb_output out = sb_output_stdout(options.format);
    sb_sample_view view = {.run = job.dir.path,
                           .file = options.output,
                           .config = &job.config,
                           .training = &job.training,
                           .count = options.count ? options.count
                                    : picture     ? DEFAULT_IMAGES
                                                  : DEFAULT_COUNT,
                           .d = job.system.data.d,
                           .K = job.system.grid.K,
                           .replica = options.replica,
                           .device = sb_device_is_gpu(&job.system) ? "cuda" : "cpu"};
    SB_TRY(sample(ctx, &job, options.output, &view));
    SB_TRY(sb_report_sample(ctx, &out, &view));
done:;
    const int code = sb_cli_finish(ctx, st, NULL);
    sb_job_free(&job);
    sb_options_free(&options);
    return code;
}
