"""Every table, each in the module of its subject; importing this package knows them all."""

from store.schema import approvals, audit, messages, payables, people, portal_queue, purchasing, rules, sales, schedules
from store.schema.types import METADATA

__all__ = [
    "METADATA",
    "approvals",
    "audit",
    "messages",
    "payables",
    "people",
    "portal_queue",
    "purchasing",
    "rules",
    "sales",
    "schedules",
]
