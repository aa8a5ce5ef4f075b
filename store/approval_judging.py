"""Judges answers by everything the store knows: chain, delegations, segregation of duties, limits of rights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from finance.approval_progress import Progress, may_fill_seat, progress_of
from finance.delegation import hands_between, represented_by
from finance.rights import beyond_rights
from finance.segregation import Function, conflicts, excluded_people
from models.approval import ApprovalRequest, ApprovalSubject, Decision, Involvement, Outcome, Stage
from models.authority import Delegation
from models.errors import BusinessError
from store.delegations import delegations
from store.people import person_of
from store.segregation import history_of_request
from store.signed_changes import SignedChange, changes, limits_at, segregation_at

FUNCTION_OF = {
    ApprovalSubject.PURCHASE: Function.APPROVED_PURCHASE,
    ApprovalSubject.INVOICE: Function.APPROVED_INVOICE,
    ApprovalSubject.PAYMENT: Function.RELEASED_PAYMENT,
    ApprovalSubject.SALE: Function.APPROVED_CREDIT,
}


@dataclass(frozen=True)
class Seat:
    """Where a person may answer, and for whom."""

    stage: Stage
    on_behalf_of: str
    """Empty: for themselves."""


@dataclass(frozen=True)
class Judge:
    """Reads once what the answers of all requests of a tenant are judged by."""

    connection: Connection
    tenant: str
    _histories: dict[str, tuple[Involvement, ...]] = field(default_factory=dict, init=False, compare=False)

    @cached_property
    def delegations(self) -> tuple[Delegation, ...]:
        return delegations(self.connection, self.tenant)

    @cached_property
    def signed(self) -> tuple[SignedChange, ...]:
        return changes(self.connection, self.tenant)

    def progress(self, request: ApprovalRequest, answers: Sequence[Decision]) -> Progress:
        """Where the chain stands. An answer of somebody who was not allowed to give it counts for nothing, however it
        got into the store; exceptions and limits are those of the moment of the answer."""
        valid = [
            each for each in answers if not self.objections(request, each.person, each.on_behalf_of, each.decided_at)
        ]
        return progress_of(request, valid, self.delegations)

    def objections(self, request: ApprovalRequest, person: str, on_behalf_of: str, at: datetime) -> tuple[str, ...]:
        """Why `person` may not answer `request` at the moment `at`, for themselves or another; empty where they may.

        Everybody through whose hands it comes has to be free of a conflicting part.
        """
        function, history = FUNCTION_OF[request.subject], self._history(request)
        policy = segregation_at(self.signed, at)
        hands = self.hands(request, person, on_behalf_of, at)
        clashes = [clash for each in hands for clash in conflicts(each, function, history, policy)]
        beyond = beyond_rights(on_behalf_of or person, request.scope, limits_at(self.signed, at))
        return (*dict.fromkeys(clashes), *filter(None, (beyond,)))

    def hands(self, request: ApprovalRequest, person: str, on_behalf_of: str, at: datetime) -> tuple[str, ...]:
        """Who has a part in an answer: whoever gives it, for whom, and who passed it on between them."""
        if not on_behalf_of:
            return (person,)
        barred = self.barred(request, {each.delegate for each in self.delegations}, at)
        return hands_between(person, on_behalf_of, self.delegations, request, at, barred)

    def barred(self, request: ApprovalRequest, people: Iterable[str], at: datetime) -> dict[str, str]:
        """Who of `people` has a part that forbids them to answer `request`, each with the sentences that say why."""
        policy = segregation_at(self.signed, at)
        return excluded_people(FUNCTION_OF[request.subject], self._history(request), people, policy)

    def seat(self, request: ApprovalRequest, answers: Sequence[Decision], person: str, at: datetime) -> Seat:
        """Where `person` may answer now, in their own right first. Raises BusinessError `approval.already_decided`,
        `approval.sent_back`, `approval.not_yours` or `approval.segregation`."""
        progress = self.progress(request, answers)
        if not progress.open:
            raise self._over(progress)
        represented = represented_by(person, self.delegations, request, at)
        offered = [
            Seat(stage, "" if principal == person else principal)
            for principal in (person, *sorted(represented))
            for stage in progress.open
            if principal in stage.answerers
        ]
        free = [seat for seat in offered if self._is_free(request, progress, seat, person, at)]
        if not free:
            raise self._not_yours(request, progress, person, represented)
        for seat in free:
            if not self.objections(request, person, seat.on_behalf_of, at):
                return seat
        objections = self.objections(request, person, free[0].on_behalf_of, at)
        raise BusinessError("approval.segregation", " ".join(objections))

    def may_answer(self, request: ApprovalRequest, answers: Sequence[Decision], person: str, at: datetime) -> bool:
        try:
            self.seat(request, answers, person, at)
        except BusinessError:
            return False
        return True

    def _history(self, request: ApprovalRequest) -> tuple[Involvement, ...]:
        if request.id not in self._histories:
            self._histories[request.id] = history_of_request(self.connection, self.tenant, request)
        return self._histories[request.id]

    def _is_free(self, request: ApprovalRequest, progress: Progress, seat: Seat, person: str, at: datetime) -> bool:
        wanted = Decision(
            id="",
            request=request.id,
            stage=seat.stage.position,
            person=person,
            account="",
            on_behalf_of=seat.on_behalf_of,
            outcome=Outcome.APPROVE,
            digest=request.digest,
            decided_at=at,
        )
        return may_fill_seat(wanted, seat.stage, progress.counted)

    def _over(self, progress: Progress) -> BusinessError:
        last = progress.counted[-1] if progress.counted else None
        if last is not None and last.outcome is Outcome.SEND_BACK:
            who = person_of(self.connection, self.tenant, last.person).name
            return BusinessError("approval.sent_back", f"{who} sent this back; it comes again when it is changed.")
        return BusinessError("approval.already_decided", self.already_decided(progress.counted))

    def _not_yours(
        self, request: ApprovalRequest, progress: Progress, person: str, represented: dict[str, tuple[str, ...]]
    ) -> BusinessError:
        mine = {person, *represented}
        stages = {stage.position for stage in request.stages if mine & set(stage.answerers)}
        earlier = [each for each in progress.counted if each.person == person or each.stage in stages]
        if earlier:
            return BusinessError("approval.already_decided", self.already_decided(earlier))
        return BusinessError("approval.not_yours", "This approval is not yours to give.")

    def already_decided(self, taken: Sequence[Decision]) -> str:
        """Who answered last, and when."""
        if not taken:
            return "Nothing is left to decide here."
        last = taken[-1]
        who = person_of(self.connection, self.tenant, last.person).name
        return f"Already decided by {who} on {last.decided_at:%Y-%m-%d at %H:%M} UTC: {last.outcome}."
