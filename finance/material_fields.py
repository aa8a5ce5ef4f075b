"""Which fields of a document an approval rests on, and which of them each stage decides about."""

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785

from models.approval import ApprovalSubject, FieldChange
from models.base import Model
from models.party import Role
from models.purchasing import RequisitionContent

_OF_PURCHASE = ("entity", "vendor", "cost_centre", "category", "currency", "net_total", "lines")
_STAGE_INPUTS: Mapping[tuple[ApprovalSubject, str], tuple[str, ...]] = {
    (ApprovalSubject.PURCHASE, Role.PURCHASING): ("vendor", "category", "lines"),
    (ApprovalSubject.PURCHASE, Role.FINANCE_DIRECTOR): ("entity", "cost_centre", "currency", "net_total"),
    (ApprovalSubject.PURCHASE, Role.MANAGING_DIRECTOR): ("entity", "vendor", "currency", "net_total"),
}
"""Purchasing answers for source and terms, the directors for money; every other stage for all material fields."""


def material_fields(content: Model) -> dict[str, str]:
    """The material fields of a purchase as texts. Reason and wanted day are not among them: correcting either voids no
    approval. Every other document is frozen when it is asked about, so that any change makes another one: empty."""
    if not isinstance(content, RequisitionContent):
        return {}
    values = content.model_dump(mode="json") | {"net_total": str(content.net_total.amount)}
    return {name: _as_text(values[name]) for name in _OF_PURCHASE}


def stage_inputs(subject: ApprovalSubject, role: str, material: Mapping[str, str]) -> str:
    """SHA-256 of the fields that a stage of `role` decides about; empty where no fields are told apart."""
    if not material:
        return ""
    names = _STAGE_INPUTS.get((subject, role), tuple(material))
    return hashlib.sha256(rfc8785.dumps([role, {name: material[name] for name in names}])).hexdigest()


def changes_between(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[FieldChange, ...]:
    """Every material field that differs, in the fields' own order."""
    names = dict.fromkeys([*before, *after])
    return tuple(
        FieldChange(field=name, before=before.get(name, ""), after=after.get(name, ""))
        for name in names
        if before.get(name) != after.get(name)
    )


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else rfc8785.dumps(value).decode()
