"""The bots' side of a portal action. It is given an intent's key and nothing else: content comes from the store."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from temporalio import activity
from temporalio.exceptions import ApplicationError

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
from store.evidence import record_step
from store.files import FileStore
from store.intents import attempt_of, claim, intent_of, mark_sent, record_probe
from store.release import check_release
from store.unit_of_work import Store
from store.vault import bot_of, park

UNAVAILABLE = "portal.unavailable"
_HEARTBEAT_SECONDS = 1.0

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

    async def record(self, step: EvidenceStep) -> None:
        self._position += 1
        await asyncio.to_thread(self._record, self._position, step)

    def _record(self, position: int, step: EvidenceStep) -> None:
        with self.store.change(self.tenant, self.actor, self.case, self.run) as work:
            record_step(work, self.files, self.portal, position, step)


@dataclass(frozen=True)
class _Job:
    content: PortalContent
    claims: StoreClaims
    evidence: StoreEvidence


@dataclass(frozen=True)
class PortalBots:
    store: Store
    files: FileStore
    portals: Mapping[str, ActionPortal]
    commit_window: timedelta
    wall: Callable[[], datetime]

    @activity.defn
    async def submit(self, ref: AttemptRef) -> Submission:
        """prepare, read back, claim, commit. Fails only when nothing was claimed; run it once and then look."""
        portal, job = await asyncio.to_thread(self._job, ref)
        with heartbeats(), _technical_failures():
            try:
                return await shielded(self.portals[portal].submit(job.content, job.claims, job.evidence))
            except BusinessError as error:
                if error.code == "portal.login_refused":
                    await asyncio.to_thread(self._park, job.claims, portal, error.message)
                raise

    @activity.defn
    async def probe(self, ref: AttemptRef) -> ProbeResult:
        """One read-only look at the portal, kept in the store before it counts."""
        portal, job = await asyncio.to_thread(self._job, ref)
        with heartbeats(), _technical_failures():
            result = await self.portals[portal].probe(job.content, job.evidence)
            await asyncio.to_thread(self._keep_probe, job.claims, result)
        return result

    def _job(self, ref: AttemptRef) -> tuple[str, _Job]:
        with self.store.read() as connection:
            intent = intent_of(connection, ref.tenant, ref.slice)
            attempt = attempt_of(connection, ref.tenant, ref.slice, ref.number)
            actor = bot_of(connection, ref.tenant, intent.portal)
        run = activity.info().workflow_run_id or ""
        run = f"{ref.slice}.{ref.number}.{activity.info().activity_id}.{run[:8]}"
        return intent.portal, _Job(
            content=intent.content.order(attempt.reference, self.store.now().date()),
            claims=StoreClaims(self.store, ref, intent.content, actor, intent.case, run, self.commit_window, self.wall),
            evidence=StoreEvidence(self.store, self.files, ref.tenant, intent.portal, actor, intent.case, run),
        )

    def _keep_probe(self, claims: StoreClaims, result: ProbeResult) -> None:
        with self.store.change(claims.ref.tenant, claims.actor, claims.case, claims.run) as work:
            record_probe(work, claims.ref.slice, claims.ref.number, result)

    def _park(self, claims: StoreClaims, portal: str, reason: str) -> None:
        with self.store.change(claims.ref.tenant, claims.actor, claims.case, claims.run) as work:
            park(work, portal, reason)


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


async def shielded(work: Awaitable[T]) -> T:
    """Carries `work` to its end even when the activity is cancelled: a click half done is worse than a click."""
    running = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


@contextmanager
def _technical_failures() -> Iterator[None]:
    """A portal that cannot be read has a name the workflow knows."""
    try:
        yield
    except PortalUnavailable as error:
        raise ApplicationError(str(error)[:2000], type=UNAVAILABLE) from error
