#include "sweep/plan.h"

#include "base/memory.h"
#include "config/settings.h"
#include "config/suggest.h"
#include "config/text.h"
#include "config/utf8.h"
#include "config/weights.h"
#include "sweep/plan_cases.h"
#include "sweep/plan_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sb_status read_axis(sb_context *ctx, const sb_document *document, const sb_node *key, sb_sweep_axis *axis)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN];
    const sb_node *list = key->next;
    const sb_parameter *parameter;
    SB_TRY(sb_plan_parameter(ctx, document, key, "write the key that varies in full, as 'train.rounds: [10, 100]'", &parameter));
    if (list->kind != SB_NODE_SEQUENCE)
        SB_FAIL_AT(sb_node_place(document, list), "'%s' varies over a list of values, not %s", key->text,
                   sb_node_show(list, shown));
    if (list->count == 0) SB_FAIL_AT(sb_node_place(document, list), "'%s' varies over an empty list", key->text);
    axis->key = strdup(key->text);
    SB_REQUIRE(axis->key, SB_ENOMEM, "out of memory for a key");
    SB_CALLOC(axis->value, list->count);
    for (const sb_node *item = list->child; item; item = item->next, axis->count++) {
        if (sb_node_is_null(item))
            SB_FAIL_AT(sb_node_place(document, item), "value %d of '%s' is missing", axis->count + 1, key->text);
        SB_TRY(sb_plan_value(ctx, parameter, document, item));
        SB_TRY(sb_value_text(ctx, document, item, &axis->value[axis->count]));
    }
done:
    return st;
}

static sb_status read_vary(sb_context *ctx, const sb_document *document, const sb_node *node, sb_sweep_plan *plan)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN];
    if (sb_node_is_null(node)) goto done; /* keys that are all commented out */
    if (node->kind != SB_NODE_MAPPING)
        SB_FAIL_AT(sb_node_place(document, node), "'sweep.vary' has keys, each with a list of values, this is %s",
                   sb_node_show(node, shown));
    SB_TRY(sb_plan_extend(ctx, plan, node->count));
    for (const sb_node *key = node->child; key; key = key->next->next) {
        const sb_node *first = sb_node_lookup(node, key->text, strlen(key->text));
        if (first != key)
            SB_FAIL_AT(sb_node_place(document, key), "duplicate key '%s', given first on line %d",
                       sb_utf8_show(shown, sizeof shown, key->text, strlen(key->text), 40), first->line);
        SB_TRY(read_axis(ctx, document, key, &plan->axis[plan->axis_count++]));
    }
done:
    return st;
}

static sb_status read_paired(sb_context *ctx, const sb_document *document, const sb_node *node, sb_sweep_plan *plan)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN];
    const int word = node->kind == SB_NODE_SCALAR && node->plain;
    plan->paired = word && strcmp(node->text, "true") == 0;
    if (!plan->paired && !(word && strcmp(node->text, "false") == 0))
        SB_FAIL_AT(sb_node_place(document, node), "'sweep.paired' must be true or false, not %s", sb_node_show(node, shown));
done:
    return st;
}

static sb_status read_text(sb_context *ctx, const sb_document *document, const sb_node *node, const char *key, char **text)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN];
    if (node->kind != SB_NODE_SCALAR || node->text[0] == '\0' || sb_node_is_null(node))
        SB_FAIL_AT(sb_node_place(document, node), "'%s' must be a text, not %s", key, sb_node_show(node, shown));
    *text = strdup(node->text);
    SB_REQUIRE(*text, SB_ENOMEM, "out of memory for a text");
done:
    return st;
}

static sb_status read_title(sb_context *ctx, const sb_document *document, const sb_node *node, sb_sweep_plan *plan)
{
    return read_text(ctx, document, node, "sweep.title", &plan->title);
}

static sb_status read_against(sb_context *ctx, const sb_document *document, const sb_node *node, sb_sweep_plan *plan)
{
    return read_text(ctx, document, node, "sweep.against", &plan->against);
}

/* Relative to the directory of the file that names it. */
static sb_status read_beside(sb_context *ctx, const sb_document *document, const sb_node *node, sb_sweep_plan *plan)
{
    sb_status st = SB_OK;
    char *text = NULL;
    const char *file = document->source->name, *slash = strrchr(file, '/');
    SB_TRY(read_text(ctx, document, node, "sweep.beside", &text));
    const int inside = text[0] != '/' && slash;
    if (asprintf(&plan->beside, "%.*s%s", inside ? (int)(slash + 1 - file) : 0, file, text) < 0) plan->beside = NULL;
    SB_REQUIRE(plan->beside, SB_ENOMEM, "out of memory for the name of a file");
done:
    free(text);
    return st;
}

static sb_status read_show(sb_context *ctx, const sb_document *document, const sb_node *node, sb_sweep_plan *plan)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN];
    if (node->kind != SB_NODE_SEQUENCE)
        SB_FAIL_AT(sb_node_place(document, node), "'sweep.show' is a list of names, such as [kl], not %s",
                   sb_node_show(node, shown));
    SB_CALLOC(plan->show, node->count);
    for (const sb_node *item = node->child; item; item = item->next)
        SB_TRY(read_text(ctx, document, item, "sweep.show", &plan->show[plan->show_count++]));
done:
    return st;
}

typedef struct {
    const char *key;
    sb_status (*read)(sb_context *ctx, const sb_document *document, const sb_node *node, sb_sweep_plan *plan);
} part;

static const part parts[] = {
    {"title", read_title},     {"cases", sb_plan_cases}, {"vary", read_vary},     {"paired", read_paired},
    {"against", read_against}, {"show", read_show},      {"beside", read_beside}, {"quick", sb_plan_quick_settings},
};
enum { PARTS = sizeof parts / sizeof *parts };

static sb_status fail_unknown(sb_context *ctx, sb_config_place place, const char *key)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN];
    sb_suggestion near = sb_suggest(key);
    for (int i = 0; i < PARTS; i++) sb_suggest_offer(&near, parts[i].key, strlen(parts[i].key));
    sb_utf8_show(shown, sizeof shown, key, strlen(key), 40);
    if (near.best) SB_FAIL_AT(place, "unknown key 'sweep.%s', did you mean '%.*s'?", shown, near.length, near.best);
    if (sb_parameter_find(key, strlen(key)))
        SB_FAIL_AT(place, "unknown key 'sweep.%s'; keys that vary stand in 'sweep.vary'", shown);
    SB_FAIL_AT(place, "unknown key 'sweep.%s'", shown);
done:
    return st;
}

static sb_status read_section(sb_context *ctx, const sb_document *document, const sb_node *section, sb_sweep_plan *plan)
{
    sb_status st = SB_OK;
    for (const sb_node *key = section->child; key; key = key->next->next) {
        const sb_config_place place = sb_node_place(document, key);
        const sb_node *first = sb_node_lookup(section, key->text, strlen(key->text));
        int which = 0;
        while (which < PARTS && strcmp(parts[which].key, key->text) != 0) which++;
        if (which == PARTS) SB_TRY(fail_unknown(ctx, place, key->text));
        if (first != key) SB_FAIL_AT(place, "duplicate key 'sweep.%s', given first on line %d", key->text, first->line);
        SB_TRY(parts[which].read(ctx, document, key->next, plan));
    }
    SB_TRY(sb_plan_disjoint(ctx, document, section, plan));
done:
    return st;
}

static sb_status read_document(sb_context *ctx, const sb_document *document, sb_sweep_plan *plan)
{
    sb_status st = SB_OK;
    sb_settings settings = {0};
    SB_TRY(sb_settings_create(ctx, document, &settings));
    SB_TRY(sb_settings_collect(ctx, &settings)); /* a file that is no configuration is none for a sweep either */
    const sb_node *key = sb_node_lookup(document->root, sb_sweep_section, strlen(sb_sweep_section));
    if (key) SB_TRY(read_section(ctx, document, key->next, plan));
done:
    sb_settings_free(&settings);
    return st;
}

sb_status sb_sweep_plan_read(sb_context *ctx, const char *path, sb_sweep_plan *plan)
{
    sb_status st = SB_OK;
    char *text = NULL;
    size_t length = 0;
    sb_locale locale = {0};
    sb_document document = {0};
    *plan = (sb_sweep_plan){0};
    if (!path) goto done;
    SB_TRY(sb_locale_neutral(ctx, &locale));
    SB_TRY(sb_source_read(ctx, path, &text, &length));
    const sb_config_text source = sb_config_text_of(path, text, length);
    SB_TRY(sb_document_parse(ctx, &source, &document));
    SB_TRY(read_document(ctx, &document, plan));
done:
    if (st != SB_OK) sb_sweep_plan_free(plan);
    sb_document_free(&document);
    free(text);
    sb_locale_restore(&locale);
    return st;
}
