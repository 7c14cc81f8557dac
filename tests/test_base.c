/* Contexts and errors, memory, numbers and their intervals, hashes, files, .npy. */
#include "harness.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/npy.h"
#include "base/number.h"
#include "base/stratum.h"
#include "base/random.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static sb_context context;

static sb_status inner(sb_context *ctx, int fail)
{
    sb_status st = SB_OK;
    SB_REQUIRE(!fail, SB_EDOM, "value %g is not in (0,1)", 2.385);
done:
    return st;
}

static sb_status outer(sb_context *ctx, int fail)
{
    sb_status st = SB_OK;
    SB_TRY(inner(ctx, fail));
done:
    return st;
}

static void test_errors(void)
{
    sb_context *ctx = &context;
    CHECK(outer(ctx, 0) == SB_OK);
    CHECK(outer(ctx, 1) == SB_EDOM);
    CHECK(strcmp(ctx->error.message, "value 2.385 is not in (0,1)") == 0);
    CHECK(strstr(ctx->error.trace, "inner:") && strstr(ctx->error.trace, "outer:"));
    CHECK(sb_fail(ctx, SB_EIO, "f", 1, "second") == SB_EIO);
    CHECK(strstr(ctx->error.message, "2.385") != NULL); /* the first failure stays */
    sb_forgive(ctx);
    CHECK(ctx->error.status == SB_OK && !*ctx->error.message && !*ctx->error.trace);
    CHECK(strcmp(sb_status_name(SB_EUSER), "EUSER") == 0);
    CHECK(strcmp(sb_status_name((sb_status)99), "unknown") == 0);
    sb_context_init(ctx, 0);
    CHECK(ctx->threads >= 1 && ctx->error.status == SB_OK);
    CHECK(!sb_context_stopped(ctx));
    volatile sig_atomic_t stop = 1;
    ctx->stop = &stop;
    CHECK(sb_context_stopped(ctx));
    ctx->stop = NULL;
}

static void test_memory(void)
{
    double *x = sb_array_alloc(37, sizeof *x, 1);
    CHECK(x && (uintptr_t)x % 64 == 0 && x[36] == 0.0);
    sb_free(x);
    sb_free(NULL);
    CHECK(sb_array_alloc(SIZE_MAX / 4, 8, 0) == NULL);   /* the product overflows */
    CHECK(sb_array_alloc(SIZE_MAX / 32, 16, 0) == NULL); /* nobody has that much */
    x = sb_array_alloc(0, 8, 0);
    CHECK(x != NULL);
    sb_free(x);
}

/* t quantiles from tables: t_{0.975,3}, t_{0.95,7}. */
static void test_student(void)
{
    CHECK_CLOSE(sb_student_t(0.95, 3.0), 3.18244630528371, 1e-10);
    CHECK_CLOSE(sb_student_t(0.90, 7.0), 1.89457860509001, 1e-10);
    CHECK_CLOSE(sb_student_t(0.95, 1e9), 1.95996398454005, 1e-7);
}

static void test_numbers(void)
{
    const double values[4] = {2.385, -1.125, 0.75, 4.5};
    const double mean = 1.6275, half = 3.18244630528371 * sqrt(5.723775 / 4.0);
    const sb_number x = sb_number_from_values(values, 4, 0.95);
    CHECK_CLOSE(x.value, mean, 1e-15);
    CHECK_CLOSE(x.hi - x.lo, 2.0 * half, 1e-10);
    CHECK(x.status == SB_SAMPLED && x.samples == 4.0 && x.confidence == 0.95);
    const sb_number one = sb_number_from_values(values, 1, 0.95);
    CHECK(one.value == 2.385 && isinf(one.lo) && isinf(one.hi));
    const sb_number wide = sb_number_at(x, 0.99); /* t_{0.995,3} = 5.8409093097 */
    CHECK_CLOSE(wide.hi - wide.value, half * 5.84090930973335 / 3.18244630528371, 1e-10);
    CHECK(wide.confidence == 0.99 && sb_number_at(sb_number_exact(2.0), 0.99).hi == 2.0);
    const sb_number flipped = sb_number_scale(x, -2.0, 1.0);
    CHECK_CLOSE(flipped.value, 1.0 - 2.0 * mean, 1e-14);
    CHECK_CLOSE(flipped.lo, 1.0 - 2.0 * x.hi, 1e-14);
    const sb_number sum = sb_number_add(x, x); /* independent by contract: in quadrature */
    CHECK_CLOSE(sum.hi - sum.value, sqrt(2.0) * half, 1e-10);
    const sb_number certified = sb_number_certified(-3.5, 0.25), both = sb_number_add(x, certified);
    CHECK_CLOSE(both.hi - both.value, half + 0.25, 1e-10);
    CHECK(both.status == SB_SAMPLED);
    CHECK(sb_number_add(sb_number_exact(1.5), certified).status == SB_CERTIFIED);
    CHECK(sb_number_max(sb_number_exact(-2.0), sb_number_assumed(-1.5)).value == -1.5);
    CHECK(strcmp(sb_number_status_name(SB_LOWER_ESTIMATE), "lower-estimate") == 0);
}

/* Four batches of two after one value left out; too few of either is not a number. */
static void test_batch_means(void)
{
    const double values[9] = {1e9, 2.385, 0.615, -1.0, 3.5, 0.25, 0.75, 4.0, 2.5}, means[4] = {1.5, 1.25, 0.5, 3.25};
    const sb_number x = sb_number_batch_means(values, 9, 4, 0.9), y = sb_number_from_values(means, 4, 0.9);
    CHECK_CLOSE(x.value, y.value, 1e-14);
    CHECK_CLOSE(x.hi, y.hi, 1e-14);
    CHECK(x.samples == 4.0 && x.status == SB_SAMPLED);
    CHECK(isnan(sb_number_batch_means(values, 9, 1, 0.9).value) && isnan(sb_number_batch_means(values, 3, 4, 0.9).value));
}

static void test_strata(void)
{
    const sb_number measured[5] = {{7.5, 7.0, 8.0, 0.95, 9, SB_SAMPLED},
                                   sb_number_exact(2.385),
                                   sb_number_exact(1.125),
                                   sb_number_exact(3.0),
                                   sb_number_exact(1.0)};
    const double size[5] = {1, 2, 4, 3, 3};
    /* one pair: 4^2 (2.385 - 1.125)^2 at t_{0.975,1}, and half a unit from the single item */
    const sb_number x = sb_number_strata(measured, size, 3, 0.95);
    CHECK_CLOSE(x.value, (7.5 + 2 * 2.385 + 4 * 1.125) / 7.0, 1e-14);
    CHECK_CLOSE(x.hi - x.value, hypot(0.5, 12.7062047361747 * 4.0 * 1.26) / 7.0, 1e-12);
    CHECK(x.samples == 2.0 && x.status == SB_SAMPLED);
    /* the second pair's estimate is 36: dof 3 (a+b)^2/(a^2+b^2) - 2, at most the two pairs */
    const double a = 16.0 * 1.26 * 1.26, b = 36.0, dof = fmin(2.0, 3.0 * (a + b) * (a + b) / (a * a + b * b) - 2.0);
    const sb_number y = sb_number_strata(measured, size, 5, 0.95);
    CHECK_CLOSE(y.hi - y.value, sqrt(0.25 + pow(sb_student_t(0.95, dof), 2.0) * (a + b)) / 13.0, 1e-12);
    /* an odd one out is compared with the one before it, even a single item; alone it says nothing */
    const sb_number odd = sb_number_strata(measured, size, 2, 0.95);
    CHECK_CLOSE(odd.hi - odd.value, hypot(0.5, 12.7062047361747 * 2.0 * (7.5 - 2.385)) / 3.0, 1e-12);
    CHECK(isinf(sb_number_strata(measured + 1, size + 1, 1, 0.95).hi));
    CHECK_CLOSE(sb_number_strata(measured, size, 1, 0.95).hi, 8.0, 1e-14);
    CHECK(isnan(sb_number_strata(measured, size, 0, 0.95).value));
}

/* 400 repetitions of a small experiment: a 95 % interval must cover in 92 to 98 % of them. */
static void test_coverage(void)
{
    int covered = 0;
    for (int i = 0; i < 400; i++) {
        sb_stream s = sb_stream_at(11, SB_DRAW_TEST, 0, 0, 0, (uint32_t)i);
        double x[5];
        sb_stream_normals(&s, 5, x);
        for (int j = 0; j < 5; j++) x[j] = 2.385 + 0.7 * x[j];
        const sb_number m = sb_number_from_values(x, 5, 0.95);
        covered += m.lo <= 2.385 && 2.385 <= m.hi;
    }
    CHECK(covered >= 368 && covered <= 392);
}

/* Published values of 64-bit FNV-1a. */
static void test_hash(void)
{
    CHECK(sb_hash(SB_HASH_START, "", 0) == UINT64_C(0xcbf29ce484222325));
    CHECK(sb_hash(SB_HASH_START, "a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
    CHECK(sb_hash(SB_HASH_START, "foobar", 6) == UINT64_C(0x85944171f73967e8));
    CHECK(sb_hash(sb_hash(SB_HASH_START, "foo", 3), "bar", 3) == UINT64_C(0x85944171f73967e8));
}

static void test_files(void)
{
    sb_context *ctx = &context;
    char *text = NULL;
    size_t count;
    CHECK_OK(ctx, sb_file_replace(ctx, "test_base.tmp.txt", "one", 3));
    CHECK_OK(ctx, sb_file_replace(ctx, "test_base.tmp.txt", "tw\0o", 4));
    CHECK_OK(ctx, sb_file_read(ctx, "test_base.tmp.txt", &text, &count));
    CHECK(count == 4 && memcmp(text, "tw\0o", 5) == 0);
    free(text);
    text = NULL;
    unlink("test_base.tmp.txt");
    CHECK_FAILS(ctx, sb_file_read(ctx, "test_base.tmp.txt", &text, &count), SB_EUSER, "test_base.tmp.txt");
    CHECK_FAILS(ctx, sb_file_read(ctx, "/tmp", &text, &count), SB_EUSER, "/tmp: error: cannot read: Is a directory");
    CHECK(text == NULL);
    CHECK_FAILS(ctx, sb_file_replace(ctx, "no/such/folder/x", "x", 1), SB_EIO, "no/such/folder");
}

static void write_npy(const char *version, const char *dict, size_t length, const void *data, size_t bytes)
{
    FILE *f = fopen("test_base.tmp.npy", "wb");
    fwrite("\x93NUMPY", 1, 6, f);
    fwrite(version, 1, 2, f);
    fputc((int)(length & 255), f);
    fputc((int)(length >> 8), f);
    fwrite(dict, 1, strlen(dict), f);
    fwrite(data, 1, bytes, f);
    fclose(f);
}

static void test_npy(void)
{
    sb_context *ctx = &context;
    const char *path = "test_base.tmp.npy", *good = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }\n";
    unsigned char *bytes = NULL;
    size_t rows, columns;
    write_npy("\1", good, strlen(good), "abcdef", 6);
    CHECK_OK(ctx, sb_npy_read_bytes(ctx, path, &rows, &columns, &bytes));
    CHECK(rows == 2 && columns == 3 && bytes && memcmp(bytes, "abcdef", 6) == 0);
    sb_free(bytes);
    static const struct {
        const char *dict, *data, *says;
    } bad[] = {
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }\n", "abcdef", "uint8 or bool"},
        {"{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }\n", "abcdef", "Fortran"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (6,), }\n", "abcdef", "two dimensions"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2, 3), }\n", "abcdef", "two dimensions"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3", "", "two dimensions"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (1099511627776, 8), }\n", "abcdef",
         "6 bytes of data, 8796093022208 expected"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (0, 3), }\n", "abcdef", "no elements"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (18446744073709551615, 3), }\n", "abcdef", "too many"},
        {"{'descr': '|u1', 'shape': (2, 3), }\n", "abcdef", "lacks"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }\n", "abcde", "5 bytes of data, 6 expected"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }\n", "abcdefg", "more data"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        write_npy("\1", bad[i].dict, strlen(bad[i].dict), bad[i].data, strlen(bad[i].data));
        CHECK_FAILS(ctx, sb_npy_read_bytes(ctx, path, &rows, &columns, &bytes), SB_EUSER, bad[i].says);
        CHECK(bytes == NULL);
    }
    write_npy("\7", good, strlen(good), "abcdef", 6);
    CHECK_FAILS(ctx, sb_npy_read_bytes(ctx, path, &rows, &columns, &bytes), SB_EUSER, "version 7");
    write_npy("\1", good, 300, "", 0);
    CHECK_FAILS(ctx, sb_npy_read_bytes(ctx, path, &rows, &columns, &bytes), SB_EUSER, "cut off");
    FILE *f = fopen(path, "wb");
    fputs("no numpy file", f);
    fclose(f);
    CHECK_FAILS(ctx, sb_npy_read_bytes(ctx, path, &rows, &columns, &bytes), SB_EUSER, "not a .npy file");
    unlink(path);
    CHECK_FAILS(ctx, sb_npy_read_bytes(ctx, path, &rows, &columns, &bytes), SB_EUSER, "No such file");
}

/* What stands in the file, byte by byte; our reader goes through it once the header calls the same bytes uint8. */
static void test_npy_write(void)
{
    enum { ROWS = 37, COLUMNS = 13, SIZE = ROWS * COLUMNS * 8 };
    sb_context *ctx = &context;
    const char *path = "test_base.tmp.npy", *dict = "{'descr': '<f8', 'fortran_order': False, 'shape': (37, 13), }";
    const char *as_bytes = "{'descr': '|u1', 'fortran_order': False, 'shape': (37,104), }";
    double x[ROWS * COLUMNS];
    unsigned char *bytes = NULL;
    char *file = NULL;
    size_t count = 0, rows, columns;
    for (int i = 0; i < ROWS * COLUMNS; i++) x[i] = 2.385 * i - 1e-3 * i * i;
    x[3] = -0.0;
    CHECK_OK(ctx, sb_npy_write(ctx, path, ROWS, COLUMNS, x));
    CHECK_OK(ctx, sb_file_read(ctx, path, &file, &count));
    CHECK(count == 128 + SIZE && memcmp(file, "\x93NUMPY\1\0\x76\0", 10) == 0);
    CHECK(memcmp(file + 10, dict, strlen(dict)) == 0 && strspn(file + 10 + strlen(dict), " ") == 117 - strlen(dict));
    CHECK(file[127] == '\n' && memcmp(file + 128, x, SIZE) == 0);
    CHECK_FAILS(ctx, sb_npy_read_bytes(ctx, path, &rows, &columns, &bytes), SB_EUSER, "not '<f8'");
    memcpy(file + 10, as_bytes, strlen(as_bytes));
    CHECK_OK(ctx, sb_file_replace(ctx, path, file, count));
    CHECK_OK(ctx, sb_npy_read_bytes(ctx, path, &rows, &columns, &bytes));
    CHECK(rows == ROWS && columns == 8 * COLUMNS && bytes && memcmp(bytes, x, SIZE) == 0);
    sb_free(bytes);
    free(file);

    CHECK_OK(ctx, sb_npy_write(ctx, path, 0, SIZE_MAX, x)); /* the longest header; it ends as the others do */
    CHECK_OK(ctx, sb_file_read(ctx, path, &file, &count));
    CHECK(count == 128 && strstr(file + 10, "'shape': (0, 18446744073709551615), } ") && file[127] == '\n');
    free(file);
    unlink(path);
    CHECK_FAILS(ctx, sb_npy_write(ctx, "no/such/folder/x.npy", 1, 2, x), SB_EIO, "no/such/folder");
}

/* Two strata by hand: 1, 2.5, 4.3 and 7, 7.4. The second array's numbers stand between. */
static void test_strata_sum(void)
{
    const double first[] = {1.0, 2.5, 4.3}, second[] = {7.0, 7.4};
    sb_stratum s[4] = {{0}};
    for (int i = 0; i < 3; i++) sb_stratum_add(&s[0], first[i]);
    for (int i = 0; i < 2; i++) sb_stratum_add(&s[2], second[i]);
    const double v1 = (2.56 + 0.01 + 2.89) / 2.0 / 3.0, v2 = 0.08 / 2.0; /* variances of the two means, 2.6 and 7.2 */
    const double dof = (v1 + v2) * (v1 + v2) / (v1 * v1 / 2.0 + v2 * v2);
    const sb_number sum = sb_strata_sum(s, 2, 2, 0.9);
    CHECK_CLOSE(sum.value, 9.8, 1e-14);
    CHECK_CLOSE(sum.hi - sum.value, sb_student_t(0.9, dof) * sqrt(v1 + v2), 1e-12);
    CHECK_CLOSE(sum.value - sum.lo, sum.hi - sum.value, 1e-12);
    CHECK(sum.samples == 5.0 && sum.confidence == 0.9 && sum.status == SB_SAMPLED);
}

int main(void)
{
    static const sb_test tests[] = {
        {"sums over strata", test_strata_sum},
        {"errors keep the first failure and its way up", test_errors},
        {"memory", test_memory},
        {"Student-t quantiles", test_student},
        {"numbers and their arithmetic", test_numbers},
        {"batch means", test_batch_means},
        {"one item of each stratum", test_strata},
        {"95 % intervals cover", test_coverage},
        {"FNV-1a hashes", test_hash},
        {"files are replaced whole", test_files},
        {"npy files, good and bad", test_npy},
        {"npy files, written", test_npy_write},
    };
    sb_context_init(&context, 2);
    return sb_test_main("base", tests, sizeof tests / sizeof *tests);
}
