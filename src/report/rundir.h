/* rundir.h: the directory of one run. Its files:
 *     config.yaml              the resolved configuration; a directory is a run if it holds this
 *     provenance.json          what made it: one entry a step, with version, host, threads, times
 *     rounds.jsonl             one object a round of training
 *     checkpoint.safetensors   the training as it stands
 *     measured.json            every measured constant and left side
 *     pictures.json            densities and the masks' coverage, for report.html
 *     samples.png              images of the data and generated ones, where the data are images
 *     ledger.json, ledger.csv  every statement
 *     waterfall.svg, .png      the slack waterfall, where gnuplot is installed
 *     report.html              all of it as one page
 * All but provenance.json and report.html, which shows it, are the same bytes for the same configuration and version, wherever they were
 * made; the pictures also depend on gnuplot's version and fonts. */
#ifndef SB_REPORT_RUNDIR_H
#define SB_REPORT_RUNDIR_H

#include "base/context.h"

typedef struct {
    char *path;
    char *config, *provenance, *rounds, *checkpoint, *measured, *ledger_json, *ledger_csv; /* paths of its files */
    char *pictures, *sheet, *page;
    char *waterfall, *waterfall_svg, *waterfall_png;                                       /* the first without ending */
    int lock;                                                                              /* file descriptor; -1: not locked */
} sb_rundir;

enum { SB_HASH_DIGITS = 8 };

/* sb_rundir_hash: hexadecimal digits of a text (the resolved configuration) and this version.
 * sb_rundir_default: runs/PREFIXNAME-HASH, NAME from the configuration's file name (NULL: "default") (caller frees with free()). */
void sb_rundir_hash(const char *text, char digits[SB_HASH_DIGITS + 1]);
sb_status sb_rundir_default(sb_context *ctx, const char *prefix, const char *config_path, const char *text, char **path);

/* sb_rundir_lock: a directory is this process' until the descriptor is closed. SB_EUSER where it cannot be opened or is in use; the
 * descriptor, unless it is -1, is to be closed then, too. */
sb_status sb_rundir_lock(sb_context *ctx, const char *path, int *descriptor);

/* sb_rundir_tidy: removes what writes that were cut short have left in a directory of ours that is locked. */
sb_status sb_rundir_tidy(sb_context *ctx, const char *path, int descriptor);

/* sb_rundir_create: a directory for a run from its beginning: makes it where it is missing, locks it and writes config.yaml.
 * SB_EUSER where `path` holds another run or other files, or is in use.
 * sb_rundir_open: an existing run; with `writing` it is locked. SB_EUSER where there is none, or in use.
 * On failure *dir is empty. sb_rundir_close unlocks and frees; an empty one is harmless. */
sb_status sb_rundir_create(sb_context *ctx, const char *path, const char *yaml, sb_rundir *dir);
sb_status sb_rundir_open(sb_context *ctx, const char *path, int writing, sb_rundir *dir);
void sb_rundir_close(sb_rundir *dir);

/* sb_rundir_clear: removes what an earlier training of the same run led to: measurements, ledger, pictures and page, and unless
 * `keep_training` also checkpoint, rounds and provenance. */
sb_status sb_rundir_clear(sb_context *ctx, const sb_rundir *dir, int keep_training);

/* sb_rundir_clear_pictures: removes the waterfall's pictures alone, where there is nothing to draw any more. */
sb_status sb_rundir_clear_pictures(sb_context *ctx, const sb_rundir *dir);

/* sb_rundir_is_run: nonzero if `path` is a directory that holds config.yaml. */
int sb_rundir_is_run(const char *path);

#endif
