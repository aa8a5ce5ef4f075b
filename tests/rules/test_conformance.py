"""The decision-table cases of the DMN technology compatibility kit."""

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from rules.dmn import read_definitions
from rules.engine import compile_decision

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_TCK = "{http://www.omg.org/spec/DMN/20160719/testcase}"
_FOLDER = Path(os.environ.get("TALLYWRIGHT_SAMPLES", Path(__file__).parents[2] / "../shared/data")) / "dmn"
_CASES = sorted(path.parent.name for path in _FOLDER.glob("*/*.dmn"))


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
        case "decimal" | "double" | "integer":
            return Decimal(text)
        case "boolean":
            return text == "true"
    return text


@pytest.mark.behaviour("A1")
def test_the_sample_folder_holds_conformance_cases(dmn_samples: Path) -> None:
    assert len(list(dmn_samples.glob("*/*.dmn"))) >= 7


@pytest.mark.behaviour("A1")
@pytest.mark.parametrize("case", _CASES)
def test_every_case_of_the_compatibility_kit_gives_its_expected_result(case: str, dmn_samples: Path) -> None:
    definitions = read_definitions((dmn_samples / case / f"{case}.dmn").read_bytes())
    checked = 0
    for tests in sorted((dmn_samples / case).glob("*-test-*.xml")):
        for test in etree.parse(str(tests)).getroot().iter(f"{_TCK}testCase"):
            inputs = {str(node.get("name")): _value(node) for node in test.findall(f"{_TCK}inputNode")}
            for expected in test.findall(f"{_TCK}resultNode"):
                decision = compile_decision(definitions, str(expected.get("name")))
                wanted = expected.find(f"{_TCK}expected")
                assert wanted is not None
                assert decision.evaluate(inputs).result == _value(wanted)
                checked += 1
    assert checked >= 3
