noinst_LTLIBRARIES += libconfig.la
libconfig_la_SOURCES = src/config/check.c src/config/check.h src/config/components.c src/config/components.h src/config/config.h \
                       src/config/covariance.c src/config/covariance.h src/config/document.c src/config/document.h \
                       src/config/dump.c src/config/load.c src/config/parameters.c src/config/parameters.h src/config/reference.c src/config/reference.h \
                       src/config/settings.c src/config/settings.h src/config/source.c src/config/source.h src/config/suggest.c \
                       src/config/suggest.h src/config/text.c src/config/text.h src/config/types.h src/config/types_number.c \
                       src/config/types_word.c src/config/utf8.c src/config/utf8.h src/config/weights.c src/config/weights.h
nodist_libconfig_la_SOURCES = src/config/default_yaml.c

# The default run as a string: each line of the file becomes a literal.
src/config/default_yaml.c: $(top_srcdir)/src/config/default.yaml $(top_srcdir)/src/config/local.mk
	$(AM_V_GEN)$(MKDIR_P) src/config
	$(AM_V_at){ echo '#include "config/config.h"'; echo; echo 'const char *sb_config_default_yaml(void)'; echo '{'; \
	  echo '    return'; \
	  $(SED) -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/        "/' -e 's/$$/\\n"/' $(top_srcdir)/src/config/default.yaml; \
	  echo '        ;'; echo '}'; } > $@.tmp
	$(AM_V_at)mv $@.tmp $@
BUILT_SOURCES += src/config/default_yaml.c
CLEANFILES += src/config/default_yaml.c src/config/default_yaml.c.tmp
EXTRA_DIST += src/config/default.yaml

check_PROGRAMS += tests/test_config tests/test_config_errors tests/test_config_files tests/test_config_parts
tests_test_config_SOURCES = tests/test_config.c
tests_test_config_LDADD = $(TEST_LIBS)
tests_test_config_errors_SOURCES = tests/test_config_errors.c
tests_test_config_errors_LDADD = $(TEST_LIBS)
tests_test_config_files_SOURCES = tests/test_config_files.c
tests_test_config_files_LDADD = $(TEST_LIBS)
tests_test_config_parts_SOURCES = tests/test_config_parts.c
tests_test_config_parts_LDADD = $(TEST_LIBS)
