#include "report/choose.h"

#include <stdio.h>

/* One line after the other, all of one choice; `prefix` begins the names of quantities. */
typedef struct {
    sb_csv csv;
    const char *choice; /* NULL: of all choices */
} lines;

static void begin(lines *l, const char *prefix, const char *name)
{
    char quantity[300];
    snprintf(quantity, sizeof quantity, "%s%s%s", prefix, *prefix ? "." : "", name);
    sb_csv_text(&l->csv, l->choice);
    sb_csv_text(&l->csv, quantity);
}

static void add_double(lines *l, const char *prefix, const char *name, double x)
{
    begin(l, prefix, name);
    sb_csv_double(&l->csv, x);
    sb_csv_end(&l->csv);
}

static void add_integer(lines *l, const char *prefix, const char *name, long x)
{
    begin(l, prefix, name);
    sb_csv_integer(&l->csv, x);
    sb_csv_end(&l->csv);
}

static void add_text(lines *l, const char *prefix, const char *name, const char *text)
{
    begin(l, prefix, name);
    sb_csv_text(&l->csv, text);
    sb_csv_end(&l->csv);
}

static void add_terms(lines *l, const char *prefix, const sb_terms *terms)
{
    char inside[200];
    add_double(l, prefix, "rhs", terms->sum);
    snprintf(inside, sizeof inside, "%s.terms", prefix);
    for (int i = 0; i < terms->term_count; i++) add_double(l, inside, terms->term[i].name, terms->term[i].value);
    for (int i = 0; i < terms->condition_count; i++) {
        const sb_condition *condition = &terms->condition[i];
        snprintf(inside, sizeof inside, "%s.conditions.%.120s", prefix, condition->name);
        add_double(l, inside, "value", condition->value);
        add_double(l, inside, "limit", condition->limit);
        add_integer(l, inside, "holds", condition->holds != 0);
    }
}

static void add_hyperparameters(lines *l, const sb_hyperparameters *at)
{
    add_double(l, "", "T", at->T);
    add_double(l, "", "delta", at->delta);
    add_double(l, "", "K", at->K);
    add_double(l, "", "kappa", at->kappa);
    add_text(l, "", "grid", sb_config_choice_name("diffusion.grid", (int)at->grid));
    add_text(l, "", "sampler", sb_config_choice_name("diffusion.sampler", (int)at->sampler));
    add_double(l, "", "eta", at->eta);
    add_double(l, "", "S", at->S);
    add_double(l, "", "R", at->R);
}

static void add_bounds(lines *l, const sb_selection *s)
{
    sb_list lacking = {0};
    sb_selection_lacking(s, &lacking);
    add_text(l, "bound", "statement", s->statement->name);
    add_text(l, "bound", "form", sb_form_name(s->form));
    if (s->worker >= 0) add_integer(l, "bound", "worker", s->worker);
    else add_text(l, "bound", "worker", NULL);
    add_text(l, "bound", "needs", lacking.text);
    add_terms(l, "bound", &s->promise);
    if (sb_selection_is_remark(s->kind)) add_terms(l, "remark", &s->remark);
    add_text(l, "a_priori", "form", sb_form_name(s->yardstick_form));
    add_terms(l, "a_priori", &s->yardstick);
}

static void add_certificate(lines *l, const sb_certificate *c)
{
    add_double(l, "certificate", "F0", c->F0);
    add_double(l, "certificate", "F0_most", c->F0_most);
    add_double(l, "certificate", "F0_least", c->F0_least);
    add_double(l, "certificate", "delta_model", c->delta_model);
    add_double(l, "certificate", "delta_perfect", c->delta_perfect);
}

static void add_training(lines *l, const sb_selection *s)
{
    add_double(l, "training", "moved", s->reach.moved);
    add_double(l, "training", "half_at_least", s->reach.half_at_least);
    add_double(l, "training", "half_at_most", s->reach.half_at_most);
    add_double(l, "training", "share_most", s->reach.share_most);
    add_double(l, "training", "F0", s->reach.F0);
    add_double(l, "training", "FR", s->reach.FR);
    add_double(l, "training", "dtheta", s->reach.dtheta);
    add_integer(l, "", "pilot", s->piloted);
    add_double(l, "", "chain", s->chain);
}

static void add_choice(lines *l, const sb_selection *s)
{
    add_integer(l, "", "feasible", s->feasible != 0);
    add_hyperparameters(l, &s->at);
    add_text(l, "reasons", "T", s->reason[0]);
    add_text(l, "reasons", "K", s->reason[1]);
    add_text(l, "reasons", "eta", s->reason[2]);
    add_bounds(l, s);
    if (!s->feasible && sb_selection_is_remark(s->kind)) add_certificate(l, &s->certificate);
    add_training(l, s);
}

void sb_choice_csv(FILE *stream, const sb_choice_view *view)
{
    const sb_selections *s = view->selections;
    lines l = {{stream, 0}, NULL};
    sb_csv_header(&l.csv, "choice quantity value");
    add_double(&l, "", "target", s->target);
    add_integer(&l, "", "target_given", s->target_given != 0);
    add_double(&l, "budget", "K", view->situation->K_budget);
    add_double(&l, "budget", "steps", view->situation->steps_budget);
    add_double(&l, "needed", "K", s->K_needed);
    add_double(&l, "", "score_least", s->score_least);
    for (int i = 0; i < SB_SELECTION_COUNT; i++) {
        l.choice = sb_selection_name(s->selection[i].kind);
        add_choice(&l, &s->selection[i]);
    }
}
