/* Glyph mixtures: templates that differ, variations that are what small changes of the picture do, sizes up to 32x32x3. */
#include "laws.h"

#include "data/components.h"
#include "data/images.h"

static void glyphs(int side, int channels, int templates, int rank, double deviation, law *l)
{
    sb_context ctx = test_context();
    const sb_config config = {
        .data = {.side = side, .channels = channels, .templates = templates, .rank = rank, .glyph_deviation = deviation}};
    CHECK_OK(&ctx, sb_glyphs_create(&ctx, &config, &l->components, &l->weight));
    l->q = (sb_mixture){.components = &l->components, .weight = l->weight};
}

static void templates_differ(void)
{
    for (int channels = 1; channels <= 3; channels += 2)
        for (int side = 8; side <= 16; side += 8) {
            law l;
            glyphs(side, channels, SB_MOST_GLYPHS, 3, 0.05, &l);
            const size_t d = (size_t)l.components.d;
            CHECK(d == (size_t)(side * side * channels) && l.components.J == SB_MOST_GLYPHS);
            for (size_t j = 0; j < SB_MOST_GLYPHS; j++) {
                double most = -1.0, least = 1.0;
                CHECK(sb_glyph_digit((int)j) == (int)j % 10);
                CHECK(l.weight[j] == 1.0 / SB_MOST_GLYPHS);
                for (size_t i = 0; i < d; i++) {
                    const double v = l.components.mean[j * d + i];
                    most = fmax(most, v);
                    least = fmin(least, v);
                }
                CHECK(least >= -0.8 && least < -0.75 && most > 0.0 && most <= 0.8);
                for (size_t k = 0; k < j; k++) {
                    double square = 0.0;
                    for (size_t i = 0; i < d; i++) square += pow(l.components.mean[j * d + i] - l.components.mean[k * d + i], 2.0);
                    CHECK(square / (double)d > 0.004);
                }
            }
            law_free(&l);
        }
}

/* Part of the vector x (d) that lies in component 0's eigenvectors. */
static double part_inside(const sb_components *c, const double *x)
{
    double inside = 0.0, whole = 0.0;
    for (int i = 0; i < c->d; i++) whole += x[i] * x[i];
    for (int k = 0; k < c->rank; k++) {
        double z = 0.0;
        for (int i = 0; i < c->d; i++) z += c->Q[i * c->rank + k] * x[i];
        inside += z * z;
    }
    return inside / whole;
}

/* The differences between a picture and itself a pixel to the left, averaged with those to the right, lie in the span of the shifts, as
 * does brightness; with fewer directions they do not. */
static void variations_are_changes(void)
{
    enum { SIDE = 32, AREA = SIDE * SIDE };
    double moved[2][AREA], bright[AREA];
    law l;
    glyphs(SIDE, 1, 1, 4, 0.05, &l);
    for (int i = 0; i < AREA; i++) {
        const int row = i / SIDE, column = i % SIDE;
        const double *m = l.components.mean;
        moved[0][i] = column > 0 && column + 1 < SIDE ? m[i + 1] - m[i - 1] : 0.0;
        moved[1][i] = row > 0 && row + 1 < SIDE ? m[i + SIDE] - m[i - SIDE] : 0.0;
        bright[i] = 1.0;
    }
    CHECK(part_inside(&l.components, moved[0]) > 0.97);
    CHECK(part_inside(&l.components, moved[1]) > 0.97);
    CHECK_CLOSE(part_inside(&l.components, bright), 1.0, 1e-12);
    law_free(&l);
    glyphs(SIDE, 1, 1, 1, 0.05, &l);
    CHECK(part_inside(&l.components, moved[0]) > 0.97);
    CHECK(part_inside(&l.components, moved[1]) < 0.05);
    CHECK(part_inside(&l.components, bright) < 0.01);
    law_free(&l);
}

/* From 8x8 to 32x32x3: orthonormal axes, variances in order and above the rest, scores near what differences say, draws that look like
 * what they are drawn from. */
static void sizes(void)
{
    const int side[] = {4, 8, 9, 16, 32}, channels[] = {1, 1, 3, 1, 3}, rank[] = {15, 8, 5, 0, 21};
    sb_context ctx = test_context();
    for (int s = 0; s < 5; s++) {
        law l;
        glyphs(side[s], channels[s], 11, rank[s], 0.0385, &l);
        const sb_components *c = &l.components;
        const int d = c->d, r = c->rank;
        sb_marginal *m;
        CHECK(c->kind == (rank[s] ? SB_COVARIANCE_LOW_RANK : SB_COVARIANCE_ISOTROPIC) && r == rank[s]);
        for (int j = 0; j < c->J; j += 5)
            for (int k = 0; k <= r; k++) {
                CHECK(sb_components_variance(c, j, k) >= 0.0385 * 0.0385);
                CHECK(k == 0 || sb_components_variance(c, j, k) <= sb_components_variance(c, j, k - 1));
                for (int e = 0; e <= k && k < r; e++) {
                    double dot = e == k ? -1.0 : 0.0;
                    for (int i = 0; i < d; i++) dot += c->Q[((size_t)j * d + i) * r + e] * c->Q[((size_t)j * d + i) * r + k];
                    CHECK(fabs(dot) < 1e-12);
                }
            }
        CHECK_OK(&ctx, sb_marginal_create(&ctx, &l.q, 0.02, &m));
        double *y = sb_array_alloc(2 * (size_t)d, sizeof *y, 0), *score = y + d, up, down;
        double *work = sb_array_alloc(sb_marginal_work(m), sizeof *work, 0);
        int component;
        sb_mixture_sample(&l.q, sb_stream_at(5, SB_DRAW_TEST, 0, 0, 0, 0), 1, y, &component, work);
        sb_marginal_eval(m, 1, y, NULL, score, work);
        for (int i = 0; i < d; i += d / 7) {
            const double before = y[i], h = 1e-5;
            y[i] = before + h;
            sb_marginal_eval(m, 1, y, &up, NULL, work);
            y[i] = before - h;
            sb_marginal_eval(m, 1, y, &down, NULL, work);
            y[i] = before;
            CHECK(fabs(score[i] - (up - down) / (2.0 * h)) < 1e-4 * (1.0 + fabs(score[i])));
        }
        double nearest = INFINITY;
        int best = -1;
        for (int j = 0; j < c->J; j++) {
            double square = 0.0;
            for (int i = 0; i < d; i++) square += pow(y[i] - c->mean[(size_t)j * d + i], 2.0);
            if (square < nearest) nearest = square, best = j;
        }
        CHECK(side[s] == 4 || best == component);
        sb_free(y);
        sb_free(work);
        sb_marginal_free(m);
        law_free(&l);
    }
}

static void refusals(void)
{
    const sb_config good = {.data = {.side = 8, .channels = 1, .templates = 3, .rank = 4, .glyph_deviation = 0.1}};
    sb_context ctx = test_context();
    sb_components c;
    double *weight;
    sb_config bad = good;
    bad.data.side = 3;
    CHECK_FAILS(&ctx, sb_glyphs_create(&ctx, &bad, &c, &weight), SB_EUSER,
                "'data.images.side' must lie between 4 and 256, not at 3");
    bad.data.side = 257;
    CHECK_FAILS(&ctx, sb_glyphs_create(&ctx, &bad, &c, &weight), SB_EUSER, "not at 257");
    bad = good, bad.data.channels = 2;
    CHECK_FAILS(&ctx, sb_glyphs_create(&ctx, &bad, &c, &weight), SB_EUSER, "1 or 3 channels, not 2");
    bad = good, bad.data.templates = 51;
    CHECK_FAILS(&ctx, sb_glyphs_create(&ctx, &bad, &c, &weight), SB_EUSER, "from 1 to 50 glyphs, not 51");
    bad = good, bad.data.rank = 64;
    CHECK_FAILS(&ctx, sb_glyphs_create(&ctx, &bad, &c, &weight), SB_EUSER, "from 0 to 63 directions, not 64");
    bad = good, bad.data.side = 32, bad.data.rank = 129;
    CHECK_FAILS(&ctx, sb_glyphs_create(&ctx, &bad, &c, &weight), SB_EUSER, "at most 128 directions, not in 129");
    bad = good, bad.data.glyph_deviation = -0.1;
    CHECK_FAILS(&ctx, sb_glyphs_create(&ctx, &bad, &c, &weight), SB_EUSER, "-0.1 is no standard deviation");
    bad = good, bad.data.glyph_deviation = NAN;
    CHECK_FAILS(&ctx, sb_glyphs_create(&ctx, &bad, &c, &weight), SB_EUSER, "no standard deviation");
    CHECK(c.mean == NULL && weight == NULL);
}

int main(void)
{
    static const sb_test tests[] = {
        {"templates differ", templates_differ},
        {"variations are small changes", variations_are_changes},
        {"from 4x4 to 32x32x3", sizes},
        {"refusals", refusals},
    };
    return sb_test_main("glyphs", tests, sizeof tests / sizeof *tests);
}
