/* strokes.h: private to the room: ten digits as strokes of a pen, lines and arcs of circles. */
#ifndef SB_DATA_STROKES_H
#define SB_DATA_STROKES_H

enum { SB_STROKE_DIGITS = 10 };

/* sb_stroke_distance: from (x,y) to the nearest point of a digit's strokes. The digit fills the box [-3,3] x [-5,5], y downwards. */
double sb_stroke_distance(int digit, double x, double y);

#endif
