/* glyphs.c: components around pictures of digits. A picture is a function of the plane, so that what a small change of it does to a
 * pixel is a derivative: along a field of displacements v it is v . grad. */
#include "data/components.h"

#include "base/memory.h"
#include "data/image_parts.h"
#include "data/strokes.h"

#include <math.h>

/* Lengths are in the strokes' units: a digit is ten high. */
static const double box = 13.0;                   /* side of the picture */
static const double background = -0.8, ink = 1.6; /* pixel values without ink, and what full ink adds */
static const double golden = 0.61803398874989485; /* hues that differ from all before */

/* Sizes of the variations: standard deviations. */
static const double shift = 0.3, distortion = 0.3, contrast = 0.15, brightness = 0.07, tint = 0.12;

/* How the digits of each ten look. */
static const struct {
    double slant, width;
} styles[SB_MOST_GLYPHS / SB_GLYPH_DIGITS] = {{0.0, 1.0}, {-0.25, 1.0}, {0.25, 1.0}, {0.0, 0.72}, {0.0, 1.25}};

typedef struct {
    int side, channels, template;
    double pixel; /* side of a pixel */
    double tone[3];
} picture;

/* Full on a stroke, none away from it; as wide and as soft as the pixels need. */
static double ink_at(const picture *g, double x, double y)
{
    const int style = g->template / SB_GLYPH_DIGITS;
    const double half = fmax(0.8, 0.45 * g->pixel), softness = fmax(0.22, 0.2 * g->pixel);
    const double distance = sb_stroke_distance(sb_glyph_digit(g->template), (x - styles[style].slant * y) / styles[style].width, y);
    return 1.0 / (1.0 + exp((distance - half) / softness));
}

/* Ink and its gradient, by differences short beside its softness. */
static void look(const picture *g, double x, double y, double *f, double gradient[2])
{
    const double h = 0.02 * g->pixel;
    *f = ink_at(g, x, y);
    gradient[0] = (ink_at(g, x + h, y) - ink_at(g, x - h, y)) / (2.0 * h);
    gradient[1] = (ink_at(g, x, y + h) - ink_at(g, x, y - h)) / (2.0 * h);
}

/* Wave number `index` of displacements: each of the frequencies (1,0), (0,1), (2,0), (1,1), ... along x, then along y. */
static void wave(int index, double x, double y, double v[2])
{
    int sum = 1, q = index / 2;
    while (q > sum) q -= ++sum;
    const int p = sum - q;
    const double size = shift / hypot(p, q) * cos(M_PI * p * (x / box + 0.5)) * cos(M_PI * q * (y / box + 0.5));
    v[0] = index % 2 ? 0.0 : size;
    v[1] = index % 2 ? size : 0.0;
}

/* What a typical variation number k adds to the pixel at (x,y) in channel c. */
static double variation(const picture *g, int k, int c, double x, double y, double f, const double gradient[2])
{
    static const double tints[2][3] = {{1.0, -0.5, -0.5}, {0.0, 0.87, -0.87}};
    const double far = distortion / 5.0; /* of the displacements at a distance of 1 */
    const int tinted = g->channels == 3 ? 2 : 0;
    double v[2] = {0.0, 0.0};
    if (k >= 4 && k < 4 + tinted) return tint * ink * f * tints[k - 4][c];
    switch (k < 4 ? k : k - tinted) {
    case 0: v[0] = shift; break;
    case 1: v[1] = shift; break;
    case 2: return contrast * ink * f * g->tone[c];
    case 3: return brightness;
    case 4: v[0] = -far * y, v[1] = far * x; break;
    case 5: v[0] = far * x, v[1] = far * y; break;
    case 6: v[0] = far * y; break;
    case 7: v[0] = far * x, v[1] = -far * y; break;
    default: wave(k - tinted - 8, x, y, v);
    }
    return ink * g->tone[c] * (v[0] * gradient[0] + v[1] * gradient[1]);
}

/* mean (d) and V (d,rank). */
static void draw(const picture *g, int rank, double *mean, double *V)
{
    const int n = g->side * g->side;
    for (int i = 0; i < n; i++) {
        const double x = (i % g->side + 0.5) * g->pixel - 0.5 * box, y = (i / g->side + 0.5) * g->pixel - 0.5 * box;
        double f, gradient[2];
        look(g, x, y, &f, gradient);
        for (int c = 0; c < g->channels; c++) {
            const size_t at = (size_t)(c * n + i);
            mean[at] = background + ink * f * g->tone[c];
            for (int k = 0; k < rank; k++) V[at * (size_t)rank + (size_t)k] = variation(g, k, c, x, y, f, gradient);
        }
    }
}

static picture picture_of(const sb_config *config, int template)
{
    picture g = {.side = config->data.side, .channels = config->data.channels, .template = template};
    g.pixel = box / g.side;
    for (int c = 0; c < g.channels; c++)
        g.tone[c] = g.channels == 1 ? 1.0 : 0.65 + 0.35 * cos(2.0 * M_PI * (golden * template - c / 3.0));
    return g;
}

sb_status sb_glyphs_create(sb_context *ctx, const sb_config *config, sb_components *components, double **weight)
{
    sb_status st = SB_OK;
    const int side = config->data.side, channels = config->data.channels, J = config->data.templates, rank = config->data.rank;
    const double s = config->data.glyph_deviation;
    double *V = NULL;
    *components = (sb_components){0};
    *weight = NULL;
    SB_TRY(sb_drawn_side_check(ctx, side));
    SB_REQUIRE(channels == 1 || channels == 3, SB_EUSER, "glyphs have 1 or 3 channels, not %d", channels);
    SB_REQUIRE(J >= 1 && J <= SB_MOST_GLYPHS, SB_EUSER, "there are from 1 to %d glyphs, not %d", SB_MOST_GLYPHS, J);
    SB_REQUIRE(isfinite(s) && s >= 0.0 && s <= 1e6, SB_EUSER, "%g is no standard deviation of a pixel", s);
    SB_REQUIRE(rank <= SB_MOST_GLYPH_RANK, SB_EUSER, "a glyph varies in at most %d directions, not in %d", SB_MOST_GLYPH_RANK,
               rank);
    const int d = channels * side * side;
    SB_TRY(sb_components_alloc_low_rank(ctx, d, J, rank, components));
    SB_ALLOC(*weight, J);
    SB_ALLOC(V, (size_t)d * (size_t)rank);
    for (int j = 0; j < J; j++) {
        const picture g = picture_of(config, j);
        draw(&g, rank, components->mean + (size_t)j * (size_t)d, V);
        SB_TRY(sb_components_set_low_rank(ctx, components, j, s * s, V));
        (*weight)[j] = 1.0 / J;
    }
done:
    sb_free(V);
    if (st != SB_OK) {
        sb_components_free(components);
        sb_free(*weight);
        *weight = NULL;
    }
    return st;
}
