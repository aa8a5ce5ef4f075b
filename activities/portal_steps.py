"""The store's side of a portal action: arming, judging, giving up. The clicking is in portal_bots.py."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import activity

from activities.references import AttemptRef, IntentRef
from audit.entry import Actor
from models.base import Model
from models.errors import BusinessError
from models.payment import AttemptState
from store.intents import StoredAttempt, arm, cancel_intent, intent_of, last_attempt
from store.outcomes import Verdict, judge
from store.unit_of_work import Store, UnitOfWork

_PORTALS = Actor(system="portal actions")


class ArmedAttempt(Model):
    ref: AttemptRef
    case: str
    portal: str
    kind: str
    """`payment`, `posting` or `registration`."""
    summary: str
    """What is to be done, in a person's words."""
    state: AttemptState
    exhausted: str = ""
    """Why there is no further attempt without a person; the rest then tells of the last one."""


@dataclass(frozen=True)
class PortalSteps:
    store: Store
    settle: timedelta
    wall: Callable[[], datetime]

    @activity.defn
    def arm_attempt(self, ref: IntentRef) -> ArmedAttempt:
        """The attempt to work on now. Raises BusinessError `intent.*`."""
        with self.store.change(ref.tenant, _PORTALS) as work:
            intent = intent_of(work.connection, ref.tenant, ref.slice)
            work.case = intent.case
            attempt, exhausted = _armed(work, ref.slice)
        return ArmedAttempt(
            ref=AttemptRef(tenant=ref.tenant, slice=ref.slice, number=attempt.number),
            case=intent.case,
            portal=intent.portal,
            kind=intent.content.kind,
            summary=intent.content.summary,
            state=attempt.state,
            exhausted=exhausted,
        )

    @activity.defn
    def judge_attempt(self, ref: AttemptRef) -> Verdict:
        """What the looks at the portal amount to so far."""
        with self.store.change(ref.tenant, _PORTALS) as work:
            return judge(work, ref.slice, ref.number, self.settle, self.wall())

    @activity.defn
    def cancel_intent(self, ref: AttemptRef) -> bool:
        """Gives the intent up; False while its attempt is claimed, because then it may have been done."""
        with self.store.change(ref.tenant, _PORTALS) as work:
            work.case = intent_of(work.connection, ref.tenant, ref.slice).case
            return cancel_intent(work, ref.slice)


def _armed(work: UnitOfWork, slice_id: str) -> tuple[StoredAttempt, str]:
    try:
        return arm(work, slice_id), ""
    except BusinessError as error:
        last = last_attempt(work.connection, work.tenant, slice_id)
        if error.code != "attempt.too_many" or last is None:
            raise
        return last, error.message
