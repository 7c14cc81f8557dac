#include "measure/exact_parts.h"

#include "base/memory.h"

#include <math.h>

enum { chunk = 32 }; /* points evaluated together; in sb_sampled_step they share one time */

static const double log_two_pi = 1.837877066409345483560659;

/* Blocks of the stream that sample i may use: those of X_0 and of two vectors of normals. */
static uint64_t sample_blocks(const sb_mixture *q)
{
    return sb_mixture_sample_blocks(q) + 2 * (((uint64_t)q->components->d + 1) / 2);
}

/* One path X_a, X_b of the forward process, a <= b (x_b NULL: X_a alone). noise (d) scratch. */
static void draw_path(const sb_mixture *q, sb_stream stream, uint64_t i, double a, double b, double *x_a, double *x_b,
                      double *noise)
{
    const size_t d = (size_t)q->components->d;
    const double decay = exp(-a), sigma = sqrt(sb_ou_variance(a)), further = exp(-(b - a)), more = sqrt(sb_ou_variance(b - a));
    stream = sb_stream_skip(stream, i * sample_blocks(q));
    sb_mixture_sample(q, stream, 1, x_a, NULL, noise);
    stream = sb_stream_skip(stream, sb_mixture_sample_blocks(q));
    sb_stream_normals(&stream, d, noise);
    for (size_t k = 0; k < d; k++) x_a[k] = decay * x_a[k] + sigma * noise[k];
    if (!x_b) return;
    sb_stream_normals(&stream, d, noise);
    for (size_t k = 0; k < d; k++) x_b[k] = further * x_a[k] + more * noise[k];
}

/* Per sample of KL(q_u||N(0,I)): log rho for rho = q_u/N(0,I), plus 1/rho - 1, which has mean 0 and takes away most of the
 * variance; 1/rho has a finite variance where sigma_u^2 > 1/2. */
static double kl_value(size_t d, const double *x, double log_q, int control)
{
    double log_rho = log_q + 0.5 * (double)d * log_two_pi;
    for (size_t k = 0; k < d; k++) log_rho += 0.5 * x[k] * x[k];
    return control ? log_rho + expm1(-log_rho) : log_rho;
}

/* What one sample adds where two components meet that hardly do: entropy of r, spread of their scores. */
typedef struct {
    double entropy, score;
} rare_event;

/* Variance of component j along x (d) of squared length `square`, at time u. */
static double variance_along(const sb_components *c, int j, const double *x, double square, double u)
{
    const double own = c->kind == SB_COVARIANCE_ISOTROPIC ? c->lambda[j] : sb_components_variance_along(c, j, x) / square;
    return exp(-2.0 * u) * own + sb_ou_variance(u);
}

/* The largest event that n samples may have missed or seen but once or twice. Two components i, j with means apart by m and variances
 * c_i, c_j along m meet with probability at most 2 sqrt(p_i p_j) exp(-m^2/(4(c_i+c_j))) (Bhattacharyya); there the entropy is up to log 2
 * and the spread m^2/(4 c_i c_j). Events expected less than once in n samples count in proportion, and so do those expected so
 * often that the samples' own variance holds them. Of many components those near each other in the list stand for all.
 *   x: (d) scratch */
static rare_event largest_event(const sb_mixture *q, double u, double n, double *x)
{
    enum { NEIGHBOURS = 64, OFTEN = 16 };
    const sb_components *c = q->components;
    const size_t d = (size_t)c->d;
    rare_event most = {0.0, 0.0};
    for (int i = 0; i < c->J; i++)
        for (int j = i > NEIGHBOURS ? i - NEIGHBOURS : 0; j < i; j++) {
            double square = 0.0;
            if (!(q->weight[i] > 0.0 && q->weight[j] > 0.0)) continue;
            for (size_t k = 0; k < d; k++) {
                x[k] = c->mean[(size_t)i * d + k] - c->mean[(size_t)j * d + k];
                square += x[k] * x[k];
            }
            if (!(square > 0.0 && square < INFINITY)) continue;
            const double c_i = variance_along(c, i, x, square, u), c_j = variance_along(c, j, x, square, u),
                         apart = exp(-2.0 * u) * square;
            if (!(apart > 0.0)) continue;
            const double expected = n * 2.0 * sqrt(q->weight[i] * q->weight[j]) * exp(-0.25 * apart / (c_i + c_j));
            const double share = fmin(fmin(1.0, expected), OFTEN / expected);
            most.entropy = fmax(most.entropy, share * log(2.0));
            most.score = fmax(most.score, share * 0.25 * apart / (c_i * c_j));
        }
    return most;
}

/* The Student-t interval of a mean over n samples, with 3/2 of a sample's largest rare contribution over n added to the standard error
 * in quadrature: where such events number k = 0, 1, 2, ... among the samples, the observed variance is 0 or far too small, while k + 1.96
 * sqrt(k + 9/4) is about the upper 95 % limit of a Poisson variable's mean. Vanishes against the rest as n grows. */
static sb_number allow_for(sb_number x, double event, double n)
{
    const double t = sb_student_t(x.confidence, n - 1.0), half = hypot(x.hi - x.value, t * 1.5 * event / n);
    x.lo = x.value - half;
    x.hi = x.value + half;
    return x;
}

/* What rounding leaves of a tiny KL: a logarithm of rho is off by epsilon, a value by epsilon^2 and epsilon times its own root. */
static sb_number allow_rounding(sb_number kl, size_t d, int control)
{
    const double epsilon = 1e-15 * (1.0 + (double)d);
    const double off = control ? epsilon * (epsilon + sqrt(2.0 * fabs(kl.value))) : epsilon;
    kl.lo -= off;
    kl.hi += off;
    return kl;
}

sb_status sb_sampled_overlap(sb_context *ctx, const sb_mixture *q, double u, int samples, double confidence, sb_stream stream,
                             sb_number *entropy, sb_number *score, sb_number *kl)
{
    sb_status st = SB_OK;
    const size_t d = (size_t)q->components->d, n = (size_t)samples;
    const int control = sb_ou_variance(u) > 0.6;
    sb_marginal *m = NULL;
    double *x = NULL, *noise = NULL, *values = NULL, *work = NULL;
    SB_TRY(sb_marginal_create(ctx, q, u, &m));
    SB_ALLOC(x, chunk * d);
    SB_ALLOC(noise, d);
    SB_ALLOC(values, 3 * n);
    SB_ALLOC(work, sb_marginal_work(m));
    for (size_t i = 0; i < n; i += chunk) {
        const int B = (int)(n - i < chunk ? n - i : chunk);
        SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped on request");
        for (int b = 0; b < B; b++) draw_path(q, stream, i + (size_t)b, u, u, x + (size_t)b * d, NULL, noise);
        sb_marginal_overlap(m, B, x, values + i, values + n + i, work);
        if (!kl) continue;
        sb_marginal_eval(m, B, x, values + 2 * n + i, NULL, work);
        for (int b = 0; b < B; b++) {
            double *value = values + 2 * n + i + b;
            *value = kl_value(d, x + (size_t)b * d, *value, control);
        }
    }
    const rare_event event = largest_event(q, u, (double)n, noise);
    *entropy = allow_for(sb_number_from_values(values, n, confidence), event.entropy, (double)n);
    *score = allow_for(sb_number_from_values(values + n, n, confidence), event.score, (double)n);
    if (kl) *kl = allow_rounding(sb_number_from_values(values + 2 * n, n, confidence), d, control);
done:
    sb_marginal_free(m);
    sb_free(x);
    sb_free(noise);
    sb_free(values);
    sb_free(work);
    return st;
}

/* The x >= 0 with x - 1 + e^-x = y: bisection, as the root is wanted for a handful of y only. */
static double inverse_rest(double y)
{
    double low = 0.0, high = y + 1.0;
    for (int i = 0; i < 100; i++) {
        const double x = 0.5 * (low + high), w = -expm1(-x);
        if (sb_log_rest(w, exp(-x)) < y) low = x;
        else high = x;
    }
    return 0.5 * (low + high);
}

/* One chunk: D = int_a^b E|S_v(X_v) - e^-(b-v) S_b(X_b)|^2 dv as a mean over the time v, drawn with density f0/D0 where
 * f0(v) = d (1+s_v)(1-s_b/s_v) is the integrand for data at a single point, the largest there is, and D0 = (d/2)(x_a-1+e^-x_a) its
 * integral, x = log(s_v/s_b). */
static sb_status chunk_mean(sb_context *ctx, const sb_mixture *q, const sb_marginal *at_b, double v, double x, double b, double D0,
                            sb_stream stream, size_t first, double *points, double *work, double *mean)
{
    sb_status st = SB_OK;
    const size_t d = (size_t)q->components->d;
    sb_marginal *at_v = NULL;
    double *x_v = points, *x_b = x_v + chunk * d, *S_v = x_b + chunk * d, *S_b = S_v + chunk * d;
    const double shrink = exp(-(b - v)), f0 = -(double)d * (1.0 + sb_snr(v)) * expm1(-x);
    double sum = 0.0;
    SB_TRY(sb_marginal_create(ctx, q, v, &at_v));
    for (size_t i = 0; i < chunk; i++) draw_path(q, stream, first + i, v, b, x_v + i * d, x_b + i * d, S_v);
    sb_marginal_eval(at_v, chunk, x_v, NULL, S_v, work);
    sb_marginal_eval(at_b, chunk, x_b, NULL, S_b, work);
    for (size_t i = 0; i < chunk * d; i++) sum += (S_v[i] - shrink * S_b[i]) * (S_v[i] - shrink * S_b[i]);
    *mean = D0 / f0 * sum / chunk;
done:
    sb_marginal_free(at_v);
    return st;
}

sb_status sb_sampled_step(sb_context *ctx, const sb_mixture *q, double a, double b, int samples, double confidence,
                          sb_stream stream, sb_number *D)
{
    sb_status st = SB_OK;
    const size_t d = (size_t)q->components->d, chunks = (size_t)samples / chunk;
    const double w = -expm1(-2.0 * (b - a)) / sb_ou_variance(b); /* 1 - s_b/s_a */
    const double rest = sb_log_rest(w, exp(-2.0 * (b - a)) * sb_ou_variance(a) / sb_ou_variance(b));
    sb_marginal *at_b = NULL;
    double *points = NULL, *means = NULL, *work = NULL;
    SB_TRY(sb_marginal_create(ctx, q, b, &at_b));
    SB_ALLOC(points, 4 * chunk * d);
    SB_ALLOC(means, chunks);
    SB_ALLOC(work, sb_marginal_work(at_b));
    for (size_t c = 0; c < chunks; c++) { /* one time in each of equally probable strata */
        SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped on request");
        sb_stream own = sb_stream_skip(stream, ((uint64_t)1 << 38) + c);
        const double y = rest * ((double)c + sb_stream_uniform(&own)) / (double)chunks;
        const double x = inverse_rest(y), v = fmin(fmax(0.5 * log1p(exp(-x) / sb_snr(b)), a), b);
        SB_TRY(chunk_mean(ctx, q, at_b, v, x, b, 0.5 * (double)d * rest, stream, c * chunk, points, work, &means[c]));
    }
    const double n = (double)(chunks * chunk), f0 = (double)d * (1.0 + sb_snr(a)) * w;
    const rare_event event = largest_event(q, a, n, points);
    *D = allow_for(sb_number_from_values(means, chunks, confidence), 0.5 * (double)d * rest / f0 * event.score, n);
    D->samples = n;
done:
    sb_marginal_free(at_b);
    sb_free(points);
    sb_free(means);
    sb_free(work);
    return st;
}

sb_status sb_sampled_divergence(sb_context *ctx, const sb_mixture *q, const sb_mixture *p, double T, double delta, int samples,
                                double confidence, sb_stream stream, sb_number *difference)
{
    sb_status st = SB_OK;
    const size_t d = (size_t)q->components->d;
    const sb_mixture *law[2] = {q, p};
    const double time[2] = {delta, T};
    sb_marginal *m[2][2] = {{NULL}}; /* [law][time] */
    double *x = NULL, *values = NULL, *work = NULL;
    for (int l = 0; l < 2; l++)
        for (int t = 0; t < 2; t++) SB_TRY(sb_marginal_create(ctx, law[l], time[t], &m[l][t]));
    SB_ALLOC(x, (2 * chunk + 1) * d); /* at delta, at T, and scratch */
    SB_ALLOC(values, samples);
    SB_ALLOC(work, sb_marginal_work(m[0][0]) + sb_marginal_work(m[1][0]));
    for (int first = 0; first < samples; first += chunk) {
        double log_q[2][2][chunk];
        const int B = samples - first < chunk ? samples - first : chunk;
        for (size_t b = 0; b < (size_t)B; b++)
            draw_path(q, stream, (uint64_t)first + b, delta, T, x + b * d, x + (chunk + b) * d, x + 2 * chunk * d);
        for (int l = 0; l < 2; l++)
            for (int t = 0; t < 2; t++) sb_marginal_eval(m[l][t], B, x + (size_t)t * chunk * d, log_q[l][t], NULL, work);
        for (int b = 0; b < B; b++) values[first + b] = (log_q[0][0][b] - log_q[1][0][b]) - (log_q[0][1][b] - log_q[1][1][b]);
    }
    *difference = sb_number_from_values(values, (size_t)samples, confidence);
done:
    for (int l = 0; l < 2; l++)
        for (int t = 0; t < 2; t++) sb_marginal_free(m[l][t]);
    sb_free(x);
    sb_free(values);
    sb_free(work);
    return st;
}
