/* system.h: the paper's system as one value: config -> data -> time grid -> model. Everything is a function of the config alone. */
#ifndef SB_TRAIN_SYSTEM_H
#define SB_TRAIN_SYSTEM_H

#include "data/data.h"
#include "diffusion/grid.h"
#include "model/model.h"

typedef struct {
    const sb_config  *config;    /* borrowed; must outlive the system */
    const sb_backend *backend;
    sb_data           data;
    sb_grid           grid;
    sb_model         *model;
} sb_system;

/* sb_system_create: builds the rooms in order. sb_system_free(&empty) is harmless. */
sb_status sb_system_create(sb_context *ctx, const sb_config *config, sb_system *system);
void      sb_system_free(sb_system *system);

/* sb_system_is_single: nonzero if the model is trained, and samples are drawn with it, in single precision. */
int       sb_system_is_single(const sb_system *system);

#endif
