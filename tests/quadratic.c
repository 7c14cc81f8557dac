#include "quadratic.h"

#include <math.h>
#include <string.h>

typedef double matrix[QUADRATIC_D][QUADRATIC_D];
typedef double vector[QUADRATIC_D];

/* One round as theta -> M theta + b + noise of covariance C. */
typedef struct {
    matrix M, C;
    vector b;
} affine;

static void multiply(int D, matrix a, const double (*b)[QUADRATIC_D], matrix out)
{
    matrix product = {{0}};
    for (int i = 0; i < D; i++)
        for (int j = 0; j < D; j++) {
            product[i][j] = 0.0;
            for (int k = 0; k < D; k++) product[i][j] += a[i][k] * b[k][j];
        }
    memcpy(out, product, sizeof product);
}

/* C <- G C G' */
static void conjugate(int D, matrix G, matrix C)
{
    matrix half, transposed;
    multiply(D, G, (const double(*)[QUADRATIC_D])C, half);
    for (int i = 0; i < D; i++)
        for (int j = 0; j < D; j++) transposed[i][j] = G[j][i];
    multiply(D, half, (const double(*)[QUADRATIC_D])transposed, C);
}

/* S local steps of worker n under its mask, eq. (7). */
static void local_map(const quadratic *q, int r, int n, affine *map)
{
    const int D = q->D;
    const double(*A)[QUADRATIC_D] = q->A[n];
    matrix step = {{0}};
    vector shift = {0};
    memset(map, 0, sizeof *map);
    for (int i = 0; i < D; i++) {
        const double kept = q->mask[r][n][i];
        map->M[i][i] = kept;
        step[i][i] = 1.0;
        for (int j = 0; j < D; j++) {
            step[i][j] -= q->eta * kept * A[i][j];
            shift[i] += q->eta * kept * A[i][j] * q->a[n][j];
        }
    }
    for (int s = 0; s < q->S; s++) {
        vector moved = {0};
        for (int i = 0; i < D; i++) {
            moved[i] = shift[i];
            for (int j = 0; j < D; j++) moved[i] += step[i][j] * map->b[j];
        }
        memcpy(map->b, moved, sizeof moved);
        multiply(D, step, (const double(*)[QUADRATIC_D])map->M, map->M);
        conjugate(D, step, map->C);
        for (int i = 0; i < D; i++) map->C[i][i] += q->mask[r][n][i] * q->eta * q->eta * q->sigma1[n] * q->sigma1[n] / D;
    }
}

static int coverage(const quadratic *q, int r, int i)
{
    int count = 0;
    for (int n = 0; n < q->N; n++) count += q->mask[r][n][i];
    return count;
}

/* Local maps, averaged coordinate by coordinate, eq. (8). */
static void round_map(const quadratic *q, int r, affine *map)
{
    memset(map, 0, sizeof *map);
    for (int n = 0; n < q->N; n++) {
        affine local;
        local_map(q, r, n, &local);
        for (int i = 0; i < q->D; i++) {
            const double weight = (double)q->mask[r][n][i] / coverage(q, r, i);
            map->b[i] += weight * local.b[i];
            for (int j = 0; j < q->D; j++) {
                map->M[i][j] += weight * local.M[i][j];
                map->C[i][j] += weight * local.C[i][j] * q->mask[r][n][j] / coverage(q, r, j);
            }
        }
    }
}

/* E|A theta - b|^2 for theta of mean m and covariance C. */
static double expected_square(int D, matrix A, const double *b, const double *m, matrix C)
{
    double sum = 0.0;
    for (int i = 0; i < D; i++) {
        double mean = -b[i];
        for (int j = 0; j < D; j++) {
            mean += A[i][j] * m[j];
            for (int k = 0; k < D; k++) sum += A[i][j] * C[j][k] * A[i][k];
        }
        sum += mean * mean;
    }
    return sum;
}

/* E F_n(theta) */
static double expected_loss(const quadratic *q, int n, const double *m, matrix C)
{
    double sum = 0.0;
    for (int i = 0; i < q->D; i++)
        for (int j = 0; j < q->D; j++) sum += q->A[n][i][j] * ((m[i] - q->a[n][i]) * (m[j] - q->a[n][j]) + C[i][j]);
    return q->least[n] + 0.5 * sum;
}

/* grad F = A theta - b */
static void mean_gradient(const quadratic *q, matrix A, double *b)
{
    memset(A, 0, sizeof(matrix));
    memset(b, 0, sizeof(vector));
    for (int n = 0; n < q->N; n++)
        for (int i = 0; i < q->D; i++)
            for (int j = 0; j < q->D; j++) {
                A[i][j] += q->A[n][i][j] / q->N;
                b[i] += q->A[n][i][j] * q->a[n][j] / q->N;
            }
}

/* largest over n of E|grad F_n - grad F|^2 */
static double spread(const quadratic *q, const double *m, matrix C)
{
    matrix A, difference;
    vector b, shift;
    double largest = 0.0;
    mean_gradient(q, A, b);
    for (int n = 0; n < q->N; n++) {
        for (int i = 0; i < q->D; i++) {
            shift[i] = -b[i];
            for (int j = 0; j < q->D; j++) {
                difference[i][j] = q->A[n][i][j] - A[i][j];
                shift[i] += q->A[n][i][j] * q->a[n][j];
            }
        }
        largest = fmax(largest, expected_square(q->D, difference, shift, m, C));
    }
    return largest;
}

/* largest over n of E|theta - theta*m|^2 */
static double pruned(const quadratic *q, int r, const double *m, matrix C)
{
    double largest = 0.0;
    for (int n = 0; n < q->N; n++) {
        double sum = 0.0;
        for (int i = 0; i < q->D; i++)
            if (!q->mask[r][n][i]) sum += m[i] * m[i] + C[i][i];
        largest = fmax(largest, sum);
    }
    return largest;
}

double quadratic_gamma(const quadratic *q)
{
    int fewest = q->N;
    for (int r = 0; r < q->R; r++)
        for (int i = 0; i < q->D; i++)
            if (coverage(q, r, i) < fewest) fewest = coverage(q, r, i);
    return fewest;
}

double quadratic_rate(const quadratic *q)
{
    return fmin(1.0, sqrt(quadratic_gamma(q) / (640.0 * q->S * q->S * q->L * q->L * q->N)));
}

static double total_loss(const quadratic *q, const double *m, matrix C, double *each)
{
    double sum = 0.0;
    for (int n = 0; n < q->N; n++) sum += each[n] = expected_loss(q, n, m, C);
    return sum / q->N;
}

void quadratic_train(const quadratic *q, quadratic_outcome *out)
{
    matrix A, C = {{0}};
    vector b, m;
    double squared = 0.0, w2 = 0.0, sigma1 = 0.0, sigma2_2 = 0.0, distance2 = 0.0;
    memset(out, 0, sizeof *out);
    sb_constants_clear(&out->c);
    memcpy(m, q->theta0, sizeof m);
    mean_gradient(q, A, b);
    out->c.F0 = total_loss(q, m, C, out->Fn0);
    for (int r = 0; r < q->R; r++) {
        affine map;
        vector moved = {0};
        squared += expected_square(q->D, A, b, m, C) / q->R;
        sigma2_2 = fmax(sigma2_2, spread(q, m, C));
        w2 = fmax(w2, pruned(q, r, m, C));
        round_map(q, r, &map);
        for (int i = 0; i < q->D; i++) {
            moved[i] = map.b[i];
            for (int j = 0; j < q->D; j++) moved[i] += map.M[i][j] * m[j];
        }
        memcpy(m, moved, sizeof m);
        conjugate(q->D, map.M, C);
        for (int i = 0; i < q->D; i++)
            for (int j = 0; j < q->D; j++) C[i][j] += map.C[i][j];
    }
    for (int n = 0; n < q->N; n++) sigma1 = fmax(sigma1, q->sigma1[n]);
    for (int i = 0; i < q->D; i++) distance2 += pow(m[i] - q->theta0[i], 2.0) + C[i][i];
    memcpy(out->mean, m, sizeof m);
    out->mean_squared_gradient = squared;
    out->sigma2_to_end = sqrt(fmax(sigma2_2, spread(q, m, C)));
    out->c.N = q->N, out->c.S = q->S, out->c.R = q->R, out->c.D = q->D, out->c.eta = q->eta, out->c.L = q->L, out->c.mu = q->mu;
    out->c.w2 = w2, out->c.sigma1 = sigma1, out->c.sigma2 = sqrt(sigma2_2), out->c.Gamma = quadratic_gamma(q);
    out->c.dtheta = sqrt(distance2);
    out->c.FR = total_loss(q, m, C, out->FnR);
    out->c.Fn0 = out->Fn0[0], out->c.FnR = out->FnR[0];
}

double quadratic_smallest(const quadratic *q)
{
    matrix A, none = {{0}};
    vector x;
    double each[QUADRATIC_N];
    mean_gradient(q, A, x);
    for (int k = 0; k < q->D; k++) /* elimination without pivots: A is positive definite */
        for (int i = 0; i < q->D; i++) {
            if (i == k) continue;
            const double factor = A[i][k] / A[k][k];
            for (int j = k; j < q->D; j++) A[i][j] -= factor * A[k][j];
            x[i] -= factor * x[k];
        }
    for (int i = 0; i < q->D; i++) x[i] /= A[i][i];
    return total_loss(q, x, none, each);
}

/* A = sum_j lambda_j v_j v_j' with orthonormal v by Gram-Schmidt. Returns the smallest lambda. */
static double draw_curvature(sb_stream *stream, int D, double L, int indefinite, double (*A)[QUADRATIC_D])
{
    double v[QUADRATIC_D][QUADRATIC_D], least = L;
    memset(A, 0, sizeof(matrix));
    for (int j = 0; j < D; j++) {
        sb_stream_normals(stream, (size_t)D, v[j]);
        for (int pass = 0; pass < 2; pass++)
            for (int k = 0; k < j; k++) {
                double dot = 0.0;
                for (int i = 0; i < D; i++) dot += v[j][i] * v[k][i];
                for (int i = 0; i < D; i++) v[j][i] -= dot * v[k][i];
            }
        double norm = 0.0;
        for (int i = 0; i < D; i++) norm += v[j][i] * v[j][i];
        for (int i = 0; i < D; i++) v[j][i] /= sqrt(norm);
        double lambda = j == 0 ? L : L * pow(0.02, sb_stream_uniform(stream));
        if (indefinite && j > 0 && sb_stream_uniform(stream) < 0.5) lambda = -lambda;
        least = fmin(least, lambda);
        for (int i = 0; i < D; i++)
            for (int k = 0; k < D; k++) A[i][k] += lambda * v[j][i] * v[j][k];
    }
    return least;
}

static int below(sb_stream *stream, int n)
{
    return (int)(n * sb_stream_uniform(stream));
}

void quadratic_draw(sb_stream *stream, quadratic_options options, quadratic *q)
{
    memset(q, 0, sizeof *q);
    q->N = 1 + below(stream, 5), q->D = 1 + below(stream, 4), q->S = 1 + below(stream, 5), q->R = 1 + below(stream, 20);
    const double L = pow(10.0, 4.0 * sb_stream_uniform(stream) - 1.5), scale = pow(10.0, 2.0 * sb_stream_uniform(stream) - 1.5);
    const double keep = sb_stream_uniform(stream), heterogeneity = sb_stream_uniform(stream);
    vector centre;
    sb_stream_normals(stream, QUADRATIC_D, centre);
    for (int n = 0; n < q->N; n++) {
        vector move;
        sb_stream_normals(stream, QUADRATIC_D, move);
        for (int i = 0; i < q->D; i++) q->a[n][i] = scale * (centre[i] + heterogeneity * move[i]);
        if (options.common && n > 0) memcpy(q->A[n], q->A[0], sizeof q->A[n]);
        else q->mu += draw_curvature(stream, q->D, L, options.indefinite, q->A[n]) / (options.common ? 1 : q->N);
        q->sigma1[n] = options.noise ? L * scale * sb_stream_uniform(stream) : 0.0;
        q->least[n] = sb_stream_uniform(stream);
    }
    q->L = L;
    for (int r = 0; r < q->R; r++)
        for (int i = 0; i < q->D; i++) {
            for (int n = 0; n < q->N; n++) q->mask[r][n][i] = sb_stream_uniform(stream) < keep;
            q->mask[r][below(stream, q->N)][i] = 1;
        }
    sb_stream_normals(stream, QUADRATIC_D, q->theta0);
    for (int i = 0; i < q->D; i++) q->theta0[i] *= 2.0 * scale;
}

void quadratic_counterexample(double L, int R, int at_minimum, quadratic *q)
{
    const double rho = 0.9, a = 0.1;
    memset(q, 0, sizeof *q);
    q->N = q->D = 2, q->S = 1, q->R = R, q->L = L, q->mu = L * (1.0 - rho) / (1.0 + rho);
    for (int n = 0; n < 2; n++)
        for (int i = 0; i < 2; i++) {
            q->a[n][i] = a;
            for (int j = 0; j < 2; j++) q->A[n][i][j] = L / (1.0 + rho) * (i == j ? 1.0 : rho);
        }
    for (int r = 0; r < R; r++)
        for (int i = 0; i < 2; i++) q->mask[r][i][i] = 1;
    for (int i = 0; i < 2; i++) q->theta0[i] = at_minimum ? a : (1.0 + rho) * a;
    q->eta = 0.999 * quadratic_rate(q);
}
