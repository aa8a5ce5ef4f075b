import json
import stat
from dataclasses import replace
from datetime import datetime
from io import BytesIO

import httpx
import pytest
from pypdf import PdfReader

from sandbox.portal_app import PortalSettings
from sandbox.tax.ledger import KNOWN_REGISTER_NUMBER, registrations
from tests.sandbox.customers import RealTime
from tests.sandbox.taxpayer import SalesInvoice, Taxpayer

TWO_RATES = SalesInvoice(rows=(("19", "1.000,00", "190,00"), ("7", "25,00", "1,75")), gross="1.216,75")


def registered(taxpayer: Taxpayer) -> list[str]:
    return [str(row["reference"]) for row in registrations(taxpayer.db_path)][1:]


def test_an_invoice_stands_in_the_register_as_entered(taxpayer: Taxpayer) -> None:
    number = taxpayer.register(TWO_RATES)
    row = registrations(taxpayer.db_path)[-1]
    assert (row["register_number"], row["login"], row["state"]) == (number, taxpayer.credentials.login, "registriert")
    assert (row["seller_vat_id"], row["buyer_vat_id"]) == ("DE219980000", "DE219987070")
    assert (row["buyer"], row["invoice_number"]) == ("Werft Holtenau GmbH & Co. KG", "AR-2026-00042")
    assert (row["invoice_date"], row["reference"], row["currency"]) == ("2026-11-20", "TW00000000000001", "EUR")
    assert (row["net"], row["tax"], row["gross"]) == ("1025.00", "191.75", "1216.75")
    assert json.loads(str(row["taxes"]))[1] == {"rate": "7.00", "net": "25.00", "tax": "1.75"}


def test_the_confirmation_reads_everything_back(taxpayer: Taxpayer) -> None:
    _, page = taxpayer.enter(TWO_RATES)
    for shown in ("DE219987070", "Holtenau GmbH &amp; Co.", "AR-2026-00042", "20.11.2026", "TW00000000000001"):
        assert shown in page
    for shown in (">19,00 %<", ">1,75<", "1.025,00 EUR", "191,75 EUR", "1.216,75 EUR"):
        assert shown in page
    assert registered(taxpayer) == []


def test_a_second_final_submission_is_a_second_registration(taxpayer: Taxpayer) -> None:
    number, _ = taxpayer.enter(SalesInvoice())
    taxpayer.submit(number)
    taxpayer.submit(number)
    assert registered(taxpayer) == ["TW00000000000001"] * 2


def test_the_same_invoice_may_be_registered_again_under_another_reference(taxpayer: Taxpayer) -> None:
    taxpayer.register(SalesInvoice())
    taxpayer.register(SalesInvoice(reference="TW00000000000002"))
    assert registered(taxpayer) == ["TW00000000000001", "TW00000000000002"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"seller_vat_id": "219980000"}, "LFK 312: USt-IdNr. des Verkäufers"),
        ({"buyer": ""}, "LFK 311: Name des Erwerbers: 1 bis 70 Zeichen"),
        ({"buyer_vat_id": "12"}, "LFK 313: USt-IdNr. des Erwerbers"),
        ({"number": "R" * 31}, "LFK 311: Rechnungsnummer: 1 bis 30 Zeichen"),
        ({"reference": "R" * 17}, "LFK 311: Eigene Referenz: 1 bis 16 Zeichen"),
        ({"dated": "2026-11-20"}, "LFK 322: Rechnungsdatum"),
        ({"dated": "21.11.2026"}, "LFK 323: Das Rechnungsdatum liegt in der Zukunft"),
        ({"currency": "XXX"}, "LFK 324: Die Währung ist nicht zugelassen"),
        ({"rows": ()}, "LFK 330: Es ist keine Zeile erfasst"),
        ({"rows": (("19", "1000.00", "190,00"),)}, "LFK 331: Steuersatz und Beträge"),
        ({"rows": (("19", "1.000,00", "70,00"),)}, "LFK 332: Der Steuerbetrag passt nicht"),
        ({"rows": SalesInvoice().rows * 21}, "LFK 333: Höchstens 20 Zeilen"),
        ({"gross": "1.190,01"}, "LFK 334: Der Rechnungsbetrag stimmt nicht"),
    ],
)
def test_a_wrong_field_is_refused_in_the_portals_words(
    taxpayer: Taxpayer, wrong: dict[str, object], message: str
) -> None:
    number, page = taxpayer.enter(replace(SalesInvoice(), **wrong))  # type: ignore[arg-type]
    assert message in page
    taxpayer.submit(number)
    assert registered(taxpayer) == []


def test_without_the_declaration_nothing_is_registered(taxpayer: Taxpayer) -> None:
    number, page = taxpayer.enter(SalesInvoice(), declared=False)
    assert "LFK 340: Bitte versichern Sie" in page
    assert "LFK 340" in taxpayer.submit(number).text
    assert registered(taxpayer) == []


def test_a_row_that_was_typed_but_not_added_is_asked_about(taxpayer: Taxpayer) -> None:
    number, _ = taxpayer.enter(SalesInvoice())
    fields = {"vorgang": number, "satz": "7", "brutto": "1.190,00", "weiter": "Weiter"}
    assert "LFK 335" in taxpayer.http.post("/meldung/steuer", data=fields).text


def test_the_list_pages_without_a_search_and_leads_to_the_details(taxpayer: Taxpayer) -> None:
    numbers = [taxpayer.register(SalesInvoice(reference=f"TW{number:03d}")) for number in range(11)]
    first, second = taxpayer.page("/register"), taxpayer.page("/register?seite=2")
    assert KNOWN_REGISTER_NUMBER in first
    assert "weiter »" in first
    assert numbers[-1] in second
    assert "weiter »" not in second
    assert "<form" not in first
    details = taxpayer.page(f"/register/{numbers[4]}")
    assert "TW004" in details
    assert "1.190,00 EUR" in details
    assert "LFK 404" in taxpayer.page("/register/LFK-99999999")


def test_the_receipt_is_a_pdf_with_number_amounts_and_time(taxpayer: Taxpayer) -> None:
    number = taxpayer.register(replace(TWO_RATES, buyer="Łódź (Süd) \\ Werft"))
    row = registrations(taxpayer.db_path)[-1]
    answer = taxpayer.receipt(number)
    assert answer.headers["content-type"] == "application/pdf"
    assert f"Registerauszug-{number}.pdf" in answer.headers["content-disposition"]
    reader = PdfReader(BytesIO(answer.content), strict=True)
    text = reader.pages[0].extract_text()
    registered_at = datetime.fromisoformat(str(row["registered_at"]))
    for shown in (number, "1.216,75 EUR", "191,75", f"{registered_at:%d.%m.%Y %H:%M:%S}", "(Süd) \\ Werft"):
        assert shown in text
    assert reader.metadata is not None
    assert reader.metadata.title == f"Registerauszug {number}"


def test_a_receipt_has_the_same_bytes_whenever_it_is_fetched(taxpayer: Taxpayer) -> None:
    number = taxpayer.register(SalesInvoice())
    earlier = taxpayer.receipt(number).content
    taxpayer.register(SalesInvoice(reference="TW00000000000002"))
    assert taxpayer.receipt(number).content == earlier


def test_a_form_of_another_session_is_not_known(taxpayer: Taxpayer) -> None:
    number, _ = taxpayer.enter(SalesInvoice())
    taxpayer.sign_in()
    assert "LFK 210" in taxpayer.submit(number).text
    assert registered(taxpayer) == []


def test_a_new_login_ends_the_older_session(taxpayer: Taxpayer, tax_url: str) -> None:
    number, _ = taxpayer.enter(SalesInvoice())
    old = dict(taxpayer.http.cookies)
    taxpayer.sign_in()
    answer = httpx.post(f"{tax_url}/meldung/registrieren", data={"vorgang": number}, cookies=old)
    assert "Sitzung abgelaufen" in answer.text
    assert registered(taxpayer) == []


def test_a_session_ends_without_requests(taxpayer: Taxpayer, time: RealTime, settings: PortalSettings) -> None:
    number, _ = taxpayer.enter(SalesInvoice())
    time.seconds += settings.session_timeout + 1
    assert "Sitzung abgelaufen" in taxpayer.submit(number).text
    assert registered(taxpayer) == []


def test_three_wrong_passwords_lock_the_login(taxpayer: Taxpayer) -> None:
    assert ["LFK 107" in taxpayer.sign_in("wrong") for _ in range(3)] == [True, True, False]
    assert "LFK 108" in taxpayer.sign_in()


def test_every_id_changes_with_every_load(taxpayer: Taxpayer) -> None:
    assert taxpayer.page("/register") != taxpayer.page("/register")


def test_credentials_are_private(taxpayer: Taxpayer, settings: PortalSettings) -> None:
    assert stat.S_IMODE(settings.credentials_path.stat().st_mode) == 0o600
    assert len(taxpayer.credentials.password) >= 16
