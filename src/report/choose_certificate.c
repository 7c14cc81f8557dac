#include "report/choose.h"

#include "report/fields.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static int same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* The condition of another choice that fails with the same figures, or NULL. */
static const sb_condition *find_same(const sb_terms *conditions, const sb_condition *wanted)
{
    for (int k = 0; k < conditions->condition_count; k++) {
        const sb_condition *c = &conditions->condition[k];
        if (!c->holds && strcmp(c->name, wanted->name) == 0 && same(c->value, wanted->value) && same(c->limit, wanted->limit))
            return c;
    }
    return NULL;
}

/* Which choices a condition fails for with these figures. Returns 0 where a choice before `first` has already told. */
static int who_fails(const sb_choice_view *view, int first, const sb_condition *condition, sb_list *who)
{
    for (int i = 0; i < SB_SELECTION_COUNT; i++) {
        if (!find_same(&view->conditions[i], condition)) continue;
        if (i < first) return 0;
        sb_list_add(who, ", ", "%s", sb_selection_name((sb_selection_kind)i));
    }
    return 1;
}

static sb_status failures_table(sb_context *ctx, const sb_output *out, const sb_choice_view *view)
{
    static const sb_column columns[] = {{"", 1, 0},      {"CONDITION", 0, 0}, {"VALUE", 1, 0},
                                        {"LIMIT", 1, 0}, {"FAILS", 1, 0},     {"FOR", 0, 0}};
    sb_status st = SB_OK;
    sb_table *table = NULL;
    SB_TRY(sb_table_create(ctx, out, 6, columns, &table));
    for (int f = 0; f < view->failures.count; f++)
        for (int i = 0; i < SB_SELECTION_COUNT; i++)
            for (int k = 0; k < view->conditions[i].condition_count; k++) {
                const sb_condition *condition = &view->conditions[i].condition[k];
                char mark[16];
                sb_list who = {0};
                if (condition->holds || strcmp(condition->name, view->failures.condition[f]->name) != 0) continue;
                if (!who_fails(view, i, condition, &who)) continue;
                snprintf(mark, sizeof mark, "[%d]", f + 1);
                sb_table_row(table);
                sb_table_cell(table, mark, "red");
                sb_table_cell(table, sb_text_wrapped(condition->name, out->width - 58).s, NULL);
                sb_table_cell(table, sb_finite_text(condition->value, 4).s, NULL);
                sb_table_cell(table, sb_finite_text(condition->limit, 4).s, NULL);
                sb_table_cell(table, sb_condition_excess(condition).s, NULL);
                sb_table_cell(table, sb_text_wrapped(who.text, 12).s, NULL);
            }
    SB_TRY(sb_table_print(ctx, table));
done:
    sb_table_free(table);
    return st;
}

/* The remark's choices that are not feasible. Returns how many. */
static int remarks(const sb_choice_view *view, const sb_selection *found[SB_SELECTION_COUNT])
{
    int count = 0;
    for (int i = 0; i < SB_SELECTION_COUNT; i++) {
        const sb_selection *s = &view->selections->selection[i];
        if (sb_selection_is_remark(s->kind) && !s->feasible) found[count++] = s;
    }
    return count;
}

static sb_text remedy(const sb_choice_view *view, const sb_certificate *certificate, const sb_field *field, sb_footnotes *notes)
{
    const double x = sb_field_double(certificate, field);
    const int is_delta = field->offset >= offsetof(sb_certificate, delta_model);
    const sb_text text = sb_finite_text(x, 4);
    if (isinf(x)) return sb_footnote_add(notes, text, "beyond what a number holds");
    if (isnan(x) && !view->situation->config)
        return sb_footnote_add(
            notes, text, "constants given by hand do not tell, for F0 is then the same whatever is chosen; a configuration does");
    return isnan(x) && is_delta ? sb_footnote_add(notes, text, "none below 1 was found") : text;
}

static sb_status remedies_table(sb_context *ctx, const sb_output *out, const sb_choice_view *view)
{
    static const struct {
        const char *label;
        size_t offset; /* in sb_certificate */
    } lines[] = {
        {"F0 of the initial model, at the T above", offsetof(sb_certificate, F0)},
        {"F0 at most, (d+M2) e^-2", offsetof(sb_certificate, F0_most)},
        {"F0 at least once T >= 1, even with the perfect score", offsetof(sb_certificate, F0_least)},
        {"smallest delta that would do, this model", offsetof(sb_certificate, delta_model)},
        {"smallest delta that would do, perfect score", offsetof(sb_certificate, delta_perfect)},
    };
    sb_status st = SB_OK;
    sb_table *table = NULL;
    sb_choice_titles titles;
    sb_column columns[SB_SELECTION_COUNT + 1];
    sb_footnotes notes = {0};
    const sb_selection *remark[SB_SELECTION_COUNT];
    const int count = remarks(view, remark);
    if (count == 0) return SB_OK;
    sb_choice_columns(&titles, columns);
    for (int i = 0; i < count; i++) columns[i + 1].title = titles.title[remark[i]->kind];
    columns[0].title = "WHAT WOULD MEND IT";
    SB_TRY(sb_table_create(ctx, out, count + 1, columns, &table));
    for (size_t l = 0; l < sizeof lines / sizeof *lines; l++) {
        const sb_field field = {lines[l].label, lines[l].offset};
        sb_table_row(table);
        sb_table_cell(table, lines[l].label, NULL);
        for (int i = 0; i < count; i++) sb_table_cell(table, remedy(view, &remark[i]->certificate, &field, &notes).s, NULL);
    }
    fputc('\n', out->stream);
    SB_TRY(sb_table_print(ctx, table));
    sb_footnotes_print(out, &notes);
done:
    sb_table_free(table);
    return st;
}

/* A choice that is not feasible without any condition that fails: a constant is missing, or a number overflows. */
static void other_obstacles(const sb_output *out, const sb_choice_view *view)
{
    for (int i = 0; i < SB_SELECTION_COUNT; i++) {
        const sb_selection *s = &view->selections->selection[i];
        sb_list why = {0};
        if (s->feasible || sb_selection_worst(&view->conditions[i])) continue;
        sb_selection_obstacles(s, &why);
        sb_output_paragraph(out, 2, "", "%s: %s.", sb_selection_name(s->kind), why.text);
    }
}

sb_status sb_choice_certificate(sb_context *ctx, const sb_output *out, const sb_choice_view *view)
{
    sb_status st = SB_OK;
    int infeasible = 0;
    for (int i = 0; i < SB_SELECTION_COUNT; i++) infeasible += !view->selections->selection[i].feasible;
    if (infeasible == 0) return SB_OK;
    sb_output_title(out, "CERTIFICATE of what is not feasible");
    if (view->failures.count > 0) SB_TRY(failures_table(ctx, out, view));
    other_obstacles(out, view);
    SB_TRY(remedies_table(ctx, out, view));
done:
    return st;
}
