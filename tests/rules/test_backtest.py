from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from rules.backtest import Backtest, Change, ChangeKind, PastDecision, Said, kind_of
from rules.engine import CompiledDecision
from tests.rules.tables import compiled, table_xml

pytestmark = pytest.mark.behaviour("A4")
_DAY = datetime(2026, 11, 1, tzinfo=UTC)


def past(number: int, amount: str) -> PastDecision:
    return PastDecision(
        subject_kind="invoice",
        subject_id=f"I-{number}",
        case=f"C-{number}",
        decided_at=_DAY.replace(day=number),
        inputs={"amount": amount},
    )


def limits(*rows: tuple[str, str, str]) -> CompiledDecision:
    return compiled(table_xml([("amount", "number")], [("approval", "string"), ("stages", "")], rows))


LIVE = limits(
    ("< 100", '"not required"', "[]"),
    ("[100..1000)", '"required"', '["cost_centre_owner"]'),
    (">= 1000", '"required"', '["cost_centre_owner", "finance_director"]'),
)


def run(candidate: CompiledDecision, *amounts: str) -> tuple[Backtest, list[Change]]:
    test = Backtest(LIVE, candidate)
    return test, list(test.changes(past(number, amount) for number, amount in enumerate(amounts, 1)))


def test_the_same_table_changes_nothing_and_counts_everything() -> None:
    test, changes = run(LIVE, "50.00", "500.00", "5000.00")
    assert changes == []
    summary = test.summary()
    assert (summary.decisions.count, summary.decisions.value) == (3, Decimal("5550.00"))
    assert (summary.changed.count, summary.by_kind) == (0, {})
    assert (summary.oldest, summary.newest) == (_DAY, _DAY.replace(day=3))


def test_a_raised_limit_says_how_many_and_how_much_go_without_approval() -> None:
    raised = limits(
        ("< 500", '"not required"', "[]"),
        ("[500..2000)", '"required"', '["cost_centre_owner"]'),
        ("[2000..9000)", '"required"', '["finance_director", "cost_centre_owner"]'),
        ("[9000..10000)", '"required"', '["cost_centre_owner", "treasurer"]'),
    )
    test, changes = run(raised, "50", "150.50", "400", "600", "1500", "2500", "9500", "20000")
    totals = {kind: (total.count, total.value) for kind, total in test.summary().by_kind.items()}
    assert totals == {
        ChangeKind.NEWLY_WITHOUT_APPROVAL: (2, Decimal("550.50")),
        ChangeKind.NEWLY_REFUSED: (1, Decimal("20000")),
        ChangeKind.ESCALATED: (1, Decimal("9500")),
        ChangeKind.RELIEVED: (1, Decimal("1500")),
        ChangeKind.REROUTED: (1, Decimal("2500")),
    }
    assert list(totals) == [kind for kind in ChangeKind if kind in totals]
    assert [change.past.subject_id for change in changes] == ["I-2", "I-3", "I-5", "I-6", "I-7", "I-8"]
    assert changes[0].before.result == {"approval": "required", "stages": ["cost_centre_owner"]}
    assert changes[0].after.reasons == ("Amount is below 500.",)


def test_a_decision_whose_inputs_the_candidate_cannot_use_is_newly_refused_with_the_reason() -> None:
    with_another_input = compiled(
        table_xml([("amount", "number"), ("urgent", "boolean")], [("approval", "string")], [("-", "-", '"required"')])
    )
    test, changes = run(with_another_input, "50")
    assert [change.kind for change in changes] == [ChangeKind.NEWLY_REFUSED]
    assert "urgent: is missing" in changes[0].after.problem
    assert test.summary().changed.count == 1


ANYBODY, OWNER = {"approval": "not required", "stages": []}, {"approval": "required", "stages": ["cost_centre_owner"]}


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (ANYBODY, OWNER, ChangeKind.NEWLY_WITH_APPROVAL),
        (OWNER, ANYBODY, ChangeKind.NEWLY_WITHOUT_APPROVAL),
        (None, OWNER, ChangeKind.NEWLY_ANSWERED),
        (OWNER, None, ChangeKind.NEWLY_REFUSED),
        (OWNER, {"approval": "required", "stages": []}, ChangeKind.NEWLY_REFUSED),
        (OWNER, {"approval": "not required", "stages": ["treasurer"]}, ChangeKind.NEWLY_REFUSED),
        ({"hours": Decimal(24)}, {"hours": Decimal(48)}, ChangeKind.CHANGED),
        ({"hours": Decimal(24)}, {"hours": Decimal("24.0")}, None),
        ({"on": True}, {"on": Decimal(1)}, ChangeKind.CHANGED),
        (None, None, None),
    ],
)
def test_what_a_change_means(before: Any, after: Any, kind: ChangeKind | None) -> None:
    rows = (("r1",), ())
    assert kind_of(Said(before, rows[before is None]), Said(after, rows[after is None])) is kind


def test_a_table_without_an_amount_is_counted_without_value() -> None:
    routing = compiled(table_xml([("kind", "string")], [("hours", "number")], [('"tax"', "24")]))
    test = Backtest(routing, routing)
    decision = replace(past(1, "1"), inputs={"kind": "tax"})
    assert list(test.changes([decision])) == []
    assert test.summary().decisions.value is None
