EXTRA_DIST += doc/architecture.md doc/choosing.md doc/experiments.md doc/experts.md doc/errata.md doc/explorer.md doc/images.md doc/ladder.md \
              doc/notebooks.md doc/performance.md doc/quality.md doc/report.md doc/sweeps.md doc/theory.md \
              doc/waterfall.svg doc/rounds.svg
