"""The stand-in bank that takes files: what it checks, what it reports, and whose signature it wants."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import httpx
import pytest

from formats.pain001 import write_pain001
from formats.pain002 import read_pain002
from models.money import Money
from models.payment_file import BankFileProfile, PaymentFileVersion, ReportedStatus
from sandbox.bank import ledger as books
from sandbox.bank.ledger import PaymentState
from sandbox.bank_b import app, ledger
from sandbox.bank_b.intake import Delivery, examine
from sandbox.bank_b.ledger import FileState
from sandbox.house_account import SECOND_HOUSE_ACCOUNT
from sandbox.logins import read_credentials
from sandbox.portal_app import PortalSettings
from sandbox.serving import serve_in_thread
from tests.formats.payment_files import CREATED, batch, transfer

pytestmark = pytest.mark.behaviour("B2")


def file(*transfers: object, version: PaymentFileVersion = PaymentFileVersion.PAIN_001_09) -> bytes:
    paying = batch(*transfers).model_copy(  # type: ignore[arg-type]
        update={"payer_iban": SECOND_HOUSE_ACCOUNT.iban, "payer_bic": SECOND_HOUSE_ACCOUNT.bic}
    )
    return write_pain001([paying], BankFileProfile(version=version), CREATED).content


@pytest.fixture
def url(settings: PortalSettings) -> Iterator[str]:
    with serve_in_thread(app.build(settings)) as address:
        yield address


@contextmanager
def signed_in(url: str, settings: PortalSettings, *, as_signer: bool = False) -> Iterator[httpx.Client]:
    known = read_credentials(app.signer_credentials_path(settings.home) if as_signer else settings.credentials_path)
    with httpx.Client(base_url=url, follow_redirects=True, timeout=20) as client:
        client.post("/login", data={"teilnehmer": known.login, "kennwort": known.password})
        yield client


def hand_in(client: httpx.Client, content: bytes) -> str:
    return client.post("/dateien/einreichen", files={"datei": ("TW1.xml", content, "application/xml")}).text


def orders(settings: PortalSettings) -> list[dict[str, object]]:
    return books.payments(settings.db_path)[1:]


@pytest.mark.parametrize("version", PaymentFileVersion)
def test_a_file_waits_for_a_signature_and_is_booked_after_it(
    url: str, settings: PortalSettings, version: PaymentFileVersion
) -> None:
    with signed_in(url, settings) as clerk, signed_in(url, settings, as_signer=True) as signer:
        assert "Datei angenommen" in hand_in(clerk, file(version=version))
        (order,) = orders(settings)
        assert (order["state"], order["amount"]) == (PaymentState.WAITING_FOR_SIGNATURE, "1234.56")
        refused = clerk.post(f"/auftraege/{order['order_number']}/unterschreiben").text
        assert "darf keine Aufträge unterschreiben" in refused
        assert "Jetzt unterschreiben" in signer.get(f"/auftraege/{order['order_number']}/unterschrift").text
        assert "unterschrieben" in signer.post(f"/auftraege/{order['order_number']}/unterschreiben").text
        assert "wartet nicht" in signer.post(f"/auftraege/{order['order_number']}/unterschreiben").text
    assert [row["state"] for row in orders(settings)] == [PaymentState.EXECUTED]
    booked = books.bookings(settings.db_path, SECOND_HOUSE_ACCOUNT.iban)
    assert [row["amount"] for row in booked if row["reference"] == "TW00000000000001"] == ["-1234.56"]


def test_the_login_that_signs_may_hand_nothing_in(url: str, settings: PortalSettings) -> None:
    with signed_in(url, settings, as_signer=True) as signer:
        assert "darf keine Dateien einreichen" in hand_in(signer, file())
    assert ledger.files(settings.db_path) == []


def test_a_file_that_comes_twice_is_taken_twice(url: str, settings: PortalSettings) -> None:
    with signed_in(url, settings) as clerk:
        hand_in(clerk, file())
        hand_in(clerk, file())
    assert len(orders(settings)) == len(ledger.files(settings.db_path)) == 2


WHOLE = {
    "no XML": (b"not xml", "FF01"),
    "another message": (b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'/>", "FF02"),
    "count": (re.sub(rb"<NbOfTxs>1", b"<NbOfTxs>2", file(), count=1), "AM18"),
    "sum": (re.sub(rb"<CtrlSum>1234.56", b"<CtrlSum>1234.57", file(), count=1), "AM10"),
}


@pytest.mark.parametrize(("content", "code"), WHOLE.values(), ids=WHOLE.keys())
def test_a_file_that_is_wrong_as_a_whole_is_rejected_as_a_whole(
    url: str, settings: PortalSettings, content: bytes, code: str
) -> None:
    with signed_in(url, settings) as clerk:
        page = hand_in(clerk, content)
        assert "Datei abgelehnt" in page
        number = str(ledger.files(settings.db_path)[0]["file_number"])
        report = read_pain002(clerk.get(f"/dateien/{number}/protokoll").content)
    status = report.status_of("any", "any")
    assert status is not None
    assert (status.status, status.reasons[0][:4]) == (ReportedStatus.REJECTED, code)
    assert orders(settings) == []


ONE = {
    "payee's account": (rb"<IBAN>DE26219998000010000101", b"<IBAN>DE27219998000010000101", "AC01"),
    "characters": (rb"<Ustrd>Invoice", "<Ustrd>Ж".encode(), "CH16"),
    "town of the payee": (rb"<TwnNm>Duisburg</TwnNm>", b"", "BE04"),
    "currency": (rb'Ccy="EUR"', b'Ccy="USD"', "AM01"),
}


@pytest.mark.parametrize(("old", "new", "code"), ONE.values(), ids=ONE.keys())
def test_one_transfer_that_is_wrong_is_rejected_and_the_others_wait(
    url: str, settings: PortalSettings, old: bytes, new: bytes, code: str
) -> None:
    content = re.sub(old, new, file(transfer("A1"), transfer("A2")), count=1)
    received = examine(settings.db_path, Delivery("TW1.xml", content, ledger.SUBMITTER), settings.clock.now())
    assert received.state is FileState.PARTLY_ACCEPTED
    report = read_pain002(received.report)
    statuses = [report.status_of(f"{report.file_id}-001", reference) for reference in ("A1", "A2")]
    assert [status and status.status for status in statuses] == [ReportedStatus.REJECTED, ReportedStatus.PENDING]
    assert statuses[0] is not None
    assert statuses[0].reasons[0][:4] == code


def test_what_the_account_does_not_cover_is_rejected_transfer_by_transfer(url: str, settings: PortalSettings) -> None:
    huge = Money(amount=Decimal(3_000_000), currency="EUR")
    content = file(transfer("A1", huge), transfer("A2", huge))
    received = examine(settings.db_path, Delivery("TW1.xml", content, ledger.SUBMITTER), settings.clock.now())
    assert [bool(order.reason) for order in received.orders] == [False, True]


def test_another_payers_account_is_rejected_with_its_whole_batch(url: str, settings: PortalSettings) -> None:
    content = write_pain001([batch()], BankFileProfile(), CREATED).content
    received = examine(settings.db_path, Delivery("TW1.xml", content, ledger.SUBMITTER), settings.clock.now())
    report = read_pain002(received.report)
    assert report.batches[0].reasons[0].startswith("AC02")
    assert report.transfers == ()
