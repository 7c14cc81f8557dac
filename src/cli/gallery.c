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

enum { SAMPLES = 12 /* of each run, where a sheet is wide enough */ };

static sb_status path_in(sb_context *ctx, const char *directory, const char *run, const char *file, char **path)
{
    sb_status st = SB_OK;
    if (asprintf(path, "%s/%s%s", directory, run, file) < 0) *path = NULL;
    SB_REQUIRE(*path, SB_ENOMEM, "out of memory for the name of a file");
done:
    return st;
}

static sb_status draw_losses(sb_context *ctx, const sb_sweepdir *dir, const sb_fleet *fleet, int *drawn)
{
    sb_status st = SB_OK;
    const int runs = fleet->plan->run_count;
    sb_loss_curve *curve = NULL;
    sb_figure figure = {0};
    char *path = NULL;
    *drawn = 0;
    SB_CALLOC(curve, runs);
    for (int i = 0; i < runs; i++) {
        if (!fleet->run[i].finished) continue;
        SB_TRY(path_in(ctx, dir->path, fleet->run[i].name, "/rounds.jsonl", &path));
        SB_TRY(sb_rounds_losses(ctx, path, &curve[i].rounds, &curve[i].loss));
        free(path);
        path = NULL;
    }
    SB_TRY(sb_loss_figure(ctx, fleet->plan, curve, &figure));
    if (figure.series_count > 0) SB_TRY(sb_cli_drawn(ctx, sb_plot_files(ctx, &figure, dir->losses), drawn));
done:
    free(path);
    sb_figure_free(&figure);
    for (int i = 0; curve && i < runs; i++) sb_free(curve[i].loss);
    sb_free(curve);
    return st;
}

/* Rows of images, one above the other; names: of the rows, from the top. Empty: {0}. */
typedef struct {
    sb_image_shape shape;
    int columns;    /* images in a row */
    size_t row;     /* numbers in a row */
    int rows, most; /* most: that a picture has room for */
    double *y;      /* (most,row) */
    char *names;
} rows_of_images;

static sb_status name_row(sb_context *ctx, rows_of_images *sheet, const char *name)
{
    sb_status st = SB_OK;
    char *longer = NULL;
    if (asprintf(&longer, "%s%s%s", sheet->names ? sheet->names : "", sheet->names ? "; " : "", name) < 0) longer = NULL;
    SB_REQUIRE(longer, SB_ENOMEM, "out of memory for the names of runs");
    free(sheet->names);
    sheet->names = longer;
    sheet->rows++;
done:
    return st;
}

/* As many as are wanted of images with so many pixels on a side, if a picture has room for them. */
static int fitting(int wanted, int pixels)
{
    const int most = sb_image_grid_most(pixels);
    return wanted < most ? wanted : most > 1 ? most : 1;
}

/* The first row: images of the data, from as many workers as there are. */
static sb_status begin_sheet(sb_context *ctx, const sb_system *system, int runs, rows_of_images *sheet)
{
    sb_status st = SB_OK;
    const sb_data *data = &system->data;
    const int columns = fitting(SAMPLES, data->image.width);
    const int workers = data->N < columns ? data->N : columns, each = (columns - 1) / workers + 1;
    const size_t d = (size_t)data->d;
    double *y = NULL;
    sheet->shape = data->image;
    sheet->columns = columns;
    sheet->row = (size_t)columns * d;
    sheet->most = fitting(runs + 1, data->image.height);
    SB_ALLOC(sheet->y, sheet->row * (size_t)sheet->most);
    SB_ALLOC(y, (size_t)(workers * each) * d);
    SB_TRY(sb_data_sheet(ctx, data, system->config->seed, workers, each, y));
    for (int i = 0; i < columns; i++)
        memcpy(sheet->y + (size_t)i * d, y + (size_t)(i % workers * each + i / workers) * d, d * sizeof *y);
    SB_TRY(name_row(ctx, sheet, "data"));
done:
    sb_free(y);
    return st;
}

static int same_shape(sb_image_shape a, sb_image_shape b)
{
    return a.channels == b.channels && a.height == b.height && a.width == b.width;
}

/* A row of what a finished run generates, where that is images of the sheet's shape and its model leads anywhere. */
static sb_status add_samples(sb_context *ctx, const sb_sweepdir *dir, const sb_fleet *fleet, int i, rows_of_images *sheet)
{
    sb_status st = SB_OK;
    sb_job job = {.dir = {.lock = -1}};
    char *path = NULL, name[200];
    SB_TRY(path_in(ctx, dir->path, fleet->run[i].name, "", &path));
    SB_TRY(sb_job_open(ctx, path, 0, &job));
    if (job.config.data.kind == SB_DATA_GAUSSIAN_MIXTURE) goto done;
    SB_TRY(sb_job_restore(ctx, &job));
    if (!sheet->y) SB_TRY(begin_sheet(ctx, &job.system, fleet->plan->run_count, sheet));
    if (!same_shape(sheet->shape, job.system.data.image)) goto done;
    st = sb_generated_sample_stage(ctx, &job.system, job.training.theta, sheet->columns, 0,
                                   sheet->y + sheet->row * (size_t)sheet->rows);
    if (st == SB_ERANGE) {
        sb_forgive(ctx);
        st = SB_OK;
        goto done;
    }
    SB_TRY(st);
    sb_sweep_run_name(fleet->plan, i, sizeof name, name);
    SB_TRY(name_row(ctx, sheet, name));
done:
    sb_job_free(&job);
    free(path);
    return st;
}

/* What was drawn now: a picture of an earlier sweep, which is still there, is not this one's. */
typedef struct {
    int losses, columns;
    char *names; /* of the rows of samples; NULL: there are none */
    int each;    /* samples in a row */
    int without; /* runs for which there was no room */
} drawings;

static sb_status draw_samples(sb_context *ctx, const sb_sweepdir *dir, const sb_fleet *fleet, drawings *now)
{
    sb_status st = SB_OK;
    rows_of_images sheet = {0};
    int without = 0;
    for (int i = 0; i < fleet->plan->run_count; i++) {
        if (!fleet->run[i].finished) continue;
        if (sheet.y && sheet.rows == sheet.most) without++;
        else SB_TRY(add_samples(ctx, dir, fleet, i, &sheet));
    }
    if (without > 0)
        fprintf(stderr, "scorebound: note: %s has no room for samples of the last %d run%s\n", dir->samples, without,
                without == 1 ? "" : "s");
    if (sheet.rows > 0)
        SB_TRY(sb_image_grid_write(ctx, dir->samples, sheet.shape, sheet.columns, sheet.rows * sheet.columns, sheet.y, NULL, NULL));
    now->names = sheet.names;
    now->each = sheet.columns;
    now->without = without;
    sheet.names = NULL;
done:
    sb_free(sheet.y);
    free(sheet.names);
    return st;
}

/* Whatever is wrong with the sheet: the table and the page go without it. */
static sb_status samples_if_possible(sb_context *ctx, const sb_sweepdir *dir, const sb_fleet *fleet, drawings *now)
{
    const sb_status st = draw_samples(ctx, dir, fleet, now);
    if (st == SB_OK || st == SB_EINTR) return st;
    fprintf(stderr, "scorebound: note: no samples are shown: %s\n", ctx->error.message);
    sb_forgive(ctx);
    return SB_OK;
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

/* The table and the page. */
static sb_status write_pages(sb_context *ctx, const sb_sweepdir *dir, const sb_sweep_findings *findings, const sb_beside *beside,
                             const drawings *now)
{
    sb_status st = SB_OK;
    char *losses = NULL, *picture = NULL, *table = NULL, *page = NULL, *rows = NULL;
    SB_TRY(drawing_of(ctx, dir->losses, &losses));
    SB_TRY(drawing_of(ctx, dir->picture, &picture));
    if (asprintf(&rows, "Rows from the top: %s. Of each the first %d, not chosen.%s", now->names ? now->names : "", now->each,
                 now->without > 0 ? " There was no room for the other runs." : "") < 0)
        rows = NULL;
    SB_REQUIRE(rows, SB_ENOMEM, "out of memory for a caption");
    const sb_page_picture pictures[] = {
        {now->losses ? losses : NULL, "Training loss", "The loss of the minibatches that the workers drew, round by round."},
        {now->names ? dir->samples : NULL, "Samples", rows},
        {now->columns ? picture : NULL, "What is bounded, and by how much", "The shown columns against what varies."},
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
                          const sb_beside *beside, int drawn)
{
    sb_status st = SB_OK;
    drawings now = {.columns = drawn};
    SB_TRY(draw_losses(ctx, dir, fleet, &now.losses));
    SB_TRY(samples_if_possible(ctx, dir, fleet, &now));
    SB_TRY(write_pages(ctx, dir, findings, beside, &now));
done:
    free(now.names);
    return st;
}
