from datetime import date
from decimal import Decimal

import pytest

from formats.csv_statement import PROFILES, read_csv_statement
from formats.detect import detect
from formats.statement_checks import statement_findings
from models.document import DocumentType
from models.errors import BusinessError, Finding
from tests.formats.documents import changed

OWN = """account;booked;value;amount;currency;counterparty;counterparty_iban;end_to_end_id;remittance;balance
DE89370400440532013000;2026-11-18;2026-11-18;-200.50;EUR;Kaiser Papier;FR1420041010050500013M02606;PAYREF1;"R-1001; paid";799.50
DE89370400440532013000;2026-11-19;2026-11-20;50.00;EUR;Lindt Optik;;;Thanks;849.50
"""  # noqa: E501 - the rows of a table
_SAVINGS_BANK = (
    '"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";"Glaeubiger ID";"Mandatsreferenz";'
    '"Kundenreferenz (End-to-End)";"Sammlerreferenz";"Lastschrift Ursprungsbetrag";"Auslagenersatz Ruecklastschrift";'
    '"Beguenstigter/Zahlungspflichtiger";"Kontonummer/IBAN";"BIC (SWIFT-Code)";"Betrag";"Waehrung";"Info"\n'
    '"DE89370400440532013000";"19.11.26";"20.11.26";"GUTSCHR. UEBERWEISUNG";"Rechnung 7";"";"";"E2E-7";"";"";"";'
    '"Käßer GmbH";"FR1420041010050500013M02606";"COBADEFF";"1250,00";"EUR";"Umsatz gebucht"\n'
    '"DE89370400440532013000";"20.11.26";"20.11.26";"LASTSCHRIFT";"Strom";"";"";"";"";"";"";'
    '"Power AG";"";"";"-70,5";"EUR";"Umsatz vorgemerkt"\n'
)


def _findings(*changes: tuple[str, str]) -> list[str]:
    with pytest.raises(BusinessError) as refusal:
        read_csv_statement(changed(OWN, *changes))
    assert refusal.value.code == "document.invalid"
    return [finding.field for finding in refusal.value.findings]


def _checks(data: bytes) -> list[Finding]:
    return [finding for statement in read_csv_statement(data) for finding in statement_findings(statement)]


@pytest.mark.behaviour("B1")
def test_bookings_and_the_balances_around_them_are_read() -> None:
    (statement,) = read_csv_statement(OWN.encode())
    assert (statement.message_type, statement.account, statement.currency) == ("csv", "DE89370400440532013000", "EUR")
    assert [(str(each.kind), each.amount) for each in statement.balances] == [
        ("opening", Decimal("1000.00")),
        ("closing", Decimal("849.50")),
    ]
    paid, received = statement.entries
    assert (paid.amount, paid.booked, received.value) == (Decimal("-200.50"), date(2026, 11, 18), date(2026, 11, 20))
    transaction = paid.transactions[0]
    assert (transaction.counterparty, transaction.end_to_end_id) == ("Kaiser Papier", "PAYREF1")
    assert transaction.remittance == "R-1001; paid"
    assert _checks(OWN.encode()) == []


@pytest.mark.behaviour("B1")
def test_a_profile_with_another_layout_is_data_alone() -> None:
    (statement,) = read_csv_statement(_SAVINGS_BANK.encode("cp1252"))
    received, announced = statement.entries
    assert (received.amount, received.booked) == (Decimal("1250.00"), date(2026, 11, 19))
    assert received.transactions[0].counterparty == "Käßer GmbH"
    assert (announced.amount, announced.is_pending, received.is_pending) == (Decimal("-70.5"), True, False)
    assert {finding.code for finding in statement_findings(statement)} == {
        "statement.opening_missing",
        "statement.closing_missing",
    }


@pytest.mark.behaviour("B1")
def test_a_booking_left_out_unbalances_the_statement() -> None:
    third = "DE89370400440532013000;2026-11-20;2026-11-20;1.00;EUR;;;;;900.50\n"
    assert [finding.code for finding in _checks((OWN + third).encode())] == ["statement.unbalanced"]


def test_each_account_is_a_statement_of_its_own() -> None:
    other = "FR1420041010050500013M02606;2026-11-20;2026-11-20;1.00;EUR;;;;;1.00\n"
    first, second = read_csv_statement((OWN + other).encode())
    assert (len(first.entries), len(second.entries)) == (2, 1)


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_delimiter_is_that_of_the_header(delimiter: str, encoding: str) -> None:
    text = OWN.replace('"R-1001; paid"', "Käßer").replace(";", delimiter)
    assert detect(text.encode(encoding)) is DocumentType.CSV_STATEMENT
    assert read_csv_statement(text.encode(encoding))[0].entries[0].transactions[0].remittance == "Käßer"


@pytest.mark.behaviour("B1")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ((";-200.50;", ";-200,50;"), "line 2, amount"),
        ((";-200.50;", ";;"), "line 2, amount"),
        ((";-200.50;", ";1.200.50;"), "line 2, amount"),
        (("2026-11-18;2026-11-18", "18.11.2026;2026-11-18"), "line 2, booked"),
        ((";EUR;Lindt", ";EURO;Lindt"), "line 3, currency"),
        (("Lindt Optik;;;", "Lindt Optik;;"), "line 3, cells"),
        ((";799.50", ";much"), "line 2, balance"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(change: tuple[str, str], field: str) -> None:
    assert field in _findings(change)


def test_every_bad_cell_is_named_at_once() -> None:
    assert len(_findings((";-200.50;", ";x;"), (";50.00;", ";y;"), ("2026-11-19", "never"))) == 3


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a;b;c\n1;2;3\n", "document.wrong_type"),
        (OWN.encode().partition(b"\n")[0], "document.invalid"),
        (OWN.replace('paid"', "paid").encode(), "document.malformed"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(BusinessError) as refusal:
        read_csv_statement(data)
    assert refusal.value.code == code


def test_every_profile_is_told_from_the_others_by_its_columns() -> None:
    for profile in PROFILES:
        assert [other.name for other in PROFILES if other.columns() <= profile.columns()] == [profile.name]
