"""Eight purchases of different kinds, driven over HTTP as the company's people would, and checked at the bank."""

from sandbox.demo.run import run_demo

__all__ = ["run_demo"]
