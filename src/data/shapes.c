/* shapes.c: discs, bars and gratings. A pixel's value is the mean of the drawing over its area: in closed form for gratings, by counting
 * points where an edge runs through it. Lengths are in pixels. */
#include "data/image_parts.h"

#include "base/memory.h"
#include "base/random.h"

#include <math.h>

enum { DISC, BAR, GRATING, CLASSES, UNIFORMS = 16 /* of one image */ };

/* Where the drawing is full: a disc around (x,y) of radius a; a bar around (x,y) of half-lengths a and b, a along the angle; waves of
 * length a along the angle, with a phase. Colours of ground and figure. */
typedef struct {
    int kind;
    double x, y, a, b, cosine, sine, phase;
    double ground[3], figure[3];
} drawing;

static double between(double low, double high, double v)
{
    return low + (high - low) * v;
}

/* Grey levels at least 0.35 apart. v (2) */
static void choose_greys(const double *v, double *dark, double *light)
{
    const double apart = between(0.35, 1.0, v[0]);
    *dark = (1.0 - apart) * v[1];
    *light = *dark + apart;
}

/* colour (3) of a hue in turns, a saturation and a value. */
static void colour_of(double hue, double saturation, double value, double *colour)
{
    for (int c = 0; c < 3; c++) colour[c] = value * (1.0 - saturation * (0.5 - 0.5 * cos(2.0 * M_PI * (hue - c / 3.0))));
}

/* v (8): two greys, or a deep and a bright colour far apart in hue; which of them is the figure's is left to chance. */
static void choose_colours(int channels, const double *v, drawing *g)
{
    double *deep = v[7] < 0.5 ? g->ground : g->figure, *bright = v[7] < 0.5 ? g->figure : g->ground;
    if (channels == 1) {
        choose_greys(v, deep, bright);
        return;
    }
    colour_of(v[0], between(0.4, 0.9, v[1]), between(0.1, 0.4, v[2]), deep);
    colour_of(v[0] + between(0.25, 0.75, v[3]), between(0.3, 0.95, v[4]), between(0.75, 1.0, v[5]), bright);
}

/* A drawing from UNIFORMS numbers v in (0,1). */
static drawing choose(int kind, int side, int channels, const double *v)
{
    const double turn = M_PI * v[0];
    drawing g = {.kind = kind, .cosine = cos(turn), .sine = sin(turn), .phase = 2.0 * M_PI * v[1]};
    if (kind == DISC) {
        g.a = side * between(0.16, 0.38, v[2]);
        g.x = between(g.a, side - g.a, v[3]);
        g.y = between(g.a, side - g.a, v[4]);
    } else if (kind == BAR) {
        g.a = side * between(0.28, 0.45, v[2]);
        g.b = fmax(0.5, side * between(0.06, 0.13, v[5]));
        g.x = side * between(0.32, 0.68, v[3]);
        g.y = side * between(0.32, 0.68, v[4]);
    } else {
        g.a = between(fmax(2.5, side / 7.0), side / 1.6, v[2]);
    }
    choose_colours(channels, v + 8, &g);
    return g;
}

/* How far (x,y) lies inside of the edge; outside it is negative, and at least as far away as that. */
static double inside(const drawing *g, double x, double y)
{
    const double dx = x - g->x, dy = y - g->y;
    if (g->kind == DISC) return g->a - hypot(dx, dy);
    return fmin(g->a - fabs(g->cosine * dx + g->sine * dy), g->b - fabs(g->cosine * dy - g->sine * dx));
}

/* sin(x)/x */
static double sinc(double x)
{
    return fabs(x) < 1e-8 ? 1.0 : sin(x) / x;
}

/* The part of the pixel in this row and column that is the figure's. */
static double coverage(const drawing *g, int row, int column)
{
    enum { POINTS = 8 }; /* along a side */
    if (g->kind == GRATING) {
        const double u = 2.0 * M_PI / g->a * g->cosine, w = 2.0 * M_PI / g->a * g->sine;
        return 0.5 + 0.5 * sinc(0.5 * u) * sinc(0.5 * w) * cos(u * (column + 0.5) + w * (row + 0.5) + g->phase);
    }
    const double depth = inside(g, column + 0.5, row + 0.5);
    if (fabs(depth) > M_SQRT1_2) return depth > 0.0;
    int held = 0;
    for (int i = 0; i < POINTS * POINTS; i++)
        held += inside(g, column + (i % POINTS + 0.5) / POINTS, row + (i / POINTS + 0.5) / POINTS) > 0.0;
    return (double)held / (POINTS * POINTS);
}

/* pixel (channels,side,side) */
static void render(const drawing *g, int side, int channels, unsigned char *pixel)
{
    const size_t area = (size_t)side * (size_t)side;
    for (int row = 0; row < side; row++)
        for (int column = 0; column < side; column++, pixel++) {
            const double t = coverage(g, row, column);
            for (int c = 0; c < channels; c++)
                pixel[(size_t)c * area] = (unsigned char)lround(255.0 * between(g->ground[c], g->figure[c], t));
        }
}

sb_status sb_images_shapes(sb_context *ctx, uint64_t seed, int count, int side, int channels, sb_images *images)
{
    sb_status st = SB_OK;
    *images = (sb_images){0};
    SB_REQUIRE(count >= 1, SB_EUSER, "there must be at least one image of shapes, not %d", count);
    SB_TRY(sb_drawn_side_check(ctx, side));
    SB_REQUIRE(channels == 1 || channels == 3, SB_EUSER, "shapes have 1 or 3 channels, not %d", channels);
    const sb_image_shape shape = {channels, side, side};
    const size_t d = (size_t)sb_image_dimension(shape);
    SB_TRY(sb_images_alloc(ctx, "shapes", shape, (size_t)count, 0, images));
    images->classes = CLASSES;
    for (int i = 0; i < count; i++) {
        const sb_stream all = sb_stream_at(seed, SB_DRAW_SHAPES, 0, 0, 0, 0);
        sb_stream own = sb_stream_skip(all, (uint64_t)i * (UNIFORMS / 2));
        double v[UNIFORMS];
        sb_stream_uniforms(&own, UNIFORMS, v);
        images->label[i] = i % CLASSES;
        const drawing g = choose(images->label[i], side, channels, v);
        render(&g, side, channels, images->pixel + (size_t)i * d);
    }
done:
    return st;
}
