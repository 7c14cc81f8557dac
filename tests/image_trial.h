/* image_trial.h: one reader on bytes of any kind, and what must be true afterwards. */
#ifndef SB_TESTS_IMAGE_TRIAL_H
#define SB_TESTS_IMAGE_TRIAL_H

#include "image_files.h"

typedef enum { TRIAL_IDX, TRIAL_CIFAR10, TRIAL_CIFAR100, TRIAL_SVHN, TRIAL_FORMATS } trial_format;

/* image_trial: NULL, or what is wrong: a status other than SB_OK and SB_EUSER, a message without the file's name, images left after a
 * failure, shapes or labels out of bounds after none. `labels` is the second file of TRIAL_IDX. *read: whether the images were read. */
const char *image_trial(trial_format format, image_bytes file, image_bytes labels, int *read);

#endif
