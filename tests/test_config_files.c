/* Files that are no configuration, and texts that were damaged at random: always an error with a place, in bounded time and memory.
 */
#include "base/random.h"
#include "config/config.h"
#include "config/source.h"
#include "harness.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[] = "/tmp/scorebound-config-XXXXXX";

static sb_status load(sb_context *ctx, const char *file)
{
    sb_config config;
    sb_context_init(ctx, 1);
    const sb_status st = sb_config_load(ctx, file, 0, NULL, &config);
    sb_config_free(&config);
    return st;
}

/* Writes the bytes to the file, loads it, and compares the start of the message behind the file's name. */
static void expect(const char *bytes, size_t length, const char *message)
{
    sb_context ctx;
    char note[1400];
    FILE *file = fopen(path, "wb");
    if (!file) {
        CU_FAIL("cannot write the test's file");
        return;
    }
    fwrite(bytes, 1, length, file);
    fclose(file);
    const sb_status st = load(&ctx, path);
    const int ok = st == SB_EUSER && strncmp(ctx.error.message, path, strlen(path)) == 0 &&
                   strncmp(ctx.error.message + strlen(path), message, strlen(message)) == 0;
    snprintf(note, sizeof note, "want \"%s\", got %s \"%s\"", message, sb_status_name(st), ctx.error.message);
    CU_assertImplementation(ok, (unsigned)__LINE__, note, __FILE__, "", CU_FALSE);
}

static void test_good_file(void)
{
    sb_context ctx;
    FILE *file = fopen(path, "wb");
    if (file) {
        fputs(sb_config_default_yaml(), file);
        fclose(file);
    }
    CHECK(load(&ctx, path) == SB_OK);
    CHECK(load(&ctx, NULL) == SB_OK);
}

static void test_unreadable(void)
{
    sb_context ctx;
    CHECK(load(&ctx, "/no/such/file.yaml") == SB_EUSER);
    CHECK(strcmp(ctx.error.message, "/no/such/file.yaml:1:1: error: cannot open the file: No such file or directory") == 0);
    CHECK(load(&ctx, "/tmp") == SB_EUSER);
    CHECK(strcmp(ctx.error.message, "/tmp:1:1: error: cannot read the file: Is a directory") == 0);
    CHECK(load(&ctx, "/dev/zero") == SB_EUSER);
    CHECK(strcmp(ctx.error.message, "/dev/zero:1:1: error: the file is longer than 16 MiB") == 0);
    if (geteuid() != 0) {
        chmod(path, 0);
        CHECK(load(&ctx, path) == SB_EUSER);
        CHECK(strstr(ctx.error.message, "cannot open the file: Permission denied") != NULL);
        chmod(path, 0600);
    }
}

static void test_empty(void)
{
    expect("", 0, ":1:1: error: no configuration: the text is empty or has only comments");
    expect("\n", 1, ":1:1: error: no configuration");
    expect("# one\n# two", 11, ":1:1: error: no configuration");
    expect("\xef\xbb\xbf", 3, ":1:1: error: no configuration");
    expect("\0", 1, ":1:1: error: a character that is not text: U+0000");
    expect("seed: 1\nx\0y", 11, ":2:2: error: a character that is not text: U+0000");
}

/* A path of any length leaves room for line and column. */
static void test_long_name(void)
{
    char name[3000];
    sb_context ctx;
    sb_config config;
    memset(name, 'd', sizeof name);
    name[sizeof name - 1] = '\0';
    sb_context_init(&ctx, 1);
    CHECK(sb_config_parse(&ctx, name, "seed: x\n", 8, 0, NULL, &config) == SB_EUSER);
    CHECK(strncmp(ctx.error.message, "...ddd", 6) == 0 && strstr(ctx.error.message, "ddd:1:7: error: 'seed' must be") != NULL);
}

static char *repeated(const char *unit, size_t bytes)
{
    const size_t step = strlen(unit);
    char *text = malloc(bytes + 1);
    for (size_t i = 0; text && i < bytes; i++) text[i] = unit[i % step];
    return text;
}

static void test_huge(void)
{
    enum { MANY = 10 << 20 };
    static const struct {
        const char *unit, *message;
    } cases[] = {
        {"[", ":1:65: error: brackets are nested more than 64 deep"},
        {"{a: ", ":1:257: error: brackets are nested more than 64 deep"},
        {"[ # ]\n", ":65:1: error: brackets are nested more than 64 deep"},
        {"x", ":1:1048577: error: the line is longer than 1 MiB; break it"},
        {"- ", ":1:1048577: error: the line is longer than 1 MiB; break it"},
        {"*a\n", ":1:1: error: anchors, aliases and tags are not used here"},
        {"%T\n", ":1:1: error: directives are not used here"},
        {"---\n", ":2:1: error: a second document; only one is read"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = repeated(cases[i].unit, MANY);
        if (text) expect(text, MANY, cases[i].message);
        free(text);
    }
    char *noise = malloc(MANY);
    sb_stream stream = sb_stream_at(1, SB_DRAW_TEST, 0, 0, 0, 0);
    for (size_t i = 0; noise && i < MANY; i += 4) {
        uint32_t words[4];
        sb_stream_words(&stream, words);
        memcpy(noise + i, words, 4);
    }
    if (noise) expect(noise, MANY, ":1:");
    free(noise);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    CHECK(usage.ru_maxrss < 1 << 20); /* KiB */
}

/* Nesting that brackets do not show, and the deepest that is allowed. */
static void test_nesting(void)
{
    char text[4096];
    size_t used = 0;
    for (int depth = 0; depth < 70; depth++) used += (size_t)snprintf(text + used, sizeof text - used, "%*sa:\n", depth, "");
    expect(text, used, ":65:65: error: nested more than 64 deep");
    for (used = 0; used < 140; used += 2) memcpy(text + used, "- ", 3);
    expect(text, used, ":1:129: error: nested more than 64 deep");
    for (used = 0; used < 63; used++) text[used] = '[';
    expect(text, used, ":2:1: error: flow sequence without a closing bracket");
}

/* The parser's own complaints come back as text and never reach the standard error. */
static void test_silence(void)
{
    static char log[] = "/tmp/scorebound-stderr-XXXXXX";
    const int fd = mkstemp(log), saved = dup(STDERR_FILENO);
    CHECK(fd >= 0 && saved >= 0);
    fflush(stderr);
    dup2(fd, STDERR_FILENO);
    expect("a: [1\nb: }\n", 11, ":");
    expect("a: 'x\n", 6, ":");
    expect("%YAML 9.9\n---\na: 1\n", 19, ":");
    expect("a: 1\na: 1\n", 10, ":");
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    CHECK(lseek(fd, 0, SEEK_END) == 0);
    close(saved);
    close(fd);
    unlink(log);
}

static const char *const pieces[] = {"[",        "]",    "{",    "}",    ":",      ": ",    "- ",    "\n",    "\"",    "'",
                                     "#",        " #",   "&a ",  "*a",   "!!int ", "|\n",   ">\n  ", "---\n", "...\n", "? ",
                                     "%",        "<<: ", "~",    ",",    ", ",     "1e999", "-1",    "0",     "\t",    "\r",
                                     "\xc3\xa9", "\xff", "null", "keep", "\\x00",  "@",     "`"};

/* One to four changes at random places: a byte replaced, bytes removed, a piece of YAML put in, a stretch of the text repeated. */
static size_t damage(sb_stream *stream, const char *original, char *text, size_t size)
{
    size_t length = strlen(original);
    uint32_t w[4];
    memcpy(text, original, length);
    sb_stream_words(stream, w);
    for (uint32_t left = 1 + w[0] % 4; left > 0; left--) {
        sb_stream_words(stream, w);
        const size_t at = w[0] % (length + 1), rest = length - at, span = w[2] % 40 < rest ? w[2] % 40 : rest;
        const char *piece = pieces[w[3] % (sizeof pieces / sizeof *pieces)];
        const size_t more = strlen(piece);
        if (w[1] % 4 == 0 && rest > 0) text[at] = (char)w[2];
        if (w[1] % 4 == 1) {
            memmove(text + at, text + at + span, rest - span);
            length -= span;
        }
        if (w[1] % 4 == 2 && length + more < size) {
            memmove(text + at + more, text + at, rest);
            memcpy(text + at, piece, more);
            length += more;
        }
        if (w[1] % 4 == 3 && length + span < size) {
            memmove(text + at + span, text + at, rest);
            length += span;
        }
    }
    return length;
}

static void fuzz(const char *original, uint32_t which, int rounds)
{
    enum { SIZE = 1 << 13 };
    char text[SIZE];
    int good = 0, bad = 0;
    sb_stream stream = sb_stream_at(2, SB_DRAW_TEST, 0, which, 0, 0);
    for (int i = 0; i < rounds; i++) {
        sb_context ctx;
        sb_config config;
        const size_t length = damage(&stream, original, text, SIZE);
        char *exact = malloc(length ? length : 1); /* without a byte to spare, so that reading past the end shows */
        if (!exact) break;
        memcpy(exact, text, length);
        sb_context_init(&ctx, 1);
        const sb_status st = sb_config_parse(&ctx, "fuzz", exact, length, 0, NULL, &config);
        const int told = st == SB_EUSER && strncmp(ctx.error.message, "fuzz:", 5) == 0 && strstr(ctx.error.message, ": error: ");
        good += st == SB_OK;
        bad += told;
        if (st != SB_OK && !told) {
            printf("# %s: %s\n# %.*s\n", sb_status_name(st), ctx.error.message, (int)length, exact);
            CU_FAIL("neither accepted nor refused with a place");
        }
        sb_config_free(&config);
        free(exact);
    }
    printf("# %d accepted, %d refused\n", good, bad);
    CHECK(good > 0 && bad > rounds / 5);
}

static void test_fuzz_default(void)
{
    fuzz(sb_config_default_yaml(), 1, 3000);
}

static void test_fuzz_components(void)
{
    fuzz("data:\n  kind: gaussian-mixture\n  workers: 2\n  components:\n"
         "    - {weight: 0.25, mean: [1, 2], covariance: [[2, 0.5], [0.5, 1]]}\n"
         "    - {weight: 0.75, mean: [1, 2], covariance: [2, 3]}\n"
         "  partition: {kind: explicit, weights: [[0.5, 0.5], [1, 0]]}\n"
         "diffusion: {K: 5}\npruning: {kind: file, file: \"x\\ty.npy\"}\nmeasure: {kl: [chain]}\n",
         2, 3000);
}

static const sb_test tests[] = {{"a good file", test_good_file},
                                {"unreadable files", test_unreadable},
                                {"empty files", test_empty},
                                {"long names", test_long_name},
                                {"huge files", test_huge},
                                {"nesting", test_nesting},
                                {"nothing on the standard error", test_silence},
                                {"damaged default run", test_fuzz_default},
                                {"damaged components", test_fuzz_components}};

int main(void)
{
    const int fd = mkstemp(path);
    if (fd < 0) return 99;
    close(fd);
    const int failed = sb_test_main("config files", tests, sizeof tests / sizeof *tests);
    unlink(path);
    return failed;
}
