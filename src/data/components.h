/* components.h: private to the room: how the components and the workers' weights are filled in. */
#ifndef SB_DATA_COMPONENTS_H
#define SB_DATA_COMPONENTS_H

#include "data/data.h"

enum { SB_MAX_DATA_NUMBERS = 1 << 28 }; /* of the components' means, and of the workers' weights */

/* sb_preset_create: the components and weights (J) of config.data.preset. */
sb_status sb_preset_create(sb_context *ctx, const sb_config *config, sb_components *components, double **weight);

/* sb_glyphs_create: data.templates pictures of digits, of data.side x data.side pixels in data.channels channels, each of equal weight.
 * A component varies as the linear part of small changes of its picture: in the order in which data.rank takes them shifts, contrast,
 * brightness, (in colour: tints,) turn, size, slant, stretch, then waves of ever higher frequency; and by data.glyph_deviation in every
 * pixel. Component j shows the digit sb_glyph_digit(j); from ten on in other styles. SB_EUSER for settings that make no sense. */
enum { SB_MOST_GLYPHS = 50, SB_GLYPH_DIGITS = 10, SB_MOST_GLYPH_RANK = 128 };
sb_status sb_glyphs_create(sb_context *ctx, const sb_config *config, sb_components *components, double **weight);
static inline int sb_glyph_digit(int j)
{
    return j % SB_GLYPH_DIGITS;
}

/* sb_partition_rows: rows (rows,J) out of the workers' weights from the components' weights p (J); rows is 1 for iid, else N. */
int sb_partition_row_count(const sb_config *config);
sb_status sb_partition_rows(sb_context *ctx, const sb_config *config, int J, const double *p, double *rows);

/* sb_data_pool: from the distinct rows of weights the pooled row, their mean over the workers, and the running sums of all rows. */
sb_status sb_data_pool(sb_context *ctx, sb_data *data);

#endif
