# The operations, compiled once for each precision (kernels/real.h).
noinst_LTLIBRARIES += libkernels.la libkernels_float.la
kernel_sources = kernels/real.h kernels/backend.h \
                 kernels/point/point.h kernels/point/clones.h kernels/point/exp.h kernels/point/cosine.h kernels/point/silu.h \
                 kernels/point/philox.h kernels/point/words.h kernels/point/normal.h kernels/point/affine.h kernels/point/sample.h \
                 kernels/cpu/cpu.h kernels/cpu/backend.c kernels/cpu/vector.c kernels/cpu/rows.c kernels/cpu/samples.c \
                 kernels/cpu/loss_rows.c kernels/cpu/masks.c kernels/cpu/update.c \
                 kernels/cpu/network.c kernels/cpu/layers.h kernels/cpu/layers_body.h kernels/cpu/product.h \
                 kernels/cpu/simd_plain.h kernels/cpu/simd_v3.h kernels/cpu/simd_v4.h \
                 kernels/cpu/layers_plain.c kernels/cpu/layers_v3.c kernels/cpu/layers_v4.c
libkernels_la_SOURCES = $(kernel_sources) kernels/blas.h kernels/cpu/blas.c
libkernels_float_la_SOURCES = $(kernel_sources)
libkernels_float_la_CPPFLAGS = $(AM_CPPFLAGS) -DSB_FLOAT

# The operations on GPUs, or what says that they are not there.
cuda_sources = kernels/cuda/backend.cu kernels/cuda/queue.cu kernels/cuda/cublas.cu kernels/cuda/gemm.cu kernels/cuda/network.cu \
               kernels/cuda/vector.cu kernels/cuda/rows.cu kernels/cuda/samples.cu kernels/cuda/update.cu
EXTRA_DIST  += $(cuda_sources) kernels/Makefile
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

check_PROGRAMS += tests/test_point tests/test_kernels tests/test_update
tests_test_point_SOURCES = tests/test_point.c
tests_test_point_LDADD = $(TEST_LIBS)
tests_test_kernels_SOURCES = tests/test_kernels.c
tests_test_kernels_LDADD = $(TEST_LIBS)
tests_test_update_SOURCES = tests/test_update.c
tests_test_update_LDADD = $(TEST_LIBS)

# The layers in both precisions, from one source.
check_PROGRAMS += tests/test_network tests/test_network_float
network_test_sources = tests/test_network.c tests/plain_network.c tests/plain_network.h
tests_test_network_SOURCES = $(network_test_sources)
tests_test_network_LDADD = $(TEST_LIBS)
tests_test_network_float_SOURCES = $(network_test_sources)
tests_test_network_float_CPPFLAGS = $(AM_CPPFLAGS) -DSB_FLOAT
tests_test_network_float_LDADD = libkernels_float.la $(TEST_LIBS)
