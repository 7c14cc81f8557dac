noinst_LTLIBRARIES += libmodel.la libmodel_float.la
model_passes = src/model/precision.h src/model/passes.h src/model/passes.c src/model/affine_passes.c src/model/fourier_passes.c \
               src/model/mlp_passes.c src/model/net_walk.h src/model/net_passes.c src/model/net_affine.c \
               src/model/net_pointwise.c src/model/net_shape.c src/model/net_attention.c src/model/loss.c
libmodel_la_SOURCES = src/model/model.h src/model/loss.h src/model/kind.h src/model/mlp.h src/model/affine.h src/model/fourier.h \
                      src/model/moments.h src/model/experts.h src/model/experts.c src/model/model.c src/model/exact.c \
                      src/model/affine.c src/model/fourier.c src/model/fourier_moments.c src/model/moments.c src/model/mlp.c \
                      src/model/mlp_design.c src/model/mlp_init.c src/model/times.h src/model/times.c src/model/net.h src/model/net.c \
                      src/model/net_plan.h src/model/net_plan.c src/model/unet.h src/model/unet.c src/model/unet_design.c \
                      src/model/noised.c $(model_passes)
libmodel_float_la_SOURCES = $(model_passes)
libmodel_float_la_CPPFLAGS = $(AM_CPPFLAGS) -DSB_FLOAT

check_PROGRAMS += tests/test_model_linear tests/test_model_mlp tests/test_model_unet tests/test_model_reference tests/test_loss \
                  tests/test_experts tests/test_moments
tests_test_model_linear_SOURCES = tests/test_model_linear.c tests/model_fixture.c tests/model_fixture.h
tests_test_model_linear_LDADD = $(TEST_LIBS)
tests_test_model_mlp_SOURCES = tests/test_model_mlp.c tests/model_fixture.c tests/model_fixture.h
tests_test_model_mlp_LDADD = $(TEST_LIBS)
tests_test_model_unet_SOURCES = tests/test_model_unet.c tests/unet_float.c tests/unet_float.h tests/model_fixture.c tests/model_fixture.h
tests_test_model_unet_LDADD = $(TEST_LIBS)
if HAVE_EMULATED
check_PROGRAMS += tests/test_gpu_unet
tests_test_gpu_unet_SOURCES = tests/test_gpu_unet.c tests/emulated.c tests/emulated.h tests/model_fixture.c tests/model_fixture.h
tests_test_gpu_unet_LDADD = $(EMULATED_LIBS) $(TEST_LIBS)
endif
tests_test_model_reference_SOURCES = tests/test_model_reference.c tests/model_fixture.h
tests_test_model_reference_LDADD = $(TEST_LIBS)
tests_test_loss_SOURCES = tests/test_loss.c tests/model_fixture.c tests/model_fixture.h
tests_test_loss_LDADD = $(TEST_LIBS)
tests_test_experts_SOURCES = tests/test_experts.c tests/laws.h
tests_test_experts_LDADD = $(TEST_LIBS)
tests_test_moments_SOURCES = tests/test_moments.c tests/model_fixture.c tests/model_fixture.h tests/laws.h
tests_test_moments_LDADD = $(TEST_LIBS)

EXTRA_DIST += data/reference/mlp_torch.json data/reference/mlp_torch.info tests/reference/make_torch_reference.py \
              data/reference/unet_torch.json data/reference/unet_torch.info tests/reference/make_unet_reference.py
