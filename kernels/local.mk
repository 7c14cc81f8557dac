# The operations, compiled once for each precision (kernels/real.h).
noinst_LTLIBRARIES += libkernels.la libkernels_float.la
kernel_sources = kernels/real.h kernels/backend.h \
                 kernels/point/point.h kernels/point/clones.h kernels/point/exp.h kernels/point/cosine.h kernels/point/silu.h \
                 kernels/point/philox.h kernels/point/words.h kernels/point/normal.h kernels/point/affine.h kernels/point/sample.h \
                 kernels/point/adam.h \
                 kernels/cpu/cpu.h kernels/cpu/backend.c kernels/cpu/vector.c kernels/cpu/rows.c kernels/cpu/samples.c kernels/cpu/advance.c \
                 kernels/cpu/loss_rows.c kernels/cpu/masks.c kernels/cpu/update.c \
                 kernels/cpu/network.c kernels/cpu/layers.h kernels/cpu/layers_body.h kernels/cpu/product.h \
                 kernels/cpu/norm.c kernels/cpu/grid.c kernels/cpu/attention.c \
                 kernels/cpu/images.c kernels/cpu/images.h kernels/cpu/conv_sums.h kernels/cpu/conv_gradient.h \
                 kernels/cpu/lane_products.h kernels/cpu/images_plain.c kernels/cpu/images_v3.c kernels/cpu/images_v4.c \
                 kernels/cpu/simd_plain.h kernels/cpu/simd_v3.h kernels/cpu/simd_v4.h \
                 kernels/cpu/layers_plain.c kernels/cpu/layers_v3.c kernels/cpu/layers_v4.c
libkernels_la_SOURCES = $(kernel_sources) kernels/blas.h kernels/cpu/blas.c
libkernels_float_la_SOURCES = $(kernel_sources)
libkernels_float_la_CPPFLAGS = $(AM_CPPFLAGS) -DSB_FLOAT

# The operations on GPUs, or what says that they are not there.
cuda_sources = kernels/cuda/backend.cu kernels/cuda/queue.cu kernels/cuda/cublas.cu kernels/cuda/gemm.cu kernels/cuda/network.cu \
               kernels/cuda/vector.cu kernels/cuda/rows.cu kernels/cuda/samples.cu kernels/cuda/advance.cu kernels/cuda/update.cu \
               kernels/cuda/conv.cu kernels/cuda/conv_gradient.cu kernels/cuda/norm.cu kernels/cuda/norm_curvature.cu \
               kernels/cuda/grid.cu kernels/cuda/attention.cu
EXTRA_DIST  += $(cuda_sources) kernels/Makefile kernels/plain/cblas.c kernels/tests/bench.c kernels/tests/bench_step.c kernels/tests/bench_step.h \
               kernels/tests/bench_conv.c kernels/tests/bench_conv.h kernels/tests/bench_time.c kernels/tests/bench_time.h
if HAVE_CUDA
cuda_objects       = $(cuda_sources:.cu=.lo)
cuda_objects_float = $(cuda_sources:.cu=_float.lo)
libkernels_la_LIBADD       = $(cuda_objects) $(CUDA_LIBS)
libkernels_float_la_LIBADD = $(cuda_objects_float) $(CUDA_LIBS)
AM_V_NVCC    = $(am__v_NVCC_@AM_V@)
am__v_NVCC_  = $(am__v_NVCC_@AM_DEFAULT_V@)
am__v_NVCC_0 = @echo "  NVCC    " $@;
NVCC_COMPILE = $(AM_V_NVCC)$(MKDIR_P) kernels/cuda && $(LIBTOOL) $(AM_V_lt) --tag=CC --mode=compile $(NVCC) $(CUDA_FLAGS) $(NVCCFLAGS) \
               $(SB_CFLAGS) -I$(top_srcdir) -DSB_CUDA_LIBRARIES='"$(CUDA_LIBRARIES)"' -Wall -Wextra -Wshadow \
               -MMD -MP -MF $(@:.lo=.d) -MT $@ -c $< -o $@
$(cuda_objects): kernels/cuda/%.lo: kernels/cuda/%.cu
	$(NVCC_COMPILE)
$(cuda_objects_float): kernels/cuda/%_float.lo: kernels/cuda/%.cu
	$(NVCC_COMPILE) -DSB_FLOAT
-include $(cuda_objects:.lo=.d) $(cuda_objects_float:.lo=.d)
mostlyclean-local:
	rm -f $(cuda_objects:.lo=.d) $(cuda_objects_float:.lo=.d)
else
libkernels_la_SOURCES       += kernels/cuda/nocuda.c
libkernels_float_la_SOURCES += kernels/cuda/nocuda.c
endif

check_PROGRAMS += tests/test_kernels tests/test_host_samples tests/test_philox
tests_test_kernels_SOURCES = tests/test_kernels.c
tests_test_kernels_LDADD = $(TEST_LIBS)
tests_test_host_samples_SOURCES = tests/test_host_samples.c
tests_test_host_samples_LDADD = $(TEST_LIBS)

# Random words against Random123's, and against cuRAND's where its header is: a C++ header, which knows no other compiler than nvcc's.
tests_test_philox_SOURCES = tests/test_philox.c tests/curand_words.h
tests_test_philox_LDADD = $(TEST_LIBS)
EXTRA_DIST += tests/curand_words.cc
if HAVE_CUDA
tests_test_philox_LDADD += tests/curand_words.o
tests/curand_words.o: tests/curand_words.cc tests/curand_words.h
	$(AM_V_NVCC)$(MKDIR_P) tests && $(NVCC) $(CUDA_FLAGS) -x c++ -O2 -I$(top_srcdir)/tests -c $< -o $@
else
tests_test_philox_SOURCES += tests/curand_nocuda.c
endif

# Formulas, normals, samples and updates in both precisions, from one source each.
check_PROGRAMS += tests/test_point tests/test_point_float tests/test_normal tests/test_normal_float tests/test_samples \
                  tests/test_samples_float tests/test_update tests/test_update_float
tests_test_point_SOURCES = tests/test_point.c
tests_test_point_LDADD = $(TEST_LIBS)
tests_test_point_float_SOURCES = tests/test_point.c
tests_test_point_float_CPPFLAGS = $(AM_CPPFLAGS) -DSB_FLOAT
tests_test_point_float_LDADD = $(TEST_LIBS)
tests_test_normal_SOURCES = tests/test_normal.c
tests_test_normal_LDADD = $(TEST_LIBS)
tests_test_normal_float_SOURCES = tests/test_normal.c
tests_test_normal_float_CPPFLAGS = $(AM_CPPFLAGS) -DSB_FLOAT
tests_test_normal_float_LDADD = $(TEST_LIBS)
tests_test_samples_SOURCES = tests/test_samples.c
tests_test_samples_LDADD = $(TEST_LIBS)
tests_test_samples_float_SOURCES = tests/test_samples.c
tests_test_samples_float_CPPFLAGS = $(AM_CPPFLAGS) -DSB_FLOAT
tests_test_samples_float_LDADD = $(TEST_LIBS)
tests_test_update_SOURCES = tests/test_update.c
tests_test_update_LDADD = $(TEST_LIBS)
tests_test_update_float_SOURCES = tests/test_update.c
tests_test_update_float_CPPFLAGS = $(AM_CPPFLAGS) -DSB_FLOAT
tests_test_update_float_LDADD = $(TEST_LIBS)

# The layers in both precisions, from one source.
check_PROGRAMS += tests/test_network tests/test_network_float
network_test_sources = tests/test_network.c tests/plain_network.c tests/plain_network.h tests/real_arrays.h
tests_test_network_SOURCES = $(network_test_sources)
tests_test_network_LDADD = $(TEST_LIBS)
tests_test_network_float_SOURCES = $(network_test_sources)
tests_test_network_float_CPPFLAGS = $(AM_CPPFLAGS) -DSB_FLOAT
tests_test_network_float_LDADD = libkernels_float.la $(TEST_LIBS)

# Images in both precisions, from one source each.
check_PROGRAMS += tests/test_convolution tests/test_convolution_float tests/test_image_operations tests/test_image_operations_float \
                  tests/test_pixels tests/test_pixels_float
convolution_test_sources = tests/test_convolution.c tests/plain_images.c tests/plain_images.h tests/real_arrays.h
tests_test_convolution_SOURCES = $(convolution_test_sources)
tests_test_convolution_LDADD = $(TEST_LIBS)
tests_test_convolution_float_SOURCES = $(convolution_test_sources)
tests_test_convolution_float_CPPFLAGS = $(AM_CPPFLAGS) -DSB_FLOAT
tests_test_convolution_float_LDADD = libkernels_float.la $(TEST_LIBS)
tests_test_image_operations_SOURCES = tests/test_image_operations.c tests/real_arrays.h
tests_test_image_operations_LDADD = $(TEST_LIBS)
tests_test_image_operations_float_SOURCES = $(tests_test_image_operations_SOURCES)
tests_test_image_operations_float_CPPFLAGS = $(AM_CPPFLAGS) -DSB_FLOAT
tests_test_image_operations_float_LDADD = $(TEST_LIBS)
tests_test_pixels_SOURCES = tests/test_pixels.c tests/real_arrays.h
tests_test_pixels_LDADD = $(TEST_LIBS)
tests_test_pixels_float_SOURCES = $(tests_test_pixels_SOURCES)
tests_test_pixels_float_CPPFLAGS = $(AM_CPPFLAGS) -DSB_FLOAT
tests_test_pixels_float_LDADD = $(TEST_LIBS)

# Parity of the CPU's operations with a GPU's, and with the CUDA files on an emulator of the runtime, in both precisions.
check_PROGRAMS += kernels/tests/parity_cuda kernels/tests/parity_cuda_float
parity_sources = kernels/tests/tap.c kernels/tests/tap.h kernels/tests/parity.c kernels/tests/parity.h kernels/tests/parity_main.c \
                 kernels/tests/parity_queue.c kernels/tests/parity_vectors.c kernels/tests/parity_rows.c \
                 kernels/tests/parity_network.c kernels/tests/parity_samples.c kernels/tests/parity_updates.c \
                 kernels/tests/parity_conv.c kernels/tests/parity_norm.c kernels/tests/parity_pixels.c kernels/tests/parity_images.h \
                 kernels/tests/parity_mutants.c
parity_libs    = libkernels.la $(OPENBLAS_LIBS) -lm
kernels_tests_parity_cuda_SOURCES = $(parity_sources) kernels/tests/parity_cuda.c
kernels_tests_parity_cuda_LDADD   = $(parity_libs)
kernels_tests_parity_cuda_float_SOURCES  = $(kernels_tests_parity_cuda_SOURCES)
kernels_tests_parity_cuda_float_CPPFLAGS = $(AM_CPPFLAGS) -DSB_FLOAT
kernels_tests_parity_cuda_float_LDADD    = libkernels_float.la $(parity_libs)

# A program that is linked with $(EMULATED_LIBS) before all else has the emulated GPU in place of the real one.
emulator_sources = kernels/tests/emulator/cuda_runtime.h kernels/tests/emulator/cublas_v2.h kernels/tests/emulator/emulator.h \
                   kernels/tests/emulator/state.h kernels/tests/emulator/device.cpp kernels/tests/emulator/memory.cpp \
                   kernels/tests/emulator/stream.cpp kernels/tests/emulator/launch.cpp kernels/tests/emulator/blas.cpp
emulated_sources = kernels/tests/emulator/library.cpp kernels/tests/emulator/units/backend.cpp \
                   kernels/tests/emulator/units/queue.cpp kernels/tests/emulator/units/gemm.cpp \
                   kernels/tests/emulator/units/network.cpp kernels/tests/emulator/units/vector.cpp \
                   kernels/tests/emulator/units/rows.cpp kernels/tests/emulator/units/samples.cpp \
                   kernels/tests/emulator/units/advance.cpp kernels/tests/emulator/units/update.cpp \
                   kernels/tests/emulator/units/conv.cpp kernels/tests/emulator/units/conv_gradient.cpp \
                   kernels/tests/emulator/units/norm.cpp kernels/tests/emulator/units/norm_curvature.cpp \
                   kernels/tests/emulator/units/grid.cpp kernels/tests/emulator/units/attention.cpp
if HAVE_EMULATED
EMULATED_LIBS   = libemulated.la libemulated_float.la libemulator.la -lstdc++
emulated_flags  = -std=c++20 $(EMULATED_CXXFLAGS) $(SB_CFLAGS)
emulated_search = -I$(top_srcdir)/kernels/tests/emulator $(AM_CPPFLAGS) $(EMULATED_CPPFLAGS)
check_LTLIBRARIES += libemulator.la libemulated.la libemulated_float.la
libemulator_la_SOURCES  = $(emulator_sources)
libemulator_la_CPPFLAGS = $(emulated_search)
libemulator_la_CXXFLAGS = $(emulated_flags)
libemulated_la_SOURCES  = $(emulated_sources)
libemulated_la_CPPFLAGS = $(emulated_search)
libemulated_la_CXXFLAGS = $(emulated_flags)
libemulated_float_la_SOURCES  = $(emulated_sources)
libemulated_float_la_CPPFLAGS = $(emulated_search) -DSB_FLOAT
libemulated_float_la_CXXFLAGS = $(emulated_flags)

check_PROGRAMS += kernels/tests/test_emulator kernels/tests/test_pieces kernels/tests/parity_emulated \
                  kernels/tests/parity_emulated_float
kernels_tests_test_emulator_SOURCES  = kernels/tests/emulator/test_emulator.cpp kernels/tests/tap.c kernels/tests/tap.h
kernels_tests_test_emulator_CPPFLAGS = $(emulated_search)
kernels_tests_test_emulator_CXXFLAGS = $(emulated_flags)
kernels_tests_test_emulator_LDADD    = libemulator.la
kernels_tests_test_pieces_SOURCES  = kernels/tests/emulator/test_pieces.cpp kernels/tests/tap.c kernels/tests/tap.h
kernels_tests_test_pieces_CPPFLAGS = $(emulated_search)
kernels_tests_test_pieces_CXXFLAGS = $(emulated_flags)
kernels_tests_test_pieces_LDADD    = $(EMULATED_LIBS)
kernels_tests_parity_emulated_SOURCES = $(parity_sources) kernels/tests/parity_emulated.c
kernels_tests_parity_emulated_LDADD   = $(EMULATED_LIBS) $(parity_libs)
kernels_tests_parity_emulated_float_SOURCES  = $(kernels_tests_parity_emulated_SOURCES)
kernels_tests_parity_emulated_float_CPPFLAGS = $(AM_CPPFLAGS) -DSB_FLOAT
kernels_tests_parity_emulated_float_LDADD    = $(EMULATED_LIBS) libkernels_float.la $(parity_libs)
endif

# The folder that is taken to a machine with a GPU.
check_SCRIPTS += tests/bundle.sh
EXTRA_DIST    += tests/bundle.sh tests/gpu/bundle
