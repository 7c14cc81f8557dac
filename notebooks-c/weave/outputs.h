/* outputs.h: what a lesson printed, cell by cell. */
#ifndef WEAVE_OUTPUTS_H
#define WEAVE_OUTPUTS_H

#include "weave/cells.h"

typedef struct {
    int    cell;      /* index */
    int    picture;   /* nonzero: bytes are those of a PNG file; else text */
    char  *bytes;     /* (count), and a zero behind */
    size_t count;
    char   name[80];  /* of the picture's file, without directory and ending */
} weave_output;

typedef struct {
    int           count;
    weave_output *item;   /* (count) in the order of printing */
    int           last;   /* the cell that was running at the end; -1: none */
} weave_outputs;

/* weave_outputs_split: by the marks that notebooks-c/lesson.c prints; printed (count) is followed by a zero. What comes before the first
 * mark belongs to the cell in which main begins. SB_EIO where a picture cannot be read, or what was printed is no text. */
sb_status weave_outputs_split(sb_context *ctx, const weave_lesson *lesson, const char *printed, size_t count, weave_outputs *outputs);
void      weave_outputs_free(weave_outputs *outputs);

#endif
