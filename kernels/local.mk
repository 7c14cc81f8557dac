noinst_LTLIBRARIES += libkernels.la
libkernels_la_SOURCES = kernels/backend.h kernels/blas.h kernels/point/point.h kernels/point/exp.h kernels/point/cosine.h \
                        kernels/point/silu.h kernels/cpu/cpu.h kernels/cpu/backend.c kernels/cpu/blas.c kernels/cpu/activation.c \
                        kernels/cpu/vector.c kernels/cpu/rows.c kernels/cpu/update.c

check_PROGRAMS += tests/test_point tests/test_kernels tests/test_update
tests_test_point_SOURCES = tests/test_point.c
tests_test_point_LDADD = $(TEST_LIBS)
tests_test_kernels_SOURCES = tests/test_kernels.c
tests_test_kernels_LDADD = $(TEST_LIBS)
tests_test_update_SOURCES = tests/test_update.c
tests_test_update_LDADD = $(TEST_LIBS)
