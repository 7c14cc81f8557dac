# The manual: pages written from the program's own tables by a program that is linked with them.
noinst_PROGRAMS += doc/manual/manual
doc_manual_manual_SOURCES = doc/manual/manual.c doc/manual/pages.h doc/manual/roff.h doc/manual/roff.c doc/manual/files.c \
                            doc/manual/program_page.c doc/manual/command_page.c doc/manual/config_page.c src/version.c
doc_manual_manual_LDADD = $(ROOMS) $(SB_LIBS)
doc_manual_manual_CFLAGS = $(AM_CFLAGS)
man1_MANS = doc/scorebound.1 doc/scorebound-bound.1 doc/scorebound-check.1 doc/scorebound-choose.1 doc/scorebound-claim.1 \
            doc/scorebound-inspect.1 doc/scorebound-list.1 doc/scorebound-measure.1 doc/scorebound-report.1 \
            doc/scorebound-sample.1 doc/scorebound-sweep.1 doc/scorebound-train.1
man5_MANS = doc/scorebound-config.5
MANUAL_PAGES = $(man1_MANS) $(man5_MANS)
$(MANUAL_PAGES): doc/manual/manual$(EXEEXT)
	$(AM_V_GEN)doc/manual/manual$(EXEEXT) $(@F) >$@.tmp && mv $@.tmp $@
CLEANFILES += $(MANUAL_PAGES)
EXTRA_DIST += doc/configuration.md doc/library.md

# `make api`: documentation of the public headers, api/html, by doxygen. API names another folder, API_MORE more settings.
API      = api
API_MORE =
EXTRA_DIST += doc/api/Doxyfile doc/api/filter.awk doc/api/main.dox
.PHONY: api clean-api
api:
if HAVE_DOXYGEN
	$(AM_V_GEN)$(MKDIR_P) $(API) && { cat $(srcdir)/doc/api/Doxyfile && printf '%s\n' 'PROJECT_NUMBER = $(VERSION)' 'OUTPUT_DIRECTORY = $(API)' '$(API_MORE)' \
	    'STRIP_FROM_PATH = $(abs_srcdir)/src $(abs_srcdir)' 'STRIP_FROM_INC_PATH = $(abs_srcdir)/src $(abs_srcdir)' \
	    'INPUT = $(abs_srcdir)/doc/api/main.dox $(addprefix $(abs_srcdir)/,$(public_header_list))'; } | \
	  API_FILTER='$(AWK) -f $(abs_srcdir)/doc/api/filter.awk' $(DOXYGEN) -
	@echo '$(API)/html/index.html'
else
	@echo 'make api: configure found no doxygen; ./quickstart check installs it' >&2; exit 1
endif
clean-api:
	rm -rf api

# What is written about the program is compared with it.
DOCUMENT_TESTS = tests/cli/manual.sh tests/cli/library.sh tests/cli/api.sh tests/cli/names.sh
check_SCRIPTS += $(DOCUMENT_TESTS)
EXTRA_DIST += tests/cli/commands.awk tests/documents.list tests/slow_documents.sh $(DOCUMENT_TESTS)
