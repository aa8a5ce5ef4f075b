"""Every fault of the tax portal in its flavours: what the client sees, and what stands in the register afterwards."""

import httpx
import pytest

from sandbox.faults import Fault, set_fault
from sandbox.submissions import submissions
from sandbox.tax.ledger import registrations
from tests.sandbox.taxpayer import SalesInvoice, Taxpayer


def registered(taxpayer: Taxpayer) -> int:
    return len(registrations(taxpayer.db_path)) - 1


@pytest.mark.parametrize(
    ("fault", "rows"),
    [
        (Fault.DROP_AFTER_ACCEPTING, 1),
        (Fault.DROP_WITHOUT_ACCEPTING, 0),
        (Fault.TIME_OUT_AFTER_ACCEPTING, 1),
        (Fault.TIME_OUT_WITHOUT_ACCEPTING, 0),
    ],
)
def test_no_answer_comes(taxpayer: Taxpayer, fault: Fault, rows: int) -> None:
    number, _ = taxpayer.enter(SalesInvoice())
    set_fault(taxpayer.db_path, fault, match="1190.00")
    with pytest.raises(httpx.TransportError):
        taxpayer.submit(number, timeout=0.3)
    assert registered(taxpayer) == rows
    assert [row["fault"] for row in submissions(taxpayer.db_path)] == [fault]


@pytest.mark.parametrize(("fault", "rows"), [(Fault.ERROR_AFTER_ACCEPTING, 1), (Fault.ERROR_WITHOUT_ACCEPTING, 0)])
def test_the_portal_answers_500(taxpayer: Taxpayer, fault: Fault, rows: int) -> None:
    number, _ = taxpayer.enter(SalesInvoice())
    set_fault(taxpayer.db_path, fault, match="AR-2026-00042")
    assert taxpayer.submit(number).status_code == 500
    assert registered(taxpayer) == rows


def test_a_slow_answer_comes_after_the_registration(taxpayer: Taxpayer) -> None:
    number, _ = taxpayer.enter(SalesInvoice())
    set_fault(taxpayer.db_path, Fault.ANSWER_SLOWLY, argument="4")
    with pytest.raises(httpx.ReadTimeout):
        taxpayer.submit(number, timeout=2)
    assert registered(taxpayer) == 1


def test_the_login_drops_between_review_and_submit(taxpayer: Taxpayer) -> None:
    set_fault(taxpayer.db_path, Fault.DROP_LOGIN_BEFORE_SUBMIT)
    number, page = taxpayer.enter(SalesInvoice())
    assert "Registrieren" in page
    assert "Sitzung abgelaufen" in taxpayer.submit(number).text
    assert registered(taxpayer) == 0


def test_maintenance_hides_every_page_even_the_login(taxpayer: Taxpayer) -> None:
    set_fault(taxpayer.db_path, Fault.MAINTENANCE, times=-1)
    for path in ("/anmelden", "/register", "/meldung/neu"):
        assert "Wartungsarbeiten" in taxpayer.page(path)


def test_maintenance_of_one_invoice_hides_its_confirmation_alone(taxpayer: Taxpayer) -> None:
    set_fault(taxpayer.db_path, Fault.MAINTENANCE, match="TW00000000000001")
    assert "Wartungsarbeiten" in taxpayer.enter(SalesInvoice())[1]
    assert "Registrieren" in taxpayer.enter(SalesInvoice())[1]


@pytest.mark.parametrize(("argument", "shown"), [("ATU99818082", "ATU99818082"), ("", "DE219999666")])
def test_the_confirmation_shows_and_the_register_would_hold_another_buyer(
    taxpayer: Taxpayer, argument: str, shown: str
) -> None:
    set_fault(taxpayer.db_path, Fault.CHANGE_BUYER_VAT_ID, argument=argument)
    number, page = taxpayer.enter(SalesInvoice())
    assert "DE219987070" not in page
    assert shown in page
    taxpayer.submit(number)
    assert registrations(taxpayer.db_path)[-1]["buyer_vat_id"] == shown


def test_a_cut_receipt_has_no_end_and_the_next_one_is_whole(taxpayer: Taxpayer) -> None:
    number = taxpayer.register(SalesInvoice())
    set_fault(taxpayer.db_path, Fault.CUT_RECEIPT)
    cut, whole = taxpayer.receipt(number).content, taxpayer.receipt(number).content
    assert whole.startswith(cut)
    assert b"%%EOF" not in cut
    assert b"%%EOF" in whole
