#include "sweep/sweep_figure.h"

#include "sweep/columns.h"
#include "sweep/curves.h"
#include "sweep/slopes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* With more than FEW curves the key has room for short names only. */
enum { LONGEST_LABEL = 96, LONGEST_NAME = 400, FEW = 8 };

/* Bars whose values span more than this stand on a logarithmic axis. */
static const double TWO_DECADES = 100.0;

int sb_sweep_show(const sb_sweep_plan *plan, const char *const **names)
{
    static const char *const usual[] = {"kl", "theorem_4_11.printed", "theorem_4_11.corrected", "theorem_4_11.sharp"};
    *names = plan->show_count > 0 ? (const char *const *)plan->show : usual;
    return plan->show_count > 0 ? plan->show_count : (int)(sizeof usual / sizeof *usual);
}

void sb_sweep_column_label(const sb_sweep_column *column, size_t size, char *label)
{
    static const struct {
        const char *name, *label;
    } words[] = {{"kl", "KL"},
                 {"kl_pooled", "KL of the pooled data"},
                 {"kl_before", "KL before training"},
                 {"FR", "loss F(theta_R)"},
                 {"frechet_feature_distance", "Frechet feature distance"},
                 {"classifier_score", "classifier score"}};
    snprintf(label, size, "%s", column->name);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(column->name, words[i].name) == 0) snprintf(label, size, "%s", words[i].label);
    if (column->statement)
        snprintf(label, size, "%.*s %s", (int)strcspn(column->statement->source, ","), column->statement->source,
                 column->verdict ? sb_form_name(column->form) : "left side");
}

/* Never -0. */
static double hundredths(double slope)
{
    return rint(100.0 * slope) / 100.0 + 0.0;
}

/* Of column c on curve j: "KL, level=S, slope -0.61 [-0.70, -0.52], predicted -1"; of many curves "KL, level=S: -0.61". */
static void series_name(const sb_sweep_findings *f, const sb_sweep_curves *curves, int c, int j, int many, char *name)
{
    char label[LONGEST_LABEL], where[sizeof f->slope->where], brief[sizeof where];
    const sb_sweep_slope *slope = sb_sweep_slope_of(f, c, curves->along, j);
    sb_sweep_column_label(&f->column[c], sizeof label, label);
    sb_sweep_curve_where(f->plan, curves, j, sizeof where, where);
    sb_sweep_where_brief(f->plan, where, sizeof brief, brief);
    int used = snprintf(name, LONGEST_NAME, "%s%s%s", label, *brief ? ", " : "", brief);
    if (!slope || isnan(slope->slope.value)) return;
    const sb_number s = slope->slope;
    used += snprintf(name + used, LONGEST_NAME - (size_t)used, "%s %.2f", many ? ":" : ", slope", hundredths(s.value));
    if (many) return;
    if (isfinite(s.lo) && isfinite(s.hi) && s.hi - s.lo >= 0.01)
        used += snprintf(name + used, LONGEST_NAME - (size_t)used, " [%.2f, %.2f]", hundredths(s.lo), hundredths(s.hi));
    if (!isnan(slope->predicted))
        snprintf(name + used, LONGEST_NAME - (size_t)used, ", predicted %g", hundredths(slope->predicted));
}

static int known(const sb_sweep_column *column, const sb_sweep_curves *curves, int j)
{
    for (int i = curves->start[j]; i < curves->start[j + 1]; i++)
        if (!isnan(column->value[curves->member[i]].value)) return 1;
    return 0;
}

/* One curve of one column; runs whose x is no number have no place on it. */
static sb_status add_curve(sb_context *ctx, sb_sweep_findings *f, const sb_sweep_curves *curves, int c, int j, sb_mark mark,
                           int many)
{
    sb_status st = SB_OK;
    char name[LONGEST_NAME];
    sb_series *series;
    int count = 0;
    for (int i = curves->start[j]; i < curves->start[j + 1]; i++) count += !isnan(curves->x[curves->member[i]]);
    if (count == 0 || !known(&f->column[c], curves, j)) return SB_OK;
    series_name(f, curves, c, j, many, name);
    SB_TRY(sb_figure_series(ctx, &f->figure, name, mark, count, &series));
    for (int i = 0; i < count; i++) {
        const int run = curves->member[curves->start[j] + i];
        series->x[i] = curves->x[run];
        series->y[i] = f->column[c].value[run];
    }
done:
    return st;
}

/* The values of the axis as places 0, 1, 2, ... with their names below. */
static sb_status name_values(sb_context *ctx, sb_sweep_findings *f, sb_sweep_curves *curves)
{
    sb_status st = SB_OK;
    const sb_sweep_axis *axis = &f->plan->axis[curves->axis];
    for (int i = 0; i < axis->count; i++) SB_TRY(sb_figure_category(ctx, &f->figure, axis->value[i]));
    for (int run = 0; run < f->plan->run_count; run++) {
        const char *value = sb_sweep_value(f->plan, run, curves->axis);
        int i = 0;
        while (i < axis->count && strcmp(axis->value[i], value) != 0) i++;
        curves->x[run] = i;
    }
done:
    return st;
}

void sb_sweep_run_name(const sb_sweep_plan *plan, int run, size_t size, char *name)
{
    size_t used = 0;
    name[0] = '\0';
    for (int a = 0; a < plan->axis_count && used < size; a++)
        if (plan->axis[a].count > 1)
            used += (size_t)snprintf(name + used, size - used, "%s%s", used ? ", " : "", sb_sweep_value(plan, run, a));
}

/* Every run has a place of its own, named after its values. */
static sb_status name_runs(sb_context *ctx, sb_sweep_findings *f)
{
    sb_status st = SB_OK;
    for (int run = 0; run < f->plan->run_count; run++) {
        char text[LONGEST_NAME];
        sb_sweep_run_name(f->plan, run, sizeof text, text);
        SB_TRY(sb_figure_category(ctx, &f->figure, text));
    }
done:
    return st;
}

static sb_status bars_of_runs(sb_context *ctx, sb_sweep_findings *f, int count, const char *const *show)
{
    sb_status st = SB_OK;
    SB_TRY(name_runs(ctx, f));
    for (int i = 0; i < count; i++) {
        char label[LONGEST_LABEL];
        sb_series *series;
        const sb_sweep_column *column = &f->column[sb_sweep_column_find(f, show[i])];
        sb_sweep_column_label(column, sizeof label, label);
        SB_TRY(sb_figure_series(ctx, &f->figure, label, SB_MARK_BARS, f->plan->run_count, &series));
        for (int run = 0; run < f->plan->run_count; run++) {
            series->x[run] = run;
            series->y[run] = column->value[run];
        }
    }
done:
    return st;
}

/* Least and largest of what is shown; *missing: series that have values, but none that is positive. */
static void extent(const sb_figure *figure, double *least, double *most, int *missing)
{
    *least = INFINITY;
    *most = -INFINITY;
    *missing = 0;
    for (int s = 0; s < figure->series_count; s++) {
        const sb_series *series = &figure->series[s];
        double lo = INFINITY, hi = -INFINITY;
        for (int i = 0; i < series->count; i++) {
            lo = fmin(lo, series->y[i].value);
            hi = fmax(hi, series->y[i].value);
        }
        *least = fmin(*least, lo);
        *most = fmax(*most, hi);
        *missing += lo <= hi && !(hi > 0.0);
    }
}

/* Nonzero if everything that is shown is measured in nats. */
static int in_nats(const sb_sweep_findings *f, int count, const char *const *show)
{
    for (int i = 0; i < count; i++) {
        const sb_sweep_column *column = &f->column[sb_sweep_column_find(f, show[i])];
        if (column->constant || strcmp(column->kind, "quality") == 0) return 0;
        if (!column->statement) continue;
        switch (column->statement->lhs) {
        case SB_LHS_L:
        case SB_LHS_W2:
        case SB_LHS_SIGMA:
        case SB_LHS_M2:
        case SB_LHS_MEAN_SQUARED_GRADIENT:
        case SB_LHS_TV: return 0;
        default: break;
        }
    }
    return 1;
}

static sb_status begin(sb_context *ctx, sb_sweep_findings *f, int count, const char *const *show, int many)
{
    const sb_sweep_plan *plan = f->plan;
    char title[LONGEST_NAME], x_label[LONGEST_NAME];
    if (plan->title) snprintf(title, sizeof title, "%s", plan->title);
    else if (plan->against) snprintf(title, sizeof title, "KL and bounds against %s", plan->against);
    else snprintf(title, sizeof title, "KL and bounds of the runs");
    snprintf(x_label, sizeof x_label, "%s%s", plan->against ? plan->against : "", many ? "   (numbers in the key: slopes)" : "");
    return sb_figure_begin(ctx, title, x_label, in_nats(f, count, show) ? "nats" : "value", &f->figure);
}

sb_status sb_sweep_figure_draw(sb_context *ctx, sb_sweep_findings *f)
{
    sb_status st = SB_OK;
    const sb_sweep_plan *plan = f->plan;
    const char *const *show;
    const int count = sb_sweep_show(plan, &show), axis = plan->against ? sb_sweep_axis_find(plan, plan->against) : -1;
    const int numbers = plan->against && (axis < 0 || sb_sweep_axis_numeric(&plan->axis[axis]));
    const int by_run = !numbers && (!plan->against || plan->paired);
    sb_sweep_curves curves = {0};
    double least, most;
    int missing;
    if (!by_run) SB_TRY(sb_sweep_curves_along(ctx, f, plan->against, &curves));
    const int many = numbers && count * curves.count > FEW;
    SB_TRY(begin(ctx, f, count, show, many));
    if (by_run) SB_TRY(bars_of_runs(ctx, f, count, show));
    else if (!numbers) SB_TRY(name_values(ctx, f, &curves));
    for (int i = 0; i < count; i++)
        for (int j = 0; j < curves.count; j++)
            SB_TRY(add_curve(ctx, f, &curves, sb_sweep_column_find(f, show[i]), j, numbers ? SB_MARK_LINE_POINTS : SB_MARK_BARS,
                             many));
    extent(&f->figure, &least, &most, &missing);
    f->figure.log_x = numbers && f->x_log;
    f->figure.log_y = numbers ? f->x_log && missing == 0 : least > 0.0 && most > TWO_DECADES * least;
done:
    sb_sweep_curves_free(&curves);
    return st;
}
