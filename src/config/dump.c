#include "config/config.h"

#include "config/parameters.h"
#include "config/text.h"

#include <string.h>

/* Opens the sections of `key` that the key before it was not in. Returns the depth of the key itself. */
static int open_sections(FILE *out, const char *key, const char *before)
{
    int depth = 0, common = 1;
    for (const char *start = key, *dot; (dot = strchr(start, '.')) != NULL; start = dot + 1, depth++) {
        common = common && strncmp(key, before, (size_t)(dot + 1 - key)) == 0;
        if (!common) fprintf(out, "%*s%.*s:\n", 2 * depth, "", (int)(dot - start), start);
    }
    return depth;
}

/* A key with a default gives way to the one that was given in its place. */
static int is_replaced(const sb_parameter *parameter, const sb_config *config)
{
    if (!parameter->excludes || !parameter->fallback) return 0;
    const sb_parameter *other = sb_parameter_find(parameter->excludes, strlen(parameter->excludes));
    return other->type->present(other, config);
}

static void write_config(FILE *out, const sb_config *config)
{
    const char *before = "";
    for (const sb_parameter *p = sb_parameters; p < sb_parameters + sb_parameter_count; p++) {
        if (!p->type->present(p, config) || is_replaced(p, config)) continue;
        if (p->strict && !sb_parameter_applies(p, config)) continue;
        const int depth = open_sections(out, p->key, before);
        const char *name = depth > 0 ? strrchr(p->key, '.') + 1 : p->key;
        fprintf(out, "%*s%s: ", 2 * depth, "", name);
        p->type->write(p, config, out, 2 * depth + 2);
        fputc('\n', out);
        before = p->key;
    }
}

sb_status sb_config_dump(sb_context *ctx, const sb_config *config, char **yaml)
{
    return sb_text_write(ctx, write_config, config, yaml);
}
