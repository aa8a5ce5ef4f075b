from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.billing import gross_total, tax_category
from finance.endpoints import endpoint_of, is_peppol
from models.sales import SalesOrderLine
from tests.formats.sales_invoices import TAXED, order_lines, sales_invoice

pytestmark = pytest.mark.behaviour("O1")


@pytest.mark.parametrize(
    ("rate", "seller", "buyer", "category"),
    [
        ("19", "DE", "DE", "S"),
        ("19", "DE", "CH", "S"),
        ("0", "DE", "DE", "Z"),
        ("0", "DE", "AT", "K"),
        ("0", "DE", "CN", "G"),
    ],
)
def test_the_tax_category_follows_rate_and_countries(rate: str, seller: str, buyer: str, category: str) -> None:
    assert tax_category(Decimal(rate), seller, buyer) == category


@pytest.mark.parametrize(
    ("address", "vat_id", "country", "endpoint"),
    [
        ("0088:7300010000001", "DE1", "DE", "0088:7300010000001"),
        ("mail@x.example", "ATU99819093", "AT", "9914:ATU99819093"),
        ("mail@x.example", "", "CN", "mail@x.example"),
        ("mail@x.example", "SE1", "SE", "mail@x.example"),
    ],
)
def test_a_vat_id_makes_a_peppol_address_where_its_country_has_a_scheme(
    address: str, vat_id: str, country: str, endpoint: str
) -> None:
    assert endpoint_of(address, vat_id, country) == endpoint
    assert is_peppol(endpoint) == (endpoint != address or ":" in address)


def test_the_invoice_is_due_when_the_customers_term_ends() -> None:
    assert sales_invoice("SIM").document.due_date == date(2026, 12, 4)


_LINES = st.lists(
    st.builds(
        SalesOrderLine,
        number=st.just(1),
        description=st.just("Gauge"),
        quantity=st.decimals("0.001", "1000", places=3),
        unit_price=st.decimals("0.0001", "5000", places=4),
        tax_rate=st.sampled_from([Decimal(19), Decimal(7), Decimal(0)]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=100, deadline=None)
@given(_LINES)
def test_the_invoice_of_a_whole_order_comes_to_the_orders_total(lines: list[SalesOrderLine]) -> None:
    document = sales_invoice(lines=lines).document
    assert document.totals.payable == gross_total(lines, "EUR").amount
    assert document.totals.net + sum(tax.tax_amount for tax in document.taxes) == document.totals.gross
    assert sum(line.net_amount for line in document.lines) == document.totals.net


def test_each_line_is_rounded_and_then_the_tax_of_each_rate() -> None:
    assert gross_total(order_lines(TAXED, Decimal(7), TAXED), "EUR").amount == Decimal("171.86")
