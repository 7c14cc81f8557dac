/* affine.h: private to the room: what the affine model (affine.c) and its passes (affine_passes.c) share. */
#ifndef SB_MODEL_AFFINE_H
#define SB_MODEL_AFFINE_H

#include "model/kind.h"

typedef struct {
    int diagonal;
} sb_affine;

static inline int sb_affine_is_diagonal(const sb_model *model)
{
    return ((const sb_affine *)model->impl)->diagonal;
}

#endif
