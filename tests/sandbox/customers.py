"""People at the stand-in portals, played over plain HTTP as a browser would send it."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pyotp

from sandbox.logins import Credentials, read_credentials
from sandbox.portal_app import PortalSettings

PAYEE_IBAN = "DE26219998000010000101"


@dataclass
class RealTime:
    """Epoch seconds that move only when a test moves them."""

    seconds: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass(frozen=True)
class Payment:
    payee: str = "Rheinische Präzisionsteile Verwaltungs GmbH"
    iban: str = PAYEE_IBAN
    bic: str = ""
    amount: str = "1.234,56"
    remittance: str = "RE-2026-00815"
    reference: str = "TW00000000000001"
    day: str = "20.11.2026"


@dataclass(frozen=True)
class PurchaseInvoice:
    vendor: str = "Kabelwerk Ostsee AG"
    number: str = "RE-2026-00815"
    dated: str = "20.11.2026"
    due: str = "20.12.2026"
    reference: str = "TW00000000000001"
    cost_centre: str = "4000"
    lines: tuple[tuple[str, str, str, str, str], ...] = (("4980", "Kabel", "1.000,00", "19", "190,00"),)


class BankCustomer:
    """One browser at the bank."""

    def __init__(self, url: str, settings: PortalSettings, time: RealTime) -> None:
        self.http = httpx.Client(base_url=url, follow_redirects=True, timeout=10)
        self.db_path: Path = settings.db_path
        self.credentials: Credentials = read_credentials(settings.credentials_path)
        self._settings = settings
        self._time = time

    def enter_password(self, password: str | None = None) -> str:
        fields = {"kennung": self.credentials.login, "pin": password or self.credentials.password}
        return self.http.post("/anmeldung", data=fields).text

    def code(self) -> str:
        totp = pyotp.TOTP(self.credentials.totp_secret, interval=self._settings.totp_period)
        return totp.at(int(self._time.seconds))

    def enter_code(self, code: str) -> str:
        return self.http.post("/tan", data={"tan": code}).text

    def sign_in(self) -> str:
        """Waits for a code that was never used, as people do."""
        self._time.seconds += self._settings.totp_period
        self.enter_password()
        return self.enter_code(self.code())

    def page(self, path: str) -> str:
        return self.http.get(path).text

    def enter(self, payment: Payment) -> tuple[str, str]:
        """The number of the entry and the last page that was shown: the check page when all was right."""
        page = self.page("/zahlung/neu")
        number = entry_number(page)
        account = found(r'option value="(\w+)"', page)
        steps = (
            {"konto": account},
            {"empfaenger": payment.payee, "iban": payment.iban, "bic": payment.bic},
            {"betrag": payment.amount},
            {"zweck": payment.remittance, "referenz": payment.reference, "datum": payment.day},
        )
        for position, fields in enumerate(steps):
            page = self.http.post(f"/zahlung/schritt/{position}", data={"vorgang": number, **fields}).text
            if 'class="meldung"' in page:
                break
        return number, page

    def confirmation(self, number: str) -> str:
        return self.page(f"/zahlung/bestaetigung?vorgang={number}")

    def prepare(self, payment: Payment) -> str:
        """Everything up to the confirmation page; gives the number of the entry."""
        number, _ = self.enter(payment)
        self.confirmation(number)
        return number

    def submit(self, number: str, timeout: float = 10) -> httpx.Response:
        return self.http.post("/zahlung/ausfuehren", data={"vorgang": number}, timeout=timeout)

    def pay(self, payment: Payment) -> str:
        """Prepares and submits; gives the bank's order number."""
        return found(r"NB\d+", self.submit(self.prepare(payment)).text)


class ErpClerk:
    """One browser at the bookkeeping system."""

    def __init__(self, url: str, settings: PortalSettings) -> None:
        self.http = httpx.Client(base_url=url, follow_redirects=True, timeout=10)
        self.db_path: Path = settings.db_path
        self.credentials: Credentials = read_credentials(settings.credentials_path)

    def sign_in(self, password: str | None = None) -> str:
        fields = {"benutzer": self.credentials.login, "kennwort": password or self.credentials.password}
        return self.http.post("/login", data=fields).text

    def page(self, path: str) -> str:
        return self.http.get(path).text

    def enter(self, invoice: PurchaseInvoice) -> tuple[str, str]:
        """The number of the entry and the page that `Prüfen` or a refusal before it showed."""
        number = entry_number(self.page("/beleg/neu"))
        header = {
            "kreditor": invoice.vendor,
            "rechnungsnummer": invoice.number,
            "rechnungsdatum": invoice.dated,
            "faelligkeit": invoice.due,
            "referenz": invoice.reference,
            "kostenstelle": invoice.cost_centre,
        }
        page = self.http.post("/beleg/kopf", data={"vorgang": number, **header}).text
        if 'class="meldung"' in page:
            return number, page
        for _ in range(10, len(invoice.lines), 10):
            self.http.post("/beleg/raster", data={"vorgang": number, "mehr": "Weitere Zeilen"})
        self.http.post("/beleg/raster", data={"vorgang": number, **_grid_fields(invoice)})
        return number, self.http.post("/beleg/pruefen", data={"vorgang": number}).text

    def submit(self, number: str, timeout: float = 10) -> httpx.Response:
        return self.http.post("/beleg/buchen", data={"vorgang": number}, timeout=timeout)

    def post(self, invoice: PurchaseInvoice) -> str:
        """Enters, checks and posts; gives the voucher number."""
        return found(r"ER-\d+", self.submit(self.enter(invoice)[0]).text)


def entry_number(page: str) -> str:
    return found(r'name="vorgang" value="(\d+)"', page)


def found(pattern: str, page: str) -> str:
    match = re.search(pattern, page)
    assert match, f"no {pattern!r} in {page}"
    return match[match.lastindex or 0]


def numbered(payment: Payment, number: int) -> Payment:
    return replace(payment, reference=f"TW{number:014d}")


def _grid_fields(invoice: PurchaseInvoice) -> dict[str, str]:
    return {
        f"{column}_{number}": value
        for number, line in enumerate(invoice.lines, start=1)
        for column, value in zip(("konto", "text", "netto", "satz", "steuer"), line, strict=True)
    }
