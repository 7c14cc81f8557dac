#include "measure/quality_json.h"

#include "base/memory.h"

#include <limits.h>

int sb_quality_is_known(const sb_quality *q)
{
    return q->frechet.generated > 0 || q->given.generated > 0;
}

static void put_frechet(json_t *object, const sb_frechet *f, int *failed)
{
    sb_json_put(object, "frechet_feature_distance", sb_json_number(f->at_n), failed);
    sb_json_put(object, "frechet_feature_distance_limit", sb_json_number(f->limit), failed);
    sb_json_put(object, "features", json_integer(f->features), failed);
    sb_json_put(object, "generated", json_integer(f->generated), failed);
    sb_json_put(object, "reference", json_integer(f->reference), failed);
}

static json_t *classes_to_json(const sb_quality *q, int *failed)
{
    json_t *classes = json_array();
    for (int c = 0; c < q->classes; c++) {
        json_t *one = json_object();
        sb_json_put(one, "generated", sb_json_number(q->share[c]), failed);
        sb_json_put(one, "data", sb_json_double(q->data_share[c]), failed);
        sb_json_append(classes, one, failed);
    }
    return classes;
}

json_t *sb_quality_to_json(const sb_quality *q, int *failed)
{
    json_t *object = json_object();
    if (q->frechet.generated > 0) {
        put_frechet(object, &q->frechet, failed);
        sb_json_put(object, "classifier_score", sb_json_number(q->score), failed);
        sb_json_put(object, "classifier_score_of_data", sb_json_number(q->data_score), failed);
        sb_json_put(object, "classifier_accuracy", sb_json_number(q->accuracy), failed);
        sb_json_put(object, "classes", classes_to_json(q, failed), failed);
    }
    if (q->given.generated > 0) {
        json_t *given = json_object();
        put_frechet(given, &q->given, failed);
        sb_json_put(object, "given_features", given, failed);
    }
    return object;
}

static int get_count(const json_t *object, const char *key, int *count)
{
    const json_t *member = json_object_get(object, key);
    const json_int_t value = json_integer_value(member);
    if (!json_is_integer(member) || value < 1 || value > INT_MAX) return 0;
    *count = (int)value;
    return 1;
}

static int get_frechet(const json_t *object, sb_frechet *f)
{
    return sb_json_get_number(json_object_get(object, "frechet_feature_distance"), &f->at_n) &&
           sb_json_get_number(json_object_get(object, "frechet_feature_distance_limit"), &f->limit) &&
           get_count(object, "features", &f->features) && get_count(object, "generated", &f->generated) &&
           get_count(object, "reference", &f->reference);
}

static int get_classes(const json_t *classes, sb_quality *q)
{
    const size_t count = json_array_size(classes);
    if (count < 1 || count > SB_MAX_CLASSES) return 0;
    q->share = sb_array_alloc(count, sizeof *q->share, 1);
    q->data_share = sb_array_alloc(count, sizeof *q->data_share, 1);
    if (!q->share || !q->data_share) return 0;
    q->classes = (int)count;
    for (size_t c = 0; c < count; c++) {
        const json_t *one = json_array_get(classes, c), *data = json_object_get(one, "data");
        if (!sb_json_get_number(json_object_get(one, "generated"), &q->share[c]) || !json_is_number(data)) return 0;
        q->data_share[c] = json_number_value(data);
    }
    return 1;
}

static int get_all(const json_t *object, sb_quality *q)
{
    const json_t *given = json_object_get(object, "given_features"),
                 *measured = json_object_get(object, "frechet_feature_distance");
    if (!given && !measured) return 0;
    if (given && !get_frechet(given, &q->given)) return 0;
    return !measured ||
           (get_frechet(object, &q->frechet) && sb_json_get_number(json_object_get(object, "classifier_score"), &q->score) &&
            sb_json_get_number(json_object_get(object, "classifier_score_of_data"), &q->data_score) &&
            sb_json_get_number(json_object_get(object, "classifier_accuracy"), &q->accuracy) &&
            get_classes(json_object_get(object, "classes"), q));
}

int sb_quality_from_json(const json_t *object, sb_quality *quality)
{
    *quality = (sb_quality){.classes = 0};
    if (get_all(object, quality)) return 1;
    sb_quality_free(quality);
    return 0;
}
