#include "report/choose.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void add_conditions(const sb_terms *from, sb_terms *to)
{
    for (int i = 0; i < from->condition_count; i++) {
        int known = 0;
        for (int k = 0; k < to->condition_count; k++) known |= strcmp(from->condition[i].name, to->condition[k].name) == 0;
        if (!known && to->condition_count < SB_MAX_CONDITIONS) to->condition[to->condition_count++] = from->condition[i];
    }
}

sb_terms sb_selection_conditions(const sb_selection *selection)
{
    sb_terms all = {.sum = NAN};
    add_conditions(&selection->remark, &all);
    add_conditions(&selection->promise, &all);
    return all;
}

void sb_choice_view_fill(const sb_situation *situation, const sb_selections *selections, sb_choice_view *view)
{
    *view = (sb_choice_view){.situation = situation, .selections = selections};
    for (int i = 0; i < SB_SELECTION_COUNT; i++) {
        view->conditions[i] = sb_selection_conditions(&selections->selection[i]);
        sb_failures_add(&view->failures, &view->conditions[i]);
    }
}

double sb_condition_factor(const sb_condition *condition)
{
    const double a = condition->value, b = condition->limit;
    return a > 0.0 && b > 0.0 ? fmax(a / b, b / a) : NAN;
}

sb_text sb_condition_excess(const sb_condition *condition)
{
    sb_text text;
    const double factor = sb_condition_factor(condition), gap = fabs(condition->value - condition->limit);
    if (isfinite(factor)) snprintf(text.s, sizeof text.s, "%.40s times", sb_text_double(factor, 3).s);
    else if (isfinite(gap)) snprintf(text.s, sizeof text.s, "by %.40s", sb_text_double(gap, 3).s);
    else snprintf(text.s, sizeof text.s, isinf(gap) ? "beyond measure" : "-");
    return text;
}

sb_text sb_condition_failure(const sb_condition *condition)
{
    sb_text text;
    const double factor = sb_condition_factor(condition);
    if (!isfinite(factor)) return sb_condition_excess(condition);
    snprintf(text.s, sizeof text.s, "by a factor of %.40s", sb_text_double(factor, 3).s);
    return text;
}

const sb_condition *sb_selection_worst(const sb_terms *conditions)
{
    const sb_condition *worst = NULL;
    for (int i = 0; i < conditions->condition_count; i++) {
        const sb_condition *condition = &conditions->condition[i];
        if (condition->holds) continue;
        if (!worst || fmax(sb_condition_factor(condition), 0.0) > fmax(sb_condition_factor(worst), 0.0)) worst = condition;
    }
    return worst;
}

sb_choice_state sb_selection_state(const sb_selection *selection)
{
    const sb_terms conditions = sb_selection_conditions(selection);
    if (selection->feasible) return SB_CHOICE_FEASIBLE;
    return sb_selection_worst(&conditions) || isinf(selection->promise.sum) ? SB_CHOICE_INFEASIBLE : SB_CHOICE_UNKNOWN;
}

const char *sb_choice_state_name(sb_choice_state state)
{
    static const char *const names[] = {"feasible", "infeasible", "unknown"};
    return names[state];
}

void sb_selection_lacking(const sb_selection *selection, sb_list *out)
{
    for (int i = 0; i < selection->missing_count; i++) sb_list_add(out, ", ", "%s", selection->missing[i]->name);
}

void sb_terms_infinite(const sb_terms *terms, sb_list *out)
{
    for (int i = 0; i < terms->term_count; i++)
        if (isinf(terms->term[i].value)) sb_list_add(out, ", ", "%s", terms->term[i].name);
}

void sb_selection_obstacles(const sb_selection *selection, sb_list *out)
{
    const sb_terms conditions = sb_selection_conditions(selection);
    const size_t before = out->used;
    sb_list lacking = {0}, infinite = {0};
    if (selection->feasible) return;
    for (int i = 0; i < conditions.condition_count; i++) {
        const sb_condition *condition = &conditions.condition[i];
        if (condition->holds) continue;
        sb_list_add(out, "; ", "%s fails %s (%s against %s)", condition->name, sb_condition_failure(condition).s,
                    sb_finite_text(condition->value, 4).s, sb_finite_text(condition->limit, 4).s);
    }
    sb_selection_lacking(selection, &lacking);
    sb_terms_infinite(&selection->promise, &infinite);
    if (lacking.used) sb_list_add(out, "; ", "no bound without %s", lacking.text);
    if (infinite.used) sb_list_add(out, "; ", "beyond what a number holds: %s", infinite.text);
    if (out->used == before)
        sb_list_add(out, "; ", "no such choice was found%s%s", *selection->reason[0] ? ": " : "", selection->reason[0]);
}

sb_text sb_selection_promiser(const sb_selection *selection)
{
    sb_text text;
    snprintf(text.s, sizeof text.s, "%.60s, %s", sb_text_label(selection->statement).s, sb_form_name(selection->form));
    return text;
}

sb_text sb_finite_text(double x, int digits)
{
    if (!isinf(x)) return sb_text_double(x, digits);
    return x > 0.0 ? (sb_text){.s = "infinite"} : (sb_text){.s = "-infinite"};
}

sb_text sb_footnote_add(sb_footnotes *notes, sb_text cell, const char *format, ...)
{
    sb_text marked;
    char text[sizeof notes->text[0]];
    int i = 0;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    while (i < notes->count && strcmp(notes->text[i], text) != 0) i++;
    if (i == SB_MAX_FOOTNOTES) return cell;
    if (i == notes->count) strcpy(notes->text[notes->count++], text);
    snprintf(marked.s, sizeof marked.s, "%.80s [%c]", cell.s, 'a' + i);
    return marked;
}

void sb_footnotes_print(const sb_output *out, const sb_footnotes *notes)
{
    if (notes->count > 0) fputc('\n', out->stream);
    for (int i = 0; i < notes->count; i++) {
        const char bullet[] = {' ', ' ', '[', (char)('a' + i), ']', '\0'};
        sb_output_paragraph(out, 6, bullet, "%s.", notes->text[i]);
    }
}

void sb_choice_columns(sb_choice_titles *titles, sb_column *columns)
{
    columns[0] = (sb_column){"", 0, 1};
    for (int i = 0; i < SB_SELECTION_COUNT; i++) {
        char *title = titles->title[i];
        snprintf(title, sizeof titles->title[i], "%s", sb_selection_name((sb_selection_kind)i));
        for (char *p = title; *p; p++) *p = (char)(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
        columns[i + 1] = (sb_column){title, 1, 0};
    }
}
