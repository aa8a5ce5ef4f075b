"""Decision tables for tests, made in a line or two."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from rules.dmn import read_definitions
from rules.engine import CompiledDecision, compile_decision

DMN_13 = "https://www.omg.org/spec/DMN/20191111/MODEL/"

Column = tuple[str, str] | tuple[str, str, str]
"""Name, type and, where there are any, the values allowed."""


def table_xml(
    inputs: Sequence[Column],
    outputs: Sequence[Column],
    rows: Sequence[Sequence[str]],
    policy: str = "UNIQUE",
    *,
    aggregation: str = "",
    defaults: Sequence[str] = (),
    namespace: str = DMN_13,
) -> bytes:
    aggregated = f' aggregation="{aggregation}"' if aggregation else ""
    columns = "".join(_input(column) for column in inputs)
    columns += "".join(_output(column, defaults[i] if defaults else None) for i, column in enumerate(outputs))
    body = "".join(_row(row, len(inputs)) for row in rows)
    return decision_xml(
        f'<decision id="d" name="decided"><decisionTable hitPolicy="{policy}"{aggregated}>'
        f"{columns}{body}</decisionTable></decision>",
        namespace,
    )


def decision_xml(body: str, namespace: str = DMN_13) -> bytes:
    return f'<definitions xmlns="{namespace}" id="t" name="test" namespace="urn:test">{body}</definitions>'.encode()


def compiled(xml: bytes, name: str = "decided") -> CompiledDecision:
    return compile_decision(read_definitions(xml), name)


def _text(tag: str, text: str, attributes: str = "") -> str:
    return f"<{tag}{attributes}><text>{escape(text)}</text></{tag}>"


def _type(column: Column) -> str:
    return f" typeRef={quoteattr(column[1])}" if column[1] else ""


def _input(column: Column) -> str:
    allowed = _text("inputValues", column[2]) if len(column) == 3 else ""
    return f"<input>{_text('inputExpression', column[0], _type(column))}{allowed}</input>"


def _output(column: Column, default: str | None) -> str:
    inner = _text("outputValues", column[2]) if len(column) == 3 else ""
    inner += "" if default is None else _text("defaultOutputEntry", default)
    return f"<output name={quoteattr(column[0])}{_type(column)}>{inner}</output>"


def _row(row: Sequence[str], inputs: int) -> str:
    entries = [_text("inputEntry" if place < inputs else "outputEntry", cell) for place, cell in enumerate(row)]
    return f"<rule>{''.join(entries)}</rule>"
