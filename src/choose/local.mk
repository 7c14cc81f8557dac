noinst_LTLIBRARIES += libchoose.la
libchoose_la_SOURCES = src/choose/learning_rate.c src/choose/pilot.c src/choose/pilot.h \
                       src/choose/situation.c src/choose/situation_parts.h src/choose/by_hand.c src/choose/point.c \
                       src/choose/root.c src/choose/root.h src/choose/search.c src/choose/search.h \
                       src/choose/remark.c src/choose/fixed_point.c src/choose/fixed_point.h \
                       src/choose/certificate.c src/choose/certificate.h \
                       src/choose/horizon.c src/choose/horizon.h src/choose/rate.c src/choose/rate.h \
                       src/choose/explicit.c src/choose/explicit.h src/choose/repaired.c src/choose/optimised.c \
                       src/choose/evaluate.c src/choose/reach.c src/choose/choose.c src/choose/recommend.c

check_PROGRAMS += tests/test_learning_rate tests/test_situation tests/test_remark_choice tests/test_selection \
                  tests/test_explicit_choice tests/test_optimised_choice
tests_test_learning_rate_SOURCES = tests/test_learning_rate.c tests/fixture.c tests/fixture.h
tests_test_learning_rate_LDADD = $(TEST_LIBS)
tests_test_situation_SOURCES = tests/test_situation.c tests/choice_case.c tests/choice_case.h tests/fixture.c tests/fixture.h
tests_test_situation_LDADD = $(TEST_LIBS)
tests_test_remark_choice_SOURCES = tests/test_remark_choice.c tests/choice_case.c tests/choice_case.h
tests_test_remark_choice_LDADD = $(TEST_LIBS)
tests_test_selection_SOURCES = tests/test_selection.c $(STATEMENT_CHECKS)
tests_test_selection_LDADD = $(TEST_LIBS)
tests_test_explicit_choice_SOURCES = tests/test_explicit_choice.c tests/hand_choice.c tests/hand_choice.h
tests_test_explicit_choice_LDADD = $(TEST_LIBS)
tests_test_optimised_choice_SOURCES = tests/test_optimised_choice.c tests/hand_choice.c tests/hand_choice.h
tests_test_optimised_choice_LDADD = $(TEST_LIBS)

# Constants that move with eta: its own sb_situation_laws and sb_situation_pilot take the place of those of the library.
check_PROGRAMS += tests/test_choice_pilots
tests_test_choice_pilots_SOURCES = tests/test_choice_pilots.c tests/moving_situation.c tests/moving_situation.h
tests_test_choice_pilots_LDADD = $(TEST_LIBS)
