/* check.h: what relates the parameters to each other. The table names these functions; each is called once its key and all earlier
 * ones have their values, and fails with the place of the key that was given last. */
#ifndef SB_CONFIG_CHECK_H
#define SB_CONFIG_CHECK_H

#include "config/types.h"

enum {
    SB_MAX_DIMENSION = 1 << 16,
    SB_MAX_GIBIBYTES = 8,    /* of means and covariances */
    SB_MAX_NUMBERS = 1 << 28 /* of the workers' weights or samples */
};

/* sb_components_fit: nonzero if the means and covariances of J components in dimension d need at most SB_MAX_GIBIBYTES. */
int sb_components_fit(size_t J, size_t d, sb_covariance_kind kind);

sb_status sb_check_preset(sb_context *ctx, const sb_settings *settings, sb_config *config);
sb_status sb_check_count(sb_context *ctx, const sb_settings *settings, sb_config *config);
sb_status sb_check_drawn(sb_context *ctx, const sb_settings *settings, sb_config *config);
sb_status sb_check_glyphs(sb_context *ctx, const sb_settings *settings, sb_config *config);
sb_status sb_check_partition(sb_context *ctx, const sb_settings *settings, sb_config *config);
sb_status sb_check_samples(sb_context *ctx, const sb_settings *settings, sb_config *config);
sb_status sb_check_delta(sb_context *ctx, const sb_settings *settings, sb_config *config);
sb_status sb_check_rate(sb_context *ctx, const sb_settings *settings, sb_config *config);
sb_status sb_check_pruning(sb_context *ctx, const sb_settings *settings, sb_config *config);
sb_status sb_check_keep(sb_context *ctx, const sb_settings *settings, sb_config *config);
sb_status sb_check_quality(sb_context *ctx, const sb_settings *settings, sb_config *config);
sb_status sb_check_kl(sb_context *ctx, const sb_settings *settings, sb_config *config);

#endif
