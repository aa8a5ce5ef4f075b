"""Every fault in its flavours: what the client sees, and what stands in the ledger afterwards."""

import httpx
import pytest

from sandbox.bank.ledger import payments
from sandbox.faults import Fault, clear_faults, set_fault
from sandbox.submissions import submissions
from tests.sandbox.customers import PAYEE_IBAN, BankCustomer, Payment

OTHER_IBAN = "NL11NHBK0990009090"


def accepted(customer: BankCustomer) -> list[str]:
    return [str(row["reference"]) for row in payments(customer.db_path)][1:]


@pytest.mark.parametrize(
    ("fault", "rows"), [(Fault.DROP_AFTER_ACCEPTING, 1), (Fault.DROP_WITHOUT_ACCEPTING, 0)], ids=["accepted", "not"]
)
def test_the_connection_is_dropped_without_an_answer(customer: BankCustomer, fault: Fault, rows: int) -> None:
    number = customer.prepare(Payment())
    set_fault(customer.db_path, fault)
    with pytest.raises(httpx.TransportError):
        customer.submit(number)
    assert len(accepted(customer)) == rows
    assert [row["fault"] for row in submissions(customer.db_path)] == [fault]


@pytest.mark.parametrize(
    ("fault", "rows"),
    [(Fault.TIME_OUT_AFTER_ACCEPTING, 1), (Fault.TIME_OUT_WITHOUT_ACCEPTING, 0)],
    ids=["accepted", "not"],
)
def test_no_answer_comes_until_the_client_gives_up(customer: BankCustomer, fault: Fault, rows: int) -> None:
    number = customer.prepare(Payment())
    set_fault(customer.db_path, fault)
    with pytest.raises(httpx.ReadTimeout):
        customer.submit(number, timeout=0.3)
    assert len(accepted(customer)) == rows


@pytest.mark.parametrize(
    ("fault", "rows"), [(Fault.ERROR_AFTER_ACCEPTING, 1), (Fault.ERROR_WITHOUT_ACCEPTING, 0)], ids=["accepted", "not"]
)
def test_the_portal_answers_500(customer: BankCustomer, fault: Fault, rows: int) -> None:
    number = customer.prepare(Payment())
    set_fault(customer.db_path, fault)
    assert customer.submit(number).status_code == 500
    assert len(accepted(customer)) == rows


def test_a_slow_answer_comes_after_the_payment_was_accepted(customer: BankCustomer) -> None:
    number = customer.prepare(Payment())
    set_fault(customer.db_path, Fault.ANSWER_SLOWLY, argument="4")
    with pytest.raises(httpx.ReadTimeout):
        customer.submit(number, timeout=2)
    assert len(accepted(customer)) == 1
    set_fault(customer.db_path, Fault.ANSWER_SLOWLY, argument="0.1")
    assert "angenommen" in customer.submit(number).text


def test_the_login_drops_between_review_and_submit(customer: BankCustomer) -> None:
    number, _ = customer.enter(Payment())
    set_fault(customer.db_path, Fault.DROP_LOGIN_BEFORE_SUBMIT)
    assert "Auftrag ausführen" in customer.confirmation(number)
    assert "Sitzung abgelaufen" in customer.submit(number).text
    assert accepted(customer) == []


def test_maintenance_hides_every_page_even_the_login(customer: BankCustomer) -> None:
    set_fault(customer.db_path, Fault.MAINTENANCE, times=-1)
    for path in ("/anmeldung", "/konten", "/auftraege", "/zahlung/neu"):
        assert "Wartungsarbeiten" in customer.page(path)
    clear_faults(customer.db_path)
    assert "Wartungsarbeiten" not in customer.page("/konten")


def test_maintenance_of_one_payment_hides_its_confirmation_alone(customer: BankCustomer) -> None:
    set_fault(customer.db_path, Fault.MAINTENANCE, match="TW00000000000001")
    number, _ = customer.enter(Payment())
    assert "Wartungsarbeiten" in customer.confirmation(number)
    assert "Auftrag ausführen" in customer.confirmation(number)


@pytest.mark.parametrize(("argument", "shown"), [(OTHER_IBAN, "NL11 NHBK 0990 0090 90"), ("", "DE")])
def test_the_confirmation_shows_and_the_bank_would_pay_another_account(
    customer: BankCustomer, argument: str, shown: str
) -> None:
    number, _ = customer.enter(Payment())
    set_fault(customer.db_path, Fault.CHANGE_PAYEE_ACCOUNT, argument=argument)
    page = customer.confirmation(number)
    assert "DE26 2199 9800 0010 0001 01" not in page
    assert shown in page
    customer.submit(number)
    assert payments(customer.db_path)[-1]["payee_iban"] != PAYEE_IBAN


@pytest.mark.parametrize("match", ["1234.56", Payment().payee, PAYEE_IBAN, Payment().reference])
def test_a_fault_hits_the_designated_payment_alone(customer: BankCustomer, match: str) -> None:
    other = Payment("Kabelwerk Ostsee AG", "NL11NHBK0990009090", amount="99,00", reference="TW00000000000002")
    set_fault(customer.db_path, Fault.ERROR_WITHOUT_ACCEPTING, match=match)
    assert customer.submit(customer.prepare(other)).status_code == 200
    assert customer.submit(customer.prepare(Payment())).status_code == 500
    assert accepted(customer) == ["TW00000000000002"]


def test_a_fault_counts_down_and_minus_one_lasts(customer: BankCustomer) -> None:
    number = customer.prepare(Payment())
    set_fault(customer.db_path, Fault.ERROR_WITHOUT_ACCEPTING, times=2)
    assert [customer.submit(number).status_code for _ in range(3)] == [500, 500, 200]
    set_fault(customer.db_path, Fault.ERROR_WITHOUT_ACCEPTING, times=-1)
    assert [customer.submit(number).status_code for _ in range(3)] == [500, 500, 500]
