#include "measure/exact_parts.h"

#include "base/memory.h"

#include <math.h>

enum { most_axes = 20, most_labels = 64 };

/* The axes along which the law is not simply Gaussian. Along each, components with equal mean and variance share a label. */
typedef struct {
    int J, count;   /* active components, axes */
    int *active;    /* (J) */
    int *label;     /* (most_axes,J) */
    double *weight; /* (most_axes,most_labels) of each label */
    int *first;     /* (most_axes,most_labels) a component that bears it */
    int axis[most_axes], labels[most_axes];
} factors;

static double mean_of(const sb_components *c, int j, int axis)
{
    return c->mean[(size_t)j * (size_t)c->d + (size_t)axis];
}

/* Labels along one axis; returns how many, or more than most_labels. */
static int label_axis(const sb_mixture *q, int axis, const factors *f, int *label, double *weight, int *first)
{
    const sb_components *c = q->components;
    int count = 0;
    for (int k = 0; k < f->J; k++) {
        const int j = f->active[k];
        int l = 0;
        while (l < count && (mean_of(c, first[l], axis) != mean_of(c, j, axis) ||
                             sb_components_variance(c, first[l], axis) != sb_components_variance(c, j, axis)))
            l++;
        if (l == count) {
            if (count == most_labels) return most_labels + 1;
            first[count] = j;
            weight[count++] = 0.0;
        }
        label[k] = l;
        weight[l] += q->weight[j];
    }
    return count;
}

/* Finds the axes with more than one label; returns 0 once the law cannot be a product: it would need all combinations of labels. */
static int find_axes(const sb_mixture *q, factors *f)
{
    double combinations = 1.0;
    for (int axis = 0; axis < q->components->d; axis++) {
        const int k = f->count;
        const int count =
            label_axis(q, axis, f, f->label + (size_t)k * (size_t)f->J, f->weight + k * most_labels, f->first + k * most_labels);
        if (count == 1) continue;
        combinations *= count;
        if (count > most_labels || combinations > f->J || k + 1 == most_axes) return 0;
        f->axis[k] = axis;
        f->labels[k] = count;
        f->count++;
    }
    return 1;
}

/* Every weight the product of its labels' weights: as they sum to 1, no combination is then missing. */
static int is_product(const sb_mixture *q, const factors *f)
{
    for (int k = 0; k < f->J; k++) {
        double product = 1.0;
        for (int i = 0; i < f->count; i++) product *= f->weight[i * most_labels + f->label[(size_t)i * (size_t)f->J + (size_t)k]];
        if (fabs(product - q->weight[f->active[k]]) > 1e-12 * product) return 0;
    }
    return 1;
}

static sb_status axis_block(sb_context *ctx, const sb_mixture *q, const factors *f, int i, sb_block *block)
{
    sb_status st = SB_OK;
    SB_TRY(sb_components_alloc(ctx, 1, f->labels[i], SB_COVARIANCE_ISOTROPIC, &block->own));
    SB_ALLOC(block->weight, f->labels[i]);
    for (int l = 0; l < f->labels[i]; l++) {
        const int j = f->first[i * most_labels + l];
        block->own.mean[l] = mean_of(q->components, j, f->axis[i]);
        block->own.lambda[l] = sb_components_variance(q->components, j, f->axis[i]);
        block->weight[l] = f->weight[i * most_labels + l];
    }
    block->law = (sb_mixture){.components = &block->own, .weight = block->weight};
done:
    return st;
}

sb_status sb_factors_split(sb_context *ctx, const sb_mixture *q, sb_blocks *blocks)
{
    sb_status st = SB_OK;
    factors f = {0};
    *blocks = (sb_blocks){0};
    if (q->components->rank > 0) return SB_OK;
    for (int j = 0; j < q->components->J; j++) f.J += q->weight[j] > 0.0;
    SB_ALLOC(f.active, f.J);
    SB_ALLOC(f.label, (size_t)most_axes * (size_t)f.J);
    SB_ALLOC(f.weight, most_axes * most_labels);
    SB_ALLOC(f.first, most_axes * most_labels);
    for (int j = 0, k = 0; j < q->components->J; j++)
        if (q->weight[j] > 0.0) f.active[k++] = j;
    if (!find_axes(q, &f) || !is_product(q, &f)) goto done;
    SB_CALLOC(blocks->block, f.count);
    blocks->count = f.count;
    for (int i = 0; i < f.count; i++) SB_TRY(axis_block(ctx, q, &f, i, &blocks->block[i]));
done:
    sb_free(f.active);
    sb_free(f.label);
    sb_free(f.weight);
    sb_free(f.first);
    if (st != SB_OK) sb_blocks_free(blocks);
    return st;
}
