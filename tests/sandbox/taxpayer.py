"""A taxpayer at the stand-in tax authority, played over plain HTTP as a browser would send it."""

from dataclasses import dataclass
from pathlib import Path

import httpx

from sandbox.logins import Credentials, read_credentials
from sandbox.portal_app import PortalSettings
from tests.sandbox.customers import entry_number, found


@dataclass(frozen=True)
class SalesInvoice:
    seller_vat_id: str = "DE219980000"
    buyer: str = "Werft Holtenau GmbH & Co. KG"
    buyer_vat_id: str = "DE219987070"
    number: str = "AR-2026-00042"
    dated: str = "20.11.2026"
    reference: str = "TW00000000000001"
    currency: str = "EUR"
    rows: tuple[tuple[str, str, str], ...] = (("19", "1.000,00", "190,00"),)
    gross: str = "1.190,00"


class Taxpayer:
    """One browser at the tax authority."""

    def __init__(self, url: str, settings: PortalSettings) -> None:
        self.http = httpx.Client(base_url=url, follow_redirects=True, timeout=10)
        self.db_path: Path = settings.db_path
        self.credentials: Credentials = read_credentials(settings.credentials_path)

    def sign_in(self, password: str | None = None) -> str:
        fields = {"kennung": self.credentials.login, "passwort": password or self.credentials.password}
        return self.http.post("/anmelden", data=fields).text

    def page(self, path: str) -> str:
        return self.http.get(path).text

    def enter(self, invoice: SalesInvoice, *, declared: bool = True) -> tuple[str, str]:
        """The number of the entry and the last page that was shown: the confirmation when all was right."""
        page = self.page("/meldung/neu")
        number = entry_number(page)
        for path, fields in _pages(invoice, declared):
            page = self.http.post(path, data={"vorgang": number, **fields}).text
            if 'class="meldung"' in page:
                break
        return number, page

    def submit(self, number: str, timeout: float = 10) -> httpx.Response:
        return self.http.post("/meldung/registrieren", data={"vorgang": number}, timeout=timeout)

    def register(self, invoice: SalesInvoice) -> str:
        """Enters, declares and registers; gives the register number."""
        return found(r"LFK-\d+", self.submit(self.enter(invoice)[0]).text)

    def receipt(self, register_number: str) -> httpx.Response:
        return self.http.get(f"/register/{register_number}/auszug")


def _pages(invoice: SalesInvoice, declared: bool) -> list[tuple[str, dict[str, str]]]:
    return [
        (
            "/meldung/beteiligte",
            {
                "verkaeufer_ustid": invoice.seller_vat_id,
                "erwerber": invoice.buyer,
                "erwerber_ustid": invoice.buyer_vat_id,
            },
        ),
        (
            "/meldung/rechnung",
            {
                "rechnungsnummer": invoice.number,
                "rechnungsdatum": invoice.dated,
                "referenz": invoice.reference,
                "waehrung": invoice.currency,
            },
        ),
        *(
            ("/meldung/steuer", {"satz": rate, "netto": net, "steuer": tax, "hinzufuegen": "Zeile hinzufügen"})
            for rate, net, tax in invoice.rows
        ),
        ("/meldung/steuer", {"brutto": invoice.gross, "weiter": "Weiter"}),
        ("/meldung/erklaerung", {"versichert": "ja"} if declared else {}),
    ]
