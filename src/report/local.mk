noinst_LTLIBRARIES += libreport.la
libreport_la_SOURCES = src/report/report.h src/report/parts.h src/report/output.h src/report/output.c src/report/text.h src/report/page.h src/report/page.c \
                       src/report/page_style.h src/report/page_style.c src/report/mathml.h src/report/mathml.c src/report/formulas.h \
                       src/report/formulas.c src/report/run_page.h src/report/run_page.c src/report/run_sections.h \
                       src/report/statement_cards.c src/report/run_pen.c src/report/run_pictures.c src/report/runs.h src/report/runs.c src/report/runs_page.c \
                       src/report/density_figure.c \
                       src/report/text.c src/report/table.h src/report/table.c src/report/csv.h src/report/csv.c \
                       src/report/fields.h src/report/fields.c src/report/headline.c src/report/notes.c src/report/ledger_table.c \
                       src/report/conditions.c src/report/ledger_json.c src/report/ledger_csv.c src/report/ladder_table.c \
                       src/report/measured_table.c src/report/measured_json.c src/report/measured_csv.c src/report/run.c \
                       src/report/quality_table.c src/report/image_grid.h src/report/image_grid.c \
                       src/report/training.c src/report/sample.c src/report/calculator.c src/report/list.c src/report/parameters.c src/report/claims.c \
                       src/report/inspection.h src/report/inspect.h src/report/inspect_table.c \
                       src/report/inspect_images.c src/report/inspect_json.c src/report/inspect_csv.c src/report/rundir.h src/report/rundir.c \
                       src/report/beside.h src/report/beside.c src/report/sweep_comparison.h src/report/sweep_comparison.c \
                       src/report/sweep_page.c \
                       src/report/sweepdir.h src/report/sweepdir.c src/report/rounds.h src/report/rounds.c src/report/provenance.h \
                       src/report/provenance.c src/report/plot.h src/report/plot.c src/report/plot_script.h \
                       src/report/plot_script.c src/report/plot_frame.c src/report/palette.h src/report/gnuplot.h \
                       src/report/gnuplot.c src/report/waterfall.h src/report/waterfall_rows.c src/report/waterfall_table.c \
                       src/report/waterfall_terminal.c src/report/waterfall_plot.c src/report/waterfall_json.c src/report/sweep.h \
                       src/report/sweep_table.c src/report/sweep_runs.c src/report/sweep_reported.c src/report/sweep_slopes.c src/report/sweep_json.c \
                       src/report/sweep_jsonl.c src/report/sweep_csv.c src/report/choose.h src/report/choose.c \
                       src/report/choose_words.c src/report/choose_summary.c src/report/choose_table.c src/report/choose_terms.c \
                       src/report/choose_certificate.c src/report/choose_reach.c src/report/choose_json.c src/report/choose_csv.c

check_PROGRAMS += tests/test_report
tests_test_report_SOURCES = tests/test_report.c
tests_test_report_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/test_formulas
tests_test_formulas_SOURCES = tests/test_formulas.c tests/formula_value.h tests/formula_value.c tests/markup.h tests/markup.c
tests_test_formulas_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/test_page
tests_test_page_SOURCES = tests/test_page.c tests/markup.h tests/markup.c
tests_test_page_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/test_run_figures
tests_test_run_figures_SOURCES = tests/test_run_figures.c
tests_test_run_figures_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/test_image_grid
tests_test_image_grid_SOURCES = tests/test_image_grid.c
tests_test_image_grid_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/test_choose_report
tests_test_choose_report_SOURCES = tests/test_choose_report.c tests/choose_scene.c tests/choose_scene.h
tests_test_choose_report_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/test_plot
tests_test_plot_SOURCES = tests/test_plot.c
tests_test_plot_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/test_sweep_report
tests_test_sweep_report_SOURCES = tests/test_sweep_report.c tests/sweep_case.h tests/sweep_case.c
tests_test_sweep_report_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/test_sweep_comparison
tests_test_sweep_comparison_SOURCES = tests/test_sweep_comparison.c tests/sweep_case.h tests/sweep_case.c
tests_test_sweep_comparison_LDADD = $(TEST_LIBS)
EXTRA_DIST += data/reference/qiao2025_table2.info
