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
from store.intents import StoredAttempt, arm, intent_of, last_attempt
from store.outcomes import Verdict, judge
from store.portal_queue import settle_window
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
    is_taken_over: bool = False
    """A person carries it out instead of the bot."""
    exhausted: str = ""
    """Why there is no further attempt without a person; the rest then tells of the last one."""


@dataclass(frozen=True)
class PortalSteps:
    store: Store
    settle: timedelta
    """The installation's settle window; a portal may have a longer one."""
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
            is_taken_over=bool(attempt.taken_over_by),
            exhausted=exhausted,
        )

    @activity.defn
    def judge_attempt(self, ref: AttemptRef) -> Verdict:
        """What the looks at the portal amount to so far."""
        with self.store.change(ref.tenant, _PORTALS) as work:
            portal = intent_of(work.connection, ref.tenant, ref.slice).portal
            window = settle_window(work.connection, ref.tenant, portal, self.settle)
            return judge(work, ref.slice, ref.number, window, self.wall())


def _armed(work: UnitOfWork, slice_id: str) -> tuple[StoredAttempt, str]:
    try:
        return arm(work, slice_id), ""
    except BusinessError as error:
        last = last_attempt(work.connection, work.tenant, slice_id)
        if error.code != "attempt.too_many" or last is None:
            raise
        return last, error.message
