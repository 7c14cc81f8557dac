#include "cli/fleet.h"

#include "base/memory.h"
#include "base/progress.h"
#include "cli/job.h"
#include "measure/ladder.h"
#include "train/device.h"

#include <inttypes.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "train.rounds=10, data.workers=3" */
static sb_status values_of(sb_context *ctx, const sb_fleet *fleet, int run, char **text)
{
    sb_status st = SB_OK;
    size_t length = 0;
    FILE *stream = open_memstream(text, &length);
    SB_REQUIRE(stream, SB_ENOMEM, "out of memory for the values of a run");
    for (int a = 0; a < fleet->plan->axis_count; a++)
        fprintf(stream, "%s%s=%s", a ? ", " : "", fleet->plan->axis[a].key, sb_sweep_value(fleet->plan, run, a));
    const int failed = fclose(stream);
    SB_REQUIRE(!failed, SB_ENOMEM, "out of memory for the values of a run");
done:
    return st;
}

/* Adds to a failure in which run it was. */
static void blame(sb_context *ctx, const sb_fleet *fleet, int run, sb_status status)
{
    char message[sizeof ctx->error.message], *values = NULL;
    snprintf(message, sizeof message, "%s", ctx->error.message);
    sb_forgive(ctx);
    if (values_of(ctx, fleet, run, &values) == SB_OK)
        sb_fail(ctx, status, __func__, __LINE__, "%.*s\n  in the run %.200s", (int)sizeof message - 256, message, values);
    free(values);
}

/* The job of a run, without a directory. One at a time: libfyaml does not say whether it may be used by two threads at once. */
static sb_status job_of(sb_context *ctx, const sb_fleet *fleet, int run, sb_job *job)
{
    sb_status st = SB_OK;
    sb_config config = {0};
    *job = (sb_job){.dir = {.lock = -1}};
#pragma omp critical(sb_fleet_configuration)
    st = sb_sweep_config(ctx, fleet->plan, run, fleet->source, fleet->options->override_count, fleet->options->override, &config);
    SB_TRY(st);
    SB_TRY(sb_job_take(ctx, &config, job));
done:
    return st;
}

/* Runs whose values resolve alike are made once. */
static sb_status find_same(sb_context *ctx, sb_fleet *fleet, int run)
{
    sb_status st = SB_OK;
    sb_fleet_run *r = &fleet->run[run];
    r->same = run;
    for (int i = 0; i < run && r->same == run; i++)
        if (strcmp(fleet->run[i].name, r->name) == 0) r->same = i;
    SB_REQUIRE(fleet->run[r->same].identity == r->identity, SB_EUSER,
               "error: by a rare accident runs %d and %d of this sweep would have the same directory '%s'; choose another seed",
               r->same + 1, run + 1, r->name);
done:
    return st;
}

sb_status sb_fleet_load(sb_context *ctx, const sb_sweep_plan *plan, const sb_options *options, const char *source, sb_fleet *fleet)
{
    sb_status st = SB_OK;
    sb_job job = {.dir = {.lock = -1}};
    *fleet = (sb_fleet){plan, options, source, NULL};
    SB_CALLOC(fleet->run, plan->run_count);
    for (int i = 0; i < plan->run_count; i++) {
        SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped before the first run");
        st = job_of(ctx, fleet, i, &job);
        if (st != SB_OK) blame(ctx, fleet, i, st);
        SB_TRY(st);
        sb_rundir_hash(job.yaml, fleet->run[i].name);
        fleet->run[i].identity = sb_job_identity(&job);
        sb_job_free(&job);
        SB_TRY(find_same(ctx, fleet, i));
    }
done:
    sb_job_free(&job);
    return st;
}

sb_status sb_fleet_text(sb_context *ctx, const sb_fleet *fleet, char **text)
{
    sb_status st = SB_OK;
    size_t length = 0;
    char *values = NULL;
    FILE *stream = open_memstream(text, &length);
    SB_REQUIRE(stream, SB_ENOMEM, "out of memory for the name of a sweep");
    for (int i = 0; i < fleet->plan->run_count; i++) {
        SB_TRY(values_of(ctx, fleet, i, &values));
        fprintf(stream, "%s: %016" PRIx64 "\n", values, fleet->run[i].identity);
        free(values);
        values = NULL;
    }
done:
    free(values);
    if (stream && fclose(stream) != 0 && st == SB_OK)
        st = sb_fail(ctx, SB_ENOMEM, __func__, __LINE__, "out of memory for the name of a sweep");
    return st;
}

static sb_status directory_of(sb_context *ctx, const char *directory, const sb_fleet_run *run, char **path)
{
    sb_status st = SB_OK;
    if (asprintf(path, "%s/%s", directory, run->name) < 0) {
        *path = NULL;
        SB_FAIL(SB_ENOMEM, "out of memory for the name of a run");
    }
done:
    return st;
}

/* The measurements in the directory of a run: *found is 0 where it is not finished or something in it is damaged. */
static sb_status recall(sb_context *ctx, const char *directory, const sb_fleet_run *run, sb_measured *measured, int *found)
{
    sb_status st = SB_OK;
    sb_job job = {.dir = {.lock = -1}};
    char *path = NULL;
    *found = 0;
    SB_TRY(directory_of(ctx, directory, run, &path));
    if (!sb_rundir_is_run(path)) goto done;
    SB_TRY(sb_job_open(ctx, path, 0, &job));
    if (sb_job_identity(&job) != run->identity || access(job.dir.ledger_csv, F_OK) != 0) goto done;
    SB_TRY(sb_job_recall(ctx, &job));
    *measured = job.measured;
    job.measured = (sb_measured){0};
    *found = 1;
done:
    if (st == SB_EUSER) { /* the run will say what it found when it is taken up again */
        sb_forgive(ctx);
        st = SB_OK;
    }
    sb_job_free(&job);
    free(path);
    return st;
}

/* Whether the system of a run can be built and has its device, and what the run costs. */
static sb_status try_run(sb_context *ctx, sb_fleet *fleet, int run)
{
    sb_status st = SB_OK;
    sb_job job = {.dir = {.lock = -1}};
    SB_TRY(job_of(ctx, fleet, run, &job));
    SB_TRY(sb_system_create(ctx, &job.config, &job.system));
    SB_TRY(sb_device_check(ctx, &job.system, job.gpu, sizeof job.gpu));
    fleet->run[run].cost = sb_sweep_cost_of(&job.system);
done:
    if (st != SB_OK) blame(ctx, fleet, run, st);
    sb_job_free(&job);
    return st;
}

sb_status sb_fleet_look(sb_context *ctx, const char *directory, sb_fleet *fleet)
{
    sb_status st = SB_OK;
    for (int i = 0; i < fleet->plan->run_count; i++) {
        sb_fleet_run *run = &fleet->run[i];
        sb_measured measured = {0};
        SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped before the first run");
        if (run->same != i) {
            run->finished = fleet->run[run->same].finished;
            continue;
        }
        SB_TRY(recall(ctx, directory, run, &measured, &run->finished));
        sb_measured_free(&measured);
        if (!run->finished) SB_TRY(try_run(ctx, fleet, i));
    }
done:
    return st;
}

/* One run from where it stands to its ledger, in a context of its own. */
static sb_status make(sb_context *ctx, const char *directory, const sb_fleet *fleet, int run)
{
    sb_status st = SB_OK;
    sb_job job = {.dir = {.lock = -1}};
    char *path = NULL;
    SB_TRY(job_of(ctx, fleet, run, &job));
    SB_REQUIRE(sb_job_identity(&job) == fleet->run[run].identity, SB_EUSER,
               "%s: error: this file was changed while the sweep was under way", fleet->source ? fleet->source : "default");
    SB_TRY(directory_of(ctx, directory, &fleet->run[run], &path));
    SB_TRY(sb_job_settle(ctx, path, &job));
    SB_TRY(sb_job_complete(ctx, &job));
done:
    sb_job_free(&job);
    free(path);
    return st;
}

/* Notes down what there is to say of a run, with its values. Without memory for that, with less. */
static void remark(sb_fleet *fleet, int run, const char *text)
{
    sb_context aside;
    char *values = NULL, *message = NULL;
    sb_context_init(&aside, 1);
    if (values_of(&aside, fleet, run, &values) != SB_OK || asprintf(&message, "run %s: %s", values, text) < 0)
        message = strdup(text);
    fleet->run[run].message = message;
    free(values);
}

static void complete_one(const sb_context *outer, const char *directory, sb_fleet *fleet, int run, int threads, double work)
{
    sb_fleet_run *r = &fleet->run[run];
    sb_context ctx;
    sb_context_init(&ctx, threads);
    ctx.stop = outer->stop;
    ctx.progress = sb_progress_part(outer->progress, r->cost.seconds / work, SB_COST_STAGES, r->cost.stage);
    const sb_status st = make(&ctx, directory, fleet, run);
    r->finished = st == SB_OK;
    if (st != SB_OK && st != SB_EINTR) {
        r->status = st;
        remark(fleet, run, ctx.error.message);
    }
    sb_progress_part_end(ctx.progress);
}

typedef struct {
    int run;
    double seconds;
} task;

static int longest_first(const void *a, const void *b)
{
    const task *s = a, *t = b;
    return s->seconds != t->seconds ? (s->seconds < t->seconds) - (s->seconds > t->seconds) : s->run - t->run;
}

sb_status sb_fleet_complete(sb_context *ctx, const char *directory, sb_fleet *fleet)
{
    sb_status st = SB_OK;
    const int runs = fleet->plan->run_count, levels = omp_get_max_active_levels();
    int pending = 0, distinct = 0;
    double work = 0.0;
    task *tasks = NULL;
    SB_ALLOC(tasks, runs);
    for (int i = 0; i < runs; i++) {
        const sb_fleet_run *r = &fleet->run[i];
        distinct += r->same == i;
        if (r->same != i || r->finished) continue;
        tasks[pending++] = (task){i, r->cost.seconds};
        work += r->cost.seconds;
    }
    if (pending == 0) goto done;
    qsort(tasks, (size_t)pending, sizeof *tasks, longest_first); /* a long run begun last would keep the others' threads idle */
    const int side_by_side = pending < ctx->threads ? pending : ctx->threads, within = ctx->threads / side_by_side;
    omp_set_max_active_levels(within > 1 ? 2 : 1);
    sb_progress_begin_parts(ctx, "sweep", "runs", distinct - pending, distinct);
#pragma omp parallel for num_threads(side_by_side) schedule(dynamic, 1)
    for (int t = 0; t < pending; t++)
        if (!sb_context_stopped(ctx)) complete_one(ctx, directory, fleet, tasks[t].run, within, work);
    sb_progress_end(ctx);
    omp_set_max_active_levels(levels);
    for (int i = 0; i < runs; i++) fleet->run[i].finished = fleet->run[fleet->run[i].same].finished;
done:
    sb_free(tasks);
    return st;
}

sb_status sb_fleet_collect(sb_context *ctx, const char *directory, sb_fleet *fleet, sb_measured *measured)
{
    sb_status st = SB_OK;
    for (int i = 0; i < fleet->plan->run_count; i++) {
        const sb_fleet_run *run = &fleet->run[i];
        int found;
        if (!run->finished) continue;
        SB_TRY(recall(ctx, directory, run, &measured[i], &found));
        SB_REQUIRE(found, SB_EIO, "the run %s/%s was changed by someone else while the sweep was under way", directory, run->name);
        if (sb_ladder_check(ctx, &measured[i]) != SB_OK) {
            if (run->same == i) remark(fleet, i, ctx->error.message);
            sb_forgive(ctx);
        }
    }
done:
    return st;
}

int sb_fleet_finished(const sb_fleet *fleet)
{
    int count = 0;
    for (int i = 0; i < fleet->plan->run_count; i++) count += fleet->run[i].finished;
    return count;
}

int sb_fleet_left(const sb_fleet *fleet)
{
    int count = 0;
    for (int i = 0; i < fleet->plan->run_count; i++)
        count += !fleet->run[i].finished && fleet->run[fleet->run[i].same].status == SB_OK;
    return count;
}

int sb_fleet_failed(const sb_fleet *fleet)
{
    int count = 0;
    for (int i = 0; i < fleet->plan->run_count; i++) count += fleet->run[i].status != SB_OK;
    return count;
}

void sb_fleet_free(sb_fleet *fleet)
{
    for (int i = 0; fleet->run && i < fleet->plan->run_count; i++) free(fleet->run[i].message);
    sb_free(fleet->run);
    *fleet = (sb_fleet){0};
}
