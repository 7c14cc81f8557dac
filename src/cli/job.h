/* job.h: a run on its way through the rooms: configuration, system, training, measurements, ledger, and the directory that holds
 * them. check takes all steps; train, measure, bound and report take one each. */
#ifndef SB_CLI_JOB_H
#define SB_CLI_JOB_H

#include "cli/options.h"
#include "ledger/ledger.h"
#include "ledger/waterfall.h"
#include "report/report.h"
#include "report/rundir.h"

#include <stdint.h>

typedef struct {
    sb_config config;
    char *yaml;     /* resolved configuration */
    char *identity; /* what a checkpoint must agree on: yaml and version */
    sb_rundir dir;
    sb_system system; /* built by the first step that needs it */
    char gpu[256];    /* the name of the GPU that it is on; "" on the CPU */
    sb_training training;
    sb_measured measured;
    sb_ledger ledger;
    sb_waterfall waterfall; /* of the worker that sb_waterfall_worker names */
    char *advice; /* after an interruption: how to go on */
} sb_job;

/* sb_job_source: the file of the configuration that an operand means (a file, a run directory), NULL for the default run (caller frees
 * with free()). sb_job_config: the configuration in it with the overrides of the command line.
 * sb_job_take: a job of a configuration, which it takes over; it has no directory yet.
 * sb_job_settle: gives it the directory `path` (a new run, or the same one again) and builds the system. Nothing is written unless the
 * system can be built and its device is there. sb_job_begin: all of that, in the directory that the command line asks for.
 * sb_job_open: an existing run; with `writing` it is locked. sb_job_move: what such a job computes is computed on `device` (NULL: where
 * the run's configuration says). The run stays the same one; to be said before its system is built. */
sb_status sb_job_source(sb_context *ctx, const char *operand, char **path);
sb_status sb_job_config(sb_context *ctx, const sb_options *options, sb_config *config);
sb_status sb_job_take(sb_context *ctx, sb_config *config, sb_job *job);
sb_status sb_job_settle(sb_context *ctx, const char *path, sb_job *job);
sb_status sb_job_begin(sb_context *ctx, const sb_options *options, sb_job *job);
sb_status sb_job_open(sb_context *ctx, const char *path, int writing, sb_job *job);
sb_status sb_job_move(sb_context *ctx, const char *device, sb_job *job);
sb_status sb_job_pictures(sb_context *ctx, const sb_job *job);   /* the part of measure that takes them */
uint64_t sb_job_identity(const sb_job *job); /* hash of job->identity */
void sb_job_free(sb_job *job);

/* The steps. Each leaves its result in the job and in the directory.
 *   train     from the beginning, or with `resume` from the checkpoint
 *   restore   the training from its checkpoint
 *   measure   measured.json, then pictures.json and, of images, samples.png;   recall  the measurements from their file
 *   features  adds to it what features in two .npy files say, of generated and of reference images (NAME,NAME); measures what is not yet
 *   bound     the ledger and the waterfall; with `writing` also ledger.json and ledger.csv
 *   draw      waterfall.svg and waterfall.png; where gnuplot is not installed a note on stderr says so
 *   page      what `view` shows of the job, and more, as one HTML page in the file view->page, after draw; notes on stderr likewise
 *   pages     what several jobs come to side by side, as one HTML page in the file `path`
 *   complete  train, measure and bound, as far as they are not done: measurements that are there are taken, a checkpoint is gone on
 *             from. Where one is damaged a note on stderr says so, and its step is taken anew */
sb_status sb_job_train(sb_context *ctx, sb_job *job, int resume);
sb_status sb_job_restore(sb_context *ctx, sb_job *job);
sb_status sb_job_measure(sb_context *ctx, sb_job *job);
sb_status sb_job_recall(sb_context *ctx, sb_job *job);
sb_status sb_job_features(sb_context *ctx, sb_job *job, const char *files);
sb_status sb_job_bound(sb_context *ctx, sb_job *job, int writing);
sb_status sb_job_draw(sb_context *ctx, const sb_job *job);
sb_status sb_job_page(sb_context *ctx, const sb_job *job, const sb_run_view *view);
sb_status sb_job_pages(sb_context *ctx, int count, const sb_job *job, const sb_run_view *view, const char *path);
sb_status sb_job_complete(sb_context *ctx, sb_job *job);

#endif
