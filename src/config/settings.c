#include "config/settings.h"

#include "base/memory.h"
#include "config/suggest.h"
#include "config/utf8.h"

#include <stdio.h>
#include <string.h>

const char sb_sweep_section[] = "sweep";

sb_status sb_settings_create(sb_context *ctx, const sb_document *file, sb_settings *settings)
{
    sb_status st = SB_OK;
    *settings = (sb_settings){.file = file};
    SB_CALLOC(settings->settings, sb_parameter_count);
    for (size_t i = 0; i < sb_parameter_count; i++) settings->settings[i].rank = -1;
done:
    return st;
}

void sb_settings_free(sb_settings *settings)
{
    sb_free(settings->settings);
    *settings = (sb_settings){0};
}

static sb_setting *slot(const sb_settings *settings, const sb_parameter *parameter)
{
    return &settings->settings[parameter - sb_parameters];
}

static sb_setting *slot_of_key(const sb_settings *settings, const char *key)
{
    return slot(settings, sb_parameter_find(key, strlen(key)));
}

const sb_setting *sb_settings_of(const sb_settings *settings, const sb_parameter *parameter)
{
    return slot(settings, parameter);
}

int sb_settings_given(const sb_settings *settings, const char *key)
{
    return slot_of_key(settings, key)->rank >= 0;
}

sb_config_place sb_settings_section(const sb_settings *settings, const char *key)
{
    const sb_node *found = NULL, *mapping = settings->file->root;
    for (const char *dot; mapping && (dot = strchr(key, '.')) != NULL; key = dot + 1) {
        const sb_node *section = sb_node_lookup(mapping, key, (size_t)(dot - key));
        if (section) found = section;
        mapping = section ? section->next : NULL;
    }
    return sb_node_place(settings->file, found ? found : settings->file->root);
}

/* Of two settings the one that was given last; within the file, the one further down. */
static const sb_setting *later_of(const sb_setting *a, const sb_setting *b)
{
    if (a->rank != b->rank) return a->rank > b->rank ? a : b;
    if (a->rank < 0 || a->value->line == b->value->line) return a->rank >= 0 && a->value->column > b->value->column ? a : b;
    return a->value->line > b->value->line ? a : b;
}

sb_config_place sb_settings_latest(const sb_settings *settings, const char *first, const char *second)
{
    const sb_setting *later = later_of(slot_of_key(settings, first), slot_of_key(settings, second));
    if (later->rank < 0) return sb_settings_section(settings, second);
    return sb_node_place(later->document, later->value);
}

int sb_settings_is_section(const char *path, size_t length)
{
    for (size_t i = 0; i < sb_parameter_count; i++)
        if (strncmp(sb_parameters[i].key, path, length) == 0 && sb_parameters[i].key[length] == '.') return 1;
    return 0;
}

enum { LONGEST_PATH = 64 }; /* more than any path of the table with a dot behind it */

/* An unknown key `name` in the section `prefix` ("data." or ""): what is near it there, or has that very name elsewhere. `also` is a
 * word that is known there, though no key of the table; NULL: none. */
static sb_status fail_unknown(sb_context *ctx, sb_config_place place, const char *prefix, const char *name, const char *also)
{
    sb_status st = SB_OK;
    const size_t prefix_length = strlen(prefix), length = strlen(name);
    char shown[SB_SHOWN];
    sb_suggestion near = sb_suggest(name);
    for (size_t i = 0; i < sb_parameter_count; i++) {
        const char *path = sb_parameters[i].key;
        if (strncmp(path, prefix, prefix_length) != 0) continue;
        path += prefix_length;
        sb_suggest_offer(&near, path, strchr(name, '.') ? strlen(path) : strcspn(path, "."));
    }
    if (also) sb_suggest_offer(&near, also, strlen(also));
    for (size_t i = 0; i < sb_parameter_count && !near.best; i++) {
        const char *path = sb_parameters[i].key, *last = strrchr(path, '.');
        if (last && strcmp(last + 1, name) == 0) near = (sb_suggestion){.best = path, .length = (int)strlen(path)};
    }
    sb_utf8_show(shown, sizeof shown, name, length, 40);
    if (near.best) SB_FAIL_AT(place, "unknown key '%s%s', did you mean '%.*s'?", prefix, shown, near.length, near.best);
    SB_FAIL_AT(place, "unknown key '%s%s'", prefix, shown);
done:
    return st;
}

sb_status sb_settings_fail_unknown(sb_context *ctx, sb_config_place place, const char *key)
{
    return fail_unknown(ctx, place, "", key, NULL);
}

static sb_status collect_section(sb_context *ctx, sb_settings *settings, const sb_node *mapping, const char *prefix)
{
    sb_status st = SB_OK;
    char path[LONGEST_PATH], shown[SB_SHOWN];
    const char *also = *prefix ? NULL : sb_sweep_section;
    for (const sb_node *key = mapping->child; key; key = key->next->next) {
        const int plan = also && strcmp(key->text, also) == 0;
        const sb_node *value = key->next, *first = sb_node_lookup(mapping, key->text, strlen(key->text));
        const sb_config_place place = sb_node_place(settings->file, key);
        const int length = snprintf(path, sizeof path, "%s%s", prefix, key->text);
        if (length >= LONGEST_PATH || strchr(key->text, '.')) SB_TRY(fail_unknown(ctx, place, prefix, key->text, also));
        if (first != key) SB_FAIL_AT(place, "duplicate key '%s', given first on line %d", path, first->line);
        const sb_parameter *parameter = sb_parameter_find(path, (size_t)length);
        if (parameter) {
            *slot(settings, parameter) = (sb_setting){settings->file, key, value, 0};
            continue;
        }
        if (!plan && !sb_settings_is_section(path, (size_t)length)) SB_TRY(fail_unknown(ctx, place, prefix, key->text, also));
        if (sb_node_is_null(value)) continue; /* a section whose keys are all commented out */
        if (value->kind != SB_NODE_MAPPING)
            SB_FAIL_AT(sb_node_place(settings->file, value), "'%s' is a section with keys of its own, not %s", path,
                       sb_node_show(value, shown));
        if (plan) continue;
        path[length] = '.';
        path[length + 1] = '\0';
        SB_TRY(collect_section(ctx, settings, value, path));
    }
done:
    return st;
}

sb_status sb_settings_collect(sb_context *ctx, sb_settings *settings)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN];
    const sb_node *root = settings->file->root;
    const sb_config_place place = sb_node_place(settings->file, root);
    if (!root || sb_node_is_null(root)) SB_FAIL_AT(place, "no configuration: the text is empty or has only comments");
    if (root->kind != SB_NODE_MAPPING)
        SB_FAIL_AT(place, "a configuration has keys like 'seed: 1', this is %s", sb_node_show(root, shown));
    SB_TRY(collect_section(ctx, settings, root, ""));
done:
    return st;
}

sb_status sb_settings_override(sb_context *ctx, sb_settings *settings, const char *key, const sb_document *value, int rank)
{
    sb_status st = SB_OK;
    const sb_config_place place = sb_node_place(value, NULL);
    const sb_parameter *parameter = sb_parameter_find(key, strlen(key));
    if (!parameter && sb_settings_is_section(key, strlen(key))) SB_FAIL_AT(place, "'%s' is a section; give one of its keys", key);
    if (!parameter) SB_TRY(sb_settings_fail_unknown(ctx, place, key));
    if (!value->root) SB_FAIL_AT(place, "'%s' has no value", key);
    *slot(settings, parameter) = (sb_setting){value, NULL, value->root, rank};
done:
    return st;
}

sb_status sb_settings_resolve(sb_context *ctx, sb_settings *settings)
{
    sb_status st = SB_OK;
    for (size_t i = 0; i < sb_parameter_count; i++) {
        const sb_parameter *parameter = &sb_parameters[i];
        if (!parameter->excludes) continue;
        sb_setting *one = slot(settings, parameter), *other = slot_of_key(settings, parameter->excludes);
        if (one->rank < 0 || other->rank < 0) continue;
        if (one->rank == other->rank)
            SB_FAIL_AT(sb_settings_latest(settings, parameter->key, parameter->excludes),
                       "'%s' and '%s' exclude each other; give one of them", parameter->key, parameter->excludes);
        if (one->rank < other->rank) *one = (sb_setting){.rank = -1};
        else *other = (sb_setting){.rank = -1};
    }
done:
    return st;
}

int sb_settings_withdraw(sb_settings *settings, const sb_parameter *parameter)
{
    sb_setting *setting = slot(settings, parameter);
    int latest = -1; /* of the choices that it hangs on, one behind the other */
    for (const sb_parameter *on = parameter; on->with;) {
        on = sb_parameter_find(on->with, strlen(on->with));
        if (slot(settings, on)->rank > latest) latest = slot(settings, on)->rank;
    }
    if (setting->rank >= latest) return 0;
    *setting = (sb_setting){.rank = -1};
    return 1;
}
