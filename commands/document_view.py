"""What a file was read as, drawn for people."""

from collections.abc import Iterable
from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.document import ReadResult
from models.invoice import AllowanceCharge, Invoice, InvoiceParty, InvoiceTotals
from models.statement import Statement, StatementEntry

_AMOUNTS = frozenset({"Quantity", "Price", "Net", "Rate", "On", "Tax", "Amount"})


def draw_document(console: Console, result: ReadResult) -> None:
    """Parties, lines, taxes, totals, balances and bookings, then every finding."""
    _line(console, f"{result.type.value}, {result.size} bytes, SHA-256 {result.sha256}")
    if result.refused:
        _line(console, f"Refused: {result.reason}", style="bold red")
    if result.invoice is not None:
        _draw_invoice(console, result.invoice)
        _line(console, f"Checked against: {', '.join(result.rules) or 'our own rules alone'}")
    for statement in result.statements:
        _draw_statement(console, statement)
    for finding in result.findings:
        _line(console, f"  - {f'{finding.code} ' if finding.code else ''}{finding}", style="yellow")
    if not result.findings and not result.refused:
        _line(console, "Nothing was found wrong.", style="green")


def _draw_invoice(console: Console, invoice: Invoice) -> None:
    title = "Credit note" if invoice.kind == "credit_note" else "Invoice"
    _line(console, f"{title} {invoice.number} of {invoice.issue_date}", style="bold")
    for name, party in (
        ("Seller", invoice.seller),
        ("Buyer", invoice.buyer),
        ("Payee", invoice.payee),
        ("Tax representative", invoice.tax_representative),
    ):
        if party is not None:
            _line(console, f"{name}: {_party(party)}")
    for name, value in (
        ("Due", invoice.due_date),
        ("Terms", invoice.payment_terms),
        ("Delivered", invoice.delivery_date),
        ("Order", invoice.order_reference),
        ("Corrects", invoice.preceding_invoice),
        ("Note", invoice.note),
        ("Follows", invoice.specification),
    ):
        if value:
            _line(console, f"{name}: {value}")
    _draw_money(console, invoice)


def _draw_money(console: Console, invoice: Invoice) -> None:
    _table(
        console,
        ("Line", "Item", "Quantity", "Unit", "Price", "Net", "VAT", "Rate"),
        (
            (
                each.id,
                each.description,
                each.quantity,
                each.unit,
                each.unit_price,
                each.net_amount,
                each.tax_category,
                each.tax_rate,
            )
            for each in invoice.lines
        ),
    )
    _table(
        console,
        ("Allowance or charge", "Amount", "VAT", "Rate"),
        ((_charge(each), each.amount, each.tax_category, each.tax_rate) for each in invoice.allowances_charges),
    )
    _table(
        console,
        ("VAT", "Rate", "On", "Tax"),
        ((each.category, each.rate, each.taxable_amount, each.tax_amount) for each in invoice.taxes),
    )
    _table(console, ("Total", "Amount"), _totals(invoice.totals, invoice.currency))
    for means in invoice.payment_means:
        _line(console, f"Pay by {means.code}: {means.iban} {means.bic} {means.holder} {means.remittance}")
    for attachment in invoice.attachments:
        size = "linked" if attachment.size is None else f"{attachment.size} bytes"
        _line(console, f"Attached: {attachment.name} {attachment.media_type} ({size})")


def _charge(each: AllowanceCharge) -> str:
    return f"{'charge' if each.is_charge else 'allowance'} {each.reason}".strip()


def _totals(totals: InvoiceTotals, currency: str) -> Iterable[tuple[object, ...]]:
    named = (
        ("Lines", totals.line_net),
        ("Allowances", -totals.allowances),
        ("Charges", totals.charges),
        ("Without VAT", totals.net),
        ("VAT", totals.tax),
        ("With VAT", totals.gross),
        ("Prepaid", -totals.prepaid),
        ("Rounding", totals.rounding),
    )
    shown = frozenset({"Lines", "Without VAT", "VAT", "With VAT"})
    yield from ((name, amount) for name, amount in named if amount or name in shown)
    yield f"Due in {currency}", totals.payable


def _party(party: InvoiceParty) -> str:
    address = party.address
    place = (address.street, f"{address.postal_code} {address.city}".strip(), address.country) if address else ()
    return ", ".join(filter(None, [party.name, party.vat_id, party.registration_id, *place, party.electronic_address]))


def _draw_statement(console: Console, statement: Statement) -> None:
    number = f" number {statement.sequence}" if statement.sequence else ""
    account = statement.account or "(not named)"
    _line(console, f"{statement.message_type} {statement.id}{number}, account {account}", style="bold")
    _table(
        console,
        ("Balance", "Code", "Day", "Amount", "Currency"),
        ((each.kind.value, each.code, each.day, each.amount, each.currency) for each in statement.balances),
    )
    _table(
        console,
        ("Booked", "Value", "Amount", "Currency", "Counterparty", "Reference", "Text"),
        map(_entry, statement.entries),
    )


def _entry(entry: StatementEntry) -> tuple[object, ...]:
    parts = entry.transactions
    names = " / ".join(filter(None, (f"{each.counterparty} {each.counterparty_iban}".strip() for each in parts)))
    references = " / ".join(filter(None, (each.end_to_end_id for each in parts)))
    texts = " / ".join(filter(None, [entry.information, *(each.remittance for each in parts)]))
    booked = f"{entry.booked or ''}{' (not booked)' if entry.is_pending else ''}"
    amount = f"{entry.amount}{' (reversal)' if entry.is_reversal else ''}"
    return booked, entry.value, amount, entry.currency, names, references, texts


def _table(console: Console, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in _AMOUNTS else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_safe(value) for value in row))
    if table.row_count:
        console.print(table)


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(_safe(text, style), soft_wrap=True)


def _safe(value: object, style: str = "") -> Text:
    """Text of a file from outside: neither markup nor control characters of it may reach the terminal."""
    text = "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
    return Text("".join(sign if sign.isprintable() else " " for sign in text), style=style)
