#include "report/sweep.h"

#include "sweep/columns.h"
#include "sweep/curves.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* Whole numbers beyond 2^53, such as seeds, are not rounded: beyond 64 bits they stay texts. */
json_t *sb_sweep_value_json(const sb_sweep_plan *plan, int run, int axis)
{
    const char *text = sb_sweep_value(plan, run, axis);
    const double x = sb_sweep_number(plan, run, axis);
    char *end;
    if (isnan(x)) return json_string(text);
    errno = 0;
    const long long whole = strtoll(text, &end, 10);
    if (!*end) return errno == 0 ? json_integer(whole) : json_string(text);
    return x == rint(x) && fabs(x) < 1e15 ? json_integer((json_int_t)x) : json_real(x);
}

/* One line. The number's own keys, and those that sb_json_number leaves out where they say nothing. */
static json_t *line(const sb_sweep_findings *f, int run, const sb_sweep_column *column, int *failed)
{
    const sb_number x = column->value[run];
    json_t *object = json_object(), *number = sb_json_number(x);
    sb_json_put(object, "run", json_integer(run), failed);
    for (int a = 0; a < f->plan->axis_count; a++)
        sb_json_put(object, f->plan->axis[a].key, sb_sweep_value_json(f->plan, run, a), failed);
    sb_json_put(object, "name", json_string(column->name), failed);
    sb_json_put(object, "kind", json_string(column->kind), failed);
    *failed |= json_object_update(object, number) != 0;
    json_decref(number);
    sb_json_put(object, "confidence", isnan(x.value) ? json_null() : json_real(x.confidence), failed);
    sb_json_put(object, "samples", isnan(x.value) ? json_null() : json_real(x.samples), failed);
    if (isnan(x.value)) sb_json_put(object, "status", json_null(), failed);
    sb_json_put(object, "verdict", column->verdict ? json_string(sb_verdict_name(column->verdict[run])) : json_null(), failed);
    return object;
}

static void put_line(json_t *object, FILE *stream, int *failed)
{
    *failed |= json_dumpf(object, stream, JSON_COMPACT | JSON_REAL_PRECISION(17)) != 0;
    json_decref(object);
    fputc('\n', stream);
}

sb_status sb_sweep_jsonl_file(sb_context *ctx, const sb_sweep_findings *findings, char **text)
{
    sb_status st = SB_OK;
    size_t length;
    int failed = 0;
    *text = NULL;
    FILE *stream = open_memstream(text, &length);
    SB_REQUIRE(stream, SB_ENOMEM, "out of memory for sweep.jsonl");
    for (int run = 0; run < findings->plan->run_count; run++)
        if (sb_sweep_finished(findings, run))
            for (int c = 0; c < findings->column_count; c++)
                put_line(line(findings, run, &findings->column[c], &failed), stream, &failed);
    failed |= fclose(stream) != 0;
    if (!failed) return SB_OK;
    free(*text);
    *text = NULL;
    SB_FAIL(SB_ENOMEM, "out of memory for sweep.jsonl");
done:
    return st;
}
