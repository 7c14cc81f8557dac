/* model_fixture.h: a small system for the tests of models and loss, and what every model must satisfy. */
#ifndef SB_TESTS_MODEL_FIXTURE_H
#define SB_TESTS_MODEL_FIXTURE_H

#include "harness.h"

#include "model/loss.h"

typedef struct {
    sb_context ctx;
    sb_config config;
    sb_data data;
    sb_grid grid;
    sb_model *model;
    sb_workspace *ws;
    int d, B;
    size_t D;
    double *theta;     /* (D) random, of size about 1/2 */
    sb_noised samples; /* B stratified samples of the pooled mixture */
    double *s_work;    /* (4,B,d) */
    double *vector;    /* (8,D) scratch of the checks */
} model_fixture;

/* fixture_open: two correlated Gaussians in d dimensions, three workers, a grid of eight irregular times; fixture_model then adds
 * the model that f->config.model asks for, fixture_adopt one that the test has made. */
void fixture_open(model_fixture *f, int d, int B);
void fixture_model(model_fixture *f);
void fixture_adopt(model_fixture *f, sb_model *model);
void fixture_close(model_fixture *f);

/* n standard normals of test stream `round`. */
void fixture_normals(uint32_t round, double *x, size_t n);

/* check_derivatives: the gradient against differences of the loss, the Hessian-vector product against differences of the gradient
 * (both by Richardson's extrapolation), symmetry u'Hv = v'Hu, linearity in v.
 * check_batches: any split of the samples gives the same scores, and loss, gradient and Hv that add up.
 * check_workspace: what an earlier use left in the workspace (here NaN) changes no bit.
 * check_errors: every documented misuse of the passes. */
void check_derivatives(model_fixture *f);
void check_batches(model_fixture *f);
void check_workspace(model_fixture *f);
void check_errors(model_fixture *f);

#endif
