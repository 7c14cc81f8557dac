/* Thousands of damaged files of every format, the same ones each time: every reader ends with images or with a message, in little memory.
 * `make fuzz` goes on from here where clang is installed (tests/fuzz). */
#include "harness.h"

#include "base/random.h"
#include "image_trial.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

enum { SPARE = 64, MEMORY = 64 << 20 };

static uint32_t draw(sb_stream *s, uint32_t below)
{
    uint32_t word[4];
    sb_stream_words(s, word);
    return word[0] % below;
}

/* A place, more often near the file's beginning or after `second`, where headers stand. */
static size_t somewhere(sb_stream *s, size_t count, size_t second)
{
    const size_t start = draw(s, 2) && second < count ? second : 0, near = count - start < 80 ? count - start : 80;
    return draw(s, 4) ? start + draw(s, (uint32_t)near) : draw(s, (uint32_t)count);
}

/* Up to four changes: cut, flipped, overwritten by numbers that hurt, moved about, longer. `file` has SPARE bytes of room behind. */
static void damage(sb_stream *s, image_bytes *file, size_t second)
{
    static const uint32_t hurts[] = {0, 1, 2, 0xff, 0x7fff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff};
    for (uint32_t left = 1 + draw(s, 4); left > 0 && file->count > 0; left--) {
        const size_t at = somewhere(s, file->count, second), other = somewhere(s, file->count, second);
        const size_t room = file->count - (at > other ? at : other), length = room < 16 ? room : 16;
        uint32_t number = hurts[draw(s, sizeof hurts / sizeof *hurts)];
        switch (draw(s, 8)) {
        case 0: file->count = draw(s, 3) ? file->count - at % 12 % file->count : at; break;
        case 1: file->bytes[at] ^= (unsigned char)(1u << draw(s, 8)); break;
        case 2: file->bytes[at] = (unsigned char)number; break;
        case 3: number = __builtin_bswap32(number); /* fall through */
        case 4: memcpy(file->bytes + at, &number, file->count - at < 4 ? file->count - at : 4); break;
        case 5: file->bytes[at] = (unsigned char)(file->bytes[at] + draw(s, 17) - 8); break;
        case 6: memmove(file->bytes + at, file->bytes + other, length); break;
        default: file->count += left == 1 ? draw(s, SPARE) : 0;
        }
    }
}

static image_bytes copy(image_bytes file)
{
    image_bytes other = {calloc(file.count + SPARE, 1), file.count};
    if (file.count > 0) memcpy(other.bytes, file.bytes, file.count);
    return other;
}

/* Variables of a MAT-file, the second of which begins at `second`, compressed after they were damaged. */
static image_bytes packed(image_bytes file, size_t second)
{
    image_bytes other = {calloc(file.count + 512, 1), 128};
    memcpy(other.bytes, file.bytes, file.count < 128 ? file.count : 128);
    for (size_t start = 128; start < file.count;) {
        const size_t end = start < second && second < file.count ? second : file.count;
        uLongf length = file.count + 512 - other.count - 8;
        compress2(other.bytes + other.count + 8, &length, file.bytes + start, end - start, 1);
        const uint32_t tag[2] = {MAT_T_COMPRESSED, (uint32_t)length};
        memcpy(other.bytes + other.count, tag, 8);
        other.count += 8 + length;
        start = end;
    }
    free(file.bytes);
    return other;
}

/* Data pages may grow by MEMORY from here on. (A sanitizer's own would not pass.) */
static void limit_memory(struct rlimit *before)
{
    getrlimit(RLIMIT_DATA, before);
#ifndef __SANITIZE_ADDRESS__
    long pages[6] = {0};
    FILE *f = fopen("/proc/self/statm", "r");
    if (f && fscanf(f, "%ld %ld %ld %ld %ld %ld", pages, pages + 1, pages + 2, pages + 3, pages + 4, pages + 5) == 6) {
        const rlim_t now = (rlim_t)pages[5] * (rlim_t)sysconf(_SC_PAGESIZE);
        setrlimit(RLIMIT_DATA, &(struct rlimit){now + MEMORY, before->rlim_max});
    }
    if (f) fclose(f);
#endif
}

/* `images` and `labels` are freed. Some of the damaged files must still be read, most must not. */
static void trials(trial_format format, image_bytes images, image_bytes labels, size_t second, int pack, int count)
{
    struct rlimit before;
    int read = 0, ok;
    limit_memory(&before);
    CHECK(image_trial(format, images, labels, &ok) == NULL && ok);
    for (int i = 0; i < count; i++) {
        sb_stream s = sb_stream_at(2385, SB_DRAW_TEST, 0, (uint32_t)format, (uint32_t)i, (uint32_t)pack);
        image_bytes a = copy(images), b = copy(labels);
        if (b.count == 0 || draw(&s, 4)) damage(&s, &a, second);
        if (b.count > 0 && draw(&s, 2)) damage(&s, &b, b.count);
        if (pack) a = packed(a, second);
        const char *wrong = image_trial(format, a, b, &ok);
        if (wrong) {
            char text[128];
            snprintf(text, sizeof text, "format %d, packed %d, file %d: %s", format, pack, i, wrong);
            CU_assertImplementation(CU_FALSE, __LINE__, text, __FILE__, "", CU_FALSE);
        }
        read += ok;
        free(a.bytes);
        free(b.bytes);
    }
    CHECK(read > count / 50 && read < count - count / 50);
    free(images.bytes);
    free(labels.bytes);
    setrlimit(RLIMIT_DATA, &before);
}

static void test_idx(void)
{
    trials(TRIAL_IDX, idx_images(5, 7, 3), idx_labels(5), SIZE_MAX, 0, 4000);
}

static void test_idx_packed(void)
{
    trials(TRIAL_IDX, gzipped(idx_images(5, 7, 3)), gzipped(idx_labels(5)), SIZE_MAX, 0, 4000);
}

static void test_cifar(void)
{
    trials(TRIAL_CIFAR10, cifar_records(2, 1), (image_bytes){0}, 3073, 0, 3000);
    trials(TRIAL_CIFAR100, cifar_records(2, 2), (image_bytes){0}, 3074, 0, 3000);
}

/* Plain, compressed after the damage, damaged after compression. */
static void test_svhn(void)
{
    enum { Y = 128 + 64 + 2 * 3072 };
    trials(TRIAL_SVHN, svhn_arrays(2, MAT_C_INT16, MAT_COMPRESSION_NONE), (image_bytes){0}, Y, 0, 4000);
    trials(TRIAL_SVHN, svhn_arrays(2, MAT_C_DOUBLE, MAT_COMPRESSION_NONE), (image_bytes){0}, Y, 1, 4000);
    image_bytes small = svhn_arrays(2, MAT_C_UINT8, MAT_COMPRESSION_ZLIB);
    uint32_t X;
    memcpy(&X, small.bytes + 132, 4);
    trials(TRIAL_SVHN, small, (image_bytes){0}, 136 + X, 0, 4000);
}

/* Headers that promise 4 billion images, or one image of 4 billion rows, have no room to fill. */
static void test_promises(void)
{
    struct rlimit before;
    int read;
    limit_memory(&before);
    for (int at = 4; at <= 12; at += 4) {
        image_bytes file = gzipped(idx_images(5, 7, 3)), plain = idx_images(5, 7, 3), labels = idx_labels(5);
        memset(plain.bytes + at, 0xff, 4);
        CHECK(image_trial(TRIAL_IDX, plain, labels, &read) == NULL && !read);
        plain = gzipped(plain);
        CHECK(image_trial(TRIAL_IDX, plain, labels, &read) == NULL && !read);
        memset(labels.bytes + 4, 0xff, 4);
        CHECK(image_trial(TRIAL_IDX, file, labels, &read) == NULL && !read);
        free(file.bytes);
        free(plain.bytes);
        free(labels.bytes);
    }
    setrlimit(RLIMIT_DATA, &before);
}

int main(void)
{
    static const sb_test tests[] = {
        {"sizes that no file holds", test_promises},
        {"IDX", test_idx},
        {"IDX, compressed", test_idx_packed},
        {"CIFAR", test_cifar},
        {"SVHN", test_svhn},
    };
    return sb_test_main("images that are damaged", tests, sizeof tests / sizeof *tests);
}
