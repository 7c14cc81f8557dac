# The sweeps that are installed: a configuration each, with the plan as its section `sweep`.
sweepsdir = $(pkgdatadir)/sweeps
dist_sweeps_DATA = data/sweeps/dimension.yaml data/sweeps/gamma.yaml data/sweeps/grids.yaml data/sweeps/heterogeneity.yaml \
                   data/sweeps/local-steps.yaml data/sweeps/pruning.yaml data/sweeps/rounds.yaml
