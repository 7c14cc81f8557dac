/* exports.h: what the bound explorer's page calls of bounds/, as functions of numbers and addresses only. The page asks for every number
 * and every word of a statement here; it computes none itself. Constants lie in the order of the table, a double each, NaN: not given (the page
 * writes them so). Indices come from the page's own loops and are in range. */
#ifndef SB_EXPLORER_EXPORTS_H
#define SB_EXPLORER_EXPORTS_H

#include "bounds/bounds.h"

#include <stddef.h>

#define SB_EXPORT __attribute__((used, visibility("default")))

/* A right side, or what is missing for it. */
typedef struct {
    sb_terms rhs;
    int      missing_count;
    unsigned missing[SB_CONSTANT_COUNT];   /* (missing_count) rows of the table of constants */
} sb_explorer_answer;

/* The table of constants. */
SB_EXPORT unsigned    sb_explorer_constant_count(void);
SB_EXPORT const char *sb_explorer_constant_name(unsigned i);
SB_EXPORT const char *sb_explorer_constant_meaning(unsigned i);
SB_EXPORT double      sb_explorer_constant_least(unsigned i);
SB_EXPORT double      sb_explorer_constant_most(unsigned i);
SB_EXPORT int         sb_explorer_constant_whole(unsigned i);

/* The table of statements. _kind: sb_kind, -1 where the form is not offered.  _hidden: "" where no constant is hidden.  _generation: nonzero
 * where the statement bounds the generation error.  _lhs: sb_lhs. */
SB_EXPORT unsigned    sb_explorer_statement_count(void);
SB_EXPORT const char *sb_explorer_statement_name(unsigned i);
SB_EXPORT const char *sb_explorer_statement_title(unsigned i);
SB_EXPORT const char *sb_explorer_statement_source(unsigned i);
SB_EXPORT int         sb_explorer_statement_kind(unsigned i, int form);
SB_EXPORT const char *sb_explorer_statement_hidden(unsigned i, int form);
SB_EXPORT int         sb_explorer_statement_generation(unsigned i);
SB_EXPORT int         sb_explorer_statement_lhs(unsigned i);
SB_EXPORT int         sb_explorer_form_count(void);
SB_EXPORT const char *sb_explorer_form_name(int form);

/* sb_explorer_evaluate: statement i in `form` into *answer (sb_explorer_answer_size() bytes). Returns sb_statement_evaluate's count.
 * The others read it.  sb_explorer_useless: sb_statement_useless at the kl_prior of the constants. */
SB_EXPORT size_t      sb_explorer_answer_size(void);
SB_EXPORT int         sb_explorer_evaluate(unsigned i, int form, const sb_constants *c, sb_explorer_answer *answer);
SB_EXPORT double      sb_explorer_useless(unsigned i, const sb_constants *c);
SB_EXPORT unsigned    sb_explorer_missing(const sb_explorer_answer *answer, int j);
SB_EXPORT double      sb_explorer_sum(const sb_explorer_answer *answer);
SB_EXPORT int         sb_explorer_term_count(const sb_explorer_answer *answer);
SB_EXPORT const char *sb_explorer_term_name(const sb_explorer_answer *answer, int j);
SB_EXPORT double      sb_explorer_term_value(const sb_explorer_answer *answer, int j);
SB_EXPORT int         sb_explorer_condition_count(const sb_explorer_answer *answer);
SB_EXPORT const char *sb_explorer_condition_name(const sb_explorer_answer *answer, int j);
SB_EXPORT double      sb_explorer_condition_limit(const sb_explorer_answer *answer, int j);
SB_EXPORT double      sb_explorer_condition_value(const sb_explorer_answer *answer, int j);
SB_EXPORT int         sb_explorer_condition_holds(const sb_explorer_answer *answer, int j);

/* The slack waterfall. _proof: the first so many steps are the proof's, print changes the rest.  _level: the right side after step i.
 * _nats: what step i adds to the level before it, which is `start` for the first step; 0 where that is no more than rounding.
 * _lacks: nonzero if the level is no number for want of constant j, all others that are not given taken as 1.
 * _descends: nonzero if the conditions of the descent lemma hold, without which the levels from there on bound nothing. */
SB_EXPORT unsigned    sb_explorer_step_count(void);
SB_EXPORT unsigned    sb_explorer_step_proof(void);
SB_EXPORT const char *sb_explorer_step_name(unsigned i);
SB_EXPORT const char *sb_explorer_step_meaning(unsigned i);
SB_EXPORT double      sb_explorer_step_level(unsigned i, const sb_constants *c);
SB_EXPORT double      sb_explorer_step_nats(unsigned i, const sb_constants *c, double start);
SB_EXPORT int         sb_explorer_step_lacks(unsigned i, unsigned j, const sb_constants *c);
SB_EXPORT int         sb_explorer_descends(const sb_constants *c);

/* sb_explorer_remark: what Remark 4.12 demands at the F0 given, form printed or corrected: *c with another T, K, kappa and eta into *chosen,
 * and the remark there into *answer; its sum is NaN where only terms lack a constant. Returns 0, or how many constants are missing for
 * that (*chosen is then *c). Whether such a choice exists the conditions in *answer say. */
SB_EXPORT int         sb_explorer_remark(int form, const sb_constants *c, sb_constants *chosen, sb_explorer_answer *answer);

#endif
