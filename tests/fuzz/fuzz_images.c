/* libFuzzer's way into the readers of images (`make fuzz`). An input's first byte chooses the format; for IDX the next one is the length
 * of the file of labels, which comes first. Good files of every format are put into the corpus, a folder named on the command line. */
#include "image_trial.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put_seed(const char *folder, const char *name, trial_format format, image_bytes labels, image_bytes images)
{
    char path[512];
    const size_t head = format == TRIAL_IDX ? 2 : 1;
    image_bytes seed = {malloc(head + labels.count + images.count), head + labels.count + images.count};
    seed.bytes[0] = (unsigned char)format;
    if (head == 2) seed.bytes[1] = (unsigned char)labels.count;
    if (labels.count > 0) memcpy(seed.bytes + head, labels.bytes, labels.count);
    memcpy(seed.bytes + head + labels.count, images.bytes, images.count);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    put_bytes(path, seed);
    free(seed.bytes);
    free(labels.bytes);
    free(images.bytes);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const image_bytes none = {0};
    const char *folder = (*argv)[*argc - 1];
    if (*argc < 2 || folder[0] == '-') return 0;
    put_seed(folder, "idx", TRIAL_IDX, idx_labels(3), idx_images(3, 5, 2));
    put_seed(folder, "idx-gz", TRIAL_IDX, gzipped(idx_labels(3)), gzipped(idx_images(3, 5, 2)));
    put_seed(folder, "cifar-10", TRIAL_CIFAR10, none, cifar_records(1, 1));
    put_seed(folder, "cifar-100", TRIAL_CIFAR100, none, cifar_records(1, 2));
    put_seed(folder, "svhn", TRIAL_SVHN, none, svhn_arrays(1, MAT_C_UINT8, MAT_COMPRESSION_NONE));
    put_seed(folder, "svhn-double", TRIAL_SVHN, none, svhn_arrays(2, MAT_C_DOUBLE, MAT_COMPRESSION_NONE));
    put_seed(folder, "svhn-packed", TRIAL_SVHN, none, svhn_arrays(1, MAT_C_INT32, MAT_COMPRESSION_ZLIB));
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int read;
    if (size < 2) return 0;
    const trial_format format = (trial_format)(data[0] % TRIAL_FORMATS);
    const size_t head = format == TRIAL_IDX ? 2 : 1, room = size - head, split = format == TRIAL_IDX ? data[1] : 0;
    const size_t labels = split < room ? split : room;
    const char *wrong = image_trial(format, (image_bytes){(unsigned char *)data + head + labels, room - labels},
                                    (image_bytes){(unsigned char *)data + head, labels}, &read);
    if (!wrong) return 0;
    fprintf(stderr, "wrong: %s\n", wrong);
    abort();
}
