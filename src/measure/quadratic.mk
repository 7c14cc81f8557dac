noinst_LTLIBRARIES += libquadratic.la
libquadratic_la_SOURCES = src/measure/quadratic.c src/measure/symmetric.c src/measure/law_constants.c src/measure/law_score.c \
                          src/measure/score_search.c src/measure/quadratic.h src/measure/symmetric.h src/measure/law_constants.h \
                          src/measure/score_search.h

check_PROGRAMS += tests/test_quadratic tests/test_quadratic_loss tests/test_law_constants tests/test_low_rank_measures
tests_test_quadratic_SOURCES = tests/test_quadratic.c tests/linear_case.c tests/linear_case.h tests/fixture.c tests/fixture.h
tests_test_quadratic_LDADD = $(TEST_LIBS)
tests_test_quadratic_loss_SOURCES = tests/test_quadratic_loss.c tests/linear_case.c tests/linear_case.h tests/fixture.c \
                                    tests/fixture.h
tests_test_quadratic_loss_LDADD = $(TEST_LIBS)
tests_test_law_constants_SOURCES = tests/test_law_constants.c tests/exact_laws.h tests/laws.h
tests_test_law_constants_LDADD = $(TEST_LIBS)
tests_test_low_rank_measures_SOURCES = tests/test_low_rank_measures.c tests/exact_laws.h tests/low_rank.h tests/laws.h \
                                       tests/model_fixture.c tests/model_fixture.h
tests_test_low_rank_measures_LDADD = $(TEST_LIBS)
