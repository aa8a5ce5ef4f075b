from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sandbox.bank.ledger import (
    KNOWN_ORDER_NUMBER,
    PaymentState,
    available,
    balance,
    book_due_payments,
    payments,
    set_state,
)
from sandbox.house_account import HOUSE_ACCOUNT
from tests.sandbox.customers import BankCustomer, Payment, entry_number, found, numbered


def test_a_payment_stands_in_the_ledger_as_entered(customer: BankCustomer) -> None:
    order_number = customer.pay(Payment(bic="NHBKDE22XXX"))
    row = payments(customer.db_path)[-1]
    assert row["order_number"] == order_number
    assert row["login"] == customer.credentials.login
    assert row["payer_iban"] == HOUSE_ACCOUNT.iban
    assert row["payee_name"] == "Rheinische Präzisionsteile Verwaltungs GmbH"
    assert (row["payee_iban"], row["bic"]) == ("DE26219998000010000101", "NHBKDE22XXX")
    assert (row["amount"], row["currency"]) == ("1234.56", "EUR")
    assert (row["remittance"], row["reference"]) == ("RE-2026-00815", "TW00000000000001")
    assert (row["execution_date"], row["state"]) == ("2026-11-20", PaymentState.EXECUTED)


def test_the_confirmation_page_writes_as_banks_do(customer: BankCustomer) -> None:
    number, _ = customer.enter(Payment())
    page = customer.confirmation(number)
    assert "<td" in page
    assert ">Rheinische Präzisionsteile <" in page
    assert ">DE26 2199 9800 0010 0001 01<" in page
    assert ">1.234,56 EUR<" in page
    assert ">20.11.2026<" in page
    assert ">TW00000000000001<" in page


def test_nothing_is_paid_before_the_final_submission(customer: BankCustomer) -> None:
    customer.prepare(Payment())
    assert len(payments(customer.db_path)) == 1


def test_a_second_submission_is_a_second_payment(customer: BankCustomer) -> None:
    number = customer.prepare(Payment())
    customer.submit(number)
    customer.submit(number)
    assert [row["reference"] for row in payments(customer.db_path)][1:] == ["TW00000000000001"] * 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"iban": "DE27219998000010000101"}, "IBAN: Die Prüfziffer"),
        ({"iban": "DE2621999800001000010"}, "IBAN: Die Prüfziffer"),
        ({"payee": ""}, "Empfänger: Bitte"),
        ({"bic": "X"}, "BIC: Bitte"),
        ({"amount": "1,234.56"}, "Betrag: Bitte im Format"),
        ({"amount": "0,00"}, "Betrag: Bitte im Format"),
        ({"amount": "6.000.000,00"}, "Deckung auf dem Konto ist nicht ausreichend"),
        ({"reference": "R" * 36}, "Höchstens 35 Zeichen"),
        ({"remittance": "R" * 141}, "Höchstens 140 Zeichen"),
        ({"day": "19.11.2026"}, "Ausführungsdatum: Bitte"),
        ({"day": "31.11.2026"}, "Ausführungsdatum: Bitte"),
        ({"day": "2026-11-20"}, "Ausführungsdatum: Bitte"),
    ],
)
def test_a_wrong_field_is_refused_by_the_portal(customer: BankCustomer, wrong: dict[str, str], message: str) -> None:
    _, page = customer.enter(replace(Payment(), **wrong))
    assert message in page


def test_steps_cannot_be_left_out(customer: BankCustomer) -> None:
    number, _ = customer.enter(Payment(iban="DE00"))
    assert "Auftrag nicht möglich" in customer.confirmation(number)
    assert "Auftrag nicht möglich" in customer.submit(number).text
    untouched = entry_number(customer.page("/zahlung/neu"))
    assert "Auftraggeberkonto" in customer.http.post("/zahlung/schritt/2", data={"vorgang": untouched}).text
    assert "Auftrag nicht möglich" in customer.submit(untouched).text
    assert "Vorgang ist nicht bekannt" in customer.submit("12345678").text


def test_funds_that_another_payment_took_are_refused_at_the_final_submission(customer: BankCustomer) -> None:
    first = customer.prepare(Payment(amount="3.000.000,00"))
    second = customer.prepare(Payment(amount="3.000.000,00", reference="TW00000000000002"))
    customer.submit(first)
    assert "nicht ausreichend" in customer.submit(second).text
    assert len(payments(customer.db_path)) == 2


def test_a_payment_of_another_day_waits_in_process_and_is_booked_when_the_day_comes(customer: BankCustomer) -> None:
    customer.pay(Payment(day="23.11.2026"))
    before = balance(customer.db_path, HOUSE_ACCOUNT.iban)
    assert "in Bearbeitung" in customer.page("/auftraege")
    assert available(customer.db_path, HOUSE_ACCOUNT.iban) == before - Decimal("1234.56")

    book_due_payments(customer.db_path, date(2026, 11, 23))

    assert "in Bearbeitung" not in customer.page("/auftraege")
    assert balance(customer.db_path, HOUSE_ACCOUNT.iban) == before - Decimal("1234.56")


def test_the_list_pages_by_ten_with_the_known_payment_first_and_the_newest_last(customer: BankCustomer) -> None:
    numbers = [customer.pay(numbered(Payment(), position)) for position in range(1, 13)]
    first, second = customer.page("/auftraege"), customer.page("/auftraege?seite=2")
    assert KNOWN_ORDER_NUMBER in first
    assert "weiter »" in first
    assert numbers[8] in first
    assert numbers[9] not in first
    assert numbers[-1] in second
    assert "weiter »" not in second
    assert second.index(numbers[10]) < second.index(numbers[11])


def test_the_details_show_name_and_state_in_full(customer: BankCustomer) -> None:
    order_number = customer.pay(Payment())
    page = customer.page(f"/auftraege/{order_number}")
    assert "Rheinische Präzisionsteile Verwaltungs GmbH" in page
    assert "ausgeführt" in page


@pytest.mark.parametrize("state", list(PaymentState))
def test_the_list_names_every_state_as_the_bank_does(customer: BankCustomer, state: PaymentState) -> None:
    order_number = customer.pay(Payment(day="23.11.2026"))
    set_state(customer.db_path, order_number, state, date(2026, 11, 20))
    assert f"<td>{state.value}</td>" in customer.page("/auftraege")


def test_a_rejected_payment_gives_the_money_back(customer: BankCustomer) -> None:
    before = balance(customer.db_path, HOUSE_ACCOUNT.iban)
    order_number = customer.pay(Payment())
    set_state(customer.db_path, order_number, PaymentState.REJECTED, date(2026, 11, 20))
    assert balance(customer.db_path, HOUSE_ACCOUNT.iban) == before


def test_ids_change_with_every_load(customer: BankCustomer) -> None:
    first, second = (found(r'<table[^>]* id="(\w+)"', customer.page("/konten")) for _ in range(2))
    assert first != second


def test_what_customers_enter_is_never_markup(customer: BankCustomer) -> None:
    order_number = customer.pay(Payment(payee="<script>alert(1)</script>"))
    assert "<script>" not in customer.page("/auftraege") + customer.page(f"/auftraege/{order_number}")
