#include "config/document.h"

#include "config/utf8.h"

#include <libfyaml.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sb_block {
    struct sb_block *next;
    size_t used, size;
    alignas(max_align_t) char bytes[];
};

/* Memory that lives as long as the document. */
static void *take(sb_document *document, size_t bytes)
{
    const size_t need = (bytes + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
    struct sb_block *block = document->blocks;
    if (!block || block->size - block->used < need) {
        const size_t usual = block ? 1 << 18 : 1 << 12, size = need > usual ? need : usual;
        block = malloc(sizeof *block + size);
        if (!block) return NULL;
        *block = (struct sb_block){.next = document->blocks, .size = size};
        document->blocks = block;
    }
    void *place = block->bytes + block->used;
    block->used += need;
    return place;
}

void sb_document_free(sb_document *document)
{
    for (struct sb_block *block = document->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    *document = (sb_document){.source = document->source};
}

/* The tree under construction: the collections that are open, and the last child of each. */
typedef struct {
    sb_document *document;
    sb_node *open[SB_MAX_DEPTH], *last[SB_MAX_DEPTH];
    int key_next[SB_MAX_DEPTH]; /* of a mapping: whether a key or a value comes next */
    int depth, documents;
} builder;

/* The mark of a quoted text or an alias is behind its first character. Empty scalars have no mark; they stand where the node before
 * them stands. A block mapping's mark is at the colon of its first key, so it is moved to that key when the key arrives. */
static sb_config_place event_place(const builder *b, struct fy_event *event)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    const enum fy_scalar_style style = event->type == FYET_SCALAR ? fy_token_scalar_style(event->scalar.value) : FYSS_ANY;
    const int behind = style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED || event->type == FYET_ALIAS;
    if (mark && mark->line >= 0) return (sb_config_place){b->document->source, mark->line + 1, mark->column + 1 - behind};
    if (b->depth == 0) return (sb_config_place){b->document->source, 1, 1};
    const sb_node *before = b->last[b->depth - 1] ? b->last[b->depth - 1] : b->open[b->depth - 1];
    return (sb_config_place){b->document->source, before->line, before->column};
}

static sb_status attach(sb_context *ctx, builder *b, sb_node *node)
{
    sb_status st = SB_OK;
    if (b->depth == 0) {
        b->document->root = node;
        goto done;
    }
    const int top = b->depth - 1, is_key = b->key_next[top];
    sb_node *parent = b->open[top], *last = b->last[top];
    if (is_key && node->kind != SB_NODE_SCALAR) SB_FAIL_AT(sb_node_place(b->document, node), "a key must be a word");
    if (!last) {
        parent->child = node;
        if (is_key && (node->line < parent->line || (node->line == parent->line && node->column < parent->column))) {
            parent->line = node->line;
            parent->column = node->column;
        }
    } else {
        last->next = node;
    }
    if (parent->kind == SB_NODE_SEQUENCE || is_key) parent->count++;
    if (parent->kind == SB_NODE_MAPPING) b->key_next[top] = !is_key;
    b->last[top] = node;
done:
    return st;
}

static sb_status read_scalar(sb_context *ctx, builder *b, struct fy_token *token, sb_node *node)
{
    sb_status st = SB_OK;
    const enum fy_scalar_style style = token ? fy_token_scalar_style(token) : FYSS_PLAIN;
    const sb_config_place place = sb_node_place(b->document, node);
    size_t length = 0;
    /* The library reads bytes that it never wrote when it puts these together. */
    if (style == FYSS_LITERAL || style == FYSS_FOLDED) SB_FAIL_AT(place, "block text (| or >) is not used here");
    const char *text = token ? fy_token_get_text(token, &length) : "";
    char *copy = take(b->document, length + 1);
    SB_REQUIRE(text && copy, SB_ENOMEM, "out of memory while reading %s", place.source->name);
    memcpy(copy, text, length);
    copy[length] = '\0';
    node->text = copy;
    node->plain = style == FYSS_PLAIN;
    if (strlen(copy) != length) SB_FAIL_AT(place, "a character that is not text: U+0000");
done:
    return st;
}

static sb_status add_node(sb_context *ctx, builder *b, struct fy_event *event)
{
    sb_status st = SB_OK;
    const sb_config_place place = event_place(b, event);
    sb_node *node = NULL;
    if (b->documents > 1) SB_FAIL_AT(place, "a second document; only one is read");
    if (event->type == FYET_ALIAS || fy_event_get_anchor_token(event) || fy_event_get_tag_token(event))
        SB_FAIL_AT(place, "anchors, aliases and tags are not used here");
    node = take(b->document, sizeof *node);
    SB_REQUIRE(node, SB_ENOMEM, "out of memory while reading %s", place.source->name);
    *node = (sb_node){.kind = SB_NODE_SCALAR, .line = place.line, .column = place.column};
    if (event->type == FYET_SCALAR) {
        SB_TRY(read_scalar(ctx, b, event->scalar.value, node));
        SB_TRY(attach(ctx, b, node));
        goto done;
    }
    node->kind = event->type == FYET_SEQUENCE_START ? SB_NODE_SEQUENCE : SB_NODE_MAPPING;
    SB_TRY(attach(ctx, b, node));
    if (b->depth == SB_MAX_DEPTH) SB_FAIL_AT(place, "nested more than %d deep", SB_MAX_DEPTH);
    b->open[b->depth] = node;
    b->last[b->depth] = NULL;
    b->key_next[b->depth] = node->kind == SB_NODE_MAPPING;
    b->depth++;
done:
    return st;
}

static sb_status take_event(sb_context *ctx, builder *b, struct fy_event *event)
{
    sb_status st = SB_OK;
    switch (event->type) {
    case FYET_DOCUMENT_START:
        if (++b->documents > 1 && !event->document_start.implicit)
            SB_FAIL_AT(event_place(b, event), "a second document; only one is read");
        break;
    case FYET_SCALAR:
    case FYET_ALIAS:
    case FYET_SEQUENCE_START:
    case FYET_MAPPING_START: SB_TRY(add_node(ctx, b, event)); break;
    case FYET_SEQUENCE_END:
    case FYET_MAPPING_END: b->depth--; break;
    default: break;
    }
done:
    return st;
}

/* The library would print its findings; we collect them. */
static void discard(struct fy_diag *diag, void *user, const char *text, size_t length)
{
    (void)diag;
    (void)user;
    (void)text;
    (void)length;
}

static sb_status report(sb_context *ctx, const sb_config_text *source, struct fy_diag *diag)
{
    sb_status st = SB_OK;
    void *state = NULL;
    char shown[160]; /* the library's words may quote the text as it is */
    for (struct fy_diag_error *error; (error = fy_diag_errors_iterate(diag, &state)) != NULL;)
        if (error->type == FYET_ERROR)
            SB_FAIL_AT(((sb_config_place){source, error->line > 0 ? error->line : 1, error->column > 0 ? error->column : 1}), "%s",
                       sb_utf8_show(shown, sizeof shown, error->msg, strlen(error->msg), sizeof shown));
    SB_FAIL_AT(((sb_config_place){source, 1, 1}), "the text cannot be parsed as YAML");
done:
    return st;
}

sb_status sb_document_parse(sb_context *ctx, const sb_config_text *source, sb_document *document)
{
    sb_status st = SB_OK;
    struct fy_diag_cfg quiet;
    struct fy_diag *diag = NULL;
    struct fy_parser *parser = NULL;
    struct fy_event *event = NULL;
    builder b = {.document = document};
    *document = (sb_document){.source = source};
    SB_TRY(sb_config_text_check(ctx, source));

    fy_diag_cfg_default(&quiet);
    quiet.fp = NULL;
    quiet.output_fn = discard;
    diag = fy_diag_create(&quiet);
    SB_REQUIRE(diag, SB_ENOMEM, "out of memory for the YAML parser");
    fy_diag_set_collect_errors(diag, true);
    const struct fy_parse_cfg settings = {.flags = FYPCF_QUIET | FYPCF_JSON_NONE | FYPCF_SLOPPY_FLOW_INDENTATION, .diag = diag};
    parser = fy_parser_create(&settings);
    SB_REQUIRE(parser && fy_parser_set_string(parser, source->text, source->length) == 0, SB_ENOMEM,
               "out of memory for the YAML parser");

    while ((event = fy_parser_parse(parser)) != NULL) {
        SB_TRY(take_event(ctx, &b, event));
        fy_parser_event_free(parser, event);
    }
    if (fy_parser_get_stream_error(parser)) SB_TRY(report(ctx, source, diag));
done:
    if (event) fy_parser_event_free(parser, event);
    if (parser) fy_parser_destroy(parser);
    if (diag) fy_diag_destroy(diag);
    if (st != SB_OK) sb_document_free(document);
    return st;
}

sb_config_place sb_node_place(const sb_document *document, const sb_node *node)
{
    return (sb_config_place){document->source, node ? node->line : 1, node ? node->column : 1};
}

const sb_node *sb_node_lookup(const sb_node *mapping, const char *key, size_t length)
{
    if (!mapping || mapping->kind != SB_NODE_MAPPING) return NULL;
    for (const sb_node *node = mapping->child; node; node = node->next->next)
        if (strlen(node->text) == length && memcmp(node->text, key, length) == 0) return node;
    return NULL;
}

int sb_node_is_null(const sb_node *node)
{
    if (node->kind != SB_NODE_SCALAR || !node->plain) return 0;
    return node->text[0] == '\0' || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0;
}

const char *sb_node_show(const sb_node *node, char out[SB_SHOWN])
{
    char text[SB_SHOWN - 24];
    if (node->kind == SB_NODE_SEQUENCE) return "a list";
    if (node->kind == SB_NODE_MAPPING) return "a mapping";
    if (sb_node_is_null(node)) return "nothing";
    sb_utf8_show(text, sizeof text, node->text, strlen(node->text), sizeof text);
    snprintf(out, SB_SHOWN, node->plain ? "'%s'" : "the text \"%s\"", text);
    return out;
}
