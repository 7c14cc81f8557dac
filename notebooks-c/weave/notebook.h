/* notebook.h: a lesson and its outputs as a Jupyter notebook. */
#ifndef WEAVE_NOTEBOOK_H
#define WEAVE_NOTEBOOK_H

#include "weave/outputs.h"

/* weave_notebook_write: nbformat 4.5; the same lesson and outputs give the same bytes. outputs NULL: the lesson was not run. SB_EIO where
 * `path` cannot be written. */
sb_status weave_notebook_write(sb_context *ctx, const weave_lesson *lesson, const weave_outputs *outputs, const char *path);

#endif
