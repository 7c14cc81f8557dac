/* lesson.h: what the lessons share. A lesson is an ordinary C program on the public library,
 *
 *     int main(int argc, char **argv)
 *     {
 *         lesson it = lesson_begin(argc, argv);
 *         // %% [markdown]
 *         // Prose between the cells, in Markdown.
 *         // %%
 *         MUST(sb_grid_create(&it.ctx, ..., &grid));
 *         EXPECT(&it, fabs(a - b) < 1e-12, "both routes agree: %.12g and %.12g", a, b);
 *         lesson_figure(&it, &figure, "marginals");
 *         return lesson_end(&it);
 *     }
 *
 * compiled and run as it stands: `lesson [FOLDER]` prints what it finds and, where FOLDER is given, draws its pictures into it. The
 * weaver (weave.c) makes a notebook of the same file. */
#ifndef SCOREBOUND_LESSON_H
#define SCOREBOUND_LESSON_H

#include <scorebound.h>

typedef struct {
    sb_context ctx;
    const char *folder; /* of the pictures; NULL: none are drawn */
    int woven;          /* nonzero: the weaver reads what is printed */
    int failed;         /* how many expectations were not met */
} lesson;

lesson lesson_begin(int argc, char **argv);
int    lesson_end(const lesson *it); /* what main returns: 0 only if all expectations were met */

/* MUST: a call of the library, with &it.ctx as its first argument; ends the program with its message where it fails. */
#define MUST(call) lesson_must(&it, (call), __FILE__, __LINE__)
void lesson_must(const lesson *it, sb_status status, const char *file, int line);

/* EXPECT: states (printf format) what theory predicts, and prints whether it is so. The only numbers that may depend on the machine are
 * those behind it. */
#define EXPECT(it, condition, ...) lesson_expect((it), (condition), __FILE__, __LINE__, __VA_ARGS__)
void lesson_expect(lesson *it, int met, const char *file, int line, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* lesson_figure: draws the figure as FOLDER/NAME.svg and .png. lesson_picture: shows a PNG file that the lesson itself wrote into FOLDER;
 * lesson_path is where. Without a FOLDER none of them does anything. */
void lesson_figure(lesson *it, const sb_figure *figure, const char *name);
void lesson_picture(lesson *it, const char *name);
void lesson_path(const lesson *it, const char *name, char path[4096]);

/* lesson_cell: the weaver puts it where a cell begins, at this line of the source. Nobody else calls it. */
void lesson_cell(const lesson *it, int line);

#endif
