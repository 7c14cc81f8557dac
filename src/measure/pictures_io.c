#include "measure/pictures.h"

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 6 };

static json_t *array_to_json(const double *values, size_t count, int *failed)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) sb_json_append(array, sb_json_double(values[i]), failed);
    return array;
}

static void put_array(json_t *object, const char *key, const double *values, size_t count, int *failed)
{
    if (values) sb_json_put(object, key, array_to_json(values, count, failed), failed);
}

/* Two numbers with all their digits, as texts: on a grid far from 0 six would not tell its points apart. */
static json_t *exact_pair(const double pair[2], int *failed)
{
    json_t *array = json_array();
    for (int i = 0; i < 2; i++) sb_json_append(array, json_sprintf("%.17g", pair[i]), failed);
    return array;
}

static json_t *density_to_json(const sb_density_pictures *p, int *failed)
{
    json_t *object = json_object(), *n = json_array();
    const size_t points = (size_t)p->n[0] * (size_t)p->n[1];
    for (int i = 0; i < 2; i++) sb_json_append(n, json_integer(p->n[i]), failed);
    sb_json_put(object, "d", json_integer(p->d), failed);
    sb_json_put(object, "n", n, failed);
    sb_json_put(object, "origin", exact_pair(p->origin, failed), failed);
    sb_json_put(object, "step", exact_pair(p->step, failed), failed);
    put_array(object, "data", p->data, points, failed);
    put_array(object, "learned", p->learned, points, failed);
    put_array(object, "pruned", p->pruned, points, failed);
    return object;
}

sb_status sb_pictures_write(sb_context *ctx, const sb_pictures *pictures, const char *path)
{
    sb_status st = SB_OK;
    int failed = 0;
    char identity[17], *text = NULL;
    json_t *root = json_object(), *coverage = json_object(), *sheet = json_object();
    snprintf(identity, sizeof identity, "%016" PRIx64, pictures->identity);
    sb_json_put(root, "identity", json_string(identity), &failed);
    sb_json_put(root, "pruned_worker", json_integer(pictures->pruned_model.worker), &failed);
    sb_json_put(root, "kept", sb_json_double(pictures->pruned_model.kept), &failed);
    sb_json_put(coverage, "N", json_integer(pictures->coverage.N), &failed);
    sb_json_put(coverage, "rounds", json_integer(pictures->coverage.rounds), &failed);
    put_array(coverage, "share", pictures->coverage.share, (size_t)pictures->coverage.N + 1, &failed);
    sb_json_put(root, "coverage", coverage, &failed);
    sb_json_put(sheet, "rows", json_integer(pictures->sheet.rows), &failed);
    sb_json_put(sheet, "columns", json_integer(pictures->sheet.columns), &failed);
    sb_json_put(root, "sheet", sheet, &failed);
    if (pictures->density.d > 0) sb_json_put(root, "density", density_to_json(&pictures->density, &failed), &failed);
    text = failed ? NULL : json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(DIGITS));
    SB_REQUIRE(text, SB_ENOMEM, "%s: out of memory for the pictures", path);
    SB_TRY(sb_file_replace(ctx, path, text, strlen(text)));
done:
    free(text);
    json_decref(root);
    return st;
}

static sb_status get_whole(sb_context *ctx, const char *path, const json_t *object, const char *key, int least, int most, int *x)
{
    sb_status st = SB_OK;
    const json_t *value = json_object_get(object, key);
    SB_REQUIRE(json_is_integer(value) && json_integer_value(value) >= least && json_integer_value(value) <= most, SB_EUSER,
               "%s: error: '%s' is missing or no whole number from %d to %d", path, key, least, most);
    *x = (int)json_integer_value(value);
done:
    return st;
}

/* values (count) out, each a number. */
static sb_status fill(sb_context *ctx, const char *path, const json_t *array, const char *key, size_t count, double *values)
{
    sb_status st = SB_OK;
    SB_REQUIRE(json_array_size(array) == count, SB_EUSER, "%s: error: '%s' is no list of %zu numbers", path, key, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(array, i);
        SB_REQUIRE(json_is_number(value), SB_EUSER, "%s: error: '%s' is no list of %zu numbers", path, key, count);
        values[i] = json_number_value(value);
    }
done:
    return st;
}

static sb_status get_pair(sb_context *ctx, const char *path, const json_t *object, const char *key, double pair[2])
{
    sb_status st = SB_OK;
    const json_t *array = json_object_get(object, key);
    for (size_t i = 0; i < 2; i++) {
        const char *text = json_string_value(json_array_get(array, i));
        char *end = NULL;
        pair[i] = text ? strtod(text, &end) : NAN;
        SB_REQUIRE(text && *text && !*end && fabs(pair[i]) < 1e15, SB_EUSER, "%s: error: '%s' is no pair of numbers below 1e15",
                   path, key);
    }
done:
    return st;
}

/* A list that may be missing: then *values stays NULL. */
static sb_status get_array(sb_context *ctx, const char *path, const json_t *object, const char *key, size_t count, double **values)
{
    sb_status st = SB_OK;
    const json_t *array = json_object_get(object, key);
    if (!array) return SB_OK;
    SB_ALLOC(*values, count);
    SB_TRY(fill(ctx, path, array, key, count, *values));
done:
    return st;
}

static sb_status get_density(sb_context *ctx, const char *path, const json_t *object, const char *key, size_t count,
                             double **values)
{
    sb_status st = SB_OK;
    SB_TRY(get_array(ctx, path, object, key, count, values));
    for (size_t i = 0; *values && i < count; i++)
        SB_REQUIRE((*values)[i] >= 0.0, SB_EUSER, "%s: error: '%s' has a density below 0", path, key);
done:
    return st;
}

/* Neighbours on the grid are different numbers. */
static int tells_apart(const sb_density_pictures *p, int axis)
{
    return p->step[axis] > 1e-12 * (1.0 + fabs(p->origin[axis]));
}

static sb_status density_from_json(sb_context *ctx, const char *path, const json_t *object, sb_density_pictures *p)
{
    sb_status st = SB_OK;
    double n[2];
    SB_TRY(get_whole(ctx, path, object, "d", 1, 2, &p->d));
    SB_TRY(fill(ctx, path, json_object_get(object, "n"), "n", 2, n));
    for (int i = 0; i < 2; i++) {
        SB_REQUIRE(n[i] >= 1.0 && n[i] <= SB_PICTURE_POINTS_1, SB_EUSER, "%s: error: 'n' is no size of a grid", path);
        p->n[i] = (int)n[i];
    }
    SB_REQUIRE(p->d == 2 || p->n[1] == 1, SB_EUSER, "%s: error: 'n' is no size of a grid", path);
    const size_t points = (size_t)p->n[0] * (size_t)p->n[1];
    SB_TRY(get_pair(ctx, path, object, "origin", p->origin));
    SB_TRY(get_pair(ctx, path, object, "step", p->step));
    SB_TRY(get_density(ctx, path, object, "data", points, &p->data));
    SB_TRY(get_density(ctx, path, object, "learned", points, &p->learned));
    SB_TRY(get_density(ctx, path, object, "pruned", points, &p->pruned));
    SB_REQUIRE(p->data && tells_apart(p, 0) && tells_apart(p, 1), SB_EUSER, "%s: error: 'density' is no density on a grid", path);
done:
    return st;
}

sb_status sb_pictures_read(sb_context *ctx, const char *path, sb_pictures *pictures)
{
    sb_status st = SB_OK;
    json_t *root = NULL;
    *pictures = (sb_pictures){.pruned_model = {.worker = -1, .kept = 1.0}};
    SB_TRY(sb_json_read(ctx, path, &root));
    const char *identity = json_string_value(json_object_get(root, "identity"));
    SB_REQUIRE(identity && sscanf(identity, "%16" SCNx64, &pictures->identity) == 1, SB_EUSER, "%s: error: 'identity' is missing",
               path);
    const json_t *coverage = json_object_get(root, "coverage"), *sheet = json_object_get(root, "sheet"),
                 *density = json_object_get(root, "density"), *kept = json_object_get(root, "kept");
    SB_TRY(get_whole(ctx, path, root, "pruned_worker", -1, SB_MAX_WORKERS, &pictures->pruned_model.worker));
    SB_REQUIRE(json_is_number(kept), SB_EUSER, "%s: error: 'kept' is missing or no number", path);
    pictures->pruned_model.kept = json_number_value(kept);
    SB_TRY(get_whole(ctx, path, coverage, "N", 0, SB_MAX_WORKERS, &pictures->coverage.N));
    SB_TRY(get_whole(ctx, path, coverage, "rounds", 0, SB_PICTURE_ROUNDS, &pictures->coverage.rounds));
    SB_TRY(get_array(ctx, path, coverage, "share", (size_t)pictures->coverage.N + 1, &pictures->coverage.share));
    SB_REQUIRE(pictures->coverage.share || pictures->coverage.rounds == 0, SB_EUSER, "%s: error: 'share' is missing", path);
    SB_TRY(get_whole(ctx, path, sheet, "rows", 0, 3, &pictures->sheet.rows));
    SB_TRY(get_whole(ctx, path, sheet, "columns", 0, SB_PICTURE_IMAGES, &pictures->sheet.columns));
    if (density) SB_TRY(density_from_json(ctx, path, density, &pictures->density));
done:
    json_decref(root);
    if (st != SB_OK) sb_pictures_free(pictures);
    return st;
}
