/* The list of figures, as a table and as JSON. */
#include "bench/bench.h"

#include "base/json.h"
#include "kernels/blas.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add(bench_results *results, const char *name, const char *unit, double value, double goal, int at_least)
{
    if (results->count == results->room) {
        const int room = results->room + 64;
        bench_figure *larger = realloc(results->figure, (size_t)room * sizeof *larger);
        if (!larger) {
            results->incomplete = 1;
            return;
        }
        results->figure = larger;
        results->room = room;
    }
    bench_figure *f = &results->figure[results->count++];
    *f = (bench_figure){.unit = unit, .value = value, .goal = goal, .at_least = at_least};
    snprintf(f->name, sizeof f->name, "%s", name);
}

void bench_note(bench_results *results, const char *name, const char *unit, double value)
{
    add(results, name, unit, value, NAN, 0);
}

void bench_below(bench_results *results, const char *name, const char *unit, double value, double goal)
{
    add(results, name, unit, value, goal, 0);
}

void bench_above(bench_results *results, const char *name, const char *unit, double value, double goal)
{
    add(results, name, unit, value, goal, 1);
}

void bench_absent(bench_results *results, const char *format, ...)
{
    const int most = sizeof results->absent / sizeof *results->absent;
    char line[sizeof *results->absent];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    for (int i = 0; i < results->absences; i++)
        if (!strcmp(results->absent[i], line)) return;
    if (results->absences < most) strcpy(results->absent[results->absences++], line);
    else results->incomplete = 1;
}

static int missed(const bench_figure *f)
{
    return f->at_least ? f->value < f->goal : f->value > f->goal; /* never for a NaN */
}

void bench_print(const bench_results *results)
{
    for (int i = 0; i < results->count; i++) {
        const bench_figure *f = &results->figure[i];
        printf("%-60s %10.4g %-8s", f->name, f->value, f->unit);
        if (!isnan(f->goal)) printf(" goal %s %g%s", f->at_least ? ">=" : "<=", f->goal, missed(f) ? "  MISSED" : "");
        putchar('\n');
    }
    for (int i = 0; i < results->absences; i++) printf("not run: %s\n", results->absent[i]);
    if (results->incomplete) printf("memory was short: figures are missing\n");
}

sb_status bench_write(sb_context *ctx, const bench_results *results, const char *path)
{
    sb_status st = SB_OK;
    int failed = 0;
    FILE *out = fopen(path, "w");
    SB_REQUIRE(out, SB_EIO, "cannot write %s", path);
    json_t *root = json_object(), *list = json_array(), *absent = json_array();
    sb_json_put(root, "core", json_string(sb_blas_core()), &failed);
    sb_json_put(root, "processors", json_integer(sysconf(_SC_NPROCESSORS_ONLN)), &failed);
    for (int i = 0; i < results->count; i++) {
        const bench_figure *f = &results->figure[i];
        json_t *item = json_object();
        sb_json_put(item, "name", json_string(f->name), &failed);
        sb_json_put(item, "value", sb_json_double(f->value), &failed);
        sb_json_put(item, "unit", json_string(f->unit), &failed);
        if (!isnan(f->goal)) sb_json_put(item, f->at_least ? "at_least" : "at_most", sb_json_double(f->goal), &failed);
        sb_json_append(list, item, &failed);
    }
    for (int i = 0; i < results->absences; i++) sb_json_append(absent, json_string(results->absent[i]), &failed);
    sb_json_put(root, "figures", list, &failed);
    sb_json_put(root, "not_run", absent, &failed);
    SB_TRY(sb_json_write(ctx, root, failed, out));
done:
    if (out && fclose(out) != 0 && st == SB_OK) st = sb_fail(ctx, SB_EIO, __func__, __LINE__, "cannot write %s", path);
    return st;
}

void bench_results_free(bench_results *results)
{
    free(results->figure);
    *results = (bench_results){0};
}
