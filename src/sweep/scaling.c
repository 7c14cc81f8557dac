/* scaling.c: how the constants of the bounds follow a key of the configuration by its nature, to leading order; what a model makes of
 * the key (how far training gets, how large L is) is not known without a run, and stands still. */
#include "sweep/findings.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static double *field(sb_constants *c, size_t offset)
{
    return (double *)(void *)((char *)c + offset);
}

static void multiply(sb_constants *c, const size_t *offsets, size_t count, double factor)
{
    for (size_t i = 0; i < count; i++) *field(c, offsets[i]) *= factor;
}

#define OF(member) offsetof(sb_constants, member)
#define MULTIPLY(c, factor, ...)                                                                                                   \
    multiply((c), (const size_t[]){__VA_ARGS__}, sizeof((const size_t[]){__VA_ARGS__}) / sizeof(size_t), (factor))

/* d: coordinates of the same kind are added, so what is a sum over coordinates grows like d and a norm like sqrt(d); curvatures, rates
 * and the grid are those of each coordinate. */
static void dimension(double x0, double x, sb_constants *c)
{
    const double r = x / x0;
    c->d = x;
    MULTIPLY(c, r, OF(M2), OF(C1), OF(D_sum), OF(B_sum), OF(U), OF(B_bound), OF(kl_init), OF(kl_prior), OF(fisher));
    MULTIPLY(c, r, OF(F0), OF(FR), OF(Fn0), OF(FnR), OF(Fstar), OF(score_loss), OF(path_kl), OF(chain_score));
    MULTIPLY(c, r, OF(w2), OF(theta2), OF(squared_gradient));
    MULTIPLY(c, sqrt(r), OF(sigma1), OF(sigma2), OF(dtheta), OF(G));
}

/* N: the same share of the workers keeps each parameter. */
static void workers(double x0, double x, sb_constants *c)
{
    c->N = x;
    c->Gamma *= x / x0;
}

static void rounds(double x0, double x, sb_constants *c)
{
    (void)x0;
    c->R = x;
}

static void local_steps(double x0, double x, sb_constants *c)
{
    (void)x0;
    c->S = x;
}

static void learning_rate(double x0, double x, sb_constants *c)
{
    (void)x0;
    c->eta = x;
}

/* int_delta^T of min{1,u}^p du, p = -1 or 1. */
static double horizon(double T, double delta, int p)
{
    const double early = fmin(T, 1.0), from = fmin(delta, 1.0);
    const double inner = p < 0 ? log(early / from) : 0.5 * (early * early - from * from);
    return inner + fmax(T - fmax(delta, 1.0), 0.0);
}

/* The grid: K steps of length kappa min{1,u} cover int du/min{1,u}, hence kappa = int/K where K is large; then sum D_k and its bound U
 * are of the order of kappa^2 K, sum B_k, its bound and the sampler's bias of kappa^3 K, and sum gamma_k^2 = kappa int min{1,u} du. */
static void grid(double T, double delta, double K, sb_constants *c)
{
    const double longer = horizon(T, delta, -1) / horizon(c->T, c->delta, -1), more = K / c->K, kappa = longer / more;
    const double wider = horizon(T, delta, 1) / horizon(c->T, c->delta, 1);
    MULTIPLY(c, kappa, OF(kappa), OF(h));
    MULTIPLY(c, kappa * kappa * more, OF(D_sum), OF(U));
    MULTIPLY(c, kappa * kappa * kappa * more, OF(B_sum), OF(B_bound), OF(sampler_bias));
    c->step2 *= kappa * wider;
    c->T = T;
    c->delta = delta;
    c->K = K;
}

/* KL(q_T||N(0,I)) is e^-2T of its bound's parts (e^-4T for centred data, which the bounds do not know). */
static void end_time(double x0, double x, sb_constants *c)
{
    c->T = x0;
    c->kl_init *= exp(-2.0 * (x - x0));
    grid(x, c->delta, c->K, c);
}

static void early_stop(double x0, double x, sb_constants *c)
{
    c->delta = x0;
    grid(c->T, x, c->K, c);
}

static void steps(double x0, double x, sb_constants *c)
{
    c->K = x0;
    grid(c->T, c->delta, x, c);
}

/* The share that is kept: what pruning takes away is the rest; from a run that keeps everything nothing can be said of it. */
static void keep(double x0, double x, sb_constants *c)
{
    const double rest = x == x0 ? 1.0 : x0 < 1.0 ? (1.0 - x) / (1.0 - x0) : NAN;
    MULTIPLY(c, rest, OF(w2), OF(prune2));
    c->Gamma = fmin(c->Gamma * x / x0, c->N);
}

int sb_sweep_scaling(const char *along, double x0, double x, const sb_constants *c0, sb_constants *c)
{
    static const struct {
        const char *key;
        void (*move)(double x0, double x, sb_constants *c);
    } table[] = {
        {"data.dimension", dimension},
        {"data.workers", workers},
        {"train.rounds", rounds},
        {"train.local_steps", local_steps},
        {"train.learning_rate", learning_rate},
        {"diffusion.T", end_time},
        {"diffusion.delta", early_stop},
        {"diffusion.K", steps},
        {"pruning.keep", keep},
    };
    const sb_constant_info *constant = sb_constant_find(along);
    *c = *c0;
    if (constant) {
        sb_constant_set(c, constant, x);
        return 1;
    }
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(table[i].key, along) != 0) continue;
        table[i].move(x0, x, c);
        return 1;
    }
    return 0;
}
