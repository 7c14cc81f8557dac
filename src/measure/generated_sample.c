#include "measure/generated_sample.h"

#include "base/progress.h"
#include "measure/generate.h"

sb_status sb_generated_sample(sb_context *ctx, const sb_system *system, const double *theta, int count, int replica, double *y)
{
    return sb_generate(ctx, system, theta, count, replica, 0, y);
}

sb_status sb_generated_sample_stage(sb_context *ctx, const sb_system *system, const double *theta, int count, int replica,
                                    double *y)
{
    sb_progress_begin(ctx, "sampling", count);
    const sb_status st = (sb_system_is_single(system) ? sb_generate_float : sb_generate)(ctx, system, theta, count, replica, 1, y);
    sb_progress_end(ctx);
    return st;
}
