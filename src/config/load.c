#include "config/config.h"

#include "base/memory.h"
#include "config/settings.h"
#include "config/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The texts of the overrides as documents. */
typedef struct {
    size_t count;
    sb_config_text *sources;     /* (count) */
    sb_document *documents; /* (count) */
    char **names;           /* (count) */
} override_texts;

static void free_overrides(override_texts *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        if (texts->documents) sb_document_free(&texts->documents[i]);
        if (texts->names) sb_free(texts->names[i]);
    }
    sb_free(texts->sources);
    sb_free(texts->documents);
    sb_free(texts->names);
    *texts = (override_texts){0};
}

static sb_status read_overrides(sb_context *ctx, size_t count, const sb_override *overrides, override_texts *texts,
                                sb_settings *settings)
{
    sb_status st = SB_OK;
    texts->count = count;
    SB_CALLOC(texts->sources, count);
    SB_CALLOC(texts->documents, count);
    SB_CALLOC(texts->names, count);
    for (size_t i = 0; i < count; i++) {
        const sb_override *given = &overrides[i];
        const size_t size = strlen(given->key) + strlen(given->value) + sizeof "--=";
        SB_ALLOC(texts->names[i], size);
        snprintf(texts->names[i], size, "--%s=%s", given->key, given->value);
        texts->sources[i] = (sb_config_text){texts->names[i], given->value, strlen(given->value), 1};
        SB_TRY(sb_document_parse(ctx, &texts->sources[i], &texts->documents[i]));
        SB_TRY(sb_settings_override(ctx, settings, given->key, &texts->documents[i], (int)i + 1));
    }
done:
    return st;
}

static sb_status read_fallback(sb_context *ctx, const sb_parameter *parameter, sb_config *config)
{
    sb_status st = SB_OK;
    const sb_config_text source = {"the table of parameters", parameter->fallback, strlen(parameter->fallback), 0};
    sb_document document = {0};
    SB_TRY(sb_document_parse(ctx, &source, &document));
    SB_TRY(parameter->type->read(ctx, parameter, &document, document.root, config));
done:
    sb_document_free(&document);
    return st;
}

static sb_status fail_needless(sb_context *ctx, const sb_setting *setting, const sb_parameter *parameter, const sb_config *config)
{
    sb_status st = SB_OK;
    const sb_parameter *on = sb_parameter_find(parameter->with, strlen(parameter->with));
    const sb_choice *needed = on->choices;
    while (!(parameter->when & SB_WHEN(needed->value))) needed++;
    SB_FAIL_AT(sb_node_place(setting->document, setting->key), "'%s' is only for '%s: %s', which is %s here", parameter->key,
               on->key, needed->name, sb_parameter_choice(on, config));
done:
    return st;
}

/* Named with the choice that asks for it, if that was given, else with the section where the key should stand. */
static sb_status fail_missing(sb_context *ctx, const sb_settings *settings, const sb_parameter *parameter)
{
    sb_status st = SB_OK;
    const int asked = parameter->with && sb_settings_given(settings, parameter->with);
    const sb_config_place place =
        asked ? sb_settings_latest(settings, parameter->with, parameter->with) : sb_settings_section(settings, parameter->key);
    if (parameter->unless) SB_FAIL_AT(place, "'%s' or '%s' is missing", parameter->key, parameter->unless);
    SB_FAIL_AT(place, "'%s' is missing", parameter->key);
done:
    return st;
}

/* One row of the table: the value that was given, or its default, or a complaint that it is missing. */
static sb_status fill(sb_context *ctx, sb_settings *settings, const sb_parameter *parameter, sb_config *config)
{
    sb_status st = SB_OK;
    const sb_setting *setting = sb_settings_of(settings, parameter);
    const int applies = sb_parameter_applies(parameter, config);
    const int replaced = parameter->unless && sb_settings_given(settings, parameter->unless);
    if (setting->rank >= 0 && parameter->strict && !applies && !sb_settings_withdraw(settings, parameter))
        SB_TRY(fail_needless(ctx, setting, parameter, config));
    if (setting->rank >= 0) SB_TRY(parameter->type->read(ctx, parameter, setting->document, setting->value, config));
    else if (parameter->fallback) SB_TRY(read_fallback(ctx, parameter, config));
    else if (parameter->required && applies && !replaced) SB_TRY(fail_missing(ctx, settings, parameter));
    if (parameter->check) SB_TRY(parameter->check(ctx, settings, config));
done:
    return st;
}

sb_status sb_config_parse(sb_context *ctx, const char *name, const char *text, size_t length, size_t override_count,
                          const sb_override *overrides, sb_config *config)
{
    sb_status st = SB_OK;
    const sb_config_text source = sb_config_text_of(name, text, length);
    sb_locale locale = {0};
    sb_document file = {0};
    sb_settings settings = {0};
    override_texts texts = {0};
    *config = (sb_config){0};
    SB_TRY(sb_locale_neutral(ctx, &locale));
    SB_TRY(sb_document_parse(ctx, &source, &file));
    SB_TRY(sb_settings_create(ctx, &file, &settings));
    SB_TRY(sb_settings_collect(ctx, &settings));
    SB_TRY(read_overrides(ctx, override_count, overrides, &texts, &settings));
    SB_TRY(sb_settings_resolve(ctx, &settings));
    for (size_t i = 0; i < sb_parameter_count; i++) SB_TRY(fill(ctx, &settings, &sb_parameters[i], config));
done:
    if (st != SB_OK) sb_config_free(config);
    free_overrides(&texts);
    sb_settings_free(&settings);
    sb_document_free(&file);
    sb_locale_restore(&locale);
    return st;
}

sb_status sb_config_load(sb_context *ctx, const char *path, size_t override_count, const sb_override *overrides, sb_config *config)
{
    sb_status st = SB_OK;
    char *text = NULL;
    size_t length = 0;
    *config = (sb_config){0};
    if (path) {
        SB_TRY(sb_source_read(ctx, path, &text, &length));
        SB_TRY(sb_config_parse(ctx, path, text, length, override_count, overrides, config));
    } else {
        const char *built_in = sb_config_default_yaml();
        SB_TRY(sb_config_parse(ctx, "default.yaml", built_in, strlen(built_in), override_count, overrides, config));
    }
done:
    free(text);
    return st;
}

void sb_config_free(sb_config *config)
{
    for (size_t i = 0; i < sb_parameter_count; i++)
        if (sb_parameters[i].type->release) sb_parameters[i].type->release(&sb_parameters[i], config);
    *config = (sb_config){0};
}
