#include "sweep/plan.h"

#include "base/memory.h"
#include "config/settings.h"
#include "sweep/plan_cases.h"
#include "sweep/plan_values.h"

#include <stdio.h>
#include <string.h>

static sb_sweep_axis *find_axis(const sb_sweep_plan *plan, const char *key)
{
    for (int a = 0; a < plan->axis_count; a++)
        if (strcmp(plan->axis[a].key, key) == 0) return &plan->axis[a];
    return NULL;
}

/* A value that is no YAML text fails here, and not in the middle of a sweep; whether the key takes it, the configuration tells. */
static sb_status check_values(sb_context *ctx, sb_config_place place, const sb_sweep_axis *axis)
{
    sb_status st = SB_OK;
    sb_document document = {0};
    for (int i = 0; i < axis->count; i++) {
        const sb_config_text source = {place.source->name, axis->value[i], strlen(axis->value[i]), 1};
        SB_TRY(sb_document_parse(ctx, &source, &document));
        if (!document.root || sb_node_is_null(document.root)) SB_FAIL_AT(place, "value %d is missing", i + 1);
        sb_document_free(&document);
    }
done:
    sb_document_free(&document);
    return st;
}

static sb_status read_values(sb_context *ctx, sb_config_place place, const char *text, sb_sweep_axis *axis)
{
    sb_status st = SB_OK;
    const char *sign = strchr(text, '=');
    const size_t length = sign ? (size_t)(sign - text) : 0;
    if (length == 0) SB_FAIL_AT(place, "a key and its values are needed, as in --vary train.rounds=10,100");
    axis->key = strndup(text, length);
    SB_REQUIRE(axis->key, SB_ENOMEM, "out of memory for a key");
    if (!sb_parameter_find(axis->key, length)) {
        if (sb_settings_is_section(axis->key, length)) SB_FAIL_AT(place, "'%s' is a section; vary one of its keys", axis->key);
        SB_TRY(sb_settings_fail_unknown(ctx, place, axis->key));
    }
    if (sign[1 + strspn(sign + 1, " \t")] == '\0') SB_FAIL_AT(place, "'%s' has no value", axis->key);
    SB_TRY(sb_values_split(ctx, place, sign + 1, &axis->count, &axis->value));
    SB_TRY(check_values(ctx, place, axis));
done:
    return st;
}

sb_status sb_sweep_plan_vary(sb_context *ctx, sb_sweep_plan *plan, const char *text)
{
    sb_status st = SB_OK;
    sb_sweep_axis axis = {.given = 1};
    char *name = NULL;
    const size_t size = strlen(text) + sizeof "--vary ";
    SB_ALLOC(name, size);
    snprintf(name, size, "--vary %s", text);
    const sb_config_text source = {name, text, strlen(text), 1};
    const sb_config_place place = {&source, 1, 1};
    SB_TRY(read_values(ctx, place, text, &axis));
    sb_sweep_axis *same = find_axis(plan, axis.key);
    const char *setter = sb_plan_setter(plan, axis.key);
    if (setter) SB_FAIL_AT(place, "'%s' is set by the case '%s' of the file's section 'sweep'", axis.key, setter);
    if (same && same->given) SB_FAIL_AT(place, "'%s' varies already; give all its values at once", axis.key);
    if (!same) {
        SB_TRY(sb_plan_extend(ctx, plan, 1));
        same = &plan->axis[plan->axis_count++];
    }
    sb_axis_free(same);
    *same = axis;
    axis = (sb_sweep_axis){0};
done:
    sb_axis_free(&axis);
    sb_free(name);
    return st;
}

/* Of a key that no run would see: each run's own value of `axis`, or what its case sets, comes later, and wins. */
static sb_status refuse(sb_context *ctx, const sb_override *override, const sb_sweep_axis *axis, const char *setter)
{
    sb_status st = SB_OK;
    char *name = NULL;
    const char *by = axis && axis->given ? "--vary" : "the file's section 'sweep'";
    const size_t size = strlen(override->key) + strlen(override->value) + sizeof "--=";
    SB_ALLOC(name, size);
    snprintf(name, size, "--%s=%s", override->key, override->value);
    const sb_config_text source = {name, override->value, strlen(override->value), 1};
    const sb_config_place place = {&source, 1, 1};
    if (setter) SB_FAIL_AT(place, "the case '%s' of the file's section 'sweep' sets this key, or one that excludes it", setter);
    if (strcmp(override->key, axis->key) == 0) SB_FAIL_AT(place, "this key is varied by %s, too", by);
    SB_FAIL_AT(place, "this key and '%s', which is varied by %s, exclude each other", axis->key, by);
done:
    sb_free(name);
    return st;
}

sb_status sb_sweep_plan_overrides(sb_context *ctx, const sb_sweep_plan *plan, size_t count, const sb_override *overrides)
{
    sb_status st = SB_OK;
    for (size_t i = 0; i < count; i++) {
        const char *setter = sb_plan_setter(plan, overrides[i].key);
        if (setter) SB_TRY(refuse(ctx, &overrides[i], NULL, setter));
        for (int a = 0; a < plan->axis_count; a++)
            if (sb_plan_clash(plan->axis[a].key, overrides[i].key)) SB_TRY(refuse(ctx, &overrides[i], &plan->axis[a], NULL));
    }
done:
    return st;
}
