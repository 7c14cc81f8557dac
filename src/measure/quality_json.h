/* quality_json.h: the quality of samples as JSON, the same in measured.json and in reports. */
#ifndef SB_MEASURE_QUALITY_JSON_H
#define SB_MEASURE_QUALITY_JSON_H

#include "base/json.h"
#include "measure/quality.h"

/* sb_quality_is_known: nonzero if there is anything to show.
 * sb_quality_to_json: keys "frechet_feature_distance", "frechet_feature_distance_limit", "features", "generated", "reference",
 * "classifier_score", "classifier_score_of_data", "classifier_accuracy", "classes": [{"generated","data"}]; from features that the user
 * gave "given_features" with the first five of them. What was not measured is left out.
 * sb_quality_from_json: reads it back into an empty *quality; 0 where it is no such thing (then *quality is empty). */
int     sb_quality_is_known(const sb_quality *quality);
json_t *sb_quality_to_json(const sb_quality *quality, int *failed);
int     sb_quality_from_json(const json_t *object, sb_quality *quality);

#endif
