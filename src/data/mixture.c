#include "data/mixture.h"

#include "kernels/point/clones.h"
#include "kernels/point/sample.h"

#include <math.h>
#include <string.h>

double sb_mixture_second_moment(const sb_mixture *q)
{
    const sb_components *c = q->components;
    double M2 = 0.0;
    for (int j = 0; j < c->J; j++) {
        if (!(q->weight[j] > 0.0)) continue;
        double own = 0.0;
        for (int i = 0; i < c->d; i++) {
            const double m = c->mean[(size_t)j * (size_t)c->d + (size_t)i];
            own += m * m + sb_components_variance(c, j, i);
        }
        M2 += q->weight[j] * own;
    }
    return M2;
}

/* covariance (d,d) += p (C_j + x x') for x = m_j - mean. */
static void add_component_covariance(const sb_components *c, int j, double p, const double *mean, double *covariance)
{
    const size_t d = (size_t)c->d, rank = (size_t)c->rank;
    const double *m = c->mean + (size_t)j * d, *Q = rank ? c->Q + (size_t)j * d * rank : NULL;
    const double rest = c->kind == SB_COVARIANCE_LOW_RANK ? sb_components_variance(c, j, c->rank) : 0.0;
    for (size_t i = 0; i < d; i++)
        for (size_t k = 0; k < d; k++) {
            double sum = (m[i] - mean[i]) * (m[k] - mean[k]);
            if (i == k) sum += rank ? rest : sb_components_variance(c, j, (int)i);
            for (size_t l = 0; l < rank; l++)
                sum += Q[i * rank + l] * (sb_components_variance(c, j, (int)l) - rest) * Q[k * rank + l];
            covariance[i * d + k] += p * sum;
        }
}

void sb_mixture_moments(const sb_mixture *q, double *mean, double *covariance)
{
    const sb_components *c = q->components;
    const size_t d = (size_t)c->d;
    memset(mean, 0, d * sizeof *mean);
    for (int j = 0; j < c->J; j++)
        for (size_t i = 0; i < d && q->weight[j] > 0.0; i++) mean[i] += q->weight[j] * c->mean[(size_t)j * d + i];
    if (!covariance) return;
    memset(covariance, 0, d * d * sizeof *covariance);
    for (int j = 0; j < c->J; j++)
        if (q->weight[j] > 0.0) add_component_covariance(c, j, q->weight[j], mean, covariance);
}

int sb_mixture_is_gaussian(const sb_mixture *q)
{
    int only = -1;
    for (int j = 0; j < q->components->J; j++) {
        if (!(q->weight[j] > 0.0)) continue;
        if (only >= 0) return -1;
        only = j;
    }
    return only;
}

uint64_t sb_mixture_sample_blocks(const sb_mixture *q)
{
    return 1 + ((uint64_t)q->components->d + 1) / 2;
}

/* The component whose stretch of [0,1) holds v. Both ways add the weights in the same order, so they agree to the last bit. */
static int pick(const sb_mixture *q, double v)
{
    const int J = q->components->J;
    int last = 0;
    if (q->cumulative) {
        const int j = sb_point_find(q->cumulative, J, J, v);
        if (j < J) return j;
        for (int i = 0; i < J; i++)
            if (q->weight[i] > 0.0) last = i;
        return last;
    }
    double sum = 0.0;
    for (int j = 0; j < J; j++) {
        sum += q->weight[j];
        if (sum > v) return j;
        if (q->weight[j] > 0.0) last = j;
    }
    return last; /* the weights sum to 1 only up to rounding */
}

/* out (d) = m + Q t */
SB_CPU_CLONES static void rotate(int d, const double *Q, const double *t, const double *m, double *out)
{
    sb_point_affine(d, Q, t, m, out);
}

/* The same with eigenvectors for some directions only: t (d) is overwritten. */
SB_CPU_CLONES static void spread(const sb_components *c, int j, double *t, double *out)
{
    const int d = c->d, rank = c->rank;
    const double *Q = c->Q + (size_t)j * (size_t)d * (size_t)rank, rest = sqrt(sb_components_variance(c, j, rank));
    sb_point_along_all(d, rank, Q, t, out);
    for (int k = 0; k < rank; k++) out[k] = sb_point_lengthened(sqrt(sb_components_variance(c, j, k)), rest, out[k]);
    sb_point_spread_all(d, rank, Q, out, c->mean + (size_t)j * (size_t)d, rest, t);
    memcpy(out, t, (size_t)d * sizeof *out);
}

void sb_mixture_sample(const sb_mixture *q, sb_stream stream, size_t n, double *x, int *component, double *work)
{
    const sb_components *c = q->components;
    const size_t d = (size_t)c->d;
    const uint64_t blocks = sb_mixture_sample_blocks(q);
    for (size_t s = 0; s < n; s++) {
        sb_stream own = sb_stream_skip(stream, s * blocks);
        const int j = pick(q, sb_stream_uniform(&own));
        const double *m = c->mean + (size_t)j * d;
        double *out = x + s * d;
        sb_stream_normals(&own, d, work);
        if (c->kind == SB_COVARIANCE_FULL) {
            for (size_t i = 0; i < d; i++) work[i] *= sqrt(sb_components_variance(c, j, (int)i));
            rotate(c->d, c->Q + (size_t)j * d * d, work, m, out);
        } else if (c->rank) {
            spread(c, j, work, out);
        } else {
            for (size_t i = 0; i < d; i++) out[i] = sb_point_on_axis(m[i], sqrt(sb_components_variance(c, j, (int)i)), work[i]);
        }
        if (component) component[s] = j;
    }
}
