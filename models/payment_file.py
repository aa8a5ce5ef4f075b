"""A file of credit transfers for a bank, how the bank wants it written, and what it answers."""

from datetime import date
from enum import StrEnum
from typing import Protocol

from pydantic import Field

from models.base import Model
from models.money import Amount, Money
from models.party import Address, Iban, PayeeAccount
from models.portal import PaymentOrder, Reference


class CreditTransfer(Model):
    """One transfer in a file. `reference` becomes its end-to-end identification."""

    reference: Reference
    payee: PayeeAccount
    payee_address: Address | None = None
    amount: Money
    remittance: str = Field(max_length=140)


class TransferBatch(Model):
    """Transfers from one account in one currency on one day: what a bank calls a payment instruction."""

    payer: str
    payer_address: Address | None = None
    payer_iban: Iban
    payer_bic: str = ""
    execution_date: date
    transfers: tuple[CreditTransfer, ...] = Field(min_length=1)


class PaymentFileVersion(StrEnum):
    PAIN_001_09 = "pain.001.001.09"
    PAIN_001_03 = "pain.001.001.03"
    """For banks that have not moved on since 2019."""


class CharacterSet(StrEnum):
    EPC = "epc"
    """Basic Latin without accents, which every bank takes (EPC217-08)."""
    GERMAN = "german"
    """That and `ÄÖÜäöüß&*$%`, which German banks take (DFÜ-Abkommen, Anlage 3)."""


class BankFileProfile(Model):
    """What one bank wants other than another."""

    version: PaymentFileVersion = PaymentFileVersion.PAIN_001_09
    characters: CharacterSet = CharacterSet.EPC
    longest_name: int = Field(default=70, ge=1, le=140)
    books_each_transfer: bool = True
    """Every transfer stands in the statement by itself, so that it can be reconciled by its own amount."""


class PaymentFile(Model):
    """A file that is valid against the published schema. `batches` hold the texts as they stand in it."""

    name: str
    content: bytes
    sha256: str
    message_id: str
    batches: tuple[TransferBatch, ...]
    count: int
    total: Amount
    """The sum of all amounts whatever their currencies, as banks check it."""


class ReportedStatus(StrEnum):
    """What a bank says of a file, a batch or a transfer (ISO 20022 external status codes, gathered)."""

    REJECTED = "rejected"
    PARTLY_ACCEPTED = "partly_accepted"
    PENDING = "pending"
    ACCEPTED = "accepted"
    """Checked and taken; not booked yet."""
    SETTLED = "settled"
    UNKNOWN = "unknown"


class TransferStatus(Model):
    """What one transfer's state is, and at which level of the report the bank said so."""

    reference: str
    """End-to-end identification; empty where the bank spoke of the whole file or batch."""
    batch_id: str = ""
    status: ReportedStatus
    code: str
    """The bank's own code such as RJCT."""
    reasons: tuple[str, ...] = ()


class StatusReport(Model):
    """A pain.002. A level that the bank left out says nothing of its own: what stands above it holds."""

    message_id: str
    file_id: str
    """Message identification of the file that the report speaks of."""
    file: TransferStatus | None = None
    batches: tuple[TransferStatus, ...] = ()
    transfers: tuple[TransferStatus, ...] = ()

    def status_of(self, batch_id: str, reference: str) -> TransferStatus | None:
        """What holds for one transfer: its own status, else its batch's, else the file's; None for none at all."""
        own = next((each for each in self.transfers if each.reference == reference), None)
        return own or next((each for each in self.batches if each.batch_id == batch_id), None) or self.file


class PaymentFileSource(Protocol):
    """Where a bot gets the file for a bank that takes files."""

    async def payment_file(self, order: PaymentOrder) -> PaymentFile:
        """The file of this one payment, valid against its schema. Raises BusinessError `payment_file.*`."""
