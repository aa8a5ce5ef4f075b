"""How a paper to a trading partner looks: parties, facts, lines, totals and terms on A4."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal, Never, Protocol

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from models.party import Address

Language = Literal["en", "zh"]
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


class _NoFetcher(URLFetcher):  # type: ignore[misc] # weasyprint has no types
    """A paper needs nothing from outside; a text that tries to fetch something is an attack on our network."""

    def fetch(self, url: str, headers: object = None) -> Never:
        raise FatalURLFetchingError(f"a paper may not load {url[:80]!r}")


def render_paper(paper: Paper) -> bytes:
    """An A4 PDF; the same paper gives the same bytes."""
    html = _environment(paper.language).get_template("paper.html").render(paper=paper)
    return bytes(HTML(string=html, url_fetcher=_NoFetcher()).write_pdf())


def day_text(day: date, language: Language) -> str:
    return format_date(day, format="long", locale=_LOCALES[language])


def _environment(language: Language) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    locale = _LOCALES[language]

    def money(amount: Decimal, currency: str) -> str:
        return format_currency(amount, currency, locale=locale, format="#,##0.00", currency_digits=True)

    def price(amount: Decimal) -> str:
        return format_decimal(amount, locale=locale, format="#,##0.00########", decimal_quantization=False)

    environment.filters["money"] = money
    environment.filters["price"] = price
    environment.filters["number"] = lambda value: format_decimal(value, locale=locale, decimal_quantization=False)
    environment.filters["unit"] = lambda code: _UNITS.get(code, {}).get(language, code)
    return environment
