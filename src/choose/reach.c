/* reach.c: how far training moves at this eta, in units of eta S R, against what it takes.
 *
 * From below: F L-smooth with minimum F* has |grad F|^2 <= 2L(F - F*) and F(theta - eta g) >= F - eta (1 + L eta/2)|g|^2, g = grad F,
 * so a step of exact gradient descent leaves F - F* at least the share 1 - 2 L eta (1 + L eta/2) = 1 - 2 L eta - (L eta)^2 of itself.
 * From above: Lemma 4.7 pl; a round leaves at most the share 1 - 2 mu eta S alpha of it, up to the floor. */
#include "choose/selection.h"

#include <math.h>

/* Steps, each of which takes away the share `taken`, until a half is gone; at least one. NaN for NaN. */
static double steps_to_half(double taken)
{
    const double steps = -log(2.0) / log1p(-fmin(taken, 1.0));
    return isnan(taken) ? taken : fmax(steps, 1.0);
}

/* The share that is gone after `steps` of them. */
static double gone(double taken, double steps)
{
    if (isnan(taken) || taken < 1.0) return -expm1(steps * log1p(-taken));
    return steps > 0.0 ? 1.0 : 0.0;
}

sb_reach sb_reach_at(const sb_constants *c)
{
    const double x = c->L * c->eta, contraction = sb_contraction(c);
    double alpha;
    sb_psi(c, &alpha);
    const int certain = alpha > 0.0 && contraction > 0.0 && contraction <= 1.0;
    return (sb_reach){
        .moved = c->eta * c->S * c->R,
        .half_at_least = c->eta * steps_to_half(x * (2.0 + x)),
        .half_at_most = certain ? c->eta * c->S * steps_to_half(contraction) : NAN,
        .share_most = gone(x * (2.0 + x), c->S * c->R),
        .F0 = NAN,
        .FR = NAN,
        .dtheta = NAN,
    };
}
