/* laws.h: small mixtures for tests, built through the public interface. */
#ifndef SB_TESTS_LAWS_H
#define SB_TESTS_LAWS_H

#include "base/memory.h"
#include "data/mixture.h"
#include "harness.h"

#include <string.h>

/* A mixture with its storage. The view `q` is valid while the struct stays where it is. */
typedef struct {
    sb_components components;
    double *weight;
    sb_mixture q;
} law;

static inline sb_context test_context(void)
{
    sb_context ctx;
    sb_context_init(&ctx, 1);
    return ctx;
}

/* law_make: from a config. */
static inline void law_make(const sb_config *config, law *l)
{
    sb_context ctx = test_context();
    CHECK_OK(&ctx, sb_components_create(&ctx, config, &l->components, &l->weight));
    l->q = (sb_mixture){.components = &l->components, .weight = l->weight};
}

static inline void law_free(law *l)
{
    sb_components_free(&l->components);
    sb_free(l->weight);
}

/* law_given: J components of one kind from flat arrays: weight (J), mean (J,d), covariance (J, 1 | d | d*d). */
static inline void law_given(int d, int J, sb_covariance_kind kind, const double *weight, const double *mean,
                             const double *covariance, law *l)
{
    const int size = kind == SB_COVARIANCE_ISOTROPIC ? 1 : kind == SB_COVARIANCE_DIAGONAL ? d : d * d;
    sb_component component[64];
    for (int j = 0; j < J; j++)
        component[j] = (sb_component){weight[j], (double *)mean + (size_t)j * (size_t)d, kind,
                                      (double *)covariance + (size_t)j * (size_t)size};
    const sb_config config = {.data = {.dimension = d, .component_count = J, .components = component}};
    law_make(&config, l);
}

/* law_preset: a preset with its usual knobs. */
static inline void law_preset(sb_preset preset, int d, int modes, double radius, double deviation, double ratio, uint64_t seed,
                              law *l)
{
    const sb_config config = {
        .seed = seed,
        .data = {.dimension = d, .preset = preset, .modes = modes, .radius = radius, .deviation = deviation, .ratio = ratio}};
    law_make(&config, l);
}

/* law_random: J components with unequal weights, means N(0, spread^2), standard deviations over two orders of magnitude. kind full
 * has correlated coordinates. */
static inline void law_random(int d, int J, sb_covariance_kind kind, double spread, uint64_t seed, law *l)
{
    sb_stream stream = sb_stream_at(seed, SB_DRAW_TEST, 0, 0, 0, 0);
    double weight[16], mean[16 * 8], covariance[16 * 64], total = 0.0, z[64];
    const int size = kind == SB_COVARIANCE_ISOTROPIC ? 1 : kind == SB_COVARIANCE_DIAGONAL ? d : d * d;
    for (int j = 0; j < J; j++) total += weight[j] = 0.05 + sb_stream_uniform(&stream);
    for (int j = 0; j < J; j++) weight[j] /= total;
    sb_stream_normals(&stream, (size_t)(J * d), mean);
    for (int i = 0; i < J * d; i++) mean[i] *= spread;
    for (int j = 0; j < J; j++) {
        double *C = covariance + j * size;
        for (int i = 0; i < size && kind != SB_COVARIANCE_FULL; i++) C[i] = 0.5 * exp(-3.0 * sb_stream_uniform(&stream));
        if (kind != SB_COVARIANCE_FULL) continue;
        const double scale = 0.4 * exp(-2.0 * sb_stream_uniform(&stream));
        sb_stream_normals(&stream, (size_t)(d * d), z);
        for (int i = 0; i < d; i++)
            for (int k = 0; k < d; k++) {
                C[i * d + k] = i == k ? 0.1 * scale : 0.0;
                for (int m = 0; m < d; m++) C[i * d + k] += scale * z[i * d + m] * z[k * d + m] / d;
            }
    }
    law_given(d, J, kind, weight, mean, covariance, l);
}

#endif
