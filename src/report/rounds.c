#include "report/rounds.h"

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_round(const char *line, size_t length, int round)
{
    json_t *object = json_loadb(line, length, 0, NULL);
    const int is = json_is_object(object) && json_integer_value(json_object_get(object, "round")) == round;
    json_decref(object);
    return is;
}

/* Length of the part of `text` that holds rounds 0, 1, ... below `done`. They were on disk before the checkpoint was. */
static sb_status valid_length(sb_context *ctx, const char *path, const char *text, int done, size_t *length)
{
    sb_status st = SB_OK;
    const char *line = text;
    for (int round = 0; round < done; round++) {
        const char *end = strchr(line, '\n');
        SB_REQUIRE(
            end && is_round(line, (size_t)(end - line), round), SB_EUSER,
            "%s:%d:1: error: this should be the line of round %d, and the checkpoint stands at round %d; the file was changed",
            path, round + 1, round, done);
        line = end + 1;
    }
    *length = (size_t)(line - text);
done:
    return st;
}

sb_status sb_rounds_open(sb_context *ctx, const char *path, int done, FILE **file)
{
    sb_status st = SB_OK;
    char *text = NULL;
    size_t length = 0;
    *file = fopen(path, "ae");
    SB_REQUIRE(*file, SB_EIO, "cannot write %s: %s", path, strerror(errno));
    SB_TRY(sb_file_read(ctx, path, &text, NULL));
    SB_TRY(valid_length(ctx, path, text, done, &length));
    SB_REQUIRE(ftruncate(fileno(*file), (off_t)length) == 0, SB_EIO, "cannot write %s: %s", path, strerror(errno));
done:
    if (st != SB_OK && *file) {
        fclose(*file);
        *file = NULL;
    }
    free(text);
    return st;
}

sb_status sb_rounds_add(sb_context *ctx, FILE *file, const sb_training *training, const sb_round_report *report)
{
    sb_status st = SB_OK;
    int failed = 0;
    char *line = NULL;
    json_t *object = json_object(), *loss = json_array(), *moved = json_array(), *w2 = json_array(), *least = json_array(),
           *uncovered = json_array();
    for (int p = 0; p < training->replicas; p++) {
        sb_json_append(loss, sb_json_double(report->loss[p]), &failed);
        sb_json_append(moved, sb_json_double(report->moved[p]), &failed);
        sb_json_append(w2, sb_json_double(report->w2[p]), &failed);
        sb_json_append(least, json_integer(report->least[p]), &failed);
        sb_json_append(uncovered, sb_json_double(report->uncovered[p]), &failed);
    }
    sb_json_put(object, "round", json_integer(report->round), &failed);
    sb_json_put(object, "loss", loss, &failed);
    sb_json_put(object, "dtheta", moved, &failed);
    sb_json_put(object, "w2", w2, &failed);
    sb_json_put(object, "Gamma", least, &failed);
    sb_json_put(object, "uncovered", uncovered, &failed);
    line = failed ? NULL : json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(17));
    SB_REQUIRE(line, SB_ENOMEM, "out of memory for a line of rounds.jsonl");
    SB_REQUIRE(fprintf(file, "%s\n", line) > 0 && fflush(file) == 0, SB_EIO, "cannot write rounds.jsonl: %s", strerror(errno));
done:
    json_decref(object);
    free(line);
    return st;
}

sb_status sb_rounds_sync(sb_context *ctx, FILE *file)
{
    sb_status st = SB_OK;
    SB_REQUIRE(fflush(file) == 0 && fsync(fileno(file)) == 0, SB_EIO, "cannot write rounds.jsonl: %s", strerror(errno));
done:
    return st;
}

/* Of the line that holds round `round`; *loss NaN where some replica has none. */
static int loss_of(const char *line, size_t length, int round, double *loss)
{
    json_t *object = json_loadb(line, length, 0, NULL);
    const json_t *values = json_object_get(object, "loss");
    const size_t replicas = json_array_size(values);
    const int is = replicas > 0 && json_integer_value(json_object_get(object, "round")) == round;
    *loss = 0.0;
    for (size_t p = 0; p < replicas; p++) {
        const json_t *value = json_array_get(values, p);
        *loss += json_is_number(value) ? json_number_value(value) / (double)replicas : NAN;
    }
    json_decref(object);
    return is;
}

static int count_lines(const char *text)
{
    int count = 0;
    for (; (text = strchr(text, '\n')); text++) count++;
    return count;
}

sb_status sb_rounds_losses(sb_context *ctx, const char *path, int *rounds, double **loss)
{
    sb_status st = SB_OK;
    char *text = NULL;
    *rounds = 0;
    *loss = NULL;
    SB_TRY(sb_file_read(ctx, path, &text, NULL));
    SB_ALLOC(*loss, count_lines(text));
    for (const char *line = text, *end; (end = strchr(line, '\n')); line = end + 1, ++*rounds)
        SB_REQUIRE(loss_of(line, (size_t)(end - line), *rounds, &(*loss)[*rounds]), SB_EUSER,
                   "%s:%d:1: error: this should be the line of round %d, with its losses", path, *rounds + 1, *rounds);
done:
    free(text);
    if (st != SB_OK) {
        sb_free(*loss);
        *loss = NULL;
        *rounds = 0;
    }
    return st;
}

static const char *const keys[SB_HISTORY_COUNT] = {"loss", "dtheta", "w2", "Gamma", "uncovered"};

/* The number of replicas in a line; 0 where it is none. */
static int replicas_of(const char *line, size_t length)
{
    json_t *object = json_loadb(line, length, 0, NULL);
    const int replicas = (int)json_array_size(json_object_get(object, keys[0]));
    json_decref(object);
    return replicas;
}

/* Of the line that holds round `round` of a history with room for it. */
static int take_round(const char *line, size_t length, int round, sb_history *history)
{
    json_t *object = json_loadb(line, length, 0, NULL);
    const size_t P = (size_t)history->replicas;
    int is = json_is_object(object) && json_integer_value(json_object_get(object, "round")) == round;
    for (int q = 0; q < SB_HISTORY_COUNT && is; q++) {
        const json_t *values = json_object_get(object, keys[q]);
        is = json_array_size(values) == P;
        for (size_t p = 0; p < P && is; p++) {
            const json_t *value = json_array_get(values, p);
            history->of[q][(size_t)round * P + p] = json_is_number(value) ? json_number_value(value) : NAN;
        }
    }
    json_decref(object);
    return is;
}

sb_status sb_rounds_read(sb_context *ctx, const char *path, sb_history *history)
{
    sb_status st = SB_OK;
    char *text = NULL;
    int round = 0;
    *history = (sb_history){0};
    SB_TRY(sb_file_read(ctx, path, &text, NULL));
    const int lines = count_lines(text), replicas = lines > 0 ? replicas_of(text, strcspn(text, "\n")) : 1;
    SB_REQUIRE(replicas > 0, SB_EUSER, "%s:1:1: error: this should be the line of round 0, with its losses", path);
    SB_TRY(sb_history_create(ctx, lines, replicas, history));
    for (const char *line = text, *end; (end = strchr(line, '\n')); line = end + 1, round++)
        SB_REQUIRE(take_round(line, (size_t)(end - line), round, history), SB_EUSER,
                   "%s:%d:1: error: this should be the line of round %d, with what %d replica%s reported", path, round + 1, round,
                   replicas, replicas == 1 ? "" : "s");
done:
    free(text);
    if (st != SB_OK) sb_history_free(history);
    return st;
}
