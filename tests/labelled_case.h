/* labelled_case.h: labelled images by hand: blurred bars of `classes` directions on side x side pixels, with noise, as finite data of N
 * workers that hold the classes unevenly. */
#ifndef SB_TESTS_LABELLED_CASE_H
#define SB_TESTS_LABELLED_CASE_H

#include "data/data.h"

/* labelled_case_images: y (count,side*side) out, image i of class first + i mod step (out: label, NULL to skip); the same for the same
 * stream number. */
void labelled_case_images(int count, int side, int classes, int number, double noise, double *y, int *label);

/* labelled_case_create: data of `count` such images, number 1; of the pooled law class 0 has twice the weight of each other class.
 * Free with sb_data_free. */
void labelled_case_create(int count, int side, int classes, double noise, sb_data *data);

#endif
