"""The shipped policy: golden cases, and that every valid case meets exactly one row."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from models.matching import ExceptionKind, Limit
from models.party import Role
from models.rule import RuleEvaluation
from rules.checks import check_table
from rules.dmn import read_definitions
from rules.engine import compile_decision
from rules.shipped import shipped_tables

pytestmark = pytest.mark.behaviour("A1")

DECISIONS = {name: compile_decision(read_definitions(xml), name) for name, xml in shipped_tables().items()}
CATEGORIES = ("goods", "services", "it", "travel", "office")
OWNER, DIRECTOR, MANAGER = "cost_centre_owner", "finance_director", "managing_director"


def _decide(name: str, **inputs: Any) -> RuleEvaluation:
    return DECISIONS[name].evaluate(inputs)


def _stages(name: str, **inputs: Any) -> tuple[str, list[str]]:
    result = _decide(name, **inputs).result
    return result["approval"], result["stages"]


def test_the_shipped_tables_are_these() -> None:
    assert list(DECISIONS) == [
        "credit_approval",
        "credit_note_and_write_off",
        "discount_approval",
        "escalation_times",
        "exception_routing",
        "expense_claim",
        "invoice_approval",
        "journal_entry",
        "match_tolerance",
        "payee_account_request",
        "payment_release",
        "purchase_approval",
        "tax_return",
    ]


@pytest.mark.parametrize("name", DECISIONS)
def test_a_shipped_table_has_no_findings_and_explains_every_row(name: str) -> None:
    definitions = read_definitions(shipped_tables()[name])
    table = definitions.decisions[0].table
    assert check_table(definitions) == []
    assert table is not None
    assert definitions.decisions[0].description
    assert all(note for rule in table.rules for note in rule.annotations)


@pytest.mark.parametrize("name", DECISIONS)
def test_ids_of_a_shipped_file_are_unique_as_modelers_demand(name: str) -> None:
    ids = [element.get("id") for element in etree.fromstring(shipped_tables()[name]).iter() if element.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("amount", "category", "over_budget", "stages"),
    [
        ("0.01", "goods", False, [OWNER]),
        ("50", "office", False, None),
        ("50.01", "office", False, [OWNER]),
        ("50", "office", True, [OWNER, DIRECTOR]),
        ("4999.99", "services", False, [OWNER]),
        ("4999.99", "travel", True, [OWNER, DIRECTOR]),
        ("5000", "goods", False, [OWNER, DIRECTOR]),
        ("24999.99", "goods", True, [OWNER, DIRECTOR]),
        ("25000", "office", False, [OWNER, DIRECTOR, MANAGER]),
        ("999.99", "it", False, [OWNER]),
        ("999.99", "it", True, [OWNER, DIRECTOR]),
        ("1000", "it", False, ["purchasing", OWNER]),
        ("1000", "it", True, ["purchasing", OWNER, DIRECTOR]),
        ("5000", "it", False, ["purchasing", OWNER, DIRECTOR]),
        ("25000", "it", True, ["purchasing", OWNER, DIRECTOR, MANAGER]),
    ],
)
def test_purchase_approval(amount: str, category: str, over_budget: bool, stages: list[str] | None) -> None:
    given_inputs = {"amount": Decimal(amount), "category": category, "cost_centre": "4711", "over_budget": over_budget}
    expected = ("not required", []) if stages is None else ("required", stages)
    assert _stages("purchase_approval", **given_inputs) == expected


@pytest.mark.parametrize(
    ("matched", "accepted", "amount", "stages"),
    [
        (True, False, "99999", None),
        (True, True, "10000", [OWNER]),
        (False, True, "10000", [OWNER]),
        (False, True, "10000.01", [OWNER, DIRECTOR]),
        (False, False, "1", ["accounts_payable", OWNER, DIRECTOR]),
    ],
)
def test_invoice_approval(matched: bool, accepted: bool, amount: str, stages: list[str] | None) -> None:
    answer = _stages("invoice_approval", matched=matched, variance_accepted=accepted, amount=Decimal(amount))
    assert answer == (("not required", []) if stages is None else ("required", stages))


@pytest.mark.parametrize(
    ("amount", "age", "stages"),
    [
        ("20000", 30, ["treasurer"]),
        ("20000.01", 30, ["treasurer", MANAGER]),
        ("1", 29, ["treasurer", MANAGER]),
        ("90000", 0, ["treasurer", MANAGER]),
    ],
)
def test_payment_release(amount: str, age: int, stages: list[str]) -> None:
    assert _stages("payment_release", amount=Decimal(amount), account_age_days=age) == ("required", stages)


@pytest.mark.parametrize("category", CATEGORIES)
def test_match_tolerance_says_every_limit(category: str) -> None:
    limits = {
        dimension: tuple(_decide("match_tolerance", dimension=dimension, category=category).result.values())
        for dimension in ("quantity", "price", "line_amount", "tax")
    }
    assert limits == {
        "quantity": ("unlimited", "unlimited", Decimal(0), Decimal(0)),
        "price": ("unlimited", "unlimited", Decimal("50.00"), Decimal(2)),
        "line_amount": ("unlimited", "unlimited", Decimal("50.00"), Decimal(2)),
        "tax": (Decimal("0.02"), "unlimited", Decimal("0.02"), "unlimited"),
    }


@pytest.mark.parametrize("dimension", ["quantity", "price", "line_amount", "tax"])
def test_match_tolerance_can_be_taken_as_limits(dimension: str) -> None:
    result = _decide("match_tolerance", dimension=dimension, category="it").result
    for side in ("lower", "upper"):
        Limit(absolute=result[f"{side}_absolute"], percent=result[f"{side}_percent"])


@pytest.mark.parametrize("kind", ExceptionKind)
def test_every_kind_of_exception_has_an_owner_a_time_and_resolutions(kind: ExceptionKind) -> None:
    result = _decide("exception_routing", kind=kind.value).result
    assert Role(result["owner_role"])
    assert result["sla_hours"] > 0
    assert result["resolutions"]
    assert set(result["resolutions"]) <= {
        "accept_variance",
        "not_a_duplicate",
        "reject",
        "send_back",
        "correct",
        "wait",
    }


def test_changed_bank_details_can_never_be_accepted_as_a_variance() -> None:
    assert "accept_variance" not in _decide("exception_routing", kind="bank_details").result["resolutions"]


AMOUNTS = st.one_of(
    st.decimals(0, 100_000, places=2),
    st.sampled_from(["50", "1000", "5000", "10000", "20000", "25000"]).map(Decimal),
)


def _has_exactly_one_row(evaluation: RuleEvaluation) -> bool:
    return len(evaluation.matched) == len(evaluation.reasons) == 1 and evaluation.result is not None


@pytest.mark.behaviour("O1")
@pytest.mark.parametrize(
    ("exposure_after", "credit_limit", "overdue_days", "stages"),
    [
        ("0.01", "10000", 0, None),
        ("10000", "10000", 30, None),
        ("10000", "10000", 31, [DIRECTOR]),
        ("10000.01", "10000", 0, [DIRECTOR]),
        ("12000", "10000", 90, [DIRECTOR]),
        ("12000.01", "10000", 0, [DIRECTOR, MANAGER]),
        ("0.01", "0", 0, [DIRECTOR, MANAGER]),
    ],
)
def test_credit_approval(exposure_after: str, credit_limit: str, overdue_days: int, stages: list[str] | None) -> None:
    exposure, limit = Decimal(exposure_after), Decimal(credit_limit)
    expected = ("required", stages) if stages else ("not required", [])
    inputs = {"exposure_after": exposure, "credit_limit": limit, "overdue_days": overdue_days}
    assert _stages("credit_approval", amount=exposure, **inputs) == expected


@settings(max_examples=300, deadline=None)
@given(AMOUNTS, st.sampled_from(CATEGORIES), st.booleans())
def test_every_purchase_meets_exactly_one_row(amount: Decimal, category: str, over_budget: bool) -> None:
    evaluation = _decide(
        "purchase_approval", amount=amount, category=category, cost_centre="x", over_budget=over_budget
    )
    assert _has_exactly_one_row(evaluation)
    assert set(evaluation.result["stages"]) <= set(Role)
    assert over_budget <= (DIRECTOR in evaluation.result["stages"])


@settings(max_examples=200, deadline=None)
@given(st.booleans(), st.booleans(), st.one_of(AMOUNTS, AMOUNTS.map(Decimal.__neg__)))
def test_every_invoice_meets_exactly_one_row(matched: bool, accepted: bool, amount: Decimal) -> None:
    assert _has_exactly_one_row(_decide("invoice_approval", matched=matched, variance_accepted=accepted, amount=amount))


@settings(max_examples=200, deadline=None)
@given(AMOUNTS.filter(bool), st.integers(0, 400))
def test_every_payment_meets_exactly_one_row_and_needs_a_release(amount: Decimal, age: int) -> None:
    evaluation = _decide("payment_release", amount=amount, account_age_days=age)
    assert _has_exactly_one_row(evaluation)
    assert (evaluation.result["approval"], evaluation.result["stages"][0]) == ("required", "treasurer")


@pytest.mark.behaviour("O1")
@settings(max_examples=200, deadline=None)
@given(AMOUNTS.filter(bool), AMOUNTS, AMOUNTS, st.integers(0, 400))
def test_every_sale_meets_exactly_one_row_and_none_over_the_limit_goes_without_approval(
    amount: Decimal, others: Decimal, limit: Decimal, overdue: int
) -> None:
    inputs = {"amount": amount, "exposure_after": amount + others, "credit_limit": limit, "overdue_days": overdue}
    evaluation = _decide("credit_approval", **inputs)
    assert _has_exactly_one_row(evaluation)
    assert (amount + others > limit) <= (evaluation.result["approval"] == "required")
