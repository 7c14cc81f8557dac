#include "data/image_file.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { BLOCK = 1 << 16, LARGEST = INT_MAX };

/* The compressed bytes do not tell how many they become, short of going through them. */
static sb_status measure(sb_context *ctx, sb_image_file *file)
{
    sb_status st = SB_OK;
    unsigned char block[BLOCK];
    int got, code;
    do {
        got = gzread(file->stream, block, BLOCK);
        if (got > 0) file->length += (size_t)got;
    } while (got == BLOCK && file->length < LARGEST);
    const char *reason = gzerror(file->stream, &code);
    SB_IMAGE_REQUIRE(code == Z_OK || code == Z_STREAM_END, file, file->length, "the compressed data are cut off or damaged (%s)",
                     code == Z_ERRNO ? strerror(errno) : reason);
    SB_REQUIRE(gzrewind(file->stream) == 0, SB_EIO, "cannot read %s: %s", file->path, strerror(errno));
done:
    return st;
}

sb_status sb_image_file_open(sb_context *ctx, const char *path, sb_image_file *file)
{
    sb_status st = SB_OK;
    struct stat info;
    *file = (sb_image_file){.path = path};
    SB_REQUIRE(stat(path, &info) == 0, SB_EUSER, "%s: error: cannot open: %s", path, strerror(errno));
    SB_REQUIRE(!S_ISDIR(info.st_mode), SB_EUSER, "%s: error: cannot open: %s", path, strerror(EISDIR));
    SB_REQUIRE(S_ISREG(info.st_mode), SB_EUSER, "%s: error: cannot open: Not a regular file", path);
    errno = 0;
    file->stream = gzopen(path, "rbe");
    SB_REQUIRE(file->stream, errno ? SB_EUSER : SB_ENOMEM, "%s: error: cannot open: %s", path, strerror(errno ? errno : ENOMEM));
    gzbuffer(file->stream, BLOCK);
    if (gzdirect(file->stream)) file->length = (size_t)info.st_size;
    else SB_TRY(measure(ctx, file));
    SB_IMAGE_REQUIRE(file->length < LARGEST, file, LARGEST, "the file goes on; fewer than 2^31 bytes can be read");
done:
    if (st != SB_OK) sb_image_file_close(file);
    return st;
}

void sb_image_file_close(sb_image_file *file)
{
    if (file->stream) gzclose(file->stream);
    *file = (sb_image_file){0};
}

sb_status sb_image_file_read(sb_context *ctx, sb_image_file *file, const char *what, size_t count, void *bytes)
{
    sb_status st = SB_OK;
    SB_IMAGE_REQUIRE(count <= file->length - file->at, file, file->length, "the file ends inside %s, %zu bytes too early", what,
                     count - (file->length - file->at));
    SB_REQUIRE(gzread(file->stream, bytes, (unsigned)count) == (int)count, SB_EIO, "cannot read %s: it changes while it is read",
               file->path);
    file->at += count;
done:
    return st;
}

sb_status sb_image_file_skip(sb_context *ctx, sb_image_file *file, const char *what, size_t count)
{
    sb_status st = SB_OK;
    SB_IMAGE_REQUIRE(count <= file->length - file->at, file, file->length, "the file ends inside %s, %zu bytes too early", what,
                     count - (file->length - file->at));
    file->at += count;
    SB_REQUIRE(gzseek(file->stream, (z_off_t)file->at, SEEK_SET) == (z_off_t)file->at, SB_EIO, "cannot read %s: %s", file->path,
               strerror(errno));
done:
    return st;
}
