/* low_rank.h: a mixture of low rank beside the same one with full covariances, for tests. */
#ifndef SB_TESTS_LOW_RANK_H
#define SB_TESTS_LOW_RANK_H

#include "laws.h"

enum { LOW_RANK_MOST = 12 * 12 };

typedef struct {
    law low, full;
} twins;

/* Component j: C = (0.1 + 0.05 j) I + V_j V_j' with unequal, correlated columns; one component without weight where there are four. */
static inline void twins_make(int d, int J, int rank, uint64_t seed, twins *t)
{
    sb_context ctx = test_context();
    sb_stream stream = sb_stream_at(seed, SB_DRAW_TEST, 0, (uint32_t)d, (uint32_t)rank, 3);
    double V[LOW_RANK_MOST], total = 0.0;
    CHECK_OK(&ctx, sb_components_alloc_low_rank(&ctx, d, J, rank, &t->low.components));
    t->low.weight = sb_array_alloc((size_t)J, sizeof(double), 0);
    t->full.weight = sb_array_alloc((size_t)J, sizeof(double), 0);
    sb_stream_normals(&stream, (size_t)(J * d), t->low.components.mean);
    for (int j = 0; j < J; j++) {
        sb_stream_normals(&stream, (size_t)(d * rank), V);
        for (int i = 0; i < d * rank; i++) V[i] *= 0.385 + 0.2 * (i % rank) + (i % rank > 0 ? 0.3 * V[i - 1] : 0.0);
        CHECK_OK(&ctx, sb_components_set_low_rank(&ctx, &t->low.components, j, 0.1 + 0.05 * j, V));
        total += t->low.weight[j] = J == 4 && j == 2 ? 0.0 : 0.3 + 0.2 * j;
    }
    for (int j = 0; j < J; j++) t->full.weight[j] = t->low.weight[j] /= total;
    CHECK_OK(&ctx, sb_components_expand(&ctx, &t->low.components, &t->full.components));
    t->low.q = (sb_mixture){.components = &t->low.components, .weight = t->low.weight};
    t->full.q = (sb_mixture){.components = &t->full.components, .weight = t->full.weight};
}

static inline void twins_free(twins *t)
{
    law_free(&t->low);
    law_free(&t->full);
}

#endif
