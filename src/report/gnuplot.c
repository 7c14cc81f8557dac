#include "report/gnuplot.h"

#include "base/file.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

sb_status sb_script_begin(sb_context *ctx, sb_script *script)
{
    sb_status st = SB_OK;
    *script = (sb_script){0};
    script->stream = open_memstream(&script->text, &script->length);
    SB_REQUIRE(script->stream, SB_ENOMEM, "out of memory for a figure");
done:
    return st;
}

sb_status sb_script_end(sb_context *ctx, sb_script *script)
{
    sb_status st = SB_OK;
    const int closed = !script->stream || fclose(script->stream) == 0;
    script->stream = NULL;
    SB_REQUIRE(closed, SB_ENOMEM, "out of memory for a figure");
done:
    return st;
}

void sb_script_free(sb_script *script)
{
    if (script->stream) fclose(script->stream);
    free(script->text);
    *script = (sb_script){0};
}

void sb_script_text(FILE *stream, const char *text)
{
    fputc('\'', stream);
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p == '\'') fputc('\'', stream); /* doubled: the quote itself */
        fputc(*p < ' ' || *p == 127 ? ' ' : *p, stream);
    }
    fputc('\'', stream);
}

/* A file that only this process sees, at its beginning. */
static sb_status hidden_file(sb_context *ctx, const char *bytes, size_t count, int *fd)
{
    sb_status st = SB_OK;
    *fd = memfd_create("scorebound figure", MFD_CLOEXEC);
    SB_REQUIRE(*fd >= 0, SB_EIO, "cannot draw: no file in memory: %s", strerror(errno));
    for (size_t done = 0; done < count;) {
        const ssize_t n = write(*fd, bytes + done, count - done);
        if (n < 0 && errno == EINTR) continue;
        SB_REQUIRE(n >= 0, SB_EIO, "cannot draw: no file in memory: %s", strerror(errno));
        done += (size_t)n;
    }
    SB_REQUIRE(lseek(*fd, 0, SEEK_SET) == 0, SB_EIO, "cannot draw: no file in memory: %s", strerror(errno));
done:
    return st;
}

static sb_status read_hidden(sb_context *ctx, int fd, char **bytes, size_t *count)
{
    sb_status st = SB_OK;
    const off_t size = lseek(fd, 0, SEEK_END);
    size_t used = 0;
    SB_REQUIRE(size >= 0, SB_EIO, "cannot read what gnuplot has drawn: %s", strerror(errno));
    *bytes = malloc((size_t)size + 1);
    SB_REQUIRE(*bytes, SB_ENOMEM, "out of memory for a figure");
    while (used < (size_t)size) {
        const ssize_t n = pread(fd, *bytes + used, (size_t)size - used, (off_t)used);
        if (n < 0 && errno == EINTR) continue;
        SB_REQUIRE(n > 0, SB_EIO, "cannot read what gnuplot has drawn");
        used += (size_t)n;
    }
    (*bytes)[used] = '\0';
    *count = used;
done:
    return st;
}

/* Starts gnuplot on the three files, without the user's own settings (-d), and waits for it. */
static sb_status run(sb_context *ctx, const int fd[3], int *how)
{
    sb_status st = SB_OK;
    char *argv[] = {(char *)"gnuplot", (char *)"-d", NULL};
    posix_spawn_file_actions_t actions;
    pid_t child;
    int failed = posix_spawn_file_actions_init(&actions);
    SB_REQUIRE(failed == 0, SB_ENOMEM, "cannot draw: %s", strerror(failed));
    for (int i = 0; i < 3 && failed == 0; i++) failed = posix_spawn_file_actions_adddup2(&actions, fd[i], i);
    if (failed == 0) failed = posix_spawnp(&child, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    const int absent = failed == ENOENT || failed == EACCES;
    SB_REQUIRE(failed == 0 || absent, SB_EIO, "cannot start gnuplot: %s", strerror(failed));
    while (!absent && waitpid(child, how, 0) < 0)
        SB_REQUIRE(errno == EINTR, SB_EIO, "cannot wait for gnuplot: %s", strerror(errno));
    /* where posix_spawnp cannot tell, as POSIX allows and as under valgrind, the child ends with 127 */
    SB_REQUIRE(!absent && !(WIFEXITED(*how) && WEXITSTATUS(*how) == 127), SB_EUSER,
               "gnuplot is not installed, so no figure is drawn; on Debian: apt-get install gnuplot-nox");
done:
    return st;
}

/* The last line of what gnuplot complained about, for a message. */
static const char *complaint(char *text)
{
    size_t end = strlen(text);
    while (end > 0 && (text[end - 1] == '\n' || text[end - 1] == ' ')) text[--end] = '\0';
    const char *line = strrchr(text, '\n');
    line = line ? line + 1 : text;
    return *line ? line : "it does not say why";
}

/* What gnuplot writes when it has `setting` and then the script; bytes are to be freed. */
static sb_status draw(sb_context *ctx, const char *setting, const sb_script *script, char **bytes, size_t *count)
{
    sb_status st = SB_OK;
    int fd[3] = {-1, -1, -1}, how = 0;
    char *whole = NULL, *complaints = NULL;
    size_t length;
    const int printed = asprintf(&whole, "%s\n%s", setting, script->text);
    if (printed < 0) whole = NULL;
    SB_REQUIRE(whole, SB_ENOMEM, "out of memory for a figure");
    SB_TRY(hidden_file(ctx, whole, (size_t)printed, &fd[0]));
    SB_TRY(hidden_file(ctx, NULL, 0, &fd[1]));
    SB_TRY(hidden_file(ctx, NULL, 0, &fd[2]));
    SB_TRY(run(ctx, fd, &how));
    SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped while drawing");
    SB_TRY(read_hidden(ctx, fd[2], &complaints, &length));
    SB_REQUIRE(WIFEXITED(how) && WEXITSTATUS(how) == 0, SB_EIO, "gnuplot failed: %s", complaint(complaints));
    SB_TRY(read_hidden(ctx, fd[1], bytes, count));
    SB_REQUIRE(*count > 0, SB_EIO, "gnuplot has drawn nothing: %s", complaint(complaints));
done:
    for (int i = 0; i < 3; i++)
        if (fd[i] >= 0) close(fd[i]);
    free(whole);
    free(complaints);
    return st;
}

static sb_status draw_and_keep(sb_context *ctx, const char *const setting[2], const sb_script *script, const char *stem)
{
    static const char *const endings[2] = {"svg", "png"};
    sb_status st = SB_OK;
    char *bytes[2] = {0}, *path = NULL;
    size_t count[2];
    for (int i = 0; i < 2; i++) SB_TRY(draw(ctx, setting[i], script, &bytes[i], &count[i]));
    for (int i = 0; i < 2; i++) {
        if (asprintf(&path, "%s.%s", stem, endings[i]) < 0) path = NULL;
        SB_REQUIRE(path, SB_ENOMEM, "out of memory for the name of a figure");
        SB_TRY(sb_file_replace(ctx, path, bytes[i], count[i]));
        free(path);
        path = NULL;
    }
done:
    free(path);
    for (int i = 0; i < 2; i++) free(bytes[i]);
    return st;
}

/* An order to gnuplot, by value. */
typedef struct {
    char s[200];
} order;

static order svg_terminal(int width, int height)
{
    order svg;
    snprintf(svg.s, sizeof svg.s,
             "set terminal svg size %d,%d dynamic enhanced background '#ffffff' font 'DejaVu Sans,Arial,sans-serif,12'", width,
             height);
    return svg;
}

sb_status sb_gnuplot_svg(sb_context *ctx, const sb_script *script, int width, int height, char **svg)
{
    size_t count;
    *svg = NULL;
    return draw(ctx, svg_terminal(width, height).s, script, svg, &count);
}

sb_status sb_gnuplot_files(sb_context *ctx, const sb_script *script, int width, int height, const char *stem)
{
    char png[200];
    snprintf(png, sizeof png,
             "set terminal pngcairo size %d,%d enhanced background '#ffffff' font 'DejaVu Sans,12' fontscale 1.5 linewidth 1.5",
             width + width / 2, height + height / 2);
    return draw_and_keep(ctx, (const char *const[2]){svg_terminal(width, height).s, png}, script, stem);
}

/* Takes out form feeds, blanks at the ends of lines and empty lines. */
static void tidy(char *text)
{
    char *out = text;
    for (char *line = text, *next; *line; line = next) {
        size_t length = strcspn(line, "\n");
        next = line + length + (line[length] == '\n');
        for (; *line == '\f'; line++) length--;
        while (length > 0 && line[length - 1] == ' ') length--;
        if (length == 0) continue;
        if (out > text) *out++ = '\n';
        memmove(out, line, length);
        out += length;
    }
    *out = '\0';
}

sb_status sb_gnuplot_terminal(sb_context *ctx, const sb_script *script, int columns, int rows, int color, char **text)
{
    sb_status st = SB_OK;
    char setting[100];
    size_t count;
    *text = NULL;
    snprintf(setting, sizeof setting, "set terminal dumb noenhanced size %d,%d %s", columns, rows, color ? "ansi" : "mono");
    SB_TRY(draw(ctx, setting, script, text, &count));
    tidy(*text);
done:
    return st;
}
