#include "sweep/curves.h"

#include "base/memory.h"
#include "config/types.h"
#include "sweep/columns.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

int sb_sweep_axis_find(const sb_sweep_plan *plan, const char *key)
{
    for (int a = 0; a < plan->axis_count; a++)
        if (strcmp(plan->axis[a].key, key) == 0) return a;
    return -1;
}

static double number_of(const char *text)
{
    double x;
    return sb_real_parse(text, &x) ? x : NAN;
}

int sb_sweep_axis_numeric(const sb_sweep_axis *axis)
{
    if (sb_sweep_is_label(axis->key)) return 0;
    for (int i = 0; i < axis->count; i++)
        if (isnan(number_of(axis->value[i]))) return 0;
    return axis->count > 0;
}

double sb_sweep_number(const sb_sweep_plan *plan, int run, int axis)
{
    return plan->axis[axis].means ? NAN : number_of(sb_sweep_value(plan, run, axis)); /* a case has a name */
}

/* Numbers, or lists such as one keep rate for each worker; words and cases stand still. Seeds move: another draw of the same is no curve of its own. */
static int has_numbers(const sb_sweep_axis *axis)
{
    if (axis->means) return 0;
    for (int i = 0; i < axis->count; i++)
        if (axis->value[i][0] != '[' && isnan(number_of(axis->value[i]))) return 0;
    return 1;
}

static int same_curve(const sb_sweep_plan *plan, const int *moves, int i, int j)
{
    for (int a = 0; a < plan->axis_count; a++)
        if (!moves[a] && strcmp(sb_sweep_value(plan, i, a), sb_sweep_value(plan, j, a)) != 0) return 0;
    return 1;
}

/* curve (run_count) of each run; start[j] is the first run of curve j meanwhile. */
static void number_curves(const sb_sweep_plan *plan, sb_sweep_curves *curves, int *curve)
{
    curves->count = 0;
    for (int run = 0; run < plan->run_count; run++) {
        int j = 0;
        while (j < curves->count && !same_curve(plan, curves->moves, run, curves->start[j])) j++;
        if (j == curves->count) curves->start[curves->count++] = run;
        curve[run] = j;
    }
}

static int after(const double *x, int i, int j)
{
    return x[i] > x[j] || (isnan(x[i]) && !isnan(x[j]));
}

/* Runs by curve, those of a curve by x; each is put in its place among those before it. */
static void sort_members(const sb_sweep_curves *curves, int run_count, const int *curve)
{
    int *start = curves->start;
    memset(start, 0, (size_t)(curves->count + 1) * sizeof *start);
    for (int run = 0; run < run_count; run++) start[curve[run] + 1]++;
    for (int j = 0; j < curves->count; j++) start[j + 1] += start[j];
    for (int run = 0; run < run_count; run++) {
        const int first = start[curve[run]];
        int end = first;
        while (end < start[curve[run] + 1] && curves->member[end] >= 0) end++;
        for (; end > first && after(curves->x, curves->member[end - 1], run); end--) curves->member[end] = curves->member[end - 1];
        curves->member[end] = run;
    }
}

/* Nonzero if some curve has two different x. */
static int leads_somewhere(const sb_sweep_curves *curves)
{
    for (int j = 0; j < curves->count; j++)
        for (int i = curves->start[j] + 1; i < curves->start[j + 1]; i++)
            if (curves->x[curves->member[i]] > curves->x[curves->member[i - 1]]) return 1;
    return 0;
}

static void cut(const sb_sweep_plan *plan, sb_sweep_curves *curves, int *curve)
{
    for (int run = 0; run < plan->run_count; run++) curves->member[run] = -1;
    number_curves(plan, curves, curve);
    sort_members(curves, plan->run_count, curve);
}

sb_status sb_sweep_curves_along(sb_context *ctx, const sb_sweep_findings *findings, const char *along, sb_sweep_curves *curves)
{
    sb_status st = SB_OK;
    const sb_sweep_plan *plan = findings->plan;
    int *curve = NULL;
    *curves = (sb_sweep_curves){.along = along, .axis = sb_sweep_axis_find(plan, along)};
    const int axis = curves->axis, constant = sb_sweep_column_find(findings, along);
    SB_ALLOC(curves->x, plan->run_count);
    SB_ALLOC(curves->start, plan->run_count + 1);
    SB_ALLOC(curves->member, plan->run_count);
    SB_ALLOC(curves->moves, plan->axis_count);
    SB_ALLOC(curve, plan->run_count);
    for (int run = 0; run < plan->run_count; run++)
        curves->x[run] = axis < 0 ? findings->column[constant].value[run].value : sb_sweep_number(plan, run, axis);
    for (int a = 0; a < plan->axis_count; a++)
        curves->moves[a] = a == axis || ((plan->paired || axis < 0) && has_numbers(&plan->axis[a]));
    cut(plan, curves, curve);
    if (axis < 0 && !leads_somewhere(curves)) {
        for (int a = 0; a < plan->axis_count; a++) curves->moves[a] = 1;
        cut(plan, curves, curve);
    }
done:
    sb_free(curve);
    if (st != SB_OK) sb_sweep_curves_free(curves);
    return st;
}

void sb_sweep_curves_free(sb_sweep_curves *curves)
{
    sb_free(curves->x);
    sb_free(curves->start);
    sb_free(curves->member);
    sb_free(curves->moves);
    *curves = (sb_sweep_curves){0};
}

void sb_sweep_curve_where(const sb_sweep_plan *plan, const sb_sweep_curves *curves, int j, size_t size, char *text)
{
    const int run = curves->member[curves->start[j]];
    size_t used = 0;
    text[0] = '\0';
    for (int a = 0; a < plan->axis_count && used < size; a++) {
        if (plan->axis[a].count < 2 || curves->moves[a]) continue; /* a single value distinguishes nothing */
        used += (size_t)snprintf(text + used, size - used, "%s%s=%s", used ? ", " : "", plan->axis[a].key,
                                 sb_sweep_value(plan, run, a));
    }
    if (used >= size) {
        size_t cut = size - sizeof "...";
        while (cut > 0 && ((unsigned char)text[cut] & 0xc0) == 0x80) cut--; /* not within a character */
        strcpy(text + cut, "...");
    }
}

/* Bytes of `text` that are the section of a varied key: of "pruning.level=S" the first eight. */
static size_t section_of(const sb_sweep_plan *plan, const char *text)
{
    for (int a = 0; a < plan->axis_count; a++) {
        const char *key = plan->axis[a].key, *dot = strrchr(key, '.');
        const size_t length = strlen(key);
        if (dot && strncmp(text, key, length) == 0 && text[length] == '=') return (size_t)(dot + 1 - key);
    }
    return 0;
}

void sb_sweep_where_brief(const sb_sweep_plan *plan, const char *where, size_t size, char *text)
{
    size_t used = 0;
    for (const char *p = where; *p && used + 1 < size; p++) {
        if (p == where || (p[-1] == ' ' && p - where > 1 && p[-2] == ',')) p += section_of(plan, p);
        text[used++] = *p;
    }
    text[used] = '\0';
}
