"""Random logs with random damage: it is found, and named where it was done."""

from collections.abc import Sequence
from dataclasses import fields, replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.note import Signer
from audit.stored import StoredEntry
from audit.verify import verify_log
from tests.audit.sample_log import ORIGIN, SIGNER, SampleLog, log_of, rewritten

UNHURRIED = settings(deadline=None)
"""Building and signing a log takes its time on a busy machine."""

COLUMNS = [column.name for column in fields(StoredEntry)]
GARBAGE: list[Any] = [None, "", b"", b"\xff\xfe", "\ud800", 0, -1, 1.5, True, [], {}, object(), "é" * 50, 2**70]


@cache
def log_with(length: int, erased: tuple[int, ...]) -> SampleLog:
    return log_of(length, erased)


@st.composite
def logs(draw: st.DrawFn) -> SampleLog:
    length = draw(st.integers(1, 7))
    erased = draw(st.lists(st.integers(0, length - 1), unique=True, max_size=2))
    return log_with(length, tuple(erased))


def assert_found_at(place: int, rows: Sequence[StoredEntry], outside: Sequence[str] = ()) -> None:
    verification = verify_log(rows, ORIGIN, SIGNER.verifier, outside)
    assert (verification.ok, verification.first_bad) == (False, str(place)), verification


def in_database_order(rows: Sequence[StoredEntry]) -> list[StoredEntry]:
    return sorted(rows, key=lambda row: row.sequence)


def flipped(draw: st.DrawFn, value: object) -> Any:
    """`value` with one bit, byte or character changed."""
    match value:
        case int():
            return value ^ (1 << draw(st.integers(0, 16)))
        case bytes():
            at, bit = draw(st.integers(0, len(value) - 1)), 1 << draw(st.integers(0, 7))
            return value[:at] + bytes([value[at] ^ bit]) + value[at + 1 :]
        case str() if value:
            at, bit = draw(st.integers(0, len(value) - 1)), 1 << draw(st.integers(0, 7))
            return value[:at] + chr(ord(value[at]) ^ bit) + value[at + 1 :]
    return "{}" if draw(st.booleans()) else b"x" * 32


@st.composite
def flips(draw: st.DrawFn) -> tuple[SampleLog, int, str, Any]:
    log, column = draw(logs()), draw(st.sampled_from(COLUMNS))
    place = draw(st.integers(0, len(log.rows) - 1))
    return log, place, column, flipped(draw, getattr(log.rows[place], column))


@pytest.mark.behaviour("E3")
@UNHURRIED
@given(flips())
def test_a_flip_in_any_column_of_any_row_is_named(flip: tuple[SampleLog, int, str, Any]) -> None:
    log, place, column, value = flip
    rows = [*log.rows[:place], replace(log.rows[place], **{column: value}), *log.rows[place + 1 :]]
    assert_found_at(place, rows)
    if column == "sequence" and value not in range(len(rows)):
        assert_found_at(place, in_database_order(rows))


@pytest.mark.behaviour("E3")
@UNHURRIED
@given(log=logs(), data=st.data())
def test_garbage_of_any_type_in_any_column_is_named_and_never_raises(log: SampleLog, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(log.rows) - 1))
    column = data.draw(st.sampled_from(COLUMNS))
    kept = getattr(log.rows[place], column)
    value = data.draw(st.sampled_from([item for item in GARBAGE if type(item) is not type(kept) or item != kept]))
    assert_found_at(place, [*log.rows[:place], replace(log.rows[place], **{column: value}), *log.rows[place + 1 :]])


@pytest.mark.behaviour("E3")
@UNHURRIED
@given(log=logs(), data=st.data())
def test_a_deleted_row_is_named(log: SampleLog, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(log.rows) - 1))
    assert_found_at(place, log.rows[:place] + log.rows[place + 1 :], log.notes[-1:])


@pytest.mark.behaviour("E3")
@UNHURRIED
@given(log=logs(), data=st.data())
def test_a_truncated_log_is_named_where_it_ends(log: SampleLog, data: st.DataObject) -> None:
    kept = data.draw(st.integers(0, len(log.rows) - 1))
    assert_found_at(kept, log.rows[:kept], log.notes)


@pytest.mark.behaviour("E3")
@UNHURRIED
@given(log=logs(), data=st.data())
def test_a_duplicated_row_is_named(log: SampleLog, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(log.rows) - 1))
    after = data.draw(st.integers(place + 1, len(log.rows)))
    assert_found_at(place, [*log.rows[:after], log.rows[place], *log.rows[after:]])


@pytest.mark.behaviour("E3")
@UNHURRIED
@given(log=logs(), data=st.data(), relabel=st.booleans())
def test_two_exchanged_rows_are_named_at_the_first(log: SampleLog, data: st.DataObject, relabel: bool) -> None:
    rows = [*log.rows, *log_with(9, ()).rows[len(log.rows) :]] if len(log.rows) < 2 else list(log.rows)
    first = data.draw(st.integers(0, len(rows) - 2))
    second = data.draw(st.integers(first + 1, len(rows) - 1))
    rows[first], rows[second] = rows[second], rows[first]
    if relabel:
        rows = [replace(row, sequence=at) for at, row in enumerate(rows)]
    assert_found_at(first, rows)


@pytest.mark.behaviour("E3")
@UNHURRIED
@given(length=st.integers(1, 7), data=st.data(), true_key=st.booleans())
def test_a_rewritten_history_is_named_where_it_leaves_the_true_one(
    length: int, data: st.DataObject, true_key: bool
) -> None:
    log, place = log_with(length, ()), data.draw(st.integers(0, length - 1))
    forged = rewritten(log, place, SIGNER if true_key else Signer(SIGNER.verifier.name, b"f" * 32))
    assert_found_at(place, forged, log.notes if true_key else ())


@pytest.mark.behaviour("E3")
@UNHURRIED
@given(log=logs(), known=st.sets(st.integers(0, 8)))
def test_no_untouched_log_is_accused(log: SampleLog, known: set[int]) -> None:
    outside = [note for size, note in enumerate(log.notes) if size in known]
    verification = verify_log(iter(log.rows), ORIGIN, SIGNER.verifier, outside)
    assert (verification.ok, verification.entries) == (True, len(log.rows)), verification
