"""Cases in the format of the DMN technology compatibility kit: a model, and files that say what it has to answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from rules.portable import portable

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_TCK = "{http://www.omg.org/spec/DMN/20160719/testcase}"
_NUMBERS = ("decimal", "double", "integer", "int", "long", "float")
_EXACT_TO = Decimal("1e-8")
"""Results of powers are written with the digits of a binary number."""


@dataclass(frozen=True)
class Expectation:
    """What one decision of a model has to answer to one set of inputs."""

    decision: str
    inputs: Mapping[str, Any]
    result: Any


def expectations(folder: Path) -> Iterator[Expectation]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for tests in sorted(folder.glob("*-test-*.xml")):
        for test in etree.parse(str(tests), parser).getroot().iter(f"{_TCK}testCase"):
            inputs = {str(node.get("name")): _value(node) for node in test.findall(f"{_TCK}inputNode")}
            for node in test.findall(f"{_TCK}resultNode"):
                expected = node.find(f"{_TCK}expected")
                assert expected is not None
                yield Expectation(str(node.get("name")), inputs, _value(expected))


def agrees(result: Any, expected: Any) -> bool:
    if isinstance(expected, Decimal) and isinstance(result, Decimal):
        return abs(result - expected) <= _EXACT_TO * max(Decimal(1), abs(expected))
    if isinstance(expected, list) and isinstance(result, list):
        return len(result) == len(expected) and all(map(agrees, result, expected))
    if isinstance(expected, dict) and isinstance(result, dict):
        return result.keys() == expected.keys() and all(agrees(result[key], expected[key]) for key in expected)
    return bool(portable(result) == expected)


def _value(node: etree._Element) -> Any:
    components = node.findall(f"{_TCK}component")
    if components:
        return {component.get("name"): _value(component) for component in components}
    items = node.find(f"{_TCK}list")
    if items is not None:
        return [_value(item) for item in items]
    value = node.find(f"{_TCK}value")
    return None if value is None else _scalar(value)


def _scalar(value: etree._Element) -> Any:
    if value.get(f"{_XSI}nil") == "true":
        return None
    text = value.text or ""
    match (value.get(f"{_XSI}type") or "").rpartition(":")[2]:
        case kind if kind in _NUMBERS:
            return Decimal(text)
        case "boolean":
            return text == "true"
    return text


_STRICT = "a value that its column does not allow is refused by name here, where the kit makes it null"
_FUNCTIONS = "functions written in an expression"
TABLE_CASES: dict[str, str] = {
    "0004-simpletable-U": "",
    "0005-simpletable-A": "",
    "0006-simpletable-P1": "",
    "0007-simpletable-P2": "",
    "0008-LX-arithmetic": "",
    "0009-invocation-arithmetic": "",
    "0010-multi-output-U": "",
    "0108-first-hitpolicy": "",
    "0109-ruleOrder-hitpolicy": "",
    "0110-outputOrder-hitpolicy": "",
    "0111-first-hitpolicy-singleoutputcol": "",
    "0112-ruleOrder-hitpolicy-singleinoutcol": "",
    "0113-outputOrder-hitpolicy-singleinoutcol": "",
    "0114-min-collect-hitpolicy": "",
    "0115-sum-collect-hitpolicy": "",
    "0116-count-collect-hitpolicy": "",
    "0117-multi-any-hitpolicy": "",
    "0118-multi-priority-hitpolicy": "",
    "0119-multi-collect-hitpolicy": "",
    "0004-lending": "",
    "0005-literal-invocation": "",
    "0017-tableTests": "",
    "0020-vacation-days": "",
    "0035-test-structure-output": "",
    "0036-dt-variable-input": "",
    "0037-dt-on-bkm-implicit-params": "",
    "0038-dt-on-bkm-explicit-params": "",
    "0039-dt-list-semantics": "",
    "0040-singlenestedcontext": "",
    "0041-multiple-nestedcontext": "",
    "0087-chapter-11-example": "",
    "0014-loan-comparison": f"relations, loops and {_FUNCTIONS}; it has no table",
    "0016-some-every": "relations and quantifiers; it has no table",
    "0019-flight-rebooking": f"filters, sorting, {_FUNCTIONS} and recursion",
    "0030-user-defined-functions": f"{_FUNCTIONS}; it has no table",
    "0031-user-defined-functions": f"{_FUNCTIONS}; it has no table",
    "0085-decision-services": "decision services, which the house does not call",
    "0086-import": "imports of other files: a table of the house is one file with one version",
    "0089-nested-inputdata-imports": "imports of other files: a table of the house is one file with one version",
    "0104-allowed-values": f"{_STRICT}; it has no table",
    "1157-unarytests-decisiontable": _STRICT,
}
"""The kit's cases with decision tables or business knowledge models, and why one is left out; most others are of FEEL's
functions. The kit itself is no part of this tree: what its cases ask for is asked by those in `conformance/`."""
