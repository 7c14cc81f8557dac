/* classifier_streams.h: who draws what from the streams SB_DRAW_CLASSIFIER: the `round` of sb_stream_at. */
#ifndef SB_MEASURE_CLASSIFIER_STREAMS_H
#define SB_MEASURE_CLASSIFIER_STREAMS_H

enum {
    SB_CLASSIFIER_POINTS, /* labelled points of a law */
    SB_CLASSIFIER_START,  /* parameters */
    SB_CLASSIFIER_SPLIT,  /* which points are held out */
    SB_CLASSIFIER_EPOCHS, /* order of the points; epoch e in step e */
    SB_CLASSIFIER_SHEET   /* images of worker n for a picture of the data */
};

#endif
