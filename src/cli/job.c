#include "cli/job.h"

#include "base/file.h"
#include "base/hash.h"
#include "choose/learning_rate.h"
#include "report/provenance.h"
#include "report/report.h"
#include "report/rounds.h"
#include "train/device.h"
#include "version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const double CHECKPOINT_SECONDS = 30.0;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* From a configuration that was read: its resolved text and the system. */
static sb_status resolve(sb_context *ctx, sb_job *job)
{
    sb_status st = SB_OK;
    SB_TRY(sb_config_dump(ctx, &job->config, &job->yaml));
    if (asprintf(&job->identity, "%s# scorebound %s\n", job->yaml, sb_version()) < 0) {
        job->identity = NULL;
        SB_FAIL(SB_ENOMEM, "out of memory for the configuration");
    }
done:
    return st;
}

static sb_status build(sb_context *ctx, sb_job *job)
{
    sb_status st = SB_OK;
    if (job->system.config) return SB_OK;
    SB_TRY(sb_system_create(ctx, &job->config, &job->system));
    SB_TRY(sb_device_check(ctx, &job->system, job->gpu, sizeof job->gpu));
done:
    return st;
}

sb_status sb_job_source(sb_context *ctx, const char *operand, char **path)
{
    sb_status st = SB_OK;
    *path = NULL;
    if (operand) {
        const int length = asprintf(path, "%s%s", operand, sb_rundir_is_run(operand) ? "/config.yaml" : "");
        if (length < 0) *path = NULL;
        SB_REQUIRE(*path, SB_ENOMEM, "out of memory for the name of a file");
    }
done:
    return st;
}

sb_status sb_job_config(sb_context *ctx, const sb_options *options, sb_config *config)
{
    sb_status st = SB_OK;
    char *source = NULL;
    SB_TRY(sb_job_source(ctx, options->operand, &source));
    SB_TRY(sb_config_load(ctx, source, options->override_count, options->override, config));
done:
    free(source);
    return st;
}

sb_status sb_job_take(sb_context *ctx, sb_config *config, sb_job *job)
{
    *job = (sb_job){.config = *config, .dir = {.lock = -1}};
    *config = (sb_config){0};
    return resolve(ctx, job);
}

sb_status sb_job_settle(sb_context *ctx, const char *path, sb_job *job)
{
    sb_status st = SB_OK;
    SB_TRY(build(ctx, job));
    SB_TRY(sb_rundir_create(ctx, path, job->yaml, &job->dir));
done:
    return st;
}

sb_status sb_job_begin(sb_context *ctx, const sb_options *options, sb_job *job)
{
    sb_status st = SB_OK;
    const int in_run = options->operand && sb_rundir_is_run(options->operand);
    const char *output = options->output ? options->output : in_run ? options->operand : NULL;
    char *default_output = NULL;
    sb_config config = {0};
    *job = (sb_job){.dir = {.lock = -1}};
    SB_TRY(sb_job_config(ctx, options, &config));
    SB_TRY(sb_job_take(ctx, &config, job));
    if (!output) SB_TRY(sb_rundir_default(ctx, "", options->operand, job->yaml, &default_output));
    SB_TRY(sb_job_settle(ctx, output ? output : default_output, job));
done:
    free(default_output);
    return st;
}

sb_status sb_job_open(sb_context *ctx, const char *path, int writing, sb_job *job)
{
    sb_status st = SB_OK;
    *job = (sb_job){.dir = {.lock = -1}};
    SB_TRY(sb_rundir_open(ctx, path, writing, &job->dir));
    SB_TRY(sb_config_load(ctx, job->dir.config, 0, NULL, &job->config));
    SB_TRY(resolve(ctx, job));
done:
    return st;
}

sb_status sb_job_move(sb_context *ctx, const char *device, sb_job *job)
{
    sb_status st = SB_OK;
    const sb_override there = {"device", device};
    sb_config config = {0};
    if (device) {
        SB_TRY(sb_config_load(ctx, job->dir.config, 1, &there, &config));
        sb_config_free(&job->config);
        job->config = config;
    }
done:
    return st;
}

uint64_t sb_job_identity(const sb_job *job)
{
    return sb_hash(SB_HASH_START, job->identity, strlen(job->identity));
}

void sb_job_free(sb_job *job)
{
    sb_ledger_free(&job->ledger);
    sb_measured_free(&job->measured);
    sb_training_free(&job->training);
    sb_system_free(&job->system);
    sb_rundir_close(&job->dir);
    sb_config_free(&job->config);
    free(job->yaml);
    free(job->identity);
    free(job->advice);
    *job = (sb_job){.dir = {.lock = -1}};
}

static sb_status note(sb_context *ctx, sb_job *job, const char *step, time_t started, double seconds, double learning_rate,
                      int pilots)
{
    const sb_provenance entry = {step, started, seconds, ctx->threads, learning_rate, pilots, job->gpu};
    return sb_provenance_add(ctx, job->dir.provenance, &job->config, &entry);
}

/* How to go on after an interruption. It is advice only: without memory for it there is none. */
static void advise(sb_job *job, const char *what, const char *command)
{
    free(job->advice);
    if (asprintf(&job->advice, "%s: scorebound %s %s", what, command, job->dir.path) < 0) job->advice = NULL;
}

/* What is kept of a training while it runs. */
typedef struct {
    const sb_job *job;
    FILE *rounds;
    double saved; /* when the last checkpoint was written */
} diary;

static sb_status save(sb_context *ctx, const diary *d, const sb_training *training)
{
    sb_status st = SB_OK;
    SB_TRY(sb_rounds_sync(ctx, d->rounds)); /* the checkpoint must not be ahead of the rounds on disk */
    SB_TRY(sb_training_save(ctx, training, d->job->identity, d->job->dir.checkpoint));
done:
    return st;
}

static sb_status round_ended(sb_context *ctx, void *user, const sb_training *training, const sb_round_report *report)
{
    sb_status st = SB_OK;
    diary *d = user;
    SB_TRY(sb_rounds_add(ctx, d->rounds, training, report));
    if (now() - d->saved >= CHECKPOINT_SECONDS) {
        SB_TRY(save(ctx, d, training));
        d->saved = now();
    }
done:
    return st;
}

/* theta_0 with the learning rate that was asked for. */
static sb_status start_training(sb_context *ctx, sb_job *job, int *pilots)
{
    sb_status st = SB_OK;
    double eta;
    SB_TRY(sb_learning_rate(ctx, &job->system, &eta, pilots));
    SB_TRY(sb_training_create(ctx, &job->system, job->config.measure.replicas, eta, &job->training));
done:
    if (st == SB_EINTR) advise(job, "this was still the search for the learning rate; begin again with", "train");
    return st;
}

/* All rounds that are left. A stopped training is saved as it stands. */
static sb_status run_training(sb_context *ctx, sb_job *job, diary *d)
{
    sb_status st = SB_OK;
    SB_TRY(sb_rounds_open(ctx, job->dir.rounds, job->training.done, &d->rounds));
    SB_TRY(save(ctx, d, &job->training)); /* the learning rate may have taken long to find */
    SB_TRY(sb_training_run(ctx, &job->system, &job->training, job->training.rounds, round_ended, d));
    SB_TRY(save(ctx, d, &job->training));
done:
    if (st == SB_EINTR && save(ctx, d, &job->training) == SB_OK) advise(job, "go on with", "train --resume");
    if (d->rounds) fclose(d->rounds);
    return st;
}

/* From where the training stands, or with `fresh` from theta_0, to its end. */
static sb_status go_on_training(sb_context *ctx, sb_job *job, int fresh)
{
    sb_status st = SB_OK;
    const time_t started = time(NULL);
    const double begun = now();
    diary d = {.job = job, .saved = begun};
    int pilots = -1;
    if (fresh) SB_TRY(start_training(ctx, job, &pilots));
    if (fresh || job->training.done < job->training.rounds) SB_TRY(sb_rundir_clear(ctx, &job->dir, !fresh));
    SB_TRY(run_training(ctx, job, &d));
    SB_TRY(note(ctx, job, "train", started, now() - begun, job->training.eta, pilots));
done:
    return st;
}

sb_status sb_job_train(sb_context *ctx, sb_job *job, int resume)
{
    sb_status st = SB_OK;
    SB_TRY(build(ctx, job));
    if (resume) SB_TRY(sb_job_restore(ctx, job));
    SB_TRY(go_on_training(ctx, job, !resume));
done:
    return st;
}

sb_status sb_job_restore(sb_context *ctx, sb_job *job)
{
    sb_status st = SB_OK;
    SB_TRY(build(ctx, job));
    SB_REQUIRE(access(job->dir.checkpoint, F_OK) == 0, SB_EUSER,
               "%s: error: nothing was trained in this run yet; begin with: scorebound train %s", job->dir.path, job->dir.path);
    SB_TRY(sb_training_load(ctx, &job->system, job->identity, job->dir.checkpoint, &job->training));
done:
    return st;
}

sb_status sb_job_measure(sb_context *ctx, sb_job *job)
{
    sb_status st = SB_OK;
    const time_t started = time(NULL);
    const double begun = now();
    SB_TRY(build(ctx, job));
    SB_TRY(sb_measure(ctx, &job->system, &job->training, &job->measured));
    job->measured.identity = sb_job_identity(job);
    SB_TRY(sb_job_pictures(ctx, job)); /* first: where measured.json is, measuring is taken to be done */
    SB_TRY(sb_measured_write(ctx, &job->measured, job->dir.measured));
    SB_TRY(note(ctx, job, "measure", started, now() - begun, 0.0, -1));
done:
    if (st == SB_EINTR) advise(job, "the training is complete; go on with", "measure");
    return st;
}

sb_status sb_job_recall(sb_context *ctx, sb_job *job)
{
    sb_status st = SB_OK;
    SB_REQUIRE(access(job->dir.measured, F_OK) == 0, SB_EUSER,
               "%s: error: nothing was measured in this run yet; begin with: scorebound measure %s", job->dir.path, job->dir.path);
    SB_TRY(sb_measured_read(ctx, job->dir.measured, &job->measured));
    SB_REQUIRE(job->measured.identity == sb_job_identity(job), SB_EUSER,
               "%s: error: measured on another configuration or version than config.yaml has; begin with: scorebound measure %s",
               job->dir.measured, job->dir.path);
done:
    return st;
}

sb_status sb_job_bound(sb_context *ctx, sb_job *job, int writing)
{
    sb_status st = SB_OK;
    const time_t started = time(NULL);
    const double begun = now();
    char *json = NULL, *csv = NULL;
    SB_TRY(sb_ledger_from_run(ctx, &job->measured, &job->ledger));
    sb_waterfall_from_run(&job->measured, sb_waterfall_worker(&job->measured), &job->waterfall);
    if (writing) {
        SB_TRY(sb_ledger_json_file(ctx, &job->measured, &job->ledger, &job->waterfall, &json));
        SB_TRY(sb_ledger_csv_file(ctx, &job->ledger, &csv));
        SB_TRY(sb_file_replace(ctx, job->dir.ledger_json, json, strlen(json)));
        SB_TRY(sb_file_replace(ctx, job->dir.ledger_csv, csv, strlen(csv)));
        SB_TRY(note(ctx, job, "bound", started, now() - begun, 0.0, -1));
    }
done:
    free(json);
    free(csv);
    return st;
}

sb_status sb_job_draw(sb_context *ctx, const sb_job *job)
{
    int drawn;
    if (job->waterfall.count == 0) return sb_rundir_clear_pictures(ctx, &job->dir);
    return sb_cli_drawn(ctx, sb_waterfall_files(ctx, &job->waterfall, job->dir.waterfall), &drawn);
}

/* Of a file that cannot be used: told, and what made it is done again. */
static sb_status unless_damaged(sb_context *ctx, sb_status status, int *sound)
{
    *sound = status == SB_OK;
    if (status != SB_EUSER) return status;
    fprintf(stderr, "scorebound: note: made again: %s\n", ctx->error.message);
    sb_forgive(ctx);
    return SB_OK;
}

static int is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

/* The rounds on disk must reach as far as the checkpoint does. */
static sb_status check_rounds(sb_context *ctx, const sb_job *job)
{
    FILE *rounds = NULL;
    const sb_status st = sb_rounds_open(ctx, job->dir.rounds, job->training.done, &rounds);
    if (rounds) fclose(rounds);
    return st;
}

/* The training, from its checkpoint as far as there is a sound one. */
static sb_status complete_training(sb_context *ctx, sb_job *job)
{
    sb_status st = SB_OK;
    int sound = is_there(job->dir.checkpoint);
    if (sound) SB_TRY(unless_damaged(ctx, sb_job_restore(ctx, job), &sound));
    if (sound) SB_TRY(unless_damaged(ctx, check_rounds(ctx, job), &sound));
    if (!sound) sb_training_free(&job->training);
    if (!sound || job->training.done < job->training.rounds) SB_TRY(go_on_training(ctx, job, !sound));
done:
    return st;
}

sb_status sb_job_complete(sb_context *ctx, sb_job *job)
{
    sb_status st = SB_OK;
    int sound = is_there(job->dir.measured);
    SB_TRY(build(ctx, job));
    if (sound) SB_TRY(unless_damaged(ctx, sb_job_recall(ctx, job), &sound));
    if (!sound) {
        sb_measured_free(&job->measured);
        SB_TRY(complete_training(ctx, job));
        SB_TRY(sb_job_measure(ctx, job));
    }
    SB_TRY(sb_job_bound(ctx, job, 1));
done:
    return st;
}

/* The files are read first: a measurement may take minutes. */
sb_status sb_job_features(sb_context *ctx, sb_job *job, const char *files)
{
    sb_status st = SB_OK;
    sb_quality quality = {.classes = 0};
    int sound = is_there(job->dir.measured);
    char *generated = strdup(files), *comma = generated ? strchr(generated, ',') : NULL;
    SB_REQUIRE(generated, SB_ENOMEM, "out of memory for the names of files");
    SB_REQUIRE(comma && comma > generated && comma[1] && !strchr(comma + 1, ','), SB_EUSER,
               "--features=%s: error: two files are needed, GENERATED.npy,REFERENCE.npy", files);
    *comma = '\0';
    SB_TRY(sb_quality_features(ctx, generated, comma + 1, job->config.measure.confidence, &quality));
    if (sound) SB_TRY(unless_damaged(ctx, sb_job_recall(ctx, job), &sound));
    if (!sound) {
        SB_TRY(sb_job_restore(ctx, job));
        SB_TRY(sb_job_measure(ctx, job));
    }
    job->measured.quality.given = quality.given;
    SB_TRY(sb_measured_write(ctx, &job->measured, job->dir.measured));
done:
    free(generated);
    return st;
}
