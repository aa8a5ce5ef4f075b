"""Bank statements as CSV, by profiles: which column means what is data, one profile for each bank's layout."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from formats.csv_table import Row, header_of, read_rows
from formats.fields import refuse
from models.errors import BusinessError, Finding
from models.statement import Balance, BalanceKind, Statement, StatementEntry, StatementTransaction


class CsvProfile(NamedTuple):
    """The layout of one bank's export. Columns are given in lower case; an empty one does not exist there."""

    name: str
    account: str
    booked: str
    amount: str
    currency: str
    remittance: str
    value: str = ""
    counterparty: str = ""
    counterparty_iban: str = ""
    end_to_end_id: str = ""
    booking_text: str = ""
    balance: str = ""
    """The balance after the booking; with it, opening and closing balance of the statement are known."""
    pending: tuple[str, str] = ("", "")
    """A column and the word in it that says that a booking is not final."""
    decimal_mark: str = "."
    day_form: str = "%Y-%m-%d"

    def columns(self) -> frozenset[str]:
        """The columns by which the profile is recognised."""
        needed = (self.account, self.booked, self.amount, self.currency, self.remittance, self.counterparty_iban)
        return frozenset(needed) - {""}


PROFILES = (
    CsvProfile(
        name="tallywright",
        account="account",
        booked="booked",
        value="value",
        amount="amount",
        currency="currency",
        counterparty="counterparty",
        counterparty_iban="counterparty_iban",
        end_to_end_id="end_to_end_id",
        remittance="remittance",
        balance="balance",
    ),
    CsvProfile(
        name="sparkasse-camt",
        account="auftragskonto",
        booked="buchungstag",
        value="valutadatum",
        amount="betrag",
        currency="waehrung",
        counterparty="beguenstigter/zahlungspflichtiger",
        counterparty_iban="kontonummer/iban",
        end_to_end_id="kundenreferenz (end-to-end)",
        remittance="verwendungszweck",
        booking_text="buchungstext",
        pending=("info", "umsatz vorgemerkt"),
        decimal_mark=",",
        day_form="%d.%m.%y",
    ),
)


def profile_for(header: Iterable[str]) -> CsvProfile | None:
    """The profile whose columns all are in `header`."""
    names = frozenset(header)
    return next((profile for profile in PROFILES if profile.columns() <= names), None)


def read_csv_statement(data: bytes) -> tuple[Statement, ...]:
    """One statement for each account in `data`, its bookings in the file's order.

    Raises BusinessError `document.wrong_type` where no profile fits the header, `document.malformed`,
    `document.invalid` with a finding for every bad cell.
    """
    profile = profile_for(header_of(data)[1])
    if profile is None:
        known = ", ".join(each.name for each in PROFILES)
        raise BusinessError("document.wrong_type", f"The header of the file is none of the profiles {known}.")
    findings: list[Finding] = []
    rows = [_Booking(profile, row) for row in read_rows(data, findings)]
    by_account: dict[str, list[_Booking]] = {}
    for row in rows:
        by_account.setdefault(row.account, []).append(row)
    if not rows:
        findings.append(Finding(field="", problem="the file has no booking below its header"))
    refuse("The statement file", findings)
    return tuple(_statement(account, of_account) for account, of_account in by_account.items())


class _Booking:
    def __init__(self, profile: CsvProfile, row: Row) -> None:
        mark, form = profile.decimal_mark, profile.day_form
        self.account = "".join(row.text(profile.account, required=True).split())
        self.booked = row.day(profile.booked, form, required=True) or date.min
        self.value = row.day(profile.value, form)
        self.amount = row.required_amount(profile.amount, mark)
        self.currency = row.currency(profile.currency)
        self.balance = row.amount(profile.balance, mark)
        self._profile = profile
        self._row = row

    def entry(self, position: int) -> StatementEntry:
        column, word = self._profile.pending
        return StatementEntry(
            id=str(position),
            amount=self.amount,
            currency=self.currency,
            booked=self.booked,
            value=self.value or self.booked,
            is_pending=bool(word) and self._row.text(column).lower() == word,
            information=self._row.text(self._profile.booking_text),
            transactions=(self._transaction(),),
        )

    def _transaction(self) -> StatementTransaction:
        row, profile = self._row, self._profile
        return StatementTransaction(
            amount=self.amount,
            currency=self.currency,
            end_to_end_id=row.text(profile.end_to_end_id),
            counterparty=row.text(profile.counterparty),
            counterparty_iban="".join(row.text(profile.counterparty_iban).split()),
            remittance=row.text(profile.remittance),
        )


def _statement(account: str, rows: list[_Booking]) -> Statement:
    days = [row.booked for row in rows]
    currencies = {row.currency for row in rows}
    return Statement(
        id=f"{account} {min(days)} {max(days)}",
        message_type="csv",
        account=account,
        currency=currencies.pop() if len(currencies) == 1 else None,
        balances=_balances(rows),
        entries=tuple(row.entry(position) for position, row in enumerate(rows, start=1)),
    )


def _balances(rows: list[_Booking]) -> tuple[Balance, ...]:
    """Opening and closing balance, where the first and the last row state what the account had after them."""
    first, last = rows[0], rows[-1]
    if first.balance is None or last.balance is None:
        return ()
    return (
        _balance(BalanceKind.OPENING, first, first.balance - first.amount),
        _balance(BalanceKind.CLOSING, last, last.balance),
    )


def _balance(kind: BalanceKind, row: _Booking, amount: Decimal) -> Balance:
    return Balance(kind=kind, code=f"csv-{kind}", amount=amount, currency=row.currency, day=row.booked)
