/* survey.h: the steps of a measurement, each filling its part of sb_measured. sb_measure takes all of them; a pilot run for the
 * learning rate only those it needs. */
#ifndef SB_MEASURE_SURVEY_H
#define SB_MEASURE_SURVEY_H

#include "measure/measured.h"
#include "measure/panel.h"
#include "measure/scratch.h"

typedef struct {
    const sb_system   *system;
    const sb_training *training;
    sb_measured       *out;
    sb_panel           panel;
    sb_scratch         scratch;
    sb_exact          *exact;   /* (panel.count + 1): the panel's laws, then the pooled one (empty where all are one); by sb_survey_laws */
} sb_survey;

/* sb_survey_open: clears *measured, enters N, S, R, ..., eta, and prepares the scratch. sb_survey_close keeps *measured. */
sb_status sb_survey_open(sb_context *ctx, const sb_system *system, const sb_training *training, sb_measured *measured, sb_survey *survey);
void      sb_survey_close(sb_survey *survey);

sb_status sb_survey_counts(sb_context *ctx, sb_survey *survey);      /* w2, Gamma, uncovered, dtheta, theta2, prune2 */
sb_status sb_survey_laws(sb_context *ctx, sb_survey *survey);        /* exact quantities of every law */
sb_status sb_survey_chains(sb_context *ctx, sb_survey *survey);      /* losses, path divergence, chain; after sb_survey_laws */
sb_status sb_survey_gradients(sb_context *ctx, sb_survey *survey);   /* sigma1, sigma2, G, mean squared gradient */
sb_status sb_survey_curvature(sb_context *ctx, sb_survey *survey);   /* L */
sb_status sb_survey_divergences(sb_context *ctx, sb_survey *survey); /* KL in closed form and on a grid */
sb_status sb_survey_rungs(sb_context *ctx, sb_survey *survey);       /* KL by particles, neighbours and critic */
sb_status sb_survey_quality(sb_context *ctx, sb_survey *survey);     /* of generated images, judged by a classifier */

/* Law i of the survey: the panel's, then the pooled one; and its entry in the result. */
sb_mixture          sb_survey_law(const sb_survey *survey, int i);
sb_measured_worker *sb_survey_entry(const sb_survey *survey, int i);

/* sb_over_replicas: the expectation over training from one number per replica, with the Student-t interval over replicas, or the interval
 * that the replicas' own sampling leaves, if that is wider (few replicas may agree by chance). Numerical errors do not average out:
 * their mean is added to either side. With one replica the number itself, which then speaks of this run alone. */
sb_number sb_over_replicas(const sb_number *values, int replicas, double confidence);

#endif
