import pytest

from models.errors import BusinessError
from rules.definitions import HitPolicy
from rules.dmn import MAX_BYTES, NAMESPACES, read_definitions
from tests.rules.tables import compiled, decision_xml, table_xml

pytestmark = pytest.mark.behaviour("A1")

SIMPLE = table_xml([("n", "number")], [("r", "string")], [["> 1", '"a"']])


@pytest.mark.parametrize("namespace", sorted(NAMESPACES))
def test_every_version_of_the_format_is_read(namespace: str) -> None:
    xml = table_xml([("n", "feel:number")], [("r", "string")], [["> 1", '"a"']], namespace=namespace)
    assert compiled(xml).evaluate({"n": 2}).result == "a"


def test_the_hit_policy_is_unique_where_none_is_given() -> None:
    table = read_definitions(SIMPLE.replace(b' hitPolicy="UNIQUE"', b"")).decisions[0].table
    assert table is not None
    assert table.hit_policy is HitPolicy.UNIQUE


BOMB = (
    b'<!DOCTYPE definitions [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="&b;"/>'
)


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (b"", "not XML"),
        (b"amount;category\n", "not XML"),
        (SIMPLE[:-20], "not XML"),
        (b"<definitions/>", "not DMN"),
        (b'<html xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>', "not DMN"),
        (SIMPLE.replace(b"20191111", b"19990101"), "not DMN"),
        (b'<!DOCTYPE definitions SYSTEM "file:///etc/passwd">' + SIMPLE, "document type"),
        (b"<!DOCTYPE definitions>" + SIMPLE, "document type"),
        (BOMB, "document type"),
        (b'<?xml version="1.0" encoding="UTF-16"?>' + BOMB, "not XML"),
        (b"<a>" * 5000, "not XML"),
        (SIMPLE + b" " * MAX_BYTES, "bytes"),
    ],
    ids=range(12),
)
def test_what_is_no_safe_decision_file_is_refused(xml: bytes, said: str) -> None:
    with pytest.raises(BusinessError, match=said) as caught:
        read_definitions(xml)
    assert caught.value.code == "rules.unreadable"


@pytest.mark.parametrize(
    ("before", "after", "place", "said"),
    [
        (b'name="decided"', b"", "d", "has no name"),
        (b'hitPolicy="UNIQUE"', b'hitPolicy="BEST"', "decided", "the hit policy 'BEST'"),
        (b'hitPolicy="UNIQUE"', b'aggregation="AVERAGE"', "decided", "the aggregation 'AVERAGE'"),
        (b"<inputEntry><text>&gt; 1</text></inputEntry>", b"", "decided.rules[row-1]", "has 0 input entries"),
        (b"<text>n</text>", b"<text/>", "decided.input[1]", "has no input expression"),
        (b"<inputEntry>", b'<inputEntry expressionLanguage="javascript">', "decided.rules[row-1]", "only FEEL"),
        (b'<output name="r" typeRef="string"></output>', b"", "decided", "has no output column"),
        (
            b"</definitions>",
            b'<inputData name="decided"/></definitions>',
            "definitions",
            "the name 'decided' more than",
        ),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused_by_place(
    before: bytes, after: bytes, place: str, said: str
) -> None:
    assert before in SIMPLE
    with pytest.raises(BusinessError) as caught:
        read_definitions(SIMPLE.replace(before, after))
    assert caught.value.code == "rules.malformed"
    assert any(finding.field.startswith(place) and said in finding.problem for finding in caught.value.findings)


def test_a_file_without_decisions_is_refused() -> None:
    with pytest.raises(BusinessError, match="has no decision"):
        read_definitions(decision_xml(""))


def test_rows_with_the_same_id_are_refused() -> None:
    row = b'<rule id="same"><inputEntry><text>1</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>'
    with pytest.raises(BusinessError, match="the rule id 'same' more than once"):
        read_definitions(SIMPLE.replace(b"</decisionTable>", row * 2 + b"</decisionTable>"))


def test_extensions_and_comments_of_other_tools_are_ignored() -> None:
    xml = SIMPLE.replace(
        b"<decisionTable", b'<extensionElements><x xmlns="urn:x"/></extensionElements><!-- note --><decisionTable'
    )
    assert compiled(xml).version == compiled(SIMPLE).version
