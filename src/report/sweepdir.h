/* sweepdir.h: the directory of a sweep. What it holds:
 *     1f0c9a27/, ...           its runs, each a run directory (rundir.h) named by the hash of its configuration and version
 *     sweep.csv, sweep.jsonl   what the runs came to, tidy
 *     table.csv                a line for each run with the shown columns, and what others report
 *     sweep.svg, sweep.png     the picture, where gnuplot is installed
 *     losses.svg, losses.png   the losses of training, likewise
 *     samples.png              a row of the data, then one of samples of each run, where the data are images
 *     sweep.html               tables and pictures as one page
 * Another sweep may be made in the same directory: it finds the runs that both have in common finished. */
#ifndef SB_REPORT_SWEEPDIR_H
#define SB_REPORT_SWEEPDIR_H

#include "base/context.h"

typedef struct {
    char *path;
    char *csv, *jsonl, *table, *page, *samples; /* paths of its files */
    char *picture, *losses;                     /* without ending */
    int lock;                                   /* file descriptor; -1: none */
} sb_sweepdir;

/* sb_sweepdir_create: makes the directory where it is missing, and locks it. SB_EUSER where `path` holds anything but a sweep, or
 * results without any run, or is in use. On failure *dir is empty. sb_sweepdir_close unlocks and frees; an empty one is harmless. */
sb_status sb_sweepdir_create(sb_context *ctx, const char *path, sb_sweepdir *dir);
void sb_sweepdir_close(sb_sweepdir *dir);

#endif
