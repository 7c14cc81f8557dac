#include "report/provenance.h"

#include "base/file.h"
#include "kernels/blas.h"
#include "base/json.h"
#include "version.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static json_t *step_json(const sb_config *config, const sb_provenance *step, int *failed)
{
    json_t *object = json_object();
    char host[256] = "", when[32] = "";
    struct tm utc;
    gethostname(host, sizeof host - 1);
    gmtime_r(&step->started, &utc);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc);
    sb_json_put(object, "step", json_string(step->step), failed);
    sb_json_put(object, "version", json_string(sb_version()), failed);
    sb_json_put(object, "started", json_string(when), failed);
    sb_json_put(object, "seconds", sb_json_double(step->seconds), failed);
    sb_json_put(object, "host", json_string(host), failed);
    sb_json_put(object, "device", json_string(config->device), failed);
    if (*step->gpu) sb_json_put(object, "gpu", json_string(step->gpu), failed);
    sb_json_put(object, "blas_core", json_string(sb_blas_core()), failed);
    sb_json_put(object, "threads", json_integer(step->threads), failed);
    sb_json_put(object, "ranks", json_integer(1), failed);
    if (step->learning_rate > 0.0) sb_json_put(object, "learning_rate", sb_json_double(step->learning_rate), failed);
    if (step->learning_rate > 0.0 && step->pilots >= 0) sb_json_put(object, "pilot_runs", json_integer(step->pilots), failed);
    return object;
}

sb_status sb_provenance_add(sb_context *ctx, const char *path, const sb_config *config, const sb_provenance *step)
{
    sb_status st = SB_OK;
    int failed = 0;
    char seed[32], *text = NULL;
    size_t length = 0;
    FILE *stream = NULL;
    json_t *root = json_load_file(path, 0, NULL);
    json_t *steps = json_object_get(root, "steps");
    if (!json_is_array(steps)) {
        json_decref(root);
        root = json_object();
        snprintf(seed, sizeof seed, "%" PRIu64, config->seed); /* as text: JSON readers take numbers for doubles */
        sb_json_put(root, "seed", json_string(seed), &failed);
        sb_json_put(root, "steps", steps = json_array(), &failed);
    }
    sb_json_append(steps, step_json(config, step, &failed), &failed);
    stream = open_memstream(&text, &length);
    if (!stream) json_decref(root);
    SB_REQUIRE(stream, SB_ENOMEM, "out of memory for %s", path);
    SB_TRY(sb_json_write(ctx, root, failed, stream));
    const int closed = fclose(stream);
    stream = NULL;
    SB_REQUIRE(closed == 0, SB_ENOMEM, "out of memory for %s", path);
    SB_TRY(sb_file_replace(ctx, path, text, length));
done:
    if (stream) fclose(stream);
    free(text);
    return st;
}
