"""What a bot does on a portal, and the small protocols through which bots and activities meet."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Protocol, Self

from pydantic import Field, SecretStr, model_validator

from models.base import Model
from models.money import Amount, Currency, Money
from models.party import Iban, PayeeAccount

Reference = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,16}$")]
"""Our reference in the portal's own field; one per attempt."""


class PaymentOrder(Model):
    """A credit transfer as approved. The supplier's invoice number stands in the remittance text."""

    kind: Literal["payment"] = "payment"
    reference: Reference
    payer_iban: Iban
    payee: PayeeAccount
    amount: Money
    remittance: str = Field(max_length=140)
    execution_date: date


class PaymentSignature(Model):
    """The second signature under a payment that lies at the bank and waits for it."""

    kind: Literal["signature"] = "signature"
    reference: Reference
    payment_reference: Reference
    """Under which the payment stands at the bank."""
    payer_iban: Iban
    payee: PayeeAccount
    amount: Money


class PostingLine(Model):
    account: str
    text: str
    net: Amount
    tax_rate: Amount
    tax: Amount


class RegisteredTax(Model):
    rate: Amount
    net: Amount
    tax: Amount


class LedgerPosting(Model):
    """A purchase invoice as it is keyed into the ERP's books."""

    kind: Literal["posting"] = "posting"
    reference: Reference
    vendor: str
    invoice_number: str
    invoice_date: date
    due_date: date
    cost_centre: str
    currency: Currency
    lines: tuple[PostingLine, ...] = Field(min_length=1)
    gross: Amount


class JournalLine(Model):
    """One line of a journal entry: an amount on one side, zero on the other."""

    account: str
    text: str
    debit: Amount
    credit: Amount
    cost_centre: str = ""


class JournalPosting(Model):
    """A journal entry as it is keyed into the ERP's books; debits and credits are equal."""

    kind: Literal["journal"] = "journal"
    reference: Reference
    booking_date: date
    text: str
    currency: Currency
    lines: tuple[JournalLine, ...] = Field(min_length=2)

    @property
    def total(self) -> Money:
        """The sum of one side."""
        return Money(amount=sum((line.debit for line in self.lines), Decimal(0)), currency=self.currency)

    @model_validator(mode="after")
    def _balances(self) -> Self:
        credit = sum((line.credit for line in self.lines), Decimal(0))
        if self.total.amount != credit:
            raise ValueError(f"debits of {self.total.amount} do not equal credits of {credit}; correct the lines")
        return self


class InvoiceRegistration(Model):
    """A sales invoice as it is registered with the tax authority. Amounts in `currency`; `tax` by rate in percent."""

    kind: Literal["registration"] = "registration"
    reference: Reference
    seller_vat_id: str
    buyer: str
    buyer_vat_id: str
    invoice_number: str
    invoice_date: date
    currency: Currency
    taxes: tuple[RegisteredTax, ...] = Field(min_length=1)
    gross: Amount


PortalContent = Annotated[
    PaymentOrder | PaymentSignature | LedgerPosting | JournalPosting | InvoiceRegistration, Field(discriminator="kind")
]


class PortalState(StrEnum):
    """How the portal itself names what became of our action. UNKNOWN is never read as success or failure."""

    EXECUTED = "executed"
    WAITING_FOR_SIGNATURE = "waiting_for_signature"
    DRAFT = "draft"
    REJECTED = "rejected"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class ProbeResult(Model):
    """What one read-only look at the portal found. `lookalikes` have our amount and payee but not our reference."""

    state: PortalState
    portal_text: str = ""
    """The state in the portal's own words, with its own order number."""
    reference_found: bool = False
    matches: int = 0
    """Rows that carry our reference; more than one means the portal did it twice."""
    rows_read: int = 0
    read_to_last_page: bool = False
    known_row_seen: bool = False
    lookalikes: int = 0
    old_login_dead: bool = False
    probed_at: datetime
    """Wall-clock UTC."""


class Difference(Model):
    """The confirmation page shows something other than what was approved."""

    field: str
    approved: str
    shown: str


class SubmissionOutcome(StrEnum):
    ANSWERED = "answered"
    """The one request went out and the portal answered; only the probe says what became of it."""
    UNKNOWN = "unknown"
    """The claim was ours and anything may have happened since."""
    MISMATCH = "mismatch"
    """The confirmation page differs from the approved content; nothing was claimed."""
    REFUSED = "refused"
    """The portal refused the content before its confirmation page; nothing was claimed."""
    NOT_CLAIMED = "not_claimed"
    """Another worker holds the claim or nothing is armed; only probing is allowed."""


class Submission(Model):
    outcome: SubmissionOutcome
    differences: tuple[Difference, ...] = ()
    portal_text: str = ""
    """The portal's own words, shortened."""
    blocked: tuple[str, ...] = ()
    """Requests the gate did not let out, as `METHOD path`."""


class Claim(Model):
    """The right to send exactly one request, until `deadline` (wall-clock UTC)."""

    token: str
    deadline: datetime


class Claims(Protocol):
    """The attempt's compare-and-set in the store, with its audit entry in the same transaction."""

    async def claim(self) -> Claim | None:
        """Moves the attempt from armed to submitting; None when it is not armed (any more)."""

    async def may_send(self, claim: Claim) -> bool:
        """The last look before the request: is the claim still ours and the deadline ahead?"""


class FindingKind(StrEnum):
    DRIFT = "drift"
    """Something stands elsewhere, or is called otherwise, than the bot knows it."""
    BLOCKED = "blocked"
    """A page asked for something outside of the portal; it did not go out."""


class Finding(Model):
    """What a bot noticed about a portal while it went on. All texts but the codes are the portal's own: untrusted."""

    kind: FindingKind
    element: str = ""
    """`link`, `field`, `button` or `heading`; empty where it is none of these."""
    sought: str
    """Its name as the bot knows it; of a blocked request the address asked for, without path and query."""
    expected_by: str = ""
    """By which way the bot looks first: `words`, `label`, `address` and so on."""
    found_by: str = ""
    """By which way it was found instead; of a blocked request its method."""
    found: str = ""
    """The name that it has there."""


class EvidenceStep(Model):
    """One step of a bot: what it did where, and what the page then showed, secrets masked."""

    action: str
    target: str
    text_digest: str = ""
    """SHA-256 of the page's visible text."""
    screenshot: bytes | None = None
    """PNG with every secret field masked."""
    download_sha256: str = ""
    finding: Finding | None = None


class EvidenceSink(Protocol):
    async def record(self, step: EvidenceStep) -> None:
        """Keeps the step durably before returning; raises when it cannot, and then the bot must not go on."""


class Credential(Model):
    login: str
    password: SecretStr
    totp_seed: SecretStr | None = None
    totp_period: int = 30


class CodeKind(StrEnum):
    SMS = "sms"
    """A code comes to a person's phone."""
    PUSH = "push"
    """A person confirms in the bank's app; there is nothing to type."""


class CredentialSource(Protocol):
    async def credential(self, portal: str) -> Credential:
        """Raises BusinessError `portal.no_credential` when none is stored or it is parked."""

    async def take_login(self, portal: str) -> SecretStr | None:
        """The login state that the last case left behind, for one case alone; None when there is none to go on with."""

    async def keep_login(self, portal: str, state: SecretStr) -> None:
        """Keeps the login state of a case that ended well, sealed, for the next case."""

    async def claim_window(self, portal: str, window: int) -> bool:
        """Whether the one-time password of this time window is still unused, on whatever host; it is used then."""

    async def typed_code(self, portal: str, kind: CodeKind, said: str) -> SecretStr:
        """What a person typed who got a code on the phone, empty where they confirmed there. `said` are the portal's
        words. Raises BusinessError `portal.no_code` when nobody does it in time."""


class Download(Model):
    """A file fetched from a portal, checked for size and type of content."""

    name: str
    media_type: str
    content: bytes
    sha256: str


class PortalUnavailable(Exception):
    """A technical failure before the claim or while only reading: safe to try again."""


class ActionPortal(Protocol):
    """A portal on which a changing action is carried out once."""

    async def submit(self, content: PortalContent, claims: Claims, evidence: EvidenceSink) -> Submission:
        """prepare, read back, claim, commit. Raises PortalUnavailable or BusinessError only before the claim."""

    async def probe(self, content: PortalContent, evidence: EvidenceSink) -> ProbeResult:
        """Read-only and repeatable. Raises PortalUnavailable when the portal could not be read."""


class WalkedPortal(Protocol):
    """A portal that a bot can walk through without changing anything."""

    async def walk(self, evidence: EvidenceSink) -> None:
        """Signs in and reads the list of what was done there. Raises PortalUnavailable or BusinessError."""


class ReceiptPortal(Protocol):
    """A portal that gives a receipt for what it has executed."""

    async def fetch_receipt(self, content: PortalContent, evidence: EvidenceSink) -> Download:
        """The receipt of the executed `content`, a PDF. Read-only. Raises PortalUnavailable or BusinessError."""


class StatusReportPortal(Protocol):
    """A bank's portal that tells in a file what became of a file of payments."""

    async def fetch_status_report(self, content: PortalContent, evidence: EvidenceSink) -> tuple[Download, ...]:
        """The pain.002 on the file of `content`, none as yet. Raises PortalUnavailable or BusinessError."""


class StatementPortal(Protocol):
    """A portal from which bank statements are downloaded."""

    async def fetch_statements(self, iban: str, day: date, evidence: EvidenceSink) -> tuple[Download, ...]:
        """The statements of `iban` booked on `day`. Raises PortalUnavailable or BusinessError."""
