/* kind.h: what each kind of model provides, and what a model holds. Only for the files of this room. */
#ifndef SB_MODEL_KIND_H
#define SB_MODEL_KIND_H

#include "model/model.h"
#include "model/moments.h"

typedef struct {
    const char *name;
    sb_model_name passes; /* which row of the table in passes.c */
    int linear;           /* s_theta is linear in theta */

    /* create sets D, lanes, title and impl of a model that has kind, d and grid; destroy releases impl (NULL allowed). */
    sb_status (*create)(sb_context *ctx, const sb_config *config, const sb_data *data, sb_model *model);
    void (*destroy)(sb_model *model);

    void (*init)(const sb_model *model, uint64_t seed, double *theta);                         /* NULL: theta_0 = 0 */
    void (*width_mask)(const sb_model *model, const unsigned char *lane, unsigned char *mask); /* mask is all 1; NULL: no lanes */

    /* The closed form of the loss (model/moments.h): M and b are 0 on entry. NULL unless linear in theta with D > 0. */
    void (*moment_shape)(const sb_model *model, sb_moments *moments);
    sb_status (*moments)(sb_context *ctx, const sb_model *model, const sb_mixture *q, sb_moments *moments);
    size_t (*moment_place)(const sb_model *model, int block, int row, int j);
} sb_model_kind;

struct sb_model {
    const sb_model_kind *kind;
    const sb_grid *grid;
    int d, lanes;
    size_t D;
    size_t room[2]; /* numbers that the passes of one sample take: all of them; without r-passes. 0: so few that they do not count */
    double products; /* of one s, about; 0: each parameter is used once */
    char title[64];
    void *impl;
};

extern const sb_model_kind sb_model_exact, sb_model_affine, sb_model_fourier, sb_model_mlp, sb_model_unet;

/* sb_model_new: the common part, not yet created by its kind. */
sb_status sb_model_new(sb_context *ctx, const sb_model_kind *kind, int d, const sb_grid *grid, sb_model **model);

#endif
