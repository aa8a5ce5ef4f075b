from decimal import Decimal

import pytest

from rules.analysis.terms import ROLES
from rules.golden import GoldenCase
from rules.publishing import content_findings
from rules.shipped import ShippedTable, shipped_policy
from tests.rules.tables import decision_xml

pytestmark = pytest.mark.behaviour("A4")


def xml(*rows: tuple[str, str], column: str = "amount", kind: str = "number", output: str = "stages") -> bytes:
    body = "".join(
        f"<rule><inputEntry><text>{given}</text></inputEntry><outputEntry><text>{said}</text></outputEntry></rule>"
        for given, said in rows
    )
    return decision_xml(
        f'<decision id="d" name="decided"><decisionTable><input><inputExpression typeRef="{kind}">'
        f'<text>{column}</text></inputExpression></input><output name="{output}" typeRef="string"/>{body}'
        f'</decisionTable></decision><inputData id="i" name="{column}"><variable name="{column}" typeRef="{kind}"/>'
        "</inputData>"
    )


ROWS = (("&lt; 5", '"treasurer"'), ("&gt;= 5", '"auditor"'))
BASE = xml(*ROWS)


def codes(draft: bytes, *cases: GoldenCase, table: str = "decided") -> list[str]:
    return [finding.code for finding in content_findings(draft, BASE, table, cases, [ROLES])]


@pytest.mark.parametrize("table", shipped_policy(), ids=lambda table: str(table.name))
def test_a_shipped_table_could_be_published_as_it_is(table: ShippedTable) -> None:
    assert content_findings(table.xml, table.xml, table.name, table.golden_cases, [ROLES]) == ()


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (xml(ROWS[0]), "rules.gap"),
        (xml(*ROWS, ("7", '"sales"')), "rules.overlap"),
        (xml(("&lt; 5", '"treasure"'), ROWS[1]), "rules.unknown_term"),
        (xml(("&lt; 5 and", '"treasurer"'), ROWS[1]), "rules.malformed"),
        (xml(*ROWS, column="total"), "rules.unknown_input"),
        (xml(*ROWS, kind="Any"), "rules.input_without_type"),
        (xml(*ROWS, output="people"), "rules.missing_result"),
        (b"<definitions/>", "rules.unreadable"),
    ],
)
def test_what_has_to_be_mended_is_named_by_its_code(draft: bytes, code: str) -> None:
    assert code in codes(draft)


def test_a_file_without_the_table_is_refused() -> None:
    assert codes(BASE, table="another") == ["rules.unknown_decision"]


def test_a_golden_case_that_fails_is_named_with_both_answers() -> None:
    case = GoldenCase(name="Small", input={"amount": Decimal(4)}, expected="auditor")
    (finding,) = content_findings(BASE, BASE, "decided", [case], [ROLES])
    assert str(finding) == "golden case 'Small': gives 'treasurer' instead of 'auditor'"
