/* file.h: whole files, in and out. What is written appears complete or not at all, also after a crash. */
#ifndef SB_BASE_FILE_H
#define SB_BASE_FILE_H

#include "base/context.h"

#include <stddef.h>

/* sb_file_replace: `path` holds exactly these bytes afterwards: written beside it, synced, renamed over it, its directory synced.
 * SB_EIO names the file and the system's reason; the old file is then untouched. */
sb_status sb_file_replace(sb_context *ctx, const char *path, const void *bytes, size_t count);

/* sb_file_replace_pieces: the same of n pieces, one after the other. */
typedef struct {
    const void *bytes;
    size_t      count;
} sb_file_piece;
sb_status sb_file_replace_pieces(sb_context *ctx, const char *path, int n, const sb_file_piece *pieces);

/* sb_file_read: the whole file, with a terminating zero that is not counted (caller frees with free()). `count` may be NULL.
 * SB_EUSER when it cannot be opened (the user named it) or is a directory, SB_EIO when reading fails. */
sb_status sb_file_read(sb_context *ctx, const char *path, char **bytes, size_t *count);

/* sb_file_directory: makes the directory `path` and those above it where they are missing. SB_EUSER where that cannot be. */
sb_status sb_file_directory(sb_context *ctx, const char *path);

#endif
