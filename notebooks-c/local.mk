# The lessons: programs on the public library.
NOTEBOOK_LIBS = libscorebound.la -lm
EXTRA_DIST += notebooks-c/lesson.h notebooks-c/lesson.c
