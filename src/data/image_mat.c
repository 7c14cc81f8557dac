#include "data/image_mat.h"

#include "data/image_file.h"

#include <ctype.h>
#include <matio.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

enum { BLOCK = 1 << 14, FLAG_COMPLEX = 8 };

/* A variable that is being gone through. */
typedef struct {
    sb_image_file *file;
    size_t place;     /* where it begins */
    size_t room;      /* bytes of the matrix that are still to come */
    int swapped;      /* its numbers have the other order of bytes */
    z_stream *unpack; /* NULL where it is not compressed */
    int ended;        /* all is inflated, its checksum right */
    size_t packed;    /* compressed bytes that are still in the file */
    unsigned char block[BLOCK];
} variable;

typedef struct {
    uint32_t type, count;
    int small; /* up to 4 bytes stand in the tag itself */
    unsigned char bytes[4];
} tag;

static uint32_t number_at(const unsigned char *b, int swapped)
{
    uint32_t x;
    memcpy(&x, b, sizeof x);
    return swapped ? __builtin_bswap32(x) : x;
}

/* Places inside compressed variables have no byte of their own in the file: their beginning stands for them. */
static size_t place(const variable *v)
{
    return v->unpack ? v->place : v->file->at;
}

/* Inflates `count` bytes, or fewer where the stream ends; *got tells. */
static sb_status inflate_some(sb_context *ctx, variable *v, size_t count, unsigned char *bytes, size_t *got)
{
    sb_status st = SB_OK;
    v->unpack->next_out = bytes;
    v->unpack->avail_out = (unsigned)count;
    while (!v->ended && v->unpack->avail_out > 0) {
        if (v->unpack->avail_in == 0) {
            const size_t next = v->packed < BLOCK ? v->packed : BLOCK;
            SB_IMAGE_REQUIRE(next > 0, v->file, v->place, "the compressed variable is cut off");
            SB_TRY(sb_image_file_read(ctx, v->file, "a compressed variable", next, v->block));
            v->packed -= next;
            v->unpack->next_in = v->block;
            v->unpack->avail_in = (unsigned)next;
        }
        const int code = inflate(v->unpack, Z_NO_FLUSH);
        SB_IMAGE_REQUIRE(code == Z_OK || code == Z_STREAM_END, v->file, v->place, "the compressed variable is damaged (%s)",
                         v->unpack->msg ? v->unpack->msg : zError(code));
        v->ended = code == Z_STREAM_END;
    }
    *got = count - v->unpack->avail_out;
done:
    return st;
}

static sb_status take(sb_context *ctx, variable *v, const char *what, size_t count, unsigned char *bytes)
{
    sb_status st = SB_OK;
    size_t got = count;
    SB_IMAGE_REQUIRE(count <= v->room, v->file, place(v), "the variable ends inside %s", what);
    if (v->unpack) SB_TRY(inflate_some(ctx, v, count, bytes, &got));
    else SB_TRY(sb_image_file_read(ctx, v->file, what, count, bytes));
    SB_IMAGE_REQUIRE(got == count, v->file, v->place, "the compressed variable ends inside %s", what);
    v->room -= count;
done:
    return st;
}

static sb_status pass_over(sb_context *ctx, variable *v, const char *what, size_t count)
{
    sb_status st = SB_OK;
    unsigned char bytes[BLOCK];
    while (count > 0) {
        const size_t piece = count < BLOCK ? count : BLOCK;
        SB_TRY(take(ctx, v, what, piece, bytes));
        count -= piece;
    }
done:
    return st;
}

static sb_status take_tag(sb_context *ctx, variable *v, const char *what, tag *t)
{
    sb_status st = SB_OK;
    unsigned char b[8];
    SB_TRY(take(ctx, v, what, sizeof b, b));
    const uint32_t first = number_at(b, v->swapped);
    t->small = first >> 16 != 0;
    t->type = t->small ? first & 0xffff : first;
    t->count = t->small ? first >> 16 : number_at(b + 4, v->swapped);
    memcpy(t->bytes, b + 4, 4);
    SB_IMAGE_REQUIRE(!t->small || t->count <= 4, v->file, place(v), "%s: a tag cannot hold %u bytes", what, (unsigned)t->count);
    SB_IMAGE_REQUIRE(t->small || t->count <= v->room, v->file, place(v), "%s of %u bytes; the variable has %zu left", what,
                     (unsigned)t->count, v->room);
done:
    return st;
}

static size_t filling(const tag *t)
{
    return t->small ? 0 : (8 - t->count % 8) % 8;
}

static sb_status take_class(sb_context *ctx, variable *v, sb_mat_array *array)
{
    sb_status st = SB_OK;
    unsigned char b[8];
    tag t;
    SB_TRY(take_tag(ctx, v, "the flags", &t));
    SB_IMAGE_REQUIRE(t.type == MAT_T_UINT32 && t.count == 8, v->file, place(v), "the variable does not begin with flags");
    SB_TRY(take(ctx, v, "the flags", sizeof b, b));
    const uint32_t flags = number_at(b, v->swapped);
    array->class = (int)(flags & 0xff);
    SB_IMAGE_REQUIRE(array->class >= MAT_C_DOUBLE && array->class <= MAT_C_UINT64 && !(flags >> 8 & FLAG_COMPLEX), v->file,
                     place(v), "a variable of class %d%s; only arrays of real numbers can be read", array->class,
                     flags >> 8 & FLAG_COMPLEX ? ", complex" : "");
done:
    return st;
}

static sb_status take_sizes(sb_context *ctx, variable *v, sb_mat_array *array)
{
    sb_status st = SB_OK;
    unsigned char b[4 * SB_MAT_MAX_RANK];
    tag t;
    SB_TRY(take_tag(ctx, v, "the dimensions", &t));
    SB_IMAGE_REQUIRE(t.type == MAT_T_INT32 && t.count % 4 == 0 && t.count >= 8 && t.count <= sizeof b, v->file, place(v),
                     "the variable does not say 2 to %d dimensions after its flags", SB_MAT_MAX_RANK);
    SB_TRY(take(ctx, v, "the dimensions", t.count, b));
    SB_TRY(pass_over(ctx, v, "the dimensions", filling(&t)));
    array->rank = (int)(t.count / 4);
    array->count = 1;
    for (int i = 0; i < array->rank; i++) {
        const uint32_t size = number_at(b + 4 * i, v->swapped);
        SB_IMAGE_REQUIRE(size <= INT32_MAX, v->file, place(v), "a dimension of %d", (int)(int32_t)size);
        SB_IMAGE_REQUIRE(size == 0 || array->count <= UINT32_MAX / size, v->file, place(v),
                         "the variable has 2^32 numbers or more");
        array->size[i] = size;
        array->count *= size;
    }
done:
    return st;
}

static sb_status take_name(sb_context *ctx, variable *v, char name[SB_MAT_MAX_NAME + 1])
{
    sb_status st = SB_OK;
    unsigned char b[SB_MAT_MAX_NAME];
    tag t;
    SB_TRY(take_tag(ctx, v, "the name", &t));
    SB_IMAGE_REQUIRE(t.type == MAT_T_INT8 && t.count >= 1 && t.count <= SB_MAT_MAX_NAME, v->file, place(v),
                     "the variable does not say its name after its dimensions");
    if (t.small) memcpy(b, t.bytes, t.count);
    else SB_TRY(take(ctx, v, "the name", t.count, b));
    SB_TRY(pass_over(ctx, v, "the name", filling(&t)));
    for (uint32_t i = 0; i < t.count; i++) {
        SB_IMAGE_REQUIRE(b[i] == '_' || (isascii(b[i]) && isalnum(b[i])), v->file, place(v),
                         "the variable's name has a byte %02x; letters, digits and _ make names", b[i]);
        name[i] = (char)b[i];
    }
    name[t.count] = '\0';
done:
    return st;
}

/* Numbers may be stored in a smaller type than that of the array. */
static size_t stored_size(uint32_t type)
{
    switch (type) {
    case MAT_T_INT8:
    case MAT_T_UINT8: return 1;
    case MAT_T_INT16:
    case MAT_T_UINT16: return 2;
    case MAT_T_INT32:
    case MAT_T_UINT32:
    case MAT_T_SINGLE: return 4;
    case MAT_T_DOUBLE:
    case MAT_T_INT64:
    case MAT_T_UINT64: return 8;
    default: return 0;
    }
}

static sb_status pass_numbers(sb_context *ctx, variable *v, const char *name, const sb_mat_array *array)
{
    sb_status st = SB_OK;
    tag t;
    SB_TRY(take_tag(ctx, v, "the numbers", &t));
    const size_t each = stored_size(t.type);
    SB_IMAGE_REQUIRE(each > 0, v->file, place(v), "%s: numbers cannot be stored as type %u", name, (unsigned)t.type);
    SB_IMAGE_REQUIRE(array->count <= UINT32_MAX / each && t.count == array->count * each, v->file, place(v),
                     "%s: %u bytes for %zu numbers of %zu", name, (unsigned)t.count, array->count, each);
    if (!t.small) SB_TRY(pass_over(ctx, v, "the numbers", t.count + filling(&t)));
    SB_IMAGE_REQUIRE(v->room == 0, v->file, place(v), "%s: %zu bytes follow the numbers", name, v->room);
done:
    return st;
}

/* The matrix inside a compressed variable has a tag of its own; after it the stream must end, its checksum right. */
static sb_status open_packed(sb_context *ctx, variable *v)
{
    sb_status st = SB_OK;
    unsigned char b[8];
    v->packed = v->room;
    v->room = sizeof b;
    SB_TRY(take(ctx, v, "its tag", sizeof b, b));
    const uint32_t type = number_at(b, v->swapped);
    SB_IMAGE_REQUIRE(type == MAT_T_MATRIX, v->file, v->place, "the compressed element is of type %u, no matrix", (unsigned)type);
    v->room = number_at(b + 4, v->swapped);
done:
    return st;
}

static sb_status close_packed(sb_context *ctx, variable *v)
{
    sb_status st = SB_OK;
    unsigned char more;
    size_t got;
    SB_TRY(inflate_some(ctx, v, 1, &more, &got));
    SB_IMAGE_REQUIRE(got == 0, v->file, v->place, "the compressed variable goes on after its matrix");
    SB_TRY(sb_image_file_skip(ctx, v->file, "a compressed variable", v->packed));
done:
    return st;
}

static sb_status pass_variable(sb_context *ctx, variable *v, int n, const char *const *wanted, sb_mat_array *found)
{
    sb_status st = SB_OK;
    char name[SB_MAT_MAX_NAME + 1];
    sb_mat_array array = {.place = v->place};
    if (v->unpack) SB_TRY(open_packed(ctx, v));
    SB_TRY(take_class(ctx, v, &array));
    SB_TRY(take_sizes(ctx, v, &array));
    SB_TRY(take_name(ctx, v, name));
    SB_TRY(pass_numbers(ctx, v, name, &array));
    if (v->unpack) SB_TRY(close_packed(ctx, v));
    for (int i = 0; i < n; i++)
        if (found[i].place == 0 && strcmp(name, wanted[i]) == 0) found[i] = array;
done:
    return st;
}

static sb_status read_header(sb_context *ctx, sb_image_file *file, int *swapped)
{
    sb_status st = SB_OK;
    unsigned char header[128];
    uint16_t version, order;
    SB_TRY(sb_image_file_read(ctx, file, "the header", sizeof header, header));
    memcpy(&version, header + 124, 2);
    memcpy(&order, header + 126, 2);
    *swapped = order == ('I' << 8 | 'M');
    if (*swapped) version = __builtin_bswap16(version);
    SB_IMAGE_REQUIRE(*swapped || order == ('M' << 8 | 'I'), file, 126, "no MAT-file of version 5: neither IM nor MI stands here");
    SB_IMAGE_REQUIRE(version == 0x100, file, 124, "a MAT-file of version %x; version 5 (100 here) can be read", version);
done:
    return st;
}

sb_status sb_mat_survey(sb_context *ctx, const char *path, int n, const char *const *name, sb_mat_array *array, size_t *length)
{
    sb_status st = SB_OK;
    sb_image_file file = {0};
    z_stream unpack = {0};
    int swapped;
    for (int i = 0; i < n; i++) array[i] = (sb_mat_array){0};
    SB_TRY(sb_image_file_open(ctx, path, &file));
    SB_IMAGE_REQUIRE(gzdirect(file.stream), &file, 0, "a gzip file, which a MAT-file is not; gunzip it first");
    SB_REQUIRE(inflateInit(&unpack) == Z_OK, SB_ENOMEM, "out of memory for reading %s", path);
    SB_TRY(read_header(ctx, &file, &swapped));
    while (file.at < file.length) {
        unsigned char b[8];
        variable v = {.file = &file, .place = file.at, .swapped = swapped};
        SB_TRY(sb_image_file_read(ctx, &file, "the tag of a variable", sizeof b, b));
        const uint32_t type = number_at(b, swapped);
        v.room = number_at(b + 4, swapped);
        SB_IMAGE_REQUIRE(type == MAT_T_MATRIX || type == MAT_T_COMPRESSED, &file, v.place, "an element of type %u, no variable",
                         (unsigned)type);
        SB_IMAGE_REQUIRE(v.room <= file.length - file.at, &file, file.length, "the file ends inside the variable of byte %zu",
                         v.place);
        inflateReset(&unpack);
        unpack.avail_in = 0;
        if (type == MAT_T_COMPRESSED) v.unpack = &unpack;
        SB_TRY(pass_variable(ctx, &v, n, name, array));
    }
    *length = file.length;
done:
    inflateEnd(&unpack);
    sb_image_file_close(&file);
    return st;
}
