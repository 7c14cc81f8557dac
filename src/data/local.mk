noinst_LTLIBRARIES += libdata.la
libdata_la_SOURCES = src/data/basis.c src/data/components.c src/data/covariance.c src/data/data.c src/data/glyphs.c \
                     src/data/image_cifar.c src/data/image_data.c src/data/image_digits.c src/data/image_file.c src/data/image_idx.c \
                     src/data/image_mat.c src/data/image_matio.c src/data/image_partition.c src/data/image_svhn.c src/data/images.c src/data/marginal.c \
                     src/data/marginal_block.c src/data/marginal_points.c src/data/mixture.c src/data/partition.c \
                     src/data/posterior.c src/data/preset.c src/data/responsibility.c src/data/shapes.c src/data/strokes.c \
                     src/data/basis.h src/data/components.h src/data/image_data.h src/data/image_file.h src/data/image_mat.h src/data/image_matio.h \
                     src/data/image_parts.h src/data/images.h src/data/marginal.h src/data/strokes.h
nodist_libdata_la_SOURCES = src/data/digits_data.c

# The digits as two arrays: the bytes of the two files behind their headers.
digits = $(top_srcdir)/data/digits/train
src/data/digits_data.c: $(digits)-images-idx3-ubyte.gz $(digits)-labels-idx1-ubyte.gz $(top_srcdir)/src/data/local.mk
	$(AM_V_GEN)$(MKDIR_P) src/data
	$(AM_V_at){ numbers() { gzip -dc $$1 | od -An -v -tu1 -j $$2 | $(SED) 's/[0-9][0-9]*/&,/g'; }; \
	  echo '#include "data/image_parts.h"'; \
	  echo; echo 'const unsigned char sb_digits_pixel[] = {'; numbers $(digits)-images-idx3-ubyte.gz 16; echo '};'; \
	  echo; echo 'const unsigned char sb_digits_label[] = {'; numbers $(digits)-labels-idx1-ubyte.gz 8; echo '};'; } > $@.tmp
	$(AM_V_at)mv $@.tmp $@
BUILT_SOURCES += src/data/digits_data.c
CLEANFILES += src/data/digits_data.c src/data/digits_data.c.tmp
EXTRA_DIST += data/digits/README data/digits/train-images-idx3-ubyte.gz data/digits/train-labels-idx1-ubyte.gz \
              data/digits/t10k-images-idx3-ubyte.gz data/digits/t10k-labels-idx1-ubyte.gz

check_PROGRAMS += tests/test_mixture tests/test_components tests/test_data tests/test_image_data
tests_test_components_SOURCES = tests/test_components.c tests/laws.h
tests_test_components_LDADD = $(TEST_LIBS)
tests_test_mixture_SOURCES = tests/test_mixture.c tests/laws.h
tests_test_mixture_LDADD = $(TEST_LIBS)
tests_test_data_SOURCES = tests/test_data.c tests/laws.h
tests_test_data_LDADD = $(TEST_LIBS)
tests_test_image_data_SOURCES = tests/test_image_data.c tests/laws.h
tests_test_image_data_LDADD = $(TEST_LIBS)

check_PROGRAMS += tests/test_low_rank tests/test_glyphs tests/test_shapes
tests_test_low_rank_SOURCES = tests/test_low_rank.c tests/laws.h tests/low_rank.h
tests_test_low_rank_LDADD = $(TEST_LIBS)
tests_test_glyphs_SOURCES = tests/test_glyphs.c tests/laws.h
tests_test_glyphs_LDADD = $(TEST_LIBS)
tests_test_shapes_SOURCES = tests/test_shapes.c
tests_test_shapes_LDADD = $(TEST_LIBS)

check_PROGRAMS += tests/test_images tests/test_images_svhn tests/test_images_fuzz
tests_test_images_SOURCES = tests/test_images.c tests/image_files.c tests/image_files.h
tests_test_images_LDADD = $(TEST_LIBS) $(MATIO_LIBS)
tests_test_images_svhn_SOURCES = tests/test_images_svhn.c tests/image_files.c tests/image_files.h
tests_test_images_svhn_LDADD = $(TEST_LIBS) $(MATIO_LIBS)
tests_test_images_fuzz_SOURCES = tests/test_images_fuzz.c tests/image_files.c tests/image_files.h tests/image_trial.c tests/image_trial.h
tests_test_images_fuzz_LDADD = $(TEST_LIBS) $(MATIO_LIBS)

# `make fuzz`: libFuzzer on the readers of images, for FUZZ_SECONDS; what it learns stays in fuzz/corpus.
FUZZ_CC = clang
FUZZ_SECONDS = 60
fuzz_sources = tests/fuzz/fuzz_images.c tests/image_files.c tests/image_trial.c src/data/image_cifar.c src/data/image_digits.c \
               src/data/image_file.c src/data/image_idx.c src/data/image_mat.c src/data/image_matio.c src/data/image_svhn.c src/data/images.c \
               src/base/context.c src/base/memory.c
EXTRA_DIST += tests/fuzz/fuzz_images.c
.PHONY: fuzz
fuzz: src/data/digits_data.c
	@command -v $(FUZZ_CC) >/dev/null || { echo 'make fuzz: $(FUZZ_CC) is missing; it has the fuzzer' >&2; exit 1; }
	$(MKDIR_P) fuzz/corpus
	$(FUZZ_CC) -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined $(AM_CPPFLAGS) $(ZLIB_CFLAGS) $(MATIO_CFLAGS) -I. -o fuzz/images \
	    $(addprefix $(top_srcdir)/,$(fuzz_sources)) src/data/digits_data.c $(MATIO_LIBS) $(ZLIB_LIBS) -lm
	cd fuzz && ./images -max_len=8000 -max_total_time=$(FUZZ_SECONDS) corpus
