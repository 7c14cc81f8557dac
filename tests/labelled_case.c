#include "labelled_case.h"

#include "base/memory.h"
#include "base/random.h"
#include "harness.h"

void labelled_case_images(int count, int side, int classes, int number, double noise, double *y, int *label)
{
    for (int i = 0; i < count; i++) {
        double *at = y + (size_t)i * (size_t)(side * side), draw[2];
        const double angle = M_PI * (i % classes) / classes;
        sb_stream stream = sb_stream_at(17, SB_DRAW_TEST, (uint32_t)number, 0, 0, (uint32_t)i);
        sb_stream_normals(&stream, 2, draw);
        sb_stream_normals(&stream, (size_t)(side * side), at);
        for (int r = 0; r < side; r++)
            for (int c = 0; c < side; c++) {
                const double off = sin(angle) * (c - 0.5 * side + 0.6 * draw[0]) - cos(angle) * (r - 0.5 * side + 0.6 * draw[1]);
                at[r * side + c] = 1.6 * exp(-0.4 * off * off) - 0.8 + noise * at[r * side + c];
            }
        if (label) label[i] = i % classes;
    }
}

void labelled_case_create(int count, int side, int classes, double noise, sb_data *data)
{
    sb_context ctx;
    sb_context_init(&ctx, 1);
    const int d = side * side;
    double total = 0.0;
    *data = (sb_data){.N = 1, .d = d, .distinct = 1, .image = {1, side, side}, .classes = classes};
    CHECK_OK(&ctx, sb_components_alloc(&ctx, d, count, SB_COVARIANCE_ISOTROPIC, &data->components));
    data->weight = sb_array_alloc((size_t)count, sizeof(double), 0);
    data->pooled = sb_array_alloc((size_t)count, sizeof(double), 0);
    data->cumulative = sb_array_alloc(2 * (size_t)count, sizeof(double), 0);
    data->label = sb_array_alloc((size_t)count, sizeof(int), 0);
    labelled_case_images(count, side, classes, 1, noise, data->components.mean, data->label);
    for (int j = 0; j < count; j++) total += data->label[j] == 0 ? 2.0 : 1.0;
    for (int j = 0; j < count; j++) {
        data->components.lambda[j] = 0.0;
        data->weight[j] = data->pooled[j] = (data->label[j] == 0 ? 2.0 : 1.0) / total;
        data->cumulative[j] = data->cumulative[count + j] = (j ? data->cumulative[j - 1] : 0.0) + data->pooled[j];
    }
}
