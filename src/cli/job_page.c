/* job_page.c: the pictures that a measurement takes, and the page of a run. */
#include "cli/job.h"

#include "base/file.h"
#include "base/memory.h"
#include "report/image_grid.h"
#include "report/rounds.h"
#include "report/run_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Leaves out of each row the images that a picture has no room for, and the sheet where it has none at all. */
static void narrow(sb_image_sheet *sheet)
{
    const size_t d = (size_t)sb_image_dimension(sheet->shape);
    const int most = sb_image_grid_most(sheet->shape.width);
    if (most < 1 || sheet->rows > sb_image_grid_most(sheet->shape.height)) sheet->rows = 0;
    if (sheet->rows == 0 || sheet->columns <= most) return;
    for (size_t r = 1; r < (size_t)sheet->rows; r++)
        memmove(sheet->image + r * (size_t)most * d, sheet->image + r * (size_t)sheet->columns * d,
                (size_t)most * d * sizeof *sheet->image);
    sheet->columns = most;
}

sb_status sb_job_pictures(sb_context *ctx, const sb_job *job)
{
    sb_status st = SB_OK;
    sb_pictures pictures = {0};
    SB_TRY(sb_pictures_take(ctx, &job->system, &job->training, &pictures));
    pictures.identity = sb_job_identity(job);
    narrow(&pictures.sheet);
    SB_TRY(sb_pictures_write(ctx, &pictures, job->dir.pictures));
    const sb_image_sheet *sheet = &pictures.sheet;
    if (sheet->rows > 0)
        SB_TRY(sb_image_grid_write(ctx, job->dir.sheet, sheet->shape, sheet->columns, sheet->rows * sheet->columns, sheet->image,
                                   NULL, NULL));
done:
    sb_pictures_free(&pictures);
    return st;
}

static int is_there(const char *path)
{
    return access(path, R_OK) == 0;
}

/* A file that cannot be used: the page goes without it, and a note says so. */
static sb_status or_without(sb_context *ctx, sb_status status, int *sound)
{
    *sound = status == SB_OK;
    if (status != SB_EUSER) return status;
    fprintf(stderr, "scorebound: note: left out of the page: %s\n", ctx->error.message);
    sb_forgive(ctx);
    return SB_OK;
}

/* What a run directory has for a page beside the ledger. */
typedef struct {
    sb_pictures pictures;
    sb_history history;
} album;

static void album_free(album *a)
{
    sb_history_free(&a->history);
    sb_pictures_free(&a->pictures);
}

/* The sheet of images is a PNG as it was written: a browser would show a broken one as nothing at all. */
static sb_status check_sheet(sb_context *ctx, const char *path)
{
    static const char begins[] = "\x89PNG\r\n\x1a\n";
    const size_t length = sizeof begins - 1;
    sb_status st = SB_OK;
    char *bytes = NULL;
    size_t count;
    SB_TRY(sb_file_read(ctx, path, &bytes, &count));
    SB_REQUIRE(count > length && memcmp(bytes, begins, length) == 0, SB_EUSER, "%s: error: no picture in PNG's format", path);
done:
    free(bytes);
    return st;
}

/* *page points into album, job and view. */
static sb_status open_album(sb_context *ctx, const sb_job *job, const sb_run_view *view, album *a, sb_run_page *page)
{
    sb_status st = SB_OK;
    const sb_rundir *dir = &job->dir;
    int has_pictures = is_there(dir->pictures), has_history = is_there(dir->rounds), has_sheet = 0;
    if (has_pictures) SB_TRY(or_without(ctx, sb_pictures_read(ctx, dir->pictures, &a->pictures), &has_pictures));
    if (has_history) SB_TRY(or_without(ctx, sb_rounds_read(ctx, dir->rounds, &a->history), &has_history));
    has_pictures = has_pictures && a->pictures.identity == sb_job_identity(job);
    if (has_pictures && a->pictures.sheet.rows > 0) SB_TRY(or_without(ctx, check_sheet(ctx, dir->sheet), &has_sheet));
    *page = (sb_run_page){.view = view,
                          .yaml = job->yaml,
                          .provenance = is_there(dir->provenance) ? dir->provenance : NULL,
                          .waterfall = is_there(dir->waterfall_svg) ? dir->waterfall_svg : NULL,
                          .sheet = has_sheet ? dir->sheet : NULL,
                          .pictures = has_pictures ? &a->pictures : NULL,
                          .history = has_history ? &a->history : NULL};
done:
    return st;
}

static sb_status write_page(sb_context *ctx, const char *path, const char *html, const sb_drawing *drawing)
{
    sb_status st = SB_OK;
    SB_TRY(sb_file_replace(ctx, path, html, strlen(html)));
    if (drawing->absent)
        fprintf(stderr, "scorebound: note: %s is written without curves and densities, which gnuplot draws\n", path);
    if (drawing->failed > 0)
        fprintf(stderr, "scorebound: note: %s is written without %d picture%s: %s\n", path, drawing->failed,
                drawing->failed == 1 ? "" : "s", drawing->complaint);
done:
    return st;
}

sb_status sb_job_page(sb_context *ctx, const sb_job *job, const sb_run_view *view)
{
    sb_status st = SB_OK;
    album a = {.pictures = {0}};
    sb_run_page page;
    char *html = NULL;
    sb_drawing drawing;
    SB_TRY(open_album(ctx, job, view, &a, &page));
    SB_TRY(sb_run_page_html(ctx, &page, &html, &drawing));
    SB_TRY(write_page(ctx, view->page, html, &drawing));
done:
    free(html);
    album_free(&a);
    return st;
}

sb_status sb_job_pages(sb_context *ctx, int count, const sb_job *job, const sb_run_view *view, const char *path)
{
    sb_status st = SB_OK;
    album *albums = NULL;
    sb_run_page *pages = NULL;
    char *html = NULL;
    sb_drawing drawing;
    SB_CALLOC(albums, count);
    SB_CALLOC(pages, count);
    for (int i = 0; i < count; i++) SB_TRY(open_album(ctx, &job[i], &view[i], &albums[i], &pages[i]));
    SB_TRY(sb_runs_page_html(ctx, count, pages, &html, &drawing));
    SB_TRY(write_page(ctx, path, html, &drawing));
done:
    free(html);
    for (int i = 0; albums && i < count; i++) album_free(&albums[i]);
    sb_free(albums);
    sb_free(pages);
    return st;
}
