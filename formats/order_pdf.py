"""A purchase order as a PDF for people."""

from decimal import Decimal
from pathlib import Path
from typing import Never

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from formats.order_labels import LABELS, UNITS, Language
from formats.order_totals import order_totals
from models.party import LegalEntity, Vendor
from models.purchasing import PurchaseOrder

_LOCALES: dict[Language, str] = {"en": "en_GB", "zh": "zh_CN"}


class _NoFetcher(URLFetcher):  # type: ignore[misc] # weasyprint has no types
    """An order needs nothing from outside; a text that tries to fetch something is an attack on our network."""

    def fetch(self, url: str, headers: object = None) -> Never:
        raise FatalURLFetchingError(f"a purchase order may not load {url[:80]!r}")


def render_order_pdf(order: PurchaseOrder, buyer: LegalEntity, vendor: Vendor, language: Language = "en") -> bytes:
    """The order as an A4 PDF; the same order gives the same bytes."""
    template = _environment(language).get_template("order.html")
    html = template.render(
        order=order,
        content=order.content,
        totals=order_totals(order),
        buyer=buyer,
        vendor=vendor,
        labels=LABELS[language],
        language=language,
    )
    return bytes(HTML(string=html, url_fetcher=_NoFetcher()).write_pdf())


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
    environment.filters["day"] = lambda value: format_date(value, format="long", locale=locale)
    environment.filters["unit"] = lambda code: UNITS.get(code, {}).get(language, code)
    return environment
