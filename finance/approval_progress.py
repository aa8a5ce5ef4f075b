"""What the answers on record amount to, judged against the stored chain alone."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from finance.delegation import represented_by
from models.approval import ApprovalRequest, Decision, Outcome, Stage
from models.authority import Delegation
from models.base import Model


class ChainOutcome(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    SENT_BACK = "sent_back"


class Progress(Model):
    outcome: ChainOutcome
    open: tuple[Stage, ...]
    """The stages that wait for an answer: all of one step; none once the chain is over or was sent back."""
    counted: tuple[Decision, ...]
    """The answers that count, in the order in which they were given."""

    def missing(self, stage: Stage) -> int:
        """How many more people have to say yes to `stage`."""
        return stage.needed - sum(each.stage == stage.position for each in self.counted)


def progress_of(
    request: ApprovalRequest, decisions: Iterable[Decision], delegations: Sequence[Delegation] = ()
) -> Progress:
    """Where the chain stands, whatever order the answers are given in.

    Only an answer to a stage of the step whose turn it is counts, by a person of that stage or by their delegate at
    that moment, about this request and exactly the content, or the fields of it that the stage decides about, that was
    asked about. Nobody fills two seats of a stage; a delegate answers no request twice, whoever for. Every other answer
    changes nothing. The first rejection ends the chain; it stays sent back until that answer is taken off the record.
    """
    counted: list[Decision] = []
    turns = {stage.position: stage.turn for stage in request.stages}
    for decision in sorted(decisions, key=lambda each: (each.decided_at, turns.get(each.stage, 0), each.id)):
        turn = _turn(request, counted)
        stage = next((each for each in turn if each.position == decision.stage), None)
        if stage is None or not _counts(decision, request, stage, counted, delegations):
            continue
        counted.append(decision)
        if decision.outcome is not Outcome.APPROVE:
            over = ChainOutcome.REJECTED if decision.outcome is Outcome.REJECT else ChainOutcome.SENT_BACK
            return Progress(outcome=over, open=(), counted=tuple(counted))
    left = _turn(request, counted)
    if request.timed_out_at is not None and left:
        return Progress(outcome=ChainOutcome.REJECTED, open=(), counted=tuple(counted))
    outcome = ChainOutcome.PENDING if left else ChainOutcome.APPROVED
    return Progress(outcome=outcome, open=left, counted=tuple(counted))


def may_fill_seat(decision: Decision, stage: Stage, counted: Iterable[Decision]) -> bool:
    """Whether `decision` leaves every answerer with one answer: one seat per stage and, where a delegate answers, one
    answer in the whole request."""
    for other in counted:
        is_same_person = other.person == decision.person
        if other.stage == stage.position and (is_same_person or other.seat == decision.seat):
            return False
        if is_same_person and (other.on_behalf_of or decision.on_behalf_of):
            return False
    return True


def _turn(request: ApprovalRequest, counted: Iterable[Decision]) -> tuple[Stage, ...]:
    """The stages of the first step in which somebody is still missing."""
    given = [each.stage for each in counted]
    left = [stage for stage in request.stages if given.count(stage.position) < stage.needed]
    return tuple(stage for stage in left if stage.turn == min(each.turn for each in left))


def _counts(
    decision: Decision,
    request: ApprovalRequest,
    stage: Stage,
    counted: Sequence[Decision],
    delegations: Sequence[Delegation],
) -> bool:
    is_same_content = decision.digest == request.digest or bool(stage.inputs and decision.inputs == stage.inputs)
    return (
        decision.request == request.id
        and is_same_content
        and decision.seat in stage.answerers
        and _may_represent(decision, request, delegations)
        and may_fill_seat(decision, stage, counted)
    )


def _may_represent(decision: Decision, request: ApprovalRequest, delegations: Sequence[Delegation]) -> bool:
    if not decision.on_behalf_of:
        return True
    return decision.on_behalf_of in represented_by(decision.person, delegations, request, decision.decided_at)
