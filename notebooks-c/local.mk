# The lessons and the solutions of their exercises: programs on the public library and notebooks-c/lesson.h, nothing else. A new lesson
# and the solutions of its exercises are one name each.
LESSONS   = notebooks-c/lesson_01_marginals.c notebooks-c/lesson_02_reverse_sde.c notebooks-c/lesson_03_score_matching.c \
            notebooks-c/lesson_04_discretisation.c notebooks-c/lesson_05_pruned_training.c notebooks-c/lesson_06_girsanov.c \
            notebooks-c/lesson_07_theorem.c notebooks-c/lesson_08_choosing.c notebooks-c/lesson_09_heterogeneity.c \
            notebooks-c/lesson_10_images.c
SOLUTIONS = notebooks-c/solutions/lesson_01.c notebooks-c/solutions/lesson_02.c notebooks-c/solutions/lesson_03.c \
            notebooks-c/solutions/lesson_04.c notebooks-c/solutions/lesson_05.c notebooks-c/solutions/lesson_06.c \
            notebooks-c/solutions/lesson_07.c notebooks-c/solutions/lesson_08.c notebooks-c/solutions/lesson_09.c \
            notebooks-c/solutions/lesson_10.c

check_LTLIBRARIES += notebooks-c/liblesson.la
notebooks_c_liblesson_la_SOURCES = notebooks-c/lesson.h notebooks-c/lesson.c
EXTRA_PROGRAMS += $(LESSONS:.c=) $(SOLUTIONS:.c=)
AM_CPPFLAGS += -I$(top_srcdir)/notebooks-c
LDADD = notebooks-c/liblesson.la libscorebound.la -lm
CLEANFILES += $(LESSONS:.c=) $(SOLUTIONS:.c=) notebooks-c/weave/weave

# `make check` runs each of them in a folder of its own.
TEST_EXTENSIONS += .c
C_LOG_DRIVER     = $(LOG_DRIVER)
C_LOG_COMPILER   = $(SHELL) $(top_srcdir)/tests/notebooks/lesson.sh
TESTS           += $(LESSONS) $(SOLUTIONS)
check_DATA       = $(LESSONS:.c=) $(SOLUTIONS:.c=)
EXTRA_DIST      += tests/notebooks/lesson.sh tests/notebooks/notebook.py

# The weaver, and how it compiles a lesson in this tree.
EXTRA_PROGRAMS += notebooks-c/weave/weave
notebooks_c_weave_weave_SOURCES = notebooks-c/weave/weave.c notebooks-c/weave/scan.h notebooks-c/weave/scan.c notebooks-c/weave/cells.h \
    notebooks-c/weave/cells.c notebooks-c/weave/process.h notebooks-c/weave/process.c notebooks-c/weave/outputs.h \
    notebooks-c/weave/outputs.c notebooks-c/weave/run.h notebooks-c/weave/run.c notebooks-c/weave/notebook.h \
    notebooks-c/weave/notebook.c notebooks-c/weave/page.h notebooks-c/weave/page.c
notebooks_c_weave_weave_LDADD = libconfig.la libbase.la $(YAML_LIBS) $(JANSSON_LIBS) $(OPENBLAS_LIBS) $(GSL_LIBS) -lresolv -lm
LESSON_CC  = $(CC) -std=gnu11 -D_GNU_SOURCE $(CPPFLAGS) $(CFLAGS) -I$(abs_top_srcdir)/src -I$(abs_top_srcdir) -I$(abs_top_srcdir)/notebooks-c
LESSON_LINK = $(abs_top_srcdir)/notebooks-c/lesson.c $(LDFLAGS) -L$(abs_builddir)/.libs -Wl,-rpath,$(abs_builddir)/.libs -lscorebound -lm

check_SCRIPTS   += tests/notebooks/weave.sh tests/notebooks/kernel.sh
EXTRA_DIST      += tests/notebooks/weave.sh tests/notebooks/kernel.sh tests/notebooks/kernel.py
check_DATA      += notebooks-c/weave/weave notebooks-c/jupyter/kernels/scorebound/kernel.json
AM_TESTS_ENVIRONMENT += LESSON_CC='$(LESSON_CC)'; export LESSON_CC; LESSON_LINK='$(LESSON_LINK)'; export LESSON_LINK;

# `make notebooks`: the lessons and solutions with their outputs, *.ipynb and, where pandoc is, *.html in notebooks-c of the build.
NOTEBOOKS = $(LESSONS:.c=.ipynb) $(SOLUTIONS:.c=.ipynb)
.PHONY: notebooks
notebooks: $(NOTEBOOKS)
	@command -v pandoc >/dev/null || echo "No HTML pages: pandoc is not installed (apt-get install pandoc)."
$(NOTEBOOKS): %.ipynb: $(top_srcdir)/%.c notebooks-c/weave/weave$(EXEEXT) libscorebound.la $(top_srcdir)/notebooks-c/lesson.c \
              $(top_srcdir)/notebooks-c/lesson.h $(top_srcdir)/notebooks-c/weave/style.css
	$(AM_V_GEN)$(MKDIR_P) $(@D)
	$(AM_V_at)if command -v pandoc >/dev/null; then page='--html=$*.html'; else page=; fi; \
	notebooks-c/weave/weave --compiler='$(LESSON_CC)' --libraries='$(LESSON_LINK)' --style=$(top_srcdir)/notebooks-c/weave/style.css \
	    $$page $(top_srcdir)/$*.c $@ || { rm -f $@; exit 1; }
CLEANFILES += $(NOTEBOOKS) $(NOTEBOOKS:.ipynb=.html)
EXTRA_DIST += notebooks-c/weave/style.css

# The live kernel, with what compiles a lesson in this tree: where JUPYTER_PATH names notebooks-c/jupyter of the build Jupyter finds it;
# `make install-kernel` gives it to the user for good.
KERNEL = notebooks-c/jupyter/kernels/scorebound
$(KERNEL)/kernel.json: $(top_srcdir)/notebooks-c/kernel/kernel.json $(top_srcdir)/notebooks-c/kernel/scorebound_kernel.py Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && cp $(top_srcdir)/notebooks-c/kernel/scorebound_kernel.py $(@D)
	$(AM_V_at)for python in python3 /usr/bin/python3; do $$python -c 'import ipykernel' 2>/dev/null && break; done; \
	$(SED) -e "s|python3|$$python|" -e 's|"env": {}|"env": {"SCOREBOUND_COMPILER": "$(LESSON_CC)", "SCOREBOUND_LIBRARIES": "$(LESSON_LINK)"}|' \
	    $(top_srcdir)/notebooks-c/kernel/kernel.json >$@.tmp && mv $@.tmp $@
.PHONY: install-kernel
install-kernel: $(KERNEL)/kernel.json libscorebound.la
	jupyter kernelspec install --user --replace --name=scorebound $(KERNEL)
CLEANFILES += $(KERNEL)/kernel.json $(KERNEL)/scorebound_kernel.py

# Installed: the lessons to read and to edit, what they share, and the kernel (doc/notebooks.md).
lessonsdir = $(pkgdatadir)/notebooks-c
dist_lessons_DATA = $(LESSONS) notebooks-c/lesson.h notebooks-c/lesson.c
solutionsdir = $(lessonsdir)/solutions
dist_solutions_DATA = $(SOLUTIONS)
kerneldir = $(lessonsdir)/kernel
dist_kernel_DATA = notebooks-c/kernel/kernel.json notebooks-c/kernel/scorebound_kernel.py
