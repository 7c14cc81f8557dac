noinst_LTLIBRARIES += libmeasure.la
libmeasure_la_SOURCES = src/measure/chain.c src/measure/gradients.c src/measure/grid_steps.c src/measure/grid_steps.h \
                        src/measure/initial_loss.c src/measure/initial_loss.h src/measure/ladder.c src/measure/ladder.h \
                        src/measure/lanczos.c src/measure/left_sides.c src/measure/lipschitz.c src/measure/measure.c \
                        src/measure/measured_io.c src/measure/pictures.h src/measure/pictures.c src/measure/pictures_io.c \
                        src/measure/history.h src/measure/history.c src/measure/panel.c src/measure/scratch.c src/measure/survey.c \
                        src/measure/survey_curvature.c src/measure/survey_divergences.c src/measure/survey_gradients.c \
                        src/measure/survey_laws.c src/measure/survey_quality.c src/measure/survey_rungs.c

check_PROGRAMS += tests/test_chain tests/test_gradients tests/test_lipschitz tests/test_measure tests/test_coverage \
                  tests/test_coverage_laws
tests_test_chain_SOURCES = tests/test_chain.c tests/fixture.c tests/fixture.h
tests_test_chain_LDADD = $(TEST_LIBS)
tests_test_gradients_SOURCES = tests/test_gradients.c tests/fixture.c tests/fixture.h
tests_test_gradients_LDADD = $(TEST_LIBS)
tests_test_lipschitz_SOURCES = tests/test_lipschitz.c tests/fixture.c tests/fixture.h
tests_test_lipschitz_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/test_ladder
tests_test_ladder_SOURCES = tests/test_ladder.c
tests_test_ladder_LDADD = $(TEST_LIBS)
tests_test_measure_SOURCES = tests/test_measure.c tests/fixture.c tests/fixture.h
tests_test_measure_LDADD = $(TEST_LIBS)
tests_test_coverage_SOURCES = tests/test_coverage.c tests/coverage.h tests/fixture.c tests/fixture.h
tests_test_coverage_LDADD = $(TEST_LIBS)
tests_test_coverage_laws_SOURCES = tests/test_coverage_laws.c tests/coverage.h tests/fixture.c tests/fixture.h tests/laws.h
tests_test_coverage_laws_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/test_glyph_run
tests_test_glyph_run_SOURCES = tests/test_glyph_run.c tests/dense_law.c tests/dense_law.h
tests_test_glyph_run_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/test_initial_loss
tests_test_initial_loss_SOURCES = tests/test_initial_loss.c tests/fixture.c tests/fixture.h
tests_test_initial_loss_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/test_pictures tests/test_history
tests_test_pictures_SOURCES = tests/test_pictures.c tests/fixture.c tests/fixture.h
tests_test_pictures_LDADD = $(TEST_LIBS)
tests_test_history_SOURCES = tests/test_history.c
tests_test_history_LDADD = $(TEST_LIBS)
