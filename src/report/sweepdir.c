#include "report/sweepdir.h"

#include "base/file.h"
#include "report/rundir.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The file that a sweep leaves beside its runs and that is named so; NULL if there is none. */
static const char *result_of(const char *name)
{
    static const char *const files[] = {"sweep.csv",  "sweep.jsonl", "sweep.svg",   "sweep.png", "sweep.html",
                                        "losses.svg", "losses.png",  "samples.png", "table.csv"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (strcmp(name, files[i]) == 0) return files[i];
    return NULL;
}

static int is_run(const char *name)
{
    return strlen(name) == SB_HASH_DIGITS && strspn(name, "0123456789abcdef") == SB_HASH_DIGITS;
}

/* What a write that was cut short leaves, and what is hidden. */
static int is_nothing(const char *name)
{
    return name[0] == '.' || strstr(name, ".tmp") != NULL;
}

/* A sweep writes results only where a run is finished: without any run they are somebody else's. */
static sb_status refuse_others(sb_context *ctx, const sb_sweepdir *dir)
{
    sb_status st = SB_OK;
    const char *result = NULL;
    int runs = 0;
    DIR *stream = opendir(dir->path);
    SB_REQUIRE(stream, SB_EUSER, "%s: error: cannot open this directory: %s", dir->path, strerror(errno));
    for (const struct dirent *entry; (entry = readdir(stream));) {
        const char *name = entry->d_name, *found = result_of(name);
        SB_REQUIRE(found || is_run(name) || is_nothing(name), SB_EUSER,
                   "%s: error: this directory holds '%s', which is no sweep's; choose another with --output", dir->path, name);
        if (found) result = found;
        runs += is_run(name);
    }
    SB_REQUIRE(!result || runs > 0, SB_EUSER,
               "%s: error: this directory holds '%s', but none of the runs it would be of; choose another with --output", dir->path,
               result);
done:
    if (stream) closedir(stream);
    return st;
}

static sb_status name_files(sb_context *ctx, const char *path, sb_sweepdir *dir)
{
    sb_status st = SB_OK;
    char **const file[] = {&dir->path, &dir->csv, &dir->jsonl, &dir->table, &dir->page, &dir->samples, &dir->picture, &dir->losses};
    static const char *const name[] = {"",       "/sweep.csv", "/sweep.jsonl", "/table.csv", "/sweep.html", "/samples.png",
                                       "/sweep", "/losses"};
    size_t length = strlen(path);
    *dir = (sb_sweepdir){.lock = -1};
    while (length > 1 && path[length - 1] == '/') length--;
    for (size_t i = 0; i < sizeof name / sizeof *name; i++)
        if (asprintf(file[i], "%.*s%s", (int)length, path, name[i]) < 0) {
            *file[i] = NULL;
            SB_FAIL(SB_ENOMEM, "out of memory for the name of a sweep");
        }
done:
    return st;
}

sb_status sb_sweepdir_create(sb_context *ctx, const char *path, sb_sweepdir *dir)
{
    sb_status st = SB_OK;
    SB_TRY(name_files(ctx, path, dir));
    SB_TRY(sb_file_directory(ctx, dir->path));
    SB_TRY(sb_rundir_lock(ctx, dir->path, &dir->lock));
    SB_TRY(refuse_others(ctx, dir));
    SB_TRY(sb_rundir_tidy(ctx, dir->path, dir->lock));
done:
    if (st != SB_OK) sb_sweepdir_close(dir);
    return st;
}

void sb_sweepdir_close(sb_sweepdir *dir)
{
    if (!dir->path) return;
    if (dir->lock >= 0) close(dir->lock);
    free(dir->path);
    free(dir->csv);
    free(dir->jsonl);
    free(dir->table);
    free(dir->page);
    free(dir->samples);
    free(dir->picture);
    free(dir->losses);
    *dir = (sb_sweepdir){.lock = -1};
}
