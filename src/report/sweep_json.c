#include "report/sweep.h"

#include "sweep/columns.h"

#include <math.h>

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

/* What each case sets, by its name. */
static json_t *cases_json(const sb_sweep_axis *axis, int *failed)
{
    json_t *cases = json_object();
    for (int i = 0; i < axis->count; i++) {
        const sb_sweep_settings *means = &axis->means[i];
        json_t *keys = json_object();
        for (int k = 0; k < means->count; k++)
            sb_json_put(keys, means->override[k].key, json_string(means->override[k].value), failed);
        sb_json_put(cases, axis->value[i], keys, failed);
    }
    return cases;
}

static json_t *plan_json(const char *path, const sb_sweep_findings *f, int *failed)
{
    const sb_sweep_plan *plan = f->plan;
    json_t *object = json_object(), *vary = json_object();
    for (int a = 0; a < plan->axis_count; a++) {
        json_t *values = json_array();
        for (int i = 0; i < plan->axis[a].count; i++) sb_json_append(values, json_string(plan->axis[a].value[i]), failed);
        sb_json_put(vary, plan->axis[a].key, values, failed);
    }
    sb_json_put(object, "path", text_or_null(path), failed);
    sb_json_put(object, "title", text_or_null(plan->title), failed);
    sb_json_put(object, "against", text_or_null(plan->against), failed);
    sb_json_put(object, "paired", json_boolean(plan->paired), failed);
    sb_json_put(object, "vary", vary, failed);
    sb_json_put(object, "quick", json_boolean(plan->is_quick), failed);
    for (int a = 0; a < plan->axis_count; a++)
        if (plan->axis[a].means) sb_json_put(object, "cases", cases_json(&plan->axis[a], failed), failed);
    sb_json_put(object, "runs", json_integer(plan->run_count), failed);
    sb_json_put(object, "finished", json_integer(f->finished), failed);
    return object;
}

/* A run that is not finished has its values alone. */
static json_t *run_json(const sb_sweep_findings *f, int run, int *failed)
{
    json_t *object = json_object(), *values = json_object(), *columns = json_object(), *verdicts = json_object();
    const int finished = sb_sweep_finished(f, run);
    for (int a = 0; a < f->plan->axis_count; a++)
        sb_json_put(values, f->plan->axis[a].key, sb_sweep_value_json(f->plan, run, a), failed);
    for (int c = 0; finished && c < f->column_count; c++) {
        const sb_sweep_column *column = &f->column[c];
        sb_json_put(columns, column->name, sb_json_number(column->value[run]), failed);
        if (column->verdict) sb_json_put(verdicts, column->name, json_string(sb_verdict_name(column->verdict[run])), failed);
    }
    sb_json_put(object, "run", json_integer(run), failed);
    sb_json_put(object, "finished", json_boolean(finished), failed);
    sb_json_put(object, "values", values, failed);
    sb_json_put(object, "columns", columns, failed);
    sb_json_put(object, "verdicts", verdicts, failed);
    return object;
}

static json_t *slope_json(const sb_sweep_findings *f, const sb_sweep_slope *slope, int *failed)
{
    json_t *object = json_object();
    sb_json_put(object, "column", json_string(f->column[slope->column].name), failed);
    sb_json_put(object, "along", json_string(slope->along), failed);
    sb_json_put(object, "where", json_string(slope->where), failed);
    sb_json_put(object, "points", json_integer(slope->points), failed);
    sb_json_put(object, "left_out", json_integer(slope->left_out), failed);
    sb_json_put(object, "slope", sb_json_number(slope->slope), failed);
    sb_json_put(object, "predicted", sb_json_double(slope->predicted), failed);
    return object;
}

static json_t *reported_json(sb_reported x, int *failed)
{
    if (isnan(x.deviation)) return sb_json_double(x.value);
    json_t *pair = json_array();
    sb_json_append(pair, sb_json_double(x.value), failed);
    sb_json_append(pair, sb_json_double(x.deviation), failed);
    return pair;
}

/* As in the file that it was read from. */
static json_t *beside_json(const sb_beside *beside, int *failed)
{
    json_t *object = json_object(), *columns = json_array(), *rows = json_object();
    for (int c = 0; c < beside->column_count; c++) {
        json_t *column = json_object();
        sb_json_put(column, "name", json_string(beside->name[c]), failed);
        sb_json_put(column, "title", json_string(beside->heading[c]), failed);
        sb_json_append(columns, column, failed);
    }
    for (int r = 0; r < beside->row_count; r++) {
        json_t *row = json_array();
        for (int c = 0; c < beside->column_count; c++)
            sb_json_append(row, reported_json(beside->number[r * beside->column_count + c], failed), failed);
        sb_json_put(rows, beside->row[r], row, failed);
    }
    sb_json_put(object, "title", json_string(beside->title), failed);
    sb_json_put(object, "source", json_string(beside->source), failed);
    sb_json_put(object, "note", json_string(beside->note), failed);
    sb_json_put(object, "columns", columns, failed);
    sb_json_put(object, "rows", rows, failed);
    return object;
}

sb_status sb_sweep_json(sb_context *ctx, const sb_output *out, const char *path, const sb_sweep_findings *findings,
                        const sb_beside *beside)
{
    int failed = 0;
    json_t *root = json_object(), *runs = json_array(), *slopes = json_array();
    for (int run = 0; run < findings->plan->run_count; run++) sb_json_append(runs, run_json(findings, run, &failed), &failed);
    for (int i = 0; i < findings->slope_count; i++)
        sb_json_append(slopes, slope_json(findings, &findings->slope[i], &failed), &failed);
    sb_json_put(root, "sweep", plan_json(path, findings, &failed), &failed);
    sb_json_put(root, "runs", runs, &failed);
    sb_json_put(root, "slopes", slopes, &failed);
    sb_json_put(root, "beside", beside ? beside_json(beside, &failed) : json_null(), &failed);
    return sb_json_write(ctx, root, failed, out->stream);
}
