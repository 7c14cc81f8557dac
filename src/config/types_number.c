#include "config/parameters.h"

#include "base/memory.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void *field(const sb_parameter *p, sb_config *config)
{
    return (char *)config + p->offset;
}

static const void *const_field(const sb_parameter *p, const sb_config *config)
{
    return (const char *)config + p->offset;
}

static const char *skip_digits(const char *c)
{
    while (isdigit((unsigned char)*c)) c++;
    return c;
}

/* [-+]? digits */
static int is_integer(const char *text)
{
    const char *first = text + (*text == '-' || *text == '+'), *end = skip_digits(first);
    return end > first && *end == '\0';
}

/* [-+]? (digits [. digits*] | . digits) ([eE] [-+]? digits)?, at most 400 characters: what strtod also takes (hexadecimal, inf,
 * nan) is no number here. */
static int is_real(const char *text)
{
    if (strlen(text) > 400) return 0;
    const char *first = text + (*text == '-' || *text == '+'), *c = skip_digits(first);
    size_t digits = (size_t)(c - first);
    if (*c == '.') {
        const char *fraction = c + 1;
        c = skip_digits(fraction);
        digits += (size_t)(c - fraction);
    }
    if (digits == 0) return 0;
    if (*c == 'e' || *c == 'E') {
        first = c + 1 + (c[1] == '-' || c[1] == '+');
        c = skip_digits(first);
        if (c == first) return 0;
    }
    return *c == '\0';
}

int sb_real_parse(const char *text, double *value)
{
    if (!is_real(text)) return 0;
    errno = 0;
    *value = strtod(text, NULL);
    return isfinite(*value) && !(errno == ERANGE && *value == 0.0);
}

static int parse_real(const sb_node *node, double *x)
{
    return node->kind == SB_NODE_SCALAR && node->plain && sb_real_parse(node->text, x);
}

sb_status sb_real_read(sb_context *ctx, const sb_document *document, const sb_node *node, const char *what, double *value)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN];
    if (!parse_real(node, value))
        SB_FAIL_AT(sb_node_place(document, node), "%s must be a number, not %s", what, sb_node_show(node, shown));
done:
    return st;
}

sb_status sb_vector_read(sb_context *ctx, const sb_document *document, const sb_node *node, const char *what, int d, double *x)
{
    sb_status st = SB_OK;
    const int is_list = node->kind == SB_NODE_SEQUENCE, count = is_list ? node->count : 1;
    if (count != d)
        SB_FAIL_AT(sb_node_place(document, node), "%s has %d number%s, but the dimension is %d", what, count, count == 1 ? "" : "s",
                   d);
    const sb_node *item = is_list ? node->child : node;
    for (int i = 0; i < d; i++, item = item->next) SB_TRY(sb_real_read(ctx, document, item, what, &x[i]));
done:
    return st;
}

void sb_real_write(FILE *out, double x)
{
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtod(text, NULL) == x) break;
    }
    fputs(text, out);
}

void sb_reals_write(FILE *out, const double *x, size_t count, int indent)
{
    enum { TO_A_LINE = 8 };
    fputc('[', out);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) fputc(',', out);
        if (i > 0 && i % TO_A_LINE == 0) fprintf(out, "\n%*s", indent, "");
        else if (i > 0) fputc(' ', out);
        sb_real_write(out, x[i]);
    }
    fputc(']', out);
}

void sb_rows_write(FILE *out, const double *x, size_t rows, size_t columns, int indent)
{
    fputc('[', out);
    for (size_t i = 0; i < rows; i++) {
        if (i > 0) fprintf(out, ",\n%*s", indent, "");
        sb_reals_write(out, x + i * columns, columns, indent + 2);
    }
    fputc(']', out);
}

char *sb_range_show(const sb_parameter *p, char out[SB_RANGE_SHOWN])
{
    const char *above = p->open & SB_OPEN_MIN ? ">" : ">=", *below = p->open & SB_OPEN_MAX ? "<" : "<=";
    if (isinf(p->max)) snprintf(out, SB_RANGE_SHOWN, "%s %.10g", above, p->min);
    else if (!p->open) snprintf(out, SB_RANGE_SHOWN, "between %.10g and %.10g", p->min, p->max);
    else snprintf(out, SB_RANGE_SHOWN, "%s %.10g and %s %.10g", above, p->min, below, p->max);
    return out;
}

static int in_range(const sb_parameter *p, double x)
{
    return (p->open & SB_OPEN_MIN ? x > p->min : x >= p->min) && (p->open & SB_OPEN_MAX ? x < p->max : x <= p->max);
}

static sb_status read_seed(sb_context *ctx, const sb_parameter *p, const sb_document *document, const sb_node *node,
                           sb_config *config)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN];
    errno = 0;
    const int word = node->kind == SB_NODE_SCALAR && node->plain && is_integer(node->text) && node->text[0] != '-';
    const unsigned long long value = word ? strtoull(node->text, NULL, 10) : 0;
    if (!word || errno == ERANGE)
        SB_FAIL_AT(sb_node_place(document, node), "'%s' must be an integer between 0 and %llu, not %s", p->key, ULLONG_MAX,
                   sb_node_show(node, shown));
    *(uint64_t *)field(p, config) = value;
done:
    return st;
}

static int always(const sb_parameter *p, const sb_config *config)
{
    (void)p;
    (void)config;
    return 1;
}

static void write_seed(const sb_parameter *p, const sb_config *config, FILE *out, int indent)
{
    (void)indent;
    fprintf(out, "%llu", (unsigned long long)*(const uint64_t *)const_field(p, config));
}

static sb_status read_integer(sb_context *ctx, const sb_parameter *p, const sb_document *document, const sb_node *node,
                              sb_config *config)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN], range[SB_RANGE_SHOWN];
    errno = 0;
    const int word = node->kind == SB_NODE_SCALAR && node->plain && is_integer(node->text);
    const long long value = word ? strtoll(node->text, NULL, 10) : 0;
    if (!word || errno == ERANGE || !in_range(p, (double)value))
        SB_FAIL_AT(sb_node_place(document, node), "'%s' must be an integer %s, not %s", p->key, sb_range_show(p, range),
                   sb_node_show(node, shown));
    *(int *)field(p, config) = (int)value;
done:
    return st;
}

/* Where a number has no default, 0 says that it was not given. */
static int present_integer(const sb_parameter *p, const sb_config *config)
{
    return p->fallback || *(const int *)const_field(p, config) != 0;
}

static void write_integer(const sb_parameter *p, const sb_config *config, FILE *out, int indent)
{
    (void)indent;
    fprintf(out, "%d", *(const int *)const_field(p, config));
}

static sb_status read_in_range(sb_context *ctx, const sb_parameter *p, const sb_document *document, const sb_node *node,
                               double *value)
{
    sb_status st = SB_OK;
    char shown[SB_SHOWN], range[SB_RANGE_SHOWN];
    if (!parse_real(node, value) || !in_range(p, *value))
        SB_FAIL_AT(sb_node_place(document, node), "'%s' must be a number %s, not %s", p->key, sb_range_show(p, range),
                   sb_node_show(node, shown));
done:
    return st;
}

static sb_status read_real(sb_context *ctx, const sb_parameter *p, const sb_document *document, const sb_node *node,
                           sb_config *config)
{
    return read_in_range(ctx, p, document, node, field(p, config));
}

static int present_real(const sb_parameter *p, const sb_config *config)
{
    return p->fallback || *(const double *)const_field(p, config) != 0.0;
}

static void write_real(const sb_parameter *p, const sb_config *config, FILE *out, int indent)
{
    (void)indent;
    sb_real_write(out, *(const double *)const_field(p, config));
}

static unsigned *rule_field(const sb_parameter *p, sb_config *config)
{
    return (unsigned *)((char *)config + p->extra);
}

static sb_status read_rule(sb_context *ctx, const sb_parameter *p, const sb_document *document, const sb_node *node,
                           sb_config *config)
{
    sb_status st = SB_OK;
    double *value = field(p, config);
    const sb_choice *rule = NULL;
    *value = 0.0;
    if (node->kind == SB_NODE_SCALAR && node->plain && is_real(node->text)) SB_TRY(read_in_range(ctx, p, document, node, value));
    else SB_TRY(sb_choice_read(ctx, p, document, node, &rule));
    *rule_field(p, config) = rule ? (unsigned)rule->value : 0u;
done:
    return st;
}

static void write_rule(const sb_parameter *p, const sb_config *config, FILE *out, int indent)
{
    const char *rule = sb_choice_name(p->choices, (int)*(const unsigned *)((const char *)config + p->extra));
    if (rule) fputs(rule, out);
    else write_real(p, config, out, indent);
}

static int *count_field(const sb_parameter *p, sb_config *config)
{
    return (int *)((char *)config + p->extra);
}

static int const_count(const sb_parameter *p, const sb_config *config)
{
    return *(const int *)((const char *)config + p->extra);
}

static sb_status read_reals(sb_context *ctx, const sb_parameter *p, const sb_document *document, const sb_node *node,
                            sb_config *config)
{
    sb_status st = SB_OK;
    const int count = node->kind == SB_NODE_SEQUENCE ? node->count : 1;
    const sb_node *item = node->kind == SB_NODE_SEQUENCE ? node->child : node;
    double **values = field(p, config);
    if (count == 0) SB_FAIL_AT(sb_node_place(document, node), "'%s' must not be an empty list", p->key);
    SB_ALLOC(*values, count);
    for (int i = 0; i < count; i++, item = item->next) SB_TRY(read_in_range(ctx, p, document, item, &(*values)[i]));
    *count_field(p, config) = count;
done:
    return st;
}

static int present_reals(const sb_parameter *p, const sb_config *config)
{
    return const_count(p, config) > 0;
}

static void write_reals(const sb_parameter *p, const sb_config *config, FILE *out, int indent)
{
    double *const *values = const_field(p, config);
    sb_reals_write(out, *values, (size_t)const_count(p, config), indent);
}

static void release_reals(const sb_parameter *p, sb_config *config)
{
    double **values = field(p, config);
    sb_free(*values);
    *values = NULL;
    *count_field(p, config) = 0;
}

const sb_type sb_type_seed = {"integer", "from 0 to 2^64 - 1", read_seed, always, write_seed, NULL};
const sb_type sb_type_integer = {"integer", "", read_integer, present_integer, write_integer, NULL};
const sb_type sb_type_real = {"number", "", read_real, present_real, write_real, NULL};
const sb_type sb_type_rule = {"number", "or rule", read_rule, always, write_rule, NULL};
const sb_type sb_type_reals = {"number", "or a list of them", read_reals, present_reals, write_reals, release_reals};
