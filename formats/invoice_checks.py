"""Whether an invoice agrees with itself: the business rules of EN 16931, by their published ids."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from babel.numbers import get_currency_precision

from formats.invoice_codes import Profile, profile_of
from formats.invoice_tax_checks import tax_findings
from models.errors import Finding
from models.invoice import Invoice, InvoiceKind, InvoiceLine, InvoiceParty

_HALF_A_CENT = Decimal("0.005")
"""EN 16931 compares amounts rounded to two decimals."""

_LINE_TOLERANCE = Decimal("0.02")
"""PEPPOL-EN16931-R120 allows it, because sellers round prices and discounts before the line."""

_OLDEST = date(1990, 1, 1)
_CREDIT_TRANSFERS = frozenset({"30", "58"})


def invoice_findings(invoice: Invoice) -> tuple[Finding, ...]:
    """Every rule that `invoice` breaks; empty when it is arithmetically sound and complete.

    Findings of Peppol's rules carry Peppol's ids; ours are dotted (`invoice.due_before_issue`).
    """
    if profile_of(invoice.specification) is Profile.MINIMUM:
        return (*_missing_line_findings(invoice), *_gross_findings(invoice), *_date_findings(invoice))
    return (
        *_missing_line_findings(invoice),
        *_line_findings(invoice),
        *_total_findings(invoice),
        *tax_findings(invoice),
        *_date_findings(invoice),
        *_party_findings("seller", invoice.seller, address_rule="BR-09"),
        *_party_findings("buyer", invoice.buyer, address_rule="BR-11"),
        *_payment_findings(invoice),
    )


def _missing_line_findings(invoice: Invoice) -> Iterator[Finding]:
    if not invoice.lines:
        problem = (
            f"the invoice follows the profile {profile_of(invoice.specification)}, which has no lines, so it cannot be "
            "matched to an order; ask the seller for BASIC, EN 16931 or XRechnung"
        )
        yield Finding(field="lines", problem=problem, code="invoice.no_lines")


def _line_findings(invoice: Invoice) -> Iterator[Finding]:
    seen: set[str] = set()
    for position, line in enumerate(invoice.lines):
        field = f"lines[{position}]"
        if line.id in seen:
            problem = f"line number {line.id} appears more than once; each line needs its own"
            yield Finding(field=f"{field}.id", problem=problem, code="invoice.line_id_repeated")
        seen.add(line.id)
        if not line.unit:
            problem = f"line {line.id} has no unit for its quantity (BT-130)"
            yield Finding(field=f"{field}.unit", problem=problem, code="BR-23")
        if line.unit_price < 0:
            problem = f"line {line.id} has the price {line.unit_price}; a price is never negative, a quantity may be"
            yield Finding(field=f"{field}.unit_price", problem=problem, code="BR-27")
        yield from _line_net_findings(line, field, invoice.currency)


def _line_net_findings(line: InvoiceLine, field: str, currency: str) -> Iterator[Finding]:
    expected = line.quantity * line.unit_price + line.charges - line.allowances
    tolerance = max(_LINE_TOLERANCE, Decimal(1).scaleb(-get_currency_precision(currency)))
    if abs(expected - line.net_amount) > tolerance:
        problem = (
            f"line {line.id}: {line.quantity} x {line.unit_price} plus charges {line.charges} less allowances "
            f"{line.allowances} is {expected:.2f}, but the line says {line.net_amount}"
        )
        yield Finding(field=f"{field}.net_amount", problem=problem, code="PEPPOL-EN16931-R120")


def _total_findings(invoice: Invoice) -> Iterator[Finding]:
    totals = invoice.totals
    allowances = [each.amount for each in invoice.allowances_charges if not each.is_charge]
    charges = [each.amount for each in invoice.allowances_charges if each.is_charge]
    lines = [line.net_amount for line in invoice.lines]
    taxes = [tax.tax_amount for tax in invoice.taxes]
    if lines:
        yield from _sum_finding("line_net", totals.line_net, _total(lines), "the sum of the lines", "BR-CO-10")
    yield from _sum_finding("allowances", totals.allowances, _total(allowances), "the sum of allowances", "BR-CO-11")
    yield from _sum_finding("charges", totals.charges, _total(charges), "the sum of charges", "BR-CO-12")
    net = totals.line_net - totals.allowances + totals.charges
    yield from _sum_finding("net", totals.net, net, "lines less allowances plus charges", "BR-CO-13")
    if taxes:
        yield from _sum_finding("tax", totals.tax, _total(taxes), "the sum of the VAT breakdown", "BR-CO-14")
    yield from _gross_findings(invoice)
    payable = totals.gross - totals.prepaid + totals.rounding
    yield from _sum_finding("payable", totals.payable, payable, "total less prepaid plus rounding", "BR-CO-16")


def _gross_findings(invoice: Invoice) -> Iterator[Finding]:
    totals = invoice.totals
    yield from _sum_finding("gross", totals.gross, totals.net + totals.tax, "total without VAT plus VAT", "BR-CO-15")


def _sum_finding(field: str, stated: Decimal, expected: Decimal, meaning: str, code: str) -> Iterator[Finding]:
    if abs(stated - expected) > _HALF_A_CENT:
        problem = f"says {stated}, but {meaning} is {expected}; ask the seller for a corrected invoice"
        yield Finding(field=f"totals.{field}", problem=problem, code=code)


def _total(amounts: list[Decimal]) -> Decimal:
    return sum(amounts, start=Decimal(0))


def _date_findings(invoice: Invoice) -> Iterator[Finding]:
    if invoice.due_date and invoice.due_date < invoice.issue_date:
        problem = f"the invoice is due on {invoice.due_date}, before it was issued on {invoice.issue_date}"
        yield Finding(field="due_date", problem=problem, code="invoice.due_before_issue")
    if invoice.issue_date < _OLDEST:
        problem = f"{invoice.issue_date} cannot be the date of an invoice; check the year"
        yield Finding(field="issue_date", problem=problem, code="invoice.implausible_date")


def _party_findings(role: str, party: InvoiceParty, *, address_rule: str) -> Iterator[Finding]:
    if party.address is None:
        problem = f"the {role}'s postal address with its country is missing"
        yield Finding(field=f"{role}.address", problem=problem, code=address_rule)
    if party.vat_id and not party.vat_id[:2].isalpha():
        problem = f"the VAT id {party.vat_id} does not begin with a country such as DE or FR"
        yield Finding(field=f"{role}.vat_id", problem=problem, code="BR-CO-09")


def _payment_findings(invoice: Invoice) -> Iterator[Finding]:
    asks_for_money = invoice.kind is InvoiceKind.INVOICE and invoice.totals.payable > 0
    if asks_for_money and not invoice.due_date and not invoice.payment_terms:
        problem = "neither a due date (BT-9) nor payment terms (BT-20) say when to pay"
        yield Finding(field="due_date", problem=problem, code="BR-CO-25")
    for position, means in enumerate(invoice.payment_means):
        if means.code in _CREDIT_TRANSFERS and not means.iban:
            problem = "asks for a credit transfer but names no account (BT-84)"
            yield Finding(field=f"payment_means[{position}].iban", problem=problem, code="BR-61")
