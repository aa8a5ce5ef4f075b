import json
from decimal import Decimal
from pathlib import Path

import pytest

from rules.dmn import read_definitions
from tests.commands.running import ROOT, Ended, Terminal
from tests.formats.samples import FOLDER, sample_names

pytestmark = pytest.mark.behaviour("A1")
PURCHASE = ROOT / "rules" / "tables" / "purchase_approval.dmn"
_INPUT = {"amount": 1200.00, "category": "it", "cost_centre": "4000", "over_budget": False}

_DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="d" namespace="urn:d">
<decision id="d" name="d"><variable name="d"/>
<decisionTable hitPolicy="{policy}">
<input id="i"><inputExpression typeRef="{type}"><text>x</text></inputExpression></input>
{outputs}{rules}</decisionTable></decision></definitions>"""


def table(
    folder: Path, policy: str, rows: list[tuple[str, ...]], outputs: tuple[str, ...] = ("",), kind: str = "number"
) -> Path:
    """A DMN file of one table over `x`; a row is its condition and its outputs."""
    columns = "".join(f'<output id="o{at}" name="{name}"/>' for at, name in enumerate(outputs))
    rules = "".join(
        f'<rule id="r{at}"><inputEntry><text>{condition}</text></inputEntry>'
        + "".join(f"<outputEntry><text>{cell}</text></outputEntry>" for cell in cells)
        + "</rule>"
        for at, (condition, *cells) in enumerate(rows, 1)
    )
    file = folder / "table.dmn"
    file.write_text(_DMN.format(policy=policy, type=kind, outputs=columns, rules=rules))
    return file


def evaluated(terminal: Terminal, file: Path, given: object, decision: str = "d") -> Ended:
    text = given if isinstance(given, str) else json.dumps(given)
    return terminal.run("rules", "eval", str(file), "--decision", decision, "--input", text, "--json")


def test_a_shipped_table_answers_with_result_rows_and_version(terminal: Terminal) -> None:
    ended = evaluated(terminal, PURCHASE, _INPUT, "purchase_approval")
    assert ended.status == 0
    document = ended.document
    assert document["result"] == {"approval": "required", "stages": ["purchasing", "cost_centre_owner"]}
    assert document["matched"] == ["it_small"]
    assert len(document["version"]) == 64 and set(document) == {"result", "matched", "version"}
    assert evaluated(terminal, PURCHASE, _INPUT, "purchase_approval").out == ended.out


@pytest.mark.parametrize(
    ("policy", "rows", "outputs", "x", "result", "matched"),
    [
        ("UNIQUE", [("1", "10"), ("2", "20")], ("",), "2", "20", ["r2"]),
        ("UNIQUE", [("1", "10"), ("2", "20")], ("",), "3", "null", []),
        ("UNIQUE", [("1", "10", '"a"')], ("n", "t"), "1", '{"n": 10, "t": "a"}', ["r1"]),
        ("FIRST", [("&lt; 5", "10"), ("&lt; 9", "20")], ("",), "1", "10", ["r1"]),
        ("COLLECT", [("&lt; 5", "10"), ("&lt; 9", "20")], ("",), "1", "[10, 20]", ["r1", "r2"]),
        ("RULE ORDER", [("&lt; 5", "10"), ("&lt; 9", "20")], ("",), "7", "[20]", ["r2"]),
        ("COLLECT", [("&lt; 5", "1", "2")], ("a", "b"), "1", '[{"a": 1, "b": 2}]', ["r1"]),
    ],
)
def test_the_result_has_the_shape_that_dmn_gives_it(
    terminal: Terminal,
    tmp_path: Path,
    policy: str,
    rows: list[tuple[str, ...]],
    outputs: tuple[str, ...],
    x: str,
    result: str,
    matched: list[str],
) -> None:
    ended = evaluated(terminal, table(tmp_path, policy, rows, outputs), f'{{"x": {x}}}')
    assert ended.status == 0, ended
    assert ended.document["result"] == json.loads(result)
    assert ended.document["matched"] == matched
    assert ended.out.startswith(f'{{"result": {result}, ')


@pytest.mark.parametrize("number", ["0.1", "12345678901234567890.12", "1.50", "-0.000000000000000000001", "100"])
def test_a_number_comes_out_digit_for_digit_and_as_a_number(terminal: Terminal, tmp_path: Path, number: str) -> None:
    file = table(tmp_path, "UNIQUE", [("-", "x")])
    ended = evaluated(terminal, file, f'{{"x": {number}}}')
    assert ended.out.startswith('{"result": ')
    assert json.loads(ended.out, parse_float=Decimal, parse_int=Decimal)["result"] == Decimal(number)


def test_text_that_looks_like_a_number_stays_text(terminal: Terminal, tmp_path: Path) -> None:
    file = table(tmp_path, "UNIQUE", [("-", "x")], kind="string")
    for text in ("12.5", "\0" + "12.5\0", '"', "ü", "\u2028"):
        assert evaluated(terminal, file, {"x": text}).document["result"] == text


@pytest.mark.parametrize(
    ("given", "field", "problem"),
    [
        ({**_INPUT, "amount": "much"}, "amount", "number"),
        ({**_INPUT, "category": "toys"}, "category", "toys"),
        ({key: value for key, value in _INPUT.items() if key != "over_budget"}, "over_budget", "missing"),
        ('{"amount": 1, "amount": 2}', "", "'amount' is given twice"),
        ("not json", "", "not JSON"),
        ("[1]", "", "JSON object"),
        ('{"amount": NaN}', "", ""),
        ("", "", "not JSON"),
        ("[" * 100_000, "", "nested"),
    ],
)
def test_a_bad_input_names_field_and_problem_with_status_2(
    terminal: Terminal, given: object, field: str, problem: str
) -> None:
    ended = evaluated(terminal, PURCHASE, given, "purchase_approval")
    assert ended.status == 2
    (errors,) = ended.document.values()
    assert all(set(error) == {"field", "problem"} for error in errors)
    assert any(error["field"] == field and problem in error["problem"] for error in errors), errors
    assert "Traceback" not in ended.err


def test_every_bad_field_is_named_at_once(terminal: Terminal) -> None:
    document = evaluated(terminal, PURCHASE, {"amount": "x", "category": 5}, "purchase_approval").document
    assert {error["field"] for error in document["errors"]} >= {"amount", "category", "cost_centre", "over_budget"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<",
        b"\0" * 100,
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"<definitions/>",
        b"PK\x03\x04",
        "ü".encode(),
    ],
)
def test_a_file_that_is_no_dmn_is_refused_in_words(terminal: Terminal, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.dmn").write_bytes(content)
    ended = evaluated(terminal, tmp_path / "x.dmn", {})
    assert ended.status == 2 and ended.document["errors"]
    assert "Traceback" not in ended.err


def test_a_decision_that_the_file_does_not_have_is_named(terminal: Terminal) -> None:
    ended = evaluated(terminal, PURCHASE, _INPUT, "nothing")
    assert ended.status == 2 and "nothing" in ended.document["errors"][0]["problem"]


def test_people_see_the_result_the_rows_and_why(terminal: Terminal) -> None:
    words = ("rules", "eval", str(PURCHASE), "--decision", "purchase_approval", "--input")
    ended = terminal.run(*words, json.dumps(_INPUT))
    assert ended.status == 0 and "it_small: " in ended.out and "version " in ended.out
    refused = terminal.run(*words, "{}")
    assert (refused.status, refused.out) == (2, "")
    assert "  - amount: " in refused.err


@pytest.mark.parametrize("name", sample_names("dmn", "*/*.dmn"))
def test_every_file_of_the_compatibility_kit_is_asked_for_what_it_needs_by_name(terminal: Terminal, name: str) -> None:
    file = next((FOLDER / "dmn").glob(f"*/{name}"))
    decision = read_definitions(file.read_bytes()).decisions[0].name
    ended = evaluated(terminal, file, {}, decision)
    assert ended.status == 2
    assert all(error["field"] for error in ended.document["errors"])


def test_a_file_of_the_compatibility_kit_gives_its_expected_result(terminal: Terminal) -> None:
    file = FOLDER / "dmn" / "0004-simpletable-U" / "0004-simpletable-U.dmn"
    given = {"Age": 18, "RiskCategory": "Medium", "isAffordable": True}
    assert evaluated(terminal, file, given, "Approval Status").document["result"] == "Approved"
