/* json_query: one question to a JSON file, for the shell tests of the program.
 *
 *     json_query FILE PATH                  prints the value
 *     json_query FILE PATH is VALUE         VALUE as JSON, or a plain word for a string
 *     json_query FILE PATH near X TOL       |value - X| <= TOL max(|X|, |value|)
 *     json_query FILE PATH count N          an array or object of N entries
 *     json_query FILE PATH lacks            there is nothing at PATH
 *     json_query FILE PATH sound            below PATH, whatever has a null "value", "lo" or "hi" also has a "reason"
 *
 * PATH is . or keys and [..] in a row: statements[name=lemma_4_6,form=printed].rhs.value, kl[0].chain, choices.'model.kind'.
 * Exit status: 0 yes, 1 no (with a word on stderr), 2 a bad question or file. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int matches(const json_t *object, const char *conditions)
{
    char *copy = strdup(conditions), *rest = copy;
    int all = json_is_object(object);
    for (char *part; all && (part = strsep(&rest, ","));) {
        char *equals = strchr(part, '=');
        if (!equals) exit(2);
        *equals = '\0';
        const json_t *value = json_object_get(object, part);
        char *text = json_is_string(value) ? strdup(json_string_value(value)) : json_dumps(value, JSON_ENCODE_ANY);
        all = text && strcmp(text, equals + 1) == 0;
        free(text);
    }
    free(copy);
    return all;
}

static json_t *select_from(json_t *at, const char *inside)
{
    char *end;
    const long index = strtol(inside, &end, 10);
    if (!*end && end != inside) return json_array_get(at, (size_t)index);
    for (size_t i = 0; i < json_array_size(at); i++)
        if (matches(json_array_get(at, i), inside)) return json_array_get(at, i);
    return NULL;
}

/* The value at `path`, or NULL. */
static json_t *find(json_t *at, const char *path)
{
    char part[512];
    if (strcmp(path, ".") == 0) return at;
    while (at && *path) {
        const char open = *path;
        const size_t skip = open == '[' || open == '\'' || open == '.';
        const size_t length = strcspn(path + skip, open == '[' ? "]" : open == '\'' ? "'" : ".[");
        if (open == '.' && path[1] == '\'') {
            path++;
            continue;
        }
        if (length >= sizeof part) exit(2);
        memcpy(part, path + skip, length);
        part[length] = '\0';
        at = open == '[' ? select_from(at, part) : json_object_get(at, part);
        path += skip + length + (open == '[' || open == '\'');
    }
    return at;
}

static int is_sound(const json_t *at)
{
    const char *key;
    json_t *value;
    if (json_is_array(at)) {
        for (size_t i = 0; i < json_array_size(at); i++)
            if (!is_sound(json_array_get(at, i))) return 0;
        return 1;
    }
    if (!json_is_object(at)) return 1;
    if (json_object_get(at, "status"))
        for (const char *const *name = (const char *const[]){"value", "lo", "hi", NULL}; *name; name++)
            if (!json_is_number(json_object_get(at, *name)) && !json_is_string(json_object_get(at, "reason"))) return 0;
    json_object_foreach((json_t *)at, key, value) if (!is_sound(value)) return 0;
    return 1;
}

static int is_value(const json_t *value, const char *text)
{
    json_t *wanted = json_loads(text, JSON_DECODE_ANY, NULL);
    const int equal = wanted ? json_is_number(wanted) && json_is_number(value)
                                   ? json_number_value(wanted) == json_number_value(value)
                                   : json_equal(wanted, value)
                             : json_is_string(value) && strcmp(json_string_value(value), text) == 0;
    json_decref(wanted);
    return equal;
}

static int answer(json_t *value, int argc, char **argv)
{
    if (argc == 1 && strcmp(argv[0], "lacks") == 0) return value == NULL;
    if (!value) return 0;
    if (argc == 0) return json_dumpf(value, stdout, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17)) == 0 && puts("") >= 0;
    if (argc == 2 && strcmp(argv[0], "is") == 0) return is_value(value, argv[1]);
    if (argc == 2 && strcmp(argv[0], "count") == 0)
        return (json_is_array(value) ? json_array_size(value) : json_object_size(value)) == (size_t)atol(argv[1]);
    if (argc == 1 && strcmp(argv[0], "sound") == 0) return is_sound(value);
    if (argc == 3 && strcmp(argv[0], "near") == 0) {
        const double x = json_number_value(value), y = atof(argv[1]);
        return json_is_number(value) && fabs(x - y) <= atof(argv[2]) * fmax(fabs(x), fabs(y));
    }
    fprintf(stderr, "json_query: bad question '%s'\n", argv[0]);
    exit(2);
}

int main(int argc, char **argv)
{
    json_error_t error;
    if (argc < 3) return 2;
    json_t *root = json_load_file(argv[1], JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        fprintf(stderr, "json_query: %s:%d:%d: %s\n", argv[1], error.line, error.column, error.text);
        return 2;
    }
    json_t *value = find(root, argv[2]);
    const int yes = answer(value, argc - 3, argv + 3);
    if (!yes) {
        char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
        fprintf(stderr, "json_query: %s is %.200s\n", argv[2], text ? text : "not there");
        free(text);
    }
    json_decref(root);
    return !yes;
}
