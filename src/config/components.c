#include "base/memory.h"
#include "config/check.h"
#include "config/components.h"
#include "config/covariance.h"
#include "config/parameters.h"
#include "config/suggest.h"
#include "config/weights.h"

#include <math.h>
#include <string.h>

/* The nodes of one component, and the shape of its covariance. */
/* So that second moments and their sums over dimensions stay far from overflow. */
static const double LARGEST_MEAN = 1e100;

typedef struct {
    int number; /* from 1, for messages */
    const sb_node *weight, *mean, *covariance;
    sb_covariance_kind kind;
} component_nodes;

static size_t covariance_size(sb_covariance_kind kind, size_t d)
{
    return kind == SB_COVARIANCE_ISOTROPIC ? 1 : kind == SB_COVARIANCE_DIAGONAL ? d : d * d;
}

static sb_status find_nodes(sb_context *ctx, const sb_document *document, const sb_node *component, component_nodes *found)
{
    static const char *const keys[] = {"weight", "mean", "covariance"};
    const sb_node **fields[] = {&found->weight, &found->mean, &found->covariance};
    sb_status st = SB_OK;
    char shown[SB_SHOWN];
    if (component->kind != SB_NODE_MAPPING)
        SB_FAIL_AT(sb_node_place(document, component), "component %d must be a mapping with weight, mean and covariance, not %s",
                   found->number, sb_node_show(component, shown));
    for (const sb_node *key = component->child; key; key = key->next->next) {
        int which = 0;
        while (which < 3 && strcmp(key->text, keys[which]) != 0) which++;
        if (which < 3 && *fields[which])
            SB_FAIL_AT(sb_node_place(document, key), "duplicate key '%s' of component %d", keys[which], found->number);
        if (which == 3) {
            sb_suggestion near = sb_suggest(key->text);
            for (int i = 0; i < 3; i++) sb_suggest_offer(&near, keys[i], strlen(keys[i]));
            SB_FAIL_AT(sb_node_place(document, key), "unknown key %s of component %d%s%.*s%s", sb_node_show(key, shown),
                       found->number, near.best ? ", did you mean '" : "", near.length, near.best ? near.best : "",
                       near.best ? "'?" : "");
        }
        *fields[which] = key->next;
    }
    for (int i = 0; i < 3; i++)
        if (!*fields[i]) SB_FAIL_AT(sb_node_place(document, component), "component %d has no '%s'", found->number, keys[i]);
    found->kind = sb_covariance_shape(found->covariance);
done:
    return st;
}

static sb_status read_component(sb_context *ctx, const sb_document *document, const component_nodes *from, int d,
                                sb_component *component)
{
    sb_status st = SB_OK;
    char what[64];
    snprintf(what, sizeof what, "the weight of component %d", from->number);
    SB_TRY(sb_real_read(ctx, document, from->weight, what, &component->weight));
    if (!(component->weight > 0.0))
        SB_FAIL_AT(sb_node_place(document, from->weight), "%s must be > 0, not %.10g", what, component->weight);
    snprintf(what, sizeof what, "the mean of component %d", from->number);
    SB_TRY(sb_vector_read(ctx, document, from->mean, what, d, component->mean));
    for (int i = 0; i < d; i++)
        if (fabs(component->mean[i]) > LARGEST_MEAN)
            SB_FAIL_AT(sb_node_place(document, from->mean),
                       "%s has an entry beyond %g, whose square would not be a number any more", what, LARGEST_MEAN);
    SB_TRY(sb_covariance_read(ctx, document, from->covariance, from->number, d, component->covariance));
    for (int i = 0; i < d; i++) { /* of a full matrix the diagonal bounds the rest */
        const size_t at = component->kind == SB_COVARIANCE_FULL       ? (size_t)i * ((size_t)d + 1)
                          : component->kind == SB_COVARIANCE_DIAGONAL ? (size_t)i
                                                                      : 0;
        if (component->covariance[at] > LARGEST_MEAN * LARGEST_MEAN)
            SB_FAIL_AT(sb_node_place(document, from->covariance), "the covariance of component %d has a variance beyond %g",
                       from->number, LARGEST_MEAN * LARGEST_MEAN);
    }
done:
    return st;
}

/* Where the means of all components lie, and behind each its covariance: one block that starts at the first mean. */
static sb_status lay_out(sb_context *ctx, const component_nodes *nodes, size_t J, size_t d, sb_component *components)
{
    sb_status st = SB_OK;
    double *block = NULL;
    size_t total = 0;
    for (size_t j = 0; j < J; j++) total += d + covariance_size(nodes[j].kind, d);
    SB_CALLOC(block, total);
    for (size_t j = 0; j < J; j++) {
        components[j] = (sb_component){.mean = block, .kind = nodes[j].kind, .covariance = block + d};
        block += d + covariance_size(nodes[j].kind, d);
    }
done:
    return st;
}

static sb_status normalise_components(sb_context *ctx, const sb_document *document, const sb_node *node, size_t J,
                                      sb_component *components)
{
    sb_status st = SB_OK;
    double *weight = NULL, sum = 0.0;
    SB_ALLOC(weight, J);
    for (size_t j = 0; j < J; j++) weight[j] = components[j].weight;
    if (!sb_weights_normalise(J, weight, &sum))
        SB_FAIL_AT(sb_node_place(document, node), "the weights of the components sum to %.12g, not to 1", sum);
    for (size_t j = 0; j < J; j++) components[j].weight = weight[j];
done:
    sb_free(weight);
    return st;
}

static sb_status read_components(sb_context *ctx, const sb_parameter *p, const sb_document *document, const sb_node *node,
                                 sb_config *config)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN];
    component_nodes *nodes = NULL;
    sb_covariance_kind widest = SB_COVARIANCE_ISOTROPIC;
    if (node->kind != SB_NODE_SEQUENCE || node->count == 0)
        SB_FAIL_AT(sb_node_place(document, node), "'%s' must be a list of components, not %s", p->key,
                   node->kind == SB_NODE_SEQUENCE ? "an empty list" : sb_node_show(node, shown));
    if (node->count > SB_MAX_COMPONENTS)
        SB_FAIL_AT(sb_node_place(document, node), "%d components; at most %d are possible", node->count, SB_MAX_COMPONENTS);
    const size_t J = (size_t)node->count;
    SB_CALLOC(nodes, J);
    const sb_node *item = node->child;
    for (size_t j = 0; j < J; j++, item = item->next) {
        nodes[j].number = (int)j + 1;
        SB_TRY(find_nodes(ctx, document, item, &nodes[j]));
        if (nodes[j].kind > widest) widest = nodes[j].kind;
    }
    const sb_node *mean = nodes[0].mean;
    if (config->data.dimension == 0) config->data.dimension = mean->kind == SB_NODE_SEQUENCE ? mean->count : 1;
    const int d = config->data.dimension;
    if (d < 1 || d > SB_MAX_DIMENSION)
        SB_FAIL_AT(sb_node_place(document, mean), "the mean of component 1 has %d numbers; a dimension is between 1 and %d", d,
                   SB_MAX_DIMENSION);
    if (!sb_components_fit(J, (size_t)d, widest))
        SB_FAIL_AT(sb_node_place(document, node), "%zu components in dimension %d with such covariances take more than %d GiB", J,
                   d, SB_MAX_GIBIBYTES);
    SB_CALLOC(config->data.components, J);
    SB_TRY(lay_out(ctx, nodes, J, (size_t)d, config->data.components));
    config->data.component_count = (int)J;
    for (size_t j = 0; j < J; j++) SB_TRY(read_component(ctx, document, &nodes[j], d, &config->data.components[j]));
    SB_TRY(normalise_components(ctx, document, node, J, config->data.components));
done:
    sb_free(nodes);
    return st;
}

static int present_components(const sb_parameter *p, const sb_config *config)
{
    (void)p;
    return config->data.component_count > 0;
}

static void write_components(const sb_parameter *p, const sb_config *config, FILE *out, int indent)
{
    const size_t d = (size_t)config->data.dimension;
    (void)p;
    for (int j = 0; j < config->data.component_count; j++) {
        const sb_component *c = &config->data.components[j];
        fprintf(out, "\n%*s- weight: ", indent, "");
        sb_real_write(out, c->weight);
        fprintf(out, "\n%*s  mean: ", indent, "");
        sb_reals_write(out, c->mean, d, indent + 4);
        fprintf(out, "\n%*s  covariance: ", indent, "");
        if (c->kind == SB_COVARIANCE_ISOTROPIC) sb_real_write(out, *c->covariance);
        else if (c->kind == SB_COVARIANCE_DIAGONAL) sb_reals_write(out, c->covariance, d, indent + 4);
        else sb_rows_write(out, c->covariance, d, d, indent + 4);
    }
}

static void release_components(const sb_parameter *p, sb_config *config)
{
    (void)p;
    if (config->data.components) sb_free(config->data.components[0].mean);
    sb_free(config->data.components);
    config->data.components = NULL;
    config->data.component_count = 0;
}

const sb_type sb_type_components = {"list of components", "", read_components, present_components, write_components,
                                    release_components};
