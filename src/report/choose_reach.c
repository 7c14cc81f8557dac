#include "report/choose.h"

#include <math.h>
#include <stdio.h>

static sb_text number(double x, const char *why, sb_footnotes *notes)
{
    const sb_text text = sb_finite_text(x, 4);
    return isinf(x) ? sb_footnote_add(notes, text, "%s", why) : text;
}

static sb_text percent(double share, const char *why, sb_footnotes *notes)
{
    sb_text text;
    if (!isfinite(share)) return number(share, why, notes);
    snprintf(text.s, sizeof text.s, "%.40s %%", sb_text_double(100.0 * share, 3).s);
    return text;
}

static const char *pilot_words(const sb_selection *s)
{
    static const char *const words[] = {"none", "own grid", "this choice"};
    return words[s->piloted];
}

/* The lines of the table, each with a number of the reach or, last, words; only a configuration has those from F0 on. */
enum { MOVED, HALF_AT_LEAST, HALF_AT_MOST, SHARE, F0, FR, DTHETA, PILOT, LINES, BY_HAND = F0 };
static const char *const labels[LINES] = {
    [MOVED] = "eta S R",
    [HALF_AT_LEAST] = "eta S R to halve, at least",
    [HALF_AT_MOST] = "eta S R to halve, at most",
    [SHARE] = "share gone, at most",
    [F0] = "F0 of pilot",
    [FR] = "FR of pilot",
    [DTHETA] = "|theta_R - theta_0|",
    [PILOT] = "pilot run at",
};

static sb_text cell(const sb_selection *s, int line, sb_footnotes *notes)
{
    static const char never[] = "no training gets there: nothing is left to descend, or eta is 0",
                      beyond[] = "beyond what a number holds";
    const sb_reach *reach = &s->reach;
    sb_text words;
    switch (line) {
    case MOVED: return number(reach->moved, beyond, notes);
    case HALF_AT_LEAST: return number(reach->half_at_least, never, notes);
    case HALF_AT_MOST: return number(reach->half_at_most, never, notes);
    case SHARE: return percent(reach->share_most, beyond, notes);
    case F0: return number(reach->F0, beyond, notes);
    case FR: return number(reach->FR, beyond, notes);
    case DTHETA: return number(reach->dtheta, beyond, notes);
    default: snprintf(words.s, sizeof words.s, "%s", pilot_words(s)); return words;
    }
}

sb_status sb_choice_reach(sb_context *ctx, const sb_output *out, const sb_choice_view *view)
{
    sb_status st = SB_OK;
    sb_table *table = NULL;
    sb_choice_titles titles;
    sb_column columns[SB_SELECTION_COUNT + 1];
    sb_footnotes notes = {0};
    sb_choice_columns(&titles, columns);
    SB_TRY(sb_table_create(ctx, out, SB_SELECTION_COUNT + 1, columns, &table));
    for (int line = 0; line < (view->situation->config ? LINES : BY_HAND); line++) {
        sb_table_row(table);
        sb_table_cell(table, labels[line], NULL);
        for (int i = 0; i < SB_SELECTION_COUNT; i++)
            sb_table_cell(table, cell(&view->selections->selection[i], line, &notes).s, NULL);
    }
    sb_output_title(out, "HOW FAR TRAINING MOVES");
    SB_TRY(sb_table_print(ctx, table));
    fputc('\n', out->stream);
    sb_output_paragraph(
        out, 2, "",
        "In units of eta S R: what exact gradient descent with this eta needs at least (from L) and at most (from mu) "
        "to halve F0 - min F, and the largest share of F0 - min F that can be gone in the end. A bound holds easily "
        "where nothing is learned.");
    sb_footnotes_print(out, &notes);
done:
    sb_table_free(table);
    return st;
}
