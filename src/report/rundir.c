#include "report/rundir.h"

#include "base/file.h"
#include "base/hash.h"
#include "version.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

void sb_rundir_hash(const char *text, char digits[SB_HASH_DIGITS + 1])
{
    const uint64_t hash = sb_hash(sb_hash(SB_HASH_START, text, strlen(text)), sb_version(), strlen(sb_version()));
    snprintf(digits, SB_HASH_DIGITS + 1, "%08" PRIx32, (uint32_t)(hash ^ hash >> 32));
}

sb_status sb_rundir_default(sb_context *ctx, const char *prefix, const char *config_path, const char *text, char **path)
{
    sb_status st = SB_OK;
    const char *slash = config_path ? strrchr(config_path, '/') : NULL;
    const char *name = slash ? slash + 1 : config_path ? config_path : "default";
    const char *dot = strrchr(name, '.');
    const int stem = dot && dot > name ? (int)(dot - name) : (int)strlen(name);
    char digits[SB_HASH_DIGITS + 1];
    sb_rundir_hash(text, digits);
    if (asprintf(path, "runs/%s%.*s-%s", prefix, stem, name, digits) < 0) {
        *path = NULL;
        SB_FAIL(SB_ENOMEM, "out of memory for the name of a run");
    }
done:
    return st;
}

static sb_status name_files(sb_context *ctx, const char *path, sb_rundir *dir)
{
    sb_status st = SB_OK;
    *dir = (sb_rundir){.lock = -1};
    const struct {
        char **file;
        const char *name;
    } files[] = {
        {&dir->config, "config.yaml"},          {&dir->provenance, "provenance.json"},
        {&dir->rounds, "rounds.jsonl"},         {&dir->checkpoint, "checkpoint.safetensors"},
        {&dir->measured, "measured.json"},      {&dir->ledger_json, "ledger.json"},
        {&dir->ledger_csv, "ledger.csv"},       {&dir->waterfall, "waterfall"},
        {&dir->waterfall_svg, "waterfall.svg"}, {&dir->waterfall_png, "waterfall.png"},
        {&dir->pictures, "pictures.json"},      {&dir->sheet, "samples.png"},
        {&dir->page, "report.html"},
    };
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') length--;
    dir->path = strndup(path, length);
    SB_REQUIRE(dir->path, SB_ENOMEM, "out of memory for the name of a run");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (asprintf(files[i].file, "%s/%s", dir->path, files[i].name) < 0) {
            *files[i].file = NULL;
            SB_FAIL(SB_ENOMEM, "out of memory for the name of a run");
        }
done:
    return st;
}

void sb_rundir_close(sb_rundir *dir)
{
    if (!dir->path) return;
    if (dir->lock >= 0) close(dir->lock); /* the lock goes with it */
    free(dir->path);
    free(dir->config);
    free(dir->provenance);
    free(dir->rounds);
    free(dir->checkpoint);
    free(dir->measured);
    free(dir->ledger_json);
    free(dir->ledger_csv);
    free(dir->waterfall);
    free(dir->waterfall_svg);
    free(dir->waterfall_png);
    free(dir->pictures);
    free(dir->sheet);
    free(dir->page);
    *dir = (sb_rundir){.lock = -1};
}

/* What a write leaves that was cut short: sb_file_replace writes to FILE.PROCESS.tmp first. */
static int is_leftover(const char *name)
{
    const char *tmp = strrchr(name, '.'), *p = tmp;
    while (p && p > name && p[-1] >= '0' && p[-1] <= '9') p--;
    return tmp && strcmp(tmp, ".tmp") == 0 && p < tmp && p > name && p[-1] == '.';
}

sb_status sb_rundir_tidy(sb_context *ctx, const char *path, int descriptor)
{
    sb_status st = SB_OK;
    DIR *stream = opendir(path);
    SB_REQUIRE(stream, SB_EUSER, "%s: error: cannot open this directory: %s", path, strerror(errno));
    for (const struct dirent *entry; (entry = readdir(stream));)
        if (is_leftover(entry->d_name))
            SB_REQUIRE(unlinkat(descriptor, entry->d_name, 0) == 0, SB_EIO, "cannot remove %s/%s: %s", path, entry->d_name,
                       strerror(errno));
done:
    if (stream) closedir(stream);
    return st;
}

sb_status sb_rundir_lock(sb_context *ctx, const char *path, int *descriptor)
{
    sb_status st = SB_OK;
    *descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    SB_REQUIRE(*descriptor >= 0, SB_EUSER, "%s: error: cannot open this directory: %s", path, strerror(errno));
    if (flock(*descriptor, LOCK_EX | LOCK_NB) != 0)
        SB_REQUIRE(errno != EWOULDBLOCK, SB_EUSER, "%s: error: another scorebound is at work in this run directory", path);
done:
    return st;
}

int sb_rundir_is_run(const char *path)
{
    char *config = NULL;
    struct stat info;
    int is_run = 0;
    if (asprintf(&config, "%s/config.yaml", path) >= 0) {
        is_run = stat(config, &info) == 0 && S_ISREG(info.st_mode);
        free(config);
    }
    return is_run;
}

/* Left-overs of a write that was cut short may lie about; anything else is somebody's. */
static int is_empty(const char *path)
{
    DIR *stream = opendir(path);
    int empty = 1;
    if (!stream) return 0;
    for (const struct dirent *entry; (entry = readdir(stream));)
        empty &= entry->d_name[0] == '.' || strstr(entry->d_name, ".tmp") != NULL;
    closedir(stream);
    return empty;
}

static sb_status refuse_others(sb_context *ctx, const sb_rundir *dir, const char *yaml)
{
    sb_status st = SB_OK;
    char *there = NULL;
    if (!sb_rundir_is_run(dir->path)) {
        SB_REQUIRE(is_empty(dir->path), SB_EUSER,
                   "%s: error: this directory is not empty and holds no run; choose another with --output", dir->path);
        return st;
    }
    SB_TRY(sb_file_read(ctx, dir->config, &there, NULL));
    SB_REQUIRE(strcmp(there, yaml) == 0, SB_EUSER,
               "%s: error: this directory holds a run of another configuration; choose another with --output", dir->path);
done:
    free(there);
    return st;
}

sb_status sb_rundir_create(sb_context *ctx, const char *path, const char *yaml, sb_rundir *dir)
{
    sb_status st = SB_OK;
    SB_TRY(name_files(ctx, path, dir));
    SB_TRY(sb_file_directory(ctx, dir->path));
    SB_TRY(sb_rundir_lock(ctx, dir->path, &dir->lock));
    SB_TRY(refuse_others(ctx, dir, yaml));
    SB_TRY(sb_rundir_tidy(ctx, dir->path, dir->lock));
    SB_TRY(sb_file_replace(ctx, dir->config, yaml, strlen(yaml)));
done:
    if (st != SB_OK) sb_rundir_close(dir);
    return st;
}

sb_status sb_rundir_open(sb_context *ctx, const char *path, int writing, sb_rundir *dir)
{
    sb_status st = SB_OK;
    SB_TRY(name_files(ctx, path, dir));
    SB_REQUIRE(sb_rundir_is_run(dir->path), SB_EUSER, "%s: error: no run directory (it has no config.yaml)", dir->path);
    if (writing) SB_TRY(sb_rundir_lock(ctx, dir->path, &dir->lock));
done:
    if (st != SB_OK) sb_rundir_close(dir);
    return st;
}

static sb_status clear(sb_context *ctx, int count, const char *const path[])
{
    sb_status st = SB_OK;
    for (int i = 0; i < count; i++)
        SB_REQUIRE(unlink(path[i]) == 0 || errno == ENOENT, SB_EIO, "cannot remove %s: %s", path[i], strerror(errno));
done:
    return st;
}

sb_status sb_rundir_clear_pictures(sb_context *ctx, const sb_rundir *dir)
{
    return clear(ctx, 2, (const char *const[]){dir->waterfall_svg, dir->waterfall_png});
}

sb_status sb_rundir_clear(sb_context *ctx, const sb_rundir *dir, int keep_training)
{
    sb_status st = SB_OK;
    const char *const results[] = {dir->ledger_json, dir->ledger_csv, dir->measured, dir->pictures, dir->sheet, dir->page};
    const char *const training[] = {dir->checkpoint, dir->rounds, dir->provenance};
    SB_TRY(sb_rundir_clear_pictures(ctx, dir));
    SB_TRY(clear(ctx, sizeof results / sizeof *results, results));
    if (!keep_training) SB_TRY(clear(ctx, sizeof training / sizeof *training, training));
done:
    return st;
}
