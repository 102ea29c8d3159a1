"""Backend benchmarks, each with a floor measured beside it: `make bench`."""
