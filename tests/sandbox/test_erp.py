import json
from dataclasses import replace

import httpx
import pytest

from sandbox.erp.ledger import KNOWN_VOUCHER_NUMBER, postings
from sandbox.faults import Fault, set_fault
from tests.sandbox.customers import ErpClerk, PurchaseInvoice

LINE = ("4980", "Kabel", "1.000,00", "19", "190,00")


def posted(clerk: ErpClerk) -> list[str]:
    return [str(row["reference"]) for row in postings(clerk.db_path)][1:]


def test_an_invoice_stands_in_the_books_as_entered(clerk: ErpClerk) -> None:
    lines = (LINE, ("4985", "Fracht", "25,00", "7", "1,75"))
    voucher = clerk.post(PurchaseInvoice(lines=lines))
    row = postings(clerk.db_path)[-1]
    assert (row["voucher_number"], row["login"], row["state"]) == (voucher, clerk.credentials.login, "gebucht")
    assert (row["vendor"], row["invoice_number"]) == ("Kabelwerk Ostsee AG", "RE-2026-00815")
    assert (row["invoice_date"], row["due_date"]) == ("2026-11-20", "2026-12-20")
    assert (row["reference"], row["cost_centre"]) == ("TW00000000000001", "4000")
    assert (row["net"], row["tax"], row["gross"]) == ("1025.00", "191.75", "1216.75")
    assert json.loads(str(row["lines"]))[1] == {
        "account": "4985",
        "text": "Fracht",
        "net": "25.00",
        "tax_rate": "7.00",
        "tax": "1.75",
    }


def test_the_confirmation_lists_what_will_be_posted(clerk: ErpClerk) -> None:
    _, page = clerk.enter(PurchaseInvoice())
    for shown in ("Kabelwerk Ostsee AG", "20.12.2026", "TW00000000000001", ">1.000,00<", ">190,00<", "1.190,00 EUR"):
        assert shown in page
    assert posted(clerk) == []


def test_the_grid_grows_by_ten_rows(clerk: ErpClerk) -> None:
    clerk.post(PurchaseInvoice(lines=(LINE,) * 23))
    assert len(json.loads(str(postings(clerk.db_path)[-1]["lines"]))) == 23


def test_a_second_submission_is_a_second_posting(clerk: ErpClerk) -> None:
    number, _ = clerk.enter(PurchaseInvoice())
    clerk.submit(number)
    clerk.submit(number)
    assert len(posted(clerk)) == 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"vendor": ""}, "Kreditor: 1 bis 60 Zeichen"),
        ({"reference": "R" * 21}, "Externe Referenz: 1 bis 20 Zeichen"),
        ({"dated": "2026-11-20"}, "Rechnungsdatum: Format"),
        ({"due": "19.11.2026"}, "Fälligkeit liegt vor"),
        ({"lines": ()}, "Keine Position erfasst"),
        ({"lines": (("49", *LINE[1:]),)}, "Zeile 1: Konto"),
        ({"lines": (LINE, ("4980", "", "1,00", "19", "0,19"))}, "Zeile 2: Text"),
        ({"lines": (("4980", "Kabel", "1000.00", "19", "190,00"),)}, "Zeile 1: Beträge"),
        ({"lines": (("4980", "Kabel", "1.000,00", "19", "70,00"),)}, "Steuerbetrag passt nicht"),
    ],
)
def test_a_wrong_field_is_refused_by_the_portal(clerk: ErpClerk, wrong: dict[str, object], message: str) -> None:
    number, page = clerk.enter(replace(PurchaseInvoice(), **wrong))  # type: ignore[arg-type]
    assert message in page
    clerk.submit(number)
    assert posted(clerk) == []


def test_the_journal_pages_and_finds_by_reference(clerk: ErpClerk) -> None:
    vouchers = [clerk.post(PurchaseInvoice(reference=f"TW{number:03d}")) for number in range(11)]
    first, second = clerk.page("/journal"), clerk.page("/journal?seite=2")
    assert KNOWN_VOUCHER_NUMBER in first
    assert "weiter »" in first
    assert vouchers[-1] in second
    assert "weiter »" not in second
    searched = clerk.page("/journal?referenz=TW004")
    assert vouchers[4] in searched
    assert "Seite 1 von 1" in searched
    assert vouchers[5] not in searched
    assert "Kabel" in clerk.page(f"/journal/{vouchers[4]}")


def test_wrong_passwords_lock_and_a_new_login_ends_the_older_session(clerk: ErpClerk, erp_url: str) -> None:
    number, _ = clerk.enter(PurchaseInvoice())
    old = dict(clerk.http.cookies)
    clerk.sign_in()
    answer = httpx.post(f"{erp_url}/beleg/buchen", data={"vorgang": number}, cookies=old)
    assert "Sitzung abgelaufen" in answer.text
    assert posted(clerk) == []
    assert ["falsch" in clerk.sign_in("wrong") for _ in range(3)] == [True, True, False]
    assert "gesperrt" in clerk.sign_in()


@pytest.mark.parametrize(
    ("fault", "rows"),
    [
        (Fault.DROP_AFTER_ACCEPTING, 1),
        (Fault.DROP_WITHOUT_ACCEPTING, 0),
        (Fault.TIME_OUT_AFTER_ACCEPTING, 1),
        (Fault.TIME_OUT_WITHOUT_ACCEPTING, 0),
    ],
)
def test_a_posting_without_an_answer(clerk: ErpClerk, fault: Fault, rows: int) -> None:
    number, _ = clerk.enter(PurchaseInvoice())
    set_fault(clerk.db_path, fault, match="1190.00")
    with pytest.raises(httpx.TransportError):
        clerk.submit(number, timeout=0.3)
    assert len(posted(clerk)) == rows


@pytest.mark.parametrize(("fault", "rows"), [(Fault.ERROR_AFTER_ACCEPTING, 1), (Fault.ERROR_WITHOUT_ACCEPTING, 0)])
def test_a_posting_answered_with_500(clerk: ErpClerk, fault: Fault, rows: int) -> None:
    number, _ = clerk.enter(PurchaseInvoice())
    set_fault(clerk.db_path, fault, match="TW00000000000001")
    assert clerk.submit(number).status_code == 500
    assert len(posted(clerk)) == rows


def test_the_login_drops_between_check_and_posting(clerk: ErpClerk) -> None:
    set_fault(clerk.db_path, Fault.DROP_LOGIN_BEFORE_SUBMIT)
    number, page = clerk.enter(PurchaseInvoice())
    assert "Buchen" in page
    assert "Sitzung abgelaufen" in clerk.submit(number).text
    assert posted(clerk) == []


def test_maintenance_hides_every_page(clerk: ErpClerk) -> None:
    set_fault(clerk.db_path, Fault.MAINTENANCE, times=-1)
    assert "Wartungsarbeiten" in clerk.page("/login")
    assert "Wartungsarbeiten" in clerk.page("/journal")
