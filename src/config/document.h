/* document.h: a YAML text as a tree of nodes that know their place. libfyaml reads the text; nothing else includes its header. */
#ifndef SB_CONFIG_DOCUMENT_H
#define SB_CONFIG_DOCUMENT_H

#include "config/source.h"

typedef enum { SB_NODE_SCALAR, SB_NODE_SEQUENCE, SB_NODE_MAPPING } sb_node_kind;

typedef struct sb_node {
    sb_node_kind kind;
    int line, column;
    int plain;                   /* a scalar without quotes */
    int count;                   /* items of a sequence; keys of a mapping */
    const char *text;            /* of a scalar, NUL-terminated */
    const struct sb_node *child; /* first item; of a mapping the first key, its value comes next, then the second key */
    const struct sb_node *next;
} sb_node;

typedef struct {
    const sb_config_text *source;
    const sb_node *root;     /* NULL for a text without content */
    struct sb_block *blocks; /* memory of nodes and texts */
} sb_document;

/* sb_document_parse: the tree of one YAML document without anchors, aliases and tags. Calls sb_config_text_check first. Keeps a pointer
 * to `source`. SB_EUSER with the place of the first mistake; then *document is empty. */
sb_status sb_document_parse(sb_context *ctx, const sb_config_text *source, sb_document *document);
void sb_document_free(sb_document *document);

/* sb_node_place: where a node starts; of an empty document or of node NULL its beginning. */
sb_config_place sb_node_place(const sb_document *document, const sb_node *node);

/* sb_node_lookup: the key node of `key` (length bytes) in a mapping, or NULL. */
const sb_node *sb_node_lookup(const sb_node *mapping, const char *key, size_t length);

/* sb_node_is_null: nonzero for a scalar without a value: nothing, ~ or null. */
int sb_node_is_null(const sb_node *node);

/* sb_node_show: a node in words for messages, e.g. 'abc', "a list", "nothing". Returns out. */
enum { SB_SHOWN = 64 };
const char *sb_node_show(const sb_node *node, char out[SB_SHOWN]);

#endif
