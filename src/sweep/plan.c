#include "sweep/plan.h"

#include "base/memory.h"
#include "config/parameters.h"
#include "config/text.h"
#include "sweep/plan_values.h"

#include <stdlib.h>
#include <string.h>

/* A value as two of them are compared: as numbers, so that 10 and 1e1 are the same, else as texts. */
typedef struct {
    const char *text;
    double number; /* 0 where is_number is */
    int is_number;
} sortable;

static int compare(const void *a, const void *b)
{
    const sortable *x = a, *y = b;
    if (x->is_number != y->is_number) return x->is_number - y->is_number;
    if (x->number != y->number) return x->number < y->number ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* Neighbours in the order of `compare`. Of integers beyond 2^53, such as seeds, several have one double: there the texts decide. */
static int are_same(const sortable *x, const sortable *y)
{
    const double exact = 9007199254740992.0;
    if (strcmp(x->text, y->text) == 0) return 1;
    return x->is_number && y->is_number && x->number == y->number && x->number < exact && x->number > -exact;
}

static sb_status sort_values(sb_context *ctx, const sb_sweep_axis *axis, sortable **values)
{
    sb_status st = SB_OK;
    SB_CALLOC(*values, axis->count);
    for (int i = 0; i < axis->count; i++) {
        sortable *value = &(*values)[i];
        value->text = axis->value[i];
        value->is_number = sb_real_parse(value->text, &value->number);
        if (!value->is_number) value->number = 0.0;
    }
    qsort(*values, (size_t)axis->count, sizeof **values, compare);
done:
    return st;
}

const char sb_sweep_case_key[] = "case";

int sb_sweep_is_label(const char *key)
{
    return strcmp(key, "seed") == 0 || strcmp(key, sb_sweep_case_key) == 0;
}

/* numeric: nonzero if all values are numbers, at least two differ, and they are amounts. */
static sb_status check_axis(sb_context *ctx, const sb_sweep_axis *axis, int paired, int *numeric)
{
    sb_status st = SB_OK;
    sortable *values = NULL;
    SB_REQUIRE(axis->count > 0, SB_EUSER, "'%s' has no values to vary over", axis->key);
    SB_TRY(sort_values(ctx, axis, &values));
    for (int i = 1; i < axis->count && !paired; i++)
        SB_REQUIRE(!are_same(&values[i - 1], &values[i]), SB_EUSER, "'%s' has the value %s twice%s%s", axis->key, values[i].text,
                   strcmp(values[i - 1].text, values[i].text) == 0 ? "" : ", once as ",
                   strcmp(values[i - 1].text, values[i].text) == 0 ? "" : values[i - 1].text);
    const sortable *first = &values[0], *last = &values[axis->count - 1];
    *numeric = first->is_number && last->is_number && first->number < last->number && !sb_sweep_is_label(axis->key);
done:
    sb_free(values);
    return st;
}

/* Of two keys that replace each other one would vary in vain. Those of cases have been compared where they stand. */
static sb_status check_exclusion(sb_context *ctx, const sb_sweep_plan *plan, int a)
{
    sb_status st = SB_OK;
    const char *key = plan->axis[a].key;
    if (plan->axis[a].means) return SB_OK;
    const sb_parameter *parameter = sb_parameter_find(key, strlen(key));
    SB_REQUIRE(parameter, SB_EINVAL, "'%s' is no key of the configuration", key);
    for (int b = 0; b < a && parameter->excludes; b++)
        SB_REQUIRE(strcmp(plan->axis[b].key, parameter->excludes) != 0, SB_EUSER,
                   "'%s' and '%s' exclude each other; vary one of them", plan->axis[b].key, key);
done:
    return st;
}

static sb_status count_runs(sb_context *ctx, sb_sweep_plan *plan)
{
    sb_status st = SB_OK;
    const sb_sweep_axis *first = &plan->axis[0];
    int runs = plan->paired ? first->count : 1;
    for (int a = 0; a < plan->axis_count; a++) {
        const sb_sweep_axis *axis = &plan->axis[a];
        SB_REQUIRE(!plan->paired || axis->count == first->count, SB_EUSER,
                   "paired keys need equally many values: '%s' has %d, '%s' has %d", first->key, first->count, axis->key,
                   axis->count);
        const int factor = plan->paired ? 1 : axis->count;
        SB_REQUIRE(runs <= SB_MAX_SWEEP_RUNS / factor, SB_EUSER, "a sweep has at most %d runs; here are more%s", SB_MAX_SWEEP_RUNS,
                   plan->paired ? "" : ", since every combination is one");
        runs *= factor;
    }
    plan->run_count = runs;
done:
    return st;
}

sb_status sb_sweep_plan_check(sb_context *ctx, sb_sweep_plan *plan)
{
    sb_status st = SB_OK;
    sb_locale locale = {0};
    int chosen = -1; /* the axis that stands on the x axis */
    plan->run_count = 0;
    SB_REQUIRE(plan->axis_count > 0, SB_EUSER,
               "nothing varies; give --vary KEY=A,B,C, or a section 'sweep' with 'vary: {KEY: [A, B, C]}' in the configuration");
    SB_TRY(sb_locale_neutral(ctx, &locale));
    for (int a = 0; a < plan->axis_count; a++) {
        int numeric = 0;
        SB_TRY(check_axis(ctx, &plan->axis[a], plan->paired, &numeric));
        SB_TRY(check_exclusion(ctx, plan, a));
        if (numeric && chosen < 0) chosen = a;
    }
    SB_TRY(count_runs(ctx, plan));
    if (!plan->against) {
        plan->against = strdup(plan->axis[chosen < 0 ? 0 : chosen].key);
        SB_REQUIRE(plan->against, SB_ENOMEM, "out of memory for a key");
    }
done:
    sb_locale_restore(&locale);
    return st;
}

/* The place of run `run` on an axis. */
static int place_of(const sb_sweep_plan *plan, int run, int axis)
{
    if (plan->paired) return run;
    for (int a = plan->axis_count - 1; a > axis; a--) run /= plan->axis[a].count;
    return run % plan->axis[axis].count;
}

const char *sb_sweep_value(const sb_sweep_plan *plan, int run, int axis)
{
    return plan->axis[axis].value[place_of(plan, run, axis)];
}

/* What the run's value sets where it is a case; else NULL. */
static const sb_sweep_settings *means_of(const sb_sweep_plan *plan, int run, int axis)
{
    const sb_sweep_settings *means = plan->axis[axis].means;
    return means ? &means[place_of(plan, run, axis)] : NULL;
}

static void append(sb_override *all, size_t *count, size_t more, const sb_override *overrides)
{
    if (more > 0) memcpy(all + *count, overrides, more * sizeof *all);
    *count += more;
}

sb_status sb_sweep_config(sb_context *ctx, const sb_sweep_plan *plan, int run, const char *path, size_t override_count,
                          const sb_override *overrides, sb_config *config)
{
    sb_status st = SB_OK;
    sb_override *all = NULL;
    size_t count = 0, most = (size_t)plan->quick.count + override_count;
    *config = (sb_config){0};
    SB_REQUIRE(run >= 0 && run < plan->run_count, SB_EINVAL, "there is no run %d of %d", run, plan->run_count);
    for (int a = 0; a < plan->axis_count; a++) {
        const sb_sweep_settings *means = means_of(plan, run, a);
        most += means ? (size_t)means->count : 1;
    }
    SB_ALLOC(all, most);
    if (plan->is_quick) append(all, &count, (size_t)plan->quick.count, plan->quick.override);
    append(all, &count, override_count, overrides);
    for (int a = 0; a < plan->axis_count; a++) {
        const sb_sweep_settings *means = means_of(plan, run, a);
        const sb_override value = {plan->axis[a].key, sb_sweep_value(plan, run, a)};
        append(all, &count, means ? (size_t)means->count : 1, means ? means->override : &value);
    }
    SB_TRY(sb_config_load(ctx, path, count, all, config));
done:
    sb_free(all);
    return st;
}

void sb_sweep_plan_free(sb_sweep_plan *plan)
{
    for (int a = 0; a < plan->axis_count; a++) sb_axis_free(&plan->axis[a]);
    sb_free(plan->axis);
    sb_values_free(plan->show_count, plan->show);
    free(plan->title);
    free(plan->against);
    free(plan->beside);
    sb_sweep_settings_free(&plan->quick);
    *plan = (sb_sweep_plan){0};
}
