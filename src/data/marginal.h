/* marginal.h: private to the room: q_u prepared for evaluation, and the responsibilities that every evaluation starts from. */
#ifndef SB_DATA_MARGINAL_H
#define SB_DATA_MARGINAL_H

#include "data/mixture.h"

enum { SB_MARGINAL_ROWS = 64 };  /* most points in a block */
enum { SB_MARGINAL_LANES = 16 }; /* points side by side in sb_marginal_points */
#define SB_MARGINAL_TAME 1e100 /* largest coordinate in a block: squares stay finite */

struct sb_marginal {
    const sb_components *components;
    int d, J;            /* J active components */
    double a, sigma2;    /* of X = a X_0 + sqrt(sigma2) eps */
    double least;        /* smallest variance c */
    int rows;            /* points that sb_marginal_block takes at once, <= SB_MARGINAL_ROWS; 0: it is not for this law */
    int points;          /* nonzero: sb_marginal_points is for this law */
    int *index;          /* (J) active components */
    double *constant;    /* (J) log p_j - log normalisation */
    int stored;          /* eigenvalues kept of each component, see sb_components_stored */
    double *precision;   /* (J,stored): 1/c with c = a^2 lambda + sigma2 */
};

/* Row of an active component's mean, of its precisions and (full, low rank) of its eigenvectors. */
static inline const double *sb_marginal_mean(const sb_marginal *m, int j)
{
    return m->components->mean + (size_t)m->index[j] * (size_t)m->d;
}

static inline const double *sb_marginal_precision(const sb_marginal *m, int j)
{
    return m->precision + (size_t)j * (size_t)m->stored;
}

static inline const double *sb_marginal_axes(const sb_marginal *m, int j)
{
    return m->components->Q + (size_t)m->index[j] * (size_t)m->d * (size_t)m->components->rank;
}

/* Precision of all directions outside of a low-rank component's eigenvectors; 0 where there are none outside. */
static inline double sb_marginal_rest(const sb_marginal *m, int j)
{
    return m->components->kind == SB_COVARIANCE_LOW_RANK ? sb_marginal_precision(m, j)[m->stored - 1] : 0.0;
}

/* Scratch of sb_marginal_work doubles: probabilities, coordinates along the components' axes, three vectors. */
typedef struct {
    double *r;                /* (J) */
    double *z;                /* (J,rank) where there are eigenvectors, else unused */
    double *own, *centre, *t; /* (d) each */
} sb_marginal_scratch;

sb_marginal_scratch sb_marginal_divide(const sb_marginal *marginal, double *work);

/* sb_marginal_responsibilities: r (J) out: probability of each active component given X_u = y (d), 0 where below 1e-40; returns
 * log q_u(y), -INFINITY where the squares overflow (then r is 1 for the component nearest in its own metric).  z (J,rank) out for
 * components with eigenvectors: Q_j'(y - a m_j). */
double sb_marginal_responsibilities(const sb_marginal *marginal, const double *y, double *r, double *z);

/* sb_marginal_component_score: s->own (d) out: score of active component j at y (d), each coordinate at most 1e308 in size; after
 * sb_marginal_responsibilities at y. */
void sb_marginal_component_score(const sb_marginal *marginal, int j, const double *y, sb_marginal_scratch *s);

/* sb_marginal_block: density (B) or NULL and score (B,d) at B <= rows points by matrix products, for components with eigenvectors.
 * tame (B) out: 0 where the row is left to the other route because something in it overflows.    work: sb_marginal_block_work
 * doubles. */
size_t sb_marginal_block_work(const sb_marginal *marginal);
void sb_marginal_block(const sb_marginal *marginal, int B, const double *y, double *log_density, double *score,
                       unsigned char *tame, double *work);

/* The same for many components of one isotropic variance, data points above all, at B <= SB_MARGINAL_LANES points side by side.
 * sb_marginal_points_suit: nonzero if the law, prepared but for `points`, is of that kind.    work: sb_marginal_points_work doubles.
 *   sb_marginal_points          log_density (B) and score (B,d), each or NULL
 *   sb_marginal_points_overlap  entropy (B) and spread (B) of sb_marginal_overlap */
int sb_marginal_points_suit(const sb_marginal *marginal);
size_t sb_marginal_points_work(const sb_marginal *marginal);
void sb_marginal_points(const sb_marginal *marginal, int B, const double *y, double *log_density, double *score,
                        unsigned char *tame, double *work);
void sb_marginal_points_overlap(const sb_marginal *marginal, int B, const double *y, double *entropy, double *spread,
                                unsigned char *tame, double *work);

/* sb_marginal_normalise: r (J) in: logarithms, of which `most` is the largest and finite; out: probabilities, 0 where below 1e-40.
 * Returns the logarithm of their sum before. */
double sb_marginal_normalise(int J, double most, double *r);

/* sb_marginal_from_axes: x (d) += Q_j t for t (rank). */
void sb_marginal_from_axes(const sb_marginal *marginal, int j, const double *t, double *x);

#endif
