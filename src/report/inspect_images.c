#include "report/inspect.h"

#include <string.h>

enum { COLUMNS = 12, COMMON = 6 }; /* classes that have columns of their own; of more, those named of each law */

static sb_text percent(double share)
{
    sb_text text;
    if (share == 0.0) snprintf(text.s, sizeof text.s, "-");
    else snprintf(text.s, sizeof text.s, share < 0.01 ? "%.1g%%" : "%.0f%%", 100.0 * share);
    return text;
}

/* The commonest class behind (`share`, `class`) in falling order of share, then rising order of class; -1 where none is left. */
static int next_class(const double *shares, int classes, double share, int class)
{
    int best = -1;
    for (int c = 0; c < classes; c++) {
        const int behind = shares[c] < share || (shares[c] == share && c > class);
        if (behind && shares[c] > 0.0 && (best < 0 || shares[c] > shares[best])) best = c;
    }
    return best;
}

/* "7: 31%, 2: 12%, ..." */
static void name_commonest(const sb_inspected_law *law, int classes, sb_list *out)
{
    int class = next_class(law->share, classes, 2.0, -1);
    for (int named = 0; class >= 0; named++, class = next_class(law->share, classes, law->share[class], class)) {
        if (named < COMMON) sb_list_add(out, ", ", "%d: %s", class, percent(law->share[class]).s);
        if (named < COMMON) continue;
        sb_list_add(out, ", ", "...");
        break;
    }
}

static sb_status create_table(sb_context *ctx, const sb_output *out, int classes, sb_table **table)
{
    sb_column columns[2 + COLUMNS] = {{"LAW", 0, 0}, {"IMAGES", 1, 0}, {"COMMONEST CLASSES", 0, 1}};
    char title[COLUMNS][16];
    for (int c = 0; c < classes && classes <= COLUMNS; c++) {
        snprintf(title[c], sizeof title[c], "%s%d", c == 0 ? "CLASS " : "", c);
        columns[2 + c] = (sb_column){title[c], 1, 0};
    }
    return sb_table_create(ctx, out, classes <= COLUMNS ? 2 + classes : 3, columns, table);
}

static sb_status classes_table(sb_context *ctx, const sb_output *out, const sb_inspection *inspection)
{
    sb_status st = SB_OK;
    sb_table *table = NULL;
    const int classes = inspection->classes;
    SB_TRY(create_table(ctx, out, classes, &table));
    for (int i = inspection->identical ? inspection->count : 0; i <= inspection->count; i++) {
        const sb_inspected_law *law = &inspection->law[i];
        sb_list common = {0};
        sb_table_row(table);
        sb_table_cell(table, sb_inspected_name(inspection, i).s, NULL);
        sb_table_cell(table, law->images ? sb_text_double(law->images, 6).s : "-", NULL);
        for (int c = 0; c < classes && classes <= COLUMNS; c++) sb_table_cell(table, percent(law->share[c]).s, NULL);
        if (classes <= COLUMNS) continue;
        name_commonest(law, classes, &common);
        sb_table_cell(table, common.text, NULL);
    }
    SB_TRY(sb_table_print(ctx, table));
done:
    sb_table_free(table);
    return st;
}

sb_status sb_inspection_images_table(sb_context *ctx, const sb_output *out, const sb_inspection *inspection)
{
    sb_status st = SB_OK;
    sb_list data = {0};
    const sb_image_shape image = inspection->image;
    if (image.channels == 0) goto done;
    sb_data_words(inspection->config, &data);
    sb_output_title(out, "IMAGES");
    SB_TRY(classes_table(ctx, out, inspection));
    fputc('\n', out->stream);
    sb_output_paragraph(
        out, 2, "",
        "Data: %s, of %d x %d pixels and %d channel%s: points of dimension %d, from -1 (black) to 1. Shares of their %d "
        "class%s under each law.%s",
        data.text, image.height, image.width, image.channels, image.channels == 1 ? "" : "s", sb_image_dimension(image),
        inspection->classes, inspection->classes == 1 ? "" : "es",
        inspection->law[inspection->count].images
            ? " A worker's law gives all of its images the same weight; the pooled one is the mean of the workers' laws."
            : "");
done:
    return st;
}

void sb_inspection_images_put(json_t *root, const sb_inspection *inspection, int *failed)
{
    const sb_image_shape image = inspection->image;
    json_t *object;
    if (image.channels == 0) return;
    object = json_object();
    sb_json_put(object, "channels", json_integer(image.channels), failed);
    sb_json_put(object, "height", json_integer(image.height), failed);
    sb_json_put(object, "width", json_integer(image.width), failed);
    sb_json_put(object, "classes", json_integer(inspection->classes), failed);
    sb_json_put(root, "image", object, failed);
}

void sb_inspected_images_put(json_t *object, const sb_inspected_law *law, int classes, int *failed)
{
    if (!law->share) return;
    json_t *shares = json_array();
    for (int c = 0; c < classes; c++) sb_json_append(shares, sb_json_double(law->share[c]), failed);
    sb_json_put(object, "images", law->images ? json_integer(law->images) : json_null(), failed);
    sb_json_put(object, "classes", shares, failed);
}
