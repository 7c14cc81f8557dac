#include "report/inspect.h"

static json_t *curve_json(const sb_number *curve, int points, int *failed)
{
    json_t *array = json_array();
    for (int k = 0; k < points; k++) sb_json_append(array, sb_json_double(curve[k].value), failed);
    return array;
}

static json_t *discretisation_json(const sb_inspected_law *law, int *failed)
{
    json_t *object = json_object();
    sb_json_put(object, "exact", sb_json_number(law->exact.discretisation), failed);
    sb_json_put(object, "D_sum", sb_json_number(law->exact.D_sum), failed);
    sb_json_put(object, "B_sum", sb_json_number(law->exact.B_sum), failed);
    sb_json_put(object, "U", sb_json_number(sb_number_exact(law->exact.U)), failed);
    sb_json_put(object, "B_bound", sb_json_number(sb_number_exact(law->exact.B_bound)), failed);
    sb_json_put(object, "printed", sb_json_number(sb_number_exact(law->printed.sum)), failed);
    sb_json_put(object, "corrected", sb_json_number(sb_number_exact(law->corrected.sum)), failed);
    sb_json_put(object, "conditions", sb_conditions_json(&law->corrected, failed), failed);
    return object;
}

static json_t *law_json(const sb_inspected_law *law, int classes, int *failed)
{
    const sb_exact *x = &law->exact;
    json_t *object = json_object();
    sb_json_put(object, "worker", law->n < 0 ? json_null() : json_integer(law->n), failed);
    sb_json_put(object, "M2", sb_json_number(x->M2), failed);
    sb_json_put(object, "H_delta", sb_json_number(x->H_delta), failed);
    sb_json_put(object, "H_T", sb_json_number(x->H_T), failed);
    sb_json_put(object, "C1", sb_json_number(x->C1), failed);
    sb_json_put(object, "kl_init", sb_json_number(x->kl_init), failed);
    sb_json_put(object, "kl_init_bound", sb_json_number(x->kl_init_bound), failed);
    sb_json_put(object, "kl_noise", sb_json_number(x->kl_prior), failed);
    sb_json_put(object, "information_delta", sb_json_number(x->mi_delta), failed);
    sb_json_put(object, "information_T", sb_json_number(x->mi_T), failed);
    sb_json_put(object, "heterogeneity", sb_json_number(law->residual), failed);
    sb_json_put(object, "discretisation", discretisation_json(law, failed), failed);
    sb_json_put(object, "H", curve_json(x->H, x->K + 1, failed), failed);
    sb_json_put(object, "J", curve_json(x->J, x->K + 1, failed), failed);
    sb_json_put(object, "V", curve_json(x->V, x->K + 1, failed), failed);
    sb_inspected_images_put(object, law, classes, failed);
    return object;
}

sb_status sb_inspection_json(sb_context *ctx, const sb_output *out, const sb_inspection *inspection)
{
    int failed = 0;
    const sb_grid *g = inspection->grid;
    json_t *root = json_object(), *workers = json_array(), *grid = json_object(), *t = json_array();
    for (int i = 0; i < inspection->count; i++) sb_json_append(workers, law_json(&inspection->law[i], inspection->classes, &failed), &failed);
    for (int k = 0; k <= g->K; k++) sb_json_append(t, sb_json_double(g->t[k]), &failed);
    sb_json_put(grid, "K", json_integer(g->K), &failed);
    sb_json_put(grid, "kappa", sb_json_double(g->kappa), &failed);
    sb_json_put(grid, "T", sb_json_double(g->T), &failed);
    sb_json_put(grid, "delta", sb_json_double(g->delta), &failed);
    sb_json_put(grid, "t", t, &failed);
    sb_json_put(root, "workers", workers, &failed);
    sb_json_put(root, "pooled", law_json(&inspection->law[inspection->count], inspection->classes, &failed), &failed);
    sb_inspection_images_put(root, inspection, &failed);
    sb_json_put(root, "grid", grid, &failed);
    sb_json_put(root, "discretisation", discretisation_json(&inspection->law[inspection->count], &failed), &failed);
    return sb_json_write(ctx, root, failed, out->stream);
}
