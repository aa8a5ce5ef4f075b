from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.duplicates import Duplicate, KnownInvoice, duplicate_candidates, normalise_number

pytestmark = pytest.mark.behaviour("P6")

IBAN = "DE89370400440532013000"


def known(invoice_id: str = "old", **changes: Any) -> KnownInvoice:
    fields: dict[str, Any] = {
        "id": invoice_id,
        "vendor": "V-1",
        "number": "INV-0042",
        "issue_date": date(2026, 11, 2),
        "gross": Decimal("238"),
        "currency": "EUR",
    }
    return KnownInvoice.model_validate(fields | changes)


def found(candidate: KnownInvoice, *others: KnownInvoice) -> tuple[Duplicate, ...]:
    return duplicate_candidates(candidate, others or (known(),))


@pytest.mark.parametrize(
    "text",
    [
        *("42", "0042", "#42", "INV-42", "inv 0042", "Invoice No. 42", "INV42", "INVO042", "1NV-42", "4Z", "４２"),
        *("RE-42", "RG 42", "Re.-Nr. 0042", "Rechnungs-Nr.: 42", "Facture n° 42"),
    ],
)
def test_one_number_in_its_usual_disguises_is_one_number(text: str) -> None:
    assert normalise_number(text) == "42"


@pytest.mark.parametrize(("scanned", "printed"), [("2O26-I5B", "2026-158"), ("S8-G1L", "58-611")])
def test_letters_that_look_like_digits_are_read_as_digits(scanned: str, printed: str) -> None:
    assert normalise_number(scanned) == normalise_number(printed)


@pytest.mark.parametrize(
    ("one", "other"),
    [("10", "100"), ("N-42", "A-42"), ("2026-1", "2025-1"), ("42-1", "42-2"), ("REGAL-42", "42"), ("RECHNER42", "42")],
)
def test_different_numbers_stay_different(one: str, other: str) -> None:
    assert normalise_number(one) != normalise_number(other)


@pytest.mark.parametrize(("text", "normal"), [("", ""), (" -/ ", ""), ("000", "0"), ("INV", "1NV")])
def test_a_number_that_is_hardly_one_is_kept_as_it_is(text: str, normal: str) -> None:
    assert normalise_number(text) == normal


def test_the_same_document_again_is_certain() -> None:
    (duplicate,) = found(known("new", number="inv 42"))

    assert (duplicate.invoice, duplicate.score, duplicate.is_blocking) == ("old", Decimal(1), True)
    assert duplicate.reasons == (
        "same number: inv 42 and INV-0042",
        "same vendor: V-1",
        "same date: 2026-11-02",
        "same total: 238.00 EUR",
    )


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        ({"issue_date": date(2026, 11, 9), "gross": "300"}, "0.95"),
        ({"issue_date": date(2026, 11, 9)}, "0.95"),
        ({"gross": "300"}, "0.95"),
        ({"number": "A-99"}, "0.80"),
        ({"vendor": "V-2"}, "0.85"),
    ],
)
def test_number_and_vendor_or_any_three_of_four_block(changes: dict[str, Any], score: str) -> None:
    (duplicate,) = found(known("new", **changes))

    assert duplicate.score == Decimal(score)
    assert duplicate.is_blocking
    assert not any(reason.startswith("other vendor") for reason in duplicate.reasons)


@pytest.mark.parametrize("shared", [{"iban": IBAN}, {"tax_id": "DE 136 695 976"}])
def test_the_same_number_and_total_under_another_vendor_that_shares_a_payee_blocks(shared: dict[str, str]) -> None:
    other = known(iban=IBAN, tax_id="DE136695976")

    (duplicate,) = found(known("new", vendor="V-2", issue_date=date(2026, 11, 9), **shared), other)

    assert (duplicate.score, duplicate.is_blocking) == (Decimal("0.90"), True)
    assert "other vendor V-1" in duplicate.reasons[-1]


def test_an_iban_in_a_reason_is_shortened() -> None:
    (duplicate,) = found(known("new", vendor="V-2", iban="DE89 3704 0044 0532 0130 00"), known(iban=IBAN))

    assert duplicate.reasons[-1] == "other vendor V-1 is paid on the same IBAN, ending in 3000"


def test_the_same_number_and_total_of_an_unrelated_vendor_is_shown_but_does_not_block() -> None:
    (duplicate,) = found(known("new", vendor="V-2", issue_date=date(2026, 11, 9)))

    assert not duplicate.is_blocking


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "43", "issue_date": date(2026, 11, 9)},
        {"number": "43", "gross": "300"},
        {"number": "43", "currency": "USD"},
        {"vendor": "V-2", "gross": "300"},
    ],
)
def test_two_of_four_are_no_duplicate(changes: dict[str, Any]) -> None:
    assert found(known("new", **changes)) == ()


def test_blank_fields_are_never_equal() -> None:
    blank: dict[str, Any] = {"vendor": "", "number": "", "issue_date": None}

    assert found(known("new", **blank), known(**blank)) == ()


def test_an_invoice_is_no_duplicate_of_itself() -> None:
    assert found(known("old")) == ()


def test_a_number_that_lost_its_punctuation_or_the_zeros_of_a_part_is_recognised() -> None:
    for number in ("20260042", "2026-42", "2026/0042"):
        assert found(known("new", number=number), known(number="2026-0042"))


def test_the_likeliest_comes_first() -> None:
    others = (known("b", number="A-99"), known("c"), known("a", number="A-98"), known("d", number="other", gross="1"))

    assert [duplicate.invoice for duplicate in found(known("new"), *others)] == ["c", "a", "b"]


INVOICES = st.builds(
    KnownInvoice,
    id=st.uuids().map(str),
    vendor=st.sampled_from(["", "V-1", "V-2"]),
    number=st.sampled_from(["", "INV-42", "42", "0042", "A-42", "2026-042", "202642", "2026042"]),
    issue_date=st.sampled_from([None, date(2026, 11, 2), date(2026, 11, 3)]),
    gross=st.sampled_from([Decimal(1), Decimal("1.00"), Decimal(2)]),
    currency=st.sampled_from(["EUR", "USD"]),
    iban=st.sampled_from(["", IBAN]),
    tax_id=st.sampled_from(["", "DE1"]),
)


@given(INVOICES, INVOICES)
def test_who_came_first_does_not_matter(one: KnownInvoice, other: KnownInvoice) -> None:
    forward = [duplicate.score for duplicate in found(one, other)]
    backward = [duplicate.score for duplicate in found(other, one)]

    assert forward == backward


@given(INVOICES)
def test_every_candidate_has_a_score_in_range_and_says_why(one: KnownInvoice) -> None:
    for duplicate in found(one, known(), known("older", number="A-42", vendor="V-2")):
        assert 0 < duplicate.score <= 1
        assert len(duplicate.reasons) >= 2
