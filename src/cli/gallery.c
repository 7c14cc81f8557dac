#include "cli/gallery.h"

#include "base/file.h"
#include "base/memory.h"
#include "cli/job.h"
#include "measure/generated_sample.h"
#include "report/image_grid.h"
#include "report/plot.h"
#include "report/rounds.h"
#include "sweep/loss_figure.h"
#include "sweep/sweep_figure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SAMPLES = 20 /* of each run */ };

static sb_status path_in(sb_context *ctx, const char *directory, const char *run, const char *file, char **path)
{
    sb_status st = SB_OK;
    if (asprintf(path, "%s/%s%s", directory, run, file) < 0) *path = NULL;
    SB_REQUIRE(*path, SB_ENOMEM, "out of memory for the name of a file");
done:
    return st;
}

static sb_status draw_losses(sb_context *ctx, const sb_sweepdir *dir, const sb_fleet *fleet)
{
    sb_status st = SB_OK;
    const int runs = fleet->plan->run_count;
    sb_loss_curve *curve = NULL;
    sb_figure figure = {0};
    char *path = NULL;
    int drawn;
    SB_CALLOC(curve, runs);
    for (int i = 0; i < runs; i++) {
        if (!fleet->run[i].finished) continue;
        SB_TRY(path_in(ctx, dir->path, fleet->run[i].name, "/rounds.jsonl", &path));
        SB_TRY(sb_rounds_losses(ctx, path, &curve[i].rounds, &curve[i].loss));
        free(path);
        path = NULL;
    }
    SB_TRY(sb_loss_figure(ctx, fleet->plan, curve, &figure));
    if (figure.series_count > 0) SB_TRY(sb_cli_drawn(ctx, sb_plot_files(ctx, &figure, dir->losses), &drawn));
done:
    free(path);
    sb_figure_free(&figure);
    for (int i = 0; curve && i < runs; i++) sb_free(curve[i].loss);
    sb_free(curve);
    return st;
}

/* The first points that a finished run generates, where they are images; else *y is NULL. */
static sb_status samples_of(sb_context *ctx, const sb_sweepdir *dir, const sb_fleet_run *run, sb_image_shape *shape, double **y)
{
    sb_status st = SB_OK;
    sb_job job = {.dir = {.lock = -1}};
    char *path = NULL;
    *y = NULL;
    SB_TRY(path_in(ctx, dir->path, run->name, "", &path));
    SB_TRY(sb_job_open(ctx, path, 0, &job));
    if (job.config.data.kind == SB_DATA_GAUSSIAN_MIXTURE) goto done;
    SB_TRY(sb_job_restore(ctx, &job));
    *shape = job.system.data.image;
    SB_ALLOC(*y, SAMPLES * (size_t)job.system.data.d);
    SB_TRY(sb_generated_sample_stage(ctx, &job.system, job.training.theta, SAMPLES, 0, *y));
done:
    if (st != SB_OK) {
        sb_free(*y);
        *y = NULL;
    }
    sb_job_free(&job);
    free(path);
    return st;
}

static int same_shape(sb_image_shape a, sb_image_shape b)
{
    return a.channels == b.channels && a.height == b.height && a.width == b.width;
}

/* A row of samples for each run whose images have the shape of the first one's. *names: of the rows, from the top. */
static sb_status draw_samples(sb_context *ctx, const sb_sweepdir *dir, const sb_fleet *fleet, char **names)
{
    sb_status st = SB_OK;
    sb_image_shape shape = {0}, own = {0};
    double *sheet = NULL, *y = NULL;
    size_t row = 0;
    int rows = 0;
    for (int i = 0; i < fleet->plan->run_count; i++) {
        if (!fleet->run[i].finished) continue;
        SB_TRY(samples_of(ctx, dir, &fleet->run[i], &own, &y));
        if (!y) continue;
        if (!sheet) {
            shape = own;
            row = SAMPLES * (size_t)sb_image_dimension(shape);
            SB_ALLOC(sheet, row * (size_t)fleet->plan->run_count);
        }
        if (same_shape(shape, own)) {
            char name[200], *longer = NULL;
            memcpy(sheet + row * (size_t)rows++, y, row * sizeof *y);
            sb_sweep_run_name(fleet->plan, i, sizeof name, name);
            if (asprintf(&longer, "%s%s%s", *names ? *names : "", *names ? "; " : "", name) < 0) longer = NULL;
            SB_REQUIRE(longer, SB_ENOMEM, "out of memory for the names of runs");
            free(*names);
            *names = longer;
        }
        sb_free(y);
        y = NULL;
    }
    if (rows > 0) SB_TRY(sb_image_grid_write(ctx, dir->samples, shape, SAMPLES, rows * SAMPLES, sheet, NULL, NULL));
done:
    sb_free(y);
    sb_free(sheet);
    return st;
}

static const char *if_there(const char *path)
{
    return access(path, R_OK) == 0 ? path : NULL;
}

/* The file of a picture that is named without its ending. */
static sb_status drawing_of(sb_context *ctx, const char *stem, char **path)
{
    sb_status st = SB_OK;
    if (asprintf(path, "%s.svg", stem) < 0) *path = NULL;
    SB_REQUIRE(*path, SB_ENOMEM, "out of memory for the name of a file");
done:
    return st;
}

/* The table and the page, with the pictures that are there. `names`: of the rows of samples; NULL: there are none. */
static sb_status write_pages(sb_context *ctx, const sb_sweepdir *dir, const sb_sweep_findings *findings, const sb_beside *beside,
                             const char *names)
{
    sb_status st = SB_OK;
    char *losses = NULL, *picture = NULL, *table = NULL, *page = NULL, *rows = NULL;
    SB_TRY(drawing_of(ctx, dir->losses, &losses));
    SB_TRY(drawing_of(ctx, dir->picture, &picture));
    if (asprintf(&rows, "Rows from the top: %s. The first %d samples of each, not chosen.", names ? names : "", SAMPLES) < 0)
        rows = NULL;
    SB_REQUIRE(rows, SB_ENOMEM, "out of memory for a caption");
    const sb_page_picture pictures[] = {
        {if_there(losses), "Training loss", "The loss of the minibatches that the workers drew, round by round."},
        {names ? if_there(dir->samples) : NULL, "Samples", rows},
        {if_there(picture), "What is bounded, and by how much", "The shown columns against what varies."},
    };
    const sb_comparison comparison = {findings, beside, (int)(sizeof pictures / sizeof *pictures), pictures};
    SB_TRY(sb_comparison_csv(ctx, &comparison, &table));
    SB_TRY(sb_comparison_page(ctx, &comparison, &page));
    SB_TRY(sb_file_replace(ctx, dir->table, table, strlen(table)));
    SB_TRY(sb_file_replace(ctx, dir->page, page, strlen(page)));
done:
    free(losses);
    free(picture);
    free(table);
    free(page);
    free(rows);
    return st;
}

sb_status sb_gallery_make(sb_context *ctx, const sb_sweepdir *dir, const sb_fleet *fleet, const sb_sweep_findings *findings,
                          const sb_beside *beside)
{
    sb_status st = SB_OK;
    char *names = NULL;
    SB_TRY(draw_losses(ctx, dir, fleet));
    SB_TRY(draw_samples(ctx, dir, fleet, &names));
    SB_TRY(write_pages(ctx, dir, findings, beside, names));
done:
    free(names);
    return st;
}
