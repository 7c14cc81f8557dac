noinst_LTLIBRARIES += libkl.la
libkl_la_SOURCES = src/measure/kl_grid.c src/measure/kl_grid.h src/measure/grid_density.c src/measure/grid_density.h \
                   src/measure/generated_density.c src/measure/chain_window.c src/measure/chain_window.h \
                   src/measure/kernel_sum.c src/measure/kernel_sum.h src/measure/scores.c src/measure/scores.h src/measure/sampler_map.c src/measure/sampler_map.h \
                   src/measure/kl_closed.c src/measure/kl_closed.h src/measure/tv_grid.c src/measure/tv_grid.h

KL_CASE = tests/kl_case.c tests/kl_case.h tests/fixture.c tests/fixture.h
check_PROGRAMS += tests/test_kernel_sum tests/test_generated_density tests/test_kl_grid tests/test_kl_closed tests/test_tv_grid
tests_test_kernel_sum_SOURCES = tests/test_kernel_sum.c $(KL_CASE)
tests_test_kernel_sum_LDADD = $(TEST_LIBS)
tests_test_generated_density_SOURCES = tests/test_generated_density.c $(KL_CASE)
tests_test_generated_density_LDADD = $(TEST_LIBS)
tests_test_kl_grid_SOURCES = tests/test_kl_grid.c $(KL_CASE)
tests_test_kl_grid_LDADD = $(TEST_LIBS)
tests_test_kl_closed_SOURCES = tests/test_kl_closed.c tests/low_rank.h tests/laws.h $(KL_CASE)
tests_test_kl_closed_LDADD = $(TEST_LIBS)
tests_test_tv_grid_SOURCES = tests/test_tv_grid.c $(KL_CASE) $(SINGLE_WORKER)
tests_test_tv_grid_LDADD = $(TEST_LIBS)
