/* job_page.c: the pictures that a measurement takes, and the page of a run. */
#include "cli/job.h"

#include "base/file.h"
#include "report/image_grid.h"
#include "report/rounds.h"
#include "report/run_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

sb_status sb_job_pictures(sb_context *ctx, const sb_job *job)
{
    sb_status st = SB_OK;
    sb_pictures pictures = {0};
    SB_TRY(sb_pictures_take(ctx, &job->system, &job->training, &pictures));
    pictures.identity = sb_job_identity(job);
    SB_TRY(sb_pictures_write(ctx, &pictures, job->dir.pictures));
    const sb_image_sheet *sheet = &pictures.sheet;
    if (sheet->rows > 0)
        SB_TRY(sb_image_grid_write(ctx, job->dir.sheet, sheet->shape, sheet->columns, sheet->rows * sheet->columns, sheet->image, NULL,
                                   NULL));
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

sb_status sb_job_page(sb_context *ctx, const sb_job *job, const sb_run_view *view)
{
    sb_status st = SB_OK;
    sb_pictures pictures = {0};
    sb_history history = {0};
    char *html = NULL;
    int has_pictures = is_there(job->dir.pictures), has_history = is_there(job->dir.rounds), drawn;
    if (has_pictures) SB_TRY(or_without(ctx, sb_pictures_read(ctx, job->dir.pictures, &pictures), &has_pictures));
    if (has_history) SB_TRY(or_without(ctx, sb_rounds_read(ctx, job->dir.rounds, &history), &has_history));
    has_pictures &= pictures.identity == sb_job_identity(job);
    const sb_run_page page = {.view = view,
                              .yaml = job->yaml,
                              .provenance = is_there(job->dir.provenance) ? job->dir.provenance : NULL,
                              .waterfall = is_there(job->dir.waterfall_svg) ? job->dir.waterfall_svg : NULL,
                              .sheet = is_there(job->dir.sheet) ? job->dir.sheet : NULL,
                              .pictures = has_pictures ? &pictures : NULL,
                              .history = has_history ? &history : NULL};
    SB_TRY(sb_run_page_html(ctx, &page, &html, &drawn));
    SB_TRY(sb_file_replace(ctx, view->page, html, strlen(html)));
    if (!drawn) fprintf(stderr, "scorebound: note: %s is written without curves and densities, which gnuplot draws\n", view->page);
done:
    free(html);
    sb_history_free(&history);
    sb_pictures_free(&pictures);
    return st;
}
