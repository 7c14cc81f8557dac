#include "lesson.h"

#include <report/plot.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* How a lesson tells the weaver where a cell begins and which picture belongs there: lines that begin with this byte, which no text has. */
#define MARK "\036"

lesson lesson_begin(int argc, char **argv)
{
    lesson it = {.folder = argc > 1 ? argv[1] : NULL, .woven = getenv("SCOREBOUND_WEAVE") != NULL};
    if (argc > 2) {
        fprintf(stderr, "usage: %s [FOLDER]\n", argv[0]);
        exit(2);
    }
    if (it.folder) mkdir(it.folder, 0777); /* there already: so much the better; anything else shows when a picture is written */
    sb_context_init(&it.ctx, 0);
    return it;
}

int lesson_end(const lesson *it)
{
    if (it->failed) printf("\n%d of the expectations above were not met\n", it->failed);
    return fflush(stdout) != 0 || it->failed > 0;
}

void lesson_must(const lesson *it, sb_status status, const char *file, int line)
{
    if (status == SB_OK) return;
    fflush(stdout);
    fprintf(stderr, "%s:%d: %s\n", file, line, it->ctx.error.message);
    exit(1);
}

void lesson_expect(lesson *it, int met, const char *file, int line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs(met ? "  as predicted: " : "  NOT AS PREDICTED: ", stdout);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    if (met) return;
    it->failed++;
    fprintf(stderr, "%s:%d: not as predicted\n", file, line);
}

void lesson_path(const lesson *it, const char *name, char path[4096])
{
    snprintf(path, 4096, "%s/%s", it->folder ? it->folder : ".", name);
}

static void show(const lesson *it, const char *path)
{
    printf(it->woven ? MARK "picture %s\n" : "  (picture: %s)\n", path);
}

void lesson_figure(lesson *it, const sb_figure *figure, const char *name)
{
    char path[4096];
    if (!it->folder) return;
    lesson_path(it, name, path);
    lesson_must(it, sb_plot_files(&it->ctx, figure, path), __FILE__, __LINE__);
    snprintf(path, sizeof path, "%s/%s.png", it->folder, name);
    show(it, path);
}

void lesson_picture(lesson *it, const char *name)
{
    char path[4096];
    if (!it->folder) return;
    lesson_path(it, name, path);
    show(it, path);
}

void lesson_cell(const lesson *it, int line)
{
    if (!it->woven) return;
    printf(MARK "cell %d\n", line);
    fflush(stdout);
}
