#include "config/parameters.h"

#include "base/memory.h"
#include "config/suggest.h"
#include "config/utf8.h"

#include <string.h>

const char *sb_choice_name(const sb_choice *choices, int value)
{
    for (; choices && choices->name; choices++)
        if (choices->value == value) return choices->name;
    return NULL;
}

const sb_choice *sb_choice_find(const sb_choice *choices, const char *name)
{
    for (; choices && choices->name; choices++)
        if (strcmp(choices->name, name) == 0) return choices;
    return NULL;
}

static void list_choices(const sb_parameter *p, char *out, size_t size)
{
    const char *separator = p->type == &sb_type_rule ? ", " : "";
    size_t used = (size_t)snprintf(out, size, "%s", p->type == &sb_type_rule ? "a number" : "");
    for (const sb_choice *c = p->choices; c->name && used < size; c++, separator = ", ")
        used += (size_t)snprintf(out + used, size - used, "%s%s", separator, c->name);
}

sb_status sb_choice_read(sb_context *ctx, const sb_parameter *p, const sb_document *document, const sb_node *node,
                         const sb_choice **choice)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN], all[160];
    const sb_config_place place = sb_node_place(document, node);
    list_choices(p, all, sizeof all);
    if (node->kind != SB_NODE_SCALAR || sb_node_is_null(node))
        SB_FAIL_AT(place, "'%s' must be one of %s, not %s", p->key, all, sb_node_show(node, shown));
    *choice = sb_choice_find(p->choices, node->text);
    if (*choice) goto done;
    sb_suggestion near = sb_suggest(node->text);
    for (const sb_choice *c = p->choices; c->name; c++) sb_suggest_offer(&near, c->name, strlen(c->name));
    if (near.best)
        SB_FAIL_AT(place, "unknown value %s of '%s', did you mean '%.*s'? Possible are %s", sb_node_show(node, shown), p->key,
                   near.length, near.best, all);
    SB_FAIL_AT(place, "unknown value %s of '%s'; possible are %s", sb_node_show(node, shown), p->key, all);
done:
    return st;
}

/* Enumerations of non-negative values are unsigned to the compiler. */
static unsigned *word_field(const sb_parameter *p, sb_config *config)
{
    return (unsigned *)((char *)config + p->offset);
}

static unsigned word_value(const sb_parameter *p, const sb_config *config)
{
    return *(const unsigned *)((const char *)config + p->offset);
}

static sb_status read_choice(sb_context *ctx, const sb_parameter *p, const sb_document *document, const sb_node *node,
                             sb_config *config)
{
    sb_status st = SB_OK;
    const sb_choice *choice = NULL;
    SB_TRY(sb_choice_read(ctx, p, document, node, &choice));
    *word_field(p, config) = (unsigned)choice->value;
done:
    return st;
}

/* A value without a name says that no choice was made. */
static int present_choice(const sb_parameter *p, const sb_config *config)
{
    return sb_parameter_choice(p, config) != NULL;
}

static void write_choice(const sb_parameter *p, const sb_config *config, FILE *out, int indent)
{
    (void)indent;
    fputs(sb_parameter_choice(p, config), out);
}

static sb_status read_choices(sb_context *ctx, const sb_parameter *p, const sb_document *document, const sb_node *node,
                              sb_config *config)
{
    sb_status st = SB_OK;
    unsigned set = 0;
    const int is_list = node->kind == SB_NODE_SEQUENCE;
    for (const sb_node *item = is_list ? node->child : node; item; item = is_list ? item->next : NULL) {
        const sb_choice *choice = NULL;
        SB_TRY(sb_choice_read(ctx, p, document, item, &choice));
        if (set & (unsigned)choice->value) SB_FAIL_AT(sb_node_place(document, item), "'%s' names '%s' twice", p->key, choice->name);
        set |= (unsigned)choice->value;
    }
    *word_field(p, config) = set;
done:
    return st;
}

static int always(const sb_parameter *p, const sb_config *config)
{
    (void)p;
    (void)config;
    return 1;
}

static void write_choices(const sb_parameter *p, const sb_config *config, FILE *out, int indent)
{
    const unsigned set = word_value(p, config);
    const char *separator = "";
    (void)indent;
    fputc('[', out);
    for (const sb_choice *c = p->choices; c->name; c++) {
        if (!(set & (unsigned)c->value)) continue;
        fprintf(out, "%s%s", separator, c->name);
        separator = ", ";
    }
    fputc(']', out);
}

static char **text_field(const sb_parameter *p, sb_config *config)
{
    return (char **)((char *)config + p->offset);
}

static sb_status read_text(sb_context *ctx, const sb_parameter *p, const sb_document *document, const sb_node *node,
                           sb_config *config)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN];
    char **text = text_field(p, config);
    if (node->kind != SB_NODE_SCALAR || sb_node_is_null(node) || node->text[0] == '\0')
        SB_FAIL_AT(sb_node_place(document, node), "'%s' must be a text, not %s", p->key, sb_node_show(node, shown));
    const size_t size = strlen(node->text) + 1;
    SB_ALLOC(*text, size);
    memcpy(*text, node->text, size);
done:
    return st;
}

static sb_status read_name(sb_context *ctx, const sb_parameter *p, const sb_document *document, const sb_node *node,
                           sb_config *config)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN], all[160];
    if (node->kind != SB_NODE_SCALAR || !sb_choice_find(p->choices, node->text)) {
        list_choices(p, all, sizeof all);
        SB_FAIL_AT(sb_node_place(document, node), "'%s' is %s; this build has: %s", p->key, sb_node_show(node, shown), all);
    }
    SB_TRY(read_text(ctx, p, document, node, config));
done:
    return st;
}

static const char *text_value(const sb_parameter *p, const sb_config *config)
{
    return *(char *const *)((const char *)config + p->offset);
}

static int present_text(const sb_parameter *p, const sb_config *config)
{
    return text_value(p, config) != NULL;
}

void sb_quoted_write(FILE *out, const char *text)
{
    size_t left = strlen(text);
    fputc('"', out);
    while (left > 0) {
        uint32_t code = 0;
        size_t step = sb_utf8_next(text, left, &code);
        if (step == 0) break;
        if (!sb_utf8_visible(code)) fprintf(out, code < 0x100 ? "\\x%02x" : code < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)code);
        else fprintf(out, code == '"' || code == '\\' ? "\\%.*s" : "%.*s", (int)step, text);
        text += step;
        left -= step;
    }
    fputc('"', out);
}

static void write_text(const sb_parameter *p, const sb_config *config, FILE *out, int indent)
{
    (void)indent;
    sb_quoted_write(out, text_value(p, config));
}

static void write_name(const sb_parameter *p, const sb_config *config, FILE *out, int indent)
{
    (void)indent;
    fputs(text_value(p, config), out);
}

static void release_text(const sb_parameter *p, sb_config *config)
{
    char **text = text_field(p, config);
    sb_free(*text);
    *text = NULL;
}

const sb_type sb_type_choice = {"choice", "", read_choice, present_choice, write_choice, NULL};
const sb_type sb_type_choices = {"list of choices", "", read_choices, always, write_choices, NULL};
const sb_type sb_type_text = {"text", "", read_text, present_text, write_text, release_text};
const sb_type sb_type_name = {"name", "", read_name, present_text, write_name, release_text};
