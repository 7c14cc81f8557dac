#include "measure/measured.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/json.h"
#include "measure/quality_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The fields of the three structs, each listed once and used in both directions. */
typedef struct {
    const char *name;
    size_t offset;
} field;

#define FIELD(type, name)                                                                                                          \
    {                                                                                                                              \
#name, offsetof(type, name)                                                                                                \
    }

static const field plain_fields[] = {
    FIELD(sb_measured, N),     FIELD(sb_measured, S),     FIELD(sb_measured, R),        FIELD(sb_measured, D),
    FIELD(sb_measured, d),     FIELD(sb_measured, T),     FIELD(sb_measured, K),        FIELD(sb_measured, kappa),
    FIELD(sb_measured, delta), FIELD(sb_measured, eta),   FIELD(sb_measured, replicas), FIELD(sb_measured, confidence),
    FIELD(sb_measured, h),     FIELD(sb_measured, step2),
};

static const field number_fields[] = {
    FIELD(sb_measured, L),         FIELD(sb_measured, w2),
    FIELD(sb_measured, sigma1),    FIELD(sb_measured, sigma2),
    FIELD(sb_measured, Gamma),     FIELD(sb_measured, uncovered),
    FIELD(sb_measured, F0),        FIELD(sb_measured, FR),
    FIELD(sb_measured, dtheta),    FIELD(sb_measured, squared_gradient),
    FIELD(sb_measured, L_initial), FIELD(sb_measured, L_final),
    FIELD(sb_measured, mu),        FIELD(sb_measured, Fstar),
    FIELD(sb_measured, theta2),    FIELD(sb_measured, prune2),
    FIELD(sb_measured, G),         FIELD(sb_measured, sampler_bias),
};

static const field worker_fields[] = {
    FIELD(sb_measured_worker, M2),
    FIELD(sb_measured_worker, C1),
    FIELD(sb_measured_worker, D_sum),
    FIELD(sb_measured_worker, B_sum),
    FIELD(sb_measured_worker, U),
    FIELD(sb_measured_worker, B_bound),
    FIELD(sb_measured_worker, kl_init),
    FIELD(sb_measured_worker, kl_init_bound),
    FIELD(sb_measured_worker, kl_prior),
    FIELD(sb_measured_worker, H_delta),
    FIELD(sb_measured_worker, H_T),
    FIELD(sb_measured_worker, F_before),
    FIELD(sb_measured_worker, F_after),
    FIELD(sb_measured_worker, score_loss_before),
    FIELD(sb_measured_worker, score_loss_after),
    FIELD(sb_measured_worker, path_kl_before),
    FIELD(sb_measured_worker, path_kl_after),
    FIELD(sb_measured_worker, chain_score_before),
    FIELD(sb_measured_worker, chain_score_after),
    FIELD(sb_measured_worker, chain_before),
    FIELD(sb_measured_worker, chain_after),
    FIELD(sb_measured_worker, chain_free_after),
    FIELD(sb_measured_worker, grid_before),
    FIELD(sb_measured_worker, grid_after),
    FIELD(sb_measured_worker, closed_before),
    FIELD(sb_measured_worker, closed_after),
    FIELD(sb_measured_worker, importance_after),
    FIELD(sb_measured_worker, knn_after),
    FIELD(sb_measured_worker, dv_after),
    FIELD(sb_measured_worker, tv_after),
    FIELD(sb_measured_worker, residual),
    FIELD(sb_measured_worker, L_score),
    FIELD(sb_measured_worker, fisher),
    FIELD(sb_measured_worker, cov_gap),
    FIELD(sb_measured_worker, sigma2),
};

static const field round_fields[] = {
    FIELD(sb_measured_round, squared_gradient),
    FIELD(sb_measured_round, sigma1),
    FIELD(sb_measured_round, sigma2),
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

static json_t *numbers_to_json(const void *base, const field *fields, size_t count, int *failed)
{
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++)
        sb_json_put(object, fields[i].name, sb_json_number(*(const sb_number *)((const char *)base + fields[i].offset)), failed);
    return object;
}

static json_t *worker_to_json(const sb_measured_worker *w, int *failed)
{
    json_t *object = numbers_to_json(w, worker_fields, COUNT(worker_fields), failed);
    sb_json_put(object, "n", json_integer(w->n), failed);
    return object;
}

sb_status sb_measured_write(sb_context *ctx, const sb_measured *m, const char *path)
{
    sb_status st = SB_OK;
    int failed = 0;
    char *text = NULL;
    json_t *root = numbers_to_json(m, number_fields, COUNT(number_fields), &failed);
    for (size_t i = 0; i < COUNT(plain_fields); i++)
        sb_json_put(root, plain_fields[i].name, json_real(*(const double *)((const char *)m + plain_fields[i].offset)), &failed);
    char identity[17];
    snprintf(identity, sizeof identity, "%016" PRIx64, m->identity);
    sb_json_put(root, "identity", json_string(identity), &failed);
    sb_json_put(root, "adam", json_boolean(m->adam), &failed);
    sb_json_put(root, "identical", json_boolean(m->identical), &failed);
    sb_json_put(root, "pooled", worker_to_json(&m->pooled, &failed), &failed);
    json_t *workers = json_array(), *rounds = json_array();
    for (int i = 0; i < m->worker_count; i++) sb_json_append(workers, worker_to_json(&m->worker[i], &failed), &failed);
    for (int i = 0; i < m->round_count; i++) {
        json_t *round = numbers_to_json(&m->round[i], round_fields, COUNT(round_fields), &failed);
        sb_json_put(round, "replica", json_integer(m->round[i].replica), &failed);
        sb_json_put(round, "round", json_integer(m->round[i].round), &failed);
        sb_json_append(rounds, round, &failed);
    }
    sb_json_put(root, "workers", workers, &failed);
    sb_json_put(root, "rounds", rounds, &failed);
    if (sb_quality_is_known(&m->quality)) sb_json_put(root, "quality", sb_quality_to_json(&m->quality, &failed), &failed);
    text = failed ? NULL : json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    SB_REQUIRE(text, SB_ENOMEM, "%s: out of memory for the measured constants", path);
    SB_TRY(sb_file_replace(ctx, path, text, strlen(text)));
done:
    free(text);
    json_decref(root);
    return st;
}

static sb_status numbers_from_json(sb_context *ctx, const char *path, const json_t *object, void *base, const field *fields,
                                   size_t count)
{
    sb_status st = SB_OK;
    for (size_t i = 0; i < count; i++)
        SB_REQUIRE(sb_json_get_number(json_object_get(object, fields[i].name), (sb_number *)((char *)base + fields[i].offset)),
                   SB_EUSER, "%s: error: '%s' is missing or not a number with its interval", path, fields[i].name);
done:
    return st;
}

static sb_status worker_from_json(sb_context *ctx, const char *path, const json_t *object, sb_measured_worker *w)
{
    sb_status st = SB_OK;
    SB_TRY(numbers_from_json(ctx, path, object, w, worker_fields, COUNT(worker_fields)));
    SB_REQUIRE(json_is_integer(json_object_get(object, "n")), SB_EUSER, "%s: error: a worker lacks its number 'n'", path);
    w->n = (int)json_integer_value(json_object_get(object, "n"));
done:
    return st;
}

sb_status sb_measured_read(sb_context *ctx, const char *path, sb_measured *m)
{
    sb_status st = SB_OK;
    json_t *root = NULL;
    *m = (sb_measured){0};
    SB_TRY(sb_json_read(ctx, path, &root));
    SB_TRY(numbers_from_json(ctx, path, root, m, number_fields, COUNT(number_fields)));
    for (size_t i = 0; i < COUNT(plain_fields); i++) {
        const json_t *value = json_object_get(root, plain_fields[i].name);
        SB_REQUIRE(json_is_number(value), SB_EUSER, "%s: error: '%s' is missing or not a number", path, plain_fields[i].name);
        *(double *)((char *)m + plain_fields[i].offset) = json_number_value(value);
    }
    const char *identity = json_string_value(json_object_get(root, "identity"));
    SB_REQUIRE(identity && sscanf(identity, "%16" SCNx64, &m->identity) == 1, SB_EUSER, "%s: error: 'identity' is missing", path);
    m->adam = json_is_true(json_object_get(root, "adam"));
    m->identical = json_is_true(json_object_get(root, "identical"));
    SB_TRY(worker_from_json(ctx, path, json_object_get(root, "pooled"), &m->pooled));
    const json_t *workers = json_object_get(root, "workers"), *rounds = json_object_get(root, "rounds");
    SB_REQUIRE(json_array_size(workers) > 0 && json_is_array(rounds), SB_EUSER,
               "%s: error: the lists 'workers' and 'rounds' are missing", path);
    const json_t *quality = json_object_get(root, "quality");
    SB_REQUIRE(!quality || sb_quality_from_json(quality, &m->quality), SB_EUSER,
               "%s: error: what stands under 'quality' is no quality of samples", path);
    m->worker_count = (int)json_array_size(workers);
    m->round_count = (int)json_array_size(rounds);
    SB_CALLOC(m->worker, m->worker_count);
    SB_CALLOC(m->round, m->round_count);
    for (int i = 0; i < m->worker_count; i++)
        SB_TRY(worker_from_json(ctx, path, json_array_get(workers, (size_t)i), &m->worker[i]));
    for (int i = 0; i < m->round_count; i++) {
        const json_t *round = json_array_get(rounds, (size_t)i);
        SB_TRY(numbers_from_json(ctx, path, round, &m->round[i], round_fields, COUNT(round_fields)));
        m->round[i].replica = (int)json_integer_value(json_object_get(round, "replica"));
        m->round[i].round = (int)json_integer_value(json_object_get(round, "round"));
    }
done:
    json_decref(root);
    if (st != SB_OK) sb_measured_free(m);
    return st;
}
