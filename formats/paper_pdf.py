"""How a paper to a trading partner looks: parties, facts, lines, totals and terms on A4."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Literal, Protocol

import typst
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from models.party import Address

Language = Literal["en", "zh"]
_TEMPLATE = Path(__file__).parent / "templates" / "paper.typ"
_LOCALES: dict[Language, str] = {"en": "en_GB", "zh": "zh_CN"}
_UNITS: dict[str, dict[Language, str]] = {
    "C62": {"en": "pcs", "zh": "件"},
    "H87": {"en": "pcs", "zh": "件"},
    "EA": {"en": "each", "zh": "个"},
    "HUR": {"en": "h", "zh": "小时"},
    "DAY": {"en": "days", "zh": "天"},
    "MON": {"en": "months", "zh": "月"},
    "KGM": {"en": "kg", "zh": "千克"},
    "MTR": {"en": "m", "zh": "米"},
    "LTR": {"en": "l", "zh": "升"},
}
"""Common codes of UN/ECE Recommendation 20; any other code is printed as it is."""


class PaperParty(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def vat_id(self) -> str: ...

    @property
    def address(self) -> Address | None: ...


@dataclass(frozen=True)
class PaperLine:
    position: str
    description: str
    quantity: Decimal
    unit: str
    """UN/ECE Recommendation 20 code."""
    unit_price: Decimal
    tax_rate: Decimal
    amount: Decimal


@dataclass(frozen=True)
class PaperTax:
    """`rate` in percent on `basis`."""

    rate: Decimal
    basis: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Paper:
    language: Language
    labels: Mapping[str, str]
    """The words of this kind of paper in its language."""
    number: str
    company: str
    """Whose paper it is."""
    seller: PaperParty
    buyer: PaperParty
    facts: Sequence[tuple[str, str]]
    """Label and value; one without a value is left out."""
    currency: str
    lines: Sequence[PaperLine]
    net: Decimal
    taxes: Sequence[PaperTax]
    gross: Decimal
    terms: Sequence[str]


def render_paper(paper: Paper) -> bytes:
    """An A4 PDF; the same paper gives the same bytes. Raises ValueError where a text cannot be set."""
    shown = {"paper": json.dumps(_shown(paper))}
    pdf = typst.compile(
        _TEMPLATE, root=_TEMPLATE.parent, font_paths=_fonts(), format="pdf", sys_inputs=shown, timestamp=0
    )
    if not isinstance(pdf, bytes):
        raise ValueError(f"{paper.number} became no single file")
    return pdf


def day_text(day: date, language: Language) -> str:
    return format_date(day, format="long", locale=_LOCALES[language])


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Those of the system, looked for once."""
    return typst.Fonts()


def _shown(paper: Paper) -> dict[str, object]:
    """All that the template shows, as text."""
    words = _Words(paper.language, paper.currency)
    return {
        "language": paper.language,
        "labels": dict(paper.labels),
        "number": paper.number,
        "company": paper.company,
        "seller": _party(paper.seller, paper.labels),
        "buyer": _party(paper.buyer, paper.labels),
        "facts": [[name, shown] for name, shown in paper.facts if shown],
        "lines": [
            [
                line.position,
                line.description,
                words.number(line.quantity),
                words.unit(line.unit),
                words.price(line.unit_price),
                f"{words.number(line.tax_rate)} %",
                words.money(line.amount),
            ]
            for line in paper.lines
        ],
        "totals": [
            [paper.labels["net"], words.money(paper.net)],
            *([words.tax(each, paper.labels["tax"]), words.money(each.tax)] for each in paper.taxes),
        ],
        "gross": [paper.labels["gross"], f"{paper.currency} {words.money(paper.gross)}"],
        "terms": list(paper.terms),
    }


def _party(party: PaperParty, labels: Mapping[str, str]) -> dict[str, object]:
    address = party.address
    place = [address.street, f"{address.postal_code} {address.city}".strip(), address.country] if address else []
    return {
        "name": party.name,
        "lines": [line for line in place if line],
        "notes": [f"{labels['vat_id']} {party.vat_id}"] if party.vat_id else [],
    }


@dataclass(frozen=True)
class _Words:
    """Figures as people of the language write them."""

    language: Language
    currency: str

    @property
    def locale(self) -> str:
        return _LOCALES[self.language]

    def money(self, amount: Decimal) -> str:
        return format_currency(amount, self.currency, locale=self.locale, format="#,##0.00", currency_digits=True)

    def price(self, amount: Decimal) -> str:
        return format_decimal(amount, locale=self.locale, format="#,##0.00########", decimal_quantization=False)

    def number(self, value: Decimal) -> str:
        return format_decimal(value, locale=self.locale, decimal_quantization=False)

    def unit(self, code: str) -> str:
        return _UNITS.get(code, {}).get(self.language, code)

    def tax(self, tax: PaperTax, label: str) -> str:
        return label.format(rate=self.number(tax.rate), basis=self.money(tax.basis))
