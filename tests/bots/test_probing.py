"""Only a complete look at the portal's list may say that something is not there."""

from datetime import UTC, datetime

import pytest

from bots.probing import ListReading, Match, is_our_reference, judged
from models.portal import PortalState, ProbeResult

pytestmark = pytest.mark.behaviour("R1")
NOW = datetime(2026, 11, 20, tzinfo=UTC)
EXECUTED = Match("NB1", "ausgeführt", PortalState.EXECUTED)


def look(
    *matches: Match, complete: bool = True, known_row_seen: bool = True, lookalikes: int = 0, rows: int = 3
) -> ProbeResult:
    reading = ListReading((("row",),) * rows, complete)
    return judged(matches, reading, known_row_seen=known_row_seen, lookalikes=lookalikes, probed_at=NOW)


def test_a_complete_list_without_our_reference_says_absent() -> None:
    result = look()
    assert (result.state, result.reference_found, result.rows_read) == (PortalState.ABSENT, False, 3)


@pytest.mark.parametrize("state", PortalState)
def test_one_row_with_our_reference_gives_its_state(state: PortalState) -> None:
    result = look(Match("NB1", "word", state))
    assert (result.state, result.portal_text, result.matches) == (state, "NB1 word", 1)


def test_a_second_row_with_our_reference_is_unknown_and_both_are_named() -> None:
    result = look(EXECUTED, Match("NB2", "abgelehnt", PortalState.REJECTED))
    assert result.state is PortalState.UNKNOWN
    assert "NB1 ausgeführt; NB2 abgelehnt" in result.portal_text


@pytest.mark.parametrize(
    "doubt",
    [{"complete": False}, {"known_row_seen": False}, {"lookalikes": 1}],
    ids=["not read to the end", "known row missing", "lookalike"],
)
def test_in_doubt_it_is_never_absent(doubt: dict[str, int]) -> None:
    assert look(**doubt).state is PortalState.UNKNOWN  # type: ignore[arg-type]


def test_a_row_with_our_reference_and_another_amount_is_unknown() -> None:
    result = look(Match("NB1", "ausgeführt", PortalState.EXECUTED, "Betrag is 1,00 EUR, not 2.00 EUR"))
    assert result.state is PortalState.UNKNOWN
    assert "Betrag is 1,00 EUR" in result.portal_text


def test_a_lookalike_beside_our_own_row_is_no_doubt() -> None:
    assert look(EXECUTED, lookalikes=1).state is PortalState.EXECUTED


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("TWA1B2C3D4E5F601", True),
        ("", False),
        ("RE-2026-0417", False),
        ("ALTBESTAND", False),
        ("TWA1B2C3D4E5F6012", False),
    ],
)
def test_a_reference_of_ours_has_sixteen_capitals_and_digits(text: str, ours: bool) -> None:
    assert is_our_reference(text) is ours
