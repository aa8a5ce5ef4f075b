"""The bots' side of a portal action. It is given an intent's key and nothing else: content comes from the store."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.portal_turns import Turn, Turns
from activities.references import AttemptRef
from audit.entry import Actor
from models.errors import BusinessError
from models.payment import AttemptState, IntentContent
from models.portal import (
    ActionPortal,
    Claim,
    EvidenceStep,
    PortalContent,
    PortalUnavailable,
    ProbeResult,
    Submission,
)
from models.work import WorkItem
from store.evidence import record_step
from store.files import FileStore
from store.intents import attempt_of, claim, entered_now, intent_of, mark_sent, record_probe, work_item_of
from store.portal_turns import holds
from store.release import check_release
from store.unit_of_work import Store
from store.vault import bot_of

UNAVAILABLE = "portal.unavailable"
_HEARTBEAT_SECONDS = 1.0
_LONGEST_REFERENCE = 80

T = TypeVar("T")


@dataclass(frozen=True)
class StoreClaims:
    """The attempt's compare-and-set. Everything approved is checked again in the claiming transaction."""

    store: Store
    ref: AttemptRef
    content: IntentContent
    """What the bot was given to enter."""
    actor: Actor
    case: str
    run: str
    turn: Turn
    """The turn at the portal's login in which the bot works; without it nothing is claimed and nothing let out."""
    lasts: timedelta
    wall: Callable[[], datetime]

    async def claim(self) -> Claim | None:
        return await asyncio.to_thread(self._claim)

    async def may_send(self, claim: Claim) -> bool:
        return await asyncio.to_thread(self._mark_sent, claim)

    def _claim(self) -> Claim | None:
        ref = self.ref
        with self.store.change(ref.tenant, self.actor, self.case, self.run) as work:
            # Taken by another run, it may be carried out by now, which is nothing for a person to sort out.
            if attempt_of(work.connection, ref.tenant, ref.slice, ref.number).state is not AttemptState.ARMED:
                return None
            if not holds(work.connection, self.turn.lease, self.wall()):
                raise PortalUnavailable("the turn at the login was over before the claim; nothing was sent")
            intent = intent_of(work.connection, ref.tenant, ref.slice)
            if intent.content != self.content:
                raise BusinessError("release.refused", "It was changed while the bot entered it. Nothing was sent.")
            check_release(work, intent)
            taken = claim(work, ref.slice, ref.number, self.lasts, self.wall())
        if taken is None or taken.claim_token is None or taken.deadline is None:
            return None
        return Claim(token=taken.claim_token, deadline=taken.deadline)

    def _mark_sent(self, claim: Claim) -> bool:
        with self.store.change(self.ref.tenant, self.actor, self.case, self.run) as work:
            if not holds(work.connection, self.turn.lease, self.wall()):
                return False
            return mark_sent(work, self.ref.slice, self.ref.number, claim.token, self.wall())


@dataclass
class StoreEvidence:
    """Keeps each step with picture and audit entry before the bot goes on."""

    store: Store
    files: FileStore
    tenant: str
    portal: str
    actor: Actor
    case: str
    run: str
    _position: int = field(default=0, init=False)

    @classmethod
    def without_case(cls, store: Store, files: FileStore, tenant: str, portal: str, run: str) -> "StoreEvidence":
        """Of work that the portal's bot does for no case."""
        with store.read() as connection:
            actor = bot_of(connection, tenant, portal)
        return cls(store, files, tenant, portal, actor, "", run)

    async def record(self, step: EvidenceStep) -> None:
        self._position += 1
        await asyncio.to_thread(self._record, self._position, step)

    def _record(self, position: int, step: EvidenceStep) -> None:
        with self.store.change(self.tenant, self.actor, self.case, self.run) as work:
            record_step(work, self.files, self.portal, position, step)


def errand_item(kind: str, subject: str, portal: str, title: str, case: str = "") -> WorkItem:
    """A read-only piece of work in the queue for a portal's login; it belongs to the workflow of this activity."""
    return WorkItem(
        reference=f"{kind}.{subject}"[:_LONGEST_REFERENCE],
        portal=portal,
        kind=kind,
        subject=subject,
        case=case,
        title=title,
        workflow=activity.info().workflow_id or "",
    )


@dataclass(frozen=True)
class _Job:
    ref: AttemptRef
    portal: str
    intended: IntentContent
    content: PortalContent
    item: WorkItem
    actor: Actor
    case: str
    run: str


@dataclass(frozen=True)
class PortalBots:
    store: Store
    files: FileStore
    portals: Mapping[str, ActionPortal]
    turns: Turns
    commit_window: timedelta
    wall: Callable[[], datetime]

    @activity.defn
    async def submit(self, ref: AttemptRef) -> Submission:
        """prepare, read back, claim, commit. Fails only when nothing was claimed; run it once and then look.

        A cancellation ends it before the claim; from the claim on the portal's bot absorbs it.
        """
        job = await asyncio.to_thread(self._job, ref)
        with at_the_portal():
            async with self.turns.taken(ref.tenant, job.item) as turn:
                return await turn.cover(self._submitted(job, turn))

    @activity.defn
    async def probe(self, ref: AttemptRef) -> ProbeResult:
        """One read-only look at the portal, kept in the store before it counts."""
        job = await asyncio.to_thread(self._job, ref)
        with at_the_portal():
            async with self.turns.taken(ref.tenant, job.item) as turn:
                result = await turn.cover(self.portals[job.portal].probe(job.content, self._evidence(job)))
            await asyncio.to_thread(self._keep_probe, job, result)
        return result

    async def _submitted(self, job: _Job, turn: Turn) -> Submission:
        claims = StoreClaims(
            store=self.store,
            ref=job.ref,
            content=job.intended,
            actor=job.actor,
            case=job.case,
            run=job.run,
            turn=turn,
            lasts=self.commit_window,
            wall=self.wall,
        )
        return await self.portals[job.portal].submit(job.content, claims, self._evidence(job))

    def _job(self, ref: AttemptRef) -> _Job:
        with self.store.read() as connection:
            intent = intent_of(connection, ref.tenant, ref.slice)
            attempt = attempt_of(connection, ref.tenant, ref.slice, ref.number)
            actor = bot_of(connection, ref.tenant, intent.portal)
            item = work_item_of(connection, ref.tenant, intent, attempt.reference)
            content = entered_now(connection, ref.tenant, intent.content, attempt.reference, self.store.now())
        info = activity.info()
        return _Job(
            ref=ref,
            portal=intent.portal,
            intended=intent.content,
            content=content,
            item=item.model_copy(update={"workflow": info.workflow_id or item.workflow}),
            actor=actor,
            case=intent.case,
            run=f"{ref.slice}.{ref.number}.{info.activity_id}.{(info.workflow_run_id or '')[:8]}",
        )

    def _evidence(self, job: _Job) -> StoreEvidence:
        return StoreEvidence(self.store, self.files, job.ref.tenant, job.portal, job.actor, job.case, job.run)

    def _keep_probe(self, job: _Job, result: ProbeResult) -> None:
        with self.store.change(job.ref.tenant, job.actor, job.case, job.run) as work:
            record_probe(work, job.ref.slice, job.ref.number, result)


@contextmanager
def at_the_portal() -> Iterator[None]:
    """Around a bot's work: with heartbeats, and a portal that cannot be read has a name the workflow knows."""
    with heartbeats():
        try:
            yield
        except PortalUnavailable as error:
            raise ApplicationError(str(error)[:2000], type=UNAVAILABLE) from error


@contextmanager
def heartbeats() -> Iterator[None]:
    """Tells Temporal every second that this activity is alive."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(_HEARTBEAT_SECONDS)

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
