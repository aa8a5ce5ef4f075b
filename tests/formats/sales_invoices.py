"""Sales invoices of the sample company, as they are frozen."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from finance.billing import invoice_for
from models.sales import InvoiceContact, SalesInvoice, SalesOrderContent, SalesOrderLine
from sandbox.company import CUSTOMERS, ENTITY

TAXED, UNTAXED = Decimal(19), Decimal(0)


def order_lines(*rates: Decimal, description: str = "Force gauge FG-5") -> tuple[SalesOrderLine, ...]:
    """1, 2, 3 … pieces at a price of half a cent too much."""
    return tuple(
        SalesOrderLine(
            number=number,
            description=description,
            quantity=Decimal(number),
            unit_price=Decimal("24.905"),
            tax_rate=rate,
        )
        for number, rate in enumerate(rates, 1)
    )


def sales_invoice(customer: str = "HWT", lines: Sequence[SalesOrderLine] = order_lines(TAXED)) -> SalesInvoice:
    buyer = next(each for each in CUSTOMERS if each.id == customer)
    content = SalesOrderContent(
        entity=ENTITY.id, customer=buyer.id, customer_reference="4500-77", currency="EUR", lines=tuple(lines)
    )
    document = invoice_for(
        "SI-2026-0001", content, lines, ENTITY, buyer, issued=date(2026, 11, 20), delivered_on=date(2026, 11, 19)
    )
    contact = InvoiceContact(name="David Okafor", telephone=ENTITY.telephone, email="david.okafor@lindqvist.example")
    return SalesInvoice(
        order_number="SO-2026-0001", delivery="d1", document=document, contact=contact, language=buyer.language
    )
