noinst_LTLIBRARIES += libdiffusion.la
libdiffusion_la_SOURCES = src/diffusion/grid.c src/diffusion/grid.h src/diffusion/sampler.c src/diffusion/sampler.h
