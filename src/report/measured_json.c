#include "measure/ladder.h"
#include "measure/quality_json.h"
#include "report/fields.h"
#include "report/parts.h"

#include <math.h>

/* The routes that were taken; one that was not asked for, or does not apply, is left out. */
static void put_routes(json_t *object, const sb_measured_worker *worker, const sb_field *routes, int *failed)
{
    for (const sb_field *route = routes; route->name; route++) {
        const sb_number kl = sb_field_number(worker, route);
        if (!isnan(kl.value)) sb_json_put(object, route->name, sb_json_number(kl), failed);
    }
}

static json_t *rungs_json(const sb_measured_worker *worker, int *failed)
{
    json_t *object = json_object();
    for (int i = 0; i < sb_rung_count; i++) {
        const sb_number kl = sb_rung_number(worker, &sb_rung_table[i]);
        if (!isnan(kl.value)) sb_json_put(object, sb_rung_table[i].name, sb_json_number(kl), failed);
    }
    sb_json_put(object, "bracket", sb_json_number(sb_ladder_bracket(worker)), failed);
    return object;
}

static json_t *disagreements_json(const sb_measured *measured, int *failed)
{
    sb_disagreement found[SB_MAX_DISAGREEMENTS];
    json_t *array = json_array();
    const int count = sb_ladder_disagreements(measured, found);
    for (int i = 0; i < count && i < SB_MAX_DISAGREEMENTS; i++) {
        json_t *object = json_object();
        sb_json_put(object, "worker", found[i].n < 0 ? json_null() : json_integer(found[i].n), failed);
        sb_json_put(object, "a", json_string(found[i].a->name), failed);
        sb_json_put(object, "b", json_string(found[i].b->name), failed);
        sb_json_put(object, "of_a", sb_json_number(found[i].of_a), failed);
        sb_json_put(object, "of_b", sb_json_number(found[i].of_b), failed);
        sb_json_append(array, object, failed);
    }
    return array;
}

static json_t *kl_json(const sb_measured_worker *worker, int *failed)
{
    json_t *object = rungs_json(worker, failed), *before = json_object();
    sb_json_put(object, "worker", worker->n < 0 ? json_null() : json_integer(worker->n), failed);
    put_routes(before, worker, sb_kl_before_fields, failed);
    sb_json_put(object, "before", before, failed);
    sb_json_put(object, "prior", sb_json_number(worker->kl_prior), failed);
    return object;
}

static json_t *worker_json(const sb_measured_worker *worker, int *failed)
{
    json_t *object = json_object();
    sb_json_put(object, "worker", worker->n < 0 ? json_null() : json_integer(worker->n), failed);
    for (const sb_field *field = sb_worker_fields; field->name; field++) {
        const sb_number x = sb_field_number(worker, field);
        if (!isnan(x.value)) sb_json_put(object, field->name, sb_json_number(x), failed);
    }
    return object;
}

void sb_measured_put(json_t *object, const sb_measured *measured, int *failed)
{
    json_t *constants = json_object(), *kl = json_array(), *workers = json_array();
    for (const sb_field *field = sb_setting_fields; field->name; field++)
        sb_json_put(constants, field->name, sb_json_number(sb_number_exact(sb_field_double(measured, field))), failed);
    for (const sb_field *field = sb_constant_fields; field->name; field++)
        sb_json_put(constants, field->name, sb_json_number(sb_field_number(measured, field)), failed);
    for (int i = 0; i < measured->worker_count; i++) {
        sb_json_append(kl, kl_json(&measured->worker[i], failed), failed);
        sb_json_append(workers, worker_json(&measured->worker[i], failed), failed);
    }
    json_t *pooled = worker_json(&measured->pooled, failed);
    sb_json_put(pooled, "kl", kl_json(&measured->pooled, failed), failed);
    sb_json_put(object, "constants", constants, failed);
    sb_json_put(object, "kl", kl, failed);
    sb_json_put(object, "disagreements", disagreements_json(measured, failed), failed);
    sb_json_put(object, "workers", workers, failed);
    sb_json_put(object, "pooled", pooled, failed);
    if (sb_quality_is_known(&measured->quality)) sb_json_put(object, "quality", sb_quality_to_json(&measured->quality, failed), failed);
}
