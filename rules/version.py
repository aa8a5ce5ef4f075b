"""The version of a decision: the same content gives the same hash whatever tool wrote or formatted the file."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from rules.definitions import Decision, DecisionTable, InputData, ItemDefinition, Rule
from rules.feel.tokens import KnownNames, canonical

ENGINE_VERSION = "1"
"""Raised whenever the engine may answer differently for the same table, so that pinned versions tell."""


def version_of(
    decisions: Sequence[tuple[Decision, KnownNames]], inputs: Sequence[InputData], items: Iterable[ItemDefinition]
) -> str:
    """SHA-256 in hex over the decisions and inputs that take part, the types they use, and ENGINE_VERSION.

    Ids of elements (other than of rows), diagram, layout, labels of outputs and white space do not count.
    """
    types = {data.type_ref for data in inputs}.union(*(_type_refs(decision) for decision, _ in decisions))
    content = {
        "engine": ENGINE_VERSION,
        "decisions": sorted(
            (_decision(decision, names) for decision, names in decisions), key=lambda d: str(d["name"])
        ),
        "inputs": sorted([data.name, data.type_ref] for data in inputs),
        "items": sorted((_item(item) for item in _reachable(items, types)), key=lambda i: str(i["name"])),
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _type_refs(decision: Decision) -> set[str]:
    if decision.table is None:
        return {decision.type_ref}
    inputs = {column.type_ref for column in decision.table.inputs}
    return {decision.type_ref} | inputs | {column.type_ref for column in decision.table.outputs}


def _reachable(items: Iterable[ItemDefinition], types: set[str]) -> list[ItemDefinition]:
    by_name = {item.name: item for item in items}
    pending, found = list(types), {}
    while pending:
        name = pending.pop()
        if name in by_name and name not in found:
            found[name] = by_name[name]
            pending += _type_refs_of_item(by_name[name])
    return list(found.values())


def _type_refs_of_item(item: ItemDefinition) -> list[str]:
    return [item.type_ref, *(type_ref for part in item.components for type_ref in _type_refs_of_item(part))]


def _decision(decision: Decision, names: KnownNames) -> dict[str, Any]:
    return {
        "name": decision.name,
        "description": _prose(decision.description),
        "type": decision.type_ref,
        "expression": None if decision.expression is None else _feel(decision.expression, names),
        "table": decision.table and _table(decision.table, names),
    }


def _table(table: DecisionTable, names: KnownNames) -> dict[str, Any]:
    return {
        "policy": table.hit_policy,
        "aggregation": table.aggregation,
        "inputs": [
            [column.label, _feel(column.expression, names), column.type_ref, _feel(column.allowed_values, names)]
            for column in table.inputs
        ],
        "outputs": [
            [column.name, column.type_ref, _feel(column.allowed_values, names), _feel(column.default, names)]
            for column in table.outputs
        ],
        "rules": [_rule(rule, names) for rule in table.rules],
    }


def _rule(rule: Rule, names: KnownNames) -> dict[str, Any]:
    return {
        "id": rule.id,
        "inputs": [_feel(cell, names) or "-" for cell in rule.inputs],
        "outputs": [_feel(cell, names) for cell in rule.outputs],
        "notes": [_prose(note) for note in (*rule.annotations, rule.description)],
    }


def _item(item: ItemDefinition) -> dict[str, Any]:
    return {
        "name": item.name,
        "type": item.type_ref,
        "allowed": _feel(item.allowed_values, KnownNames((), ())),
        "list": item.is_collection,
        "parts": [_item(part) for part in item.components],
    }


def _feel(text: str | None, names: KnownNames) -> str | None:
    return None if text is None else canonical(text, names)


def _prose(text: str) -> str:
    return " ".join(text.split())
