# The bound explorer: bounds/ compiled to WebAssembly, and around it one HTML page that asks for no other file. A checkout needs emscripten
# for it; the tarball brings the page along.
EXPLORER_C     = explorer/exports.c explorer/steps.c
EXPLORER_PARTS = explorer/page.html explorer/page.css explorer/words.js explorer/library.js explorer/state.js explorer/controls.js \
                 explorer/waterfall.js explorer/statements.js explorer/remark.js explorer/page.js
EXTRA_DIST    += $(EXPLORER_PARTS) explorer/assemble.sh explorer/exports.h data/explorer-presets.json data/explorer-presets.info

explorerdir = $(docdir)
if HAVE_EXPLORER
dist_explorer_DATA = explorer/explorer.html
else
EXTRA_DIST += explorer/explorer.html
endif
.PHONY: explorer.html clean-explorer
explorer.html: explorer/explorer.html
# In the unpacked tarball the page is a source.
clean-explorer:
	test '$(srcdir)' = . || rm -f explorer/explorer.html
MAINTAINERCLEANFILES = explorer/explorer.html

if HAVE_EMCC
EXPLORER_INPUTS = $(addprefix $(top_srcdir)/,$(EXPLORER_C) explorer/exports.h $(libbounds_la_SOURCES))
explorer/explorer.wasm: $(EXPLORER_INPUTS)
	$(AM_V_GEN)$(MKDIR_P) explorer
	$(AM_V_at)$(EMCC) -std=gnu11 -O2 -ffp-contract=off $(EMCC_FLAGS) -I$(top_srcdir) $(filter %.c,$(EXPLORER_INPUTS)) -o $@

explorer/explorer.html: explorer/explorer.wasm $(addprefix $(top_srcdir)/,$(EXPLORER_PARTS) explorer/assemble.sh data/explorer-presets.json configure.ac)
	$(AM_V_GEN)$(SHELL) $(top_srcdir)/explorer/assemble.sh $(top_srcdir)/explorer explorer/explorer.wasm \
	  $(top_srcdir)/data/explorer-presets.json $(VERSION) >$@.tmp
	$(AM_V_at)mv $@.tmp $@
CLEANFILES += explorer/explorer.wasm explorer/explorer.html.tmp
else
explorer/explorer.html:
	@echo 'explorer/explorer.html is made by emcc, which configure did not find: install emscripten and configure again.' >&2; exit 1
endif

# The constants that the page begins with, met by runs that take a few minutes.
EXTRA_PROGRAMS += explorer/presets
explorer_presets_SOURCES = explorer/presets.c src/version.c
explorer_presets_LDADD   = $(ROOMS) $(SB_LIBS)
explorer_presets_CFLAGS  = $(AM_CFLAGS)
CLEANFILES += explorer/presets$(EXEEXT) explorer/presets.tmp
.PHONY: explorer-presets
explorer-presets: explorer/presets$(EXEEXT)
	explorer/presets$(EXEEXT) >explorer/presets.tmp
	cp explorer/presets.tmp $(top_srcdir)/data/explorer-presets.json
	@{ echo 'file     explorer-presets.json'; \
	  echo 'source   explorer/presets.c (make explorer-presets)'; \
	  echo 'method   trains and measures the configurations named, as scorebound check does; examples by hand from the documents named'; \
	  echo 'seed     that of each configuration (data/claims, src/config/default.yaml)'; \
	  echo "versions scorebound $(VERSION), gcc $$($(CC) -dumpfullversion)"; \
	  echo "sha256   $$(sha256sum <$(top_srcdir)/data/explorer-presets.json | cut -d ' ' -f 1)"; } >$(top_srcdir)/data/explorer-presets.info

# What the page calls, compiled for this machine, too; and the page in a browser.
noinst_LTLIBRARIES += libexplorer.la
libexplorer_la_SOURCES = $(EXPLORER_C) explorer/exports.h
check_PROGRAMS += tests/test_explorer
tests_test_explorer_SOURCES = tests/test_explorer.c $(STATEMENT_CHECKS)
tests_test_explorer_LDADD = libexplorer.la $(TEST_LIBS)
noinst_PROGRAMS += tests/explorer_native
tests_explorer_native_SOURCES = tests/explorer_native.c
tests_explorer_native_LDADD = libexplorer.la $(ROOMS) $(SB_LIBS)
check_SCRIPTS += tests/explorer.sh
EXTRA_DIST += tests/explorer.sh tests/explorer.py tests/explorer_browser.py
