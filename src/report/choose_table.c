#include "report/choose.h"

#include "report/fields.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>

/* One cell of the table of choices. */
typedef sb_text cell_function(const sb_choice_view *view, const sb_selection *s, sb_footnotes *notes);

static sb_text hyperparameter(double x, sb_footnotes *notes)
{
    const sb_text text = sb_finite_text(x, 4);
    return isinf(x) ? sb_footnote_add(notes, text, "no finite value serves; see WHY") : text;
}

static sb_text K_cell(const sb_choice_view *view, const sb_selection *s, sb_footnotes *notes)
{
    if (s->at.K > SB_LONGEST_GRID && isfinite(s->at.K))
        return sb_footnote_add(notes, sb_text_double(s->at.K, 2), "no grid that long: it has at most %.0f steps", SB_LONGEST_GRID);
    if (isfinite(s->at.K) && !sb_selection_affordable(view->situation, s))
        return sb_footnote_add(notes, sb_finite_text(s->at.K, 4), "more than the budget of %s evaluations",
                               sb_text_double(view->situation->K_budget, 4).s);
    return hyperparameter(s->at.K, notes);
}

static sb_text word(const char *text)
{
    sb_text copy;
    snprintf(copy.s, sizeof copy.s, "%.90s", text ? text : "-");
    return copy;
}

static sb_text grid_cell(const sb_choice_view *view, const sb_selection *s, sb_footnotes *notes)
{
    (void)view, (void)notes;
    return word(sb_config_choice_name("diffusion.grid", (int)s->at.grid));
}

static sb_text sampler_cell(const sb_choice_view *view, const sb_selection *s, sb_footnotes *notes)
{
    (void)view, (void)notes;
    return word(sb_config_choice_name("diffusion.sampler", (int)s->at.sampler));
}

static sb_text statement_cell(const sb_choice_view *view, const sb_selection *s, sb_footnotes *notes)
{
    (void)view, (void)notes;
    return sb_text_label(s->statement);
}

static sb_text form_cell(const sb_choice_view *view, const sb_selection *s, sb_footnotes *notes)
{
    (void)view, (void)notes;
    return word(sb_form_name(s->form));
}

/* What is to be said of a right side that is no finite number; 0 where it is one. */
static int not_finite(const sb_terms *terms, sb_text *text, sb_footnotes *notes)
{
    sb_list infinite = {0}, none = {0};
    sb_terms_infinite(terms, &infinite);
    for (int i = 0; i < terms->term_count; i++)
        if (isnan(terms->term[i].value)) sb_list_add(&none, ", ", "%s", terms->term[i].name);
    if (infinite.used) *text = sb_footnote_add(notes, *text, "beyond what a number holds: %.300s", infinite.text);
    else if (none.used) *text = sb_footnote_add(notes, *text, "means nothing there: %.300s", none.text);
    else if (isinf(terms->sum)) *text = sb_footnote_add(notes, *text, "the sum of the terms is beyond what a number holds");
    return !isfinite(terms->sum);
}

static sb_text promise_cell(const sb_choice_view *view, const sb_selection *s, sb_footnotes *notes)
{
    sb_text text = sb_finite_text(s->promise.sum, 4);
    sb_list lacking = {0};
    (void)view;
    sb_selection_lacking(s, &lacking);
    if (lacking.used) return sb_footnote_add(notes, text, "no bound without %.300s", lacking.text);
    if (!not_finite(&s->promise, &text, notes) && s->statement->hidden[s->form])
        return sb_footnote_add(notes, text, "the statement hides %.300s, taken as 1 here", s->statement->hidden[s->form]);
    return text;
}

static sb_text worker_cell(const sb_choice_view *view, const sb_selection *s, sb_footnotes *notes)
{
    (void)view, (void)notes;
    return s->worker < 0 ? word("-") : sb_text_double(s->worker, 4);
}

static sb_text yardstick_cell(const sb_choice_view *view, const sb_selection *s, sb_footnotes *notes)
{
    sb_text text = sb_finite_text(s->yardstick.sum, 4);
    const sb_condition *worst = sb_selection_worst(&s->yardstick);
    (void)view;
    if (not_finite(&s->yardstick, &text, notes) || !worst) return text;
    return sb_footnote_add(notes, text, "proves nothing there: %.200s fails (%.40s against %.40s)", worst->name,
                           sb_finite_text(worst->value, 4).s, sb_finite_text(worst->limit, 4).s);
}

static sb_text chain_cell(const sb_choice_view *view, const sb_selection *s, sb_footnotes *notes)
{
    const sb_text text = sb_finite_text(s->chain, 4);
    (void)view;
    return isinf(s->chain) ? sb_footnote_add(notes, text, "the chain of the pilot run diverged") : text;
}

static sb_text feasible_cell(const sb_choice_view *view, const sb_selection *s, sb_footnotes *notes)
{
    sb_list text = {0};
    (void)notes;
    switch (sb_selection_state(s)) {
    case SB_CHOICE_FEASIBLE: return word("yes");
    case SB_CHOICE_UNKNOWN: return word("unknown");
    default:
        sb_list_add(&text, "", "no");
        sb_failures_marks(&view->failures, &view->conditions[s->kind], " ", &text);
        return word(text.text);
    }
}

static const char *feasible_color(sb_choice_state state)
{
    return state == SB_CHOICE_FEASIBLE ? "green" : state == SB_CHOICE_INFEASIBLE ? "red" : "magenta";
}

static const struct {
    const char *label;
    cell_function *cell;
    sb_field field; /* where cell is NULL: of sb_hyperparameters */
    int of_config;  /* nonzero: nothing is known of it by hand */
} lines[] = {
    {.label = "T", .field = {"T", offsetof(sb_hyperparameters, T)}},
    {.label = "delta", .field = {"delta", offsetof(sb_hyperparameters, delta)}},
    {.label = "K", .cell = K_cell},
    {.label = "kappa", .field = {"kappa", offsetof(sb_hyperparameters, kappa)}},
    {.label = "grid", .cell = grid_cell},
    {.label = "sampler", .cell = sampler_cell},
    {.label = "eta", .field = {"eta", offsetof(sb_hyperparameters, eta)}},
    {.label = "S", .field = {"S", offsetof(sb_hyperparameters, S)}},
    {.label = "R", .field = {"R", offsetof(sb_hyperparameters, R)}},
    {.label = "promised by", .cell = statement_cell},
    {.label = "in the form", .cell = form_cell},
    {.label = "PROMISED BOUND", .cell = promise_cell},
    {.label = "worst worker", .cell = worker_cell, .of_config = 1},
    {.label = "a priori bound", .cell = yardstick_cell},
    {.label = "chain KL of pilot", .cell = chain_cell, .of_config = 1},
    {.label = "feasible", .cell = feasible_cell},
};
enum { LINES = sizeof lines / sizeof *lines };

static sb_text cell_at(int line, const sb_choice_view *view, const sb_selection *s, sb_footnotes *notes)
{
    return lines[line].cell ? lines[line].cell(view, s, notes) : hyperparameter(sb_field_double(&s->at, &lines[line].field), notes);
}

static void explain(const sb_output *out, const sb_choice_view *view, const sb_footnotes *notes)
{
    const sb_form form = view->selections->selection[SB_SELECTION_OPTIMISED].yardstick_form;
    fputc('\n', out->stream);
    sb_output_paragraph(
        out, 2, "",
        "Bounds of KL(q_delta||p) in nats. Each choice leads to a promise of its own; the a priori bound (%s) is the "
        "same measure for all four.%s%s",
        sb_form_name(form),
        form == SB_FORM_SHARP ? " Without mu it only grows with eta: the less is learned, the smaller it is." : "",
        view->failures.count > 0 ? " [1]: condition [1], below, fails." : "");
    sb_footnotes_print(out, notes);
}

sb_status sb_choice_table(sb_context *ctx, const sb_output *out, const sb_choice_view *view)
{
    sb_status st = SB_OK;
    sb_table *table = NULL;
    sb_choice_titles titles;
    sb_column columns[SB_SELECTION_COUNT + 1];
    sb_footnotes notes = {0};
    sb_choice_columns(&titles, columns);
    SB_TRY(sb_table_create(ctx, out, SB_SELECTION_COUNT + 1, columns, &table));
    for (int l = 0; l < LINES; l++) {
        if (lines[l].of_config && !view->situation->config) continue;
        sb_table_row(table);
        sb_table_cell(table, lines[l].label, NULL);
        for (int i = 0; i < SB_SELECTION_COUNT; i++) {
            const sb_selection *s = &view->selections->selection[i];
            const char *color = lines[l].cell == feasible_cell ? feasible_color(sb_selection_state(s)) : NULL;
            sb_table_cell(table, cell_at(l, view, s, &notes).s, color);
        }
    }
    sb_output_title(out, "CHOICES");
    SB_TRY(sb_table_print(ctx, table));
    explain(out, view, &notes);
done:
    sb_table_free(table);
    return st;
}

sb_status sb_choice_reasons(sb_context *ctx, const sb_output *out, const sb_choice_view *view)
{
    static const sb_column columns[] = {{"CHOICE", 0, 0}, {"OF", 0, 0}, {"WHY", 0, 0}};
    static const char *const of[SB_SELECTION_REASONS] = {"T", "K", "eta"};
    sb_status st = SB_OK;
    sb_table *table = NULL;
    SB_TRY(sb_table_create(ctx, out, 3, columns, &table));
    for (int i = 0; i < SB_SELECTION_COUNT; i++) {
        const sb_selection *s = &view->selections->selection[i];
        for (int r = 0; r < SB_SELECTION_REASONS; r++) {
            sb_table_row(table);
            sb_table_cell(table, r == 0 ? sb_selection_name(s->kind) : "", NULL);
            sb_table_cell(table, of[r], NULL);
            sb_table_cell(table, *s->reason[r] ? sb_text_wrapped(s->reason[r], out->width - 20).s : "-", NULL);
        }
    }
    sb_output_title(out, "WHY");
    SB_TRY(sb_table_print(ctx, table));
done:
    sb_table_free(table);
    return st;
}
