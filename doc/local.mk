# The manual page is made from what the program says of itself, where help2man is there; nothing else needs it.
if HAVE_HELP2MAN
man1_MANS = doc/scorebound.1
doc/scorebound.1: scorebound$(EXEEXT) $(top_srcdir)/doc/manual.h2m
	$(AM_V_GEN)$(MKDIR_P) doc
	$(AM_V_at)$(HELP2MAN) --no-info --name='how tight are the error bounds of distributed, pruned diffusion models?' \
	  --include=$(top_srcdir)/doc/manual.h2m --output=$@ ./scorebound$(EXEEXT)
CLEANFILES += doc/scorebound.1
endif
EXTRA_DIST += doc/manual.h2m
EXTRA_DIST += doc/architecture.md doc/choosing.md doc/experiments.md doc/experts.md doc/errata.md doc/images.md doc/ladder.md \
              doc/performance.md doc/quality.md doc/report.md doc/sweeps.md doc/theory.md \
              doc/waterfall.svg doc/rounds.svg
