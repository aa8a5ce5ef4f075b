"""A decision table as an element of a DMN file, wherever logic may stand."""

from collections.abc import Callable

from rules.definitions import DecisionTable, InputClause, OutputClause, Rule
from rules.dmn_elements import add_child, add_expression, add_text, set_attributes
from rules.dmn_xml import Element


def write_table(element: Element, table: DecisionTable, prefix: str, new_id: Callable[..., str]) -> None:
    """Ids are made from `prefix`, where the table stands."""
    _Writer(new_id).write(element, table, prefix)


class _Writer:
    def __init__(self, new_id: Callable[..., str]) -> None:
        self._new_id = new_id

    def write(self, element: Element, table: DecisionTable, prefix: str) -> None:
        set_attributes(element, id=self._new_id(prefix, "table"), hitPolicy=table.hit_policy)
        if table.aggregation is not None:
            element.set("aggregation", table.aggregation)
        for number, column in enumerate(table.inputs, 1):
            self._input(add_child(element, "input"), column, f"{prefix}_input_{number}")
        for number, result in enumerate(table.outputs, 1):
            self._output(add_child(element, "output"), result, f"{prefix}_output_{number}")
        for note in table.annotations:
            add_child(element, "annotation").set("name", note)
        for row, rule in enumerate(table.rules, 1):
            self._rule(add_child(element, "rule"), rule, row, prefix)

    def _input(self, element: Element, column: InputClause, path: str) -> None:
        set_attributes(element, id=self._new_id(path), label=column.label)
        expression = self._expression(element, "inputExpression", column.expression, path, "expression")
        set_attributes(expression, typeRef=column.type_ref)
        if column.allowed_values:
            self._expression(element, "inputValues", column.allowed_values, path, "values")

    def _output(self, element: Element, column: OutputClause, path: str) -> None:
        set_attributes(element, id=self._new_id(path), label=column.label, name=column.name, typeRef=column.type_ref)
        if column.allowed_values:
            self._expression(element, "outputValues", column.allowed_values, path, "values")
        if column.default is not None:
            self._expression(element, "defaultOutputEntry", column.default, path, "default")

    def _rule(self, element: Element, rule: Rule, row: int, prefix: str) -> None:
        # The reader counts rows that have no id, so one that was counted gets none: another table may count as well.
        if rule.id != f"row-{row}":
            element.set("id", rule.id)
        add_text(element, "description", rule.description)
        for number, cell in enumerate(rule.inputs, 1):
            self._expression(element, "inputEntry", cell, prefix, rule.id, f"if_{number}")
        for number, cell in enumerate(rule.outputs, 1):
            self._expression(element, "outputEntry", cell, prefix, rule.id, f"then_{number}")
        for note in rule.annotations:
            add_child(add_child(element, "annotationEntry"), "text").text = note

    def _expression(self, parent: Element, name: str, text: str, *path: str) -> Element:
        return add_expression(parent, name, text, self._new_id(*path))
