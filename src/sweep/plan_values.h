/* plan_values.h: values of a sweep as YAML text on one line, such as --key=value takes. */
#ifndef SB_SWEEP_PLAN_VALUES_H
#define SB_SWEEP_PLAN_VALUES_H

#include "config/document.h"
#include "sweep/plan.h"

/* sb_value_text: the value of a node, which may be a tree, as flow text for free(). Read again it gives an equal tree: kinds, texts and
 * what is in quotes; but a word that means itself only outside of brackets comes in quotes. SB_EUSER for bytes that are not UTF-8. */
sb_status sb_value_text(sb_context *ctx, const sb_document *document, const sb_node *node, char **text);

/* sb_values_split: A,B,C into its values without the blanks around them, each for free(), in an array for sb_values_free; commas
 * within brackets, braces and quotes do not separate. SB_EUSER at `place` for an empty value and for what is not closed, with nothing left
 * to free. sb_values_free(0, NULL) and sb_axis_free(&empty) are harmless. */
sb_status sb_values_split(sb_context *ctx, sb_config_place place, const char *list, int *count, char ***values);
void      sb_values_free(int count, char **values);
void      sb_axis_free(sb_sweep_axis *axis);
void      sb_sweep_settings_free(sb_sweep_settings *settings);

#endif
