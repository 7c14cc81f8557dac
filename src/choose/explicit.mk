# The explicit choices, repaired and optimised, and what every choice leads to.
libchoose_la_SOURCES += src/choose/search.c src/choose/horizon.c src/choose/rate.c src/choose/evaluate.c src/choose/reach.c \
                        src/choose/explicit.c src/choose/optimise.c src/choose/choose.c src/choose/recommend.c

check_PROGRAMS += tests/test_selection tests/test_explicit_choice tests/test_optimised_choice
tests_test_selection_SOURCES = tests/test_selection.c $(STATEMENT_CHECKS)
tests_test_selection_LDADD = $(TEST_LIBS)
tests_test_explicit_choice_SOURCES = tests/test_explicit_choice.c
tests_test_explicit_choice_LDADD = $(TEST_LIBS)
tests_test_optimised_choice_SOURCES = tests/test_optimised_choice.c
tests_test_optimised_choice_LDADD = $(TEST_LIBS)

# Constants that move with eta: its own sb_situation_laws and sb_situation_pilot take the place of those of the library.
check_PROGRAMS += tests/test_choice_pilots
tests_test_choice_pilots_SOURCES = tests/test_choice_pilots.c tests/moving_situation.c tests/moving_situation.h
tests_test_choice_pilots_LDADD = $(TEST_LIBS)
