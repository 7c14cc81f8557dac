/* gallery.h: what a sweep shows beside its numbers: the losses of training, samples of each run, a table, and a page with all of it. */
#ifndef SB_CLI_GALLERY_H
#define SB_CLI_GALLERY_H

#include "cli/fleet.h"
#include "report/sweep_comparison.h"
#include "report/sweepdir.h"

/* sb_gallery_make: losses.svg and .png, samples.png where the data are images, table.csv and sweep.html into the sweep's directory, of the
 * runs that are finished. The page embeds what was drawn now (drawn: whether the sweep's own picture was); a note on stderr tells what
 * gnuplot did not draw. */
sb_status sb_gallery_make(sb_context *ctx, const sb_sweepdir *dir, const sb_fleet *fleet, const sb_sweep_findings *findings,
                          const sb_beside *beside, int drawn);

#endif
