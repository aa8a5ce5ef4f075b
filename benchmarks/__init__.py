"""Paired measurements against the honest floor: `python -m benchmarks.NAME [--json] [--quick]`."""
