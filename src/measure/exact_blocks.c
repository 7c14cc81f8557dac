#include "measure/exact_parts.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

/* Orthonormal directions (3,d) that span the differences between components: at most two are of use, a third ends the search. */
typedef struct {
    int d, rank;
    double *direction;
} span;

static double dot(int d, const double *x, const double *y)
{
    double sum = 0.0;
    for (int i = 0; i < d; i++) sum += x[i] * y[i];
    return sum;
}

/* Adds v's part outside the span unless it is within rounding of `scale`. Returns 0 once the span is of no use.
 * v is overwritten. */
static int extend(span *s, double scale, double *v)
{
    if (s->rank > 2) return 0;
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < s->rank; k++) {
            const double *w = s->direction + (size_t)k * (size_t)s->d, along = dot(s->d, v, w);
            for (int i = 0; i < s->d; i++) v[i] -= along * w[i];
        }
    const double norm = sqrt(dot(s->d, v, v));
    if (!(norm > 1e-12 * scale)) return 1;
    for (int i = 0; i < s->d; i++) s->direction[(size_t)s->rank * (size_t)s->d + (size_t)i] = v[i] / norm;
    return ++s->rank <= 2;
}

/* All differences of means and of covariances (column by column), and what the first covariance makes of their span: outside it
 * every component then has one and the same mean and covariance, uncorrelated with the inside. unit, v, w: (d) scratch. */
static int differences(const sb_mixture *q, int first, span *s, double *unit, double *v, double *w)
{
    const sb_components *c = q->components;
    const int d = c->d;
    double far = 0.0, wide = 0.0;
    for (int j = 0; j < c->J; j++) {
        if (!(q->weight[j] > 0.0)) continue;
        for (int i = 0; i < d; i++) {
            far = fmax(far, fabs(c->mean[(size_t)j * (size_t)d + (size_t)i] - c->mean[(size_t)first * (size_t)d + (size_t)i]));
            wide = fmax(wide, sb_components_variance(c, j, i));
        }
    }
    for (int j = 0; j < c->J; j++) {
        if (!(q->weight[j] > 0.0)) continue;
        for (int i = 0; i < d; i++)
            v[i] = c->mean[(size_t)j * (size_t)d + (size_t)i] - c->mean[(size_t)first * (size_t)d + (size_t)i];
        if (!extend(s, far, v)) return 0;
    }
    for (int j = 0; j < c->J; j++) {
        if (!(q->weight[j] > 0.0) || sb_components_same_covariance(c, first, j)) continue;
        for (int i = 0; i < d; i++) {
            memset(unit, 0, (size_t)d * sizeof *unit);
            unit[i] = 1.0;
            sb_components_apply(c, j, unit, v);
            sb_components_apply(c, first, unit, w);
            for (int k = 0; k < d; k++) v[k] -= w[k];
            if (!extend(s, wide, v)) return 0;
        }
    }
    for (int k = 0; k < s->rank; k++) {
        sb_components_apply(c, first, s->direction + (size_t)k * (size_t)d, v);
        if (!extend(s, wide, v)) return 0;
    }
    return 1;
}

/* The components as seen in the span: W'(m_j - m_first) and W'C_j W. v: (d) scratch. */
static sb_status project(sb_context *ctx, const sb_mixture *q, int first, const span *s, double *v, sb_block *block)
{
    sb_status st = SB_OK;
    const sb_components *c = q->components;
    const int d = c->d, r = s->rank;
    SB_TRY(sb_components_alloc(ctx, r, c->J, r == 1 ? SB_COVARIANCE_ISOTROPIC : SB_COVARIANCE_FULL, &block->own));
    block->law = (sb_mixture){.components = &block->own, .weight = q->weight};
    for (int j = 0; j < c->J; j++) {
        const double *m = c->mean + (size_t)j * (size_t)d, *m_first = c->mean + (size_t)first * (size_t)d;
        double C[4] = {0};
        for (int k = 0; k < r; k++) {
            const double *w = s->direction + (size_t)k * (size_t)d;
            for (int i = 0; i < d; i++) v[i] = m[i] - m_first[i];
            block->own.mean[j * r + k] = dot(d, w, v);
            sb_components_apply(c, j, w, v);
            for (int l = 0; l <= k; l++) C[k * r + l] = C[l * r + k] = dot(d, s->direction + (size_t)l * (size_t)d, v);
        }
        if (r == 1) block->own.lambda[j] = fmax(C[0], 0.0);
        else SB_TRY(sb_components_set_full(ctx, &block->own, j, C));
    }
done:
    return st;
}

sb_status sb_span_block(sb_context *ctx, const sb_mixture *q, int *rank, sb_block *block)
{
    sb_status st = SB_OK;
    const int d = q->components->d;
    span s = {.d = d};
    double *scratch = NULL;
    int first = 0;
    SB_ALLOC(s.direction, 3 * (size_t)d);
    SB_ALLOC(scratch, 3 * (size_t)d);
    while (!(q->weight[first] > 0.0)) first++;
    *rank = differences(q, first, &s, scratch, scratch + d, scratch + 2 * d) ? s.rank : 3;
    if (*rank == 3 || (*rank == d && q->components->kind != SB_COVARIANCE_LOW_RANK)) block->law = *q;
    else if (*rank > 0) SB_TRY(project(ctx, q, first, &s, scratch, block));
done:
    sb_free(s.direction);
    sb_free(scratch);
    return st;
}

static sb_status add_ratio(sb_context *ctx, const sb_mixture *q, const double *other, sb_block *block)
{
    sb_status st = SB_OK;
    const int J = q->components->J;
    SB_ALLOC(block->ratio, J);
    for (int j = 0; j < J; j++) block->ratio[j] = q->weight[j] > 0.0 ? other[j] / q->weight[j] : 0.0;
done:
    return st;
}

sb_status sb_blocks_split(sb_context *ctx, const sb_mixture *q, const double *other, sb_blocks *blocks)
{
    sb_status st = SB_OK;
    int rank = 0;
    *blocks = (sb_blocks){0};
    if (!other) SB_TRY(sb_factors_split(ctx, q, blocks));
    if (blocks->block) goto done;
    SB_CALLOC(blocks->block, 1);
    blocks->count = 1;
    SB_TRY(sb_span_block(ctx, q, &rank, &blocks->block[0]));
    if (rank == 0) blocks->count = 0;
    if (other && rank > 0) SB_TRY(add_ratio(ctx, q, other, &blocks->block[0]));
done:
    if (st != SB_OK) sb_blocks_free(blocks);
    return st;
}

void sb_blocks_free(sb_blocks *blocks)
{
    for (int i = 0; i < blocks->count; i++) {
        sb_components_free(&blocks->block[i].own);
        sb_free(blocks->block[i].weight);
        sb_free(blocks->block[i].ratio);
    }
    sb_free(blocks->block);
    *blocks = (sb_blocks){0};
}
