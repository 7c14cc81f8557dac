#include "report/parts.h"

#include <math.h>

static const char *kind_name(sb_kind kind)
{
    static const char *const names[] = {"upper", "equality", "condition"};
    return names[kind];
}

static json_t *number_or_null(sb_number x)
{
    return isnan(x.value) ? json_null() : sb_json_number(x);
}

static void put_instance(json_t *object, const sb_ledger_instance *instance, int *failed)
{
    sb_json_put(object, "worker", instance->worker < 0 ? json_null() : json_integer(instance->worker), failed);
    sb_json_put(object, "lhs", number_or_null(instance->lhs), failed);
    sb_json_put(object, "rhs", number_or_null(instance->rhs), failed);
    sb_json_put(object, "ratio", sb_json_double(sb_instance_ratio(instance)), failed);
    sb_json_put(object, "verdict", json_string(sb_verdict_name(instance->verdict)), failed);
}

static json_t *terms_json(const sb_terms *terms, int *failed)
{
    json_t *object = json_object();
    for (int i = 0; i < terms->term_count; i++)
        sb_json_put(object, terms->term[i].name, sb_json_double(terms->term[i].value), failed);
    return object;
}

json_t *sb_conditions_json(const sb_terms *terms, int *failed)
{
    json_t *array = json_array();
    for (int i = 0; i < terms->condition_count; i++) {
        const sb_condition *condition = &terms->condition[i];
        json_t *object = json_object();
        sb_json_put(object, "name", json_string(condition->name), failed);
        sb_json_put(object, "limit", sb_json_double(condition->limit), failed);
        sb_json_put(object, "value", sb_json_double(condition->value), failed);
        sb_json_put(object, "holds", json_boolean(condition->holds), failed);
        if (isinf(condition->limit)) sb_json_put(object, "reason", json_string("the limit is infinite"), failed);
        else if (isinf(condition->value)) sb_json_put(object, "reason", json_string("the value is infinite"), failed);
        sb_json_append(array, object, failed);
    }
    return array;
}

static json_t *row_json(const sb_ledger_row *row, int *failed)
{
    const sb_statement *statement = row->statement;
    json_t *object = json_object();
    sb_json_put(object, "name", json_string(statement->name), failed);
    sb_json_put(object, "title", json_string(statement->title), failed);
    sb_json_put(object, "source", json_string(statement->source), failed);
    sb_json_put(object, "form", json_string(sb_form_name(row->form)), failed);
    sb_json_put(object, "kind", json_string(kind_name(statement->kind[row->form])), failed);
    put_instance(object, &row->worst, failed);
    sb_json_put(object, "terms", terms_json(&row->worst.terms, failed), failed);
    sb_json_put(object, "conditions", sb_conditions_json(&row->worst.terms, failed), failed);
    if (isfinite(row->vacuous_at)) sb_json_put(object, "vacuous_at", json_real(row->vacuous_at), failed);
    if (statement->hidden[row->form]) {
        sb_json_put(object, "hidden_constant", json_string(statement->hidden[row->form]), failed);
        sb_json_put(object, "implied_constant", sb_json_double(sb_instance_ratio(&row->worst)), failed);
    }
    if (row->missing_count > 0) {
        json_t *needs = json_array();
        for (int i = 0; i < row->missing_count; i++) sb_json_append(needs, json_string(row->missing[i]->name), failed);
        sb_json_put(object, "needs", needs, failed);
    }
    if (row->instance_count > 1) {
        json_t *workers = json_array();
        for (int i = 0; i < row->instance_count; i++) {
            json_t *worker = json_object();
            put_instance(worker, &row->instances[i], failed);
            sb_json_append(workers, worker, failed);
        }
        sb_json_put(object, "workers", workers, failed);
    }
    return object;
}

json_t *sb_ledger_json(const sb_ledger *ledger, int *failed)
{
    json_t *array = json_array();
    for (int i = 0; i < ledger->row_count; i++) sb_json_append(array, row_json(&ledger->row[i], failed), failed);
    return array;
}
