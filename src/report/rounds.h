/* rounds.h: rounds.jsonl, one object for each round of training, written as the rounds end. */
#ifndef SB_REPORT_ROUNDS_H
#define SB_REPORT_ROUNDS_H

#include "measure/history.h"
#include "train/train.h"

#include <stdio.h>

/* sb_rounds_open: the file for a training that stands at round `done`: lines of later rounds, and a line cut short by a crash, are
 * removed; further rounds are appended. Close with fclose. SB_EUSER when a line below `done` is missing or is not that round. */
sb_status sb_rounds_open(sb_context *ctx, const char *path, int done, FILE **file);

/* sb_rounds_add: one line, flushed. sb_rounds_sync: everything so far survives a crash. */
sb_status sb_rounds_add(sb_context *ctx, FILE *file, const sb_training *training, const sb_round_report *report);
sb_status sb_rounds_sync(sb_context *ctx, FILE *file);

/* sb_rounds_losses: the training loss of each round in the file, mean over replicas, NaN where one was not finite (caller frees with
 * sb_free). SB_EUSER with file and line for what is no such file. */
sb_status sb_rounds_losses(sb_context *ctx, const char *path, int *rounds, double **loss);

/* sb_rounds_read: all that the rounds in the file report (free with sb_history_free). SB_EUSER likewise, also where rounds differ in the
 * number of replicas. */
sb_status sb_rounds_read(sb_context *ctx, const char *path, sb_history *history);

#endif
