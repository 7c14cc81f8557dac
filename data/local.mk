# What is installed of the data: configurations to begin with, and sweeps, a configuration each with the plan as its section `sweep`.
examplesdir = $(pkgdatadir)/examples
dist_examples_DATA = data/examples/shifted-gaussian.yaml doc/library_example.c
sweepsdir = $(pkgdatadir)/sweeps
dist_sweeps_DATA = data/sweeps/dimension.yaml data/sweeps/gamma.yaml data/sweeps/grids.yaml data/sweeps/heterogeneity.yaml \
                   data/sweeps/local-steps.yaml data/sweeps/pruning.yaml data/sweeps/rounds.yaml
# The paper's experiments, and what it reports of them.
experimentsdir = $(pkgdatadir)/experiments
dist_experiments_DATA = data/experiments/pruning-levels.yaml data/experiments/pruning-levels-shapes.yaml
referencedir = $(pkgdatadir)/reference
dist_reference_DATA = data/reference/qiao2025_table2.json
