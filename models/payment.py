"""What we owe or file (an intent, one per obligation slice) and how often we tried (its attempts)."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from models.base import Model
from models.money import Amount, Currency, Money
from models.party import Iban, PayeeAccount
from models.portal import (
    InvoiceRegistration,
    LedgerPosting,
    PaymentOrder,
    PaymentSignature,
    PortalContent,
    PostingLine,
    RegisteredTax,
)


class PaymentIntent(Model):
    """A credit transfer before it has a reference; its digest is frozen at release. The bank executes it on the day
    it is entered."""

    kind: Literal["payment"] = "payment"
    payer_iban: Iban
    payee: PayeeAccount
    amount: Money
    remittance: str = Field(max_length=140)
    invoice_document: str
    """SHA-256 of the invoice file the approver saw."""

    @property
    def summary(self) -> str:
        return f"Pay {self.amount} to {self.payee.holder}, {self.payee.iban}"

    def order(self, reference: str, execution_date: date) -> PortalContent:
        return PaymentOrder(
            reference=reference,
            payer_iban=self.payer_iban,
            payee=self.payee,
            amount=self.amount,
            remittance=self.remittance,
            execution_date=execution_date,
        )


class SignatureIntent(Model):
    """The second signature under a payment that waits for it at the bank, before it has a reference of its own."""

    kind: Literal["signature"] = "signature"
    payment: str
    """Obligation slice of the payment."""
    payment_reference: str
    """Under which the payment waits at the bank."""
    payer_iban: Iban
    payee: PayeeAccount
    amount: Money

    @property
    def summary(self) -> str:
        return f"Sign the payment of {self.amount} to {self.payee.holder}, {self.payee.iban}"

    def order(self, reference: str, execution_date: date) -> PortalContent:
        return PaymentSignature(
            reference=reference,
            payment_reference=self.payment_reference,
            payer_iban=self.payer_iban,
            payee=self.payee,
            amount=self.amount,
        )


class PostingIntent(Model):
    """A purchase invoice to be keyed into the ERP, before it has a reference."""

    kind: Literal["posting"] = "posting"
    vendor: str
    invoice_number: str
    invoice_date: date
    due_date: date
    cost_centre: str
    currency: Currency
    lines: tuple[PostingLine, ...] = Field(min_length=1)
    gross: Amount

    @property
    def summary(self) -> str:
        return f"Post invoice {self.invoice_number} of {self.vendor}, {self.gross} {self.currency}"

    def order(self, reference: str, execution_date: date) -> PortalContent:
        return LedgerPosting.model_validate({**self.model_dump(), "reference": reference})


class RegistrationIntent(Model):
    """A sales invoice to be registered with the tax authority, before it has a reference."""

    kind: Literal["registration"] = "registration"
    seller_vat_id: str
    buyer: str
    buyer_vat_id: str
    invoice_number: str
    invoice_date: date
    currency: Currency
    taxes: tuple[RegisteredTax, ...] = Field(min_length=1)
    gross: Amount

    @property
    def summary(self) -> str:
        return f"Register invoice {self.invoice_number} to {self.buyer}, {self.gross} {self.currency}"

    def order(self, reference: str, execution_date: date) -> PortalContent:
        return InvoiceRegistration.model_validate({**self.model_dump(), "reference": reference})


IntentContent = Annotated[
    PaymentIntent | SignatureIntent | PostingIntent | RegistrationIntent, Field(discriminator="kind")
]


class AttemptState(StrEnum):
    """An attempt leaves SUBMITTING only by what the portal itself shows."""

    ARMED = "armed"
    SUBMITTING = "submitting"
    EXECUTED = "executed"
    REJECTED = "rejected"
    ABSENT = "absent"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        return self in (AttemptState.ARMED, AttemptState.SUBMITTING)
