"""What a person's answer does to work that a bot is stuck with, and when one person's word is not enough.

A wrong "it was not done" pays twice, a wrong "it was done" never pays. So an answer about money leans on what the
portal shows, or on two people.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from finance.absence import agrees_with_absence
from models.errors import BusinessError
from models.party import Role
from models.payment import AttemptState, PaymentIntent, SignatureIntent
from models.portal import PortalState, ProbeResult
from models.task import Proof, Resolution
from store.cases import attach
from store.intents import (
    StoredAttempt,
    StoredIntent,
    cancel_intent,
    close_attempt,
    intent_of,
    last_attempt,
    probes_of,
    take_over,
)
from store.outcomes import follow_execution
from store.portal_queue import SECOND_PERSON_ABOVE, rules_of, settle_window
from store.unit_of_work import UnitOfWork

OWNER_OF = {
    "payment": Role.TREASURER,
    "signature": Role.TREASURER,
    "posting": Role.ACCOUNTS_PAYABLE,
    "registration": Role.ACCOUNTS_RECEIVABLE,
}
"""Who answers for a bot's work, by its kind."""

FRESH = timedelta(minutes=10)
"""How old a look at the portal may be for a person's word to lean on it."""

_MONEY = (PaymentIntent, SignatureIntent)
_SAYS_NOT_DONE = (Resolution.NOT_DONE, Resolution.CANCEL)
_DONE_OR_UNSAID = (PortalState.EXECUTED, PortalState.UNKNOWN)
_ABOUT_A_LIVE_TRY = (Resolution.DONE, Resolution.NOT_DONE, Resolution.TAKE_OVER)
_NEEDS_SILENCE = (Resolution.NOT_DONE, Resolution.CANCEL, Resolution.TAKE_OVER)


def owner_of(work: UnitOfWork, slice_id: str) -> Role:
    """Who answers for this piece of work, whatever a task says about it."""
    return OWNER_OF[intent_of(work.connection, work.tenant, slice_id).content.kind]


def reasons_for_a_second_person(
    work: UnitOfWork,
    slice_id: str,
    resolution: Resolution,
    proof: Proof,
    person: str,
    wall: datetime,
    settle: timedelta,
) -> tuple[str, ...]:
    """Why `person` alone may not give this answer; empty when they may. `settle` is the installation's window.

    Raises BusinessError `task.no_proof`, `task.too_early`, `task.portal_shows_it` or `attempt.ended`: the answers that
    nobody may give.
    """
    intent = intent_of(work.connection, work.tenant, slice_id)
    attempt = last_attempt(work.connection, work.tenant, slice_id)
    if attempt is None or not attempt.state.is_open:
        if resolution in _ABOUT_A_LIVE_TRY:
            raise BusinessError("attempt.ended", "This try is over already; open the task again.")
        return ()
    looks = probes_of(work.connection, work.tenant, slice_id, attempt.number)
    window = settle_window(work.connection, work.tenant, intent.portal, settle)
    _refuse_what_nobody_may_say(attempt, looks, resolution, proof, wall, window)
    if not isinstance(intent.content, _MONEY):
        return ()
    return tuple(_doubts(work, intent, attempt, looks, resolution, person, wall, window))


def carry_out_answer(
    work: UnitOfWork, slice_id: str, resolution: Resolution, proof: Proof, people: tuple[str, ...], wall: datetime
) -> None:
    """Does what the answer says, in the transaction that records it. Raises BusinessError `attempt.*`."""
    attempt = last_attempt(work.connection, work.tenant, slice_id)
    match resolution:
        case Resolution.DONE if attempt is not None:
            _attest(work, slice_id, attempt, AttemptState.EXECUTED, proof, people)
            follow_execution(work, intent_of(work.connection, work.tenant, slice_id))
        case Resolution.NOT_DONE if attempt is not None:
            _attest(work, slice_id, attempt, AttemptState.ABSENT, proof, people)
        case Resolution.TAKE_OVER if attempt is not None:
            take_over(work, slice_id, attempt.number, people[0], wall)
        case Resolution.CANCEL:
            if attempt is not None and attempt.state is AttemptState.SUBMITTING:
                _attest(work, slice_id, attempt, AttemptState.ABSENT, proof, people)
            if not cancel_intent(work, slice_id):
                raise BusinessError("attempt.ended", "It is carried out already and cannot be given up.")


def _refuse_what_nobody_may_say(
    attempt: StoredAttempt,
    looks: tuple[ProbeResult, ...],
    resolution: Resolution,
    proof: Proof,
    wall: datetime,
    window: timedelta,
) -> None:
    if resolution is Resolution.DONE and proof.is_empty:
        raise BusinessError("task.no_proof", "Give the proof: the bank's own words or number, or a file that shows it.")
    if attempt.state is not AttemptState.SUBMITTING:
        return
    if resolution in _NEEDS_SILENCE and attempt.deadline is not None and wall <= attempt.deadline + window:
        raise BusinessError("task.too_early", "The portal may still show it; answer this in a few minutes.")
    if resolution in _SAYS_NOT_DONE and looks and looks[-1].reference_found and not _is_rejected(looks[-1]):
        raise BusinessError(
            "task.portal_shows_it", f"The portal shows it: {looks[-1].portal_text}. Remove it there and look again."
        )


def _doubts(
    work: UnitOfWork,
    intent: StoredIntent,
    attempt: StoredAttempt,
    looks: tuple[ProbeResult, ...],
    resolution: Resolution,
    person: str,
    wall: datetime,
    window: timedelta,
) -> Iterator[str]:
    says_not_done = resolution in _SAYS_NOT_DONE and attempt.state is AttemptState.SUBMITTING
    if not says_not_done and resolution is not Resolution.DONE:
        return
    limit = rules_of(work.connection, work.tenant, intent.portal).second_person_above
    limit = SECOND_PERSON_ABOVE if limit is None else limit
    if isinstance(intent.content, _MONEY) and intent.content.amount.amount > limit:
        yield f"It is more than {limit} {intent.content.amount.currency}."
    if says_not_done and not agrees_with_absence(looks, attempt.deadline or wall, window, wall - FRESH):
        yield "No fresh and complete look at the portal agrees."
    if resolution is Resolution.DONE and attempt.taken_over_by == person:
        yield "Whoever carried it out does not attest it alone."
    if resolution is Resolution.DONE and looks and looks[-1].state not in _DONE_OR_UNSAID:
        yield f"The bot's last look at the portal says otherwise: {looks[-1].portal_text}"


def _attest(
    work: UnitOfWork, slice_id: str, attempt: StoredAttempt, state: AttemptState, proof: Proof, people: tuple[str, ...]
) -> None:
    if proof.sha256:
        attach(work, "Proof of the outcome", proof.sha256, proof.media_type, proof.file_name)
    evidence = {"attested_by": list(people), "proof": proof.model_dump(mode="json")}
    if not close_attempt(work, slice_id, attempt.number, state, evidence):
        raise BusinessError("attempt.ended", "This try is over already; open the task again.")


def _is_rejected(look: ProbeResult) -> bool:
    return look.state is PortalState.REJECTED
