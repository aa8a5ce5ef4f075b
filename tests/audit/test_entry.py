from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from audit.entry import (
    Actor,
    Entry,
    EntryError,
    Subject,
    canonical_body,
    canonical_bytes,
    check_body,
    commit_body,
    origin_of,
    parse_entry,
    tenant_of,
)

SALT = bytes(range(32))


def an_entry(**changes: Any) -> Entry:
    fields: dict[str, Any] = {
        "origin": "tallywright.local/acme",
        "sequence": 7,
        "time": datetime(2026, 11, 20, 8, 14, tzinfo=timezone(timedelta(hours=1))),
        "actor": Actor(person="anna"),
        "action": "invoice.matched",
        "subject": Subject(kind="invoice", id="Ärzte-7"),
        "body_commitment": "0" * 64,
    }
    return Entry(**fields | changes)


def test_the_canonical_bytes_of_version_1_never_change() -> None:
    assert canonical_bytes(an_entry(reasons=("tolerance:row-3",))).decode() == (
        '{"action":"invoice.matched",'
        '"actor":{"account":"","bot":"","delegate_of":"","owner":"","person":"anna","system":""},'
        '"body_commitment":"0000000000000000000000000000000000000000000000000000000000000000",'
        '"correlation":{"case":"","run":"","workflow":""},"origin":"tallywright.local/acme",'
        '"reasons":["tolerance:row-3"],"sequence":7,"subject":{"id":"Ärzte-7","kind":"invoice"},'
        '"time":"2026-11-20T07:14:00.000000Z","version":1}'
    )


@settings(deadline=None)
@given(
    sequence=st.integers(0, 2**53 - 1),
    time=st.datetimes(timezones=st.just(UTC)),
    subject=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    reasons=st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
)
def test_an_entry_reads_back_from_its_canonical_bytes(
    sequence: int, time: datetime, subject: str, reasons: list[str]
) -> None:
    entry = an_entry(sequence=sequence, time=time, subject=Subject(kind="case", id=subject), reasons=tuple(reasons))
    assert parse_entry(canonical_bytes(entry)) == entry


CANONICAL = canonical_bytes(an_entry())


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (CANONICAL + b" ", "not the canonical bytes"),
        (CANONICAL.replace(b'"sequence":7', b'"sequence":7.0'), "not the canonical bytes"),
        (CANONICAL.replace(b'"sequence":7', b'"sequence":"7"'), "not the canonical bytes"),
        (CANONICAL.replace(b'"sequence":7', b'"sequence":6,"sequence":7'), "not the canonical bytes"),
        (CANONICAL.replace(b'"version":1', b'"version":true'), "not the canonical bytes"),
        (CANONICAL.replace(b"07:14:00.000000Z", b"07:14:00Z"), "not the canonical bytes"),
        (CANONICAL.replace("Ä".encode(), b"\\u00c4"), "not the canonical bytes"),
        (CANONICAL.replace(b'"version":1', b'"version":2'), "version: Input should be 1, not '2'"),
        (CANONICAL.replace(b',"version":1', b""), "not the canonical bytes"),
        (CANONICAL.replace(b'"version":1', b'"version":1,"zone":"x"'), "zone: Extra inputs"),
        (CANONICAL.replace(b"2026-11-20T07:14:00.000000Z", b"0001-01-01T00:00:00+14:00"), "out of range"),
        (CANONICAL.replace(b"2026-11-20T07:14:00.000000Z", b"2026-11-20T07:14:00"), "time: Input should have timezone"),
        (CANONICAL.replace(b"invoice.matched", b"matched"), "action: String should match"),
        (CANONICAL.replace(b"tallywright.local/acme", b"acme"), "origin: String should match"),
        (b"\xff", "entry: Invalid JSON"),
        (b"[" * 100_000, "recursion limit"),
        (b"", "entry: Invalid JSON"),
    ],
)
def test_bytes_that_are_not_a_canonical_entry_are_refused_with_the_reason(data: bytes, problem: str) -> None:
    with pytest.raises(EntryError, match=problem):
        parse_entry(data)


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(EntryError, match=r"sequence: .*; action: "):
        parse_entry(CANONICAL.replace(b'"sequence":7', b'"sequence":-1').replace(b"invoice.matched", b"Matched"))


def test_half_a_surrogate_pair_never_reaches_the_log() -> None:
    with pytest.raises(EntryError, match="entry 7"):
        canonical_bytes(an_entry(reasons=("\ud800",)))


@pytest.mark.parametrize(
    ("actor", "display"),
    [
        (Actor(person="anna"), "anna"),
        (Actor(person="anna", account="a@acme"), "anna (a@acme)"),
        (Actor(person="anna", account="a@acme", delegate_of="ben"), "anna (a@acme) for ben"),
        (Actor(bot="bank-bot", owner="carla"), "bot bank-bot of carla"),
        (Actor(system="sweeper"), "system sweeper"),
    ],
)
def test_an_actor_reads_as_who_acted_for_whom(actor: Actor, display: str) -> None:
    assert actor.display == display


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"person": "anna", "system": "sweeper"},
        {"bot": "bank-bot"},
        {"person": "anna", "owner": "carla"},
        {"system": "sweeper", "account": "a@acme"},
        {"bot": "bank-bot", "owner": "carla", "delegate_of": "ben"},
    ],
)
def test_an_actor_who_is_nobody_or_two_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Actor(**fields)


def test_the_tenant_is_the_last_part_of_the_origin() -> None:
    assert origin_of("tallywright.local/eu", "acme") == "tallywright.local/eu/acme"
    assert tenant_of("tallywright.local/eu/acme") == "acme"


@pytest.mark.behaviour("E6")
def test_a_commitment_fits_its_own_body_and_salt_only() -> None:
    body = {"payee": "Ärzte GmbH", "amount": "12.50"}
    commitment, kept = commit_body(body, SALT), canonical_body(body)
    assert check_body(kept, SALT, commitment)
    assert not check_body(kept + b" ", SALT, commitment)
    assert not check_body(kept, bytes(32), commitment)
    assert not check_body(kept, SALT[:31], commitment)
    assert commit_body(body, bytes(32)) != commitment


def test_the_order_of_keys_does_not_change_a_commitment() -> None:
    assert commit_body({"a": "1", "b": ["2"]}, SALT) == commit_body({"b": ("2",), "a": "1"}, SALT)


def test_every_amount_that_is_not_text_is_named() -> None:
    body: Any = {
        "total": 12.5,
        "lines": [{"net": Decimal("1.10")}, {"count": 3}],
        "big": 2**53,
        "half": "\ud800",
        1: "x",
    }
    with pytest.raises(EntryError) as refusal:
        canonical_body(body)
    for place in ("body.total: 12.5 is a float", "body.lines[0].net: Decimal", "body.big", "body.half", "key 1 is not"):
        assert place in str(refusal.value)
    assert "count" not in str(refusal.value)


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(EntryError, match="salt: 16 bytes"):
        commit_body({}, bytes(16))
