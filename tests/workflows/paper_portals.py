"""Portals without a browser, at the protocol of `models.portal`, over the ledgers of the sandbox's own portals."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto
from pathlib import Path

from models.errors import BusinessError
from models.portal import (
    Claims,
    Difference,
    Download,
    EvidenceSink,
    EvidenceStep,
    LedgerPosting,
    PaymentOrder,
    PaymentSignature,
    PortalContent,
    PortalState,
    PortalUnavailable,
    ProbeResult,
    Submission,
    SubmissionOutcome,
)
from sandbox.bank import camt
from sandbox.bank import ledger as bank
from sandbox.clock import BusinessClock
from sandbox.erp import ledger as erp
from sandbox.house_account import HOUSE_ACCOUNT, HouseAccount
from store.files import digest_of


class Conduct(Enum):
    """What a portal does with one submission."""

    ANSWERS = auto()
    ACCEPTS_IN_SILENCE = auto()
    """Accepted, and the connection drops."""
    LOSES_IT = auto()
    """Sent, never accepted."""
    LOSES_IT_BESIDE_ANOTHER = auto()
    """Sent and lost, while somebody else entered the same amount to the same payee."""
    LEAVES_A_DRAFT = auto()
    REJECTS = auto()
    """Accepted, then rejected by the bank's own checks."""
    SHOWS_ANOTHER_ACCOUNT = auto()
    REFUSES = auto()
    """An error message before the confirmation page."""
    IS_DOWN = auto()
    BREAKS_BEFORE_THE_CLAIM = auto()
    """The bot itself fails, for instance because its evidence cannot be kept."""
    REFUSES_THE_PASSWORD = auto()
    BREAKS_AFTER_THE_CLAIM = auto()
    """Claimed, and the bot fails before anything is sent."""


UNREACHABLE = "unreachable"
REPORT = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>R1</MsgId></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>TW-1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>TW-1-001</OrgnlPmtInfId><TxInfAndSts>
<OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>RJCT</TxSts>
<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Konto erloschen</AddtlInf></StsRsnInf>
</TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"""


class PaperPortal:
    """Follows `conducts`, one per submission, then answers as it should. `unreadable` probes fail first."""

    def __init__(self, wall: Callable[[], datetime], clock: BusinessClock) -> None:
        self.conducts: list[Conduct] = []
        self.unreadable = 0
        self.submissions = 0
        self.probes = 0
        self._wall = wall
        self._clock = clock

    async def submit(self, content: PortalContent, claims: Claims, evidence: EvidenceSink) -> Submission:
        self.submissions += 1
        conduct = self.conducts.pop(0) if self.conducts else Conduct.ANSWERS
        await evidence.record(EvidenceStep(action="filled the form", target=content.reference, screenshot=b"PNG"))
        early = _before_the_claim(conduct)
        if early is not None:
            return early
        claim = await claims.claim()
        if claim is None:
            return Submission(outcome=SubmissionOutcome.NOT_CLAIMED)
        if conduct is Conduct.BREAKS_AFTER_THE_CLAIM:
            raise PortalUnavailable("the browser went away")
        if not await claims.may_send(claim):
            return Submission(outcome=SubmissionOutcome.UNKNOWN, portal_text="the deadline passed")
        self._carry_out(content, conduct)
        is_answer = conduct in (Conduct.ANSWERS, Conduct.REJECTS)
        return Submission(outcome=SubmissionOutcome.ANSWERED if is_answer else SubmissionOutcome.UNKNOWN)

    async def probe(self, content: PortalContent, evidence: EvidenceSink) -> ProbeResult:
        self.probes += 1
        await evidence.record(EvidenceStep(action="read the list", target=content.reference))
        if self.unreadable:
            self.unreadable -= 1
            raise PortalUnavailable("maintenance until 06:00")
        found = self._states(content.reference)
        lookalikes = self._lookalikes(content)
        state = found[0] if found else PortalState.UNKNOWN if lookalikes else PortalState.ABSENT
        return ProbeResult(
            state=state,
            portal_text=f"{content.reference} is {state}",
            reference_found=bool(found),
            matches=len(found),
            rows_read=1 + len(found),
            read_to_last_page=True,
            known_row_seen=True,
            lookalikes=lookalikes,
            old_login_dead=True,
            probed_at=self._wall(),
        )

    def _carry_out(self, content: PortalContent, conduct: Conduct) -> None:
        raise NotImplementedError

    def _states(self, reference: str) -> list[PortalState]:
        raise NotImplementedError

    def _lookalikes(self, content: PortalContent) -> int:
        return 0


class PaperBank(PaperPortal):
    def __init__(
        self,
        book: Path,
        wall: Callable[[], datetime],
        clock: BusinessClock,
        account: HouseAccount = HOUSE_ACCOUNT,
        *,
        wants_signature: bool = False,
    ) -> None:
        super().__init__(wall, clock)
        self._book = book
        self._wants_signature = wants_signature
        bank.create(book, clock, account)

    def payments(self) -> list[tuple[str, Decimal]]:
        """Payee's account and amount of everything that the bank did not reject, oldest first."""
        rows = [row for row in self._rows() if row["state"] != bank.PaymentState.REJECTED]
        return [(str(row["payee_iban"]), Decimal(str(row["amount"]))) for row in rows]

    async def fetch_statements(self, iban: str, day: date, evidence: EvidenceSink) -> tuple[Download, ...]:
        await evidence.record(EvidenceStep(action="downloaded", target=str(day)))
        account = next(row for row in bank.accounts(self._book) if row["iban"] == iban)
        content = self.misprint(camt.statement(self._book, account, day, self._clock.now()).content)
        return (Download(name="s.xml", media_type="application/xml", content=content, sha256=digest_of(content)),)

    report: str = ""
    """The status report that the bank writes on what it rejects; none, unless a test says so."""

    async def fetch_status_report(self, content: PortalContent, evidence: EvidenceSink) -> tuple[Download, ...]:
        if self.report == UNREACHABLE:
            raise PortalUnavailable("the reports are not to be had")
        text = self.report.format(reference=content.reference).encode()
        report = Download(name="r.xml", media_type="application/xml", content=text, sha256=digest_of(text))
        return (report,) if text else ()

    misprint: Callable[[bytes], bytes] = staticmethod(bytes)
    """What is wrong with the statements that the bank hands out; nothing, unless a test says so."""

    def enter(self, payment: PaymentOrder, reference: str) -> str:
        """Enters a payment as any customer at the bank's counter could; its order number."""
        order = bank.PaymentOrder(
            login="FILIALE",
            payer_iban=payment.payer_iban,
            payee_name=payment.payee.holder,
            payee_iban=payment.payee.iban,
            bic=payment.payee.bic,
            amount=payment.amount.amount,
            remittance=payment.remittance,
            reference=reference,
            execution_date=payment.execution_date,
        )
        return bank.accept_payment(self._book, order, self._clock.now())

    def receive(self, amount: Decimal, payer: str, remittance: str) -> None:
        """Money arrives from somebody."""
        account, today = HOUSE_ACCOUNT.iban, self._clock.today()
        bank.receive_payment(self._book, account, amount, payer, "", remittance, booked_on=today)

    def move_all(self, state: bank.PaymentState) -> None:
        """What the bank's clerk does with all that was entered."""
        for row in self._rows():
            bank.set_state(self._book, str(row["order_number"]), state, self._clock.today())

    def _carry_out(self, content: PortalContent, conduct: Conduct) -> None:
        if not isinstance(content, PaymentOrder):
            raise BusinessError("portal.wrong", "the bank takes payments only")
        if conduct is Conduct.LOSES_IT_BESIDE_ANOTHER:
            self.enter(content, "BY-HAND")
        elif conduct is not Conduct.LOSES_IT:
            number = self.enter(content, content.reference)
            ends = {Conduct.REJECTS: bank.PaymentState.REJECTED, Conduct.LEAVES_A_DRAFT: bank.PaymentState.DRAFT}
            if self._wants_signature:
                ends = {conduct: bank.PaymentState.WAITING_FOR_SIGNATURE} | ends
            if conduct in ends:
                bank.set_state(self._book, number, ends[conduct], self._clock.today())

    def _states(self, reference: str) -> list[PortalState]:
        return [_STATES[bank.PaymentState(str(row["state"]))] for row in self._rows() if row["reference"] == reference]

    def _lookalikes(self, content: PortalContent) -> int:
        if not isinstance(content, PaymentOrder):
            return 0
        ours = (content.payee.iban, str(content.amount.amount))
        others = [row for row in self._rows() if row["reference"] == "BY-HAND"]
        return sum((row["payee_iban"], row["amount"]) == ours for row in others)

    def _rows(self) -> Sequence[dict[str, object]]:
        return [row for row in bank.payments(self._book) if row["order_number"] != bank.KNOWN_ORDER_NUMBER]


class PaperSigner(PaperPortal):
    """The second login of a bank, which signs what waits there. Nothing carries a reference of its own."""

    def __init__(self, book: Path, wall: Callable[[], datetime], clock: BusinessClock) -> None:
        super().__init__(wall, clock)
        self._book = book
        self._signed: dict[str, str] = {}

    def _carry_out(self, content: PortalContent, conduct: Conduct) -> None:
        if not isinstance(content, PaymentSignature):
            raise BusinessError("portal.wrong", "this login signs only")
        if conduct is not Conduct.LOSES_IT:
            (row,) = (each for each in bank.payments(self._book) if each["reference"] == content.payment_reference)
            number = str(row["order_number"])
            bank.set_state(self._book, number, bank.PaymentState.EXECUTED, self._clock.today())
            self._signed[content.reference] = number

    def _states(self, reference: str) -> list[PortalState]:
        return [PortalState.EXECUTED] if reference in self._signed else []


class PaperErp(PaperPortal):
    def __init__(self, book: Path, wall: Callable[[], datetime], clock: BusinessClock) -> None:
        super().__init__(wall, clock)
        self._book = book
        erp.create(book, clock)

    def postings(self) -> list[str]:
        """The vendors' invoice numbers that stand in the books, oldest first."""
        rows = erp.postings(self._book)
        return [str(row["invoice_number"]) for row in rows if row["voucher_number"] != erp.KNOWN_VOUCHER_NUMBER]

    def _carry_out(self, content: PortalContent, conduct: Conduct) -> None:
        if not isinstance(content, LedgerPosting):
            raise BusinessError("portal.wrong", "the books take postings only")
        if conduct is Conduct.LOSES_IT:
            return
        lines = tuple(
            erp.PostingLine(line.account, line.text, line.net, line.tax_rate, line.tax) for line in content.lines
        )
        posting = erp.PurchaseInvoice(
            login="BOT",
            vendor=content.vendor,
            invoice_number=content.invoice_number,
            invoice_date=content.invoice_date,
            due_date=content.due_date,
            reference=content.reference,
            cost_centre=content.cost_centre,
            lines=lines,
        )
        erp.post(self._book, posting, self._clock.now())

    def _states(self, reference: str) -> list[PortalState]:
        return [PortalState.EXECUTED for row in erp.postings(self._book) if row["reference"] == reference]


_STATES = {
    bank.PaymentState.EXECUTED: PortalState.EXECUTED,
    bank.PaymentState.REJECTED: PortalState.REJECTED,
    bank.PaymentState.DRAFT: PortalState.DRAFT,
    bank.PaymentState.WAITING_FOR_SIGNATURE: PortalState.WAITING_FOR_SIGNATURE,
}


def _before_the_claim(conduct: Conduct) -> Submission | None:
    match conduct:
        case Conduct.IS_DOWN:
            raise PortalUnavailable("the portal does not answer")
        case Conduct.BREAKS_BEFORE_THE_CLAIM:
            raise OSError("no space left on device")
        case Conduct.REFUSES_THE_PASSWORD:
            raise BusinessError("portal.login_refused", "The portal refused the password.")
        case Conduct.SHOWS_ANOTHER_ACCOUNT:
            shown = Difference(field="payee.iban", approved="as released", shown="DE00 CHANGED")
            return Submission(outcome=SubmissionOutcome.MISMATCH, differences=(shown,))
        case Conduct.REFUSES:
            return Submission(outcome=SubmissionOutcome.REFUSED, portal_text="Limit überschritten")
    return None
