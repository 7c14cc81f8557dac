#include "data/strokes.h"

#include <math.h>

enum { POINTS = 10 };

/* Where the pen goes from here: a line for bend 0, else an arc of the angle 4 atan(bend), clockwise as seen where bend is positive;
 * after a point with pen up it is lifted, after one with END the digit is done. */
typedef struct {
    double x, y, bend;
    enum { DOWN, UP, END } pen;
} point;

static const point digits[SB_STROKE_DIGITS][POINTS] = {
    {{-3, -2, 1, DOWN}, {3, -2, 0, DOWN}, {3, 2, 1, DOWN}, {-3, 2, 0, DOWN}, {-3, -2, 0, END}},
    {{-2, -3, 0, DOWN}, {0.3, -5, 0, DOWN}, {0.3, 5, 0, UP}, {-2, 5, 0, DOWN}, {2.6, 5, 0, END}},
    {{-2.7, -2.5, 1.1, DOWN}, {2.1, -0.6, 0, DOWN}, {-2.8, 5, 0, DOWN}, {3, 5, 0, END}},
    {{-2.6, -3.6, 1.5, DOWN}, {0.2, -0.4, 0, UP}, {-0.6, -0.4, 0, DOWN}, {0.2, -0.4, 1.6, DOWN}, {-2.9, 3.4, 0, END}},
    {{1.5, 5, 0, DOWN}, {1.5, -5, 0, DOWN}, {-3, 2, 0, DOWN}, {3, 2, 0, END}},
    {{2.5, -5, 0, DOWN},
     {-2, -5, 0, DOWN},
     {-2.4, -0.8, 0.2, DOWN},
     {0.2, -1.2, 1, DOWN},
     {0.2, 5, 0.25, DOWN},
     {-2.8, 3.8, 0, END}},
    {{2.2, -4.7, -0.35, DOWN}, {-3, 2, -1, DOWN}, {3, 2, -1, DOWN}, {-3, 2, 0, END}},
    {{-3, -5, 0, DOWN}, {3, -5, -0.12, DOWN}, {-1, 5, 0, END}},
    {{0, -5, 1, DOWN}, {0, -0.3, 1, DOWN}, {0, -5, 0, UP}, {0, -0.3, 1, DOWN}, {0, 5, 1, DOWN}, {0, -0.3, 0, END}},
    {{-2.2, 4.7, -0.35, DOWN}, {3, -2, -1, DOWN}, {-3, -2, -1, DOWN}, {3, -2, 0, END}},
};

static double line_distance(const point *from, const point *to, double x, double y)
{
    const double u = to->x - from->x, v = to->y - from->y, dx = x - from->x, dy = y - from->y;
    const double t = fmin(fmax((u * dx + v * dy) / (u * u + v * v), 0.0), 1.0);
    return hypot(dx - t * u, dy - t * v);
}

/* The centre lies on the chord's bisector, (1 - bend^2)/(4 bend) chords from its middle. */
static double arc_distance(const point *from, const point *to, double x, double y)
{
    const double u = to->x - from->x, v = to->y - from->y, b = from->bend, off = (1.0 - b * b) / (4.0 * b);
    const double cx = 0.5 * (from->x + to->x) - off * v, cy = 0.5 * (from->y + to->y) + off * u;
    const double radius = hypot(from->x - cx, from->y - cy), sweep = 4.0 * atan(b);
    double turn = atan2(y - cy, x - cx) - atan2(from->y - cy, from->x - cx); /* from the arc's start */
    if (b > 0.0 && turn < 0.0) turn += 2.0 * M_PI;
    if (b < 0.0 && turn > 0.0) turn -= 2.0 * M_PI;
    if (fabs(turn) <= fabs(sweep)) return fabs(hypot(x - cx, y - cy) - radius);
    return fmin(hypot(x - from->x, y - from->y), hypot(x - to->x, y - to->y));
}

double sb_stroke_distance(int digit, double x, double y)
{
    const point *at = digits[digit];
    double least = INFINITY;
    for (; at->pen != END; at++)
        if (at->pen == DOWN)
            least = fmin(least, at->bend == 0.0 ? line_distance(at, at + 1, x, y) : arc_distance(at, at + 1, x, y));
    return least;
}
