/* choose.h: the pieces of the report on choices. For src/report; sb_selection_obstacles also for the command that applies one. */
#ifndef SB_REPORT_CHOOSE_H
#define SB_REPORT_CHOOSE_H

#include "report/parts.h"

/* What all pieces look at. `failures` points into `conditions`: not to be copied. */
typedef struct {
    const sb_situation *situation;
    const sb_selections *selections;
    sb_terms conditions[SB_SELECTION_COUNT]; /* of each choice: the remark's and those of its promise, each name once; no terms */
    sb_failures failures;                    /* those that fail for any choice, each name once */
} sb_choice_view;

void sb_choice_view_fill(const sb_situation *situation, const sb_selections *selections, sb_choice_view *view);

/* Infeasible: a condition fails, or the bound is infinite. Unknown: a constant is missing, or the choice was not found. */
typedef enum { SB_CHOICE_FEASIBLE, SB_CHOICE_INFEASIBLE, SB_CHOICE_UNKNOWN } sb_choice_state;

sb_choice_state sb_selection_state(const sb_selection *selection);
const char *sb_choice_state_name(sb_choice_state state); /* "feasible", ... */

/* sb_selection_conditions: the remark's conditions and those of the promise, each name once.
 * sb_selection_obstacles: adds why a choice is not feasible, "F0 <= (d+M2) e^-2 fails by a factor of 25.3 (12.1 against 0.478); ...";
 * nothing where it is. */
sb_terms sb_selection_conditions(const sb_selection *selection);
void sb_selection_obstacles(const sb_selection *selection, sb_list *out);

/* By how much a condition that fails does so. sb_condition_factor: value and limit apart, >= 1; NaN where one is not above 0, since
 * then only their difference tells. sb_condition_excess: "25.3 times", or "by 1.7"; sb_condition_failure the same
 * within a sentence: "by a factor of 25.3". */
double sb_condition_factor(const sb_condition *condition);
sb_text sb_condition_excess(const sb_condition *condition);
sb_text sb_condition_failure(const sb_condition *condition);

/* sb_selection_worst: of the conditions that fail, the one that does so by the largest factor; NULL where all hold. */
const sb_condition *sb_selection_worst(const sb_terms *conditions);

/* sb_selection_promiser: "Theorem 4.11, printed": whose right side is promised. sb_selection_lacking: "dtheta, mu". */
sb_text sb_selection_promiser(const sb_selection *selection);
void sb_selection_lacking(const sb_selection *selection, sb_list *out);
void sb_terms_infinite(const sb_terms *terms, sb_list *out); /* names of the terms that are infinite, "pruning, sampler" */

/* sb_finite_text: as sb_text_double, but an infinite number is a word. */
sb_text sb_finite_text(double x, int digits);

/* Remarks to cells of a table: the cell shows a letter, "12.3 [a]", the text stands below the table; equal texts share a letter. */
enum { SB_MAX_FOOTNOTES = 12 };
typedef struct {
    int count;
    char text[SB_MAX_FOOTNOTES][400];
} sb_footnotes;

sb_text sb_footnote_add(sb_footnotes *notes, sb_text cell, const char *format, ...) __attribute__((format(printf, 3, 4)));
void sb_footnotes_print(const sb_output *out, const sb_footnotes *notes);

/* sb_choice_columns: columns (SB_SELECTION_COUNT + 1): one for the labels of lines, one for each choice; the titles are kept in
 * `titles`. */
typedef struct {
    char title[SB_SELECTION_COUNT][24];
} sb_choice_titles;
void sb_choice_columns(sb_choice_titles *titles, sb_column *columns);

/* The sections of the table format, in order. */
void sb_choice_summary(const sb_output *out, const sb_choice_view *view);
sb_status sb_choice_table(sb_context *ctx, const sb_output *out, const sb_choice_view *view);
sb_status sb_choice_reasons(sb_context *ctx, const sb_output *out, const sb_choice_view *view);
sb_status sb_choice_terms(sb_context *ctx, const sb_output *out, const sb_choice_view *view);
sb_status sb_choice_certificate(sb_context *ctx, const sb_output *out, const sb_choice_view *view);
sb_status sb_choice_reach(sb_context *ctx, const sb_output *out, const sb_choice_view *view);

/* The formats for programs; CSV has one line for each choice and quantity. */
sb_status sb_choice_json(sb_context *ctx, const sb_output *out, const sb_choice_view *view);
void sb_choice_csv(FILE *stream, const sb_choice_view *view);

#endif
