from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from finance.absence import absence_proven, agrees_with_absence, doubts, verdict
from models.portal import PortalState, ProbeResult

pytestmark = pytest.mark.behaviour("P10", "R1", "R3")

DEADLINE = datetime(2026, 11, 20, 9, tzinfo=UTC)
SETTLE = timedelta(minutes=30)


def probe(minutes: float = 31, **changes: Any) -> ProbeResult:
    """A complete look that found nothing, so many minutes after the deadline."""
    fields: dict[str, Any] = {
        "state": PortalState.ABSENT,
        "rows_read": 12,
        "read_to_last_page": True,
        "known_row_seen": True,
        "old_login_dead": True,
        "probed_at": DEADLINE + timedelta(minutes=minutes),
    }
    return ProbeResult.model_validate(fields | changes)


def proven(*probes: ProbeResult) -> bool:
    return absence_proven(probes, DEADLINE, SETTLE)


INCOMPLETE = [
    pytest.param({"state": PortalState.UNKNOWN}, "reads as unknown", id="no clear answer"),
    pytest.param({"old_login_dead": False}, "still alive", id="the old login lives"),
    pytest.param({"read_to_last_page": False}, "last page (12 rows read)", id="the list was cut short"),
    pytest.param({"known_row_seen": False}, "no entry known", id="no known row"),
    pytest.param({"rows_read": 0}, "no entry known", id="an empty list"),
    pytest.param({"probed_at": DEADLINE + SETTLE}, "could still appear", id="at the end of the settle window"),
    pytest.param({"probed_at": DEADLINE - SETTLE}, "could still appear", id="before the deadline"),
]
FINDINGS = [
    pytest.param({"reference_found": True}, "our reference", id="the reference is there"),
    pytest.param({"matches": 1}, "our reference", id="a row matches"),
    pytest.param({"lookalikes": 1}, "amount and payee", id="the reference is missing but amount and payee are equal"),
    pytest.param({"state": PortalState.DRAFT}, "reads as draft", id="a draft"),
]


def test_two_complete_looks_after_deadline_and_settle_window_prove_absence() -> None:
    assert proven(probe(31), probe(32))
    assert verdict([probe(31), probe(32)], DEADLINE, SETTLE) is PortalState.ABSENT


def test_one_look_proves_nothing() -> None:
    assert not proven()
    assert not proven(probe())


def test_the_same_look_told_twice_is_one_look() -> None:
    assert not proven(probe(31), probe(31))


@pytest.mark.parametrize(("changes", "doubt"), [*INCOMPLETE, *FINDINGS])
def test_a_look_that_leaves_a_doubt_does_not_count_and_says_why(changes: dict[str, Any], doubt: str) -> None:
    doubtful = probe(33, **{"probed_at": DEADLINE + timedelta(minutes=33)} | changes)

    assert not proven(probe(31), doubtful)
    assert any(doubt in sentence for sentence in doubts(doubtful, DEADLINE, SETTLE))
    assert verdict([probe(31), doubtful], DEADLINE, SETTLE) is PortalState.UNKNOWN


@pytest.mark.parametrize(("changes", "doubt"), INCOMPLETE)
def test_an_incomplete_look_before_two_complete_ones_does_no_harm(changes: dict[str, Any], doubt: str) -> None:
    assert proven(probe(-5, **changes), probe(31), probe(32))


@pytest.mark.parametrize(("changes", "doubt"), FINDINGS)
def test_once_anything_was_found_absence_is_never_proven_any_more(changes: dict[str, Any], doubt: str) -> None:
    assert not proven(probe(-5, **changes), probe(31), probe(32), probe(33))


def test_a_complete_look_leaves_no_doubt() -> None:
    assert list(doubts(probe(), DEADLINE, SETTLE)) == []


@pytest.mark.parametrize("state", [PortalState.EXECUTED, PortalState.WAITING_FOR_SIGNATURE, PortalState.REJECTED])
def test_a_reference_found_once_speaks_for_itself(state: PortalState) -> None:
    found = probe(1, state=state, reference_found=True, matches=1, old_login_dead=False)

    assert verdict([probe(0), found], DEADLINE, SETTLE) is state


@pytest.mark.parametrize(
    "changes",
    [
        {"reference_found": True, "matches": 2},
        {"reference_found": True, "matches": 0},
        {"reference_found": False, "matches": 1},
    ],
)
def test_a_state_without_exactly_one_row_of_ours_is_unknown(changes: dict[str, Any]) -> None:
    assert verdict([probe(state=PortalState.EXECUTED, **changes)], DEADLINE, SETTLE) is PortalState.UNKNOWN


def test_the_newest_look_decides_in_whatever_order_they_are_given() -> None:
    draft = probe(1, state=PortalState.DRAFT, reference_found=True, matches=1)
    executed = probe(2, state=PortalState.EXECUTED, reference_found=True, matches=1)

    assert verdict([executed, draft], DEADLINE, SETTLE) is PortalState.EXECUTED


def test_a_row_that_has_vanished_again_is_unknown() -> None:
    found = probe(1, state=PortalState.DRAFT, reference_found=True, matches=1)

    assert verdict([found, probe(31), probe(32)], DEADLINE, SETTLE) is PortalState.UNKNOWN


def test_without_any_look_everything_is_unknown() -> None:
    assert verdict([], DEADLINE, SETTLE) is PortalState.UNKNOWN


def agrees(*probes: ProbeResult, since: float = 20) -> bool:
    return agrees_with_absence(probes, DEADLINE, SETTLE, DEADLINE + timedelta(minutes=since))


@pytest.mark.behaviour("R10")
def test_one_fresh_complete_look_agrees_with_a_person_and_is_no_proof_by_itself() -> None:
    assert agrees(probe(31))
    assert not proven(probe(31))


@pytest.mark.behaviour("R10")
def test_no_look_or_an_old_one_agrees_with_nobody() -> None:
    assert not agrees()
    assert not agrees(probe(31), since=31)


@pytest.mark.behaviour("R10")
@pytest.mark.parametrize(("changes", "_"), INCOMPLETE + FINDINGS)
def test_a_look_with_any_doubt_agrees_with_nobody(changes: dict[str, Any], _: str) -> None:
    assert not agrees(probe(31, **changes))


@pytest.mark.behaviour("R10")
@pytest.mark.parametrize(("changes", "_"), FINDINGS)
def test_what_was_seen_once_is_not_agreed_away_by_a_later_look(changes: dict[str, Any], _: str) -> None:
    assert not agrees(probe(31, **changes), probe(32))
