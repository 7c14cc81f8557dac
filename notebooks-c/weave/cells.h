/* cells.h: a lesson's source as the cells of a notebook.
 *
 * A line that holds `// %% [markdown]` and nothing else begins a prose cell, whose lines are comments; `// %%` begins a code cell. A
 * marker in column 0 stands at file scope, an indented one directly inside main. */
#ifndef WEAVE_CELLS_H
#define WEAVE_CELLS_H

#include "base/context.h"

#include <stddef.h>

typedef struct {
    int    prose;    /* nonzero: Markdown; else code */
    int    line;     /* of its marker, from 1 */
    int    indent;   /* blanks before the marker; 0 at file scope */
    size_t marker;   /* place of the marker in the source */
    char  *text;     /* as the notebook shows it: without the marker, the comment signs of prose, and `indent` blanks of each line */
} weave_cell;

typedef struct {
    char       *name;      /* of the file, without its directory */
    char       *source;    /* the whole text, line ends as LF */
    int         count;
    weave_cell *cells;     /* (count) */
    int         opening;   /* the code cell in which main begins; -1 where no marker is inside main */
} weave_lesson;

/* weave_lesson_read: SB_EUSER with file:line for a file that cannot be read or holds something that is no text, text before the first
 * marker, no marker at all, an empty cell, prose that is no comment, an unknown kind of cell, a marker within a comment or a statement,
 * or at another depth of braces than its column says. On failure *lesson is empty. */
sb_status weave_lesson_read(sb_context *ctx, const char *path, weave_lesson *lesson);
void      weave_lesson_free(weave_lesson *lesson);

/* weave_lesson_marked: the source (caller frees with free()) with a call of lesson_cell in front of each marker of a code cell inside
 * main, so that every line keeps its number; a first line tells the compiler so. */
sb_status weave_lesson_marked(sb_context *ctx, const weave_lesson *lesson, char **marked);

#endif
