#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_all(int fd, const sb_file_piece *piece)
{
    const char *bytes = piece->bytes;
    size_t count = piece->count;
    while (count > 0) {
        const ssize_t n = write(fd, bytes, count);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -1;
        bytes += n;
        count -= (size_t)n;
    }
    return 0;
}

/* A rename survives a crash only once its directory is synced. Some file systems cannot sync directories: that is no failure. */
static void sync_directory(const char *path)
{
    char *copy = strdup(path);
    if (!copy) return;
    const int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(copy);
}

sb_status sb_file_replace(sb_context *ctx, const char *path, const void *bytes, size_t count)
{
    const sb_file_piece whole = {bytes, count};
    return sb_file_replace_pieces(ctx, path, 1, &whole);
}

sb_status sb_file_replace_pieces(sb_context *ctx, const char *path, int n, const sb_file_piece *pieces)
{
    sb_status st = SB_OK;
    char *beside = NULL;
    int fd = -1;

    if (asprintf(&beside, "%s.%ld.tmp", path, (long)getpid()) < 0) {
        beside = NULL;
        SB_FAIL(SB_ENOMEM, "out of memory for the name of %s", path);
    }
    fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    SB_REQUIRE(fd >= 0, SB_EIO, "cannot write %s: %s", path, strerror(errno));
    for (int i = 0; i < n; i++) SB_REQUIRE(write_all(fd, &pieces[i]) == 0, SB_EIO, "cannot write %s: %s", path, strerror(errno));
    SB_REQUIRE(fsync(fd) == 0, SB_EIO, "cannot write %s: %s", path, strerror(errno));
    const int closed = close(fd);
    fd = -1;
    SB_REQUIRE(closed == 0 && rename(beside, path) == 0, SB_EIO, "cannot write %s: %s", path, strerror(errno));
    sync_directory(path);
done:
    if (fd >= 0) close(fd);
    if (st != SB_OK && beside) unlink(beside);
    free(beside);
    return st;
}

sb_status sb_file_read(sb_context *ctx, const char *path, char **bytes, size_t *count)
{
    sb_status st = SB_OK;
    FILE *file = fopen(path, "re");
    char *text = NULL;
    size_t used = 0, room = 0;

    SB_REQUIRE(file, SB_EUSER, "%s: error: cannot open: %s", path, strerror(errno));
    do {
        room = room ? 2 * room : 4096;
        char *more = realloc(text, room);
        SB_REQUIRE(more, SB_ENOMEM, "out of memory: %zu bytes for %s", room, path);
        text = more;
        used += fread(text + used, 1, room - used - 1, file);
    } while (used == room - 1);
    SB_REQUIRE(!ferror(file) || errno != EISDIR, SB_EUSER, "%s: error: cannot read: %s", path, strerror(EISDIR));
    SB_REQUIRE(!ferror(file), SB_EIO, "cannot read %s: %s", path, strerror(errno));
    text[used] = '\0';
    *bytes = text;
    if (count) *count = used;
    text = NULL;
done:
    if (file) fclose(file);
    free(text);
    return st;
}

sb_status sb_file_directory(sb_context *ctx, const char *path)
{
    sb_status st = SB_OK;
    char *part = strdup(path);
    struct stat info;
    SB_REQUIRE(part, SB_ENOMEM, "out of memory for the name of a directory");
    for (char *p = part + 1;; p++) {
        const char here = *p;
        if (here != '/' && here != '\0') continue;
        *p = '\0';
        SB_REQUIRE(mkdir(part, 0777) == 0 || errno == EEXIST, SB_EUSER, "%s: error: cannot make this directory: %s", part,
                   strerror(errno));
        *p = here;
        if (here == '\0') break;
    }
    SB_REQUIRE(stat(path, &info) == 0 && S_ISDIR(info.st_mode), SB_EUSER, "%s: error: is no directory", path);
done:
    free(part);
    return st;
}
