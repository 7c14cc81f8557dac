#include "measure/ladder.h"
#include "report/fields.h"
#include "report/parts.h"

#include <math.h>
#include <stdio.h>

static void line(sb_csv *csv, const char *law, const char *name, sb_number x)
{
    if (isnan(x.value)) return;
    sb_csv_text(csv, law);
    sb_csv_text(csv, name);
    sb_csv_number(csv, x);
    sb_csv_end(csv);
}

static void worker_lines(sb_csv *csv, const char *law, const sb_measured_worker *worker)
{
    char name[32];
    for (const sb_field *field = sb_worker_fields; field->name; field++)
        line(csv, law, field->name, sb_field_number(worker, field));
    for (const sb_field *route = sb_kl_before_fields; route->name; route++) {
        snprintf(name, sizeof name, "kl_%s_before", route->name);
        line(csv, law, name, sb_field_number(worker, route));
    }
    for (int i = 0; i < sb_rung_count; i++) {
        snprintf(name, sizeof name, "kl_%s_after", sb_rung_table[i].name);
        line(csv, law, name, sb_rung_number(worker, &sb_rung_table[i]));
    }
    line(csv, law, "kl_bracket_after", sb_ladder_bracket(worker));
}

static void distance_lines(sb_csv *csv, const char *law, const sb_frechet *f)
{
    if (f->generated == 0) return;
    line(csv, law, "frechet_feature_distance", f->at_n);
    line(csv, law, "frechet_feature_distance_limit", f->limit);
}

static void quality_lines(sb_csv *csv, const sb_quality *q)
{
    char name[40];
    distance_lines(csv, "generated", &q->frechet);
    distance_lines(csv, "given features", &q->given);
    if (q->frechet.generated == 0) return;
    line(csv, "generated", "classifier_score", q->score);
    line(csv, "data", "classifier_score", q->data_score);
    line(csv, "data", "classifier_accuracy", q->accuracy);
    for (int c = 0; c < q->classes; c++) {
        snprintf(name, sizeof name, "share_of_class_%d", c);
        line(csv, "generated", name, q->share[c]);
        line(csv, "data", name, sb_number_exact(q->data_share[c]));
    }
}

void sb_measured_csv(FILE *stream, const sb_measured *measured)
{
    sb_csv csv = {stream, 0};
    sb_csv_header(&csv, "law quantity value lo hi status");
    for (const sb_field *field = sb_setting_fields; field->name; field++)
        line(&csv, "run", field->name, sb_number_exact(sb_field_double(measured, field)));
    for (const sb_field *field = sb_constant_fields; field->name; field++)
        line(&csv, "run", field->name, sb_field_number(measured, field));
    for (int i = 0; i < measured->worker_count; i++) {
        char law[32];
        snprintf(law, sizeof law, "worker %d", measured->worker[i].n);
        worker_lines(&csv, law, &measured->worker[i]);
    }
    worker_lines(&csv, "pooled", &measured->pooled);
    quality_lines(&csv, &measured->quality);
}
