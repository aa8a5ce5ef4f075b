"""Every table, each in the module of its subject; importing this package knows them all."""

from store.schema import approvals, audit, payables, people, purchasing, sales
from store.schema.types import METADATA

__all__ = ["METADATA", "approvals", "audit", "payables", "people", "purchasing", "sales"]
