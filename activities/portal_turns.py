"""A bot's turn at a portal's login: waited for, kept while it works, and given back.

Nothing of ours uses a login outside such a turn. A short wait is spent in the worker, a long one in the workflow,
which is told when to come again: the wait leaves next to nothing in its history.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from models.clock import BusinessClock
from models.errors import BusinessError
from models.portal import PortalUnavailable
from models.work import Lease, NotYet, WaitReason, WorkItem
from store.credentials import park_refused
from store.portal_turns import PRESENT, give_back, park, renew, take_turn
from store.unit_of_work import Store
from store.vault import bot_of

SENT_BACK = "portal.sent_back"
"""Type of the failure with which a piece of work goes back to its workflow; its detail says how many seconds."""

LEASE = timedelta(seconds=15)
"""How long the login stays with a worker that died."""

RENEWED_EVERY = 4.0
_ASKED_EVERY = 0.5
_PATIENCE = 50 * 60.0
"""Seconds that a piece of work waits in the worker before it goes back to its workflow."""

_TOLD_WITHIN = 15 * 60.0
"""Seconds after which a workflow comes again by itself, should nobody tell it."""

_SECONDS_OF_GOODBYE = 10.0
_log = structlog.get_logger(__name__)

T = TypeVar("T")


@dataclass
class Turn:
    """The login, held. Work that it covers ends as soon as the lease is lost, unless the work absorbs that."""

    store: Store
    lease: Lease
    wall: Callable[[], datetime]
    _is_lost: bool = field(default=False, init=False)
    _working: "asyncio.Future[Any] | None" = field(default=None, init=False)

    async def cover(self, work: Awaitable[T]) -> T:
        """The result of `work`. Raises PortalUnavailable when the login went to somebody else meanwhile."""
        working = asyncio.ensure_future(work)
        self._working = working
        try:
            return await working
        except asyncio.CancelledError:
            if not self._is_lost:
                raise
        raise PortalUnavailable("this worker was too slow and lost its turn at the login to another")

    async def keep(self) -> None:
        """Renews the lease until it is lost."""
        while not self._is_lost:
            await asyncio.sleep(RENEWED_EVERY)
            try:
                renewed = await asyncio.to_thread(renew, self.store, self.lease, self.wall(), LEASE)
            except Exception as error:
                # The database may be back before the lease runs out; then there is nothing to renew.
                _log.warning("a lease was not renewed", portal=self.lease.portal, problem=str(error)[:200])
                continue
            self._is_lost = renewed is None
            if renewed is not None:
                self.lease = renewed
        if self._working is not None:
            self._working.cancel()


@dataclass
class _Waiter:
    reference: str
    called: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Turns:
    """The turns that one worker process takes. `holder` names the process."""

    store: Store
    holder: str
    clock: BusinessClock
    wall: Callable[[], datetime]
    _waiting: defaultdict[str, list[_Waiter]] = field(default_factory=lambda: defaultdict(list), init=False)
    """Who waits in this process, by portal."""

    @asynccontextmanager
    async def taken(self, tenant: str, item: WorkItem) -> AsyncIterator[Turn]:
        """The item's turn. Raises ApplicationError of the type SENT_BACK when it has to wait with its workflow."""
        turn = Turn(self.store, await self._waited_for(tenant, item), self.wall)
        keeping = asyncio.create_task(turn.keep())
        try:
            yield turn
        except BusinessError as error:
            if error.code == "portal.login_refused":
                # Before the login goes to the next, who would try the same password.
                await asyncio.shield(asyncio.to_thread(self._park_login, tenant, item, error.message))
            raise
        finally:
            keeping.cancel()
            await asyncio.shield(self._give_back(turn.lease))

    def _park_login(self, tenant: str, item: WorkItem, reason: str) -> None:
        with self.store.read() as connection:
            actor = bot_of(connection, tenant, item.portal)
        park_refused(self.store, tenant, actor, item.portal, reason)

    async def _waited_for(self, tenant: str, item: WorkItem) -> Lease:
        waiter = _Waiter(item.reference)
        self._waiting[item.portal].append(waiter)
        try:
            return await self._until_its_turn(tenant, item, waiter)
        finally:
            self._waiting[item.portal].remove(waiter)

    async def _until_its_turn(self, tenant: str, item: WorkItem, waiter: _Waiter) -> Lease:
        over = asyncio.get_running_loop().time() + _PATIENCE
        while True:
            waiter.called.clear()
            found = await self._asked(tenant, item)
            if isinstance(found, Lease):
                return found
            if found.reason in (WaitReason.PAUSED, WaitReason.DEFERRED):
                raise _sent_back(self._seconds_until(found))
            if activity.is_worker_shutdown() or asyncio.get_running_loop().time() > over:
                await asyncio.to_thread(park, self.store, tenant, item)
                raise _sent_back(0.0 if activity.is_worker_shutdown() else _TOLD_WITHIN)
            self._call(item.portal, found.first)
            with suppress(TimeoutError):
                await asyncio.wait_for(waiter.called.wait(), self._pause(item.portal))

    async def _asked(self, tenant: str, item: WorkItem) -> Lease | NotYet:
        asking = asyncio.ensure_future(
            asyncio.to_thread(take_turn, self.store, tenant, item, self.holder, self.wall(), LEASE)
        )
        try:
            return await asyncio.shield(asking)
        except asyncio.CancelledError:
            found = await asking
            if isinstance(found, Lease):
                await self._give_back(found)
            raise

    async def _give_back(self, lease: Lease) -> None:
        try:
            async with asyncio.timeout(_SECONDS_OF_GOODBYE):
                following = await asyncio.to_thread(give_back, self.store, lease, self.wall())
        except Exception as error:
            # The lease runs out by itself; what the bot did must reach its workflow all the same.
            _log.warning("a login was not given back", portal=lease.portal, problem=str(error)[:200])
        else:
            self._call(lease.portal, following)

    def _call(self, portal: str, reference: str) -> None:
        """Has the one whose turn it is ask at once, where it waits in this process."""
        for waiter in self._waiting[portal]:
            if waiter.reference == reference:
                waiter.called.set()

    def _pause(self, portal: str) -> float:
        """The more wait here, the more seldom each asks."""
        return min(_ASKED_EVERY * len(self._waiting[portal]), PRESENT.total_seconds() / 3)

    def _seconds_until(self, found: NotYet) -> float:
        if found.defer_until is None:
            return _TOLD_WITHIN
        left = found.defer_until - self.clock.at(self.wall())
        return max(0.0, self.clock.wall_duration(left).total_seconds())


def _sent_back(seconds: float) -> ApplicationError:
    return ApplicationError("its turn at the portal has not come", seconds, type=SENT_BACK, non_retryable=True)
