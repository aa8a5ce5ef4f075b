"""Purchases and sales of different kinds, driven over HTTP as people would do them, and checked at the portals."""

from sandbox.demo.run import run_demo

__all__ = ["run_demo"]
