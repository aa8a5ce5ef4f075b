"""What became of a submitted attempt, judged by what the portal itself shows and by nothing else."""

from datetime import datetime, timedelta
from enum import StrEnum

from finance.absence import doubts, verdict
from models.base import Model
from models.payment import AttemptState, PaymentIntent, PostingIntent, RegistrationIntent
from models.portal import PortalState, ProbeResult
from store.intents import StoredIntent, attempt_of, close_attempt, intent_of, probes_of
from store.invoices import set_invoice_state
from store.sales_invoices import set_sales_invoice_state
from store.statements import reconcile_account
from store.tasks import close_tasks
from store.unit_of_work import UnitOfWork

_LOOKS_AFTER_SETTLING = 4
_PAUSE_BETWEEN_LOOKS = 1.0
_TAKEN_OVER = "a person has taken it over, and the portal does not show it yet"


class Finding(StrEnum):
    EXECUTED = "executed"
    REJECTED = "rejected"
    ABSENT = "absent"
    LOOK_AGAIN = "look_again"
    SIGNATURE = "signature"
    """It lies at the bank and waits for its second signature."""
    PERSON = "person"


class Verdict(Model):
    finding: Finding
    seconds: float = 0
    """Wall-clock seconds to wait before the next look."""
    reason: str = ""


def judge(work: UnitOfWork, slice_id: str, number: int, settle: timedelta, wall: datetime) -> Verdict:
    """Weighs all looks at the portal, and ends the attempt where they leave no doubt."""
    intent = intent_of(work.connection, work.tenant, slice_id)
    work.case = intent.case
    found = attempt_of(work.connection, work.tenant, slice_id, number)
    if not found.state.is_open:
        return Verdict(finding=_FINDING_OF.get(found.state, Finding.PERSON))
    deadline = found.deadline or wall
    looks = probes_of(work.connection, work.tenant, slice_id, number)
    state = verdict(looks, deadline, settle)
    if state in _END_OF and not (state is PortalState.ABSENT and found.taken_over_by):
        return _ended(work, intent, number, _END_OF[state], looks)
    if found.taken_over_by:
        return Verdict(finding=Finding.PERSON, reason=_TAKEN_OVER)
    if state is PortalState.WAITING_FOR_SIGNATURE:
        return Verdict(finding=Finding.SIGNATURE, reason=looks[-1].portal_text)
    return _look_again(looks, deadline, settle, wall)


def _ended(
    work: UnitOfWork, intent: StoredIntent, number: int, state: AttemptState, looks: tuple[ProbeResult, ...]
) -> Verdict:
    close_attempt(work, intent.slice, number, state, {"portal": looks[-1].portal_text, "looks": len(looks)})
    if state is AttemptState.EXECUTED:
        follow_execution(work, intent)
    close_tasks(work, "intent", intent.slice, "The portal itself shows what became of it.")
    return Verdict(finding=_FINDING_OF[state], reason=looks[-1].portal_text)


def follow_execution(work: UnitOfWork, intent: StoredIntent) -> None:
    """What is true of the document once the portal has done it."""
    match intent.content:
        case PaymentIntent():
            set_invoice_state(work, intent.invoice, "paid")
            reconcile_account(work, intent.content.payer_iban)
        case PostingIntent():
            set_invoice_state(work, intent.invoice, "posted")
        case RegistrationIntent():
            set_sales_invoice_state(work, intent.invoice, "registered")


def _look_again(looks: tuple[ProbeResult, ...], deadline: datetime, settle: timedelta, wall: datetime) -> Verdict:
    """More looks help only while nothing was found and the portal may still show it; else a person has to look."""
    newest = looks[-1] if looks else None
    if newest is not None and (newest.state is not PortalState.ABSENT or newest.lookalikes):
        return Verdict(finding=Finding.PERSON, reason=_in_words(newest, deadline, settle))
    settled = deadline + settle
    if wall <= settled:
        return Verdict(finding=Finding.LOOK_AGAIN, seconds=(settled - wall).total_seconds() + _PAUSE_BETWEEN_LOOKS)
    late = [look for look in looks if look.probed_at > settled]
    if len(late) < _LOOKS_AFTER_SETTLING or newest is None:
        return Verdict(finding=Finding.LOOK_AGAIN, seconds=_PAUSE_BETWEEN_LOOKS)
    return Verdict(finding=Finding.PERSON, reason=_in_words(newest, deadline, settle))


def _in_words(look: ProbeResult, deadline: datetime, settle: timedelta) -> str:
    return "; ".join([look.portal_text, *doubts(look, deadline, settle)]).strip("; ")


_END_OF = {
    PortalState.EXECUTED: AttemptState.EXECUTED,
    PortalState.REJECTED: AttemptState.REJECTED,
    PortalState.ABSENT: AttemptState.ABSENT,
}
_FINDING_OF = {
    AttemptState.EXECUTED: Finding.EXECUTED,
    AttemptState.REJECTED: Finding.REJECTED,
    AttemptState.ABSENT: Finding.ABSENT,
}
