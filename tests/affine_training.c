#include "affine_training.h"

#include <math.h>
#include <string.h>

static double step_length(const reverse_grid *grid, int k)
{
    return grid->u[k] - grid->u[k + 1];
}

/* gamma E(alpha y + beta - Z)^2 = ((alpha,beta) - a)' A ((alpha,beta) - a)/2 + least, A = 2 gamma [[E y^2, E y], [E y, 1]]. */
static void set_loss(const affine_system *system, int n, quadratic *q)
{
    double smallest = INFINITY;
    q->least[n] = 0.0;
    for (int k = 0; k < system->grid.K; k++) {
        const double u = system->grid.u[k], m = reverse_mean(&system->law[n], 0, u), v = reverse_variance(&system->law[n], 0, u);
        const double gamma2 = 2.0 * step_length(&system->grid, k), trace = v + m * m + 1.0, root = sqrt(trace * trace - 4.0 * v);
        q->A[n][2 * k][2 * k] = gamma2 * (v + m * m);
        q->A[n][2 * k][2 * k + 1] = gamma2 * m;
        q->A[n][2 * k + 1][2 * k] = gamma2 * m;
        q->A[n][2 * k + 1][2 * k + 1] = gamma2;
        q->a[n][2 * k] = -1.0 / v;
        q->a[n][2 * k + 1] = m / v;
        q->least[n] += 0.5 * gamma2 * (1.0 / -expm1(-2.0 * u) - 1.0 / v);
        q->L = fmax(q->L, 0.5 * gamma2 * (trace + root));
        smallest = fmin(smallest, 0.5 * gamma2 * (trace - root));
    }
    q->mu += smallest / q->N;
}

void affine_draw(sb_stream *stream, int identical, double T, affine_system *system)
{
    quadratic *q = &system->q;
    const double kappa = pow(T / 0.02, 0.25); /* four steps are enough, each a factor */
    quadratic_draw(stream, (quadratic_options){0}, q);
    system->grid.K = 4;
    for (int k = 0; k <= 4; k++) system->grid.u[k] = T * pow(kappa, -k);
    system->grid.kappa = 0.0;
    for (int k = 0; k < 4; k++)
        system->grid.kappa = fmax(system->grid.kappa, step_length(&system->grid, k) / fmin(1.0, system->grid.u[k + 1]));
    const double keep = sb_stream_uniform(stream);
    q->D = 8, q->L = q->mu = 0.0;
    memset(q->A, 0, sizeof q->A);
    for (int n = 0; n < q->N; n++) {
        reverse_law_draw(stream, &system->law[n]);
        system->law[n].d = 1;
        system->law[n].variance[0] = pow(10.0, 2.0 * sb_stream_uniform(stream) - 1.5);
        if (identical) system->law[n] = system->law[0];
        set_loss(system, n, q);
    }
    for (int r = 0; r < q->R; r++)
        for (int i = 0; i < q->D; i++) {
            for (int n = 0; n < q->N; n++) q->mask[r][n][i] = sb_stream_uniform(stream) < keep;
            q->mask[r][(int)(q->N * sb_stream_uniform(stream))][i] = 1;
        }
    sb_stream_normals(stream, QUADRATIC_D, q->theta0);
    q->eta = quadratic_rate(q) * (0.1 + 0.9 * sb_stream_uniform(stream));
}

void affine_run(const affine_system *system, affine_outcome *out)
{
    static reverse_score score;
    quadratic_outcome trained;
    quadratic_train(&system->q, &trained);
    for (int k = 0; k < system->grid.K; k++) {
        score.slope[k][0] = -trained.mean[2 * k];
        score.shift[k][0] = trained.mean[2 * k + 1];
    }
    for (int n = 0; n < system->q.N; n++) {
        sb_constants *c = &out->c[n];
        reverse_constants(&system->law[n], &system->grid, &score, c);
        out->kl[n] = reverse_kl(&system->law[n], &system->grid, &score);
        c->N = trained.c.N, c->S = trained.c.S, c->R = trained.c.R, c->D = trained.c.D, c->eta = trained.c.eta;
        c->L = trained.c.L, c->w2 = trained.c.w2, c->sigma1 = trained.c.sigma1, c->sigma2 = trained.sigma2_to_end,
        c->Gamma = trained.c.Gamma;
        c->F0 = trained.c.F0, c->FR = trained.c.FR, c->Fn0 = trained.Fn0[n], c->dtheta = trained.c.dtheta;
        c->mu = trained.c.mu, c->Fstar = quadratic_smallest(&system->q);
        c->FnR = trained.FnR[n];
    }
}
