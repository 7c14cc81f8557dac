# What is installed of the data: configurations to begin with, and sweeps, a configuration each with the plan as its section `sweep`.
examplesdir = $(pkgdatadir)/examples
dist_examples_DATA = data/examples/shifted-gaussian.yaml
sweepsdir = $(pkgdatadir)/sweeps
dist_sweeps_DATA = data/sweeps/dimension.yaml data/sweeps/gamma.yaml data/sweeps/grids.yaml data/sweeps/heterogeneity.yaml \
                   data/sweeps/local-steps.yaml data/sweeps/pruning.yaml data/sweeps/rounds.yaml
