"""One decision element of a DMN file: its requirements and its table or literal expression."""

from lxml import etree

from rules.definitions import Aggregation, Decision, DecisionTable, HitPolicy, InputClause, OutputClause, Rule
from rules.dmn_xml import Place, attribute

_UNSUPPORTED_LOGIC = frozenset(
    {"invocation", "context", "functionDefinition", "relation", "list", "conditional", "filter", "for", "every", "some"}
)


class DecisionReader:
    def __init__(self, place: Place) -> None:
        self._place = place

    def read(self) -> Decision:
        place = self._place
        table, literal, variable = (place.child(name) for name in ("decisionTable", "literalExpression", "variable"))
        return Decision(
            id=place.identity(),
            name=place.name(),
            description=place.text("description"),
            type_ref=variable.type_ref() if variable else "",
            table=_TableReader(table.at(place.path)).read() if table else None,
            expression=literal.feel() if literal else None,
            unsupported=self._unsupported(),
            required_inputs=self._required("requiredInput"),
            required_decisions=self._required("requiredDecision"),
        )

    def _required(self, name: str) -> tuple[str, ...]:
        references = []
        for requirement in self._place.children("informationRequirement"):
            reference = requirement.child(name)
            if reference is not None:
                references.append(attribute(reference.element, "href").rpartition("#")[2])
        return tuple(references)

    def _unsupported(self) -> str:
        for child in self._place.element:
            name = etree.QName(child).localname
            if name in _UNSUPPORTED_LOGIC:
                return f"a boxed {name}"
        return "a business knowledge model" if self._place.child("knowledgeRequirement") else ""


class _TableReader:
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
