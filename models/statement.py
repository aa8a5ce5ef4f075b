"""A bank statement as one shape, whatever file it came from. Terms follow ISO 20022 camt.053."""

from datetime import date, datetime
from enum import StrEnum

from models.base import Model
from models.money import Amount, Currency


class BalanceKind(StrEnum):
    OPENING = "opening"
    CLOSING = "closing"
    OTHER = "other"


class Balance(Model):
    """`amount` is signed: negative means the account is overdrawn."""

    kind: BalanceKind
    code: str
    amount: Amount
    currency: Currency
    day: date


class StatementTransaction(Model):
    """One transaction inside an entry (TxDtls). `amount` is signed by its own indicator, else like the entry's."""

    amount: Amount
    currency: Currency
    end_to_end_id: str = ""
    customer_reference: str = ""
    """The reference that the owner of the account gave, for instance in the payment order."""
    counterparty: str = ""
    counterparty_iban: str = ""
    remittance: str = ""


class StatementEntry(Model):
    """One booking. `amount` is signed: money in is positive, money out negative."""

    id: str
    """The bank's own reference when it gives one, else the position in the statement."""
    amount: Amount
    currency: Currency
    booked: date | None = None
    value: date | None = None
    is_reversal: bool = False
    is_pending: bool = False
    """Not booked: pending, expected or for information only. It is no part of the closing balance."""
    bank_code: str = ""
    information: str = ""
    transactions: tuple[StatementTransaction, ...] = ()


class EntryTotal(Model):
    """What the bank says its entries of one direction come to. `amount` is positive."""

    amount: Amount
    count: int | None = None


class Statement(Model):
    id: str
    message_type: str = ""
    """What the bank sent, for instance `camt.053.001.08`: 053 is final, 052 is intraday, 054 is a notification;
    `mt940` is final, `mt942` is intraday; `csv` is a list of bookings."""
    sequence: str = ""
    created: datetime | None = None
    """Aware; a time that the bank gives without offset is taken as UTC."""
    account: str
    """IBAN, or the bank's own account number; empty where an MT940 or CSV file names none."""
    currency: Currency | None = None
    balances: tuple[Balance, ...] = ()
    entries: tuple[StatementEntry, ...] = ()
    credits: EntryTotal | None = None
    debits: EntryTotal | None = None
    information: str = ""
    """What the bank says about the statement as a whole."""
