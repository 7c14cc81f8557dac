#include "report/choose.h"

#include <math.h>

/* Of the target: what is less is rounding. Of F0 - min F: a share from here on limits nothing. */
static const double NOTHING = 1e-9, ALL_OF_IT = 0.995;

static void which_are_feasible(const sb_output *out, const sb_choice_view *view)
{
    sb_list names[SB_CHOICE_UNKNOWN + 1] = {{0}}, text = {0};
    for (int i = 0; i < SB_SELECTION_COUNT; i++)
        sb_list_add(&names[sb_selection_state(&view->selections->selection[i])], ", ", "%s",
                    sb_selection_name((sb_selection_kind)i));
    if (names[SB_CHOICE_FEASIBLE].used) sb_list_add(&text, " ", "Feasible: %s.", names[SB_CHOICE_FEASIBLE].text);
    if (names[SB_CHOICE_INFEASIBLE].used) sb_list_add(&text, " ", "Infeasible: %s.", names[SB_CHOICE_INFEASIBLE].text);
    if (names[SB_CHOICE_UNKNOWN].used) sb_list_add(&text, " ", "Cannot be told: %s.", names[SB_CHOICE_UNKNOWN].text);
    sb_output_paragraph(out, 4, "  -", "%s", text.text);
}

static void budget_words(const sb_situation *situation, sb_list *out)
{
    if (isfinite(situation->K_budget)) sb_list_add(out, " and ", "K\t<=\t%s", sb_text_double(situation->K_budget, 4).s);
    if (isfinite(situation->steps_budget)) sb_list_add(out, " and ", "S R\t<=\t%s", sb_text_double(situation->steps_budget, 4).s);
}

static void what_to_take(const sb_output *out, const sb_choice_view *view, const sb_selection *best)
{
    const sb_hyperparameters *at = &best->at;
    sb_list budget = {0};
    budget_words(view->situation, &budget);
    sb_output_paragraph(out, 4, "  -",
                        "Take the %s choice: T\t=\t%s, %s steps of the %s grid (kappa\t=\t%s) down to delta\t=\t%s, sampler %s; "
                        "eta\t=\t%s in %s rounds of %s local steps.%s%s%s",
                        sb_selection_name(best->kind), sb_finite_text(at->T, 4).s, sb_finite_text(at->K, 4).s,
                        sb_config_choice_name("diffusion.grid", (int)at->grid), sb_finite_text(at->kappa, 4).s,
                        sb_finite_text(at->delta, 4).s, sb_config_choice_name("diffusion.sampler", (int)at->sampler),
                        sb_finite_text(at->eta, 4).s, sb_finite_text(at->R, 4).s, sb_finite_text(at->S, 4).s,
                        budget.used ? " Budget: " : "", budget.text, budget.used ? "." : "");
}

static void nothing_to_take(const sb_output *out, const sb_choice_view *view)
{
    const sb_selection *last = &view->selections->selection[SB_SELECTION_OPTIMISED];
    sb_list why = {0};
    sb_selection_obstacles(last, &why);
    sb_output_paragraph(out, 4, "  -", "No choice can be recommended. The %s one: %.1500s.", sb_selection_name(last->kind),
                        why.text);
}

static const sb_term *largest(const sb_terms *terms)
{
    const sb_term *most = NULL;
    for (int i = 0; i < terms->term_count; i++)
        if (isfinite(terms->term[i].value) && (!most || terms->term[i].value > most->value)) most = &terms->term[i];
    return most;
}

static void target_words(const sb_selections *selections, double bound, sb_list *out)
{
    const double target = selections->target;
    const char *given = selections->target_given ? "" : " (a tenth of a nat for each dimension)";
    const sb_text nats = sb_text_double(target, 4);
    if (bound <= target) sb_list_add(out, "", "; the target of %s nats%s is met.", nats.s, given);
    else sb_list_add(out, "", "; that is %s times the target of %s nats%s.", sb_finite_text(bound / target, 3).s, nats.s, given);
}

static void what_is_promised(const sb_output *out, const sb_choice_view *view, const sb_selection *best)
{
    const double bound = best->promise.sum;
    const sb_term *most = largest(&best->promise);
    sb_list text = {0};
    sb_list_add(&text, "", "It promises KL(q_delta||p)\t<=\t%s nats (%s%s) with the constants %s", sb_finite_text(bound, 4).s,
                sb_selection_promiser(best).s, best->statement->hidden[best->form] ? ", its hidden constant taken as 1" : "",
                view->situation->config ? "that a pilot run met" : "given");
    if (best->worker >= 0 && view->situation->count > 1)
        sb_list_add(&text, "", ", for worker %d, the worst of %d", best->worker, view->situation->count);
    target_words(view->selections, bound, &text);
    if (bound >= best->prior)
        sb_list_add(&text, " ", "That is vacuous: pure noise, no network at all, has %s nats.", sb_finite_text(best->prior, 4).s);
    if (most) sb_list_add(&text, " ", "Its largest term: %s, %s nats.", most->name, sb_text_double(most->value, 4).s);
    if (isfinite(best->chain))
        sb_list_add(&text, " ", "A pilot run at this choice came to a chain KL, an upper bound too, of %s nats.",
                    sb_text_double(best->chain, 4).s);
    sb_output_paragraph(out, 4, "  -", "%s", text.text);
}

/* Where the smallest promise is not what is recommended, or is small because nothing is learned. */
static void what_is_learned(const sb_output *out, const sb_choice_view *view, const sb_selection *best)
{
    const sb_selection *last = &view->selections->selection[SB_SELECTION_OPTIMISED];
    const char *name = sb_selection_name(last->kind);
    sb_list text = {0};
    if (!last->feasible) return;
    if (last != best) sb_list_add(&text, " ", "The %s choice promises %s nats", name, sb_finite_text(last->promise.sum, 4).s);
    if (last != best && isfinite(last->chain) && isfinite(best->chain))
        sb_list_add(&text, "", ", but its pilot run came to a chain KL of %s nats, this one's to %s",
                    sb_text_double(last->chain, 4).s, sb_text_double(best->chain, 4).s);
    if (text.used) sb_list_add(&text, "", ".");
    if (!sb_selection_learns(last))
        sb_list_add(&text, " ",
                    "With the %s eta\t=\t%s at most %s\t%% of F0 - min F can be gone: the bound charges more for training than it "
                    "credits.",
                    name, sb_finite_text(last->at.eta, 4).s, sb_finite_text(100.0 * last->reach.share_most, 3).s);
    if (text.used) sb_output_paragraph(out, 4, "  -", "%s", text.text);
}

/* What no choice within the budgets changes. */
static void what_binds(const sb_output *out, const sb_choice_view *view)
{
    const sb_selections *s = view->selections;
    sb_list text = {0};
    if (isnan(s->K_needed))
        sb_list_add(&text, " ", "No grid of up to %.0f steps brings initialisation and discretisation below half of the target.",
                    SB_LONGEST_GRID);
    else {
        sb_list_add(&text, " ", "Initialisation and discretisation take half of the target with K\t=\t%s steps",
                    sb_finite_text(s->K_needed, 4).s);
        if (isfinite(view->situation->K_budget))
            sb_list_add(&text, "",
                        s->K_needed > view->situation->K_budget ? ", more than the budget of %s" : ", within the budget of %s",
                        sb_text_double(view->situation->K_budget, 4).s);
        sb_list_add(&text, "", ".");
    }
    if (isfinite(s->score_least))
        sb_list_add(&text, " ", "No training, however long, brings the score part of the bound below %s nats.",
                    fabs(s->score_least) < NOTHING * s->target ? "0" : sb_text_double(s->score_least, 4).s);
    sb_output_paragraph(out, 4, "  -", "%s", text.text);
}

static int count_failures(const sb_terms *conditions)
{
    int count = 0;
    for (int i = 0; i < conditions->condition_count; i++) count += !conditions->condition[i].holds;
    return count;
}

/* By how much, with `worst` the condition that fails most, and what would mend it. */
static void infeasible_words(const sb_terms *conditions, const sb_condition *worst, const sb_certificate *certificate, sb_list *out)
{
    const int others = count_failures(conditions) - 1;
    sb_list_add(out, " ", "Remark 4.12 as printed is infeasible: %s fails %s (%s against %s)", worst->name,
                sb_condition_failure(worst).s, sb_finite_text(worst->value, 4).s, sb_finite_text(worst->limit, 4).s);
    if (others > 0) sb_list_add(out, "", ", and %d other condition%s.", others, others > 1 ? "s" : "");
    else sb_list_add(out, "", ".");
    if (certificate->F0_least > certificate->F0_most)
        sb_list_add(out, " ",
                    "No model mends that at this delta: even the perfect score has F0\t>=\t%s, and F0\t<=\t%s is asked for.",
                    sb_finite_text(certificate->F0_least, 4).s, sb_finite_text(certificate->F0_most, 4).s);
    if (isfinite(certificate->delta_model))
        sb_list_add(out, " ", "With this model it takes delta\t>=\t%s.", sb_text_double(certificate->delta_model, 4).s);
}

static void about_the_remark(const sb_output *out, const sb_choice_view *view)
{
    const sb_selection *s = &view->selections->selection[SB_SELECTION_PRINTED];
    const sb_terms *conditions = &view->conditions[SB_SELECTION_PRINTED];
    const sb_condition *worst = sb_selection_worst(conditions);
    sb_list text = {0}, why = {0};
    sb_selection_obstacles(s, &why);
    if (s->feasible) sb_list_add(&text, " ", "Remark 4.12 as printed is feasible here.");
    else if (worst) infeasible_words(conditions, worst, &s->certificate, &text);
    else sb_list_add(&text, " ", "Remark 4.12 as printed: %.1000s.", why.text);
    sb_output_paragraph(out, 4, "  -", "%s", text.text);
}

static void how_far_it_moves(const sb_output *out, const sb_choice_view *view)
{
    const sb_selection *s = &view->selections->selection[SB_SELECTION_PRINTED];
    const double share = s->reach.share_most;
    const int partly = share < ALL_OF_IT;
    if (!isfinite(s->at.eta) || !isfinite(s->reach.moved) || !isfinite(share) || !isfinite(s->reach.half_at_least)) return;
    sb_output_paragraph(
        out, 4, "  -",
        "With the printed eta\t=\t%s training moves by eta S R\t=\t%s, and halving F0 - min F takes at least %s%s%s%s%s.",
        sb_text_double(s->at.eta, 4).s, sb_text_double(s->reach.moved, 4).s, sb_finite_text(s->reach.half_at_least, 4).s,
        partly ? ": at most " : "", partly ? sb_text_double(100.0 * share, 3).s : "", partly ? "\t% of F0 - min F can be gone" : "",
        !sb_selection_learns(s) ? "; the remark keeps its bound small by learning next to nothing" : "");
}

void sb_choice_summary(const sb_output *out, const sb_choice_view *view)
{
    const sb_selection *best = sb_selection_recommended(view->situation, view->selections);
    sb_output_title(out, "SUMMARY");
    which_are_feasible(out, view);
    if (best) {
        what_to_take(out, view, best);
        what_is_promised(out, view, best);
        what_is_learned(out, view, best);
    } else nothing_to_take(out, view);
    what_binds(out, view);
    about_the_remark(out, view);
    how_far_it_moves(out, view);
}
