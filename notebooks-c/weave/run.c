#include "weave/run.h"

#include "base/file.h"
#include "weave/process.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH = 4096 };

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

static sb_status make_scratch(sb_context *ctx, char folder[PATH])
{
    sb_status st = SB_OK;
    const char *parent = getenv("TMPDIR");
    SB_REQUIRE(snprintf(folder, PATH - 100, "%s/weave-XXXXXX", parent && parent[0] == '/' ? parent : "/tmp") < PATH - 100, SB_EUSER,
               "TMPDIR is too long");
    SB_REQUIRE(mkdtemp(folder), SB_EIO, "cannot make a folder in %s: %s", parent ? parent : "/tmp", strerror(errno));
done:
    if (st != SB_OK) folder[0] = '\0';
    return st;
}

static sb_status compile(sb_context *ctx, const weave_lesson *lesson, const weave_build *build, const char *folder)
{
    sb_status st = SB_OK;
    char *marked = NULL, *command = NULL, source[PATH], program[PATH], how[200];
    snprintf(source, sizeof source, "%s/marked.c", folder);
    snprintf(program, sizeof program, "%s/lesson", folder);
    SB_TRY(weave_lesson_marked(ctx, lesson, &marked));
    SB_TRY(sb_file_replace(ctx, source, marked, strlen(marked)));
    if (asprintf(&command, "%s -o \"$1\" \"$2\" %s", build->compiler, build->libraries) < 0) command = NULL;
    SB_REQUIRE(command, SB_ENOMEM, "out of memory");
    const char *const argv[] = {"sh", "-c", command, "sh", program, source, NULL};
    SB_TRY(weave_process_run(ctx, &(weave_process){.argv = argv}, how));
    SB_REQUIRE(!how[0], SB_EIO, "%s: does not compile", lesson->name);
done:
    free(command);
    free(marked);
    return st;
}

/* What a lesson that failed says of itself: the cells whose predictions failed, or the one it stopped in. */
static sb_status blame(sb_context *ctx, const weave_lesson *lesson, const weave_outputs *outputs, const char *how)
{
    sb_status st = SB_OK;
    char wrong[600] = "";
    size_t used = 0;
    int before = -1;
    for (int i = 0; i < outputs->count; i++) {
        const weave_output *item = &outputs->item[i];
        if (item->picture || item->cell == before || !strstr(item->bytes, "NOT AS PREDICTED") || used > sizeof wrong - 40) continue;
        used += (size_t)snprintf(wrong + used, sizeof wrong - used, "%s%d", used ? ", " : "", lesson->cells[item->cell].line);
        before = item->cell;
    }
    SB_REQUIRE(!used, SB_EIO, "%s:%s: the cell that begins here found something else than it predicted", lesson->name, wrong);
    SB_REQUIRE(outputs->last < 0, SB_EIO, "%s:%d: the cell that begins here failed: %s", lesson->name,
               lesson->cells[outputs->last].line, how);
    SB_FAIL(SB_EIO, "%s: failed: %s", lesson->name, how);
done:
    return st;
}

sb_status weave_run(sb_context *ctx, const weave_lesson *lesson, const weave_build *build, weave_outputs *outputs)
{
    sb_status st = SB_OK;
    char folder[PATH] = "", program[PATH], output[PATH], pictures[PATH], how[200], *printed = NULL;
    size_t count;
    *outputs = (weave_outputs){0};
    SB_REQUIRE(lesson->opening >= 0, SB_EUSER, "%s:1: no cell begins inside main; indent a line '// %%%%' there", lesson->name);
    SB_TRY(make_scratch(ctx, folder));
    SB_TRY(compile(ctx, lesson, build, folder));
    snprintf(program, sizeof program, "%s/lesson", folder);
    snprintf(output, sizeof output, "%s/output", folder);
    snprintf(pictures, sizeof pictures, "%s/pictures", folder);
    const char *const argv[] = {program, pictures, NULL};
    SB_TRY(weave_process_run(
        ctx,
        &(weave_process){
            .argv = argv, .directory = folder, .output = output, .variable = "SCOREBOUND_WEAVE", .limit = build->limit},
        how));
    SB_TRY(sb_file_read(ctx, output, &printed, &count));
    while (how[0] && count > 0 && printed[count - 1] != '\n')
        count--; /* what was cut in the middle of a line is no text, no mark */
    printed[count] = '\0';
    SB_TRY(weave_outputs_split(ctx, lesson, printed, count, outputs));
    if (how[0]) SB_TRY(blame(ctx, lesson, outputs, how));
done:
    free(printed);
    if (folder[0]) nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    if (st != SB_OK) weave_outputs_free(outputs);
    return st;
}
