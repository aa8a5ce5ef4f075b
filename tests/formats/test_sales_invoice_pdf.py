from io import BytesIO

import pytest
from pypdf import PdfReader

from formats.sales_invoice_labels import LABELS
from formats.sales_invoice_pdf import render_sales_invoice_pdf
from models.sales import SalesInvoice
from tests.formats.sales_invoices import TAXED, UNTAXED, order_lines, sales_invoice


def _text(invoice: SalesInvoice) -> str:
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(BytesIO(render_sales_invoice_pdf(invoice))).pages).split()
    )


@pytest.mark.behaviour("O1")
def test_the_invoice_shows_parties_numbers_amounts_and_how_to_pay() -> None:
    text = _text(sales_invoice("HWT", order_lines(TAXED, TAXED)))
    for expected in (
        "Invoice SI-2026-0001",
        "Lindqvist Messtechnik GmbH",
        "DE219980000",
        "Hansewind Turbinen AG",
        "SO-2026-0001",
        "4500-77",
        "20 November 2026",
        "20 December 2026",
        "24.905",
        "EUR 88.92",
        "David Okafor",
    ):
        assert expected in text


@pytest.mark.parametrize(("customer", "reason"), [("DNZ", "intra_community"), ("LUG", "export")])
def test_an_untaxed_invoice_says_why(customer: str, reason: str) -> None:
    assert LABELS["en"][reason] in _text(sales_invoice(customer, order_lines(UNTAXED)))


def test_a_customer_gets_the_invoice_in_their_language() -> None:
    text = _text(sales_invoice("YHJ", order_lines(UNTAXED)))
    assert "应付金额" in text
    assert LABELS["zh"].keys() == LABELS["en"].keys()


def test_the_same_invoice_gives_the_same_bytes() -> None:
    assert render_sales_invoice_pdf(sales_invoice()) == render_sales_invoice_pdf(sales_invoice())
