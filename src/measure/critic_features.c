#include "measure/critic_features.h"

#include "base/memory.h"

#include <math.h>
#include <omp.h>

static const double REACH = 5.0;

/* Above this dimension random frequencies see nothing. */
enum { MOST_COSINE_DIMENSION = 16 };

/* Deviations of the surrogate in each coordinate, and of its narrowest component in units of them: the scales of the frequencies. */
static sb_status scales_of(sb_context *ctx, const sb_mixture *law, double *centre, double *scale, double *narrowest)
{
    sb_status st = SB_OK;
    const sb_components *c = law->components;
    const size_t d = (size_t)c->d;
    for (size_t i = 0; i < d; i++) {
        double mean = 0.0, square = 0.0;
        for (size_t j = 0; j < (size_t)c->J; j++) mean += law->weight[j] * c->mean[j * d + i];
        for (size_t j = 0; j < (size_t)c->J; j++) {
            const double off = c->mean[j * d + i] - mean;
            square += law->weight[j] * (off * off + sb_components_axis_variance(c, (int)j, (int)i));
        }
        SB_REQUIRE(isfinite(square) && square > 0.0, SB_ERANGE, "the surrogate has no finite width");
        centre[i] = mean;
        scale[i] = 1.0 / sqrt(square);
    }
    *narrowest = 1.0;
    for (int j = 0; j < c->J; j++) {
        double log_width = 0.0;
        for (size_t i = 0; i < d; i++) log_width += 0.5 * log(sb_components_variance(c, j, (int)i)) + log(scale[i]);
        *narrowest = fmin(*narrowest, exp(log_width / (double)d));
    }
done:
    return st;
}

/* Frequencies of all lengths between one per deviation of the whole and two per deviation of the narrowest component. */
static void draw_frequencies(sb_critic_features *f, double narrowest, sb_stream stream)
{
    const size_t d = (size_t)f->d;
    const double longest = log(2.0 / narrowest), shortest = log(0.5);
    for (size_t r = 0; r < (size_t)f->cosines; r++) {
        double *row = f->frequency + r * (d + 1);
        const double length = exp(shortest + (longest - shortest) * ((double)r + 0.5) / f->cosines);
        sb_stream_normals(&stream, d, row);
        for (size_t i = 0; i < d; i++) row[i] *= length;
        row[d] = 2.0 * M_PI * sb_stream_uniform(&stream);
    }
}

sb_status sb_critic_features_create(sb_context *ctx, const sb_mixture *q, double delta, const sb_surrogate *surrogate, int budget,
                                    sb_stream stream, sb_critic_features *f)
{
    sb_status st = SB_OK;
    const sb_mixture law = sb_surrogate_law(surrogate);
    double narrowest = 1.0;
    *f = (sb_critic_features){.d = q->components->d};
    const size_t d = (size_t)f->d;
    SB_TRY(sb_marginal_create(ctx, q, delta, &f->q));
    SB_TRY(sb_shares_create(ctx, &law, 0.0, &f->shares));
    const int shares = f->shares.J > 1 ? f->shares.J : 0, left = budget - 2 - shares;
    f->squares = left < 2 * f->d ? (left > 0 ? left / 2 : 0) : f->d;
    f->cosines = f->d <= MOST_COSINE_DIMENSION && left > 2 * f->squares ? left - 2 * f->squares : 0;
    f->F = 2 + shares + 2 * f->squares + f->cosines;
    SB_ALLOC(f->centre, 2 * d + (size_t)f->cosines * (d + 1) + 2 * (size_t)f->F);
    f->scale = f->centre + d;
    f->frequency = f->scale + d;
    f->mean = f->frequency + (size_t)f->cosines * (d + 1);
    f->unit = f->mean + f->F;
    SB_TRY(scales_of(ctx, &law, f->centre, f->scale, &narrowest));
    draw_frequencies(f, narrowest, stream);
done:
    if (st != SB_OK) sb_critic_features_free(f);
    return st;
}

void sb_critic_features_free(sb_critic_features *features)
{
    sb_marginal_free(features->q);
    sb_shares_free(&features->shares);
    sb_free(features->centre);
    *features = (sb_critic_features){0};
}

/* phi (F) of one point: log_q and log_s at x (d), share (J) of the surrogate's components there; t (d) scratch. */
static void features_at(const sb_critic_features *f, const double *x, double log_q, double log_s, const double *share, double *t,
                        double *phi)
{
    const size_t d = (size_t)f->d;
    for (size_t i = 0; i < d; i++) t[i] = f->scale[i] * (x[i] - f->centre[i]);
    *phi++ = log_q;
    *phi++ = log_s;
    for (int j = 0; j < f->shares.J && f->shares.J > 1; j++) *phi++ = share[j];
    for (int i = 0; i < f->squares; i++) {
        *phi++ = t[i];
        *phi++ = t[i] * t[i];
    }
    for (size_t r = 0; r < (size_t)f->cosines; r++) {
        const double *row = f->frequency + r * (d + 1);
        double angle = row[d];
        for (size_t i = 0; i < d; i++) angle += row[i] * t[i];
        *phi++ = cos(angle);
    }
}

sb_status sb_critic_features_eval(sb_context *ctx, const sb_critic_features *f, int count, const double *x, double *phi,
                                  double *log_ratio)
{
    sb_status st = SB_OK;
    const size_t d = (size_t)f->d, J = (size_t)f->shares.J, q_work = sb_marginal_work(f->q);
    const size_t rest = f->shares.work > q_work ? f->shares.work : q_work, each = SB_SHARES_BATCH * (2 + J) + d + rest;
    double *room = NULL;
    SB_ALLOC(room, (size_t)ctx->threads * each);
#pragma omp parallel for num_threads(ctx->threads) schedule(static)
    for (int first = 0; first < count; first += SB_SHARES_BATCH) {
        const int now = count - first < SB_SHARES_BATCH ? count - first : SB_SHARES_BATCH;
        const double *y = x + (size_t)first * d;
        double *log_q = room + (size_t)omp_get_thread_num() * each, *log_s = log_q + SB_SHARES_BATCH,
               *share = log_s + SB_SHARES_BATCH;
        double *t = share + SB_SHARES_BATCH * J, *work = t + d;
        sb_marginal_eval(f->q, now, y, log_q, NULL, work);
        sb_shares_eval(&f->shares, now, y, share, log_s, work);
        for (size_t b = 0; b < (size_t)now; b++) {
            log_ratio[(size_t)first + b] = log_q[b] - log_s[b];
            features_at(f, y + b * d, log_q[b], log_s[b], share + b * J, t, phi + ((size_t)first + b) * (size_t)f->F);
        }
    }
    for (int i = 0; i < count; i++)
        SB_REQUIRE(isfinite(log_ratio[i]), SB_ERANGE, "points lie so far out that a density there is nothing");
done:
    sb_free(room);
    return st;
}

void sb_critic_features_scale(sb_critic_features *f, int count, const double *phi)
{
    const size_t F = (size_t)f->F;
    for (size_t j = 0; j < F; j++) {
        double mean = 0.0, square = 0.0;
        for (size_t b = 0; b < (size_t)count; b++) mean += phi[b * F + j] / count;
        for (size_t b = 0; b < (size_t)count; b++) square += (phi[b * F + j] - mean) * (phi[b * F + j] - mean) / count;
        f->mean[j] = mean;
        f->unit[j] = square > 1e-24 * (1.0 + mean * mean) ? 1.0 / sqrt(square) : 0.0;
    }
}

void sb_critic_features_apply(const sb_critic_features *f, int count, double *phi)
{
    const size_t F = (size_t)f->F;
    for (size_t b = 0; b < (size_t)count; b++)
        for (size_t j = 0; j < F; j++) phi[b * F + j] = fmax(-REACH, fmin(REACH, f->unit[j] * (phi[b * F + j] - f->mean[j])));
}
