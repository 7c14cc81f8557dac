/* image_file.h: a file of images as a run of bytes, gzip undone where there is any. Its whole length is known before anything is read
 * from it, so that a reader can hold every size that a header claims against it. Offsets are those of the uncompressed bytes. */
#ifndef SB_DATA_IMAGE_FILE_H
#define SB_DATA_IMAGE_FILE_H

#include "base/context.h"

#include <stddef.h>

struct gzFile_s;

typedef struct {
    const char      *path;          /* not owned */
    struct gzFile_s *stream;
    size_t           length, at;    /* at: the next byte that is read */
} sb_image_file;

/* SB_EUSER: missing, no regular file, damaged compression, 2 GiB or more. The file is then closed; closing a {0} is harmless. */
sb_status sb_image_file_open(sb_context *ctx, const char *path, sb_image_file *file);
void      sb_image_file_close(sb_image_file *file);

/* The next `count` bytes; `what` they are is named where the file ends before. skip: the same without them. */
sb_status sb_image_file_read(sb_context *ctx, sb_image_file *file, const char *what, size_t count, void *bytes);
sb_status sb_image_file_skip(sb_context *ctx, sb_image_file *file, const char *what, size_t count);

/* A mistake in the file: `FILE: byte 16: error: ...`. */
#define SB_IMAGE_REQUIRE(condition, file, byte, format, ...)                                                           \
    SB_REQUIRE(condition, SB_EUSER, "%s: byte %zu: error: " format, (file)->path, (size_t)(byte), ##__VA_ARGS__)

#endif
