/* choose_scene.h: choices filled by hand, for the report on them. */
#ifndef SB_TESTS_CHOOSE_SCENE_H
#define SB_TESTS_CHOOSE_SCENE_H

#include "report/choose.h"

/* An ordinary case; every number NaN; constants missing, by hand; numbers that overflow. */
enum { ORDINARY, NOTHING_KNOWN, LACKING, OVERFLOWING, CASES };

/* What the report is made from. Points into itself: not to be copied. */
typedef struct {
    sb_config config;
    sb_situation situation;
    sb_selections selections;
} scene;

void scene_fill(int which, scene *x);

#endif
