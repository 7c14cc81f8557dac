/* explorer_native.c: what the bound explorer's page shows beside the right sides, computed by the same C code on this machine:
 *     explorer_native NAME=VALUE,... [START]
 * prints the waterfall's levels and Remark 4.12's choices as JSON; what is no number is null, infinities are the words "inf", "-inf". */
#include "base/json.h"
#include "cli/set.h"
#include "explorer/exports.h"

#include <math.h>
#include <stdlib.h>

static json_t *number(double x)
{
    if (isnan(x)) return json_null();
    if (isinf(x)) return json_string(x > 0.0 ? "inf" : "-inf");
    return json_real(x);
}

static json_t *levels(const sb_constants *c, double start, int *failed)
{
    json_t *array = json_array();
    for (unsigned i = 0; i < sb_explorer_step_count(); i++) {
        json_t *object = json_object(), *needs = json_array();
        sb_json_put(object, "step", json_string(sb_explorer_step_name(i)), failed);
        sb_json_put(object, "level", number(sb_explorer_step_level(i, c)), failed);
        sb_json_put(object, "nats", number(sb_explorer_step_nats(i, c, start)), failed);
        for (unsigned j = 0; j < sb_explorer_constant_count(); j++)
            if (sb_explorer_step_lacks(i, j, c)) sb_json_append(needs, json_string(sb_explorer_constant_name(j)), failed);
        sb_json_put(object, "needs", needs, failed);
        sb_json_append(array, object, failed);
    }
    return array;
}

static json_t *remark(const sb_constants *c, sb_form form, int *failed)
{
    json_t *object = json_object(), *conditions = json_array();
    sb_constants chosen;
    sb_explorer_answer answer;
    const int missing = sb_explorer_remark((int)form, c, &chosen, &answer);
    for (int j = 0; missing == 0 && j < answer.rhs.condition_count; j++) {
        json_t *condition = json_object();
        sb_json_put(condition, "name", json_string(answer.rhs.condition[j].name), failed);
        sb_json_put(condition, "limit", number(answer.rhs.condition[j].limit), failed);
        sb_json_put(condition, "value", number(answer.rhs.condition[j].value), failed);
        sb_json_put(condition, "holds", json_boolean(answer.rhs.condition[j].holds), failed);
        sb_json_append(conditions, condition, failed);
    }
    sb_json_put(object, "missing", json_integer(missing), failed);
    sb_json_put(object, "T", number(chosen.T), failed);
    sb_json_put(object, "K", number(chosen.K), failed);
    sb_json_put(object, "kappa", number(chosen.kappa), failed);
    sb_json_put(object, "eta", number(chosen.eta), failed);
    sb_json_put(object, "conditions", conditions, failed);
    return object;
}

int main(int argc, char **argv)
{
    sb_context ctx;
    sb_constants c;
    int failed = 0;
    sb_context_init(&ctx, 1);
    sb_constants_clear(&c);
    if (argc < 2 || sb_set_parse(&ctx, argv[1], &c) != SB_OK) {
        fprintf(stderr, "explorer_native: %s\n", argc < 2 ? "NAME=VALUE,... [START]" : ctx.error.message);
        return 2;
    }
    json_t *root = json_object();
    sb_json_put(root, "levels", levels(&c, argc > 2 ? strtod(argv[2], NULL) : NAN, &failed), &failed);
    sb_json_put(root, "printed", remark(&c, SB_FORM_PRINTED, &failed), &failed);
    sb_json_put(root, "corrected", remark(&c, SB_FORM_CORRECTED, &failed), &failed);
    return sb_json_write(&ctx, root, failed, stdout) != SB_OK;
}
