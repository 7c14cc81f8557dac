/* Pixels, the digits, and the readers of IDX and CIFAR. */
#include "harness.h"

#include "base/hash.h"
#include "data/images.h"
#include "image_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static sb_context context;
static const char *const images_path = "test_images.tmp.images", *const labels_path = "test_images.tmp.labels";

static void put(const char *path, image_bytes file)
{
    put_bytes(path, file);
    free(file.bytes);
}

static void test_pixels(void)
{
    for (int v = 0; v < 256; v++) {
        CHECK(sb_pixel_of(sb_pixel_value((unsigned char)v)) == v);
        CHECK(v == 255 || sb_pixel_of(sb_pixel_value((unsigned char)v) + 0.99 / 255.0) == v);
        CHECK(v == 255 || sb_pixel_of(sb_pixel_value((unsigned char)v) + 1.01 / 255.0) == v + 1);
    }
    CHECK(sb_pixel_value(0) == -1.0 && sb_pixel_value(255) == 1.0);
    CHECK(sb_pixel_of(-2.385) == 0 && sb_pixel_of(2.385) == 255 && sb_pixel_of(1.0001) == 255 && sb_pixel_of(-1.0001) == 0);
    CHECK(sb_pixel_of(-INFINITY) == 0 && sb_pixel_of(INFINITY) == 255 && sb_pixel_of(NAN) == 0);
}

/* The first `count` images of a file made by image_files.h: `labels` are step*i mod classes. */
static int as_written(const sb_images *images, int count, sb_image_shape shape, int step, int modulus)
{
    int same = images->count == count && memcmp(&images->shape, &shape, sizeof shape) == 0;
    const unsigned char *p = images->pixel;
    for (int i = 0; same && i < count; i++) {
        same = images->label[i] == step * i % modulus;
        for (int c = 0; c < shape.channels; c++)
            for (int h = 0; h < shape.height; h++)
                for (int w = 0; w < shape.width; w++) same &= *p++ == image_pixel(i, c, h, w);
    }
    return same;
}

static int empty(const sb_images *images)
{
    return !images->pixel && !images->label && !images->count;
}

static const char *digits_file(char path[512], const char *part)
{
    const char *srcdir = getenv("srcdir");
    snprintf(path, 512, "%s/data/digits/%s-ubyte.gz", srcdir ? srcdir : ".", part);
    return path;
}

/* The hashes are of files whose SHA-256 is that of data/digits/README. */
static void test_digits(void)
{
    sb_context *ctx = &context;
    sb_images all, few, read;
    char images[512], labels[512];
    int of_class[10] = {0};
    CHECK_OK(ctx, sb_images_digits(ctx, 0, &all));
    CHECK(all.count == 1437 && all.classes == 10 && all.shape.channels == 1 && all.shape.height == 8 && all.shape.width == 8);
    CHECK(sb_image_dimension(all.shape) == 64);
    CHECK(sb_hash(SB_HASH_START, all.pixel, 1437 * 64) == UINT64_C(0x5fc14f1d7f3689b6));
    for (int i = 0; i < all.count; i++) of_class[all.label[i]]++;
    static const int want[10] = {143, 146, 142, 146, 144, 145, 144, 143, 141, 143};
    CHECK(memcmp(of_class, want, sizeof want) == 0);
    CHECK_OK(ctx, sb_images_digits(ctx, 37, &few));
    CHECK(few.count == 37 && few.classes == 10 && memcmp(few.pixel, all.pixel, 37 * 64) == 0);
    CHECK(memcmp(few.label, all.label, 37 * sizeof(int)) == 0);
    sb_images_free(&few);
    CHECK(empty(&few));

    digits_file(images, "train-images-idx3");
    digits_file(labels, "train-labels-idx1");
    if (CHECK_OK(ctx, sb_images_idx(ctx, images, labels, 0, &read))) {
        CHECK(read.count == all.count && read.classes == 10 && memcmp(&read.shape, &all.shape, sizeof all.shape) == 0);
        CHECK(memcmp(read.pixel, all.pixel, 1437 * 64) == 0 && memcmp(read.label, all.label, 1437 * sizeof(int)) == 0);
        sb_images_free(&read);
    }
    digits_file(images, "t10k-images-idx3");
    digits_file(labels, "t10k-labels-idx1");
    if (CHECK_OK(ctx, sb_images_idx(ctx, images, labels, 0, &read))) {
        CHECK(read.count == 360 && read.classes == 10);
        CHECK(sb_hash(SB_HASH_START, read.pixel, 360 * 64) == UINT64_C(0xfc58a0ee7ce33a3a));
        sb_images_free(&read);
    }
    sb_images_free(&all);
}

static void test_idx(void)
{
    sb_context *ctx = &context;
    const sb_image_shape shape = {1, 5, 3};
    sb_images images;
    for (int packed = 0; packed < 4; packed++) {
        put(images_path, packed & 1 ? gzipped(idx_images(23, 5, 3)) : idx_images(23, 5, 3));
        put(labels_path, packed & 2 ? gzipped(idx_labels(23)) : idx_labels(23));
        CHECK_OK(ctx, sb_images_idx(ctx, images_path, labels_path, 0, &images));
        CHECK(as_written(&images, 23, shape, 7, 10) && images.classes == 10);
        sb_images_free(&images);
    }
    /* the first ones; labels 0, 7, 4 alone do not say how many classes there are */
    CHECK_OK(ctx, sb_images_idx(ctx, images_path, labels_path, 3, &images));
    CHECK(as_written(&images, 3, shape, 7, 10) && images.classes == 10);
    sb_images_free(&images);
    CHECK_OK(ctx, sb_images_idx(ctx, images_path, labels_path, 24, &images));
    CHECK(images.count == 23);
    sb_images_free(&images);

    put(images_path, idx_images(1, 1, 4096));
    image_bytes largest = idx_labels(1);
    largest.bytes[8] = 255;
    put(labels_path, largest);
    CHECK_OK(ctx, sb_images_idx(ctx, images_path, labels_path, 0, &images));
    CHECK(images.classes == 256 && images.label[0] == 255 && images.shape.width == 4096 &&
          images.pixel[4095] == image_pixel(0, 0, 0, 4095));
    sb_images_free(&images);
}

/* Bytes that stand elsewhere than in a good file of 23 images of 5 x 3, and what is said about it. */
typedef struct {
    int at; /* byte to overwrite; -1: none */
    int value;
    int length; /* of the file; 0: as it is */
    const char *says;
} damage;

static void damaged(image_bytes file, const damage *d, const char *path)
{
    if (d->at >= 0) file.bytes[d->at] = (unsigned char)d->value;
    image_bytes other = {calloc(file.count + 64, 1), d->length ? (size_t)d->length : file.count};
    memcpy(other.bytes, file.bytes, file.count);
    free(file.bytes);
    put(path, other);
}

static void test_idx_errors(void)
{
    sb_context *ctx = &context;
    sb_images images;
    static const damage of_images[] = {
        {-1, 0, 3, "images: byte 3: error: the file ends inside the header, 1 bytes too early"},
        {-1, 0, 15, "images: byte 15: error: the file ends inside the header"},
        {-1, 0, 16, "images: byte 16: error: the file ends after 0 of the 23 images of its header"},
        {-1, 0, 360, "images: byte 360: error: the file ends after 22 of the 23 images"},
        {-1, 0, 362, "images: byte 361: error: the file goes on after the 23 images"},
        {0, 1, 0, "images: byte 0: error: the file begins with 01 00 08 03; IDX images begin with 00 00 08 03"},
        {2, 13, 0, "images: byte 0: error: the file begins with 00 00 0d 03"},
        {3, 4, 0, "00 00 08 04"},
        {3, 1, 0, "00 00 08 01"},
        {4, 255, 0, "byte 361: error: the file ends after 23 of the 4278190103 images"},
        {7, 0, 0, "images: byte 4: error: the header says that there are no images"},
        {11, 0, 0, "images: byte 8: error: images of 0 x 3 pixels"},
        {15, 0, 0, "images of 5 x 0 pixels"},
        {9, 1, 0, "images of 65541 x 3 pixels; sides of 1 to 4096"},
        {14, 16, 0, "images of 5 x 4099 pixels"},
    };
    static const damage of_labels[] = {
        {-1, 0, 6, "labels: byte 6: error: the file ends inside the header"},
        {3, 3, 0, "labels: byte 0: error: the file begins with 00 00 08 03; IDX labels begin with 00 00 08 01"},
        {7, 22, 0, "labels: byte 4: error: 22 labels for the 23 images of test_images.tmp.images"},
        {-1, 0, 30, "labels: byte 30: error: the file ends after 22 of the 23 labels"},
        {-1, 0, 32, "labels: byte 31: error: the file goes on after the 23 labels"},
    };
    put(labels_path, idx_labels(23));
    for (size_t i = 0; i < sizeof of_images / sizeof *of_images; i++) {
        damaged(idx_images(23, 5, 3), &of_images[i], images_path);
        CHECK_FAILS(ctx, sb_images_idx(ctx, images_path, labels_path, 2, &images), SB_EUSER, of_images[i].says);
        CHECK(empty(&images));
    }
    put(images_path, idx_images(23, 5, 3));
    for (size_t i = 0; i < sizeof of_labels / sizeof *of_labels; i++) {
        damaged(idx_labels(23), &of_labels[i], labels_path);
        CHECK_FAILS(ctx, sb_images_idx(ctx, images_path, labels_path, 0, &images), SB_EUSER, of_labels[i].says);
        CHECK(empty(&images));
    }
}

/* A file of zeros after its header takes no room on the disk. */
static void put_zeros(const char *path, image_bytes header, size_t head, unsigned count)
{
    for (int i = 0; i < 4; i++) header.bytes[4 + i] = (unsigned char)(count >> (24 - 8 * i));
    header.count = head;
    put(path, header);
    CHECK(truncate(path, (off_t)(head + count)) == 0);
}

/* What is kept counts, not what the files hold. */
static void test_too_many(void)
{
    enum { MOST = 1 << 28 };
    sb_context *ctx = &context;
    sb_images images;
    put_zeros(images_path, idx_images(1, 1, 1), 16, MOST + 1);
    put_zeros(labels_path, idx_labels(1), 8, MOST + 1);
    CHECK_FAILS(
        ctx, sb_images_idx(ctx, images_path, labels_path, 0, &images), SB_EUSER,
        "images: error: 268435457 images of 1 number each need more memory than is sensible (2^28 numbers); take fewer with "
        "'data.images.count'");
    CHECK(empty(&images));
    CHECK_OK(ctx, sb_images_idx(ctx, images_path, labels_path, 3, &images));
    CHECK(images.count == 3 && images.classes == 1 && images.label[2] == 0);
    sb_images_free(&images);
}

static void test_files(void)
{
    sb_context *ctx = &context;
    sb_images images;
    const char *missing = "test_images.tmp.none", *folder = "test_images.tmp.folder";
    CHECK_FAILS(ctx, sb_images_idx(ctx, missing, labels_path, 0, &images), SB_EUSER,
                "test_images.tmp.none: error: cannot open: No such file or directory");
    put(images_path, idx_images(2, 5, 3));
    CHECK_FAILS(ctx, sb_images_idx(ctx, images_path, missing, 0, &images), SB_EUSER, "none: error: cannot open: No such file");
    CHECK_FAILS(ctx, sb_images_cifar10(ctx, missing, 0, &images), SB_EUSER, "none: error: cannot open: No such file");
    CHECK_FAILS(ctx, sb_images_svhn(ctx, missing, 0, &images), SB_EUSER, "none: error: cannot open: No such file");
    mkdir(folder, 0777);
    CHECK_FAILS(ctx, sb_images_idx(ctx, folder, labels_path, 0, &images), SB_EUSER, "folder: error: cannot open: Is a directory");
    rmdir(folder);
    CHECK_FAILS(ctx, sb_images_idx(ctx, "/dev/zero", labels_path, 0, &images), SB_EUSER,
                "/dev/zero: error: cannot open: Not a regular");
    if (geteuid() != 0) { /* whom no mode keeps out */
        chmod(images_path, 0);
        CHECK_FAILS(ctx, sb_images_idx(ctx, images_path, labels_path, 0, &images), SB_EUSER, "cannot open: Permission denied");
        chmod(images_path, 0600);
    }

    /* compression that ends early, or does not have the right checksum */
    image_bytes packed = gzipped(idx_images(200, 5, 3));
    packed.count -= 9;
    put_bytes(images_path, packed);
    CHECK_FAILS(ctx, sb_images_idx(ctx, images_path, labels_path, 0, &images), SB_EUSER,
                "the compressed data are cut off or damaged");
    packed.count += 9;
    packed.bytes[packed.count - 6] ^= 64;
    put(images_path, packed);
    CHECK_FAILS(ctx, sb_images_idx(ctx, images_path, labels_path, 0, &images), SB_EUSER, "incorrect data check");
    /* a file of 2^31 bytes takes no room on the disk */
    put(images_path, idx_images(23, 5, 3));
    CHECK(truncate(images_path, INT64_C(1) << 31) == 0);
    CHECK_FAILS(ctx, sb_images_idx(ctx, images_path, labels_path, 0, &images), SB_EUSER,
                "byte 2147483647: error: the file goes on");
    CHECK(empty(&images));
}

static void test_cifar(void)
{
    sb_context *ctx = &context;
    const sb_image_shape shape = {3, 32, 32};
    const char *folder = "test_images.tmp.cifar";
    char path[64];
    sb_images images;
    put(images_path, cifar_records(13, 1));
    CHECK_OK(ctx, sb_images_cifar10(ctx, images_path, 0, &images));
    CHECK(as_written(&images, 13, shape, 7, 10) && images.classes == 10);
    sb_images_free(&images);
    CHECK_OK(ctx, sb_images_cifar10(ctx, images_path, 4, &images));
    CHECK(as_written(&images, 4, shape, 7, 10));
    sb_images_free(&images);
    put(images_path, cifar_records(11, 2));
    CHECK_OK(ctx, sb_images_cifar100(ctx, images_path, 0, &images));
    CHECK(as_written(&images, 11, shape, 17, 100) && images.classes == 100);
    sb_images_free(&images);

    /* the folder: five files of 1 to 5 images, one after the other */
    mkdir(folder, 0777);
    for (int i = 1; i <= 5; i++) {
        snprintf(path, sizeof path, "%s/data_batch_%d.bin", folder, i);
        put(path, cifar_records(i, 1));
    }
    static const int of[15] = {0, 0, 1, 0, 1, 2, 0, 1, 2, 3, 0, 1, 2, 3, 4};
    for (int most = 0; most <= 15; most += 5) {
        CHECK_OK(ctx, sb_images_cifar10(ctx, folder, most, &images));
        CHECK(images.count == (most ? most : 15));
        for (int i = 0; i < images.count; i++) {
            CHECK(images.label[i] == 7 * of[i] % 10 && images.pixel[3072 * i + 1024 + 37] == image_pixel(of[i], 1, 1, 5));
            CHECK(images.pixel[3072 * i + 3071] == image_pixel(of[i], 2, 31, 31));
        }
        sb_images_free(&images);
    }
    unlink(path);
    CHECK_FAILS(ctx, sb_images_cifar10(ctx, folder, 1, &images), SB_EUSER,
                "cifar/data_batch_5.bin: error: cannot open: No such file");
    CHECK_FAILS(ctx, sb_images_cifar100(ctx, folder, 0, &images), SB_EUSER, "cifar/train.bin: error: cannot open: No such file");
    CHECK(empty(&images));
    for (int i = 1; i <= 4; i++) {
        snprintf(path, sizeof path, "%s/data_batch_%d.bin", folder, i);
        unlink(path);
    }
    CHECK(rmdir(folder) == 0);
}

static void test_cifar_errors(void)
{
    sb_context *ctx = &context;
    sb_images images;
    static const damage ten[] = {
        {-1, 0, 1, "images: byte 0: error: the file ends inside image 0: records have 3073 bytes, this one has 1"},
        {-1, 0, 9218, "images: byte 6146: error: the file ends inside image 2: records have 3073 bytes, this one has 3072"},
        {-1, 0, 9220, "images: byte 9219: error: the file ends inside image 3"},
        {0, 10, 0, "images: byte 0: error: label 10 of image 0 is not in 0 to 9"},
        {6146, 255, 0, "images: byte 6146: error: label 255 of image 2 is not in 0 to 9"},
    };
    static const damage hundred[] = {
        {0, 20, 0, "images: byte 0: error: label 20 of image 0 is not in 0 to 19"},
        {3075, 100, 0, "images: byte 3075: error: label 100 of image 1 is not in 0 to 99"},
    };
    for (size_t i = 0; i < sizeof ten / sizeof *ten; i++) {
        damaged(cifar_records(3, 1), &ten[i], images_path);
        CHECK_FAILS(ctx, sb_images_cifar10(ctx, images_path, 1, &images), SB_EUSER, ten[i].says);
        CHECK(empty(&images));
    }
    for (size_t i = 0; i < sizeof hundred / sizeof *hundred; i++) {
        damaged(cifar_records(2, 2), &hundred[i], images_path);
        CHECK_FAILS(ctx, sb_images_cifar100(ctx, images_path, 1, &images), SB_EUSER, hundred[i].says);
        CHECK(empty(&images));
    }
    put(images_path, (image_bytes){0});
    CHECK_FAILS(ctx, sb_images_cifar10(ctx, images_path, 0, &images), SB_EUSER, "images: byte 0: error: the file is empty");
}

static void clean(void)
{
    unlink(images_path);
    unlink(labels_path);
    CHECK(access(images_path, F_OK) != 0);
}

int main(void)
{
    static const sb_test tests[] = {
        {"pixels as numbers, and back", test_pixels},
        {"digits, of the program and of its files", test_digits},
        {"IDX, plain and compressed", test_idx},
        {"IDX that is damaged", test_idx_errors},
        {"more images than memory is sensible for", test_too_many},
        {"files that cannot be read", test_files},
        {"CIFAR, files and folders", test_cifar},
        {"CIFAR that is damaged", test_cifar_errors},
        {"what the tests wrote goes", clean},
    };
    sb_context_init(&context, 1);
    return sb_test_main("images", tests, sizeof tests / sizeof *tests);
}
