"""A decision table of a DMN file, in a decision or anywhere else that logic may stand."""

from rules.definitions import Aggregation, DecisionTable, HitPolicy, InputClause, OutputClause, Rule
from rules.dmn_xml import Place, attribute


class TableReader:
    def __init__(self, place: Place) -> None:
        self._place = place

    def read(self) -> DecisionTable:
        inputs = tuple(self._input(column) for column in self._place.children("input"))
        outputs = tuple(self._output(column) for column in self._place.children("output"))
        self._check_outputs(outputs)
        return DecisionTable(
            hit_policy=self._hit_policy(),
            aggregation=self._aggregation(),
            inputs=inputs,
            outputs=outputs,
            annotations=tuple(attribute(column.element, "name") for column in self._place.children("annotation")),
            rules=self._rules(len(inputs), len(outputs)),
        )

    def _hit_policy(self) -> HitPolicy:
        written = attribute(self._place.element, "hitPolicy") or HitPolicy.UNIQUE
        if written not in set(HitPolicy):
            self._place.add(f"has the hit policy {written!r}; the standard knows {', '.join(HitPolicy)}")
            return HitPolicy.UNIQUE
        return HitPolicy(written)

    def _aggregation(self) -> Aggregation | None:
        written = attribute(self._place.element, "aggregation")
        if written and written not in set(Aggregation):
            self._place.add(f"has the aggregation {written!r}; the standard knows {', '.join(Aggregation)}")
            return None
        return Aggregation(written) if written else None

    def _input(self, place: Place) -> InputClause:
        expression, allowed = place.child("inputExpression"), place.child("inputValues")
        text = expression.feel() if expression else ""
        if not text:
            place.add("has no input expression; name the input that the column tests")
        return InputClause(
            label=attribute(place.element, "label"),
            expression=text,
            type_ref=expression.type_ref() if expression else "",
            allowed_values=allowed.feel() if allowed else "",
        )

    def _output(self, place: Place) -> OutputClause:
        allowed, default = place.child("outputValues"), place.child("defaultOutputEntry")
        return OutputClause(
            name=attribute(place.element, "name"),
            label=attribute(place.element, "label"),
            type_ref=place.type_ref(),
            allowed_values=allowed.feel() if allowed else "",
            default=default.feel() if default else None,
        )

    def _check_outputs(self, outputs: tuple[OutputClause, ...]) -> None:
        names = [output.name for output in outputs]
        if not outputs:
            self._place.add("has no output column")
        if len(outputs) > 1 and not all(names):
            self._place.add("has several output columns; each needs a name")
        if len(set(names)) < len(names):
            self._place.add("has two output columns of the same name")

    def _rules(self, inputs: int, outputs: int) -> tuple[Rule, ...]:
        rules = tuple(self._rule(place, row, inputs, outputs) for row, place in enumerate(self._place.children("rule")))
        ids = [rule.id for rule in rules]
        if len(set(ids)) < len(ids):
            repeated = next(id_ for id_ in ids if ids.count(id_) > 1)
            self._place.add(f"has the rule id {repeated!r} more than once")
        return rules

    def _rule(self, place: Place, row: int, inputs: int, outputs: int) -> Rule:
        identity = attribute(place.element, "id") or f"row-{row + 1}"
        place = place.at(f"{self._place.path}.rules[{identity}]")
        rule = Rule(
            id=identity,
            inputs=tuple(entry.at(place.path).feel() for entry in place.children("inputEntry")),
            outputs=tuple(entry.at(place.path).feel() for entry in place.children("outputEntry")),
            annotations=tuple(entry.text("text") for entry in place.children("annotationEntry")),
            description=place.text("description"),
        )
        for kind, found, expected in (("input", len(rule.inputs), inputs), ("output", len(rule.outputs), outputs)):
            if found != expected:
                place.add(f"has {found} {kind} entries; the table has {expected} {kind} columns")
        return rule
