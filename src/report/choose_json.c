#include "report/choose.h"

#include <math.h>

/* An object as it grows. A number that is infinite becomes null, and "reason", added in the end, names it. */
typedef struct {
    json_t *json;
    sb_list infinite;
    int *failed;
} object;

static object object_begin(int *failed)
{
    return (object){.json = json_object(), .failed = failed};
}

static void put(object *o, const char *key, json_t *value)
{
    sb_json_put(o->json, key, value, o->failed);
}

static void put_double(object *o, const char *key, double x)
{
    if (isinf(x)) sb_list_add(&o->infinite, ", ", "%s", key);
    put(o, key, sb_json_double(x));
}

static void put_text(object *o, const char *key, const char *text)
{
    put(o, key, text ? json_string(text) : json_null());
}

static json_t *object_end(object *o)
{
    if (o->infinite.used) {
        sb_list reason = {0};
        sb_list_add(&reason, "", "infinite: %.3900s", o->infinite.text);
        put_text(o, "reason", reason.text);
    }
    return o->json;
}

static json_t *lacking_json(const sb_selection *s, int *failed)
{
    json_t *array = json_array();
    for (int i = 0; i < s->missing_count; i++) sb_json_append(array, json_string(s->missing[i]->name), failed);
    return array;
}

/* "rhs" and "terms"; infinite ones are named in the reason of `o`. */
static void put_terms(object *o, const sb_terms *terms)
{
    object inside = object_begin(o->failed);
    put_double(o, "rhs", terms->sum);
    for (int i = 0; i < terms->term_count; i++) put(&inside, terms->term[i].name, sb_json_double(terms->term[i].value));
    sb_terms_infinite(terms, &o->infinite);
    put(o, "terms", object_end(&inside));
}

static json_t *bound_json(const sb_selection *s, int *failed)
{
    object o = object_begin(failed);
    put_text(&o, "statement", s->statement->name);
    put_text(&o, "form", sb_form_name(s->form));
    put(&o, "worker", s->worker < 0 ? json_null() : json_integer(s->worker));
    put_terms(&o, &s->promise);
    put(&o, "conditions", sb_conditions_json(&s->promise, failed));
    put(&o, "needs", lacking_json(s, failed));
    if (s->statement->hidden[s->form]) put_text(&o, "hidden_constant", s->statement->hidden[s->form]);
    return object_end(&o);
}

static json_t *remark_json(const sb_selection *s, int *failed)
{
    if (!sb_selection_is_remark(s->kind)) return json_null();
    object o = object_begin(failed);
    put_terms(&o, &s->remark);
    put(&o, "conditions", sb_conditions_json(&s->remark, failed));
    return object_end(&o);
}

static json_t *a_priori_json(const sb_selection *s, int *failed)
{
    object o = object_begin(failed);
    put_text(&o, "form", sb_form_name(s->yardstick_form));
    put_terms(&o, &s->yardstick);
    put(&o, "conditions", sb_conditions_json(&s->yardstick, failed));
    return object_end(&o);
}

static json_t *failure_json(const sb_condition *condition, int *failed)
{
    object o = object_begin(failed);
    put_text(&o, "name", condition->name);
    put_double(&o, "value", condition->value);
    put_double(&o, "limit", condition->limit);
    put_double(&o, "factor", sb_condition_factor(condition));
    return object_end(&o);
}

static json_t *certificate_json(const sb_selection *s, const sb_terms *conditions, int *failed)
{
    const sb_certificate *c = &s->certificate;
    if (!sb_selection_is_remark(s->kind) || s->feasible) return json_null();
    object o = object_begin(failed);
    json_t *fails = json_array();
    for (int i = 0; i < conditions->condition_count; i++)
        if (!conditions->condition[i].holds) sb_json_append(fails, failure_json(&conditions->condition[i], failed), failed);
    put(&o, "fails", fails);
    put_double(&o, "F0", c->F0);
    put_double(&o, "F0_most", c->F0_most);
    put_double(&o, "F0_least", c->F0_least);
    put_double(&o, "delta_model", c->delta_model);
    put_double(&o, "delta_perfect", c->delta_perfect);
    return object_end(&o);
}

static json_t *training_json(const sb_reach *reach, int *failed)
{
    object o = object_begin(failed);
    put_double(&o, "moved", reach->moved);
    put_double(&o, "half_at_least", reach->half_at_least);
    put_double(&o, "half_at_most", reach->half_at_most);
    put_double(&o, "share_most", reach->share_most);
    put_double(&o, "F0", reach->F0);
    put_double(&o, "FR", reach->FR);
    put_double(&o, "dtheta", reach->dtheta);
    return object_end(&o);
}

static json_t *reasons_json(const sb_selection *s, int *failed)
{
    object o = object_begin(failed);
    put_text(&o, "T", s->reason[0]);
    put_text(&o, "K", s->reason[1]);
    put_text(&o, "eta", s->reason[2]);
    return object_end(&o);
}

static json_t *choice_json(const sb_selection *s, const sb_terms *conditions, int *failed)
{
    object o = object_begin(failed);
    put_text(&o, "name", sb_selection_name(s->kind));
    put(&o, "feasible", json_boolean(s->feasible));
    put_text(&o, "state", sb_choice_state_name(sb_selection_state(s)));
    put_double(&o, "T", s->at.T);
    put_double(&o, "delta", s->at.delta);
    put_double(&o, "K", s->at.K);
    put_double(&o, "kappa", s->at.kappa);
    put_text(&o, "grid", sb_config_choice_name("diffusion.grid", (int)s->at.grid));
    put_text(&o, "sampler", sb_config_choice_name("diffusion.sampler", (int)s->at.sampler));
    put_double(&o, "eta", s->at.eta);
    put_double(&o, "S", s->at.S);
    put_double(&o, "R", s->at.R);
    put(&o, "reasons", reasons_json(s, failed));
    put(&o, "bound", bound_json(s, failed));
    put(&o, "remark", remark_json(s, failed));
    put(&o, "a_priori", a_priori_json(s, failed));
    put(&o, "certificate", certificate_json(s, conditions, failed));
    put(&o, "training", training_json(&s->reach, failed));
    put(&o, "pilot", json_integer(s->piloted));
    put_double(&o, "chain", s->chain);
    return object_end(&o);
}

static json_t *budget_json(const sb_situation *situation, int *failed)
{
    object o = object_begin(failed);
    put_double(&o, "K", situation->K_budget);
    put_double(&o, "steps", situation->steps_budget);
    return object_end(&o);
}

static json_t *needed_json(double K, int *failed)
{
    object o = object_begin(failed);
    put_double(&o, "K", K);
    return object_end(&o);
}

sb_status sb_choice_json(sb_context *ctx, const sb_output *out, const sb_choice_view *view)
{
    int failed = 0;
    const sb_selections *s = view->selections;
    object root = object_begin(&failed);
    json_t *choices = json_array();
    for (int i = 0; i < SB_SELECTION_COUNT; i++)
        sb_json_append(choices, choice_json(&s->selection[i], &view->conditions[i], &failed), &failed);
    put_double(&root, "target", s->target);
    put(&root, "target_given", json_boolean(s->target_given));
    put(&root, "budget", budget_json(view->situation, &failed));
    put(&root, "needed", needed_json(s->K_needed, &failed));
    put_double(&root, "score_least", s->score_least);
    put(&root, "choices", choices);
    return sb_json_write(ctx, object_end(&root), failed, out->stream);
}
