/* settings.h: which keys were given, where, and which of two that contradict each other counts. */
#ifndef SB_CONFIG_SETTINGS_H
#define SB_CONFIG_SETTINGS_H

#include "config/parameters.h"

/* A key as given: in the file (rank 0) or by the override of that number (rank 1, 2, ...). */
typedef struct {
    const sb_document *document;
    const sb_node *key, *value; /* key is NULL for an override */
    int rank;                   /* -1: not given */
} sb_setting;

struct sb_settings {
    const sb_document *file;
    sb_setting *settings; /* (sb_parameter_count), in the order of the table */
};

/* sb_settings_create: nothing given yet. The document must outlive the settings. */
sb_status sb_settings_create(sb_context *ctx, const sb_document *file, sb_settings *settings);
void sb_settings_free(sb_settings *settings);

/* Name of the section at the root of a file that says which keys a sweep varies (sweep/plan.h). It is no part of a configuration. */
extern const char sb_sweep_section[];

/* sb_settings_collect: the keys of the file; the section `sweep` is overlooked. SB_EUSER for unknown and duplicate ones, and where a
 * section is no mapping. */
sb_status sb_settings_collect(sb_context *ctx, sb_settings *settings);

/* sb_settings_override: one key of the command line, with its value as a document; rank counts from 1, later ones win. */
sb_status sb_settings_override(sb_context *ctx, sb_settings *settings, const char *key, const sb_document *value, int rank);

/* sb_settings_fail_unknown: records that there is no such key, with the one that may be meant. sb_settings_is_section: nonzero if keys of
 * the table continue `path` (length bytes). */
sb_status sb_settings_fail_unknown(sb_context *ctx, sb_config_place place, const char *key);
int sb_settings_is_section(const char *path, size_t length);

/* sb_settings_resolve: of two keys that exclude each other the later one stays; SB_EUSER if the file gives both. */
sb_status sb_settings_resolve(sb_context *ctx, sb_settings *settings);

/* sb_settings_withdraw: forgets a key that a later choice has made meaningless; zero if it was not later (an error of the user). */
int sb_settings_withdraw(sb_settings *settings, const sb_parameter *parameter);

/* sb_settings_of: the setting of a parameter. sb_settings_given: nonzero if the key was given. */
const sb_setting *sb_settings_of(const sb_settings *settings, const sb_parameter *parameter);
int sb_settings_given(const sb_settings *settings, const char *key);

/* sb_settings_latest: the place of the value that was given last of two keys; if neither was, of their section. */
sb_config_place sb_settings_latest(const sb_settings *settings, const char *first, const char *second);

/* sb_settings_section: the place where the section of a key starts in the file, as far as it exists. */
sb_config_place sb_settings_section(const sb_settings *settings, const char *key);

#endif
