#include "plan_case.h"

#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/scorebound-sweep-XXXXXX";

int plan_case_begin(void)
{
    const int fd = mkstemp(path);
    return fd >= 0 && close(fd) == 0;
}

void plan_case_end(void)
{
    unlink(path);
}

const char *plan_case_path(void)
{
    return path;
}

void plan_case_put(const char *text, size_t length)
{
    FILE *file = fopen(path, "wb");
    const int good = file && fwrite(text, 1, length, file) == length;
    if (!file || fclose(file) != 0 || !good) CU_FAIL("cannot write the test's file");
}

void plan_case_compare(sb_context *ctx, sb_status st, const char *text, const char *want)
{
    char note[2600];
    snprintf(note, sizeof note, "%s\nwant \"%s\"\ngot %s \"%s\"", text, want, sb_status_name(st), ctx->error.message);
    const int same = st == SB_EUSER && strncmp(ctx->error.message, want, strlen(want)) == 0;
    CU_assertImplementation(same, (unsigned)__LINE__, note, __FILE__, "", CU_FALSE);
}

sb_sweep_plan plan_case_of(sb_context *ctx, const char *section)
{
    sb_sweep_plan plan;
    char text[2000];
    sb_context_init(ctx, 1);
    snprintf(text, sizeof text, PLAN_CASE_CONFIG "%s", section);
    plan_case_put(text, strlen(text));
    CHECK_OK(ctx, sb_sweep_plan_read(ctx, path, &plan));
    return plan;
}

void plan_case_refuse(const char *section, int line, int column, const char *message)
{
    sb_context ctx;
    sb_sweep_plan plan;
    char text[2000], want[1200];
    sb_context_init(&ctx, 1);
    snprintf(text, sizeof text, PLAN_CASE_CONFIG "%s", section);
    snprintf(want, sizeof want, "%s:%d:%d: error: %s", path, PLAN_CASE_LINES + line, column, message);
    plan_case_put(text, strlen(text));
    const sb_status st = sb_sweep_plan_read(&ctx, path, &plan);
    plan_case_compare(&ctx, st, section, want);
    CHECK(plan.axis == NULL && plan.axis_count == 0 && plan.title == NULL && plan.show == NULL && plan.against == NULL &&
          plan.beside == NULL && plan.quick.override == NULL && plan.quick.count == 0);
    sb_sweep_plan_free(&plan);
}

int plan_case_is(const char *text, const char *want)
{
    if (text && strcmp(text, want) == 0) return 1;
    printf("# want %s, got %s\n", want, text ? text : "nothing");
    return 0;
}
