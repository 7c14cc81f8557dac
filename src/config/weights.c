#include "config/weights.h"

#include "base/memory.h"
#include "config/check.h"
#include "config/parameters.h"

#include <float.h>
#include <math.h>

int sb_weights_normalise(size_t n, double *w, double *sum)
{
    long double exact = 0.0L;
    for (size_t i = 0; i < n; i++) exact += w[i];
    *sum = (double)exact;
    if (!(fabsl(exact - 1.0L) <= 1e-9L)) return 0;
    if (fabsl(exact - 1.0L) > 4 * DBL_EPSILON)
        for (size_t i = 0; i < n; i++) w[i] = (double)(w[i] / exact);
    return 1;
}

static sb_status read_row(sb_context *ctx, const sb_document *document, const sb_node *node, int worker, int J, const char *each,
                          double *weight)
{
    sb_status st = SB_OK;
    char what[64];
    double sum = 0.0;
    snprintf(what, sizeof what, "row %d of the weights", worker);
    if (node->kind != SB_NODE_SEQUENCE || node->count != J)
        SB_FAIL_AT(sb_node_place(document, node), "%s must be a list of %d numbers, one for each %s", what, J, each);
    const sb_node *item = node->child;
    for (int j = 0; j < J; j++, item = item->next) {
        SB_TRY(sb_real_read(ctx, document, item, what, &weight[j]));
        if (!(weight[j] >= 0.0)) SB_FAIL_AT(sb_node_place(document, item), "%s must not be negative: %.10g", what, weight[j]);
    }
    if (!sb_weights_normalise((size_t)J, weight, &sum))
        SB_FAIL_AT(sb_node_place(document, node), "%s sums to %.12g, not to 1", what, sum);
done:
    return st;
}

static sb_status read_rows(sb_context *ctx, const sb_parameter *p, const sb_document *document, const sb_node *node,
                           sb_config *config)
{
    sb_status st = SB_OK;
    const int N = config->data.workers, known = sb_config_component_count(config);
    const char *each = config->data.kind == SB_DATA_GAUSSIAN_MIXTURE ? "component" : "class";
    if (node->kind != SB_NODE_SEQUENCE || node->count != N)
        SB_FAIL_AT(sb_node_place(document, node), "'%s' must be a list of %d rows, one for each worker", p->key, N);
    const sb_node *row = node->child;
    const int J = known ? known : row->kind == SB_NODE_SEQUENCE ? row->count : 1;
    if ((double)N * J > SB_MAX_NUMBERS) SB_FAIL_AT(sb_node_place(document, node), "'%s' has more than 2^28 numbers", p->key);
    SB_ALLOC(config->data.weights, (size_t)N * (size_t)J);
    config->data.columns = J;
    for (int n = 0; n < N; n++, row = row->next)
        SB_TRY(read_row(ctx, document, row, n + 1, J, each, config->data.weights + (size_t)n * (size_t)J));
done:
    return st;
}

static int present_rows(const sb_parameter *p, const sb_config *config)
{
    (void)p;
    return config->data.weights != NULL;
}

static void write_rows(const sb_parameter *p, const sb_config *config, FILE *out, int indent)
{
    const int known = sb_config_component_count(config);
    (void)p;
    sb_rows_write(out, config->data.weights, (size_t)config->data.workers, (size_t)(known ? known : config->data.columns), indent);
}

static void release_rows(const sb_parameter *p, sb_config *config)
{
    (void)p;
    sb_free(config->data.weights);
    config->data.weights = NULL;
    config->data.columns = 0;
}

const sb_type sb_type_rows = {"list of rows", "", read_rows, present_rows, write_rows, release_rows};
