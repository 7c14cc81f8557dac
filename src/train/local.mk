noinst_LTLIBRARIES += libtrain.la libtrain_float.la
train_teams = src/train/precision.h src/train/device.h src/train/device.c src/train/source.h src/train/source.c src/train/team.h \
              src/train/team.c src/train/minibatch.h src/train/minibatch.c src/train/server.h src/train/server.c
libtrain_la_SOURCES = src/train/system.c src/train/masks.c src/train/comm.c src/train/rounds.c src/train/checkpoint.c $(train_teams)
libtrain_float_la_SOURCES = $(train_teams)
libtrain_float_la_CPPFLAGS = $(AM_CPPFLAGS) -DSB_FLOAT

check_PROGRAMS += tests/test_masks tests/test_top_k tests/test_train tests/test_schedule tests/test_rounds tests/test_checkpoint
tests_test_masks_SOURCES = tests/test_masks.c tests/fixture.c tests/fixture.h
tests_test_masks_LDADD = $(TEST_LIBS)
tests_test_top_k_SOURCES = tests/test_top_k.c
tests_test_top_k_LDADD = $(TEST_LIBS)
tests_test_train_SOURCES = tests/test_train.c tests/fixture.c tests/fixture.h
tests_test_train_LDADD = $(TEST_LIBS)
tests_test_schedule_SOURCES = tests/test_schedule.c tests/fixture.c tests/fixture.h
tests_test_schedule_LDADD = $(TEST_LIBS)
tests_test_rounds_SOURCES = tests/test_rounds.c tests/fixture.c tests/fixture.h
tests_test_rounds_LDADD = $(TEST_LIBS)
tests_test_checkpoint_SOURCES = tests/test_checkpoint.c tests/fixture.c tests/fixture.h
tests_test_checkpoint_LDADD = $(TEST_LIBS)

# Whole runs in single precision, and on the emulated GPU.
check_PROGRAMS += tests/test_float_training
training_run_sources = tests/training_run.c tests/training_run.h tests/fixture.c tests/fixture.h
tests_test_float_training_SOURCES = tests/test_float_training.c $(training_run_sources)
tests_test_float_training_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/test_no_cuda
tests_test_no_cuda_SOURCES = tests/test_no_cuda.c kernels/cuda/nocuda.c $(training_run_sources)
tests_test_no_cuda_CPPFLAGS = $(AM_CPPFLAGS)
tests_test_no_cuda_LDADD = $(TEST_LIBS)
if HAVE_EMULATED
check_PROGRAMS += tests/test_gpu_training tests/test_gpu_measure
gpu_test_sources = tests/emulated.c tests/emulated.h tests/fixture.c tests/fixture.h
tests_test_gpu_training_SOURCES = tests/test_gpu_training.c tests/training_run.c tests/training_run.h $(gpu_test_sources)
tests_test_gpu_training_LDADD = $(EMULATED_LIBS) $(TEST_LIBS)
tests_test_gpu_measure_SOURCES = tests/test_gpu_measure.c $(gpu_test_sources)
tests_test_gpu_measure_LDADD = $(EMULATED_LIBS) $(TEST_LIBS)
endif
