"""Invoices as CSV, for suppliers that can send nothing better: one line of the file for each line of the invoice.

The header names the columns of `REQUIRED` and any of `OPTIONAL`, in any order, separated by comma, semicolon or tab.
What belongs to the invoice as a whole is repeated on every line and has to be the same there. Amounts have a point
before their decimals and dates are those of ISO 8601.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from formats.csv_table import Row, header_of, read_rows
from formats.fields import refuse
from models.errors import BusinessError, Finding
from models.invoice import (
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceParty,
    InvoiceTotals,
    PaymentMeans,
    TaxSubtotal,
)
from models.money import round_to_currency
from models.party import Address

REQUIRED = frozenset(
    [
        "invoice_number",
        "issue_date",
        "currency",
        "seller_name",
        "seller_vat_id",
        "buyer_name",
        "payable",
        "line_id",
        "description",
        "quantity",
        "unit",
        "unit_price",
        "net_amount",
        "tax_category",
        "tax_rate",
    ]
)
OPTIONAL = frozenset(
    [
        "due_date",
        "order_reference",
        "order_line_reference",
        "seller_item_id",
        "seller_country",
        "buyer_country",
        "iban",
        "bic",
        "account_holder",
        "remittance",
    ]
)
_OF_INVOICE = [
    "invoice_number",
    "issue_date",
    "due_date",
    "currency",
    "seller_name",
    "seller_vat_id",
    "seller_country",
    "buyer_name",
    "buyer_country",
    "order_reference",
    "payable",
    "iban",
    "bic",
    "account_holder",
    "remittance",
]
_ISO = "%Y-%m-%d"
_POINT = "."


def is_invoice_header(header: Iterable[str]) -> bool:
    return frozenset(header) >= REQUIRED


def read_csv_invoice(data: bytes) -> Invoice:
    """The one invoice in `data`; its totals are those of its lines, but for the amount due, which it states.

    Raises BusinessError `document.wrong_type` where columns are missing, `document.malformed`, `document.invalid` with
    a finding for every bad cell and for whatever differs between lines though it belongs to the invoice.
    """
    header = frozenset(header_of(data)[1])
    if missing := sorted(REQUIRED - header):
        raise BusinessError("document.wrong_type", f"The header of the file lacks the columns {', '.join(missing)}.")
    findings: list[Finding] = [
        Finding(field="header", problem=f"the column {name} is not known; leave it out or correct its name")
        for name in sorted(header - REQUIRED - OPTIONAL)
    ]
    rows = list(read_rows(data, findings))
    if not rows:
        findings.append(Finding(field="", problem="the file has no line below its header", code="BR-16"))
        refuse("The invoice", findings)
    _require_one_invoice(rows)
    invoice = _invoice(rows)
    refuse("The invoice", findings)
    return invoice


def _require_one_invoice(rows: Sequence[Row]) -> None:
    for column in _OF_INVOICE:
        first = rows[0].text(column)
        for row in rows[1:]:
            if row.text(column) != first:
                row.note(column, f"differs from the first line ({first[:40]!r}); a file holds one invoice")


def _invoice(rows: Sequence[Row]) -> Invoice:
    head = rows[0]
    currency = head.currency("currency")
    lines = tuple(_line(row) for row in rows)
    taxes = tuple(_taxes(lines, currency))
    return Invoice(
        kind=InvoiceKind.INVOICE,
        number=head.text("invoice_number", required=True),
        type_code="380",
        issue_date=head.day("issue_date", _ISO, required=True) or date.min,
        due_date=head.day("due_date", _ISO),
        currency=currency,
        seller=_party(head, "seller"),
        buyer=_party(head, "buyer"),
        order_reference=head.text("order_reference"),
        lines=lines,
        taxes=taxes,
        totals=_totals(lines, taxes, payable=head.required_amount("payable", _POINT)),
        payment_means=tuple(_payment_means(head)),
    )


def _party(row: Row, role: str) -> InvoiceParty:
    country = row.text(f"{role}_country")
    if country and not (len(country) == 2 and country.isascii() and country.isupper()):
        row.note(f"{role}_country", f"{country[:9]!r} is no country code such as DE")
        country = ""
    return InvoiceParty(
        name=row.text(f"{role}_name", required=True),
        vat_id=row.text(f"{role}_vat_id"),
        address=Address(country=country) if country else None,
    )


def _line(row: Row) -> InvoiceLine:
    return InvoiceLine(
        id=row.text("line_id", required=True),
        description=row.text("description", required=True),
        quantity=row.required_amount("quantity", _POINT),
        unit=row.text("unit"),
        unit_price=row.required_amount("unit_price", _POINT),
        net_amount=row.required_amount("net_amount", _POINT),
        tax_category=row.text("tax_category", required=True),
        tax_rate=row.amount("tax_rate", _POINT),
        order_reference=row.text("order_reference"),
        order_line_reference=row.text("order_line_reference"),
        seller_item_id=row.text("seller_item_id"),
    )


def _taxes(lines: Sequence[InvoiceLine], currency: str) -> Iterable[TaxSubtotal]:
    bases: dict[tuple[str, Decimal | None], Decimal] = {}
    for line in lines:
        key = line.tax_category, line.tax_rate
        bases[key] = bases.get(key, Decimal(0)) + line.net_amount
    for (category, rate), base in bases.items():
        tax = round_to_currency(base * (rate or Decimal(0)) / 100, currency)
        yield TaxSubtotal(category=category, rate=rate, taxable_amount=base, tax_amount=tax)


def _totals(lines: Sequence[InvoiceLine], taxes: Sequence[TaxSubtotal], *, payable: Decimal) -> InvoiceTotals:
    net = sum((line.net_amount for line in lines), start=Decimal(0))
    tax = sum((each.tax_amount for each in taxes), start=Decimal(0))
    return InvoiceTotals(line_net=net, net=net, tax=tax, gross=net + tax, payable=payable)


def _payment_means(row: Row) -> Iterable[PaymentMeans]:
    account = "".join(row.text("iban").split())
    if account:
        yield PaymentMeans(
            code="30",
            iban=account,
            bic=row.text("bic"),
            holder=row.text("account_holder"),
            remittance=row.text("remittance"),
        )
