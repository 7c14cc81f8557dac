#include "measure/quality.h"

#include "base/memory.h"
#include "base/npy.h"

#include <limits.h>
#include <math.h>

static sb_status read_features(sb_context *ctx, const char *path, int least, int *n, int *F, double **x)
{
    sb_status st = SB_OK;
    size_t rows, columns;
    SB_TRY(sb_npy_read_doubles(ctx, path, &rows, &columns, x));
    SB_REQUIRE(rows >= (size_t)least, SB_EUSER, "%s: error: %zu rows are too few; it takes %d points, a row each", path, rows,
               least);
    SB_REQUIRE(rows <= INT_MAX && columns <= SB_MAX_FEATURES, SB_EUSER,
               "%s: error: %zu x %zu features are more than can be compared", path, rows, columns);
    for (size_t i = 0; i < rows * columns; i++)
        SB_REQUIRE(fabs((*x)[i]) < SB_LARGEST_FEATURE, SB_EUSER, "%s: error: row %zu, column %zu: %s", path, i / columns,
                   i % columns, isfinite((*x)[i]) ? "a feature of this size cannot be compared" : "a feature is not finite");
    *n = (int)rows;
    *F = (int)columns;
done:
    return st;
}

sb_status sb_quality_features(sb_context *ctx, const char *generated, const char *reference, double confidence, sb_quality *result)
{
    sb_status st = SB_OK;
    double *x = NULL, *data = NULL;
    int n, F, count, columns;
    sb_feature_law law = {0};
    SB_TRY(read_features(ctx, generated, SB_QUALITY_LEAST, &n, &F, &x));
    SB_TRY(read_features(ctx, reference, 2, &count, &columns, &data));
    SB_REQUIRE(F == columns, SB_EUSER, "%s: error: %d features a row, but %s has %d", reference, columns, generated, F);
    SB_TRY(sb_feature_law_fit(ctx, count, F, data, NULL, &law));
    sb_free(data);
    data = NULL;
    result->given.reference = count;
    SB_TRY(sb_frechet_measure(ctx, &law, n, x, confidence, &result->given));
done:
    sb_feature_law_free(&law);
    sb_free(x);
    sb_free(data);
    return st;
}
