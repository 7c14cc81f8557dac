#include "kernels/cpu/images.h"
#include "kernels/cpu/cpu.h"

void CPU(conv_apply)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *theta, const real *h, int keep,
                     real *out)
{
    (void)op;
    sb_cpu_images_best()->apply(c, m, theta, h, keep, out);
}

void CPU(conv_back)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *theta, const real *dz, int keep, real *g)
{
    (void)op;
    sb_cpu_images_best()->back(c, m, theta, dz, keep, g);
}

void CPU(conv_gradient)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *dz, const real *h, int keep, int bias,
                        real *grad)
{
    (void)op;
    sb_cpu_images_best()->gradient(c, m, dz, h, keep, bias, grad);
}

void CPU(lane_products)(const sb_backend *op, const sb_crew *c, int I, int J, int K, int trans_a, int trans_b, double alpha,
                        const real *a, const real *b, int keep, real *out)
{
    (void)op;
    sb_cpu_images_best()->products(c, I, J, K, trans_a, trans_b, alpha, a, b, keep, out);
}
