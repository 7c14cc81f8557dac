/* provenance.h: provenance.json, what made the files of a run directory. */
#ifndef SB_REPORT_PROVENANCE_H
#define SB_REPORT_PROVENANCE_H

#include "config/config.h"

#include <time.h>

/* One step of work, as it is noted down. */
typedef struct {
    const char *step; /* "train", "measure", "bound" */
    time_t started;
    double seconds;
    int threads;
    double learning_rate; /* of training; 0 elsewhere */
    int pilots;           /* pilot runs that found it; -1: not known */
    const char *gpu;      /* what the GPU is called; "": on the CPU */
} sb_provenance;

/* sb_provenance_add: appends a step to the file `path`, which is begun where it is missing or cannot be read. Version, host, BLAS
 * core, device, ranks and seed are filled in here. */
sb_status sb_provenance_add(sb_context *ctx, const char *path, const sb_config *config, const sb_provenance *step);

#endif
