noinst_LTLIBRARIES += libdata.la
libdata_la_SOURCES = src/data/components.c src/data/data.c src/data/image_data.c \
                     src/data/image_partition.c src/data/marginal.c src/data/marginal_block.c src/data/mixture.c \
                     src/data/partition.c src/data/posterior.c src/data/preset.c src/data/responsibility.c src/data/components.h \
                     src/data/image_data.h src/data/marginal.h

check_PROGRAMS += tests/test_mixture tests/test_components tests/test_data tests/test_image_data
tests_test_components_SOURCES = tests/test_components.c tests/laws.h
tests_test_components_LDADD = $(TEST_LIBS)
tests_test_mixture_SOURCES = tests/test_mixture.c tests/laws.h
tests_test_mixture_LDADD = $(TEST_LIBS)
tests_test_data_SOURCES = tests/test_data.c tests/laws.h
tests_test_data_LDADD = $(TEST_LIBS)
tests_test_image_data_SOURCES = tests/test_image_data.c tests/laws.h
tests_test_image_data_LDADD = $(TEST_LIBS)
