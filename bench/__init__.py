"""Benchmarks: `python -m bench.paths`."""
