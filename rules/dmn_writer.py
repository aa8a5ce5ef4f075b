"""Definitions to a DMN 1.3 file that the usual modelers open: what is written reads back as the same definitions."""

import re
from collections.abc import Iterable
from typing import cast

from lxml import etree

from models.errors import BusinessError, Finding
from rules.definitions import (
    BoxedContext,
    Decision,
    Definitions,
    Invocation,
    ItemDefinition,
    KnowledgeModel,
    Logic,
    NamedLogic,
    parts_of,
)
from rules.dmn_diagram import add_diagram
from rules.dmn_elements import (
    MODEL,
    XML_ID,
    add_child,
    add_expression,
    add_text,
    set_attributes,
    set_name,
)
from rules.dmn_xml import Element
from rules.table_writer import write_table

_NAMESPACES = {
    None: MODEL,
    "dmndi": "https://www.omg.org/spec/DMN/20191111/DMNDI/",
    "dc": "http://www.omg.org/spec/DMN/20180521/DC/",
    "di": "http://www.omg.org/spec/DMN/20180521/DI/",
}


def write_definitions(definitions: Definitions) -> bytes:
    """A DMN file with a diagram, the same bytes for the same definitions.

    Raises BusinessError `rules.unsupported` for logic that is not kept when a file is read, and `rules.malformed` for
    control characters.
    """
    _refuse_unsupported((*definitions.decisions, *definitions.knowledge))
    try:
        root = _Writer(definitions).write()
    except ValueError as error:
        raise BusinessError("rules.malformed", "A text has a control character, which no DMN file can hold.") from error
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _refuse_unsupported(logic: Iterable[NamedLogic]) -> None:
    findings = tuple(
        Finding(field=each.name, problem=f"is made with {part.unsupported}; keep it in its own file")
        for each in logic
        for part in parts_of(each)
        if part.unsupported
    )
    if findings:
        raise BusinessError("rules.unsupported", "The file has logic that cannot be written again.", findings)


class _Ids:
    """Ids of elements that have none of their own, never one that is taken."""

    def __init__(self, definitions: Definitions) -> None:
        logic: list[Decision | KnowledgeModel] = [*definitions.decisions, *definitions.knowledge]
        self._taken = {each.id for each in logic} | {data.id for data in definitions.inputs}
        tables = [part.table for each in logic for part in parts_of(each) if part.table]
        self._taken |= {rule.id for table in tables for rule in table.rules}

    def new(self, *words: str) -> str:
        base = re.sub(r"[^\w.-]+", "_", "_".join(words))
        base = base if XML_ID.fullmatch(base) else f"_{base}"
        candidate, number = base, 1
        while candidate in self._taken:
            number += 1
            candidate = f"{base}_{number}"
        self._taken.add(candidate)
        return candidate


class _Writer:
    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._ids = _Ids(definitions)
        self._inputs = {data.id for data in definitions.inputs}

    def write(self) -> Element:
        source = self._definitions
        root = etree.Element(f"{{{MODEL}}}definitions", nsmap=cast(dict[str, str], _NAMESPACES))
        root.set("id", self._ids.new(source.name or "definitions", "definitions"))
        set_attributes(root, name=source.name, namespace=source.namespace)
        add_text(root, "description", source.description)
        for item in source.items:
            self._item(add_child(root, "itemDefinition"), item, item.name)
        for decision in source.decisions:
            self._decision(add_child(root, "decision"), decision)
        for model in source.knowledge:
            self._knowledge(add_child(root, "businessKnowledgeModel"), model)
        for data in source.inputs:
            element = set_name(add_child(root, "inputData"), data.id, data.name)
            add_text(element, "description", data.description)
            variable = add_child(element, "variable")
            set_attributes(variable, id=self._ids.new(data.id, "variable"), name=data.name, typeRef=data.type_ref)
        add_diagram(root, source, self._ids.new)
        return root

    def _item(self, element: Element, item: ItemDefinition, path: str) -> None:
        set_attributes(element, id=self._ids.new(path, "type"), name=item.name)
        if item.is_collection:
            element.set("isCollection", "true")
        add_text(element, "typeRef", item.type_ref)
        if item.allowed_values:
            self._expression(element, "allowedValues", item.allowed_values, path, "values")
        for part in item.components:
            self._item(add_child(element, "itemComponent"), part, f"{path}_{part.name}")

    def _decision(self, element: Element, decision: Decision) -> None:
        self._head(element, decision)
        for reference in decision.required_decisions:
            self._requirement(element, decision.id, "informationRequirement", "requiredDecision", reference)
        for reference in decision.required_inputs:
            self._requirement(element, decision.id, "informationRequirement", "requiredInput", reference)
        for reference in decision.required_knowledge:
            self._requirement(element, decision.id, "knowledgeRequirement", "requiredKnowledge", reference)
        self._logic(element, decision, decision.id)

    def _knowledge(self, element: Element, model: KnowledgeModel) -> None:
        self._head(element, model)
        function = add_child(element, "encapsulatedLogic")
        function.set("id", self._ids.new(model.id, "logic"))
        for parameter in model.parameters:
            formal = add_child(function, "formalParameter")
            identity = self._ids.new(model.id, "takes", parameter.name)
            set_attributes(formal, id=identity, name=parameter.name, typeRef=parameter.type_ref)
        self._logic(function, model, model.id)
        for reference in model.required_knowledge:
            self._requirement(element, model.id, "knowledgeRequirement", "requiredKnowledge", reference)

    def _head(self, element: Element, logic: Decision | KnowledgeModel) -> None:
        set_name(element, logic.id, logic.name)
        add_text(element, "description", logic.description)
        variable = add_child(element, "variable")
        set_attributes(variable, id=self._ids.new(logic.id, "result"), name=logic.name, typeRef=logic.type_ref)

    def _requirement(self, element: Element, owner: str, requirement: str, kind: str, reference: str) -> None:
        required = add_child(element, requirement)
        required.set("id", self._ids.new(owner, "needs", reference))
        add_child(required, kind).set("href", f"#{reference}")

    def _logic(self, element: Element, logic: Logic, path: str) -> None:
        if logic.table is not None:
            write_table(add_child(element, "decisionTable"), logic.table, path, self._ids.new)
        elif logic.expression is not None:
            self._expression(element, "literalExpression", logic.expression, path, "expression")
        elif logic.invocation is not None:
            self._invocation(add_child(element, "invocation"), logic.invocation, path)
        elif logic.context is not None:
            self._context(add_child(element, "context"), logic.context, path)

    def _invocation(self, element: Element, invocation: Invocation, path: str) -> None:
        element.set("id", self._ids.new(path, "invocation"))
        self._expression(element, "literalExpression", invocation.knowledge, path, "invoked")
        for binding in invocation.bindings:
            inner = f"{path}_{binding.parameter}"
            bound = add_child(element, "binding")
            set_attributes(add_child(bound, "parameter"), id=self._ids.new(inner), name=binding.parameter)
            self._logic(bound, binding, inner)

    def _context(self, element: Element, context: BoxedContext, path: str) -> None:
        element.set("id", self._ids.new(path, "context"))
        for entry in context.entries:
            inner, step = f"{path}_{entry.name or 'result'}", add_child(element, "contextEntry")
            if entry.name:
                identity = self._ids.new(inner, "variable")
                set_attributes(add_child(step, "variable"), id=identity, name=entry.name, typeRef=entry.type_ref)
            self._logic(step, entry, inner)

    def _expression(self, parent: Element, name: str, text: str, *path: str) -> None:
        add_expression(parent, name, text, self._ids.new(*path))
