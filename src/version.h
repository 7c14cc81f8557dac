/* version.h: which scorebound this is. */
#ifndef SB_VERSION_H
#define SB_VERSION_H

/* sb_version: e.g. "0.1.0". */
const char *sb_version(void);

#endif
