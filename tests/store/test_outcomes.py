"""What became of a submitted attempt, judged from looks at the portal."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.payment import AttemptState
from models.portal import PortalState, ProbeResult
from store.intents import StoredAttempt, attempt_of, claim, record_probe
from store.outcomes import Finding, Verdict, judge
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM
from tests.store.steps import armed_payment, intent, invoice

pytestmark = pytest.mark.behaviour("P10", "R3")
_WALL = datetime(2026, 11, 20, 9, tzinfo=UTC)
_LASTS, _SETTLE = timedelta(seconds=20), timedelta(seconds=30)
_SETTLED = 50.0
"""Seconds after the claim from which on the portal can show nothing new."""


def look(at: float, state: PortalState = PortalState.ABSENT, **more: object) -> ProbeResult:
    """One look so many seconds after the claim; complete, unless `more` says otherwise."""
    complete = {"rows_read": 12, "read_to_last_page": True, "known_row_seen": True, "old_login_dead": True}
    return ProbeResult.model_validate(
        complete | {"state": state, "portal_text": f"shown: {state}", "probed_at": _WALL + timedelta(seconds=at)} | more
    )


def found(at: float, state: PortalState, matches: int = 1) -> ProbeResult:
    return look(at, state, reference_found=True, matches=matches)


@pytest.fixture
def slice_id(company: Company) -> str:
    """A payment whose one attempt is claimed."""
    wanted = armed_payment(company)
    with company.store.change(TENANT, SYSTEM) as work:
        assert claim(work, wanted, 1, _LASTS, _WALL)
    return wanted


def judged(company: Company, slice_id: str, at: float, *looks: ProbeResult) -> Verdict:
    with company.store.change(TENANT, SYSTEM) as work:
        for each in looks:
            record_probe(work, slice_id, 1, each)
        return judge(work, slice_id, 1, _SETTLE, _WALL + timedelta(seconds=at))


def attempt(company: Company, slice_id: str) -> StoredAttempt:
    with company.store.read() as connection:
        return attempt_of(connection, TENANT, slice_id, 1)


def test_what_the_portal_shows_as_executed_is_executed_and_the_invoice_paid(company: Company, slice_id: str) -> None:
    verdict = judged(company, slice_id, 5, found(4, PortalState.EXECUTED))
    assert (verdict.finding, verdict.reason) == (Finding.EXECUTED, "shown: executed")
    assert attempt(company, slice_id).state is AttemptState.EXECUTED
    assert invoice(company, intent(company, slice_id).invoice).state == "paid"


def test_judging_again_gives_the_same_and_changes_nothing(company: Company, slice_id: str) -> None:
    judged(company, slice_id, 5, found(4, PortalState.EXECUTED))
    assert judged(company, slice_id, 60, look(55), look(58)).finding is Finding.EXECUTED


def test_what_the_portal_rejects_is_rejected_and_the_invoice_stays_unpaid(company: Company, slice_id: str) -> None:
    assert judged(company, slice_id, 5, found(4, PortalState.REJECTED)).finding is Finding.REJECTED
    assert invoice(company, intent(company, slice_id).invoice).state == "released"


def test_two_complete_looks_after_the_settle_window_prove_that_nothing_happened(
    company: Company, slice_id: str
) -> None:
    assert judged(company, slice_id, 60, look(51), look(55)).finding is Finding.ABSENT
    assert attempt(company, slice_id).state is AttemptState.ABSENT


@pytest.mark.parametrize("at", [1.0, 30.0, _SETTLED])
def test_while_the_portal_may_still_show_it_the_next_look_waits_for_the_window(
    company: Company, slice_id: str, at: float
) -> None:
    verdict = judged(company, slice_id, at, look(at))
    assert verdict.finding is Finding.LOOK_AGAIN
    assert at + verdict.seconds > _SETTLED


def test_without_any_look_there_is_only_looking(company: Company, slice_id: str) -> None:
    assert judged(company, slice_id, 1).finding is Finding.LOOK_AGAIN
    assert judged(company, slice_id, 500).finding is Finding.LOOK_AGAIN


def test_one_complete_look_is_one_too_few(company: Company, slice_id: str) -> None:
    assert judged(company, slice_id, 60, look(10), look(55)).finding is Finding.LOOK_AGAIN


@pytest.mark.parametrize(
    "doubt",
    [
        {"read_to_last_page": False},
        {"known_row_seen": False},
        {"old_login_dead": False},
        {"rows_read": 0},
        {"matches": 1},
    ],
)
def test_looks_that_stay_doubtful_go_to_a_person_and_never_count_as_absence(
    company: Company, slice_id: str, doubt: dict[str, Any]
) -> None:
    verdict = judged(company, slice_id, 90, *[look(55 + number, **doubt) for number in range(4)])
    assert verdict.finding is Finding.PERSON
    assert "; " in verdict.reason, "the person reads what was shown and what is doubtful about it"
    assert attempt(company, slice_id).state is AttemptState.SUBMITTING


@pytest.mark.parametrize(
    "state", [PortalState.UNKNOWN, PortalState.DRAFT, PortalState.WAITING_FOR_SIGNATURE, PortalState.ABSENT]
)
def test_what_is_neither_done_nor_absent_goes_to_a_person_at_once(
    company: Company, slice_id: str, state: PortalState
) -> None:
    lookalikes = int(state is PortalState.ABSENT)
    assert judged(company, slice_id, 5, look(4, state, lookalikes=lookalikes)).finding is Finding.PERSON
    assert attempt(company, slice_id).state is AttemptState.SUBMITTING


def test_a_reference_that_stands_there_twice_is_for_a_person(company: Company, slice_id: str) -> None:
    assert judged(company, slice_id, 5, found(4, PortalState.EXECUTED, matches=2)).finding is Finding.PERSON
    assert invoice(company, intent(company, slice_id).invoice).state == "released"


def test_what_was_seen_once_is_never_proven_absent_by_later_looks(company: Company, slice_id: str) -> None:
    judged(company, slice_id, 5, look(4, PortalState.DRAFT, reference_found=True, matches=1))
    verdict = judged(company, slice_id, 90, *[look(55 + number) for number in range(6)])
    assert verdict.finding is Finding.PERSON
    assert attempt(company, slice_id).state is AttemptState.SUBMITTING
