#include "sweep/plan_cases.h"

#include "base/memory.h"
#include "config/settings.h"
#include "config/utf8.h"
#include "config/weights.h"
#include "sweep/plan_values.h"

#include <string.h>

sb_status sb_plan_parameter(sb_context *ctx, const sb_document *document, const sb_node *key, const char *advice,
                            const sb_parameter **parameter)
{
    sb_status st = SB_OK;
    const sb_config_place place = sb_node_place(document, key);
    const size_t length = strlen(key->text);
    *parameter = sb_parameter_find(key->text, length);
    if (!*parameter && sb_settings_is_section(key->text, length)) SB_FAIL_AT(place, "'%s' is a section; %s", key->text, advice);
    if (!*parameter) SB_TRY(sb_settings_fail_unknown(ctx, place, key->text));
done:
    return st;
}

/* What is wrong with a value by itself is told where it stands. Weights have a shape that other keys decide. */
sb_status sb_plan_value(sb_context *ctx, const sb_parameter *parameter, const sb_document *document, const sb_node *node)
{
    sb_status st = SB_OK;
    sb_config alone = {0};
    if (parameter->type != &sb_type_rows) SB_TRY(parameter->type->read(ctx, parameter, document, node, &alone));
done:
    if (parameter->type->release) parameter->type->release(parameter, &alone);
    return st;
}

sb_status sb_plan_extend(sb_context *ctx, sb_sweep_plan *plan, int more)
{
    sb_status st = SB_OK;
    sb_sweep_axis *longer = NULL;
    SB_CALLOC(longer, plan->axis_count + more);
    if (plan->axis_count > 0) memcpy(longer, plan->axis, (size_t)plan->axis_count * sizeof *longer);
    sb_free(plan->axis);
    plan->axis = longer;
done:
    return st;
}

int sb_plan_clash(const char *key, const char *other)
{
    const sb_parameter *parameter = sb_parameter_find(key, strlen(key));
    return strcmp(key, other) == 0 || (parameter && parameter->excludes && strcmp(parameter->excludes, other) == 0);
}

const char *sb_plan_setter(const sb_sweep_plan *plan, const char *key)
{
    for (int a = 0; a < plan->axis_count; a++) {
        const sb_sweep_axis *axis = &plan->axis[a];
        for (int i = 0; axis->means && i < axis->count; i++)
            for (int k = 0; k < axis->means[i].count; k++)
                if (sb_plan_clash(axis->means[i].override[k].key, key)) return axis->value[i];
    }
    return NULL;
}

/* KEY: VALUE, ...; `what` are whose they are. */
static sb_status read_settings(sb_context *ctx, const sb_document *document, const sb_node *node, const char *what,
                               sb_sweep_settings *settings)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN];
    if (sb_node_is_null(node)) return SB_OK; /* the base configuration as it is */
    if (node->kind != SB_NODE_MAPPING)
        SB_FAIL_AT(sb_node_place(document, node), "%s has keys of the configuration, this is %s", what, sb_node_show(node, shown));
    SB_CALLOC(settings->override, node->count);
    for (const sb_node *key = node->child; key; key = key->next->next) {
        const sb_node *value = key->next, *first = sb_node_lookup(node, key->text, strlen(key->text));
        const sb_parameter *parameter;
        SB_TRY(sb_plan_parameter(ctx, document, key, "write the key in full, as 'train.rounds: 10'", &parameter));
        if (first != key)
            SB_FAIL_AT(sb_node_place(document, key), "duplicate key '%s', given first on line %d", key->text, first->line);
        if (sb_node_is_null(value)) SB_FAIL_AT(sb_node_place(document, key), "'%s' has no value", key->text);
        SB_TRY(sb_plan_value(ctx, parameter, document, value));
        sb_override *override = &settings->override[settings->count++];
        override->key = strdup(key->text);
        SB_REQUIRE(override->key, SB_ENOMEM, "out of memory for a key");
        char *text = NULL;
        SB_TRY(sb_value_text(ctx, document, value, &text));
        override->value = text;
    }
done:
    return st;
}

static sb_status read_case(sb_context *ctx, const sb_document *document, const sb_node *cases, const sb_node *key,
                           sb_sweep_axis *axis)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN], what[SB_SHOWN + 16];
    const sb_config_place place = sb_node_place(document, key);
    const size_t length = strlen(key->text);
    const sb_node *first = sb_node_lookup(cases, key->text, length);
    sb_utf8_show(shown, sizeof shown, key->text, length, SB_LONGEST_CASE);
    if (length == 0) SB_FAIL_AT(place, "a case needs a name");
    if (length > SB_LONGEST_CASE) SB_FAIL_AT(place, "the name of the case '%s' is longer than %d bytes", shown, SB_LONGEST_CASE);
    if (first != key) SB_FAIL_AT(place, "duplicate case '%s', given first on line %d", shown, first->line);
    snprintf(what, sizeof what, "the case '%s'", shown);
    axis->value[axis->count] = strdup(key->text);
    SB_REQUIRE(axis->value[axis->count], SB_ENOMEM, "out of memory for the name of a case");
    axis->count++;
    SB_TRY(read_settings(ctx, document, key->next, what, &axis->means[axis->count - 1]));
done:
    return st;
}

/* The axis of the cases is the first one: runs of one case stand together. */
sb_status sb_plan_cases(sb_context *ctx, const sb_document *document, const sb_node *node, sb_sweep_plan *plan)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN];
    if (sb_node_is_null(node)) return SB_OK; /* all commented out */
    if (node->kind != SB_NODE_MAPPING)
        SB_FAIL_AT(sb_node_place(document, node), "'sweep.cases' has names, each with keys of the configuration, this is %s",
                   sb_node_show(node, shown));
    if (node->count == 0) SB_FAIL_AT(sb_node_place(document, node), "'sweep.cases' has no case");
    SB_TRY(sb_plan_extend(ctx, plan, 1));
    memmove(plan->axis + 1, plan->axis, (size_t)plan->axis_count * sizeof *plan->axis);
    sb_sweep_axis *axis = &plan->axis[0];
    *axis = (sb_sweep_axis){0};
    plan->axis_count++;
    axis->key = strdup(sb_sweep_case_key);
    SB_REQUIRE(axis->key, SB_ENOMEM, "out of memory for a key");
    SB_CALLOC(axis->value, node->count);
    SB_CALLOC(axis->means, node->count);
    for (const sb_node *key = node->child; key; key = key->next->next) SB_TRY(read_case(ctx, document, node, key, axis));
done:
    return st;
}

sb_status sb_plan_quick_settings(sb_context *ctx, const sb_document *document, const sb_node *node, sb_sweep_plan *plan)
{
    return read_settings(ctx, document, node, "'sweep.quick'", &plan->quick);
}

sb_status sb_sweep_plan_quick(sb_context *ctx, sb_sweep_plan *plan)
{
    sb_status st = SB_OK;
    SB_REQUIRE(plan->quick.count > 0, SB_EUSER,
               "--quick: error: this sweep has no quick version, a part 'quick: {KEY: VALUE, ...}' of its section 'sweep'");
    plan->is_quick = 1;
done:
    return st;
}

static const sb_node *part(const sb_node *section, const char *name)
{
    const sb_node *key = sb_node_lookup(section, name, strlen(name));
    return key && key->next->kind == SB_NODE_MAPPING ? key->next->child : NULL;
}

/* The keys from `key` on against those that vary. */
static sb_status check_varied(sb_context *ctx, const sb_document *document, const sb_node *key, const sb_sweep_plan *plan)
{
    sb_status st = SB_OK;
    for (; key; key = key->next->next)
        for (int a = 0; a < plan->axis_count; a++) {
            const char *varied = plan->axis[a].key;
            if (strcmp(key->text, varied) == 0)
                SB_FAIL_AT(sb_node_place(document, key), "'%s' is varied by 'sweep.vary', too", key->text);
            if (sb_plan_clash(key->text, varied))
                SB_FAIL_AT(sb_node_place(document, key), "'%s' and '%s', which varies, exclude each other", key->text, varied);
        }
done:
    return st;
}

sb_status sb_plan_disjoint(sb_context *ctx, const sb_document *document, const sb_node *section, const sb_sweep_plan *plan)
{
    sb_status st = SB_OK;
    for (const sb_node *name = part(section, "cases"); name; name = name->next->next)
        if (name->next->kind == SB_NODE_MAPPING) SB_TRY(check_varied(ctx, document, name->next->child, plan));
    SB_TRY(check_varied(ctx, document, part(section, "quick"), plan));
    for (const sb_node *key = part(section, "quick"); key; key = key->next->next) {
        const char *setter = sb_plan_setter(plan, key->text);
        if (setter) SB_FAIL_AT(sb_node_place(document, key), "'%s' is set by the case '%s', too", key->text, setter);
    }
done:
    return st;
}
