"""Whether an invoice was seen before, under this number or in disguise."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from finance.wording import money_text
from models.base import Model
from models.money import Amount, Currency

_LOOK_ALIKES = str.maketrans("OQILZSBG", "00112586")
"""Letters that text recognition confuses with digits."""
_WORDS = (
    "INVOICE",
    "INVNO",
    "INV",
    "RECHNUNGSNUMMER",
    "RECHNUNGSNR",
    "RECHNUNGS",
    "RECHNUNG",
    "RENR",
    "RGNR",
    "RNR",
    "RE",
    "RG",
)
_WORDS_ELSEWHERE = ("FACTURE", "FACTURA", "FATTURA", "FAKTURA", "FACT", "FAC", "BELEG")
_SEPARATE_WORDS = ("NUMMER", "NUMBER", "NO", "NR", "N")
"""Words that are a prefix only where punctuation follows: `N-12` and `N12` are different series."""
_GLUED = sorted((word.translate(_LOOK_ALIKES) for word in (*_WORDS, *_WORDS_ELSEWHERE)), key=len, reverse=True)
_STANDALONE = {*_GLUED, *(word.translate(_LOOK_ALIKES) for word in _SEPARATE_WORDS)}

BLOCKING_SCORE = Decimal("0.80")
"""From this score on an invoice is not paid before a person has said that it is no duplicate."""


class KnownInvoice(Model):
    """What of an invoice is compared. Amounts are gross; blank or None fields never count as equal."""

    id: str
    vendor: str
    number: str
    issue_date: date | None
    gross: Amount
    currency: Currency
    iban: str = ""
    tax_id: str = ""


class Duplicate(Model):
    """An earlier invoice that may be the same one. `score` runs from 0 to 1."""

    invoice: str
    number: str
    score: Decimal
    reasons: tuple[str, ...]

    @property
    def is_blocking(self) -> bool:
        return self.score >= BLOCKING_SCORE


def normalise_number(text: str) -> str:
    """The invoice number without case, punctuation, leading zeros and usual prefixes, look-alikes read as digits.

    `Re.-Nr. 0042`, `INV-42` and `inv O042` are all `42`. Empty where nothing but punctuation was given.
    """
    return _without_zeros("".join(_segments(text)))


def duplicate_candidates(candidate: KnownInvoice, known: Iterable[KnownInvoice]) -> tuple[Duplicate, ...]:
    """The invoices that `candidate` may repeat, the likeliest first; itself (same id) is left out.

    Found are the same number of the same vendor, any three of number, vendor, date and total, and the same number and
    total of another vendor; the last blocks only where both vendors share an IBAN or a tax id. Symmetric.
    """
    found = [
        Duplicate(invoice=other.id, number=other.number, score=score, reasons=tuple(_reasons(candidate, other)))
        for other in known
        if other.id != candidate.id and (score := _score(candidate, other))
    ]
    return tuple(sorted(found, key=lambda duplicate: (-duplicate.score, duplicate.invoice)))


def _segments(text: str) -> list[str]:
    readable = unicodedata.normalize("NFKC", text).upper().translate(_LOOK_ALIKES)
    segments = [segment for segment in re.split(r"[\W_]+", readable) if segment]
    while len(segments) > 1 and segments[0] in _STANDALONE:
        segments = segments[1:]
    return [_without_glued_prefix(segments[0]), *segments[1:]] if segments else []


def _without_glued_prefix(segment: str) -> str:
    for prefix in _GLUED:
        rest = segment.removeprefix(prefix)
        if rest != segment and rest[:1].isdigit():
            return rest
    return segment


def _without_zeros(digits: str) -> str:
    return digits.lstrip("0") or digits[:1]


def _number_forms(text: str) -> set[str]:
    """`2026-0042` is `20260042` where punctuation was dropped and `202642` where each part lost its zeros."""
    segments = _segments(text)
    return {_without_zeros("".join(segments)), "".join(map(_without_zeros, segments))} - {""}


def _same_number(one: KnownInvoice, other: KnownInvoice) -> bool:
    return bool(_number_forms(one.number) & _number_forms(other.number))


def _same_vendor(one: KnownInvoice, other: KnownInvoice) -> bool:
    return bool(one.vendor) and one.vendor == other.vendor


def _same_date(one: KnownInvoice, other: KnownInvoice) -> bool:
    return one.issue_date is not None and one.issue_date == other.issue_date


def _same_total(one: KnownInvoice, other: KnownInvoice) -> bool:
    return (one.gross, one.currency) == (other.gross, other.currency)


def _same_identifier(one: str, other: str) -> bool:
    left, right = (re.sub(r"[\W_]+", "", text).upper() for text in (one, other))
    return bool(left) and left == right


def _shares_payee(one: KnownInvoice, other: KnownInvoice) -> bool:
    return _same_identifier(one.iban, other.iban) or _same_identifier(one.tax_id, other.tax_id)


def _score(one: KnownInvoice, other: KnownInvoice) -> Decimal:
    """A number that agrees weighs most; vendor, date and total alone are also what a monthly instalment looks like."""
    vendor, day, total = _same_vendor(one, other), _same_date(one, other), _same_total(one, other)
    if not _same_number(one, other):
        return BLOCKING_SCORE if vendor and day and total else Decimal(0)
    if vendor:
        return Decimal("1.00") if day and total else Decimal("0.95")
    if total and _shares_payee(one, other):
        return Decimal("0.90")
    if total:
        return Decimal("0.85") if day else Decimal("0.50")
    return Decimal(0)


def _reasons(one: KnownInvoice, other: KnownInvoice) -> Iterator[str]:
    if _same_number(one, other):
        yield f"same number: {one.number} and {other.number}"
    if _same_vendor(one, other):
        yield f"same vendor: {other.vendor}"
    if _same_date(one, other):
        yield f"same date: {other.issue_date}"
    if _same_total(one, other):
        yield f"same total: {money_text(other.gross, other.currency)}"
    if not _same_vendor(one, other) and _same_identifier(one.iban, other.iban):
        yield f"other vendor {other.vendor} is paid on the same IBAN, ending in {other.iban[-4:]}"
    if not _same_vendor(one, other) and _same_identifier(one.tax_id, other.tax_id):
        yield f"other vendor {other.vendor} has the same tax id {other.tax_id}"
