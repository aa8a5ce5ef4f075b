"""A person's answer to a task, with every guard in the transaction that decides. Refused attempts are on record.

What an answer does to a piece of work for a bot happens in that transaction, too, so that no workflow and nobody who
talks to workflows can do it instead.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from finance.segregation import Function
from models.base import Model
from models.errors import BusinessError
from models.party import Role
from models.task import Proof, Proposal, Resolution
from store.cases import involve
from store.people import SignedIn
from store.portal_answers import carry_out_answer, owner_of, reasons_for_a_second_person
from store.schedule_runs import answer_about_schedule
from store.segregation import clashes
from store.tasks import CONFIRMERS, Task, drop_proposal, keep_proposal, postpone, settle, task_of
from store.unit_of_work import Store, UnitOfWork

_DIGEST_LENGTH = 12


class TaskAnswer(Model):
    resolution: Resolution
    comment: str
    proof: Proof = Proof()


@dataclass(frozen=True)
class Moment:
    """What an answer about a portal depends on and the store does not know."""

    wall: datetime
    """Wall-clock UTC."""
    settle: timedelta
    """The installation's settle window."""


def resolve_task(store: Store, signed_in: SignedIn, task_id: str, answer: TaskAnswer, at: Moment) -> bool:
    """Records how the signed-in person settles a task. False when it waits for a second person to confirm it.

    Told to wait, the task stays open and is due later. Raises BusinessError `task.*`, `attempt.*` or `right.missing`.
    """
    try:
        with store.change(signed_in.tenant, signed_in.actor) as work:
            return _resolved(work, signed_in, task_id, answer, at)
    except BusinessError as refusal:
        _note_refusal(store, signed_in, task_id, answer.resolution, refusal)
        raise


def confirm_answer(
    store: Store, signed_in: SignedIn, task_id: str, digest: str, comment: str, at: Moment, *, agreed: bool
) -> None:
    """A second person agrees with the proposed answer, which then counts, or declines it.

    `digest` is that of the proposal they saw. Raises BusinessError `task.*`, `attempt.*` or `right.missing`.
    """
    try:
        with store.change(signed_in.tenant, signed_in.actor) as work:
            _confirmed(work, signed_in, task_id, digest, comment.strip(), at, agreed=agreed)
    except BusinessError as refusal:
        _note_refusal(store, signed_in, task_id, "confirm" if agreed else "decline", refusal)
        raise


def proposal_digest(proposal: Proposal) -> str:
    """What a second person names to say which answer they saw."""
    return hashlib.sha256(proposal.model_dump_json().encode()).hexdigest()[:_DIGEST_LENGTH]


def _resolved(work: UnitOfWork, signed_in: SignedIn, task_id: str, answer: TaskAnswer, at: Moment) -> bool:
    found, comment = _open_task(work, task_id), answer.comment.strip()
    signed_in.require(_owner(work, found))
    if answer.resolution not in found.content.resolutions:
        allowed = ", ".join(found.content.resolutions)
        raise BusinessError("task.resolution", f"{answer.resolution!r} is not possible here; choose one of: {allowed}.")
    function = _may_answer(work, signed_in, found, comment)
    if answer.resolution is Resolution.WAIT:
        postpone(work, found, comment)
        return True
    person = signed_in.person.id
    because = _reasons_for_a_second_person(work, found, answer, person, at)
    if because:
        keep_proposal(work, found, _proposal(work, answer, person, because))
        return False
    _carry_out(work, found, answer, (person,), at)
    involve(work, person, function)
    settle(work, found, person, answer.resolution, comment)
    return True


def _confirmed(
    work: UnitOfWork, signed_in: SignedIn, task_id: str, digest: str, comment: str, at: Moment, *, agreed: bool
) -> None:
    found, second = _open_task(work, task_id), signed_in.person.id
    signed_in.require(_owner(work, found), *sorted(CONFIRMERS))
    proposal = found.proposal
    if proposal is None or proposal_digest(proposal) != digest:
        raise BusinessError("task.proposal_changed", "This answer is not proposed any more; open the task again.")
    if proposal.person == second:
        raise BusinessError("task.same_person", "A second person has to confirm it; you proposed it yourself.")
    function = _may_answer(work, signed_in, found, comment)
    if not agreed:
        drop_proposal(work, found, comment)
        return
    answer = TaskAnswer(resolution=proposal.resolution, comment=proposal.comment, proof=proposal.proof)
    # Two people are there now; what nobody may say is refused all the same, for the portal may show more by now.
    _reasons_for_a_second_person(work, found, answer, proposal.person, at)
    _carry_out(work, found, answer, (proposal.person, second), at)
    for person in (proposal.person, second):
        involve(work, person, function)
    settle(work, found, proposal.person, proposal.resolution, proposal.comment, second)


def _open_task(work: UnitOfWork, task_id: str) -> Task:
    found = task_of(work.connection, work.tenant, task_id)
    work.case = found.case
    if found.state != "open":
        raise BusinessError("task.already_resolved", "Somebody settled this task already.")
    return found


def _owner(work: UnitOfWork, found: Task) -> Role:
    """A task comes by a workflow, which anybody who reaches Temporal can start: it gives nobody a right."""
    return owner_of(work, found.subject_id) if found.subject_kind == "intent" else found.owner_role


def _may_answer(work: UnitOfWork, signed_in: SignedIn, found: Task, comment: str) -> Function:
    """The function that the person takes on. Raises BusinessError `task.no_comment` or `task.segregation`."""
    if not comment:
        raise BusinessError("task.no_comment", "Say in a few words why, for whoever reads this case later.")
    function = Function.ATTESTED_OUTCOME if found.subject_kind == "intent" else Function.RESOLVED_EXCEPTION
    refusal = clashes(work, signed_in.person.id, function)
    if refusal:
        raise BusinessError("task.segregation", " ".join(refusal))
    return function


def _reasons_for_a_second_person(
    work: UnitOfWork, found: Task, answer: TaskAnswer, person: str, at: Moment
) -> tuple[str, ...]:
    if found.subject_kind != "intent":
        return ()
    return reasons_for_a_second_person(
        work, found.subject_id, answer.resolution, answer.proof, person, at.wall, at.settle
    )


def _carry_out(work: UnitOfWork, found: Task, answer: TaskAnswer, people: tuple[str, ...], at: Moment) -> None:
    if found.subject_kind == "intent":
        carry_out_answer(work, found.subject_id, answer.resolution, answer.proof, people, at.wall)
    if found.subject_kind == "schedule":
        answer_about_schedule(work, found.subject_id, answer.resolution)


def _proposal(work: UnitOfWork, answer: TaskAnswer, person: str, because: tuple[str, ...]) -> Proposal:
    return Proposal(
        resolution=answer.resolution,
        comment=answer.comment.strip(),
        proof=answer.proof,
        person=person,
        proposed_at=work.now,
        because=because,
    )


def _note_refusal(store: Store, signed_in: SignedIn, task_id: str, answer: str, refusal: BusinessError) -> None:
    detail = {"answer": answer, "refused": refusal.code, "why": refusal.message}
    with store.change(signed_in.tenant, signed_in.actor) as work:
        work.record("task.refused_attempt", "task", task_id[:80], after=detail)
