"""The version of a decision: the same content gives the same hash whatever tool wrote or formatted the file."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from rules.definitions import (
    BoxedContext,
    Decision,
    DecisionTable,
    InputData,
    Invocation,
    ItemDefinition,
    KnowledgeModel,
    Logic,
    NamedLogic,
    Rule,
    parts_of,
)
from rules.feel.tokens import KnownNames, canonical

ENGINE_VERSION = "2"
"""Raised whenever the engine may answer differently for the same table, so that pinned versions tell."""


def version_of(
    decisions: Sequence[tuple[Decision, KnownNames]],
    inputs: Sequence[InputData],
    items: Iterable[ItemDefinition],
    knowledge: Sequence[tuple[KnowledgeModel, KnownNames]] = (),
) -> str:
    """SHA-256 in hex over the decisions, business knowledge models and inputs that take part, the types they use, and
    ENGINE_VERSION.

    Ids of elements (other than of rows), diagram, layout, labels of outputs and white space do not count.
    """
    logic: list[NamedLogic] = [*(each for each, _ in decisions), *(each for each, _ in knowledge)]
    types = {data.type_ref for data in inputs}.union(*map(_type_refs, logic))
    content: dict[str, Any] = {
        "engine": ENGINE_VERSION,
        "decisions": sorted(
            (_decision(decision, names) for decision, names in decisions), key=lambda d: str(d["name"])
        ),
        "inputs": sorted([data.name, data.type_ref] for data in inputs),
        "items": sorted((_item(item) for item in _reachable(items, types)), key=lambda i: str(i["name"])),
    }
    if knowledge:
        content["knowledge"] = sorted((_knowledge(*each) for each in knowledge), key=lambda k: str(k["name"]))
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _type_refs(logic: NamedLogic) -> set[str]:
    parameters = logic.parameters if isinstance(logic, KnowledgeModel) else ()
    found = {logic.type_ref} | {parameter.type_ref for parameter in parameters}
    for part in parts_of(logic):
        if part.table is not None:
            found |= {column.type_ref for column in part.table.inputs}
            found |= {column.type_ref for column in part.table.outputs}
        if part.context is not None:
            found |= {entry.type_ref for entry in part.context.entries}
    return found


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


def _decision(decision: NamedLogic, names: KnownNames) -> dict[str, Any]:
    return {
        "name": decision.name,
        "description": _prose(decision.description),
        "type": decision.type_ref,
        **_logic(decision, names),
    }


def _knowledge(model: KnowledgeModel, names: KnownNames) -> dict[str, Any]:
    parameters = [[parameter.name, parameter.type_ref] for parameter in model.parameters]
    return _decision(model, names) | {"parameters": parameters}


def _logic(logic: Logic, names: KnownNames) -> dict[str, Any]:
    """Kinds of logic that are not there are left out, all but the two that files without boxes have."""
    boxes: dict[str, Any] = {
        "expression": _feel(logic.expression, names),
        "table": logic.table and _table(logic.table, names),
    }
    if logic.invocation is not None:
        boxes["invocation"] = _invocation(logic.invocation, names)
    if logic.context is not None:
        boxes["context"] = _context(logic.context, names)
    return boxes


def _invocation(invocation: Invocation, names: KnownNames) -> list[Any]:
    return [invocation.knowledge, {each.parameter: _logic(each, names) for each in invocation.bindings}]


def _context(context: BoxedContext, names: KnownNames) -> list[Any]:
    entries = []
    for entry in context.entries:
        entries.append([entry.name, entry.type_ref, _logic(entry, names)])
        names = names.with_variable(entry.name)
    return entries


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
