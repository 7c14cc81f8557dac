# The operations on the CPU, compiled once for each precision (kernels/real.h).
noinst_LTLIBRARIES += libkernels.la libkernels_float.la
kernel_sources = kernels/real.h kernels/backend.h kernels/point/point.h kernels/point/exp.h kernels/point/cosine.h \
                 kernels/point/silu.h kernels/point/philox.h kernels/point/normal.h kernels/cpu/cpu.h kernels/cpu/backend.c \
                 kernels/cpu/network.c kernels/cpu/vector.c kernels/cpu/rows.c kernels/cpu/samples.c kernels/cpu/update.c kernels/cuda/nocuda.c
libkernels_la_SOURCES = $(kernel_sources) kernels/blas.h kernels/cpu/blas.c
libkernels_float_la_SOURCES = $(kernel_sources)
libkernels_float_la_CPPFLAGS = $(AM_CPPFLAGS) -DSB_FLOAT

check_PROGRAMS += tests/test_point tests/test_kernels tests/test_update
tests_test_point_SOURCES = tests/test_point.c
tests_test_point_LDADD = $(TEST_LIBS)
tests_test_kernels_SOURCES = tests/test_kernels.c
tests_test_kernels_LDADD = $(TEST_LIBS)
tests_test_update_SOURCES = tests/test_update.c
tests_test_update_LDADD = $(TEST_LIBS)
