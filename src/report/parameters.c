#include "config/parameters.h"

#include "report/parts.h"

#include <math.h>
#include <stdlib.h>

static json_t *optional_text(const char *text)
{
    return text ? json_string(text) : json_null();
}

static sb_status parameters_json(sb_context *ctx, const sb_output *out)
{
    int failed = 0;
    json_t *root = json_object(), *array = json_array();
    for (size_t i = 0; i < sb_parameter_count; i++) {
        const sb_parameter *p = &sb_parameters[i];
        json_t *object = json_object();
        sb_json_put(object, "key", json_string(p->key), &failed);
        sb_json_put(object, "type", json_string(p->type->name), &failed);
        sb_json_put(object, "default", optional_text(p->fallback), &failed);
        sb_json_put(object, "meaning", json_string(p->meaning), &failed);
        if (p->choices) {
            json_t *choices = json_array();
            for (const sb_choice *choice = p->choices; choice->name; choice++)
                sb_json_append(choices, json_string(choice->name), &failed);
            sb_json_put(object, "choices", choices, &failed);
        }
        sb_json_append(array, object, &failed);
    }
    sb_json_put(root, "parameters", array, &failed);
    return sb_json_write(ctx, root, failed, out->stream);
}

static void parameters_csv(const sb_output *out)
{
    sb_csv csv = {out->stream, 0};
    sb_csv_header(&csv, "key type default meaning");
    for (size_t i = 0; i < sb_parameter_count; i++) {
        sb_csv_text(&csv, sb_parameters[i].key);
        sb_csv_text(&csv, sb_parameters[i].type->name);
        sb_csv_text(&csv, sb_parameters[i].fallback);
        sb_csv_text(&csv, sb_parameters[i].meaning);
        sb_csv_end(&csv);
    }
}

sb_status sb_report_parameters(sb_context *ctx, const sb_output *out)
{
    sb_status st = SB_OK;
    char *markdown = NULL;
    if (out->format == SB_FORMAT_JSON) return parameters_json(ctx, out);
    if (out->format == SB_FORMAT_CSV) {
        parameters_csv(out);
        return SB_OK;
    }
    SB_TRY(sb_config_reference(ctx, &markdown));
    fputs(markdown, out->stream);
done:
    free(markdown);
    return st;
}
