import hashlib
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.obligation import attempt_reference, content_digest
from models.base import Model
from models.money import Money
from models.party import PayeeAccount

TEXTS = st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable())


class Kind(StrEnum):
    PLAIN = "plain"


class Content(Model):
    amount: Decimal = Decimal("1.50")
    day: date = date(2026, 11, 20)
    moment: datetime = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    kind: Kind = Kind.PLAIN
    tags: frozenset[str] = frozenset({"b", "a"})
    lines: tuple[Money, ...] = (Money(amount=Decimal("2.00"), currency="EUR"),)
    note: str | None = None
    anything: Any = None


class Payment(Model):
    """Approved content as the test's own model: the real one may gain fields, the way it is hashed may not change."""

    payer_iban: str
    payee: PayeeAccount
    amount: Money
    remittance: str
    execution_date: date
    invoice_document: str


@pytest.mark.behaviour("P10", "R1")
@pytest.mark.parametrize(
    ("tenant", "slice_id", "attempt", "reference"),
    [
        ("nordlicht", "C-2026-0001/1", 1, "CTO66WXVBI32ZE01"),
        ("nordlicht", "C-2026-0001/1", 2, "CTO66WXVBI32ZE02"),
        ("北", "Zahlung ä", 99, "SUFXDEQEHLB4WA99"),
    ],
)
def test_the_reference_of_an_attempt_never_changes(tenant: str, slice_id: str, attempt: int, reference: str) -> None:
    assert attempt_reference(tenant, slice_id, attempt) == reference


@pytest.mark.behaviour("P10", "R1")
@given(tenant=TEXTS, slice_id=TEXTS, attempt=st.integers(1, 99))
def test_a_reference_fits_into_every_portals_field(tenant: str, slice_id: str, attempt: int) -> None:
    assert re.fullmatch(r"[A-Z0-9]{16}", attempt_reference(tenant, slice_id, attempt))


@pytest.mark.behaviour("P10")
def test_tenant_slice_and_attempt_each_make_another_reference() -> None:
    keys = [
        (tenant, slice_id, attempt) for tenant in ("a", "ab") for slice_id in ("c", "bc") for attempt in range(1, 100)
    ]

    assert len({attempt_reference(*key) for key in keys}) == len(keys)


@pytest.mark.behaviour("P10")
def test_attempts_of_one_slice_stand_together() -> None:
    references = [attempt_reference("nordlicht", "slice", attempt) for attempt in (1, 2, 12)]

    assert len({reference[:14] for reference in references}) == 1
    assert [reference[14:] for reference in references] == ["01", "02", "12"]


@pytest.mark.behaviour("P10")
@pytest.mark.parametrize("key", [("", "s", 1), ("t", "", 1), ("t", "s", 0), ("t", "s", 100), ("t", "s", -1)])
def test_a_reference_is_never_made_of_half_a_key(key: tuple[str, str, int]) -> None:
    with pytest.raises(ValueError, match=r"must both be given|not between 1 and 99"):
        attempt_reference(*key)


def test_the_digest_is_taken_over_exactly_these_bytes() -> None:
    canonical = (
        '{"amount":"1.5","anything":null,"day":"2026-11-20","kind":"plain",'
        '"lines":[{"amount":"2","currency":"EUR"}],"moment":"2026-11-20T09:30:00+00:00","note":null,"tags":["a","b"]}'
    )

    assert content_digest(Content()) == hashlib.sha256(canonical.encode()).hexdigest()
    assert content_digest(Content()) == "5ce3d04a51e52f9741c1b702a64be77e9e80145e8092c05581a31be1dca959f8"


@pytest.mark.behaviour("P8")
def test_the_digest_of_a_payment_never_changes() -> None:
    assert content_digest(payment()) == "caa165b96b1cb0a1aab52d8d8a14c7bb646e37fe6d19e4edd9e78e0ed1058171"


@pytest.mark.behaviour("P8")
@pytest.mark.parametrize(
    "changed",
    [
        {"amount": Money(amount=Decimal("238.01"), currency="EUR")},
        {"amount": Money(amount=Decimal("238.00"), currency="USD")},
        {"payee": PayeeAccount(holder="Papierhaus", iban="GB33BUKB20201555555555")},
        {"payee": PayeeAccount(holder="Papierhaus 2", iban="DE89370400440532013000")},
        {"execution_date": date(2026, 11, 28)},
        {"invoice_document": "b" * 64},
    ],
)
def test_any_change_of_a_payment_changes_its_digest(changed: dict[str, Any]) -> None:
    assert content_digest(payment(**changed)) != content_digest(payment())


@pytest.mark.parametrize("same", ["1.5", "1.50", "1.500000", "15E-1"])
def test_an_amount_is_the_same_however_many_zeros_it_is_written_with(same: str) -> None:
    assert content_digest(Content(amount=Decimal(same))) == content_digest(Content())


def test_digits_beyond_the_decimal_contexts_precision_are_not_lost() -> None:
    long = "1234567890123456789012345678901234567890.1"

    assert content_digest(Content(amount=Decimal(long + "1"))) != content_digest(Content(amount=Decimal(long + "2")))


def test_a_moment_is_the_same_in_every_zone() -> None:
    berlin = datetime(2026, 11, 20, 10, 30, tzinfo=timezone(timedelta(hours=1)))

    assert content_digest(Content(moment=berlin)) == content_digest(Content())


@pytest.mark.parametrize("vague", [1.5, datetime(2026, 11, 20), b"bytes", object()])  # noqa: DTZ001
def test_what_has_no_one_meaning_is_refused(vague: object) -> None:
    with pytest.raises(ValueError, match="cannot be part of approved content"):
        content_digest(Content(anything=vague))


def payment(**changes: Any) -> Payment:
    fields: dict[str, Any] = {
        "payer_iban": "DE02120300000000202051",
        "payee": PayeeAccount(holder="Papierhaus", iban="DE89370400440532013000"),
        "amount": Money(amount=Decimal("238.00"), currency="EUR"),
        "remittance": "INV-7",
        "execution_date": date(2026, 11, 27),
        "invoice_document": "a" * 64,
    }
    return Payment.model_validate(fields | changes)
