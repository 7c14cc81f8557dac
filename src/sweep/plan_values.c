#include "sweep/plan_values.h"

#include "base/memory.h"
#include "config/types.h"
#include "config/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the text of a scalar holds. */
typedef struct {
    int utf8;  /* nothing else */
    int shown; /* no control characters, line ends or the like */
    int flow;  /* none of the characters that end a word within brackets */
} content;

static content look_into(const char *text)
{
    content found = {1, 1, strpbrk(text, ",[]{}") == NULL};
    for (size_t left = strlen(text), step; left > 0; text += step, left -= step) {
        uint32_t code = 0;
        step = sb_utf8_next(text, left, &code);
        if (step == 0) return (content){0};
        if (!sb_utf8_visible(code)) found.shown = 0;
    }
    return found;
}

static void write_single_quoted(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text; text++) {
        if (*text == '\'') fputc('\'', out);
        fputc(*text, out);
    }
    fputc('\'', out);
}

/* Three dots or dashes at the start of a line would end the document. */
static int marks_document(const char *text)
{
    return strncmp(text, "---", 3) == 0 || strncmp(text, "...", 3) == 0;
}

static sb_status write_scalar(sb_context *ctx, const sb_document *document, const sb_node *node, int nested, FILE *out)
{
    sb_status st = SB_OK;
    const content found = look_into(node->text);
    if (!found.utf8) SB_FAIL_AT(sb_node_place(document, node), "a character that is not text");
    if (node->plain && node->text[0] == '\0') fputs("null", out);
    else if (!found.shown) sb_quoted_write(out, node->text);
    else if (node->plain && (nested ? found.flow : !marks_document(node->text))) fputs(node->text, out);
    else write_single_quoted(out, node->text);
done:
    return st;
}

/* The documents are nested at most SB_MAX_DEPTH deep. */
static sb_status write_node(sb_context *ctx, const sb_document *document, const sb_node *node, int nested, FILE *out)
{
    sb_status st = SB_OK;
    const char *separator = "";
    if (node->kind == SB_NODE_SCALAR) return write_scalar(ctx, document, node, nested, out);
    const int mapping = node->kind == SB_NODE_MAPPING;
    fputc(mapping ? '{' : '[', out);
    for (const sb_node *item = node->child; item; item = item->next, separator = ", ") {
        fputs(separator, out);
        if (mapping) {
            if (item->text[0] == '\0') fputs("''", out);
            else SB_TRY(write_scalar(ctx, document, item, 1, out));
            fputs(": ", out);
            item = item->next;
        }
        SB_TRY(write_node(ctx, document, item, 1, out));
    }
    fputc(mapping ? '}' : ']', out);
done:
    return st;
}

sb_status sb_value_text(sb_context *ctx, const sb_document *document, const sb_node *node, char **text)
{
    sb_status st = SB_OK;
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    SB_REQUIRE(out, SB_ENOMEM, "out of memory for a value");
    SB_TRY(write_node(ctx, document, node, 0, out));
done:
    if (out) {
        const int failed = ferror(out) | fclose(out);
        if (failed && st == SB_OK) st = sb_fail(ctx, SB_ENOMEM, __func__, __LINE__, "out of memory for a value");
    }
    if (st != SB_OK) {
        free(*text);
        *text = NULL;
    }
    return st;
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Behind the quoted text that starts here, or NULL. Doubled, a single quote stands for itself: two texts without anything between. */
static const char *skip_quoted(const char *c)
{
    const char quote = *c++;
    while (*c && *c != quote) c += quote == '"' && *c == '\\' && c[1] ? 2 : 1;
    return *c ? c + 1 : NULL;
}

/* Where the value that starts here ends: at a comma or at the end of the text; NULL where something is not closed. A quote within a word
 * is a letter. */
static const char *find_end(const char *c)
{
    int depth = 0, inside = 0; /* brackets that are open; nonzero within a word */
    while (*c && (depth > 0 || *c != ',')) {
        if ((*c == '"' || *c == '\'') && !inside) {
            c = skip_quoted(c);
            if (!c) return NULL;
            continue;
        }
        if (*c == '[' || *c == '{') depth++;
        if (*c == ']' || *c == '}') depth--;
        if (depth < 0) return NULL;
        inside = !is_blank(*c) && !strchr("[{,:", *c);
        c++;
    }
    return depth == 0 ? c : NULL;
}

static int count_values(const char *list)
{
    int count = 1;
    for (const char *end; (end = find_end(list)) != NULL && *end; list = end + 1) count++;
    return count;
}

sb_status sb_values_split(sb_context *ctx, sb_config_place place, const char *list, int *count, char ***values)
{
    sb_status st = SB_OK;
    *count = 0;
    SB_CALLOC(*values, count_values(list));
    for (const char *start = list, *end;; start = end + 1) {
        end = find_end(start);
        if (!end) SB_FAIL_AT(place, "value %d has a bracket or a quote without its other half", *count + 1);
        const char *first = start, *behind = end;
        while (first < behind && is_blank(*first)) first++;
        while (behind > first && is_blank(behind[-1])) behind--;
        if (first == behind) SB_FAIL_AT(place, "value %d is empty", *count + 1);
        (*values)[*count] = strndup(first, (size_t)(behind - first));
        SB_REQUIRE((*values)[*count], SB_ENOMEM, "out of memory for a value");
        ++*count;
        if (!*end) break;
    }
done:
    if (st != SB_OK) {
        sb_values_free(*count, *values);
        *values = NULL;
        *count = 0;
    }
    return st;
}

void sb_values_free(int count, char **values)
{
    for (int i = 0; values && i < count; i++) free(values[i]);
    sb_free(values);
}

void sb_sweep_settings_free(sb_sweep_settings *settings)
{
    for (int i = 0; i < settings->count; i++) {
        free((char *)settings->override[i].key);
        free((char *)settings->override[i].value);
    }
    sb_free(settings->override);
    *settings = (sb_sweep_settings){0};
}

void sb_axis_free(sb_sweep_axis *axis)
{
    free(axis->key);
    for (int i = 0; axis->means && i < axis->count; i++) sb_sweep_settings_free(&axis->means[i]);
    sb_free(axis->means);
    sb_values_free(axis->count, axis->value);
    *axis = (sb_sweep_axis){0};
}
