/* bounds.h: the paper's numbered statements as formulas. Pure C and <math.h>: no allocation, no I/O, no library, so that the same
 * files also run in a browser. They see a struct of constants, never a trainer.
 *
 * One statement is one file and one row of the table; each row offers the forms
 *   printed    as in the paper; an absolute constant hidden behind "<~" is taken as 1
 *   corrected  as the paper's own proof gives it, all constants explicit
 *   sharp      as sharply as can be proved
 *   pl         under the Polyak-Lojasiewicz inequality (models linear in theta)
 *   exact      an equality */
#ifndef SB_BOUNDS_H
#define SB_BOUNDS_H

#include "bounds/constants.h"

#include <stdint.h>

typedef enum { SB_FORM_PRINTED, SB_FORM_CORRECTED, SB_FORM_SHARP, SB_FORM_PL, SB_FORM_EXACT, SB_FORM_COUNT } sb_form;
typedef enum { SB_UPPER, SB_EQUALITY, SB_CONDITION } sb_kind;
typedef enum { SB_HOLDS, SB_VIOLATED, SB_INCONCLUSIVE, SB_VACUOUS, SB_NOT_APPLICABLE, SB_UNKNOWN } sb_verdict;

/* Every constant a right side may need, NaN: not given; and the place of each in the list. */
#define SB_CONSTANT_FIELD(name, least, most, integer, meaning) double name;
#define SB_CONSTANT_PLACE(name, least, most, integer, meaning) SB_CONSTANT_##name,
typedef struct { SB_CONSTANTS(SB_CONSTANT_FIELD) } sb_constants;
enum { SB_CONSTANTS(SB_CONSTANT_PLACE) SB_CONSTANT_COUNT, SB_CONSTANT_nothing = 63 };
#undef SB_CONSTANT_FIELD
#undef SB_CONSTANT_PLACE

/* A set of constants, a bit for each; the bit `nothing` is in every set and tells one that is empty from none at all. */
typedef uint64_t sb_needs;
#define SB_NEED(name) (UINT64_C(1) << SB_CONSTANT_##name)

/* One row per field of sb_constants, in order. */
typedef struct {
    const char *name, *meaning;
    unsigned    offset;        /* in sb_constants */
    double      least, most;   /* smallest and largest admissible value, -INFINITY and INFINITY if none */
    int         integer;       /* nonzero: a whole number */
} sb_constant_info;

extern const sb_constant_info sb_constant_table[];
extern const unsigned         sb_constant_count;

void   sb_constants_clear(sb_constants *c);                                        /* all NaN */
/* sb_constant_get: NaN for a field that was not given.  sb_constant_set: gives it.  sb_constant_find: row of `name`, or 0. */
double                  sb_constant_get(const sb_constants *c, const sb_constant_info *row);
void                    sb_constant_set(sb_constants *c, const sb_constant_info *row, double value);
const sb_constant_info *sb_constant_find(const char *name);

enum { SB_MAX_TERMS = 12, SB_MAX_CONDITIONS = 24 };

typedef struct {
    const char *name;          /* "progress", "pruning", ... */
    double      value;
} sb_term;

typedef struct {
    const char *name;          /* what must hold, e.g. "eta <= sqrt(Gamma/(640 S^2 L^2 N))" */
    double      limit, value;
    int         holds;
} sb_condition;

/* A right side, term by term; `sum` is their sum (of the statement, which may combine them otherwise only if it says so). */
typedef struct {
    int          term_count, condition_count;
    sb_term      term[SB_MAX_TERMS];
    sb_condition condition[SB_MAX_CONDITIONS];
    double       sum;
} sb_terms;

/* What a statement's left side is; src/measure knows how to get each. */
typedef enum {
    SB_LHS_L, SB_LHS_W2, SB_LHS_SIGMA, SB_LHS_M2,     /* assumptions */
    SB_LHS_DISCRETISATION,                            /* sum_k int E|A1-A2|^2 dt */
    SB_LHS_MEAN_SQUARED_GRADIENT,                     /* (1/R) sum_r E|grad F(theta_r)|^2 */
    SB_LHS_LOCAL_LOSS,                                /* F_n(theta_R) */
    SB_LHS_SCORE_LOSS,                                /* sum_k gamma_k E|s_k - S_k|^2 */
    SB_LHS_PATH_KL,                                   /* KL(Q||P^{q_T}) */
    SB_LHS_KL,                                        /* KL(q_{n,delta}||p_{n,t_K}) */
    SB_LHS_TV,                                        /* total variation of the same two laws */
    SB_LHS_RESIDUAL                                   /* KL(q_{n,delta}||qbar_delta) - KL(q_{n,T}||qbar_T) */
} sb_lhs;

typedef struct {
    const char *name, *title, *source;                /* "lemma_4_6", "Learning dynamics", "Lemma 4.6, proof in App. C" */
    sb_kind     kind[SB_FORM_COUNT];                  /* per form; only meaningful where offered */
    sb_lhs      lhs;
    int         limited[SB_FORM_COUNT];               /* of a condition; nonzero: lhs must stay below rhs; zero: lhs must be finite */
    int         per_worker;                           /* nonzero: one instance for each n */
    int         generation;                           /* nonzero: bounds the generation error, so it may be vacuous */
    int         any_sampler[SB_FORM_COUNT];           /* nonzero: about samples, and true whatever sampler made them */
    const char *hidden[SB_FORM_COUNT];                /* not NULL: this form hides an absolute constant; says which */
    sb_needs    needs[SB_FORM_COUNT];                 /* 0: form not offered */
    void (*bound)(sb_form form, const sb_constants *c, sb_terms *rhs);
} sb_statement;

extern const sb_statement *const sb_statement_table[];
extern const unsigned            sb_statement_count;

const sb_statement *sb_statement_find(const char *name);   /* or 0 */
const char         *sb_form_name(sb_form form);            /* "printed", ... */
const char         *sb_verdict_name(sb_verdict verdict);   /* "holds", "violated", "inconclusive", "vacuous", "not-applicable", "unknown" */

/* sb_statement_evaluate: empties *rhs (entries beyond its counts mean nothing) and evaluates. Returns 0 if all needs are given, else the
 * number missing (rhs empty, sum NaN) and their rows, as the table has them, in missing[] (may be NULL; room for sb_constant_count);
 * -1 (rhs empty, sum NaN) if the statement does not offer the form. */
int sb_statement_evaluate(const sb_statement *s, sb_form form, const sb_constants *c, sb_terms *rhs, const sb_constant_info **missing);

/* sb_judge: verdict from intervals of both sides; an end may be infinite. In this order:
 *   a condition failed -> not-applicable; a NaN end, or lo > hi -> unknown;
 *   upper: holds if lhs_hi <= rhs_lo, violated if lhs_lo > rhs_hi, else inconclusive;
 *   equality: violated if the intervals do not meet, holds if they do, inconclusive if one that meets is unbounded;
 *   condition, limited: holds if lhs_hi < rhs_lo, violated if lhs_lo >= rhs_hi; not limited: holds if lhs_hi is finite, violated if
 *   lhs_lo = +inf; else inconclusive;
 *   vacuous: an upper bound on the generation error that holds although rhs_lo >= sb_statement_useless (NaN: never vacuous).
 * Upper and equality overlook a miss of `tolerance` relative to the larger of the two ends compared: a bound attained up to rounding
 * holds. */
sb_verdict sb_judge(const sb_statement *s, sb_form form, const sb_terms *rhs, double lhs_lo, double lhs_hi, double rhs_lo, double rhs_hi,
                    double tolerance, double kl_prior);

/* The slack waterfall: one step for each inequality between KL(q_delta||p) and Theorem 4.11 as printed.                (waterfall.c)
 * level(c) is the right side once this inequality and all before it have been used; the last one is the printed theorem. */
typedef struct {
    const char *name;          /* "data processing", "dropping the gradient", ... */
    const char *meaning;       /* which inequality, in one line */
    double (*level)(const sb_constants *c);
} sb_waterfall_step;

enum { SB_MAX_WATERFALL_STEPS = 24 };

extern const sb_waterfall_step sb_waterfall_table[];
extern const unsigned          sb_waterfall_count;
extern const unsigned          sb_waterfall_proof;     /* the first so many are inequalities of the proof; print changes the rest */

/* sb_statement_useless: from this right side on, a bound of the generation error tells no more than is known of using no network at
 * all: kl_prior = KL(q_delta||N(0,I)), or what it leaves of the total variation. NaN where the statement is about something else. */
double sb_statement_useless(const sb_statement *s, double kl_prior);

/* For the statement files: appends, and adds to the sum; names must outlive *t. */
void sb_term_add(sb_terms *t, const char *name, double value);
void sb_condition_add(sb_terms *t, const char *name, double limit, double value, int holds);

/* sb_rate_limit: the eta that Lemmas 4.6, 4.7 and Theorem 4.11 allow, min{sqrt(Gamma/(640 S^2 L^2 N)), 1}; 1 where L = 0. */
double sb_rate_limit(const sb_constants *c);

/* sb_psi: the floor Psi of the sharp Lemma 4.6; alpha (1, out, may be NULL) the share of progress that is left. Both mean something
 * only where 2 eta^2 L^2 S(S-1) < 1 and alpha > 0.                                                       (THEORY 2, Lemma 4.6) */
double sb_psi(const sb_constants *c, double *alpha);

/* What src/choose needs apart from whole right sides.
 * sb_initialisation_bound: KL(q_T||N(0,I)) is at most this, from d, M2 and T alone (Lemma 4.10 corrected).
 * sb_contraction: q = 2 mu eta S alpha of E F_{r+1} - F* <= (1 - q)(E F_r - F*) + eta S Psi (Lemma 4.7 pl).
 * sb_score_least: what the score part of a_priori pl never gets below, whatever R and eta: what it tends to as R grows without limit
 *   and then eta falls to 0, or without any training where that is less; mu > 0. */
double sb_initialisation_bound(const sb_constants *c);
double sb_contraction(const sb_constants *c);
double sb_score_least(const sb_constants *c);

#endif
