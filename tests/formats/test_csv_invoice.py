from datetime import date
from decimal import Decimal

import pytest

from formats.csv_invoice import OPTIONAL, REQUIRED, read_csv_invoice
from formats.detect import detect
from formats.invoice_checks import invoice_findings
from models.document import DocumentType
from models.errors import BusinessError
from tests.formats.documents import changed

INVOICE = """invoice_number,issue_date,due_date,currency,seller_name,seller_vat_id,seller_country,buyer_name,buyer_country,order_reference,payable,iban,line_id,description,quantity,unit,unit_price,net_amount,tax_category,tax_rate
R-1001,2026-11-02,2026-12-02,EUR,Kaiser Papier GmbH,DE129273398,DE,Nordlicht GmbH,DE,PO-7,239.00,DE89 3704 0044 0532 0130 00,1,"Envelopes, white",500,C62,0.25,125.00,S,19
R-1001,2026-11-02,2026-12-02,EUR,Kaiser Papier GmbH,DE129273398,DE,Nordlicht GmbH,DE,PO-7,239.00,DE89 3704 0044 0532 0130 00,2,Paper,4,C62,20.00,80.00,S,19
R-1001,2026-11-02,2026-12-02,EUR,Kaiser Papier GmbH,DE129273398,DE,Nordlicht GmbH,DE,PO-7,239.00,DE89 3704 0044 0532 0130 00,3,Book,-1,C62,4.626,-4.63,S,7
"""  # noqa: E501 - the header of a table


def _findings(*changes: tuple[str, str]) -> list[str]:
    with pytest.raises(BusinessError) as refusal:
        read_csv_invoice(changed(INVOICE, *changes))
    assert refusal.value.code == "document.invalid"
    return [finding.field for finding in refusal.value.findings]


@pytest.mark.behaviour("P3")
def test_head_lines_taxes_and_totals_are_read() -> None:
    invoice = read_csv_invoice(INVOICE.encode())
    assert (invoice.number, invoice.due_date, invoice.order_reference) == ("R-1001", date(2026, 12, 2), "PO-7")
    assert (invoice.seller.vat_id, invoice.payment_means[0].iban) == ("DE129273398", "DE89370400440532013000")
    assert [(line.description, line.net_amount) for line in invoice.lines] == [
        ("Envelopes, white", Decimal(125)),
        ("Paper", Decimal(80)),
        ("Book", Decimal("-4.63")),
    ]
    assert [(tax.rate, tax.taxable_amount, tax.tax_amount) for tax in invoice.taxes] == [
        (Decimal(19), Decimal(205), Decimal("38.95")),
        (Decimal(7), Decimal("-4.63"), Decimal("-0.32")),
    ]
    assert (invoice.totals.net, invoice.totals.tax) == (Decimal("200.37"), Decimal("38.63"))
    assert (invoice.totals.gross, invoice.totals.payable) == (Decimal("239.00"), Decimal("239.00"))
    assert invoice_findings(invoice) == ()


@pytest.mark.behaviour("P3")
def test_an_amount_due_that_is_not_that_of_the_lines_is_found() -> None:
    invoice = read_csv_invoice(INVOICE.replace(",239.00,", ",329.00,").encode())
    assert [finding.code for finding in invoice_findings(invoice)] == ["BR-CO-16"]


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_an_invoice_is_known_by_its_header_in_any_order(delimiter: str) -> None:
    rows = [line.replace("Envelopes, white", "Envelopes").split(",") for line in INVOICE.splitlines()]
    text = "\r\n".join(delimiter.join(reversed(row)) for row in rows)
    assert detect(text.encode()) is DocumentType.CSV_INVOICE
    assert read_csv_invoice(text.encode()).totals.payable == Decimal("239.00")


@pytest.mark.behaviour("P3")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ((",0.25,", ",0;25,"), "line 2, unit_price"),
        ((",0.25,", ",NaN,"), "line 2, unit_price"),
        ((",0.25,", ",1e3,"), "line 2, unit_price"),
        (("2026-11-02", "02.11.2026"), "line 2, issue_date"),
        ((",EUR,", ",EURO,"), "line 2, currency"),
        ((",Paper,", ",,"), "line 3, description"),
        ((",DE,Nordlicht", ",Germany,Nordlicht"), "line 2, seller_country"),
        (("line_id,", "line_id,colour,"), "header"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(change: tuple[str, str], field: str) -> None:
    assert field in _findings(change)


@pytest.mark.behaviour("P3")
def test_lines_of_two_invoices_in_one_file_are_refused() -> None:
    last = INVOICE.rindex("R-1001")
    with pytest.raises(BusinessError) as refusal:
        read_csv_invoice(f"{INVOICE[:last]}R-2002{INVOICE[last + 6 :]}".encode())
    assert [finding.field for finding in refusal.value.findings] == ["line 4, invoice_number"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (INVOICE.partition("\n")[0].encode(), "document.invalid"),
        (INVOICE.replace("payable,", "sum,", 1).encode(), "document.wrong_type"),
        (INVOICE.replace(' white"', " white").encode(), "document.malformed"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(BusinessError) as refusal:
        read_csv_invoice(data)
    assert refusal.value.code == code


def test_no_column_is_both_required_and_optional() -> None:
    assert not REQUIRED & OPTIONAL
